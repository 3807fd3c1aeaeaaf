import { afterEach, describe, expect, test } from 'vitest';
import { instant, iso } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Unkind } from '../../src/sandbox/unkind.ts';
import { addComment } from '../../src/sandbox/world/comments.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (unkind?: Unkind, validate = true): Promise<void> => {
  desk = await TestDesk.open({ policy: POLICY, sweepS: 86_400, validate, ...(unkind ? { unkind } : {}) });
};

/** A ticket that is seconds away from its breach. */
async function nearlyDue(): Promise<number> {
  const number = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  const due = desk.issue(number).createdAt + 3600;
  await desk.until(iso(instant(due - 20)));
  expect(desk.pagesOf(number)).toEqual([]);
  return number;
}

const recordOf = (number: number) => readKey(desk.statusOf(number))?.record;
const STEP = 'first_response/opened/breach';

class Crash extends Error {}

/** From the n-th call of the store or of GitHub on, counted before and after each, nothing happens any more. */
function crashAt(n: number): () => boolean {
  let count = 0;
  desk.tamper = () => {
    count += 1;
    if (count >= n) throw new Crash('the process is dead');
  };
  return () => count >= n;
}

/** Lets the desk work until it crashes, stays down for so long, and starts again. Answers whether it crashed. */
async function crashing(n: number, downS: number, work: () => Promise<void>): Promise<boolean> {
  const crashed = crashAt(n);
  await work().catch(() => undefined);
  desk.tamper = undefined;
  if (!crashed()) return false;
  await desk.kill();
  await desk.until(iso(instant(desk.now + downS)));
  await desk.start();
  return true;
}

describe('wherever a process dies around a page, the page is posted, and once', () => {
  for (const [how, unkind, stride] of [
    // After one call is before the next: every second point is every point.
    ['on a GitHub that shows everything at once', undefined, 2],
    ['on replicas that lag', { lagS: 3, seed: 7 }, 3],
  ] as const) {
    test(how, async () => {
      await open(unkind, false);
      let crashes = 0;
      for (let n = 1; ; n += stride) {
        const number = await nearlyDue();
        const crashed = await crashing(n, [0, 7, 130, 1000][n % 4]!, () => desk.forward('40s'));
        await desk.forward('10m');
        expect(desk.pagesOf(number), `crash ${n}`).toHaveLength(1);
        expect(desk.labelsOf(number), `crash ${n}`).toEqual(['P1: critical', 'escalated', '🔴 received']);
        expect(recordOf(number)?.steps, `crash ${n}`).toContain(STEP);
        desk.act.close(REPO, number, 'rita');
        await desk.settle();
        if (!crashed) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThan(stride === 2 ? 20 : 12);
    }, 60_000);
  }
});

const posts = (number: number) =>
  desk.twin.requests.filter((one) => one.method === 'POST' && one.path.endsWith(`/issues/${number}/comments`));

describe('an answer that is lost', () => {
  test('of a page that was posted: it is found, and not posted again', async () => {
    await open({ lagS: 3, seed: 3 });
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'POST', path: /\/comments$/, loseAnswer: true });
    await desk.forward('1h');
    expect(desk.pagesOf(n)).toHaveLength(1);
    expect(posts(n)).toHaveLength(2);
    expect(recordOf(n)?.steps).toContain(STEP);
  });

  for (const status of [500, 502, 503]) {
    test(`of a page that was not posted (${status}): it is sent again when two reads a minute apart do not show it`, async () => {
      await open();
      const n = await nearlyDue();
      desk.twin.faults.push({ method: 'POST', path: /\/comments$/, status });
      await desk.forward('1h');
      expect(desk.pagesOf(n)).toHaveLength(1);
      const [first, second, ...more] = posts(n).slice(1);
      expect(more).toEqual([]);
      expect(second!.at - first!.at).toBeGreaterThanOrEqual(60);
      expect(second!.at - first!.at).toBeLessThanOrEqual(150);
      // The record does not say that it was posted before it was.
      const edits = desk.twin.requests.filter((one) => one.method === 'PATCH' && one.at < second!.at && one.body.includes(STEP));
      expect(edits).toEqual([]);
      expect(recordOf(n)?.steps).toContain(STEP);
    });
  }

  test('twice in a row: still posted once', async () => {
    await open({ lagS: 2, seed: 5 });
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'POST', path: /\/comments$/, status: 502 }, { method: 'POST', path: /\/comments$/, loseAnswer: true });
    await desk.forward('1h');
    expect(desk.pagesOf(n)).toHaveLength(1);
  });

  test('of the status comment or of a reply: there is one of each, and the command is answered', async () => {
    for (const fault of [{ loseAnswer: true }, { status: 502 }] as const) {
      await open({ lagS: 3, seed: 4 });
      desk.twin.faults.push({ method: 'POST', path: /\/comments$/, ...fault });
      const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
      await desk.forward('5m');
      expect(desk.ownOf(n, 'status')).toHaveLength(1);
      desk.twin.faults.push({ method: 'POST', path: /\/comments$/, ...fault });
      desk.act.comment(REPO, n, '/sla', 'rita');
      await desk.forward('5m');
      expect(desk.repliesOf(n)).toHaveLength(1);
      expect(desk.ownOf(n, 'status')).toHaveLength(1);
      await desk.close();
    }
  });
});

