import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Settled } from '../store/port.ts';
import { Fault } from './github-port.ts';
import { BACKGROUND, DAILY, type Log, type Meter, URGENT, type WokenBy } from './parts.ts';
import { UNTOLD } from './sweep.ts';

const BACKOFF_S = 5;
const BACKOFF_MAX_S = 900;
/** A no is believed longer each time, up to a day: one wrong 403 must not put a page off until tomorrow. */
export const REFUSED_S = 300;
export const refusedS = (before: number): number => Math.min(DAY_SECONDS, REFUSED_S * 4 ** Math.min(before, 8));
/** What comes back after a fault does not all come in one second. */
const JITTER = 0.25;

export type Outcome = Parameters<Meter['looked']>[2];

export const outcomeOf = (error: unknown): Outcome => (error instanceof Fault ? error.kind : 'bug');

/** Says that a look failed and answers when to try again: a fault that may pass later and later, a no of GitHub later and later too, up to a day. */
export function afterFailure(log: Log, alarm: Alarm, error: unknown, now: Instant): Settled {
  const { subject, attempts, urgency, expect } = alarm;
  if (error instanceof Fault) log.warn({ subject, attempts, fault: error.kind, status: error.status, err: error.message }, 'look failed');
  else log.error({ subject, attempts, err: stackOf(error) }, 'look failed');
  const backoff = Math.min(BACKOFF_MAX_S, BACKOFF_S * 2 ** Math.min(attempts, 8)) * (1 + Math.random() * JITTER);
  const fault = error instanceof Fault ? error : undefined;
  const wait = fault?.kind === 'refused' ? refusedS(attempts) : Math.max(fault?.retryAfterS ?? 0, backoff);
  return { dueAt: instant(now + Math.ceil(wait)), urgency, attempts: attempts + 1, expect };
}

/** Where it broke. A syntax error's message quotes what could not be read, which may be anybody's words. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error instanceof SyntaxError ? stack.replace(error.message, 'something could not be read') : stack;
}

/** What it expects says who woke it, else its urgency: a row keeps the most urgent of all that was asked of it. */
export function wokenBy({ urgency, expect }: Alarm): WokenBy {
  if (expect.includes(UNTOLD)) return 'sweep';
  if (expect.some((one) => ANNOUNCED.test(one))) return 'webhook';
  if (urgency === URGENT) return 'step';
  return urgency < DAILY ? 'webhook' : urgency === BACKGROUND ? 'background' : 'daily';
}

/** What `github/wakes.ts` has webhooks announce. */
const ANNOUNCED = /^(?:comment|label|unlabel|assign|title|closed|reopened|recheck)\b/;
