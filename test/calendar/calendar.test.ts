import { describe, expect, test } from 'vitest';
import { CalendarError, compileCalendar } from '../../src/calendar/calendar.ts';
import { at, type CalendarSpec, type Instant, iso } from '../../src/calendar/time.ts';
import { daily, duration, office, windows } from './specs.ts';

/** Winter time in Bucharest, two hours ahead of UTC. 2026-01-05 is a Monday. */
const on = (text: string): Instant => at(`${text.replace(' ', 'T')}${text.length === 16 ? ':00' : ''}+02:00`);
const due = (spec: CalendarSpec, start: string, text: string) => iso(compileCalendar(spec).dueAfter(on(start), duration(text)));
const always: CalendarSpec = { kind: 'always', id: 'always', timezone: 'Europe/Bucharest' };
const broken = office({ hours: daily('09:00-13:00 14:00-18:00', ['mon', 'tue', 'wed', 'thu', 'fri']) });

describe('a window is [open, close)', () => {
  const calendar = compileCalendar(broken);
  test.each([
    ['2026-01-05 08:59:59', false, '2026-01-05 09:00'],
    ['2026-01-05 09:00', true, '2026-01-05 09:00'],
    ['2026-01-05 12:59:59', true, '2026-01-05 12:59:59'],
    ['2026-01-05 13:00', false, '2026-01-05 14:00'],
    ['2026-01-05 18:00', false, '2026-01-06 09:00'],
    ['2026-01-09 18:00', false, '2026-01-12 09:00'],
  ])('%s', (t, open, next) => {
    expect(calendar.isOpen(on(t))).toBe(open);
    expect(iso(calendar.nextOpen(on(t)))).toBe(iso(on(next)));
  });
});

describe('time is added', () => {
  test.each([
    ['over a break', broken, '2026-01-05 12:00', '2h', '2026-01-05 15:00'],
    ['up to a break: the break begins, it does not end', broken, '2026-01-05 12:00', '1h', '2026-01-05 13:00'],
    ['over a night', broken, '2026-01-05 17:59:59', '2s', '2026-01-06 09:00:01'],
    ['from closed time', broken, '2026-01-10 12:00', '30m', '2026-01-12 09:30'],
    ['over the turn of the year', office(), '2026-12-31 17:00', '2h', '2027-01-01 10:00'],
    ['in the order written: days first', office(), '2026-01-05 14:00', '1d 4h', '2026-01-06 18:00'],
    [
      'in the order written: hours first, and a day from a closing starts at the next opening',
      office(),
      '2026-01-05 14:00',
      '4h 1d',
      '2026-01-07 09:00',
    ],
    ['a week is five days that are open', office(), '2026-01-07 10:00', '1w', '2026-01-14 10:00'],
    ['two weeks', office(), '2026-01-07 10:00', '2w', '2026-01-21 10:00'],
    ['a day from exactly the break starts after it', broken, '2026-01-05 13:00', '1d', '2026-01-06 14:00'],
    [
      'a day onto the beginning of a break that only that day has: its end',
      office({ add: { '2026-01-06': windows('09:00-13:00 14:00-18:00') } }),
      '2026-01-05 13:00',
      '1d',
      '2026-01-06 14:00',
    ],
    ['a day is 24 hours on always', always, '2026-01-09 18:30', '1d', '2026-01-10 18:30'],
    ['a week is seven days on always', always, '2026-01-09 18:30', '1w 1h', '2026-01-16 19:30'],
  ])('%s', (_claim, spec, start, text, want) => expect(due(spec, start, text)).toBe(iso(on(want))));

  test('no time added is the start itself, open or not', () => {
    expect(compileCalendar(office()).addOpen(on('2026-01-10 12:00'), 0)).toBe(on('2026-01-10 12:00'));
    expect(compileCalendar(office()).dueAfter(on('2026-01-10 12:00'), [])).toBe(on('2026-01-10 12:00'));
  });

  test.each([-1, Number.NaN])('%d seconds are a bug', (seconds) => {
    expect(() => compileCalendar(office()).addOpen(on('2026-01-05 12:00'), seconds)).toThrow(RangeError);
    expect(() => compileCalendar(always).addOpen(on('2026-01-05 12:00'), seconds)).toThrow(RangeError);
  });
});

