import type { Calendar, Stretch } from '../calendar/calendar.ts';
import { type DayNumber, dateOf, mustDayOf } from '../calendar/dates.ts';
import { UNIT_SECONDS } from '../calendar/duration.ts';
import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import { instantToWall, wallToInstant } from '../calendar/zone.ts';
import type { ClosedDay, Leg, Pausing, Stage } from '../words/reason.ts';

/** Days that are listed; what is longer is summed up. Nobody reads half a year of them, and a target may last ten. */
const STAGES_MAX = 200;
/** Days that are looked at for a target in days: eight years, which is some 20 ms. */
const DAYS_MAX = 3_000;
/** Days of a calendar whose closing is remembered: tickets of a desk share them. A hundred bytes each. */
const KNOWN_MAX = 2_000;

const known = new WeakMap<Calendar, Map<DayNumber, ClosedDay | undefined>>();

/** Why a date is closed; undefined for one with open time. Calendars do not change, so it is asked once. */
export function closedOn(calendar: Calendar, day: DayNumber): ClosedDay | undefined {
  let days = known.get(calendar);
  if (!days) {
    days = new Map();
    known.set(calendar, days);
  }
  if (days.has(day)) return days.get(day);
  if (days.size >= KNOWN_MAX) days.clear();
  const date = dateOf(day);
  const because = calendar.closedBecause(date);
  const closed = because && { date, ...because };
  days.set(day, closed);
  return closed;
}

/** The local days that [from, to) touches: the first and the last. */
export const daysOf = (calendar: Calendar, from: Instant, to: Instant): readonly [DayNumber, DayNumber] => [
  mustDayOf(calendar.localDate(from)),
  mustDayOf(calendar.localDate((to - 1) as Instant)),
];

/** Every day from `from` to `to` with the open time that counted, and the pauses between. A pause that lasts ends it. */
export function walk(calendar: Calendar, from: Instant, to: Instant, pausings: readonly Pausing[]): Stage[] {
  const stages: Stage[] = [];
  let total = 0;
  let at = from;
  for (const pausing of pausings) {
    total = stretch(calendar, at, pausing.from, total, stages);
    stages.push({ is: 'paused', pausing });
    if (pausing.to === undefined) return stages;
    at = pausing.to;
  }
  stretch(calendar, at, to, total, stages);
  return stages;
}

/** A stretch without a pause, day by day; the total at its end. */
function stretch(calendar: Calendar, from: Instant, to: Instant, before: Seconds, stages: Stage[]): Seconds {
  if (from >= to) return before;
  const [first, last] = daysOf(calendar, from, to);
  let total = before;
  let at = from;
  for (let day = first; day <= last; day++) {
    if (stages.length >= STAGES_MAX) {
      const seconds = calendar.openBetween(at, to);
      if (seconds > 0) stages.push({ is: 'rest', from: at, to, seconds, total: total + seconds });
      return total + seconds;
    }
    const closed = closedOn(calendar, day);
    if (closed) {
      if (!stages.some((one) => one.is === 'closed' && one.date === closed.date)) stages.push({ is: 'closed', ...closed });
      continue;
    }
    const windows = within(calendar.windowsOn(dateOf(day)), at, to);
    if (windows.length === 0) continue;
    const seconds = windows.reduce((sum, one) => sum + one.to - one.from, 0);
    total += seconds;
    stages.push({ is: 'counted', date: dateOf(day), windows, seconds, total });
    at = windows.at(-1)!.to;
  }
  return total;
}

const within = (windows: readonly Stretch[], from: Instant, to: Instant): Stretch[] =>
  windows
    .map((one) => ({ from: Math.max(one.from, from) as Instant, to: Math.min(one.to, to) as Instant }))
    .filter((one) => one.from < one.to);

/** The length of a target in open time; undefined if it names days of a calendar with hours, which are no sums of hours. */
export function secondsOf(calendar: Calendar, target: Duration): Seconds | undefined {
  const inDays = calendar.spec.kind === 'hours' && target.some(({ unit }) => unit === 'd' || unit === 'w');
  return inDays ? undefined : target.reduce((sum, { n, unit }) => sum + n * UNIT_SECONDS[unit], 0);
}

/** `w` is five `d` where days are working days (`policy.md`, Time). */
const WEEK_DAYS = 5;

/** The parts of a target in the order written, each from where the one before it ended, without pauses. */
export function legsOf(calendar: Calendar, start: Instant, target: Duration): Leg[] {
  const legs: Leg[] = [];
  let from = start;
  for (const part of target) {
    const to = calendar.dueAfter(from, [part]);
    const seconds = secondsOf(calendar, [part]);
    if (seconds === undefined) legs.push(daysLeg(calendar, from, part.unit === 'w' ? part.n * WEEK_DAYS : part.n, to));
    else legs.push({ is: 'hours', from, to, seconds, stages: walk(calendar, from, to, []) });
    from = to;
  }
  return legs;
}

function daysLeg(calendar: Calendar, from: Instant, count: number, to: Instant): Leg {
  const opening = calendar.nextOpen(from);
  const first = mustDayOf(calendar.localDate(opening));
  const dates: string[] = [];
  const skipped: ClosedDay[] = [];
  for (let day = first + 1; day <= first + DAYS_MAX && dates.length < count; day++) {
    const closed = closedOn(calendar, day);
    if (closed) skipped.push(closed);
    else dates.push(dateOf(day));
  }
  const all = dates.length === count;
  return { is: 'days', from, opening, count, dates, skipped, to, ...(all ? { how: howOf(calendar, opening, dates.at(-1)!, to) } : {}) };
}

function howOf(calendar: Calendar, opening: Instant, date: string, to: Instant): 'same' | 'opening' | 'closing' {
  const zone = calendar.spec.timezone;
  if (wallToInstant(zone, date, instantToWall(zone, opening).seconds) === to) return 'same';
  return calendar.windowsOn(date).some((one) => one.from === to) ? 'opening' : 'closing';
}
