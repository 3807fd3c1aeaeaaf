import type { Instant } from '../calendar/time.ts';
import type { InForce, Ledger, Policies } from './ledger.ts';
import type { Ticket } from './ticket.ts';

/** Pins of one ticket: each is an edit of the targets under `effective: open`. Older ones are dropped first. */
const PINS_MAX = 20;

/** The policies that the promise was made from: the one in force at the first look, and under `effective: open` every later one. */
export function pinsOf(ledger: Ledger, policies: Policies, since: Instant, ended: boolean): Ticket['pins'] {
  const now = policies.now;
  const pins = ledger.record?.pins ?? [];
  const last = pins.at(-1);
  if (!last) return [[since, now.ref]];
  if (last[1] === now.ref || ended || now.policy.effective !== 'open') return pins;
  const before = policies.at(last[1]);
  if (before && promiseOf(before) === promiseOf(now)) return pins;
  const from = Math.max(now.since, last[0]) as Instant;
  return [...pins, [from, now.ref] as const].slice(-PINS_MAX);
}

/** What a promise is made of, to tell whether an edit changed it. */
const promiseOf = ({ policy: { priorities, plans, calendars } }: InForce): string =>
  JSON.stringify([...[priorities, plans].map((list) => list.map((one) => [one.id, one.calendar, one.targets])), calendars]);
