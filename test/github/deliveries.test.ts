import { afterEach, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { Api, type Requester } from '../../src/github/api.ts';
import { redeliver } from '../../src/github/deliveries.ts';
import { Pace } from '../../src/github/pace.ts';

/** Whoever sleeps turns the clock. */
const time = vi.hoisted(() => ({ ms: 0 }));
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number) => {
    time.ms += ms;
  },
}));
afterEach(() => vi.restoreAllMocks());

test('five hundred webhooks of a weekend are asked for within five minutes, below GitHub’s points, and take nothing of the budget of writes', async () => {
  vi.spyOn(performance, 'now').mockImplementation(() => time.ms);
  const sent: number[] = [];
  const octokit = {
    request: async () => {
      sent.push(time.ms);
      return { status: 202, headers: {}, data: {} };
    },
  } as unknown as Requester;
  const api = new Api({
    connect: async () => octokit,
    clock: () => instant(1_800_000_000 + time.ms / 1000),
    pace: new Pace(),
    timeoutMs: 1_000,
    log: { debug() {}, warn() {} },
    limited() {},
  });
  for (let id = 0; id < 500; id++) await redeliver(api, id);
  expect(sent).toHaveLength(500);
  expect(sent.at(-1)! - sent[0]!).toBeLessThan(300_000);
  // Five points for each, of 900 a minute.
  const inMinute = sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length);
  expect(Math.max(...inMinute) * 5).toBeLessThanOrEqual(900);
  const begun = time.ms;
  for (let n = 0; n < 32; n++) await api.write({}, 'normal', 'POST', '/repos/acme/desk/issues/1/comments');
  expect(time.ms - begun).toBeLessThan(33_000);
});
