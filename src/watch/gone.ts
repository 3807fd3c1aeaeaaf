import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm } from '../store/port.ts';
import { Fault } from './github-port.ts';
import type { Next } from './look.ts';

/**
 * GitHub answers 404 for what is there too: to a replica that has not heard of it, in an outage, beside a token that is just being changed.
 * What is not there is asked for again after these seconds; then it is gone.
 */
export const GONE_S = [5, 60, 900] as const;
/** How an alarm remembers that it is asking again, beside what else made it look. */
const GONE = 'gone:';

export async function readOrGone<T>(
  read: () => Promise<T>,
  alarm: Alarm,
  now: Instant,
): Promise<{ readonly found: T } | { readonly next: Next }> {
  try {
    return { found: await read() };
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'gone')) throw error;
    const asked = askedBefore(alarm);
    const wait = GONE_S[asked];
    if (wait === undefined) return { next: undefined };
    const expect = [...alarm.expect.filter((one) => !one.startsWith(GONE)), `${GONE}${asked + 1}`];
    return { next: { dueAt: instant(now + wait), urgency: alarm.urgency, attempts: alarm.attempts, expect } };
  }
}

const askedBefore = (alarm: Alarm): number => Number(alarm.expect.find((one) => one.startsWith(GONE))?.slice(GONE.length) ?? 0);

/** A file that is not there a third time, a minute later, was deleted. */
export const isSure = (alarm: Alarm): boolean => askedBefore(alarm) >= 2;
