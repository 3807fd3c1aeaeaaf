import type { Calendar } from '../calendar/calendar.ts';
import type { Instant } from '../calendar/time.ts';
import type { FormSpec } from '../policy/forms.ts';
import type { ClockName, Policy, Step } from '../policy/types.ts';

/** An account, compared by `id`; a login can be renamed and reused. */
export type Actor = { readonly id: number; readonly login: string };

/** What an account is on this repository: `responder` by role, team or name. Whether it is the reporter is a matter of the issue. */
export type Standing = 'responder' | 'bystander' | 'bot' | 'app';

/** The part that an actor played in a fact. A reporter who is also a responder is `reporter` with `staff`. */
export type Part = 'reporter' | 'responder' | 'bystander' | 'bot' | 'app';

/** A command as it stands in a comment now. `at` is the comment's instant, or that of the edit that added it. */
export type CommandFact = { readonly name: string; readonly text: string; readonly at: Instant };

export type ClosedAs = 'completed' | 'not_planned' | 'duplicate';

type FactCommon = {
  /** GitHub's id of the event or comment, with a letter for its kind; the cycle that a fact begins is named by it. */
  readonly id: string;
  readonly at: Instant;
  readonly by: Actor;
};

/** One dated thing that GitHub shows, in our words. */
export type Fact = FactCommon &
  (
    | { readonly kind: 'opened' }
    | {
        readonly kind: 'said';
        readonly comment: number;
        /** Says something beyond commands, quotes and HTML comments. */
        readonly says: boolean;
        /** Not minimised. */
        readonly visible: boolean;
        readonly commands: readonly CommandFact[];
        /** Known commands that stand only in code or quotes. */
        readonly hidden: readonly string[];
      }
    | { readonly kind: 'labelled' | 'unlabelled'; readonly label: string }
    | { readonly kind: 'assigned' | 'unassigned'; readonly who: Actor }
    /** `byFix`: the merge of a fix closed it. */
    | { readonly kind: 'closed'; readonly as: ClosedAs; readonly byFix: boolean }
    | { readonly kind: 'reopened' }
    | { readonly kind: 'fixLinked'; readonly fix: string }
    | { readonly kind: 'fixMerged'; readonly fix: string }
  );

/** A comment that this App wrote, with the hidden key that says what it is. */
export type OwnComment = { readonly id: number; readonly at: Instant; readonly key: CommentKey; readonly body: string };

export type CommentKey =
  | { readonly is: 'status' }
  | { readonly is: 'step'; readonly steps: readonly string[] }
  /** `runbook`: it holds the steps of one, to be ticked off. */
  | { readonly is: 'reply'; readonly to: number; readonly runbook?: true }
  /** The issue that lists tickets which one cause made due at once. */
  | { readonly is: 'crowd'; readonly cause: string };

/** What GitHub does not date or keep, written down at the first look that sees it (`design.md`, 1). Short names: it travels in a comment. */
export type Record = {
  readonly v: 1;
  readonly since: Instant;
  /** The policies that the promise was made from, oldest first: instant and reference. More than one only under `effective: open`. */
  readonly pins: readonly (readonly [Instant, string])[];
  /** Responders and former responders by actor id: from when. Whoever is not here and was seen is a bystander. */
  readonly parts: Readonly<globalThis.Record<string, readonly (readonly [Instant, 'r' | 'b'])[]>>;
  /** The latest instant of a fact by a person that a look has seen. */
  readonly seen: Instant;
  readonly done: readonly Handled[];
  /** Commands up to this instant that are not in `done` were handled and had to make room: they are not answered again. */
  readonly forgot?: Instant;
  /** What the form claims, from when: priority, product, category id ("" for none), a mark of the answers, and the plan. */
  readonly claims: readonly (readonly [Instant, string, string, string, string, string?])[];
  /** The plan whose `reporters` named the reporter at the first look. */
  readonly plan?: string;
  /** Required fields had no answer at the first look; the second is the look that saw them filled in by an edit. */
  readonly lacks?: readonly [Instant, Instant?];
  /** Keys of steps posted. */
  readonly steps: readonly string[];
  /** Clock, cycle, instant. */
  readonly breaches: readonly (readonly [ClockName, string, Instant])[];
};

