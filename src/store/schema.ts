import type { DatabaseSync } from 'node:sqlite';

/**
 * Numbered, forward only: entry n brings a store from version n to n + 1. An entry that was released is never edited.
 *
 * lease: the rows that are being worked on, in a table of their own. It is small, so that a claim writes a page or two where a column of
 * `alarm` would cost a page for each row (100 of 1,000,000: 1.4 ms at the median instead of 3.6). `woken_*` is what wakes have asked for since the lease
 * began, apart from what its holder has already taken, until `settle` or the lease's end joins the two.
 * lane: an installation's alarms of one urgency.
 */
export const MIGRATIONS: readonly string[] = [
  `
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
  // When a subject was last looked at: looks stand apart, whichever process has them.
  'alter table alarm add column looked_at integer; create index repo_installation on repo (installation)',
];

/**
 * Brings the store to the newest version, each step in one transaction with its number. Refuses, and changes nothing, when the file is
 * newer than this program or is somebody else's database.
 */
export function migrate(db: DatabaseSync, file: string, migrations: readonly string[] = MIGRATIONS): void {
  const found = versionOf(db, file);
  if (found > migrations.length) {
    throw new Error(
      `${file} was written by a newer Watchkeeper (schema ${found}, this one knows ${migrations.length}): start that one, or restore a backup`,
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (index < found) continue;
    db.exec('begin immediate');
    try {
      if (index === 0) db.exec('create table meta (key text primary key, value text not null) strict, without rowid');
      db.exec(step);
      db.prepare(`insert into meta values ('schema', ?) on conflict do update set value = excluded.value`).run(String(index + 1));
      db.exec('commit');
    } catch (cause) {
      if (db.isTransaction) db.exec('rollback');
      throw new Error(`${file} could not be brought to schema ${index + 1}: ${String(cause)}`, { cause });
    }
  }
}

function versionOf(db: DatabaseSync, file: string): number {
  const tables = db.prepare(`select name from sqlite_master where type = 'table'`).all();
  if (tables.length === 0) return 0;
  const row = tables.some((table) => table.name === 'meta') ? db.prepare(`select value from meta where key = 'schema'`).get() : undefined;
  const version = Number(row?.value);
  if (!Number.isSafeInteger(version) || version < 1) throw new Error(`${file} is a database, but not one of Watchkeeper's`);
  return version;
}
