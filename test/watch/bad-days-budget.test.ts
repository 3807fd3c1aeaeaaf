import { afterEach, expect, test, vi } from 'vitest';
import type { Instant } from '../../src/calendar/time.ts';
import { keyLine } from '../../src/desk/record.ts';
import { Pace } from '../../src/github/pace.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';
import type { Fault } from '../../src/watch/github-port.ts';
import { waitsAsked } from '../support/waits.ts';
import { BadDay } from './bad-days.ts';

// A write waits up to two seconds for budget, in real time: here it asks again at once.
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));

const HOUR = 3_600;
let day!: BadDay;
afterEach(() => day?.close());
const real = { pace: (store: BadDay['store']) => new Pace({ gapMs: 0 }, store) };

/** Instants at which GitHub got a write that an installation sent, whatever it thought of it. */
const writes = (repository: string): Instant[] =>
  day.sent.filter((one) => /^(POST|PATCH|PUT|DELETE) /.test(one.what) && one.what.includes(`/repos/${repository}`)).map((one) => one.at);

/** The most in any window of so many seconds. */
function most(instants: readonly Instant[], windowS: number): number {
  let max = 0;
  for (let from = 0, to = 0; to < instants.length; to++) {
    while (instants[from]! <= instants[to]! - windowS) from++;
    max = Math.max(max, to - from + 1);
  }
  return max;
}

/** People file, ask, assign, fix and close for so many rounds of a minute, each drawn. */
async function storm(seed: number, rounds: number, each?: (round: number) => Promise<void>): Promise<void> {
  const chance = chanceOf(seed);
  for (let round = 0; round < rounds; round++) {
    for (const repository of day.repositories) {
      let last = 0;
      for (let i = 0; i < 3; i++) last = day.opens(repository, `Round ${round} ${i}`);
      for (let i = 0; i < 8; i++) {
        const n = 2 + chance.upTo(last - 2);
        const what = ['/sla', '/take', '/fixed', '/still-broken', '/priority P1', 'me too', '/hold', '/sla why'][chance.upTo(7)]!;
        day.act.comment(repository, n, what, chance.hits(0.5) ? 'mark' : 'rita');
      }
    }
    await each?.(round);
    await day.forward(60);
  }
}

for (const [how, processes] of [
  ['one process', 1],
  ['two processes on one store, one of which is started anew in the midst of it', 2],
] as const)
  test(`a storm of an hour and more, ${how}: never more than 80 writes a minute and 500 an hour of an installation, and pages come`, async () => {
    day = await BadDay.open({ ...real, processes, repositories: ['acme/desk', 'beta/desk'].slice(0, processes) });
    const paged = day.opens('acme/desk', 'Nobody answers');
    await day.forward(60);
    await storm(processes, 72, async (round) => {
      if (processes === 2 && round === 36) {
        const [gone] = day.services.splice(1, 1);
        void gone!.desk.begin().then(() => gone!.desk.stop());
        await day.start();
      }
    });
    for (const repository of day.repositories) {
      const sent = writes(repository);
      expect(sent.length).toBeGreaterThan(200);
      expect(most(sent, 60)).toBeLessThanOrEqual(80);
      expect(most(sent, HOUR)).toBeLessThanOrEqual(500);
    }
    for (let n = 2; n < 60; n++) {
      const keys = day.own(n).flatMap((one) => one.keys);
      expect(keys).toEqual([...new Set(keys)]);
    }
    // What is not urgent fills 40 %, so that this one had room.
    expect(day.pages(paged)[0]!.at - (day.issue(paged).createdAt + HOUR)).toBeLessThanOrEqual(120);
  }, 300_000);

test('an installation that wrote all that is not urgent still has 60 % for pages, whichever process sends them', async () => {
  day = await BadDay.open({ ...real, processes: 2 });
  const n = day.opens();
  await day.forward(HOUR / 2);
  const { id, ownerId } = day.twin.world.theRepo('acme/desk');
  const repo = { installation: day.installation(), id, owner: day.twin.world.account(ownerId).login, name: 'desk' };
  const spend = async (body: (i: number) => string): Promise<number> => {
    for (let i = 0; ; i++) {
      try {
        await day.services[i % 2]!.github.createComment(repo, n, body(i));
      } catch (error) {
        expect((error as Fault).retryAfterS).toBeLessThanOrEqual(60);
        return i;
      }
    }
  };
  expect(await spend((i) => `Words ${i}`)).toBe(32);
  expect(await spend((i) => `${keyLine({ is: 'step', steps: [`page/${i}`] })}\nA page`)).toBe(48);
});

test('four installations that write at one moment do not wait for each other: Probot’s limiter is not in the way', async () => {
  const repositories = ['acme/desk', 'beta/desk', 'gamma/desk', 'delta/desk'];
  day = await BadDay.open({ repositories, pace: (store) => new Pace({}, store) });
  const numbers = repositories.map((name) => day.opens(name));
  let under = 0;
  let all: () => void = () => {};
  const together = new Promise<void>((resolve) => {
    all = resolve;
  });
  const { waits, restore } = waitsAsked();
  day.between = async (what, ask) => {
    if (!what.endsWith('/comments') || !what.startsWith('POST')) return ask();
    // None is answered before all four are under way: one limiter for all of them would let the first wait for ever.
    if (++under === 4) all();
    await together;
    return ask();
  };
  await Promise.all(
    repositories.map((name, i) => {
      const { id } = day.twin.world.theRepo(name);
      const repo = { installation: day.installation(name), id, owner: name.split('/')[0]!, name: 'desk' };
      return day.services[0]!.github.createComment(repo, numbers[i]!, 'Words');
    }),
  );
  expect(under).toBe(4);
  restore();
  // A limiter that they share would have one wait for a second after the other.
  expect(waits.filter((ms) => ms > 100)).toEqual([]);
});
