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
    const last = this.asks.at(-1);
    if (marker === 'confirming') end(this.asks, at, 'over');
    else if (marker === 'resolved' && last && !last.end && last.from === at) this.asks.pop();
    end(this.updates, at, marker === 'resolved' ? 'closed' : 'over');
    if (marker === 'progress') this.#update(at, id);
  }

  did(at: Instant, id: string): void {
    if (at >= this.deed.at) this.deed = { at, id };
  }

  /** ⭕️ may be older than the ticket; its clocks are not. */
  #update(at: Instant, id: string): void {
    this.updates.push({ id: anew(this.updates, id, at), from: Math.max(at, this.#since) as Instant });
  }

  #ask(at: Instant, id: string): void {
    const last = this.asks.at(-1);
    if (at < this.#since) return;
    if (!last || last.end) this.asks.push({ id: anew(this.asks, id, at), from: at });
  }
}

/** A comment begins a second run when an edit adds a command to it: that is another cycle, with a name of its own. */
export const anew = (runs: readonly { readonly id: string }[], id: string, at: Instant): string =>
  runs.some((one) => one.id === id) ? `${id}.${at}` : id;

/** A turn that ends in the second in which it began, or before the ticket did, is none. */
function end(turns: Turn[], at: Instant, how: 'answered' | 'over' | 'closed'): void {
  const last = turns.at(-1);
  if (!last || last.end) return;
  if (last.from >= at) turns.pop();
  else turns[turns.length - 1] = { ...last, end: { at, how } };
}
