/**
 * Figures of the store on this machine's disk: `node bench/store.ts [file | postgres://…]`. The database is emptied again and again. Ratios
 * between machines mean more than the numbers.
 */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { type Instant, instant } from '../src/calendar/time.ts';
import { openStore } from '../src/store/open.ts';
import type { Alarm, Store, Wake } from '../src/store/port.ts';

const file = process.argv[2] ?? join(tmpdir(), `watchkeeper-bench-${process.pid}.sqlite`);
const isPostgres = /^postgres(ql)?:/.test(file);
const NOW = instant(1_800_000_000);
const LEASE_S = 60;

const wakeOf = (n: number, dueAt: number): Wake => ({
  subject: `issue:${1 + (n % 200)}:${n}`,
  installation: 1 + (n % 20),
  dueAt: instant(dueAt),
  urgency: n % 10,
  expect: n % 2 === 0 ? [`comment:${n}`] : [],
});

async function erase(): Promise<void> {
  if (isPostgres) return eraseTables();
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true });
}

async function eraseTables(): Promise<void> {
  const client = new Client(file);
  await client.connect();
  await client.query('drop table if exists meta, alarm, lease, delivery, own_write, ticket, ticket_fix, repo');
  await client.end();
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

async function ingest(inFlight: number, total: number): Promise<void> {
  await erase();
  const store = await openStore(file);
  const times: number[] = [];
  let sent = 0;
  const start = performance.now();
  const worker = async () => {
    while (sent < total) {
      const n = sent++;
      const begun = performance.now();
      await store.receive(`${n.toString(16).padStart(8, '0')}-11f0-11f0-11f0-000000000000`, NOW, [wakeOf(n % 5_000, NOW + 2)]);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - start) / 1_000;
  await store.close();
  times.sort((a, b) => a - b);
  const perSecond = Math.round(total / seconds).toLocaleString('en');
  console.log(
    `receive, ${inFlight} in flight: ${perSecond}/s, p50 ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`,
  );
}

async function fill(store: Store, rows: number): Promise<void> {
  for (let from = 0; from < rows; from += 10_000) {
    const count = Math.min(10_000, rows - from);
    await store.wake(Array.from({ length: count }, (_, i) => wakeOf(from + i, NOW + 1_000_000 + (((from + i) * 7_919) % 86_400))));
  }
}

/** What no store can be faster than: 4 kB written and made durable, in the file system of the store's file. */
function diskAlone(): { readonly commit: () => void; readonly close: () => void } {
  const beside = `${file}.disk`;
  const fd = openSync(beside, 'w');
  const page = Buffer.alloc(4_096);
  return {
    commit() {
      writeSync(fd, page, 0, page.length, 0);
      fsyncSync(fd);
    },
    close() {
      closeSync(fd);
      rmSync(beside);
    },
  };
}

/** `alone`: no other process took the core meanwhile; on a busy machine the others say more about it than about the store. */
type Timed = { readonly ms: number; readonly alone: boolean };

/**
 * 100 rows fall due, are claimed with a lease on disk, and are settled again; `claim` alone is timed. Random rows that were woken a moment
 * before, and rows that nothing has touched since they were written: a hundred pages that the store does not have at hand.
 */
async function claims(rows: number, rounds: number): Promise<void> {
  await erase();
  const store = await openStore(file);
  await fill(store, rows);
  const disk = isPostgres ? undefined : diskAlone();
  const times = { woken: [] as Timed[], untouched: [] as Timed[], idle: [] as Timed[], disk: [] as number[] };
  const claim = async (now: Instant, into: Timed[]) => {
    const pushedOut = () => process.resourceUsage().involuntaryContextSwitches;
    const before = pushedOut();
    const begun = performance.now();
    const alarms = await store.claim(now, instant(now + LEASE_S), 100, 100);
    const ms = performance.now() - begun;
    into.push({ ms, alone: pushedOut() === before });
    return alarms;
  };
  const settle = (alarms: readonly Alarm[]) =>
    Promise.all(alarms.map((alarm) => store.settle(alarm, { dueAt: instant(NOW + 3_000_000), urgency: alarm.urgency, attempts: 0 })));
  for (let round = 0; round < rounds; round++) {
    const now = instant(NOW + round);
    await store.wake(Array.from({ length: 100 }, () => wakeOf(Math.floor(Math.random() * rows), now)));
    const alarms = await claim(now, times.woken);
    await claim(now, times.idle);
    await settle(alarms);
    // As long as there are enough of them.
    if (round < rows / 400) await settle(await claim(instant(NOW + 1_000_000 + Math.ceil((round * 100 * 86_400) / rows)), times.untouched));
    const begun = performance.now();
    disk?.commit();
    times.disk.push(performance.now() - begun);
  }
  await store.close();
  const of = `of ${rows.toLocaleString('en')}`;
  reportTimed(`claim 100 due ${of}, just woken`, times.woken);
  reportTimed(`claim 100 due ${of}, untouched for long`, times.untouched);
  reportTimed(`claim with nothing due ${of}`, times.idle);
  disk?.close();
  if (disk) report('the disk alone meanwhile, 4 kB written and fsynced', times.disk);
}

/** Everything is due at once, over many installations: the way through the lanes. */
async function crowd(rows: number, rounds: number): Promise<void> {
  await erase();
  const store = await openStore(file);
  for (let from = 0; from < rows; from += 10_000) {
    await store.wake(Array.from({ length: 10_000 }, (_, i) => ({ ...wakeOf(from + i, NOW - i), installation: 1 + ((from + i) % 2_000) })));
  }
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await store.claim(NOW, instant(NOW + LEASE_S), 20, 5);
    times.push(performance.now() - begun);
  }
  await store.close();
  report(`claim 20 when ${rows.toLocaleString('en')} of 2,000 installations are due`, times);
}

/** One installation has very many due, and 19 others a few: the way through the lanes of whoever must not wait for it. */
async function oneCrowd(rows: number, rounds: number): Promise<void> {
  await erase();
  const store = await openStore(file);
  await fill(store, 20_000);
  for (let from = 0; from < rows; from += 10_000) {
    await store.wake(Array.from({ length: 10_000 }, (_, i) => ({ ...wakeOf(1_000_000 + from + i, NOW - i), installation: 1 })));
  }
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await store.wake(Array.from({ length: 20 }, (_, i) => ({ ...wakeOf(i, NOW), subject: `issue:9:${i}`, installation: 2 + (i % 19) })));
    const begun = performance.now();
    const alarms = await store.claim(NOW, instant(NOW + LEASE_S), 20, 5);
    times.push(performance.now() - begun);
    await Promise.all(alarms.map((alarm) => store.settle(alarm, { dueAt: alarm.dueAt, urgency: alarm.urgency, attempts: 0 })));
  }
  await store.close();
  report(`claim 20 when ${rows.toLocaleString('en')} of one installation are due`, times);
}

