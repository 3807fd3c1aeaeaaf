import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseAst } from 'vitest/node';

export const ROOT = join(import.meta.dirname, '..', '..');

/** One node of a syntax tree in the ESTree form. */
export type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown };

export type Import = { readonly from: string; readonly line: number; readonly typeOnly: boolean };
export type Source = {
  /** From the root: `src/desk/fold.ts`. */
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  readonly ast: Node;
  readonly imports: readonly Import[];
};

/** Files below a folder whose name ends so, from the root. */
export function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && ending.test(one.name))
    .map((one) => relative(ROOT, join(one.parentPath, one.name)))
    .filter((path) => !path.includes('node_modules'))
    .sort();
}

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

export function sourceOf(path: string, text: string = textOf(path)): Source {
  const ast = parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }) as unknown as Node;
  const imports: Import[] = [];
  for (const node of all(ast)) {
    const from = (node.source as { value?: unknown } | undefined | null)?.value;
    if (!/^(Import|ExportNamed|ExportAll)|^ImportExpression$/.test(node.type) || typeof from !== 'string') continue;
    imports.push({ from, line: lineAt(text, node.start), typeOnly: isTypeOnly(node) });
  }
  return { path, text, lines: text.replace(/\n$/, '').split('\n').length, ast, imports };
}

function isTypeOnly(node: Node): boolean {
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  const names = (node.specifiers ?? []) as Node[];
  return names.length > 0 && names.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}

/** Every node, parents first. */
export function* all(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && typeof (one as Node).type === 'string') yield* all(one as Node);
    }
  }
}

/** Where a relative import leads, from the root. */
export const targetOf = (path: string, from: string): string => relative(ROOT, join(ROOT, dirname(path), from));
