import { type Instant, instant } from '../calendar/time.ts';
import { type Clock, currentClocks } from '../desk/clock.ts';
import { candidatesOf, clocksNow, type Desired, desired, type Look, lagging, nextLook, nextStepAt } from '../desk/desired.ts';
import { fold } from '../desk/fold.ts';
import type { Policies } from '../desk/ledger.ts';
import { plan } from '../desk/plan.ts';
import { readKey } from '../desk/record.ts';
import { personKey, type Scheduled, schedule } from '../desk/steps.ts';
import type { Ticket } from '../desk/ticket.ts';
import type { Alarm, OwnWrite, TicketRow } from '../store/port.ts';
import { type Contexts, policiesOf } from './context.ts';
import { causeOf, judgeCrowd, QUARANTINE_S, type Verdict } from './crowd.ts';
import { type Carried, carryOut } from './effects.ts';
import { Fault, type LedgerRead, type RepoRef } from './github-port.ts';
import { MISSED_S, OWN_WRITES_S, observe, type Seen } from './observe.ts';
import { BACKGROUND, DAILY, type Parts, repositorySubject, URGENT } from './parts.ts';
import type { RepoState, States } from './repo-state.ts';

/** When a look does not find what a webhook announced, it looks again after these seconds; then it takes what is there (`design.md`, 1). */
export const LAG_S = [2, 5, 15, 60] as const;
const PASSING_MAX_S = 900;

export type Next =
  | { readonly dueAt: Instant; readonly urgency: number; readonly attempts: number; readonly expect?: readonly string[] }
  | undefined;

export type Shell = { readonly parts: Parts; readonly states: States; readonly contexts: Contexts; readonly aliveAt: Instant | undefined };

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
  const read = await parts.github
    .readLedger(repo, number, { policy: today.policy, forms, defaultBranch: state.defaultBranch, now, expect: alarm.expect })
    .catch(goneIsUndefined);
  if (!read) {
    await parts.store.dropTicket(repo.id, number);
    return undefined;
  }
  if (read.missing.length > 0 && alarm.attempts < LAG_S.length) {
    return { dueAt: instant(now + LAG_S[alarm.attempts]!), urgency: alarm.urgency, attempts: alarm.attempts + 1, expect: read.missing };
  }
  if (await foundGate(shell, repo, number, read, now)) return { dueAt: now, urgency: DAILY, attempts: 0 };
  const writes = await parts.store.ownWrites(alarm.subject, instant(now - OWN_WRITES_S));
  const settled = await settleLost(parts, observe(read, writes, now), writes, now);
  const pinned = await shell.contexts.pinned(repo, settled.seen.ledger.record?.pins.map((pin) => pin[1]) ?? [], today);
  const policies = policiesOf(today, pinned, state);
  const ticket = fold(settled.seen.ledger, policies);
  if (!ticket) {
    await parts.store.dropTicket(repo.id, number);
    return undefined;
  }
  return work(shell, { repo, number, state, alarm, read, seen: settled.seen, again: settled.again, policies, ticket, now });
}

