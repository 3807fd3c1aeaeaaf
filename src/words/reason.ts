import type { Stretch } from '../calendar/contract.ts';
import type { Duration, Instant, PlainDate, Seconds } from '../calendar/time.ts';
import type { ClockView } from './comments.ts';
import type { PauseName } from './why-sentences.ts';

/** Who makes a promise: the plan if there is one, else the priority. Ids of the policy. */
export type Whose = { readonly priority: string; readonly plan?: string };

/** `hours` says when the calendar is open; absent: around the clock. */
export type Promised = Whose & { readonly target: Duration; readonly hours?: string };

/** A change of priority, plan or policy that gave the clock another target. `fact` is what did it, where that is known. */
export type Move = {
  readonly at: Instant;
  readonly cause: 'priority' | 'policy';
  readonly fact?: string;
  readonly before?: Promised;
  readonly after: Promised;
  /** Where the due instant stood then, by the new target; pauses that lasted counted up to the change. */
  readonly due: Instant;
  /** The new target had passed: `due` is the earlier of `old` and `granted`. */
  readonly graced?: { readonly passed: Instant; readonly granted: Instant; readonly old?: Instant };
};

/** One reason why time does not count, with the facts that began and ended it. `reason` is hostile text. */
export type Halt = {
  readonly cause: PauseName;
  readonly from: Instant;
  readonly to?: Instant;
  readonly began: string;
  readonly ended?: string;
  readonly reason?: string;
};

/** Halts that touch or overlap: they count once. `seconds` of open time were left out, which pushed the due instant to `due`; absent: it lasts. */
export type Pausing = {
  readonly from: Instant;
  readonly to?: Instant;
  readonly halts: readonly Halt[];
  readonly seconds?: Seconds;
  readonly due?: Instant;
};

export type ClosedDay = {
  readonly date: PlainDate;
  readonly why: 'weekday' | 'listed' | 'holiday' | 'skipped';
  readonly holidays: readonly string[];
};

/** One stretch of a clock's way: a local day with the open time that counted, a closed day, a pause, or what is too long to be listed. */
export type Stage =
  | {
      readonly is: 'counted';
      readonly date: PlainDate;
      readonly windows: readonly Stretch[];
      readonly seconds: Seconds;
      readonly total: Seconds;
    }
  | ({ readonly is: 'closed' } & ClosedDay)
  | { readonly is: 'paused'; readonly pausing: Pausing }
  | { readonly is: 'rest'; readonly from: Instant; readonly to: Instant; readonly seconds: Seconds; readonly total: Seconds };

/**
 * One part of a target that names days, without pauses. Of days: the `count`-th later date with open time (`dates`, in part if there are very many) at the
 * wall clock of `opening`; `how` says what became of it on that date, if all of them are listed.
 */
export type Leg =
  | { readonly is: 'hours'; readonly from: Instant; readonly to: Instant; readonly seconds: Seconds; readonly stages: readonly Stage[] }
  | {
      readonly is: 'days';
      readonly from: Instant;
      readonly opening: Instant;
      readonly count: number;
      readonly dates: readonly PlainDate[];
      readonly skipped: readonly ClosedDay[];
      readonly how?: 'same' | 'opening' | 'closing';
      readonly to: Instant;
    };

/** How a clock came about in short: without its days. Depends on facts, never on the instant of the look. */
export type Outline = {
  readonly view: ClockView;
  /** The fact that began it. */
  readonly cycle: string;
  /** An earlier cycle that was late is told, too. */
  readonly current: boolean;
  readonly startedAt: Instant;
  readonly promised: Promised;
  /** The promise that is due later and does not count; `due` is absent while it is paused. */
  readonly rival?: Promised & { readonly due?: Instant };
  /** Oldest first. */
  readonly moves: readonly Move[];
  readonly pausings: readonly Pausing[];
  /** Closed other than by the weekday, from the start to the due instant. */
  readonly closed: readonly ClosedDay[];
  readonly due?: Instant;
  /** While it is paused: the open time that was left. */
  readonly left?: Seconds;
};

/** The whole sum: from its parts the due instant can be worked out again. */
export type Reason = Outline & {
  readonly basis: /** Open time until `seconds` have counted, from the start. */
    | { readonly is: 'hours'; readonly seconds: Seconds; readonly stages: readonly Stage[] }
    /** `legs` lead to the due instant without pauses; each pause then pushes it on. */
    | { readonly is: 'days'; readonly legs: readonly Leg[]; readonly unpaused: Instant }
    /** The last move says it; each pause then pushes it on. */
    | { readonly is: 'grace'; readonly unpaused: Instant };
  /** The open time that had counted when it was met or cancelled before it was due. */
  readonly counted?: Seconds;
  /** Steps that were never posted, because the clock was met, cancelled or paused first. */
  readonly unposted: readonly string[];
};
