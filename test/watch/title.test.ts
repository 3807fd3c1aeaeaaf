import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Renamed } from '../../src/desk/ledger.ts';
import type { LedgerRead } from '../../src/watch/github-port.ts';
import { observe } from '../../src/watch/observe.ts';
import { CAST, type DeskOptions, REPO, TestDesk } from '../support/desk.ts';

const policy = (markers: string, more = '') => `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
markers: { ${markers} }
${more}`;
const KEPT = policy('title: true');

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (options: Partial<DeskOptions> = {}): Promise<void> => {
  desk = await TestDesk.open({ policy: KEPT, sweepS: 86_400, ...options });
};
const files = async (title = 'It breaks', labels: string[] = []): Promise<number> => {
  const number = desk.act.openIssue(REPO, { by: 'rita', title, body: 'Help', labels });
  await desk.settle();
  return number;
};
const title = (number: number): string => desk.issue(number).title;
/** Titles that the desk wrote, oldest first. */
const wrote = (number: number): string[] =>
  desk.issue(number).timeline.flatMap((row) => {
    const by = desk.twin.world.account(row.actorId).login;
    return row.event === 'renamed' && by === 'watchkeeper[bot]' ? [row.rename!.to] : [];
  });
const renames = async (number: number, to: string, by = 'mark'): Promise<void> => {
  desk.act.editIssue(REPO, number, { title: to }, by);
  await desk.settle();
};
const commits = async (text: string): Promise<void> => {
  desk.act.commitFile(REPO, '.github/support.yml', text, CAST.coordinator);
  await desk.settle();
  await desk.forward('5m');
};

test('the emoji in front of the title follows the marker, one write for each', async () => {
  await open();
  const n = await files();
  expect(title(n)).toBe('🔴 It breaks');
  await desk.forward('10m');
  await desk.says(n, 'mark', '/take');
  expect(title(n)).toBe('⭕️ It breaks');
  await desk.says(n, 'mark', '/fixed');
  await desk.says(n, 'rita', '/confirm');
  await desk.forward('3d');
  expect(wrote(n)).toEqual(['🔴 It breaks', '⭕️ It breaks', '🟡 It breaks', '🟢 It breaks']);
});

test('without the key no title is touched', async () => {
  await open({ policy: policy('title: false') });
  const n = await files('🔴 It breaks');
  await desk.says(n, 'mark', '/take');
  expect([title(n), wrote(n)]).toEqual(['🔴 It breaks', []]);
});

test('whoever edits the title keeps his words, with today’s emoji in front once', async () => {
  await open();
  const n = await files();
  for (const [to, want] of [
    ['The shop breaks', '🔴 The shop breaks'],
    ['🔴 The shop is down', '🔴 The shop is down'],
    ['🟢 The shop is down 🔴', '🔴 The shop is down 🔴'],
  ] as const) {
    await desk.forward('10m');
    await renames(n, to);
    expect(title(n)).toBe(want);
  }
  expect(wrote(n)).toHaveLength(3);
});

test('switched off, ours goes and what people wrote stays; on again, it comes back', async () => {
  await open();
  const [n, m] = [await files(), await files('🔴 Red lamp')];
  await commits(policy('title: false'));
  expect([title(n), title(m)]).toEqual(['It breaks', '🔴 Red lamp']);
  await commits(KEPT);
  expect([title(n), title(m)]).toEqual(['🔴 It breaks', '🔴 Red lamp']);
});

test('another emoji in the policy takes the place of the old one', async () => {
  await open();
  const n = await files();
  await commits(policy('title: true, received: { emoji: 🚨 }'));
  expect(title(n)).toBe('🚨 It breaks');
});

test('a ticket that leaves the intake loses it', async () => {
  await open({
    policy: policy('title: true', 'intake: { labels: [support] }'),
    before: (twin) => void twin.act.createLabel(REPO, { name: 'support', color: 'ff0000' }, 'mark'),
  });
  const n = await files('It breaks', ['support']);
  expect(title(n)).toBe('🔴 It breaks');
  await desk.forward('10m');
  desk.act.unlabel(REPO, n, 'support', 'mark');
  await desk.settle();
  expect(title(n)).toBe('It breaks');
});

