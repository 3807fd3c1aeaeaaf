import type { Calendar } from './contract.ts';
import { DAY_SECONDS, dateOf, mustDayOf } from './dates.ts';
import { UNIT_SECONDS } from './duration.ts';
import { createHours } from './hours.ts';
import { type CalendarSpec, type DayWindow, type HolidaySource, type Instant, instant, type PlainDate, type Seconds } from './time.ts';
import { zoneOf } from './zone.ts';

export { type Calendar, CalendarError, type ClosedBecause, type Stretch } from './contract.ts';

/**
 * A calendar from its data. `holidays` is needed (and asked, year by year, when a table is built) only if the spec names a country;
 * without it such a spec throws. Throws on what `problemsOf` reports, too: ask it first about a spec that a person wrote.
 */
export function compileCalendar(spec: CalendarSpec, holidays?: HolidaySource): Calendar {
  return spec.kind === 'always' ? createAlways(spec) : createHours(spec, holidays);
}

function createAlways(spec: CalendarSpec): Calendar {
  const zone = zoneOf(spec.timezone);
  const hours: readonly DayWindow[] = [[0, DAY_SECONDS]];
  const addOpen = (start: Instant, seconds: Seconds) => {
    if (!(seconds >= 0)) throw new RangeError(`not a length of time: ${seconds}`);
    return instant(start + seconds);
  };
  const windowsOn = (date: PlainDate) => {
    const day = mustDayOf(date);
    const [from, to] = [instant(zone.toInstant(day, 0)), instant(zone.toInstant(day + 1, 0))];
    return from < to ? [{ from, to }] : [];
  };
  return {
    spec,
    isOpen: () => true,
    nextOpen: (t) => t,
    openBetween: (a, b) => Math.max(0, b - a),
    addOpen,
    dueAfter: (start, duration) => duration.reduce((from, { n, unit }) => addOpen(from, n * UNIT_SECONDS[unit]), start),
    localDate: (t) => dateOf(Math.floor((t + zone.offsetAt(t)) / DAY_SECONDS)),
    hoursOn: () => hours,
    windowsOn,
    holidaysOn: () => [],
    closedBecause: (date) => (windowsOn(date).length > 0 ? undefined : { why: 'skipped', holidays: [] }),
  };
}
