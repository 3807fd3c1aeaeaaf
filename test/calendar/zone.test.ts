import { describe, expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { at, type Instant, iso } from '../../src/calendar/time.ts';
import { instantToWall, isZone, wallToInstant } from '../../src/calendar/zone.ts';
import { daily, duration, hms, office, runs, windows } from './specs.ts';

describe('wall clock to instant, by Temporal\'s "compatible"', () => {
  test.each([
    ['the spring gap: later by its length', 'America/New_York', '2026-03-08', '02:30', '2026-03-08T07:30:00Z'],
    ['the first skipped second', 'Europe/Bucharest', '2026-03-29', '03:00', '2026-03-29T01:00:00Z'],
    ['the last skipped second', 'Europe/Bucharest', '2026-03-29', '03:59:59', '2026-03-29T01:59:59Z'],
    ['the first second after the gap', 'Europe/Bucharest', '2026-03-29', '04:00', '2026-03-29T01:00:00Z'],
    ['the autumn fold: the first of the two', 'America/New_York', '2026-11-01', '01:30', '2026-11-01T05:30:00Z'],
    ['after the fold', 'America/New_York', '2026-11-01', '02:00', '2026-11-01T07:00:00Z'],
    ['half an hour skipped', 'Australia/Lord_Howe', '2026-10-04', '02:15', '2026-10-03T15:45:00Z'],
    ['half an hour repeated', 'Australia/Lord_Howe', '2026-04-05', '01:45', '2026-04-04T14:45:00Z'],
    ['a skipped midnight', 'America/Havana', '2026-03-08', '00:00', '2026-03-08T05:00:00Z'],
    ['the midnight before, written 24:00', 'America/Havana', '2026-03-07', '24:00', '2026-03-08T05:00:00Z'],
    ['a repeated midnight', 'America/Havana', '2026-11-01', '00:00', '2026-11-01T04:00:00Z'],
    ['the skipped midnight of Beirut', 'Asia/Beirut', '2026-03-29', '00:30', '2026-03-28T22:30:00Z'],
    ['the repeated last hour of Asunción', 'America/Asuncion', '2024-03-23', '23:30', '2024-03-24T02:30:00Z'],
    ['the midnight after it comes once', 'America/Asuncion', '2024-03-23', '24:00', '2024-03-24T04:00:00Z'],
    ['a date that Apia left out', 'Pacific/Apia', '2011-12-30', '12:00', '2011-12-30T22:00:00Z'],
    ['half an hour off', 'Asia/Kolkata', '2026-06-01', '09:00', '2026-06-01T03:30:00Z'],
    ['three quarters off', 'Asia/Kathmandu', '2026-06-01', '09:00', '2026-06-01T03:15:00Z'],
    ['in the one week of DST that Recife had in 2000', 'America/Recife', '2000-10-11', '09:00', '2000-10-11T11:00:00Z'],
    ['and after it', 'America/Recife', '2000-10-17', '09:00', '2000-10-17T12:00:00Z'],
    ['seconds off: Monrovia before 1972', 'Africa/Monrovia', '1971-06-01', '09:00', '1971-06-01T09:44:30Z'],
    ['a second at the turn of the year', 'Pacific/Kiritimati', '2025-12-31', '23:59:59', '2025-12-31T09:59:59Z'],
  ])('%s', (_claim, zone, date, clock, want) => expect(iso(wallToInstant(zone, date, hms(clock)))).toBe(want));
});

test.each([
  ['2026-10-25T00:30:00Z', '2026-10-25', '03:30', 3],
  ['2026-10-25T01:30:00Z', '2026-10-25', '03:30', 2],
  ['2026-03-29T01:00:00Z', '2026-03-29', '04:00', 3],
  ['2026-12-31T22:00:00Z', '2027-01-01', '00:00', 2],
])('instant to wall clock in Bucharest: %s', (t, date, clock, hours) => {
  expect(instantToWall('Europe/Bucharest', at(t))).toEqual({ date, seconds: hms(clock), offset: hours * 3_600 });
});

test('every zone agrees with Intl about 100 instants of two years, there and back', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    for (let i = 0; i < runs(100); i += 1) {
      const t = (Date.UTC(2025, 6, 1) / 1000 + i * 630_003) as Instant;
      const { date, seconds } = instantToWall(zone, t);
      const clock = new Date(seconds * 1000).toISOString().slice(11, 19);
      expect(`${zone} ${date} ${clock}`).toBe(`${zone} ${format.format(t * 1000)}`);
      const back = wallToInstant(zone, date, seconds);
      if (back !== t) expect(instantToWall(zone, back)).toMatchObject({ date, seconds });
    }
  }
});

test('a zone is an IANA name', () => {
  const names = ['Europe/Bucharest', 'UTC', 'Etc/GMT+2', 'europe/bucharest', 'Asia/Calcutta'];
  const others = ['Europe/Bukarest', '', '+02:00', 'GMT+2:00', 'local', ' UTC', 'Europe/Bucharest\n', '../etc'];
  expect(names.filter(isZone)).toEqual(names);
  expect(others.filter(isZone)).toEqual([]);
});

