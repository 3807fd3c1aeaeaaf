import { compileCalendar } from './calendar.ts';
import { CalendarError } from './contract.ts';
import { DAY_SECONDS, dayOf } from './dates.ts';
import type { HoursSpec } from './days.ts';
import { type CalendarSpec, type DayWindow, type HolidaySource, type PlainDate, WEEKDAYS, type Weekday } from './time.ts';
import { isZone, wallToInstant } from './zone.ts';

/** Whose windows: a weekday of `hours`, or a date under `holidays.add`. */
export type WindowsOf = { readonly weekday: Weekday } | { readonly date: PlainDate };

/** What is wrong with a calendar, as data; `policy/` gives it a line and `words/` a sentence. */
export type CalendarProblem =
  | { readonly code: 'unknown_zone'; readonly timezone: string }
  | { readonly code: 'unknown_country'; readonly country: string }
  | { readonly code: 'unknown_region'; readonly country: string; readonly region: string }
  | { readonly code: 'no_such_date'; readonly under: 'add' | 'remove'; readonly date: string }
  /** Not whole seconds with 0 ≤ open < close ≤ 24:00. `18:00-09:00` crosses midnight: write two. */
  | { readonly code: 'bad_window'; readonly of: WindowsOf; readonly window: DayWindow }
  | { readonly code: 'overlapping_windows'; readonly of: WindowsOf; readonly windows: readonly [DayWindow, DayWindow] }
  | { readonly code: 'never_open' };

/** Where the search for open time begins when no listed date says otherwise: any two ordinary years will do. */
const PROBE_YEAR = 2026;

/** Tables of moving holidays end soon after: a date listed beyond closes no weekday for good. */
const PROBE_YEAR_MAX = 2075;

/** Fewer closed dates than weeks in two years cannot close a weekday for two years. */
const CLOSINGS_TO_WALK = 104;

/**
 * Everything that is wrong with a calendar; empty for a good one. `never_open` is also a calendar that is open on listed dates only:
 * once they have passed, a clock on it would look for open time in vain. A listed run of closings longer than two years is, too.
 * Without a source the country is not looked at. The first country of a process costs 60–90 ms, everything else a year of tables: 1–5 ms.
 */
export function problemsOf(spec: CalendarSpec, holidays?: HolidaySource): CalendarProblem[] {
  const problems: CalendarProblem[] = isZone(spec.timezone) ? [] : [{ code: 'unknown_zone', timezone: spec.timezone }];
  if (spec.kind === 'always') return problems;
  for (const weekday of WEEKDAYS) problems.push(...problemsOfWindows({ weekday }, spec.hours[weekday] ?? []));
  for (const [date, windows] of Object.entries(spec.add)) {
    if (dayOf(date) === undefined) problems.push({ code: 'no_such_date', under: 'add', date });
    problems.push(...problemsOfWindows({ date }, windows));
  }
  for (const date of spec.remove) if (dayOf(date) === undefined) problems.push({ code: 'no_such_date', under: 'remove', date });
  problems.push(...problemsOfPlace(spec, holidays));
  if (problems.length === 0 && !staysOpen(spec, holidays)) problems.push({ code: 'never_open' });
  return problems;
}

function problemsOfWindows(of: WindowsOf, windows: readonly DayWindow[]): CalendarProblem[] {
  const problems: CalendarProblem[] = [];
  let last: DayWindow | undefined;
  for (const window of [...windows].sort((a, b) => a[0] - b[0])) {
    const [open, close] = window;
    const isGood = Number.isInteger(open) && Number.isInteger(close) && 0 <= open && open < close && close <= DAY_SECONDS;
    if (!isGood) problems.push({ code: 'bad_window', of, window });
    if (last && open < last[1]) problems.push({ code: 'overlapping_windows', of, windows: [last, window] });
    if (!last || close > last[1]) last = window;
  }
  return problems;
}

function problemsOfPlace({ country, region }: HoursSpec, holidays: HolidaySource | undefined): CalendarProblem[] {
  if (country === undefined || !holidays) return [];
  if (!holidays(country, undefined, PROBE_YEAR)) return [{ code: 'unknown_country', country }];
  if (region === undefined || holidays(country, region, PROBE_YEAR)) return [];
  return [{ code: 'unknown_region', country, region }];
}

function staysOpen(spec: HoursSpec, holidays: HolidaySource | undefined): boolean {
  if (!WEEKDAYS.some((weekday) => spec.hours[weekday]?.length)) return false;
  const { country: _country, region: _region, ...plain } = spec;
  const calendar = compileCalendar(holidays ? spec : plain, holidays);
  const opensAfter = (date: PlainDate) => calendar.nextOpen(wallToInstant(spec.timezone, date, 0));
  const listed = Object.keys(spec.add).sort();
  const closings = listed.filter((date) => spec.add[date]!.length === 0);
  try {
    const lastYear = Number((listed.at(-1) ?? '0').slice(0, 4));
    opensAfter(`${lastYear >= PROBE_YEAR && lastYear < PROBE_YEAR_MAX ? lastYear + 1 : PROBE_YEAR}-01-01`);
    if (closings.length >= CLOSINGS_TO_WALK) for (const date of closings) opensAfter(date);
    return true;
  } catch (error) {
    if (error instanceof CalendarError) return false;
    throw error;
  }
}
