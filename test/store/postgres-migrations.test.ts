import { describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/store/postgres.ts';
import { POSTGRES_MIGRATIONS } from '../../src/store/postgres-schema.ts';
import { asAdmin, freshDatabase } from '../support/postgres.ts';
import { holdsTheSample, POSTGRES_SAMPLE, sampleAt } from './sample.ts';

/** A database as a program that knew so many steps would have left it. */
async function databaseOf(version: number, more = ''): Promise<string> {
  const url = await freshDatabase();
  await (await openPostgres(url, {}, POSTGRES_MIGRATIONS.slice(0, version))).close();
  await asAdmin(url, `${sampleAt(POSTGRES_SAMPLE, version)}\n${more}`);
  return url;
}

/** Tables without a row. */
async function emptyIn(url: string): Promise<string[]> {
  const tables = await asAdmin<{ name: string }>(url, 'select tablename as name from pg_tables where schemaname = current_schema()');
  const empty: string[] = [];
  for (const { name } of tables) if ((await asAdmin(url, `select 1 from ${name} limit 1`)).length === 0) empty.push(name);
  return empty;
}

describe('a PostgreSQL store of each version, with rows in every table, is brought to the newest with all that is in it', () => {
  // The newest too, as long as there is one only: the rows of today are the sample of tomorrow's migration.
  for (const [index] of POSTGRES_MIGRATIONS.entries())
    test(`from version ${index + 1}`, async () => {
      const url = await databaseOf(index + 1);
      expect(await emptyIn(url)).toEqual([]);
      const store = await openPostgres(url);
      expect(await store.getMeta('schema')).toBe(String(POSTGRES_MIGRATIONS.length));
      await holdsTheSample(store, true);
      await store.close();
    });

  test('from today’s, by a step of tomorrow that touches every table', async () => {
    const tables = ['alarm', 'lease', 'delivery', 'own_write', 'ticket', 'ticket_fix', 'repo'];
    const sql = tables.map((table) => `alter table ${table} add column more integer not null default 5;`).join('\n');
    const url = await databaseOf(POSTGRES_MIGRATIONS.length);
    const store = await openPostgres(url, {}, [...POSTGRES_MIGRATIONS, { breaking: false, sql }]);
    expect(await store.getMeta('schema')).toBe(String(POSTGRES_MIGRATIONS.length + 1));
    await holdsTheSample(store, true);
    await store.close();
  });

  for (const [claim, sql] of [
    ['loses tickets', 'delete from ticket where not open'],
    ['forgets what was asked during a lease', 'update alarm set woken_at = null'],
    ['leaves leases to nobody', 'delete from lease'],
  ] as const)
    test(`can fail: a step that ${claim} is noticed`, async () => {
      const store = await openPostgres(await databaseOf(POSTGRES_MIGRATIONS.length, sql));
      await expect(holdsTheSample(store, true)).rejects.toThrow();
      await store.close();
    });
});
