import type { Instant } from '../calendar/time.ts';
import type { FlagName, Person, Policy } from '../policy/types.ts';
import { pageText, type ReplyLine, replyText, statusText, warningText } from '../words/comments.ts';
import { wordsOf } from '../words/index.ts';
import { type Clock, clocks as clocksOf, currentClocks } from './clock.ts';
import { IN_CODE } from './happenings.ts';
import type { Ledger, Policies, Record } from './ledger.ts';
import { keyLine, recordOf, statusLine } from './record.ts';
import { pageView, statusView } from './status.ts';
import { candidates, type Page, pageFor, type Reach, type Scheduled, schedule } from './steps.ts';
import type { Outcome, Ticket } from './ticket.ts';
import { type Warning, warningOf } from './warning.ts';

export type LabelWanted = { readonly name: string; readonly color: string; readonly description: string };

export type PageWanted = {
  readonly key: string;
  readonly steps: readonly string[];
  readonly body: string;
  readonly people: readonly Person[];
};

export type ReplyWanted = { readonly to: number; readonly body: string };

/** What the issue ought to look like now. Pure data: `plan` compares it with what is there. */
export type Desired = {
  readonly labels: readonly LabelWanted[];
  /** Labels that the policy names: those of them that are not wanted are taken off. Lower case. */
  readonly governed: ReadonlySet<string>;
  /** Labels that a bot insists on: neither set nor taken off. Lower case. */
  readonly yielded: ReadonlySet<string>;
  readonly assign: readonly string[];
  readonly state?: 'open' | 'closed';
  /** Absent while the ticket is quiet. */
  readonly status?: { readonly body: string; readonly record: Record };
  readonly reactions: readonly { readonly comment: number; readonly content: '+1' | 'confused' }[];
  readonly replies: readonly ReplyWanted[];
  readonly page?: PageWanted;
  /** To the reporter, before silence confirms. */
  readonly warning?: PageWanted;
  /** Steps that nobody could be mentioned for: the check run says so. */
  readonly unheard: readonly string[];
};

export type Look = {
  readonly ledger: Ledger;
  readonly policies: Policies;
  readonly now: Instant;
  readonly reach: Reach;
  /** Steps that are in the timeline, in the record, or intended by us. */
  readonly posted: ReadonlySet<string>;
  /** Steps that wait for a responder's go (invariant 9). */
  readonly held: (step: Scheduled) => boolean;
};

/** The clocks of a ticket as the ledger's record knows them. */
export const clocksNow = (ticket: Ticket, look: Pick<Look, 'ledger' | 'policies' | 'now'>): Clock[] =>
  clocksOf(ticket, look.policies, look.now, look.ledger.record?.breaches);

/** Their keys must fit into the hidden line of one comment (8 kB); what is more goes into the next. */
const PAGE_STEPS_MAX = 60;

export function desired(ticket: Ticket, clocks: readonly Clock[], look: Look): Desired {
  const { policies, ledger } = look;
  const { policy } = policies.now;
  const all = schedule(ticket, clocks, policies);
  const due = all.filter((one) => one.at <= look.now && !look.posted.has(one.key) && !look.held(one)).slice(0, PAGE_STEPS_MAX);
  // A step may only set a label: it is due and done without a comment.
  const calls = due.filter((one) => one.step.mention.length > 0);
  const page = calls.length > 0 ? pageFor(calls, all, ticket, peopleContext(ticket, look)) : undefined;
  const warning = warningOf(ticket, policies);
  const warns = warning && warning.at <= look.now && !look.posted.has(warning.key) ? warning : undefined;
  const steps = [...look.posted, ...due.map((one) => one.key), ...(warns ? [warns.key] : [])];
  const base = { yielded: new Set(ticket.yielded), governed: governed(policy) };
  if (policy.mode === 'shadow') return { ...base, labels: [], governed: new Set(), assign: [], reactions: [], replies: [], unheard: [] };
  const labels = ticket.withdrawn === undefined ? labelsFor(ticket, clocks, policy, steps) : [];
  if (ticket.quiet) return { ...base, labels, assign: [], reactions: [], replies: [], unheard: [] };
  const view = statusView(ticket, clocks, policies, ledger);
  const state = stateFor(ticket, ledger, policy);
  const { line, record } = statusLine(recordOf(ticket, clocks, ledger.record, steps));
  return {
    ...base,
    labels,
    assign: [...new Set(ticket.takers.map((one) => one.login))],
    ...(state ? { state } : {}),
    status: { body: `${line}\n${statusText(view, wordsOf(policy.language))}`, record },
    ...answersTo(ticket, clocks, look),
    ...(page && page.people.length > 0 ? { page: pageWanted(page, ticket, look) } : {}),
    ...(warns ? { warning: warningWanted(warns, look) } : {}),
    unheard: page && page.people.length === 0 ? page.steps.map((one) => one.key) : [],
  };
}

