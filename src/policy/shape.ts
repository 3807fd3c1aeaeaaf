import type { z } from 'zod';
import { nearest, oneOf, type Problems, quote, type Spot } from './problems.ts';
import { SupportRead } from './schema.ts';
import { entryAt, type Leaf, type Path, pathOf, type Tree, valueAt } from './tree.ts';

type Schema = z.core.$ZodType;
/** What of zod's definitions is looked at. */
type Def = {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly innerType?: Schema;
  readonly options?: readonly Schema[];
  readonly values?: readonly unknown[];
};
const defOf = (schema: Schema): Def => schema._zod.def as unknown as Def;

/** The file as data, or undefined after problems with its shape: keys, types, formats, caps. */
export function readShape(tree: Tree, problems: Problems): SupportRead | undefined {
  const read = SupportRead.safeParse(plainOf(tree, SupportRead));
  if (read.success) return read.data;
  for (const issue of read.error.issues) report(issue, [], tree, problems);
  return undefined;
}

/**
 * Tree → plain data as the schema wants it: where a text is expected, a number is its digits as written (`color: 5319e7`). Maps have no
 * prototype.
 */
export function plainOf(tree: Tree, schema: Schema | undefined): unknown {
  if (tree.kind === 'leaf') return leafValue(tree, schema);
  if (tree.kind === 'list') return tree.items.map((item, index) => plainOf(item, below(schema, tree, index)));
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, { value }] of tree.entries) plain[key] = plainOf(value, below(schema, tree, key));
  return plain;
}

function leafValue(leaf: Leaf, schema: Schema | undefined): unknown {
  if (leaf.value === null) return null;
  if (typeof leaf.value === 'string') return leaf.value.trim();
  const defs = optionsOf(schema).map(defOf);
  const fits = defs.some((def) => def.type === typeof leaf.value || def.values?.includes(leaf.value));
  const wantsText = defs.some(({ type, values }) => type === 'string' || type === 'enum' || typeof values?.[0] === 'string');
  return !fits && wantsText ? leaf.source.trim() : leaf.value;
}

/** The schema without `optional`, a union as its options. */
function optionsOf(schema: Schema | undefined): Schema[] {
  if (!schema) return [];
  const { type, innerType, options } = defOf(schema);
  if (type === 'optional') return optionsOf(innerType);
  return type === 'union' ? options!.flatMap(optionsOf) : [schema];
}

/** The schema of a child, by what the value is: of a union the option for lists or for maps. */
function below(schema: Schema | undefined, tree: Tree | undefined, step: string | number): Schema | undefined {
  for (const option of optionsOf(schema)) {
    const { type, shape, element, valueType } = defOf(option);
    if (tree?.kind === 'list' && type === 'array') return element;
    if (tree?.kind === 'map' && type === 'object') return Object.hasOwn(shape!, step) ? shape![step] : undefined;
    if (tree?.kind === 'map' && type === 'record') return valueType;
  }
  return undefined;
}

/** The keys that a map at this path may have; empty when they are free. */
export function keysAt(tree: Tree, path: Path): string[] {
  let schema: Schema | undefined = SupportRead;
  let here: Tree | undefined = tree;
  for (const step of path) {
    schema = below(schema, here, step);
    here = valueAt(here, [step]);
  }
  return optionsOf(schema).flatMap((option) => Object.keys(defOf(option).shape ?? {}));
}

type Issue = z.core.$ZodIssue;

function report(issue: Issue, above: Path, tree: Tree, problems: Problems): void {
  const path = [...above, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(tree, path);
    for (const key of issue.keys) {
      const { keySpot } = entryAt(tree, [...path, key])!;
      if (!problems.full(keySpot.source.file)) problems.add(keySpot, pathOf([...path, key]), unknownKey(key, nameAt(tree, path), known));
    }
    return;
  }
  if (issue.code === 'invalid_key') {
    problems.add(entryAt(tree, path)!.keySpot, pathOf(path), `The key ${nameAt(tree, path)} must be ${issue.issues[0]!.message}.`);
    return;
  }
  const inner = issue.code === 'invalid_union' ? issue.errors.find((errors) => errors.every(isWithin)) : undefined;
  if (inner) {
    for (const one of inner) report(one, path, tree, problems);
    return;
  }
  const value = valueAt(tree, path);
  if (value) problems.add(value.spot, pathOf(path), mustBe(tree, path, issue.message));
  else
    problems.add(
      lineOf(valueAt(tree, path.slice(0, -1))!.spot),
      pathOf(path),
      `The key ${nameAt(tree, path)} is missing here; it must be ${issue.message}.`,
    );
}

/** Does the issue lie inside the value, or does the value as a whole not fit this option of the union? */
const isWithin = (issue: Issue): boolean =>
  issue.path.length > 0 || (issue.code !== 'invalid_type' && issue.code !== 'invalid_value' && issue.code !== 'custom');

/** `"grace" is "soon", but must be a duration …` */
export const mustBe = (tree: Tree, path: Path, allowed: string): string => {
  const found = foundOf(valueAt(tree, path));
  return `${nameAt(tree, path)} is ${found}, but must be ${allowed}.`;
};

function unknownKey(key: string, where: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  const place = where === 'The file' ? 'of this file' : `of ${where.replace(/^An/, 'an')}`;
  const allowed = known.length > 14 ? '' : `; known are ${oneOf(known, 'and')}`;
  return `${quote(key)} is not a known key ${place}${meant ? `; did you mean "${meant}"?` : `${allowed || '; the reference lists them'}.`}`;
}

/** How a sentence calls the value at a path: by its key as written, or as an entry of its list. */
export function nameAt(tree: Tree, path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'The file';
  const parent = path.slice(0, -1);
  if (valueAt(tree, parent)?.kind === 'list') return `An entry of ${nameAt(tree, parent).replace(/^An/, 'an')}`;
  return quote(entryAt(tree, path)?.written ?? String(last));
}

function foundOf(tree: Tree | undefined): string {
  if (tree?.kind === 'list') return tree.items.length === 1 ? 'a list of one entry' : `a list of ${tree.items.length} entries`;
  if (tree?.kind === 'map') return tree.entries.size === 1 ? 'a map of one key' : `a map of ${tree.entries.size} keys`;
  if (!tree || tree.value === null) return 'empty';
  return typeof tree.value === 'string' ? quote(tree.value) : tree.source.length > 40 ? quote(tree.source) : tree.source;
}

/** The first line of a longer spot: where something is missing. */
export function lineOf(spot: Spot): Spot {
  const end = spot.source.text.indexOf('\n', spot.from);
  return end < 0 || end > spot.to ? spot : { ...spot, to: end };
}
