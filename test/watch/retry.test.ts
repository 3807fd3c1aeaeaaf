import { expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Alarm, Settled } from '../../src/store/port.ts';
import { retriesOf, retryOf } from '../../src/watch/retry.ts';

const ALARM: Alarm = {
  subject: 'issue:1:1',
  installation: 1,
  dueAt: instant(0),
  leaseUntil: instant(120),
  version: 1,
  attempts: 0,
  urgency: 3,
  expect: [],
};

/** Looks whose writes are put off for five seconds each time. */
function putOff(times: number, from: Alarm, more: Partial<Parameters<typeof retryOf>[0]> = {}): Settled[] {
  let alarm = from;
  return Array.from({ length: times }, () => {
    const next = retryOf({ number: 0, alarm, now: alarm.dueAt, quiet: false, stepAt: undefined, ...more }, 5);
    alarm = { ...alarm, ...next, expect: next.expect ?? [] };
    return next;
  });
}

test('looks whose writes are put off come later and later, a quarter of an hour at most', () => {
  const dues = putOff(12, ALARM).map((one) => one.dueAt);
  const waits = dues.map((at, i) => at - (dues[i - 1] ?? 0));
  expect(waits[0]).toBeLessThan(10);
  expect(waits.every((wait, i) => i === 0 || wait >= waits[i - 1]! * 0.8)).toBe(true);
  expect(waits.at(-1)).toBeGreaterThanOrEqual(900);
  expect(waits.at(-1)).toBeLessThanOrEqual(1_125);
});

test('that they were put off takes nothing from the patience with replicas, nor from the care before a call', () => {
  expect(putOff(12, ALARM).map((one) => one.attempts)).toEqual(Array(12).fill(0));
  expect(putOff(2, { ...ALARM, attempts: 3 }).map((one) => one.attempts)).toEqual([3, 3]);
  // What was not there a fourth time was taken as it is: the next thing that is announced is waited for again.
  expect(putOff(2, { ...ALARM, attempts: 4 }).map((one) => one.attempts)).toEqual([3, 3]);
});

test('how often is known beside what webhooks announce meanwhile', () => {
  const next = putOff(3, ALARM).at(-1)!;
  expect(retriesOf({ ...next, expect: [...next.expect!, 'comment:7'] })).toBe(3);
  expect(retriesOf(ALARM)).toBe(0);
});

test('a step that falls due before that has its own instant', () => {
  const [next] = putOff(1, { ...ALARM, expect: ['again:8'] }, { stepAt: instant(30) });
  expect(next).toMatchObject({ dueAt: 30, urgency: 0 });
});