describe('a no of GitHub', () => {
  test('for good (422) to a page is asked again less and less often, and does not stop the rest', async () => {
    await open();
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'POST', path: /\/comments$/, status: 422, message: 'Validation Failed', times: 1000 });
    await desk.forward('3d');
    // After 5 minutes, 20, 80, 5.3 hours, then daily.
    expect(posts(n).filter((one) => one.status === 422)).toHaveLength(7);
    expect(desk.pagesOf(n)).toEqual([]);
    expect(desk.labelsOf(n)).toContain('escalated');
  });

  test('for good (403) to a label is asked again after five minutes, then once a day', async () => {
    await open();
    const n = await nearlyDue();
    desk.twin.faults.push({
      method: 'POST',
      path: /\/issues\/\d+\/labels$/,
      status: 403,
      message: 'Resource not accessible by integration',
      times: 1000,
    });
    await desk.forward('3d');
    expect(desk.pagesOf(n)).toHaveLength(1);
    const tried = desk.twin.requests.filter(
      (one) => one.method === 'POST' && one.path.endsWith(`/issues/${n}/labels`) && one.status === 403,
    );
    expect(tried[1]!.at - tried[0]!.at).toBe(300);
    for (const [i, one] of tried.slice(2).entries()) expect(one.at - tried[i + 1]!.at).toBeGreaterThanOrEqual(64_800);
    expect(tried.length).toBeGreaterThan(3);
    expect(tried[0]!.body).toContain('escalated');
  });

  for (const status of [403, 429]) {
    test(`for now (${status} with retry-after) is heeded to the second, by every request`, async () => {
      await open();
      const other = desk.act.openIssue(REPO, { by: 'rita', title: 'Another', body: 'Help' });
      await desk.forward('2h');
      const n = await nearlyDue();
      desk.twin.faults.push({
        method: 'POST',
        path: /\/comments$/,
        status,
        message: 'You have exceeded a secondary rate limit.',
        headers: { 'retry-after': '90' },
      });
      await desk.forward('40s');
      desk.act.comment(REPO, other, '/sla', 'rita');
      await desk.forward('10m');
      const [refused, posted] = posts(n).slice(1);
      expect(refused!.status).toBe(status);
      expect(posted!.status).toBe(201);
      const meanwhile = desk.twin.requests.filter(
        (one) => one.at > refused!.at && one.at < refused!.at + 90 && one.path.includes('/repos/'),
      );
      expect(meanwhile).toEqual([]);
      expect(posted!.at - refused!.at).toBeGreaterThanOrEqual(90);
      expect(posted!.at - refused!.at).toBeLessThan(150);
      expect(desk.repliesOf(other)).toHaveLength(1);
      expect(desk.pagesOf(n)).toHaveLength(1);
    });
  }
});

test('of two comments with one key the later is deleted', async () => {
  await open();
  const n = await nearlyDue();
  await desk.forward('1m');
  const { world } = desk.twin;
  const [page] = desk.ownOf(n, 'step');
  const [status] = desk.ownOf(n, 'status');
  const repo = world.theRepo(REPO);
  for (const one of [page!, status!]) addComment(world, repo, world.issue(repo, n), { account: world.bot(), app: true }, one.body);
  await desk.says(n, 'olga', 'me too');
  expect(desk.ownOf(n, 'step')).toEqual([page]);
  expect(desk.ownOf(n, 'status').map((one) => one.id)).toEqual([status!.id]);
});

test('many steps that were missed together share one comment, and it is posted', async () => {
  const steps = Array.from({ length: 50 }, (_, i) => `  - { clock: resolution, at: breach + ${i + 1}m, mention: [owners] }\n`).join('');
  desk = await TestDesk.open({ policy: POLICY.replace('resolution: 20d', 'resolution: 2h') + steps, sweepS: 86_400 });
  const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  await desk.kill();
  await desk.forward('5h');
  await desk.start();
  await desk.forward('10m');
  expect(desk.pagesOf(n)).toHaveLength(1);
});
