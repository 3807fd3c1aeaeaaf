import { afterEach, expect, test, vi } from 'vitest';
import { readKey } from '../../src/desk/record.ts';
import { Pace } from '../../src/github/pace.ts';
import { REPO, TestDesk } from '../support/desk.ts';

// The clock that counts is the desk's; nobody sleeps for a write's turn.
vi.mock('node:timers/promises', async (original) => ({ ...(await original<object>()), setTimeout: () => Promise.resolve() }));

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 2h } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;
const TICKETS = 30;

let desk: TestDesk;
afterEach(() => desk?.close());

test('when the promises of 30 tickets break in one minute, their people are all called before the rest of the work is done', async () => {
  desk = await TestDesk.open({ policy: POLICY, pace: new Pace({ gapMs: 0 }) });
  const numbers = Array.from({ length: TICKETS }, (_, n) => desk.act.openIssue(REPO, { by: 'rita', title: `Ticket ${n}`, body: 'Help' }));
  await desk.forward('119m');
  const before = desk.twin.requests.length;
  const due = desk.now;
  await desk.forward('2m');
  const writes = desk.twin.requests
    .slice(before)
    .filter((one) => one.method !== 'GET' && !one.path.includes('/app') && one.path !== '/graphql');
  const isPage = (body: string) => body.includes('"body"') && readKey((JSON.parse(body) as { body: string }).body)?.key.is === 'step';
  const pages = writes.flatMap((one, at) => (isPage(one.body) ? [at] : []));
  expect(pages).toHaveLength(TICKETS);
  // The last few are no crowd any more: what they leave to do is done at once.
  expect(pages.at(-1)).toBeLessThan(TICKETS + 12);
  expect(writes.find((_, at) => at === pages.at(-1))!.at - due).toBeLessThanOrEqual(65);
  await desk.forward('10m');
  for (const number of numbers) {
    expect(desk.pagesOf(number)).toHaveLength(1);
    expect(desk.labelsOf(number)).toEqual(['P1: critical', 'escalated', '🔴 received']);
  }
});
