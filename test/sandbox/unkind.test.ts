import { expect, test } from 'vitest';
import type { Delivery } from '../../src/sandbox/hooks/hooks.ts';
import { createTwin } from '../../src/sandbox/twin.ts';
import { effortMs } from '../support/effort.ts';
import { APP, CAST, octokitOf, SECRET, scene } from './world.ts';

test('readings trail writes by up to three seconds, own ones too, and never go back', async () => {
  const { twin, clock, octokit, at, repository } = scene({ unkind: { lagS: 3, seed: 7 } });
  clock.turn(10);
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  clock.turn(10);
  let stale = 0;
  for (let round = 0; round < 30; round += 1) {
    await octokit.rest.issues.createComment({ ...at, issue_number, body: `Comment ${round}` });
    let last = -1;
    for (let second = 0; second <= 3; second += 1) {
      const { length } = await octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number, per_page: 100 });
      expect(length).toBeGreaterThanOrEqual(Math.max(last, round));
      if (second === 0 && length === round) stale += 1;
      if (second === 3) expect(length).toBe(round + 1);
      last = length;
      clock.turn(1);
    }
  }
  expect(stale).toBeGreaterThan(5);
});

test('an edit and a label are seen late too, each on its own', async () => {
  const { twin, clock, octokit, at, repository } = scene();
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  const comment = twin.act.comment(repository, issue_number, 'old', CAST.reporter);
  twin.world.lagOf = () => 2;
  twin.act.editComment(repository, comment, 'new', CAST.reporter);
  twin.act.label(repository, issue_number, 'bug', CAST.maintainer);
  const seen = async (): Promise<[string | undefined, number, number]> => [
    (await octokit.rest.issues.getComment({ ...at, comment_id: comment })).data.body,
    (await octokit.rest.issues.get({ ...at, issue_number })).data.labels.length,
    (await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number })).data.length,
  ];
  expect(await seen()).toEqual(['old', 0, 1]);
  clock.turn(2);
  expect(await seen()).toEqual(['new', 1, 2]);
});

test('webhooks are doubled, dropped, delayed and reordered, the same way for the same seed', async () => {
  const run = async (seed: number): Promise<string[]> => {
    const got: string[] = [];
    const deliver = async ({ event, body }: Delivery): Promise<undefined> => {
      if (event === 'issues') got.push(JSON.parse(body).issue.title);
    };
    const webhooks = { double: 0.2, drop: 0.2, delay: 0.3, delayS: 60, reorder: 0.5 };
    const { twin, clock, repository } = scene({ deliver, autoDeliver: false, unkind: { seed, webhooks } });
    for (let i = 0; i < 40; i += 1) twin.act.openIssue(repository, { by: CAST.reporter, title: String(i) });
    await twin.settle();
    const early = got.length;
    clock.turn(60);
    await twin.settle();
    expect(got.length).toBeGreaterThan(early);
    return got;
  };
  const got = await run(3);
  expect(await run(3)).toEqual(got);
  expect(new Set(got).size).toBeLessThan(40);
  expect(new Set(got).size).toBeLessThan(got.length);
  expect([...got].sort((a, b) => Number(a) - Number(b))).not.toEqual(got);
});

test('a lost answer may have been a done write; a planned fault hits once', async () => {
  const { twin, octokit, at, repository } = scene();
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  twin.faults.push({ method: 'POST', path: /\/comments$/, loseAnswer: true });
  twin.faults.push({ method: 'GET', path: /\/comments$/, status: 429, message: 'secondary rate limit', headers: { 'retry-after': '7' } });
  await expect(octokit.rest.issues.createComment({ ...at, issue_number, body: 'Once' })).rejects.toThrow();
  const limited = await octokit.rest.issues.listComments({ ...at, issue_number }).catch((error) => error);
  expect([limited.status, limited.response.headers['retry-after']]).toEqual([429, '7']);
  expect((await octokit.rest.issues.listComments({ ...at, issue_number })).data.map((one) => one.body)).toEqual(['Once']);
});

test('chance answers 5xx, limits and 404 when told to', async () => {
  const { twin, octokit, at } = scene();
  await octokit.rest.repos.get(at);
  const statuses = async (answers: object): Promise<Set<number>> => {
    twin.unkind = { answers };
    const all = await Promise.all(Array.from({ length: 40 }, () => octokit.rest.repos.get(at).catch((error) => error)));
    return new Set(all.map((one) => (one as { status: number }).status));
  };
  expect([...(await statuses({ fail: 1 }))].sort()).toEqual([502, 503]);
  expect([...(await statuses({ limit: 1 }))].sort()).toEqual([403, 429]);
  expect([...(await statuses({ lose: 1 }))]).toEqual([404]);
  expect(await statuses({ fail: 0.5 })).toContain(200);
});

test('a saved world goes on where it was, tokens, ETags and waiting webhooks included', async () => {
  const first = scene({ autoDeliver: false });
  const issue_number = first.twin.act.openIssue(first.repository, { by: CAST.reporter, title: 'A', body: 'text' });
  const read = await first.octokit.rest.issues.get({ ...first.at, issue_number });
  const got: string[] = [];
  const deliver = async ({ event }: Delivery): Promise<undefined> => {
    got.push(event);
  };
  const again = createTwin({ clock: first.clock, app: APP, webhookSecret: SECRET, state: first.twin.save(), deliver, autoDeliver: false });
  const headers = { ...(read.headers.etag !== undefined && { 'if-none-match': read.headers.etag }) };
  const { token } = (await first.octokit.auth({ type: 'installation' })) as { token: string };
  const same = await again.fetch(read.url, { headers: { ...headers, authorization: `token ${token}` } });
  expect(same.status).toBe(200);
  expect(await same.json()).toEqual(read.data);
  await again.settle();
  expect(got).toContain('issues');
  const next = again.act.openIssue(first.repository, { by: CAST.reporter, title: 'B' });
  expect(next).toBe(issue_number + 1);
  expect((await octokitOf(again.fetch, first.installation).rest.issues.get({ ...first.at, issue_number })).data.id).toBe(read.data.id);
});

test('two thousand issues are no burden', async () => {
  const { twin, octokit, at, repository } = scene({ deliver: async () => undefined, autoDeliver: false });
  const started = effortMs();
  for (let i = 0; i < 2000; i += 1) twin.act.openIssue(repository, { by: CAST.reporter, title: `Issue ${i}`, body: 'text '.repeat(50) });
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { ...at, per_page: 100, sort: 'updated', state: 'open' });
  expect(all).toHaveLength(2000);
  for (let i = 1; i <= 200; i += 1) {
    const it = { ...at, issue_number: i };
    await octokit.rest.issues.createComment({ ...it, body: 'Hello' });
    await octokit.rest.issues.addLabels({ ...it, labels: ['bug'] });
    await octokit.rest.issues.listEventsForTimeline(it);
  }
  // A generous bound: it takes about a second; a world that is copied at each step takes minutes.
  expect(effortMs() - started).toBeLessThan(20_000);
});
