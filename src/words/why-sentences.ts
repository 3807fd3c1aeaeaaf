/** Why time does not count (`PauseCause` of the desk). */
export type PauseName = 'waiting' | 'hold' | 'closed' | 'unfixed' | 'outside';

/**
 * How a date came about. Mostly names with a value behind them, so that no language has to inflect what is passed in. Dates, lengths and names are
 * text already, escaped.
 */
export type WhySentences = {
  /** What the folded part is called: it stands in HTML and holds no Markdown. */
  readonly summary: string;
  readonly nothing: string;
  /** After the name of a clock: an earlier cycle. */
  readonly earlier: string;
  readonly start: string;
  /** Where something began or ended: a comment (the text of a link), an event of the timeline (a label, closing, …), an edit of the issue. */
  readonly comment: string;
  readonly event: string;
  readonly edit: string;
  /** The ticket itself began. */
  readonly opened: string;
  /** The promise of the other of priority and plan. */
  readonly rival: (promised: string, due: string | undefined) => string;
  readonly policyChanged: string;
  readonly newDue: (due: string) => string;
  /** The new target had passed by then. */
  readonly graced: (passed: string, granted: string, old: string | undefined) => string;
  readonly pauses: Readonly<Record<PauseName, string>>;
  readonly paused: string;
  /** Words of a person. */
  readonly quoted: (text: string) => string;
  readonly notCounted: (length: string) => string;
  readonly left: (length: string) => string;
  readonly closed: string;
  readonly noHours: string;
  readonly listed: string;
  readonly skipped: string;
  readonly counted: string;
  readonly soFar: (length: string) => string;
  readonly rest: (until: string) => string;
  /** A start in closed time. */
  readonly opening: (at: string) => string;
  /** Later days that have open time, one by one or the first and the last. */
  readonly days: (count: string, dates: string) => string;
  /** What the wall clock of the start becomes on the last of them. */
  readonly how: Readonly<Record<'same' | 'opening' | 'closing', string>>;
  readonly unpaused: (due: string) => string;
  /** Open time that had counted when it ended. */
  readonly used: (length: string) => string;
  readonly unposted: (steps: string) => string;
  readonly leftOut: string;
};
