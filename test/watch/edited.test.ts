import { afterEach, expect, test } from 'vitest';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities: [{ id: P1, name: Critical, calendar: always, targets: { first_response: 1h } }]
default_priority: P1
escalation: [{ clock: first_response, at: breach, mention: [owners] }]
`;

let desk: TestDesk;
afterEach(() => desk?.close());

for (const [claim, first, pages] of [
  ['words that are written into a /take later answer nothing: the breach is called', '/take', 1],
  ['words that are edited were an answer from the beginning', 'Hello\n/take', 0],
] as const)
  test(claim, async () => {
    desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.forward('10m');
    const id = await desk.says(n, 'mark', first);
    await desk.forward('40m');
    desk.act.editComment(REPO, id, '/take\nWe look at it.', 'mark');
    await desk.forward('30m');
    expect(desk.pagesOf(n)).toHaveLength(pages);
  });
