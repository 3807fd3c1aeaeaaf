import type { Stretch } from '../calendar/contract.ts';
import type { Instant, Seconds } from '../calendar/time.ts';
import { instantToWall } from '../calendar/zone.ts';
import type { ClosedDay, Leg, Stage } from './reason.ts';
import { clockTime, closedDays, dayText, exactly, pausingText, type Telling, worked } from './why-parts.ts';

/** Days that are listed one by one; more are named by the first and the last. */
const DATES_MAX = 12;
/** Alike days from which on one line stands for all of them. */
const ALIKE_MIN = 3;
/** Lines of one clock, where days that are alike are one: what is more is left to the sum. */
const LINES_MAX = 30;

type Counted = Extract<Stage, { is: 'counted' }>;
type Run = { readonly days: Counted[]; readonly closed: ClosedDay[] };
type Part = Run | Exclude<Stage, { is: 'counted' | 'closed' }>;

/** Day after day with what counted and the sum so far; pauses stand where they fell. */
export function countedLines(stages: readonly Stage[], telling: Telling): string[] {
  const lines = partsOf(stages, telling).flatMap((part) => partLines(part, telling));
  if (lines.length <= LINES_MAX || telling.days === 'each') return lines;
  const hidden = lines.length - LINES_MAX;
  return [...lines.slice(0, LINES_MAX / 2), `- ${telling.words.andMore(hidden)}`, ...lines.slice(-LINES_MAX / 2)];
}

/** Runs of days of the same hours, with the closed days before and between them. */
function partsOf(stages: readonly Stage[], telling: Telling): Part[] {
  const parts: Part[] = [];
  const grouped = telling.days === 'alike' || stages.length > DATES_MAX;
  for (const stage of stages) {
    const last = parts.at(-1);
    const run = last && 'days' in last ? last : undefined;
    if (stage.is === 'closed') {
      if (run && (grouped || run.days.length === 0)) run.closed.push(stage);
      else parts.push({ days: [], closed: [stage] });
    } else if (stage.is !== 'counted') parts.push(stage);
    else if (grouped && run?.days[0] && alike(run.days[0], stage, telling.zone)) run.days.push(stage);
    else parts.push({ days: [stage], closed: [] });
  }
  return parts;
}

const alike = (one: Counted, other: Counted, zone: string): boolean => hoursText(one.windows, zone) === hoursText(other.windows, zone);

function partLines(part: Part, telling: Telling): string[] {
  const { words, zone } = telling;
  if ('days' in part) {
    const lines = part.days.length < ALIKE_MIN ? part.days.map((day) => dayLine(day, telling)) : [runLine(part.days, telling)];
    return part.closed.length === 0 ? lines : [...lines, `- ${words.why.closed}: ${closedDays(part.closed, telling)}`];
  }
  if (part.is === 'paused') return [`- ${pausingText(part.pausing, false, telling)}`];
  return [`- ${words.why.rest(exactly({ words, zone }, part.to))}: ${sumText(part.seconds, part.total, telling)}`];
}

const dayLine = ({ windows, seconds, total }: Counted, telling: Telling): string =>
  `- ${dateAt(windows[0]!.from, telling)}, ${hoursText(windows, telling.zone, telling)}: ${sumText(seconds, total, telling)}`;

/** `Mon, 12 Jan – Fri, 23 Jan, 09:00–18:00: 10 days × 9 hours`. */
function runLine(days: readonly Counted[], telling: Telling): string {
  const { words, zone } = telling;
  const [first, last] = [days[0]!, days.at(-1)!];
  const dates = `${dateAt(first.windows[0]!.from, telling)} – ${dateAt(last.windows[0]!.from, telling)}`;
  const each = `${words.unit(days.length, 'd')} × ${worked(words, first.seconds)}`;
  return `- ${dates}, ${hoursText(first.windows, zone, telling)}: ${each}, ${words.why.soFar(worked(words, last.total))}`;
}

function sumText(seconds: Seconds, total: Seconds, { words }: Telling): string {
  const text = worked(words, seconds);
  return seconds === total ? text : `${text}, ${words.why.soFar(worked(words, total))}`;
}

const dateAt = (at: Instant, { words, zone }: Telling): string => dayText(words, instantToWall(zone, at).date);

/** `09:00–13:00, 14:00–18:00`. The end of a window on another date of `zone` is dated, unless it is that midnight. */
function hoursText(windows: readonly Stretch[], zone: string, telling?: Telling): string {
  return windows
    .map(({ from, to }) => {
      const [begins, ends] = [instantToWall(zone, from), instantToWall(zone, (to - 1) as Instant)];
      const until = clockTime(zone, to) === '00:00' ? '24:00' : clockTime(zone, to);
      const dated = begins.date === ends.date || !telling ? until : `${dateAt((to - 1) as Instant, telling)} ${until}`;
      return `${clockTime(zone, from)}–${dated}`;
    })
    .join(', ');
}

/** A target that names days: which dates it counted and which it skipped, and where it led. */
export function daysLines(legs: readonly Leg[], telling: Telling): string[] {
  const { words } = telling;
  return legs.flatMap((leg) => {
    if (leg.is === 'hours') {
      const lines = telling.days === 'none' ? [] : countedLines(leg.stages, telling).map((line) => `    ${line}`);
      return [`  - ${words.why.counted}: ${worked(words, leg.seconds)} → ${exactly(telling, leg.to)}`, ...lines];
    }
    const moved = leg.opening === leg.from ? [] : [`  - ${words.why.opening(exactly(telling, leg.opening))}`];
    const skipped = leg.skipped.length === 0 ? [] : [`  - ${words.why.closed}: ${skippedText(leg.skipped, telling)}`];
    const how = leg.how === undefined ? [] : [`  - ${words.why.how[leg.how]}: ${exactly(telling, leg.to)}.`];
    return [...moved, `  - ${words.why.days(words.unit(leg.count, 'd'), datesText(leg, telling))}`, ...skipped, ...how];
  });
}

function datesText({ dates, count }: Extract<Leg, { is: 'days' }>, { words, days }: Telling): string {
  if (dates.length < count) return `${dayText(words, dates[0]!)} – …`;
  if (dates.length > DATES_MAX || days === 'none') return `${dayText(words, dates[0]!)} – ${dayText(words, dates.at(-1)!)}`;
  return dates.map((one) => dayText(words, one)).join(' · ');
}

/** Of very many the holidays, which are less plain than weekends. */
function skippedText(skipped: readonly ClosedDay[], telling: Telling): string {
  const special = skipped.filter((one) => one.why !== 'weekday');
  const shown = skipped.length <= DATES_MAX ? skipped : special.slice(0, DATES_MAX);
  const more = skipped.length - shown.length;
  const parts = [...(shown.length > 0 ? [closedDays(shown, telling)] : []), ...(more > 0 ? [telling.words.andMore(more)] : [])];
  return parts.join('; ');
}
