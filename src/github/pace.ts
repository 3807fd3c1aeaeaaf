import type { Instant } from '../calendar/time.ts';

/** `page`: a person is called. `normal`: what an event asks for. `background`: repaints and the backlog. */
export type PaceClass = 'page' | 'normal' | 'background';

export type PaceLimits = {
  readonly perMinute: number;
  readonly perHour: number;
  /** Which part of a window the class may fill; the rest is kept for the more urgent. */
  readonly share: Readonly<Record<PaceClass, number>>;
  /** Milliseconds between two writes of one installation. */
  readonly gapMs: number;
};

/** GitHub's secondary limits on what creates content (`platform.md`, 1.7); 60 % is kept for pages (`design.md`, 6). */
export const PACE_LIMITS: PaceLimits = { perMinute: 80, perHour: 500, share: { page: 1, normal: 0.4, background: 0.2 }, gapMs: 1000 };
/** Installations whose writes are remembered; whoever has not written for long is forgotten first. */
const INSTALLATIONS_MAX = 2_000;
const MINUTE_S = 60;
const HOUR_S = 3600;

/** How many writes each installation may still send. Every write counts, whether GitHub would count it or not. Reads no clock. */
export class Pace {
  readonly limits: PaceLimits;
  /** Instants of the writes of the last hour, oldest first. */
  readonly #sent = new Map<number, Instant[]>();

  constructor(limits: Partial<PaceLimits> = {}) {
    this.limits = { ...PACE_LIMITS, ...limits };
  }

  /** 0, and the write is counted; or the seconds until there may be room for one of this class, and nothing is counted. */
  take(installation: number, pace: PaceClass, now: Instant): number {
    const sent = (this.#sent.get(installation) ?? []).filter((when) => when > now - HOUR_S);
    const { perMinute, perHour, share } = this.limits;
    const wait = Math.max(
      waitFor(sent, MINUTE_S, Math.max(1, Math.floor(perMinute * share[pace])), now),
      waitFor(sent, HOUR_S, Math.max(1, Math.floor(perHour * share[pace])), now),
    );
    this.#sent.delete(installation);
    this.#sent.set(installation, wait > 0 ? sent : [...sent, now]);
    for (const oldest of this.#sent.keys()) {
      if (this.#sent.size <= INSTALLATIONS_MAX) break;
      this.#sent.delete(oldest);
    }
    return wait;
  }
}

/** Seconds until fewer than `allowed` of the instants lie in the window that ends then. */
function waitFor(sent: readonly Instant[], windowS: number, allowed: number, now: Instant): number {
  const oldestInTheWay = sent[sent.length - allowed];
  if (oldestInTheWay === undefined || oldestInTheWay <= now - windowS) return 0;
  // A clock that was set back must not block anybody for longer than the window.
  return Math.min(windowS, oldestInTheWay + windowS - now);
}
