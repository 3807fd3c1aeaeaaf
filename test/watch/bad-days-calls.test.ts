import { afterEach, describe, expect, test } from 'vitest';
import { readKey } from '../../src/desk/record.ts';
import { Pace } from '../../src/github/pace.ts';
import { answers, BadDay, type BadDayOptions, POLICY } from './bad-days.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const STEP = 'first_response/opened/breach';
const NOTIFIED = 'people responsible were notified';

let day!: BadDay;
afterEach(() => day?.close());

const isWrite = (what: string) => /^(?:POST|PATCH|PUT|DELETE) \/repos/.test(what);
const isStep = (what: string, body: string) => /^POST .*\/comments$/.test(what) && body.includes('\\"is\\":\\"step\\"');
const status = (n: number) => day.own(n).find((one) => one.is === 'status')!.body;
const record = (n: number) => readKey(status(n))!.record!;

async function opened(options: BadDayOptions = {}): Promise<number> {
  day = await BadDay.open({ sweepS: DAY, ...options });
  const n = day.opens();
  await day.settle();
  return n;
}

/** To so many seconds after the issue was opened. */
const since = (n: number, seconds: number) => day.forward(seconds - (day.now - day.issue(n).createdAt));

test('ten minutes in which GitHub refuses every write leave a ticket that was resolved in them wrong for a day at most', async () => {
  const n = await opened({ sweepS: 600 });
  day.act.comment('acme/desk', n, 'On it\n/take', 'mark');
  await day.forward(60);
  const until = day.now + 600;
  day.between = async (what, ask) => (isWrite(what) && day.now < until ? answers.refused(403, 'No') : ask());
  day.act.comment('acme/desk', n, '/fixed', 'mark');
  await day.forward(30);
  day.act.comment('acme/desk', n, '/confirm', 'rita');
  await day.forward(600);
  expect(day.labelsOf(n)).toContain('⭕️ in progress');
  await day.forward(DAY);
  expect(day.labelsOf(n)).toContain('🟢 resolved');
  expect(day.issue(n).state).toBe('closed');
  expect(record(n).done.map((one) => one.name)).toEqual(expect.arrayContaining(['take', 'fixed', 'confirm']));
  // Nothing is left to look for.
  expect((await day.store.alarms()).filter((one) => one.subject.startsWith('issue:'))).toEqual([]);
});

describe('a page that was posted though GitHub answered', () => {
  for (const no of [404, 410])
    test(`${no}, and that its replicas show late, calls nobody twice`, async () => {
      const n = await opened({ lagS: 8 });
      let times = 0;
      day.between = async (what, ask, init) => {
        if (!isStep(what, String(init?.body ?? '')) || times++ > 0) return ask();
        await ask();
        return answers.refused(no, 'Not Found');
      };
      await since(n, HOUR + 30);
      expect(day.pages(n)).toHaveLength(1);
      await day.forward(HOUR);
      expect(day.pages(n)).toHaveLength(1);
      expect(record(n).steps).toEqual([STEP]);
    });
});

test('a step for which nobody can be called is not said to have called anybody, then or later; its record keeps it, so that it calls nobody twice', async () => {
  const n = await opened({ policy: POLICY.replace('@petra', '@nobodyhere') });
  await since(n, HOUR + 10 * 60);
  expect(day.pages(n)).toEqual([]);
  expect(status(n)).toContain('The answer is late.');
  expect(status(n)).not.toContain(NOTIFIED);
  expect(record(n).steps).toContain(STEP);
  day.act.comment('acme/desk', n, 'Hello?', 'rita');
  day.act.comment('acme/desk', n, '/sla', 'rita');
  await day.forward(2 * DAY);
  expect(status(n)).not.toContain(NOTIFIED);
  expect(day.own(n).find((one) => one.is === 'reply')!.body).not.toContain(NOTIFIED);
  expect(day.labelsOf(n)).toContain('escalated');
});

test('names that GitHub refuses for two days are there when it takes them, once', async () => {
  const n = await opened({ policy: POLICY.replace('@petra', '@acme/support') });
  day.act.muteTeam('acme', 'support', true);
  const asked: number[] = [];
  let until = Number.POSITIVE_INFINITY;
  day.between = async (what, ask, init) => {
    if (!isStep(what, String(init?.body ?? '')) || !String(init?.body).includes(`names/${STEP}`) || day.now >= until) return ask();
    asked.push(day.now);
    return answers.refused(403, 'No');
  };
  await since(n, HOUR + 30);
  expect(day.pages(n).map((one) => one.keys)).toEqual([[STEP]]);
  until = day.now + 2 * DAY;
  await day.forward(2 * DAY);
  expect(asked.length).toBeLessThan(12);
  await day.forward(DAY);
  expect(day.pages(n).map((one) => one.keys)).toEqual([[STEP], [`names/${STEP}`]]);
});

describe('an installation that has written all that is not urgent', () => {
  const paced = { pace: (store: BadDay['store']) => new Pace({ gapMs: 0, perHour: 100 }, store) };
  const reacted = () => day.sent.filter((one) => /^POST .*\/reactions$/.test(one.what)).length;

  test('overrules nobody: a command that changes nothing to see is written down while there is room for what events ask for', async () => {
    const n = await opened(paced);
    // More than the twenty writes of an hour that nobody waits for, and less than the forty of the rest.
    for (let i = 0; i < 4; i++) day.opens('acme/desk', `Other ${i}`);
    await day.forward(60);
    day.act.comment('acme/desk', n, 'On it\n/take', 'mark');
    await day.forward(30);
    expect(day.issue(n).assignees).toHaveLength(1);
    day.act.comment('acme/desk', n, '/take', 'mark');
    await day.forward(30);
    expect(record(n).done).toHaveLength(2);
    day.act.unassign('acme/desk', n, 'mark', 'mark');
    await day.forward(60);
    expect(day.issue(n).assignees).toEqual([]);
  });

  test('reacts once to a command whose record has to wait', async () => {
    const n = await opened(paced);
    day.act.comment('acme/desk', n, 'On it\n/take', 'mark');
    await day.forward(60);
    const before = reacted();
    const from = day.now;
    // The status comment has no room for an hour; what is smaller has.
    day.between = async (what, ask) => (/^PATCH .*\/comments\//.test(what) && day.now < from + HOUR ? answers.broken(502) : ask());
    day.act.comment('acme/desk', n, '/take', 'mark');
    await day.forward(2 * HOUR);
    expect(record(n).done).toHaveLength(2);
    expect(reacted() - before).toBe(1);
  });
});

test('who may be called is asked again before nobody is, though its record had not been written for an hour', async () => {
  const n = await opened();
  day.act.comment('acme/desk', n, '/hold', 'olga');
  let wrong = 0;
  day.between = async (what, ask) => {
    const ageS = day.now - day.issue(n).createdAt;
    if (what.startsWith('PATCH ') && ageS < HOUR - 10) return answers.broken(502);
    if (!/collaborators\/petra\/permission$/.test(what) || ageS >= HOUR + 30) return ask();
    wrong++;
    return answers.refused(404, 'Not Found');
  };
  await since(n, HOUR + 30 * 60);
  expect(wrong).toBeGreaterThan(0);
  expect(day.pages(n).map((one) => one.keys)).toEqual([[STEP]]);
});
