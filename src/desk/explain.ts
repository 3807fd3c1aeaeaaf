import { percentOf, pushByPauses, pushesOf } from '../calendar/pauses.ts';
import type { Instant, Seconds } from '../calendar/time.ts';
import type { Policy, StepMoment } from '../policy/types.ts';
import type { ClosedDay, Move, Outline, Pausing, Promised, Reason } from '../words/reason.ts';
import { type Clock, currentClocks } from './clock.ts';
import { clockView, hoursIn } from './clock-view.ts';
import { type Course, dueBy } from './course.ts';
import type { Policies } from './ledger.ts';
import { type Scheduled, schedule } from './steps.ts';
import type { Pause, Ticket } from './ticket.ts';
import { closedOn, daysOf, legsOf, secondsOf, walk } from './walk.ts';

/** Re-prioritisations that are told, the latest: each is a deed of a person. */
const MOVES_MAX = 12;
/** Days in which an outline looks for holidays: longer promises are rare, and it is written at every look. */
const OUTLINE_DAYS_MAX = 100;

/** Why each promise is due when it is: the current clocks first, then earlier cycles that were late, latest first. */
export function explain(ticket: Ticket, clocks: readonly Clock[], policies: Policies, posted: ReadonlySet<string>): Reason[] {
  return told(clocks).map(([clock, course, current]) => ({
    ...outline(clock, course, current, ticket, policies.now.policy),
    ...sum(clock, course),
    unposted: unposted(clock, course, ticket, policies, posted),
  }));
}

/** The same in short: what every status comment holds. */
export const outlines = (ticket: Ticket, clocks: readonly Clock[], policies: Policies): Outline[] =>
  told(clocks).map(([clock, course, current]) => outline(clock, course, current, ticket, policies.now.policy));

type Told = readonly [clock: Clock, course: Course, current: boolean];

function told(clocks: readonly Clock[]): Told[] {
  const current = currentClocks(clocks);
  const now: Told[] = [];
  const late: Told[] = [];
  for (const clock of clocks) {
    if (!clock.course) continue;
    if (current.includes(clock)) now.push([clock, clock.course, true]);
    else if (clock.breachedAt !== undefined) late.unshift([clock, clock.course, false]);
  }
  return [...now, ...late];
}

function outline(clock: Clock, course: Course, current: boolean, ticket: Ticket, policy: Policy): Outline {
  const { pausings, due, left } = pushes(clock, course);
  const { rival, target, priority, plan } = course;
  const view = clockView(clock, policy);
  const hours = view.calendar === undefined ? {} : { hours: view.calendar };
  return {
    view,
    cycle: clock.cycle,
    current,
    startedAt: clock.startedAt,
    promised: { priority, ...(plan === undefined ? {} : { plan }), target, ...hours },
    ...(rival && !course.graced ? { rival: rivalOf(clock, rival, policy) } : {}),
    moves: movesOf(course, ticket, policy),
    pausings,
    closed: special(course, pausings, due),
    ...(due === undefined ? {} : { due }),
    ...(left === undefined ? {} : { left }),
  };
}

const promisedIn = ({ target, priority, plan, calendar }: Course, policy: Policy): Promised => {
  const hours = hoursIn(calendar, policy);
  return { priority, ...(plan === undefined ? {} : { plan }), target, ...(hours === undefined ? {} : { hours }) };
};

function rivalOf(clock: Clock, rival: Course, policy: Policy): NonNullable<Outline['rival']> {
  const { due } = pushes(clock, rival);
  return { ...promisedIn(rival, policy), ...(due === undefined ? {} : { due }) };
}

type Pushed = { readonly pausings: readonly Pausing[]; readonly due?: Instant; readonly left?: Seconds };

/** How the pauses pushed the due instant, each with what halted the clock. */
function pushes(clock: Clock, course: Course): Pushed {
  const { due, pushes } = pushesOf(course.calendar, course.from, course.unpaused, begun(clock, course));
  const pausings = pushes.map(({ of, ...one }): Pausing => ({ ...one, halts: of }));
  return due.due === undefined ? { pausings, left: due.left } : { pausings, due: due.due };
}

/** The pauses that had begun when the clock stopped; what ended later lasted then. The state of a running clock says that none lasts. */
function begun({ state, dueAt }: Clock, { pauses }: Course): readonly Pause[] {
  if (pauses.length === 0 || state.is === 'paused') return pauses;
  if (state.is === 'running') return pauses.filter((one) => one.to !== undefined);
  // One that ended in the second of the stop still lasted, if it held back the due instant.
  const lasted = (to: Instant) => to > state.at || (to === state.at && dueAt === undefined);
  return pauses.filter((one) => one.from < state.at).map((one) => (one.to !== undefined && lasted(one.to) ? lasting(one) : one));
}

const lasting = ({ to: _to, ended: _ended, ...pause }: Pause): Pause => pause;

