import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { Fault, type RepoRef } from './github-port.ts';
import { BACKGROUND, issueSubject, NORMAL, type Parts, repositorySubject, SWEPT } from './parts.ts';
import type { RepoState, States } from './repo-state.ts';
import { dataOf } from './row.ts';

/** After a day in which nothing changed, a repository is listed this often. */
const QUIET_S = 900;
/** 10,000 issues in one sweep: more than GitHub lets us read in the hour. What lies beyond is found by the next one. */
const PAGES_MAX = 100;
/** GitHub's `since` is inclusive and its replicas lag: look so far back. */
const OVERLAP_S = 5;
const SETTLE_S = 60;
/** A webhook is there in a second or two, and its look two later: what changed longer ago was told by none, unless work waits in line. */
const TOLD_S = 10;
/** GitHub dates our own writes some seconds after we do, or before. */
const OURS_S = 30;
/** What a sweep's wake expects: that the look finds what no webhook told. Every look finds it met. */
export const UNTOLD = 'untold';

/**
 * Lists the issues that were updated since the last sweep and wakes those that no look has seen in that state: what a lost webhook would have
 * told. The listing is conditional, so that a quiet repository costs one billed request an hour. Answers when to sweep again.
 */
export async function sweep(parts: Parts, states: States, repo: RepoRef, state: RepoState, now: Instant): Promise<Instant> {
  try {
    return await listUpdated(parts, states, repo, state, now);
  } catch (error) {
    if (!(error instanceof Fault && error.kind === 'gone')) throw error;
    // What became of it, a look at the repository finds out.
    await parts.store.wake([{ subject: repositorySubject(repo.id), installation: repo.installation, dueAt: now, urgency: NORMAL }]);
    return instant(now + Math.max(QUIET_S, parts.settings.sweepS));
  }
}

async function listUpdated(parts: Parts, states: States, repo: RepoRef, state: RepoState, now: Instant): Promise<Instant> {
  const since = state.sweptTo ?? state.arrival ?? now;
  let newest = since;
  let found = 0;
  let whole = true;
  const first = state.sweptTo === undefined;
  let closed = 0;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const listing = await parts.github.issuesUpdated(repo, instant(since - OVERLAP_S), page);
    if (!listing) break;
    const wakes = [];
    for (const line of listing.lines) {
      if (line.updatedAt > newest) newest = line.updatedAt;
      if (line.isPull) continue;
      const row = await parts.store.ticket(repo.id, line.number);
      const seen = dataOf(row).updatedAt;
      if (seen !== undefined && seen >= line.updatedAt) continue;
      // Closed before the App ever saw it: history, not a ticket to be taken in.
      if (!row && !line.open && line.updatedAt < (state.arrival ?? 0)) continue;
      // After a lost database all that ever was a ticket is listed; what is closed comes one after the other.
      const slow = first && !line.open;
      const dueAt = slow ? instant(now + Math.floor(closed++ * parts.settings.trickleS)) : now;
      const urgency = slow ? BACKGROUND : SWEPT;
      const subject = issueSubject(repo.id, line.number);
      const untold = !first && line.updatedAt <= now - TOLD_S && !(await isOurs(parts, subject, line.updatedAt));
      wakes.push({ subject, installation: repo.installation, dueAt, urgency, ...(untold ? { expect: [UNTOLD] } : {}) });
    }
    // Whatever stands under this name must be ours before a word is written there: a name is free again once its repository has another.
    if (found === 0 && wakes.length > 0) await isSame(parts, repo, now);
    found += wakes.length;
    if (wakes.length > 0) await parts.store.wake(wakes);
    whole = !listing.more;
    if (whole) break;
  }
  // Among them may be what was decided about a crowd: who counts one waits for it.
  if (closed > 0) {
    const settlesAt = instant(now + Math.ceil(closed * parts.settings.trickleS) + SETTLE_S);
    await states.edit(repo, (one) => ({ ...one, settlesAt: instant(Math.max(one.settlesAt ?? 0, settlesAt)) }));
  }
  if (found > 0) parts.log.info({ repo: repo.id, found }, 'a sweep found what no look had seen');
  // `since` moves only when something was found: an unchanged address keeps its ETag.
  // What was not listed to its end is listed again: the oldest come last.
  if (whole && (newest > since || state.sweptTo === undefined)) {
    await states.edit(repo, (one) => ({ ...one, sweptTo: instant(Math.max(newest, one.sweptTo ?? 0)), activeAt: now }));
  }
  const quiet = now - (newest > since ? now : (state.activeAt ?? now)) > DAY_SECONDS;
  return instant(now + (quiet ? Math.max(QUIET_S, parts.settings.sweepS) : parts.settings.sweepS));
}

/** Whether it is dated by a write of ours, of which our own webhooks tell nobody. */
async function isOurs(parts: Parts, subject: string, updatedAt: Instant): Promise<boolean> {
  const writes = await parts.store.ownWrites(subject, instant(updatedAt - OURS_S));
  return writes.some((one) => one.at <= updatedAt + OURS_S);
}

/** Throws `gone` when the name belongs to another repository; what else is new about it, a look finds out. */
async function isSame(parts: Parts, repo: RepoRef, now: Instant): Promise<void> {
  const read = await parts.github.repository(repo);
  if (read.owner === repo.owner && read.name === repo.name && !read.archived && read.hasIssues) return;
  await parts.store.wake([{ subject: repositorySubject(repo.id), installation: repo.installation, dueAt: now, urgency: NORMAL }]);
}

/** Open issues of which the index knows nothing once a day: what lost webhooks, or answers that were wrong for too long, left behind. */
export async function findLost(parts: Parts, repo: RepoRef, now: Instant): Promise<void> {
  let n = 0;
  for (let page = 1; page <= LOST_PAGES_MAX; page++) {
    const { lines, more } = await parts.github.openIssues(repo, page);
    for (const line of lines) {
      if (line.isPull || n >= LOST_MAX || (await parts.store.ticket(repo.id, line.number))) continue;
      const dueAt = instant(now + 2 + Math.floor(n++ * parts.settings.trickleS));
      await parts.store.wake([
        { subject: issueSubject(repo.id, line.number), installation: repo.installation, dueAt, urgency: BACKGROUND, expect: [UNTOLD] },
      ]);
    }
    if (!more) return;
  }
}

/** Issues that are no tickets have no row either: a repository of which few are must not be read whole every day. */
const LOST_MAX = 300;
const LOST_PAGES_MAX = 30;
