import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import type { Person, Policy } from '../policy/types.ts';
import { wordsOf } from '../words/index.ts';
import { type ReplyLine, replyText } from '../words/replies.ts';
import { dayOrTime, notesOf, numberOf, personOf } from './arguments.ts';
import type { Clock } from './clock.ts';
import { COMMAND_NAMES, type CommandRow, usage } from './comment-names.ts';
import type { Desired, Look, ReplyWanted } from './desired.ts';
import { explain } from './explain.ts';
import { IN_CODE } from './happenings.ts';
import { isSecurity } from './intake.ts';
import type { Ledger } from './ledger.ts';
import { LAG_S } from './parts.ts';
import { ownersOf, reachable } from './people.ts';
import { keyLine } from './record.ts';
import { lastRunbook, runbookOf, ticked } from './runbook.ts';
import { statusView } from './status.ts';
import type { Outcome, Ticket } from './ticket.ts';

/** Comments of one account on one ticket that are replied to within a day; further ones get a reaction only, so that a flood stays one-sided. */
const REFUSALS_MAX = 5;
const ANSWERS_MAX = 20;
/** Comments with commands of one account on one ticket that get a reaction within a day: each is a write, of five hundred an hour. */
const REACTIONS_MAX = 50;

/** Reactions and replies to the commands that no look has seen: one of each to a comment, at most. */
export function answersTo(ticket: Ticket, clocks: readonly Clock[], look: Look): Pick<Desired, 'reactions' | 'replies'> {
  const fresh = ticket.outcomes.filter((one) => one.fresh);
  const reactions: { comment: number; content: '+1' | 'confused' }[] = [];
  const replies: ReplyWanted[] = [];
  if (fresh.length === 0) return { reactions, replies };
  const { policies, ledger } = look;
  const { policy } = policies.now;
  const words = wordsOf(policy.language);
  const replied = repliedTo(ledger, look.now);
  const view = () => statusView(ticket, clocks, policies, ledger, look.posted);
  const why = () => explain(ticket, clocks, policies, look.posted);
  const context = { words, zone: policy.timezone, commands: commandsOf(policy), why };
  for (const [comment, outcomes] of Map.groupBy(fresh, (one) => one.comment)) {
    if (rankOf(outcomes[0]!, ticket) < REACTIONS_MAX)
      reactions.push({ comment, content: outcomes.every((one) => one.ok) ? '+1' : 'confused' });
    const mine = replied.get(outcomes[0]!.by.id) ?? new Set();
    const open = (max: number) => mine.has(comment) || mine.size < max;
    const lines = outcomes.filter((one) => open(one.ok ? ANSWERS_MAX : REFUSALS_MAX)).map((one) => replyLine(one, ticket, look));
    const text = replyText(lines, view, context);
    if (!text) continue;
    const runbook = lines.some((line) => line.is === 'runbook') ? { runbook: true as const } : {};
    replies.push({ to: comment, body: `${keyLine({ is: 'reply', to: comment, ...runbook })}\n${text}` });
    replied.set(outcomes[0]!.by.id, mine.add(comment));
  }
  return { reactions, replies };
}

/** How many comments with commands its author had written here in the day before this one. */
function rankOf({ by, at, comment }: Outcome, { outcomes }: Ticket): number {
  const earlier = outcomes.filter((one) => one.by.id === by.id && one.comment < comment && one.at > at - DAY_SECONDS);
  return new Set(earlier.map((one) => one.comment)).size;
}

/** The newest list of a runbook with what `/done` ticked off lately: a tick that a replica may not show yet is set again. */
export function tickedOff(
  ticket: Ticket,
  { ledger, now }: Pick<Look, 'ledger' | 'now'>,
): { readonly id: number; readonly body: string } | undefined {
  const steps = ticket.outcomes
    .filter((one) => one.ok && one.name === 'done' && (one.fresh || one.at > now - LAG_S))
    .map((one) => numberOf(one.text)!);
  const list = steps.length > 0 ? lastRunbook(ledger.own) : undefined;
  if (!list) return undefined;
  const body = steps.reduce(ticked, list.body);
  return body === list.body ? undefined : { id: list.id, body };
}

