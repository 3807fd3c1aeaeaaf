import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { MIGRATIONS, type Migration, migrate } from '../../src/store/schema.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { holdsTheSample, SQLITE_SAMPLE, sampleAt } from './sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'watchkeeper-migrations-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

/** A file as a program that knew `steps` would have left it. */
function fileOf(steps: readonly Migration[], sample: (version: number) => string): string {
  const file = join(folder, `${files++}.sqlite`);
  const db = new DatabaseSync(file);
  migrate(db, file, steps);
  db.exec(sample(steps.length));
  db.close();
  return file;
}

/** Tables of a file without a row. */
function emptyIn(file: string): string[] {
  const db = new DatabaseSync(file);
  const names = db
    .prepare(`select name from sqlite_master where type = 'table'`)
    .all()
    .map(({ name }) => String(name));
  const empty = names.filter((name) => db.prepare(`select 1 from ${name} limit 1`).get() === undefined);
  db.close();
  return empty;
}

const sample = (version: number): string => sampleAt(SQLITE_SAMPLE, version);

describe('a SQLite file of each version, with rows in every table, is brought to the newest with all that is in it', () => {
  // The newest too: the rows of today are the sample of tomorrow's migration.
  for (const [index] of MIGRATIONS.entries())
    test(`from version ${index + 1}`, async () => {
      const file = fileOf(MIGRATIONS.slice(0, index + 1), sample);
      expect(emptyIn(file)).toEqual([]);
      const store = openSqlite(file);
      expect(await store.getMeta('schema')).toBe(String(MIGRATIONS.length));
      await holdsTheSample(store, index + 1 >= 2);
      await store.close();
    });

  test('there are several of them', () => expect(MIGRATIONS.length).toBeGreaterThan(2));

  for (const [claim, sql] of [
    ['loses tickets', 'delete from ticket where open = 0'],
    ['forgets which fix is whose', 'delete from ticket_fix where fix = 5'],
    ['forgets what was asked during a lease', 'update lease set woken_at = null'],
    ['forgets deliveries', 'delete from delivery where at < 1800000000'],
    ['forgets an intent', `delete from own_write where id is null`],
    ['forgets small facts', `delete from meta where key like 'pace%'`],
    ['changes a repository', `update repo set data = '{}'`],
    ['makes alarms late', 'update alarm set due_at = due_at + 1'],
  ] as const)
    test(`can fail: a step that ${claim} is noticed`, async () => {
      const store = openSqlite(fileOf(MIGRATIONS, (version) => `${sample(version)}\n${sql};`));
      await expect(holdsTheSample(store, true)).rejects.toThrow();
      await store.close();
    });
});
