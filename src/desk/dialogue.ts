import type { Instant } from '../calendar/time.ts';
import type { MarkerName } from '../policy/types.ts';
import type { Actor } from './ledger.ts';
import type { Answer, Deed, Turn } from './ticket.ts';

/** Who owes whom a word: answers, the reporter's open questions (`next_response`), and news while somebody works (`update`). */
export class Dialogue {
  readonly answers: Answer[] = [];
  readonly asks: Turn[] = [];
  readonly updates: Turn[] = [];
  acked: Answer | undefined;
  workaround: Answer | undefined;
  deed: Deed;
  readonly #since: Instant;

  constructor(since: Instant) {
    this.#since = since;
    this.deed = { at: since, id: 'opened' };
  }

  answered(at: Instant, id: string, by: Actor, marker: MarkerName): void {
    this.answers.push({ at, id, by });
    end(this.asks, at, 'answered');
    if (marker !== 'progress') return;
    end(this.updates, at, 'answered');
    this.#update(at, id);
  }

  /** The reporter said something: a question, if the ticket had an answer before. */
  asked(at: Instant, id: string, open: boolean): void {
    const last = this.answers.at(-1);
    if (open && (this.acked || (last && last.at >= this.#since))) this.#ask(at, id);
  }

  /** `/still-broken` asks whatever was before. */
  insisted(at: Instant, id: string): void {
    this.#ask(at, id);
  }

  moved(marker: MarkerName, at: Instant, id: string): void {
    if (marker === 'confirming') end(this.asks, at, 'over');
    end(this.updates, at, 'over');
    if (marker === 'progress') this.#update(at, id);
  }

  did(at: Instant, id: string): void {
    if (at >= this.deed.at) this.deed = { at, id };
  }

  /** ⭕️ may be older than the ticket; its clocks are not. */
  #update(at: Instant, id: string): void {
    this.updates.push({ id, from: Math.max(at, this.#since) as Instant });
  }

  #ask(at: Instant, id: string): void {
    const last = this.asks.at(-1);
    if (at < this.#since) return;
    if (!last || last.end) this.asks.push({ id, from: at });
  }
}

/** A turn that ends in the second in which it began, or before the ticket did, is none. */
function end(turns: Turn[], at: Instant, how: 'answered' | 'over'): void {
  const last = turns.at(-1);
  if (!last || last.end) return;
  if (last.from >= at) turns.pop();
  else turns[turns.length - 1] = { ...last, end: { at, how } };
}
