import type { Duration, Instant } from '../calendar/time.ts';
import type { ClockName, Language, MarkerName } from '../policy/types.ts';

/** Commands that the reporter and those who answer may both give; a stranger is told so. */
export const COMMON_COMMANDS: ReadonlySet<string> = new Set(['sla', 'help', 'still-broken']);

/** What is noted about a form's answer. `instead`, already escaped, is what it was taken as: only a priority has something to fall back on. */
export type NoteView = { readonly about: 'priority' | 'product' | 'category'; readonly is: 'blank' | 'unknown'; readonly instead: string };

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
  | { readonly is: 'withdrawn' };

export type RefusalName =
  | 'responders_only'
  | 'reporter_only'
  | 'needs_priority'
  | 'unknown_priority'
  | 'not_fixed'
  | 'already_resolved'
  | 'not_yet'
  | 'in_code';

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

  // A page.
  readonly pageSoon: (clock: string, due: string, percent: number) => string;
  readonly pageBreach: (clock: string, due: string) => string;
  readonly pageAfter: (clock: string, due: string, later: string) => string;
  readonly pageSince: (since: string) => string;
  readonly pageLate: (at: string) => string;
  readonly pageSkipped: string;
  /** To the reporter, before silence confirms. */
  readonly confirmSoon: (until: string) => string;
  readonly pageHow: string;

  // Replies.
  readonly refused: (command: string, why: RefusalName, hint?: string) => string;
  readonly helpIntro: string;
  readonly help: Readonly<Record<'confirm' | 'still-broken' | 'sla' | 'help' | 'take' | 'fixed' | 'priority', string>>;
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
  readonly checkYielded: (labels: string) => string;

  // A crowd.
  readonly crowdTitle: (n: number) => string;
  readonly crowdIntro: (n: number) => string;
  readonly crowdGo: string;
  readonly crowdGone: string;
};

export type When = (at: Instant) => string;
export type Lasts = (duration: Duration) => string;
