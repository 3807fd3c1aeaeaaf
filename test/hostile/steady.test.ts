import { afterEach, expect, test } from 'vitest';
import { instant, iso } from '../../src/calendar/time.ts';
import { PACE_LIMITS, Pace } from '../../src/github/pace.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 30m } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners] }
`;
const HOUR_S = 3_600;
const EVERY_S = 24;
const TIMES = HOUR_S / EVERY_S;
/** Commands that he may not give, and such that ask for an answer. */
const said = (i: number): readonly string[] => [`Number ${i}: any news?`, `/take\n/sla ${i}`];

let desk: TestDesk;
afterEach(() => desk.close());

test('one account that says two things every 24 seconds for an hour costs a few reads each time, leaves the room that is kept for pages, and delays nobody’s', async () => {
  const store = () => openSqlite(':memory:');
  desk = await TestDesk.open({ policy: POLICY, pace: new Pace({ gapMs: 0 }), validate: false, presentS: 0, store });
  const his = Array.from({ length: 3 }, () => desk.act.openIssue(REPO, { by: 'olga', title: 'Mine', body: 'x' }));
  // His own are breached by then, and their pages sent.
  await desk.forward('1h');
  const theirs = desk.act.openIssue(REPO, { by: 'rita', title: 'Theirs', body: 'x' });
  await desk.forward('1m');
  const openedAt = Date.parse(desk.commentsOf(theirs)[0]!.at) / 1_000;
  const from = desk.now;
  desk.twin.requests.splice(0);
  for (let i = 0; i < TIMES; i++) {
    for (const body of said(i)) desk.act.comment(REPO, his[i % his.length]!, body, 'olga');
    await desk.until(iso(instant(from + (i + 1) * EVERY_S)));
  }
  const billed = desk.twin.requests.filter((one) => one.status !== 304);
  const writes = billed.filter((one) => one.method !== 'GET' && !/graphql|access_tokens/.test(one.path));
  expect(desk.ownOf(theirs, 'step').map((page) => Date.parse(page.at) / 1_000 - openedAt)).toEqual([expect.closeTo(HOUR_S / 2, -1)]);
  // An issue is looked at every two seconds at most: so many reads each, and an hour of that is still within GitHub's 5,000.
  expect(billed.length - writes.length).toBeLessThan(2.5 * TIMES);
  expect(writes.length).toBeLessThanOrEqual(PACE_LIMITS.perHour * PACE_LIMITS.share.normal + 1);
  for (const number of his) expect(desk.repliesOf(number).length).toBeLessThanOrEqual(20);
});

test('what one account says, which changes nothing that anybody sees, leaves the writes for what a maintainer does elsewhere', async () => {
  const store = () => openSqlite(':memory:');
  // An hour's 24 writes for what events ask for, and 12 of them for what nobody waits for.
  desk = await TestDesk.open({ policy: POLICY, pace: new Pace({ gapMs: 0, perHour: 60 }), validate: false, presentS: 0, store });
  const his = desk.act.openIssue(REPO, { by: 'olga', title: 'Mine', body: 'x' });
  const theirs = desk.act.openIssue(REPO, { by: 'rita', title: 'Theirs', body: 'x' });
  await desk.forward('2h');
  expect(desk.labelsOf(theirs)).toContain('🔴 received');
  for (let i = 0; i < 30; i++) {
    desk.act.comment(REPO, his, `Number ${i}: any news?`, 'olga');
    await desk.forward('10s');
  }
  desk.act.comment(REPO, theirs, '/take', 'mark');
  await desk.forward('30s');
  expect(desk.labelsOf(theirs)).not.toContain('🔴 received');
});
