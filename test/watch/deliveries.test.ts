import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { Redelivery } from '../../src/watch/deliveries.ts';
import { Fault } from '../../src/watch/github-port.ts';
import { NO_METER, type Parts, SETTINGS } from '../../src/watch/parts.ts';

const T0 = instant(1_800_000_000);
const FAILED = Array.from({ length: 96 }, (_, id) => ({ id, guid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}` }));

let store: Store;
let now: Instant;
let sent: number[];
beforeEach(() => {
  store = openSqlite(':memory:');
  now = T0;
  sent = [];
});
afterEach(() => store.close());

type Process = { readonly look: (dueAt?: Instant) => ReturnType<Redelivery['look']>; readonly halt: AbortController };

/** One on the store, whose GitHub does what it is told to before it takes a delivery. */
function process(
  before: (nth: number, halt: AbortController) => void | Promise<void> = () => {},
  since: number[] = [],
  whole = true,
  listS = 0,
): Process {
  const halt = new AbortController();
  let nth = 0;
  const github = {
    failedDeliveries: async (from: Instant) => {
      since.push(from);
      now = instant(now + listS);
      return { failed: FAILED, whole };
    },
    redeliver: async (id: number) => {
      await before(++nth, halt);
      sent.push(id);
    },
  } as unknown as Parts['github'];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const clock = () => now;
  const parts: Parts = { github, store, presets: () => undefined, clock, log, meter: NO_METER, settings: SETTINGS, halt: halt.signal };
  return { look: (dueAt) => new Redelivery(parts).look(now, dueAt), halt };
}

const ids = (of: readonly number[]) => [...new Set(of)].toSorted((a, b) => a - b);
const ALL = FAILED.map((one) => one.id);

test('a process that dies in the middle leaves a few in the dark: they are sent again once nobody can be at them', async () => {
  const dead = process((nth) => (nth > 47 ? new Promise(() => {}) : undefined));
  void dead.look();
  while (sent.length < 47) await new Promise((go) => setImmediate(go));
  await new Promise((go) => setTimeout(go, 5));
  const since: number[] = [];
  const next = await process(() => {}, since).look();
  expect(ids(sent).length).toBeGreaterThanOrEqual(96 - 10);
  now = next!.dueAt;
  expect(now - T0).toBeLessThanOrEqual(120);
  await process(() => {}, since).look();
  expect(ids(sent)).toEqual(ALL);
  expect(sent.length).toBeLessThan(96 + 10);
  // What was in the dark is still among what is listed.
  expect(since[1]! - since[0]!).toBe(now - T0);
  now = instant(now + 600);
  const before = sent.length;
  await process().look();
  expect(sent).toHaveLength(before);
});

test('a process that ends in the middle stops between two, and whoever comes next sends the rest, at once', async () => {
  const ending = process((nth, halt) => {
    if (nth === 49) halt.abort();
  });
  const next = await ending.look();
  expect([sent.length, next?.dueAt]).toEqual([49, T0]);
  await process().look();
  expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
});

test('a write that fails because the process ends is no failure of the look', async () => {
  const ending = process((nth, halt) => {
    if (nth < 49) return;
    halt.abort();
    throw new Fault('passing', 'the process is about to end');
  });
  expect((await ending.look())?.dueAt).toBe(T0);
  await process().look();
  expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
});

test('a look that would outlive its lease goes on in another one, and stays due as long as there is more to ask for', async () => {
  const slowly = () => {
    now = instant(now + 1);
  };
  const since = instant(T0 - 100);
  const next = await process(slowly).look(since);
  expect(next?.dueAt).toBe(since);
  expect(sent.length).toBeGreaterThan(40);
  expect(now - T0).toBeLessThanOrEqual(60);
  const last = await process(slowly).look(since);
  expect(last!.dueAt).toBeGreaterThan(now);
  expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
});

test('on a day on which the list alone takes longer than a look asks, each look asks for some, until all are asked for', async () => {
  for (let looks = 1; sent.length < 96; looks++) {
    const before = sent.length;
    await process(
      () => {
        now = instant(now + 1);
      },
      [],
      true,
      75,
    ).look();
    expect(sent.length).toBeGreaterThan(before);
    expect(looks).toBeLessThan(10);
  }
  expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
});

describe('of more than GitHub lists', () => {
  const SUBJECT = 'issue:7:1';
  beforeEach(async () => {
    await store.editRepo(7, () => ({ repo: 7, installation: 1, owner: 'acme', name: 'desk', data: '{}' }));
    await store.putTicket({ repo: 7, number: 1, installation: 1, open: true, marker: 'received', priority: 'P1', fixes: [], data: '{}' });
  });
  const woken = async () => (await store.alarms()).find((one) => one.subject === SUBJECT);

  test('the tickets are looked at first, before hundreds are asked for', async () => {
    let first: unknown;
    const one = process(
      async (nth) => {
        if (nth === 1) first = await woken();
      },
      [],
      false,
    );
    await one.look();
    expect(first).toMatchObject({ dueAt: T0 + 2 });
  });

  test('each ticket is looked at once, however many looks the asking takes', async () => {
    const slowly = () => {
      now = instant(now + 1);
    };
    await process(slowly, [], false).look();
    const [alarm] = await store.claim(now, instant(now + 120), 1, 1);
    expect(alarm?.subject).toBe(SUBJECT);
    const tomorrow = instant(now + 86_400);
    await store.settle(alarm!, { dueAt: tomorrow, urgency: 6, attempts: 0 });
    await process(slowly, [], false).look();
    expect(sent).toHaveLength(96);
    expect(await woken()).toMatchObject({ dueAt: tomorrow });
    // A later outage is another one.
    now = instant(now + 600);
    await process(() => {}, [], false).look();
    expect(await woken()).toMatchObject({ dueAt: now + 2 });
  });
});

describe('each is sent once', () => {
  test('by three processes that look side by side, and the last of them says when all is settled', async () => {
    const slowly = () => new Promise<void>((go) => setImmediate(go));
    await Promise.all([process(slowly).look(), process(slowly).look(), process(slowly).look()]);
    expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
    now = instant(now + 300);
    const since: number[] = [];
    await process(() => {}, since).look();
    expect(sent).toHaveLength(96);
  });

  test('when GitHub has a fault in the middle that passes', async () => {
    const look = process((nth) => {
      if (nth === 49) throw new Fault('passing', 'GitHub had a fault', { status: 502 });
    }).look();
    await expect(look).rejects.toThrow('GitHub had a fault');
    await process().look();
    expect(sent.toSorted((a, b) => a - b)).toEqual(ALL);
  });

  test('but for one that GitHub does not send again', async () => {
    await process((nth) => {
      if (nth === 49) throw new Fault('gone', 'it is not there', { status: 404 });
    }).look();
    await process().look();
    expect(sent.toSorted((a, b) => a - b)).toEqual(ALL.filter((one) => one !== 48));
  });

  test('where a version before this one has asked for some', async () => {
    const asked = FAILED.slice(0, 40).map((one) => one.guid);
    await store.putMeta('redelivered', JSON.stringify({ at: T0 - 60, asked }));
    await process().look();
    expect(sent).toEqual(ALL.slice(40));
  });
});
