import { type Instant, instant } from '../calendar/time.ts';
import { type Clock, currentClocks } from '../desk/clock.ts';
import {
  callsSomebody,
  candidatesOf,
  clocksNow,
  type Desired,
  dailyLook,
  desired,
  type Look,
  lagging,
  nextLook,
  nextStepAt,
} from '../desk/desired.ts';
import { fold } from '../desk/fold.ts';
import type { Policies } from '../desk/ledger.ts';
import { type Effect, type Observed, plan } from '../desk/plan.ts';
import { readKey } from '../desk/record.ts';
import { type Scheduled, schedule } from '../desk/steps.ts';
import type { Ticket } from '../desk/ticket.ts';
import { titleLags } from '../desk/title.ts';
import { personKey } from '../policy/notation.ts';
import type { Alarm, Settled, TicketRow } from '../store/port.ts';
import type { Awake } from './awake.ts';
import { type Contexts, policiesOf } from './context.ts';
import { causeOf, gatedBy, gateFor, judgeCrowd, QUARANTINE_S, UNEXPECTED, type Verdict } from './crowd.ts';
import { carryOut } from './effects.ts';
import type { LedgerRead, RepoRef } from './github-port.ts';
import { readOrGone } from './gone.ts';
import { settleLost } from './lost.ts';
import { noteForCheckRun } from './notes.ts';
import { OWN_WRITES_S, observe, type Seen } from './observe.ts';
import { BACKGROUND, DAILY, NORMAL, type Parts, URGENT } from './parts.ts';
import { type Refusal, Refusals, triedAgainAt } from './refusals.ts';
import type { RepoState, States } from './repo-state.ts';
import { retryOf } from './retry.ts';
import { dataOf, type RowData } from './row.ts';

/** When a look does not find what a webhook announced, it looks again after these seconds; then it takes what is there (`design.md`, 1). */
export const LAG_S = [2, 5, 15, 60] as const;
export type Next = Settled | undefined;

export type Shell = {
  readonly parts: Parts;
  readonly states: States;
  readonly contexts: Contexts;
  readonly awake: Awake;
  /** Other steps of the installation wait: pages go out, the rest of the work follows when they have. */
  readonly hurry?: boolean;
};

/**
 * One look at one issue: read, fold, compare, write the difference, set the next alarm. Answers when to look again; undefined when only a
 * webhook can bring something new. Doing it twice does nothing the second time.
 */
export async function lookAtIssue(shell: Shell, repo: RepoRef, number: number, state: RepoState, alarm: Alarm): Promise<Next> {
  const { parts } = shell;
  const now = parts.clock();
  const today = await shell.contexts.now(state);
  if (!today || state.status !== 'on') return undefined;
  const forms = shell.contexts.forms(state);
  const options = { policy: today.policy, forms, defaultBranch: state.defaultBranch, now, expect: alarm.expect };
  const asked = await readOrGone(() => parts.github.readLedger(repo, number, options), alarm, now);
  if ('next' in asked) {
    if (asked.next === undefined) await parts.store.dropTicket(repo.id, number);
    return asked.next;
  }
  const read = asked.found;
  if (read.missing.length > 0 && alarm.attempts < LAG_S.length) {
    return { dueAt: instant(now + LAG_S[alarm.attempts]!), urgency: alarm.urgency, attempts: alarm.attempts + 1, expect: read.missing };
  }
  if (await foundGate(shell, repo, number, read)) return { dueAt: now, urgency: DAILY, attempts: 0 };
  const writes = await parts.store.ownWrites(alarm.subject, instant(now - OWN_WRITES_S));
  const settled = await settleLost(parts, observe(read, writes, now), writes, now);
  const pinned = await shell.contexts.pinned(repo, settled.seen.ledger.record?.pins.map((pin) => pin[1]) ?? [], today);
  const policies = policiesOf(today, pinned, state);
  const ticket = fold(settled.seen.ledger, policies);
  if (!ticket) {
    await parts.store.dropTicket(repo.id, number);
    return undefined;
  }
  return work(shell, { repo, number, state, alarm, read, ...settled, policies, ticket, now });
}

