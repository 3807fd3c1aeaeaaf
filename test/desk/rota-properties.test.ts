import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/calendar/duration.ts';
import type { Instant } from '../../src/calendar/time.ts';
import { lastHandOff, nextHandOff, onCallAt, TURNS_MAX, turns } from '../../src/desk/rota.ts';
import type { Person, Rota } from '../../src/policy/types.ts';
import { type Minutes, readMinutes } from '../calendar/oracle.ts';
import { SEED } from '../calendar/specs.ts';
import { watchMinutes } from './rota-oracle.ts';

const DAYS = 25;
const SPANS: readonly (readonly [zone: string, from: string, what: string])[] = [
  ['Europe/Bucharest', '2026-03-14', 'a gap at 03:00'],
  ['Europe/Bucharest', '2026-10-10', 'a repeated hour at 03:00'],
  ['America/New_York', '2026-02-22', 'a gap at 02:00'],
  ['America/New_York', '2026-10-17', 'a repeated hour at 01:00'],
  ['America/Santiago', '2026-08-22', 'midnight is skipped'],
  ['America/Santiago', '2026-03-21', 'the hour before midnight is repeated'],
  ['Africa/Cairo', '2026-10-15', 'the hour before midnight is repeated'],
  ['Australia/Lord_Howe', '2026-03-21', 'half an hour is repeated'],
  ['Australia/Lord_Howe', '2026-09-20', 'half an hour is skipped'],
  ['Antarctica/Troll', '2026-03-15', 'two hours are skipped'],
  ['Pacific/Apia', '2011-12-17', 'a whole day is skipped'],
  ['UTC', '2028-02-14', 'a leap day'],
];

const pad = (n: number): string => String(n).padStart(2, '0');
const user = (login: string): Person => ({ kind: 'user', login });
/** Minutes of a day, those that clocks skip and repeat among them. */
const minute = fc.oneof(fc.constantFrom(0, 15, 30, 60, 90, 105, 120, 135, 150, 180, 210, 240, 600, 1_410), fc.nat(1_439));
const time = minute.map((m) => `${pad(Math.floor(m / 60))}:${pad(m % 60)}`);
const people = fc.array(fc.constantFrom('ann', 'bob', 'cem', 'dan').map(user), { minLength: 1, maxLength: 6 });
const every = fc.constantFrom('10m', '25m', '30m', '1h', '90m', '7h', '12h', '1d', '1d 4h', '36h', '2w');

/** A rota that began up to a year before the span or in it, with overrides in the span. */
function anyRota(minutes: Minutes): fc.Arbitrary<Rota> {
  const date = fc.integer({ min: -400, max: 20 }).map((d) => new Date((minutes.from + d * 86_400) * 1000).toISOString().slice(0, 10));
  const weekday = fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun');
  const turning = fc.oneof(
    fc.record({ rotation: fc.constant('daily' as const), handoff: time }),
    fc.record({ rotation: fc.constant('weekly' as const), handoff: fc.tuple(weekday, time).map((two) => two.join(' ')) }),
    fc.record({
      rotation: fc.constant('monthly' as const),
      handoff: fc.tuple(fc.integer({ min: 1, max: 28 }), time).map((two) => two.join(' ')),
    }),
    fc.record({ rotation: every.map((text) => ({ every: parseDuration(text)! })), handoff: time }),
  );
  // Dates near the middle, where the clock changes.
  const moment = fc.tuple(fc.constantFrom(...minutes.dates.slice(8, 21)), time).map((two) => two.join('T'));
  const override = fc
    .tuple(moment, moment, fc.constantFrom('ann', 'bob', 'eve').map(user))
    .map(([a, b, person]) => ({ from: a < b ? a : b, to: a < b ? b : a, person }));
  const overrides = fc.oneof(fc.constant([]), fc.array(override, { maxLength: 5 }));
  return fc.record({ turning, starts: date, people, overrides }).map(({ turning, ...rest }) => ({ id: 'a', ...turning, ...rest }));
}

/** The minute at which the clock does not show the one after that before; the middle of a span in which it never jumps. */
function jumpOf({ shown }: Minutes): number {
  const jump = shown.findIndex((text, i) => i > 0 && Date.parse(`${text}Z`) - Date.parse(`${shown[i - 1]}Z`) !== 60_000);
  return jump < 0 ? shown.length >> 1 : jump;
}

const loginOf = (who: Person | undefined) => (who?.kind === 'user' ? who.login : undefined);

