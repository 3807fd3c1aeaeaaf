import { afterEach, expect, test } from 'vitest';
import { Refused } from '../../src/sandbox/world/world.ts';
import { CAST, type Scene, scene } from './world.ts';

let now: Scene;
afterEach(() => now.fetch.check());

const QUERY = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { issue(number: $number) {
    closedByPullRequestsReferences(first: 20, includeClosedPrs: true) { nodes {
      number state isDraft merged mergedAt createdAt baseRefName
      author { login ... on User { databaseId } }
      repository { nameWithOwner databaseId defaultBranchRef { name } } } }
    timelineItems(itemTypes: [CLOSED_EVENT], last: 5) { nodes { ... on ClosedEvent { createdAt stateReason
      closer { __typename ... on PullRequest { number merged repository { nameWithOwner } } ... on Commit { oid } } } } }
    userContentEdits(first: 10) { nodes { editedAt diff } }
  } } }`;

type Answer = {
  repository: {
    issue: {
      closedByPullRequestsReferences: {
        nodes: { number: number; state: string; merged: boolean; author: { login: string; databaseId: number } }[];
      };
      timelineItems: { nodes: { stateReason: string; closer: Record<string, unknown> | null }[] };
      userContentEdits: { nodes: { diff: string }[] };
    };
  };
};
const ask = async (number: number): Promise<Answer['repository']['issue']> =>
  (await now.octokit.graphql<Answer>(QUERY, { ...now.at, number })).repository.issue;
type Failed = { errors: { type?: string; path?: unknown; message: string }[] };
const failing = (query: string, variables: object = {}): Promise<Failed> =>
  now.octokit.graphql(query, { ...variables }).catch((error) => error) as Promise<Failed>;
const eventsOf = async (issue_number: number): Promise<string[]> =>
  (await now.octokit.rest.issues.listEventsForTimeline({ ...now.at, issue_number })).data.map((one) => String(one.event));

test('a merged fix closes its issue, and GraphQL says which pull request did it', async () => {
  now = scene();
  const { twin, repository, octokit, at, clock } = now;
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken' });
  const pull = twin.act.openPull(repository, { by: CAST.second, title: 'Fix', body: `Fixes #${issue}` });
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toMatchObject([
    { number: pull, state: 'OPEN', author: { login: CAST.second } },
  ]);
  const before = (await octokit.rest.issues.get({ ...at, issue_number: issue })).data.updated_at;
  clock.turn(60);
  twin.act.merge(repository, pull, CAST.maintainer);
  const after = await ask(issue);
  expect(after.closedByPullRequestsReferences.nodes).toMatchObject([{ number: pull, state: 'MERGED', merged: true }]);
  expect(after.timelineItems.nodes).toEqual([
    {
      createdAt: '2026-01-05T09:01:00Z',
      stateReason: 'COMPLETED',
      closer: { __typename: 'PullRequest', number: pull, merged: true, repository: { nameWithOwner: repository } },
    },
  ]);
  expect(await eventsOf(issue)).toEqual(['cross-referenced', 'closed']);
  expect(before).toBe('2026-01-05T09:00:00Z');
  const { data } = await octokit.rest.issues.get({ ...at, issue_number: issue });
  expect(data).toMatchObject({ state: 'closed', state_reason: 'completed', closed_by: { login: CAST.maintainer } });
});

test('a mention is no fix, whatever else the text says; code is no mention', async () => {
  now = scene();
  const { twin, repository } = now;
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken' });
  twin.act.openPull(repository, { by: CAST.second, title: 'See it', body: `About #${issue}` });
  twin.act.openPull(repository, { by: CAST.second, title: 'Code', body: `\`Fixes #${issue}\`` });
  expect(await eventsOf(issue)).toEqual(['cross-referenced']);
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toEqual([]);
});

