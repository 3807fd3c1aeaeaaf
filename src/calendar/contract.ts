import { type CalendarSpec, type DayWindow, type Duration, type Instant, instant, type PlainDate, type Seconds } from './time.ts';

/** Why a date has no open time. `skipped`: the zone leaves that date, or every window of it, out. Holidays are named whatever the reason. */
export type ClosedBecause = { readonly why: 'weekday' | 'listed' | 'holiday' | 'skipped'; readonly holidays: readonly string[] };

/** A closed stretch of time that is known to end: [from, to). */
export type Stretch = { readonly from: Instant; readonly to: Instant };

/** A calendar that answers. `openBetween` and `addOpen` walk the same table, so that they agree. */
export type Calendar = {
  readonly spec: CalendarSpec;
  isOpen(t: Instant): boolean;
  /** The earliest open instant that is not before t. Throws a `CalendarError` after two years without any. */
  nextOpen(t: Instant): Instant;
  /** The open time in [a, b); 0 when b ≤ a. */
  openBetween(a: Instant, b: Instant): Seconds;
  /**
   * The earliest instant at which that much open time has passed: the end of a window rather than the next opening, and `start`
   * itself for 0. Throws a `CalendarError` after two years without open time, and beyond a hundred years.
   */
  addOpen(start: Instant, seconds: Seconds): Instant;
  /**
   * The due instant without pauses: the parts in the order written, each from where the one before it ended (`policy.md`, Time).
   * So `4h 1d` from Monday 14:00 on 09–18 is Wednesday 09:00: the four hours end at 18:00, which is closed time, and a day that
   * starts in closed time starts at the next opening. `1w` is `5d` in one go.
   */
  dueAfter(start: Instant, duration: Duration): Instant;
  /** The local date of an instant. */
  localDate(t: Instant): PlainDate;
  /** The hours of that date as the calendar says them, sorted; empty when it is closed. */
  hoursOn(date: PlainDate): readonly DayWindow[];
  /** The open time of that date, sorted and disjoint: its hours after the zone's gaps and folds. */
  windowsOn(date: PlainDate): readonly Stretch[];
  /** The country's public holidays on that date, without those removed; also when listed hours open the calendar all the same. */
  holidaysOn(date: PlainDate): readonly string[];
  /** Undefined when the date has open time. */
  closedBecause(date: PlainDate): ClosedBecause | undefined;
};

/** Open time was looked for and not found: `never_open` in two years, `too_far` within a hundred. The message is for the log. */
export class CalendarError extends Error {
  readonly code: 'never_open' | 'too_far';
  readonly calendar: string;
  readonly from: Instant;
  constructor(code: CalendarError['code'], calendar: string, from: number) {
    super(`calendar ${calendar}: ${code} from ${new Date(from * 1000).toISOString()}`);
    this.name = 'CalendarError';
    this.code = code;
    this.calendar = calendar;
    this.from = instant(from);
  }
}
