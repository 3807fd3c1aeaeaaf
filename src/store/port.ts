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
  /** Which lease it is, where the store needs more than its end to tell; absent in `alarms()`. For the store's own eyes. */
  readonly lease?: string;
  /** Moves at every wake: `settle` with an old version keeps the earlier due instant. */
  readonly version: number;
  /** As `settle` set it, and one more for each lease that ended without it: a look that kills its process is seen to do so. */
  readonly attempts: number;
  readonly urgency: number;
  readonly expect: readonly string[];
  /** As `settle` set it: when the subject was last looked at, by whichever process. */
  readonly lookedAt?: Instant;
};

/** What a look leaves behind. */
export type Settled = {
  readonly dueAt: Instant;
  readonly urgency: number;
  readonly attempts: number;
  readonly expect?: readonly string[];
  readonly lookedAt?: Instant;
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

export type RepoKey = Omit<RepoRow, 'data'>;

/** What one process hears from all that share the store, itself among them. */
export type Heard = { readonly is: 'woken'; readonly dueAt: Instant } | { readonly is: 'told'; readonly text: string };

/**
 * Alarms, own writes and the index. One row per subject; the alarm row is the job. Every method is durable when its promise resolves.
 * Nothing here reads a clock: instants are arguments. Any number of processes may share a store on PostgreSQL; one on SQLite.
 */
export type Store = {
  /** Lowers `due_at` to the earlier, raises `version`, merges `expect`, keeps the more urgent urgency. Does not touch a lease: beside one, what is asked waits for `settle` or the lease's end. The newest wake's installation stands. Any number: what cannot be taken is refused whole beforehand, then each slice of `WAKES_MAX` is a commit of its own, in order; who is interrupted wakes all again. */
  wake(wakes: readonly Wake[]): Promise<void>;
  /** As `wake`, but only if this delivery id has not been seen in the last DELIVERIES_DAYS; false when it had. Both in one commit, so at most `WAKES_MAX`. */
  receive(delivery: string, now: Instant, wakes: readonly Wake[]): Promise<boolean>;
  /**
   * Due rows without a live lease (the instant of its end ends it), most urgent first, then earliest; at most `perInstallation` of each
   * installation in this claim, and none of those in `except`. A lease that ended without `settle` (its time was up, or its process died) was an
   * attempt: the row is due again as `afterCrash` says. Refuses a lease that is not after `now`.
   */
  claim(now: Instant, leaseUntil: Instant, limit: number, perInstallation: number, except?: readonly number[]): Promise<Alarm[]>;
  /** Whether the lease is still ours at `now`. Checked before each write to GitHub. */
  holds(alarm: Alarm, now: Instant): Promise<boolean>;
  /** Ends a look: `next` undefined deletes the row. If wakes came meanwhile (`version` moved), the row stays, with the earlier of `next` and what they asked, the more urgent urgency, and the expectations of both; what had been asked before the claim is done with. Ignored if the lease is no longer ours. */
  settle(alarm: Alarm, next: Settled | undefined): Promise<void>;
  /** The earliest due instant of all rows (leased ones count from their lease's end) but those of installations in `except`; undefined when there is none. */
  nextDue(except?: readonly number[]): Promise<Instant | undefined>;
  /** Whether a row more urgent than `urgency` has been due since `by` or before, but for those of installations in `except`. One that is leased has not been settled yet, and counts as it was when it was leased. */
  hasDue(by: Instant, urgency: number, except?: readonly number[]): Promise<boolean>;
  /** Every row, by subject, with what wakes have asked of it since it was leased. For tests and the command line: its size is that of the desk. */
  alarms(): Promise<Alarm[]>;
  /** Hears when something was woken and what `tell` says, in whichever process: at once where possible, never relied upon. Answers how to stop. */
  listen(hear: (heard: Heard) => void): () => void;
  /** Says a short text to all processes that listen. */
  tell(text: string): Promise<void>;

  /**
   * Takes the place of an earlier one with this key, and of its answer. With `unlessSince`, an earlier one from that instant on stays, and the
   * answer is false: of several processes that intend the same thing, one may do it.
   */
  intend(write: OwnWrite, unlessSince?: Instant): Promise<boolean>;
  answered(subject: Subject, key: string, id: string): Promise<void>;
  /** A write that was refused for good or is known not to have happened. */
  forget(subject: Subject, key: string): Promise<void>;
  ownWrites(subject: Subject, since: Instant): Promise<OwnWrite[]>;
  /** Of all subjects: for a move to another store. */
  everyOwnWrite(since: Instant): Promise<OwnWrite[]>;

  /** Nothing happens when the repository has no row: a look that was under way when it went leaves nothing behind. */
  putTicket(row: TicketRow): Promise<void>;
  ticket(repo: number, number: number): Promise<TicketRow | undefined>;
  dropTicket(repo: number, number: number): Promise<void>;
  tickets(repo: number, filter?: { readonly open?: boolean; readonly crowd?: string; readonly fix?: number }): Promise<TicketRow[]>;

  /** Reads, edits and writes as one, whoever else edits it; the row itself, or undefined, changes nothing. Answers the row as it is then. `edit` may be called more than once. */
  editRepo(repo: number, edit: (row: RepoRow | undefined) => RepoRow | undefined): Promise<RepoRow | undefined>;
  repo(repo: number): Promise<RepoRow | undefined>;
  /** All of them, or an installation's, by id, without their data. */
  repos(installation?: number): Promise<RepoKey[]>;
  /** Everything about it goes: its tickets, alarms (those that are being worked on too) and own writes. */
  dropRepo(repo: number): Promise<void>;
  /** Everything about it goes: its repositories with all that is theirs, what alarms are left, and the small facts `pace:ID` and `installation:ID`. */
  dropInstallation(installation: number): Promise<void>;

  /** Small facts of the whole desk: last time alive, cursors, budgets; those whose key begins with `schema` are the store's own and read only. */
  getMeta(key: string): Promise<string | undefined>;
  putMeta(key: string, value: string): Promise<void>;
  /** As `editRepo`; undefined changes nothing. */
  editMeta(key: string, edit: (value: string | undefined) => string | undefined): Promise<string | undefined>;
  /** All that `putMeta` and `editMeta` keep: for a move to another store. */
  metas(): Promise<ReadonlyMap<string, string>>;
  /** Deliveries and own writes older than their use. Throws `Superseded` when a newer Watchkeeper has changed the store so that this one must stop. */
  prune(now: Instant): Promise<void>;
  close(): Promise<void>;
};

/** The store was changed by a newer Watchkeeper in a way that this one does not understand: it must not go on. */
export class Superseded extends Error {
  override name = 'Superseded';
}
