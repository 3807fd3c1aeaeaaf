import { DAY_SECONDS } from '../calendar/dates.ts';
import { checkInteger, DELIVERIES_DAYS, OWN_WRITES_DAYS, SKEW_S_MAX } from './limits.ts';
import type { StoreOptions } from './open.ts';
import { type Store, Superseded } from './port.ts';
import { postgresAlarms } from './postgres-alarms.ts';
import { postgresDue } from './postgres-due.ts';
import { type Ear, openEar } from './postgres-ear.ts';
import { postgresMeta, postgresOwnWrites, postgresRepos, postgresTickets } from './postgres-index.ts';
import { prepareDatabase } from './postgres-open.ts';
import { clientOf, configOf, type Db, openPool, statement } from './postgres-pool.ts';
import { POSTGRES_MIGRATIONS } from './postgres-schema.ts';
import type { Migration } from './schema.ts';

/** Rows that one statement deletes: some 30 ms, in which whoever else cleans passes them by. */
const PRUNE_ROWS_MAX = 5_000;

/**
 * The store on PostgreSQL 15 or newer, for any number of identical processes: at `postgres://user:password@host:port/database`, in the first
 * schema of the search path. Makes its tables when they are missing. Rejects with one clear line, without the password, when the server cannot
 * be reached, refuses us, is too old, or holds a store that a newer Watchkeeper has changed. `migrations` are for tests.
 */
export async function openPostgres(
  url: string,
  options: StoreOptions = {},
  migrations: readonly Migration[] = POSTGRES_MIGRATIONS,
): Promise<Store> {
  const { where, channel, told } = await prepareDatabase(url, migrations, options);
  const db = openPool(url);
  const ear = await openFirst(db, () => openEar({ ...configOf(url), application_name: channel }, channel)).catch(async (cause) => {
    await db.close();
    throw told(cause);
  });
  // Their plan takes 2 ms to make, once for each connection; and no claim stands in line behind a hundred settles. A lease that a crash of the
  // server undoes has ended early: its holder asks before each write.
  const claims = openPool(url, { connections: 1, durable: false });
  return {
    ...patiently(postgresAlarms(db, claims, ear, channel)),
    ...postgresDue(db),
    ...postgresTickets(db),
    ...postgresOwnWrites(db),
    ...postgresRepos(db),
    ...postgresMeta(db),
    prune: pruning(db, ear, where, migrations.length, skewing(options)),
    async close() {
      // The pool first: a look that is settled while we close still has its lease.
      await claims.close();
      await db.close();
      await ear.close();
    },
  };
}

/** The pool's first connection is made and asked as well: whoever opened a store has one that answered, and need not say what went wrong. */
async function openFirst(db: Db, open: () => Promise<Ear>): Promise<Ear> {
  const ear = await open();
  try {
    await db.rows(NEEDS);
    return ear;
  } catch (cause) {
    await ear.close();
    throw cause;
  }
}

/**
 * Forgets everything but the form of the tables. Rejects with one line, and changes nothing, while a process is at work on the store, and when
 * `openPostgres` would.
 */
export async function erasePostgres(url: string): Promise<void> {
  await prepareDatabase(url, POSTGRES_MIGRATIONS, { idle: true });
  const client = clientOf(configOf(url));
  await client.connect();
  try {
    await client.query('begin');
    await client.query('truncate alarm, lease, delivery, own_write, ticket, ticket_fix, repo');
    await client.query(`delete from meta where key not like 'schema%'`);
    await client.query('commit');
  } finally {
    await client.end().catch(() => {});
  }
}

/** How long to wait before each further try to settle: all together longer than a server needs to restart, shorter than a lease. */
const SETTLE_AGAIN_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000];

/**
 * What cannot be settled is worked on by nobody for the rest of its lease, whose process is alive: a connection that breaks must not cost that. The
 * lease's name guards it: done twice is done once.
 */
function patiently(alarms: ReturnType<typeof postgresAlarms>): ReturnType<typeof postgresAlarms> {
  return {
    ...alarms,
    async settle(alarm, next) {
      for (let tries = 0; ; tries++) {
        try {
          return await alarms.settle(alarm, next);
        } catch (cause) {
          const pause = SETTLE_AGAIN_MS[tries];
          if (cause instanceof RangeError || pause === undefined || (cause as Error).message === 'the store is closed') throw cause;
          await new Promise((go) => setTimeout(go, pause));
        }
      }
    },
  };
}

const NEEDS = statement('needs', `select value, extract(epoch from clock_timestamp())::float8 as at from meta where key = 'schema_needs'`);
/** Compares the server's clock with this host's, which has answered between two of its instants. */
function skewing({ onSkew, hostClock = Date.now }: StoreOptions) {
  let differs = false;
  return async <T extends { readonly at: number }>(ask: () => Promise<T[]>): Promise<T[]> => {
    const before = hostClock();
    const rows = await ask();
    const after = hostClock();
    const [server] = rows;
    if (server === undefined) return rows;
    // What lies within the time of the answer is nobody's.
    const aheadS = before / 1_000 > server.at ? before / 1_000 - server.at : Math.min(0, after / 1_000 - server.at);
    const told = differs;
    differs = Math.abs(aheadS) > SKEW_S_MAX;
    if (differs || told) onSkew?.(aheadS);
    return rows;
  };
}

const OLD = [
  { days: DELIVERIES_DAYS, table: 'delivery', key: 'id' },
  { days: OWN_WRITES_DAYS, table: 'own_write', key: '(subject, key_hash)' },
].map(({ days, table, key }) => {
  const columns = key.replaceAll(/[()]/g, '');
  const old = `select ${columns} from ${table} where at <= $1 order by at limit ${PRUNE_ROWS_MAX} for update skip locked`;
  return { days, sql: statement(`prune_${table}`, `delete from ${table} where ${key} in (${old}) and at <= $1`) };
});

/** Comes every few seconds: also the pulse by which a connection that fell silent is noticed, and the end when a newer Watchkeeper has come. */
function pruning(db: Db, ear: Ear, where: string, known: number, compared: ReturnType<typeof skewing>): Store['prune'] {
  return async (now) => {
    checkInteger('now', now);
    const [needs] = await compared(() => db.rows<{ value: string; at: number }>(NEEDS));
    if (Number(needs?.value) > known) {
      throw new Superseded(
        `${where} was brought to schema ${needs?.value} by a newer Watchkeeper, this one knows ${known}: start that one`,
      );
    }
    for (const { days, sql } of OLD) {
      while ((await db.count(sql, [now - days * DAY_SECONDS])) === PRUNE_ROWS_MAX);
    }
    await ear.check();
  };
}
