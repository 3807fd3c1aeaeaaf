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
import { plan } from '../desk/plan.ts';
import { readKey } from '../desk/record.ts';
import { type Scheduled, schedule } from '../desk/steps.ts';
import type { Ticket } from '../desk/ticket.ts';
import { titleLags } from '../desk/title.ts';
import { personKey } from '../policy/notation.ts';
import type { Alarm, Settled, TicketRow } from '../store/port.ts';
import type { Awake } from './awake.ts';
import { type Contexts, policiesOf } from './context.ts';
import { causeOf, gatedBy, gateFor, judgeCrowd, QUARANTINE_S, UNEXPECTED, type Verdict } from './crowd.ts';
import { type Carried, carryOut } from './effects.ts';
import type { LedgerRead, RepoRef } from './github-port.ts';
import { readOrGone } from './gone.ts';
import { settleLost } from './lost.ts';
import { OWN_WRITES_S, observe, type Seen } from './observe.ts';
import { BACKGROUND, DAILY, NORMAL, type Parts, repositorySubject, URGENT } from './parts.ts';
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
  const calls = callsSomebody(ticket, clocks, waits);
  const reach = calls ? await parts.github.reach(repo, candidatesOf(ticket, all, look), now) : new Set<string>();
  const full: Look = { ...waits, reach: (person) => reach.has(personKey(person)) };
  const first = desired(ticket, clocks, full);
  // One wrong answer about the only person to call must not cost a call: whether there is nobody is asked again, without what is remembered.
  const alone = first.unheard.length > 0 && w.alarm.attempts < UNHEARD_TRIES;
  if (alone) parts.github.forget(repo, 'people');
  const want = alone ? desired(ticket, clocks, { ...full, held: () => true }) : first;
  const data = dataOf(row);
  const wanted = plan(want, seen.observed);
  const effects = shell.hurry && wanted.some((one) => one.kind === 'page') ? wanted.filter((one) => one.kind === 'page') : wanted;
  if (effects.some((one) => one.kind === 'page') && (await isStale(shell, w)))
    return { dueAt: now, urgency: URGENT, attempts: w.alarm.attempts + 1, expect: w.alarm.expect };
  const paced: RepoRef = ticket.quiet || w.alarm.urgency === BACKGROUND ? { ...repo, pace: 'background' } : repo;
  const on = { ...w, repo: paced, ledger: seen.ledger, policy: policies.now.policy, posted: seen.posted, due };
  const carried = await carryOut(parts, on, effects, new Set(data.refused), w.again !== undefined);
  if (carried.lost) return { dueAt: now, urgency: w.alarm.urgency, attempts: w.alarm.attempts };
  if (carried.gone) {
    await parts.store.dropTicket(repo.id, w.number);
    return undefined;
  }
  const unsure = new Set(w.unsure);
  const posted = new Set([...seen.posted, ...(carried.pageFailed ? [] : (want.page?.steps ?? []))].filter((key) => !unsure.has(key)));
  await parts.store.putTicket(rowOf(w, clocks, posted, carried, held));
  await noteForCheckRun(shell, w, want, carried);
  parts.log.debug({ subject: w.alarm.subject, effects: effects.map((one) => one.kind) }, 'looked');
  if (effects.length < wanted.length && carried.retryS === undefined) return { dueAt: instant(now + 2), urgency: NORMAL, attempts: 0 };
  const rest = want.page !== undefined && due.some((one) => !posted.has(one.key));
  const staysOpen = seen.ledger.state === 'open' && want.state === undefined;
  const next = nextOf(
    w,
    clocks,
    posted,
    carried,
    rest ? { ...held, until: now } : alone ? { ...held, until: instant(now + UNHEARD_S) } : held,
    staysOpen,
  );
  return next && alone ? { ...next, attempts: w.alarm.attempts + 1 } : next;
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

function nextOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, carried: Carried, held: Held, staysOpen: boolean): Next {
  const { now, ticket } = w;
  if (carried.retryS !== undefined) {
    const stepAt = nextStepAt(ticket, clocks, w.policies, posted);
    return retryOf({ number: w.number, alarm: w.alarm, now, quiet: ticket.quiet, stepAt }, carried.retryS);
  }
  const times = [nextLook(ticket, clocks, w.policies, now, posted, w.seen.ledger), w.again, held.until].filter((at) => at !== undefined);
  // A timeline that never agrees with its issue is one of GitHub's: it is not asked for every minute.
  const lags = lagging(w.seen.ledger) || (w.policies.now.policy.markers.title && titleLags(w.seen.ledger));
  const lag = lags ? LAG_S[w.alarm.attempts] : undefined;
  if (lag !== undefined) times.push(instant(now + lag));
  // 🟢 and still open (`confirm.close: false`): somebody may yet close it.
  if (ticket.marker.is === 'resolved' && staysOpen) times.push(dailyLook(ticket, now));
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

function rowOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, carried: Carried, held: Held): TicketRow {
  const { ticket } = w;
  const due = currentClocks(clocks).flatMap((clock) => (clock.state.is === 'running' ? [[clock.name, clock.state.dueAt] as const] : []));
  const data: RowData = {
    updatedAt: w.read.updatedAt,
    title: w.seen.ledger.title.slice(0, 200),
    due,
    ...(held.causedAt === undefined ? {} : { causedAt: held.causedAt }),
    ...(carried.refused.length > 0 ? { refused: carried.refused.slice(0, 20) } : {}),
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

/** What the check run says of the work: steps that reached nobody, labels that a bot insists on. */
async function noteForCheckRun(shell: Shell, w: Work, want: Desired, { silent }: Carried): Promise<void> {
  const { repo, state } = w;
  const names = [...want.unheard, ...silent].map((key) => `${key.split('/')[0]} ${key.split('/')[2]}`);
  const labels = [...want.yielded].filter((label) => want.governed.has(label));
  const fresh = names.some((name) => !state.unheard.includes(name)) || labels.some((label) => !state.yielded.includes(label));
  if (!fresh) return;
  const joined = (before: readonly string[], more: readonly string[]) => [...new Set([...before, ...more])].slice(0, NOTES_MAX);
  await shell.states.edit(repo, (one) => ({ ...one, unheard: joined(one.unheard, names), yielded: joined(one.yielded, labels) }));
  await shell.parts.store.wake([{ subject: repositorySubject(repo.id), installation: repo.installation, dueAt: w.now, urgency: DAILY }]);
}

const NOTES_MAX = 50;
