import { afterEach, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';

const FILE = '.github/support.yml';
const GOOD = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
`;
/** Two problems: an unknown key on line 3, and a duration that is none on line 5. */
const BAD = `extends: standard
default_owners: ["@petra"]
responder: { at_least: triage }
confirm:
  after: soon
`;

let desk: TestDesk;
afterEach(() => desk?.close());

const runs = () => {
  const repo = desk.twin.world.theRepo(REPO);
  return Object.values(repo.checks);
};
const runOn = (sha: string) => runs().filter((one) => one.headSha === sha);
const push = async (text: string | null): Promise<string> => {
  const sha = desk.act.commitFile(REPO, FILE, text, 'mark');
  await desk.forward('2m');
  return sha;
};

test('a good policy gets one green check run, and judging it again adds none', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400 });
  expect(runs().map((one) => one.conclusion)).toEqual(['success']);
  await desk.forward('3d');
  await desk.forget();
  await desk.start();
  await desk.forward('1h');
  expect(runs()).toHaveLength(1);
});

test('an invalid policy gets a red check run with an annotation on each line, and the last good one stays in force, after a rebuild too', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400 });
  const sha = await push(BAD);
  const [run, ...more] = runOn(sha);
  expect(more).toEqual([]);
  expect(run!.conclusion).toBe('failure');
  expect(run!.annotations.map((one) => [one.path, one.start_line])).toEqual([
    [FILE, 3],
    [FILE, 5],
  ]);
  for (let round = 0; round < 2; round++) {
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
    await desk.forward('2h');
    expect(desk.pagesOf(n)).toHaveLength(2);
    await desk.forget();
    await desk.start();
    await desk.forward('3m');
  }
  expect(runOn(sha)).toHaveLength(1);
  const mended = await push(GOOD.replace('standard', 'standard '));
  expect(runOn(mended).map((one) => one.conclusion)).toEqual(['success']);
});

test('a policy that was never good does nothing but its red check run', async () => {
  desk = await TestDesk.open({ policy: BAD, sweepS: 86_400 });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('3d');
  expect(runs().map((one) => one.conclusion)).toEqual(['failure']);
  expect(desk.commentsOf(n)).toEqual([]);
  expect(desk.labelsOf(n)).toEqual([]);
});

test('a pull request that changes the policy changes nothing before its merge', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400 });
  desk.act.commitFile(REPO, FILE, `${GOOD}mode: shadow\n`, 'mark', { branch: 'quiet' });
  desk.act.openPull(REPO, { by: 'mark', title: 'Be quiet', head: 'quiet' });
  await desk.forward('5m');
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  expect(desk.ownOf(n, 'status')).toHaveLength(1);
  expect(runs()).toHaveLength(1);
  // What the merge does to the default branch.
  await push(`${GOOD}mode: shadow\n`);
  const m = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  expect(desk.ownOf(m, 'status')).toEqual([]);
});

test('nobody but who may push changes the policy: an issue or a comment that quotes one does not', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400 });
  const n = desk.act.openIssue(REPO, { by: 'rita', title: FILE, body: 'mode: shadow\nextends: standard' });
  await desk.settle();
  await desk.says(n, 'olga', '```yaml\nmode: shadow\n```');
  expect(desk.ownOf(n, 'status')).toHaveLength(1);
  expect(runs()).toHaveLength(1);
});

test('the file deleted closes the desk: labels stay, nothing is written; back again it takes in what is open', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400 });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await push(null);
  desk.act.comment(REPO, n, '/priority P3', 'mark');
  await desk.forward('1d');
  expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
  expect(desk.pagesOf(n)).toEqual([]);
  await push(`${GOOD}# back\n`);
  // Words to a closed desk were spoken to nobody, and stay so whatever becomes of the database.
  expect(desk.labelsOf(n)).toContain('P1: critical');
  await desk.forget();
  await desk.start();
  await desk.forward('5m');
  expect(desk.labelsOf(n)).toContain('P1: critical');
  await desk.says(n, 'mark', '/priority P3');
  expect(desk.labelsOf(n)).toContain('P3: medium');
});

test('a push whose files a replica does not show yet is found all the same', async () => {
  desk = await TestDesk.open({ policy: GOOD, sweepS: 86_400, unkind: { lagS: 3, seed: 2 } });
  expect(runs().map((one) => one.conclusion)).toEqual(['success']);
  for (let i = 0; i < 6; i++) {
    const sha = await push(i % 2 ? `${GOOD}# ${i}\n` : `${BAD}# ${i}\n`);
    expect(
      runOn(sha).map((one) => one.conclusion),
      `push ${i}`,
    ).toEqual([i % 2 ? 'success' : 'failure']);
  }
});
