import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { observer } from '../openapi/validate.ts';
import { APP, CAST, KEY, octokitOf, type Scene, scene } from './world.ts';

let now: Scene;
afterEach(() => now.fetch.check());

const URL_APP = 'https://api.github.com/app';
const seconds = () => Math.floor(Date.now() / 1000);

function jwt(claims: object, key = KEY, alg = 'RS256'): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

const statusOf = (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    (answer) => (answer as { status: number }).status,
    (error) => (error as { status: number }).status,
  );

const strangers = String(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs1', format: 'pem' }));

for (const [claim, make, want] of [
  ['a good JWT opens /app', () => jwt({ iss: APP.id, iat: seconds() - 5, exp: seconds() + 500 }), 200],
  ['a JWT signed by somebody else does not', () => jwt({ iss: APP.id, iat: seconds(), exp: seconds() + 500 }, strangers), 401],
  ['an expired one does not', () => jwt({ iss: APP.id, iat: seconds() - 900, exp: seconds() - 300 }), 401],
  ['one that lives longer than ten minutes does not', () => jwt({ iss: APP.id, iat: seconds(), exp: seconds() + 3600 }), 401],
  ['one from the future does not', () => jwt({ iss: APP.id, iat: seconds() + 300, exp: seconds() + 500 }), 401],
  ['one of another App finds no integration', () => jwt({ iss: 1, iat: seconds(), exp: seconds() + 500 }), 404],
  ['an unsigned one does not', () => jwt({ iss: APP.id, iat: seconds(), exp: seconds() + 500 }, KEY, 'none'), 401],
] as const)
  test(claim, async () => {
    now = scene();
    const answer = await now.fetch(URL_APP, { headers: { authorization: `bearer ${make()}` } });
    expect(answer.status).toBe(want);
    if (want !== 200) expect(await answer.json()).toMatchObject({ status: String(want), documentation_url: expect.any(String) });
  });

test('nobody, and nobody known, gets 401; an installation does not see /app', async () => {
  now = scene();
  const { fetch, octokit, repository } = now;
  expect((await fetch(`https://api.github.com/repos/${repository}`)).status).toBe(401);
  expect((await fetch(`https://api.github.com/repos/${repository}`, { headers: { authorization: 'token ghs_nothing' } })).status).toBe(401);
  const { token } = (await octokit.auth({ type: 'installation' })) as { token: string };
  expect((await fetch(URL_APP, { headers: { authorization: `token ${token}` } })).status).toBe(401);
});

test('a suspended installation gets 403 with its token and no new token', async () => {
  now = scene();
  const { octokit, twin, installation, at, fetch } = now;
  await octokit.rest.repos.get(at);
  twin.act.suspend(installation!, CAST.coordinator);
  expect(await statusOf(octokit.rest.repos.get(at))).toBe(403);
  expect(await statusOf(octokitOf(fetch, installation).rest.repos.get(at))).toBe(403);
  twin.act.unsuspend(installation!, CAST.coordinator);
  expect(await statusOf(octokit.rest.repos.get(at))).toBe(200);
});

test('a repository that the installation does not cover is not there', async () => {
  now = scene();
  const { twin, octokit, org, installation } = now;
  twin.act.repository(`${org}/other`, { private: true });
  expect(await statusOf(octokit.rest.repos.get({ owner: org, repo: 'other' }))).toBe(200);
  twin.act.removeRepositories(installation!, [`${org}/other`], CAST.coordinator);
  expect(await statusOf(octokit.rest.repos.get({ owner: org, repo: 'other' }))).toBe(404);
});

test('a token with fewer permissions may do less, and asking for more is refused', async () => {
  now = scene();
  const { app, installation, at, fetch } = now;
  const asked = { installation_id: installation!, permissions: { issues: 'read' as const } };
  const { data } = await app.rest.apps.createInstallationAccessToken(asked);
  const headers = { authorization: `token ${data.token}`, 'content-type': 'application/json' };
  const url = `https://api.github.com/repos/${at.owner}/${at.repo}/issues`;
  expect((await fetch(url, { headers })).status).toBe(200);
  const refused = await fetch(url, { method: 'POST', headers, body: '{"title":"x"}' });
  expect([refused.status, ((await refused.json()) as { message: string }).message]).toEqual([
    403,
    'Resource not accessible by integration',
  ]);
  const more = { installation_id: installation!, permissions: { administration: 'write' as const } };
  expect(await statusOf(app.rest.apps.createInstallationAccessToken(more))).toBe(422);
});

test('an ETag spares the same token a reading, and means nothing to another', async () => {
  now = scene();
  const { octokit, at, fetch, installation, twin, repository } = now;
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Tag me' });
  const first = await octokit.rest.issues.get({ ...at, issue_number });
  const headers = { 'if-none-match': first.headers.etag! };
  const again = await octokit.rest.issues.get({ ...at, issue_number, headers }).catch((error) => error);
  expect(again.status).toBe(304);
  expect(again.response.headers['x-ratelimit-used']).toBe(first.headers['x-ratelimit-used']);
  const other = await octokitOf(fetch, installation).rest.issues.get({ ...at, issue_number, headers });
  expect(other.status).toBe(200);
  twin.act.comment(repository, issue_number, 'News', CAST.reporter);
  expect((await octokit.rest.issues.get({ ...at, issue_number, headers })).status).toBe(200);
});

test('pages lead to each other by absolute addresses, and Octokit follows them', async () => {
  now = scene();
  const { octokit, at, twin, repository } = now;
  for (let i = 0; i < 5; i += 1) twin.act.openIssue(repository, { by: CAST.reporter, title: `Issue ${i}` });
  const second = await octokit.rest.issues.listForRepo({ ...at, per_page: 2, page: 2 });
  expect(second.headers.link).toMatch(/^<https:\/\/api\.github\.com\/repositories\/\d+\/issues\?per_page=2&page=1>; rel="prev", /);
  expect(second.headers.link).toContain('page=3>; rel="next"');
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...at, per_page: 2, direction: 'asc' });
  expect(all.map((one) => one.number)).toEqual([1, 2, 3, 4, 5]);
});

