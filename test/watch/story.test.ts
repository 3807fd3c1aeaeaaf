import { afterEach, expect, test } from 'vitest';
import { TestDesk } from '../support/desk.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
let desk: TestDesk;
afterEach(() => desk?.close());

test('the main story: a P1 by form, a broken promise, a fix, a confirmation', async () => {
  desk = await TestDesk.open({ policy: POLICY });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
  expect(desk.statusOf(n)).toContain('Mon, 12 Jan 2026, 10:00');
  await desk.forward('3h');
  expect(desk.pagesOf(n)).toHaveLength(2);
  expect(desk.pagesOf(n)[1]).toContain('@petra');
  expect(desk.labelsOf(n)).toContain('escalated');
  await desk.says(n, 'mark', '/take\nOn it');
  expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  await desk.says(n, 'mark', '/fixed in 1.2');
  expect(desk.labelsOf(n)).toContain('🟡 awaiting confirmation');
  await desk.says(n, 'rita', '/confirm');
  expect(desk.labelsOf(n)).toEqual(['P1: critical', '🟢 resolved']);
  expect(desk.stateOf(n)).toBe('closed');
});
