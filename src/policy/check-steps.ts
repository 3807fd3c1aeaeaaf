import { formatDuration } from '../calendar/duration.ts';
import { LIMITS } from './limits.ts';
import { parseMoment } from './notation.ts';
import { type Problems, quote } from './problems.ts';
import { lineOf } from './shape.ts';
import { entryAt, itemsOf, type Path, pathOf, type Tree, textOf, valueAt } from './tree.ts';
import type { StepMoment } from './types.ts';

/** `75%`, `breach`, `breach+1d 4h`: the key of a step without an id. */
export const momentKey = (moment: StepMoment): string => {
  if (moment.kind === 'percent') return `${moment.percent}%`;
  return moment.after.length === 0 ? 'breach' : `breach+${formatDuration(moment.after)}`;
};

const FILTERS = ['priorities', 'categories', 'products'] as const;

/** Steps that say too little, too much, or what another step of the same clock has said. */
export function checkSteps(root: Tree, problems: Problems): void {
  const steps = itemsOf(valueAt(root, ['escalation']));
  if (steps.length > LIMITS.steps.max) return;
  steps.forEach((step, index) => {
    if (step.kind === 'map') checkStep(root, step, ['escalation', index], problems);
  });
  const byKey = Map.groupBy(steps.entries(), ([, step]) => keyOf(step));
  for (const [key, alike] of byKey) if (key !== undefined) checkAlike(root, alike, problems);
}

function checkStep(root: Tree, step: Tree, path: Path, problems: Problems): void {
  const has = (key: string) => valueAt(step, [key]) !== undefined;
  const refuse = (key: string, message: string) => problems.add(entryAt(root, [...path, key])!.keySpot, pathOf([...path, key]), message);
  if (has('stagnant') && has('clock')) refuse('clock', 'A step with "stagnant" has no "clock"; keep one of the two.');
  else if (has('stagnant') && has('at'))
    refuse('at', 'A step with "stagnant" has no "at"; it is due when nothing has happened for that long.');
  else if (has('at') && !has('clock')) refuse('at', 'This step has "at" but no "clock"; name one, such as clock: first_response.');
  else if (has('clock') && !has('at')) refuse('clock', 'This step has a "clock" but no "at"; say when, such as at: 75% or at: breach.');
  else if (!has('stagnant') && !has('clock'))
    problems.add(lineOf(step.spot), pathOf(path), 'A step needs "clock" and "at", or "stagnant".');
  if (itemsOf(valueAt(step, ['mention'])).length > 0 || has('label')) return;
  const mention = valueAt(step, ['mention']);
  if (!mention || mention.kind === 'list')
    problems.add(lineOf(step.spot), pathOf(path), 'A step does nothing without somebody to "mention" or a "label" to set.');
}

/** Clock and key of a step, as far as it can be read. */
function keyOf(step: Tree): string | undefined {
  const id = textOf(valueAt(step, ['id']));
  if (valueAt(step, ['stagnant'])) return `stagnant ${id ?? 'stagnant'}`;
  const clock = textOf(valueAt(step, ['clock']));
  const moment = parseMoment(textOf(valueAt(step, ['at'])) ?? '');
  const key = id ?? (moment && momentKey(moment));
  return clock === undefined || key === undefined ? undefined : `${clock} ${key}`;
}

function checkAlike(root: Tree, alike: readonly (readonly [number, Tree])[], problems: Problems): void {
  alike.forEach(([index, step], place) => {
    const first = alike.slice(0, place).find(([, other]) => overlap(step, other));
    if (!first) return;
    const line = first[1].spot.source.lines.linePos(first[1].spot.from).line;
    const id = valueAt(step, ['id']);
    const path = ['escalation', index, ...(id ? ['id'] : [])];
    const message = id
      ? `Another step of the same clock (line ${line}) has the id ${quote(textOf(id)!)}, and both can meet one ticket; give each its own.`
      : `Another step (line ${line}) has the same clock and moment, and both can meet one ticket; give each an "id", or filters that exclude each other.`;
    const spot = id?.spot ?? lineOf(valueAt(root, ['escalation', index])!.spot);
    problems.add(spot, pathOf(path), message);
  });
}

/** Can one ticket pass both filters? */
function overlap(a: Tree, b: Tree): boolean {
  return FILTERS.every((filter) => {
    const [left, right] = [a, b].map((step) => new Set(itemsOf(valueAt(step, [filter])).map(textOf)));
    return left!.size === 0 || right!.size === 0 || !left!.isDisjointFrom(right!);
  });
}