test('a keyword counts only towards the default branch, and goes with the text', async () => {
  now = scene();
  const { twin, repository } = now;
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken' });
  twin.act.commitFiles(repository, { a: 'b' }, CAST.maintainer, { branch: 'next' });
  const side = twin.act.openPull(repository, { by: CAST.second, title: 'Side', body: `closes #${issue}`, base: 'next' });
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toEqual([]);
  twin.act.merge(repository, side, CAST.maintainer);
  const main = twin.act.openPull(repository, { by: CAST.second, title: 'Main', body: `resolved: ${repository}#${issue}` });
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toHaveLength(1);
  twin.act.editPull(repository, main, { body: 'Something else' }, CAST.second);
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toEqual([]);
  twin.act.link([repository, issue], [repository, main], CAST.maintainer);
  expect((await ask(issue)).closedByPullRequestsReferences.nodes).toHaveLength(1);
  twin.act.unlink([repository, issue], [repository, main], CAST.maintainer);
  expect(await eventsOf(issue)).toEqual(['cross-referenced', 'cross-referenced', 'connected', 'disconnected']);
});

test("a stranger's own repository refers to us, and closes nothing here", async () => {
  now = scene();
  const { twin, repository, octokit, at } = now;
  twin.act.repository(`${CAST.outsider}/fork`, { files: { a: 'a' } });
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken' });
  const pull = twin.act.openPull(`${CAST.outsider}/fork`, { by: CAST.outsider, title: 'Ha', body: `Fixes ${repository}#${issue}` });
  twin.act.merge(`${CAST.outsider}/fork`, pull, CAST.outsider);
  expect((await octokit.rest.issues.get({ ...at, issue_number: issue })).data.state).toBe('open');
  const { data } = await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number: issue });
  expect(data[0]).toMatchObject({ event: 'cross-referenced', source: { issue: { repository: { full_name: `${CAST.outsider}/fork` } } } });
});

test('a commit on the default branch closes too, and its closer is the commit', async () => {
  now = scene();
  const { twin, repository } = now;
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken' });
  const oid = twin.act.commitFile(repository, 'a', 'b', CAST.maintainer, { message: `fix #${issue}` });
  expect((await ask(issue)).timelineItems.nodes).toMatchObject([{ closer: { __typename: 'Commit', oid } }]);
  expect(await eventsOf(issue)).toEqual(['referenced', 'closed']);
});

test('the edits of a body and of a comment keep every text; a hidden comment says so', async () => {
  now = scene();
  const { twin, repository, octokit } = now;
  const issue = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Broken', body: 'one' });
  twin.act.editIssue(repository, issue, { body: 'two' }, CAST.reporter);
  expect((await ask(issue)).userContentEdits.nodes.map((one) => one.diff)).toEqual(['two', 'one']);
  const comment = twin.act.comment(repository, issue, '/sla', CAST.reporter);
  twin.act.editComment(repository, comment, '/fixed', CAST.maintainer);
  twin.act.minimize(repository, comment, 'spam', CAST.maintainer);
  const { data } = await octokit.rest.issues.getComment({ ...now.at, comment_id: comment });
  const answer = await octokit.graphql(
    `query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { databaseId isMinimized
      userContentEdits(first: 10) { totalCount nodes { editedAt deletedAt diff editor { login } } } } } }`,
    { ids: [data.node_id] },
  );
  const at = '2026-01-05T09:00:00Z';
  expect(answer).toEqual({
    nodes: [
      {
        databaseId: comment,
        isMinimized: true,
        userContentEdits: {
          totalCount: 2,
          nodes: [
            { editedAt: at, deletedAt: null, diff: '/fixed', editor: { login: CAST.maintainer } },
            { editedAt: at, deletedAt: null, diff: '/sla', editor: { login: CAST.reporter } },
          ],
        },
      },
    ],
  });
});