/** A command that was carried out or refused: it stays so, whatever becomes of the comment or of its author. */
export type Handled = {
  readonly comment: number;
  readonly name: string;
  /** At most COMMAND_TEXT_MAX characters. */
  readonly text: string;
  readonly at: Instant;
  readonly by: number;
  readonly ok: boolean;
  /** What was known at its instant and is not asked again: that an `/ack` counted, that the assigned is a responder, which steps were asked for. */
  readonly note?: string;
};

/** A new title, by whomever. */
export type Renamed = { readonly at: Instant; readonly by: Actor; readonly from: string; readonly to: string };

/** A pull request that is set to close the issue. */
export type FixRef = {
  readonly ref: string;
  /** When it was linked. */
  readonly since: Instant;
  /** When it was merged, into whatever branch, or closed without that; absent while it is open. */
  readonly until?: Instant;
};

/** Somebody whom a command names: who that is, whether he may answer here, and whether GitHub assigns him here. */
export type Named = { readonly actor: Actor; readonly responder: boolean; readonly assignable: boolean };

/** The issue as GitHub shows it, in our words, and our own record of it. */
export type Ledger = {
  readonly repo: { readonly id: number; readonly owner: string; readonly name: string };
  readonly number: number;
  readonly title: string;
  /** In GitHub's order. */
  readonly renames?: readonly Renamed[];
  readonly body: string;
  readonly createdAt: Instant;
  readonly state: 'open' | 'closed';
  readonly isPull: boolean;
  readonly reporter: Actor;
  readonly labels: readonly string[];
  readonly assignees: readonly Actor[];
  /** In GitHub's order. */
  readonly facts: readonly Fact[];
  readonly fixes: readonly FixRef[];
  readonly own: readonly OwnComment[];
  readonly record?: Record;
  /** What each actor in the facts is today. Absent = bystander. */
  readonly standings: ReadonlyMap<number, Standing>;
  readonly forms: readonly FormSpec[];
  /** The instant of this look: what lies before it has happened. */
  readonly readAt: Instant;
  /** By login in lower case, whom responders' new `/assign` and `/handoff` name; who is not here is nobody on GitHub. At most 10 of a look. */
  readonly named?: ReadonlyMap<string, Named>;
  /** Ids of the plans whose `reporters` include this reporter, in the policy's order. Asked only while there is no record. */
  readonly plansOf?: readonly string[];
  /** Other issues of this repository that a new `/duplicate` names and that are there. */
  readonly issues?: ReadonlySet<number>;
  /** By path, the files of the categories' runbooks that are there, cut to 65,536 characters. Asked only for a new `/runbook`. */
  readonly runbooks?: ReadonlyMap<string, string>;
};

/** A policy with what is derived from it once. */
export type InForce = {
  readonly policy: Policy;
  /** Blob SHA of the file, `+` that of the owner's file where there is one. */
  readonly ref: string;
  /** When our green check run put it in force. */
  readonly since: Instant;
  readonly calendar: (id: string) => Calendar;
};

export type Policies = {
  readonly now: InForce;
  /** A policy that a ticket is pinned to. Undefined when its blob is gone: today's stands in. */
  readonly at: (ref: string) => InForce | undefined;
  /** When this step, as it stands, came into force. */
  readonly stepSince: (step: Step) => Instant;
  /** The later of the installation and our first green check run. Issues opened before are the backlog. */
  readonly arrival: Instant;
  /** The last switch of `mode` to `live`. */
  readonly liveSince: Instant;
};

export const COMMAND_TEXT_MAX = 40;

/** Commands judged by what only their first look knew: one that the record has forgotten was refused. */
export const KEPT_COMMANDS: ReadonlySet<string> = new Set(['assign', 'handoff', 'duplicate', 'ack']);

/** Entries of the record that are no commands: a label set by hand, and what ended a 🟡 without a word. */
export const BY_HAND = 'label';
export const ENDED = 'ended';
/** A comment of the reporter that ended waiting or stopped the silence. */
export const SPOKE = 'spoke';
