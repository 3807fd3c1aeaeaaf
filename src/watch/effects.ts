import { markText } from '../desk/mark.ts';
import type { Effect } from '../desk/plan.ts';
import type { Alarm } from '../store/port.ts';
import { Fault, type RepoRef } from './github-port.ts';
import type { Parts } from './parts.ts';

export type Carried = {
  readonly done: number;
  /** The page is not known to be there. */
  readonly pageFailed?: boolean;
  /** Look again after so many seconds: something failed that may pass. */
  readonly retryS?: number;
  /** Marks of effects that GitHub refuses for good: not tried again until they change. */
  readonly refused: readonly string[];
  /** The issue itself is gone. */
  readonly gone: boolean;
  /** The lease ran out while we wrote: somebody else may be working on it. */
  readonly lost: boolean;
};

/** Passing faults without a word from GitHub are tried again after this long. */
export const RETRY_S = 5;

/**
 * Carries effects out, one by one; one that fails does not stop the others, but the status comment waits for those that its record would
 * call done. A comment's intent is on disk before it is sent, its id after. The lease is checked before each write.
 */
export async function carryOut(
  parts: Parts,
  repo: RepoRef,
  number: number,
  alarm: Alarm,
  effects: readonly Effect[],
  refusedBefore: ReadonlySet<string>,
  /** A comment of ours may or may not be there: the record must not say that it is. */
  unsure: boolean,
): Promise<Carried> {
  const refused: string[] = [];
  let done = 0;
  let retryS: number | undefined;
  let unrecorded = unsure;
  let pageFailed = false;
  for (const effect of effects) {
    const mark = markOf(effect);
    if (refusedBefore.has(mark)) {
      refused.push(mark);
      continue;
    }
    if (unrecorded && (effect.kind === 'editStatus' || effect.kind === 'createStatus')) continue;
    if (!(await parts.store.holds(alarm, parts.clock()))) return { done, refused, gone: false, lost: true };
    try {
      await carryOne(parts, repo, number, alarm.subject, effect);
      done++;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const fields = { subject: alarm.subject, effect: effect.kind, fault: error.kind, status: error.status, err: error.message };
      // A spent budget is the usual state of a backlog.
      if (error.kind === 'passing' && error.status === undefined && !error.unsure) parts.log.debug(fields, 'effect put off');
      else parts.log.warn(fields, 'effect failed');
      if (error.kind === 'gone' && effect.kind !== 'deleteComment' && effect.kind !== 'react') {
        if (effect.kind === 'editStatus') await parts.store.forget(alarm.subject, 'status');
        else return { done, refused, gone: true, lost: false };
      }
      if (error.kind === 'refused') refused.push(mark);
      if (error.kind === 'passing') {
        retryS = Math.max(retryS ?? 0, error.retryAfterS ?? RETRY_S);
        if (effect.kind === 'page') pageFailed = true;
        if (effect.kind === 'page' || effect.kind === 'reply' || effect.kind === 'react' || effect.kind === 'assign') unrecorded = true;
        // Whoever names a time means what comes after it too: a limit, or a budget that is spent.
        if (error.limited || error.retryAfterS !== undefined) break;
      }
    }
  }
  return { done, refused, pageFailed, gone: false, lost: false, ...(retryS === undefined ? {} : { retryS }) };
}

async function carryOne(parts: Parts, repo: RepoRef, number: number, subject: string, effect: Effect): Promise<void> {
  const { github, store } = parts;
  switch (effect.kind) {
    case 'page':
      return comment(parts, repo, number, subject, effect.key, effect.body);
    case 'reply':
      return comment(parts, repo, number, subject, `reply:${effect.to}`, effect.body);
    case 'createStatus':
      return comment(parts, repo, number, subject, 'status', effect.body);
    case 'editStatus':
      await github.editComment(repo, effect.id, effect.body);
      return store.intend({ subject, key: 'status', at: parts.clock(), id: String(effect.id), body: effect.body });
    case 'deleteComment':
      return github.deleteComment(repo, effect.id);
    case 'addLabel':
      await github.addLabel(repo, number, effect.label);
      return swapped(parts, subject, '+', effect.label.name);
    case 'removeLabel':
      await github.removeLabel(repo, number, effect.name);
      return swapped(parts, subject, '-', effect.name);
    case 'assign':
      return github.assign(repo, number, effect.login);
    case 'react':
      return github.react(repo, effect.comment, effect.content);
    case 'setState':
      await github.setState(repo, number, effect.state);
      await store.forget(subject, effect.state === 'open' ? 'state:closed' : 'state:open');
      return store.intend({ subject, key: `state:${effect.state}`, at: parts.clock(), id: '-' });
  }
}

async function swapped(parts: Parts, subject: string, sign: '+' | '-', name: string): Promise<void> {
  await parts.store.forget(subject, `label${sign === '+' ? '-' : '+'}:${name}`);
  await parts.store.intend({ subject, key: `label${sign}:${name}`, at: parts.clock(), id: '-' });
}

/** The intent is committed before the POST, the id after; an answer that was lost leaves the intent for later looks to settle. */
export async function comment(parts: Parts, repo: RepoRef, number: number, subject: string, key: string, body: string): Promise<void> {
  await parts.store.intend({ subject, key, at: parts.clock(), body });
  try {
    const { id } = await parts.github.createComment(repo, number, body);
    await parts.store.answered(subject, key, String(id));
  } catch (error) {
    if (error instanceof Fault && !error.unsure) await parts.store.forget(subject, key);
    throw error;
  }
}

/** What an effect is, so that a refusal of it can be remembered: its whole content. */
function markOf(effect: Effect): string {
  return `${effect.kind}:${markText(JSON.stringify(effect))}`;
}