export const peopleContext = (ticket: Ticket, look: Pick<Look, 'ledger' | 'policies' | 'reach'>) => ({
  policy: look.policies.now.policy,
  reporter: look.ledger.reporter.login,
  assignees: [
    ...look.ledger.assignees.map((one) => one.login),
    ...(look.ledger.assignees.length === 0 ? ticket.takers.map((one) => one.login) : []),
  ],
  reach: look.reach,
});

/** Every person whom a step of this ticket could mention: what has to be asked of GitHub before a page. */
export const candidatesOf = (ticket: Ticket, all: readonly Scheduled[], look: Pick<Look, 'ledger' | 'policies'>): Person[] =>
  candidates(all, ticket, peopleContext(ticket, { ...look, reach: () => true }));

/** The instant at which `desired` can answer differently; undefined when only a person can change it. At most a day away. */
export function nextLook(
  ticket: Ticket,
  clocks: readonly Clock[],
  policies: Policies,
  now: Instant,
  posted: ReadonlySet<string>,
): Instant | undefined {
  if (ticket.marker.is === 'resolved' || ticket.withdrawn !== undefined) return undefined;
  const times: number[] = [dailyLook(ticket, now)];
  for (const clock of clocks) if (clock.state.is === 'running' && clock.state.dueAt > now) times.push(clock.state.dueAt);
  for (const step of schedule(ticket, clocks, policies)) if (step.at > now && !posted.has(step.key)) times.push(step.at);
  if (ticket.confirmsAt !== undefined && ticket.confirmsAt > now) times.push(ticket.confirmsAt);
  const warning = warningOf(ticket, policies);
  if (warning && warning.at > now && !posted.has(warning.key)) times.push(warning.at);
  return Math.min(...times) as Instant;
}

const DAY_S = 86_400;
const SPREAD_S = 21_600;

/** The look that heals what sends no webhook: within a day, and not for all of a repository's tickets in the same second. */
export const dailyLook = (ticket: Ticket, now: Instant): Instant => (now + DAY_S - ((ticket.since * 7919) % SPREAD_S)) as Instant;

/** The next instant at which a step of this ticket falls due: what the index keeps, to tell a crowd from the passing of time. */
export const nextStepAt = (
  ticket: Ticket,
  clocks: readonly Clock[],
  policies: Policies,
  posted: ReadonlySet<string>,
): Instant | undefined => schedule(ticket, clocks, policies).find((one) => !posted.has(one.key))?.at;

const MARKER_COLORS = { received: 'd73a4a', progress: 'e99695', confirming: 'fbca04', resolved: '0e8a16' } as const;
const NEUTRAL = 'c5def5';

function labelsFor(ticket: Ticket, clocks: readonly Clock[], policy: Policy, steps: readonly string[]): LabelWanted[] {
  const words = wordsOf(policy.language);
  const describe = (what: Parameters<typeof words.labelOf>[0], name: string) => words.labelOf(what, name).slice(0, 100);
  const marker = policy.markers[ticket.marker.is];
  const labels: LabelWanted[] = [
    { name: marker.label, color: MARKER_COLORS[ticket.marker.is], description: describe('marker', words.markers[ticket.marker.is]) },
  ];
  const priority = policy.priorities.find((one) => one.id === ticket.priorities.at(-1)!.id);
  if (priority) labels.push({ name: priority.label, color: priority.color, description: describe('priority', priority.name) });
  const product = policy.products.find((one) => one.id === ticket.product);
  if (product) labels.push({ name: product.label, color: NEUTRAL, description: describe('product', product.name) });
  const category = policy.categories.find((one) => one.id === ticket.category);
  if (category) labels.push({ name: category.label, color: NEUTRAL, description: describe('category', category.name) });
  if (ticket.marker.is !== 'resolved') {
    const counting = countingNow(ticket, clocks);
    for (const step of policy.escalation) {
      const posted =
        step.kind === 'clock' && counting.some((one) => one.name === step.clock && steps.includes(`${one.name}/${one.cycle}/${step.key}`));
      if (!step.label || !posted) continue;
      const name = policy.flags[step.label as FlagName] ?? step.label;
      if (!labels.some((one) => one.name === name)) labels.push({ name, color: 'b60205', description: describe('flag', name) });
    }
  }
  return labels;
}

/** The clocks whose steps count now: a ticket that was reopened is not escalated for what was late before. */
function countingNow(ticket: Ticket, clocks: readonly Clock[]): Clock[] {
  const { id, from } = ticket.cycles.at(-1)!;
  return currentClocks(clocks).filter((one) => one.cycle === id || (one.breachedAt ?? one.dueAt ?? from) >= from);
}

