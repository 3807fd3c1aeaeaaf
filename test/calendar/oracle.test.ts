import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { dueWithPauses } from '../../src/calendar/pauses.ts';
import type { Instant, Interval } from '../../src/calendar/time.ts';
import { createOracle, readMinutes } from './oracle.ts';
import { anyDuration, anySpec, runs, SEED } from './specs.ts';

const SPANS: readonly (readonly [zone: string, from: string, what: string])[] = [
  ['Europe/Bucharest', '2026-03-14', 'a gap at 03:00 on a Sunday'],
  ['Europe/Bucharest', '2026-10-10', 'a repeated hour at 03:00'],
  ['America/New_York', '2026-10-17', 'a repeated hour at 01:00'],
  ['Asia/Kolkata', '2026-01-01', 'half an hour off, no DST'],
  ['Asia/Kathmandu', '1985-12-20', 'a gap of 15 minutes at the turn of the year'],
  ['Australia/Lord_Howe', '2026-03-21', 'half an hour is repeated'],
  ['Australia/Lord_Howe', '2026-09-20', 'half an hour is skipped'],
  ['Pacific/Chatham', '2026-09-12', '45 minutes off, a gap at 02:45'],
  ['America/Havana', '2026-02-22', 'midnight is skipped'],
  ['America/Havana', '2026-10-18', 'midnight comes twice'],
  ['Asia/Beirut', '2026-03-15', 'midnight is skipped'],
  ['America/Asuncion', '2024-03-10', 'the last hour of a day is repeated'],
  ['America/Asuncion', '2023-09-17', 'midnight is skipped'],
  ['America/St_Johns', '2010-10-24', 'one minute after midnight the date goes back'],
  ['Pacific/Apia', '2011-12-17', 'a whole day is skipped'],
  ['Pacific/Kwajalein', '1993-08-08', 'a whole day is skipped'],
  ['Antarctica/Troll', '2026-03-15', 'two hours are skipped'],
  ['Africa/Casablanca', '2026-02-01', 'DST stops for Ramadan'],
  ['UTC', '2026-12-14', 'the turn of the year'],
];

const DAYS = 35;

describe.each(SPANS)('%s from %s: %s', (zone, from) => {
  const minutes = readMinutes(zone, `${from}T00:00:00Z`, DAYS);
  const second = fc.integer({ min: 4 * 86_400, max: 26 * 86_400 }).map((s) => (minutes.from + s) as Instant);
  const wholeMinute = second.map((t) => (t - (t % 60)) as Instant);
  const dates = fc.uniqueArray(fc.constantFrom(...minutes.dates.slice(3)), { maxLength: 6 });
  const spec = dates.chain((listed) => anySpec(zone, listed));
  const setting = fc.record({ spec, holidays: dates });
  const compiled = ({ spec, holidays }: { spec: Parameters<typeof compileCalendar>[0]; holidays: string[] }) => ({
    calendar: compileCalendar(spec, (_country, _region, year) =>
      holidays.filter((date) => date.startsWith(`${year}-`)).map((date) => ({ date, name: 'a holiday' })),
    ),
    oracle: createOracle(spec, minutes, new Set(holidays)),
  });

  test('open or not, next opening, time between, time added', () => {
    fc.assert(
      fc.property(setting, fc.array(fc.tuple(second, second, fc.nat(200_000)), { minLength: 10, maxLength: 10 }), (of, questions) => {
        const { calendar, oracle } = compiled(of);
        for (const [a, b, seconds] of questions) {
          expect(calendar.isOpen(a)).toBe(oracle.isOpen(a));
          expect(calendar.openBetween(a, b)).toBe(oracle.openBetween(a, b));
          const next = oracle.nextOpen(a);
          if (next !== undefined) expect(calendar.nextOpen(a)).toBe(next);
          const added = oracle.addOpen(a, seconds);
          if (added !== undefined) expect(calendar.addOpen(a, seconds)).toBe(added);
        }
      }),
      { seed: SEED, numRuns: runs(15) },
    );
  });

  test('due after', () => {
    fc.assert(
      fc.property(setting, fc.array(fc.tuple(second, anyDuration), { minLength: 10, maxLength: 10 }), (of, questions) => {
        const { calendar, oracle } = compiled(of);
        for (const [start, duration] of questions) {
          const due = oracle.dueAfter(start, duration);
          if (due !== undefined) expect(calendar.dueAfter(start, duration)).toBe(due);
        }
      }),
      { seed: SEED, numRuns: runs(25) },
    );
  });

  test('due with pauses, and what is left in one', () => {
    const length = fc.constantFrom(1, 30, 60, 120, 300, 960, 1_440, 4_000, undefined);
    // Minutes from the start, or from the due instant without pauses: pauses that begin before, at and after it.
    const pause = fc.record({ near: fc.constantFrom('start', 'due'), after: fc.integer({ min: -600, max: 3_000 }), length });
    const atDue = fc.record({ near: fc.constant('due'), after: fc.constantFrom(-60, -1, 0, 1), length });
    const pauses = fc.array(fc.oneof(pause, atDue), { maxLength: 5 });
    fc.assert(
      fc.property(setting, fc.array(fc.tuple(wholeMinute, anyDuration, pauses), { minLength: 6, maxLength: 6 }), (of, questions) => {
        const { calendar, oracle } = compiled(of);
        for (const [start, duration, about] of questions) {
          const unpaused = oracle.dueAfter(start, duration);
          if (unpaused === undefined || unpaused % 60 !== 0) continue;
          const during = about.map(({ near, after, length }): Interval => {
            const from = ((near === 'due' ? unpaused : start) + after * 60) as Instant;
            return length === undefined ? { from } : { from, to: (from + length * 60) as Instant };
          });
          const want = oracle.dueWithPauses(start, duration, during);
          if (!want) continue;
          const { due, left } = dueWithPauses(calendar, start, duration, during);
          expect({ due, left }).toEqual({ due: want.due, left: want.left ?? 0 });
        }
      }),
      { seed: SEED, numRuns: runs(15) },
    );
  });
});
