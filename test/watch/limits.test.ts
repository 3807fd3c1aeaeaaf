import { afterEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { limitsAt, noteLimit } from '../../src/watch/limits.ts';
import { answers, BadDay } from './bad-days.ts';

const HOUR = 3_600;
const LIMIT_S = 1_800;
let day: BadDay | undefined;
afterEach(async () => {
  await day?.close();
  day = undefined;
});

/** Two organizations; GitHub limits the first from the next request on that it sends, for half an hour. */
async function limited(
  processes: number,
): Promise<{ readonly at: BadDay; readonly mine: number; readonly theirs: number; end(): Instant }> {
  const at = await BadDay.open({ repositories: ['beta/desk', 'acme/desk'], processes });
  day = at;
  const mine = at.opens('acme/desk');
  const theirs = at.opens('beta/desk');
  await at.settle();
  await at.forward(at.issue(mine, 'acme/desk').createdAt + HOUR - 600 - at.now);
  let end: Instant | undefined;
  at.between = async (what, ask) => {
    if (!/^[A-Z]+ \/repos\/acme\//.test(what) || (end !== undefined && at.now >= end)) return ask();
    end ??= instant(at.now + LIMIT_S);
    return answers.primary(at.now, end - at.now);
  };
  at.opens('acme/desk', 'Another');
  await at.settle();
  at.now = instant(at.now + 5);
  return { at, mine, theirs, end: () => end! };
}

/** Both page; acme's page waits for the limit to end. */
async function goesOn({ at, mine, theirs, end }: Awaited<ReturnType<typeof limited>>): Promise<void> {
  await at.forward(HOUR);
  expect(at.sentFor('acme/desk', instant(end() - LIMIT_S + 1), end())).toEqual([]);
  expect(at.pages(mine, 'acme/desk')).toHaveLength(1);
  expect(at.pages(mine, 'acme/desk')[0]!.at - end()).toBeLessThan(LIMIT_S / 4 + 60);
  expect(at.pages(theirs, 'beta/desk').map((one) => one.at - at.issue(theirs, 'beta/desk').createdAt)).toEqual([HOUR]);
}

/** A process that knows nothing by itself; who it is it may not be able to ask. */
async function starts(at: BadDay): Promise<void> {
  await at.start().catch(() => undefined);
  await at.services.at(-1)!.desk.start();
}

describe('a limit that GitHub sets on an installation', () => {
  test('keeps all processes from asking, once one of them was told, and no other installation waits', async () => {
    const story = await limited(1);
    const { at } = story;
    const [told] = at.services;
    await starts(at);
    // The one that was told is busy elsewhere: what comes now is the other's.
    at.services.reverse();
    await told!.desk.stop();
    for (let n = 0; n < 4; n++) at.opens('acme/desk', `More ${n}`);
    await at.settle();
    await goesOn(story);
  });

  test('is known to whoever shares the store at once', async () => {
    const story = await limited(2);
    const other = story.at.services[1]!;
    const repo = { installation: story.at.installation('acme/desk'), id: 1, owner: 'acme', name: 'desk' };
    const sent = story.at.sent.length;
    // Also what is under way there sends nothing more.
    await expect(other.github.file(repo, 'README.md')).rejects.toMatchObject({ limited: true });
    await expect(story.at.services[0]!.github.file(repo, 'README.md')).rejects.toMatchObject({ limited: true });
    expect(story.at.sent.length).toBe(sent);
    await goesOn(story);
  });

  test('is known to a process that starts after the one that was told has died', async () => {
    const story = await limited(1);
    const [gone] = story.at.services.splice(0);
    await gone!.desk.stop();
    await starts(story.at);
    await story.at.settle();
    await goesOn(story);
  });

  test('is found in the store when the word was lost', async () => {
    const story = await limited(1);
    const [gone] = story.at.services.splice(0);
    await gone!.desk.stop();
    const kept = (await story.at.store.getMeta('limited'))!;
    await story.at.store.putMeta('limited', '{}');
    await starts(story.at);
    await story.at.store.putMeta('limited', kept);
    story.at.now = instant(story.at.now + 10);
    await story.at.services[0]!.desk.limits.heed();
    await goesOn(story);
  });
});

test('what is told by nobody of ours does nothing', async () => {
  const at = await BadDay.open();
  day = at;
  const n = at.opens();
  const installation = at.installation();
  for (const text of [
    ...['null', '[]', '"limits"', '{', '7', '{"limits":"all"}', '{"limits":["more"]}', `{"limited":${installation},"until":9999999999}`],
    ...[`{"installation":${installation},"what":"limits"}`, `{"installation":"x","what":"people"}`, `{"installation":1,"what":["people"]}`],
    ...[`{"installation":1,"what":"__proto__"}`, `{"installation":1,"repo":{"toString":1},"what":"labels"}`, '{"limits":"more"}'],
  ])
    await at.store.tell(text);
  for (const text of [
    '',
    'null',
    '[[1,2]]',
    '{',
    `{"${installation}":[0,99999999999]}`,
    `{"${installation}":"x"}`,
    `{"${installation}":[null,{}]}`,
  ]) {
    await at.store.putMeta('limited', text);
    await at.services[0]!.desk.limits.heed();
  }
  await at.forward(HOUR + 60);
  expect(at.pages(n)[0]!.at - at.issue(n).createdAt).toBe(HOUR);
});

describe('what is kept of limits', () => {
  const T0 = instant(1_800_000_000);
  const limit = (installation: number, seconds: number, since = T0) => ({ installation, since, until: instant(since + seconds) });
  const store = openSqlite(':memory:');

  test('is the longest of each installation, is no news twice, and goes when it is over', async () => {
    expect(await noteLimit(store, limit(7, 60))).toBe(true);
    expect(await noteLimit(store, limit(7, 30))).toBe(false);
    expect(await noteLimit(store, limit(7, 90))).toBe(true);
    expect(await noteLimit(store, limit(0, 600))).toBe(true);
    expect(await limitsAt(store, instant(T0 + 89))).toEqual([limit(0, 600), limit(7, 90)]);
    expect(await limitsAt(store, instant(T0 + 90))).toEqual([limit(0, 600)]);
    expect(await store.getMeta('limited')).toBe(JSON.stringify({ 0: [T0, T0 + 600] }));
    expect(await limitsAt(store, instant(T0 + 600))).toEqual([]);
    expect(await store.getMeta('limited')).toBe('{}');
  });

  test('does not outlast a clock that was set back', async () => {
    await noteLimit(store, limit(7, 60));
    expect(await limitsAt(store, instant(T0 - 5))).toHaveLength(1);
    expect(await limitsAt(store, instant(T0 - 86_400))).toEqual([]);
  });

  test('has room for a thousand, and forgets first what ends first', async () => {
    const many = Array.from({ length: 1_002 }, (_, n) => [100_000_000 + n, [T0, T0 + 60 + n]] as const);
    await store.putMeta('limited', JSON.stringify(Object.fromEntries(many)));
    await noteLimit(store, limit(7, 60));
    const kept = await limitsAt(store, T0);
    expect(kept).toHaveLength(1_000);
    expect(kept.some((one) => one.installation === 7)).toBe(true);
    expect(Math.min(...kept.map((one) => one.until))).toBe(T0 + 60);
    expect(kept.some((one) => one.installation === 100_000_000)).toBe(false);
  });
});
