import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';
import type { Alarm, Store, Wake } from '../../src/store/port.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { asAdmin, freshDatabase, startServer, stopServer, theCluster } from '../support/postgres.ts';
import { BUSY_MS, until as untilSaid } from '../support/until.ts';

const T0 = instant(1_800_000_000);
const later = (seconds: number) => instant(T0 + seconds);
const wake = (n: number, more: Partial<Wake> = {}): Wake => ({
  subject: `issue:1:${n}`,
  installation: 1 + (n % 7),
  dueAt: T0,
  urgency: n % 10,
  ...more,
});

/** A child on a store, with the lines that it said. The last one may have been cut by a kill. */
type Worker = { readonly child: ChildProcess; readonly lines: () => string[]; readonly ended: Promise<unknown> };
const children: ChildProcess[] = [];

function work(url: string, what: string, tag = ''): Worker {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'postgres-worker.ts'), url, what, tag], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  return { child, lines: () => text.split('\n').slice(0, -1), ended: once(child, 'close') };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Asks again and again, as the loop does, until there is an answer. */
const until = <T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> => untilSaid('what was waited for', ask);

const lineOf = (worker: Worker, n: number) => until(() => (worker.lines().length >= n ? worker.lines() : undefined));

describe('any number of processes share a store on PostgreSQL', { timeout: BUSY_MS }, () => {
  test('several that claim at once share the work, and no row is given out twice', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    await store.wake(Array.from({ length: 2_000 }, (_, n) => wake(n)));
    const workers = [1, 2, 3].map(() => work(url, 'claim'));
    for (const { ended } of workers) expect(await ended).toEqual([0, null]);
    const claimed = workers.flatMap((worker) => worker.lines());
    expect(claimed).toHaveLength(2_000);
    expect(new Set(claimed).size).toBe(2_000);
    expect((await store.alarms()).every((alarm) => alarm.leaseUntil === 0 && alarm.attempts === 0)).toBe(true);
    await store.close();
  });

  test('those that start at once bring an empty database up to date together', async () => {
    const url = await freshDatabase();
    const workers = [1, 2, 3].map(() => work(url, 'open'));
    for (const { ended } of workers) expect(await ended).toEqual([0, null]);
    expect(workers.map((worker) => worker.lines())).toEqual([['open'], ['open'], ['open']]);
  });

  test('what a killed one held is claimed by another within seconds, long before its leases end, as a second attempt', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    await store.wake([1, 2, 3].map((n) => wake(n)));
    const holder = work(url, 'hold');
    await lineOf(holder, 3);
    await pause(1_200);
    expect(await store.claim(T0, later(60), 10, 10)).toEqual([]);
    holder.child.kill('SIGKILL');
    const killedAt = performance.now();
    const alarms = await until(async () => {
      const some = await store.claim(T0, later(60), 10, 10);
      return some.length > 0 ? some : undefined;
    });
    // They end after an hour.
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    expect(alarms.map((alarm) => alarm.attempts)).toEqual([1, 1, 1]);
    await store.close();
  });

  test('edits by several lose nothing', async () => {
    const url = await freshDatabase();
    const workers = [1, 2, 3].map(() => work(url, 'edit'));
    for (const { ended } of workers) expect(await ended).toEqual([0, null]);
    const store = await openPostgres(url);
    expect((await store.repo(1))?.data).toBe('x'.repeat(150));
    expect(await store.getMeta('count')).toBe('150');
    await store.close();
  });

  test('a wake in one is heard in another at once', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    const other = work(url, 'hear');
    await lineOf(other, 1);
    const delays: number[] = [];
    for (let n = 0; n < 20; n++) {
      await store.wake([wake(n, { dueAt: later(n) })]);
      // From its commit on, whose length is the disk's.
      const saidAt = performance.timeOrigin + performance.now();
      const line = (await lineOf(other, 2 + n)).at(-1)!;
      expect(line).toContain(`{"is":"woken","dueAt":${later(n)}}`);
      delays.push(Number(line.split(' ')[0]) - saidAt);
    }
    delays.sort((a, b) => a - b);
    console.log(`a wake is heard in another process after ${delays[10]!.toFixed(1)} ms (median), ${delays[19]!.toFixed(1)} ms at most`);
    expect(delays[10]).toBeLessThan(500);
    await store.receive('later', T0, [wake(50, { dueAt: later(5) })]);
    await store.receive('now', T0, [wake(51)]);
    expect((await lineOf(other, 22)).slice(21).map((line) => line.split(' ')[1])).toEqual([`{"is":"woken","dueAt":${T0}}`]);
    await store.close();
  });

  test('kill -9 at any moment loses nothing that was acknowledged', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    const chance = chanceOf(9);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const worker = work(url, 'receive', `r${round}`);
      // Not by the clock alone: a slow disk may take all the time that was drawn for its first commit.
      await lineOf(worker, 6);
      await pause(chance.upTo(60));
      worker.child.kill('SIGKILL');
      await worker.ended;
      for (const line of worker.lines()) acknowledged.add(line);
      const kept = new Map((await store.alarms()).map((alarm) => [alarm.subject, alarm]));
      for (const subject of acknowledged) expect(kept.get(subject)?.expect, subject).toEqual([`seen:${subject}`]);
      // The delivery and its wake are one: an unacknowledged row is there with both or with neither.
      const repeats = await Promise.all([...kept.keys()].map((subject) => store.receive(subject, T0, [])));
      expect(repeats.filter(Boolean)).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(50);
    await store.close();
  });
});

