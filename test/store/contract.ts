import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { OWN_WRITES_DAYS } from '../../src/store/limits.ts';
import type { Heard, OwnWrite, RepoRow, Store, TicketRow, Wake } from '../../src/store/port.ts';
import { alarmContract } from './contract-alarms.ts';
import { dueContract } from './contract-due.ts';

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

const row = (repo: number, more: Partial<RepoRow> = {}): RepoRow => ({ repo, installation: 1, owner: 'o', name: 'n', data: '{}', ...more });

const wake = (subject: string, installation = 1): Wake => ({ subject, installation, dueAt: T0, urgency: 3 });

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
    dueContract(get);
    ownWrites(get);
    describe('the index', () => index(get));
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

  test('of several that intend the same thing at once, one may do it; a new one when the first is old', async () => {
    const intend = (secondsIn: number) => get().intend(write('crowd', secondsIn), after(secondsIn - 240));
    const asked = await Promise.all([intend(0), intend(0), intend(1)]);
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await intend(240)).toBe(false);
    expect(await intend(242)).toBe(true);
    expect(await get().intend(write('crowd', 243))).toBe(true);
  });

  test('all own writes since an instant are found, whatever they are about', async () => {
    for (const subject of ['b', 'a']) for (const seconds of [0, 5]) await get().intend({ ...write(`k${seconds}`, seconds), subject });
    expect((await get().everyOwnWrite(after(1))).map((one) => [one.subject, one.key])).toEqual([
      ['a', 'k5'],
      ['b', 'k5'],
    ]);
    expect(await get().everyOwnWrite(T0)).toHaveLength(4);
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
  beforeEach(async () => {
    for (const repo of [8, 7]) await get().editRepo(repo, () => row(repo));
  });

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

  test('a ticket of a repository that is not there leaves nothing behind', async () => {
    await get().putTicket(ticket(1, { repo: 9, fixes: [4] }));
    expect([await get().ticket(9, 1), await get().tickets(9, { fix: 4 })]).toEqual([undefined, []]);
  });

  test('a repository is what was put last; a listing leaves its data out', async () => {
    const renamed = row(7, { name: 'renamed', data: '{"a":1}' });
    expect(await get().editRepo(7, () => renamed)).toEqual(renamed);
    expect(await get().repo(7)).toEqual(renamed);
    await get().editRepo(9, () => row(9, { installation: 2 }));
    expect((await get().repos()).map(({ repo }) => repo)).toEqual([7, 8, 9]);
    expect(await get().repos(2)).toEqual([{ repo: 9, installation: 2, owner: 'o', name: 'n' }]);
  });

  test('edits of one repository take place one after the other, and none is lost', async () => {
    const add = (before: RepoRow | undefined): RepoRow => row(20, { data: String(Number(before?.data ?? '0') + 1) });
    await Promise.all(Array.from({ length: 30 }, () => get().editRepo(20, add)));
    expect((await get().repo(20))?.data).toBe('30');
    expect(await get().editRepo(20, () => undefined)).toEqual(row(20, { data: '30' }));
    expect(await get().editRepo(21, () => undefined)).toBeUndefined();
    const boom = get().editRepo(20, () => {
      throw new Error('boom');
    });
    await expect(boom).rejects.toThrow('boom');
    await expect(get().editRepo(20, (one) => one && { ...one, owner: 'x'.repeat(300) })).rejects.toThrow('300 characters');
    expect(await get().repo(20)).toEqual(row(20, { data: '30' }));
  });

  test('a repository takes all that is its own along when it goes, and nothing else', async () => {
    const subjects = (repo: number) => [`issue:${repo}:1`, `pull:${repo}:2`, `repository:${repo}`, `sweep:${repo}`];
    await get().editRepo(71, () => row(71));
    await get().wake([...subjects(7), ...subjects(71), ...subjects(8), 'app'].map((subject) => wake(subject)));
    const [held] = await get().claim(T0, after(60), 1, 1);
    for (const subject of [...subjects(7), ...subjects(71)]) await get().intend({ subject, key: 'status', at: T0 });
    for (const repo of [7, 71, 8]) await get().putTicket(ticket(1, { repo, fixes: [9] }));
    await get().dropRepo(7);
    await get().settle(held!, { dueAt: T0, urgency: 1, attempts: 0 });
    expect(await get().repo(7)).toBeUndefined();
    expect([await get().tickets(7), await get().tickets(7, { fix: 9 })]).toEqual([[], []]);
    for (const repo of [71, 8]) expect(await get().tickets(repo, { fix: 9 })).toHaveLength(1);
    const left = (await get().alarms()).map((one) => one.subject);
    expect(left).toEqual([...subjects(71), ...subjects(8), 'app'].filter((one) => left.includes(one)).sort());
    expect(left.filter((one) => /:7(:|$)/.test(one))).toEqual([]);
    expect(left.length).toBeGreaterThanOrEqual(8);
    expect(await Promise.all(subjects(7).map((one) => get().ownWrites(one, T0)))).toEqual([[], [], [], []]);
    expect((await Promise.all(subjects(71).map((one) => get().ownWrites(one, T0)))).flat()).toHaveLength(4);
  });

  test('an installation takes its repositories and alarms along when it goes', async () => {
    await get().editRepo(9, () => row(9, { installation: 2 }));
    await get().putTicket(ticket(1));
    await get().putTicket(ticket(1, { repo: 9, installation: 2 }));
    await get().wake([wake('issue:7:1'), wake('issue:9:1', 2), wake('repository:5', 2), wake('app', 0)]);
    await get().intend({ subject: 'issue:9:1', key: 'status', at: T0 });
    for (const key of ['pace:2', 'installation:2', 'pace:22']) await get().putMeta(key, '[]');
    await get().dropInstallation(2);
    expect([...(await get().metas()).keys()]).toEqual(['pace:22']);
    expect((await get().repos()).map(({ repo }) => repo)).toEqual([7, 8]);
    expect((await get().alarms()).map((one) => one.subject)).toEqual(['app', 'issue:7:1']);
    expect([await get().tickets(9), await get().ownWrites('issue:9:1', T0)]).toEqual([[], []]);
    expect(await get().tickets(7)).toHaveLength(1);
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

  test("all small facts but the store's own are listed", async () => {
    expect(await get().metas()).toEqual(new Map());
    await get().putMeta('alive', '1');
    await get().putMeta('pace:4', '[1]');
    expect(await get().metas()).toEqual(
      new Map([
        ['alive', '1'],
        ['pace:4', '[1]'],
      ]),
    );
  });

  test('edits of a small fact take place one after the other', async () => {
    const add = (before: string | undefined) => String(Number(before ?? 0) + 1);
    await Promise.all(Array.from({ length: 30 }, () => get().editMeta('n', add)));
    expect(await get().getMeta('n')).toBe('30');
    expect(await get().editMeta('n', () => undefined)).toBe('30');
    await expect(get().editMeta('schema', () => '99')).rejects.toThrow('migrations only');
  });

  test('what is told and woken is heard by whoever listens, until it stops', async () => {
    const heard: Heard[] = [];
    const until = async (n: number) => {
      for (let tries = 0; heard.length < n && tries < 3_000; tries++) await new Promise((go) => setTimeout(go, 10));
    };
    const stop = get().listen((one) => heard.push(one));
    await get().tell('people 4');
    await get().wake([wake('issue:7:1'), { ...wake('app'), dueAt: after(9) }]);
    await until(2);
    expect(heard).toContainEqual({ is: 'told', text: 'people 4' });
    expect(heard).toContainEqual({ is: 'woken', dueAt: T0 });
    stop();
    await get().tell('nobody hears');
    expect(heard).toHaveLength(2);
    await expect(get().tell('x'.repeat(1_001))).rejects.toThrow('1001 characters');
  });

  test('closing does what was asked for and refuses what comes after', async () => {
    const done = get().putMeta('a', '1');
    await get().close();
    await done;
    await expect(get().getMeta('a')).rejects.toThrow('the store is closed');
    await get().close();
  });
}
