import type { Duration, Instant } from '../calendar/time.ts';
import type { ClockName, Language, MarkerName } from '../policy/types.ts';
import type { WhySentences } from './why-sentences.ts';

/** Commands that the reporter and those who answer may both give; a stranger is told so. */
export const COMMON_COMMANDS: ReadonlySet<string> = new Set(['sla', 'help', 'still-broken', 'reopen']);

/** What is noted about a form's answer. `instead`, already escaped, is what it was taken as: only a priority has something to fall back on. */
export type NoteView = {
  readonly about: 'priority' | 'product' | 'category' | 'plan';
  readonly is: 'blank' | 'unknown';
  readonly instead: string;
};

export type ClockStanding =
  | { readonly is: 'running'; readonly due: string }
  | { readonly is: 'breached'; readonly due: string }
  | { readonly is: 'paused' }
  | { readonly is: 'met'; readonly at: string }
  | { readonly is: 'fixed'; readonly at: string }
  | { readonly is: 'met_late'; readonly at: string; readonly by: string }
  | { readonly is: 'unanswered' }
  | { readonly is: 'dropped' };

export type NextView =
  /** `late`: it was due and has not come. `calls`: somebody is called if it does not come, or was. */
  | { readonly is: 'answer'; readonly due?: string; readonly late?: boolean; readonly calls?: boolean }
  | { readonly is: 'pick_up' }
  | { readonly is: 'work'; readonly who?: string; readonly due?: string }
  | { readonly is: 'confirm'; readonly until?: string }
  | { readonly is: 'confirm_stopped' }
  | { readonly is: 'done' }
  | { readonly is: 'done_silence' }
  | { readonly is: 'done_without_fix' }
  | { readonly is: 'done_duplicate'; readonly of?: number }
  /** `reason`, already escaped, is what a responder waits for. */
  | { readonly is: 'waiting'; readonly reason?: string }
  | { readonly is: 'hold'; readonly reason?: string }
  /** Required fields of the form that have no answer: already escaped, separated by commas. */
  | { readonly is: 'lacking'; readonly fields: string }
  | { readonly is: 'withdrawn' };

export type RefusalName =
  | 'responders_only'
  | 'reporter_only'
  /** Of priorities, products, categories or plans: the hint lists those that exist, and is empty if there are none. */
  | 'needs_one'
  | 'unknown_one'
  | 'needs_text'
  | 'needs_reason'
  | 'needs_notes'
  | 'needs_person'
  /** Not known here, or somebody to whom GitHub assigns nothing. */
  | 'unknown_person'
  | 'needs_issue'
  | 'needs_number'
  | 'needs_rating'
  | 'needs_day'
  | 'no_runbook'
  | 'not_paused'
  | 'not_closed'
  /** `/rate` before there is anything to rate. */
  | 'not_fixed_yet'
  | 'not_fixed'
  | 'already_resolved'
  | 'not_yet'
  | 'in_code';

/** Commands that `/help` explains. */
export const HELP_NAMES = [
  'confirm',
  'still-broken',
  'reopen',
  'rate',
  'sla',
  'help',
  'ack',
  'take',
  'assign',
  'handoff',
  'stay',
  'priority',
  'product',
  'category',
  'plan',
  'wait',
  'hold',
  'resume',
  'workaround',
  'fixed',
  'close',
  'duplicate',
  'escalate',
  'runbook',
  'done',
] as const;
export type HelpName = (typeof HELP_NAMES)[number];

/**
 * Every sentence that the App says, one function each. A language that lacks one does not compile. Whatever is passed in is escaped
 * already or comes from the policy; dates come as text from `when`.
 */
