import { ProbotOctokit } from 'probot';
import { afterAll, expect, test } from 'vitest';
import { OPERATIONS } from '../openapi/operations.ts';
import { CAST, scene } from './world.ts';

/** Every operation once, through a real Octokit, held to GitHub's description. */
const { twin, app, octokit, fetch, at, repository, installation, org } = scene({
  deliver: async () => undefined,
  seed: { files: { '.github/support.yml': 'extends: standard\n', '.github/ISSUE_TEMPLATE/bug.yml': 'name: Bug\n' } },
});
const { rest } = octokit;
const { act } = twin;

afterAll(() => {
  fetch.check();
  const used = [...fetch.used.keys()];
  expect(OPERATIONS.filter((one) => !used.includes(one))).toEqual([]);
});

const statusOf = (promise: Promise<unknown>): Promise<number> =>
  promise.then(
    (answer) => (answer as { status: number }).status,
    (error) => (error as { status: number }).status,
  );

test('the App sees itself, its installations and its deliveries', async () => {
  expect((await app.rest.apps.getAuthenticated()).data).toMatchObject({ id: 4711, slug: 'watchkeeper' });
  expect((await app.rest.apps.listInstallations()).data.map((one) => one.id)).toEqual([installation]);
  expect((await app.rest.apps.getInstallation({ installation_id: installation! })).data.account).toMatchObject({ login: org });
  expect((await app.rest.apps.getRepoInstallation(at)).data.id).toBe(installation);
  act.openIssue(repository, { by: CAST.reporter, title: 'Hello' });
  await twin.settle();
  const { data: deliveries } = await app.rest.apps.listWebhookDeliveries({ per_page: 1 });
  expect(deliveries[0]).toMatchObject({ event: 'issues', action: 'opened', status: 'OK', status_code: 200 });
  const delivery_id = deliveries[0]!.id;
  const one = await app.rest.apps.getWebhookDelivery({ delivery_id });
  expect(one.data.request.payload).toMatchObject({ action: 'opened', issue: { title: 'Hello' } });
  expect((await app.rest.apps.redeliverWebhookDelivery({ delivery_id })).status).toBe(202);
  await twin.settle();
  const again = (await app.rest.apps.listWebhookDeliveries()).data[0]!;
  expect([again.guid, again.redelivery, again.id === delivery_id]).toEqual([deliveries[0]!.guid, true, false]);
});

test('an installation lists its repositories and reads one', async () => {
  const { data } = await rest.apps.listReposAccessibleToInstallation();
  expect(data.repositories.map((one) => one.full_name)).toEqual([repository]);
  expect((await rest.repos.get(at)).data).toMatchObject({ full_name: repository, default_branch: 'main' });
  expect(await statusOf(rest.repos.get({ owner: 'nobody', repo: 'nothing' }))).toBe(404);
});

test('files come with the SHA that Git gives them, directories with their entries', async () => {
  const path = '.github/support.yml';
  const { data } = await rest.repos.getContent({ ...at, path });
  // printf 'extends: standard\n' | git hash-object --stdin
  const sha = 'eab45db1dc1b0f54d245d52d5c3a332bdfebe836';
  expect(data).toMatchObject({ type: 'file', path, sha });
  const blob = await rest.git.getBlob({ ...at, file_sha: sha });
  expect(Buffer.from(blob.data.content, 'base64').toString()).toBe('extends: standard\n');
  const directory = await rest.repos.getContent({ ...at, path: '.github' });
  expect((directory.data as { name: string; type: string }[]).map((one) => [one.name, one.type])).toEqual([
    ['ISSUE_TEMPLATE', 'dir'],
    ['support.yml', 'file'],
  ]);
  expect(await statusOf(rest.repos.getContent({ ...at, path: 'nowhere' }))).toBe(404);
  expect((await rest.repos.getContent({ ...at, path: '' })).data).toHaveLength(2);
});

test('commits of one path, and an old version of a file', async () => {
  const path = '.github/support.yml';
  const old = (await rest.repos.listCommits({ ...at, path, per_page: 1 })).data[0]!;
  const sha = act.commitFile(repository, path, 'language: pl\n', CAST.maintainer);
  const { data } = await rest.repos.listCommits({ ...at, path });
  expect(data.map((one) => one.sha)).toEqual([sha, old.sha]);
  const before = await rest.repos.getContent({ ...at, path, ref: old.sha });
  expect(Buffer.from((before.data as { content: string }).content, 'base64').toString()).toBe('extends: standard\n');
  expect((await rest.repos.getCommit({ ...at, ref: 'main' })).data.sha).toBe(sha);
});

