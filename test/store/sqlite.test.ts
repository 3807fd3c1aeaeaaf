import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';
import { groupCommit } from '../../src/store/commit.ts';
import { MIGRATIONS, migrate } from '../../src/store/schema.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { BUSY_MS, until } from '../support/until.ts';
import { storeContract } from './contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchkeeper-store-'));
let files = 0;
const fresh = () => join(folder, `${files++}`, 'desk.sqlite');
afterAll(() => rmSync(folder, { recursive: true }));

const T0 = instant(1_800_000_000);
const WRITER = join(import.meta.dirname, 'writer.ts');

storeContract('SQLite on disk', async () => openSqlite(fresh()));
storeContract('SQLite in memory', async () => openSqlite(':memory:'));

describe('a SQLite store', () => {
  test('is there again when it is opened again', async () => {
    const file = fresh();
    const before = openSqlite(file);
    await before.receive('guid', T0, [{ subject: 'app', installation: 1, dueAt: T0, urgency: 1, expect: ['closed'] }]);
    await before.close();
    const again = openSqlite(file);
    expect(await again.receive('guid', T0, [])).toBe(false);
    expect(await again.alarms()).toMatchObject([{ subject: 'app', expect: ['closed'] }]);
    await again.close();
  });

  test('ends the leases of the process that had it before, which is dead', async () => {
    const file = fresh();
    const before = openSqlite(file);
    await before.wake([{ subject: 'app', installation: 1, dueAt: T0, urgency: 1 }]);
    const [lost] = await before.claim(T0, instant(T0 + 600), 1, 1);
    await before.close();
    const again = openSqlite(file);
    expect(await again.nextDue()).toBe(T0);
    expect(await again.claim(T0, instant(T0 + 601), 1, 1)).toMatchObject([{ subject: 'app', attempts: 1 }]);
    expect(await again.holds(lost!, T0)).toBe(false);
    await again.close();
  });

  test('refuses a file that a newer Watchkeeper wrote, in one line, and leaves it alone', async () => {
    const file = fresh();
    await openSqlite(file).close();
    const db = new DatabaseSync(file);
    db.exec(`update meta set value = '${MIGRATIONS.length + 1}' where key in ('schema', 'schema_needs')`);
    db.close();
    const [newer, known] = [MIGRATIONS.length + 1, MIGRATIONS.length];
    expect(() => openSqlite(file)).toThrow(new RegExp(`^[^\\n]*newer Watchkeeper \\(schema ${newer}, this one knows ${known}\\)[^\\n]*$`));
    expect(() => openSqlite(file)).toThrow('newer Watchkeeper');
  });

  test('refuses what is not its own', () => {
    const foreign = fresh();
    openSqlite(foreign).close();
    const db = new DatabaseSync(foreign);
    db.exec('drop table meta');
    db.close();
    expect(() => openSqlite(foreign)).toThrow("is a database, but not one of Watchkeeper's");
    const text = join(folder, 'text.sqlite');
    writeFileSync(text, 'no database at all, but long enough to be read as one: '.repeat(40));
    expect(() => openSqlite(text)).toThrow(/text\.sqlite cannot be opened: file is not a database$/);
  });

  test('migrates step by step, and a step that fails leaves the version before it', () => {
    const db = new DatabaseSync(':memory:');
    const first = { breaking: true, sql: 'create table a (n integer)' };
    const second = { breaking: false, sql: 'insert into a values (1)' };
    const version = () => db.prepare(`select value from meta where key = 'schema'`).get()?.value;
    migrate(db, 'f', [first]);
    expect(() => migrate(db, 'f', [first, { breaking: true, sql: `${second.sql}; nonsense` }])).toThrow(
      'f could not be brought to schema 2',
    );
    expect([version(), db.prepare('select * from a').all()]).toEqual(['1', []]);
    migrate(db, 'f', [first, second]);
    migrate(db, 'f', [first, second]);
    expect([version(), db.prepare('select n from a').all()]).toEqual(['2', [{ n: 1 }]]);
    migrate(db, 'f', [first]);
    expect(version()).toBe('2');
    migrate(db, 'f', [first, second, { breaking: true, sql: 'drop table a' }]);
    expect(() => migrate(db, 'f', [first, second])).toThrow('newer Watchkeeper (schema 3, this one knows 2)');
  });

  test('a file from before it said what it needs is taken as it is', async () => {
    const file = fresh();
    await openSqlite(file).close();
    const db = new DatabaseSync(file);
    db.exec(`delete from meta where key = 'schema_needs'`);
    db.close();
    await openSqlite(file).close();
  });
});

