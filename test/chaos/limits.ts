import type { Instant } from '../../src/calendar/time.ts';
import { PACE_LIMITS } from '../../src/github/pace.ts';

/** What GitHub does to webhooks. Of those that it sends, three in ten never arrive: half of these are listed as failed, of the others nobody hears. */
export const WEBHOOKS = { vanish: 0.15, drop: 0.18, double: 0.1, reorder: 0.2 };

/** How often each misfortune came about. */
export type Counts = {
  /** Processes killed with -9. */
  kills: number;
  /** Crashes of the server that holds the store. */
  restarts: number;
  /** Connections to it that were cut. */
  cuts: number;
  /** Webhooks that found no process. */
  lost: number;
  /** Webhooks that GitHub lists as failed, those among them. */
  failed: number;
};

/** Of the two minutes of a usual run, which has 17, 3, 45, 215 and 450 of them: a machine on which a process takes half a minute to start has these. */
const LEAST: Counts = { kills: 3, restarts: 1, cuts: 5, lost: 5, failed: 20 };

const NAMES: Readonly<Record<keyof Counts, string>> = {
  kills: 'kills of a process',
  restarts: 'crashes of PostgreSQL',
  cuts: 'connections cut',
  lost: 'webhooks that found no process',
  failed: 'webhooks that failed',
};

/** Why a run shows nothing: too little went wrong in it. */
export const tooCalm = (counts: Counts): string[] =>
  (Object.keys(LEAST) as (keyof Counts)[])
    .filter((what) => counts[what] < LEAST[what])
    .map((what) => `${NAMES[what]}: ${counts[what]}, of at least ${LEAST[what]}; this run shows nothing`);

/** A write that GitHub saw, by the instant of its own clock. */
export type Write = { readonly installation: string; readonly at: Instant };

/** The most writes of one installation within so many seconds, and whose they were. */
export function mostWithin(writes: readonly Write[], windowS: number): { readonly count: number; readonly installation: string } {
  let most = { count: 0, installation: '' };
  for (const [installation, its] of Map.groupBy(writes, (one) => one.installation)) {
    const instants = its.map((one) => one.at).sort((a, b) => a - b);
    let first = 0;
    for (const [last, at] of instants.entries()) {
      while (instants[first]! <= at - windowS) first++;
      if (last - first + 1 > most.count) most = { count: last - first + 1, installation };
    }
  }
  return most;
}

/** GitHub's limits on what creates content, each with its window. */
const WINDOWS = [
  { windowS: 60, allowed: PACE_LIMITS.perMinute, name: 'a minute' },
  { windowS: 3_600, allowed: PACE_LIMITS.perHour, name: 'an hour' },
];

/** Where an installation wrote more than GitHub allows. */
export const overPace = (writes: readonly Write[]): string[] =>
  WINDOWS.map(({ windowS, ...window }) => ({ ...window, ...mostWithin(writes, windowS) }))
    .filter(({ count, allowed }) => count > allowed)
    .map(
      ({ count, allowed, name, installation }) =>
        `${installation} was written to ${count} times in ${name}, of ${allowed} that GitHub allows`,
    );