/** An issue of our own that lists a crowd, which a lost database has forgotten. */
async function foundGate(shell: Shell, repo: RepoRef, number: number, read: LedgerRead, now: Instant): Promise<boolean> {
  if (read.ledger.standings.get(read.ledger.reporter.id) !== 'app') return false;
  const key = readKey(read.ledger.body)?.key;
  if (key?.is !== 'crowd' || read.ledger.state === 'closed') return false;
  await shell.states.edit(repo, (state) =>
    state.gates.some((one) => one.issue === number)
      ? state
      : { ...state, gates: [...state.gates, { cause: key.cause, issue: number, at: now }] },
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
  const reach = due.length > 0 ? await parts.github.reach(repo, candidatesOf(ticket, all, look), now) : new Set<string>();
  const full: Look = { ...look, reach: (person) => reach.has(personKey(person)), held: (step) => held.steps.has(step.key) };
  const want = desired(ticket, clocks, full);
  const data = dataOf(row);
  const effects = plan(want, seen.observed);
  const paced: RepoRef = ticket.quiet || w.alarm.urgency === BACKGROUND ? { ...repo, pace: 'background' } : repo;
  const carried = await carryOut(parts, paced, w.number, w.alarm, effects, new Set(data.refused));
  if (carried.lost) return { dueAt: now, urgency: w.alarm.urgency, attempts: w.alarm.attempts };
  if (carried.gone) {
    await parts.store.dropTicket(repo.id, w.number);
    return undefined;
  }
  const posted = new Set([...seen.posted, ...(want.page?.steps ?? [])]);
  await parts.store.putTicket(rowOf(w, clocks, posted, carried, held));
  await noteForCheckRun(shell, w, want);
  parts.log.debug({ subject: w.alarm.subject, effects: effects.map((one) => one.kind) }, 'looked');
  return nextOf(w, clocks, posted, carried, held);
}

function nextOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, carried: Carried, held: Held): Next {
  const { now, ticket } = w;
  if (carried.retryS !== undefined) {
    const backoff = Math.min(PASSING_MAX_S, carried.retryS * 2 ** Math.min(w.alarm.attempts, 8));
    const jitter = 1 + ((w.number * 7919 + w.alarm.attempts * 104_729) % 100) / 400;
    return {
      dueAt: instant(now + Math.max(1, backoff * jitter)),
      urgency: ticket.quiet ? BACKGROUND : w.alarm.urgency,
      attempts: w.alarm.attempts + 1,
    };
  }
  const times = [nextLook(ticket, clocks, w.policies, now, posted), w.again, held.until].filter((at) => at !== undefined);
  if (lagging(w.seen.ledger)) times.push(instant(now + LAG_S[Math.min(w.alarm.attempts, LAG_S.length - 1)]!));
  if (times.length === 0) return undefined;
  const dueAt = instant(Math.max(now + 2, Math.min(...times)));
  const daily = dueAt >= now + 86_400;
  return { dueAt, urgency: daily || ticket.quiet ? DAILY : URGENT, attempts: lagging(w.seen.ledger) ? w.alarm.attempts + 1 : 0 };
}

type Held = { readonly steps: ReadonlySet<string>; readonly cause?: string; readonly until?: Instant };

/** Steps that are due for another reason than that time passed wait until it is known that they are few (invariant 9). */
async function heldBack(shell: Shell, w: Work, row: TicketRow | undefined, all: readonly Scheduled[]): Promise<Held> {
  const { now, state, repo, ticket } = w;
  const caused = all.flatMap((step) => {
    const cause = w.seen.posted.has(step.key) ? undefined : causeOf(step, row, state, ticket.since, shell.aliveAt, now);
    return cause === undefined ? [] : [{ key: step.key, at: step.at, cause }];
  });
  const cause = caused[0]?.cause;
  if (cause === undefined) return { steps: new Set() };
  const steps = new Set<string>();
  const times: Instant[] = [];
  for (const one of caused.filter(({ at }) => at <= now)) {
    const known = row?.crowd === one.cause;
    const verdict = known ? await judgeCrowd(shell.parts, shell.states, repo, one, w.policies.now.policy.language, now) : QUARANTINED;
    if (verdict.is === 'post') continue;
    steps.add(one.key);
    if (verdict.is === 'wait' && verdict.until !== undefined) times.push(verdict.until);
    if (!known) times.push(instant(now + QUARANTINE_S));
  }
  return { steps, cause, ...(times.length > 0 ? { until: instant(Math.min(...times)) } : {}) };
}

/** A cause that this ticket's row does not name yet: the rows of others may follow. */
const QUARANTINED: Verdict = { is: 'wait' };

type RowData = {
  readonly refused?: readonly string[];
  readonly updatedAt?: number;
  readonly title?: string;
  readonly due?: readonly (readonly [string, number])[];
};