test('a check run is made, filled and listed', async () => {
  const head_sha = (await rest.repos.getCommit({ ...at, ref: 'main' })).data.sha;
  const run = await rest.checks.create({ ...at, name: 'support.yml', head_sha, status: 'in_progress' });
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'failure' as const, message: 'no' };
  const output = { title: 'Bad', summary: 'One problem', annotations: [annotation] };
  await rest.checks.update({ ...at, check_run_id: run.data.id, conclusion: 'failure', output });
  const { data } = await rest.checks.listForRef({ ...at, ref: 'main', check_name: 'support.yml', app_id: 4711 });
  expect(data.check_runs[0]).toMatchObject({ conclusion: 'failure', output: { annotations_count: 1 } });
  const many = { ...output, annotations: Array.from({ length: 51 }, () => annotation) };
  expect(await statusOf(rest.checks.update({ ...at, check_run_id: run.data.id, conclusion: 'failure', output: many }))).toBe(422);
});

test('an issue from opening to closing', async () => {
  const { data: made } = await rest.issues.create({
    ...at,
    title: 'Broken',
    body: 'It is',
    labels: ['bug'],
    assignees: [CAST.maintainer, CAST.outsider],
  });
  const it = { ...at, issue_number: made.number };
  expect(made).toMatchObject({ state: 'open', user: { login: 'watchkeeper[bot]', type: 'Bot' }, performed_via_github_app: { id: 4711 } });
  expect(made.assignees!.map((one) => one.login)).toEqual([CAST.maintainer]);
  await rest.issues.update({ ...it, title: 'Broken!', state: 'closed', state_reason: 'not_planned' });
  expect((await rest.issues.get(it)).data).toMatchObject({
    state: 'closed',
    state_reason: 'not_planned',
    closed_by: { login: 'watchkeeper[bot]' },
  });
  await rest.issues.update({ ...it, state: 'open' });
  expect((await rest.issues.get(it)).data).toMatchObject({ state: 'open', state_reason: 'reopened', closed_at: null });
  const { data: list } = await rest.issues.listForRepo({ ...at, state: 'all', labels: 'bug', sort: 'updated', since: made.created_at });
  expect(list.map((one) => one.number)).toEqual([made.number]);
  expect((await rest.issues.removeAssignees({ ...it, assignees: [CAST.maintainer] })).data.assignees).toEqual([]);
  expect((await rest.issues.addAssignees({ ...it, assignees: [CAST.second, CAST.outsider] })).data.assignees).toHaveLength(1);
  expect((await rest.issues.lock({ ...it, lock_reason: 'resolved' })).status).toBe(204);
  expect((await rest.issues.unlock(it)).status).toBe(204);
  const { data: events } = await rest.issues.listEventsForTimeline(it);
  const names = ['assigned', 'labeled', 'renamed', 'closed', 'reopened', 'unassigned', 'assigned', 'locked', 'unlocked'];
  expect(events.map((one) => one.event)).toEqual(names);
});

test('comments are written, edited, reacted to and deleted', async () => {
  const issue_number = act.openIssue(repository, { by: CAST.reporter, title: 'Talk' });
  const { data: made } = await rest.issues.createComment({ ...at, issue_number, body: 'One' });
  const it = { ...at, comment_id: made.id };
  await rest.issues.updateComment({ ...it, body: 'Two' });
  expect((await rest.issues.getComment(it)).data).toMatchObject({ body: 'Two', minimized: null });
  expect((await rest.issues.listComments({ ...at, issue_number })).data.map((one) => one.body)).toEqual(['Two']);
  const eyes = { ...it, content: 'eyes' as const };
  expect(await statusOf(rest.reactions.createForIssueComment(eyes))).toBe(201);
  expect(await statusOf(rest.reactions.createForIssueComment(eyes))).toBe(200);
  expect(await statusOf(rest.reactions.createForIssue({ ...at, issue_number, content: '+1' }))).toBe(201);
  const { data: timeline } = await rest.issues.listEventsForTimeline({ ...at, issue_number });
  expect(timeline[0]).toMatchObject({ event: 'commented', body: 'Two', reactions: { eyes: 1, total_count: 1 } });
  act.minimize(repository, made.id, 'off-topic', CAST.maintainer);
  expect((await rest.issues.getComment(it)).data).toMatchObject({ minimized: { reason: 'off-topic' } });
  expect((await rest.issues.deleteComment(it)).status).toBe(204);
  expect(await statusOf(rest.issues.getComment(it))).toBe(404);
  expect(await statusOf(rest.issues.createComment({ ...at, issue_number, body: 'x'.repeat(65_537) }))).toBe(422);
  expect(await statusOf(rest.issues.createComment({ ...at, issue_number, body: '' }))).toBe(422);
});