describe('open time over a change of the clock', () => {
  const hours = (zone: string, text: string, from: string, to: string) =>
    compileCalendar(office({ timezone: zone, hours: daily(text) })).openBetween(at(from), at(to)) / 3_600;
  test.each([
    ['00:00–06:00 is five hours long on the spring day', 'Europe/Bucharest', '00:00-06:00', '2026-03-28T20:00Z', '2026-03-29T20:00Z', 5],
    ['and seven on the autumn one', 'Europe/Bucharest', '00:00-06:00', '2026-10-24T20:00Z', '2026-10-25T20:00Z', 7],
    ['a window inside the gap moves whole', 'Europe/Bucharest', '03:15-03:45', '2026-03-28T20:00Z', '2026-03-29T20:00Z', 0.5],
    ['a window from inside the gap to its end has no time', 'Europe/Bucharest', '03:15-04:00', '2026-03-28T20:00Z', '2026-03-29T20:00Z', 0],
    ['nor one that ends before its shifted beginning', 'Europe/Bucharest', '03:30-04:15', '2026-03-28T20:00Z', '2026-03-29T20:00Z', 0],
    [
      'a shifted window that meets the next counts once',
      'Europe/Bucharest',
      '03:00-03:30 04:00-05:00',
      '2026-03-28T20:00Z',
      '2026-03-29T20:00Z',
      1,
    ],
    [
      'a window inside the fold is open the first time only',
      'America/New_York',
      '01:00-01:30',
      '2026-10-31T20:00Z',
      '2026-11-01T20:00Z',
      0.5,
    ],
    ['a window into the fold ends the first time', 'America/New_York', '00:00-01:30', '2026-10-31T20:00Z', '2026-11-01T20:00Z', 1.5],
    ['a window out of the fold lasts through both', 'America/New_York', '01:30-02:00', '2026-10-31T20:00Z', '2026-11-01T20:00Z', 1.5],
    ['Lord Howe skips half an hour', 'Australia/Lord_Howe', '00:00-06:00', '2026-10-03T09:00Z', '2026-10-04T09:00Z', 5.5],
    ['and repeats it', 'Australia/Lord_Howe', '00:00-06:00', '2026-04-04T09:00Z', '2026-04-05T09:00Z', 6.5],
    ['Havana skips midnight', 'America/Havana', '00:00-06:00', '2026-03-07T20:00Z', '2026-03-08T20:00Z', 5],
    ['Havana repeats it', 'America/Havana', '00:00-06:00', '2026-10-31T20:00Z', '2026-11-01T20:00Z', 7],
    ['Asunción repeats 23:00: the night before ends once', 'America/Asuncion', '18:00-24:00', '2024-03-23T16:00Z', '2024-03-24T16:00Z', 7],
    ['no seam at a skipped midnight', 'Asia/Beirut', '00:00-24:00', '2026-03-20T00:00Z', '2026-04-03T00:00Z', 14 * 24],
    ['no seam at a repeated one', 'America/Havana', '00:00-24:00', '2026-10-26T00:00Z', '2026-11-09T00:00Z', 14 * 24],
  ])('%s', (_claim, zone, text, from, to, want) => {
    expect(hours(zone, text, from.replace('Z', ':00Z'), to.replace('Z', ':00Z'))).toBe(want);
  });

  test('a day keeps the wall clock over DST, and a wall clock in the gap is taken later', () => {
    const night = compileCalendar(office({ hours: daily('00:00-06:00') }));
    expect(iso(night.dueAfter(at('2026-03-28T01:30:00Z'), duration('1d')))).toBe('2026-03-29T01:30:00Z');
    expect(iso(night.dueAfter(at('2026-03-28T02:30:00Z'), duration('1d')))).toBe('2026-03-29T01:30:00Z');
    expect(iso(night.dueAfter(at('2026-10-24T00:30:00Z'), duration('1d')))).toBe('2026-10-25T00:30:00Z');
    expect(iso(night.dueAfter(at('2026-10-25T01:30:00Z'), duration('1d')))).toBe('2026-10-26T01:30:00Z');
  });

  test('a date whose only window lies in the gap is no day', () => {
    const early = compileCalendar(office({ hours: daily('03:15-04:00') }));
    expect(early.closedBecause('2026-03-29')).toEqual({ why: 'skipped', holidays: [] });
    expect(iso(early.dueAfter(at('2026-03-28T01:30:00Z'), duration('1d')))).toBe('2026-03-30T00:30:00Z');
  });
});

describe('Apia went from Thursday 29 to Saturday 31 December 2011', () => {
  const calendar = compileCalendar(office({ timezone: 'Pacific/Apia' }));
  test('the Friday that never was has no hours and is no day', () => {
    expect(calendar.windowsOn('2011-12-30')).toEqual([]);
    expect(calendar.closedBecause('2011-12-30')).toEqual({ why: 'skipped', holidays: [] });
    expect(calendar.openBetween(at('2011-12-30T04:00:00Z'), at('2012-01-01T10:00:00Z'))).toBe(0);
    // Thursday 10:00 at −10 → Monday 10:00 at +14.
    expect(iso(calendar.dueAfter(at('2011-12-29T20:00:00Z'), duration('1d')))).toBe('2012-01-01T20:00:00Z');
  });
  test('listed hours do not bring it back', () => {
    const listed = compileCalendar(office({ timezone: 'Pacific/Apia', add: { '2011-12-30': windows('09:00-12:00') } }));
    expect(listed.windowsOn('2011-12-30')).toEqual([]);
    expect(compileCalendar({ kind: 'always', id: 'always', timezone: 'Pacific/Apia' }).closedBecause('2011-12-30')?.why).toBe('skipped');
  });
});
