import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { Lru } from '../../src/github/lru.ts';
import { Pace, type PaceClass } from '../../src/github/pace.ts';

const T = 1_800_000_000;
/** The slots that are given for `now` itself or some seconds later, and how many writes got none. */
const waitOf = async (pace: Pace, installation: number, what: PaceClass, now: Instant) => {
  const slot = await pace.take(installation, what, now);
  return 'waitS' in slot ? slot.waitS : 0;
};
const spend = async (pace: Pace, count: number, what: PaceClass, now: Instant, installation = 1) => {
  let sent = 0;
  for (let i = 0; i < count; i++) if ((await waitOf(pace, installation, what, now)) === 0) sent++;
  return sent;
};
const NO_GAP = { gapMs: 0 };
const keeping = () => {
  const kept = new Map<string, string>();
  return {
    editMeta: async (key: string, edit: (text: string | undefined) => string | undefined) => {
      const after = edit(kept.get(key));
      if (after !== undefined) kept.set(key, after);
      return after;
    },
  };
};

for (const [what, perMinute, perHour] of [
  ['page', 80, 500],
  ['normal', 32, 200],
  ['background', 16, 100],
] as const)
  test(`${what}: ${perMinute} writes a minute, ${perHour} an hour`, async () => {
    const pace = new Pace(NO_GAP);
    expect(await spend(pace, 1000, what, instant(T))).toBe(perMinute);
    const other = new Pace(NO_GAP);
    let sent = 0;
    for (let minute = 0; minute < 60; minute++) sent += await spend(other, 1000, what, instant(T + minute * 60));
    expect(sent).toBe(perHour);
    expect(await spend(other, 1000, what, instant(T + 3600))).toBeGreaterThan(0);
  });

test('what normal writes may not use is there for pages', async () => {
  const pace = new Pace(NO_GAP);
  expect(await spend(pace, 100, 'normal', instant(T))).toBe(32);
  expect(await spend(pace, 100, 'background', instant(T))).toBe(0);
  expect(await spend(pace, 100, 'page', instant(T))).toBe(48);
});

test('the wait is until the oldest write in the way leaves the window', async () => {
  const pace = new Pace({ ...NO_GAP, perMinute: 5 });
  expect(await waitOf(pace, 1, 'normal', instant(T))).toBe(0);
  expect(await waitOf(pace, 1, 'normal', instant(T + 20))).toBe(0);
  expect(await waitOf(pace, 1, 'normal', instant(T + 30))).toBe(30);
  expect(await waitOf(pace, 1, 'normal', instant(T + 59))).toBe(1);
  expect(await waitOf(pace, 1, 'normal', instant(T + 60))).toBe(0);
  expect(await waitOf(pace, 1, 'normal', instant(T + 60))).toBe(20);
});

test('one installation never waits for another', async () => {
  const pace = new Pace(NO_GAP);
  await spend(pace, 1000, 'page', instant(T), 1);
  expect(await waitOf(pace, 2, 'background', instant(T))).toBe(0);
});

test('a clock that was set back blocks for a window at most', async () => {
  const pace = new Pace({ ...NO_GAP, perMinute: 1, perHour: 500 });
  await pace.take(1, 'page', instant(T + 1_000_000));
  expect(await waitOf(pace, 1, 'page', instant(T))).toBeLessThanOrEqual(60);
});

test('the memory of what was used least lately goes first, by entries and by bytes', async () => {
  const lru = new Lru<number>(3, 100);
  for (const key of ['a', 'b', 'c']) lru.set(key, 1, 30);
  lru.get('a');
  lru.set('d', 1, 30);
  expect([lru.get('a'), lru.get('b'), lru.size, lru.bytes]).toEqual([1, undefined, 3, 90]);
  lru.set('e', 1, 95);
  expect([lru.size, lru.bytes, lru.get('e')]).toEqual([1, 95, 1]);
  lru.set('f', 1, 101);
  expect([lru.get('f'), lru.size]).toEqual([undefined, 1]);
});

test('writes of one installation are a second apart, whoever sends them, and a long line is no line', async () => {
  const ledgers = keeping();
  const [one, other] = [new Pace({}, ledgers), new Pace({}, ledgers)];
  const slots = [];
  for (let i = 0; i < 6; i++) slots.push(await one.take(1, 'page', instant(T)), await other.take(1, 'page', instant(T)));
  expect(slots.slice(0, 11)).toEqual(Array.from({ length: 11 }, (_, i) => ({ at: T + i })));
  expect(slots[11]).toEqual({ waitS: 11 });
  expect(await new Pace({}, ledgers).take(1, 'page', instant(T + 30))).toEqual({ at: T + 30 });
  expect(await one.take(2, 'page', instant(T))).toEqual({ at: T });
});

test('what was sent before a restart counts after it', async () => {
  const ledgers = keeping();
  await spend(new Pace({ ...NO_GAP, perHour: 20 }, ledgers), 20, 'page', instant(T));
  expect(await waitOf(new Pace({ ...NO_GAP, perHour: 20 }, ledgers), 1, 'page', instant(T + 600))).toBe(3000);
});

test('pages for one reporter’s tickets leave a fifth to those of others, once they have had a fifth', async () => {
  const ledgers = keeping();
  const pace = new Pace(NO_GAP, ledgers);
  const page = async (now: number, reporter: number) => 'at' in (await pace.take(1, 'page', instant(now), reporter));
  let sent = 0;
  for (let minute = 0; minute < 60; minute++) for (let i = 0; i < 80; i++) if (await page(T + minute * 60, 7)) sent++;
  expect(sent).toBe(400);
  // Another process, for somebody else: what is kept is there, at once.
  const other = new Pace(NO_GAP, ledgers);
  for (let i = 0; i < 16; i++) expect(await other.take(1, 'page', instant(T + 3540), 8)).toEqual({ at: T + 3540 });
  expect(await page(T + 3540, 7)).toBe(false);
  expect(await page(T + 3600, 7)).toBe(true);
});

test('a reporter’s first fifth is like any other page, and those whose reporter is not known have no such limit', async () => {
  const pace = new Pace(NO_GAP);
  expect(await spend(pace, 64, 'page', instant(T))).toBe(64);
  let sent = 0;
  for (let i = 0; i < 80; i++) if ('at' in (await pace.take(1, 'page', instant(T), 7))) sent++;
  expect(sent).toBe(16);
});