/** An issue of our own that lists a crowd, which a lost database has forgotten, and what was decided in it: we close it upon a go. */
async function foundGate(shell: Shell, repo: RepoRef, number: number, read: LedgerRead): Promise<boolean> {
  const { ledger } = read;
  if (ledger.standings.get(ledger.reporter.id) !== 'app') return false;
  const key = readKey(ledger.body)?.key;
  if (key?.is !== 'crowd') return false;
  const closed = ledger.state === 'closed' ? ledger.facts.findLast((fact) => fact.kind === 'closed') : undefined;
  const byUs = closed && ledger.standings.get(closed.by.id) === 'app';
  const decided = closed ? { decision: byUs ? ('go' as const) : ('dropped' as const), decidedAt: closed.at } : {};
  const gate = { cause: key.cause, issue: number, at: ledger.createdAt, ...decided };
  await shell.states.edit(repo, (state) =>
    state.gates.some((one) => one.issue === number) ? state : { ...state, gates: [...state.gates, gate].sort((a, b) => a.issue - b.issue) },
  );
  await shell.parts.store.dropTicket(repo.id, number);
  return true;
}

type Work = {
  readonly repo: RepoRef;
  readonly number: number;
  readonly state: RepoState;
  readonly alarm: Alarm;
  readonly read: LedgerRead;
  readonly seen: Seen;
  readonly again: Instant | undefined;
  /** Steps in comments of which nobody knows whether they are there. */
  readonly unsure: readonly string[];
  readonly policies: Policies;
  readonly ticket: Ticket;
  readonly now: Instant;
};

async function work(shell: Shell, w: Work): Promise<Next> {
  const { parts } = shell;
  const { ticket, policies, now, seen, repo } = w;
  const row = await parts.store.ticket(repo.id, w.number);
  const look = { ledger: seen.ledger, policies, now, posted: seen.posted };
  const clocks = clocksNow(ticket, look);
  const all = schedule(ticket, clocks, policies);
  const held = await heldBack(shell, w, row, all);
  const due = all.filter((one) => one.at <= now && !seen.posted.has(one.key) && !held.steps.has(one.key));
  const waits = { ...look, held: (step: Scheduled) => held.steps.has(step.key) };
  const reach = callsSomebody(ticket, clocks, waits)
    ? await parts.github.reach(repo, candidatesOf(ticket, all, look), now)
    : new Set<string>();
  const full: Look = { ...waits, reach: (person) => reach.has(personKey(person)) };
  const first = desired(ticket, clocks, full);
  const refusals = new Refusals(dataOf(row).refusals ?? [], now);
  // One wrong answer about the only person to call must not cost a call: whether there is nobody is asked again, without what is remembered.
  const alone = first.unheard.length > 0 && w.alarm.attempts < UNHEARD_TRIES && !isPutOff(first, refusals);
  if (alone) parts.github.forget(repo, 'people');
  const asked = alone ? { ...full, held: () => true } : full;
  const start = alone ? desired(ticket, clocks, asked) : first;
  const sorted = sortOut(start, (unposted) => desired(ticket, clocks, { ...asked, unposted }), seen.observed, refusals);
  const { want, ready, putOff } = sorted;
  const effects = shell.hurry && ready.some(isPage) ? ready.filter(isPage) : ready;
  if (effects.some(isPage) && (await isStale(shell, w)))
    return { dueAt: now, urgency: URGENT, attempts: w.alarm.attempts + 1, expect: w.alarm.expect };
  const quiet = ticket.quiet || w.alarm.urgency === BACKGROUND;
  const paced: RepoRef = { ...repo, reporter: seen.ledger.reporter.id, ...(quiet ? { pace: 'background' } : {}) };
  const calls = (step: string) => all.some((one) => one.key === step) || (step.startsWith('escalate/') && ticket.marker.is !== 'resolved');
  const on = { ...w, repo: paced, ledger: seen.ledger, policy: policies.now.policy, posted: seen.posted, due, calls, refusals };
  const unrecorded = w.again !== undefined || putOff.some((one) => !isPage(one) && refusals.holdsRecord(one));
  const carried = await carryOut(parts, on, effects, unrecorded);
  if (carried.lost) return { dueAt: now, urgency: w.alarm.urgency, attempts: w.alarm.attempts };
  const not = new Set([...w.unsure, ...carried.unposted, ...stepsOf(putOff)]);
  const posted = new Set([...seen.posted, ...(want.page?.steps ?? [])].filter((key) => !not.has(key)));
  await parts.store.putTicket(rowOf(w, clocks, posted, refusals.left(), held));
  await noteForCheckRun(shell, w, want, carried.silent, refusals.left());
  parts.log.debug({ subject: w.alarm.subject, effects: effects.map((one) => one.kind) }, 'looked');
  // Other work waited for the pages, or the status for a look that knows that a page was refused.
  const halfDone = effects.length < ready.length || carried.unposted.length > 0;
  if (halfDone && carried.retryS === undefined) return { dueAt: instant(now + 2), urgency: NORMAL, attempts: 0 };
  const rest = want.page !== undefined && !putOff.some(isPage) && due.some((one) => !posted.has(one.key));
  const staysOpen = seen.ledger.state === 'open' && want.state === undefined;
  const next = nextOf(
    w,
    clocks,
    posted,
    { retryS: carried.retryS, waiting: not, ...triedAgainAt(refusals.left(), now) },
    rest ? { ...held, until: now } : alone ? { ...held, until: instant(now + UNHEARD_S) } : held,
    staysOpen,
  );
  return next && alone ? { ...next, attempts: w.alarm.attempts + 1 } : next;
}

