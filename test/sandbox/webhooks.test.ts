import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/sandbox/hooks/hooks.ts';
import { WEBHOOKS } from '../openapi/operations.ts';
import { payloadMismatches } from '../openapi/validate.ts';
import { CAST, type Scene, SECRET, scene } from './world.ts';

type Got = Delivery & { payload: Record<string, never> & { action?: string } };

function listening(options: Parameters<typeof scene>[0] = {}): Scene & { got: Got[] } {
  const got: Got[] = [];
  const deliver = async (delivery: Delivery): Promise<undefined> => {
    got.push({ ...delivery, payload: JSON.parse(delivery.body) });
  };
  return { ...scene({ deliver, ...options }), got };
}

const names = (got: readonly Got[]): string[] => got.map((one) => [one.event, one.action].filter(Boolean).join('.'));

/** Everything that people do and that sends a webhook. */
function everything({ twin, repository, org, installation }: Scene): void {
  const { act } = twin;
  const { coordinator, maintainer, reporter, second, outsider } = CAST;
  act.createLabel(repository, { name: 'bug', color: 'ff0000' }, maintainer);
  act.editLabel(repository, 'bug', { name: 'Bug', color: '00ff00', description: 'x' }, maintainer);
  const issue = act.openIssue(repository, { by: reporter, title: 'A', body: 'a', labels: ['Bug'], assignees: [second] });
  act.editIssue(repository, issue, { title: 'B', body: 'b' }, reporter);
  act.unlabel(repository, issue, 'Bug', maintainer);
  act.label(repository, issue, 'new', maintainer);
  act.unassign(repository, issue, second, maintainer);
  const comment = act.comment(repository, issue, 'Hi', outsider);
  act.editComment(repository, comment, 'Hello', outsider);
  act.deleteComment(repository, comment, outsider);
  act.milestone(repository, issue, 'v1', maintainer);
  act.pin(repository, issue, maintainer);
  act.unpin(repository, issue, maintainer);
  act.lock(repository, issue, maintainer, 'resolved');
  act.unlock(repository, issue, maintainer);
  act.close(repository, issue, maintainer, 'not_planned');
  act.reopen(repository, issue, maintainer);
  act.deleteLabel(repository, 'new', maintainer);
  const pull = act.openPull(repository, { by: second, title: 'Fix', body: `Fixes #${issue}` });
  act.editPull(repository, pull, { title: 'Fix!' }, second);
  act.label(repository, pull, 'Bug', maintainer);
  act.unlabel(repository, pull, 'Bug', maintainer);
  act.assign(repository, pull, second, maintainer);
  act.unassign(repository, pull, second, maintainer);
  act.closePull(repository, pull, second);
  act.reopenPull(repository, pull, second);
  act.merge(repository, pull, maintainer);
  act.repository(`${org}/second`);
  act.transferIssue(repository, issue, `${org}/second`, coordinator);
  act.deleteIssue(`${org}/second`, 1, coordinator);
  act.role(repository, outsider, 'read', coordinator);
  act.role(repository, outsider, 'write', coordinator);
  act.role(repository, outsider, 'none', coordinator);
  act.teamMember(org, 'rnd', maintainer, 'member', coordinator);
  act.teamMember(org, 'rnd', maintainer, undefined, coordinator);
  act.orgMember(org, reporter, 'member', coordinator);
  act.orgMember(org, reporter, undefined, coordinator);
  act.archive(`${org}/second`, true, coordinator);
  act.archive(`${org}/second`, false, coordinator);
  act.commitFiles(repository, { a: 'a' }, maintainer, { branch: 'next' });
  act.defaultBranch(repository, 'next', coordinator);
  act.renameRepository(`${org}/second`, 'third', coordinator);
  act.repository(`${org}/fourth`);
  act.privatize(`${org}/fourth`, true, coordinator);
  act.privatize(`${org}/fourth`, false, coordinator);
  act.deleteRepository(`${org}/fourth`, coordinator);
  act.removeRepositories(installation!, [`${org}/third`], coordinator);
  act.addRepositories(installation!, [repository], coordinator);
  act.acceptPermissions(installation!, { issues: 'write', checks: 'write', metadata: 'read' }, coordinator);
  act.suspend(installation!, coordinator);
  act.unsuspend(installation!, coordinator);
}