/** By account: its comments that we replied to within a day. */
function repliedTo(ledger: Ledger, now: Instant): Map<number, Set<number>> {
  const ours = new Set(ledger.own.flatMap(({ key, at }) => (key.is === 'reply' && at > now - DAY_SECONDS ? [key.to] : [])));
  const replied = new Map<number, Set<number>>();
  for (const fact of ledger.facts)
    if (fact.kind === 'said' && ours.has(fact.comment)) replied.set(fact.by.id, (replied.get(fact.by.id) ?? new Set()).add(fact.comment));
  return replied;
}

function replyLine(outcome: Outcome, ticket: Ticket, look: Look): ReplyLine {
  const { policy } = look.policies.now;
  const { name, words: said, by } = outcome;
  if (!outcome.ok) return { is: 'refused', name, why: outcome.text === IN_CODE ? 'in_code' : outcome.why, hint: hintOf(name, policy) };
  switch (name) {
    case 'sla':
      return said.trim().toLowerCase() === 'why' ? { is: 'why' } : { is: 'sla' };
    case 'help':
      return { is: 'help' };
    case 'handoff': {
      const to = look.ledger.named?.get(personOf(said) ?? '')?.actor.login;
      if (to === undefined) return { is: 'done' };
      const calls = to.toLowerCase() !== look.ledger.reporter.login.toLowerCase();
      return { is: 'handoff', from: by.login, to, calls, notes: isSecurity(ticket, policy) ? '' : notesOf(said) };
    }
    case 'stay':
      return stayLine(outcome, ticket, look);
    case 'runbook': {
      const found = runbookOf(said, policy, ticket.category, look.ledger);
      return found ? { is: 'runbook', ...found } : { is: 'done' };
    }
    default:
      return { is: 'done' };
  }
}

function stayLine({ words: said, by }: Outcome, ticket: Ticket, look: Look): ReplyLine {
  const { policy } = look.policies.now;
  const until = dayOrTime(said, policy.timezone);
  const context = { policy, now: look.now, reporter: look.ledger.reporter.login, assignees: [], reach: look.reach };
  const isSelf = (one: Person) => one.kind === 'user' && one.login.toLowerCase() === by.login.toLowerCase();
  const owners = reachable(ownersOf(ticket, policy), context).filter((one) => !isSelf(one));
  return { is: 'stay', who: by.login, owners, ...(until === undefined ? {} : { until }) };
}

const LISTS = { priority: 'priorities', product: 'products', category: 'categories', plan: 'plans' } as const;

const hintOf = (name: string, policy: Policy): string =>
  name in LISTS ? policy[LISTS[name as keyof typeof LISTS]].map((one) => one.id).join(', ') : '';

/** A mail quotes code as plain text: no sign that calls anybody stands in it, and the commands take a name without. */
const bare = (row: CommandRow): string => usage(row).replaceAll('@', '');

/** What `/help` shows: the commands that mean something under this policy, as they are written. */
function commandsOf(policy: Policy): { readonly name: string; readonly usage: string; readonly who: 'reporter' | 'responder' }[] {
  const empty = new Set<string>();
  for (const [name, list] of Object.entries(LISTS)) if (policy[list].length === 0) empty.add(name);
  if (!policy.categories.some((one) => one.runbook !== undefined)) for (const name of ['runbook', 'done']) empty.add(name);
  if (policy.onCall.length === 0 || !policy.handOff.onRotation) empty.add('stay');
  return COMMAND_NAMES.flatMap((row) =>
    (row.who === 'reporter' || row.who === 'responder') && !empty.has(row.name) ? [{ name: row.name, usage: bare(row), who: row.who }] : [],
  );
}
