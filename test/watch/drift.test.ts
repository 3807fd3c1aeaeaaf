import { afterEach, expect, test } from 'vitest';
import { type Meter, NO_METER } from '../../src/watch/parts.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
let desk: TestDesk;
afterEach(() => desk?.close());

/** The drift and the lateness that the desk tells of from now on. */
function metered(): { readonly drift: number; readonly late: readonly number[]; readonly failed: readonly string[] } {
  const told = { drift: 0, late: [] as number[], failed: [] as string[] };
  const meter: Meter = {
    ...NO_METER,
    drifted: (issues) => {
      told.drift += issues;
    },
    stepped: (late) => told.late.push(late),
    failed: (effect, how) => told.failed.push(`${effect} ${how}`),
  };
  Object.assign(desk.service.desk.parts, { meter });
  return told;
}

test('a desk whose webhooks arrive does not drift, however much it writes itself', async () => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 60 });
  const told = metered();
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('3h');
  await desk.says(n, 'mark', '/take\nOn it');
  await desk.forward('30m');
  await desk.says(n, 'rita', 'just a word');
  await desk.forward('30m');
  expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  expect(told.drift).toBe(0);
});

test('an issue and a command of which no webhook tells are drift, once each', async () => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 60, unkind: { webhooks: { vanish: 1 } } });
  const told = metered();
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('5m');
  expect(desk.labelsOf(n)).toContain('🔴 received');
  expect(told.drift).toBe(1);
  await desk.says(n, 'mark', '/take\nOn it');
  await desk.forward('5m');
  expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  expect(told.drift).toBe(2);
  await desk.forward('1h');
  expect(told.drift).toBe(2);
});

test('what GitHub refuses for good is counted as such', async () => {
  desk = await TestDesk.open({ policy: POLICY });
  const told = metered();
  desk.twin.faults.push({ method: 'POST', path: /\/issues\/\d+\/labels$/, status: 422, message: 'no' });
  const n = desk.act.openIssue(REPO, { by: 'rita', title: 'x', body: '### Priority\n\nP1 – Critical\n' });
  await desk.settle();
  expect(desk.statusOf(n)).not.toBe('');
  expect(told.failed).toEqual(['addLabel refused']);
});