test('every webhook is signed and fits what GitHub describes', async () => {
  const events = ['issues', 'issue_comment', 'pull_request', 'label', 'push', 'repository', 'membership', 'member', 'organization'];
  const now = listening({ app: { id: 4711, slug: 'watchkeeper', key: (await import('./world.ts')).KEY, events } });
  const { twin, octokit, at, repository, got, org, installation } = now;
  everything(now);
  await twin.settle();
  const head_sha = twin.world.theRepo(repository).branches.main!.sha;
  const run = await octokit.rest.checks.create({ ...at, name: 'x', head_sha, conclusion: 'success' });
  twin.act.rerequestCheck(repository, run.data.id, CAST.maintainer);
  twin.act.org('other', { admins: [CAST.coordinator] });
  twin.act.install('other', { by: CAST.coordinator });
  twin.act.repository('other/desk');
  twin.act.transferRepository(repository, 'other', CAST.coordinator);
  twin.act.uninstall(installation!, CAST.coordinator);
  await twin.settle();
  const wrong = got.flatMap((one) => payloadMismatches(one.event, one.action, one.payload));
  expect(wrong.slice(0, 20)).toEqual([]);
  for (const one of got) {
    expect(one.headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', SECRET).update(one.body).digest('hex')}`);
    expect(one.headers).toMatchObject({ 'x-github-event': one.event, 'x-github-hook-installation-target-id': '4711' });
  }
  const seen = new Set(got.map((one) => [one.event, one.action].filter(Boolean).join('-').replaceAll('_', '-')));
  expect(WEBHOOKS.filter((name) => !seen.has(name))).toEqual([]);
  expect(org).toBe('acme');
});

test('an issue with labels and assignees is told whole, then part by part', async () => {
  const { twin, repository, got } = listening();
  twin.act.createLabel(repository, { name: 'bug' }, CAST.maintainer);
  await twin.settle();
  got.length = 0;
  twin.act.openIssue(repository, { by: CAST.reporter, title: 'A', labels: ['bug', 'unknown'], assignees: [CAST.second] });
  await twin.settle();
  expect(names(got)).toEqual(['issues.opened', 'issues.labeled', 'issues.assigned']);
  expect(got[0]!.payload).toMatchObject({
    issue: { labels: [{ name: 'bug' }], assignees: [{ login: CAST.second }] },
    organization: { login: 'acme' },
  });
});

test('what GitHub does not tell, the twin does not tell', async () => {
  const { twin, repository, got, octokit, at } = listening();
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  const other = twin.act.openIssue(repository, { by: CAST.reporter, title: 'B' });
  const comment = twin.act.comment(repository, issue, 'x', CAST.reporter);
  await twin.settle();
  const { updated_at } = (await octokit.rest.issues.get({ ...at, issue_number: issue })).data;
  got.length = 0;
  twin.act.minimize(repository, comment, 'spam', CAST.maintainer);
  twin.act.react(repository, { comment }, 'eyes', CAST.reporter);
  twin.act.orgMember('acme', CAST.outsider, 'member', CAST.coordinator);
  await octokit.rest.issues.addLabels({ ...at, issue_number: issue, labels: [] });
  await twin.settle();
  expect(names(got)).toEqual([]);
  twin.act.comment(repository, other, `see #${issue}`, CAST.reporter);
  await twin.settle();
  expect(names(got)).toEqual(['issue_comment.created']);
  expect((await octokit.rest.issues.get({ ...at, issue_number: issue })).data.updated_at).toBe(updated_at);
});

test("the App's own writes come back as events by its bot", async () => {
  const { twin, repository, got, octokit, at } = listening();
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  await octokit.rest.issues.createComment({ ...at, issue_number, body: 'Hello' });
  await twin.settle();
  const own = got.find((one) => one.event === 'issue_comment')!;
  expect(own.payload).toMatchObject({
    sender: { login: 'watchkeeper[bot]', type: 'Bot' },
    comment: { performed_via_github_app: { slug: 'watchkeeper' } },
  });
});

test('what the App does to assignees and states comes back whole, with the reason', async () => {
  const { twin, repository, got, octokit, at } = listening();
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A', assignees: [CAST.second] });
  await twin.settle();
  got.splice(0);
  const it = { ...at, issue_number };
  await octokit.rest.issues.removeAssignees({ ...it, assignees: [CAST.second, CAST.outsider] });
  for (const state_reason of ['duplicate', 'not_planned'] as const) {
    await octokit.rest.issues.update({ ...it, state: 'closed', state_reason });
    await octokit.rest.issues.update({ ...it, state: 'open', state_reason: 'reopened' });
  }
  await twin.settle();
  expect(got.flatMap((one) => payloadMismatches(one.event, one.action, one.payload))).toEqual([]);
  const told = got.map(
    (one) => one.payload as unknown as { issue: { state_reason: string | null; assignees: object[] }; assignee?: { login: string } },
  );
  expect(got.map((one, i) => [one.action, told[i]!.assignee?.login ?? told[i]!.issue.state_reason])).toEqual([
    ['unassigned', CAST.second],
    ['closed', 'duplicate'],
    ['reopened', 'reopened'],
    ['closed', 'not_planned'],
    ['reopened', 'reopened'],
  ]);
  expect(told[0]!.issue.assignees).toEqual([]);
});

test('a failed delivery is listed, never sent again by itself, and sent again on demand under its GUID', async () => {
  let healthy = false;
  const guids: string[] = [];
  const now = scene({
    deliver: async ({ guid }) => {
      guids.push(guid);
      return { status: healthy ? 200 : 500 };
    },
  });
  now.twin.act.openIssue(now.repository, { by: CAST.reporter, title: 'A' });
  await now.twin.settle();
  const sent = guids.length;
  now.clock.turn(3600);
  await now.twin.settle();
  expect(guids).toHaveLength(sent);
  const { data } = await now.app.rest.apps.listWebhookDeliveries({ status: 'failure', per_page: 100 });
  expect(data[0]).toMatchObject({ status_code: 500, event: 'issues' });
  healthy = true;
  await now.app.rest.apps.redeliverWebhookDelivery({ delivery_id: data[0]!.id });
  await now.twin.settle();
  expect(guids.at(-1)).toBe(data[0]!.guid);
  now.clock.turn(3 * 86_400 + 1);
  expect((await now.app.rest.apps.listWebhookDeliveries()).data).toEqual([]);
  now.fetch.check();
});

test('an App hears only what it subscribed to, and nothing while suspended', async () => {
  const now = listening({ seed: { install: false } });
  const { twin, repository, got, org } = now;
  const id = twin.act.install(org, { by: CAST.coordinator, events: ['issue_comment'] });
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'A' });
  twin.act.comment(repository, issue, 'one', CAST.reporter);
  twin.act.suspend(id, CAST.coordinator);
  twin.act.comment(repository, issue, 'two', CAST.reporter);
  twin.act.unsuspend(id, CAST.coordinator);
  await twin.settle();
  expect(names(got)).toEqual(['installation.created', 'issue_comment.created', 'installation.suspend', 'installation.unsuspend']);
});