export type Sentences = {
  readonly language: Language;
  /** BCP 47, for dates. */
  readonly locale: string;
  readonly markers: Readonly<Record<MarkerName, string>>;
  readonly clocks: Readonly<Record<ClockName, string>>;
  /** `3 days`: the plural that the number asks for, in the nominative. Sentences leave room for that: Polish and Russian have no other form here. */
  readonly unit: (n: number, unit: 's' | 'm' | 'h' | 'd' | 'w') => string;
  readonly andMore: (n: number) => string;

  // The status comment.
  readonly priority: string;
  readonly product: string;
  readonly category: string;
  readonly plan: string;
  readonly owner: string;
  readonly promise: string;
  readonly target: string;
  readonly due: string;
  readonly state: string;
  readonly standing: (standing: ClockStanding) => string;
  readonly aroundTheClock: string;
  readonly whatNext: string;
  readonly next: (next: NextView) => string;
  readonly note: (note: NoteView) => string;
  readonly timesIn: (zone: string) => string;
  readonly reconstructed: string;
  readonly reporterCommands: string;
  /** Above all else on a security report; the policy's own words follow. */
  readonly securityPublic: string;
  readonly rated: (stars: number) => string;
  /** `notes` is a link to the comment. */
  readonly handedOver: (from: string, to: string, at: string, notes: string) => string;
  /** What the link says. */
  readonly notes: string;

  /** How a date came about. */
  readonly why: WhySentences;

  // A page.
  readonly pageSoon: (clock: string, due: string, percent: number) => string;
  readonly pageBreach: (clock: string, due: string) => string;
  readonly pageAfter: (clock: string, due: string, later: string) => string;
  /** Before its time, and not late yet. */
  readonly pageDue: (clock: string, due: string) => string;
  readonly pageSince: (since: string) => string;
  /** Nobody who answers has said or done anything since then. */
  readonly pageStagnant: (since: string) => string;
  readonly pageRepeat: (n: number, of: number) => string;
  /** `/escalate`: before its time, by whom. The reason follows as a quotation. */
  readonly pageAsked: (who: string) => string;
  readonly pageLate: (at: string) => string;
  readonly pageSkipped: string;
  /** Before the names of a team's members: GitHub did not turn the team's name into a mention. */
  readonly pageNames: (team: string) => string;
  /** To the reporter, before silence confirms. */
  readonly confirmSoon: (until: string) => string;
  /** To the reporter, once: what the form requires and does not have. */
  readonly askRequired: (fields: string) => string;
  /** To whoever was on call until now; `to` is on call now, already escaped. */
  readonly askHandOff: (to: string | undefined) => string;
  readonly pageHow: string;

  // Replies.
  readonly refused: (command: string, why: RefusalName, hint?: string) => string;
  readonly helpIntro: string;
  readonly help: Readonly<Record<HelpName, string>>;
  /** To whom a ticket was handed over; the notes follow as a quotation. */
  readonly handsOver: (from: string) => string;
  /** To the owners: who keeps a ticket beyond the hand-off. */
  readonly stays: (who: string, until: string | undefined) => string;
  readonly runbook: (name: string) => string;
  readonly runbookHow: string;
  readonly helpReporter: string;
  readonly helpResponder: string;

  // Labels.
  readonly labelOf: (what: 'priority' | 'product' | 'category' | 'marker' | 'flag', name: string) => string;

  // The check run.
  readonly checkGood: (summary: { priorities: number; clocks: number; preset: string; fastest: string }) => string;
  readonly checkNotYet: (names: string) => string;
  readonly checkBad: (n: number) => string;
  readonly checkLastGood: (since: string) => string;
  readonly checkNeverGood: string;
  readonly checkElsewhere: string;
  readonly checkUnheard: (steps: string) => string;
  /** `issues`: their numbers, `#12, #15`. */
  readonly checkMuted: (issues: string) => string;
  readonly checkYielded: (labels: string) => string;

  // A crowd.
  readonly crowdTitle: (n: number) => string;
  readonly crowdIntro: (n: number) => string;
  readonly crowdGo: string;
  readonly crowdGone: string;
};

export type When = (at: Instant) => string;
export type Lasts = (duration: Duration) => string;
