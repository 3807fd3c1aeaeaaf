import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { BadDay } from './bad-days.ts';

const HOUR = 3_600;
let day!: BadDay;
afterEach(() => day?.close());

/** From now on, for so long, what fits is answered as it was before what happens next. */
async function lags(path: RegExp, seconds: number): Promise<void> {
  const until = instant(day.now + seconds);
  const token = Object.keys(day.twin.world.state.tokens).at(-1)!;
  const before = new Map<string, { status: number; text: string; headers: Headers }>();
  for (const address of addresses) {
    if (!path.test(new URL(address).pathname)) continue;
    const answer = await day.twin.fetch(address, { headers: { authorization: `token ${token}` } });
    before.set(address, { status: answer.status, text: await answer.text(), headers: answer.headers });
  }
  expect(before.size).toBeGreaterThan(0);
  old.push((address) => (day.now < until ? before.get(address) : undefined));
}
let old: ((address: string) => { status: number; text: string; headers: Headers } | undefined)[] = [];
let addresses = new Set<string>();

async function open(sweepS = 86_400): Promise<number> {
  old = [];
  addresses = new Set();
  day = await BadDay.open({ sweepS });
  day.between = async (what, ask, _, address) => {
    if (what.startsWith('GET')) addresses.add(address);
    const was = what.startsWith('GET') ? old.map((one) => one(address)).find((one) => one !== undefined) : undefined;
    return was ? new Response(was.text, { status: was.status, headers: was.headers }) : ask();
  };
  const n = day.opens();
  await day.settle();
  await day.forward(600);
  return n;
}

const TIMELINE = /\/timeline$/;
const ISSUE = /\/issues\/\d+$/;
const LISTING = /\/issues$/;

for (const [what, path] of [
  ['the timeline', TIMELINE],
  ['the issue', ISSUE],
  ['both', /\/issues\/\d+(\/timeline)?$/],
] as const)
  for (const seconds of [1, 4, 20, 45, 60])
    test(`${what} ${seconds} s behind the webhook: what was said counts, once`, async () => {
      const n = await open();
      await lags(path, seconds);
      day.act.comment('acme/desk', n, '/take', 'mark');
      day.act.comment('acme/desk', n, '/sla', 'rita');
      await day.forward(seconds + 120);
      expect(day.labelsOf(n)).toEqual(['P1: critical', '⭕️ in progress']);
      expect(
        day
          .own(n)
          .map((one) => one.is)
          .toSorted(),
      ).toEqual(['reply', 'status']);
      await lags(path, seconds);
      day.act.close('acme/desk', n, 'mark');
      await day.forward(seconds + 120);
      expect(day.labelsOf(n)).toEqual(['P1: critical', '🟢 resolved']);
      expect(day.issue(n).state).toBe('closed');
      await lags(path, seconds);
      day.act.reopen('acme/desk', n, 'mark');
      await day.forward(seconds + 120);
      expect(day.issue(n).state).toBe('open');
      expect(day.labelsOf(n)).not.toContain('🟢 resolved');
    });

for (const seconds of [20, 60])
  test(`a timeline that does not show our page for ${seconds} s: there is one`, async () => {
    const n = await open();
    await day.forward(day.issue(n).createdAt + HOUR - 5 - day.now);
    await lags(TIMELINE, seconds);
    await day.forward(10);
    day.act.comment('acme/desk', n, 'Hello?', 'rita');
    await day.forward(600);
    expect(day.pages(n)).toHaveLength(1);
    expect(day.own(n).filter((one) => one.is === 'status')).toHaveLength(1);
    expect(day.sent.filter((one) => one.what === `POST /repos/acme/desk/issues/${n}/comments`)).toHaveLength(2);
  });

describe('without webhooks', () => {
  test('a listing that shows an older state after a newer one costs nothing: the newest is found in the end', async () => {
    const n = await open(60);
    day.twin.unkind = { webhooks: { vanish: 1 } };
    await lags(LISTING, 0);
    day.act.comment('acme/desk', n, '/take', 'mark');
    await day.forward(70);
    expect(day.labelsOf(n)).toContain('⭕️ in progress');
    const older = old.length;
    await lags(LISTING, 300);
    day.act.comment('acme/desk', n, '/sla', 'mark');
    await day.forward(200);
    expect(old.length).toBe(older + 1);
    const reads = day.sent.length;
    await day.forward(240);
    expect(day.own(n).filter((one) => one.is === 'reply')).toHaveLength(1);
    expect(day.sent.length).toBeGreaterThan(reads);
  });

  test('a timeline behind its issue: what was said is found by the daily look at the latest', async () => {
    const n = await open(60);
    day.twin.unkind = { webhooks: { vanish: 1 } };
    await lags(TIMELINE, 90);
    day.act.comment('acme/desk', n, '/take', 'mark');
    await day.forward(25 * HOUR);
    expect(day.labelsOf(n)).toContain('⭕️ in progress');
  });
});

test('a new issue that no replica shows for a minute becomes a ticket', async () => {
  await open();
  const until = instant(day.now + 60);
  const { between } = day;
  day.between = (what, ask, init, address) =>
    day.now < until && /\/issues\/2(\/timeline)?$/.test(what)
      ? Promise.resolve(
          new Response(JSON.stringify({ message: 'Not Found' }), { status: 404, headers: { 'content-type': 'application/json' } }),
        )
      : between(what, ask, init, address);
  const n = day.opens();
  await day.forward(200);
  expect(n).toBe(2);
  expect(day.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
});
