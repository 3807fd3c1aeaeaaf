import { randomInt } from 'node:crypto';
import type { Client, ClientConfig } from 'pg';
import type { Instant } from '../calendar/time.ts';
import { ears } from './ears.ts';
import type { Heard } from './port.ts';
import { clientOf } from './postgres-pool.ts';

/** After a lost connection: at once when the server has only restarted, seldom when it is gone for the night. */
const RECONNECT_MS = 250;
const RECONNECT_MS_MAX = 15_000;
/** As many as `randomInt` draws from; that two processes meet, the lock tells. */
const HOLDERS = 2 ** 47;

/**
 * One connection that listens, and by whose life this process is known to live: it holds an advisory lock of the server under a number drawn
 * for it, which ends with the connection, however that ends. Leases name the number; one whose lock is gone is nobody's (postgres-claim.ts).
 */
export type Ear = {
  listen(hear: (heard: Heard) => void): () => void;
  /** The number of this process; connects when the connection was lost, rejects when that fails. Another one after each loss. */
  holder(): Promise<number>;
  /** Whether the connection still answers; one that does not is dropped and made anew. */
  check(): Promise<void>;
  close(): Promise<void>;
};

type Life = { readonly client: Client; readonly holder: number };

/** Opens the connection. `channel` is where everything is told. */
export async function openEar(config: ClientConfig, channel: string): Promise<Ear> {
  const { say, listen } = ears();
  let life: Life | undefined;
  let connecting: Promise<Life> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pause = RECONNECT_MS;
  let isClosed = false;

  async function connect(): Promise<Life> {
    const fresh = await dial(config, channel, say, lost);
    if (isClosed) {
      await fresh.client.end().catch(() => {});
      throw new Error('the store is closed');
    }
    pause = RECONNECT_MS;
    life = fresh;
    return fresh;
  }

  /** One attempt at a time, whoever asks. */
  function connected(): Promise<Life> {
    if (isClosed) return Promise.reject(new Error('the store is closed'));
    if (life !== undefined) return Promise.resolve(life);
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  }

  function lost(client: Client): void {
    if (life?.client !== client) return;
    life = undefined;
    later();
  }

  function later(): void {
    if (isClosed) return;
    clearTimeout(timer);
    timer = setTimeout(() => connected().catch(later), pause * (1 + Math.random()));
    timer.unref();
    pause = Math.min(RECONNECT_MS_MAX, pause * 2);
  }

  await connected();
  return {
    listen,
    holder: async () => (await connected()).holder,
    async check() {
      const { client } = await connected();
      await client.query('select 1').catch(() => {
        lost(client);
        // It may hang in silence: its end is not waited for.
        client.end().catch(() => {});
      });
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await connecting?.catch(() => {});
      await life?.client.end().catch(() => {});
    },
  };
}

/** A connection that holds its number and listens. */
async function dial(config: ClientConfig, channel: string, say: (heard: Heard) => void, lost: (client: Client) => void): Promise<Life> {
  const client = clientOf(config);
  client.on('end', () => lost(client));
  client.on('error', () => lost(client));
  client.on('notification', ({ payload }) => {
    const heard = heardOf(payload ?? '');
    if (heard !== undefined) say(heard);
  });
  try {
    await client.connect();
    const holder = await hold(client);
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
    return { client, holder };
  } catch (cause) {
    await client.end().catch(() => {});
    throw cause;
  }
}

/** A host that vanishes without a word is noticed by the server after half a minute instead of two hours. */
const KEEPALIVE = `select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)`;

async function hold(client: Client): Promise<number> {
  await client.query(KEEPALIVE);
  const holder = 1 + randomInt(HOLDERS);
  const { rows } = await client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [holder]);
  if (rows[0]?.isOurs !== true) throw new Error(`advisory lock ${holder} is somebody else's`);
  return holder;
}

/** As it stands in a notification: `woken 1800000000`, `told …`. */
export const wokenText = (dueAt: Instant): string => `woken ${dueAt}`;
export const toldText = (text: string): string => `told ${text}`;

/** Undefined: a word of a newer Watchkeeper. */
function heardOf(payload: string): Heard | undefined {
  const [is, rest] = [payload.slice(0, payload.indexOf(' ')), payload.slice(payload.indexOf(' ') + 1)];
  if (is === 'told') return { is, text: rest };
  return is === 'woken' ? { is, dueAt: Number(rest) as Instant } : undefined;
}
