import type { HolidaySource } from '../calendar/time.ts';
import { buildPolicy } from './build.ts';
import { spreadHours } from './calendars.ts';
import { checkSense } from './check.ts';
import { DEFAULTS } from './defaults.ts';
import { notInForceIn } from './in-force.ts';
import { LIMITS } from './limits.ts';
import { parsePreset } from './notation.ts';
import { nearest, oneOf, Problems, quote, type Spot } from './problems.ts';
import { readShape } from './shape.ts';
import { isCrowded, merge, type Tree, textOf, valueAt } from './tree.ts';
import type { PolicyFile, PolicyRead, Presets, Problem } from './types.ts';
import { readTree } from './yaml.ts';

/** The presets that Watchkeeper ships; only their names, for hints. */
export const PRESET_NAMES = ['tradebot', 'transport', 'classroom', 'trkv', 'kleros', 'standard'] as const;

export type ReadOptions = {
  /** The text of `.github/support.yml` in the owner's `.github` repository. */
  readonly ownerText?: string | undefined;
  /** Where countries' holidays come from; without it a country is not looked up. */
  readonly holidays?: HolidaySource | undefined;
};

/**
 * The text of a `support.yml` as a policy, or everything that is wrong with it (at most 50 problems, own file first, each with its place).
 * Preset < owner's file < own file: maps merge deeply, lists and scalars are replaced, null removes. An empty file extends `standard`.
 * Never throws; refuses hostile input in bounded time.
 */
export function readPolicy(
  text: string,
  presets: Presets,
  options: ReadOptions = {},
): PolicyRead | { readonly problems: readonly Problem[] } {
  const problems = new Problems();
  const own = readFile(text, 'own', problems);
  const owner = options.ownerText === undefined ? undefined : readFile(options.ownerText, 'owner', problems);
  if (!own || (options.ownerText !== undefined && !owner)) return { problems: problems.list() };
  const preset = readPreset(own, owner, presets, problems);
  if (!preset) return { problems: problems.list() };
  let tree = merge(undefined, preset.tree);
  if (owner) tree = merge(tree, owner);
  tree = merge(tree, own);
  const read = readShape(tree, problems);
  if (!isCrowded(tree, LIMITS.children.max)) checkSense(tree, problems, options.holidays);
  if (read && !read.priorities)
    problems.add({ ...own.spot, to: own.spot.from }, 'priorities', 'There are no priorities; "priorities" needs at least one.');
  if (!read || !problems.none) return { problems: problems.list() };
  return { policy: buildPolicy(read, preset.name), notInForce: notInForceIn(tree) };
}

/** One file as a map by day, before it is merged; an empty file is an empty map. */
function readFile(text: string, file: PolicyFile, problems: Problems): Tree | undefined {
  const tree = readTree(text, file, problems);
  if (tree?.kind === 'leaf' && tree.value === null) return { kind: 'map', entries: new Map(), spot: tree.spot };
  if (tree && tree.kind !== 'map') {
    const found = tree.kind === 'list' ? 'a list' : quote(tree.source);
    problems.add(tree.spot, '', `The file is ${found}, but must be a map of keys such as priorities and calendars.`);
    return undefined;
  }
  return tree && spreadHours(tree, problems);
}

/** The preset that the own file names, else the owner's file, else `standard`. */
function readPreset(own: Tree, owner: Tree | undefined, presets: Presets, problems: Problems): { name: string; tree: Tree } | undefined {
  const said = valueAt(own, ['extends']) ?? (owner && valueAt(owner, ['extends']));
  const asked = said && isNull(said) ? undefined : said;
  const spot: Spot = asked?.spot ?? { ...own.spot, to: own.spot.from };
  const written = asked ? textOf(asked) : DEFAULTS.preset;
  const name = written === undefined ? undefined : parsePreset(written);
  const text = name === undefined ? undefined : presets(name);
  if (name === undefined || text === undefined) {
    const found = written === undefined ? `a ${asked?.kind}` : quote(written);
    const meant = nearest(written?.split('@')[0] ?? '', PRESET_NAMES);
    const hint = meant && meant !== written ? `; did you mean "${meant}"?` : '.';
    problems.add(
      spot,
      'extends',
      `"extends" is ${found}, but must be one of the presets ${oneOf(PRESET_NAMES)}, with @ and a version if need be${hint}`,
    );
    return undefined;
  }
  const tree = readFile(text, 'preset', problems);
  const further = tree && valueAt(tree, ['extends']);
  if (further) problems.add(further.spot, 'extends', 'A preset cannot extend another one; leave "extends" out.');
  return tree && !further ? { name, tree } : undefined;
}

const isNull = (tree: Tree): boolean => tree.kind === 'leaf' && tree.value === null;
