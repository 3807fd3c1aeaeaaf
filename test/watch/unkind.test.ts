import { afterEach, describe, expect, test } from 'vitest';
import type { Unkind } from '../../src/sandbox/unkind.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, aliases: ["P1 – Critical"], targets: { first_response: 1h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (more: Partial<Parameters<typeof TestDesk.open>[0]> = {}): Promise<void> => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400, ...more });
};
const issue = async (): Promise<number> => {
  const number = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  return number;
};
const installation = (): number => desk.twin.world.installationOf(desk.twin.world.theRepo(REPO))!.id;
const numbers = async (): Promise<number[]> =>
  (await desk.service.desk.store.tickets(desk.twin.world.theRepo(REPO).id)).map((row) => row.number).sort((a, b) => a - b);

describe('a 404 that is none', () => {
  for (const path of [
    /\/issues\/\d+$/,
    /\/timeline$/,
    /\/repos\/acme\/desk$/,
    /\/commits$/,
    /support\.yml$/,
    /ISSUE_TEMPLATE$/,
    /collaborators/,
    /\/installation\/repositories$/,
  ]) {
    test(`once and again, on ${path.source}, costs no ticket and no page`, async () => {
      await open();
      const n = await issue();
      const id = desk.twin.world.theRepo(REPO).id;
      await desk.service.desk.store.wake([
        { subject: `repository:${id}`, installation: installation(), dueAt: desk.now, urgency: 2 },
        { subject: `issue:${id}:${n}`, installation: installation(), dueAt: desk.now, urgency: 2 },
        { subject: 'app', installation: 0, dueAt: desk.now, urgency: 2 },
      ]);
      desk.twin.faults.push({ method: 'GET', path, status: 404, message: 'Not Found', times: 2 });
      await desk.forward('45m');
      expect(await numbers()).toEqual([n]);
      desk.twin.faults.push({ method: 'GET', path, status: 404, message: 'Not Found', times: 1 });
      await desk.forward('45m');
      expect(desk.pagesOf(n)).toHaveLength(1);
      const m = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
      expect(desk.labelsOf(m)).toEqual(['P1: critical', '🔴 received']);
    });
  }

  test('for longer than anybody asks again: the daily listing finds the ticket', async () => {
    await open();
    const n = await issue();
    desk.twin.faults.push({ method: 'GET', path: /\/issues\/\d+$/, status: 404, message: 'Not Found', times: 10 });
    desk.act.comment(REPO, n, 'Hello?', 'rita');
    await desk.forward('30m');
    expect(await numbers()).toEqual([]);
    desk.twin.faults.splice(0);
    await desk.forward('25h');
    expect(await numbers()).toEqual([n]);
    expect(desk.pagesOf(n)).toHaveLength(1);
  });

  test('on an installation that was made a second ago: the App arrives all the same', async () => {
    await open({ unkind: { lagS: 3, seed: 9 } });
    const n = await issue();
    expect(desk.ownOf(n, 'status')).toHaveLength(1);
  });
});

describe('an issue that goes', () => {
  test('deleted: its row goes, nothing hammers for it', async () => {
    await open();
    const n = await issue();
    desk.act.deleteIssue(REPO, n, 'carol');
    await desk.forward('2h');
    expect(await numbers()).toEqual([]);
    const before = desk.twin.requests.length;
    await desk.forward('1d');
    expect(desk.twin.requests.slice(before).filter((one) => one.path.includes(`/issues/${n}`))).toEqual([]);
  });

  test('transferred to a repository with a desk: it is a ticket there, and gone here', async () => {
    await open({
      before: (twin) => {
        twin.act.repository('acme/other', { files: { '.github/support.yml': POLICY }, roles: { mark: 'maintain' } });
      },
    });
    const n = await issue();
    const there = desk.act.transferIssue(REPO, n, 'acme/other', 'carol');
    await desk.forward('30m');
    expect(await numbers()).toEqual([]);
    const other = desk.twin.world.theRepo('acme/other');
    expect((await desk.service.desk.store.tickets(other.id)).map((row) => row.number)).toEqual([there]);
    const labels = desk.twin.world.issue(other, there).labels.map((id) => other.labels[id]!.name);
    expect(labels.sort()).toEqual(['P1: critical', '🔴 received']);
  });

  test('with its repository renamed: work goes on', async () => {
    await open();
    const n = await issue();
    desk.twin.unkind = { webhooks: { vanish: 1 } };
    desk.act.renameRepository(REPO, 'helpdesk', 'carol');
    await desk.forward('2h');
    const repo = desk.twin.world.theRepo('acme/helpdesk');
    const pages = desk.twin.world
      .issue(repo, n)
      .timeline.filter((row) => row.comment && repo.comments[row.comment]!.body.includes('"is":"step"'));
    expect(pages).toHaveLength(1);
  });
});