describe('time between', () => {
  const calendar = compileCalendar(broken);
  test.each([
    ['the other way round is none', '2026-01-06 12:00', '2026-01-05 12:00', 0],
    ['an instant is none', '2026-01-05 12:00', '2026-01-05 12:00', 0],
    ['a night is none', '2026-01-05 18:00', '2026-01-06 09:00', 0],
    ['a break does not count', '2026-01-05 12:00', '2026-01-05 15:00', 2 * 3_600],
    ['a year of 261 working days', '2026-01-01 00:00', '2027-01-01 00:00', 261 * 8 * 3_600],
    ['three years', '2026-01-01 00:00', '2029-01-01 00:00', (261 + 261 + 260) * 8 * 3_600],
  ])('%s', (_claim, a, b, want) => expect(calendar.openBetween(on(a), on(b))).toBe(want));
});

describe('24:00', () => {
  test('joins the next midnight without a seam', () => {
    const calendar = compileCalendar(office({ hours: daily('00:00-24:00') }));
    expect(calendar.isOpen(on('2026-01-05 23:59:59'))).toBe(true);
    expect(calendar.openBetween(on('2026-01-01 00:00'), on('2026-01-31 00:00'))).toBe(30 * 86_400);
    expect(iso(calendar.addOpen(on('2026-01-05 23:30'), 3_600))).toBe(iso(on('2026-01-06 00:30')));
  });

  test('a day of such a calendar keeps the wall clock over DST, where always keeps 24 hours', () => {
    const round = office({ hours: daily('00:00-24:00') });
    expect(due(round, '2026-03-28 12:00', '1d')).toBe(iso(at('2026-03-29T12:00:00+03:00')));
    expect(due(always, '2026-03-28 12:00', '1d')).toBe(iso(at('2026-03-29T13:00:00+03:00')));
  });

  test('a window up to midnight ends there', () => {
    const late = office({ hours: daily('18:00-24:00', ['mon']) });
    expect(due(late, '2026-01-05 20:00', '4h')).toBe(iso(on('2026-01-06 00:00')));
    expect(due(late, '2026-01-05 20:00', '1d')).toBe(iso(on('2026-01-12 20:00')));
  });

  test('a day that ends in a midnight closing: its closing is the midnight', () => {
    const spec = office({ hours: daily('09:00-24:00', ['mon']), add: { '2026-01-12': windows('09:00-12:00') } });
    expect(due(spec, '2026-01-05 23:59:59', '1d')).toBe(iso(on('2026-01-12 12:00')));
  });
});

test('always has all hours of every date, and no holidays', () => {
  const calendar = compileCalendar(always);
  expect([calendar.hoursOn('2026-01-01'), calendar.holidaysOn('2026-01-01')]).toEqual([[[0, 86_400]], []]);
  expect([calendar.isOpen(on('2026-01-10 03:00')), calendar.nextOpen(on('2026-01-10 03:00'))]).toEqual([true, on('2026-01-10 03:00')]);
  expect(calendar.openBetween(on('2026-01-10 03:00'), on('2026-01-10 02:00'))).toBe(0);
  expect(calendar.windowsOn('2026-03-29')).toEqual([{ from: at('2026-03-28T22:00:00Z'), to: at('2026-03-29T21:00:00Z') }]);
});

test('hours come in any order, and those that touch are one stretch', () => {
  const calendar = compileCalendar(office({ hours: daily('14:00-18:00 09:00-12:00 12:00-13:00', ['mon']) }));
  expect(calendar.hoursOn('2026-01-05')).toEqual(windows('09:00-12:00 12:00-13:00 14:00-18:00'));
  expect(calendar.windowsOn('2026-01-05')).toEqual([
    { from: on('2026-01-05 09:00'), to: on('2026-01-05 13:00') },
    { from: on('2026-01-05 14:00'), to: on('2026-01-05 18:00') },
  ]);
  expect(iso(calendar.addOpen(on('2026-01-05 11:00'), 3 * 3_600))).toBe(iso(on('2026-01-05 15:00')));
});

