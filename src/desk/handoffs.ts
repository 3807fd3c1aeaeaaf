import { DAY_SECONDS, mustDayOf, weekdayIndexOf, yearOf } from '../calendar/dates.ts';
import { UNIT_SECONDS } from '../calendar/duration.ts';
import { type Zone, zoneOf } from '../calendar/zone.ts';
import { must, parseHandoff } from '../policy/notation.ts';
import type { Rota } from '../policy/types.ts';

/**
 * The turns of a rota without its overrides, numbered from 0: the first hand-off at or after midnight of `starts`. Both answers come from
 * arithmetic on dates, however long ago that was, and agree: `turnAt(t) >= n` just when `t >= beginOf(n)`.
 */
export type Turns = {
  /** The last turn whose hand-off is not later than `t`; negative before the first. */
  turnAt(t: number): number;
  /** When turn n, or a later one that the clock's jump puts before it, begins. */
  beginOf(n: number): number;
};

/** What a wall clock shows, as seconds since it showed 1970-01-01T00:00. */
type Wall = number;

/** Hand-offs on the wall clock: the n-th, and the last one not after a time. */
type Series = { wallOf(n: number): Wall; lastAt(wall: Wall): number };

/**
 * A hand-off keeps its wall clock over DST, by `compatible`: one in a skipped hour comes later by the length of the gap, one in a repeated
 * hour at the first of the two. Turns that this leaves without time (two hand-offs that come together, or the later one first) are passed over.
 */
export function turnsOf(rota: Rota, timezone: string): Turns {
  const zone = zoneOf(timezone);
  const { wallOf, lastAt } = seriesOf(rota);
  const turnAt = (t: number) => {
    const { since, before, offset } = jumpAt(zone, t);
    // In the second pass of a repeated hour the clock shows less than it did: what the first pass handed over stays handed over.
    const n = lastAt(Math.max(t + offset, since + before - 1));
    const skipped = offset > before && wallOf(n) < since + offset;
    return skipped ? lastAt(t + before) : n;
  };
  const beginOf = (n: number) => {
    const at = zone.toInstant(0, wallOf(n));
    const { since, offset } = jumpAt(zone, at);
    if (at + offset === wallOf(n)) return at;
    // Skipped, so later: the first hand-off after the gap may come before it.
    return Math.min(at, zone.toInstant(0, wallOf(lastAt(since + offset - 1) + 1)));
  };
  return { turnAt, beginOf };
}

/** The offset at an instant, the last change before it (at most some days back), and the offset until then. */
function jumpAt(zone: Zone, t: number): { since: number; before: number; offset: number } {
  const { starts, offsets } = zone.year(yearOf(t));
  const i = starts.findLastIndex((start) => start <= t);
  return { since: starts[i]!, before: offsets[i - 1] ?? offsets[i]!, offset: offsets[i]! };
}

function seriesOf({ rotation, handoff, starts }: Rota): Series {
  const kind = typeof rotation === 'string' ? rotation : 'every';
  const { day, seconds } = must(parseHandoff(handoff, kind), handoff);
  const first = mustDayOf(starts);
  if (kind === 'monthly') return monthly(first, day, seconds);
  if (kind === 'weekly') return evenly((first + ((day - weekdayIndexOf(first) + 7) % 7)) * DAY_SECONDS + seconds, UNIT_SECONDS.w);
  const step = typeof rotation === 'string' ? UNIT_SECONDS.d : rotation.every.reduce((sum, { n, unit }) => sum + n * UNIT_SECONDS[unit], 0);
  return evenly(first * DAY_SECONDS + seconds, step);
}

/** Every so many seconds of the wall clock: 08:00 and 20:00 stay so over DST. Counted from the first hand-off, not from midnight. */
function evenly(first: Wall, step: number): Series {
  return { wallOf: (n) => first + n * step, lastAt: (wall) => Math.floor((wall - first) / step) };
}

/** On a day that every month has: the reader allows 1 to 28. */
function monthly(starts: number, day: number, seconds: number): Series {
  const date = new Date(starts * DAY_SECONDS * 1000);
  const first = monthOf(date) + (date.getUTCDate() > day ? 1 : 0);
  const wallOf = (n: number) => Date.UTC(1970, first + n, day) / 1000 + seconds;
  const lastAt = (wall: Wall) => {
    const n = monthOf(new Date(wall * 1000)) - first;
    return wallOf(n) > wall ? n - 1 : n;
  };
  return { wallOf, lastAt };
}

/** Months since January 1970. */
const monthOf = (date: Date): number => (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