test('what the twin does not know of GraphQL is an error in HTTP 200', async () => {
  now = scene();
  const unknown = await failing('query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { colour } } }', { ids: ['nothing'] });
  expect(unknown.errors[0]!.message).toBe("Field 'colour' doesn't exist on type 'IssueComment'");
  const lost = await failing(QUERY, { ...now.at, number: 99 });
  expect(lost.errors[0]).toMatchObject({ type: 'NOT_FOUND', path: ['repository', 'issue'] });
  const mutation = await failing('mutation { pinIssue(input: { issueId: "x" }) { issue { id } } }');
  expect(mutation.errors[0]!.message).toContain("doesn't exist on type 'Mutation'");
});

test('people may only do what GitHub lets them', () => {
  now = scene();
  const { act } = now.twin;
  const { repository } = now;
  const issue = act.openIssue(repository, { by: CAST.reporter, title: 'Mine' });
  act.close(repository, issue, CAST.reporter);
  act.reopen(repository, issue, CAST.reporter);
  act.close(repository, issue, CAST.maintainer, 'not_planned');
  const refused: (() => void)[] = [
    () => act.reopen(repository, issue, CAST.reporter),
    () => act.label(repository, issue, 'bug', CAST.reporter),
    () => act.assign(repository, issue, CAST.reporter, CAST.outsider),
    () => act.editIssue(repository, issue, { title: 'Theirs' }, CAST.outsider),
    () => act.commitFile(repository, '.github/support.yml', '', CAST.productOwner),
  ];
  for (const one of refused) expect(one).toThrow(Refused);
  act.lock(repository, issue, CAST.maintainer);
  expect(() => act.comment(repository, issue, 'But', CAST.reporter)).toThrow(Refused);
});

test('mentions become links where they reach somebody, teams only with members:read', async () => {
  now = scene();
  const { octokit, at, twin, repository, org, installation, fetch } = now;
  const issue_number = twin.act.openIssue(repository, { by: CAST.reporter, title: 'Hey', body: `@${CAST.second} \`@${CAST.maintainer}\`` });
  const { data: events } = await octokit.rest.issues.listEventsForTimeline({ ...at, issue_number });
  expect(events.map((one) => [one.event, (one as { actor?: { login: string } }).actor?.login])).toEqual([
    ['mentioned', CAST.second],
    ['subscribed', CAST.second],
  ]);
  const body = `@${CAST.second} @${org}/support @${org}/nothing @nobody <b>`;
  const full = { accept: 'application/vnd.github.full+json' };
  const { data } = await octokit.rest.issues.createComment({ ...at, issue_number, body, headers: full });
  expect(data.body_html).toContain(`href="https://github.com/${CAST.second}"`);
  expect(data.body_html).toContain(
    `class="team-mention notranslate" data-hovercard-type="team" href="https://github.com/orgs/${org}/teams/support"`,
  );
  expect(data.body_html).toContain(`@${org}/nothing @nobody &lt;b&gt;`);
  const shown = async (text: string) =>
    (await octokit.rest.issues.createComment({ ...at, issue_number, body: text, headers: full })).data.body_html;
  twin.act.muteTeam(org, 'support', true);
  expect(await shown(`@${org}/support`)).toBe(`<p dir="auto">@${org}/support</p>`);
  twin.act.muteTeam(org, 'support', false);
  expect(await shown(`@${org}/support`)).toContain('team-mention');
  twin.act.team(org, 'elsewhere', { members: [CAST.second] });
  twin.act.org('other', { admins: [CAST.coordinator] });
  twin.act.team('other', 'support', { members: [CAST.second], repositories: { [repository]: 'read' } });
  expect(await shown(`@${org}/elsewhere`)).toContain('team-mention');
  expect(await shown('@other/support')).not.toContain('team-mention');
  twin.world.theRepo(repository).private = true;
  expect(await shown(`@${org}/elsewhere`)).not.toContain('team-mention');
  expect(await shown(`@${org}/support`)).toContain('team-mention');
  twin.act.acceptPermissions(installation!, { issues: 'write', metadata: 'read' });
  const { octokitOf } = await import('./world.ts');
  const less = await octokitOf(fetch, installation).rest.issues.createComment({ ...at, issue_number, body, headers: full });
  expect(less.data.body_html).not.toContain('team-mention');
});