function governed(policy: Policy): Set<string> {
  const { received, progress, confirming, resolved } = policy.markers;
  const names = [received, progress, confirming, resolved, ...policy.priorities, ...policy.products, ...policy.categories].map(
    (one) => one.label,
  );
  const steps = policy.escalation.flatMap((step) => (step.label ? [policy.flags[step.label as FlagName] ?? step.label] : []));
  return new Set([...names, ...steps].map((name) => name.toLowerCase()));
}

/** Whether we have to close or reopen. Only where the state agrees with its timeline: one of the two may lag behind. */
function stateFor(ticket: Ticket, ledger: Ledger, policy: Policy): 'open' | 'closed' | undefined {
  if (ticket.withdrawn !== undefined || lagging(ledger)) return undefined;
  const { marker } = ticket;
  if (marker.is === 'resolved') {
    const stays = policy.confirm !== false && !policy.confirm.close && (marker.how === 'confirmed' || marker.how === 'silence');
    return ledger.state === 'open' && !stays ? 'closed' : undefined;
  }
  if (marker.is === 'confirming') return undefined;
  return ledger.state === 'closed' ? 'open' : undefined;
}

/** The issue says open and its timeline closed, or the other way about: a replica lags, look again. */
export function lagging(ledger: Ledger): boolean {
  const last = ledger.facts.findLast((fact) => fact.kind === 'closed' || fact.kind === 'reopened');
  return (last?.kind === 'closed' ? 'closed' : 'open') !== ledger.state;
}

/** Comments of one account on one ticket that are replied to within a day; further ones get a reaction only, so that a flood stays one-sided. */
const REFUSALS_MAX = 5;
const ANSWERS_MAX = 20;

function answersTo(ticket: Ticket, clocks: readonly Clock[], look: Look): Pick<Desired, 'reactions' | 'replies'> {
  const byComment = Map.groupBy(
    ticket.outcomes.filter((one) => one.fresh),
    (one) => one.comment,
  );
  const { policies, ledger } = look;
  const words = wordsOf(policies.now.policy.language);
  const reactions: { comment: number; content: '+1' | 'confused' }[] = [];
  const replies: ReplyWanted[] = [];
  const replied = repliedTo(ledger, look.now);
  for (const [comment, outcomes] of byComment) {
    reactions.push({ comment, content: outcomes.every((one) => one.ok) ? '+1' : 'confused' });
    const mine = replied.get(outcomes[0]!.by.id) ?? new Set();
    const open = (max: number) => mine.has(comment) || mine.size < max;
    const lines = outcomes.filter((one) => open(one.ok ? ANSWERS_MAX : REFUSALS_MAX)).map((one) => replyLine(one, policies.now.policy));
    const view = () => statusView(ticket, clocks, policies, ledger);
    const text = replyText(lines, view, words);
    if (!text) continue;
    replies.push({ to: comment, body: `${keyLine({ is: 'reply', to: comment })}\n${text}` });
    replied.set(outcomes[0]!.by.id, mine.add(comment));
  }
  return { reactions, replies };
}

/** By account: its comments that we replied to within a day. */
function repliedTo(ledger: Ledger, now: Instant): Map<number, Set<number>> {
  const ours = new Set(ledger.own.flatMap(({ key, at }) => (key.is === 'reply' && at > now - DAY_S ? [key.to] : [])));
  const replied = new Map<number, Set<number>>();
  for (const fact of ledger.facts)
    if (fact.kind === 'said' && ours.has(fact.comment)) replied.set(fact.by.id, (replied.get(fact.by.id) ?? new Set()).add(fact.comment));
  return replied;
}

function replyLine(outcome: Outcome, policy: Policy): ReplyLine {
  if (outcome.ok) return { is: 'done', name: outcome.name };
  const hint = policy.priorities.map((one) => one.id).join(', ');
  return { is: 'refused', name: outcome.name, why: outcome.text === IN_CODE ? 'in_code' : outcome.why, hint };
}

function warningWanted(warning: Warning, { ledger, policies }: Look): PageWanted {
  const { policy } = policies.now;
  const reporter: Person = { kind: 'user', login: ledger.reporter.login };
  const text = warningText({ zone: policy.timezone, reporter, until: warning.until }, wordsOf(policy.language));
  const steps = [warning.key];
  return { key: `step:${warning.key}`, steps, body: `${keyLine({ is: 'step', steps })}\n${text}`, people: [reporter] };
}

function pageWanted(page: Page, _ticket: Ticket, look: Look): PageWanted {
  const { policy } = look.policies.now;
  const steps = page.steps.map((one) => one.key);
  const body = `${keyLine({ is: 'step', steps })}\n${pageText(pageView(page, policy, look.now), wordsOf(policy.language))}`;
  return { key: `step:${steps.join(' ')}`, steps, body, people: page.people };
}
