import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Reason } from '../../src/web/health.ts';
import { type LoopStuck, STUCK_MAX, startWatchdog } from '../../src/web/watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const minutes = (n: number) => vi.advanceTimersByTimeAsync(n * 60_000);

function watched() {
  const seen = { stuck: false, away: false, errors: [] as LoopStuck[] };
  const check = async () => {
    const reasons: Reason[] = [...(seen.away ? ['store_unreachable' as const] : []), ...(seen.stuck ? ['loop_stuck' as const] : [])];
    return { health: undefined, reasons };
  };
  const watchdog = startWatchdog({ vitals: { check }, onStuck: (error) => seen.errors.push(error) });
  return { seen, watchdog };
}

test('a loop that is stuck for four minutes ends the process, once, in one line', async () => {
  const { seen } = watched();
  await minutes(60);
  seen.stuck = true;
  await minutes(STUCK_MAX - 1);
  expect(seen.errors).toEqual([]);
  await minutes(10);
  expect(seen.errors.map(String)).toEqual([expect.stringMatching(/^LoopStuck: The loop has not turned for 4 minutes[^\n]*\.$/)]);
});

test('one that turns again begins anew: a machine that slept is not stuck', async () => {
  const { seen } = watched();
  for (let i = 0; i < 10; i++) {
    seen.stuck = true;
    await minutes(STUCK_MAX - 1);
    seen.stuck = false;
    await minutes(1);
  }
  expect(seen.errors).toEqual([]);
});

test('a store that is away for a night ends nobody; a loop that does not turn when it is back does', async () => {
  const { seen } = watched();
  Object.assign(seen, { stuck: true, away: true });
  await minutes(600);
  expect(seen.errors).toEqual([]);
  seen.away = false;
  await minutes(STUCK_MAX);
  expect(seen.errors).toHaveLength(1);
});

test('nobody is told after it was stopped, and no process waits for it', async () => {
  const { seen, watchdog } = watched();
  seen.stuck = true;
  await minutes(2);
  watchdog.stop();
  await minutes(60);
  expect([seen.errors, vi.getTimerCount()]).toEqual([[], 0]);
});
