import { afterEach, describe, expect, test } from 'vitest';
import { type Instant, instant, iso } from '../../src/calendar/time.ts';
import { clocksNow, desired, type Look } from '../../src/desk/desired.ts';
import { fold } from '../../src/desk/fold.ts';
import { policiesOf } from '../../src/watch/context.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, aliases: ["P1 – Critical"], targets: { first_response: 1h, workaround: 4h, resolution: 1d } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: office, targets: { first_response: 1d, workaround: 3d, resolution: 10d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
confirm: { after: 2d, close: true }
escalation:
  - { clock: first_response, at: 50%, mention: [owners] }
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
  - { clock: first_response, at: breach + 90m, mention: [owners] }
  - { clock: resolution, at: 75%, mention: [owners] }
  - { clock: resolution, at: breach, mention: [owners] }
`;

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (): Promise<void> => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400 });
};
const issue = async (): Promise<number> => {
  const number = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  return number;
};
const alarmsOf = async (number: number) =>
  (await desk.service.desk.store.alarms()).filter((one) => one.subject.startsWith('issue:') && one.subject.endsWith(`:${number}`));
/** How often the issue itself was read. */
const looks = (number: number): number =>
  desk.twin.requests.filter((one) => one.method === 'GET' && one.path.endsWith(`/issues/${number}`)).length;

/** What the issue ought to look like at any instant, if nobody does anything until then. */
async function wanted(number: number): Promise<(now: Instant) => string> {
  const { desk: watch, github } = desk.service;
  const [row] = await watch.store.repos();
  const state = await watch.states.read(row!.repo);
  const today = (await watch.contexts.now(state))!;
  const repo = { installation: row!.installation, id: row!.repo, owner: row!.owner, name: row!.name };
  const options = { policy: today.policy, forms: watch.contexts.forms(state), defaultBranch: state.defaultBranch, expect: [] };
  const { ledger } = await github.readLedger(repo, number, { ...options, now: desk.now });
  const pinned = await watch.contexts.pinned(repo, ledger.record?.pins.map((pin) => pin[1]) ?? [], today);
  const policies = policiesOf(today, pinned, state);
  const posted = new Set(ledger.record?.steps);
  return (now) => {
    const at = { ...ledger, readAt: now };
    const ticket = fold(at, policies)!;
    const look: Look = { ledger: at, policies, now, posted, reach: () => true, held: () => false };
    const want = desired(ticket, clocksNow(ticket, look), look);
    return JSON.stringify([want.labels, want.assign, want.state, want.status, want.reactions, want.replies, want.page?.steps]);
  };
}

/** Three hundred instants from now to then, and the last second before it. */
async function alarmIsInTime(number: number, what: string): Promise<void> {
  const alarms = await alarmsOf(number);
  const { marker } = (await desk.service.desk.store.ticket(desk.twin.world.theRepo(REPO).id, number))!;
  expect(alarms, what).toHaveLength(marker === 'resolved' ? 0 : 1);
  if (marker === 'resolved') return;
  const { dueAt } = alarms[0]!;
  expect(dueAt - desk.now, what).toBeLessThanOrEqual(86_400);
  expect(dueAt, what).toBeGreaterThan(desk.now);
  const want = await wanted(number);
  const first = want(desk.now);
  const pace = Math.max(60, Math.floor((dueAt - desk.now) / 300));
  for (let at = desk.now + 60; at < dueAt; at += pace) expect(want(instant(at)), `${what}: ${iso(instant(at))}`).toBe(first);
  expect(want(instant(dueAt - 1)), what).toBe(first);
}

describe('the alarm of a ticket', () => {
  test('is there once after every look, and nothing could change before it', async () => {
    await open();
    const n = await issue();
    await alarmIsInTime(n, 'opened');
    for (let i = 0; i < 8; i++) {
      const [next] = await alarmsOf(n);
      await desk.until(iso(next!.dueAt));
      await alarmIsInTime(n, `alarm ${i}`);
    }
    const m = await issue();
    for (const [by, said] of [
      ['rita', 'Any news?'],
      ['mark', 'Looking\n/take'],
      ['petra', '/priority P3'],
      ['mark', '/priority P1'],
      ['mark', '/fixed'],
      ['rita', 'Hm'],
      ['mark', 'It is in 1.2'],
      ['rita', '/still-broken'],
      ['mark', '/fixed'],
    ] as const) {
      await desk.says(m, by, said);
      await alarmIsInTime(m, said);
      await desk.forward('20m');
      await alarmIsInTime(m, `after ${said}`);
    }
    await desk.forward('47h');
    await alarmIsInTime(m, 'nearly confirmed');
    await desk.forward('2h');
    expect(desk.labelsOf(m)).toContain('🟢 resolved');
    await alarmIsInTime(m, 'confirmed by silence');
  });

  test('comes when it says, whatever the hour: a whole life has every step on its second', async () => {
    await open();
    const n = await issue();
    const since = desk.issue(n).createdAt;
    await desk.forward('2d');
    const at = desk.ownOf(n, 'step').map((one) => (Date.parse(one.at) / 1000 - since) / 60);
    expect(at).toEqual([30, 60, 150, 18 * 60, 24 * 60]);
  });

  test('that is asked for while the issue is being worked on is not lost', async () => {
    await open();
    const n = await issue();
    let done = false;
    desk.tamper = (what, after) => {
      // In the middle of a look: the issue is read, nothing is written yet.
      if (done || !after || !what.startsWith('store ownWrites')) return;
      done = true;
      desk.act.comment(REPO, n, '/take', 'mark');
      desk.twin.settle();
    };
    desk.act.comment(REPO, n, 'Hello?', 'rita');
    await desk.settle();
    expect(done).toBe(true);
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
    await alarmIsInTime(n, 'after');
  });
});

describe('looks', () => {
  test('on one issue stand two seconds apart, and a burst of webhooks costs one', async () => {
    await open();
    const n = await issue();
    const before = looks(n);
    for (let i = 0; i < 30; i++) desk.act.comment(REPO, n, `remark ${i}`, 'olga');
    await desk.settle();
    expect(looks(n) - before).toBe(1);
    desk.twin.requests.splice(0);
    for (let i = 0; i < 10; i++) {
      desk.act.comment(REPO, n, `more ${i}`, 'olga');
      await desk.settle(0);
      await desk.until(iso(instant(desk.now + 1)));
    }
    await desk.settle();
    const at = desk.twin.requests.filter((one) => one.method === 'GET' && one.path.endsWith(`/issues/${n}`)).map((one) => one.at);
    // Whatever asks for it at once.
    const subject = `issue:${desk.twin.world.theRepo(REPO).id}:${n}`;
    const installation = desk.twin.world.installationOf(desk.twin.world.theRepo(REPO))!.id;
    for (let i = 0; i < 6; i++) {
      await desk.service.desk.store.wake([{ subject, installation, dueAt: desk.now, urgency: 0 }]);
      await desk.settle(0);
      await desk.until(iso(instant(desk.now + 1)));
    }
    at.splice(
      0,
      at.length,
      ...desk.twin.requests.filter((one) => one.method === 'GET' && one.path.endsWith(`/issues/${n}`)).map((one) => one.at),
    );
    for (const [i, one] of at.entries()) if (i > 0) expect(one - at[i - 1]!).toBeGreaterThanOrEqual(2);
  });

  test('are not set off by what we write ourselves', async () => {
    await open();
    const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
    await desk.settle();
    expect(looks(n)).toBe(1);
    desk.act.comment(REPO, n, '/take\n/priority P3', 'mark');
    await desk.settle();
    expect(looks(n)).toBe(2);
    await desk.forward('10m');
    expect(looks(n)).toBe(2);
  });

  test('that do not find what a webhook announced come back after 2, 5, 15 and 60 seconds', async () => {
    await open();
    const n = await issue();
    const id = desk.act.comment(REPO, n, 'gone at once', 'olga');
    desk.act.deleteComment(REPO, id, 'olga');
    desk.twin.requests.splice(0);
    const start = desk.now;
    await desk.forward('10m');
    const at = desk.twin.requests.filter((one) => one.method === 'GET' && one.path.endsWith(`/issues/${n}`)).map((one) => one.at - start);
    expect(at).toEqual([2, 4, 9, 24, 84]);
  });
});

describe('no page is sent on stale knowledge', () => {
  const cases: [string, (n: number) => void][] = [
    ['answered', (n) => desk.act.comment(REPO, n, 'On it', 'mark')],
    ['closed', (n) => desk.act.close(REPO, n, 'rita')],
    ['closed as not planned', (n) => desk.act.close(REPO, n, 'mark', 'not_planned')],
    ['given more time', (n) => desk.act.comment(REPO, n, '/priority P3', 'petra')],
    ['given more time by label', (n) => desk.act.label(REPO, n, 'P3: medium', 'petra')],
  ];
  for (const [what, act] of cases) {
    test(`${what} a second before it is due, and the webhook is lost`, async () => {
      await open();
      desk.act.createLabel(REPO, { name: 'P3: medium', color: 'ffffff' }, 'mark');
      const n = await issue();
      const due = desk.issue(n).createdAt + 1800;
      await desk.until(iso(instant(due - 10)));
      desk.twin.unkind = { webhooks: { vanish: 1 } };
      const next = desk.service.desk.store.nextDue();
      expect(await next).toBe(due);
      act(n);
      await desk.until(iso(instant(due + 600)));
      expect(desk.pagesOf(n)).toEqual([]);
    });

    test(`${what} while we ask whom to call`, async () => {
      await open();
      desk.act.createLabel(REPO, { name: 'P3: medium', color: 'ffffff' }, 'mark');
      const n = await issue();
      let done = false;
      desk.tamper = (asked, after) => {
        if (done || !after || !asked.includes('/collaborators/petra/permission')) return;
        done = true;
        act(n);
      };
      await desk.forward('31m');
      expect(done).toBe(true);
      expect(desk.pagesOf(n)).toEqual([]);
    });
  }
});

describe('a desk that was down from 09:50 to 10:30, with an answer due at 10:00', () => {
  const atNine = async (): Promise<number> => {
    desk = await TestDesk.open({ policy: POLICY.replace('at: 50%', 'at: 90%'), sweepS: 86_400, start: '2026-01-12T08:59:00Z' });
    await desk.until('2026-01-12T09:00:00Z');
    const n = await issue();
    await desk.until('2026-01-12T09:50:00Z');
    await desk.kill();
    return n;
  };

  test('answered at 10:05: nobody is called, and it was met five minutes late', async () => {
    const n = await atNine();
    await desk.until('2026-01-12T10:05:00Z');
    desk.act.comment(REPO, n, 'On it', 'mark');
    await desk.until('2026-01-12T10:30:00Z');
    await desk.start();
    await desk.forward('10m');
    expect(desk.pagesOf(n)).toEqual([]);
    expect(desk.statusOf(n)).toMatch(/5 minutes/);
    const before = desk.statusOf(n);
    await desk.says(n, 'mark', '/sla why');
    await desk.forward('1m');
    expect(desk.ownOf(n, 'reply').at(-1)!.body).toContain('Not posted, because this ended or was paused first: `90%`, `breach`');
    const folded = (text: string) => text.slice(text.indexOf('<details>'));
    expect(folded(desk.statusOf(n))).toBe(folded(before));
  });

  test('not answered: one comment at 10:30 with both steps, that says when it was due', async () => {
    const n = await atNine();
    await desk.until('2026-01-12T10:30:00Z');
    await desk.start();
    await desk.forward('10m');
    const pages = desk.ownOf(n, 'step');
    expect(pages).toHaveLength(1);
    expect(pages[0]!.at.slice(0, 16)).toBe('2026-01-12T10:30');
    expect(pages[0]!.body).toContain('first_response/opened/90');
    expect(pages[0]!.body).toContain('first_response/opened/breach');
    expect(pages[0]!.body).toMatch(/10:00/);
  });
});
