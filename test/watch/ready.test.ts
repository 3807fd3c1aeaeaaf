import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Alarm } from '../../src/store/port.ts';
import { BACKGROUND, issueSubject, NORMAL, SWEEPING, sweepSubject } from '../../src/watch/parts.ts';
import { BadDay } from './bad-days.ts';

const HOUR = 3_600;
let day: BadDay;
afterEach(() => day?.close());

/** A desk with a repository and a ticket, whose process has just been started anew. */
async function restarted(before?: (repo: number) => Promise<void>): Promise<void> {
  day = await BadDay.open();
  day.opens();
  await day.settle();
  await stopped();
  day.now = instant(day.now + HOUR / 4);
  await before?.(day.twin.world.theRepo('acme/desk').id);
  await day.start();
}
const stopped = () => Promise.all(day.services.splice(0).map((one) => one.desk.stop()));
const isReady = async (nth = 0) => (await day.services[nth]!.desk.health()).ready;

test('a desk on which looks are always under way is ready all the same, once what was due before it started is done', async () => {
  await restarted();
  const held: (() => void)[] = [];
  let came = 0;
  day.between = async (what, ask) => {
    if (/^GET .*\/issues\/\d+$/.test(what)) {
      came++;
      await new Promise<void>((go) => held.push(go));
    }
    return ask();
  };
  const { desk } = day.services[0]!;
  for (let n = 2; !(await isReady()); n++) {
    expect(n).toBeLessThan(50);
    // People go on filing issues: what is under way ends when the next look is.
    day.opens('acme/desk', `Another ${n}`);
    await day.twin.settle();
    day.now = instant(day.now + 2);
    for (const before = came; came === before; await new Promise((go) => setImmediate(go))) await desk.begin();
    for (const go of held.splice(0, held.length - 1)) go();
  }
  expect(held.length).toBeGreaterThan(0);
  day.between = (_, ask) => ask();
  for (const go of held.splice(0)) go();
});

test('it is not ready while another process is still at what was due before', async () => {
  let held: Alarm | undefined;
  await restarted(async (repo) => {
    await day.store.wake([{ subject: issueSubject(repo, 1), installation: day.installation(), dueAt: day.now, urgency: NORMAL }]);
    [held] = await day.store.claim(day.now, instant(day.now + 120), 1, 1);
  });
  expect(held).toBeDefined();
  await day.settle();
  expect(await isReady()).toBe(false);
  await day.store.settle(held!, undefined);
  await day.settle();
  expect(await isReady()).toBe(true);
});

test('it is not ready before the last page of the list of repositories has been read, however many there are', async () => {
  await restarted();
  const ready: boolean[] = [];
  day.between = async (what, ask, _, url) => {
    const answer = await ask();
    if (what !== 'GET /installation/repositories') return answer;
    // Twenty pages, a second each.
    day.now = instant(day.now + 1);
    ready.push(await isReady());
    const page = Number(new URL(url!).searchParams.get('page') ?? 1);
    const headers = new Headers(answer.headers);
    if (page < 20) headers.set('link', `<https://ghe.test/api/v3/installation/repositories?per_page=100&page=${page + 1}>; rel="next"`);
    return new Response(await answer.text(), { status: answer.status, headers });
  };
  await day.settle();
  expect(ready).toEqual(Array(20).fill(false));
  expect(await isReady()).toBe(true);
});

test('it waits for no sweep, no backlog and nobody whom GitHub limits', async () => {
  await restarted(async (repo) => {
    const about = { installation: day.installation(), dueAt: day.now };
    await day.store.wake([
      { ...about, subject: sweepSubject(repo), urgency: SWEEPING },
      { ...about, subject: issueSubject(repo, 3), urgency: BACKGROUND },
      { ...about, subject: issueSubject(repo, 2), urgency: NORMAL, installation: 77 },
    ]);
    const until = instant(day.now + HOUR / 2);
    await day.store.putMeta('limited', JSON.stringify({ 77: [day.now, until] }));
    await day.store.claim(day.now, instant(day.now + 120), 2, 2, [77]);
  });
  await day.settle();
  expect(await isReady()).toBe(true);
});

test('a second one on the store is ready when the first has done what was due before either', async () => {
  await restarted();
  day.now = instant(day.now + 10);
  await day.start();
  await day.services[0]!.desk.begin();
  expect(await isReady(1)).toBe(false);
  await day.settle();
  expect([await isReady(0), await isReady(1)]).toEqual([true, true]);
});
