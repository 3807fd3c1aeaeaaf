import type { Spot } from './problems.ts';

/** A scalar: `source` is its text without quotes, `value` what YAML 1.2 makes of it (`5319e7` is a number, and yet a colour). */
export type Leaf = {
  readonly kind: 'leaf';
  readonly value: string | number | boolean | null;
  readonly source: string;
  readonly spot: Spot;
};
export type List = { readonly kind: 'list'; readonly items: readonly Tree[]; readonly spot: Spot };
/** `written` is the key as it stands in the file (`mon-fri` for `tue`). */
export type Entry = { readonly written: string; readonly keySpot: Spot; readonly value: Tree };
export type Branch = { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry>; readonly spot: Spot };
export type Tree = Leaf | List | Branch;

export type Path = readonly (string | number)[];

export const pathOf = (path: Path): string => path.join('.');

/** The value at a path, or undefined. */
export function valueAt(tree: Tree | undefined, path: Path): Tree | undefined {
  let here = tree;
  for (const step of path) here = childOf(here, step);
  return here;
}

/** The entry (key and value) at a path; undefined for list items. */
export function entryAt(tree: Tree, path: Path): Entry | undefined {
  const parent = valueAt(tree, path.slice(0, -1));
  return parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
}

function childOf(tree: Tree | undefined, step: string | number): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(step))?.value;
  return tree?.kind === 'list' ? tree.items[Number(step)] : undefined;
}

/** Text of a scalar, numbers and booleans as written; undefined for everything else. */
export const textOf = (tree: Tree | undefined): string | undefined =>
  tree?.kind === 'leaf' && tree.value !== null ? tree.source.trim() : undefined;

export const itemsOf = (tree: Tree | undefined): readonly Tree[] => (tree?.kind === 'list' ? tree.items : []);

export const entriesOf = (tree: Tree | undefined): ReadonlyMap<string, Entry> => (tree?.kind === 'map' ? tree.entries : new Map());

export type Match = { readonly path: Path; readonly value: Tree };

/** Every value whose path fits the pattern; `*` stands for any key or index: `priorities.*.targets.update`. */
export function matching(tree: Tree, pattern: string): Match[] {
  let found: Match[] = [{ path: [], value: tree }];
  for (const step of pattern.split('.')) found = found.flatMap((at) => (step === '*' ? childrenOf(at) : named(at, step)));
  return found;
}

function named({ path, value }: Match, step: string): Match[] {
  const child = value.kind === 'map' ? value.entries.get(step)?.value : undefined;
  return child ? [{ path: [...path, step], value: child }] : [];
}

function childrenOf({ path, value }: Match): Match[] {
  if (value.kind === 'map') return [...value.entries].map(([key, entry]) => ({ path: [...path, key], value: entry.value }));
  return value.kind === 'list' ? value.items.map((item, index) => ({ path: [...path, index], value: item })) : [];
}

/** Has any map or list in it more children than this? */
export function isCrowded(tree: Tree, max: number): boolean {
  if (tree.kind === 'leaf') return false;
  const children = tree.kind === 'list' ? tree.items : [...tree.entries.values()].map(({ value }) => value);
  return children.length > max || children.some((child) => isCrowded(child, max));
}

/**
 * `over` on top of `base`: maps merge deeply, lists and scalars are replaced, null removes. Nothing of `base` is changed. What is left has
 * no null in any map.
 */
export function merge(base: Tree | undefined, over: Tree): Tree {
  if (over.kind === 'leaf') return over;
  if (over.kind === 'list') return { ...over, items: over.items.map((item) => merge(undefined, item)) };
  const entries = new Map(base?.kind === 'map' ? base.entries : []);
  for (const [key, entry] of over.entries) {
    if (entry.value.kind === 'leaf' && entry.value.value === null) entries.delete(key);
    else entries.set(key, { ...entry, value: merge(entries.get(key)?.value, entry.value) });
  }
  return { ...over, entries };
}
