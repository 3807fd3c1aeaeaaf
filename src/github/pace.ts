import { type Instant, instant } from '../calendar/time.ts';
import type { Store } from '../store/port.ts';

/** `page`: a person is called. `normal`: what an event asks for. `background`: repaints and the backlog. */
export type PaceClass = 'page' | 'normal' | 'background';
/** `bare`: a write that creates no content, and takes nothing of the budget for it. */
export type WriteClass = PaceClass | 'bare';

export type PaceLimits = {
  readonly perMinute: number;
  readonly perHour: number;
  /** Which part of a window the class may fill; the rest is kept for the more urgent. */
  readonly share: Readonly<Record<PaceClass, number>>;
  /** Milliseconds between two writes of one installation. */
  readonly gapMs: number;
  /** Milliseconds from a bare write to the next of its installation. */
  readonly bareGapMs: number;
};

/**
 * GitHub's secondary limits on what creates content (`platform.md`, 1.7); 60 % is kept for pages (`design.md`, 6). What creates none costs five
 * points of 900 a minute: two a second take two thirds of them.
 */
export const PACE_LIMITS: PaceLimits = {
  perMinute: 80,
  perHour: 500,
  share: { page: 1, normal: 0.4, background: 0.2 },
  gapMs: 1000,
  bareGapMs: 500,
};
/** Installations whose writes are remembered in memory; whoever has not written for long is forgotten first. */
const INSTALLATIONS_MAX = 2_000;
const MINUTE_S = 60;
const HOUR_S = 3600;
/** A write whose turn comes later than this is tried again instead: a lease must not run out in line. */
export const LINE_S_MAX = 10;

/** When the write may be sent, which is counted from then on; or the seconds until there may be room for one of its class. */
export type Slot = { readonly at: Instant } | { readonly waitS: number };

/** Where the instants of an installation's writes are kept: in the store, for all processes and across restarts. */
export type Ledgers = Pick<Store, 'editMeta'>;

/**
 * How many writes each installation may still send. Every write counts, whether GitHub would count it or not. Without `ledgers` the count is this
 * process's own and goes with it. Reads no clock.
 */
export class Pace {
  readonly limits: PaceLimits;
  readonly #ledgers: Ledgers;

  constructor(limits: Partial<PaceLimits> = {}, ledgers: Ledgers = inMemory()) {
    this.limits = { ...PACE_LIMITS, ...limits };
    this.#ledgers = ledgers;
  }

  async take(installation: number, pace: PaceClass, now: Instant): Promise<Slot> {
    if (this.limits.perHour === Number.POSITIVE_INFINITY) return { at: now };
    let slot: Slot = { at: now };
    await this.#ledgers.editMeta(paceKey(installation), (text) => {
      const { sent, moved } = sentOf(text, now);
      slot = slotFor(this.limits, sent, pace, now);
      return 'at' in slot ? JSON.stringify([...sent, slot.at]) : moved ? JSON.stringify(sent) : undefined;
    });
    return slot;
  }
}

/** Under which the store keeps an installation's writes of the last hour. */
export const paceKey = (installation: number): string => `pace:${installation}`;

/**
 * The instants of the last hour, oldest first. `moved`: the clock was set back, since something lies further ahead than a line may be long; it
 * counts as sent now. That is to be kept: else it would be in the way until the clock is where it was.
 */
function sentOf(text: string | undefined, now: Instant): { readonly sent: Instant[]; readonly moved: boolean } {
  const sent = (text === undefined ? [] : (JSON.parse(text) as Instant[])).filter((when) => when > now - HOUR_S);
  const moved = sent.some((when) => when > now + LINE_S_MAX);
  return { sent: moved ? sent.map((when) => instant(Math.min(when, now))) : sent, moved };
}

function slotFor(limits: PaceLimits, sent: readonly Instant[], pace: PaceClass, now: Instant): Slot {
  const { perMinute, perHour, share, gapMs } = limits;
  const last = sent.at(-1);
  // Other processes write for this installation too: whole seconds apart is what they can agree on.
  const at = instant(last === undefined ? now : Math.max(now, last + Math.floor(gapMs / 1000)));
  const waitS = Math.max(
    waitFor(sent, MINUTE_S, Math.max(1, Math.floor(perMinute * share[pace])), at),
    waitFor(sent, HOUR_S, Math.max(1, Math.floor(perHour * share[pace])), at),
    at - now > LINE_S_MAX ? at - now : 0,
  );
  return waitS > 0 ? { waitS } : { at };
}

/** Seconds until fewer than `allowed` of the instants lie in the window that ends then. */
function waitFor(sent: readonly Instant[], windowS: number, allowed: number, now: Instant): number {
  const oldestInTheWay = sent[sent.length - allowed];
  if (oldestInTheWay === undefined || oldestInTheWay <= now - windowS) return 0;
  // A clock that was set back must not block anybody for longer than the window.
  return Math.min(windowS, oldestInTheWay + windowS - now);
}

function inMemory(): Ledgers {
  const kept = new Map<string, string>();
  return {
    async editMeta(key, edit) {
      const before = kept.get(key);
      const after = edit(before);
      if (after === undefined) return before;
      kept.delete(key);
      kept.set(key, after);
      for (const oldest of kept.keys()) {
        if (kept.size <= INSTALLATIONS_MAX) break;
        kept.delete(oldest);
      }
      return after;
    },
  };
}
