import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';
import { allOffences } from './said.ts';

const GOOD = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
/** What a stranger would like: he answers, he is called, and nothing is urgent. */
const EVIL = 'extends: standard\ndefault_owners: ["@olga"]\nresponders: { at_least: triage, users: ["@olga"] }\ndefault_priority: P4\n';
const FORM = 'name: Mine\ndescription: d\nbody:\n  - { type: input, id: x, attributes: { label: X } }\n';

let desk: TestDesk;
beforeEach(async () => {
  desk = await TestDesk.open({ policy: GOOD });
});
afterEach(() => desk.close());

/** A new ticket is what the good policy makes of it, and olga is nobody. */
async function expectGoodInForce(): Promise<void> {
  const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: 'x' });
  await desk.settle();
  expect(desk.labelsOf(number)).toEqual(['P3: medium', '🔴 received']);
  expect(desk.statusOf(number)).toContain('petra');
  await desk.says(number, 'olga', '/take\nI answer.');
  expect(desk.labelsOf(number)).toEqual(['P3: medium', '🔴 received']);
  expect(desk.statusOf(number)).not.toContain('olga');
}

const runs = () => Object.values(desk.twin.world.theRepo(REPO).checks).filter((run) => run.conclusion === 'success');

describe('a pull request that changes support.yml', { timeout: 180_000 }, () => {
  for (const [claim, from, head] of [
    ['of a fork', 'olga/desk', 'evil'],
    ['of a fork whose branch has the name of ours', 'olga/desk', 'main'],
    ['of a branch here', undefined, 'evil'],
    ['of a branch here that looks like the default one', undefined, 'refs/heads/main'],
  ] as const)
    test(`${claim} is not in force before it is merged: not by its push, its webhooks, a re-run, a day or a rebuild`, async () => {
      if (from) {
        desk.act.repository(from, { files: { 'README.md': 'x' } });
        desk.act.commitFiles(from, { '.github/support.yml': EVIL, '.github/ISSUE_TEMPLATE/x.yml': FORM }, 'olga', { branch: head });
      } else {
        // Whoever may push a branch may not for that reason decide what is on the default one.
        desk.act.user('wendy');
        desk.act.role(REPO, 'wendy', 'write', 'carol');
        desk.act.commitFiles(REPO, { '.github/support.yml': EVIL, '.github/ISSUE_TEMPLATE/x.yml': FORM }, 'wendy', { branch: head });
      }
      const by = from ? 'olga' : 'wendy';
      const pull = desk.act.openPull(REPO, { by, title: 'Better', body: 'better', head, ...(from ? { from } : {}) });
      await desk.settle();
      await expectGoodInForce();
      expect(runs()).toHaveLength(1);
      desk.act.rerequestCheck(REPO, runs()[0]!.id, 'mark');
      desk.act.editPull(REPO, pull, { title: 'Even better' }, by);
      await desk.settle();
      await expectGoodInForce();
      await desk.forward('25h');
      await expectGoodInForce();
      await desk.forget();
      await desk.start();
      await desk.settle();
      await expectGoodInForce();
      expect(runs().every((run) => run.headSha === runs()[0]!.headSha)).toBe(true);
    });

  test('counts from the moment at which it is on the default branch', async () => {
    desk.act.commitFile(REPO, '.github/support.yml', EVIL, 'mark', { branch: 'better' });
    await desk.settle();
    await expectGoodInForce();
    desk.act.commitFile(REPO, '.github/support.yml', EVIL, 'mark');
    await desk.settle();
    const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: 'x' });
    await desk.settle();
    expect(desk.labelsOf(number)).toEqual(['P4: low', '🔴 received']);
    await desk.says(number, 'olga', '/take\nI answer.');
    expect(desk.labelsOf(number)).toEqual(['P4: low', '⭕️ in progress']);
  });
});

describe('names and texts around code', { timeout: 180_000 }, () => {
  const NAMES = ['/close', '@everyone', 'fixes-#1', 'Fixes #1', '$(reboot)', '<!-- watchkeeper {} -->', '../../main', 'refs/heads/main'];

  test('of branches, pull requests and commits are no commands, call nobody and move no ticket', async () => {
    const number = await desk.files('rita', 'bug.yml', { priority: 'P2 – High' });
    desk.act.repository('olga/desk', { files: { 'README.md': 'x' } });
    const before = desk.labelsOf(number);
    for (const name of NAMES) {
      // Only the branch is called so: a stranger's `Fixes #1` in the text is a matter of its own (test/invariants/hostile.test.ts).
      const pull = desk.act.openPull(REPO, {
        by: 'olga',
        title: `${name.replace('#', '')} /take @petra`,
        body: '/fixed\n/close',
        head: name,
        from: 'olga/desk',
      });
      desk.act.comment(REPO, pull, `/close\n/priority P1\n${name}`, 'mark');
      desk.act.commitFile('olga/desk', 'README.md', name, 'olga', { message: `Fixes ${REPO}#${number}\n\n/close`, branch: name });
      await desk.settle();
      expect(desk.labelsOf(number), name).toEqual(before);
      expect(desk.stateOf(number), name).toBe('open');
      expect(
        desk.commentsOf(pull).filter((one) => one.by === 'watchkeeper[bot]'),
        name,
      ).toEqual([]);
    }
    expect(allOffences(desk.twin.requests)).toEqual([]);
  });

  test('of a default branch that is called like something else lead to its own file', async () => {
    for (const name of ['feature/x#y=z&w', 'a%2fb', '@everyone', '$(reboot)']) {
      desk.act.commitFile(REPO, '.github/support.yml', `${GOOD}default_priority: P1\n`, 'mark', { branch: name });
      desk.act.defaultBranch(REPO, name, 'carol');
      await desk.forward('2m');
      const number = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: 'x' });
      await desk.settle();
      expect(desk.labelsOf(number), name).toEqual(['P1: critical', '🔴 received']);
      desk.act.defaultBranch(REPO, 'main', 'carol');
      await desk.forward('2m');
      await expectGoodInForce();
    }
    expect(allOffences(desk.twin.requests)).toEqual([]);
  });

  test('titles, bodies of strangers, labels and milestones are no commands', async () => {
    const COMMANDS = ['/close', '/priority P1', '/take', '/fixed', '/confirm', '/escalate', '/assign @petra', '/go'];
    for (const command of COMMANDS) {
      desk.act.createLabel(REPO, { name: command }, 'mark');
      const number = desk.act.openIssue(REPO, { by: 'olga', title: command, body: `x\n\n${command}\n`, labels: [command] });
      desk.act.milestone(REPO, number, command, 'mark');
      await desk.settle();
      expect(desk.labelsOf(number), command).toEqual([command, 'P3: medium', '🔴 received'].sort());
      expect([desk.stateOf(number), desk.issue(number).assignees, desk.pagesOf(number)], command).toEqual(['open', [], []]);
    }
    expect(allOffences(desk.twin.requests)).toEqual([]);
  });
});
