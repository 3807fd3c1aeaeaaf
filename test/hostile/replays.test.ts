import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPO, SECRET, TestDesk } from '../support/desk.ts';
import { PATH, signatureOf } from './house.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
/** A look reads an issue in some ten requests: a handful of looks. */
const REQUESTS_MAX = 60;

let desk: TestDesk;
let server: Server;
beforeEach(async () => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
  server = createServer((req, res) => void desk.service.webhook(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await desk.close();
});

type Recorded = { readonly event: string; readonly body: string };

const isOurs = (body: string): boolean => (JSON.parse(body) as { sender: { login: string } }).sender.login === 'watchkeeper[bot]';

/** The body of the last webhook of this kind that a person set off, as somebody who read a proxy's log may have it; its signature is genuine. */
function recorded(event: string, action: string): Recorded {
  const row = desk.twin.deliveries().findLast((one) => one.event === event && one.action === action && !isOurs(one.body));
  if (!row) throw new Error(`no ${event}.${action} was sent`);
  return { event, body: row.body };
}

/** Neither the id nor the name of the event is under the signature: whoever replays chooses both. */
const replay = async ({ event, body }: Recorded, id: string = randomUUID()): Promise<number> => {
  const headers = {
    'content-type': 'application/json',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-hub-signature-256': signatureOf(body, SECRET),
  };
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
  return answer.status;
};

async function flood(count: number, one: (i: number) => Promise<number>): Promise<void> {
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, lane) => {
      const mine: number[] = [];
      for (let i = lane; i < count; i += 20) mine.push(await one(i));
      return mine;
    }),
  );
  expect(new Set(statuses.flat())).toEqual(new Set([200]));
}

const looksOf = (since: number, number: number): number =>
  desk.twin.requests.slice(since).filter(({ method, path }) => method === 'GET' && path.endsWith(`/issues/${number}`)).length;
const writes = (since: number): string[] =>
  desk.twin.requests
    .slice(since)
    .filter(({ method, path }) => method !== 'GET' && !/access_tokens|graphql/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

describe('a webhook that somebody recorded', { timeout: 180_000 }, () => {
  test('and sends 1,000 times, each time under a fresh id, costs a few looks and says nothing', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.says(number, 'rita', '/sla');
    await desk.forward('10m');
    const webhook = recorded('issue_comment', 'created');
    const [before, alarms] = [desk.twin.requests.length, (await desk.service.desk.store.alarms()).length];
    await flood(1_000, () => replay(webhook));
    expect((await desk.service.desk.store.alarms()).length).toBe(alarms);
    await desk.settle();
    expect(looksOf(before, number)).toBeGreaterThan(0);
    expect(looksOf(before, number)).toBeLessThanOrEqual(3);
    expect(desk.twin.requests.length - before).toBeLessThan(REQUESTS_MAX);
    expect(writes(before)).toEqual([]);
    expect(desk.repliesOf(number)).toHaveLength(1);
  });

  test('and sends again under the id that it had, costs nothing at all', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.forward('10m');
    const { guid, event, body } = desk.twin.deliveries().findLast((one) => one.event === 'issues' && one.action === 'opened')!;
    const [before, alarms] = [desk.twin.requests.length, await desk.service.desk.store.alarms()];
    await flood(200, () => replay({ event, body }, guid));
    expect(await desk.service.desk.store.alarms()).toEqual(alarms);
    await desk.settle();
    expect(looksOf(before, number)).toBe(0);
  });

  test('about a comment that is gone since, does not have the desk wait for it again and again', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    const comment = await desk.says(number, 'rita', 'never mind');
    const webhook = recorded('issue_comment', 'created');
    desk.act.deleteComment(REPO, comment, 'rita');
    await desk.forward('10m');
    const before = desk.twin.requests.length;
    await flood(1_000, () => replay(webhook));
    await desk.forward('10m');
    expect(looksOf(before, number)).toBeGreaterThan(0);
    expect(looksOf(before, number)).toBeLessThanOrEqual(8);
    expect(writes(before)).toEqual([]);
  });

  test('and sends under the name of every other event, costs a few looks and moves nothing', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.forward('10m');
    const { body } = recorded('issues', 'opened');
    const events = ['issues', 'issue_comment', 'pull_request', 'push', 'installation', 'installation_repositories', 'repository', 'label'];
    const more = ['check_run', 'check_suite', 'member', 'team', 'membership', 'organization', 'installation_target'];
    const before = desk.twin.requests.length;
    await flood(1_500, (i) => replay({ event: [...events, ...more][i % (events.length + more.length)]!, body }));
    await desk.forward('2m');
    expect(desk.twin.requests.length - before).toBeLessThan(REQUESTS_MAX);
    expect(writes(before)).toEqual([]);
    expect(desk.labelsOf(number)).toEqual(['P2: high', '🔴 received']);
    expect(desk.numbers()).toEqual([number]);
  });

  test('of a closing that was taken back since, closes nothing', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    await desk.says(number, 'mark', '/take\nOn it.');
    desk.act.close(REPO, number, 'mark');
    await desk.settle();
    const webhook = recorded('issues', 'closed');
    desk.act.reopen(REPO, number, 'mark');
    await desk.forward('10m');
    const labels = desk.labelsOf(number);
    await flood(50, () => replay(webhook));
    await desk.forward('5m');
    expect(desk.labelsOf(number)).toEqual(labels);
    expect(desk.stateOf(number)).toBe('open');
  });
});
