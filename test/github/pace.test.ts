import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { Lru } from '../../src/github/lru.ts';
import { Pace, type PaceClass } from '../../src/github/pace.ts';

const T = 1_800_000_000;
const spend = (pace: Pace, count: number, what: PaceClass, now: Instant, installation = 1) => {
  let sent = 0;
  for (let i = 0; i < count; i++) if (pace.take(installation, what, now) === 0) sent++;
  return sent;
};

for (const [what, perMinute, perHour] of [
  ['page', 80, 500],
  ['normal', 32, 200],
  ['background', 16, 100],
] as const)
  test(`${what}: ${perMinute} writes a minute, ${perHour} an hour`, () => {
    const pace = new Pace();
    expect(spend(pace, 1000, what, instant(T))).toBe(perMinute);
    const other = new Pace();
    let sent = 0;
    for (let minute = 0; minute < 60; minute++) sent += spend(other, 1000, what, instant(T + minute * 60));
    expect(sent).toBe(perHour);
    expect(spend(other, 1000, what, instant(T + 3600))).toBeGreaterThan(0);
  });

test('what normal writes may not use is there for pages', () => {
  const pace = new Pace();
  expect(spend(pace, 100, 'normal', instant(T))).toBe(32);
  expect(spend(pace, 100, 'background', instant(T))).toBe(0);
  expect(spend(pace, 100, 'page', instant(T))).toBe(48);
});

test('the wait is until the oldest write in the way leaves the window', () => {
  const pace = new Pace({ perMinute: 5 });
  expect(pace.take(1, 'normal', instant(T))).toBe(0);
  expect(pace.take(1, 'normal', instant(T + 20))).toBe(0);
  expect(pace.take(1, 'normal', instant(T + 30))).toBe(30);
  expect(pace.take(1, 'normal', instant(T + 59))).toBe(1);
  expect(pace.take(1, 'normal', instant(T + 60))).toBe(0);
  expect(pace.take(1, 'normal', instant(T + 60))).toBe(20);
});

test('one installation never waits for another', () => {
  const pace = new Pace();
  spend(pace, 1000, 'page', instant(T), 1);
  expect(pace.take(2, 'background', instant(T))).toBe(0);
});

test('a clock that was set back blocks for a window at most', () => {
  const pace = new Pace({ perMinute: 1, perHour: 500 });
  pace.take(1, 'page', instant(T + 1_000_000));
  expect(pace.take(1, 'page', instant(T))).toBeLessThanOrEqual(60);
});

test('the memory of what was used least lately goes first, by entries and by bytes', () => {
  const lru = new Lru<number>(3, 100);
  for (const key of ['a', 'b', 'c']) lru.set(key, 1, 30);
  lru.get('a');
  lru.set('d', 1, 30);
  expect([lru.get('a'), lru.get('b'), lru.size, lru.bytes]).toEqual([1, undefined, 3, 90]);
  lru.set('e', 1, 95);
  expect([lru.size, lru.bytes, lru.get('e')]).toEqual([1, 95, 1]);
  lru.set('f', 1, 101);
  expect([lru.get('f'), lru.size]).toEqual([undefined, 1]);
});
