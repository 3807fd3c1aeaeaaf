import { describe, expect, test } from 'vitest';
import { type Requests, ROUTES, routeOf, told } from '../../src/github/requests.ts';
import { ROUTES as TWIN } from '../../src/sandbox/rest/routes.ts';

/** Not in use: the twin serves them for whoever looks at it. */
const UNUSED =
  /\/(installation|pulls\/\{pull_number\}|commits\/\{ref\}|memberships\/\{\w+\}|\{installation_id\}|\{delivery_id\}|\{issue_number\}\/(reactions|lock)|conversions)$/;

describe('the kind of an address', () => {
  for (const path of [...new Set(TWIN.map((route) => route.path))].filter((one) => !UNUSED.test(one)))
    test(`${path} has one of its own`, () => {
      const filled = path.replaceAll(/\{(\w*(?:id|number))\}/g, '12').replaceAll(/\{\w+\}/g, 'it%2Fs');
      expect(routeOf(filled)).not.toBe('other');
      expect(ROUTES).toContain(routeOf(`${filled}?per_page=100&page=2`));
    });

  for (const [path, route] of [
    ['/repos/acme/issues/issues/7', 'issue'],
    ['/repositories/4711/issues/7/timeline?per_page=100', 'timeline'],
    ['/repos/acme/desk/issues/7/labels/issues/comments/1', 'issue_labels'],
    ['/repos/acme/desk/contents/.github/support.yml?ref=main', 'contents'],
    ['/repos/acme/desk/contents', 'contents'],
    ['/repos/acme/desk/commits/refs/heads/x/check-runs', 'check_runs'],
    ['/orgs/acme/teams/support/repos/acme/desk', 'team_repository'],
    ['/graphql', 'graphql'],
    ['/repos/acme/desk/secret-scanning', 'other'],
    ['', 'other'],
  ] as const)
    test(`${path || 'nothing'} is ${route}`, () => expect(routeOf(path)).toBe(route));
});

describe('each request is told of', () => {
  const all: unknown[][] = [];
  const requests: Requests = { requested: (...args) => void all.push(args) };
  const ask = async (path: string, answer: () => Promise<unknown>, installation: number | undefined = 7) => {
    all.length = 0;
    const answered = await told(requests, installation, 'GET', path, answer).catch((error: unknown) => error);
    expect(all).toHaveLength(1);
    const [of, method, route, status, seconds, left] = all[0]!;
    expect([of, method, seconds]).toEqual([installation, 'GET', expect.any(Number)]);
    return { answered, route, status, left };
  };
  const left = (n: unknown, resource?: string) => ({
    'x-ratelimit-remaining': n,
    ...(resource === undefined ? {} : { 'x-ratelimit-resource': resource }),
  });
  const failing = (fields: object) => () => Promise.reject(Object.assign(new Error('no'), fields));

  for (const [claim, path, answer, want] of [
    ['answered', '/app', async () => ({ status: 200, headers: left('4999', 'core'), data: {} }), [200, 4999]],
    ['without a word on the budget', '/app', async () => ({ status: 201, headers: {} }), [201, undefined]],
    ['of another budget', '/app', async () => ({ status: 200, headers: left('29', 'search') }), [200, undefined]],
    ['with nonsense for a budget', '/app', async () => ({ status: 200, headers: left('-1') }), [200, undefined]],
    ['not changed since', '/app', failing({ status: 304, response: { headers: left('4998') } }), [304, 4998]],
    ['refused', '/app', failing({ status: 403, response: { headers: left('0') } }), [403, 0]],
    ['not answered, which Octokit calls 500', '/app', failing({ status: 500 }), [undefined, undefined]],
    ['broken off', '/app', () => Promise.reject('a word'), [undefined, undefined]],
    ['a query', '/graphql', async () => ({ repository: { status: 404, headers: left('1') } }), [200, undefined]],
    ['a query with errors', '/graphql', failing({ errors: [{}], headers: left('4000', 'graphql') }), [200, undefined]],
  ] as const)
    test(claim, async () => {
      const { status, left } = await ask(path, answer);
      expect([status, left]).toEqual(want);
    });

  test('answers and failures go on to whoever asked', async () => {
    const answer = { status: 200, headers: {} };
    expect((await ask('/app', async () => answer)).answered).toBe(answer);
    expect((await ask('/app', failing({ status: 404 }), undefined)).answered).toMatchObject({ status: 404 });
    expect(await told(undefined, 7, 'GET', '/app', async () => 1)).toBe(1);
  });
});
