import type { Calendar } from './contract.ts';
import type { Duration, Instant, Interval, Seconds } from './time.ts';

/**
 * Where a clock stands when its pauses are counted. With `due` the clock runs (or ran) towards it; without, it is paused, and `left`
 * is the open time from the beginning of that pause to where the due instant stood. `left` is 0 when there is a due instant.
 */
export type Due =
  | { readonly due: Instant; readonly left: 0; readonly unpaused: Instant }
  | { readonly due?: undefined; readonly left: Seconds; readonly unpaused: Instant };

/** The due instant of a clock with pauses: `dueAfter`, then `pushByPauses`. */
export function dueWithPauses(calendar: Calendar, start: Instant, duration: Duration, pauses: readonly Interval[]): Due {
  return pushByPauses(calendar, start, calendar.dueAfter(start, duration), pauses);
}

/**
 * Every pause that begins before the due instant, as pushed by the pauses before it, pushes it on by the pause's own open time; one
 * that begins at the due instant is too late. Pauses may come in any order and overlap: their union counts, so that pauses that
 * touch are one pause, which began with the first of them. Nothing before `start` counts, and an empty pause is none.
 */
export function pushByPauses(calendar: Calendar, start: Instant, unpaused: Instant, pauses: readonly Interval[]): Due {
  return pushesOf(calendar, start, unpaused, pauses).due;
}

/** Pauses that touch, as one, and what it did: the open time in it and the due instant after it, which one that lasts has not. */
export type Push<P extends Interval> = Interval & { readonly of: readonly P[]; readonly seconds?: Seconds; readonly due?: Instant };

/** The same, with every push on the way: for whoever wants to do the sum. */
export function pushesOf<P extends Interval>(
  calendar: Calendar,
  start: Instant,
  unpaused: Instant,
  pauses: readonly P[],
): { readonly due: Due; readonly pushes: readonly Push<P>[] } {
  const pushes: Push<P>[] = [];
  let due = unpaused;
  for (const pause of union(start, pauses)) {
    const { from, to } = pause;
    if (from >= due) break;
    if (to === undefined) return { due: { left: calendar.openBetween(from, due), unpaused }, pushes: [...pushes, pause] };
    const seconds = calendar.openBetween(from, to);
    due = calendar.addOpen(due, seconds);
    pushes.push({ ...pause, seconds, due });
  }
  return { due: { due, left: 0, unpaused }, pushes };
}

/**
 * The instant at which that share of a clock's open time has passed, without pauses: due-after(start, p·W), W being the open time
 * from `start` to `unpausedDue`, rounded down to the second. The caller pushes it with `pushByPauses`.
 */
export function percentOf(calendar: Calendar, start: Instant, unpausedDue: Instant, percent: number): Instant {
  return calendar.addOpen(start, Math.floor((percent * calendar.openBetween(start, unpausedDue)) / 100));
}

/** Sorted, disjoint and not touching, from `start` on. */
function union<P extends Interval>(start: Instant, pauses: readonly P[]): Push<P>[] {
  const result: { from: Instant; to?: Instant; of: P[] }[] = [];
  const sorted = pauses
    .map((pause) => ({ pause, from: pause.from < start ? start : pause.from, to: pause.to ?? (Number.POSITIVE_INFINITY as Instant) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  let last: { from: Instant; to: Instant; of: P[] } | undefined;
  for (const { pause, from, to } of sorted) {
    if (last && from <= last.to) {
      last.to = Math.max(to, last.to) as Instant;
      last.of.push(pause);
    } else {
      last = { from, to, of: [pause] };
      result.push(last);
    }
  }
  return result.map(({ from, to, of }) => (to === Number.POSITIVE_INFINITY ? { from, of } : { from, to: to!, of }));
}
