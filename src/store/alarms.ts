import type { Instant } from '../calendar/time.ts';
import { EXPECT_MAX } from './limits.ts';

/** What one or more wakes ask of the next look. */
export type Ask = { readonly dueAt: Instant; readonly urgency: number; readonly expect: readonly string[] };

/** Two asks that meet in one row: the earlier instant, the more urgent urgency, both expectations (the later ask's count as newer). */
export function join(earlier: Ask | undefined, later: Ask): Ask {
  if (earlier === undefined) return { ...later, expect: newest(later.expect) };
  return {
    dueAt: Math.min(earlier.dueAt, later.dueAt) as Instant,
    urgency: Math.min(earlier.urgency, later.urgency),
    expect: later.expect.length === 0 ? earlier.expect : newest([...earlier.expect, ...later.expect]),
  };
}

/** A look that kills its process must not kill the next one at once, nor for ever be left. */
const CRASHED_S = 5;
const CRASHED_S_MAX = 900;

/** When a row is due whose lease ended without `settle`, for the `attempts`-th time (the first: 0): as it was asked for, then later and later. */
export function afterCrash(dueAt: Instant, attempts: number, now: Instant): Instant {
  if (attempts === 0) return dueAt;
  return Math.max(dueAt, now + Math.min(CRASHED_S_MAX, CRASHED_S * 2 ** Math.min(attempts, 10))) as Instant;
}

/** Without doubles, the newest EXPECT_MAX, oldest first; something expected again is as new as its last mention. */
export function newest(expect: readonly string[]): readonly string[] {
  return [...new Set(expect.toReversed())].slice(0, EXPECT_MAX).reverse();
}

/**
 * Installations by their number's remainder. Without them, one crowd would have to be walked (50,000 rows: 15 ms), or a head be sought in each
 * lane of each installation (20,000: 30 to 110 ms). With 2,000 installations, 128 seeks find the shards with something due, and a crowd’s shard
 * has 16 installations. Part of both stores' indexes: another number is another migration.
 */
export const SHARDS = 128;
/** Up to this many due rows of a shard are read as they come; a shard with more is looked through lane by lane. */
export const SHARD_READ_MAX = 8;

/** A free row that is due. */
export type Due = { readonly id: number; readonly installation: number; readonly urgency: number; readonly dueAt: Instant };

/** The due rows of one installation in one urgency; no row of it is earlier than `head`. */
export type Lane = { readonly installation: number; readonly head: Instant };

/** Most urgent first, then earliest, at most `perInstallation` of each installation. */
export function choose<T extends Due>(due: readonly T[], limit: number, perInstallation: number): T[] {
  const taken = new Map<number, number>();
  const chosen: T[] = [];
  for (const row of due.toSorted(byUrgency)) {
    if (chosen.length >= limit) break;
    const count = taken.get(row.installation) ?? 0;
    if (count >= perInstallation) continue;
    taken.set(row.installation, count + 1);
    chosen.push(row);
  }
  return chosen;
}

/** Each row has one, 0 the most urgent. */
export const URGENCIES = 10;

/**
 * As `choose`, when too many rows are due to look at each: from `few`, and from lanes, which it opens, most urgent and earliest head first, until
 * no lane that is left can hold a row that would be chosen. `lanesOf` gives the lanes of one urgency, `open` a lane's first rows by due instant.
 */
export function chooseFromLanes(
  few: readonly Due[],
  limit: number,
  perInstallation: number,
  lanesOf: (urgency: number) => readonly Lane[],
  open: (urgency: number, installation: number, rows: number) => readonly Due[],
): Due[] {
  const rows = [...few];
  const isChosen = (urgency: number, head: number): boolean => {
    const settled = rows.filter((row) => row.urgency < urgency || (row.urgency === urgency && row.dueAt <= head));
    return settled.length >= limit && choose(settled, limit, perInstallation).length >= limit;
  };
  for (let urgency = 0; urgency < URGENCIES && !isChosen(urgency, Number.NEGATIVE_INFINITY); urgency++) {
    for (const { installation, head } of lanesOf(urgency).toSorted((a, b) => a.head - b.head)) {
      if (isChosen(urgency, head)) break;
      rows.push(...open(urgency, installation, Math.min(limit, perInstallation)));
    }
  }
  return choose(rows, limit, perInstallation);
}

const byUrgency = (a: Due, b: Due): number => a.urgency - b.urgency || a.dueAt - b.dueAt || a.id - b.id;
