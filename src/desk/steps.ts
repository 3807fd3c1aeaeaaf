import type { Calendar } from '../calendar/calendar.ts';
import { dueWithPauses, percentOf, pushByPauses } from '../calendar/pauses.ts';
import type { Instant, Interval } from '../calendar/time.ts';
import type { Step } from '../policy/types.ts';
import type { Clock } from './clock.ts';
import type { Course } from './course.ts';
import type { Policies } from './ledger.ts';
import { lasts } from './pausing.ts';
import { calendarOfPriority } from './priorities.ts';
import type { Ticket } from './ticket.ts';

/** A step of a running clock, or of a ticket in which nothing happens, with the instant at which it is posted. */
export type Scheduled = {
  /** `clock/cycle/step`, with `*n` for its n-th repeat: posted at most once, ever. */
  readonly key: string;
  /** What its steps have in common: `clock/cycle`. */
  readonly chain: string;
  readonly step: Step;
  /** Absent: stagnation, since `since`. */
  readonly clock?: Clock;
  readonly since: Instant;
  readonly at: Instant;
  /** 0 is the step itself. */
  readonly repeat: number;
  /** Due then because this policy was put in force then (`reference@instant`), not only because time passed. */
  readonly byPolicy?: string;
};

/** Of a step and its repeats alike. */
export const baseOf = (key: string): string => key.split('*')[0]!;
/** Stands among the steps of the record beside one that called nobody, so that nothing says that it did. */
export const unheardStep = (key: string): string => `unheard/${key}`;

/** More than this late is said in the comment (`policy.md`, Steps). */
export const LATE_S = 60;

/** The steps that may ever be posted as things stand, earliest first; what was posted is among them. */
export function schedule(ticket: Ticket, clocks: readonly Clock[], policies: Policies): Scheduled[] {
  if (policies.now.policy.mode === 'shadow' || ticket.withdrawn !== undefined || ticket.quiet) return [];
  const floor = Math.max(ticket.since, policies.arrival, policies.now.policy.enforceFrom ?? 0, policies.liveSince, ticket.wokenAt ?? 0);
  const all: Scheduled[] = [];
  for (const step of policies.now.policy.escalation) {
    if (!concerns(step, ticket)) continue;
    const since = Math.max(floor, policies.stepSince(step), concernedSince(step, ticket));
    const runs =
      step.kind === 'stagnant'
        ? [stagnation(step, ticket, policies)]
        : clocks.flatMap((clock) => (clock.name === step.clock ? [ofClock(step, clock, ticket)] : []));
    for (const run of runs) all.push(...counted(run, since, broughtBy(step, run, policies)));
  }
  return all.sort((a, b) => a.at - b.at);
}

/** A step with its repeats, from when they count, and time in which its clock did not run. */
type Run = { readonly steps: readonly Scheduled[]; readonly floor: number; readonly stopped: readonly Interval[] };
const NONE: Run = { steps: [], floor: 0, stopped: [] };

function ofClock(step: Extract<Step, { kind: 'clock' }>, clock: Clock, ticket: Ticket): Run {
  const { course } = clock;
  if (clock.state.is !== 'running' || !course) return NONE;
  const first = momentOf(step, clock, course);
  if (first === undefined) return NONE;
  const chain = `${clock.name}/${clock.cycle}`;
  const by = course.movedBy;
  const more = { clock, since: clock.startedAt, ...(by === undefined ? {} : { byPolicy: by }) };
  const stopped = clock.name === 'first_response' ? ticket.closures : [...ticket.closures, ...ticket.gaps];
  return { steps: repeats(step, chain, first, course.calendar, more), floor: course.floor, stopped };
}

/** Nothing was said or done by a responder for that long, on 🔴 and ⭕️ and while nobody is waited for. */
function stagnation(step: Extract<Step, { kind: 'stagnant' }>, ticket: Ticket, policies: Policies): Run {
  if (ticket.marker.is !== 'received' && ticket.marker.is !== 'progress') return NONE;
  const { at } = ticket.deed;
  const calendar = calendarOfPriority(policies, ticket.pins, ticket.priorities.at(-1)!.id);
  const idle = [...ticket.closures, ...settled(ticket)];
  const { due } = dueWithPauses(calendar, at, step.after, [...idle, ...ticket.waits, ...ticket.holds]);
  if (due === undefined || lasts(ticket.waits) || lasts(ticket.holds)) return NONE;
  return { steps: repeats(step, stagnationOf(ticket), due, calendar, { since: at }), floor: 0, stopped: idle };
}

