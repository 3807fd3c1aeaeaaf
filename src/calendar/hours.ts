import { type Calendar, CalendarError, type Stretch } from './contract.ts';
import { DAY_SECONDS, type DayNumber, dateOf, mustDayOf, YEAR_MAX, YEAR_MIN, yearOf } from './dates.ts';
import { createDays, type Days, type HoursSpec } from './days.ts';
import { UNIT_SECONDS } from './duration.ts';
import { buildYear, indexAt, indexOfSum, openBefore, spansOn, type YearTable } from './table.ts';
import { type HolidaySource, type Instant, instant, type Seconds } from './time.ts';
import { type Zone, zoneOf } from './zone.ts';

/** Looking for open time gives up after two years; no two calendar years are longer. */
const LOOK_AHEAD = 731 * DAY_SECONDS;

/** A sum of hours on a calendar that opens an hour a week would walk 1,700 years; a promise a century away is a mistake. */
const ADD_YEARS_MAX = 100;

/** A hundred years of days, for the same reason. */
const ADD_DAYS_MAX = 36_525;

/** 10 kB a year with a window a day: a calendar stays under 1 MB. Beyond this the cache starts afresh. */
const TABLES_MAX = 64;

/** `w` is 5 `d` where days are working days. */
const WEEK_DAYS = 5;

/** Days whose open time is kept: six years. */
const DAYS_MAX = 2_200;

function remembered<T>(read: (day: DayNumber) => T): (day: DayNumber) => T {
  const known = new Map<DayNumber, T>();
  return (day) => {
    let found = known.get(day);
    if (found === undefined) {
      found = read(day);
      if (known.size >= DAYS_MAX) known.clear();
      known.set(day, found);
    }
    return found;
  };
}

type Tables = { readonly id: string; at(t: number): YearTable };

/** A calendar with hours: tables of open time, a year each, built when first asked for. */
export function createHours(spec: HoursSpec, holidays: HolidaySource | undefined): Calendar {
  const zone = zoneOf(spec.timezone);
  const days = createDays(spec, holidays);
  const tables = createTables(spec.id, zone, days);
  const dayAt = (t: Instant): DayNumber => Math.floor((t + zone.offsetAt(t)) / DAY_SECONDS);
  const spans = remembered((day) => spansOn(zone.year(yearOf(day * DAY_SECONDS)), day, days.hoursOn(day)));
  const addDays = (start: Instant, count: number) => addOpenDays(nextOpen(tables, start), count, spec.id, zone, spans);
  const windowsOn = (day: DayNumber): Stretch[] => spans(day).map(([from, to]) => ({ from: instant(from), to: instant(to) }));
  return {
    spec,
    isOpen: (t) => {
      const table = tables.at(t);
      return table.opens[indexAt(table, t)]! <= t;
    },
    nextOpen: (t) => nextOpen(tables, t),
    openBetween: (a, b) => openBetween(tables, a, b),
    addOpen: (start, seconds) => addOpen(tables, start, seconds),
    dueAfter: (start, duration) => {
      let due = start;
      for (const { n, unit } of duration) {
        if (unit === 'd') due = addDays(due, n);
        else if (unit === 'w') due = addDays(due, n * WEEK_DAYS);
        else due = addOpen(tables, due, n * UNIT_SECONDS[unit]);
      }
      return due;
    },
    localDate: (t) => dateOf(dayAt(t)),
    hoursOn: (date) => days.hoursOn(mustDayOf(date)),
    windowsOn: (date) => windowsOn(mustDayOf(date)),
    holidaysOn: (date) => days.holidaysOn(mustDayOf(date)),
    closedBecause: (date) => {
      const day = mustDayOf(date);
      if (spans(day).length > 0) return undefined;
      const names = days.holidaysOn(day);
      if (days.hoursOn(day).length > 0) return { why: 'skipped', holidays: names };
      if (days.isListed(day)) return { why: 'listed', holidays: names };
      return { why: names.length > 0 ? 'holiday' : 'weekday', holidays: names };
    },
  };
}

