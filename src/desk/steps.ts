import { percentOf, pushByPauses } from '../calendar/pauses.ts';
import type { Instant } from '../calendar/time.ts';
import type { Mention, Person, Policy, Step } from '../policy/types.ts';
import type { Clock, Course } from './clock.ts';
import type { Policies } from './ledger.ts';
import type { Ticket } from './ticket.ts';

/** A step of a running clock with the instant at which it is posted. */
export type Scheduled = {
  /** `clock/cycle/step`: posted at most once, ever. */
  readonly key: string;
  readonly step: Step;
  readonly clock: Clock;
  readonly at: Instant;
  /** Due then because this policy was put in force then (`reference@instant`), not only because time passed. */
  readonly byPolicy?: string;
};

/** More than this late is said in the comment (`policy.md`, Steps). */
export const LATE_S = 60;

/** The steps of all running clocks that may ever be posted, earliest first; what was posted is among them. */
export function schedule(ticket: Ticket, clocks: readonly Clock[], policies: Policies): Scheduled[] {
  if (policies.now.policy.mode === 'shadow' || ticket.withdrawn !== undefined || ticket.quiet) return [];
  const floor = Math.max(ticket.since, policies.arrival, policies.now.policy.enforceFrom ?? 0, policies.liveSince, ticket.wokenAt ?? 0);
  const all: Scheduled[] = [];
  for (const clock of clocks) {
    if (clock.state.is !== 'running' || !clock.course) continue;
    for (const step of policies.now.policy.escalation) {
      if (step.kind !== 'clock' || step.clock !== clock.name || !concerns(step, ticket)) continue;
      const at = momentOf(step, clock, clock.course);
      if (at === undefined || at < Math.max(floor, clock.course.floor, policies.stepSince(step))) continue;
      const by = clock.course.movedBy;
      all.push({ key: `${clock.name}/${clock.cycle}/${step.key}`, step, clock, at, ...(by === undefined ? {} : { byPolicy: by }) });
    }
  }
  return all.sort((a, b) => a.at - b.at);
}

/** Whether the step's filters let this ticket through: the priority, category and product that it has now. */
function concerns(step: Step, ticket: Ticket): boolean {
  const has = (wanted: readonly string[] | undefined, id: string | undefined) => !wanted || (id !== undefined && wanted.includes(id));
  return has(step.priorities, ticket.priorities.at(-1)!.id) && has(step.categories, ticket.category) && has(step.products, ticket.product);
}

function momentOf(step: Extract<Step, { kind: 'clock' }>, clock: Clock, course: Course): Instant | undefined {
  if (step.moment.kind === 'percent') {
    // A breach that a lowered priority left behind: the new target's percentages page nobody in this cycle.
    const unpaused = percentOf(course.calendar, course.from, course.unpaused, step.moment.percent);
    return pushByPauses(course.calendar, course.from, unpaused, course.pauses).due;
  }
  const breach = clock.breachedAt ?? clock.dueAt;
  return breach === undefined ? undefined : course.calendar.dueAfter(breach, step.moment.after);
}

/** What is known of the people whom a step may mention: false = nobody would be notified. */
export type Reach = (person: Person) => boolean;

export type Page = {
  readonly steps: readonly Scheduled[];
  /** Once each, in the policy's order; never the reporter. */
  readonly people: readonly Person[];
  /** Steps whose own people could not be reached, and whose place the next step or `default_owners` took. */
  readonly skipped: readonly string[];
};

/** One comment for all steps that are due: whom it mentions, and for which steps nobody could be found. */
export function pageFor(due: readonly Scheduled[], all: readonly Scheduled[], ticket: Ticket, context: PeopleContext): Page {
  const people: Person[] = [];
  const skipped: string[] = [];
  for (const scheduled of due) {
    const own = peopleOf(scheduled.step.mention, ticket, context);
    if (own.length > 0) {
      people.push(...own);
      continue;
    }
    skipped.push(scheduled.key);
    people.push(...standIns(scheduled, all, ticket, context));
  }
  return { steps: due, people: unique(people), skipped };
}

export type PeopleContext = {
  readonly policy: Policy;
  readonly reporter: string;
  readonly assignees: readonly string[];
  readonly reach: Reach;
};

/** An empty or unreachable target's place is taken by the next step of the same clock that has somebody, else by `default_owners`. */
function standIns(scheduled: Scheduled, all: readonly Scheduled[], ticket: Ticket, context: PeopleContext): Person[] {
  const later = all.filter((one) => one.clock === scheduled.clock && one.at >= scheduled.at && one.key !== scheduled.key);
  for (const one of later) {
    const found = peopleOf(one.step.mention, ticket, context);
    if (found.length > 0) return found;
  }
  return reachable(context.policy.defaultOwners, context);
}

export function peopleOf(mentions: readonly Mention[], ticket: Ticket, context: PeopleContext): Person[] {
  return reachable(
    mentions.flatMap((mention) => named(mention, ticket, context)),
    context,
  );
}

function named(mention: Mention, ticket: Ticket, context: PeopleContext): readonly Person[] {
  switch (mention.kind) {
    case 'user':
    case 'team':
      return [mention];
    case 'assignees':
      return context.assignees.map((login) => ({ kind: 'user', login }));
    case 'owners':
      return ownersOf(ticket, context.policy);
    case 'role':
      return context.policy.roles[mention.role] ?? [];
    case 'on_call':
      // The rota is read, not kept yet: as an empty target, its place is taken by the next step.
      return [];
  }
}

/** The owners of the ticket's product, else `default_owners`. */
export function ownersOf(ticket: Pick<Ticket, 'product'>, policy: Policy): readonly Person[] {
  const product = policy.products.find((one) => one.id === ticket.product);
  return product && product.owners.length > 0 ? product.owners : policy.defaultOwners;
}

/** Every person whom any step of the ticket could mention: what has to be asked of GitHub before a page. */
export function candidates(all: readonly Scheduled[], ticket: Ticket, context: Omit<PeopleContext, 'reach'>): Person[] {
  const open = { ...context, reach: () => true };
  return unique([...all.flatMap((one) => peopleOf(one.step.mention, ticket, open)), ...context.policy.defaultOwners]);
}

function reachable(people: readonly Person[], context: PeopleContext): Person[] {
  const reporter = context.reporter.toLowerCase();
  return unique(people.filter((one) => !(one.kind === 'user' && one.login.toLowerCase() === reporter) && context.reach(one)));
}

export const personKey = (person: Person): string => (person.kind === 'user' ? person.login : `${person.org}/${person.slug}`).toLowerCase();

function unique(people: readonly Person[]): Person[] {
  const seen = new Set<string>();
  return people.filter((one) => !seen.has(personKey(one)) && Boolean(seen.add(personKey(one))));
}
