import type { Instant } from '../calendar/time.ts';

/** What an alarm is about: `issue:<repoId>:<number>`, `repository:<repoId>`, `app`. */
export type Subject = string;

/** What a look should find, so that a replica that lags is noticed: the ids of comments that a webhook announced. */
export type Wake = {
  readonly subject: Subject;
  readonly installation: number;
  readonly dueAt: Instant;
  /** 0 page-worthy … 9 background. The most urgent of the wakes that meet in one row stays until the next look. */
  readonly urgency: number;
  /** At most EXPECT_MAX entries are kept, oldest dropped. E.g. `comment:123`, `closed`. */
  readonly expect?: readonly string[];
};

export type Alarm = {
  readonly subject: Subject;
  readonly installation: number;
  readonly dueAt: Instant;
  /** 0 in a row of `alarms()` that nobody holds. */
  readonly leaseUntil: Instant;
  /** Moves at every wake: `settle` with an old version keeps the earlier due instant. */
  readonly version: number;
  /** As `settle` set it, and one more for each lease that ended without it: a look that kills its process is seen to do so. */
  readonly attempts: number;
  readonly urgency: number;
  readonly expect: readonly string[];
};

/** A write of ours that GitHub may not show yet. `id` is absent between intent and answer. */
export type OwnWrite = {
  readonly subject: Subject;
  /** `status`, `step:…`, `reply:…`, `label+:name`, `label-:name`, … */
  readonly key: string;
  readonly at: Instant;
  readonly id?: string;
  /** The body or value that was written, where a later look needs it (status comment). */
  readonly body?: string;
};

/** The index row of a ticket: derived, rebuilt at every look, never a second truth. */
export type TicketRow = {
  readonly repo: number;
  readonly number: number;
  readonly installation: number;
  readonly open: boolean;
  readonly marker: string;
  readonly priority: string;
  /** The next instant at which a step falls due, if any. */
  readonly nextStepAt?: Instant;
  /** Why steps of this ticket are held or suspected of coming in a crowd (invariant 9). */
  readonly crowd?: string;
  readonly fixes: readonly number[];
  /** JSON for other rooms' needs (title, due instants, …); at most 4 kB. */
  readonly data: string;
};

export type RepoRow = {
  readonly repo: number;
  readonly installation: number;
  readonly owner: string;
  readonly name: string;
  /** JSON that `watch/` owns: policy in force, arrival, sweep marks, gate. */
  readonly data: string;
};

/**
 * Alarms, own writes and the index. One row per subject; the alarm row is the job. Every method is durable when its promise resolves
 * (`synchronous=FULL`); concurrent calls share a commit. Nothing here reads a clock: instants are arguments.
 */
export type Store = {
  /** Lowers `due_at` to the earlier, raises `version`, merges `expect`, keeps the more urgent urgency. Does not touch a lease: beside one, what is asked waits for `settle` or the lease's end. The newest wake's installation stands. */
  wake(wakes: readonly Wake[]): Promise<void>;
  /** As `wake`, but only if this delivery id has not been seen in the last DELIVERIES_DAYS; false when it had. Both in one commit. */
  receive(delivery: string, now: Instant, wakes: readonly Wake[]): Promise<boolean>;
  /** Due rows without a live lease (the instant of its end ends it), most urgent first, then earliest; at most `perInstallation` of each installation in this claim. Refuses a lease that is not after `now`. */
  claim(now: Instant, leaseUntil: Instant, limit: number, perInstallation: number): Promise<Alarm[]>;
  /** Whether the lease is still ours at `now`. Checked before each write to GitHub. */
  holds(alarm: Alarm, now: Instant): Promise<boolean>;
  /** Ends a look: `next` undefined deletes the row. If wakes came meanwhile (`version` moved), the row stays, with the earlier of `next` and what they asked, the more urgent urgency, and the expectations of both; what had been asked before the claim is done with. Ignored if the lease is no longer ours. */
  settle(
    alarm: Alarm,
    next: { readonly dueAt: Instant; readonly urgency: number; readonly attempts: number; readonly expect?: readonly string[] } | undefined,
  ): Promise<void>;
  /** The earliest due instant of all rows (leased ones count from their lease's end); undefined when there is none. */
  nextDue(): Promise<Instant | undefined>;
  alarms(): Promise<Alarm[]>;

  /** Takes the place of an earlier one with this key, and of its answer. */
  intend(write: OwnWrite): Promise<void>;
  answered(subject: Subject, key: string, id: string): Promise<void>;
  /** A write that was refused for good or is known not to have happened. */
  forget(subject: Subject, key: string): Promise<void>;
  ownWrites(subject: Subject, since: Instant): Promise<OwnWrite[]>;

  putTicket(row: TicketRow): Promise<void>;
  ticket(repo: number, number: number): Promise<TicketRow | undefined>;
  dropTicket(repo: number, number: number): Promise<void>;
  tickets(repo: number, filter?: { readonly open?: boolean; readonly crowd?: string; readonly fix?: number }): Promise<TicketRow[]>;

  putRepo(row: RepoRow): Promise<void>;
  repo(repo: number): Promise<RepoRow | undefined>;
  repos(): Promise<RepoRow[]>;
  /** Its tickets go along; alarms and own writes end with their own looks. */
  dropRepo(repo: number): Promise<void>;

  /** Small facts of the whole desk: last time alive, cursors; `schema` is the store's own and read only. */
  getMeta(key: string): Promise<string | undefined>;
  putMeta(key: string, value: string): Promise<void>;
  /** Deliveries and own writes older than their use. */
  prune(now: Instant): Promise<void>;
  close(): Promise<void>;
};
