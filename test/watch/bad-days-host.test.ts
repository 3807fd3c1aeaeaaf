import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { NORMAL } from '../../src/watch/parts.ts';
import { BadDay, reset } from './bad-days.ts';

const HOUR = 3_600;
const TWO_DAYS = 48 * HOUR;
let day: BadDay;
afterEach(() => day?.close());

const written = async () => (await day.store.everyOwnWrite(instant(0))).length;
const downs = async () => (JSON.parse((await day.store.getMeta('awake'))!) as { downs: [number, number][] }).downs;
const limits = () => day.store.getMeta('limited');

/** A desk with a ticket; GitHub limits another installation for half an hour. Answers the ticket. */
async function opened(): Promise<number> {
  day = await BadDay.open();
  const n = day.opens();
  await day.forward(600);
  await day.store.putMeta('limited', JSON.stringify({ 77: [day.now, day.now + HOUR / 2] }));
  return n;
}

describe('a host two days ahead', () => {
  test('on which the process starts while GitHub is away changes nothing in the store before GitHub says what time it is', async () => {
    const n = await opened();
    await day.services.pop()!.desk.stop();
    const before = [await written(), await day.store.getMeta('awake'), await limits(), await day.store.alarms()];
    expect(before[0]).toBeGreaterThan(0);
    day.skewS = TWO_DAYS;
    const well = day.between;
    day.between = async () => reset();
    await day.start(false);
    const { desk } = day.services[0]!;
    for (let i = 0; i < 10; i++) {
      await desk.turn();
      day.now = instant(day.now + 10);
    }
    expect([await written(), await day.store.getMeta('awake'), await limits(), await day.store.alarms()]).toEqual(before);
    expect(await desk.health()).toMatchObject({ ready: false, turnedAt: expect.any(Number) });
    // GitHub is asked what time it is, and not all the time.
    expect(day.sent.filter((one) => one.what === 'GET /rate_limit' && one.status === undefined).length).toBeLessThanOrEqual(11);
    const wake = { subject: 'issue:1:1', installation: 1, dueAt: day.now, urgency: NORMAL };
    expect(await desk.receive('a webhook that comes meanwhile', [wake])).toBe(true);

    day.between = well;
    await day.settle();
    expect((await desk.health()).ready).toBe(true);
    expect(await written()).toBeGreaterThanOrEqual(before[0] as number);
    expect(await limits()).toBe(before[2]);
    for (const [, to] of await downs()) expect(to).toBeLessThanOrEqual(day.now);
    await day.forward(HOUR);
    const [late, ...more] = day.pages(n).map((one) => one.at - day.issue(n).createdAt - HOUR);
    expect(more).toEqual([]);
    // What is corrected errs by a second or two, and towards late.
    expect([0, 1, 2]).toContain(late);
  });

  test('since somebody set it forward while the desk runs, forgets nothing, whatever comes first', async () => {
    await opened();
    const before = [await written(), await downs(), await limits()];
    day.skewS = TWO_DAYS;
    const leases: unknown[] = [];
    const claim = day.store.claim;
    Object.assign(day.store, {
      claim: async (...asked: Parameters<typeof claim>) => {
        leases.push(asked[0] - day.now);
        return claim(...asked);
      },
    });
    await day.turn();
    await day.settle();
    expect([await written(), await downs(), await limits()]).toEqual(before);
    // Nothing is claimed by a clock that is ahead either: it would end the leases of others.
    for (const ahead of leases) expect(ahead).toBeLessThanOrEqual(5);
  });
});

test('GitHub behind a proxy that leaves out when an answer was dated: the clock of the host is believed', async () => {
  await opened();
  await day.services.pop()!.desk.stop();
  day.between = async (_, ask) => {
    const answer = await ask();
    const headers = new Headers(answer.headers);
    headers.delete('x-github-request-id');
    return new Response(answer.status === 304 || answer.status === 204 ? null : await answer.text(), { status: answer.status, headers });
  };
  await day.start(false);
  await day.settle();
  expect((await day.services[0]!.desk.health()).ready).toBe(true);
});
