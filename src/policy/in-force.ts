import { matching, type Tree, textOf } from './tree.ts';

type Row = {
  /** Where it stands; `*` is any key or index. */
  readonly at: string;
  /** How the green check run names it; default: `at` without its stars. */
  readonly name?: string;
  /** Only this value is not in force. */
  readonly value?: string;
};

/**
 * What `support.yml` may say and the desk does not keep yet. A session that brings something into force deletes its rows: nothing else
 * knows of them (the check run, the JSON Schema and the reference read this table).
 */
export const NOT_IN_FORCE: readonly Row[] = [{ at: 'console' }, { at: 'incidents' }, { at: 'maintenance' }, { at: 'reports' }];

export const nameOf = ({ at, name }: Row): string => name ?? at.replaceAll('.*', '');

/** Names of what the merged file uses and the desk does not keep yet, sorted, each once. `false` and what is empty ask for nothing. */
export function notInForceIn(tree: Tree): string[] {
  const used = NOT_IN_FORCE.filter((row) =>
    matching(tree, row.at).some(({ value }) => asks(value) && (!row.value || textOf(value) === row.value)),
  );
  return [...new Set(used.map(nameOf))].sort();
}

function asks(tree: Tree): boolean {
  if (tree.kind === 'leaf') return tree.value !== false && tree.value !== null;
  if (tree.kind === 'list') return tree.items.length > 0;
  return [...tree.entries.values()].some(({ value }) => asks(value));
}