describe('trouble with the server', { timeout: BUSY_MS }, () => {
  /** As the loop does: what fails is tried again. */
  const stubborn = async <T>(ask: () => Promise<T>): Promise<T> =>
    (
      await until(() =>
        ask().then(
          (value) => ({ value }),
          () => undefined,
        ),
      )
    ).value;

  test('connections that are cut cost the work on them, and nothing else', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    await store.wake([wake(1)]);
    const [alarm] = await store.claim(T0, later(60), 1, 1);
    const heard: unknown[] = [];
    store.listen((one) => heard.push(one));
    await asAdmin(
      url,
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await stubborn(() => store.wake([wake(2)]));
    // Its lock is gone, so its lease is: by a claim of anybody, be it its own.
    const again = await until(async () =>
      (await store.claim(T0, later(60), 10, 10).catch(() => [] as Alarm[])).find((one) => one.attempts === 1),
    );
    expect(again.subject).toBe('issue:1:1');
    expect([await store.holds(alarm!, T0), await store.holds(again, T0)]).toEqual([false, true]);
    await until(async () => {
      await store.tell('hello');
      return heard.some((one) => JSON.stringify(one).includes('hello')) || undefined;
    });
    await store.close();
  });

  test('a restart of the server in the middle of work leaves the store working, with all that was acknowledged', {
    timeout: 400_000,
  }, async () => {
    const cluster = theCluster();
    const url = await freshDatabase();
    const store = await openPostgres(url);
    const acknowledged: string[] = [];
    let failures = 0;
    let stop = false;
    const receive = async (worker: number) => {
      for (let n = 0; !stop; n++) {
        const subject = `issue:${worker}:${n}`;
        try {
          await store.receive(subject, T0, [wake(n, { subject })]);
          acknowledged.push(subject);
        } catch {
          failures++;
          await pause(20);
        }
      }
    };
    const running = [1, 2, 3].map(receive);
    const more = (count: number) => {
      const enough = acknowledged.length + count;
      return until(() => acknowledged.length >= enough || undefined);
    };
    for (const how of ['immediate', 'fast'] as const) {
      await more(6);
      stopServer(cluster, how);
      startServer(cluster);
    }
    await more(6);
    stop = true;
    await Promise.all(running);
    expect(failures).toBeGreaterThan(0);
    const kept = new Set((await stubborn(() => store.alarms())).map((alarm) => alarm.subject));
    expect(acknowledged.filter((subject) => !kept.has(subject))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(10);
    expect((await stubborn(() => store.claim(T0, later(60), 10, 10))).length).toBe(10);
    await stubborn(() => store.prune(T0));
    await store.close();
  });
});

describe('many rows at once', { timeout: BUSY_MS }, () => {
  const thousands = (from: number, count: number) => Array.from({ length: count }, (_, n) => wake(from + n, { expect: [`comment:${n}`] }));

  test('ten thousand wakes are one call, and several such calls over the same rows wait for each other, whatever their order', async () => {
    const url = await freshDatabase();
    const stores: Store[] = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
    const all = thousands(0, 10_000);
    await Promise.all([
      stores[0]!.wake(all),
      stores[1]!.wake(all.toReversed()),
      stores[2]!.wake(all),
      stores[0]!.claim(T0, later(60), 100, 100),
      stores[1]!.claim(T0, later(60), 100, 100),
    ]);
    const rows = await stores[0]!.alarms();
    expect(rows).toHaveLength(10_000);
    expect(new Set(rows.map((row) => row.version))).toEqual(new Set([3]));
    for (const store of stores) await store.close();
  });

  test('two leases of a row are told apart, even when they end at the same instant', async () => {
    const url = await freshDatabase();
    const [one, two] = [await openPostgres(url), await openPostgres(url)];
    await one.wake([wake(1)]);
    const [first] = await one.claim(T0, later(60), 1, 1);
    await one.settle(first!, { dueAt: T0, urgency: 1, attempts: 0 });
    const [second] = await two.claim(T0, later(60), 1, 1);
    expect(second?.leaseUntil).toBe(first?.leaseUntil);
    expect([await one.holds(first!, T0), await one.holds(second!, T0)]).toEqual([false, true]);
    await one.settle(first!, undefined);
    expect(await two.holds(second!, T0)).toBe(true);
    await one.close();
    await two.close();
  });
});
