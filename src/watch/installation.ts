import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Store, Wake } from '../store/port.ts';
import { Fault, type InstallationRead, type RepoRead, type RepoRef } from './github-port.ts';
import { LAG_S, type Next } from './look.ts';
import { APP_SUBJECT, DAILY, issueSubject, NORMAL, type Parts, repositorySubject } from './parts.ts';
import { type RepoState, refOfRow, type States, stateOf } from './repo-state.ts';
import { forgetRepository, wakeAll } from './repository.ts';

export const INSTALLATION = 'installation';
export const installationSubject = (id: number): string => `${INSTALLATION}:${id}`;

/** Each desk of the installation is looked at, not only what is new: the App has just started, or may do other things than before. */
export const EVERY = 'every';
/** What one listing does not show must not be shown by another, so much later, to be gone. */
export const SURE_S = 300;
/** GitHub lists 100 a page; an installation on more than 10,000 has the rest found by their webhooks. */
const PAGES_MAX = 100;
/** So many new repositories are looked at right away: whoever installs the App waits for them. */
const AT_ONCE = 100;
/** The others so many a second, behind everything else: 600 requests a minute of the 900 that GitHub allows. */
const LOOKS_PER_S = 10;
/** Of the ids that are waited for, in the store: below its cap, with room for the rest. */
const UNSEEN_CHARS_MAX = 60_000;

/** What is kept of an installation; `page` and `unseen` while its repositories are being listed. */
export type InstallationState = {
  readonly mark?: string;
  readonly updatedAt?: Instant;
  readonly missedAt?: Instant;
  readonly page?: number;
  /** Repositories of ours that no page has shown yet, as `packed`; absent when there are too many to tell. */
  readonly unseen?: string;
};

const metaKey = (id: number): string => `${INSTALLATION}:${id}`;

export async function stateOfInstallation(store: Store, id: number): Promise<InstallationState | undefined> {
  const text = await store.getMeta(metaKey(id));
  return text ? (JSON.parse(text) as InstallationState) : undefined;
}

