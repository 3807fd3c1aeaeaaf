import { pushByPauses } from '../calendar/pauses.ts';
import type { Instant, Seconds } from '../calendar/time.ts';
import type { ClockName } from '../policy/types.ts';
import { type Course, courseOf, type Term, termsOf, until } from './course.ts';
import type { Policies, Record } from './ledger.ts';
import type { Cycle, Ended, Pause, Ticket, Turn } from './ticket.ts';

/** `over`: a fix came, or nobody works on it any more; it does not go on. */
export type Cancelled = 'closed_unanswered' | 'closed_without_fix' | 'withdrawn' | 'over';

export type ClockState =
  | { readonly is: 'running'; readonly dueAt: Instant }
  | { readonly is: 'paused'; readonly left: Seconds }
  /** `provisional` until 🟢. */
  | { readonly is: 'met'; readonly at: Instant; readonly provisional: boolean }
  | { readonly is: 'cancelled'; readonly at: Instant; readonly why: Cancelled };

/** One promise of one cycle. The due second itself is a breach; a breach stays, whatever is met or changed later. */
export type Clock = {
  readonly name: ClockName;
  readonly cycle: string;
  readonly startedAt: Instant;
  readonly course?: Course;
  readonly state: ClockState;
  /** Where the due instant stands or stood; absent while paused and without a target. */
  readonly dueAt?: Instant;
  readonly breachedAt?: Instant;
};

/** Runs of one clock that are looked at: what became of older ones stands in the record. */
const RUNS_MAX = 60;

type Run = { readonly id: string; readonly from: Instant };

/** The clocks of a ticket at `now`: all cycles, oldest first, in the order of `CLOCKS`. A clock that nothing ever targeted is left out. */
export function clocks(ticket: Ticket, policies: Policies, now: Instant, breaches: Record['breaches'] = []): Clock[] {
  const terms = termsOf(ticket, policies);
  const promised = promisedBy(terms);
  const all: Clock[] = [];
  const add = (name: ClockName, run: Run, pauses: readonly Pause[], met: Stop): void => {
    if (!promised.has(name)) return;
    const mine = run.from === ticket.since ? pauses : pauses.filter(({ to }) => to === undefined || to > run.from);
    const clock = clockOf(name, run, terms, ticket, mine, met, now);
    if (clock) all.push(remember(clock, breaches));
  };
  const whole = { id: 'opened', from: ticket.since };
  const { closures, holds } = ticket;
  const pauses = [...closures, ...ticket.gaps, ...ticket.waits, ...holds];
  const answered = !ticket.staff || policies.now.policy.intake.staff;
  if (answered) add('first_response', whole, closures, firstAnswer(ticket));
  if (answered) for (const turn of ticket.asks.slice(-RUNS_MAX)) add('next_response', turn, [...closures, ...holds], turnMet(turn, ticket));
  for (const turn of ticket.updates.slice(-RUNS_MAX)) add('update', turn, pauses, turnMet(turn, ticket));
  add('workaround', whole, pauses, workaroundMet(ticket));
  for (const cycle of ticket.cycles.slice(-RUNS_MAX)) add('resolution', cycle, pauses, resolutionMet(cycle));
  return all;
}

/** The clock of each name whose cycle is the current one. */
export const currentClocks = (all: readonly Clock[]): Clock[] => all.filter((clock, i) => all[i + 1]?.name !== clock.name);

/** Clocks that any policy of the ticket has a target for: most have no `update`, and a long thread has many turns. */
function promisedBy(terms: readonly Term[]): ReadonlySet<string> {
  const names = new Set<string>();
  let last: unknown;
  for (const inForce of terms.flatMap((one) => [one.inForce, one.planFrom])) {
    if (inForce === last) continue;
    last = inForce;
    for (const list of [inForce.policy.priorities, inForce.policy.plans])
      for (const { targets } of list) for (const name of Object.keys(targets)) names.add(name);
  }
  return names;
}

type Stop =
  | { readonly at: Instant; readonly provisional: boolean }
  | { readonly cancelledAt: Instant; readonly why: Cancelled }
  | undefined;

