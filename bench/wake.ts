/**
 * How soon another process begins: this one calls `store.wake` with something that is due now, the loop of another (or of one of three) on the
 * same PostgreSQL claims it. Milliseconds from the beginning of the call to the claim over there. `node bench/wake.ts`
 */
import type { ChildProcess } from 'node:child_process';
import { instant } from '../src/calendar/time.ts';
import { openStore } from '../src/store/open.ts';
import { NORMAL } from '../src/watch/parts.ts';
import { busy, ended, forked, heard, quantile, rising, withPostgres } from './common.ts';

const WAKES = 300;
const WARM_UP = 30;
/** Between two wakes at most: the other's loop sleeps, and asks by itself every 500 ms. */
const PAUSE_MS = 120;
const GIVE_UP_MS = 10_000;
const PROCESSES = [1, 3];

type Said = { readonly ready?: true; readonly subject?: string; readonly at?: string };

function claimsOf(children: readonly ChildProcess[]): (subject: string) => Promise<bigint> {
  const waiting = new Map<string, (at: bigint) => void>();
  for (const child of children)
    child.on('message', ({ subject, at }: Said) => {
      if (subject !== undefined) waiting.get(subject)?.(BigInt(at!));
    });
  return (subject) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${subject} was not claimed`)), GIVE_UP_MS);
      waiting.set(subject, (at) => {
        clearTimeout(late);
        waiting.delete(subject);
        resolve(at);
      });
    });
}

async function across(url: string, processes: number): Promise<void> {
  const children = Array.from({ length: processes }, () => forked('wake-desk.ts', [url]));
  try {
    await Promise.all(children.map((child) => heard<Said>(child)));
    const claimOf = claimsOf(children);
    const store = await openStore(url);
    const times: number[] = [];
    const calls: number[] = [];
    for (let n = 0; n < WARM_UP + WAKES; n++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
      const subject = `pull:1:${n}`;
      const claimed = claimOf(subject);
      const begun = process.hrtime.bigint();
      await store.wake([{ subject, installation: 1 + (n % 20), dueAt: instant(Date.now() / 1000), urgency: NORMAL }]);
      const called = Number(process.hrtime.bigint() - begun) / 1e6;
      const took = Number((await claimed) - begun) / 1e6;
      if (n < WARM_UP) continue;
      times.push(took);
      calls.push(called);
    }
    await store.close();
    const sorted = rising(times);
    const all = `p50 ${quantile(sorted, 0.5).toFixed(2)} ms, p99 ${quantile(sorted, 0.99).toFixed(2)} ms, max ${sorted.at(-1)!.toFixed(1)} ms of ${WAKES}`;
    const call = `of which the call itself p50 ${quantile(rising(calls), 0.5).toFixed(2)} ms`;
    const others = processes === 1 ? 'one other process' : `one of ${processes} others`;
    console.log(`wake      until ${others} claims it: ${all}, ${call} (goal: p50 under 10 ms) [${busy()}]`);
  } finally {
    for (const child of children) await ended(child);
  }
}

export async function benchWake(): Promise<void> {
  await withPostgres('wake', async (freshDatabase) => {
    for (const processes of PROCESSES) await across(await freshDatabase(), processes);
  });
}

if (import.meta.main) await benchWake();
