import type { PlainDate } from './time.ts';

/** A plain date as days since 1970-01-01: what calendar arithmetic counts in. */
export type DayNumber = number;

export const DAY_SECONDS = 86_400;

/** Plain dates have four digits of year. */
export const YEAR_MIN = 1;
export const YEAR_MAX = 9999;

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** `2026-02-28` → its day number; undefined for what is not written so or does not exist (`2026-02-30`). */
export function dayOf(date: PlainDate): DayNumber | undefined {
  const match = DATE.exec(date);
  if (!match) return undefined;
  const day = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / (DAY_SECONDS * 1000);
  return dateOf(day) === date ? day : undefined;
}

/** The day number of a date that is known to exist. Throws on any other (a bug, not input). */
export function mustDayOf(date: PlainDate): DayNumber {
  const day = dayOf(date);
  if (day === undefined) throw new RangeError(`not a date: ${date}`);
  return day;
}

export const dateOf = (day: DayNumber): PlainDate => new Date(day * DAY_SECONDS * 1000).toISOString().slice(0, 10);

/** 0 = Monday … 6 = Sunday. 1970-01-01 was a Thursday. */
export const weekdayIndexOf = (day: DayNumber): number => (((day + 3) % 7) + 7) % 7;

/** Midnight UTC of 1 January, in seconds: 365 days a year and the leap days since 1970. */
export function yearStart(year: number): number {
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
  return (365 * (year - 1970) + leapDays) * DAY_SECONDS;
}

/** The UTC year that a count of seconds lies in. */
export function yearOf(seconds: number): number {
  const guess = 1970 + Math.floor(seconds / 31_556_952);
  if (seconds < yearStart(guess)) return guess - 1;
  return seconds >= yearStart(guess + 1) ? guess + 1 : guess;
}