function firstAnswer({ answers, acked, since }: Ticket): Stop {
  const first = answers.find((answer) => answer.at >= since);
  const at = Math.min(first?.at ?? Number.POSITIVE_INFINITY, acked?.at ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(at) ? { at: at as Instant, provisional: false } : undefined;
}

function turnMet({ end }: Turn, { cycles }: Ticket): Stop {
  if (!end) return undefined;
  if (end.how === 'closed') {
    const how = cycles.find((cycle) => cycle.end?.at === end.at)?.end?.how;
    return { cancelledAt: end.at, why: isUnfixed(how) ? 'closed_without_fix' : 'closed_unanswered' };
  }
  return end.how === 'answered' ? { at: end.at, provisional: false } : { cancelledAt: end.at, why: 'over' };
}

function workaroundMet(ticket: Ticket): Stop {
  const fixed = ticket.cycles.flatMap(({ fixed, end }) => fixed.map((one) => ({ ...one, provisional: end === undefined })));
  const fix = fixed.find((one) => one.voidedAt === undefined);
  const said = ticket.workaround;
  if (said && (!fix || said.at <= fix.at)) return { at: said.at, provisional: false };
  return fix && { at: fix.at, provisional: fix.provisional };
}

function resolutionMet(cycle: Cycle): Stop {
  const fix = cycle.fixed.findLast((one) => one.voidedAt === undefined);
  if (fix) return { at: fix.at, provisional: cycle.end === undefined };
  if (!cycle.end) return undefined;
  if (isUnfixed(cycle.end.how)) return { cancelledAt: cycle.end.at, why: 'closed_without_fix' };
  return { at: cycle.end.at, provisional: false };
}

export const isUnfixed = (how: Ended | undefined): boolean => how === 'without_fix' || how === 'duplicate';

/** Not met: cancelled by whatever ended the ticket, if it is ended now. */
function cancelledBy(ticket: Ticket): Stop {
  const last = ticket.closures.at(-1);
  if (!last || last.to !== undefined) return undefined;
  if (ticket.withdrawn !== undefined) return { cancelledAt: ticket.withdrawn, why: 'withdrawn' };
  return { cancelledAt: last.from, why: isUnfixed(ticket.cycles.at(-1)?.end?.how) ? 'closed_without_fix' : 'closed_unanswered' };
}

/** What ended the ticket stands against what came later: a word to a closed ticket does not make it an answered one. */
function stopOf(met: Stop, ticket: Ticket): Stop {
  const ended = cancelledBy(ticket);
  if (!met || !('at' in met) || !ended || !('cancelledAt' in ended) || ticket.marker.is === 'confirming') return met ?? ended;
  return met.at > ended.cancelledAt ? ended : met;
}

/** Undefined: nothing was promised, whether or not it happened. */
function clockOf(
  name: ClockName,
  run: Run,
  terms: readonly Term[],
  ticket: Ticket,
  pauses: readonly Pause[],
  met: Stop,
  now: Instant,
): Clock | undefined {
  const stop = stopOf(met, ticket);
  const stopAt = stop === undefined ? undefined : 'at' in stop ? stop.at : stop.cancelledAt;
  const course = courseOf(name, run.from, terms, pauses, stopAt ?? ((now + 1) as Instant));
  if (!course) return undefined;
  const asOf = stopAt ?? now;
  const pushed = pushByPauses(course.calendar, course.from, course.unpaused, until(course.pauses, stopAt ?? ((now + 1) as Instant)));
  const due = pushed.due ?? dueAtEnd(course, stopAt);
  const breached = due !== undefined && due <= asOf ? { breachedAt: due } : {};
  const shown = { name, cycle: run.id, startedAt: run.from, course, ...(due === undefined ? {} : { dueAt: due }), ...breached };
  if (!stop) return { ...shown, state: due === undefined ? { is: 'paused', left: pushed.left } : { is: 'running', dueAt: due } };
  if ('at' in stop) return { ...shown, state: { is: 'met', at: stop.at, provisional: stop.provisional } };
  return { ...shown, state: { is: 'cancelled', at: stop.cancelledAt, why: stop.why } };
}

/** Where a clock stood that was stopped in the second in which its pause ended: it was paused still, and cannot have been late. */
function dueAtEnd(course: Course, stopAt: Instant | undefined): Instant | undefined {
  if (stopAt === undefined || !course.pauses.some(({ to }) => to === stopAt)) return undefined;
  const begun = course.pauses.filter(({ from }) => from < stopAt);
  const { due } = pushByPauses(course.calendar, course.from, course.unpaused, until(begun, (stopAt + 1) as Instant));
  return due !== undefined && due > stopAt ? due : undefined;
}

/** A breach that was reached stays in its cycle, unless the clock is now seen to have been met before it. */
function remember(clock: Clock, breaches: Record['breaches']): Clock {
  const found = breaches.find(([name, cycle]) => name === clock.name && cycle === clock.cycle);
  if (!found || clock.breachedAt !== undefined) return clock;
  if (clock.state.is === 'met' && clock.state.at < found[2]) return clock;
  return { ...clock, breachedAt: found[2] };
}