test('a renamed repository, a moved and a deleted issue', async () => {
  now = scene();
  const { octokit, at, twin, repository, org } = now;
  const kept = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Move me', body: 'please' });
  const lost = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Delete me' });
  twin.act.comment(repository, kept, 'Hello', CAST.reporter);
  twin.act.repository(`${org}/new-home`);
  twin.act.transferIssue(repository, kept, `${org}/new-home`, CAST.coordinator);
  twin.act.deleteIssue(repository, lost, CAST.coordinator);
  const moved = await octokit.rest.issues.get({ ...at, issue_number: kept });
  expect(moved.data).toMatchObject({ title: 'Move me', number: 1, comments: 1, html_url: `https://github.com/${org}/new-home/issues/1` });
  expect(await statusOf(octokit.rest.issues.get({ ...at, issue_number: lost }))).toBe(410);
  twin.act.renameRepository(repository, 'counter', CAST.coordinator);
  expect((await octokit.rest.repos.get(at)).data.full_name).toBe(`${org}/counter`);
  const made = await octokit.rest.issues.create({ ...at, title: 'By the old name' });
  expect(made.data.html_url).toContain(`${org}/counter/issues`);
});

test('over HTTP it is the same GitHub, below /api/v3', async () => {
  const { observe, mismatches } = observer();
  now = scene({ observe });
  const { twin, at, installation } = now;
  const { url } = await twin.listen();
  const octokit = octokitOf(fetch, installation, `${url}/api/v3`);
  expect((await octokit.rest.repos.get(at)).data.url).toBe(`${url}/api/v3/repos/${at.owner}/${at.repo}`);
  const answer = await octokit.graphql<{ repository: { databaseId: number } }>(
    'query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { databaseId } }',
    at,
  );
  expect(answer.repository.databaseId).toBeGreaterThan(1_000_000);
  await twin.close();
  expect([mismatches, twin.requests.length]).toEqual([[], 3]);
});