const isPage = (effect: Effect): boolean => effect.kind === 'page';
const isPutOff = ({ page }: Desired, refusals: Refusals): boolean => page !== undefined && refusals.putsOff({ kind: 'page', ...page });
const stepsOf = (effects: readonly Effect[]): string[] => effects.flatMap((one) => (one.kind === 'page' ? one.steps : []));

/** What is written now, and what waits because GitHub refused it. Of a page that waits, neither the status comment nor its record says that it is there. */
function sortOut(start: Desired, without: (unposted: ReadonlySet<string>) => Desired, observed: Observed, refusals: Refusals) {
  const waiting = stepsOf(plan(start, observed).filter((one) => refusals.putsOff(one)));
  const want = waiting.length > 0 ? without(new Set(waiting)) : start;
  const { ready = [], putOff = [] } = Object.groupBy(plan(want, observed), (one) => (refusals.putsOff(one) ? 'putOff' : 'ready'));
  return { want, ready, putOff };
}

const UNHEARD_TRIES = 3;
const UNHEARD_S = 60;

/** Whom to call took requests and time: somebody may have answered meanwhile (invariant 6). A thread that never rests is called all the same. */
async function isStale(shell: Shell, { repo, number, state, alarm, read, policies, now }: Work): Promise<boolean> {
  if (alarm.attempts >= LAG_S.length) return false;
  const forms = shell.contexts.forms(state);
  const options = { policy: policies.now.policy, forms, defaultBranch: state.defaultBranch, now, expect: [] };
  const { ledger } = await shell.parts.github.readLedger(repo, number, options);
  const gist = ({ facts, labels, assignees, state: is }: LedgerRead['ledger']) => JSON.stringify([facts, labels, assignees, is]);
  return gist(ledger) !== gist(read.ledger);
}

/** What failed: `retryS` as `Carried` has it, steps that are not there though they are due, and when what was refused is tried again. */
type Again = { readonly retryS: number | undefined; readonly waiting: ReadonlySet<string> } & ReturnType<typeof triedAgainAt>;

function nextOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, again: Again, held: Held, staysOpen: boolean): Next {
  const { now, ticket } = w;
  if (again.retryS !== undefined) {
    const next = nextStepAt(ticket, clocks, w.policies, new Set([...posted, ...again.waiting]));
    const steps = [next, again.calls].filter((at) => at !== undefined);
    const stepAt = steps.length > 0 ? instant(Math.min(...steps)) : undefined;
    return retryOf({ number: w.number, alarm: w.alarm, now, quiet: ticket.quiet, stepAt }, again.retryS);
  }
  const looks = nextLook(ticket, clocks, w.policies, now, posted, w.seen.ledger);
  const times = [looks, w.again, held.until, again.calls].filter((at) => at !== undefined);
  // A timeline that never agrees with its issue is one of GitHub's: it is not asked for every minute.
  const lags = lagging(w.seen.ledger) || (w.policies.now.policy.markers.title && titleLags(w.seen.ledger));
  const lag = lags ? LAG_S[w.alarm.attempts] : undefined;
  if (lag !== undefined) times.push(instant(now + lag));
  // 🟢 and still open (`confirm.close: false`): somebody may yet close it. What GitHub refused is tried again, though nothing else is to come.
  if (again.daily || (ticket.marker.is === 'resolved' && staysOpen)) times.push(dailyLook(ticket, now));
  const { rest } = again;
  if (rest !== undefined && rest < Math.min(...times)) return { dueAt: rest, urgency: ticket.quiet ? DAILY : NORMAL, attempts: 0 };
  if (times.length === 0) return undefined;
  const dueAt = instant(Math.max(now + 2, Math.min(...times)));
  const daily = dueAt >= dailyLook(ticket, now);
  return { dueAt, urgency: daily || ticket.quiet ? DAILY : URGENT, attempts: lags ? w.alarm.attempts + 1 : 0 };
}

