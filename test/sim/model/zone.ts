/** Wall clocks by asking `Intl` and nothing else. Instants are seconds since 1970, days are counted from 1970-01-01. */

export const DAY_S = 86_400;

const formats = new Map<string, Intl.DateTimeFormat>();
/** Offsets at UTC's midnights. */
const midnights = new Map<string, Map<number, number>>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const two = '2-digit' as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    formats.set(zone, format);
  }
  return format;
}

function asked(zone: string, at: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at * 1000)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - at;
}

function atMidnight(zone: string, day: number): number {
  const known = midnights.get(zone) ?? new Map<number, number>();
  midnights.set(zone, known);
  const offset = known.get(day) ?? asked(zone, day * DAY_S);
  known.set(day, offset);
  return offset;
}

/** Seconds that the wall is ahead of UTC. No zone turns its clocks twice within a day. */
export function offsetAt(zone: string, at: number): number {
  const day = Math.floor(at / DAY_S);
  const before = atMidnight(zone, day);
  return before === atMidnight(zone, day + 1) ? before : asked(zone, at);
}

/** What the wall shows: the day, and the second of that day. */
export function wallOf(zone: string, at: number): { day: number; second: number } {
  const local = at + offsetAt(zone, at);
  const day = Math.floor(local / DAY_S);
  return { day, second: local - day * DAY_S };
}

/** The instant of a wall time: the first of two; in a skipped hour, later by the length of the gap. 24:00 is the next midnight. */
export function instantOf(zone: string, day: number, second: number): number {
  const local = day * DAY_S + second;
  const before = offsetAt(zone, local - DAY_S);
  const after = offsetAt(zone, local + DAY_S);
  const fits = [before, after].filter((offset) => offsetAt(zone, local - offset) === offset).map((offset) => local - offset);
  return fits.length > 0 ? Math.min(...fits) : local - before;
}
