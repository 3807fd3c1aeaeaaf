import type { CalendarSpec, HolidaySource } from './time.ts';

/**
 * The real source of holidays, loaded the first time that a calendar names a country; undefined when none does. Asynchronous here,
 * so that every answer of a calendar can be synchronous: load once per policy, then pass the source to `problemsOf` and `compileCalendar`.
 */
export async function loadHolidays(specs: Iterable<CalendarSpec>): Promise<HolidaySource | undefined> {
  for (const spec of specs) {
    if (spec.kind === 'hours' && spec.country !== undefined) return (await import('./holidays.ts')).publicHolidays;
  }
  return undefined;
}
