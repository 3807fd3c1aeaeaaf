import { afterEach, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { Pace } from '../../src/github/pace.ts';
import { BadDay, POLICY } from './bad-days.ts';

const HOUR = 3_600;
const NEXT = `${POLICY.replace('first_response: 1h,', 'first_response: 1h, next_response: 1h,')}  - { clock: next_response, at: breach, mention: [owners] }
`;
/** More than are called without a crowd, the one that is answered apart. */
const MANY = 12;
/** More than two minutes of what a desk may write beside pages, of which these take nothing. */
const FAILED = 70;

let day: BadDay | undefined;
/** Of the second that the day's clock shows. */
let partMs = 0;

// Whoever waits for a turn to write turns the clock: the pace is GitHub's own, and takes no time here.
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    if (!day) return;
    partMs += ms;
    day.now = instant(day.now + Math.floor(partMs / 1000));
    partMs %= 1000;
  },
}));
afterEach(async () => {
  vi.restoreAllMocks();
  await day?.close();
  day = undefined;
});

const asked = (at: BadDay): number => at.sent.filter((one) => one.what.endsWith('/attempts') && one.status === 202).length;

/** Friday afternoon until Monday morning: nobody is there, and GitHub delivers nothing. */
async function weekend(): Promise<{ readonly at: BadDay; readonly overdue: number[]; readonly answered: number }> {
  const at = await BadDay.open({ policy: NEXT, pace: (store) => new Pace({}, store), sweepS: 60 });
  day = at;
  partMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => at.now * 1000 + partMs);
  const unanswered = at.opens('acme/desk', 'Nobody answers');
  const talked = Array.from({ length: MANY }, (_, i) => at.opens('acme/desk', `Answered on Friday ${i}`));
  await at.settle();
  for (const n of talked) at.act.comment('acme/desk', n, 'On it.', 'mark');
  const note = at.act.comment('acme/desk', unanswered, 'A note', 'rita');
  await at.forward(HOUR / 2);
  const [gone] = at.services.splice(0);
  await gone!.desk.stop();
  at.twin.unkind = { webhooks: { drop: 1 } };
  at.now = instant(at.now + 30 * HOUR);
  // What nobody can have expected: it must not look like a crowd. One of them is answered in time.
  for (const n of talked) at.act.comment('acme/desk', n, 'And now?', 'rita');
  at.act.comment('acme/desk', talked[0]!, 'Now it works.', 'mark');
  for (let i = MANY + 1; i < FAILED; i++) at.act.editComment('acme/desk', note, `A note, edited ${i}`, 'rita');
  at.now = instant(at.now + 30 * HOUR);
  at.twin.unkind = {};
  const [answered, ...waiting] = talked;
  expect(at.pages(unanswered)).toEqual([]);
  return { at, overdue: [unanswered, ...waiting], answered: answered! };
}

const pagesOf = (at: BadDay, numbers: readonly number[]) => numbers.map((n) => at.pages(n).map((one) => one.keys));

for (const [how, second] of [
  ['one process', false],
  ['a second process that starts ten seconds after the first', true],
] as const)
  test(`down for a weekend, at GitHub’s own pace, ${how}: right two minutes after it starts, each step once and late`, async () => {
    const { at, overdue, answered } = await weekend();
    const started = at.now;
    await at.start();
    if (second) {
      await at.services[0]!.desk.begin();
      at.now = instant(started + 10);
      await at.start();
    }
    const ready = new Map<number, number>();
    while (ready.size < at.services.length && at.now < started + 300) {
      await at.settle(0);
      for (const [i, { desk }] of at.services.entries()) {
        if (ready.has(i) || !(await desk.health()).ready) continue;
        ready.set(i, at.now - started);
        // Not before all was asked for, and what fell due is posted.
        expect(asked(at)).toBe(FAILED);
        for (const keys of pagesOf(at, overdue)) expect(keys).toHaveLength(1);
      }
      at.now = instant(at.now + 15);
    }
    expect(ready.size).toBe(second ? 2 : 1);
    expect(Math.max(...ready.values())).toBeLessThanOrEqual(120);
    expect(asked(at)).toBe(FAILED);
    const posted = pagesOf(at, overdue);
    for (const n of overdue) expect(at.pages(n)[0]!.body).toContain('comes late');
    expect(at.pages(answered)).toEqual([]);
    await at.forward(HOUR / 3);
    expect(pagesOf(at, overdue)).toEqual(posted);
    for (const n of overdue) expect(at.own(n).filter((one) => one.is === 'status')).toHaveLength(1);
    // No list of a crowd, which would wait for a responder.
    expect(Object.values(at.twin.world.theRepo('acme/desk').issues).filter((one) => one.byApp)).toEqual([]);
  });
