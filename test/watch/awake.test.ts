import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { stayAwake, wakeUp } from '../../src/watch/awake.ts';
import { TestDesk } from '../support/desk.ts';

const T0 = instant(1_800_000_000);
const after = (seconds: number): Instant => instant(T0 + seconds);

test('a new database knows since when there is a desk, and of no downtime', async () => {
  const store = openSqlite(':memory:');
  expect(await wakeUp(store, T0)).toEqual({ opened: T0, downs: [], fresh: false });
  expect(await wakeUp(store, after(5))).toEqual({ opened: T0, downs: [], fresh: true });
  await store.close();
});

test('the first process after a weekend notes it for those that start a second later, and for its own next start', async () => {
  const store = openSqlite(':memory:');
  await wakeUp(store, T0);
  await stayAwake(store, after(100));
  const weekend = [[after(100), after(200_000)]];
  expect(await wakeUp(store, after(200_000))).toEqual({ opened: T0, downs: weekend, fresh: false });
  expect(await wakeUp(store, after(200_001))).toEqual({ opened: T0, downs: weekend, fresh: true });
  await stayAwake(store, after(200_010));
  expect((await wakeUp(store, after(200_030))).downs).toEqual(weekend);
  await store.close();
});

test('a restart of seconds is no downtime, and what was long ago is forgotten', async () => {
  const store = openSqlite(':memory:');
  await wakeUp(store, T0);
  expect((await wakeUp(store, after(59))).downs).toEqual([]);
  expect((await wakeUp(store, after(200))).downs).toHaveLength(1);
  expect((await wakeUp(store, after(32 * 86_400))).downs).toEqual([[after(200), after(32 * 86_400)]]);
  await store.close();
});

test('a clock that was set back is no downtime', async () => {
  const store = openSqlite(':memory:');
  await wakeUp(store, T0);
  expect((await wakeUp(store, after(-3_600))).downs).toEqual([]);
  await store.close();
});

test('a downtime that a clock noted which was days ahead ends now: what falls due later was not slept through', async () => {
  const store = openSqlite(':memory:');
  await wakeUp(store, T0);
  await wakeUp(store, after(200_000));
  const right = await wakeUp(store, after(100));
  expect(right.downs).toEqual([[T0, after(100)]]);
  expect((await wakeUp(store, after(110))).downs).toEqual([[T0, after(100)]]);
  await store.close();
});

test('a desk whose store does not answer turns all the same: it is the store that is missing, not the loop that is stuck', async () => {
  const desk = await TestDesk.open({ policy: 'extends: standard\n' });
  await desk.forward('1h');
  desk.tamper = (what) => {
    if (what === 'store editMeta') throw new Error('no database');
  };
  await expect(desk.service.desk.start()).rejects.toThrow('no database');
  expect(desk.service.desk.turnedAt).toBe(desk.now);
  desk.tamper = undefined;
  await desk.close();
});
