import { afterEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { answers, BadDay, type BadDayOptions, POLICY } from './bad-days.ts';

let day: BadDay;
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  return day?.close();
});
const open = async (options: BadDayOptions = {}): Promise<void> => {
  day = await BadDay.open(options);
};
const HOUR = 3_600;
/** A minute's limit may be heeded for a little longer, jitter and the desk's own waiting included. */
const LATE_S = 60;

const fixes = (what: string) => what === 'POST /graphql';
const isWrite = (what: string) => /^(POST|PATCH|PUT|DELETE) \/repos\/acme\//.test(what);
const isRead = (what: string) => /^GET \/repos\/acme\//.test(what);
const isToken = (what: string) => what.endsWith(`/installations/${day.installation('acme/desk')}/access_tokens`);

describe('a limit, however GitHub says it, stops all requests of that installation, and another one pages on time', () => {
  const graphqlLimit = (data?: unknown) =>
    answers.graphql([{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 1.' }], data);
  for (const [how, hits, answer, seconds] of [
    ['secondary, without a word of when, on a write', isWrite, () => answers.secondary(), 60],
    ['secondary, without a word of when, on a read', isRead, () => answers.secondary(), 60],
    ['secondary, on the request for a token', isToken, () => answers.secondary(), 60],
    ['primary, until the reset, on a write', isWrite, () => answers.primary(day.now, 1_800), 1_800],
    ['primary, until the reset, on a read', isRead, () => answers.primary(day.now, 1_800), 1_800],
    ['primary, on the request for a token', isToken, () => answers.primary(day.now, 1_800), 1_800],
    ['of GraphQL, with nothing else', fixes, () => graphqlLimit(), 60],
    ['of GraphQL, with a part of the data', fixes, () => graphqlLimit({ repository: { issue: null } }), 60],
    ['secondary, of GraphQL, in words only', fixes, () => answers.graphql([{ message: 'You have exceeded a secondary rate limit.' }]), 60],
    ['of GraphQL, by its newer name', fixes, () => answers.graphql([{ type: 'RATE_LIMIT', message: 'already exceeded' }]), 60],
    ['a 401 that lasts', (what: string) => isRead(what) || isToken(what), () => answers.refused(401, 'Bad credentials'), 60],
  ] as const)
    test(how, async () => {
      await open({ repositories: ['acme/desk', 'beta/desk'] });
      const mine = day.opens('acme/desk');
      await day.settle();
      if (hits === fixes) day.act.openPull('acme/desk', { by: 'mark', title: 'A fix', body: `Fixes #${mine}` });
      await day.settle();
      await day.forward(day.issue(mine).createdAt + HOUR - 30 - day.now);
      const theirs = day.opens('beta/desk');
      await day.settle();
      // An hour later a new token is asked for; Octokit waits, really, for one that is younger than five seconds.
      if (hits === isToken) vi.spyOn(performance, 'now').mockReturnValue(performance.now() + HOUR * 1_000);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
      let limitedAt: number | undefined;
      const end = () => (limitedAt ?? Number.POSITIVE_INFINITY) + seconds;
      day.between = async (what, ask) => {
        if (!hits(what) || day.now >= end()) return ask();
        limitedAt ??= day.now;
        return answer();
      };
      await day.forward(HOUR + 300);
      expect(limitedAt).toBeDefined();
      // What was on its way beside the one that was answered may still arrive at that instant.
      expect(day.sentFor('acme/desk', instant(limitedAt! + 1), instant(end()))).toEqual([]);
      const [page, ...more] = day.pages(mine, 'acme/desk');
      expect(more).toEqual([]);
      expect(page!.at - end()).toBeLessThan(LATE_S + seconds / 4);
      expect(day.labelsOf(mine, 'acme/desk')).toContain('escalated');
      expect(day.own(mine, 'acme/desk').filter((one) => one.is === 'status')).toHaveLength(1);
      const [other] = day.pages(theirs, 'beta/desk');
      expect(other!.at - day.issue(theirs, 'beta/desk').createdAt).toBe(HOUR);
    });
});

test('after a limit the page that was due meanwhile goes out first, once, and says that it is late; then what else waited', async () => {
  await open();
  const paged = day.opens();
  await day.settle();
  await day.forward(HOUR - 600);
  const end = instant(day.now + 2_400);
  day.between = async (what, ask) => (day.now < end && isRead(what) ? answers.primary(day.now, end - day.now) : ask());
  const others = Array.from({ length: 12 }, (_, n) => day.opens('acme/desk', `Another ${n}`));
  await day.forward(3 * HOUR);
  const writes = day.sent.filter((one) => one.at >= end && isWrite(one.what));
  // What one claim takes goes side by side.
  const before = writes.slice(
    0,
    writes.findIndex((one) => one.what === `POST /repos/acme/desk/issues/${paged}/comments`),
  );
  expect(new Set(before.map((one) => /issues\/(\d+)/.exec(one.what)?.[1])).size).toBeLessThan(4);
  const [page, ...more] = day.pages(paged);
  expect(more).toEqual([]);
  expect(page!.body).toContain('comes late');
  for (const n of others) expect(day.labelsOf(n)).toContain('P1: critical');
  expect(day.sentFor('acme/desk', instant(end - 2_399), end).length).toBeLessThanOrEqual(4);
});

test('a limit that does not end is asked about a bounded number of times', async () => {
  await open();
  for (let n = 0; n < 20; n++) day.opens('acme/desk', `Issue ${n}`);
  await day.settle();
  const from = day.now;
  day.between = async (what, ask) => (what.includes('/repos/') ? answers.secondary() : ask());
  for (let n = 21; n <= 28; n++) day.opens('acme/desk', `Issue ${n}`);
  await day.forward(2 * HOUR);
  // A minute, two, four, … sixteen, and then every sixteen; each time as many as one claim takes.
  expect(day.sentFor('acme/desk', instant(from + 1), day.now).length).toBeLessThanOrEqual(4 * 12);
  day.between = (_, ask) => ask();
  await day.forward(HOUR);
  for (let n = 1; n <= 28; n++) {
    expect(day.pages(n)).toHaveLength(1);
    expect(day.own(n).filter((one) => one.is === 'status')).toHaveLength(1);
  }
});

test('a host whose clock is ahead heeds the reset by GitHub’s clock', async () => {
  await open({ skewS: 300 });
  await day.forward(600);
  const from = day.now;
  day.between = async (what, ask) => (day.now < from + 240 && isRead(what) ? answers.primary(day.now, from + 240 - day.now) : ask());
  day.opens();
  await day.forward(600);
  expect(day.sentFor('acme/desk', from, instant(from + 240)).length).toBeLessThanOrEqual(2);
  expect(day.labelsOf(1)).toContain('P1: critical');
});

test('a limit of the App itself delays what is listed, and no installation', async () => {
  await open();
  const n = day.opens();
  await day.settle();
  const from = day.now;
  day.between = async (what, ask) => (/^GET \/app/.test(what) ? answers.secondary() : ask());
  await day.store.wake([{ subject: 'app', installation: 0, dueAt: day.now, urgency: 3 }]);
  await day.forward(2 * HOUR);
  expect(day.sent.filter((one) => one.at >= from && /^GET \/app\b/.test(one.what)).length).toBeLessThan(30);
  expect(day.pages(n)[0]!.at - day.issue(n).createdAt).toBe(HOUR);
});

for (const [what, message] of [
  ['GitHub lost sight of the issue', "Could not resolve to a node with the global id of 'I_kwDO'."],
  ['there were too many comments too quickly', 'body was submitted too quickly'],
] as const)
  test(`a 422 because ${what} is no refusal: the page is posted a little later, once`, async () => {
    await open({ policy: POLICY });
    const n = day.opens();
    await day.settle();
    await day.forward(day.issue(n).createdAt + HOUR - 20 - day.now);
    let left = 2;
    day.between = async (asked, ask) =>
      asked.startsWith('POST') && asked.endsWith('/comments') && left-- > 0
        ? answers.refused(422, 'Validation Failed', [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }])
        : ask();
    await day.forward(HOUR);
    expect(day.pages(n)).toHaveLength(1);
  });
