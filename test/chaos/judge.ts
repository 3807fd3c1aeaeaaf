import type { Instant } from '../../src/calendar/time.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import { LEASE_S } from '../../src/watch/lanes.ts';
import { FIRST_S, RESOLUTION_S, type Shown, type Story, shownOf } from './world.ts';

/** A clock may have been met while nobody could look: what fell due so shortly before may be missing. */
const BLIND_S = 240;
/** Twice as long as the latest step of the run took: a machine that is busy, or whose disk is slow to bring PostgreSQL back, is blind for longer. */
const BLIND_TIMES = 2;
/** How many may be missing for that reason: twice what the lateness of all the others lets expect, and a few, since one crash hits several. */
const MISSED = { times: 2, few: 4 };
/** Readings trail by two seconds, and instants are whole ones: what was met so shortly before it was due may have been called for. */
const SEEN_S = 3;
/** A look that read a clock before it was met may write until its lease ends. */
const STALE_S = LEASE_S;
/**
 * Half of the steps come this early, and the latest by then; on a machine that is so many times slower, as much later. With kills every few seconds it
 * was 4 and 104 on an idle machine, and 8 and 209 on two cores that had twelve programs to run.
 */
const LATENESS = { halfS: 120, mostS: 900 };

export type Verdict = {
  readonly problems: readonly string[];
  readonly steps: number;
  /** Seconds of the desk's clock from due to visible, each step's, sorted. */
  readonly lateness: readonly number[];
  /** Steps that are missing, and whose clock was met so soon that they may be. */
  readonly missed: number;
};

const SCHEDULE = [
  { clock: 'first_response', moment: '50%', afterS: FIRST_S / 2 },
  { clock: 'first_response', moment: 'breach', afterS: FIRST_S },
  { clock: 'resolution', moment: 'breach', afterS: RESOLUTION_S },
] as const;

/** A step of the schedule in a ticket. */
type Asked = {
  readonly what: string;
  readonly due: number;
  /** When its clock was met; Infinity: never. */
  readonly metAt: number;
  readonly posted: readonly number[];
};
type Case = { readonly story: Story; readonly shown: Shown; readonly asked: readonly Asked[] };

function caseOf(story: Story, shown: Shown): Case {
  const asked = SCHEDULE.map(({ clock, moment, afterS }) => {
    const answeredAt = clock === 'first_response' ? story.answeredAt : undefined;
    return {
      what: `${clock} ${moment}`,
      due: story.openedAt + afterS,
      metAt: Math.min(answeredAt ?? Infinity, story.closedAt ?? Infinity),
      posted: shown.steps.filter((step) => step.clock === clock && step.moment === moment).map((step) => step.at),
    };
  });
  return { story, shown, asked };
}

/**
 * Holds every ticket to what its story asks for: each step whose clock still ran stands there once, and no other; and all of them to the time it took,
 * on a machine that is `slowness` times slower than a quiet one.
 */
export function judge(twin: Twin, stories: readonly Story[], now: Instant, slowness = 1): Verdict {
  const cases = stories.map((story) => caseOf(story, shownOf(twin, story)));
  const asked = cases.flatMap((one) => one.asked);
  const lateness = asked.flatMap(({ due, posted }) => posted.map((at) => at - due)).sort((a, b) => a - b);
  const blindS = Math.max(BLIND_S, BLIND_TIMES * (lateness.at(-1) ?? 0));
  const missed = asked.filter(({ due, metAt, posted }) => metAt > due && metAt <= due + blindS && posted.length === 0).length;
  const problems = [
    ...cases.flatMap((one) => problemsOf(one, now, blindS, STALE_S * slowness)),
    ...tooLate(lateness, slowness),
    ...tooMany(missed, asked, lateness),
  ];
  return { problems, steps: lateness.length, lateness, missed };
}

function problemsOf({ story, shown, asked }: Case, now: Instant, blindS: number, staleS: number): string[] {
  // Opened and closed while nobody could see it: history, not a ticket.
  if (shown.statuses === 0 && shown.markers === 0 && story.closedAt !== undefined && story.closedAt - story.openedAt < blindS) return [];
  const problems: string[] = [];
  if (shown.statuses !== 1) problems.push(`has ${shown.statuses} status comments (${JSON.stringify(story)})`);
  if (shown.markers !== 1) problems.push(`has ${shown.markers} markers (${JSON.stringify(story)})`);
  for (const { what, due, metAt, posted } of asked) {
    if (posted.length > 1) problems.push(`has ${what} ${posted.length} times`);
    if (metAt <= due - SEEN_S && posted.length > 0) problems.push(`has ${what}, met before it was due`);
    const ran = due + (metAt === Infinity ? BLIND_S : blindS) < Math.min(metAt, now);
    if (ran && posted.length === 0) problems.push(`lacks ${what}, due ${now - due} s ago`);
    if (posted.some((at) => at < due)) problems.push(`has ${what} too early`);
    if (posted.some((at) => at > Math.max(due, metAt) + staleS)) problems.push(`has ${what} long after it was met`);
  }
  const expected = new Set(asked.map((one) => one.what));
  for (const step of shown.steps)
    if (!expected.has(`${step.clock} ${step.moment}`)) problems.push(`has ${step.clock} ${step.moment}, which nobody asked for`);
  return problems.map((problem) => `${story.repo}#${story.number} ${problem}`);
}

function tooLate(lateness: readonly number[], slowness: number): string[] {
  const [halfMax, mostMax] = [LATENESS.halfS, LATENESS.mostS].map((one) => Math.round(one * slowness)) as [number, number];
  const half = lateness[Math.floor((lateness.length - 1) / 2)] ?? 0;
  const most = lateness.at(-1) ?? 0;
  return [
    ...(half > halfMax ? [`half of the steps came ${half} s late or more, of ${halfMax} that are allowed`] : []),
    ...(most > mostMax ? [`a step came ${most} s late, of ${mostMax} that are allowed`] : []),
  ];
}

/** A desk that loses steps must not hide behind answers that came soon after them. */
function tooMany(missed: number, asked: readonly Asked[], lateness: readonly number[]): string[] {
  const later = (seconds: number) => lateness.filter((late) => late > seconds).length / Math.max(1, lateness.length);
  const met = asked.filter(({ due, metAt }) => metAt > due && metAt < Infinity);
  const likely = met.reduce((sum, { due, metAt }) => sum + later(metAt - due), 0);
  if (missed <= MISSED.times * likely + MISSED.few) return [];
  return [`${missed} steps are missing whose clocks were met soon after they fell due, of ${likely.toFixed(1)} that were likely to be`];
}