/** Every change that moved the target, back to the first promise. */
function movesOf(course: Course, ticket: Ticket, policy: Policy): Move[] {
  const moves: Move[] = [];
  for (let one: Course | undefined = course; one && moves.length < MOVES_MAX; one = one.before) {
    if (!one.moved) continue;
    const { floor: at, moved: cause, graced, before } = one;
    const fact = cause === 'priority' ? factOf(ticket, at) : undefined;
    moves.unshift({
      at,
      cause,
      ...(fact === undefined ? {} : { fact }),
      ...(before ? { before: promisedIn(before, policy) } : {}),
      after: promisedIn(one, policy),
      due: graced ? one.unpaused : dueBy(one, at),
      ...(graced ? { graced } : {}),
    });
  }
  return moves;
}

const MOVING: ReadonlySet<string> = new Set(['priority', 'category', 'plan']);

/** What changed the priority or the plan then: a command, else a label (`e`) or an edit of the form's answers. */
function factOf(ticket: Ticket, at: Instant): string {
  const command = ticket.outcomes.find((one) => one.at === at && one.ok && MOVING.has(one.name));
  if (command) return `c${command.comment}`;
  return ticket.priorities.some((one) => one.at === at && one.source === 'form') ? 'filled' : 'e';
}

/** Holidays and the like on the way, in pauses too, whose length they change: weekdays without hours are plain from the hours. */
function special({ calendar, from, unpaused }: Course, pausings: readonly Pausing[], due: Instant | undefined): ClosedDay[] {
  const { spec } = calendar;
  if (spec.kind === 'always' || (spec.country === undefined && Object.keys(spec.add).length === 0)) return [];
  const last = pausings.at(-1);
  const end = due ?? last?.from ?? unpaused;
  if (end <= from) return [];
  const [first, until] = daysOf(calendar, from, end);
  const closed: ClosedDay[] = [];
  for (let day = first; day <= Math.min(until, first + OUTLINE_DAYS_MAX); day++) {
    const one = closedOn(calendar, day);
    if (one && one.why !== 'weekday') closed.push(one);
  }
  return closed;
}

/** How the due instant came about, and what had counted when the clock ended before it. */
function sum(clock: Clock, course: Course): Pick<Reason, 'basis' | 'counted'> {
  const { calendar, from, unpaused, target } = course;
  const { pausings, due } = pushes(clock, course);
  const counted = countedBy(clock, course, pausings, due);
  const more = counted === undefined ? {} : { counted };
  if (course.graced) return { basis: { is: 'grace', unpaused }, ...more };
  const seconds = secondsOf(calendar, target);
  if (seconds === undefined) return { basis: { is: 'days', legs: legsOf(calendar, from, target), unpaused }, ...more };
  return { basis: { is: 'hours', seconds, stages: walk(calendar, from, due ?? unpaused, pausings) }, ...more };
}

function countedBy({ state }: Clock, course: Course, pausings: readonly Pausing[], due: Instant | undefined): Seconds | undefined {
  if ((state.is !== 'met' && state.is !== 'cancelled') || course.graced || state.at >= (due ?? Number.POSITIVE_INFINITY)) return undefined;
  const { calendar, from } = course;
  const paused = pausings.reduce((all, one) => all + calendar.openBetween(one.from, Math.min(one.to ?? state.at, state.at) as Instant), 0);
  return calendar.openBetween(from, state.at) - paused;
}

/** Steps that were not posted before the clock was met, cancelled or paused. A repeat is named once, by its step. */
function unposted(clock: Clock, course: Course, ticket: Ticket, policies: Policies, posted: ReadonlySet<string>): string[] {
  const spared: Scheduled[] = [];
  const ahead = new Set(schedule(ticket, [clock], policies).map((one) => one.key));
  for (const step of policies.now.policy.escalation) {
    const asRunning = step.kind === 'clock' && step.clock === clock.name ? whenSpared(step.moment, clock, course) : undefined;
    const one = asRunning && schedule(ticket, [asRunning], policies).find((found) => found.step === step);
    if (one && !posted.has(one.key) && !ahead.has(one.key)) spared.push(one);
  }
  return spared.sort((a, b) => a.at - b.at).map((one) => one.step.key);
}

/** The clock as it ran towards a step that its end or a pause may have spared; undefined where neither has. */
function whenSpared(moment: StepMoment, clock: Clock, course: Course): Clock | undefined {
  const ended = clock.state.is === 'met' || clock.state.is === 'cancelled';
  if (moment.kind !== 'percent')
    return ended && clock.dueAt !== undefined ? { ...clock, state: { is: 'running', dueAt: clock.dueAt } } : undefined;
  const { calendar, from, unpaused } = course;
  const pauses = begun(clock, course);
  const at = pushByPauses(calendar, from, percentOf(calendar, from, unpaused, moment.percent), pauses).due;
  if (at === undefined || (!ended && !pauses.some((one) => one.from > at))) return undefined;
  const before = pauses.filter((one) => one.from <= at);
  return { ...clock, course: { ...course, pauses: before }, state: { is: 'running', dueAt: clock.dueAt ?? at } };
}
