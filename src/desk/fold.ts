import type { Instant } from '../calendar/time.ts';
import { happenings } from './happenings.ts';
import { begins, claimsOf, isSecurity, lacksOf, readIntake } from './intake.ts';
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
  const backlog = start.since < policies.arrival;
  // Comments of ours without a record: it was lost, and what it asked for is not asked again.
  const asks = !backlog && ledger.own.length === 0 && !isSecurity({ category: intake.category.id }, policy);
  const lacks = lacksOf(ledger.record, start.since, ledger.readAt, intake, asks);
  const planOfReporter = ledger.record ? ledger.record.plan : ledger.plansOf?.[0];
  const state = new State(ledger, policies, parts, start.since, new Priorities(policy, ledger, claims, planOfReporter));
  if (lacks) state.pausing.wait(start.since, 'opened');
  for (const one of happenings(ledger, state.docket, spokenFrom(start.since, policies), claims, lacks?.[1])) state.apply(one);
  state.passTime(ledger.readAt);
  if (start.withdrawn !== undefined) state.markers.freeze(start.withdrawn, 'withdrawn');
  const wokenAt = state.firstActSince(policies.arrival);
  const { markers, dialogue, pausing, priorities } = state;
  return {
    since: start.since,
    reconstructed: backlog,
    quiet: backlog && !ledger.record && wokenAt === undefined,
    marker: markers.marker,
    history: markers.history,
    priorities: priorities.changes,
    priorityClaim: intake.priority.claim,
    productClaim: intake.product.claim,
    categoryClaim: intake.category.claim,
    products: priorities.products,
    categories: priorities.categories,
    plans: priorities.plans,
    planClaim: intake.plan.claim,
    answers: dialogue.answers,
    asks: dialogue.asks,
    updates: dialogue.updates,
    deed: dialogue.deed,
    staff: parts.of(ledger.reporter, ledger.createdAt).staff,
    cycles: markers.cycles,
    closures: [...start.gaps, ...markers.closures],
    gaps: markers.gaps,
    waits: pausing.waits,
    holds: pausing.holds,
    assigning: state.assigning,
    triaged: state.triaged,
    stays: state.stays,
    lacking: pausing.waits.at(-1)?.began === 'opened' && pausing.waiting ? intake.lacking : [],
    outcomes: state.docket.outcomes,
    pins: pinsOf(ledger, policies, start.since, markers.marker.is === 'resolved'),
    parts: parts.entries(state.seen),
    seen: state.seen,
    done: state.docket.done,
    claims,
    yielded: yieldedLabels(ledger),
    ...present({
      wokenAt: backlog ? wokenAt : undefined,
      withdrawn: start.withdrawn,
      product: priorities.product,
      category: priorities.category,
      acked: dialogue.acked,
      workaround: dialogue.workaround,
      duplicateOf: state.duplicateOf,
      rating: state.rating,
      handedOver: state.handedOver,
      confirmsAt: state.confirmsAt(),
      lacks,
      planOfReporter,
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only what is there: an absent field is not `undefined`. */
const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;

/** What was said before the ticket began, the App arrived or the desk went live was not spoken to it. */
const spokenFrom = (since: Instant, { arrival, liveSince }: Policies): Instant => Math.max(since, arrival, liveSince) as Instant;
