import { afterEach, describe, expect, test } from 'vitest';
import type { Alarm, TicketRow } from '../../src/store/port.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, aliases: ["P1 – Critical"], targets: { first_response: 1h, workaround: 4h, resolution: 1d } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: office, targets: { first_response: 1d, workaround: 3d, resolution: 10d } }
default_priority: P3
incidents: { label: incident, severities: [minor], priority: P1 }
confirm: { after: 7d, close: true }
`;

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (policy = POLICY, more = {}): Promise<void> => {
  desk = await TestDesk.open({ policy, sweepS: 86_400, ...more });
};

type Shown = { labels: string[]; state: string; comments: { id: number; body: string; by: string; at: string }[] };
type Kept = { shown: Record<number, Shown>; rows: TicketRow[]; alarms: Record<string, number> };

/** What GitHub shows, what the index has, and when each ticket is looked at next. */
async function kept(): Promise<Kept> {
  const repo = desk.twin.world.theRepo(REPO);
  const numbers = Object.values(repo.issues)
    .filter((one) => !one.pull)
    .map((one) => one.number);
  const shown = numbers.map((n) => [n, { labels: desk.labelsOf(n), state: desk.stateOf(n), comments: desk.commentsOf(n) }] as const);
  const rows = (await desk.service.desk.store.tickets(repo.id)).sort((a, b) => a.number - b.number);
  const alarms = (await desk.service.desk.store.alarms()).filter((one: Alarm) => one.subject.startsWith('issue:'));
  return { shown: Object.fromEntries(shown), rows, alarms: Object.fromEntries(alarms.map((one) => [one.subject, one.dueAt])) };
}

/** Of a ticket without an event ahead only that it is looked at within a day: at which hour depends on when it was looked at last. */
function alarmsOf({ alarms, rows }: Kept): Record<string, number | 'within a day' | 'too late'> {
  const events = new Map(
    rows.map((row) => [
      `issue:${row.repo}:${row.number}`,
      [row.nextStepAt, ...(JSON.parse(row.data) as { due?: [string, number][] }).due!.map(([, at]) => at)],
    ]),
  );
  return Object.fromEntries(
    Object.entries(alarms).map(([subject, at]) => {
      if (events.get(subject)?.includes(at as never)) return [subject, at];
      return [subject, at <= desk.now + 86_400 ? 'within a day' : 'too late'];
    }),
  );
}

/** Deletes the database, starts again, and holds everything against what it was. */
async function rebuildChangesNothing(): Promise<void> {
  await desk.settle();
  // One more look at each, so that rows know what our own writes did to `updated_at`.
  const before = await kept();
  const writes = () => desk.twin.requests.filter((one) => one.method !== 'GET' && !/access_tokens|graphql/.test(one.path)).length;
  const count = writes();
  await desk.forget();
  await desk.start();
  await desk.forward('3m');
  const after = await kept();
  expect(after.shown).toEqual(before.shown);
  const bare = (rows: TicketRow[]) => rows.map(({ data, ...row }) => ({ ...row, data: { ...JSON.parse(data), updatedAt: 0 } }));
  expect(bare(after.rows)).toEqual(bare(before.rows));
  expect(alarmsOf(after)).toEqual(alarmsOf(before));
  expect(writes() - count).toBe(0);
}

describe('a lost database changes nothing after', () => {
  test('a form, an answer, a fix and a confirmation', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await rebuildChangesNothing();
    await desk.says(n, 'mark', 'Looking into it\n/take');
    await rebuildChangesNothing();
    await desk.says(n, 'mark', '/fixed in 1.2');
    await rebuildChangesNothing();
    await desk.says(n, 'rita', '/confirm');
    await rebuildChangesNothing();
  });

  test('steps that were posted and breaches that were reached', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.forward('50m');
    await rebuildChangesNothing();
    await desk.forward('1h');
    await rebuildChangesNothing();
    await desk.says(n, 'mark', '/priority P3');
    await rebuildChangesNothing();
    await desk.forward('1d');
    await rebuildChangesNothing();
    expect(desk.pagesOf(n)).toHaveLength(2);
  });

  test('re-prioritisation by command, by label and by an edited form', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    await desk.forward('1h');
    await desk.says(n, 'petra', '/priority P1');
    await rebuildChangesNothing();
    desk.act.label(REPO, n, 'P3: medium', 'mark');
    await desk.settle();
    await rebuildChangesNothing();
    const m = await desk.files('rita', 'bug.yml', {});
    desk.act.editIssue(REPO, m, { body: desk.issue(m).body!.replace('_No response_', 'P1 – Critical') }, 'rita');
    await desk.forward('1m');
    await rebuildChangesNothing();
  });

  test('reopening, by the reporter’s word and by hand', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.says(n, 'mark', 'Done\n/fixed');
    await desk.says(n, 'rita', '/confirm');
    await desk.forward('2h');
    await desk.says(n, 'rita', '/still-broken it is back');
    await rebuildChangesNothing();
    desk.act.close(REPO, n, 'mark');
    await desk.forward('3h');
    desk.act.reopen(REPO, n, 'mark');
    await desk.settle();
    await rebuildChangesNothing();
  });

  test('comments that were edited and deleted after their commands were done', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    const take = await desk.says(n, 'mark', '/take');
    const raise = await desk.says(n, 'mark', '/priority P1');
    const answer = await desk.says(n, 'sara', 'An answer');
    desk.act.editComment(REPO, take, 'Nothing', 'mark');
    desk.act.deleteComment(REPO, raise, 'mark');
    await desk.settle();
    await rebuildChangesNothing();
    desk.act.deleteComment(REPO, answer, 'sara');
    await desk.settle();
    await rebuildChangesNothing();
    desk.act.editComment(REPO, take, 'Rather:\n/priority P3', 'mark');
    await desk.settle();
    await rebuildChangesNothing();
    expect(desk.labelsOf(n)).toContain('P3: medium');
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });

  test('a responder who left, and a stranger who became one', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.says(n, 'olga', 'I think\n/take');
    await desk.says(n, 'petra', 'An answer');
    desk.act.role(REPO, 'olga', 'maintain', 'carol');
    desk.act.role(REPO, 'petra', 'none', 'carol');
    desk.act.orgMember('acme', 'petra', undefined, 'carol');
    await desk.forward('20m');
    await desk.says(n, 'rita', 'Hello?');
    expect(desk.statusOf(n)).toContain('kept');
    await rebuildChangesNothing();
    await desk.says(n, 'petra', '/fixed');
    await rebuildChangesNothing();
    expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
    await desk.says(n, 'olga', '/take');
    await rebuildChangesNothing();
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });

  test('a fix that was merged and closed the issue, and silence that confirms it later', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.says(n, 'mark', 'An answer');
    const pull = desk.act.openPull(REPO, { by: 'mark', title: 'Mend it', body: `Fixes #${n}` });
    await desk.settle();
    await rebuildChangesNothing();
    desk.act.merge(REPO, pull, 'mark');
    await desk.settle();
    expect(desk.labelsOf(n)).toContain('🟡 awaiting confirmation');
    expect(desk.stateOf(n)).toBe('closed');
    await rebuildChangesNothing();
    await desk.forward('8d');
    expect(desk.labelsOf(n)).toContain('🟢 resolved');
    await rebuildChangesNothing();
  });

  test('an edit of the policy, an invalid one after it, and an `effective: open`', async () => {
    await open();
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    desk.act.commitFile(REPO, '.github/support.yml', POLICY.replace('resolution: 10d', 'resolution: 5d'), 'mark');
    await desk.forward('10m');
    await rebuildChangesNothing();
    const m = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    desk.act.commitFile(REPO, '.github/support.yml', 'nonsense: [', 'mark');
    await desk.forward('10m');
    await rebuildChangesNothing();
    desk.act.commitFile(REPO, '.github/support.yml', `${POLICY.replace('resolution: 10d', 'resolution: 8d')}effective: open\n`, 'mark');
    await desk.forward('1h');
    await rebuildChangesNothing();
    expect(desk.statusOf(n)).toContain('8');
    expect(desk.statusOf(m)).toContain('8');
  });

  test('a backlog that nobody has touched, and one of it that somebody did', async () => {
    const numbers: number[] = [];
    await open(POLICY, {
      installedAfterS: 3600,
      before: (twin: TestDesk['twin']) => {
        for (let i = 0; i < 5; i++) numbers.push(twin.act.openIssue(REPO, { by: 'rita', title: `Old ${i}`, body: 'Help' }));
        twin.act.comment(REPO, numbers[1]!, 'An old answer', 'mark');
      },
    });
    await desk.forward('10m');
    await rebuildChangesNothing();
    await desk.says(numbers[2]!, 'rita', 'Hello?');
    await rebuildChangesNothing();
    expect(numbers.map((n) => desk.ownOf(n, 'status').length)).toEqual([0, 0, 1, 0, 0]);
  });
});
