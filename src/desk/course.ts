import type { Calendar } from '../calendar/calendar.ts';
import { pushByPauses } from '../calendar/pauses.ts';
import type { Duration, Instant, Interval } from '../calendar/time.ts';
import type { ClockName } from '../policy/types.ts';
import type { InForce, Policies } from './ledger.ts';
import type { Pause, Ticket } from './ticket.ts';

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
  /** The plan whose target it is; absent: the priority's. */
  readonly plan?: string;
  readonly priority: string;
  /** Why the due instant is not simply start and target: `policy` moves many tickets at once (invariant 9). */
  readonly moved?: 'priority' | 'policy';
  /** The new target had passed already (`passed`): the due instant is the earlier of the old one and of what was granted from the change on. */
  readonly graced?: { readonly passed: Instant; readonly granted: Instant; readonly old?: Instant };
  /** What was promised until `floor`. */
  readonly before?: Course;
  /** Of the priority's promise and the plan's the one that is due later. */
  readonly rival?: Course | undefined;
  /** The policy that did, and since when. */
  readonly movedBy?: string;
  readonly pauses: readonly Pause[];
};

/** From when which promise holds: a priority and a plan under a policy. */
export type Term = {
  readonly at: Instant;
  readonly inForce: InForce;
  readonly priority: string;
  readonly plan: string | undefined;
  /** Where the plan's promise stands. */
  readonly planFrom: InForce;
  readonly cause: 'priority' | 'policy';
  readonly pin: string;
};

/** Every change of priority, plan or pinned policy, oldest first; the first holds from the beginning. */
export function termsOf(ticket: Ticket, policies: Policies): Term[] {
  const changes = [
    ...ticket.priorities.map((one) => ({ at: one.at, cause: 'priority' as const })),
    ...ticket.plans.slice(1).map((one) => ({ at: one.at, cause: 'priority' as const })),
    ...ticket.pins.slice(1).map(([at]) => ({ at, cause: 'policy' as const })),
  ].sort((a, b) => a.at - b.at);
  return changes.map(({ at, cause }) => {
    const priority = (ticket.priorities.findLast((one) => one.at <= at) ?? ticket.priorities[0]!).id;
    const plan = (ticket.plans.findLast((one) => one.at <= at) ?? ticket.plans[0]!).id;
    const pin = (ticket.pins.findLast(([from]) => from <= at) ?? ticket.pins[0]!)[1];
    const pinned = policies.at(pin) ?? policies.now;
    // A priority or a plan that a later edit added is kept by today's policy.
    const keeper = (list: 'priorities' | 'plans', id: string) => (pinned.policy[list].some((one) => one.id === id) ? pinned : policies.now);
    const planFrom = plan === undefined ? pinned : keeper('plans', plan);
    return { at, cause, priority, plan, inForce: keeper('priorities', priority), planFrom, pin: `${pin}@${at}` };
  });
}

/** Pauses that had begun by `when`; what ends then or later still lasts: `/resume` in the comment that answers comes after the answer. */
export const until = (pauses: readonly Pause[], when: Instant): Interval[] => {
  const begun: Interval[] = [];
  for (const pause of pauses) {
    if (pause.from >= when) continue;
    begun.push(pause.to !== undefined && pause.to < when ? pause : { from: pause.from });
  }
  return begun;
};

/** Follows the target through every re-prioritisation up to `end` (`policy.md`, Clocks); undefined when there is no target. */
export function courseOf(
  name: ClockName,
  start: Instant,
  terms: readonly Term[],
  pauses: readonly Pause[],
  end: Instant,
): Course | undefined {
  let course: Course | undefined;
  let first = true;
  // While it stands still, its promise is that of when it stopped: which of two would come first may change from hour to hour.
  const still = Math.min(end, ...pauses.flatMap(({ from, to }) => (to === undefined ? [from] : [])));
  for (const [i, term] of terms.entries()) {
    const next = terms[i + 1];
    if (next && next.at <= start) continue;
    if (!first && term.at >= end) break;
    const change = first ? start : term.at;
    const last = Math.max(change, Math.min(next?.at ?? still, end)) as Instant;
    if (first) course = earliest(coursesOf(name, start, term, pauses), last);
    else if (course && dueBy(course, change) <= change) break;
    else course = changed(course, coursesOf(name, start, term, pauses), term, change, last);
    first = false;
  }
  return course;
}

