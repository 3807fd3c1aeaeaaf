import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient, types } from 'pg';

/** A desk's looks and webhooks keep some ten statements under way; a server takes 100 connections by default, shared by all processes. */
const CONNECTIONS_MAX = 9;
/** Beyond this the server has stopped keeping up; a refusal that the caller can answer beats memory that grows without end. */
const WORK_MAX = 50_000;
/** A server that is there takes a connection at once; one that is not is noticed by this. */
const CONNECT_MS = 5_000;
/** The longest statement, 10,000 wakes at once, takes half a second. What takes this long waits for something that will not come. */
const STATEMENT_MS = 10_000;
/** When the server itself has gone silent, some time after it should have given up on the statement. */
const ANSWER_MS = 15_000;
/** For a place among our connections: a server that stalls gives them all back, or loses them, within the time of an answer. */
const PLACE_MS = ANSWER_MS + CONNECT_MS;
/** A process that stands still in the middle of a transaction must not keep others from its rows. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** Deadlocks between statements that touch many rows end by themselves: one of the two is done after the first try. */
const TRIES_MAX = 5;
const INT8_OID = 20;

export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** A statement that the server prepares once for each connection, under its name. */
export type Statement = { readonly name: string; readonly text: string };

export type Runs = {
  rows<T>(statement: Statement, values?: readonly Value[]): Promise<T[]>;
  /** How many rows it wrote. */
  count(statement: Statement, values?: readonly Value[]): Promise<number>;
};

/** Statements on the database, each a transaction of its own unless asked for in `transaction`. */
export type Db = Runs & {
  /** Rolls back and rejects when `work` does; begins again, a few times, when PostgreSQL says that another one was in its way. */
  transaction<T>(work: (runs: Runs) => Promise<T>): Promise<T>;
  /** Waits for the work under way, then refuses everything. */
  close(): Promise<void>;
};

export const statement = (name: string, text: string): Statement => ({ name: `watchkeeper_${name}`, text });

/**
 * What holds for each of our sessions. Whoever set `synchronous_commit = off` for the server did not think of rows that are acknowledged to
 * GitHub. Every statement of ours is written for an index: plans must not wait for statistics, which a store that fills quickly does not have.
 */
const SESSION = `select set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false),
  set_config('enable_seqscan', 'off', false), set_config('enable_bitmapscan', 'off', false),
  set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false), set_config('enable_incremental_sort', 'off', false)`;
const DURABLE = `set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)`;
/** A crash of the server may undo the last commits; none that came before one that is durable. */
const LAX = `set_config('synchronous_commit', 'off', false)`;

/** How we connect; what the address says stands above it. */
export function configOf(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: 'watchkeeper',
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === INT8_OID ? Number : types.getTypeParser(oid, format)) },
  } as ClientConfig;
}

/** A connection for one purpose; it may break at any time without anybody at hand, which must not end the process. */
export function clientOf(config: ClientConfig): Client {
  const client = new Client(config);
  client.on('error', ignore);
  return client;
}

/** The pool has one limit for the wait for a place and for connecting; connecting keeps its own. */
class PooledClient extends Client {
  constructor(config?: ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_MS });
  }
}

export type PoolOptions = { readonly connections?: number /** By default yes. */; readonly durable?: boolean };

/** The pool opens connections as they are needed, so nothing here fails before the first statement. */
export function openPool(url: string, { connections = CONNECTIONS_MAX, durable = true }: PoolOptions = {}): Db {
  const pool = new Pool({
    ...configOf(url),
    Client: PooledClient,
    connectionTimeoutMillis: PLACE_MS,
    max: connections,
    onConnect: async (client) => {
      await client.query(`${SESSION}, ${durable ? DURABLE : LAX}`);
    },
  });
  // A connection that breaks while nobody uses it: the pool forgets it, and the next statement gets another.
  pool.on('error', ignore);
  // One that breaks while it is used also rejects what runs on it.
  pool.on('connect', (client) => client.on('error', ignore));
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;

  function begin<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    if (closing !== undefined) return Promise.reject(new Error('the store is closed'));
    if (underWay.size >= WORK_MAX) return Promise.reject(new Error(`the store is behind: ${WORK_MAX} pieces of work wait for PostgreSQL`));
    const running = retried(() => borrowed(pool, work));
    underWay.add(running);
    const done = () => underWay.delete(running);
    running.then(done, done);
    return running;
  }

  return {
    rows: (statement, values) => begin((client) => runsOn(client).rows(statement, values)),
    count: (statement, values) => begin((client) => runsOn(client).count(statement, values)),
    transaction: (work) => begin((client) => transact(client, work)),
    close() {
      closing ??= Promise.allSettled(underWay).then(() => pool.end());
      return closing;
    },
  };
}

async function borrowed<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((cause: Error) => {
    throw unconnected(cause, pool.options.max);
  });
  try {
    const value = await work(client);
    client.release();
    return value;
  } catch (cause) {
    client.release(isAnswer(cause) ? undefined : true);
    throw cause;
  }
}

/** The words of pg and its pool for these two are each other's. */
function unconnected(cause: Error, connections: number): Error {
  const said = {
    'timeout exceeded when trying to connect': `none of ${connections} connections to PostgreSQL was free for ${PLACE_MS / 1_000} s`,
    'timeout expired': `PostgreSQL took no connection within ${CONNECT_MS / 1_000} s`,
  }[cause.message];
  return said === undefined ? cause : new Error(said, { cause });
}

async function transact<T>(client: PoolClient, work: (runs: Runs) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const value = await work(runsOn(client));
    await client.query('commit');
    return value;
  } catch (cause) {
    // Any other failure costs the connection, whose server then rolls back by itself; what happened first is what counts.
    if (isAnswer(cause)) await client.query('rollback').catch(ignore);
    throw cause;
  }
}

function runsOn(client: PoolClient): Runs {
  const run = (statement: Statement, values: readonly Value[] = []) => client.query({ ...statement, values: values.map(storable) });
  return {
    rows: async (statement, values) => (await run(statement, values)).rows,
    count: async (statement, values) => (await run(statement, values)).rowCount ?? 0,
  };
}

/** PostgreSQL keeps every character but U+0000, which GitHub does not show either. */
function storable(value: Value): Value {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  if (Array.isArray(value)) return value.map((one: string | number | null) => (typeof one === 'string' ? (storable(one) as string) : one));
  return value;
}

/** Only what PostgreSQL has undone itself: after a lost connection nobody knows whether the commit happened. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (cause) {
      if (tries >= TRIES_MAX || !isInTheWay(cause)) throw cause;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries));
    }
  }
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const isInTheWay = (cause: unknown): boolean =>
  cause instanceof DatabaseError && (cause.code === SERIALIZATION_FAILURE || cause.code === DEADLOCK_DETECTED);

/** The server answered with an error about this work, and the connection is sound: not so after 57P01 (it is shut down) and its like. */
const isAnswer = (cause: unknown): boolean => cause instanceof DatabaseError && !/^(57P|08)/.test(cause.code ?? '08');

function ignore(): void {}
