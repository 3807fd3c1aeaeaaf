import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences } from './said.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage }\n';
const THERE = 'extends: standard\ndefault_owners: ["@ivan"]\nresponders: { at_least: triage }\n';
const COMMANDS = [
  '/take',
  '/fixed',
  '/priority P1',
  '/close done',
  '/hold it',
  '/wait',
  '/escalate',
  '/assign @mark',
  '/workaround so',
  '/ack',
  '/go',
];

let desk: TestDesk;
beforeEach(async () => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
});
afterEach(() => desk.close());

const at = (repo: string, number: number) => {
  const where = desk.twin.world.theRepo(repo);
  const issue = desk.twin.world.issue(where, number);
  const comments = issue.timeline.flatMap((row) => (row.comment === undefined ? [] : [where.comments[row.comment]!]));
  return { labels: issue.labels.map((id) => where.labels[id]!.name).sort(), state: issue.state, assignees: issue.assignees, comments };
};

async function ticketAt(repo: string): Promise<number> {
  const number = desk.act.openIssue(repo, { by: 'rita', title: 'x', body: 'x' });
  await desk.settle();
  expect(at(repo, number).labels).toEqual(['P3: medium', '🔴 received']);
  return number;
}

/** Nothing that he says there has moved anything; `by` is known here, and was asked about a moment ago. */
async function expectNobody(repo: string, by: string): Promise<void> {
  for (const command of COMMANDS) {
    const number = await ticketAt(repo);
    desk.act.comment(repo, number, `${command}\nI am looking into it.`, by);
    await desk.settle();
    const { labels, state, assignees } = at(repo, number);
    expect([labels, state, assignees], command).toEqual([['P3: medium', '🔴 received'], 'open', []]);
  }
}

describe('a responder of one repository', { timeout: 180_000 }, () => {
  test('is nobody in another one of the same owner, also right after he was asked about at home', async () => {
    desk.act.user('ivan');
    desk.act.repository('acme/other', { files: { '.github/support.yml': THERE }, roles: { ivan: 'maintain' } });
    await desk.settle();
    const home = await ticketAt(REPO);
    await desk.says(home, 'mark', '/take\nOn it.');
    expect(desk.labelsOf(home)).toContain('⭕️ in progress');
    await expectNobody('acme/other', 'mark');
    const there = await ticketAt('acme/other');
    desk.act.comment('acme/other', there, '/take\nOn it.', 'ivan');
    await desk.settle();
    expect(at('acme/other', there).labels).toContain('⭕️ in progress');
    const back = await ticketAt(REPO);
    await desk.says(back, 'ivan', '/take\nOn it.');
    expect(desk.labelsOf(back)).toEqual(['P3: medium', '🔴 received']);
    expect(allOffences(desk.twin.requests, ['@petra', '@ivan'])).toEqual([]);
  });

  test('is nobody in a repository of another owner that has the App, whatever is called alike there', async () => {
    desk.act.user('ivan');
    desk.act.org('evil', { admins: ['ivan'] });
    desk.act.team('evil', 'support', { members: ['ivan'] });
    desk.act.repository('evil/desk', { files: { '.github/support.yml': THERE.replace('}', ', teams: ["@evil/support"] }') } });
    desk.act.install('evil', { by: 'ivan' });
    await desk.settle();
    await expectNobody('evil/desk', 'mark');
    await expectNobody(REPO, 'ivan');
  });

  test('cannot name the other one in a command here, or have a fix of his own move it', async () => {
    desk.act.user('ivan');
    desk.act.repository('acme/other', { files: { '.github/support.yml': THERE }, roles: { ivan: 'maintain' } });
    await desk.settle();
    const [home, there] = [await ticketAt(REPO), await ticketAt('acme/other')];
    const before = at('acme/other', there);
    for (const command of [
      `/duplicate acme/other#${there}`,
      `/close acme/other#${there}`,
      `/affected acme/other#${there}`,
      `/view acme/other#${there}`,
    ])
      await desk.says(home, 'mark', command);
    const pull = desk.act.openPull(REPO, { by: 'mark', title: 'x', body: `Fixes acme/other#${there}` });
    await desk.settle();
    desk.act.merge(REPO, pull, 'mark');
    await desk.forward('10m');
    const after = at('acme/other', there);
    expect([after.labels, after.state, after.comments]).toEqual([before.labels, before.state, before.comments]);
  });

  test('who leaves is nobody ten minutes later, also where GitHub told us nothing', async () => {
    desk.act.user('hana');
    desk.act.role(REPO, 'hana', 'maintain', 'carol');
    const first = await ticketAt(REPO);
    await desk.says(first, 'hana', '/take\nOn it.');
    expect(desk.labelsOf(first)).toContain('⭕️ in progress');
    // Not by `act.role`, which sends a webhook: a change of a team's or an organization's roles may send none.
    const { roles } = desk.twin.world.theRepo(REPO);
    (roles as Record<number, string>)[desk.twin.world.who('hana').id] = 'none';
    await desk.forward('11m');
    const second = await ticketAt(REPO);
    await desk.says(second, 'hana', '/take\nOn it.');
    expect(desk.labelsOf(second)).toEqual(['P3: medium', '🔴 received']);
  });
});
