import { REPO } from '../support/desk.ts';
import { DAY, HOUR, MINUTE } from './plan.ts';
import type { Played } from './play.ts';

/** After an instant the desk is given so long to look, also where replicas lag and a step waits until it is known to be one of few. */
const PROMPT_S = 5 * MINUTE;
/** A step that was stopped within so many seconds before it is due to be seen may cross its end on the way. */
const CROSSING_S = 15;

/** From when until when a step could be posted. */
export type Window = { readonly from: number; readonly to: number };

/** When the desk could know what, and so which steps it owed. */
export class Timing {
  readonly #played: Played;
  /** By issue, the instants at which it was read. */
  readonly #looks = new Map<number, number[]>();
  readonly #acts = new Map<number, number[]>();

  constructor(played: Played) {
    this.#played = played;
    for (const { method, path, at, status } of played.desk.twin.requests) {
      const number = new RegExp(`/repos/${REPO}/issues/(\\d+)$`).exec(path)?.[1];
      if (method !== 'GET' || number === undefined || status >= 400) continue;
      this.#looks.set(Number(number), [...(this.#looks.get(Number(number)) ?? []), at]);
    }
    for (const { ticket, at } of played.script.acts) this.#acts.set(ticket, [...(this.#acts.get(ticket) ?? []), at]);
  }

  #looked(ticket: number, from: number, to: number): boolean {
    return (this.#looks.get(ticket) ?? []).some((at) => at >= from && at <= to && !this.#troubled(at, at + PROMPT_S));
  }

  #troubled(from: number, to: number): boolean {
    return this.#played.troubles.some((one) => one.from <= to && one.to >= from);
  }

  /**
   * Whether a step must have been posted within its window: nothing stopped it for days; or a look came upon it while its clock ran; or the desk
   * knew all there was to know when it fell due, and was well.
   */
  owed(ticket: number, { from: at, to: end }: Window): boolean {
    if (end - at > this.#worst(at)) return true;
    if (this.#looked(ticket, at, end - PROMPT_S)) return true;
    const last = Math.max(...(this.#acts.get(ticket) ?? []).filter((one) => one <= at));
    // What is deleted or hidden moves instants that are past; what is done in the very second may be read before or after.
    const informed = last < at - CROSSING_S && this.#looked(ticket, last + CROSSING_S, at - 1);
    return informed && !this.#troubled(at - PROMPT_S, at + PROMPT_S) && end > at + PROMPT_S;
  }

  /** How long it may take until the desk has found out what it was not told, with everything that went wrong after `at`. */
  #worst(at: number): number {
    let until = at + DAY + this.#played.plan.sweepS + HOUR;
    for (const one of [...this.#played.troubles].sort((a, b) => a.from - b.from))
      if (one.from <= until && one.to >= at) until = Math.max(until, one.to + DAY + this.#played.plan.sweepS);
    return until - at;
  }
}
