import { at, type Instant, instant } from '../../src/calendar/time.ts';

/** A clock on a wall, worked out by `Intl` alone: the stories' instants must not come from the calendar that they test. */
type Wall = { readonly date: string; readonly time: string; readonly weekday: string };

const DAYS = 'Mon|Tue|Wed|Thu|Fri|Sat|Sun';
const WHEN = new RegExp(`^(?:(${DAYS}) )?(?:(\\d{4}-\\d{2}-\\d{2}) )?(\\d{2}:\\d{2}(?::\\d{2})?)$`);

/** `Mon 2026-01-12 09:00`, `Tue 09:00` (the next one) or `09:45` (of the same day); with seconds where they matter. */
export type When = { readonly text: string; readonly weekday?: string; readonly date?: string; readonly time: string };

export function readWhen(text: string): When | undefined {
  const [, weekday, date, time] = WHEN.exec(text) ?? [];
  if (time === undefined) return undefined;
  if (date && !weekday) throw new Error(`"${text}" needs its day of the week: ${weekdayOf(date)}`);
  if (date && weekday && weekdayOf(date) !== weekday) throw new Error(`${date} is a ${weekdayOf(date)}, not a ${weekday}`);
  return { text, ...(weekday ? { weekday } : {}), ...(date ? { date } : {}), time };
}

/** The instant that is meant, seen from `now`; never before the minute of `now`. */
export function instantOf(when: When, zone: string, now: Instant | undefined): Instant {
  const today = now === undefined ? undefined : wallOf(now, zone);
  let date = when.date ?? today?.date;
  if (!date) throw new Error(`the first instant of a story needs a date: "${when.text}"`);
  const past = today !== undefined && today.time.slice(0, when.time.length) > when.time;
  if (!when.date && when.weekday === today?.weekday && past) date = dayAfter(date);
  while (!when.date && when.weekday && weekdayOf(date) !== when.weekday) date = dayAfter(date);
  const found = fromWall(date, when.time, zone);
  if (now !== undefined && Math.floor(found / 60) < Math.floor(now / 60)) {
    throw new Error(`"${when.text}" is over: it is ${today?.weekday} ${today?.date} ${today?.time}`);
  }
  return found;
}

export function wallOf(when: Instant, zone: string): Wall {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' });
  const part = Object.fromEntries(format.formatToParts(when * 1000).map((one) => [one.type, one.value]));
  const date = `${part.year}-${part.month}-${part.day}`;
  return { date, time: `${part.hour}:${part.minute}:${part.second}`, weekday: weekdayOf(date) };
}

function fromWall(date: string, time: string, zone: string): Instant {
  const asUtc = at(`${date}T${time.length === 5 ? `${time}:00` : time}Z`);
  const found = [-14, -12, -10, -8, -7, -6, -5, -4, -3, 0, 1, 2, 3, 4, 5, 5.5, 5.75, 6, 8, 9, 9.5, 10, 11, 12, 13, 14]
    .map((hours) => instant(asUtc - hours * 3600))
    .filter((one) => wallOf(one, zone).date === date && wallOf(one, zone).time.startsWith(time));
  if (found.length !== 1) throw new Error(`${date} ${time} is ${found.length === 0 ? 'skipped' : 'twice'} in ${zone}`);
  return found[0]!;
}

const weekdayOf = (date: string): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });

const dayAfter = (date: string): string => new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
