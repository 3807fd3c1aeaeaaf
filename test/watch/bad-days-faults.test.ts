import { afterEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { answers, BadDay, type Between, LIFE_POLICY, lifeOn, outcomeOf, reset, timeout } from './bad-days.ts';

const HOUR = 3_600;

let day!: BadDay;
afterEach(() => {
  vi.useRealTimers();
  return day?.close();
});

type Hit = (what: string, ask: () => Promise<Response>) => Promise<Response>;

/** A life with this between the desk and GitHub from when the App is there. */
async function life(bad: Between): Promise<number> {
  day = await BadDay.open({ policy: LIFE_POLICY, sweepS: 900 });
  day.between = bad;
  return lifeOn(day);
}
const outcome = (n: number) => outcomeOf(day, n);

const kindOf = (what: string) =>
  what
    .replace(/\/(?:issues|comments|check-runs|installations)\/\d+/g, (all) => all.replace(/\d+/, 'N'))
    .replace(/(labels|collaborators|blobs|commits)\/[^/]+/g, '$1/X');

/** Each kind of request meets the misfortune so many times, the first of all that are sent. */
const each =
  (times: number, misfortune: Hit): Hit =>
  async (what, ask) => {
    const kind = kindOf(what);
    met.set(kind, (met.get(kind) ?? 0) + 1);
    return met.get(kind)! <= times ? misfortune(what, ask) : ask();
  };
const met = new Map<string, number>();

const calm = await (async () => {
  const n = await life((_, ask) => ask());
  const found = outcome(n);
  await day.close();
  return found;
})();

test('the calm life has all of it', () => {
  expect(calm).toMatchObject({ state: 'closed', labels: ['P1: critical', '🟢 resolved'], assigned: 1 });
  expect(calm.kinds).toEqual(['reply', 'status', 'step']);
  expect(calm.steps).toEqual(['first_response/opened/breach']);
});

const whenDone =
  (then: () => Response): Hit =>
  async (_, ask) => {
    await ask();
    return then();
  };

/** Of each sort one. */
const TWICE = new Set(['502, not done', 'a connection that breaks after', '200 with half of the JSON, done']);

/** Two minutes is a lease. */
function slow(answer: Response): Response {
  day.now = instant(day.now + 130);
  return answer;
}

describe('every kind of request once in trouble, then twice: the life is as on a calm day, nothing doubled and nothing forgotten', () => {
  const MISFORTUNES: readonly [string, Hit][] = [
    ['500, not done', async () => answers.broken(500)],
    ['502, not done', async () => answers.broken(502)],
    ['503, not done', async () => answers.broken(503)],
    ['504, done all the same', whenDone(() => answers.broken(504))],
    ['502 with a page of HTML, done all the same', whenDone(() => answers.html(502))],
    ['500 without a body', async () => answers.empty(500)],
    ['200 with a page of HTML, not done', async () => answers.html(200)],
    ['200 with nothing, done', whenDone(() => answers.empty(200))],
    ['200 with half of the JSON, done', whenDone(() => answers.truncated(200))],
    ['a connection that breaks before', async () => reset()],
    ['a connection that breaks after', whenDone(() => reset())],
    ['a timeout before', async () => timeout('TimeoutError')],
    ['a timeout after', whenDone(() => timeout('TimeoutError'))],
    ['an abort before', async () => timeout('AbortError')],
    ['an abort after', whenDone(() => timeout('AbortError'))],
    ['401', async () => answers.refused(401, 'Bad credentials')],
    ['an answer after the lease, done', async (_, ask) => slow(await ask())],
    ['an answer after the lease, not done', async () => slow(answers.broken(504))],
  ];
  for (const [how, misfortune] of MISFORTUNES)
    for (const times of TWICE.has(how) ? [1, 2] : [1])
      test(`${how}, ${times === 1 ? 'once' : 'twice'}`, async () => {
        met.clear();
        const bad = each(times, misfortune);
        const n = await life((what, ask) => {
          // Octokit waits, really, for a token that is younger than five seconds.
          if (how === '401') vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
          return bad(what, ask);
        });
        expect(outcome(n)).toEqual(calm);
        expect(met.size).toBeGreaterThan(17);
      });
});

describe('for an hour around a breach: the page comes when GitHub is back, once, and the rest of the life is as ever', () => {
  const HOURS: readonly [string, (what: string) => boolean][] = [
    ['everything', () => true],
    ['the App itself', (what) => what.startsWith('GET /app')],
    ['tokens', (what) => what.endsWith('/access_tokens')],
    ['issues', (what) => /^GET .*\/issues\/\d+$/.test(what)],
    ['timelines', (what) => what.endsWith('/timeline')],
    ['permissions', (what) => what.endsWith('/permission')],
    ['teams', (what) => what.includes('/teams/')],
    ['labels', (what) => what.includes('/labels')],
    ['new comments', (what) => /^POST .*\/comments$/.test(what)],
    ['edits of comments', (what) => /^PATCH .*\/comments\/\d+$/.test(what)],
    ['all writes', (what) => /^(POST|PATCH|PUT|DELETE) \/repos/.test(what)],
    ['listings', (what) => /^GET .*\/issues$/.test(what)],
  ];
  for (const [what, hits] of HOURS)
    test(`502 on ${what}`, async () => {
      let from: number | undefined;
      const n = await life(async (asked, ask) => {
        from ??= day.now;
        const isBad = day.now >= from + HOUR - 120 && day.now < from + 2 * HOUR - 120;
        return isBad && hits(asked) ? answers.broken(502) : ask();
      });
      expect(outcome(n)).toEqual(calm);
      expect(day.pages(n)[0]!.at - day.issue(n).createdAt).toBeLessThan(2 * HOUR + 1_200);
    });
});

test('a write that is answered after the lease is the last of its look', async () => {
  let slowAt: number | undefined;
  const n = await life(async (what, ask) => {
    const answer = await ask();
    if (slowAt === undefined && day.now > HOUR && /\/comments$/.test(what) && what.startsWith('POST') && day.pages(1).length === 1) {
      slowAt = day.sent.length;
      day.now = instant(day.now + 130);
    }
    return answer;
  });
  expect(outcome(n)).toEqual(calm);
  const next = day.sent.slice(slowAt).find((one) => one.what.includes('/issues/'));
  expect(next?.what).toBe(`GET /repos/acme/desk/issues/${n}`);
});

test('another process that takes over while an answer is awaited does not post the same', async () => {
  day = await BadDay.open({ policy: LIFE_POLICY, processes: 2 });
  const n = day.opens();
  await day.settle();
  let taken = false;
  day.between = async (what, ask) => {
    if (taken || !(what.startsWith('POST') && what.endsWith('/comments')) || day.now < day.issue(n).createdAt + HOUR) return ask();
    taken = true;
    day.now = instant(day.now + 130);
    for (let i = 0; i < 4; i++) for (const one of day.services) await one.desk.begin();
    await new Promise((go) => setImmediate(go));
    return ask();
  };
  await day.forward(2 * HOUR);
  expect(taken).toBe(true);
  expect(day.sent.filter((one) => one.what === `POST /repos/acme/desk/issues/${n}/comments`)).toHaveLength(2);
  expect(day.pages(n)).toHaveLength(1);
});
