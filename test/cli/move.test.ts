import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { carryOver, move } from '../../src/cli/move.ts';
import { openOwned } from '../../src/store/file.ts';
import type { Store } from '../../src/store/port.ts';
import { MIGRATIONS, migrate } from '../../src/store/schema.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
`;
let desk: TestDesk | undefined;
afterEach(() => desk?.close());

test('a desk that moves to another store in the middle of a promise goes on as if nothing had happened', async () => {
  const fresh = openSqlite(':memory:');
  let next: Store | undefined;
  let file = '';
  desk = await TestDesk.open({
    policy: POLICY,
    store: (own) => {
      file = own;
      return next ?? openSqlite(own);
    },
  });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('105m');
  expect(desk.pagesOf(n)).toHaveLength(1);
  const comments = desk.commentsOf(n).length;
  await desk.kill();
  const old = openSqlite(file);
  const moved = await carryOver(old, fresh, desk.now);
  expect(moved).toMatchObject({ repositories: 1, tickets: 1 });
  expect(await fresh.tickets(desk.twin.world.theRepo('acme/desk').id)).toEqual(await old.tickets(desk.twin.world.theRepo('acme/desk').id));
  expect((await fresh.alarms()).map((one) => [one.subject, one.dueAt])).toEqual(
    (await old.alarms()).map((one) => [one.subject, one.dueAt]),
  );
  await old.close();
  next = fresh;
  await desk.start();
  await desk.settle();
  expect(desk.commentsOf(n)).toHaveLength(comments);
  await desk.forward('20m');
  expect(desk.pagesOf(n)).toHaveLength(2);
});

test('what was written in the last minutes goes along, and so does the count of writes', async () => {
  const [old, fresh] = [openSqlite(':memory:'), openSqlite(':memory:')];
  const now = instant(1_800_000_000);
  await old.intend({ subject: 'issue:1:1', key: 'step:a', at: instant(now - 60), body: 'x' });
  await old.intend({ subject: 'issue:1:1', key: 'step:old', at: instant(now - 7_200) });
  // What a page owes is owed until GitHub takes it.
  await old.intend({ subject: 'issue:1:1', key: 'owed:step:old', at: instant(now - 40_000), body: '{}' });
  await old.putMeta('pace:4', '[1]');
  await carryOver(old, fresh, now);
  expect((await fresh.ownWrites('issue:1:1', instant(0))).map((one) => one.key)).toEqual(['owed:step:old', 'step:a']);
  expect(await fresh.getMeta('pace:4')).toBe('[1]');
  await Promise.all([old.close(), fresh.close()]);
});

const now = instant(1_800_000_000);
const wake = (subject: string, installation = 1) => ({ subject, installation, dueAt: now, urgency: 5 });

async function small(): Promise<Store> {
  const store = openSqlite(':memory:');
  await store.editRepo(7, () => ({ repo: 7, installation: 1, owner: 'o', name: 'n', data: '{}' }));
  await store.wake([wake('issue:7:1'), wake('app', 0)]);
  await store.putMeta('alive', '1');
  return store;
}

test('a store in which a desk lives already is not moved into, and what to do is said', async () => {
  for (const fresh of [await small(), openSqlite(':memory:')]) {
    await fresh.wake([wake('issue:8:1')]);
    const old = await small();
    await expect(carryOver(old, fresh, now)).rejects.toThrow(/is not empty.*make an empty database/);
    expect(await fresh.getMeta('moving')).toBeUndefined();
    await Promise.all([old.close(), fresh.close()]);
  }
});

test('a store on which a process found no installation is as good as empty', async () => {
  const [old, fresh] = [await small(), openSqlite(':memory:')];
  await fresh.wake([wake('app', 0), wake('deliveries', 0)]);
  await fresh.putMeta('alive', '2');
  expect(await carryOver(old, fresh, now)).toEqual({ repositories: 1, tickets: 0, alarms: 2 });
  expect(await fresh.getMeta('alive')).toBe('1');
  await Promise.all([old.close(), fresh.close()]);
});

test('a move that breaks off anywhere is carried on by the next attempt, but not by one from another store', async () => {
  for (const method of ['editRepo', 'intend', 'putMeta', 'wake'] as const) {
    const [old, fresh] = [await small(), openSqlite(':memory:')];
    await old.intend({ subject: 'issue:7:1', key: 'status', at: now });
    let calls = 0;
    const broken = new Proxy(fresh, {
      get(store, name: keyof Store) {
        if (name !== method) return store[name];
        return async (...asked: never[]) => {
          // The first fact that is put says that a move is under way.
          if (method !== 'putMeta' || calls++ > 0) throw new Error('the cable was pulled');
          return (store.putMeta as (...all: never[]) => Promise<void>)(...asked);
        };
      },
    });
    await expect(carryOver(old, broken, now, 'here')).rejects.toThrow('the cable was pulled');
    await expect(carryOver(old, fresh, now, 'elsewhere')).rejects.toThrow('from another store into this one broke off');
    expect(await carryOver(old, fresh, now, 'here')).toEqual({ repositories: 1, tickets: 0, alarms: 2 });
    expect((await fresh.alarms()).map(({ subject, dueAt }) => [subject, dueAt])).toEqual([
      ['app', now],
      ['issue:7:1', now],
    ]);
    await expect(carryOver(old, fresh, now, 'here')).rejects.toThrow('is not empty');
    await Promise.all([old.close(), fresh.close()]);
  }
});

describe('a desk on SQLite', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watchkeeper-move-'));
    file = join(folder, 'desk.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const moved = async (): Promise<string> => {
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    return `${await move({ from: file, to: join(folder, 'new.sqlite') }, { out: say, err: say })}: ${lines.join('\n')}`;
  };

  test('that is at work is not moved away from under its process; stopped, it is, and stays as it was', async () => {
    const live = openSqlite(file);
    await live.wake([wake('issue:7:1')]);
    expect(await moved()).toMatch(/^1: \S+desk\.sqlite is in use by another Watchkeeper: stop it first/);
    expect(existsSync(join(folder, 'new.sqlite'))).toBe(false);
    const before = await live.alarms();
    await live.close();
    expect(await moved()).toMatch(/^0: Moved 0 repositories, 0 tickets and 1 alarm\. /);
    const old = openSqlite(file);
    expect([await old.alarms(), await old.metas()]).toEqual([before, new Map()]);
    await old.close();
  });

  test('is not moved to where a process is at work', async () => {
    await openSqlite(file).close();
    const live = openSqlite(join(folder, 'new.sqlite'));
    expect(await moved()).toMatch(/^1: \S+new\.sqlite is in use by another Watchkeeper: stop it first/);
    await live.close();
  });

  test('of an older schema is refused with what to do, and stays of that schema', async () => {
    const { db, close } = openOwned(file);
    migrate(db, file, MIGRATIONS.slice(0, -1));
    close();
    expect(await moved()).toMatch(/^1: \S+desk\.sqlite was written by an older Watchkeeper \(schema .*\): start this one on it/);
    const again = openOwned(file);
    expect(again.db.prepare(`select value from meta where key = 'schema'`).get()?.value).toBe(String(MIGRATIONS.length - 1));
    again.close();
  });

  test('that holds only part of one, since a move into it broke off, is not moved on', async () => {
    const half = openSqlite(file);
    await half.putMeta('moving', 'elsewhere');
    await half.close();
    expect(await moved()).toMatch(/^1: The store to move from is the target of a move that broke off/);
  });
});

test('an address of another kind is refused in a line that does not repeat it, and makes no folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watchkeeper-move-'));
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const [from, to] of [
      ['desk.sqlite', 'postgress://u:geheim@h/x'],
      ['mysql://u:geheim@h/x', 'desk.sqlite'],
      ['desk.sqlite', 'POSTGRES://u:geheim@h/x'],
    ] as const) {
      const lines: string[] = [];
      expect(await move({ from, to }, { out: (line) => lines.push(line), err: (line) => lines.push(line) })).toBe(1);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^[^\n]*of no kind that is known: write postgres:\/\/[^\n]*$/);
      expect(lines[0]).not.toContain('geheim');
    }
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
});
