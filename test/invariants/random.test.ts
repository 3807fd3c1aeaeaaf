import { afterEach, expect, test } from 'vitest';
import { type Instant, instant, iso } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import { type Chance, chanceOf, type Unkind } from '../../src/sandbox/unkind.ts';
import { Refused } from '../../src/sandbox/world/world.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage, teams: ["@acme/support"] }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 30m, workaround: 2h, resolution: 5h } }
  - { id: P3, name: Medium, label: "P3: medium", calendar: always, targets: { first_response: 1h, workaround: 4h, resolution: 9h } }
default_priority: P3
incidents: { label: incident, severities: [minor], priority: P1 }
products:
  - { id: web, name: Web, label: "product: web", owners: ["@sara"] }
confirm: { after: 3h, close: true }
`;
const MARKERS = ['🔴 received', '⭕️ in progress', '🟡 awaiting confirmation', '🟢 resolved'];
const PRIORITIES = ['P1: critical', 'P3: medium'];
const OTHERS = ['nice', 'wontfix', 'P1', 'received'];
const PEOPLE = ['rita', 'olga', 'mark', 'petra', 'sara'];
const LINES = [
  'An honest remark',
  '/take',
  '/fixed',
  'Done.\n/fixed in 1.2',
  '/confirm',
  '/still-broken',
  '/priority P1',
  '/priority P3\n/take',
  '/sla',
  '> /fixed',
  '`/confirm`',
  '/nonsense',
  'Thanks!',
];

const KINDS = ['say', 'say', 'say', 'say', 'label', 'label', 'unlabel', 'assign', 'unassign', 'close', 'reopen', 'edit', 'delete'];
/** What moves an issue's `updated_at`: a listing shows it. */
const LISTED = KINDS.filter((kind) => kind !== 'edit' && kind !== 'delete');

type Act = { readonly at: Instant; readonly run: (desk: TestDesk) => void };

/** What people do, drawn once: the same on every twin, at the same instants. */
function script(seed: number, count: number, start: Instant, kinds: readonly string[] = KINDS): Act[] {
  const chance = chanceOf(seed);
  const acts: Act[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    at = instant(at + 600 + chance.upTo(1200));
    acts.push({ at, run: one(chance, i, kinds) });
  }
  return acts;
}

function one(chance: Chance, i: number, kinds: readonly string[]): Act['run'] {
  const pick = <T>(list: readonly T[]): T => list[chance.upTo(list.length - 1)]!;
  const by = pick(PEOPLE);
  const issue = chance.upTo(2);
  const label = pick([...MARKERS, ...PRIORITIES, 'product: web', ...OTHERS]);
  const line = pick(LINES);
  const nth = chance.next();
  const kind = i < 3 ? 'open' : pick(kinds);
  const completed = chance.hits(0.7);
  return (desk) => {
    if (kind === 'open') {
      desk.act.openIssue(REPO, { by: 'rita', title: `Trouble ${i}`, body: 'Help' });
      return;
    }
    const number = desk.numbers()[issue]!;
    const said = desk.commentsOf(number).filter((comment) => comment.by !== 'watchkeeper[bot]');
    const comment = said[Math.floor(nth * said.length)];
    switch (kind) {
      case 'say':
        desk.act.comment(REPO, number, line, by);
        return;
      case 'label':
        desk.act.label(REPO, number, label, by);
        return;
      case 'unlabel':
        desk.act.unlabel(REPO, number, label, by);
        return;
      case 'assign':
        desk.act.assign(REPO, number, pickOf(['mark', 'petra'], nth), by);
        return;
      case 'unassign':
        desk.act.unassign(REPO, number, pickOf(['mark', 'petra'], nth), by);
        return;
      case 'close':
        desk.act.close(REPO, number, by, completed ? 'completed' : 'not_planned');
        return;
      case 'reopen':
        desk.act.reopen(REPO, number, by);
        return;
      case 'edit':
        if (comment) desk.act.editComment(REPO, comment.id, line, comment.by);
        return;
      case 'delete':
        if (comment) desk.act.deleteComment(REPO, comment.id, comment.by);
    }
  };
}

const pickOf = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)]!;

/** GitHub's pages do not offer what GitHub refuses. */
function attempt(desk: TestDesk, act: Act): void {
  try {
    act.run(desk);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

const open: TestDesk[] = [];
afterEach(async () => {
  for (const desk of open.splice(0)) await desk.close();
});

async function opened(unkind: Unkind | undefined, sweepS: number): Promise<TestDesk> {
  const desk = await TestDesk.open({ policy: POLICY, sweepS, validate: false, ...(unkind ? { unkind } : {}) });
  open.push(desk);
  desk.act.createLabel(REPO, { name: 'nice', color: 'ffffff' }, 'mark');
  for (const name of OTHERS.slice(1)) desk.act.createLabel(REPO, { name, color: 'ffffff' }, 'mark');
  await desk.forward('10m');
  return desk;
}

const seen = (body: string): string => body.replace(/<!--.*?-->\n?/s, '');

/** What counts at the end: whatever people see of a ticket, and which steps were ever posted. Ids differ between two twins. */
function shown(desk: TestDesk, number: number) {
  const steps = desk.ownOf(number, 'step').flatMap((page) => {
    const key = readKey(page.body)!.key;
    return key.is === 'step' ? key.steps.map((step) => step.replace(/\/[ce]\d+\//, '/later/')) : [];
  });
  return {
    labels: desk.labelsOf(number),
    state: desk.stateOf(number),
    status: seen(desk.statusOf(number)),
    steps: steps.sort(),
    replies: desk.repliesOf(number).sort(),
  };
}

/** Invariants 4 and 5, and that labels which the policy does not name are as people left them. */
async function holds(desk: TestDesk, others: Map<number, string[]>, what: string): Promise<void> {
  const store = desk.service.desk.store;
  const alarms = (await store.alarms()).filter((alarm) => alarm.subject.startsWith('issue:'));
  for (const number of desk.numbers()) {
    const labels = desk.labelsOf(number);
    expect(
      labels.filter((label) => MARKERS.includes(label)),
      `${what}: markers of #${number}`,
    ).toHaveLength(1);
    expect(
      labels.filter((label) => PRIORITIES.includes(label)),
      `${what}: priorities of #${number}`,
    ).toHaveLength(1);
    expect(
      labels.filter((label) => OTHERS.includes(label)),
      `${what}: other labels of #${number}`,
    ).toEqual(others.get(number));
    const row = await store.ticket(desk.twin.world.theRepo(REPO).id, number);
    const mine = alarms.filter((alarm) => alarm.subject.endsWith(`:${number}`));
    if (row?.open) {
      expect(mine, `${what}: alarms of #${number}`).toHaveLength(1);
      expect(mine[0]!.dueAt).toBeLessThanOrEqual(desk.now + 86_400);
      if (row.nextStepAt !== undefined) expect(mine[0]!.dueAt).toBeLessThanOrEqual(row.nextStepAt);
    } else {
      expect(mine, `${what}: alarms of #${number}`).toHaveLength(0);
    }
  }
}

