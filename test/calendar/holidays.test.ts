import { describe, expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { publicHolidays } from '../../src/calendar/holidays.ts';
import { loadHolidays } from '../../src/calendar/load-holidays.ts';
import { at, iso } from '../../src/calendar/time.ts';
import { duration, office, windows } from './specs.ts';

const dates = (country: string, region: string | undefined, year: number) => publicHolidays(country, region, year)?.map(({ date }) => date);

/** The law of 2026 (Codul muncii, art. 139). Orthodox Easter is on 12 April, a week after the western one. */
const ROMANIA = [
  ...['2026-01-01', '2026-01-02', '2026-01-06', '2026-01-07', '2026-01-24', '2026-04-10', '2026-04-12', '2026-04-13', '2026-05-01'],
  ...['2026-05-31', '2026-06-01', '2026-08-15', '2026-11-30', '2026-12-01', '2026-12-25', '2026-12-26'],
];

describe('Romania', () => {
  const calendar = compileCalendar(office({ country: 'RO' }), publicHolidays);

  test('its public holidays, both days of a double one', () => {
    expect([...new Set(dates('RO', undefined, 2026))]).toEqual(ROMANIA);
  });

  test('Orthodox Easter: a day from the Thursday before is the Tuesday after', () => {
    expect(iso(calendar.dueAfter(at('2026-04-09T10:00:00+03:00'), duration('1d')))).toBe(iso(at('2026-04-14T10:00:00+03:00')));
    expect(calendar.closedBecause('2026-04-10')).toEqual({ why: 'holiday', holidays: ['Vinerea Mare'] });
    expect(calendar.closedBecause('2026-04-06')).toBeUndefined();
  });

  test('a date with two holidays has both names', () => {
    expect(calendar.closedBecause('2026-06-01')).toEqual({ why: 'holiday', holidays: ['Ziua Copilului', 'A doua zi de Rusalii'] });
  });

  test('a removed holiday is a working day without a name', () => {
    const working = compileCalendar(office({ country: 'RO', remove: ['2026-06-01'] }), publicHolidays);
    expect(working.closedBecause('2026-06-01')).toBeUndefined();
    expect(working.holidaysOn('2026-06-01')).toEqual([]);
    expect(working.closedBecause('2026-12-01')?.why).toBe('holiday');
  });

  test('to remove what is no holiday changes nothing', () => {
    const working = compileCalendar(office({ country: 'RO', remove: ['2026-06-02', '2026-06-06'] }), publicHolidays);
    expect(working.closedBecause('2026-06-02')).toBeUndefined();
    expect(working.closedBecause('2026-06-06')?.why).toBe('weekday');
  });

  test('a listed date beats the country, and keeps the name', () => {
    const half = compileCalendar(
      office({ country: 'RO', add: { '2026-12-01': windows('09:00-13:00') }, remove: ['2026-12-01'] }),
      publicHolidays,
    );
    expect(half.hoursOn('2026-12-01')).toEqual(windows('09:00-13:00'));
    const named = compileCalendar(office({ country: 'RO', add: { '2026-12-01': windows('09:00-13:00') } }), publicHolidays);
    expect(named.closedBecause('2026-12-01')).toBeUndefined();
    expect(named.holidaysOn('2026-12-01')).toEqual(['Ziua națională, Ziua Marii Uniri']);
  });

  test('a listed half day: a day from the afternoon before ends at its closing', () => {
    const half = compileCalendar(office({ country: 'RO', add: { '2026-12-24': windows('09:00-13:00') } }), publicHolidays);
    expect(iso(half.dueAfter(at('2026-12-23T15:00:00+02:00'), duration('1d')))).toBe(iso(at('2026-12-24T13:00:00+02:00')));
    // Friday 25 is a holiday.
    expect(iso(half.dueAfter(at('2026-12-23T15:00:00+02:00'), duration('2d')))).toBe(iso(at('2026-12-28T15:00:00+02:00')));
  });
});

test.each([
  ['a region has its own', 'DE', 'BY', '2026-01-06', true],
  ['the country has not', 'DE', undefined, '2026-01-06', false],
  ["a region has the country's", 'DE', 'BY', '2026-10-03', true],
  ['a part of a region', 'DE', 'BY-A', '2026-08-08', true],
  ['written with a dot and in lower case', 'de', 'by.a', '2026-08-08', true],
  ['Polish Corpus Christi', 'PL', undefined, '2026-06-04', true],
  ["only public ones: no Mother's Day", 'US', undefined, '2026-05-10', false],
  ['a substitute for a holiday on a Saturday', 'US', undefined, '2026-07-03', true],
  ['a feast that begins at sunset counts for its day', 'TR', undefined, '2026-03-20', true],
  ['and not for the day before', 'TR', undefined, '2026-03-19', false],
  ['a feast that lasts over the new year', 'SZ', undefined, '2027-01-02', true],
  ['and ends', 'SZ', undefined, '2027-01-03', false],
  ['half a day from 13:00 is not a closed day', 'IS', undefined, '2026-12-24', false],
  ['nor one from noon', 'CN', undefined, '2027-03-08', false],
])('%s', (_claim, country, region, date, want) => {
  expect(dates(country, region, Number(date.slice(0, 4)))?.includes(date)).toBe(want);
});

test.each([
  ['XX', undefined],
  ['', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
  ['DE', 'XX'],
  ['DE', ''],
  ['DE', 'BY-A-B'],
  ['DE', 'constructor'],
  ['RO', 'B'],
])('no holidays are known for %s %s', (country, region) => expect(publicHolidays(country, region, 2026)).toBeUndefined());

test('the source is loaded only for a calendar with a country', async () => {
  expect(await loadHolidays([office(), { kind: 'always', id: 'always', timezone: 'UTC' }])).toBeUndefined();
  expect(await loadHolidays([office(), office({ country: 'RO' })])).toBe(publicHolidays);
});

test('a year is asked for only when a table needs it', () => {
  const asked: number[] = [];
  const calendar = compileCalendar(office({ country: 'RO' }), (_country, _region, year) => {
    asked.push(year);
    return [];
  });
  expect(asked).toEqual([]);
  calendar.nextOpen(at('2026-06-01T10:00:00Z'));
  calendar.nextOpen(at('2026-07-01T10:00:00Z'));
  expect(asked).toEqual([2025, 2026, 2027]);
});
