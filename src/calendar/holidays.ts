import Holidays from 'date-holidays';
import { DAY_SECONDS, dateOf, mustDayOf } from './dates.ts';
import type { Holiday, HolidaySource } from './time.ts';

/** Names of a country's year are about 2 kB; beyond this the cache starts afresh. */
const YEARS_MAX = 256;
const PLACES_MAX = 64;

const places = new Map<string, Holidays | undefined>();
const years = new Map<string, readonly Holiday[]>();

/**
 * The public holidays of `date-holidays` as plain dates, in the country's own language. Only whole days: a holiday closes the dates
 * whose noon it covers from the morning on, so that what begins at the sunset before counts for its day, and a holiday from noon or
 * from 14:00 closes nothing (a half day is written under `add`). A region may have two levels: `BY`, `BY-A` or `BY.A`.
 *
 * Importing this file costs 110–170 ms and 35–40 MB: only `loadHolidays` does, when a calendar names a country.
 */
export const publicHolidays: HolidaySource = (country, region, year) => {
  const place = placeOf(country, region);
  if (!place) return undefined;
  // The year before, too: Incwala lasts from 28 December into January.
  const around = [year - 1, year].flatMap((of) => wholeDaysOf(place, JSON.stringify([country, region, of]), of));
  return around.filter(({ date }) => Number(date.slice(0, 4)) === year);
};

function wholeDaysOf(place: Holidays, key: string, year: number): readonly Holiday[] {
  let known = years.get(key);
  if (!known) {
    known = wholeDays(place, year);
    if (years.size >= YEARS_MAX) years.clear();
    years.set(key, known);
  }
  return known;
}

function placeOf(country: string, region: string | undefined): Holidays | undefined {
  const key = JSON.stringify([country, region]);
  if (!places.has(key)) {
    if (places.size >= PLACES_MAX) places.clear();
    places.set(key, findPlace(country.toUpperCase(), region?.toUpperCase().split(/[.-]/)));
  }
  return places.get(key);
}

function findPlace(country: string, region: readonly string[] | undefined): Holidays | undefined {
  const all = new Holidays();
  if (!(country in all.getCountries())) return undefined;
  if (!region) return new Holidays(country, { types: ['public'] });
  const [state, part, ...more] = region;
  if (!state || more.length > 0 || !(state in (all.getStates(country) ?? {}))) return undefined;
  if (part === undefined) return new Holidays(country, state, { types: ['public'] });
  return part in (all.getRegions(country, state) ?? {}) ? new Holidays(country, state, part, { types: ['public'] }) : undefined;
}

function wholeDays(place: Holidays, year: number): Holiday[] {
  const result: Holiday[] = [];
  for (const { date, start, end, name, type } of place.getHolidays(year)) {
    if (type !== 'public') continue;
    // `2026-03-20 00:00:00 -0600` begins six hours before that midnight, on the wall clock.
    const [, day, hour, minute, before] = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):\d\d(?: -(\d\d)\d\d)?/.exec(date)!;
    const from = mustDayOf(day!) * DAY_SECONDS + Number(hour) * 3_600 + Number(minute) * 60 - Number(before ?? 0) * 3_600;
    const to = from + (end.getTime() - start.getTime()) / 1000;
    for (let noon = Math.floor(from / DAY_SECONDS) * DAY_SECONDS + DAY_SECONDS / 2; noon < to; noon += DAY_SECONDS) {
      if (noon > from) result.push({ date: dateOf(Math.floor(noon / DAY_SECONDS)), name });
    }
  }
  return result;
}
