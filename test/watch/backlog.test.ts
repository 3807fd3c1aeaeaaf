import { afterEach, expect, test, vi } from 'vitest';
import { Pace } from '../../src/github/pace.ts';
import { REPO, TestDesk } from '../support/desk.ts';

// The clock that counts is the desk's; nobody sleeps for the gap between two writes.
vi.mock('node:timers/promises', async (original) => ({ ...(await original<object>()), setTimeout: () => Promise.resolve() }));

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, aliases: ["P1 – Critical"], targets: { first_response: 1h, resolution: 1d } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: always, targets: { first_response: 1d, resolution: 10d } }
default_priority: P3
incidents: { label: incident, severities: [minor], priority: P1 }
`;
const OPEN = 2_000;

let desk: TestDesk;
afterEach(() => desk?.close());

test('2,000 issues are open when the App arrives: they are labelled quietly and slowly, and a P1 that comes in is served in seconds', async () => {
  const old: number[] = [];
  desk = await TestDesk.open({
    policy: POLICY,
    validate: false,
    presentS: 0,
    sweepS: 60,
    trickleS: 3.6,
    pace: new Pace(),
    installedAfterS: 86_400,
    before: (twin) => {
      for (let i = 0; i < OPEN; i++) old.push(twin.act.openIssue(REPO, { by: 'rita', title: `Old ${i}`, body: 'Help' }));
    },
  });
  const start = desk.now;
  await desk.forward('5s');
  const repo = desk.twin.world.theRepo(REPO).id;
  // Indexed at once.
  expect(await desk.service.desk.store.tickets(repo)).toHaveLength(OPEN);
  await desk.forward('30m');
  const filed = desk.now;
  const urgent = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('8s');
  expect(desk.now - filed).toBeLessThanOrEqual(10);
  expect(desk.labelsOf(urgent)).toEqual(['P1: critical', '🔴 received']);
  expect(desk.ownOf(urgent, 'status')).toHaveLength(1);
  await desk.forward('90m');
  expect(desk.pagesOf(urgent)).toHaveLength(2);

  // 20 % of 500 writes an hour, one or two a ticket once the labels are there.
  const labelled = old.filter((n) => desk.labelsOf(n).length > 0);
  expect(labelled.length).toBeGreaterThan(60);
  expect(labelled.length).toBeLessThan(220);
  for (const n of labelled) expect(desk.labelsOf(n).length).toBeLessThanOrEqual(2);
  for (const n of old) expect(desk.commentsOf(n)).toEqual([]);

  const hours = (desk.now - start) / 3600;
  const asked = desk.twin.requests.filter((one) => one.at >= start && !one.path.includes('/app'));
  const billed = asked.filter((one) => one.status !== 304);
  expect(billed.length / hours).toBeLessThan(3_000);
  expect(asked.length / hours).toBeLessThan(5_000);

  // Somebody acts on one of them: from now on it is a ticket as any other.
  const woken = old.at(-1)!;
  await desk.says(woken, 'rita', 'Is anybody there?');
  await desk.forward('10s');
  expect(desk.labelsOf(woken)).toEqual(['P3: medium', '🔴 received']);
  expect(desk.ownOf(woken, 'status')).toHaveLength(1);
}, 180_000);
