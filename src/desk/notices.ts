import { percentOf } from '../calendar/pauses.ts';
import type { Instant } from '../calendar/time.ts';
import type { Person, Policy, Rota } from '../policy/types.ts';
import type { NoticeView } from '../words/notices.ts';
import { isSecurity } from './intake.ts';
import type { Ledger, Policies } from './ledger.ts';
import { assigneesOf } from './people.ts';
import { calendarOfPriority } from './priorities.ts';
import { type HandOff, lastHandOff, nextHandOff } from './rota.ts';
import { LATE_S } from './steps.ts';
import type { Ticket } from './ticket.ts';

/** `policy.md`, Confirmation: warned once, when so much of `confirm.after` has passed. */
const WARNED_AT = 75;

/** One person is told something once, in a comment of its own: no clock's step, but posted like one. */
export type Notice = { readonly key: string; readonly at: Instant; readonly to: Person; readonly says: NoticeView };

/** What may be told as things stand at `now`, posted or not. */
export function noticesOf(
  ticket: Ticket,
  policies: Policies,
  ledger: Pick<Ledger, 'reporter' | 'assignees' | 'facts'>,
  now: Instant,
): Notice[] {
  const { policy } = policies.now;
  if (ticket.quiet || ticket.withdrawn !== undefined || policy.mode === 'shadow') return [];
  const floor = Math.max(policies.arrival, policies.liveSince, policy.enforceFrom ?? 0, ticket.wokenAt ?? 0);
  const reporter: Person = { kind: 'user', login: ledger.reporter.login };
  const all = [...asked(ticket, policy, reporter), ...warned(ticket, policies, reporter), ...handedOff(ticket, policies, ledger, now)];
  return all.filter((one) => one.at >= floor);
}

/** The next instant at which there may be a notice that is none yet; undefined when only a person can bring one about. */
export function nextNotice(ticket: Ticket, policies: Policies, ledger: Pick<Ledger, 'assignees'>, now: Instant): Instant | undefined {
  if (!isOpen(ticket)) return undefined;
  const times = rotasOf(policies).flatMap((rota) => {
    const next = nextHandOff(rota, policies.now.policy.timezone, now);
    return next && isAssigned(next, ticket, ledger) ? [next.at] : [];
  });
  return times.length > 0 ? (Math.min(...times) as Instant) : undefined;
}

/** What the form requires and does not have; of a report that ought not to be public nobody asks for more in public. */
function asked(ticket: Ticket, policy: Policy, to: Person): Notice[] {
  if (ticket.lacking.length === 0 || isSecurity(ticket, policy)) return [];
  return [{ key: 'required/opened/asked', at: ticket.since, to, says: { is: 'required', fields: ticket.lacking } }];
}

/** Before silence confirms, the reporter is told, once for each 🟡. */
function warned(ticket: Ticket, policies: Policies, to: Person): Notice[] {
  const { marker, confirmsAt } = ticket;
  if (marker.is !== 'confirming' || confirmsAt === undefined) return [];
  const calendar = calendarOfPriority(policies, ticket.pins, ticket.priorities.at(-1)!.id);
  const at = percentOf(calendar, marker.confirmsFrom, confirmsAt, WARNED_AT);
  // Silence that began anew is warned of anew.
  const anew = marker.confirmsFrom === marker.since ? '' : `.${marker.confirmsFrom}`;
  const key = `confirm/${ticket.history.at(-1)!.id}${anew}/${WARNED_AT}%`;
  return [{ key, at, to, says: { is: 'confirm', until: confirmsAt } }];
}

/** The rota has moved on: whoever was on call is asked to hand over what is open and theirs, or to keep it. */
function handedOff(ticket: Ticket, policies: Policies, ledger: Pick<Ledger, 'reporter' | 'assignees' | 'facts'>, now: Instant): Notice[] {
  if (!isOpen(ticket)) return [];
  return rotasOf(policies).flatMap((rota) => {
    const last = lastHandOff(rota, policies.now.policy.timezone, now);
    const login = last?.from?.kind === 'user' ? last.from.login.toLowerCase() : undefined;
    // A rota that came into force later, or an assignment after the hand-off, asks nobody.
    if (!last || login === undefined || last.at < Math.max(ticket.since, policies.now.since)) return [];
    if (!isAssigned(last, ticket, ledger) || !wasOpen(ticket, last.at)) return [];
    if (login === ledger.reporter.login.toLowerCase()) return [];
    const isNew = !ledger.assignees.some((one) => one.login.toLowerCase() === login);
    const since = ledger.facts.findLast((fact) => fact.kind === 'assigned' && fact.who.login.toLowerCase() === login)?.at;
    const at = asksFrom(ticket, rota, policies.now.policy.timezone, last, login);
    if (isNew || at === undefined || (since !== undefined && since >= last.at)) return [];
    const next = last.to?.kind === 'user' ? { next: last.to.login } : {};
    return [
      {
        key: `handoff/${rota.id}.${at}/asked`,
        at,
        to: last.from!,
        says: { is: 'handoff', ...next, ...(now - at > LATE_S ? { lateSince: at } : {}) },
      },
    ];
  });
}

/**
 * From when the outgoing person is asked: the hand-off, or the day until which `/stay` keeps the ticket. Never, if `/stay` without a day was said in the turn
 * that ended.
 */
function asksFrom({ stays }: Ticket, rota: Rota, timezone: string, last: HandOff, login: string): Instant | undefined {
  const stay = stays.findLast((one) => one.by.login.toLowerCase() === login && (one.until !== undefined || one.at < last.at));
  if (!stay) return last.at;
  if (stay.until !== undefined) return Math.max(stay.until, last.at) as Instant;
  const before = lastHandOff(rota, timezone, (last.at - 1) as Instant);
  return before && before.at > stay.at ? last.at : undefined;
}

const isOpen = (ticket: Ticket): boolean => ticket.marker.is === 'received' || ticket.marker.is === 'progress';

const rotasOf = ({ now: { policy } }: Policies): readonly Rota[] => (policy.handOff.onRotation ? policy.onCall : []);

function isAssigned({ from }: HandOff, ticket: Ticket, ledger: Pick<Ledger, 'assignees'>): boolean {
  if (from?.kind !== 'user') return false;
  const login = from.login.toLowerCase();
  return assigneesOf(ticket, ledger).some((one) => one.toLowerCase() === login);
}

/** 🔴 or ⭕️ then: what was done when the rota moved on is nobody's to hand over, also if it is reopened. */
function wasOpen({ history }: Ticket, at: Instant): boolean {
  const then = history.findLast((one) => one.at <= at)?.marker;
  return then === 'received' || then === 'progress';
}
