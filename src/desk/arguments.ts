import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import { zoneOf } from '../calendar/zone.ts';
import { parseDateTime } from '../policy/notation.ts';

/** `@who notes` → who, in lower case, without the `@`. */
export const personOf = (text: string): string | undefined => /^@?([a-z\d][a-z\d_-]{0,38})(?![\w/-])/i.exec(text)?.[1]?.toLowerCase();

export const notesOf = (text: string): string => text.replace(/^\S+\s*/, '').trim();

/** `#12`, `12`. */
export function numberOf(text: string): number | undefined {
  const found = /^#?(\d{1,9})(?!\w)/.exec(text);
  return found && Number(found[1]) > 0 ? Number(found[1]) : undefined;
}

/** `1` to `5`. */
export function ratingOf(text: string): number | undefined {
  const found = /^([1-5])(?!\d|[.,]\d)/.exec(text);
  return found ? Number(found[1]) : undefined;
}

/** `2026-12-01` (to the end of that day), `2026-12-01 10:00`, either after `until`. */
export function dayOrTime(text: string, timezone: string): Instant | undefined {
  const found = /^(?:until\s+)?(\d{4}-\d\d-\d\d)(?:[T\s]+(\d\d:\d\d))?$/i.exec(text.trim());
  const read = found && parseDateTime(`${found[1]}T${found[2] ?? '00:00'}`);
  if (!read) return undefined;
  return zoneOf(timezone).toInstant(read.day, found[2] === undefined ? DAY_SECONDS : read.seconds) as Instant;
}
