/** Figures of the SQLite store on this machine's disk: `node bench/store.ts [file]`. Ratios between machines mean more than the numbers. */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant } from '../src/calendar/time.ts';
import type { Store, Wake } from '../src/store/port.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const file = process.argv[2] ?? join(tmpdir(), `watchkeeper-bench-${process.pid}.sqlite`);
const NOW = instant(1_800_000_000);
const LEASE_S = 60;

const wakeOf = (n: number, dueAt: number): Wake => ({
  subject: `issue:${1 + (n % 200)}:${n}`,
  installation: 1 + (n % 20),
  dueAt: instant(dueAt),
  urgency: n % 10,
  expect: n % 2 === 0 ? [`comment:${n}`] : [],
});

function erase(): void {
  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true });
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;

async function ingest(inFlight: number, total: number): Promise<void> {
  erase();
  const store = openSqlite(file);
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

/** 100 random rows fall due, are claimed with a lease on disk, and are settled again; `claim` alone is timed. */
async function claims(rows: number, rounds: number): Promise<void> {
  erase();
  const store = openSqlite(file);
  await fill(store, rows);
  const times: number[] = [];
  const idle: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const now = instant(NOW + round);
    await store.wake(Array.from({ length: 100 }, () => wakeOf(Math.floor(Math.random() * rows), now)));
    let begun = performance.now();
    const alarms = await store.claim(now, instant(now + LEASE_S), 100, 100);
    times.push(performance.now() - begun);
    begun = performance.now();
    await store.claim(now, instant(now + LEASE_S), 100, 100);
    idle.push(performance.now() - begun);
    await Promise.all(alarms.map((alarm) => store.settle(alarm, { dueAt: instant(now + 1_000_000), urgency: alarm.urgency, attempts: 0 })));
  }
  await store.close();
  report(`claim 100 due of ${rows.toLocaleString('en')}`, times);
  report(`claim with nothing due of ${rows.toLocaleString('en')}`, idle);
}

/** Everything is due at once, over many installations: the way through the lanes. */
async function crowd(rows: number, rounds: number): Promise<void> {
  erase();
  const store = openSqlite(file);
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

function report(what: string, times: number[]): void {
  times.sort((a, b) => a - b);
  console.log(`${what}: p50 ${quantile(times, 0.5).toFixed(3)} ms, p99 ${quantile(times, 0.99).toFixed(3)} ms`);
}

for (const inFlight of [1, 10, 50]) await ingest(inFlight, 20_000);
await claims(10_000, 300);
await claims(1_000_000, 300);
await crowd(50_000, 100);
erase();
