import type { Act, PredictedClock, PredictedStep, PredictedTicket, SimPolicy, SimScript } from '../script.ts';
import { type Known, opened, perform } from './acts.ts';
import type { Clock } from './clock.ts';
import { dueOf, settle } from './clock.ts';
import { inForce, type Window, windowsIn } from './steps.ts';
import { priorityOf, promiseAgain, silenceEnds, type Ticket } from './ticket.ts';

/**
 * What a script comes to. Every time that something happens the ticket's whole history is read again from what is known then; between two
 * happenings time alone makes steps due.
 */

type Policies = SimScript['policies'];
type Opening = Act & { kind: 'open' };

const until = (policies: Policies, at: number): Policies => policies.filter((one, i) => i === 0 || one.from <= at);

/** The ticket as it stands at `now` by what is known then. */
function fold(known: readonly Known[], policies: Policies, now: number): Ticket {
  const gone = new Map<number, 'delete' | 'hide'>();
  for (const act of known) if (act.kind === 'delete' || act.kind === 'hide') gone.set(act.comment, act.kind);
  const there = until(policies, now);
  const first = known[0] as Opening;
  const pins = until(policies, first.at);
  const pinned = pins.at(-1)!.policy;
  const k = opened(first, pinned, pinned, there.at(-1)!.policy.default_priority);
  const edits = there.slice(pins.length);
  for (const act of known.slice(1)) {
    while (edits.length > 0 && edits[0]!.from <= act.at) edit(k, edits.shift()!);
    perform(k, act, gone);
  }
  for (const one of edits) edit(k, one);
  for (const clock of k.clocks) if (!clock.stop) settle(clock, now);
  return k;
}

function edit(k: Ticket, { from, policy }: { from: number; policy: SimPolicy }): void {
  k.now = policy;
  if (policy.effective !== 'open') return;
  k.pin = policy;
  promiseAgain(k, from);
}

/** All windows of a ticket, and how it stands at the end. */
function live(script: SimScript, acts: readonly Act[]): { ticket: Ticket; windows: Window[] } {
  const { policies, arrival } = script;
  const edits = policies.slice(1).map((one) => one.from);
  const happens = [...acts.map((one) => one.at), ...edits, arrival, script.until].filter((at) => at >= acts[0]!.at && at <= script.until);
  const marks = [...new Set(happens)].sort((a, b) => a - b);
  const known: Known[] = [];
  const windows: Window[] = [];
  const collect = (k: Ticket, from: number, to: number): void => {
    if (to >= arrival) windows.push(...windowsIn(k, inForce(until(policies, from)), { from, to }).filter((one) => one.at >= arrival));
  };
  let ticket: Ticket | undefined;
  for (const [i, mark] of marks.entries()) {
    const next = marks[i + 1] ?? script.until;
    known.push(...acts.filter((one) => one.at === mark));
    ticket = fold(known, policies, mark);
    let from = mark;
    const silence = Math.max(silenceEnds(ticket) ?? Number.POSITIVE_INFINITY, mark, arrival);
    if (silence <= next) {
      collect(ticket, from, silence);
      known.push({ kind: 'silence', at: silence });
      ticket = fold(known, policies, silence);
      from = silence;
    }
    collect(ticket, from, next);
  }
  return { ticket: ticket!, windows };
}

type Posting = { from: number; stoppedAt?: number; at: number };

/** Windows that touch are one. */
function postingsOf(windows: readonly Window[], end: number): Posting[] {
  const joined: { at: number; from: number; to: number }[] = [];
  for (const { at, from, to } of windows) {
    const last = joined.at(-1);
    if (last && last.at === at && last.to >= from) last.to = to;
    else joined.push({ at, from, to });
  }
  return joined.map(({ at, from, to }) => ({ at, from, ...(to < end ? { stoppedAt: to } : {}) }));
}

function stepsOf(windows: readonly Window[], end: number): PredictedStep[] {
  const groups = Map.groupBy(windows, (one) => [one.clock, one.startedAt, one.step, one.repeat].join('/'));
  const steps = [...groups.values()].map((group) => {
    const { clock, startedAt, step, repeat } = group[0]!;
    const [first, ...again] = postingsOf(group, end);
    const { at, from, stoppedAt } = first!;
    return {
      clock,
      startedAt,
      step,
      repeat,
      at,
      ...(from > at ? { from } : {}),
      ...(stoppedAt === undefined ? {} : { stoppedAt }),
      ...(again.length > 0 ? { again } : {}),
    };
  });
  return steps.sort((a, b) => a.at - b.at);
}

function clockOf(clock: Clock): PredictedClock {
  const { name, startedAt, breachedAt } = clock;
  const breached = breachedAt === undefined ? {} : { breachedAt };
  const end = clock.end ?? clock.stop;
  if (end) return { clock: name, startedAt, state: end.state, at: end.at, dueAt: breachedAt ?? end.due, ...breached };
  if (clock.pausedAt !== undefined) return { clock: name, startedAt, state: 'paused' };
  return { clock: name, startedAt, state: 'running', dueAt: dueOf(clock), ...breached };
}

/** A clock that promised nothing, or that ended in the second in which it began, is none. */
function isClock(clock: Clock): boolean {
  const end = clock.end ?? clock.stop;
  if (clock.breachedAt !== undefined) return true;
  return end ? end.at > clock.startedAt && Number.isFinite(end.due) : clock.lines.length > 0;
}

function ticketOf(script: SimScript, ticket: number, acts: readonly Act[]): PredictedTicket {
  const { ticket: k, windows } = live(script, acts);
  return {
    ticket,
    marker: k.marker,
    priority: priorityOf(k),
    waiting: k.waiting,
    hold: k.hold,
    clocks: k.clocks.filter(isClock).map(clockOf),
    steps: stepsOf(windows, script.until),
  };
}

export function predict(script: SimScript): PredictedTicket[] {
  const acts = script.acts.filter((one) => one.at <= script.until);
  const groups = [...Map.groupBy(acts, (one) => one.ticket)].filter(([, its]) => its[0]!.kind === 'open' && its[0]!.by.part !== 'bot');
  return groups.map(([ticket, its]) => ticketOf(script, ticket, its));
}
