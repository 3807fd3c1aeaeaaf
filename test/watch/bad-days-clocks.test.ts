import { afterEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import { Pace } from '../../src/github/pace.ts';
import { answers, BadDay, LIFE_POLICY, lifeOn, outcomeOf } from './bad-days.ts';

const HOUR = 3_600;
let day!: BadDay;
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  return day?.close();
});

const calm = await (async () => {
  day = await BadDay.open({ policy: LIFE_POLICY });
  const found = outcomeOf(day, await lifeOn(day));
  await day.close();
  return found;
})();

describe('a host whose clock is wrong', () => {
  for (const [how, skewS] of [
    ['five minutes ahead', 300],
    ['five minutes behind', -300],
    ['a second ahead', 1],
    ['a second behind', -1],
  ] as const)
    for (const lagS of [0, 3])
      test(`${how}, replicas ${lagS} s behind: a life is as ever, its step at GitHub's time`, async () => {
        day = await BadDay.open({ policy: LIFE_POLICY, skewS, lagS });
        await day.forward(10);
        const n = await lifeOn(day);
        expect(outcomeOf(day, n)).toEqual(calm);
        expect(Math.abs(day.pages(n)[0]!.at - (day.issue(n).createdAt + HOUR))).toBeLessThanOrEqual(5 + lagS);
      });

  for (const [how, skewS, startedAgain] of [
    ['ten minutes ahead', 600, false],
    ['ten minutes ahead, on a desk that starts while the promise is about to be broken', 600, true],
    ['ten minutes behind', -600, false],
  ] as const)
    test(`${how}: an answer in the 55th minute of 60 calls nobody and breaks no promise`, async () => {
      day = await BadDay.open({ policy: LIFE_POLICY, skewS: startedAgain ? 0 : skewS });
      await day.forward(900);
      const n = day.opens();
      await day.forward(51 * 60);
      if (startedAgain) {
        await day.services.pop()!.desk.stop();
        day.skewS = skewS;
        await day.start(false);
      }
      await day.forward(4 * 60);
      day.act.comment('acme/desk', n, 'On it', 'mark');
      await day.forward(HOUR);
      expect(day.pages(n)).toEqual([]);
      expect(day.labelsOf(n)).not.toContain('escalated');
      const [status] = day.own(n).filter(({ is }) => is === 'status');
      expect(readKey(status!.body)?.record?.breaches).toEqual([]);
      expect(status!.body).toContain('kept');
    });

  for (const skewS of [300, 3_600, -3_600])
    test(`by ${skewS} s: the App is let in all the same`, async () => {
      let truth = 0;
      day = await BadDay.open({
        skewS,
        between: (_, ask) => {
          // The twin judges tokens by the time that it is, and says which that is.
          vi.setSystemTime(truth);
          const answer = ask();
          vi.setSystemTime(truth + skewS * 1_000);
          return answer;
        },
        before: (one) => {
          truth = one.now * 1_000;
          vi.useFakeTimers({ toFake: ['Date'], now: truth + skewS * 1_000 });
        },
      });
      expect(day.sent.filter((one) => one.status === 401).length).toBeGreaterThan(0);
      const n = day.opens();
      await day.settle();
      expect(day.labelsOf(n)).toContain('P1: critical');
    });
});

describe('a clock that jumps while the desk runs', () => {
  for (const [how, jumpS, back] of [
    ['an hour back, and half an hour later right again', -HOUR, 1_800],
    ['an hour forward, and half an hour later right again', HOUR, 1_800],
    ['an hour back for good', -HOUR, undefined],
    ['an hour forward for good', HOUR, undefined],
    ['a day back, and an hour later right again', -24 * HOUR, HOUR],
  ] as const)
    test(how, async () => {
      day = await BadDay.open({ policy: LIFE_POLICY, pace: (store) => new Pace({ gapMs: 0 }, store) });
      const first = day.opens();
      await day.forward(1_200);
      day.skewS = jumpS;
      const second = day.opens();
      await day.forward(back ?? 60);
      if (back !== undefined) day.skewS = 0;
      const n = await lifeOn(day);
      expect({ ...outcomeOf(day, n), thumbs: 0, checks: 0 }).toEqual({ ...calm, thumbs: 0, checks: 0 });
      for (const one of [first, second]) {
        expect(day.pages(one).flatMap((page) => page.keys)).toEqual(['first_response/opened/breach']);
        expect(day.own(one).filter(({ is }) => is === 'status')).toHaveLength(1);
      }
    });

  test('back by an hour: what was written in the hour before is in the way for a minute, not until the clock is where it was', async () => {
    day = await BadDay.open({ pace: (store) => new Pace({ gapMs: 0, perMinute: 5 }, store) });
    await day.forward(600);
    const pace = new Pace({ gapMs: 0, perMinute: 5, share: { page: 1, normal: 1, background: 1 } }, day.store);
    const at = (s: number) => instant(day.now + s);
    for (let i = 0; i < 5; i++) expect(await pace.take(7, 'page', at(0))).toEqual({ at: at(0) });
    expect(await pace.take(7, 'page', at(-HOUR))).toHaveProperty('waitS');
    expect(await pace.take(7, 'page', at(-HOUR + 75))).toEqual({ at: at(-HOUR + 75) });
  });

  test('back by three hours: a token that GitHub has forgotten is had anew', async () => {
    day = await BadDay.open();
    const hour = performance.now() + HOUR * 1_000;
    vi.spyOn(performance, 'now').mockReturnValue(hour);
    const before = day.sent.length;
    day.opens();
    await day.settle();
    expect(day.sent.slice(before).filter((one) => one.what.endsWith('/access_tokens'))).toHaveLength(1);
  });

  test('back by half an hour while GitHub limits the installation: the limit is no longer than it was', async () => {
    day = await BadDay.open();
    let left = 1;
    day.between = async (what, ask) => (what.includes('/issues/') && left-- > 0 ? answers.secondary() : ask());
    day.opens();
    await day.settle();
    const ask = () => day.services[0]!.github.openIssues({ installation: day.installation(), id: 1, owner: 'acme', name: 'desk' }, 1);
    await expect(ask()).rejects.toMatchObject({ limited: true });
    day.skewS = -1_800;
    await expect(ask()).rejects.toMatchObject({ limited: true });
    day.now = instant(day.now + 60);
    await expect(ask()).resolves.toMatchObject({ more: false });
  });
});
