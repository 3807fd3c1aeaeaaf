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

  constructor(since: Instant) {
    this.deed = { at: since, id: 'opened' };
  }

  answered(at: Instant, id: string, by: Actor, marker: MarkerName): void {
    this.answers.push({ at, id, by });
    end(this.asks, at, 'answered');
    if (marker !== 'progress') return;
    end(this.updates, at, 'answered');
    this.updates.push({ id, from: at });
  }

  /** The reporter said something: a question, if he had an answer before. */
  asked(at: Instant, id: string, open: boolean): void {
    if (open && (this.answers.length > 0 || this.acked)) this.#ask(at, id);
  }

  /** `/still-broken` asks whatever was before. */
  insisted(at: Instant, id: string): void {
    this.#ask(at, id);
  }

  moved(marker: MarkerName, at: Instant, id: string): void {
    if (marker === 'confirming') end(this.asks, at, 'over');
    end(this.updates, at, 'over');
    if (marker === 'progress') this.updates.push({ id, from: at });
  }

  did(at: Instant, id: string): void {
    if (at >= this.deed.at) this.deed = { at, id };
  }

  #ask(at: Instant, id: string): void {
    const last = this.asks.at(-1);
    if (!last || last.end) this.asks.push({ id, from: at });
  }
}

/** A turn that ends in the second in which it began is none. */
function end(turns: Turn[], at: Instant, how: 'answered' | 'over'): void {
  const last = turns.at(-1);
  if (!last || last.end) return;
  if (last.from === at) turns.pop();
  else turns[turns.length - 1] = { ...last, end: { at, how } };
}
