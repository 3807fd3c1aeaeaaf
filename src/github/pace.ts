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
  /** Which part of a window the pages for one reporter's tickets may fill; beyond that they leave as large a part to those of others. */
  readonly reporterShare: number;
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
  reporterShare: 0.2,
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

  /** `reporter`: whose ticket a page is about. */
  async take(installation: number, pace: PaceClass, now: Instant, reporter?: number): Promise<Slot> {
    if (this.limits.perHour === Number.POSITIVE_INFINITY) return { at: now };
    let slot: Slot = { at: now };
    await this.#ledgers.editMeta(paceKey(installation), (text) => {
      const { sent, moved } = sentOf(text, now);
      const by = pace === 'page' ? reporter : undefined;
      slot = slotFor(this.limits, sent, pace, now, by);
      return 'at' in slot ? textOf([...sent, [slot.at, by]]) : moved ? textOf(sent) : undefined;
    });
    return slot;
  }
}

/** Under which the store keeps an installation's writes of the last hour. */
export const paceKey = (installation: number): string => `pace:${installation}`;

/** A write, and the reporter of the ticket if it was a page. */
type Sent = readonly [at: Instant, by: number | undefined];

const textOf = (sent: readonly Sent[]): string => JSON.stringify(sent.map((one) => (one[1] === undefined ? one[0] : one)));
const readSent = (text: string): Sent[] =>
  (JSON.parse(text) as (Instant | Sent)[]).map((one) => (typeof one === 'number' ? [one, undefined] : one));
const timesOf = (sent: readonly Sent[]): Instant[] => sent.map(([at]) => at);

/**
 * The writes of the last hour, oldest first. `moved`: the clock was set back, since something lies further ahead than a line may be long; it
 * counts as sent now. That is to be kept: else it would be in the way until the clock is where it was.
 */
function sentOf(text: string | undefined, now: Instant): { readonly sent: Sent[]; readonly moved: boolean } {
  const sent = (text === undefined ? [] : readSent(text)).filter(([when]) => when > now - HOUR_S);
  const moved = sent.some(([when]) => when > now + LINE_S_MAX);
  return { sent: moved ? sent.map(([when, by]) => [instant(Math.min(when, now)), by]) : sent, moved };
}

function slotFor(limits: PaceLimits, all: readonly Sent[], pace: PaceClass, now: Instant, by: number | undefined): Slot {
  const { perMinute, perHour, share, reporterShare, gapMs } = limits;
  const sent = timesOf(all);
  const last = sent.at(-1);
  // Other processes write for this installation too: whole seconds apart is what they can agree on.
  const at = instant(last === undefined ? now : Math.max(now, last + Math.floor(gapMs / 1000)));
  const windows = (of: readonly Instant[], part: number): number =>
    Math.max(
      waitFor(of, MINUTE_S, Math.max(1, Math.floor(perMinute * part)), at),
      waitFor(of, HOUR_S, Math.max(1, Math.floor(perHour * part)), at),
    );
  // Whoever opens hundreds of urgent tickets has people called for them, but not before those whom somebody else waits for.
  const crowds = by !== undefined && windows(timesOf(all.filter((one) => one[1] === by)), reporterShare) > 0;
  const waitS = Math.max(windows(sent, crowds ? 1 - reporterShare : share[pace]), at - now > LINE_S_MAX ? at - now : 0);
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
