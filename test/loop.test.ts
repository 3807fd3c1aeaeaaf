import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Instant, instant } from '../src/calendar/time.ts';
import { type Loop, startLoop } from '../src/loop.ts';
import { type Heard, Superseded } from '../src/store/port.ts';
import type { Desk } from '../src/watch/desk.ts';

const T0 = instant(1_800_000_000);

/** A desk of which only the loop's side is there. */
class Fake {
  starts = 0;
  begins = 0;
  stops = 0;
  due: number[] = [];
  fails: Error[] = [];
  startFails: Error[] = [];
  free: () => void = () => {};
  hear: ((heard: Heard) => void) | undefined;
  now = T0;
  turnedAt: Instant | undefined;
  readonly parts = { clock: (): Instant => this.now, log: { error: vi.fn() } };
  readonly store = {
    listen: (hear: (heard: Heard) => void) => {
      this.hear = hear;
      return () => {
        this.hear = undefined;
      };
    },
  };
  async start() {
    this.starts++;
    this.turnedAt = this.now;
    const error = this.startFails.shift();
    if (error) throw error;
  }
  async begin() {
    this.begins++;
    const error = this.fails.shift();
    if (error) throw error;
    return this.due.shift() ?? 0;
  }
  onFree(free: () => void) {
    this.free = free;
  }
  async stop() {
    this.stops++;
  }
}

let desk: Fake;
let loop: Loop | undefined;
const run = (onFatal?: (error: Error) => void) => {
  loop = startLoop(desk as unknown as Desk, onFatal ? { onFatal } : {});
};
beforeEach(() => {
  vi.useFakeTimers();
  desk = new Fake();
});
afterEach(async () => {
  const stopping = loop?.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopping;
  vi.useRealTimers();
});

test('asks twice a second when nothing is due, and again at once when something was', async () => {
  desk.due = [3, 2];
  run();
  await vi.advanceTimersByTimeAsync(0);
  expect([desk.starts, desk.begins]).toEqual([1, 3]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(desk.begins).toBe(5);
});

test('what is woken and due begins at once, what is due later waits for the next question', async () => {
  run();
  await vi.advanceTimersByTimeAsync(0);
  desk.hear?.({ is: 'woken', dueAt: instant(T0 + 2) });
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.begins).toBe(1);
  desk.hear?.({ is: 'woken', dueAt: T0 });
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.begins).toBe(2);
  desk.hear?.({ is: 'told', text: 'anything' });
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.begins).toBe(2);
});

test('a place that is free again is filled at once', async () => {
  run();
  await vi.advanceTimersByTimeAsync(0);
  desk.free();
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.begins).toBe(2);
});

test('a store that fails is asked again after two seconds, and the desk is started anew when it answers', async () => {
  desk.startFails = [new Error('no database')];
  run();
  await vi.advanceTimersByTimeAsync(1_900);
  expect([desk.starts, desk.begins]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(200);
  expect([desk.starts, desk.begins]).toEqual([2, 1]);
  desk.fails = [new Error('gone again')];
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.parts.log.error).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(2_100);
  expect(desk.starts).toBe(3);
});

test('a clock that was ahead, as GitHub then showed, has the desk started anew: what it put off would come late', async () => {
  run();
  await vi.advanceTimersByTimeAsync(600);
  expect([desk.starts, desk.begins]).toEqual([1, 2]);
  desk.now = instant(T0 - 4);
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.starts).toBe(1);
  desk.now = instant(T0 - 600);
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.starts).toBe(2);
  await vi.advanceTimersByTimeAsync(5_000);
  expect([desk.starts, desk.begins]).toEqual([2, 14]);
});

test('a store that a newer Watchkeeper has changed ends it, with one word to whoever runs it', async () => {
  desk.fails = [new Superseded('start that one')];
  const told: string[] = [];
  run((error) => told.push(error.message));
  await vi.advanceTimersByTimeAsync(10_000);
  expect([told, desk.begins]).toEqual([['start that one'], 1]);
});

test('stopping ends the sleep, hears nothing more, and stops the desk', async () => {
  run();
  await vi.advanceTimersByTimeAsync(0);
  const begun = performance.now();
  await loop!.stop();
  expect(performance.now() - begun).toBeLessThan(100);
  expect([desk.stops, desk.hear]).toEqual([1, undefined]);
  loop = undefined;
});
