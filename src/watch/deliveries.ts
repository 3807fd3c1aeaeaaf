import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { Fault } from './github-port.ts';
import type { Next } from './look.ts';
import { DAILY, NORMAL, type Parts } from './parts.ts';

/** GitHub lists what failed for so long (`platform.md`, 1.3). */
const LISTED_S = 3 * DAY_SECONDS;
/** A new database knows nothing, and reads every ticket anyway. */
const FIRST_S = 3_600;
const EVERY_S = 300;
/** A delivery is dated when it was sent, and listed as failed when it was given up, ten seconds and more later. */
const OVERLAP_S = 120;
const ASKED_MAX = 2_000;

/**
 * Has GitHub send again what we did not take: it never does so by itself, and what an edited comment says or a label's name becomes moves no
 * issue's `updated_at`, so that listings do not show it. The id stays the same: what was stored after all counts once.
 */
export class Redelivery {
  readonly #parts: Parts;
  #asked = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async look(now: Instant): Promise<Next> {
    const { github, store, settings, log } = this.#parts;
    const done = await store.getMeta('redelivered');
    const since = instant(Math.max(now - LISTED_S, (done === undefined ? now - FIRST_S : Number(done)) - OVERLAP_S));
    const failed = await github.failedDeliveries(since).catch((error: unknown) => {
      // An App without a webhook has no list.
      if (error instanceof Fault && error.kind !== 'passing') return undefined;
      throw error;
    });
    if (!failed) return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
    const fresh = failed.filter((one) => !this.#asked.has(one.guid));
    for (const { id, guid } of fresh) {
      await github.redeliver(id);
      this.#asked.add(guid);
    }
    if (fresh.length > 0) log.info({ deliveries: fresh.length }, 'deliveries that failed are sent again');
    if (this.#asked.size > ASKED_MAX) this.#asked.clear();
    await store.putMeta('redelivered', String(now));
    return { dueAt: instant(now + Math.max(EVERY_S, settings.sweepS)), urgency: NORMAL, attempts: 0 };
  }
}