/** Takes the place of what was known; a listing that is under way begins anew. */
export async function noteInstallation(
  store: Store,
  { id, mark, updatedAt, missedAt }: Pick<InstallationRead, 'id'> & InstallationState,
): Promise<void> {
  await putState(store, id, {
    ...(mark === undefined ? {} : { mark }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(missedAt === undefined ? {} : { missedAt }),
  });
}

const putState = (store: Store, id: number, state: InstallationState): Promise<void> => store.putMeta(metaKey(id), JSON.stringify(state));

/**
 * One page of an installation's repositories: new ones get their row and a look, those that changed a look, and after the last page those
 * that no page has shown are forgotten once that is sure. A look of its own for each page: thousands of repositories outlive no lease.
 */
export async function lookAtInstallation(parts: Parts, states: States, alarm: Alarm, now: Instant): Promise<Next> {
  const id = Number(alarm.subject.split(':')[1]);
  const state = (await stateOfInstallation(parts.store, id)) ?? {};
  const page = state.page ?? 1;
  const read = await parts.github.repositories(id, page).catch((error: unknown) => {
    if (error instanceof Fault && error.kind !== 'passing') return error;
    throw error;
  });
  if (read instanceof Fault) return notListed(parts, id, read, now);
  const { repos, more } = read;
  const unseen = new Set(page === 1 ? (await parts.store.repos(id)).map((row) => row.repo) : unpacked(state.unseen));
  const wakes: Wake[] = [];
  for (const [i, repo] of repos.entries()) {
    unseen.delete(repo.id);
    const looked = await arrived(parts, states, repo, alarm.expect.includes(EVERY), now);
    const nth = (page - 1) * 100 + i;
    const late = looked === 'late' && nth >= AT_ONCE;
    const dueAt = looked === undefined ? now + DAY_SECONDS : late ? now + Math.floor((nth - AT_ONCE) / LOOKS_PER_S) : now;
    const urgency = looked === undefined || late ? DAILY : NORMAL;
    wakes.push({ subject: repositorySubject(repo.id), installation: id, dueAt: instant(dueAt), urgency });
  }
  await parts.store.wake(wakes);
  const known = page === 1 || state.unseen !== undefined;
  const { page: _page, unseen: _unseen, ...kept } = state;
  if (more && page < PAGES_MAX) {
    const text = packed(unseen);
    const fits = known && text.length <= UNSEEN_CHARS_MAX;
    await putState(parts.store, id, { ...kept, page: page + 1, ...(fits ? { unseen: text } : {}) });
    // Still due: the desk has not caught up before the last page.
    return { dueAt: alarm.dueAt, urgency: alarm.urgency, attempts: alarm.attempts, expect: alarm.expect };
  }
  if (page > 1) await putState(parts.store, id, kept);
  return whole(parts, states, id, alarm, known && !more ? unseen : new Set(), page, now);
}

/** All pages were read. */
async function whole(
  parts: Parts,
  states: States,
  id: number,
  alarm: Alarm,
  unseen: ReadonlySet<number>,
  pages: number,
  now: Instant,
): Promise<Next> {
  const removed = new Set(alarm.expect.flatMap((one) => (one.startsWith('removed:') ? [Number(one.slice('removed:'.length))] : [])));
  const unsure = await forgetUnseen(parts, states, id, unseen, removed, now);
  // What a webhook said and the list does not: a replica lags, or it was said while later pages were being read.
  const shown: number[] = [];
  for (const repo of removed) if (!unseen.has(repo) && (await parts.store.repo(repo))?.installation === id) shown.push(repo);
  const lag = shown.length > 0 || (pages > 1 && removed.size > 0) ? LAG_S[alarm.attempts] : undefined;
  if (lag !== undefined) {
    const expect = shown.map((repo) => `removed:${repo}`);
    return { dueAt: instant(now + lag), urgency: NORMAL, attempts: alarm.attempts + 1, expect };
  }
  return { dueAt: instant(now + (unsure ? SURE_S : DAY_SECONDS)), urgency: DAILY, attempts: 0 };
}

/** GitHub does not let us list: the App's own list says whether the installation is suspended, or gone. */
async function notListed(parts: Parts, id: number, fault: Fault, now: Instant): Promise<Next> {
  parts.log.warn({ installation: id, fault: fault.kind, status: fault.status }, 'installation not listed');
  if (fault.kind === 'gone')
    await parts.store.wake([
      { subject: APP_SUBJECT, installation: 0, dueAt: instant(now + SURE_S), urgency: DAILY, expect: [`missing:${id}`] },
    ]);
  return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
}

/** A repository on the list. Answers whether to look at it: now, in its turn, or (undefined) not before its daily look. */
async function arrived(parts: Parts, states: States, repo: RepoRead, every: boolean, now: Instant): Promise<'now' | 'late' | undefined> {
  const row = await parts.store.repo(repo.id);
  const before = stateOf(row);
  const moved = row !== undefined && (row.installation !== repo.installation || row.owner !== repo.owner || row.name !== repo.name);
  const pushed = before.pushedAt !== repo.pushedAt;
  if (!row || moved || pushed || before.missedAt !== undefined) {
    await states.edit(repo, ({ missedAt: _back, pushedAt: _was, ...state }) => ({
      ...state,
      defaultBranch: state.defaultBranch || repo.defaultBranch,
      ...(repo.pushedAt === undefined ? {} : { pushedAt: repo.pushedAt }),
    }));
  }
  if (row && row.installation !== repo.installation) {
    // Its alarms must not go with the old installation.
    await wakeAll(parts, states, repo, now);
    const open = before.gates.filter((gate) => gate.decision === undefined);
    const subjects = open.map((gate) => issueSubject(repo.id, gate.issue));
    await parts.store.wake(subjects.map((subject) => ({ subject, installation: repo.installation, dueAt: now, urgency: NORMAL })));
  }
  if (!hasDesk(before)) return !row || pushed || moved ? 'late' : undefined;
  const shut = (repo.archived || !repo.hasIssues) !== (before.status === 'closed');
  return every || moved || pushed || shut || before.missedAt !== undefined ? 'now' : undefined;
}

const hasDesk = (state: RepoState): boolean => state.status !== 'off' || state.judged !== undefined;

/** As for installations: a webhook said so, or a second listing does not show it either. Answers whether there is one that is not sure yet. */
async function forgetUnseen(
  parts: Parts,
  states: States,
  installation: number,
  unseen: ReadonlySet<number>,
  removed: ReadonlySet<number>,
  now: Instant,
): Promise<boolean> {
  let unsure = false;
  for (const id of unseen) {
    const row = await parts.store.repo(id);
    // It may have come to another installation meanwhile.
    if (row?.installation !== installation) continue;
    const { missedAt } = stateOf(row);
    if (removed.has(id) || (missedAt !== undefined && missedAt <= now - SURE_S)) {
      await forgetRepository(parts, id);
      continue;
    }
    unsure = true;
    if (missedAt === undefined) await states.edit(refOfRow(row) satisfies RepoRef, (state) => ({ ...state, missedAt: now }));
  }
  return unsure;
}

/** Ids in their order, each as its distance from the one before: ten thousand of GitHub's take 50 kB. */
export function packed(ids: ReadonlySet<number>): string {
  let last = 0;
  return [...ids]
    .sort((a, b) => a - b)
    .map((id) => {
      const gap = id - last;
      last = id;
      return gap.toString(36);
    })
    .join(',');
}

export function unpacked(text: string | undefined): number[] {
  let last = 0;
  return (text ? text.split(',') : []).map((gap) => {
    last += Number.parseInt(gap, 36);
    return last;
  });
}
