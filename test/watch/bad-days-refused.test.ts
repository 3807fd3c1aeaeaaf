import { afterEach, describe, expect, test } from 'vitest';
import { readKey } from '../../src/desk/record.ts';
import { answers, BadDay, POLICY } from './bad-days.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const STEP = 'first_response/opened/breach';
const NOTIFIED = 'people responsible were notified';

let day!: BadDay;
afterEach(() => day?.close());

type Hit = (what: string, body: string) => boolean;
const isComment = (what: string) => /^POST .*\/comments$/.test(what);
const isPage: Hit = (what, body) => isComment(what) && body.includes('\\"is\\":\\"step\\"');
const isReply: Hit = (what, body) => isComment(what) && body.includes('\\"is\\":\\"reply\\"');
const isLabel: Hit = (what) => /^POST .*\/issues\/\d+\/labels$/.test(what);
const isWrite: Hit = (what) => /^(?:POST|PATCH|PUT|DELETE) \/repos/.test(what);

/** GitHub says no to so many of these requests. `done`: and does it all the same. Answers when it was asked. */
function refuses(hits: Hit, times: number, status = 403, done = false): number[] {
  const asked: number[] = [];
  day.between = async (what, ask, init) => {
    if (!hits(what, String(init?.body ?? ''))) return ask();
    asked.push(day.now);
    if (asked.length > times) return ask();
    if (done) await ask();
    return answers.refused(status, 'Resource not accessible by integration');
  };
  return asked;
}

/** A ticket whose page is due in half a minute. */
async function nearlyDue(): Promise<number> {
  day = await BadDay.open({ sweepS: DAY });
  const n = day.opens();
  await day.settle();
  await day.forward(HOUR - 30 - (day.now - day.issue(n).createdAt));
  expect(day.pages(n)).toEqual([]);
  return n;
}

const status = (n: number) => day.own(n).find((one) => one.is === 'status')!.body;
const record = (n: number) => readKey(status(n))?.record;
const due = (n: number) => day.issue(n).createdAt + HOUR;

describe('a page that GitHub refuses once is there five minutes later, once', () => {
  for (const no of [403, 422, 404, 410])
    test(`${no}`, async () => {
      const n = await nearlyDue();
      refuses(isPage, 1, no);
      await day.forward(60);
      // Meanwhile nothing is said that is not true, and the rest of the step is there.
      expect(day.pages(n)).toEqual([]);
      expect(status(n)).toContain('The answer is late.');
      expect(status(n)).not.toContain(NOTIFIED);
      expect(record(n)).toMatchObject({ steps: [], breaches: [['first_response', 'opened', due(n)]] });
      expect(day.labelsOf(n)).toContain('escalated');
      await day.forward(HOUR);
      expect(day.pages(n)).toHaveLength(1);
      expect(day.pages(n)[0]!.at - due(n)).toBeLessThan(310);
      expect(status(n)).toContain(NOTIFIED);
      expect(record(n)!.steps).toEqual([STEP]);
      await day.forward(2 * DAY);
      expect(day.pages(n)).toHaveLength(1);
    });

  test('though it was written: no second one', async () => {
    const n = await nearlyDue();
    refuses(isPage, 1, 422, true);
    await day.forward(DAY);
    expect(day.pages(n)).toHaveLength(1);
    expect(record(n)!.steps).toEqual([STEP]);
  });
});

