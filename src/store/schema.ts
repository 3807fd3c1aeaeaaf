import type { DatabaseSync } from 'node:sqlite';
import { SHARDS } from './alarms.ts';

/** `breaking`: a program that does not know this step must not work on a store that has it. A new table or column that it can leave alone is not. */
export type Migration = { readonly sql: string; readonly breaking: boolean };

/** The oldest version of a program that may work on a store at `schema`: meta `schema_needs`. */
export const needsOf = (migrations: readonly Migration[], schema: number): number =>
  migrations.slice(0, schema).findLastIndex((step) => step.breaking) + 1;

/** Why a program that knows `known` steps must not work on a store at `schema`, in one line. */
export function refusalOf(where: string, schema: number, needs: number, known: number): string | undefined {
  if (schema <= known || needs <= known) return undefined;
  return `${where} was written by a newer Watchkeeper (schema ${schema}, this one knows ${known}): start that one, or restore a backup`;
}

/** Why a store at `schema` cannot be read as it is by a program that knows `known` steps, in one line. */
export function mismatchOf(where: string, schema: number, known: number): string | undefined {
  if (schema === known) return undefined;
  if (schema === 0) return `${where} holds no desk: write where the desk's store is`;
  const versions = `(schema ${schema}, this one knows ${known})`;
  return schema < known
    ? `${where} was written by an older Watchkeeper ${versions}: start this one on it, which brings it up to date, and stop it again`
    : `${where} was written by a newer Watchkeeper ${versions}: use that one`;
}

/**
 * Numbered, forward only: entry n brings a store from version n to n + 1. An entry that was released is never edited.
 *
 * lease: the rows that are being worked on, in a table of their own. It is small, so that a claim writes a page or two where a column of
 * `alarm` would cost a page for each row (100 of 1,000,000: 1.4 ms at the median instead of 3.6). `woken_*` is what wakes have asked for since the lease
 * began, apart from what its holder has already taken, until `settle` or the lease's end joins the two.
 * lane: an installation's alarms of one urgency.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    breaking: true,
    sql: `
  create table alarm (
    id integer primary key,
    subject text not null unique,
    installation integer not null,
    due_at integer not null,
    urgency integer not null check (urgency between 0 and 9),
    expect text not null,
    version integer not null,
    attempts integer not null,
    lane integer generated always as (installation * 10 + urgency) stored
  ) strict;
  create index alarm_due on alarm (due_at, installation, urgency);
  create index alarm_lane on alarm (lane, due_at);

  create table lease (
    alarm integer primary key,
    lease_until integer not null,
    woken_at integer,
    woken_urgency integer,
    woken_expect text
  ) strict;

  create table delivery (id text primary key, at integer not null) strict, without rowid;
  create index delivery_at on delivery (at);

  create table own_write (
    subject text not null,
    key text not null,
    at integer not null,
    id text,
    body text,
    primary key (subject, key)
  ) strict;
  create index own_write_at on own_write (at);

  create table ticket (
    repo integer not null,
    number integer not null,
    installation integer not null,
    open integer not null,
    marker text not null,
    priority text not null,
    next_step_at integer,
    crowd text,
    fixes text not null,
    data text not null,
    primary key (repo, number)
  ) strict;
  create index ticket_open on ticket (repo, number) where open = 1;
  create index ticket_crowd on ticket (repo, crowd, number) where crowd is not null;
  create table ticket_fix (
    repo integer not null,
    fix integer not null,
    number integer not null,
    primary key (repo, fix, number)
  ) strict, without rowid;

  create table repo (
    repo integer primary key,
    installation integer not null,
    owner text not null,
    name text not null,
    data text not null
  ) strict;
  `,
  },
  // When a subject was last looked at: looks stand apart, whichever process has them.
  { breaking: false, sql: 'alter table alarm add column looked_at integer; create index repo_installation on repo (installation)' },
  // Shards of installations: a crowd stands in the way of those of its shard only (alarms.ts).
  {
    breaking: false,
    sql: `
  create index alarm_shard on alarm (installation % ${SHARDS}, due_at);
  drop index alarm_lane;
  create index alarm_lane on alarm (installation % ${SHARDS}, lane, due_at);
  `,
  },
  // Of a crowd, the lanes of one urgency after the other are looked through until they would do; `lane` serves nothing any more.
  {
    breaking: false,
    sql: `
  drop index alarm_lane;
  create index alarm_lane on alarm (installation % ${SHARDS}, urgency, installation, due_at);
  `,
  },
];

/**
 * Brings the store to the newest version, each step in one transaction with its number. Refuses, and changes nothing, when a newer program
 * has changed the file so that this one must not work on it, or when it is somebody else's database. `asItIs`: when there is anything to do.
 */
export function migrate(db: DatabaseSync, file: string, migrations: readonly Migration[] = MIGRATIONS, asItIs = false): void {
  const { schema, needs } = versionOf(db, file);
  const refusal = asItIs ? mismatchOf(file, schema, migrations.length) : refusalOf(file, schema, needs, migrations.length);
  if (refusal !== undefined) throw new Error(refusal);
  for (const [index, step] of migrations.entries()) {
    if (index < schema) continue;
    db.exec('begin immediate');
    try {
      if (index === 0) db.exec('create table meta (key text primary key, value text not null) strict, without rowid');
      db.exec(step.sql);
      const put = db.prepare('insert into meta values (?, ?) on conflict do update set value = excluded.value');
      put.run('schema', String(index + 1));
      put.run('schema_needs', String(needsOf(migrations, index + 1)));
      db.exec('commit');
    } catch (cause) {
      if (db.isTransaction) db.exec('rollback');
      throw new Error(`${file} could not be brought to schema ${index + 1}: ${String(cause)}`, { cause });
    }
  }
}

/** A file from before `schema_needs` was written needs all that it has. */
function versionOf(db: DatabaseSync, file: string): { schema: number; needs: number } {
  const tables = db.prepare(`select name from sqlite_master where type = 'table'`).all();
  if (tables.length === 0) return { schema: 0, needs: 0 };
  const hasMeta = tables.some((table) => table.name === 'meta');
  const read = (key: string) => (hasMeta ? db.prepare('select value from meta where key = ?').get(key)?.value : undefined);
  const schema = Number(read('schema'));
  if (!Number.isSafeInteger(schema) || schema < 1) throw new Error(`${file} is a database, but not one of Watchkeeper's`);
  return { schema, needs: Number(read('schema_needs') ?? schema) };
}
