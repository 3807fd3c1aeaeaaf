import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { dueWithPauses, percentOf, pushByPauses } from '../../src/calendar/pauses.ts';
import { problemsOf } from '../../src/calendar/problems.ts';
import type { Instant, Interval } from '../../src/calendar/time.ts';
import { anyDuration, anyInstant, anySpec, runs, SEED } from './specs.ts';

const ZONES = ['Europe/Bucharest', 'America/Havana', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu', 'Asia/Beirut'];
/** The skipped day of Apia lies between. */
const when = anyInstant('2010-06-01T00:00:00Z', '2013-06-01T00:00:00Z');
const dates = fc.constantFrom([], ['2011-12-30', '2011-12-31', '2012-01-02', '2012-03-25', '2012-10-28']);
const spec = fc.tuple(fc.constantFrom(...ZONES), dates).chain(([zone, listed]) => anySpec(zone, listed));
const calendar = spec.map((spec) => compileCalendar(spec, () => [{ date: '2012-01-02', name: 'a holiday' }]));
const seconds = fc.integer({ min: 0, max: 3_000_000 });
const options = { seed: SEED, numRuns: runs(200) };

test('due and elapsed agree: what was added lies between, and not a second earlier', () => {
  fc.assert(
    fc.property(calendar, when, seconds, (calendar, start, n) => {
      const due = calendar.addOpen(start, n);
      expect(calendar.openBetween(start, due)).toBe(n);
      if (n > 0) expect(calendar.openBetween(start, (due - 1) as Instant)).toBe(n - 1);
    }),
    options,
  );
});

test('elapsed and due agree: adding what lies between leads to the end or to the last open second before it', () => {
  fc.assert(
    fc.property(calendar, when, seconds, (calendar, a, n) => {
      const b = (a + n) as Instant;
      const due = calendar.addOpen(a, calendar.openBetween(a, b));
      expect(due).toBeLessThanOrEqual(b);
      expect(calendar.openBetween(due, b)).toBe(0);
    }),
    options,
  );
});

test('time between is additive and never negative', () => {
  fc.assert(
    fc.property(calendar, fc.tuple(when, when, when), (calendar, three) => {
      const [a, b, c] = three.sort((x, y) => x - y) as [Instant, Instant, Instant];
      expect(calendar.openBetween(a, b) + calendar.openBetween(b, c)).toBe(calendar.openBetween(a, c));
      expect(calendar.openBetween(c, a)).toBe(0);
    }),
    options,
  );
});

test('adding is additive', () => {
  fc.assert(
    fc.property(calendar, when, seconds, seconds, (calendar, start, m, n) => {
      expect(calendar.addOpen(calendar.addOpen(start, m), n)).toBe(calendar.addOpen(start, m + n));
    }),
    options,
  );
});

test('a later start is never due earlier, hours or days', () => {
  fc.assert(
    fc.property(calendar, when, fc.nat(200_000), anyDuration, (calendar, start, later, duration) => {
      const hours = duration.filter(({ unit }) => unit !== 'd' && unit !== 'w');
      expect(calendar.dueAfter((start + later) as Instant, hours)).toBeGreaterThanOrEqual(calendar.dueAfter(start, hours));
    }),
    options,
  );
});

test('the due instant of days lies in open time or at a closing, on a later date, and that many dates on', () => {
  fc.assert(
    fc.property(calendar, when, fc.integer({ min: 1, max: 9 }), (calendar, start, n) => {
      if (calendar.spec.kind === 'always') return;
      const due = calendar.dueAfter(start, [{ n, unit: 'd' }]);
      expect(calendar.isOpen(due) || calendar.isOpen((due - 1) as Instant)).toBe(true);
      expect(due).toBeGreaterThan(start);
      const steps = Array.from({ length: n }).reduce<Instant>((from) => calendar.dueAfter(from, [{ n: 1, unit: 'd' }]), start);
      expect(steps).toBeGreaterThanOrEqual(due);
    }),
    options,
  );
});

test('the next opening is open, and nothing is open before it', () => {
  fc.assert(
    fc.property(calendar, when, (calendar, t) => {
      const next = calendar.nextOpen(t);
      expect(calendar.isOpen(next)).toBe(true);
      expect(calendar.openBetween(t, next)).toBe(0);
      if (calendar.isOpen(t)) expect(next).toBe(t);
    }),
    options,
  );
});

test('the windows of the dates are the open time', () => {
  fc.assert(
    fc.property(calendar, when, (calendar, t) => {
      const date = calendar.localDate(t);
      for (const { from, to } of calendar.windowsOn(date)) {
        expect(calendar.openBetween(from, to)).toBe(to - from);
        expect(calendar.isOpen(from)).toBe(true);
      }
      expect(calendar.closedBecause(date) === undefined).toBe(calendar.windowsOn(date).length > 0);
    }),
    options,
  );
});

const pauses = fc.array(
  fc.tuple(fc.nat(600_000), fc.integer({ min: 1, max: 300_000 })).map(([after, length]) => ({ after, length })),
  { maxLength: 5 },
);

test('with pauses, the open time from start to due that is not paused is the target; the order of pauses does not matter', () => {
  fc.assert(
    fc.property(calendar, when, anyDuration, pauses, (calendar, start, duration, about) => {
      const list: Interval[] = about.map(({ after, length }) => ({
        from: (start + after) as Instant,
        to: (start + after + length) as Instant,
      }));
      const { due, unpaused } = dueWithPauses(calendar, start, duration, list);
      expect(dueWithPauses(calendar, start, duration, list.toReversed()).due).toBe(due);
      expect(due).toBeGreaterThanOrEqual(unpaused);
      // The union's open time before the due instant, counted without merging: cut at every edge, ask each piece once.
      const edges = [...new Set([start, due!, ...list.flatMap(({ from, to }) => [from, to!])])]
        .filter((t) => t <= due!)
        .sort((a, b) => a - b);
      let running = 0;
      for (const [i, from] of edges.entries()) {
        if (i + 1 < edges.length && !list.some((pause) => pause.from <= from && from < pause.to!))
          running += calendar.openBetween(from, edges[i + 1]!);
      }
      expect(running).toBe(calendar.openBetween(start, unpaused));
    }),
    options,
  );
});

test('percentages come in their order, none after the due instant, with pauses too', () => {
  fc.assert(
    fc.property(calendar, when, anyDuration, pauses, (calendar, start, duration, about) => {
      const list: Interval[] = about.map(({ after, length }) => ({
        from: (start + after) as Instant,
        to: (start + after + length) as Instant,
      }));
      const due = calendar.dueAfter(start, duration);
      const parts = [0, 25, 50, 75, 90, 100].map((percent) => percentOf(calendar, start, due, percent));
      expect(parts[0]).toBe(start);
      expect(parts.at(-1)).toBeLessThanOrEqual(due);
      const pushed = [...parts, due].map((part) => pushByPauses(calendar, start, part, list).due!);
      expect(pushed).toEqual(pushed.toSorted((a, b) => a - b));
    }),
    options,
  );
});

test('random calendars have no problems', () => {
  fc.assert(
    fc.property(spec, (spec) => {
      expect(problemsOf(spec)).toEqual([]);
    }),
    { ...options, numRuns: runs(50) },
  );
});
