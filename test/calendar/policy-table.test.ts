import { expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { dueWithPauses, percentOf, pushByPauses } from '../../src/calendar/pauses.ts';
import { at, type Instant, iso } from '../../src/calendar/time.ts';
import { duration, office, windows } from './specs.ts';

/** The week of `policy.md`'s table: Monday is 2026-01-05, Bucharest is two hours ahead of UTC. */
const DATES = { Mon: '05', Tue: '06', Wed: '07', Thu: '08', Fri: '09', Sat: '10', Sun: '11', Mon2: '12', Tue2: '13' };
const on = (text: string): Instant => {
  const [day, clock] = text.split(' ') as [keyof typeof DATES, string];
  return at(`2026-01-${DATES[day]}T${clock.length === 5 ? `${clock}:00` : clock}+02:00`);
};
const listed = (day: keyof typeof DATES, hours: string) => ({ [`2026-01-${DATES[day]}`]: windows(hours) });

test.each([
  ['4h from Mon 14:00', '4h', 'Mon 14:00', 'Mon 18:00'],
  ['1d from Fri 17:59:59', '1d', 'Fri 17:59:59', 'Mon2 17:59:59'],
  ['1d from Fri 18:00', '1d', 'Fri 18:00', 'Tue2 09:00'],
  ['1d from Sat 12:00', '1d', 'Sat 12:00', 'Tue2 09:00'],
  ['3d from Mon 10:00', '3d', 'Mon 10:00', 'Thu 10:00'],
])('%s', (_claim, text, start, want) => {
  expect(iso(compileCalendar(office()).dueAfter(on(start), duration(text)))).toBe(iso(on(want)));
});

test('75 % of 1d from Sat 12:00 is Mon 15:45, W being nine hours', () => {
  const calendar = compileCalendar(office());
  const due = calendar.dueAfter(on('Sat 12:00'), duration('1d'));
  expect(calendar.openBetween(on('Sat 12:00'), due)).toBe(9 * 3_600);
  expect(iso(percentOf(calendar, on('Sat 12:00'), due, 75))).toBe(iso(on('Mon2 15:45')));
});

test.each([
  ['1d from Mon 17:00, Tue open 09–13 only', listed('Tue', '09:00-13:00'), 'Mon 17:00', 'Tue 13:00'],
  [
    '1d from Mon 08:30 (Mon 08–18), Tue opens 10:00',
    { ...listed('Mon', '08:00-18:00'), ...listed('Tue', '10:00-18:00') },
    'Mon 08:30',
    'Tue 10:00',
  ],
  ['1d from Mon 13:30, Tue 09–13 and 14–18', listed('Tue', '09:00-13:00 14:00-18:00'), 'Mon 13:30', 'Tue 14:00'],
])('%s', (_claim, add, start, want) => {
  expect(iso(compileCalendar(office({ add })).dueAfter(on(start), duration('1d')))).toBe(iso(on(want)));
});

test.each([
  ['2d from Mon 10:00, held Tue 17:00–Wed 09:30', 'Tue 17:00', 'Wed 09:30', 'Wed 11:30'],
  ['2d from Mon 10:00, held Wed 09:30–16:00', 'Wed 09:30', 'Wed 16:00', 'Wed 16:30'],
])('%s', (_claim, from, to, want) => {
  const calendar = compileCalendar(office());
  const { due, left, unpaused } = dueWithPauses(calendar, on('Mon 10:00'), duration('2d'), [{ from: on(from), to: on(to) }]);
  expect([due && iso(due), left, iso(unpaused)]).toEqual([iso(on(want)), 0, iso(on('Wed 10:00'))]);
});

test.each([
  ['3d from Mon 10:00, raised Wed 12:00 to 24h on always, grace 1h', 'Wed 12:00', 'Wed 13:00'],
  ['3d from Mon 10:00, raised Thu 09:30 to 24h on always: never later than it was', 'Thu 09:30', 'Thu 10:00'],
])('%s', (_claim, raised, want) => {
  const always = compileCalendar({ kind: 'always', id: 'always', timezone: 'Europe/Bucharest' });
  const old = compileCalendar(office()).dueAfter(on('Mon 10:00'), duration('3d'));
  const fresh = always.dueAfter(on('Mon 10:00'), duration('24h'));
  const granted = Math.min(old, always.dueAfter(on(raised), duration('24h')), always.dueAfter(on(raised), duration('1h')));
  expect(fresh).toBeLessThan(on(raised));
  expect(iso(granted as Instant)).toBe(iso(on(want)));
});

test('pauses push a percentage alike', () => {
  const calendar = compileCalendar(office());
  const start = on('Mon 09:00');
  const due = calendar.dueAfter(start, duration('4h'));
  const half = percentOf(calendar, start, due, 50);
  expect(iso(half)).toBe(iso(on('Mon 11:00')));
  expect(pushByPauses(calendar, start, half, [{ from: on('Mon 10:00'), to: on('Mon 10:30') }]).due).toBe(on('Mon 11:30'));
});

test('a percentage is rounded down to the second', () => {
  const calendar = compileCalendar(office());
  const start = on('Mon 09:00');
  expect(percentOf(calendar, start, calendar.addOpen(start, 7), 75)).toBe(start + 5);
});
