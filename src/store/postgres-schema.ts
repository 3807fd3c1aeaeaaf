import type { Client } from 'pg';
import { SHARDS } from './alarms.ts';
import { type Migration, mismatchOf, needsOf, refusalOf } from './schema.ts';

/**
 * As `MIGRATIONS` of SQLite; the numbers are this store's own.
 *
 * alarm: a lease is part of its row, so that whoever holds the row's lock has all there is to know; but of no index, so that a claim writes
 * nothing but the rows themselves, in the room that is left in each page. `woken_*` is what wakes have asked for since the lease began.
 * Shards of installations: a crowd of one installation stands in the way of those of its shard only, and among those its lanes are looked through.
 * lease: what was claimed together, by which process (postgres-ear.ts), until its end by time; its rows may have been settled since.
 * own_write: a key may be longer than an index entry; its hash stands for it.
 */
export const POSTGRES_MIGRATIONS: readonly Migration[] = [
  {
    breaking: true,
    sql: `
    create table alarm (
      subject text collate "C" primary key,
      installation bigint not null,
      due_at bigint not null,
      urgency integer not null check (urgency between 0 and 9),
      expect text[] not null,
      version bigint not null,
      attempts bigint not null,
      looked_at bigint,
      lease text,
      lease_until bigint,
      woken_at bigint,
      woken_urgency integer,
      woken_expect text[]
    ) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
    create index alarm_due on alarm (urgency, due_at);
    create index alarm_shard on alarm ((installation % ${SHARDS}), due_at);
    create index alarm_lane on alarm ((installation % ${SHARDS}), urgency, installation, due_at);

    create table lease (lease text collate "C" primary key, holder bigint not null, lease_until bigint not null, subjects text[] not null);
    create index lease_until on lease (lease_until);

    create table delivery (id text collate "C" primary key, at bigint not null);
    create index delivery_at on delivery (at);

    create table own_write (
      subject text collate "C" not null,
      key_hash text collate "C" not null,
      key text collate "C" not null,
      at bigint not null,
      id text,
      body text,
      primary key (subject, key_hash)
    );
    create index own_write_at on own_write (at);

    create table ticket (
      repo bigint not null,
      number bigint not null,
      installation bigint not null,
      open boolean not null,
      marker text not null,
      priority text not null,
      next_step_at bigint,
      crowd text collate "C",
      fixes bigint[] not null,
      data text not null,
      primary key (repo, number)
    );
    create index ticket_open on ticket (repo, number) where open;
    create index ticket_crowd on ticket (repo, crowd, number) where crowd is not null;
    create table ticket_fix (
      repo bigint not null,
      fix bigint not null,
      number bigint not null,
      primary key (repo, fix, number)
    );
    create index ticket_fix_number on ticket_fix (repo, number);

    create table repo (
      repo bigint primary key,
      installation bigint not null,
      owner text not null,
      name text not null,
      data text not null
    );
    create index repo_installation on repo (installation);
    `,
  },
];

/** `wkpr` and `sche`: one migrates at a time in a database, whoever else uses advisory locks there. */
const MIGRATING = [0x776b7072, 0x73636865] as const;

/**
 * Brings the store to the newest version, each step in one transaction with its number; of several processes that start at once, one does it.
 * Refuses, and changes nothing, when a newer program has changed it so that this one must not run, or when the tables are somebody else's.
 * `asItIs`: when there is anything to do.
 */
export async function migratePostgres(
  client: Client,
  where: string,
  migrations: readonly Migration[] = POSTGRES_MIGRATIONS,
  asItIs = false,
): Promise<void> {
  for (let done = false; !done; ) {
    await client.query('begin');
    try {
      await client.query('select pg_advisory_xact_lock($1, $2)', [...MIGRATING]);
      done = await migrateOnce(client, where, migrations, asItIs);
      await client.query('commit');
    } catch (cause) {
      await client.query('rollback').catch(() => {});
      throw cause;
    }
  }
}

/** One step, or none when nothing is left: true. */
async function migrateOnce(client: Client, where: string, migrations: readonly Migration[], asItIs: boolean): Promise<boolean> {
  const { schema, needs } = await versionOf(client, where);
  const refusal = asItIs ? mismatchOf(where, schema, migrations.length) : refusalOf(where, schema, needs, migrations.length);
  if (refusal !== undefined) throw new Error(refusal);
  const step = migrations[schema];
  if (step === undefined) return true;
  if (schema === 0) await client.query('create table meta (key text collate "C" primary key, value text not null)');
  try {
    await client.query(step.sql);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === '42501') throw cause;
    throw new Error(`${where} could not be brought to schema ${schema + 1}: ${String(cause)}`, { cause });
  }
  const put = 'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value';
  await client.query(put, ['schema', String(schema + 1)]);
  await client.query(put, ['schema_needs', String(needsOf(migrations, schema + 1))]);
  return false;
}

async function versionOf(client: Client, where: string): Promise<{ schema: number; needs: number }> {
  const tables = await client.query<{ name: string }>('select tablename as name from pg_tables where schemaname = current_schema()');
  const names = new Set(tables.rows.map((row) => row.name));
  if (!names.has('meta') && !names.has('alarm')) return { schema: 0, needs: 0 };
  const rows = names.has('meta') ? await metaOf(client) : new Map<string, string>();
  const schema = Number(rows.get('schema'));
  if (!Number.isSafeInteger(schema) || schema < 1)
    throw new Error(`${where} holds tables like ours that are not Watchkeeper's: give it a database or schema of its own`);
  return { schema, needs: Number(rows.get('schema_needs') ?? schema) };
}

async function metaOf(client: Client): Promise<Map<string, string>> {
  const columns = await client.query(
    `select 1 from information_schema.columns where table_schema = current_schema() and table_name = 'meta' and column_name in ('key', 'value')`,
  );
  if (columns.rowCount !== 2) return new Map();
  const { rows } = await client.query<{ key: string; value: string }>(
    `select key, value from meta where key in ('schema', 'schema_needs')`,
  );
  return new Map(rows.map((row) => [row.key, row.value]));
}
