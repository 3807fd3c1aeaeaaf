import { afterEach, describe, expect, test } from 'vitest';
import { instant, iso } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Unkind } from '../../src/sandbox/unkind.ts';
import { REPO, TestDesk } from '../support/desk.ts';

const policy = (owners: string, language = 'en') => `extends: standard
language: ${language}
default_owners: [${owners}]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;
const STEP = 'first_response/opened/breach';

let desk: TestDesk;
afterEach(() => desk?.close());
const open = async (owners = '"@acme/support"', more: { unkind?: Unkind; validate?: boolean; language?: string } = {}): Promise<void> => {
  const { language, ...rest } = more;
  desk = await TestDesk.open({ policy: policy(owners, language), sweepS: 86_400, ...rest });
};

/** A ticket that is seconds away from its breach. */
async function nearlyDue(): Promise<number> {
  const number = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  await desk.until(iso(instant(desk.issue(number).createdAt + 3600 - 20)));
  expect(desk.pagesOf(number)).toEqual([]);
  return number;
}

const words = (number: number) => desk.pagesOf(number).map((text) => text.split('\n')[0]);
const requests = (method: string, path: RegExp) => desk.twin.requests.filter((one) => one.method === method && path.test(one.path));
const SUPPORT = 'The team acme/support could not be notified as a team, so its members are:';

describe('after a page for a team that GitHub shows as plain text', () => {
  test('its members are named in one comment more, once, and every look after that leaves it so', async () => {
    await open();
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    await desk.forward('40s');
    expect(words(n)).toEqual(['@acme/support', `${SUPPORT} @mark @sara`]);
    const [page, names] = desk.ownOf(n, 'step').map((one) => readKey(one.body)?.key);
    expect([page, names]).toEqual([
      { is: 'step', steps: [STEP] },
      { is: 'step', steps: [`names/${STEP}`] },
    ]);
    await desk.says(n, 'rita', 'Hello?');
    await desk.forward('2d');
    expect(desk.pagesOf(n)).toHaveLength(2);
    expect(readKey(desk.statusOf(n))?.record?.steps).toEqual([STEP, `names/${STEP}`]);
  });

  test('a team that is a mention is not followed by names', async () => {
    await open();
    const n = await nearlyDue();
    await desk.forward('2h');
    expect(words(n)).toEqual(['@acme/support']);
    expect(await owed(n)).toEqual([]);
  });

  test('only the silent one of two is spelled out, in the language of the desk, without the reporter and without bots', async () => {
    await open('"@acme/support", "@acme/rnd"', { language: 'ru' });
    desk.twin.world.addAccount({ id: 77, login: 'robot[bot]', type: 'Bot', name: null, createdAt: desk.now });
    for (const login of ['robot[bot]', 'rita']) desk.act.teamMember('acme', 'rnd', login, 'member', 'carol');
    desk.act.muteTeam('acme', 'rnd', true);
    await desk.settle();
    const n = await nearlyDue();
    await desk.forward('40s');
    expect(words(n)).toEqual([
      '@acme/support @acme/rnd',
      'Команду acme/rnd не удалось уведомить целиком, поэтому уведомляем её участников: @sara @petra',
    ]);
  });

  test('ten are named at most', async () => {
    await open();
    for (let i = 0; i < 15; i++) {
      desk.act.user(`u${i}`);
      desk.act.teamMember('acme', 'support', `u${i}`, 'member', 'carol');
    }
    await desk.settle();
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    await desk.forward('40s');
    expect(words(n)[1]!.match(/@/g)).toHaveLength(10);
    expect(words(n)[1]).toMatch(/ and 7 more$/);
  });

  test('whoever the page mentions by name is not called again', async () => {
    await open('"@acme/support", "@Mark"');
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    await desk.forward('40s');
    expect(words(n)).toEqual(['@acme/support @Mark', `${SUPPORT} @sara`]);
  });

  test('whoever cannot read the repository is not named', async () => {
    await open();
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'GET', path: /\/collaborators\/mark\/permission$/, status: 404, message: 'Not Found', times: 50 });
    await desk.forward('40s');
    expect(words(n)).toEqual(['@acme/support', `${SUPPORT} @sara`]);
  });
});

describe('a silent team of which nobody can be named', () => {
  const summary = () => Object.values(desk.twin.world.theRepo(REPO).checks).at(-1)!.output.summary;
  const unreadable = () => {
    desk.act.muteTeam('acme', 'support', true);
    desk.twin.faults.push({ method: 'GET', path: /\/teams\/support\/members$/, status: 403, message: 'No', times: 50 });
  };

  test('is noted on the check run, as a step that reached nobody', async () => {
    await open();
    unreadable();
    const n = await nearlyDue();
    await desk.forward('1h');
    expect(words(n)).toEqual(['@acme/support']);
    expect(summary()).toContain('These steps notified nobody');
    expect(summary()).toMatch(/first\\?_response breach/);
    expect(await owed(n)).toEqual([]);
  });

  test('is not, where the page called somebody else', async () => {
    await open('"@acme/support", "@petra"');
    unreadable();
    const n = await nearlyDue();
    await desk.forward('1h');
    expect(words(n)).toEqual(['@acme/support @petra']);
    expect(summary()).not.toContain('notified nobody');
  });
});

const owed = async (number: number) => {
  const subject = `issue:${desk.twin.world.theRepo(REPO).id}:${number}`;
  const writes = await desk.service.desk.store.ownWrites(subject, instant(desk.now - 86_400));
  return writes.filter((one) => one.key.startsWith('owed:'));
};

describe('an answer that is lost', () => {
  test('of the page: how GitHub shows it is read from the comment, and its members are named', async () => {
    await open();
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'POST', path: /\/comments$/, loseAnswer: true });
    await desk.forward('10m');
    expect(words(n)).toEqual(['@acme/support', `${SUPPORT} @mark @sara`]);
    expect(requests('GET', /\/issues\/comments\/\d+$/)).toHaveLength(1);
    expect(await owed(n)).toEqual([]);
  });

  test('of the page, for a team that was mentioned: nothing is owed', async () => {
    await open();
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'POST', path: /\/comments$/, loseAnswer: true });
    await desk.forward('10m');
    expect(words(n)).toEqual(['@acme/support']);
    expect(await owed(n)).toEqual([]);
  });

  for (const [claim, fault] of [
    ['of the names, that stand there: they are not posted again', { loseAnswer: true }],
    ['of the names, that do not: they are sent again', { status: 502 }],
  ] as const)
    test(claim, async () => {
      await open();
      desk.act.muteTeam('acme', 'support', true);
      const n = await nearlyDue();
      let posts = 0;
      desk.tamper = (what, after) => {
        if (!after && /^POST .*\/comments$/.test(what) && ++posts === 2)
          desk.twin.faults.push({ method: 'POST', path: /\/comments$/, ...fault });
      };
      await desk.forward('10m');
      expect(words(n)).toEqual(['@acme/support', `${SUPPORT} @mark @sara`]);
      expect(await owed(n)).toEqual([]);
    });

  for (const [claim, times, called, tried] of [
    ['once: they are there five minutes later', 1, true, 3],
    ['for good: the page stands, nothing hammers, and with an answer it ends', Number.POSITIVE_INFINITY, false, 11],
  ] as const)
    test(`the names are refused ${claim}`, async () => {
      await open();
      desk.act.muteTeam('acme', 'support', true);
      const n = await nearlyDue();
      let posts = 0;
      desk.tamper = (what, after) => {
        if (!after && /^POST .*\/comments$/.test(what) && ++posts > 1 && posts <= 1 + times)
          desk.twin.faults.push({ method: 'POST', path: /\/comments$/, status: 403 });
      };
      await desk.forward(called ? '6m' : '3d');
      expect(words(n)).toEqual(['@acme/support', ...(called ? [`${SUPPORT} @mark @sara`] : [])]);
      expect(posts).toBe(tried);
      if (!called) {
        expect(await owed(n)).toHaveLength(1);
        await desk.says(n, 'mark', 'On it\n/take');
        await desk.forward('2d');
        expect(posts).toBe(tried);
      }
      expect(await owed(n)).toEqual([]);
    });

  test('members that cannot be read just now are asked for again', async () => {
    await open();
    desk.act.muteTeam('acme', 'support', true);
    const n = await nearlyDue();
    desk.twin.faults.push({ method: 'GET', path: /\/teams\/support\/members$/, status: 502, times: 2 });
    await desk.forward('10m');
    expect(words(n)).toEqual(['@acme/support', `${SUPPORT} @mark @sara`]);
  });
});

describe('wherever a process dies after it began to send the page, one page and one comment with names stand there', () => {
  class Crash extends Error {}
  for (const [how, unkind, stride] of [
    ['on a GitHub that shows everything at once', undefined, 1],
    ['on replicas that lag', { lagS: 3, seed: 7 }, 2],
  ] as const)
    test(how, async () => {
      await open('"@acme/support"', { validate: false, ...(unkind ? { unkind } : {}) });
      desk.act.muteTeam('acme', 'support', true);
      let crashes = 0;
      for (let n = 1; ; n += stride) {
        const number = await nearlyDue();
        let count = 0;
        desk.tamper = (what, _after, [write]) => {
          if (count === 0 && !(what === 'store intend' && (write as { key: string }).key.startsWith('owed:'))) return;
          if (++count >= n) throw new Crash('the process is dead');
        };
        await desk.forward('40s').catch(() => undefined);
        desk.tamper = undefined;
        if (count >= n) {
          await desk.kill();
          await desk.until(iso(instant(desk.now + [0, 7, 130, 1000][n % 4]!)));
          await desk.start();
        }
        await desk.forward('10m');
        expect(words(number), `crash ${n}`).toEqual(['@acme/support', `${SUPPORT} @mark @sara`]);
        expect(await owed(number), `crash ${n}`).toEqual([]);
        desk.act.close(REPO, number, 'rita');
        await desk.settle();
        if (count < n) break;
        crashes += 1;
      }
      expect(crashes).toBeGreaterThan(20 / stride);
    }, 120_000);
});