test('the backlog gets it quietly, a shadow desk writes none and takes none away', async () => {
  const old: number[] = [];
  await open({ before: (twin) => void old.push(twin.act.openIssue(REPO, { by: 'rita', title: 'Old' })), installedAfterS: 86_400 });
  await desk.forward('10m');
  expect([title(old[0]!), desk.commentsOf(old[0]!)]).toEqual(['🔴 Old', []]);
  await commits(policy('title: true', 'mode: shadow'));
  const n = await files();
  await desk.says(n, 'mark', '/take');
  expect([title(n), title(old[0]!)]).toEqual(['It breaks', '🔴 Old']);
});

test('a title without room for it stays as it is', async () => {
  await open();
  const n = await files('x'.repeat(255));
  expect([title(n), wrote(n)]).toEqual(['x'.repeat(255), []]);
});

test('a replica that lags causes no second write', async () => {
  await open();
  const n = await files();
  await desk.forward('10m');
  const asked: boolean[] = [];
  // Our write alone lags: looks go on, and see the title as it was.
  desk.tamper = (what, after, [body]) => {
    if (what !== `PATCH /repos/${REPO}/issues/${n}` || !String(body).includes('"title"')) return;
    desk.twin.world.lagOf = () => (after ? 0 : 20);
    asked.push(after);
  };
  await desk.says(n, 'mark', '/take');
  for (const by of ['rita', 'olga', 'mark']) {
    await desk.says(n, by, 'Words');
    await desk.forward('3s');
  }
  expect(asked).toEqual([false, true]);
  expect(wrote(n)).toEqual(['🔴 It breaks', '⭕️ It breaks']);
});

test('words that a replica does not show yet are not taken back', async () => {
  await open();
  const n = await files();
  await desk.forward('10m');
  desk.twin.world.lagOf = () => 4;
  desk.act.editIssue(REPO, n, { title: 'The shop breaks' }, 'mark');
  await desk.says(n, 'mark', '/take');
  await desk.forward('2m');
  expect(title(n)).toBe('⭕️ The shop breaks');
  expect(wrote(n)).toEqual(['🔴 It breaks', '⭕️ The shop breaks']);
});

const NOW = instant(1_800_000_000);
const renamed = (at: number, id: number, from: string, to: string): Renamed => ({ at: instant(at), by: { id, login: 'x' }, from, to });
const ours = renamed(NOW - 100, 9, 'It', '🔴 It');
const write = (at: number) => ({ subject: 'issue:1:1', key: 'title', at: instant(at), id: '⭕️', body: '⭕️ It' });
for (const [claim, title, renames, writes, want] of [
  ['a title is seen with what we put there', '🔴 It', [ours], [], { text: '🔴 It', ours: '🔴' }],
  ['what we have just written is believed', '🔴 It', [ours], [write(NOW - 29)], { text: '⭕️ It', ours: '⭕️' }],
  ['but not for long', '🔴 It', [ours], [write(NOW - 30)], { text: '🔴 It', ours: '🔴' }],
  ['nor after somebody', 'That', [ours, renamed(NOW - 5, 1, '⭕️ It', 'That')], [write(NOW - 10)], { text: 'That', ours: '🔴' }],
  ['an issue that trails its timeline is not known', '🔴 It', [ours, renamed(NOW - 5, 1, '🔴 It', 'That')], [], undefined],
  ['nor a timeline that trails its issue', 'That', [ours], [], undefined],
] as const)
  test(claim, () => {
    const ledger = { title, renames, standings: new Map([[9, 'app']]), labels: [], assignees: [], facts: [], own: [], state: 'open' };
    const read = { ledger, duplicates: [] } as unknown as LedgerRead;
    expect(observe(read, writes, NOW).observed.title).toEqual(want);
  });

test('a title that GitHub refuses is not tried again until it changes', async () => {
  await open();
  let asked = 0;
  desk.tamper = (what, after, [body]) => void (!after && what.startsWith('PATCH') && String(body).includes('"title"') && asked++);
  desk.twin.faults.push({ method: 'PATCH', path: /\/issues\/1$/, status: 422, times: 1 });
  const n = await files();
  await desk.says(n, 'rita', 'Well?');
  expect([asked, title(n)]).toEqual([1, 'It breaks']);
  expect(desk.labelsOf(n)).toContain('🔴 received');
  await renames(n, 'The shop breaks');
  expect(title(n)).toBe('🔴 The shop breaks');
});