/** Time on 🟡 and 🟢: nobody owed work. */
function settled({ history }: Ticket): Interval[] {
  return history.flatMap(({ marker, at }, i) => {
    const to = history[i + 1]?.at;
    return marker === 'confirming' || marker === 'resolved' ? [{ from: at, ...(to === undefined ? {} : { to }) }] : [];
  });
}

/** Named by the instant of the deed: a command that an edit adds is a new one, in an old comment. */
export const stagnationOf = ({ deed }: Pick<Ticket, 'deed'>): string => `stagnant/${deed.at}`;

/** While it was closed or had its fix, the clock did not run: a step of that time is none. */
const counted = ({ steps, floor, stopped }: Run, since: number, brought: Pick<Scheduled, 'byPolicy'>): Scheduled[] =>
  steps.flatMap((one) => {
    const { at } = one;
    if (at < Math.max(floor, since) || stopped.some(({ from, to }) => at >= from && (to === undefined || at < to))) return [];
    return [{ ...brought, ...one }];
  });

/** A step that came into force when its instant was past: its repeats are due by the edit that brought it (invariant 9). */
function broughtBy(step: Step, { steps }: Run, policies: Policies): Pick<Scheduled, 'byPolicy'> {
  const since = policies.stepSince(step);
  return steps[0] && steps[0].at < since ? { byPolicy: `${policies.now.ref}@${since}` } : {};
}

/** The step itself, and each repeat `every` after the one before it. */
function repeats(
  step: Step,
  chain: string,
  first: Instant,
  calendar: Calendar,
  more: Pick<Scheduled, 'since'> & Partial<Scheduled>,
): Scheduled[] {
  const key = `${chain}/${step.key}`;
  const all: Scheduled[] = [{ key, chain, step, at: first, repeat: 0, ...more }];
  if (!step.repeat) return all;
  let at = first;
  for (let repeat = 1; repeat <= step.repeat.times; repeat++) {
    at = calendar.dueAfter(at, step.repeat.every);
    all.push({ key: `${key}*${repeat}`, chain, step, at, repeat, ...more });
  }
  return all;
}

/** Whether the step's filters let this ticket through: the priority, category and product that it has now. */
function concerns(step: Step, ticket: Ticket): boolean {
  const has = (wanted: readonly string[] | undefined, id: string | undefined) => !wanted || (id !== undefined && wanted.includes(id));
  return has(step.priorities, ticket.priorities.at(-1)!.id) && has(step.categories, ticket.category) && has(step.products, ticket.product);
}

/** Since when the ticket has been what the step is about, without a break: before that its instants are nobody's. */
function concernedSince(step: Step, { priorities, categories, products }: Ticket): number {
  const since = (wanted: readonly string[] | undefined, changes: readonly { readonly at: Instant; readonly id: string | undefined }[]) => {
    if (!wanted) return 0;
    const other = changes.findLastIndex(({ id }) => id === undefined || !wanted.includes(id));
    return other < 0 ? 0 : (changes[other + 1]?.at ?? 0);
  };
  return Math.max(since(step.priorities, priorities), since(step.categories, categories), since(step.products, products));
}

function momentOf(step: Extract<Step, { kind: 'clock' }>, clock: Clock, course: Course): Instant | undefined {
  if (step.moment.kind === 'percent') {
    // A breach that a lowered priority left behind: the new target's percentages page nobody in this cycle.
    const unpaused = percentOf(course.calendar, course.from, course.unpaused, step.moment.percent);
    const at = pushByPauses(course.calendar, course.from, unpaused, course.pauses).due;
    // Frozen before it could be posted, it is not posted when the clock goes on.
    return at !== undefined && course.pauses.some((pause) => pause.from > at) ? undefined : at;
  }
  const breach = clock.breachedAt ?? clock.dueAt;
  return breach === undefined ? undefined : course.calendar.dueAfter(breach, step.moment.after);
}

/** Of steps that are due together each is said once: of one that was missed with its repeats, the latest. */
export function collapsed(due: readonly Scheduled[]): Scheduled[] {
  const latest = new Map<string, Scheduled>();
  for (const one of due) {
    const base = baseOf(one.key);
    const known = latest.get(base);
    if (!known || one.repeat > known.repeat) latest.set(base, one);
  }
  return due.filter((one) => latest.get(baseOf(one.key)) === one);
}
