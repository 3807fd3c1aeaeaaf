import { expect, test } from 'vitest';
import { publicHolidays } from '../../src/calendar/holidays.ts';
import { problemsOf } from '../../src/calendar/problems.ts';
import type { CalendarSpec, DayWindow, HolidaySource } from '../../src/calendar/time.ts';
import { daily, office, windows } from './specs.ts';

const every: HolidaySource = (_country, _region, year) =>
  Array.from({ length: 365 }, (_, i) => ({ date: new Date(Date.UTC(year, 0, 1 + i)).toISOString().slice(0, 10), name: 'a long holiday' }));

/** Every Monday from 2026-01-05 on. */
const mondays = (count: number): Record<string, DayWindow[]> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [new Date(Date.UTC(2026, 0, 5 + 7 * i)).toISOString().slice(0, 10), []]));

const onMondays = daily('09:00-17:00', ['mon']);
const mon = { weekday: 'mon' } as const;

test.each<[claim: string, spec: CalendarSpec, codes: unknown[], source?: HolidaySource]>([
  ['a plain calendar is fine', office(), []],
  ['always is fine', { kind: 'always', id: 'always', timezone: 'UTC' }, []],
  ['windows may touch', office({ hours: daily('09:00-13:00 13:00-24:00') }), []],
  ['a country and its region are known', office({ country: 'DE', region: 'BY' }), [], publicHolidays],
  ['without a source the country is not looked at', office({ country: 'XX' }), []],
  ['an unknown zone', office({ timezone: 'Europe/Bukarest' }), [{ code: 'unknown_zone', timezone: 'Europe/Bukarest' }]],
  ['an unknown zone of always', { kind: 'always', id: 'a', timezone: '+02:00' }, [{ code: 'unknown_zone', timezone: '+02:00' }]],
  ['an unknown country', office({ country: 'XX' }), [{ code: 'unknown_country', country: 'XX' }], publicHolidays],
  ['an unknown region', office({ country: 'RO', region: 'BY' }), [{ code: 'unknown_region', country: 'RO', region: 'BY' }], publicHolidays],
  [
    'overlapping windows, in whatever order',
    office({ hours: { mon: windows('12:00-18:00 09:00-13:00') } }),
    [{ code: 'overlapping_windows', of: mon, windows: windows('09:00-13:00 12:00-18:00') }],
  ],
  [
    'a window in another',
    office({ add: { '2026-12-24': windows('09:00-18:00 10:00-11:00 12:00-13:00') } }),
    [
      { code: 'overlapping_windows', of: { date: '2026-12-24' }, windows: windows('09:00-18:00 10:00-11:00') },
      { code: 'overlapping_windows', of: { date: '2026-12-24' }, windows: windows('09:00-18:00 12:00-13:00') },
    ],
  ],
  [
    'a window over midnight',
    office({ hours: { mon: windows('18:00-09:00') } }),
    [{ code: 'bad_window', of: mon, window: windows('18:00-09:00')[0] }],
  ],
  [
    'an empty window',
    office({ hours: { mon: windows('09:00-09:00') } }),
    [{ code: 'bad_window', of: mon, window: windows('09:00-09:00')[0] }],
  ],
  [
    'a window past midnight',
    office({ hours: { mon: windows('09:00-24:01') } }),
    [{ code: 'bad_window', of: mon, window: windows('09:00-24:01')[0] }],
  ],
  [
    'a window from the evening before',
    office({ hours: { mon: [[-3_600, 3_600]] } }),
    [{ code: 'bad_window', of: mon, window: [-3_600, 3_600] }],
  ],
  [
    'two windows inside of a third',
    office({ hours: { mon: windows('09:00-18:00 10:00-11:00 12:00-13:00') } }),
    [
      { code: 'overlapping_windows', of: mon, windows: windows('09:00-18:00 10:00-11:00') },
      { code: 'overlapping_windows', of: mon, windows: windows('09:00-18:00 12:00-13:00') },
    ],
  ],
  [
    'an added date that does not exist',
    office({ add: { '2026-02-29': [] } }),
    [{ code: 'no_such_date', under: 'add', date: '2026-02-29' }],
  ],
  ['a removed one', office({ remove: ['2026-13-01'] }), [{ code: 'no_such_date', under: 'remove', date: '2026-13-01' }]],
  ['a date written otherwise', office({ remove: ['2026-6-1'] }), [{ code: 'no_such_date', under: 'remove', date: '2026-6-1' }]],
  ['no hours at all', office({ hours: {} }), [{ code: 'never_open' }]],
  ['weekdays without windows', office({ hours: { mon: [], tue: [] } }), [{ code: 'never_open' }]],
  ['hours on listed dates only', office({ hours: {}, add: { '2026-12-24': windows('09:00-13:00') } }), [{ code: 'never_open' }]],
  ['a country that is always on holiday', office({ country: 'XX' }), [{ code: 'never_open' }], every],
  [
    'a country that is always on holiday once the last listed date has passed',
    office({ country: 'XX', add: { '2026-06-01': [], '2025-06-01': [] } }),
    [{ code: 'never_open' }],
    (country, region, year) => (year < 2027 ? [] : every(country, region, year)),
  ],
  ['every Monday of two years is listed as closed', office({ hours: onMondays, add: mondays(105) }), [{ code: 'never_open' }]],
  ['every Monday but one of two years', office({ hours: onMondays, add: mondays(103) }), []],
  ['closings in the far future', office({ add: { '9999-12-31': [], '2100-01-01': [] } }), []],
])('%s', (_claim, spec, want, source) => expect(problemsOf(spec, source)).toEqual(want));

test('a source of holidays that breaks is a bug, and no problem of the calendar', () => {
  const breaks: HolidaySource = (country, region, year) => {
    if (year > 2026) throw new Error('broken');
    return every(country, region, year);
  };
  expect(() => problemsOf(office({ country: 'XX' }), breaks)).toThrow('broken');
});
