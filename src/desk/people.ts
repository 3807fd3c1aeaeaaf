import type { Instant } from '../calendar/time.ts';
import { personKey } from '../policy/notation.ts';
import type { Mention, Person, Policy } from '../policy/types.ts';
import type { Ledger } from './ledger.ts';
import { onCallAt } from './rota.ts';
import type { Scheduled } from './steps.ts';
import type { Ticket } from './ticket.ts';

/** What is known of the people whom a step may mention: false = nobody would be notified. */
export type Reach = (person: Person) => boolean;

export type Page = {
  readonly steps: readonly Scheduled[];
  /** Once each, in the policy's order; never the reporter. */
  readonly people: readonly Person[];
  /** Steps whose own people could not be reached, and whose place nobody took either. */
  readonly unheard: readonly string[];
  /** The next step's people or `default_owners` took the place of a step's own. */
  readonly replaced: boolean;
};

/** One comment for all steps that are due: whom it mentions, and for which steps nobody could be found. */
export function pageFor(due: readonly Scheduled[], all: readonly Scheduled[], ticket: Ticket, context: PeopleContext): Page {
  const people: Person[] = [];
  const unheard: string[] = [];
  let replaced = false;
  for (const scheduled of due) {
    const own = peopleOf(scheduled.step.mention, ticket, context);
    if (own.length > 0) {
      people.push(...own);
      continue;
    }
    const others = standIns(scheduled, all, ticket, context);
    if (others.length === 0) unheard.push(scheduled.key);
    else replaced = true;
    people.push(...others);
  }
  return { steps: due, people: unique(people), unheard, replaced };
}

export type PeopleContext = {
  readonly policy: Policy;
  /** Who is on call is asked for now: a step that comes late calls whoever can still do something. */
  readonly now: Instant;
  readonly reporter: string;
  readonly assignees: readonly string[];
  readonly reach: Reach;
};

/** An empty or unreachable target's place is taken by the next step of the same clock that has somebody, else by `default_owners`. */
function standIns(scheduled: Scheduled, all: readonly Scheduled[], ticket: Ticket, context: PeopleContext): Person[] {
  const later = all.filter((one) => one.chain === scheduled.chain && one.at >= scheduled.at && one.key !== scheduled.key);
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
    case 'on_call': {
      const { onCall, timezone } = context.policy;
      const rota = mention.rota === undefined ? onCall[0] : onCall.find((one) => one.id === mention.rota);
      const person = rota && onCallAt(rota, timezone, context.now);
      return person ? [person] : [];
    }
  }
}

/** The owners of the ticket's product, else `default_owners`. */
export function ownersOf(ticket: Pick<Ticket, 'product'>, policy: Policy): readonly Person[] {
  const product = policy.products.find((one) => one.id === ticket.product);
  return product && product.owners.length > 0 ? product.owners : policy.defaultOwners;
}

/** Who is assigned once the desk has carried out what commands of this look say, by login. */
export function assigneesOf({ assigning }: Pick<Ticket, 'assigning'>, { assignees }: Pick<Ledger, 'assignees'>): string[] {
  const logins = new Map(assignees.map(({ login }) => [login.toLowerCase(), login]));
  for (const { login, is } of assigning) {
    if (is === 'off') logins.delete(login.toLowerCase());
    else if (!logins.has(login.toLowerCase())) logins.set(login.toLowerCase(), login);
  }
  return [...logins.values()];
}

/** Every person whom any step of the ticket could mention: what has to be asked of GitHub before a page. */
export function candidates(all: readonly Scheduled[], ticket: Ticket, context: Omit<PeopleContext, 'reach'>): Person[] {
  const open = { ...context, reach: () => true };
  const steps = new Set(all.map((one) => one.step));
  return unique([
    ...[...steps].flatMap((one) => peopleOf(one.mention, ticket, open)),
    ...ownersOf(ticket, context.policy),
    ...context.policy.defaultOwners,
  ]);
}

export function reachable(people: readonly Person[], context: PeopleContext): Person[] {
  const reporter = context.reporter.toLowerCase();
  return unique(people.filter((one) => !(one.kind === 'user' && one.login.toLowerCase() === reporter) && context.reach(one)));
}

export function unique(people: readonly Person[]): Person[] {
  const seen = new Set<string>();
  return people.filter((one) => !seen.has(personKey(one)) && Boolean(seen.add(personKey(one))));
}