export const dataOf = (row: TicketRow | undefined): RowData => (row ? (JSON.parse(row.data) as RowData) : {});

function rowOf(w: Work, clocks: readonly Clock[], posted: ReadonlySet<string>, carried: Carried, held: Held): TicketRow {
  const { ticket } = w;
  const due = currentClocks(clocks).flatMap((clock) => (clock.state.is === 'running' ? [[clock.name, clock.state.dueAt] as const] : []));
  const data: RowData = {
    updatedAt: w.read.updatedAt,
    title: w.seen.ledger.title.slice(0, 200),
    due,
    ...(carried.refused.length > 0 ? { refused: carried.refused.slice(0, 20) } : {}),
  };
  // What is held keeps the older expectation, so that it stays unexpected at the next look.
  const next = held.cause === 'unexpected' ? undefined : nextStepAt(ticket, clocks, w.policies, posted);
  return {
    repo: w.repo.id,
    number: w.number,
    installation: w.repo.installation,
    open: ticket.withdrawn === undefined && ticket.marker.is !== 'resolved',
    marker: ticket.marker.is,
    priority: ticket.priorities.at(-1)!.id,
    ...(next === undefined ? {} : { nextStepAt: next }),
    ...(held.cause === undefined ? {} : { crowd: held.cause }),
    fixes: w.read.fixNumbers,
    data: JSON.stringify(data),
  };
}

/** A write whose answer was lost is sent again only when two reads, MISSED_S apart, do not show it. */
async function settleLost(
  parts: Parts,
  seen: Seen,
  writes: readonly OwnWrite[],
  now: Instant,
): Promise<{ seen: Seen; again: Instant | undefined }> {
  let again: Instant | undefined;
  const posted = new Set(seen.posted);
  let { observed } = seen;
  for (const lost of seen.unsure) {
    const missed = writes.find((write) => write.key === `missed:${lost.key}`);
    if (!missed) await parts.store.intend({ subject: lost.subject, key: `missed:${lost.key}`, at: now, id: '-' });
    if (!missed || now - missed.at < MISSED_S) {
      again = instant(Math.min(again ?? Number.POSITIVE_INFINITY, (missed?.at ?? now) + MISSED_S));
      continue;
    }
    await parts.store.forget(lost.subject, lost.key);
    await parts.store.forget(lost.subject, missed.key);
    const steps = lost.key.startsWith('step:') ? lost.key.slice('step:'.length).split(' ') : [];
    for (const step of steps) if (!seen.ledger.record?.steps.includes(step)) posted.delete(step);
    const replied = new Set([...observed.replied].filter((to) => `reply:${to}` !== lost.key));
    observed = { ...observed, steps: posted, replied, statusIntended: observed.statusIntended && lost.key !== 'status' };
  }
  return { seen: { ...seen, observed: { ...observed, steps: posted }, posted }, again };
}

/** What the check run says of the work: steps that reached nobody, labels that a bot insists on. */
async function noteForCheckRun(shell: Shell, w: Work, want: Desired): Promise<void> {
  const { repo, state } = w;
  const names = want.unheard.map((key) => `${key.split('/')[0]} ${key.split('/')[2]}`);
  const labels = [...want.yielded].filter((label) => want.governed.has(label));
  const fresh = names.some((name) => !state.unheard.includes(name)) || labels.some((label) => !state.yielded.includes(label));
  if (!fresh) return;
  const joined = (before: readonly string[], more: readonly string[]) => [...new Set([...before, ...more])].slice(0, NOTES_MAX);
  await shell.states.edit(repo, (one) => ({ ...one, unheard: joined(one.unheard, names), yielded: joined(one.yielded, labels) }));
  await shell.parts.store.wake([{ subject: repositorySubject(repo.id), installation: repo.installation, dueAt: w.now, urgency: DAILY }]);
}

const NOTES_MAX = 50;

function goneIsUndefined(error: unknown): undefined {
  if (error instanceof Fault && error.kind === 'gone') return undefined;
  throw error;
}
