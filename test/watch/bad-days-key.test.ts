import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { vitalsOf } from '../../src/web/health.ts';
import { answers, BadDay } from './bad-days.ts';

const HOUR = 3_600;
const SAYS = "GitHub does not take the App's key";

let day: BadDay;
let said: { readonly fields: Record<string, unknown>; readonly message: string }[];
beforeEach(async () => {
  // Octokit waits, really, for a token that is younger than five seconds.
  vi.useFakeTimers({ toFake: ['Date'] });
  day = await BadDay.open({ repositories: ['acme/desk', 'beta/desk'], sweepS: 60 });
  vi.setSystemTime(Date.now() + 10_000);
  said = [];
  vi.spyOn(day.services[0]!.desk.parts.log, 'warn').mockImplementation((fields, message) => {
    said.push({ fields: fields as Record<string, unknown>, message });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  return day.close();
});

const health = () => day.services[0]!.desk.health();
const reasons = async () => (await vitalsOf(health).check()).reasons;
const refuseAll = () => {
  day.between = async () => answers.refused(401, 'Bad credentials');
};
const takeAll = () => {
  vi.setSystemTime(Date.now() + 10_000);
  day.between = (_, ask) => ask();
};
/** Both have a ticket that falls due in so many seconds. */
async function dueIn(seconds: number): Promise<readonly [number, number]> {
  const both = [day.opens('acme/desk'), day.opens('beta/desk')] as const;
  await day.settle();
  await day.forward(day.issue(both[0]).createdAt + HOUR - seconds - day.now);
  return both;
}

test('a key that GitHub does not take is seen within a minute, and what falls due meanwhile is late', async () => {
  const [mine] = await dueIn(90);
  expect(await reasons()).toEqual([]);
  refuseAll();
  const from = day.now;
  await day.forward(60);
  expect([(await health()).ready, await reasons()]).toEqual([false, ['key_refused']]);
  await day.forward(300);
  expect((await health()).queueAgeS).toBeGreaterThan(270);
  expect(day.pages(mine)).toEqual([]);

  // Each says what it is, the first time and every time after it, and no limit is told of.
  const failed = said.filter((one) => one.message === 'look failed' || one.message === 'GitHub request failed');
  expect(failed.length).toBeGreaterThan(6);
  for (const { fields } of failed) expect(fields).toMatchObject({ fault: 'passing', status: 401, [fields.why ? 'why' : 'err']: SAYS });
  expect(JSON.stringify(said)).not.toContain('limits this installation');

  // One request a minute asks whether the key is taken again, after those that were on their way.
  const later = day.sent.filter((one) => one.at > from + 60 && one.at <= from + 360).map((one) => one.what);
  for (const repository of day.repositories) {
    const token = `POST /app/installations/${day.installation(repository)}/access_tokens`;
    const asked = later.filter((what) => what === token).length;
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(asked).toBeLessThanOrEqual(6);
  }
  expect(later.filter((what) => what.includes('/repos/'))).toEqual([]);
});

test('once the key is taken again, the desk is ready within two minutes, and the page is posted once and late', async () => {
  const both = await dueIn(90);
  refuseAll();
  await day.forward(360);
  takeAll();
  const from = day.now;
  await day.forward(120);
  expect([(await health()).ready, await reasons(), (await health()).queueAgeS]).toEqual([true, [], 0]);
  await day.forward(HOUR);
  for (const [i, repository] of day.repositories.entries()) {
    const [page, ...more] = day.pages(both[i]!, repository);
    expect(more).toEqual([]);
    expect(page!.body).toContain('comes late');
    expect(page!.at - from).toBeLessThanOrEqual(120);
    expect(day.own(both[i]!, repository).filter((one) => one.is === 'status')).toHaveLength(1);
  }
});

test('hours later the desk is ready as soon: the pauses have not grown', async () => {
  const [mine] = await dueIn(90);
  refuseAll();
  await day.forward(3 * HOUR);
  takeAll();
  const from = day.now;
  await day.forward(120);
  expect((await health()).ready).toBe(true);
  expect(day.pages(mine)[0]!.at - from).toBeLessThanOrEqual(120);
});

test('nobody waits longer where GitHub says 403 to whoever was told 401 too often', async () => {
  const [mine] = await dueIn(90);
  day.between = async () => answers.refused(403, 'Maximum number of login attempts exceeded. Please try again later.');
  await day.forward(600);
  expect(await reasons()).toEqual(['key_refused']);
  takeAll();
  const from = day.now;
  await day.forward(120);
  expect(await reasons()).toEqual([]);
  expect(day.pages(mine)[0]!.at - from).toBeLessThanOrEqual(120);
});

test('an installation whose new tokens are not taken is late, and the key is not to blame', async () => {
  const [mine, theirs] = await dueIn(90);
  const later = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((go: () => void, ms: number) => later(go, ms === 1_000 ? 0 : ms)) as never);
  day.between = async (what, ask) => {
    if (!what.includes('/repos/acme/')) return ask();
    vi.setSystemTime(Date.now() + 10_000);
    return answers.refused(401, 'Bad credentials');
  };
  await day.forward(600);
  expect([(await health()).ready, await reasons()]).toEqual([true, []]);
  expect((await health()).queueAgeS).toBeGreaterThan(400);
  expect(JSON.stringify(said)).not.toContain(SAYS);
  expect(day.pages(theirs, 'beta/desk')).toHaveLength(1);
  takeAll();
  await day.forward(120);
  expect([day.pages(mine).length, (await health()).queueAgeS]).toEqual([1, 0]);
});

test('a suspended installation, or one that is gone, says nothing of the key', async () => {
  await dueIn(90);
  const token = `POST /app/installations/${day.installation('acme/desk')}/access_tokens`;
  // An hour later a new token is asked for.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + HOUR * 1_000);
  for (const [status, message] of [
    [403, 'This installation has been suspended'],
    [404, 'Not Found'],
  ] as const) {
    day.between = async (what, ask) => (what === token ? answers.refused(status, message) : ask());
    await day.forward(120);
    expect([(await health()).ready, await reasons()]).toEqual([true, []]);
  }
  expect(day.sent.some((one) => one.what === token && one.status === 403)).toBe(true);
});

test('a limit is still one: what rests at GitHub’s wish is not late', async () => {
  await dueIn(90);
  const end: Instant = instant(day.now + 1_800);
  day.between = async (what, ask) => (what.includes('/repos/acme/') && day.now < end ? answers.primary(day.now, end - day.now) : ask());
  await day.forward(600);
  expect([await reasons(), (await health()).queueAgeS]).toEqual([[], 0]);
});
