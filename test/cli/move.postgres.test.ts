import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { move } from '../../src/cli/move.ts';
import type { Store } from '../../src/store/port.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { POSTGRES_MIGRATIONS } from '../../src/store/postgres-schema.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { asAdmin, freshDatabase, PASSWORD } from '../support/postgres.ts';

const T0 = instant(1_800_000_000);
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchkeeper-move-'));
  file = join(folder, 'desk.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What `move` says: its code, and its lines. */
async function moved(from: string, to: string): Promise<string> {
  const lines: string[] = [];
  const code = await move({ from, to }, { out: (line) => lines.push(line), err: (line) => lines.push(line) });
  expect(lines.join('\n')).not.toContain(encodeURIComponent(PASSWORD));
  return `${code}: ${lines.join('\n')}`;
}

const fill = (store: Store): Promise<void> => store.wake([{ subject: 'issue:1:1', installation: 1, dueAt: T0, urgency: 3 }]);
/** All that stands in a database, but what the server itself counts. */
const tablesOf = (url: string): Promise<{ name: string }[]> =>
  asAdmin(url, 'select tablename as name from pg_tables where schemaname = current_schema() order by 1');

test('a desk that is at work on PostgreSQL is not moved away from under its processes; stopped, it is', async () => {
  const url = await freshDatabase();
  const live = await openPostgres(url);
  await fill(live);
  expect(await moved(url, file)).toMatch(/^1: postgresql:\/\/\S+ is in use by another Watchkeeper: stop it first$/);
  await live.close();
  expect(await moved(url, file)).toMatch(/^0: Moved 0 repositories, 0 tickets and 1 alarm\. /);
  const target = openSqlite(file);
  expect((await target.alarms()).map((one) => one.subject)).toEqual(['issue:1:1']);
  await target.close();
});

test('nor is one moved to where a process is at work, though it has nothing to do yet', async () => {
  const url = await freshDatabase();
  const source = openSqlite(file);
  await fill(source);
  await source.close();
  const live = await openPostgres(url);
  expect(await moved(file, url)).toMatch(/^1: .* is in use by another Watchkeeper: stop it first$/);
  expect([await live.alarms(), await live.getMeta('moving')]).toEqual([[], undefined]);
  await live.close();
  expect(await moved(file, url)).toMatch(/^0: /);
});

test('a desk in another schema of the same database is another desk', async () => {
  const url = await freshDatabase();
  await asAdmin(url, 'create schema other');
  const elsewhere = new URL(url);
  elsewhere.searchParams.set('options', '-c search_path=other');
  const live = await openPostgres(String(elsewhere));
  const source = await openPostgres(url);
  await fill(source);
  await source.close();
  expect(await moved(url, file)).toMatch(/^0: /);
  await live.close();
});

test('a desk of another schema is refused, and stays as it was', async () => {
  const url = await freshDatabase();
  expect(await moved(url, file)).toMatch(/ holds no desk: /);
  expect(await tablesOf(url)).toEqual([]);
  const old = await openPostgres(url);
  await fill(old);
  await old.close();
  const grown = [...POSTGRES_MIGRATIONS, { breaking: false, sql: 'create table more (n integer)' }];
  const before = await tablesOf(url);
  await expect(openPostgres(url, { asItIs: true }, grown)).rejects.toThrow(/was written by an older .*: start this one on it/);
  expect(await tablesOf(url)).toEqual(before);
  await (await openPostgres(url, {}, grown)).close();
  expect(await moved(url, file)).toMatch(/^1: .* was written by a newer Watchkeeper .*: use that one$/);
  expect(existsSync(file)).toBe(false);
});
