import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import type { Person, Policy } from '../policy/types.ts';
import { pageText, statusText } from '../words/comments.ts';
import { wordsOf } from '../words/index.ts';
import { noticeText } from '../words/notices.ts';
import { answersTo, tickedOff } from './answers.ts';
import { type Clock, clocks as clocksOf } from './clock.ts';
import { type Escalation, escalationKey, escalationsOf } from './escalation.ts';
import { governed, type LabelWanted, labelsFor } from './labels.ts';
import type { ClosedAs, Ledger, Policies, Record } from './ledger.ts';
import { type Notice, nextNotice, noticesOf } from './notices.ts';
import { assigneesOf, candidates, type Page, pageFor, type Reach, reachable, unique } from './people.ts';
import { keyLine, recordOf, statusLine } from './record.ts';
import { pageView, statusView } from './status.ts';
import { baseOf, collapsed, type Scheduled, schedule, unheardStep } from './steps.ts';
import type { Assigning, Ticket } from './ticket.ts';
import { type TitleWanted, titleFor } from './title.ts';

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
  /** Absent where nothing is written. */
  readonly title?: TitleWanted;
  readonly assign: readonly Assigning[];
  readonly state?: { readonly is: 'open' | 'closed'; readonly as?: ClosedAs };
  /** Absent while the ticket is quiet. `heard`: it says for the first time that a look has seen what a responder did. */
  readonly status?: { readonly body: string; readonly record: Record; readonly heard?: true };
  readonly reactions: readonly { readonly comment: number; readonly content: '+1' | 'confused' }[];
  readonly replies: readonly ReplyWanted[];
  readonly page?: PageWanted;
  /** What one person is told once, each in a comment of its own. */
  readonly notices: readonly PageWanted[];
  /** A comment of ours whose boxes were ticked off by a command. */
  readonly edit?: { readonly id: number; readonly body: string };
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
  /** Steps that are due and that GitHub refuses: nobody was called, and neither the status comment nor its record says so. */
  readonly unposted?: ReadonlySet<string>;
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
  const nothing = { labels: [], assign: [], reactions: [], replies: [], notices: [], unheard: [], yielded: new Set(ticket.yielded) };
  if (policy.mode === 'shadow') return { ...nothing, governed: new Set() };
  const base = { ...nothing, governed: governed(policy), title: titleFor(ticket, policy) };
  const due = dueNow(ticket, clocks, look);
  const notices = noticesOf(ticket, policies, ledger, look.now).filter((one) => one.at <= look.now && !look.posted.has(one.key));
  const steps = [
    ...look.posted,
    ...due.steps.map((one) => one.key),
    ...due.escalations.map(escalationKey),
    ...notices.map((one) => one.key),
  ];
  const labels = ticket.withdrawn === undefined ? labelsFor(ticket, clocks, policy, steps) : [];
  if (ticket.quiet) return { ...base, labels };
  const posted = new Set(look.unposted ? steps.filter((key) => !look.unposted!.has(key)) : steps);
  const paged = pageWanted(due, ticket, look);
  for (const key of unheardOf(due, paged.unheard)) if (posted.has(key)) posted.add(unheardStep(key));
  const view = statusView(ticket, clocks, policies, ledger, posted);
  const state = stateFor(ticket, ledger, policy);
  const { line, record } = statusLine(recordOf(ticket, clocks, ledger.record, [...posted]));
  const edit = tickedOff(ticket, look);
  return {
    ...base,
    labels,
    assign: ticket.assigning,
    ...(state ? { state } : {}),
    status: { body: `${line}\n${statusText(view, wordsOf(policy.language))}`, record, ...(hears(ledger) ? { heard: true } : {}) },
    ...answersTo(ticket, clocks, look),
    ...paged,
    notices: notices.map((one) => noticeWanted(one, policy)),
    ...(edit ? { edit } : {}),
  };
}

/** Whoever leaves does not un-answer: that he was a responder has to be known before he can have left. */
const hears = ({ record, facts, standings }: Ledger): boolean =>
  facts.some((fact) => fact.at > (record?.seen ?? 0) && standings.get(fact.by.id) === 'responder');

/** What is to be said now: steps whose time has come, and those that a responder asks for before it. */
type Due = { readonly all: readonly Scheduled[]; readonly steps: readonly Scheduled[]; readonly escalations: readonly Escalation[] };

function dueNow(ticket: Ticket, clocks: readonly Clock[], look: Look): Due {
  const all = schedule(ticket, clocks, look.policies);
  const open = all.filter((one) => !look.posted.has(one.key));
  const due = open.filter((one) => one.at <= look.now && !look.held(one)).slice(0, PAGE_STEPS_MAX);
  const escalations = escalationsOf(ticket, clocks, open, due, look.posted);
  return { all, escalations, steps: [...due, ...escalations.flatMap((one) => (one.step ? [one.step] : []))] };
}

/** Whether anybody may have to be mentioned: then GitHub is asked whom a mention would reach. */
export const callsSomebody = (ticket: Ticket, clocks: readonly Clock[], look: Omit<Look, 'reach'>): boolean => {
  const { steps, escalations } = dueNow(ticket, clocks, { ...look, reach: () => true });
  return steps.length > 0 || escalations.length > 0 || ticket.outcomes.some((one) => one.fresh && one.ok && one.name === 'stay');
};

