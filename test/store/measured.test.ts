import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { measured, STORE_METHODS } from '../../src/store/measured.ts';
import type { Heard, Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

type Told = { readonly method: string; readonly seconds: number; readonly ok: boolean };
const told: Told[] = [];
const watch = (store: Store): Store => measured(store, (method, seconds, ok) => void told.push({ method, seconds, ok }));
afterEach(() => {
  told.length = 0;
});

describe('a measured store', () => {
  test('has every method of the port, and no other', async () => {
    const store = openSqlite(':memory:');
    expect([...STORE_METHODS, 'listen'].sort()).toEqual(Object.keys(store).sort());
    expect(Object.keys(watch(store)).sort()).toEqual(Object.keys(store).sort());
    await store.close();
  });

  for (const method of STORE_METHODS)
    test(`${method} gets all that it is given, answers what the store answers, and is told of`, async () => {
      const given: unknown[][] = [];
      const inner = {
        async [method](...args: unknown[]) {
          given.push([this === inner, ...args]);
          return 'an answer';
        },
      };
      const call = watch(inner as unknown as Store)[method] as (...args: unknown[]) => Promise<unknown>;
      expect(await call(1, 'two', [3])).toBe('an answer');
      expect(given).toEqual([[true, 1, 'two', [3]]]);
      expect(told).toEqual([{ method, seconds: expect.any(Number), ok: true }]);
      expect(told[0]!.seconds).toBeGreaterThanOrEqual(0);
    });

  for (const [claim, fails] of [
    ['rejects', () => Promise.reject(new Error('disk full'))],
    [
      'throws at once',
      () => {
        throw new Error('disk full');
      },
    ],
  ] as const)
    test(`a call that ${claim} is told as failed, and fails with the same words`, async () => {
      const store = watch({ repo: fails } as unknown as Store);
      await expect(store.repo(1)).rejects.toThrow('disk full');
      expect(told).toEqual([{ method: 'repo', seconds: expect.any(Number), ok: false }]);
    });

  test('what the store refuses, since it is too long, is no failure of the store', async () => {
    const store = watch(openSqlite(':memory:'));
    await expect(store.putMeta('k'.repeat(100_000), 'v')).rejects.toThrow(RangeError);
    expect(told).toEqual([{ method: 'putMeta', seconds: expect.any(Number), ok: true }]);
    await store.close();
  });

  test('hears what the store says', async () => {
    const store = watch(openSqlite(':memory:'));
    const heard: Heard[] = [];
    const stop = store.listen((one) => void heard.push(one));
    await store.tell('hello');
    stop();
    await store.tell('and again');
    expect(heard).toEqual([{ is: 'told', text: 'hello' }]);
    await store.wake([{ subject: 'app', installation: 0, dueAt: instant(5), urgency: 0 }]);
    expect(await store.nextDue()).toBe(5);
    expect(told.map((one) => one.method)).toEqual(['tell', 'tell', 'wake', 'nextDue']);
    await store.close();
  });
});