/** What the priority promises and what the plan does, each from the start. */
function coursesOf(name: ClockName, start: Instant, term: Term, pauses: readonly Pause[]): Course[] {
  const { inForce, planFrom } = term;
  const courses: Course[] = [];
  const add = (from: InForce, calendarId: string, target: Duration | undefined, plan?: string): void => {
    if (!target) return;
    const calendar = from.calendar(calendarId);
    const unpaused = calendar.dueAfter(start, target);
    const more = plan === undefined ? {} : { plan };
    courses.push({ target, calendarId, calendar, from: start, unpaused, floor: start, priority: term.priority, pauses, ...more });
  };
  const priority = inForce.policy.priorities.find((one) => one.id === term.priority);
  if (priority) add(inForce, priority.calendar, priority.targets[name]);
  const plan = term.plan === undefined ? undefined : planFrom.policy.plans.find((one) => one.id === term.plan);
  if (plan) add(planFrom, plan.calendar, plan.targets[name], plan.id);
  return courses;
}

/** Of the priority's and the plan's due instant the earlier one, pauses up to `when` included. */
function earliest(courses: readonly Course[], when: Instant): Course | undefined {
  const [one, other] = courses;
  if (!one || !other) return one;
  return dueBy(other, when) < dueBy(one, when) ? { ...other, rival: one } : { ...one, rival: other };
}

function changed(old: Course | undefined, courses: readonly Course[], term: Term, change: Instant, last: Instant): Course | undefined {
  const now = earliest(courses, change);
  const then = earliest(courses, last);
  if (!now || !then) return undefined;
  if (old && (sameTarget(old, now) || sameTarget(old, then))) return { ...(old.moved ? old : keeping(old, then)), rival: then.rival };
  const before = old ? { before: old } : {};
  const moved = { floor: change, moved: term.cause, ...before, ...(term.cause === 'policy' ? { movedBy: term.pin } : {}) };
  const passed = dueBy(now, change);
  if (passed > change) return { ...then, ...moved };
  const { calendar, target } = now;
  const granted = Math.min(calendar.dueAfter(change, target), calendar.dueAfter(change, term.inForce.policy.grace)) as Instant;
  const graced = { passed, granted, ...(old ? { old: dueBy(old, change) } : {}) };
  const due = Math.min(graced.old ?? Number.POSITIVE_INFINITY, granted) as Instant;
  const later = now.pauses.flatMap((pause) =>
    pause.to !== undefined && pause.to <= change ? [] : [{ ...pause, from: Math.max(pause.from, change) as Instant }],
  );
  return { ...now, ...moved, from: change, unpaused: due, pauses: later, graced };
}

/** The promise is the same; which of priority and plan makes it may have changed with time. */
const keeping = (old: Course, then: Course): Course =>
  sameTarget(old, then) ? { ...old, priority: then.priority } : { ...then, floor: old.floor };

/** Where the due instant stood at `when`, as if a pause that lasts ended then. */
export function dueBy(course: Course, when: Instant): Instant {
  const begun = course.pauses.length === 0 ? [] : until(course.pauses, when).map(({ from, to }) => ({ from, to: to ?? when }));
  return pushByPauses(course.calendar, course.from, course.unpaused, begun).due ?? course.unpaused;
}

/** Policies are read once, so that what is the same in one of them is mostly the same object. */
const sameTarget = (a: Course, b: Course): boolean =>
  (a.target === b.target || isSame(a.target, b.target)) && (a.calendar === b.calendar || specOf(a.calendar) === specOf(b.calendar));

const isSame = (a: Duration, b: Duration): boolean =>
  a.length === b.length && a.every(({ n, unit }, i) => b[i]!.n === n && b[i]!.unit === unit);

const specs = new WeakMap<Calendar, string>();

function specOf(calendar: Calendar): string {
  let text = specs.get(calendar);
  if (text === undefined) {
    text = JSON.stringify(calendar.spec);
    specs.set(calendar, text);
  }
  return text;
}