describe('one process has a SQLite store', () => {
  test('a second one in the same process is refused', async () => {
    const file = fresh();
    const store = openSqlite(file);
    expect(() => openSqlite(file)).toThrow('is in use by another Watchkeeper');
    await store.putMeta('a', '1');
    await store.close();
    await openSqlite(file).close();
  });

  test('another process is refused with one line, and gets it as soon as the first is killed', async () => {
    const file = fresh();
    const holder = spawn(process.execPath, [WRITER, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const code = `import(${JSON.stringify(join(import.meta.dirname, '../../src/store/sqlite.ts'))}).then((m) => m.openSqlite(process.argv[1]).close())`;
    const open = () => spawnSync(process.execPath, ['-e', code, file], { encoding: 'utf8' });
    const refused = open();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('is in use by another Watchkeeper: stop it first');
    expect(() => openSqlite(file)).toThrow('is in use by another Watchkeeper');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(open()).toMatchObject({ status: 0, stderr: '' });
    await openSqlite(file).close();
  });

  test('kill -9 at any moment loses nothing that was acknowledged', { timeout: BUSY_MS }, async () => {
    const file = fresh();
    const chance = chanceOf(9);
    const acknowledged = new Set<string>();
    for (let round = 0; round < 10; round++) {
      const child = spawn(process.execPath, [WRITER, file, `r${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      const closed = once(child, 'close');
      // Not by the clock alone: a slow disk may take all the time that was drawn for its first commit.
      await until('some are acknowledged', () => text.split('\n').length > 11);
      await pause(chance.upTo(60));
      child.kill('SIGKILL');
      await closed;
      // The last line may have been cut by the kill.
      for (const line of text.split('\n').slice(0, -1)) acknowledged.add(line);
      const store = openSqlite(file);
      const kept = new Map((await store.alarms()).map((alarm) => [alarm.subject, alarm]));
      for (const subject of acknowledged) expect(kept.get(subject)?.expect, subject).toEqual([`seen:${subject}`]);
      // The delivery and its wake are one: an unacknowledged row is there with both or with neither.
      for (const subject of kept.keys()) expect(await store.receive(subject, T0, []), subject).toBe(false);
      expect((await store.tickets(1)).every((ticket) => ticket.data === `"${ticket.number}"`)).toBe(true);
      await store.close();
    }
    expect(acknowledged.size).toBeGreaterThan(100);
  });
});

describe('group commit', () => {
  test('what is asked for in one turn happens in that order, and a read sees what was asked for before it', async () => {
    const store = openSqlite(fresh());
    const seen = [];
    for (let n = 0; n < 20; n++) {
      store.putMeta('n', String(n));
      seen.push(store.getMeta('n'));
    }
    expect(await Promise.all(seen)).toEqual(seen.map((_, n) => String(n)));
    await store.close();
  });

  /** Each commit appends at least the pages that it changed, 4 kB each, to the log. */
  const logOf = (file: string) => statSync(`${file}-wal`).size;

  test('what is asked for in one turn shares a commit', async () => {
    const file = fresh();
    const store = openSqlite(file);
    const start = logOf(file);
    for (let n = 0; n < 50; n++) await store.putMeta('k', String(n));
    const alone = logOf(file) - start;
    const writes: Promise<void>[] = [];
    for (let n = 0; n < 50; n++) {
      writes.push(store.putMeta('k', String(n)));
      await Promise.resolve();
    }
    await Promise.all(writes);
    const together = logOf(file) - start - alone;
    expect(alone).toBeGreaterThanOrEqual(50 * 4_096);
    expect(together).toBeLessThan(3 * 4_200);
    await store.close();
  });

  test('work that fails undoes itself and nothing else', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('create table t (n integer primary key) strict');
    const commits = groupCommit(db);
    const add = (...ns: number[]) =>
      commits.write(() => {
        for (const n of ns) db.prepare('insert into t values (?)').run(n);
        return ns.length;
      });
    const all = await Promise.allSettled([
      add(1),
      add(2, 3, 1),
      commits.read(() => db.prepare('select count(*) as n from t').get()?.n),
      add(3),
    ]);
    expect(all.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([1, 'failed', 1, 1]);
    expect(db.prepare('select n from t').all()).toEqual([{ n: 1 }, { n: 3 }]);
  });

  test('a read that throws rejects only itself', async () => {
    const commits = groupCommit(new DatabaseSync(':memory:'));
    const bad = commits.read(() => {
      throw new Error('no');
    });
    await expect(Promise.allSettled([bad, commits.read(() => 1)])).resolves.toMatchObject([{ status: 'rejected' }, { value: 1 }]);
  });

  test('when the transaction itself goes, everybody in it hears of it, and the next one works', async () => {
    const db = new DatabaseSync(':memory:');
    db.exec('create table t (n integer) strict');
    const commits = groupCommit(db);
    const insert = (n: number) => commits.write(() => db.prepare('insert into t values (?)').run(n).changes);
    // What SQLite does by itself when the disk is full or fails.
    const fatal = commits.write(() => {
      db.exec('rollback');
      throw new Error('disk full');
    });
    const all = await Promise.allSettled([insert(1), fatal, insert(2)]);
    expect(all.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await insert(3)).toBe(1);
    expect(db.prepare('select n from t').all()).toEqual([{ n: 3 }]);
  });

  test('a queue longer than a commit takes is done whole and in order', async () => {
    const store = openSqlite(':memory:');
    const done: number[] = [];
    await Promise.all(Array.from({ length: 2_500 }, (_, n) => store.putMeta('k', String(n)).then(() => done.push(n))));
    expect(done).toEqual(Array.from({ length: 2_500 }, (_, n) => n));
    expect(await store.getMeta('k')).toBe('2499');
    await store.close();
  });
});
