import { beforeEach, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Alarm, Store, Wake } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { Lanes } from '../../src/watch/lanes.ts';

const T0 = instant(1_800_000_000);

let store: Store;
let now: Instant;
let started: { alarm: Alarm; hurry: boolean; end: (error?: Error) => void }[];
let lanes: Lanes;

beforeEach(() => {
  store = openSqlite(':memory:');
  now = T0;
  started = [];
  lanes = new Lanes({
    store,
    clock: () => now,
    work: (alarm, hurry) =>
      new Promise<void>((resolve, reject) => {
        started.push({ alarm, hurry, end: (error) => (error ? reject(error) : resolve(store.settle(alarm, undefined))) });
      }),
  });
  return () => store.close();
});

const due = (installation: number, count: number, more: Partial<Wake> = {}): Promise<void> =>
  store.wake(
    Array.from({ length: count }, (_, n) => ({
      subject: `issue:${installation}:${n}`,
      installation,
      dueAt: instant(T0 - 100 + n),
      urgency: 3,
      ...more,
    })),
  );
const startedOf = (installation: number) => started.filter(({ alarm }) => alarm.installation === installation).length;
/** Begins as the loop does, until there is nothing more to begin. */
async function beginAll(): Promise<void> {
  while ((await lanes.begin()).length > 0);
}

test('an installation with 5,000 due subjects, none of which ends, delays no other', async () => {
  await due(1, 5_000);
  await beginAll();
  const taken = startedOf(1);
  expect(taken).toBeLessThan(10);
  await due(2, 3);
  await beginAll();
  expect([startedOf(1), startedOf(2)]).toEqual([taken, 3]);
  started.find(({ alarm }) => alarm.installation === 2)!.end();
  await due(3, 1);
  await beginAll();
  expect(startedOf(3)).toBe(1);
});

test('what ends makes room, and who waits for room is called', async () => {
  await due(1, 20);
  let called = 0;
  lanes.onFree(() => called++);
  for (let done = 0; done < 20; done++) {
    await beginAll();
    started[done]!.end();
    await new Promise((go) => setImmediate(go));
  }
  await lanes.idle();
  expect([started.length, called]).toEqual([20, 20]);
  expect(await store.alarms()).toEqual([]);
});

test('an installation that GitHub limits rests for as long as GitHub says, a little more at most, and others go on', async () => {
  await due(7, 3);
  await due(8, 1);
  lanes.rest(7, 1000);
  await beginAll();
  expect([startedOf(7), startedOf(8)]).toEqual([0, 1]);
  now = instant(T0 + 999);
  await beginAll();
  expect(startedOf(7)).toBe(0);
  expect(lanes.nextRested()).toBeGreaterThanOrEqual(T0 + 1000);
  now = instant(T0 + 1101);
  await beginAll();
  expect(startedOf(7)).toBe(3);
  expect(lanes.nextRested()).toBeUndefined();
});

test('an installation that does not take our key rests too, and is not one that GitHub limits', async () => {
  await due(7, 3);
  await due(8, 3);
  lanes.rest(7, 60);
  lanes.refused(8);
  await beginAll();
  expect([startedOf(7), startedOf(8), lanes.resting(), lanes.limited()]).toEqual([0, 0, [7, 8], [7]]);
  now = instant(T0 + 67);
  await beginAll();
  expect([startedOf(7), startedOf(8), lanes.limited()]).toEqual([3, 3, []]);
});

test('installations that were limited at one moment do not come back in one second', () => {
  const rests = Array.from({ length: 50 }, (_, n) => {
    const one = new Lanes({ store, clock: () => now, work: async () => {} });
    one.rest(n, 3_600);
    return one.nextRested()!;
  });
  expect(new Set(rests).size).toBeGreaterThan(40);
  expect(Math.min(...rests)).toBeGreaterThanOrEqual(T0 + 3_600);
  expect(Math.max(...rests)).toBeLessThanOrEqual(T0 + 3_960);
});

test('a clock that was set back by days does not lengthen a rest', async () => {
  await due(7, 1, { dueAt: instant(0) });
  lanes.rest(7, 60);
  now = instant(T0 - 86_400);
  await beginAll();
  expect(startedOf(7)).toBe(1);
});

for (const [claim, urgency, count, hurry] of [
  ['more steps are due than places: the work is told to hurry', 0, 9, true],
  ['one step is due: there is no hurry', 0, 1, false],
  ['many webhooks wait: that is no hurry', 3, 9, false],
] as const)
  test(claim, async () => {
    await due(1, count, { urgency });
    await lanes.begin();
    expect(started.length).toBeGreaterThan(0);
    expect(started.every((one) => one.hurry === hurry)).toBe(true);
  });

test('a failure of the store while working is told once, and the place is free again', async () => {
  await due(1, 1);
  await lanes.begin();
  started[0]!.end(new Error('the disk is full'));
  await expect(lanes.idle()).rejects.toThrow('the disk is full');
  lanes.failed();
  await due(1, 2, { dueAt: T0 });
  expect(await lanes.begin()).toHaveLength(1);
});

test('who stops claims nothing more and waits for what is under way', async () => {
  await due(1, 2);
  await lanes.begin();
  let stopped = false;
  const stopping = lanes.stop().then(() => {
    stopped = true;
  });
  await due(2, 1);
  expect(await lanes.begin()).toEqual([]);
  started[0]!.end();
  await new Promise((go) => setTimeout(go, 5));
  expect(stopped).toBe(false);
  started[1]!.end();
  await stopping;
  expect(startedOf(2)).toBe(0);
});
