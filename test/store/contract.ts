import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { OWN_WRITES_DAYS } from '../../src/store/limits.ts';
import type { OwnWrite, RepoRow, Store, TicketRow } from '../../src/store/port.ts';
import { alarmContract } from './contract-alarms.ts';

const T0 = instant(1_800_000_000);
const DAY_S = 86_400;
const after = (seconds: number): Instant => instant(T0 + seconds);

const ticket = (number: number, more: Partial<TicketRow> = {}): TicketRow => ({
  repo: 7,
  number,
  installation: 1,
  open: true,
  marker: 'received',
  priority: 'P1',
  fixes: [],
  data: '{}',
  ...more,
});

/** What every store promises, whatever it keeps its rows in. `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the store's contract`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    const get = () => store;
    alarmContract(get);
    ownWrites(get);
    index(get);
    facts(get);
  });
}

function ownWrites(get: () => Store): void {
  const write = (key: string, secondsIn = 0, more: Partial<OwnWrite> = {}): OwnWrite => ({
    subject: 'a',
    key,
    at: after(secondsIn),
    ...more,
  });

  test('an own write goes from intent to answer, or is forgotten', async () => {
    await get().intend(write('status', 0, { body: 'text\n🔴' }));
    await get().intend(write('step:1', 1));
    await get().intend(write('label+:P1', 2));
    await get().intend({ ...write('status'), subject: 'b' });
    await get().answered('a', 'status', '123');
    await get().answered('a', 'never-intended', '9');
    await get().forget('a', 'label+:P1');
    expect(await get().ownWrites('a', T0)).toEqual([write('status', 0, { body: 'text\n🔴', id: '123' }), write('step:1', 1)]);
    expect(await get().ownWrites('a', after(1))).toEqual([write('step:1', 1)]);
  });

  test('a new intent with the same key takes the place of the old one and of its answer', async () => {
    await get().intend(write('status', 0, { body: 'old' }));
    await get().answered('a', 'status', '123');
    await get().intend(write('status', 5));
    expect(await get().ownWrites('a', T0)).toEqual([write('status', 5)]);
  });

  test('own writes go when they are past their use, and not before', async () => {
    await get().intend(write('status'));
    await get().prune(after(OWN_WRITES_DAYS * DAY_S - 1));
    expect(await get().ownWrites('a', T0)).toHaveLength(1);
    await get().prune(after(OWN_WRITES_DAYS * DAY_S));
    expect(await get().ownWrites('a', T0)).toEqual([]);
  });

  test('a body beyond what GitHub takes is refused', async () => {
    await expect(get().intend(write('status', 0, { body: 'x'.repeat(65_537) }))).rejects.toThrow('65537 characters');
  });
}

function index(get: () => Store): void {
  test('a ticket is what was put last, with what was absent absent', async () => {
    const full = ticket(1, { nextStepAt: after(9), crowd: 'policy', fixes: [4, 5], data: '{"title":"Ä 🔴"}' });
    await get().putTicket(full);
    expect(await get().ticket(7, 1)).toEqual(full);
    await get().putTicket(ticket(1, { open: false }));
    expect(await get().ticket(7, 1)).toEqual(ticket(1, { open: false }));
    await get().dropTicket(7, 1);
    expect(await get().ticket(7, 1)).toBeUndefined();
  });

  test('tickets are found by repository, state, crowd and fix, by number', async () => {
    const rows = [
      ticket(3, { fixes: [9] }),
      ticket(1, { fixes: [9, 8], crowd: 'policy' }),
      ticket(2, { open: false, fixes: [8], crowd: 'policy' }),
      ticket(4, { repo: 8, fixes: [9], crowd: 'policy' }),
    ];
    for (const row of rows) await get().putTicket(row);
    const numbers = async (filter?: Parameters<Store['tickets']>[1]) => (await get().tickets(7, filter)).map((row) => row.number);
    expect(await numbers()).toEqual([1, 2, 3]);
    expect(await numbers({ open: true })).toEqual([1, 3]);
    expect(await numbers({ open: false })).toEqual([2]);
    expect(await numbers({ crowd: 'policy' })).toEqual([1, 2]);
    expect(await numbers({ fix: 9 })).toEqual([1, 3]);
    expect(await numbers({ fix: 8, open: true, crowd: 'policy' })).toEqual([1]);
    await get().putTicket(ticket(1, { fixes: [7] }));
    expect([await numbers({ fix: 9 }), await numbers({ fix: 8 }), await numbers({ fix: 7 })]).toEqual([[3], [2], [1]]);
    await get().dropTicket(7, 3);
    expect(await numbers({ fix: 9 })).toEqual([]);
  });

  test('a ticket row stays an index row', async () => {
    await expect(get().putTicket(ticket(1, { data: 'ä'.repeat(2_049) }))).rejects.toThrow('4098 bytes');
  });

  test('a repository is what was put last, and takes its tickets along when it goes', async () => {
    const row = (repo: number, more: Partial<RepoRow> = {}): RepoRow => ({
      repo,
      installation: 1,
      owner: 'o',
      name: 'n',
      data: '{}',
      ...more,
    });
    await get().putRepo(row(8));
    await get().putRepo(row(7));
    await get().putRepo(row(7, { name: 'renamed', data: '{"a":1}' }));
    await get().putTicket(ticket(1, { fixes: [9] }));
    await get().putTicket(ticket(1, { repo: 8 }));
    expect(await get().repo(7)).toEqual(row(7, { name: 'renamed', data: '{"a":1}' }));
    expect((await get().repos()).map(({ repo }) => repo)).toEqual([7, 8]);
    await get().dropRepo(7);
    expect(await get().repo(7)).toBeUndefined();
    expect([await get().tickets(7), await get().tickets(7, { fix: 9 })]).toEqual([[], []]);
    expect(await get().tickets(8)).toHaveLength(1);
  });
}

function facts(get: () => Store): void {
  test('a small fact is what was put last; the schema version is read only', async () => {
    expect(await get().getMeta('alive')).toBeUndefined();
    await get().putMeta('alive', '1');
    await get().putMeta('alive', '2');
    expect(await get().getMeta('alive')).toBe('2');
    expect(await get().getMeta('schema')).toMatch(/^\d+$/);
    await expect(get().putMeta('schema', '99')).rejects.toThrow('migrations only');
  });

  test('what is asked for in one turn happens in that order, and a read sees what was asked for before it', async () => {
    const seen = [];
    for (let n = 0; n < 20; n++) {
      get().putMeta('n', String(n));
      seen.push(get().getMeta('n'));
    }
    expect(await Promise.all(seen)).toEqual(seen.map((_, n) => String(n)));
  });

  test('closing does what was asked for and refuses what comes after', async () => {
    const done = get().putMeta('a', '1');
    await get().close();
    await done;
    await expect(get().getMeta('a')).rejects.toThrow('the store is closed');
    await get().close();
  });
}
