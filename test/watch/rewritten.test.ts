import { afterEach, describe, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
let desk: TestDesk;
afterEach(() => desk?.close());

const change = async (more: string) => {
  desk.act.commitFile(REPO, '.github/support.yml', POLICY + more, 'carol');
  await desk.settle();
  await desk.forward('10m');
};

describe('an edit of the policy does not rewrite what happened', () => {
  test('a ticket that was resolved by a label stays so when the label is renamed', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.says(n, 'mark', 'Looking');
    desk.act.label(REPO, n, '🟢 resolved', 'mark');
    await desk.settle();
    expect(desk.stateOf(n)).toBe('closed');
    await change('markers: { resolved: { emoji: 🟢, label: done } }\n');
    await desk.forward('2d');
    await desk.says(n, 'olga', 'thanks!');
    expect(desk.stateOf(n)).toBe('closed');
    expect(desk.labelsOf(n)).toContain('done');
    expect(desk.pagesOf(n)).toEqual([]);
  });

  test('a label that meant nothing when it was set does not come to mean a marker later', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    desk.act.createLabel(REPO, { name: 'done', color: 'ffffff', description: '' }, 'carol');
    desk.act.label(REPO, n, 'done', 'mark');
    await desk.settle();
    await desk.forward('10m');
    await desk.says(n, 'rita', 'Any news?');
    await change('markers: { resolved: { emoji: 🟢, label: done } }\n');
    expect(desk.stateOf(n)).toBe('open');
    expect(desk.labelsOf(n)).toContain('🔴 received');
  });

  for (const [claim, later] of [
    ['a longer confirm.after', 'confirm: { after: 30d, close: true }\n'],
    ['no 🟡 any more', 'confirm: false\n'],
  ] as const) {
    test(`what silence confirmed stays resolved under ${claim}`, async () => {
      desk = await TestDesk.open({ policy: `${POLICY}confirm: { after: 1d, close: true }\n` });
      const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
      await desk.says(n, 'mark', '/fixed in 1.2');
      await desk.forward('3d');
      expect(desk.labelsOf(n)).toContain('🟢 resolved');
      const before = desk.statusOf(n).split('\n').slice(1);
      await change(later);
      await desk.says(n, 'olga', 'thanks!');
      expect(desk.stateOf(n)).toBe('closed');
      expect(desk.labelsOf(n)).toContain('🟢 resolved');
      expect(desk.statusOf(n).split('\n').slice(1)).toEqual(before);
    });
  }
});

describe('who works on it', () => {
  test('is not the reporter who says that it is still broken', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    await desk.says(n, 'mark', '/fixed in 1.2');
    await desk.says(n, 'rita', '/still-broken it crashes');
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
    expect(desk.statusOf(n)).not.toContain('rita');
  });

  test('is nobody any more who was taken off', async () => {
    desk = await TestDesk.open({ policy: POLICY });
    const n = await desk.files('rita', 'bug.yml', { priority: 'P3' });
    desk.act.assign(REPO, n, 'mark', 'petra');
    await desk.settle();
    expect(desk.statusOf(n)).toContain('mark');
    desk.act.unassign(REPO, n, 'mark', 'petra');
    await desk.settle();
    expect(desk.statusOf(n)).not.toContain('mark');
  });
});