test('listed hours open a Saturday, and an empty list closes a Monday', () => {
  const calendar = compileCalendar(office({ add: { '2026-01-10': windows('10:00-12:00'), '2026-01-12': [] } }));
  expect(calendar.openBetween(on('2026-01-10 00:00'), on('2026-01-13 00:00'))).toBe(2 * 3_600);
  expect(iso(calendar.dueAfter(on('2026-01-09 11:00'), duration('1d')))).toBe(iso(on('2026-01-10 11:00')));
  expect(iso(calendar.dueAfter(on('2026-01-09 11:00'), duration('2d')))).toBe(iso(on('2026-01-13 11:00')));
  expect(calendar.closedBecause('2026-01-12')).toEqual({ why: 'listed', holidays: [] });
  expect(calendar.closedBecause('2026-01-11')).toEqual({ why: 'weekday', holidays: [] });
  expect(calendar.closedBecause('2026-01-10')).toBeUndefined();
  expect(calendar.hoursOn('2026-01-10')).toEqual([[36_000, 43_200]]);
  expect(calendar.windowsOn('2026-01-10')).toEqual([{ from: on('2026-01-10 10:00'), to: on('2026-01-10 12:00') }]);
});

test('the local date is that of the zone', () => {
  expect(compileCalendar(office()).localDate(at('2026-01-05T22:30:00Z'))).toBe('2026-01-06');
  expect(compileCalendar({ ...always, timezone: 'Pacific/Honolulu' }).localDate(at('2026-01-05T05:00:00Z'))).toBe('2026-01-04');
});

describe('looking for open time gives up', () => {
  const once = compileCalendar(office({ hours: {}, add: { '2030-01-01': windows('10:00-12:00') } }));
  const opens = on('2030-01-01 10:00');
  const code = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return error instanceof CalendarError ? error.code : error;
    }
    return 'found';
  };

  test('after two years (731 days), not before', () => {
    expect(once.nextOpen((opens - 731 * 86_400) as Instant)).toBe(opens);
    expect(code(() => once.nextOpen((opens - 731 * 86_400 - 1) as Instant))).toBe('never_open');
    expect(once.addOpen((opens - 731 * 86_400) as Instant, 7_200)).toBe(opens + 7_200);
    expect(code(() => once.addOpen((opens - 732 * 86_400) as Instant, 1))).toBe('never_open');
    expect(code(() => once.addOpen(opens, 7_201))).toBe('never_open');
    expect(code(() => once.dueAfter(opens, duration('1d')))).toBe('never_open');
  });

  test('a long walk with open time in it is no search', () => {
    const weekly = compileCalendar(office({ hours: daily('09:00-10:00', ['mon']) }));
    expect(iso(weekly.addOpen(on('2026-01-05 09:00'), 520 * 3_600))).toBe(iso(at('2035-12-17T08:00:00Z')));
    expect(code(() => weekly.addOpen(on('2026-01-05 09:00'), 87_600 * 3_600))).toBe('too_far');
    expect(code(() => weekly.addOpen(on('2026-01-05 09:00'), Number.POSITIVE_INFINITY))).toBe('too_far');
    expect(code(() => weekly.dueAfter(on('2026-01-05 09:00'), [{ n: Number.POSITIVE_INFINITY, unit: 'd' }]))).toBe('too_far');
  });

  test('the error names the calendar and where the search began', () => {
    expect(() => once.nextOpen(on('2030-01-02 00:00'))).toThrow('calendar office: never_open from 2030-01-01T22:00:00.000Z');
  });
});

test('two hundred years of questions keep a bounded cache and the same answers', () => {
  const calendar = compileCalendar(office());
  const ask = (year: number) => calendar.nextOpen((Date.UTC(year, 5, 7) / 1000) as Instant);
  const first = ask(2026);
  for (let year = 1900; year < 2100; year += 1) ask(year);
  expect(ask(2026)).toBe(first);
});

test('what is no date is no instant', () => {
  expect(() => at('yesterday')).toThrow('not an instant: yesterday');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])('the instant %d is refused, not looped over', (t) => {
  expect(() => compileCalendar(office()).nextOpen(t as Instant)).toThrow(RangeError);
});

test('what is wrong in a spec throws: it should have been asked about first', () => {
  expect(() => compileCalendar(office({ timezone: 'Europe/Bukarest' }))).toThrow('unknown zone');
  expect(() => compileCalendar(office({ country: 'RO' }))).toThrow('needs a source');
  expect(() => compileCalendar(office({ add: { '2026-02-30': [] } }))).toThrow('not a date');
});