describe('an installation', () => {
  test('that is suspended is left alone, and once it is not any more nothing waits for tomorrow', async () => {
    await open({ sweepS: 60 });
    const n = await issue();
    await desk.forward('10m');
    const id = installation();
    desk.act.suspend(id, 'carol');
    await desk.forward('5h');
    const asked = desk.twin.requests.filter((one) => one.status === 403);
    expect(asked.length).toBeLessThan(20);
    desk.act.unsuspend(id, 'carol');
    await desk.forward('10m');
    expect(desk.pagesOf(n)).toHaveLength(1);
  });

  test('that goes takes its rows along, and finds its tickets again when it comes back', async () => {
    await open();
    const n = await issue();
    desk.act.uninstall(installation(), 'carol');
    await desk.forward('10m');
    expect(await desk.service.desk.store.repos()).toEqual([]);
    expect(await numbers()).toEqual([]);
    const before = desk.twin.requests.length;
    await desk.forward('1h');
    expect(desk.twin.requests.slice(before).filter((one) => one.path.includes('/repos/'))).toEqual([]);
    desk.act.install('acme', { by: 'carol' });
    await desk.forward('10m');
    expect(await numbers()).toEqual([n]);
    expect(desk.ownOf(n, 'status')).toHaveLength(1);
  });
});

describe('a GitHub that fails', () => {
  const HARD: [string, Unkind['answers']][] = [
    ['every fifth answer with 502 or 503', { fail: 0.2 }],
    ['every eighth with a limit', { limit: 0.12, retryAfterS: 20 }],
    ['every tenth read with 404', { lose: 0.1 }],
    ['every fifth write with a lost answer', { loseAnswer: 0.2 }],
    ['in all these ways at once', { fail: 0.06, limit: 0.03, retryAfterS: 20, lose: 0.04, loseAnswer: 0.06 }],
  ];
  for (const [how, answers] of HARD) {
    test(`${how} still gets a ticket through its life, with every step once`, async () => {
      await open({ unkind: { seed: 42, lagS: 2 }, sweepS: 60 });
      desk.twin.unkind = { seed: 42, lagS: 2, answers: answers! };
      const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
      await desk.forward('2h');
      expect(desk.pagesOf(n)).toHaveLength(1);
      desk.act.comment(REPO, n, 'On it\n/take', 'mark');
      await desk.forward('30m');
      desk.act.comment(REPO, n, '/fixed', 'mark');
      await desk.forward('30m');
      expect(desk.labelsOf(n)).toEqual(['P1: critical', 'escalated', '🟡 awaiting confirmation']);
      desk.act.comment(REPO, n, '/confirm', 'rita');
      await desk.forward('30m');
      expect(desk.labelsOf(n)).toEqual(['P1: critical', '🟢 resolved']);
      expect(desk.stateOf(n)).toBe('closed');
      expect(desk.ownOf(n, 'status')).toHaveLength(1);
      expect(desk.pagesOf(n)).toHaveLength(1);
    });
  }
});

describe('much of everything', () => {
  test('a thread of 300 comments, a third of them commands: one look reads it, the record stays within 8 kB, and a second look writes nothing', async () => {
    await open({ validate: false });
    const n = await issue();
    for (let i = 0; i < 300; i++)
      desk.act.comment(REPO, n, i % 3 === 0 ? `/priority P1 ${'ä'.repeat(30)}${i}` : `remark ${i}`, i % 2 === 0 ? 'mark' : 'olga');
    await desk.forward('2m');
    expect(desk.statusOf(n).split('\n')[0]!.length).toBeLessThanOrEqual(8_192);
    const before = desk.twin.requests.filter((one) => one.method !== 'GET').length;
    for (let i = 0; i < 3; i++) await desk.says(n, 'olga', 'again');
    const writes = desk.twin.requests.filter((one) => one.method !== 'GET').slice(before);
    // What may change is when somebody was seen last.
    expect(writes.filter((one) => one.method !== 'PATCH' || !one.path.includes('/comments/'))).toEqual([]);
    expect(writes.length).toBeLessThanOrEqual(3);
    await desk.says(n, 'mark', '/take');
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });

  test('5,000 labels in the repository cost no more requests than five', async () => {
    const asked: number[] = [];
    for (const count of [5, 5_000]) {
      await open({
        validate: false,
        before: (twin) => {
          const repo = twin.world.theRepo(REPO);
          const one = repo.labels[twin.act.createLabel(REPO, { name: 'label', color: 'ffffff' }, 'mark')]!;
          for (let i = 1; i < count; i++) {
            const id = twin.world.id();
            repo.labels[id] = { ...one, id, name: `label ${i}` };
          }
        },
      });
      const before = desk.twin.requests.length;
      const n = await issue();
      expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
      asked.push(desk.twin.requests.length - before);
      await desk.close();
    }
    expect(asked[1]).toBe(asked[0]);
  });
});