describe.each(SPANS)('%s from %s: %s', (zone, from) => {
  const minutes = readMinutes(zone, `${from}T00:00:00Z`, DAYS);
  const end = (minutes.from + DAYS * 86_400) as Instant;
  const jump = minutes.from + 60 * jumpOf(minutes);
  // Without bias: fast-check prefers ends, and what matters lies between.
  const second = fc.noBias(
    fc.oneof(
      fc.integer({ min: minutes.from + 86_400, max: end - 2 * 86_400 }),
      fc.integer({ min: jump - 7_200, max: jump + 10_800 }),
    ) as fc.Arbitrary<Instant>,
  );
  const seconds = fc.array(second, { minLength: 12, maxLength: 12 });
  const indexOf = (t: number) => Math.floor((t - minutes.from) / 60);
  const options = { seed: SEED, numRuns: 25 };

  test('as the model that walks every hand-off and every minute', () => {
    fc.assert(
      fc.property(anyRota(minutes), seconds, (rota, asked) => {
        const duty = watchMinutes(rota, minutes);
        const around = duty.slice(indexOf(jump - 7_200), indexOf(jump + 10_800));
        expect(around.map((_, i) => loginOf(onCallAt(rota, zone, (jump - 7_200 + i * 60) as Instant)))).toEqual(around);
        for (const t of asked) {
          const here = indexOf(t);
          expect(loginOf(onCallAt(rota, zone, t))).toBe(duty[here]);
          const after = duty.findIndex((who, i) => i > here && who !== duty[here]);
          const next = nextHandOff(rota, zone, t);
          if (after < 0) expect(next?.at ?? end).toBeGreaterThanOrEqual(end);
          else expect([next?.at, loginOf(next?.from), loginOf(next?.to)]).toEqual([minutes.from + after * 60, duty[here], duty[after]]);
          const before = duty.findLastIndex((who, i) => i < here && who !== duty[here]);
          const last = lastHandOff(rota, zone, t);
          if (before < 0) expect(last?.at ?? minutes.from).toBeLessThanOrEqual(minutes.from);
          else
            expect([last?.at, loginOf(last?.from), loginOf(last?.to)]).toEqual([
              minutes.from + (before + 1) * 60,
              duty[before],
              duty[here],
            ]);
        }
      }),
      options,
    );
  });

  test('turns fill the time, meet at hand-offs, and say what onCallAt says', () => {
    fc.assert(
      fc.property(anyRota(minutes), second, second, (rota, a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const found = turns(rota, zone, from, to);
        const person = (t: number) => loginOf(onCallAt(rota, zone, t as Instant));
        for (const [i, turn] of found.entries()) {
          expect(turn.from).toBeLessThan(turn.to);
          expect([person(turn.from), person(turn.to - 1)]).toEqual([turn.person, turn.person].map(loginOf));
          const next = nextHandOff(rota, zone, turn.from);
          expect(Math.min(next?.at ?? to, to)).toBe(turn.to);
          const other = found[i + 1];
          if (other && other.from > turn.to) expect(person(turn.to)).toBeUndefined();
          else if (other)
            expect([turn.to, loginOf(next!.from), loginOf(next!.to)]).toEqual([
              other.from,
              ...[turn, other].map((one) => loginOf(one.person)),
            ]);
        }
        if (found.length === TURNS_MAX) return;
        expect(found[0]?.from === from).toBe(from < to && person(from) !== undefined);
        expect(found.at(-1)?.to === to).toBe(from < to && person(to - 1) !== undefined);
      }),
      options,
    );
  });

  test('a hand-off is where the person changes, and between two of them nobody does', () => {
    fc.assert(
      fc.property(anyRota(minutes), second, (rota, t) => {
        const person = (at: number) => loginOf(onCallAt(rota, zone, at as Instant));
        const [last, next] = [lastHandOff(rota, zone, t), nextHandOff(rota, zone, t)];
        for (const change of [last, next]) {
          if (!change) continue;
          expect([person(change.at - 1), person(change.at)]).toEqual([change.from, change.to].map(loginOf));
          expect(loginOf(change.from)).not.toBe(loginOf(change.to));
          expect(lastHandOff(rota, zone, change.at)).toEqual(change);
          expect(nextHandOff(rota, zone, (change.at - 1) as Instant)).toEqual(change);
        }
        if (last) expect(person(t)).toBe(loginOf(last.to));
        if (next) expect(person(t)).toBe(loginOf(next.from));
        if (next && last) expect(lastHandOff(rota, zone, (next.at - 1) as Instant)).toEqual(last);
      }),
      options,
    );
  });
});
