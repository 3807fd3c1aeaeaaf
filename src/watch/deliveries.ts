import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { Fault } from './github-port.ts';
import { LEASE_S } from './lanes.ts';
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
/** Claimed together, two of them sent each second: a process that dies holds up no more than these. */
const CLAIM = 10;
/** A look asks for so long, then goes on in another one: five hundred take four minutes, and its lease must not end before it does. */
const SEND_S = LEASE_S / 2;
/** At least so long, however slowly GitHub lists: else each look would list anew, and send nothing. */
const SEND_S_MIN = LEASE_S / 6;
/** Of whom nobody has said for so long what became of them, they are anybody's again. What was sent after all counts once. */
const CLAIM_S = LEASE_S;

/**
 * What the store keeps: until when all is settled, the ids of deliveries that were asked for, the newest last, those that somebody is about to
 * ask for, with when they were claimed, and whether what GitHub does not list since `at` has every ticket looked at already.
 */
type Redelivered = {
  readonly at?: number;
  readonly asked: readonly string[];
  readonly claimed?: Readonly<Record<string, number>>;
  readonly looked?: boolean;
};
type Failed = { readonly id: number; readonly guid: string };

function redeliveredOf(text: string | undefined): Redelivered {
  const read: unknown = text ? JSON.parse(text) : undefined;
  if (typeof read === 'object' && read !== null) return { asked: [], ...(read as Partial<Redelivered>) };
  // An earlier version kept the instant alone.
  return typeof read === 'number' ? { at: read, asked: [] } : { asked: [] };
}

/**
 * Has GitHub send again what we did not take: it never does so by itself, and what an edited comment says or a label's name becomes moves no
 * issue's `updated_at`, so that listings do not show it. The id stays the same: what was stored after all counts once. Each is asked for once,
 * whichever process looks, and once more where one died over it. What GitHub does not list any more, or not to the end, is found by looking at
 * every open ticket.
 */
export class Redelivery {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** `dueAt`: since when this look is due. It stays due while something is left that can be asked for: the desk has not caught up before. */
  async look(now: Instant, dueAt: Instant = now): Promise<Next> {
    const { github, store, settings, halt, clock } = this.#parts;
    const { at, looked } = redeliveredOf(await store.getMeta(REDELIVERED));
    const since = instant(Math.max(now - LISTED_S, (at ?? now - FIRST_S) - OVERLAP_S));
    const read = await github.failedDeliveries(since).catch((error: unknown) => {
      // An App without a webhook has no list.
      if (error instanceof Fault && error.kind !== 'passing') return undefined;
      throw error;
    });
    if (!read) return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
    const beyond = at !== undefined && at < now - LISTED_S;
    // First: what can be asked for takes minutes, and says nothing of what GitHub does not list.
    if ((!read.whole || beyond) && !looked) await this.#lookAtAll(now);
    const until = instant(Math.max(now + SEND_S, clock() + SEND_S_MIN));
    await this.#sendAll(read.failed, until).catch((error: unknown) => {
      if (!halt.aborted || !(error instanceof Fault)) throw error;
    });
    // Nobody begins anything more here; where the process goes on elsewhere, another one goes on with this.
    if (halt.aborted) return { dueAt, urgency: NORMAL, attempts: 0 };
    const { asked } = redeliveredOf(await store.getMeta(REDELIVERED));
    if (read.failed.some((one) => !asked.includes(one.guid))) {
      // If not for want of time, another process is at them, or died over them.
      return { dueAt: clock() >= until ? dueAt : instant(clock() + CLAIM_S), urgency: NORMAL, attempts: 0 };
    }
    await store.editMeta(REDELIVERED, (text) => JSON.stringify({ ...redeliveredOf(text), at: now, looked: false }));
    return { dueAt: instant(now + Math.max(EVERY_S, settings.sweepS)), urgency: NORMAL, attempts: 0 };
  }

  async #sendAll(failed: readonly Failed[], until: Instant): Promise<void> {
    const { halt, clock } = this.#parts;
    let deliveries = 0;
    try {
      while (!halt.aborted && clock() < until) {
        const mine = await this.#claim(failed);
        if (mine.length === 0) break;
        deliveries += await this.#send(mine, until);
      }
    } finally {
      if (deliveries > 0) this.#parts.log.info({ deliveries }, 'deliveries that failed are sent again');
    }
  }

  /** Some that nobody has asked for; for a while they are ours. */
  async #claim(failed: readonly Failed[]): Promise<readonly Failed[]> {
    const { store, clock } = this.#parts;
    const now = clock();
    let mine: readonly Failed[] = [];
    await store.editMeta(REDELIVERED, (text) => {
      const { claimed = {}, ...before } = redeliveredOf(text);
      const asked = new Set(before.asked);
      const held = Object.fromEntries(Object.entries(claimed).filter(([, since]) => Math.abs(now - since) < CLAIM_S));
      mine = failed.filter(({ guid }) => !asked.has(guid) && held[guid] === undefined).slice(0, CLAIM);
      if (mine.length === 0) return undefined;
      return JSON.stringify({ ...before, claimed: { ...held, ...Object.fromEntries(mine.map(({ guid }) => [guid, now])) } });
    });
    return mine;
  }

  /** Answers how many were asked for. The others are anybody's again, however this ends, but for the death of the process. */
  async #send(mine: readonly Failed[], until: Instant): Promise<number> {
    const { github, store, halt, clock } = this.#parts;
    const done: string[] = [];
    try {
      for (const { id, guid } of mine) {
        if (halt.aborted || clock() >= until) break;
        await github.redeliver(id).catch((error: unknown) => {
          // One that GitHub does not send again is left to the sweeps; a fault that passes leaves the rest to the next look.
          if (!(error instanceof Fault) || error.kind === 'passing') throw error;
        });
        done.push(guid);
      }
    } finally {
      await store.editMeta(REDELIVERED, (text) => {
        const { claimed = {}, ...before } = redeliveredOf(text);
        const ours = new Set(mine.map((one) => one.guid));
        const held = Object.fromEntries(Object.entries(claimed).filter(([guid]) => !ours.has(guid)));
        return JSON.stringify({ ...before, claimed: held, asked: [...before.asked, ...done].slice(-ASKED_MAX) });
      });
    }
    return done.length;
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
    await store.editMeta(REDELIVERED, (text) => JSON.stringify({ ...redeliveredOf(text), looked: true }));
    log.warn({ tickets }, 'more webhooks were lost than GitHub lists: every open ticket is looked at');
  }
}
