import { describe, expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { dueWithPauses } from '../../src/calendar/pauses.ts';
import { at, type Instant, type Interval, iso } from '../../src/calendar/time.ts';
import { daily, duration, office } from './specs.ts';

/** `5 10:00` is Monday 2026-01-05 10:00 in Bucharest; the 10th is a Saturday. */
const on = (text: string): Instant => {
  const [day, clock] = text.split(' ') as [string, string];
  return at(`2026-01-${day.padStart(2, '0')}T${clock}:00+02:00`);
};
const pause = (text: string): Interval => {
  const [from, to] = text.split(' – ') as [string, string | undefined];
  return to ? { from: on(from), to: on(to) } : { from: on(from) };
};
const calendar = compileCalendar(office());
const run = (start: string, text: string, pauses: string[]) => {
  const { due, left, unpaused } = dueWithPauses(calendar, on(start), duration(text), pauses.map(pause));
  return { due: due && iso(due), left, unpaused: iso(unpaused) };
};

describe('4h from Monday 10:00 is due at 14:00, and with', () => {
  test.each([
    ['no pause', [], '5 14:00'],
    ['a pause that ends in time', ['5 11:00 – 5 12:00'], '5 15:00'],
    ['a pause over the due instant', ['5 13:00 – 5 15:00'], '5 16:00'],
    ['a pause over the night', ['5 13:00 – 6 10:00'], '6 11:00'],
    ['a pause of closed time only', ['5 18:00 – 6 09:00'], '5 14:00'],
    ['two apart', ['5 11:00 – 5 12:00', '5 13:00 – 5 13:30'], '5 15:30'],
    ['two in the wrong order', ['5 13:00 – 5 13:30', '5 11:00 – 5 12:00'], '5 15:30'],
    ['two that overlap: their union', ['5 11:00 – 5 12:30', '5 12:00 – 5 13:00'], '5 16:00'],
    ['one in another', ['5 11:00 – 5 13:00', '5 11:30 – 5 12:00'], '5 16:00'],
    ['the same twice', ['5 11:00 – 5 12:00', '5 11:00 – 5 12:00'], '5 15:00'],
    ['one that begins at the due instant: too late', ['5 14:00 – 5 16:00'], '5 14:00'],
    ['one that begins a minute before it', ['5 13:59 – 5 16:00'], '5 16:01'],
    ['a second one that begins before the pushed instant only', ['5 11:00 – 5 12:00', '5 14:30 – 5 15:30'], '5 16:00'],
    ['a second one that begins at the pushed instant: too late', ['5 11:00 – 5 12:00', '5 15:00 – 5 16:00'], '5 15:00'],
    ['three that carry each other', ['5 13:30 – 5 14:30', '5 14:45 – 5 15:45', '5 15:50 – 5 16:50'], '5 17:00'],
    ['one before the start', ['5 09:00 – 5 10:00'], '5 14:00'],
    ['one over the start: from the start on', ['5 09:00 – 5 11:00'], '5 15:00'],
    ['an empty one', ['5 11:00 – 5 11:00'], '5 14:00'],
    ['one that ends before it begins', ['5 12:00 – 5 11:00'], '5 14:00'],
    ['one that lasts, but began at the due instant', ['5 14:00'], '5 14:00'],
  ])('%s', (_claim, pauses, want) => {
    expect(run('5 10:00', '4h', pauses)).toEqual({ due: iso(on(want)), left: 0, unpaused: iso(on('5 14:00')) });
  });
});

describe('while a pause lasts there is no due instant, only the time left', () => {
  test.each([
    ['from its beginning', ['5 11:00'], 3],
    ['to where the due instant stood', ['5 10:30 – 5 11:30', '5 12:00'], 3],
    ['from the beginning of the union', ['5 11:00 – 5 13:00', '5 12:00'], 3],
    ['over another that ends', ['5 11:00', '5 12:00 – 5 13:00'], 3],
    ['from the start, when it began before', ['4 09:00'], 4],
    ['from a touching pause: one pause', ['5 11:00 – 5 12:00', '5 12:00'], 3],
  ])('%s', (_claim, pauses, hours) => {
    expect(run('5 10:00', '4h', pauses)).toEqual({ due: undefined, left: hours * 3_600, unpaused: iso(on('5 14:00')) });
  });
});

test('a pause that begins at a closing which is the due instant is too late', () => {
  expect(run('5 14:00', '4h', ['5 18:00 – 6 12:00']).due).toBe(iso(on('5 18:00')));
});

test('a due instant at an opening: a pause in the night before moves it by nothing', () => {
  expect(run('10 12:00', '1d', ['12 20:00 – 13 09:00']).due).toBe(iso(on('13 09:00')));
});

test('pauses that touch at the due instant are one pause, which began before it', () => {
  expect(run('10 12:00', '1d', ['12 20:00 – 13 09:00', '13 09:00 – 13 12:00']).due).toBe(iso(on('13 12:00')));
});

test('on a night calendar a pause over the spring gap counts the open time that there was', () => {
  const night = compileCalendar(office({ hours: daily('00:00-06:00') }));
  const start = at('2026-03-29T00:00:00+02:00');
  const { due } = dueWithPauses(night, start, duration('4h'), [
    { from: at('2026-03-29T02:00:00+02:00'), to: at('2026-03-29T05:00:00+03:00') },
  ]);
  // Two of the day's five hours go into the pause: four hours end in the next night.
  expect(due && iso(due)).toBe(iso(at('2026-03-30T01:00:00+03:00')));
});
