import { DAY_SECONDS, type DayNumber, dateOf, mustDayOf, yearOf, yearStart } from './dates.ts';
import { type Instant, instant, type PlainDate, type Seconds } from './time.ts';

/** A wall clock: the plain date, seconds after its midnight as the clock shows them, and the offset from UTC in seconds. */
export type Wall = { readonly date: PlainDate; readonly seconds: Seconds; readonly offset: Seconds };

/**
 * The offsets of one zone over one UTC year and `MARGIN` to both sides: `offsets[i]` holds from `starts[i]` to `starts[i + 1]`.
 * The margin lets a year's windows be laid out without a look at its neighbours.
 */
export type ZoneYear = { readonly starts: readonly number[]; readonly offsets: readonly Seconds[] };

export type Zone = {
  readonly name: string;
  year(year: number): ZoneYear;
  offsetAt(t: number): Seconds;
  /** Wall clock → seconds since the epoch, by Temporal's `compatible` rule. */
  toInstant(day: DayNumber, seconds: Seconds): number;
};

const MARGIN = 5 * DAY_SECONDS;

/** No zone since 1970 has changed its offset and changed it back within less than a week (Recife in October 2000, of all zones looked at day by day). */
const PROBE_STEP = 5 * DAY_SECONDS;

/** A year costs about 200 bytes; a clock asks for two or three. Beyond this the cache starts afresh. */
const YEARS_MAX = 128;

/** There are about 420 zones and 600 names; a formatter costs some 30 kB. Beyond this the cache starts afresh. */
const ZONES_MAX = 64;

const zones = new Map<string, Zone>();

/** Is this the name of an IANA zone (as written, without case)? Bare offsets such as `+02:00` are not zones: they know no DST. */
export const isZone = (name: string): boolean => findZone(name) !== undefined;

/** The zone of that name. Throws on an unknown one: `isZone` asks first. */
export function zoneOf(name: string): Zone {
  const zone = findZone(name);
  if (!zone) throw new RangeError(`unknown zone: ${name}`);
  return zone;
}

function findZone(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const format = /^[A-Za-z]/.test(name) ? createFormat(name) : undefined;
  if (!format) return undefined;
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone = createZone(name, format);
  zones.set(name, zone);
  return zone;
}

/** The wall clock of a zone at an instant. */
export function instantToWall(zone: string, t: Instant): Wall {
  const offset = zoneOf(zone).offsetAt(t);
  const local = t + offset;
  const day = Math.floor(local / DAY_SECONDS);
  return { date: dateOf(day), seconds: local - day * DAY_SECONDS, offset };
}

/**
 * The instant at which a zone's clock shows that time of that date, by Temporal's `compatible` rule: in a skipped hour later by the
 * length of the gap, in a repeated hour the first of the two. 86,400 is the midnight that ends the date.
 */
export function wallToInstant(zone: string, date: PlainDate, secondsOfDay: Seconds): Instant {
  return instant(zoneOf(zone).toInstant(mustDayOf(date), secondsOfDay));
}

export function offsetIn({ starts, offsets }: ZoneYear, t: number): Seconds {
  let i = starts.length - 1;
  while (i > 0 && t < starts[i]!) i -= 1;
  return offsets[i]!;
}

/** `compatible`, inside a year that is known: `local` is the wall clock read as if it were UTC. */
export function compatible(year: ZoneYear, local: number): number {
  const before = offsetIn(year, local - DAY_SECONDS);
  const after = offsetIn(year, local + DAY_SECONDS);
  const early = local - before;
  if (before === after || offsetIn(year, early) === before) return early;
  const late = local - after;
  // Neither offset shows this time: it is skipped, and the offset from before the gap lands later by its length.
  return offsetIn(year, late) === after ? late : early;
}

function createZone(name: string, format: Intl.DateTimeFormat): Zone {
  const read = (t: number) => readOffset(format, t);
  const years = new Map<number, ZoneYear>();
  const year = (of: number): ZoneYear => {
    let known = years.get(of);
    if (!known) {
      if (years.size >= YEARS_MAX) years.clear();
      known = findOffsets(read, yearStart(of) - MARGIN, yearStart(of + 1) + MARGIN);
      years.set(of, known);
    }
    return known;
  };
  return {
    name,
    year,
    offsetAt: (t) => offsetIn(year(yearOf(t)), t),
    toInstant: (day, seconds) => {
      const local = day * DAY_SECONDS + seconds;
      return compatible(year(yearOf(local)), local);
    },
  };
}

/** Every change of offset in [from, to): probed every few days, then found to the second by bisection. */
function findOffsets(read: (t: number) => Seconds, from: number, to: number): ZoneYear {
  const starts = [from];
  const offsets = [read(from)];
  let low = from;
  for (let high = from + PROBE_STEP; low < to; high = Math.min(high + PROBE_STEP, to)) {
    const wanted = read(high);
    while (offsets[offsets.length - 1] !== wanted) {
      const change = firstChange(read, low, high, offsets[offsets.length - 1]!);
      starts.push(change);
      offsets.push(read(change));
      low = change;
    }
    low = high;
  }
  return { starts, offsets };
}

function firstChange(read: (t: number) => Seconds, low: number, high: number, offset: Seconds): number {
  let [same, other] = [low, high];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (read(middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

/** Undefined for an unknown zone. 0.4 ms, and 25–40 ms for the first of a process, which loads ICU. */
function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

/** Local minus UTC. `3/29/2026, 04:00:00` is the one thing that we ask of Intl. */
function readOffset(format: Intl.DateTimeFormat, t: number): Seconds {
  const [, month, day, year, hour, minute, second] = /(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)/.exec(format.format(t * 1000))!;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) / 1000 - t;
}
