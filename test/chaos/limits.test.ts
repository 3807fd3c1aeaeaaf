import { describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { type Counts, mostWithin, overPace, tooCalm, WEBHOOKS } from './limits.ts';

const T0 = instant(1_800_000_000);
const write = (seconds: number, installation = 'acme') => ({ installation, at: instant(T0 + seconds) });
const USUAL: Counts = { kills: 17, restarts: 3, cuts: 45, lost: 215, failed: 450 };

describe('a run in which too little went wrong shows nothing', () => {
  test('what a usual one brings will do', () => expect(tooCalm(USUAL)).toEqual([]));
  for (const [what, problem] of [
    ['kills', 'kills of a process: 0'],
    ['restarts', 'crashes of PostgreSQL: 0'],
    ['cuts', 'connections cut: 0'],
    ['lost', 'webhooks that found no process: 0'],
    ['failed', 'webhooks that failed: 0'],
  ] as const)
    test(`without ${what} it is refused`, () => expect(tooCalm({ ...USUAL, [what]: 0 })).toEqual([expect.stringContaining(problem)]));
});

test('of the webhooks that GitHub sends, at least 30 % never arrive, some of them without a trace', () => {
  expect((1 - WEBHOOKS.vanish) * (1 - WEBHOOKS.drop)).toBeLessThanOrEqual(0.7);
  expect(Math.min(WEBHOOKS.vanish, WEBHOOKS.drop)).toBeGreaterThanOrEqual(0.1);
});

describe('the writes of an installation', () => {
  test('are counted in the minute that had most of them, each installation by itself, in whatever order they came', () => {
    const writes = [write(59), write(0), write(60), write(61, 'other'), write(62, 'other'), write(180)];
    expect(mostWithin(writes, 60)).toEqual({ count: 2, installation: 'acme' });
    expect(mostWithin([...writes, write(61)], 60)).toEqual({ count: 3, installation: 'acme' });
    expect(mostWithin([], 60).count).toBe(0);
  });

  for (const [claim, count, everyS, problem] of [
    ['80 a minute are allowed', 80, 0, undefined],
    ['81 are not', 81, 0, 'acme was written to 81 times in a minute, of 80'],
    ['500 an hour are allowed', 500, 2, undefined],
    ['501 are not', 501, 2, 'acme was written to 501 times in an hour, of 500'],
  ] as const)
    test(claim, () => {
      const writes = Array.from({ length: count }, (_, n) => write(n * everyS));
      expect(overPace([...writes, write(0, 'other')])).toEqual(problem ? [expect.stringContaining(problem)] : []);
    });
});
