import { DAY_SECONDS, type DayNumber, mustDayOf, weekdayIndexOf, yearOf } from './dates.ts';
import { type CalendarSpec, type DayWindow, type HolidaySource, WEEKDAYS } from './time.ts';

export type HoursSpec = Extract<CalendarSpec, { kind: 'hours' }>;

/** What a calendar says about local dates, before any zone: pure data by day number. */
export type Days = {
  /** The windows of that date, sorted: a listed date beats the country's holiday, a holiday beats the weekday. */
  hoursOn(day: DayNumber): readonly DayWindow[];
  /** The country's public holidays on that date that `remove` has not taken away, by name. */
  holidaysOn(day: DayNumber): readonly string[];
  isListed(day: DayNumber): boolean;
};

const CLOSED: readonly DayWindow[] = [];
const NO_NAMES: readonly string[] = [];

/** As many years as tables are kept; a year of names is a few hundred bytes. */
const HOLIDAY_YEARS_MAX = 64;

/** Throws when the calendar names a country and no source of holidays was given, or one that does not know it: both are bugs here. */
export function createDays(spec: HoursSpec, source: HolidaySource | undefined): Days {
  if (spec.country !== undefined && !source) throw new Error(`calendar ${spec.id}: a country needs a source of holidays`);
  const byWeekday = WEEKDAYS.map((weekday) => sorted(spec.hours[weekday] ?? CLOSED));
  const listed = new Map(Object.entries(spec.add).map(([date, windows]) => [mustDayOf(date), sorted(windows)]));
  const removed = new Set(spec.remove.map(mustDayOf));
  const holidaysOn = spec.country === undefined ? () => NO_NAMES : holidayNames(spec, source!, removed);
  return {
    holidaysOn,
    isListed: (day) => listed.has(day),
    hoursOn: (day) => listed.get(day) ?? (holidaysOn(day).length > 0 ? CLOSED : byWeekday[weekdayIndexOf(day)]!),
  };
}

const sorted = (windows: readonly DayWindow[]) => [...windows].sort((a, b) => a[0] - b[0]);

function holidayNames(spec: HoursSpec, source: HolidaySource, removed: ReadonlySet<DayNumber>) {
  const years = new Map<number, ReadonlyMap<DayNumber, readonly string[]>>();
  const load = (year: number) => {
    const names = new Map<DayNumber, string[]>();
    const holidays = source(spec.country!, spec.region, year);
    if (!holidays) throw new Error(`calendar ${spec.id}: no holidays known for ${spec.country} ${spec.region ?? ''}`);
    for (const { date, name } of holidays) {
      const day = mustDayOf(date);
      if (!removed.has(day)) names.set(day, [...(names.get(day) ?? []), name]);
    }
    if (years.size >= HOLIDAY_YEARS_MAX) years.clear();
    years.set(year, names);
    return names;
  };
  return (day: DayNumber): readonly string[] => {
    const year = yearOf(day * DAY_SECONDS);
    return (years.get(year) ?? load(year)).get(day) ?? NO_NAMES;
  };
}
