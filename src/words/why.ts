import { UNIT_SECONDS } from '../calendar/duration.ts';
import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import { code, inlineName } from './escape.ts';
import { lasts } from './index.ts';
import type { Move, Outline, Pausing, Promised, Reason, Whose } from './reason.ts';
import type { Sentences } from './sentences.ts';
import { standingOf } from './standing.ts';
import { countedLines, daysLines } from './why-days.ts';
import { closedDays, type Detail, exactly, ID_MAX, pausingText, refOf, type Telling, worked } from './why-parts.ts';

/** In a reply to `/sla why`: some two screens. */
export const WHY_CHARS_MAX = 6_000;
/** In the folded part of the status comment, which holds a record of 8,000 beside. */
export const OUTLINE_CHARS_MAX = 4_000;

const HOURS_MAX = 120;

/** The first of these whose text is short enough is taken. */
const DETAILS: readonly Detail[] = [
  { days: 'each', reasonMax: 200, movesMax: 12, pausesMax: 30 },
  { days: 'alike', reasonMax: 100, movesMax: 6, pausesMax: 10 },
  { days: 'none', reasonMax: 40, movesMax: 3, pausesMax: 4 },
  { days: 'none', reasonMax: 0, movesMax: 1, pausesMax: 1 },
];

/** The answer to `/sla why`: each clock with its days. All times are in `zone`, which is named once nearby. */
export const whyText = (reasons: readonly Reason[], words: Sentences, zone: string): string =>
  bounded(reasons, WHY_CHARS_MAX, words, zone, (reason, telling) => reasonLines(reason, telling));

/** The folded part of the status comment; empty where nothing is promised. It holds no days: those are what `/sla why` is for. */
export function outlineText(outlines: readonly Outline[], words: Sentences, zone: string): string {
  if (outlines.length === 0) return '';
  const text = bounded(outlines, OUTLINE_CHARS_MAX, words, zone, (outline, telling) => outlineLines(outline, telling));
  return `<details><summary>${words.why.summary}</summary>\n\n${text}\n\n</details>`;
}

type Lines<T> = (one: T, telling: Telling) => readonly string[];

/** The fullest text that is not longer than `max`; what is left out is said so. */
function bounded<T extends Outline>(all: readonly T[], max: number, words: Sentences, zone: string, lines: Lines<T>): string {
  if (all.length === 0) return words.why.nothing;
  for (const detail of DETAILS) {
    const telling = { ...detail, words, zone };
    const text = all.map((one) => clockText(one, lines(one, telling), telling)).join('\n');
    const whole = detail === DETAILS[0] ? text : `${text}\n\n${words.why.leftOut}`;
    if (whole.length <= max) return whole;
  }
  const telling = { ...DETAILS.at(-1)!, words, zone };
  const kept: string[] = [];
  let room = max - words.why.leftOut.length - words.andMore(all.length).length - 10;
  for (const one of all) {
    const text = clockText(one, lines(one, telling), telling);
    room -= text.length + 1;
    if (room < 0) break;
    kept.push(text);
  }
  const more = all.length > kept.length ? [`- ${words.andMore(all.length - kept.length)}`] : [];
  return `${[...kept, ...more].join('\n')}\n\n${words.why.leftOut}`;
}

function clockText(outline: Outline, lines: readonly string[], telling: Telling): string {
  const { words } = telling;
  const { view, due, left, current } = outline;
  const name = current ? words.clocks[view.name] : `${words.clocks[view.name]} (${words.why.earlier})`;
  const date = (at: Instant | undefined) => (at === undefined ? '' : exactly(telling, at));
  const parts = [`**${name}**`, words.standing(standingOf(view, date, words))];
  if (due !== undefined) parts.push(`${words.due}: **${exactly(telling, due)}**`);
  else if (left !== undefined) parts.push(words.why.left(worked(words, left)));
  return `- ${parts.join(' · ')}\n${lines.join('\n')}`;
}

/** Start, target, changes. */
function originLines(outline: Outline, telling: Telling): string[] {
  const { words } = telling;
  const { startedAt, cycle, promised, rival, moves } = outline;
  const shown = moves.slice(-telling.movesMax);
  // The last change says what is promised now.
  const first = moves.length === 0 ? promised : moves[0]!.before;
  const lines = [
    `  - ${words.why.start}: ${exactly(telling, startedAt)}${refOf(cycle, words)}`,
    ...(first ? [`  - ${words.target}: ${promisedText(first, words)}`] : []),
    ...(moves.length > shown.length ? [`  - ${words.andMore(moves.length - shown.length)}`] : []),
    ...shown.map((move) => `  - ${moveText(move, telling)}`),
  ];
  if (rival) {
    const due = rival.due === undefined ? undefined : exactly(telling, rival.due);
    lines.push(`  - ${words.why.rival(promisedText(rival, words), due)}`);
  }
  return lines;
}

