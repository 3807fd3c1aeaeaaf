import type { Client } from 'pg';
import type { StoreOptions } from './open.ts';
import { clientOf, configOf } from './postgres-pool.ts';
import { migratePostgres } from './postgres-schema.ts';
import type { Migration } from './schema.ts';

/** `merge`-free and small as our SQL is, older servers are not tested. */
const SERVER_MIN = 150_000;

/** What the rest of the store needs to know of its database. */
export type Prepared = {
  /** For people: no password in it. */
  readonly where: string;
  /** Where processes that share this store tell each other things: others in the same database, in another schema, are not meant. */
  readonly channel: string;
  /** What goes wrong when the store's own connections are made, as one line. */
  readonly told: (cause: unknown) => Error;
};

/** Connects once, looks whether the server will do, and brings the tables up to date. Rejects with one line that says what to do. */
export async function prepareDatabase(
  url: string,
  migrations: readonly Migration[],
  { idle = false, asItIs = false }: Pick<StoreOptions, 'idle' | 'asItIs'> = {},
): Promise<Prepared> {
  // A migration, or waiting for another process's, may take its time.
  const client = openable({ ...configOf(url), statement_timeout: 0, query_timeout: 0, idle_in_transaction_session_timeout: 0 });
  const where = `postgresql://${client.host}:${client.port}/${client.database}`;
  try {
    await client.connect();
    const channel = await checkServer(client, where);
    if (idle) await checkIdle(client, where, channel);
    await migratePostgres(client, where, migrations, asItIs);
    return { where, channel, told: (cause) => told(cause, client, where) };
  } catch (cause) {
    throw told(cause, client, where);
  } finally {
    await client.end().catch(() => {});
  }
}

function openable(config: ReturnType<typeof configOf>): Client {
  try {
    return clientOf(config);
  } catch {
    // Without its cause, which quotes the address.
    throw new Error(
      'the address of the PostgreSQL store cannot be read: write postgres://user:password@host:port/database, with special characters as %xx',
    );
  }
}

async function checkServer(client: Client, where: string): Promise<string> {
  const { rows } = await client.query<{ version: number; text: string; encoding: string; schema: number | null }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as text,
       current_setting('server_encoding') as encoding, (select oid::int8 from pg_namespace where nspname = current_schema()) as schema`,
  );
  const [server] = rows;
  if (server === undefined || server.version < SERVER_MIN) throw new Error(`${where} is PostgreSQL ${server?.text}: 15 or newer is needed`);
  if (server.encoding !== 'UTF8') throw new Error(`${where} keeps its text as ${server.encoding}: create the database with encoding UTF8`);
  if (server.schema === null) throw new Error(`${where} has no schema in its search path: create one, or set search_path`);
  return `watchkeeper_${server.schema}`;
}

/** Each process has one connection that listens, named as its channel, for as long as it is at work on the store. */
async function checkIdle(client: Client, where: string, channel: string): Promise<void> {
  const sql = 'select 1 from pg_stat_activity where datname = current_database() and application_name = $1';
  const { rowCount } = await client.query(sql, [channel]);
  if (rowCount !== 0) throw new Error(`${where} is in use by another Watchkeeper: stop it first`);
}

/** One line for the troubles that people have; none of these texts can hold the password. */
function told(cause: unknown, client: Client, where: string): Error {
  const { code, message } = cause as { code?: string; message?: string };
  const said = (text: string) => new Error(`${where} ${text}`, { cause });
  if (code === '28P01' || code === '28000' || message?.startsWith('SASL')) return said(`refuses the user ${client.user}: ${lineOf(cause)}`);
  if (code === '3D000') return said(`does not exist: create the database ${client.database} first`);
  if (code === '42501') return said(`does not let the user ${client.user} create tables: ${lineOf(cause)}`);
  if (message?.startsWith(where)) return cause as Error;
  return said(`does not answer: ${lineOf(cause)}`);
}

/** Several addresses of one host fail together, in an error without a message of its own. */
function lineOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(lineOf).join(', ');
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}
