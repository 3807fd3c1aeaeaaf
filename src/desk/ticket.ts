import type { Instant, Interval } from '../calendar/time.ts';
import type { MarkerName } from '../policy/types.ts';
import type { RefusalName } from '../words/sentences.ts';
import type { Actor, Handled, Part, Record } from './ledger.ts';

/** How a ticket came to 🟢. `without_fix`: not planned, by a bot or by whom the desk does not know. */
export type Ended = 'confirmed' | 'silence' | 'closed' | 'without_fix' | 'duplicate';

/**
 * Why time does not count. `closed`: 🟢, or closed and 🟡. `unfixed`: from a 🟡 to the `/still-broken` that voided it. `outside`: without an intake
 * label.
 */
export type PauseCause = 'waiting' | 'hold' | 'closed' | 'unfixed' | 'outside';

/** A pause with what began and ended it: ids of facts, for who wants to do the sum. */
export type Pause = Interval & {
  readonly cause: PauseCause;
  readonly began: string;
  readonly ended?: string;
  /** For what, in a responder's words: hostile text. */
  readonly reason?: string;
};

/** A run of `next_response` or `update`, named by what began it. `over`: it ended without an answer and does not go on. */
export type Turn = {
  readonly id: string;
  readonly from: Instant;
  readonly end?: { readonly at: Instant; readonly how: 'answered' | 'over' | 'closed' };
};

/** A 🟡: what it met is void once `/still-broken` says so. */
export type Fixed = { readonly at: Instant; readonly id: string; readonly voidedAt?: Instant };

/** One run of the resolution clock: from the beginning or a reopening to 🟢. */
export type Cycle = {
  /** Id of the fact that began it. */
  readonly id: string;
  readonly from: Instant;
  readonly fixed: readonly Fixed[];
  readonly end?: { readonly at: Instant; readonly how: Ended };
};

export type Marker =
  | { readonly is: 'received'; readonly since: Instant }
  | { readonly is: 'progress'; readonly since: Instant; readonly by?: Actor }
  /** `stopped`: a comment of the reporter stops silence from confirming. `confirmsFrom` is where `confirm.after` counts from. */
  | {
      readonly is: 'confirming';
      readonly since: Instant;
      readonly confirmsFrom: Instant;
      readonly stopped: boolean;
      readonly closed: boolean;
    }
  | { readonly is: 'resolved'; readonly since: Instant; readonly how: Ended };

export type PrioritySource = 'responder' | 'form' | 'label' | 'category' | 'default';

export type PriorityChange = { readonly at: Instant; readonly id: string; readonly source: PrioritySource };

/** Why a command was refused; each reason has its sentence. */
export type Refusal = RefusalName;

/** What became of one command. `fresh`: no earlier look has seen it. */
export type Outcome = {
  readonly comment: number;
  readonly name: string;
  readonly text: string;
  readonly at: Instant;
  readonly by: Actor;
  readonly part: Part;
  readonly fresh: boolean;
  readonly note?: string;
  /** All that was said, where the comment still stands; `text` is what the record keeps of it. */
  readonly words: string;
} & ({ readonly ok: true } | { readonly ok: false; readonly why: Refusal });

/** What a form's answer came to: `unknown` and `blank` get the default and a polite note. */
export type Claim = 'none' | 'known' | 'unknown' | 'blank';

export type Answer = { readonly at: Instant; readonly id: string; readonly by: Actor };

/** From when it had which product or category; undefined: none. */
export type Sorted = { readonly at: Instant; readonly id: string | undefined };

export type PlanChange = { readonly at: Instant; readonly id: string | undefined };

/** What a responder did last: stagnation counts from it. */
export type Deed = { readonly at: Instant; readonly id: string };

/** `/handoff`: who is to go on, and the comment in which the notes stand. */
export type HandedOver = { readonly at: Instant; readonly comment: number; readonly from: Actor; readonly to: string };

/** `/stay`: who keeps the ticket beyond a hand-off; without `until`, beyond the next one. */
export type Stay = { readonly at: Instant; readonly by: Actor; readonly until?: Instant };

/** Whom the desk has to assign or unassign because a command that no look has seen says so. */
export type Assigning = { readonly login: string; readonly is: 'on' | 'off' };

/** The folded ledger of an issue that is a ticket. */
export type Ticket = {
  readonly since: Instant;
  /** Opened before the App arrived, or the record is lost: today's answers stand in for what GitHub does not keep. */
  readonly reconstructed: boolean;
  /** Taken in at arrival and no person has acted since: it is labelled and says nothing. */
  readonly quiet: boolean;
  /** An intake label went away: clocks end, our labels are taken back. */
  readonly withdrawn?: Instant;
  readonly marker: Marker;
  readonly history: readonly { readonly at: Instant; readonly id: string; readonly marker: MarkerName }[];
  /** Never empty; the last is today's. */
  readonly priorities: readonly PriorityChange[];
  readonly priorityClaim: Claim;
  readonly product?: string;
  readonly productClaim: Claim;
  readonly category?: string;
  readonly categoryClaim: Claim;
  /** What it has been about, oldest first; never empty. */
  readonly products: readonly Sorted[];
  readonly categories: readonly Sorted[];
  /** In order; visible ones of responders who are not the reporter. */
  readonly answers: readonly Answer[];
  /** The first `/ack`, where the policy counted it. */
  readonly acked?: Answer;
  /** Never empty; the last is today's. */
  readonly plans: readonly PlanChange[];
  readonly planClaim: Claim;
  readonly asks: readonly Turn[];
  readonly updates: readonly Turn[];
  /** The first `/workaround`. */
  readonly workaround?: Answer;
  readonly waits: readonly Pause[];
  readonly holds: readonly Pause[];
  readonly deed: Deed;
  readonly triaged: boolean;
  readonly duplicateOf?: number;
  readonly rating?: number;
  readonly handedOver?: HandedOver;
  readonly stays: readonly Stay[];
  /** A form's required fields that have no answer, while the ticket waits for them: labels or ids as the policy names them. */
  readonly lacking: readonly string[];
  readonly lacks?: Record['lacks'];
  readonly planOfReporter?: string;
  /** Opened by a responder. */
  readonly staff: boolean;
  /** Never empty; the last is the current one. */
  readonly cycles: readonly Cycle[];
  /** Time closed or 🟢: a pause of every clock. */
  readonly closures: readonly Pause[];
  /** Time that a 🟡 stood which `/still-broken` then voided. */
  readonly gaps: readonly Pause[];
  readonly assigning: readonly Assigning[];
  readonly outcomes: readonly Outcome[];
  /** The latest deed of a person, for the record. */
  readonly pins: Record['pins'];
  readonly parts: Record['parts'];
  readonly seen: Instant;
  readonly done: readonly Handled[];
  readonly claims: Record['claims'];
  /** Labels that a bot set or removed again within an hour after we had undone it: they stand as they are. */
  readonly yielded: readonly string[];
  /** A backlog ticket wakes when a person acts on it: what fell due before then called nobody, and will not. */
  readonly wokenAt?: Instant;
  /** When silence confirms; absent when, as things stand, it never does. */
  readonly confirmsAt?: Instant;
};
