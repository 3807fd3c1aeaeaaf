/** A point in time: whole seconds since 1970-01-01T00:00:00Z. Zones exist only inside `calendar/` and in rendering. */
export type Instant = number & { readonly instant: unique symbol };

/** A length of time in whole seconds. */
export type Seconds = number;

/** `YYYY-MM-DD`, a plain date without a zone. */
export type PlainDate = string;

export type DurationUnit = 's' | 'm' | 'h' | 'd' | 'w';

/** `1d 4h` as written, in that order; `d` and `w` mean what the calendar says (`policy.md`, Time). The empty list is zero. */
export type Duration = readonly { readonly n: number; readonly unit: DurationUnit }[];

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** [open, close) in wall-clock seconds after midnight; close is at most 86,400 (`24:00`). */
export type DayWindow = readonly [open: Seconds, close: Seconds];

/** A calendar as the policy says it: data only. `always` has no hours and no holidays. */
export type CalendarSpec =
  | { readonly kind: 'always'; readonly id: string; readonly timezone: string }
  | {
      readonly kind: 'hours';
      readonly id: string;
      readonly timezone: string;
      /** Sorted, not overlapping; an absent weekday is closed. */
      readonly hours: Readonly<Partial<Record<Weekday, readonly DayWindow[]>>>;
      /** ISO 3166 country, for public holidays. */
      readonly country?: string;
      readonly region?: string;
      /** An empty list is a closed day. A date that is listed here beats the country's. */
      readonly add: Readonly<Record<PlainDate, readonly DayWindow[]>>;
      readonly remove: readonly PlainDate[];
    };

/** A stretch of time [from, to); `to` is absent while it lasts. */
export type Interval = { readonly from: Instant; readonly to?: Instant };

export const instant = (seconds: number): Instant => Math.floor(seconds) as Instant;

/** `2026-01-05T17:00:00Z` → instant. Throws on anything that is not a date (a bug, not input). */
export function at(iso: string): Instant {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new Error(`not an instant: ${iso}`);
  return instant(ms / 1000);
}

/** The instant as GitHub writes it: `2026-01-05T17:00:00Z`. */
export const iso = (when: Instant): string => `${new Date(when * 1000).toISOString().slice(0, 19)}Z`;

export type Holiday = { readonly date: PlainDate; readonly name: string };

/** The public holidays of a country (and region) in a year, as plain dates; undefined when it knows no such country or region. */
export type HolidaySource = (country: string, region: string | undefined, year: number) => readonly Holiday[] | undefined;
