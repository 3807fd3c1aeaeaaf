import type { Instant } from '../../src/calendar/time.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import { FIRST_S, RESOLUTION_S, type Story, shownOf } from './world.ts';

/** A clock may have been met while nobody could look: what fell due so shortly before may be missing. */
const BLIND_S = 240;

export type Verdict = {
  readonly problems: readonly string[];
  readonly steps: number;
  /** Seconds of the desk's clock from due to visible, each step's, sorted. */
  readonly lateness: readonly number[];
};

const SCHEDULE = [
  { clock: 'first_response', moment: '50%', afterS: FIRST_S / 2 },
  { clock: 'first_response', moment: 'breach', afterS: FIRST_S },
  { clock: 'resolution', moment: 'breach', afterS: RESOLUTION_S },
] as const;

/** Holds every ticket to what its story asks for: each step whose clock still ran stands there once, and no other. */
export function judge(twin: Twin, stories: readonly Story[], now: Instant): Verdict {
  const problems: string[] = [];
  const lateness: number[] = [];
  for (const story of stories) {
    const shown = shownOf(twin, story);
    const where = `${story.repo}#${story.number}`;
    // Opened and closed while nobody could see it: history, not a ticket.
    if (shown.statuses === 0 && shown.markers === 0 && story.closedAt !== undefined && story.closedAt - story.openedAt < BLIND_S) continue;
    if (shown.statuses !== 1) problems.push(`${where} has ${shown.statuses} status comments (${JSON.stringify(story)})`);
    if (shown.markers !== 1) problems.push(`${where} has ${shown.markers} markers (${JSON.stringify(story)})`);
    const expected = new Set<string>();
    for (const { clock, moment, afterS } of SCHEDULE) {
      const due = story.openedAt + afterS;
      const metAt = clock === 'first_response' ? Math.min(story.answeredAt ?? Infinity, story.closedAt ?? Infinity) : story.closedAt;
      const posted = shown.steps.filter((step) => step.clock === clock && step.moment === moment);
      expected.add(`${clock} ${moment}`);
      if (posted.length > 1) problems.push(`${where} has ${clock} ${moment} ${posted.length} times`);
      for (const step of posted) lateness.push(step.at - due);
      if (metAt !== undefined && metAt <= due && posted.length > 0) problems.push(`${where} has ${clock} ${moment}, met before it was due`);
      const ran = due + BLIND_S < Math.min(metAt ?? Infinity, now);
      if (ran && posted.length === 0) problems.push(`${where} lacks ${clock} ${moment}, due ${now - due} s ago`);
      if (posted.some((step) => step.at < due)) problems.push(`${where} has ${clock} ${moment} too early`);
    }
    for (const step of shown.steps)
      if (!expected.has(`${step.clock} ${step.moment}`)) problems.push(`${where} has ${step.clock} ${step.moment}, which nobody asked for`);
  }
  return { problems, steps: lateness.length, lateness: lateness.sort((a, b) => a - b) };
}