function outlineLines(outline: Outline, telling: Telling): string[] {
  const { words } = telling;
  const { closed, pausings } = outline;
  const lines = [...originLines(outline, telling), ...pausesLines(pausings, false, telling)];
  if (closed.length > 0) lines.push(`  - ${words.why.closed}: ${closedDays(closed, telling)}`);
  return lines;
}

function reasonLines(reason: Reason, telling: Telling): string[] {
  const { words } = telling;
  const { basis, pausings, closed, counted, unposted } = reason;
  const lines = originLines(reason, telling);
  if (basis.is === 'hours') {
    if (telling.days === 'none') lines.push(...pausesLines(pausings, false, telling));
    else lines.push(`  - ${words.why.counted}:`, ...countedLines(basis.stages, telling).map((line) => `    ${line}`));
  } else {
    if (basis.is === 'days') lines.push(...daysLines(basis.legs, telling));
    if (pausings.length > 0)
      lines.push(`  - ${words.why.unpaused(exactly(telling, basis.unpaused))}`, ...pausesLines(pausings, true, telling));
  }
  const unlisted = closed.filter((one) => telling.days === 'none' || !isListed(basis, one.date));
  if (unlisted.length > 0) lines.push(`  - ${words.why.closed}: ${closedDays(unlisted, telling)}`);
  if (counted !== undefined) lines.push(`  - ${words.why.used(worked(words, counted))}`);
  if (unposted.length > 0) lines.push(`  - ${words.why.unposted(unposted.map((one) => code(one, ID_MAX)).join(', '))}`);
  return lines;
}

/** Whether the days of the sum name that date: those in a pause, or beyond the due instant without pauses, are not among them. */
function isListed(basis: Reason['basis'], date: string): boolean {
  if (basis.is === 'grace') return false;
  const stages = basis.is === 'hours' ? basis.stages : basis.legs.flatMap((leg) => (leg.is === 'hours' ? leg.stages : []));
  const skipped = basis.is === 'hours' ? [] : basis.legs.flatMap((leg) => (leg.is === 'days' ? leg.skipped : []));
  return stages.some((one) => one.is === 'closed' && one.date === date) || skipped.some((one) => one.date === date);
}

/** `pushed`: each says where it moves the due instant to. */
function pausesLines(pausings: readonly Pausing[], pushed: boolean, telling: Telling): string[] {
  const shown = pausings.slice(0, telling.pausesMax);
  const lines = shown.map((one) => `  - ${pausingText(one, pushed, telling)}`);
  return pausings.length > shown.length ? [...lines, `  - ${telling.words.andMore(pausings.length - shown.length)}`] : lines;
}

function moveText({ at, cause, fact, before, after, due, graced }: Move, telling: Telling): string {
  const { words } = telling;
  const what = cause === 'policy' ? `: ${words.why.policyChanged}` : refOf(fact ?? '', words);
  const date = (instant: Instant) => exactly(telling, instant);
  const how =
    graced && words.why.graced(date(graced.passed), date(graced.granted), graced.old === undefined ? undefined : date(graced.old));
  return `${date(at)}${what}: ${changeText(before, after, words)}, ${targetText(after, words)}. ${how ?? words.why.newDue(date(due))}`;
}

/** `Priority: P3 → P1`, `Priority: P3 → Plan: premium`. */
function changeText(before: Whose | undefined, after: Whose, words: Sentences): string {
  const [was, is] = [before && whoseText(before, words), whoseText(after, words)];
  if (!before || was === is) return is;
  const sameKind = (before.plan === undefined) === (after.plan === undefined);
  return `${was} → ${sameKind ? inlineName(after.plan ?? after.priority, ID_MAX) : is}`;
}

const promisedText = (promised: Promised, words: Sentences): string => `${targetText(promised, words)} · ${whoseText(promised, words)}`;

const whoseText = ({ plan, priority }: Whose, words: Sentences): string =>
  plan === undefined ? `${words.priority}: ${inlineName(priority, ID_MAX)}` : `${words.plan}: ${inlineName(plan, ID_MAX)}`;

/** `3 days = 72 hours, around the clock`: there a day is a sum of hours, elsewhere it is none. */
function targetText({ target, hours }: Promised, words: Sentences): string {
  const text = lasts(words, target);
  if (hours !== undefined) return `${text}, ${inlineName(hours, HOURS_MAX)}`;
  const sum = worked(words, seconds(target));
  return `${sum === text ? text : `${text} = ${sum}`}, ${words.aroundTheClock}`;
}

const seconds = (target: Duration): Seconds => target.reduce((sum, { n, unit }) => sum + n * UNIT_SECONDS[unit], 0);
