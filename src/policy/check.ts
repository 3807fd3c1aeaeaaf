import type { HolidaySource } from '../calendar/time.ts';
import { ALWAYS, checkCalendars } from './calendars.ts';
import { checkRotas } from './check-rotas.ts';
import { checkSteps } from './check-steps.ts';
import { LABELS, labelOf } from './defaults.ts';
import { LIMITS } from './limits.ts';
import { fold } from './match.ts';
import { MENTION_WORDS } from './notation.ts';
import { nearest, oneOf, type Problems, quote, type Spot } from './problems.ts';
import { nameAt } from './shape.ts';
import { entriesOf, entryAt, itemsOf, matching, type Path, pathOf, type Tree, textOf, valueAt } from './tree.ts';
import { FLAGS, MARKERS } from './types.ts';

/**
 * Problems of sense in a merged file: what refers to nothing, what is ambiguous, what contradicts itself. Looks at the tree, not at what
 * the schema made of it, so that a file gets these problems together with those of its shape.
 */
export function checkSense(root: Tree, problems: Problems, holidays: HolidaySource | undefined): void {
  checkCalendars(root, problems, holidays);
  checkReferences(root, problems);
  checkMentions(root, problems);
  for (const collection of ['priorities', 'products', 'categories', 'plans']) checkSpellings(root, collection, problems);
  for (const pattern of ['on_call.*.id', 'maintenance.*.id', 'incidents.severities.*']) checkTwice(root, pattern, problems);
  checkLabels(root, problems);
  checkLabelsOfNames(root, problems);
  checkRotas(root, problems);
  checkSteps(root, problems);
}

type Collection = 'priorities' | 'products' | 'categories' | 'calendars' | 'roles' | 'on_call';

/** Every place that names something, and the collection that must have it. */
const REFERENCES: readonly (readonly [pattern: string, to: Collection])[] = [
  ['priorities.*.calendar', 'calendars'],
  ['plans.*.calendar', 'calendars'],
  ['default_priority', 'priorities'],
  ['categories.*.priority', 'priorities'],
  ['escalation.*.priorities.*', 'priorities'],
  ['incidents.priority', 'priorities'],
  ['escalation.*.products.*', 'products'],
  ['escalation.*.categories.*', 'categories'],
  ['intake.security.categories.*', 'categories'],
];

const NAMED_MAX = 10;

function idsOf(root: Tree, collection: Collection): string[] {
  const value = valueAt(root, [collection]);
  if (value?.kind === 'map') return [...(collection === 'calendars' ? [ALWAYS] : []), ...value.entries.keys()];
  const ids = itemsOf(value).map((item) => textOf(valueAt(item, ['id'])));
  return [...(collection === 'calendars' ? [ALWAYS] : []), ...ids.filter((id) => id !== undefined)];
}

function checkReferences(root: Tree, problems: Problems): void {
  for (const [pattern, to] of REFERENCES) {
    for (const { path, value } of matching(root, pattern)) {
      const id = textOf(value);
      if (id !== undefined) refer(root, path, id, to, problems);
    }
  }
}

/** Reports an id that its collection lacks. When the own file replaced the collection, the problem stands there: that is what its author can see. */
function refer(root: Tree, path: Path, id: string, to: Collection, problems: Problems): void {
  const ids = idsOf(root, to);
  if (ids.includes(id)) return;
  const { spot } = valueAt(root, path)!;
  if (problems.full(spot.source.file)) return;
  const here = entryAt(root, [to]);
  const named = ids.length > NAMED_MAX ? `${ids.slice(0, NAMED_MAX).join(', ')} and ${ids.length - NAMED_MAX} more` : oneOf(ids, 'and');
  if (spot.source.file !== 'own' && here?.keySpot.source.file === 'own') {
    const file = spot.source.file === 'preset' ? 'the preset' : "the owner's file";
    const line = spot.source.lines.linePos(spot.from).line;
    const message = `${quote(to)} has no ${quote(id)}, which ${quote(String(path[0]))} of ${file} needs (its line ${line}); set ${quote(String(path[0]))} here too, or keep ${quote(id)}.`;
    problems.add(here.keySpot, to, message);
    return;
  }
  const meant = nearest(id, ids);
  const hint = meant ? `; did you mean "${meant}"?` : '.';
  const known = ids.length === 0 ? `but this file has no ${to}` : `but ${to} has only ${named}`;
  problems.add(spot, pathOf(path), `${nameAt(root, path)} is ${quote(id)}, ${known}${hint}`);
}

function checkMentions(root: Tree, problems: Problems): void {
  for (const role of entriesOf(valueAt(root, ['roles']))) {
    if (!(MENTION_WORDS as readonly string[]).includes(role[0])) continue;
    problems.add(
      role[1].keySpot,
      pathOf(['roles', role[0]]),
      `${quote(role[0])} already means something in "mention"; give the role another name.`,
    );
  }
  for (const { path, value } of matching(root, 'escalation.*.mention.*')) {
    const text = textOf(value) ?? '@';
    if (text.startsWith('@') || text === 'assignees' || text === 'owners') continue;
    const rota = /^on_call(?:\.(.*))?$/.exec(text);
    if (!rota) refer(root, path, text, 'roles', problems);
    else if (rota[1] !== undefined) refer(root, path, rota[1], 'on_call', problems);
    else if (idsOf(root, 'on_call').length === 0) {
      problems.add(
        value.spot,
        pathOf(path),
        `${nameAt(root, path)} is "on_call", but this file has no rota under "on_call"; add one, or mention a role.`,
      );
    }
  }
}

