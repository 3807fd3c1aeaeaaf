import { beforeEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { GitHubTime } from '../../src/github/time.ts';

const T0 = Date.parse('2026-01-12T08:00:00Z') / 1000;

/** GitHub's clock, to the millisecond; the host's is ahead of it. */
let github: number;
let aheadS: number;
/** Of the host since the steady clock began, which stood meanwhile. */
let sleptS: number;
let told: number[];
let time: GitHubTime;

const hostAt = (): Instant => instant(github + aheadS);
beforeEach(() => {
  github = T0 + 0.9;
  aheadS = 0;
  sleptS = 0;
  told = [];
});
const begins = (ahead = 0): void => {
  aheadS = ahead;
  time = new GitHubTime({ host: hostAt, steady: () => github - sleptS, told: (one) => told.push(one) });
};
/** An answer that GitHub dates `at` (of its way), wrong by `offS`. */
async function hears(more: { offS?: number; tookS?: number; at?: number; headers?: Record<string, string> } = {}): Promise<void> {
  const { offS = 0, tookS = 0.3, at = 0.5, headers = {} } = more;
  const answering: typeof fetch = async () => {
    github += tookS * at;
    const date = new Date(Math.floor(github + offS) * 1000).toUTCString();
    github += tookS * (1 - at);
    return new Response('{}', { headers: { date, 'x-github-request-id': 'A:1', ...headers } });
  };
  await time.heard(answering)('https://api.github.com/app');
}
/** How far the desk's clock is ahead of GitHub's. */
const off = (): number => time.now() - Math.floor(github);
const late = (): void => {
  expect(off()).toBeLessThanOrEqual(0);
  expect(off()).toBeGreaterThanOrEqual(-2);
};

describe('a host whose clock is right', () => {
  for (const ahead of [0, 3, -3, 4.9, -4.9])
    test(`within ${ahead} s is believed to the second, whatever comes`, async () => {
      begins(ahead);
      for (let i = 0; i < 50; i++) {
        await hears({ tookS: (i * 0.37) % 4, at: (i % 11) / 10 });
        expect(time.now()).toBe(hostAt());
        github += 0.71;
      }
      expect(told).toEqual([0]);
    });
});

describe('a host whose clock is wrong', () => {
  for (const ahead of [600, -600, 11, -11, 86_400])
    test(`by ${ahead} s is corrected by the first answer, and stays so: a second or two late, never early`, async () => {
      begins(ahead);
      expect(time.now()).toBe(hostAt());
      for (let i = 0; i < 50; i++) {
        await hears({ tookS: (i * 0.37) % 4, at: (i % 11) / 10 });
        late();
        github += 0.71;
      }
      expect(told).toHaveLength(1);
    });

  test('is corrected by a slow answer as far as that can say, and by the quick ones after it', async () => {
    begins(600);
    await hears({ tookS: 18, at: 0.1 });
    expect(Math.abs(off())).toBeLessThanOrEqual(18);
    for (let i = 0; i < 3; i++) await hears();
    late();
  });

  test('and drifts is corrected again, before it is early by more than some seconds', async () => {
    begins(600);
    await hears();
    for (; aheadS < 660; aheadS++) {
      await hears();
      expect(off()).toBeLessThanOrEqual(8);
      github += 60;
    }
    expect(told.length).toBeLessThanOrEqual(12);
  });
});

describe('answers that are wrong', () => {
  test('one machine of GitHub’s whose clock is off changes nothing, nor do two, nor do some that contradict each other', async () => {
    begins();
    await hears();
    for (const offS of [900, 0, 900, 900, 0, 900, -900, 900, -900, 0]) {
      await hears({ offS });
      expect(time.now()).toBe(hostAt());
    }
    await hears({ offS: 900 });
    await hears({ offS: 900 });
    await hears({ offS: 903 });
    expect(told).toEqual([0, -899]);
    for (let i = 0; i < 3; i++) await hears();
    expect([told, time.now()]).toEqual([[0, -899, 0], hostAt()]);
  });

  const id = { 'x-github-request-id': 'A:1' };
  const date = new Date(0).toUTCString();
  for (const [what, headers] of [
    ['a proxy gives by itself', { date }],
    ['a proxy had kept', { ...id, date, age: '900' }],
    ['has no date', id],
    ['has a date that is none', { ...id, date: 'soon' }],
  ] as const)
    test(`what ${what} says nothing`, async () => {
      begins();
      for (let i = 0; i < 5; i++) await time.heard(async () => new Response('{}', { headers }))('https://api.github.com/app');
      expect([told, time.now()]).toEqual([[], hostAt()]);
    });

  test('a request that nobody answers fails as it did', async () => {
    begins();
    const broken = time.heard(() => Promise.reject(new TypeError('fetch failed')));
    await expect(broken('https://api.github.com/app')).rejects.toThrow('fetch failed');
  });
});

describe('a host whose clock is set while the desk runs', () => {
  for (const [how, before, after] of [
    ['right, from ten minutes ahead', 600, 0],
    ['right, from ten minutes behind', -600, 0],
    ['back by an hour, wrongly', 0, -3_600],
    ['back by a day, and was a day ahead', 86_400, 0],
  ] as const)
    test(`${how}: time goes on as it did, before any answer`, async () => {
      begins(before);
      await hears();
      const was = off();
      aheadS = after;
      expect(Math.abs(off() - was)).toBeLessThanOrEqual(2);
      await hears();
      expect(Math.abs(off() - was)).toBeLessThanOrEqual(2);
    });

  for (const [was, back] of [
    [5, -1],
    [4, -2],
    [4.9, -1.1],
    [-4.9, 1.1],
  ] as const)
    test(`right, from ${was} s to ${back} s, which is more than is followed: it is believed again`, async () => {
      begins(was);
      await hears();
      aheadS = back;
      for (let i = 0; i < 3; i++) await hears();
      expect([time.now(), told.at(-1)]).toEqual([hostAt(), 0]);
      for (let i = 0; i < 20; i++) await hears({ tookS: (i * 0.37) % 4, at: (i % 11) / 10 });
      expect([time.now(), told.at(-1)]).toEqual([hostAt(), 0]);
    });

  for (const ahead of [7, 8, -7, -8])
    test(`and is off by ${ahead} s for good is not believed again, however slow the answers`, async () => {
      begins(ahead);
      for (let i = 0; i < 100; i++) {
        await hears({ tookS: (i * 0.71) % 12, at: (i % 11) / 10 });
        github += 0.71;
      }
      expect(told.slice(1)).not.toContain(0);
    });

  test('is not known to be right before an answer has come, nor after it was set forward', async () => {
    begins(600);
    expect(time.isHeard).toBe(false);
    await hears({ tookS: 18 });
    expect(time.isHeard).toBe(true);
    aheadS = 0;
    expect(time.isHeard).toBe(true);
    aheadS = 3_600;
    expect(time.isHeard).toBe(false);
    await hears();
    expect(time.isHeard).toBe(true);
  });

  test('forward by an hour, wrongly: the next answer says so', async () => {
    begins();
    await hears();
    aheadS = 3_600;
    expect(off()).toBe(3_600);
    await hears();
    late();
  });

  test('and one that slept while an answer was on its way does not take it for one of now', async () => {
    begins();
    await hears();
    const dated: typeof fetch = async () => {
      const date = new Date(Math.floor(github) * 1000).toUTCString();
      github += 60;
      sleptS = 60;
      return new Response('{}', { headers: { date, 'x-github-request-id': 'A:1' } });
    };
    await time.heard(dated)('https://api.github.com/app');
    expect([told, time.now()]).toEqual([[0], hostAt()]);
  });

  test('and one that slept knows at once what time it is', async () => {
    begins(600);
    await hears();
    github += 28_800;
    sleptS = 28_800;
    late();
    await hears();
    late();
    expect(told).toHaveLength(1);
  });
});
