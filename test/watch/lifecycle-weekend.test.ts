import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
timezone: Europe/London
calendars:
  office: { hours: { mon-fri: ["09:00-17:00"] } }
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 12h, next_response: 12h, resolution: 20d } }
  - { id: P2, name: High, label: "P2: high", calendar: always, targets: { first_response: 30d, resolution: 30h } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: office, targets: { first_response: 3h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: 75%, mention: [owners] }
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
  - { clock: next_response, at: breach, mention: [owners] }
  - { clock: resolution, at: breach, mention: [owners] }
`;
/** More than make a crowd. */
const MANY = 11;

let desk: TestDesk;
const numbersOf: Record<string, number[]> = {};
afterEach(() => desk?.close());

const many = (what: string, act: (i: number) => number): number[] => {
  numbersOf[what] = Array.from({ length: MANY }, (_, i) => act(i));
  return numbersOf[what];
};
const files = (title: string) => () => desk.act.openIssue(REPO, { by: 'rita', title, body: 'Help' });
const pages = (what: string): number[] => numbersOf[what]!.map((n) => desk.pagesOf(n).length);
const times = (n: number): number[] => Array.from({ length: MANY }, () => n);
const all = (): string[] => Object.values(numbersOf).flatMap((numbers) => numbers.flatMap((n) => desk.pagesOf(n)));
const gates = (): number => Object.values(desk.twin.world.theRepo(REPO).issues).filter((one) => one.byApp).length;

/** Friday evening until Monday morning, and nobody hears of anything. */
beforeEach(async () => {
  desk = await TestDesk.open({ policy: POLICY, start: '2026-01-16T15:00:00Z', validate: false, sweepS: 60 });
  many('unanswered', files('Nobody answers'));
  many('answered', files('Answered on Saturday'));
  many('closed', files('Closed on Sunday'));
  many('eased', files('Not so critical after all'));
  many('office', files('By the office calendar'));
  many('waiting', files('Waits for the reporter'));
  many('running', files('In progress'));
  many('resolved', files('Resolved on Friday'));
  await desk.settle();
  for (const n of numbersOf.office!) desk.act.comment(REPO, n, '/priority P3', 'petra');
  for (const n of [...numbersOf.waiting!, ...numbersOf.running!]) desk.act.comment(REPO, n, 'On it.\n/priority P2', 'petra');
  for (const n of numbersOf.waiting!) desk.act.comment(REPO, n, 'Which version?\n/wait', 'petra');
  for (const n of numbersOf.resolved!) desk.act.close(REPO, n, 'rita');
  await desk.until('2026-01-16T18:00:00Z');
  expect(all()).toEqual([]);
  expect(desk.labelsOf(numbersOf.office![0]!)).toContain('P3: medium');
  await desk.kill();
  desk.twin.unkind = { webhooks: { vanish: 1 } };
  // Saturday: the office is closed.
  await desk.until('2026-01-17T01:00:00Z');
  for (const n of numbersOf.answered!) desk.act.comment(REPO, n, 'We look at it on Monday.', 'mark');
  for (const n of numbersOf.eased!) desk.act.comment(REPO, n, '/priority P3', 'petra');
  for (const n of numbersOf.waiting!) desk.act.comment(REPO, n, '1.2', 'rita');
  for (const n of numbersOf.resolved!) desk.act.reopen(REPO, n, 'rita');
  many('new', files('Filed on Saturday'));
  await desk.until('2026-01-18T12:00:00Z');
  for (const n of numbersOf.closed!) desk.act.close(REPO, n, 'rita');
  await desk.until('2026-01-19T11:30:00Z');
  desk.twin.unkind = {};
  await desk.start();
});

describe('a desk that was down from Friday evening until Monday noon', () => {
  test('is right again five minutes after it starts', async () => {
    expect((await desk.service.desk.health()).ready).toBe(false);
    const started = desk.now;
    let ready = 0;
    while (desk.now < started + 300) {
      await desk.settle(0);
      if (ready === 0 && (await desk.service.desk.health()).ready) {
        ready = desk.now;
        // Not before what fell due is posted.
        expect(pages('unanswered')).toEqual(times(1));
      }
      await desk.until(new Date((Math.min(desk.now + 15, started + 300) as number) * 1000).toISOString().replace('.000', ''));
    }
    expect(ready).toBeGreaterThan(0);
    expect(ready - started).toBeLessThanOrEqual(120);
    // Each in one comment with all its steps, and no crowd.
    expect(gates()).toBe(0);
    expect({
      unanswered: pages('unanswered'),
      closed: pages('closed'),
      office: pages('office'),
      eased: pages('eased'),
      running: pages('running'),
      new: pages('new'),
      waiting: pages('waiting'),
      resolved: pages('resolved'),
      answered: pages('answered'),
    }).toEqual({
      unanswered: times(1),
      closed: times(0),
      office: times(1),
      eased: times(1),
      running: times(1),
      new: times(1),
      waiting: times(1),
      resolved: times(1),
      answered: times(0),
    });
    for (const page of all()) expect(page).toContain('comes late');
    await desk.forward('3h');
    expect(pages('unanswered')).toEqual(times(1));
    expect(pages('running')).toEqual(times(1));
    expect(instant(desk.now)).toBeGreaterThan(started);
  }, 60_000);
});
