import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { Lane } from '../../src/github/lane.ts';
import { Pace } from '../../src/github/pace.ts';
import { Fault } from '../../src/watch/github-port.ts';

const clock = (): Instant => instant(1_800_000_000);
const laneOf = (halt: AbortController, gapMs: number) => new Lane(7, new Pace({ gapMs, perMinute: 1_000 }), clock, halt.signal);

test('writes in line fail at once when the process is about to end; the one that is being sent ends', async () => {
  const halt = new AbortController();
  const lane = laneOf(halt, 0);
  let sent = 0;
  let end: () => void = () => {};
  const first = lane.run('normal', () => new Promise<string>((go) => (end = () => go('sent'))));
  const others = Array.from({ length: 9 }, (_, n) => lane.run(n % 2 ? 'page' : 'background', async () => sent++).catch((error) => error));
  await new Promise((go) => setImmediate(go));
  halt.abort();
  for (const fault of await Promise.all(others)) {
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ kind: 'passing', unsure: false, message: 'the process is about to end' });
  }
  end();
  expect(await first).toBe('sent');
  await expect(lane.run('page', async () => sent++)).rejects.toThrow('about to end');
  expect(sent).toBe(0);
});

test('so does the one that waits for its second', async () => {
  const halt = new AbortController();
  const lane = laneOf(halt, 8_000);
  await lane.run('page', async () => {});
  const begun = performance.now();
  const waiting = lane.run('page', async () => 'sent');
  setTimeout(() => halt.abort(), 20);
  await expect(waiting).rejects.toMatchObject({ kind: 'passing', message: 'the process is about to end' });
  expect(performance.now() - begun).toBeLessThan(7_500);
});

test('whoever has had their turn is not told', async () => {
  const halt = new AbortController();
  const lane = laneOf(halt, 0);
  expect(await Promise.all([1, 2, 3].map((n) => lane.run('normal', async () => n)))).toEqual([1, 2, 3]);
  halt.abort();
});
