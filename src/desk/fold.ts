import type { Instant } from '../calendar/time.ts';
import { happenings } from './happenings.ts';
import { begins, claimsOf, readIntake } from './intake.ts';
import type { Ledger, Policies } from './ledger.ts';
import { partsOf } from './parts.ts';
import { pinsOf } from './pins.ts';
import { Priorities } from './priorities.ts';
import { State } from './state.ts';
import type { Ticket } from './ticket.ts';
import { yieldedLabels } from './yielded.ts';

/**
 * The ledger as a ticket; undefined when the issue is none. Total: nothing that stands on GitHub makes it throw. Its only time is
 * `ledger.readAt`, the instant of the look.
 */
export function fold(ledger: Ledger, policies: Policies): Ticket | undefined {
  const { policy } = policies.now;
  const intake = readIntake(ledger, policy);
  const start = begins(ledger, policy, intake);
  if (!start) return undefined;
  const parts = partsOf(ledger);
  const claims = claimsOf(ledger.record, start.since, ledger.readAt, intake);
  const state = new State(ledger, policies, parts, start.since, new Priorities(policy, ledger, claims));
  for (const happening of happenings(ledger, spokenFrom(start.since, policies), claims)) state.apply(happening);
  state.passTime(ledger.readAt);
  if (start.withdrawn !== undefined) state.freeze(start.withdrawn);
  const backlog = start.since < policies.arrival;
  const confirmsAt = state.confirmsAt();
  const wokenAt = state.firstActSince(policies.arrival);
  const fields = (role: 'product' | 'category') => {
    const id = state.priorities[role];
    return id ? { [role]: id } : {};
  };
  return {
    since: start.since,
    reconstructed: backlog,
    quiet: backlog && !ledger.record && wokenAt === undefined,
    ...(backlog && wokenAt !== undefined ? { wokenAt } : {}),
    ...(start.withdrawn === undefined ? {} : { withdrawn: start.withdrawn }),
    marker: state.marker,
    history: state.history,
    priorities: state.priorities.changes,
    priorityClaim: intake.priority.claim,
    ...fields('product'),
    productClaim: intake.product.claim,
    ...fields('category'),
    categoryClaim: intake.category.claim,
    answers: state.answers,
    staff: parts.of(ledger.reporter, ledger.createdAt).staff,
    cycles: state.cycles,
    closures: [...start.gaps, ...state.closures],
    takers: state.takers,
    outcomes: state.outcomes,
    pins: pinsOf(ledger, policies, start.since, state.marker.is === 'resolved'),
    parts: parts.entries(state.seen),
    seen: state.seen,
    done: state.done,
    claims,
    yielded: yieldedLabels(ledger),
    ...(confirmsAt === undefined ? {} : { confirmsAt }),
  };
}

/** What was said before the ticket began, the App arrived or the desk went live was not spoken to it. */
const spokenFrom = (since: Instant, { arrival, liveSince }: Policies): Instant => Math.max(since, arrival, liveSince) as Instant;