type Held = {
  readonly steps: ReadonlySet<string>;
  /** For the row: the cause whose crowd the ticket belongs to, or the gate that holds it. */
  readonly crowd?: string;
  readonly causedAt?: Instant;
  readonly unexpected?: boolean;
  readonly until?: Instant;
};

/** Steps that are due for another reason than that time passed wait until it is known that they are few (invariant 9). */
async function heldBack(shell: Shell, w: Work, row: TicketRow | undefined, all: readonly Scheduled[]): Promise<Held> {
  const { now, state, repo, ticket } = w;
  const caused = all.flatMap((step) => {
    const cause = w.seen.posted.has(step.key) ? undefined : causeOf(step, row, ticket.since, shell.awake, now);
    return cause === undefined ? [] : [{ key: step.key, at: step.at, cause }];
  });
  const steps = new Set<string>();
  const times: Instant[] = [];
  let counted: { readonly cause: string; readonly at: Instant } | undefined;
  let gated: string | undefined;
  for (const one of caused.filter(({ at }) => at <= now)) {
    const gate = gateFor(state.gates, one.cause, one.at);
    if (gate?.decision === 'go') continue;
    // A cause that this ticket's row does not name yet: the rows of others may follow.
    const known = row?.crowd === one.cause;
    const verdict: Verdict = gate
      ? { is: 'wait' }
      : known
        ? await judgeCrowd(shell.parts, shell.states, repo, one.cause, w.policies.now.policy.language, now)
        : { is: 'wait', until: instant(now + QUARANTINE_S) };
    if (verdict.is === 'post') continue;
    steps.add(one.key);
    if (gate) gated ??= gatedBy(gate);
    else counted ??= one;
    if (verdict.until !== undefined) times.push(verdict.until);
  }
  counted ??= gated === undefined ? caused.find(({ at }) => at > now) : undefined;
  const crowd = counted?.cause ?? gated;
  return {
    steps,
    ...(crowd === undefined ? {} : { crowd }),
    ...(counted ? { causedAt: counted.at } : {}),
    unexpected: caused.some((one) => one.cause === UNEXPECTED && steps.has(one.key)),
    ...(times.length > 0 ? { until: instant(Math.min(...times)) } : {}),
  };
}

function rowOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, refusals: readonly Refusal[], held: Held): TicketRow {
  const { ticket } = w;
  const due = currentClocks(clocks).flatMap((clock) => (clock.state.is === 'running' ? [[clock.name, clock.state.dueAt] as const] : []));
  const data: RowData = {
    updatedAt: w.read.updatedAt,
    title: w.seen.ledger.title.slice(0, 200),
    due,
    ...(held.causedAt === undefined ? {} : { causedAt: held.causedAt }),
    ...(refusals.length > 0 ? { refusals } : {}),
  };
  // What is held and was not expected stays so at the next look.
  const next = held.unexpected ? undefined : nextStepAt(ticket, clocks, w.policies, posted);
  return {
    repo: w.repo.id,
    number: w.number,
    installation: w.repo.installation,
    open: ticket.withdrawn === undefined && ticket.marker.is !== 'resolved',
    marker: ticket.marker.is,
    priority: ticket.priorities.at(-1)!.id,
    ...(next === undefined ? {} : { nextStepAt: next }),
    ...(held.crowd === undefined ? {} : { crowd: held.crowd }),
    fixes: w.read.fixNumbers,
    data: JSON.stringify(data),
  };
}
