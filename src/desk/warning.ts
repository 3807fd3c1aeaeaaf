import { percentOf } from '../calendar/pauses.ts';
import type { Instant } from '../calendar/time.ts';
import type { Policies } from './ledger.ts';
import { calendarOfPriority } from './priorities.ts';
import type { Ticket } from './ticket.ts';

/** `policy.md`, Confirmation: warned once, when so much of `confirm.after` has passed. */
const WARNED_AT = 75;

/** Before silence confirms, the reporter is told, once for each 🟡. */
export type Warning = { readonly key: string; readonly at: Instant; readonly until: Instant };

export function warningOf(ticket: Ticket, policies: Policies): Warning | undefined {
  const { marker, confirmsAt } = ticket;
  if (marker.is !== 'confirming' || confirmsAt === undefined || ticket.quiet || policies.now.policy.mode === 'shadow') return undefined;
  const calendar = calendarOfPriority(policies.now, ticket.priorities.at(-1)!.id);
  const at = percentOf(calendar, marker.confirmsFrom, confirmsAt, WARNED_AT);
  if (at < Math.max(policies.arrival, policies.liveSince, policies.now.policy.enforceFrom ?? 0, ticket.wokenAt ?? 0)) return undefined;
  return { key: `confirm/${ticket.history.at(-1)!.id}/${WARNED_AT}%`, at, until: confirmsAt };
}
