import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Settled } from '../store/port.ts';
import { RETRY_S } from './effects.ts';
import { BACKGROUND, URGENT } from './parts.ts';

const PASSING_MAX_S = 900;
/** A ticket of the backlog waits for budget, not for a fault to pass: thousands of them that ask often would spend more on reads than on writes. */
const QUIET_RETRY_S = 900;
/** When the budget of an hour is there again, they do not all come at once. */
const QUIET_SPREAD_S = 3_600;
/** A quarter of this is the most that the jitter adds to what GitHub or the budget names. */
const SPREAD_S = 240;

export type PutOff = {
  readonly number: number;
  readonly alarm: Alarm;
  readonly now: Instant;
  /** A ticket of the backlog, which calls nobody. */
  readonly quiet: boolean;
  /** The next step that falls due, if any. */
  readonly stepAt: Instant | undefined;
};

/** How an alarm remembers how often in a row its writes could not be sent, beside what else made it look. */
const AGAIN = 'again:';
/** Beyond this the pause does not grow. */
const AGAIN_MAX = 8;
/** That writes wait says nothing of what was read: the next thing that a webhook announces is waited for once more, and a call prepared with care. */
const ATTEMPTS_KEPT = 3;

export const retriesOf = ({ expect }: Pick<Settled, 'expect'>): number =>
  Number(expect?.find((one) => one.startsWith(AGAIN))?.slice(AGAIN.length) ?? 0);

/** When to look again at a ticket of which some writes could not be sent, for `retryS` at least; a step that falls due before that has its own budget. */
export function retryOf({ number, alarm, now, quiet, stepAt }: PutOff, retryS: number): Settled {
  const before = retriesOf(alarm);
  const doubled = 2 ** before;
  const backoff = quiet ? Math.min(DAY_SECONDS, QUIET_RETRY_S * doubled) : Math.min(PASSING_MAX_S, RETRY_S * doubled);
  const jitter = 1 + ((number * 7919 + before * 104_729) % 100) / 400;
  // An hour that GitHub names is not made a quarter longer: those who wait come back within a minute of each other.
  const waitS = Math.max(retryS + (jitter - 1) * SPREAD_S, backoff * jitter);
  const retryAt = instant(now + waitS + (quiet ? (number * 7919) % QUIET_SPREAD_S : 0));
  const again = { attempts: Math.min(alarm.attempts, ATTEMPTS_KEPT), expect: [`${AGAIN}${Math.min(before + 1, AGAIN_MAX)}`] };
  if (stepAt !== undefined && stepAt > now && stepAt < retryAt) return { dueAt: stepAt, urgency: URGENT, ...again };
  return { dueAt: retryAt, urgency: quiet ? BACKGROUND : alarm.urgency, ...again };
}
