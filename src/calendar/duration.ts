import type { Duration, DurationUnit } from './time.ts';

/** Longer sums are mistakes: nobody promises in five units. */
export const DURATION_PARTS_MAX = 4;

/** Ten years, leap days included: a promise beyond is a typing error, and the walk over open time stays short. */
export const DURATION_SECONDS_MAX = 3_660 * 86_400;

/** On `always`, a day is 24 hours and a week seven days. */
export const UNIT_SECONDS: Readonly<Record<DurationUnit, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/**
 * `4h`, `1d 4h` → its parts in the order written; undefined for anything else. Parts are parted by spaces, each at least 1; at most
 * `DURATION_PARTS_MAX` parts and `DURATION_SECONDS_MAX` seconds (as on `always`) in total. Zero cannot be written.
 */
export function parseDuration(text: string): Duration | undefined {
  const words = text.trim().split(/\s+/, DURATION_PARTS_MAX + 1);
  if (words.length > DURATION_PARTS_MAX) return undefined;
  const parts: { n: number; unit: DurationUnit }[] = [];
  let total = 0;
  for (const word of words) {
    const match = /^(\d{1,9})([smhdw])$/.exec(word);
    if (!match) return undefined;
    const part = { n: Number(match[1]), unit: match[2] as DurationUnit };
    total += part.n * UNIT_SECONDS[part.unit];
    if (part.n === 0 || total > DURATION_SECONDS_MAX) return undefined;
    parts.push(part);
  }
  return parts;
}

/** As `parseDuration` reads it: `1d 4h`. The empty list is `0s`. */
export const formatDuration = (duration: Duration): string => duration.map(({ n, unit }) => `${n}${unit}`).join(' ') || '0s';
