import type { Calendar } from '../calendar/calendar.ts';
import { pushByPauses } from '../calendar/pauses.ts';
import type { Duration, Instant, Interval, Seconds } from '../calendar/time.ts';
import type { ClockName } from '../policy/types.ts';
import type { InForce, Policies, Record } from './ledger.ts';
import type { Cycle, Ticket } from './ticket.ts';

export type Cancelled = 'closed_unanswered' | 'closed_without_fix' | 'no_target' | 'withdrawn';

/** What a clock counts towards: from where, to which due instant without pauses, on which calendar. */
export type Course = {
  readonly target: Duration;
  readonly calendarId: string;
  readonly calendar: Calendar;
  /** The start, or the re-prioritisation that was granted grace: percentages are taken of `from…unpaused`. */
  readonly from: Instant;
  readonly unpaused: Instant;
  /** No step is posted whose instant lies before this: the target was not in force. */
  readonly floor: Instant;
  /** Why the due instant is not simply start and target: `policy` moves many tickets at once (invariant 9). */
  readonly moved?: 'priority' | 'policy';
  /** The policy that did, and since when. */
  readonly movedBy?: string;
  readonly pauses: readonly Interval[];
};

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

/** The clocks that this version keeps, in the order in which they are shown. */
export const CLOCKS_KEPT = ['first_response', 'workaround', 'resolution'] as const satisfies readonly ClockName[];

type Term = {
  readonly at: Instant;
  readonly inForce: InForce;
  readonly priority: string;
  readonly cause: 'priority' | 'policy';
  readonly pin: string;
};

/** The clocks of a ticket at `now`: all cycles of `resolution`, oldest first. A clock that no priority ever targeted is left out. */
export function clocks(ticket: Ticket, policies: Policies, now: Instant, breaches: Record['breaches'] = []): Clock[] {
  const terms = termsOf(ticket, policies);
  const whole = { id: 'opened', from: ticket.since };
  const all: Clock[] = [];
  if (!ticket.staff || policies.now.policy.intake.staff) {
    all.push(clockOf('first_response', whole, terms, ticket, ticket.closures, firstAnswer(ticket), now));
  }
  const gaps = ticket.cycles.flatMap((cycle) =>
    cycle.fixed.flatMap((fix) => (fix.voidedAt === undefined ? [] : [{ from: fix.at, to: fix.voidedAt }])),
  );
  const pauses = [...ticket.closures, ...gaps];
  all.push(clockOf('workaround', whole, terms, ticket, pauses, workaroundMet(ticket), now));
  for (const cycle of ticket.cycles) all.push(clockOf('resolution', cycle, terms, ticket, pauses, resolutionMet(cycle), now));
  return all.flatMap((clock) => (isNever(clock) ? [] : [remember(clock, breaches)]));
}

/** The clock of each name whose cycle is the current one. */
export const currentClocks = (all: readonly Clock[]): Clock[] =>
  all.filter((clock, i) => !all.slice(i + 1).some((later) => later.name === clock.name));

type Stop =
  | { readonly at: Instant; readonly provisional: boolean }
  | { readonly cancelledAt: Instant; readonly why: Cancelled }
  | undefined;

const firstAnswer = (ticket: Ticket): Stop => {
  const first = ticket.answers.find((answer) => answer.at >= ticket.since);
  if (first) return { at: first.at, provisional: false };
  return undefined;
};

function workaroundMet(ticket: Ticket): Stop {
  const fix = ticket.cycles.flatMap((cycle) => cycle.fixed).find((one) => one.voidedAt === undefined);
  return fix ? { at: fix.at, provisional: ticket.marker.is !== 'resolved' } : undefined;
}

function resolutionMet(cycle: Cycle): Stop {
  const fix = cycle.fixed.findLast((one) => one.voidedAt === undefined);
  if (fix) return { at: fix.at, provisional: cycle.end === undefined };
  if (!cycle.end) return undefined;
  if (cycle.end.how === 'without_fix') return { cancelledAt: cycle.end.at, why: 'closed_without_fix' };
  return { at: cycle.end.at, provisional: false };
}

/** Not met: cancelled by whatever ended the ticket, if it is ended now. */
function cancelledBy(ticket: Ticket): Stop {
  const last = ticket.closures.at(-1);
  if (!last || last.to !== undefined) return undefined;
  if (ticket.withdrawn !== undefined) return { cancelledAt: ticket.withdrawn, why: 'withdrawn' };
  const how = ticket.cycles.at(-1)?.end?.how;
  return { cancelledAt: last.from, why: how === 'without_fix' ? 'closed_without_fix' : 'closed_unanswered' };
}

/** What ended the ticket stands against what came later: a word to a closed ticket does not make it an answered one. */
function stopOf(met: Stop, ticket: Ticket): Stop {
  const ended = cancelledBy(ticket);
  if (!met || !('at' in met) || !ended || !('cancelledAt' in ended) || ticket.marker.is === 'confirming') return met ?? ended;
  return met.at > ended.cancelledAt ? ended : met;
}

