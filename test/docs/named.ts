import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { all, type Node, sourceOf } from '../rules/sources.ts';
import { ROOT, textOf } from './pages.ts';

const known = new Map<string, ReadonlySet<string>>();

/** Whether a file of tests or stories is there and has something by that name: a test, a row of one, a story. */
export function hasTest(file: string, name: string): boolean {
  if (!known.has(file)) known.set(file, existsSync(join(ROOT, file)) ? textsIn(file) : new Set());
  return known.get(file)!.has(name);
}

/** All texts of a file that may be the name of a test or of a row of one; `${…}` in them is `…`. Words in comments are none. */
function textsIn(file: string): Set<string> {
  if (file.endsWith('.yml')) return new Set(Object.keys((parse(textOf(file)) as { stories: object }).stories));
  const texts = new Set<string>();
  for (const node of all(sourceOf(file).ast)) {
    const { value } = node as { value?: unknown };
    if (node.type === 'Literal' && typeof value === 'string') texts.add(value);
    if (node.type === 'TemplateLiteral')
      texts.add((node.quasis as (Node & { value: { cooked: string } })[]).map((one) => one.value.cooked).join('…'));
  }
  return texts;
}