describe('a page that GitHub refuses for days', () => {
  test('is tried less and less often, the check run says so, the rest goes on; then it is there, once, late', async () => {
    const n = await nearlyDue();
    const asked = refuses(isPage, Number.POSITIVE_INFINITY);
    await day.forward(3 * DAY);
    expect(asked.map((at) => Math.round((at - due(n)) / 60))).toEqual([0, 5, 25, 105, 425, 1705, 3145]);
    day.act.comment('acme/desk', n, 'Hello?', 'rita');
    day.act.unlabel('acme/desk', n, 'escalated', 'mark');
    await day.forward(120);
    expect(asked).toHaveLength(7);
    expect(record(n)).toMatchObject({ steps: [] });
    expect(status(n)).not.toContain(NOTIFIED);
    expect(day.labelsOf(n)).toContain('escalated');
    const checks = Object.values(day.twin.world.theRepo('acme/desk').checks);
    expect(checks.at(-1)!.output.summary).toContain(`on these issues: #${n}.`);
    expect(checks).toHaveLength(2);
    day.between = (_, ask) => ask();
    await day.forward(DAY);
    expect(day.pages(n)).toHaveLength(1);
    expect(day.pages(n)[0]!.body).toContain('comes late');
    expect(status(n)).toContain(NOTIFIED);
  });

  test('is not sent any more once there is an answer', async () => {
    const n = await nearlyDue();
    refuses(isPage, 2);
    await day.forward(HOUR / 4);
    day.act.comment('acme/desk', n, 'On it\n/take', 'mark');
    await day.forward(2 * DAY);
    expect(day.pages(n)).toEqual([]);
    expect(status(n)).not.toContain(NOTIFIED);
  });

  test('does not keep the next step from its own instant, which goes on counting', async () => {
    const repeats = POLICY.replace('mention: [owners]', 'mention: [owners], repeat: { every: 2h, times: 3 }');
    day = await BadDay.open({ policy: repeats, sweepS: DAY });
    const n = day.opens();
    await day.settle();
    const asked = refuses(isPage, Number.POSITIVE_INFINITY);
    await day.forward(HOUR + 5 * HOUR);
    expect(asked.map((at) => Math.round((at - due(n)) / 60))).toEqual([0, 5, 25, 105, 120, 240]);
  });
});

describe('another write that GitHub refuses', () => {
  for (const no of [403, 422, 404])
    test(`a label, once (${no}): its ticket has its marker five minutes later`, async () => {
      day = await BadDay.open({ sweepS: DAY });
      refuses(isLabel, 2, no);
      const n = day.opens();
      await day.forward(330);
      expect(day.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
    });

  for (const no of [403, 404])
    test(`a reply, once (${no}): it is there five minutes later, once`, async () => {
      day = await BadDay.open({ sweepS: DAY });
      const n = day.opens();
      await day.settle();
      refuses(isReply, 1, no);
      day.act.comment('acme/desk', n, '/sla', 'rita');
      await day.forward(330);
      expect(day.own(n).filter((one) => one.is === 'reply')).toHaveLength(1);
    });

  test('a reply, for good: it is tried twice, and its command keeps the rest waiting for five minutes only', async () => {
    day = await BadDay.open({ sweepS: DAY });
    const n = day.opens();
    await day.settle();
    const asked = refuses(isReply, Number.POSITIVE_INFINITY);
    day.act.comment('acme/desk', n, '/sla', 'rita');
    await day.forward(330);
    expect(asked).toHaveLength(2);
    expect(record(n)!.done).toMatchObject([{ name: 'sla', ok: true }]);
    await day.forward(3 * DAY);
    expect(asked).toHaveLength(2);
  });

  test('every write, for days: each ticket costs some requests a day, and all is there once GitHub takes it', async () => {
    const n = await nearlyDue();
    const asked = refuses(isWrite, Number.POSITIVE_INFINITY);
    day.act.comment('acme/desk', n, 'On it\n/take\n/sla', 'mark');
    await day.forward(DAY);
    const first = asked.length;
    expect(first).toBeLessThan(30);
    await day.forward(5 * DAY);
    expect(asked.length - first).toBeLessThan(5 * 10);
    day.between = (_, ask) => ask();
    await day.forward(DAY);
    expect(day.labelsOf(n)).toContain('⭕️ in progress');
    expect(record(n)!.done.map((one) => one.name)).toEqual(['take', 'sla']);
  });
});

test('a write that is answered 404 costs no ticket: whether the issue is gone say the reads', async () => {
  const n = await nearlyDue();
  refuses(isWrite, 3, 404);
  await day.forward(330);
  const [repo] = await day.store.repos();
  expect(await day.store.ticket(repo!.repo, n)).toBeDefined();
  expect(day.pages(n)).toHaveLength(1);
});
