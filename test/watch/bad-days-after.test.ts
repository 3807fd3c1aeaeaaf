import { afterEach, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { BadDay } from './bad-days.ts';

const HOUR = 3_600;
let day!: BadDay;
afterEach(() => day.close());

const dated = (at: Instant): string => new Date(at * 1_000).toUTCString();
const isWrite = (what: string) => /^(POST|PATCH|PUT|DELETE) \/repos\/acme\//.test(what);

/** With GitHub's date, as it says everything. */
function after(status: number, until: Instant, how: 'seconds' | 'date', body: object): Response {
  const headers = { date: dated(day.now), 'retry-after': how === 'date' ? dated(until) : String(until - day.now) };
  return Response.json(body, { status, headers });
}
const graphql = { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for installation ID 1.' }] };

for (const [what, hits, answer] of [
  ['a 403, by its date', isWrite, (until: Instant) => after(403, until, 'date', { message: 'Not now' })],
  ['a 429, by its date', isWrite, (until: Instant) => after(429, until, 'date', { message: 'Not now' })],
  ['a 403 of more than an hour', isWrite, (until: Instant) => after(403, until, 'seconds', { message: 'Not now' })],
  ['GraphQL’s 200, by its date', (one: string) => one === 'POST /graphql', (until: Instant) => after(200, until, 'date', graphql)],
] as const)
  test(`${what}: the installation is left alone until then, the page follows, once, and another pages on time`, async () => {
    day = await BadDay.open({ repositories: ['acme/desk', 'beta/desk'], skewS: 600 });
    await day.forward(60);
    const mine = day.opens('acme/desk');
    const theirs = day.opens('beta/desk');
    if (hits('POST /graphql')) day.act.openPull('acme/desk', { by: 'mark', title: 'A fix', body: `Fixes #${mine}` });
    let limitedAt: Instant | undefined;
    const end = () => instant((limitedAt ?? day.now) + 2 * HOUR);
    day.between = async (one, ask) => {
      if (!hits(one) || day.now >= end()) return ask();
      limitedAt ??= day.now;
      return answer(end());
    };
    await day.forward(4 * HOUR);
    expect(limitedAt).toBeDefined();
    expect(day.sentFor('acme/desk', instant(limitedAt! + 1), end())).toEqual([]);
    expect(day.pages(mine).map((one) => one.keys)).toEqual([['first_response/opened/breach']]);
    expect(day.pages(theirs, 'beta/desk')[0]!.at - day.issue(theirs, 'beta/desk').createdAt).toBeLessThan(HOUR + 5);
  });

for (const how of ['seconds', 'date'] as const)
  test(`a 503 that says when, as ${how}: that look waits so long, and what else there is goes on`, async () => {
    day = await BadDay.open();
    await day.forward(60);
    const n = day.opens();
    const other = day.opens();
    const from = day.now;
    const until = instant(from + 1_200);
    const asked: Instant[] = [];
    day.between = async (one, ask) => {
      if (one !== `GET /repos/acme/desk/issues/${n}` || day.now >= until) return ask();
      asked.push(day.now);
      return after(503, until, how, { message: 'Unavailable' });
    };
    await day.forward(600);
    expect(day.labelsOf(other)).toContain('P1: critical');
    await day.forward(900);
    expect(asked).toHaveLength(1);
    expect(day.labelsOf(n)).toContain('P1: critical');
  });