/**
 * 100,000 alarms of 2,000 installations in all lanes, half of them one installation's and due: what each turn of the loop costs while this one may
 * not be worked on (GitHub limits it), and while it may.
 */
async function leftOut(rounds: number): Promise<void> {
  await erase();
  const store = await openStore(file);
  await store.wake(
    Array.from({ length: 50_000 }, (_, n) => ({
      ...wakeOf(n, NOW + 1_000 + ((n * 7_919) % 86_400)),
      installation: 1 + (n % 2_000),
      urgency: Math.floor(n / 2_000) % 10,
    })),
  );
  await store.wake(
    Array.from({ length: 50_000 }, (_, n) => ({ ...wakeOf(1_000_000 + n, NOW - n), installation: 1, urgency: (n % 5) * 2 })),
  );
  const [claimed, next, few] = [[] as number[], [] as number[], [] as number[]];
  const timed = async <T>(into: number[], ask: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const answer = await ask();
    into.push(performance.now() - begun);
    return answer;
  };
  const later = instant(NOW + LEASE_S);
  for (let round = 0; round < rounds; round++) {
    await timed(claimed, () => store.claim(NOW, later, 128, 4, [1]));
    await timed(next, () => store.nextDue([1]));
    await timed(few, async () => {
      const alarms = await store.claim(NOW, later, 128, 4);
      await Promise.all(alarms.map((alarm) => store.settle(alarm, { dueAt: later, urgency: alarm.urgency, attempts: 0 })));
    });
  }
  await store.close();
  report('claim beside a crowd of 50,000 that is left out', claimed);
  report('the next due instant but for that crowd', next);
  report('claim 4 of that crowd and settle them', few);
}

function reportTimed(what: string, times: readonly Timed[]): void {
  report(
    what,
    times.map(({ ms }) => ms),
  );
  const alone = times.filter((one) => one.alone).map(({ ms }) => ms);
  if (alone.length < times.length) report(`  the ${alone.length} of ${times.length} in which nobody else took the core`, alone);
}

function report(what: string, times: number[]): void {
  times.sort((a, b) => a - b);
  console.log(`${what}: p50 ${quantile(times, 0.5).toFixed(3)} ms, p99 ${quantile(times, 0.99).toFixed(3)} ms`);
}

for (const inFlight of [1, 10, 50]) await ingest(inFlight, 20_000);
await claims(10_000, 300);
await claims(1_000_000, 300);
await crowd(50_000, 100);
await oneCrowd(50_000, 100);
await leftOut(100);
await erase();