export const peopleContext = (ticket: Ticket, look: Pick<Look, 'ledger' | 'policies' | 'reach' | 'now'>) => ({
  policy: look.policies.now.policy,
  now: look.now,
  reporter: look.ledger.reporter.login,
  assignees: assigneesOf(ticket, look.ledger),
  reach: look.reach,
});

/** Every person whom a step of this ticket could mention: what has to be asked of GitHub before a page. */
export const candidatesOf = (ticket: Ticket, all: readonly Scheduled[], look: Pick<Look, 'ledger' | 'policies' | 'now'>): Person[] =>
  candidates(all, ticket, peopleContext(ticket, { ...look, reach: () => true }));

/** The instant at which `desired` can answer differently; undefined when only a person can change it. At most a day away. */
export function nextLook(
  ticket: Ticket,
  clocks: readonly Clock[],
  policies: Policies,
  now: Instant,
  posted: ReadonlySet<string>,
  ledger: Ledger,
): Instant | undefined {
  if (ticket.marker.is === 'resolved' || ticket.withdrawn !== undefined) return undefined;
  const times: number[] = [dailyLook(ticket, now)];
  for (const clock of clocks) if (clock.state.is === 'running' && clock.state.dueAt > now) times.push(clock.state.dueAt);
  for (const step of schedule(ticket, clocks, policies)) if (step.at > now && !posted.has(step.key)) times.push(step.at);
  if (ticket.confirmsAt !== undefined && ticket.confirmsAt > now) times.push(ticket.confirmsAt);
  for (const one of noticesOf(ticket, policies, ledger, now)) if (one.at > now && !posted.has(one.key)) times.push(one.at);
  const notice = nextNotice(ticket, policies, ledger, now);
  if (notice !== undefined) times.push(notice);
  return Math.min(...times) as Instant;
}

const SPREAD_S = 21_600;

/** The look that heals what sends no webhook: within a day, and not for all of a repository's tickets in the same second. */
export const dailyLook = (ticket: Ticket, now: Instant): Instant => (now + DAY_SECONDS - ((ticket.since * 7919) % SPREAD_S)) as Instant;

/** The next instant at which a step of this ticket falls due: what the index keeps, to tell a crowd from the passing of time. */
export const nextStepAt = (
  ticket: Ticket,
  clocks: readonly Clock[],
  policies: Policies,
  posted: ReadonlySet<string>,
): Instant | undefined => schedule(ticket, clocks, policies).find((one) => !posted.has(one.key))?.at;

/** Whether we have to close or reopen. Only where the state agrees with its timeline: one of the two may lag behind. */
function stateFor(ticket: Ticket, ledger: Ledger, policy: Policy): Desired['state'] {
  if (ticket.withdrawn !== undefined || lagging(ledger)) return undefined;
  const { marker } = ticket;
  if (marker.is === 'resolved') {
    const stays = policy.confirm !== false && !policy.confirm.close && (marker.how === 'confirmed' || marker.how === 'silence');
    return ledger.state === 'open' && !stays ? { is: 'closed', as: marker.how === 'duplicate' ? 'duplicate' : 'completed' } : undefined;
  }
  if (marker.is === 'confirming') return undefined;
  return ledger.state === 'closed' ? { is: 'open' } : undefined;
}

/** The issue says open and its timeline closed, or the other way about: a replica lags, look again. */
export function lagging(ledger: Ledger): boolean {
  const last = ledger.facts.findLast((fact) => fact.kind === 'closed' || fact.kind === 'reopened');
  return (last?.kind === 'closed' ? 'closed' : 'open') !== ledger.state;
}

/** With those of before that were missed, and that are said in the same words. */
function unheardOf({ steps }: Due, unheard: readonly string[]): string[] {
  const bases = new Set(unheard.map(baseOf));
  return steps.flatMap(({ key }) => (bases.has(baseOf(key)) ? [key] : []));
}

const noticeWanted = ({ key, to, says }: Notice, { timezone, language }: Policy): PageWanted => ({
  key: `step:${key}`,
  steps: [key],
  body: `${keyLine({ is: 'step', steps: [key] })}\n${noticeText(to, says, timezone, wordsOf(language))}`,
  people: [to],
});

/** One comment for all that is due. A step may only set a label: it is due and done without one. */
function pageWanted({ all, steps, escalations }: Due, ticket: Ticket, look: Look): Pick<Desired, 'unheard'> & { page?: PageWanted } {
  const calls = collapsed(steps).filter((one) => one.step.mention.length > 0);
  if (calls.length === 0 && escalations.length === 0) return { unheard: [] };
  const { policy } = look.policies.now;
  const context = peopleContext(ticket, look);
  const found = pageFor(calls, all, ticket, context);
  // Whoever escalates with no step left calls those who own everything.
  const others = escalations.some((one) => !one.step) ? reachable(policy.defaultOwners, context) : [];
  const page: Page = { ...found, people: unique([...found.people, ...others]) };
  const said = new Set(calls.map((one) => baseOf(one.key)));
  const keys = [...new Set([...steps.map((one) => one.key).filter((key) => said.has(baseOf(key))), ...escalations.map(escalationKey)])];
  if (page.people.length === 0) return { unheard: keys };
  const body = `${keyLine({ is: 'step', steps: keys })}\n${pageText(pageView(page, escalations, ticket, policy, look.now), wordsOf(policy.language))}`;
  return { unheard: page.unheard, page: { key: `step:${keys.join(' ')}`, steps: keys, body, people: page.people } };
}
