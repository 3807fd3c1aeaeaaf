/**
 * What a simulated month is made of: the policy, what people did and when, as GitHub dated it. The driver draws it and plays it on the twin; the
 * second model predicts from it alone. Instants are whole seconds since 1970. Nothing here is imported from `src/desk` or `src/calendar`.
 */

export type Part = 'reporter' | 'responder' | 'bystander' | 'bot';
export type Who = { readonly login: string; readonly part: Part };

/** `support.yml` as data: written out as YAML for the desk, read as it is by the model. Only keys of `policy.md`, everything spelt out. */
export type SimPolicy = {
  readonly timezone: string;
  readonly effective: 'new' | 'open';
  readonly grace: string;
  readonly calendars: Readonly<
    Record<
      string,
      {
        readonly timezone: string;
        /** `mon` … `sun` → windows `09:00-13:00`. An absent day is closed. */
        readonly hours: Readonly<Record<string, readonly string[]>>;
        /** Plain date → windows; none = closed. */
        readonly add: Readonly<Record<string, readonly string[]>>;
      }
    >
  >;
  readonly priorities: readonly {
    readonly id: string;
    readonly label: string;
    readonly calendar: string;
    readonly targets: Readonly<Record<string, string>>;
  }[];
  readonly default_priority: string;
  readonly plans: readonly {
    readonly id: string;
    readonly reporters: readonly string[];
    readonly calendar: string;
    readonly targets: Readonly<Record<string, string>>;
  }[];
  readonly escalation: readonly {
    readonly id: string;
    readonly clock?: string;
    readonly at?: string;
    readonly stagnant?: string;
    readonly priorities?: readonly string[];
    readonly mention: readonly string[];
    readonly repeat?: { readonly every: string; readonly times: number };
  }[];
  readonly markers: Readonly<Record<'received' | 'progress' | 'confirming' | 'resolved', string>>;
  readonly flags: Readonly<Record<'triaged' | 'waiting' | 'hold' | 'escalated', string>>;
  /** `false`: no 🟡. */
  readonly confirm: false | { readonly after: string };
};

export type Act = { readonly at: number; readonly ticket: number; readonly by: Who } & (
  | { readonly kind: 'open'; readonly priority?: string }
  | { readonly kind: 'say'; readonly comment: number; readonly body: string }
  /** Of the comment as a whole; what it said is gone, what it commanded stays done if a look has seen it. */
  | { readonly kind: 'delete' | 'hide'; readonly comment: number }
  | { readonly kind: 'label' | 'unlabel'; readonly label: string }
  | { readonly kind: 'assign' | 'unassign'; readonly who: Who }
  | { readonly kind: 'close'; readonly as: 'completed' | 'not_planned' | 'duplicate' }
  | { readonly kind: 'reopen' }
  /** A fix that was merged into the default branch, and closed the issue. */
  | { readonly kind: 'merge' }
);

export type SimScript = {
  readonly seed: number;
  readonly arrival: number;
  readonly until: number;
  /** What was in force from when; the first from the arrival. */
  readonly policies: readonly { readonly from: number; readonly policy: SimPolicy }[];
  /** By instant; in one second in GitHub's order. */
  readonly acts: readonly Act[];
};

export type PredictedClock = {
  readonly clock: string;
  readonly startedAt: number;
  readonly state: 'running' | 'paused' | 'met' | 'cancelled';
  /** Of met and cancelled. */
  readonly at?: number;
  readonly dueAt?: number;
  readonly breachedAt?: number;
};

/**
 * A step whose instant was reached by `until` while its clock ran, and from when it would not be posted any more. Each key (clock, start, step,
 * repeat) stands here once. Stagnation is the clock `stagnant`, since the last deed.
 */
export type PredictedStep = {
  readonly clock: string;
  readonly startedAt: number;
  /** Its `id`. */
  readonly step: string;
  /** 0 is the step itself, 1 its first repeat. */
  readonly repeat: number;
  readonly at: number;
  /** From when it can be posted, if later than `at`: what had met its clock was deleted or hidden, or another promise came to lead. */
  readonly from?: number;
  /**
   * The clock was met, cancelled or (before its breach) paused then, or the step did not concern the ticket any more, or its instant moved.
   * Equal to `at`: it had no time at all.
   */
  readonly stoppedAt?: number;
  /**
   * If it was not posted till `stoppedAt`, it may be later. With the same `at` the clock stood still, or what had met it is gone, and it went on:
   * the reference then neither asks for the step nor forbids it. With another the instant had moved, and it is owed like any step.
   */
  readonly again?: readonly { readonly at: number; readonly from: number; readonly stoppedAt?: number }[];
};

export type PredictedTicket = {
  readonly ticket: number;
  readonly marker: 'received' | 'progress' | 'confirming' | 'resolved';
  readonly priority: string;
  readonly waiting: boolean;
  readonly hold: boolean;
  readonly clocks: readonly PredictedClock[];
  readonly steps: readonly PredictedStep[];
};
