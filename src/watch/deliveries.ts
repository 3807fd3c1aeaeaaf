import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { Fault } from './github-port.ts';
import type { Next } from './look.ts';
import { BACKGROUND, DAILY, issueSubject, NORMAL, type Parts } from './parts.ts';

/** GitHub lists what failed for so long (`platform.md`, 1.3). */
const LISTED_S = 3 * DAY_SECONDS;
/** A new database knows nothing, and reads every ticket anyway. */
const FIRST_S = 3_600;
const EVERY_S = 300;
/** A delivery is dated when it was sent, and listed as failed when it was given up, ten seconds and more later. */
const OVERLAP_S = 120;
/** Ids of 36 characters: within what the store keeps under one key, and twice what one look lists. */
const ASKED_MAX = 1_000;
const REDELIVERED = 'redelivered';

/** What the store keeps: until when all is settled, and the ids of deliveries that were asked for, the newest last. */
type Redelivered = { readonly at?: number; readonly asked: readonly string[] };

function redeliveredOf(text: string | undefined): Redelivered {
  const read: unknown = text ? JSON.parse(text) : undefined;
  if (typeof read === 'object' && read !== null) return { asked: [], ...(read as Partial<Redelivered>) };
  // An earlier version kept the instant alone.
  return typeof read === 'number' ? { at: read, asked: [] } : { asked: [] };
}

/**
 * Has GitHub send again what we did not take: it never does so by itself, and what an edited comment says or a label's name becomes moves no
 * issue's `updated_at`, so that listings do not show it. The id stays the same: what was stored after all counts once. Each is asked for once,
 * whichever process looks. What GitHub does not list any more, or not to the end, is found by looking at every open ticket.
 */
export class Redelivery {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async look(now: Instant): Promise<Next> {
    const { github, store, settings, log } = this.#parts;
    const { at } = redeliveredOf(await store.getMeta(REDELIVERED));
    const since = instant(Math.max(now - LISTED_S, (at ?? now - FIRST_S) - OVERLAP_S));
    const read = await github.failedDeliveries(since).catch((error: unknown) => {
      // An App without a webhook has no list.
      if (error instanceof Fault && error.kind !== 'passing') return undefined;
      throw error;
    });
    if (!read) return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
    const beyond = at !== undefined && at < now - LISTED_S;
    const fresh = await this.#claim(read.failed);
    for (const [i, { id }] of fresh.entries()) {
      try {
        await github.redeliver(id);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        // One that GitHub does not send again is left to the sweeps; a fault that passes leaves the rest to the next look.
        if (error.kind !== 'passing') continue;
        await this.#release(fresh.slice(i));
        throw error;
      }
    }
    if (fresh.length > 0) log.info({ deliveries: fresh.length }, 'deliveries that failed are sent again');
    if (!read.whole || beyond) await this.#lookAtAll(now);
    await store.editMeta(REDELIVERED, (text) => JSON.stringify({ ...redeliveredOf(text), at: now }));
    return { dueAt: instant(now + Math.max(EVERY_S, settings.sweepS)), urgency: NORMAL, attempts: 0 };
  }

  /** Those that nobody has asked for; from now on they are ours. */
  async #claim<T extends { readonly guid: string }>(failed: readonly T[]): Promise<readonly T[]> {
    let fresh: readonly T[] = [];
    await this.#parts.store.editMeta(REDELIVERED, (text) => {
      const before = redeliveredOf(text);
      const asked = new Set(before.asked);
      fresh = failed.filter((one) => !asked.has(one.guid));
      return fresh.length === 0
        ? undefined
        : JSON.stringify({ ...before, asked: [...asked, ...fresh.map((one) => one.guid)].slice(-ASKED_MAX) });
    });
    return fresh;
  }

  async #release(unsent: readonly { readonly guid: string }[]): Promise<void> {
    const guids = new Set(unsent.map((one) => one.guid));
    await this.#parts.store.editMeta(REDELIVERED, (text) => {
      const before = redeliveredOf(text);
      return JSON.stringify({ ...before, asked: before.asked.filter((one) => !guids.has(one)) });
    });
  }

  /** Every open ticket of every repository, at the pace of the background; what is new besides, the sweeps find. */
  async #lookAtAll(now: Instant): Promise<void> {
    const { store, settings, log } = this.#parts;
    let tickets = 0;
    for (const { repo, installation } of await store.repos()) {
      const rows = await store.tickets(repo, { open: true });
      const about = { installation, urgency: BACKGROUND };
      const dueAt = (i: number) => instant(now + 2 + Math.floor(i * settings.trickleS));
      if (rows.length > 0) await store.wake(rows.map((row, i) => ({ ...about, subject: issueSubject(repo, row.number), dueAt: dueAt(i) })));
      tickets += rows.length;
    }
    log.warn({ tickets }, 'more webhooks were lost than GitHub lists: every open ticket is looked at');
  }
}