function clockOf(
  name: ClockName,
  cycle: { readonly id: string; readonly from: Instant },
  terms: readonly Term[],
  ticket: Ticket,
  pauses: readonly Interval[],
  met: Stop,
  now: Instant,
): Clock {
  const stop = stopOf(met, ticket);
  const stopAt = stop === undefined ? undefined : 'at' in stop ? stop.at : stop.cancelledAt;
  const course = courseOf(name, cycle.from, terms, pauses, stopAt ?? ((now + 1) as Instant));
  const base = { name, cycle: cycle.id, startedAt: cycle.from };
  if (!course) {
    if (stop && 'at' in stop) return { ...base, state: { is: 'met', at: stop.at, provisional: stop.provisional } };
    return { ...base, state: { is: 'cancelled', at: terms.at(-1)!.at, why: 'no_target' } };
  }
  const asOf = stopAt ?? now;
  const pushed = pushByPauses(course.calendar, course.from, course.unpaused, until(course.pauses, asOf));
  const due = pushed.due;
  const breached = due !== undefined && due <= asOf ? { breachedAt: due } : {};
  const shown = { ...base, course, ...(due === undefined ? {} : { dueAt: due }), ...breached };
  if (!stop) return { ...shown, state: due === undefined ? { is: 'paused', left: pushed.left } : { is: 'running', dueAt: due } };
  if ('at' in stop) return { ...shown, state: { is: 'met', at: stop.at, provisional: stop.provisional } };
  return { ...shown, state: { is: 'cancelled', at: stop.cancelledAt, why: stop.why } };
}

/** Pauses that had begun by `when`; what ends later still lasts. */
const until = (pauses: readonly Interval[], when: Instant): Interval[] =>
  pauses.flatMap((pause) => {
    if (pause.from >= when) return [];
    return pause.to !== undefined && pause.to <= when ? [pause] : [{ from: pause.from }];
  });

/** The same, as if a pause that lasts ended at `when`: what a change of target at `when` is measured by. */
const endedBy = (pauses: readonly Interval[], when: Instant): Interval[] =>
  until(pauses, when).map((pause) => ({ from: pause.from, to: pause.to ?? when }));

/** Follows the target through every re-prioritisation up to `end` (`policy.md`, Clocks); undefined when there is no target. */
function courseOf(name: ClockName, start: Instant, terms: readonly Term[], pauses: readonly Interval[], end: Instant): Course | undefined {
  let course: Course | undefined;
  let first = true;
  for (const [i, term] of terms.entries()) {
    const next = terms[i + 1];
    if (next && next.at <= start) continue;
    if (!first && term.at >= end) break;
    const plain = plainCourse(name, start, term, pauses);
    const change = first ? start : term.at;
    if (first) course = plain;
    else if (course && dueBy(course, change) <= change) break;
    else if (!plain) course = undefined;
    else if (!course || !sameTarget(course, plain)) course = changed(course, plain, term, change, pauses);
    first = false;
  }
  return course;
}

function plainCourse(name: ClockName, start: Instant, term: Term, pauses: readonly Interval[]): Course | undefined {
  const { policy } = term.inForce;
  const priority = policy.priorities.find((one) => one.id === term.priority);
  const target = priority?.targets[name];
  if (!priority || !target) return undefined;
  const calendar = term.inForce.calendar(priority.calendar);
  return {
    target,
    calendarId: priority.calendar,
    calendar,
    from: start,
    unpaused: calendar.dueAfter(start, target),
    floor: start,
    pauses,
  };
}

function changed(old: Course | undefined, plain: Course, term: Term, change: Instant, pauses: readonly Interval[]): Course {
  const moved = { floor: change, moved: term.cause, ...(term.cause === 'policy' ? { movedBy: term.pin } : {}) };
  if (dueBy(plain, change) > change) return { ...plain, ...moved };
  const { calendar, target } = plain;
  const graced = Math.min(calendar.dueAfter(change, target), calendar.dueAfter(change, term.inForce.policy.grace));
  const due = Math.min(old ? dueBy(old, change) : Number.POSITIVE_INFINITY, graced) as Instant;
  const later = pauses.flatMap((pause) =>
    pause.to !== undefined && pause.to <= change ? [] : [{ ...pause, from: Math.max(pause.from, change) as Instant }],
  );
  return { ...plain, ...moved, from: change, unpaused: due, pauses: later };
}

const dueBy = (course: Course, when: Instant): Instant =>
  pushByPauses(course.calendar, course.from, course.unpaused, endedBy(course.pauses, when)).due ?? course.unpaused;

/** Policies are read once, so that what is the same in one of them is the same object. */
const sameTarget = (a: Course, b: Course): boolean =>
  (a.target === b.target || JSON.stringify(a.target) === JSON.stringify(b.target)) &&
  (a.calendar === b.calendar || JSON.stringify(a.calendar.spec) === JSON.stringify(b.calendar.spec));

/** Every change of priority or of pinned policy, oldest first; the first holds from the beginning. */
function termsOf(ticket: Ticket, policies: Policies): Term[] {
  const changes = [
    ...ticket.priorities.map((one) => ({ at: one.at, cause: 'priority' as const })),
    ...ticket.pins.slice(1).map(([at]) => ({ at, cause: 'policy' as const })),
  ].sort((a, b) => a.at - b.at);
  return changes.map(({ at, cause }) => {
    const priority = (ticket.priorities.findLast((one) => one.at <= at) ?? ticket.priorities[0]!).id;
    const pin = (ticket.pins.findLast(([from]) => from <= at) ?? ticket.pins[0]!)[1];
    const pinned = policies.at(pin) ?? policies.now;
    // A priority that a later edit added is kept by today's policy.
    const inForce = pinned.policy.priorities.some((one) => one.id === priority) ? pinned : policies.now;
    return { at, cause, priority, inForce, pin: `${pin}@${at}` };
  });
}

/** Nothing was promised, whether or not it happened: a breach keeps its course. */
const isNever = (clock: Clock): boolean => clock.course === undefined;

/** A breach that was reached stays in its cycle, unless the clock is now seen to have been met before it. */
function remember(clock: Clock, breaches: Record['breaches']): Clock {
  const found = breaches.find(([name, cycle]) => name === clock.name && cycle === clock.cycle);
  if (!found || clock.breachedAt !== undefined) return clock;
  if (clock.state.is === 'met' && clock.state.at < found[2]) return clock;
  return { ...clock, breachedAt: found[2] };
}