const othersOf = (desk: TestDesk): Map<number, string[]> =>
  new Map(desk.numbers().map((number) => [number, desk.labelsOf(number).filter((label) => OTHERS.includes(label))]));

/** Nothing falls due in the next seconds, so that what is written then is of our own making. */
const calm = async (desk: TestDesk): Promise<boolean> => {
  const due = (await desk.service.desk.store.alarms()).filter((one) => one.dueAt <= desk.now + 15);
  return due.length === 0;
};

const writes = (desk: TestDesk): number =>
  desk.twin.requests.filter((one) => one.method !== 'GET' && !/access_tokens|graphql/.test(one.path)).length;

/** Wakes every ticket: a look that was made is not made better by another. */
async function again(desk: TestDesk): Promise<void> {
  const repo = desk.twin.world.theRepo(REPO);
  const installation = desk.twin.world.installationOf(repo)!.id;
  await desk.service.desk.store.wake(
    desk.numbers().map((n) => ({ subject: `issue:${repo.id}:${n}`, installation, dueAt: instant(desk.now + 2), urgency: 3 })),
  );
  await desk.settle();
}

for (const seed of [1, 2]) {
  test(`whatever people do, each look leaves one marker and one priority, one alarm, and nothing for a second look (script ${seed})`, async () => {
    const desk = await opened(undefined, 86_400);
    for (const [i, act] of script(seed, 60, desk.now).entries()) {
      await desk.at(act.at);
      attempt(desk, act);
      const others = othersOf(desk);
      await desk.settle();
      await holds(desk, others, `act ${i}`);
      if (!(await calm(desk))) continue;
      const before = writes(desk);
      await again(desk);
      expect(writes(desk) - before, `act ${i}: writes of a second look`).toBe(0);
    }
    expect(desk.twin.requests.filter((one) => one.method === 'PUT')).toEqual([]);
    expect(desk.twin.requests.filter((one) => one.method === 'DELETE' && /\/labels$/.test(one.path))).toEqual([]);
  }, 30_000);
}

const HARD: Unkind['webhooks'] = { double: 0.2, delay: 0.3, delayS: 90, reorder: 0.3, blurMembers: true };
for (const [how, webhooks, kinds, seeds] of [
  ['webhooks that fail and are listed as failed', { ...HARD, drop: 0.3 }, KINDS, [11]],
  ['webhooks that vanish without a trace', { ...HARD, vanish: 0.4 }, LISTED, [21]],
] as const) {
  for (const seed of seeds) {
    test(`${how}, doubled, late and reordered ones, and replicas that lag come to the same end as a kind GitHub (script ${seed})`, async () => {
      const desks = [await opened(undefined, 60), await opened({ seed, lagS: 3, webhooks }, 60)] as const;
      const start = instant(Math.max(...desks.map((desk) => desk.now)) + 600);
      for (const desk of desks) {
        await desk.until(iso(start));
        for (const act of script(seed, 24, start, kinds)) {
          await desk.at(act.at);
          attempt(desk, act);
        }
        await desk.forward('1h');
      }
      const [kind, hard] = desks;
      expect(hard.numbers()).toEqual(kind.numbers());
      for (const number of kind.numbers()) expect(shown(hard, number), `#${number}`).toEqual(shown(kind, number));
    }, 30_000);
  }
}
