import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { limitsAt } from '../../src/watch/limits.ts';
import { BadDay } from './bad-days.ts';

const HOUR = 3_600;
let day: BadDay;
afterEach(() => day?.close());

const limited = () =>
  new Response(JSON.stringify({ message: 'You have exceeded a secondary rate limit.' }), {
    status: 429,
    headers: { 'content-type': 'application/json', 'retry-after': '86400' },
  });
const health = () => day.services.at(-1)!.desk.health();

/** One 429 for a day, when the App asks what could not be delivered; then GitHub is well. Answers the ticket, which is due in half an hour. */
async function limitedOnce(): Promise<number> {
  day = await BadDay.open();
  const n = day.opens();
  await day.settle();
  await day.forward(day.issue(n).createdAt + HOUR / 2 - day.now);
  let left = 1;
  day.between = async (what, ask) => (what === 'GET /app/hook/deliveries' && left-- > 0 ? limited() : ask());
  await day.store.wake([{ subject: 'deliveries', installation: 0, dueAt: day.now, urgency: 3 }]);
  await day.settle();
  expect(left).toBe(0);
  return n;
}
const restarts = async () => {
  await day.services.pop()!.desk.stop();
  await day.start(false);
  await day.services[0]!.knowMe().catch(() => undefined);
};

test('a day-long limit of the App itself, and the only process starts anew: its installations work on', async () => {
  const n = await limitedOnce();
  await restarts();
  const asked = day.sent.length;
  await day.forward(day.issue(n).createdAt + HOUR + 60 - day.now);
  expect(day.pages(n).map((one) => one.at - day.issue(n).createdAt)).toEqual([HOUR]);
  // The limit is heeded.
  expect(day.sent.slice(asked).filter((one) => /^GET \/app\b/.test(one.what))).toEqual([]);
});

test('it is seen to hold up what it holds up, and is asked about within the hour', async () => {
  await limitedOnce();
  const since = day.now;
  await day.forward(600);
  expect((await health()).queueAgeS).toBeGreaterThanOrEqual(600);
  await restarts();
  await day.settle();
  expect(await health()).toMatchObject({ ready: false, caughtUp: false });
  await day.forward(since + HOUR + 120 - day.now);
  expect(await health()).toMatchObject({ ready: true, queueAgeS: 0 });
});

test('what waits for GitHub to list what could not be delivered is not ready', async () => {
  await limitedOnce();
  await day.forward(HOUR + 120);
  await day.services.pop()!.desk.stop();
  let left = 1;
  day.between = async (what, ask) => (what === 'GET /app/hook/deliveries' && left-- > 0 ? limited() : ask());
  await day.start();
  await day.settle();
  expect(left).toBe(0);
  expect((await health()).ready).toBe(false);
  await day.forward(HOUR + 120);
  expect((await health()).ready).toBe(true);
});

test('one that a version before kept for a day is heeded for an hour', async () => {
  day = await BadDay.open();
  const until = instant(day.now + 86_400);
  await day.store.putMeta('limited', JSON.stringify({ 0: [day.now, until], 7: [day.now, until] }));
  const kept = await limitsAt(day.store, day.now);
  expect(kept.map((one) => [one.installation, one.until - day.now])).toEqual([
    [0, HOUR],
    [7, 86_400],
  ]);
});

test('who another App was on this store is nobody', async () => {
  await limitedOnce();
  for (const text of ['', 'null', '{', '{"id":1}', JSON.stringify({ id: 4712, slug: 'another', bot: 5 })]) {
    await day.store.putMeta('me', text);
    await day.services.pop()?.desk.stop();
    await day.start(false);
    await expect(day.services[0]!.knowMe()).rejects.toMatchObject({ limited: true });
  }
});