function createTables(id: string, zone: Zone, days: Days): Tables {
  let tables: YearTable[] = [];
  let count = 0;
  const of = (year: number): YearTable => {
    const known = tables[year];
    if (known) return known;
    if (!(year >= YEAR_MIN && year <= YEAR_MAX)) throw new RangeError(`calendar ${id}: no year ${year}`);
    if (count >= TABLES_MAX) {
      tables = [];
      count = 0;
    }
    count += 1;
    const table = buildYear(year, zone, days.hoursOn);
    tables[year] = table;
    return table;
  };
  const at = (t: number): YearTable => {
    // The mean year; at its turn the guess is a year off, and the table itself says so.
    const table = tables[1970 + Math.floor(t / 31_556_952)];
    return table && t >= table.start && t < table.end ? table : of(yearOf(t));
  };
  return { id, at };
}

function nextOpen(tables: Tables, t: Instant): Instant {
  let table = tables.at(t);
  let i = indexAt(table, t);
  while (i === table.opens.length) {
    if (table.end - t > LOOK_AHEAD) throw new CalendarError('never_open', tables.id, t);
    table = tables.at(table.end);
    i = 0;
  }
  const open = Math.max(t, table.opens[i]!);
  if (open - t > LOOK_AHEAD) throw new CalendarError('never_open', tables.id, t);
  return open as Instant;
}

function openBetween(tables: Tables, a: Instant, b: Instant): Seconds {
  if (b <= a) return 0;
  let table = tables.at(a);
  let open = -openBefore(table, a);
  while (b >= table.end) {
    open += table.total;
    table = tables.at(table.end);
  }
  return open + openBefore(table, b);
}

function addOpen(tables: Tables, start: Instant, seconds: Seconds): Instant {
  if (!(seconds >= 0)) throw new RangeError(`not a length of time: ${seconds}`);
  if (seconds === 0) return start;
  const first = tables.at(start);
  const target = openBefore(first, start) + seconds;
  if (target > first.total) return addOpenAcross(tables, first, start, target - first.total);
  const i = indexOfSum(first, target);
  return (first.opens[i]! + target - first.sums[i]!) as Instant;
}

/** `left` > 0 is what remains when the first table ends. */
function addOpenAcross(tables: Tables, first: YearTable, start: Instant, left: Seconds): Instant {
  let lastOpen = Math.max(start, first.closes[first.closes.length - 1] ?? start);
  let table = first;
  for (let years = 0; years < ADD_YEARS_MAX; years += 1) {
    table = tables.at(table.end);
    const nextOpen = table.opens[0] ?? table.end;
    if (nextOpen - lastOpen > LOOK_AHEAD) throw new CalendarError('never_open', tables.id, lastOpen);
    if (left <= table.total) {
      const i = indexOfSum(table, left);
      return (table.opens[i]! + left - table.sums[i]!) as Instant;
    }
    left -= table.total;
    lastOpen = table.closes[table.closes.length - 1] ?? lastOpen;
  }
  throw new CalendarError('too_far', tables.id, start);
}

/**
 * The count-th later local date that has open time, at the wall clock of `from` (which is open): before that day's first opening
 * or in a break at the next opening, after its last closing at that closing. A wall clock that this date skips or repeats is taken
 * by `compatible`, like the edge of a window.
 */
function addOpenDays(
  from: Instant,
  count: number,
  id: string,
  zone: Zone,
  spansOf: (day: DayNumber) => readonly (readonly [open: number, close: number])[],
): Instant {
  if (!(count <= ADD_DAYS_MAX)) throw new CalendarError('too_far', id, from);
  const local = from + zone.offsetAt(from);
  let day = Math.floor(local / DAY_SECONDS);
  const clock = local - day * DAY_SECONDS;
  let spans = spansOf(day);
  for (let left = count; left > 0; left -= 1) {
    const since = day;
    do {
      day += 1;
      if ((day - since) * DAY_SECONDS > LOOK_AHEAD) throw new CalendarError('never_open', id, from);
      spans = spansOf(day);
    } while (spans.length === 0);
  }
  const same = zone.toInstant(day, clock);
  for (const [open, close] of spans) if (same < close) return instant(Math.max(open, same));
  return instant(spans[spans.length - 1]![1]);
}