test('labels are created once, renamed, put on and taken off', async () => {
  const label = { ...at, name: 'P1: critical', color: 'B60205', description: 'Now' };
  expect((await rest.issues.createLabel(label)).data).toMatchObject({ color: 'b60205', description: 'Now' });
  const twice = await rest.issues.createLabel({ ...label, name: 'p1: CRITICAL' }).catch((error) => error);
  expect(twice).toMatchObject({
    status: 422,
    response: { data: { errors: [{ code: 'already_exists', field: 'name', resource: 'Label' }] } },
  });
  for (const wrong of [{ name: 'x'.repeat(51) }, { name: 'y', color: 'red' }, { name: 'z', description: 'd'.repeat(101) }])
    expect(await statusOf(rest.issues.createLabel({ ...at, ...wrong }))).toBe(422);
  const issue_number = act.openIssue(repository, { by: CAST.reporter, title: 'Labels' });
  await rest.issues.addLabels({ ...at, issue_number, labels: ['P1: critical', '🔴 new'] });
  const { data: now } = await rest.issues.addLabels({ ...at, issue_number, labels: ['P1: critical'] });
  expect(now.map((one) => [one.name, one.color])).toEqual([
    ['P1: critical', 'b60205'],
    ['🔴 new', 'ededed'],
  ]);
  await rest.issues.updateLabel({ ...at, name: '🔴 new', new_name: '🔴 received' });
  expect((await rest.issues.getLabel({ ...at, name: '🔴 received' })).data.name).toBe('🔴 received');
  expect((await rest.issues.listLabelsForRepo(at)).data.map((one) => one.name)).toContain('🔴 received');
  expect((await rest.issues.removeLabel({ ...at, issue_number, name: 'P1: critical' })).data).toHaveLength(1);
  expect(await statusOf(rest.issues.removeLabel({ ...at, issue_number, name: 'P1: critical' }))).toBe(404);
  const { data: events } = await rest.issues.listEventsForTimeline({ ...at, issue_number });
  expect(events.map((one) => one.event)).toEqual(['labeled', 'labeled', 'unlabeled']);
});

test('people: roles, assignability, teams', async () => {
  const roleOf = async (username: string) => (await rest.repos.getCollaboratorPermissionLevel({ ...at, username })).data;
  expect(await roleOf(CAST.productOwner)).toMatchObject({ permission: 'read', role_name: 'triage' });
  expect(await roleOf(CAST.maintainer)).toMatchObject({ permission: 'write', role_name: 'maintain' });
  expect(await roleOf(CAST.second)).toMatchObject({ permission: 'write', role_name: 'write' });
  expect(await roleOf(CAST.coordinator)).toMatchObject({ permission: 'admin', role_name: 'admin' });
  expect(await roleOf(CAST.outsider)).toMatchObject({ permission: 'read', role_name: 'read' });
  expect(await statusOf(rest.issues.checkUserCanBeAssigned({ ...at, assignee: CAST.maintainer }))).toBe(204);
  expect(await statusOf(rest.issues.checkUserCanBeAssigned({ ...at, assignee: CAST.outsider }))).toBe(404);
  const team = { org, team_slug: 'support' };
  expect((await rest.teams.getByName(team)).data).toMatchObject({ slug: 'support', members_count: 2 });
  expect((await rest.teams.listMembersInOrg(team)).data.map((one) => one.login)).toEqual([CAST.maintainer, CAST.second]);
  expect((await rest.teams.getMembershipForUserInOrg({ ...team, username: CAST.second })).data.state).toBe('active');
  expect(await statusOf(rest.teams.checkPermissionsForRepoInOrg({ ...team, ...at }))).toBe(204);
  act.team(org, 'outsiders', { members: [CAST.second] });
  expect(await statusOf(rest.teams.checkPermissionsForRepoInOrg({ ...team, ...at, team_slug: 'outsiders' }))).toBe(404);
  expect(await statusOf(rest.teams.getMembershipForUserInOrg({ ...team, username: CAST.outsider }))).toBe(404);
  expect((await rest.users.getByUsername({ username: 'watchkeeper[bot]' })).data.type).toBe('Bot');
});

test('a pull request is read by its own path, and listed among the issues', async () => {
  const pull_number = act.openPull(repository, { by: CAST.maintainer, title: 'Fix it', body: 'Fixes #1' });
  expect((await rest.pulls.get({ ...at, pull_number })).data).toMatchObject({ number: pull_number, merged: false, base: { ref: 'main' } });
  expect((await rest.issues.get({ ...at, issue_number: pull_number })).data.pull_request).toBeDefined();
});

test('the manifest flow gives the App its own key', async () => {
  const code = act.registerManifest(
    { name: 'My Desk', default_permissions: { issues: 'write', metadata: 'read' }, default_events: ['issues'] },
    CAST.coordinator,
  );
  const { data } = await new ProbotOctokit({ request: { fetch } }).rest.apps.createFromManifest({ code });
  expect(data).toMatchObject({ id: 4711, slug: 'my-desk', permissions: { issues: 'write' } });
  expect(data.pem).toContain('BEGIN RSA PRIVATE KEY');
});
