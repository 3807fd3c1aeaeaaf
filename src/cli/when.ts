import { type Instant, instant, iso } from '../calendar/time.ts';
import { wallToInstant } from '../calendar/zone.ts';
import { FROM, TO } from '../github/export.ts';

/** A day begins at its midnight in the policy's zone; an instant says its offset. Null: neither. */
export function whenOf(text: string, zone: string): Instant | null {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!isDay && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text)) return null;
  const seconds = Date.parse(text) / 1000;
  if (!(seconds >= FROM && seconds < TO)) return null;
  return isDay ? wallToInstant(zone, iso(instant(seconds)).slice(0, 10), 0) : instant(seconds);
}

/** What is said of an option that is no such thing. */
export const noWhen = (option: string, text: string): string =>
  `--${option}: ${JSON.stringify(text)} is no day and no instant such as 2026-03-01T10:00:00Z. Try "npx watchkeeper help".`;