/** Ids, names, labels and aliases of one collection must not mean two things: answers are matched by all of them. */
function checkSpellings(root: Tree, collection: string, problems: Problems): void {
  const taken = new Map<string, number>();
  itemsOf(valueAt(root, [collection])).forEach((item, index) => {
    const paths: Path[] = [['id'], ['name'], ['label'], ...itemsOf(valueAt(item, ['aliases'])).map((_, i) => ['aliases', i])];
    for (const steps of paths) {
      const text = textOf(valueAt(item, steps));
      const path = [collection, index, ...steps];
      const first = text === undefined ? undefined : taken.get(fold(text));
      if (text !== undefined && first === undefined) taken.set(fold(text), index);
      if (text === undefined || first === undefined || first === index) continue;
      const other = textOf(valueAt(root, [collection, first, 'id'])) ?? `number ${first + 1}`;
      const message = `${nameAt(root, path)} is ${quote(text)}, which already means ${quote(other)} in ${collection} (case, spaces and dashes do not count).`;
      problems.add(valueAt(item, steps)!.spot, pathOf(path), message);
    }
  });
}

function checkTwice(root: Tree, pattern: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const { path, value } of matching(root, pattern)) {
    const text = textOf(value);
    if (text === undefined) continue;
    if (seen.has(fold(text)))
      problems.add(value.spot, pathOf(path), `${nameAt(root, path)} is ${quote(text)} a second time; each must be different.`);
    seen.add(fold(text));
  }
}

type Labelled = { readonly text: string; readonly path: Path; readonly spot?: Spot; readonly whose: string };

/** Every label that the desk sets means one thing; GitHub compares labels without case. */
function checkLabels(root: Tree, problems: Problems): void {
  const taken = new Map<string, Labelled>();
  for (const label of [...labels(root)].sort((a, b) => Number(a.spot !== undefined) - Number(b.spot !== undefined))) {
    const key = label.text.toLowerCase();
    const first = taken.get(key);
    if (!first) taken.set(key, label);
    else if (label.spot && fold(label.whose) !== fold(first.whose))
      problems.add(
        label.spot,
        pathOf(label.path),
        `The label ${quote(label.text)} of ${label.whose} is already that of ${first.whose}; each label means one thing.`,
      );
  }
  const escalated = labelAt(root, ['flags', 'escalated'], LABELS.flags.escalated, '').text.toLowerCase();
  for (const { path, value } of matching(root, 'escalation.*.label')) {
    const first = taken.get(textOf(value)?.toLowerCase() ?? '');
    if (!first || first.text.toLowerCase() === escalated) continue;
    problems.add(
      value.spot,
      pathOf(path),
      `The label ${quote(textOf(value)!)} of an escalation step is already that of ${first.whose}; each label means one thing.`,
    );
  }
}

/** A priority without a label gets one from its name, which may be too much for GitHub. */
function checkLabelsOfNames(root: Tree, problems: Problems): void {
  for (const { path, value } of matching(root, 'priorities.*')) {
    const [id, name, label] = ['id', 'name', 'label'].map((key) => textOf(valueAt(value, [key])));
    if (id === undefined || name === undefined || label !== undefined) continue;
    const text = labelOf('priority', id, name);
    if ([...text].length <= LIMITS.labelChars.max && !text.includes(',')) continue;
    const message = `The label of this priority would be ${quote(text)}; label names have at most ${LIMITS.labelChars.max} characters and no comma, so set "label" too.`;
    problems.add(valueAt(value, ['name'])!.spot, pathOf([...path, 'name']), message);
  }
}

function* labels(root: Tree): Generator<Labelled> {
  for (const name of MARKERS) yield labelAt(root, ['markers', name, 'label'], LABELS.markers[name], `the marker ${quote(name)}`);
  for (const name of FLAGS) yield labelAt(root, ['flags', name], LABELS.flags[name], `the flag ${quote(name)}`);
  yield labelAt(root, ['console', 'label'], LABELS.console, 'the console');
  yield labelAt(root, ['incidents', 'label'], LABELS.incident, 'incidents');
  for (const [collection, one] of [
    ['priorities', 'priority'],
    ['products', 'product'],
    ['categories', 'category'],
  ] as const) {
    for (const [index, item] of itemsOf(valueAt(root, [collection])).entries()) {
      const id = textOf(valueAt(item, ['id']));
      if (id === undefined) continue;
      const text = labelOf(one, id, textOf(valueAt(item, ['name'])));
      const label = labelAt(root, [collection, index, 'label'], text, `the ${one} ${quote(id)}`);
      yield label.spot ? label : { ...label, spot: valueAt(item, ['id'])!.spot };
    }
  }
}

function labelAt(root: Tree, path: Path, byDefault: string, whose: string): Labelled {
  const value = valueAt(root, path);
  const text = textOf(value);
  return text === undefined ? { text: byDefault, path, whose } : { text, path, whose, spot: value!.spot };
}
