import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Effect } from '../desk/plan.ts';
import { OWN_WRITES_DAYS } from '../store/limits.ts';
import type { Alarm } from '../store/port.ts';
import { Fault, type RepoRef } from './github-port.ts';
import { LEASE_S } from './lanes.ts';
import { mayOwe, namesFor, namesStep, type Owed, owes, paid, type Scene, stillOwed } from './names.ts';
import type { Parts } from './parts.ts';
import type { Refusals, Task } from './refusals.ts';
import { UNTOLD } from './sweep.ts';

export type Carried = {
  readonly done: number;
  /** Steps of pages that we sent and that are not known to be there. */
  readonly unposted: readonly string[];
  /** Look again after so many seconds: something failed that may pass. */
  readonly retryS?: number;
  /** Steps that mentioned nobody but teams that GitHub did not notify, and of which nobody could be named instead. */
  readonly silent: readonly string[];
  /** The lease ran out while we wrote: somebody else may be working on it. */
  readonly lost: boolean;
};

/** Passing faults without a word from GitHub are tried again after this long. */
export const RETRY_S = 5;

type On = Scene & {
  readonly number: number;
  readonly alarm: Alarm;
  /** When the look began, before it read what was intended. */
  readonly now: Instant;
  /** Steps that are due, with their instants: how late they are posted is measured. */
  readonly due?: readonly { readonly key: string; readonly at: Instant }[];
  readonly refusals: Refusals;
};

/**
 * Carries effects out, one by one, after what pages of earlier looks still owe; one that fails does not stop the others, but the status comment
 * waits for those that its record would call done. A comment's intent is on disk before it is sent, its id after. The lease is checked before
 * each write.
 */
export async function carryOut(
  parts: Parts,
  on: On,
  effects: readonly Effect[],
  /** A write of ours may be missing or not: the record must not say that it is there. */
  unsure: boolean,
): Promise<Carried> {
  const { alarm, refusals } = on;
  const silent: string[] = [];
  const unposted: string[] = [];
  let done = 0;
  let retryS: number | undefined;
  let unrecorded = unsure;
  const owed = (await stillOwed(parts, alarm.subject, on)).map((one) => ({ kind: 'names', owed: one }) as const);
  const tasks: Task[] = [...owed.filter((task) => !refusals.putsOff(task)), ...effects];
  if (effects.length > 0 && alarm.attempts === 0 && alarm.expect.includes(UNTOLD)) parts.meter.drifted(1);
  for (let task = tasks.shift(); task; task = tasks.shift()) {
    if (unrecorded && (task.kind === 'editStatus' || task.kind === 'createStatus')) continue;
    if (!(await mayGoOn(parts, alarm, done))) return { done, unposted, silent, lost: true };
    try {
      if (task.kind === 'names') silent.push(...(await nameMembers(parts, on, task.owed)));
      else {
        const next = await carryOne(parts, on, task);
        if (next) tasks.unshift({ kind: 'names', owed: next });
      }
      done++;
      refusals.done(task);
      if (task.kind === 'page') noteStepped(parts, on, task.steps);
    } catch (error) {
      if (error instanceof Overtaken) return { done, unposted, silent, lost: true };
      if (!(error instanceof Fault)) throw error;
      noteFailed(parts, alarm.subject, task.kind, error);
      // Somebody may have deleted it: the next look believes what it reads, not what we wrote.
      if (error.kind === 'gone' && task.kind === 'editStatus') await parts.store.forget(alarm.subject, 'status');
      if (error.kind === 'passing') retryS = Math.max(retryS ?? 0, error.retryAfterS ?? RETRY_S);
      else refusals.refused(task, error);
      if (refusals.givesUp(task)) parts.log.warn({ subject: alarm.subject, effect: task.kind }, 'given up, since GitHub refuses it');
      if (task.kind === 'page') unposted.push(...task.steps);
      if (task.kind === 'page' || refusals.holdsRecord(task)) unrecorded = true;
      // Whoever names a time means what comes after it too: a limit, or a budget that is spent.
      if (error.limited || (error.kind === 'passing' && error.retryAfterS !== undefined)) break;
    }
  }
  return { done, unposted, silent, lost: false, ...(retryS === undefined ? {} : { retryS }) };
}

/** Whether the next write is ours to send. The first of a look may be late in its lease, where reading took long; what follows is left to another. */
async function mayGoOn({ store, clock, halt }: Parts, alarm: Alarm, done: number): Promise<boolean> {
  if (halt.aborted || (done > 0 && clock() > alarm.leaseUntil - LEASE_S / 2)) return false;
  return store.holds(alarm, clock());
}

function noteStepped({ meter, clock }: Parts, { due = [] }: On, steps: readonly string[]): void {
  const now = clock();
  for (const step of due) if (steps.includes(step.key)) meter.stepped(now - step.at);
}

function noteFailed({ log, meter }: Parts, subject: string, effect: string, fault: Fault): void {
  const fields = { subject, effect, fault: fault.kind, status: fault.status, err: fault.message };
  // A spent budget is the usual state of a backlog.
  const putOff = fault.kind === 'passing' && fault.status === undefined && !fault.unsure;
  if (putOff) log.debug(fields, 'effect put off');
  else log.warn(fields, 'effect failed');
  meter.failed(effect, putOff ? 'put_off' : fault.kind);
}

/** Answers what a page owes. */
async function carryOne(parts: Parts, { repo, number, alarm, now }: On, effect: Effect): Promise<Owed | undefined> {
  if (effect.kind !== 'page') {
    await carryOther(parts, repo, number, alarm.subject, effect, now);
    return undefined;
  }
  const owed = await mayOwe(parts, alarm.subject, effect);
  const silentTeams = await comment(parts, repo, number, alarm.subject, effect.key, effect.body, now);
  return owed && owes(parts, alarm.subject, owed, silentTeams);
}

/** Answers the steps of which nobody was notified. */
async function nameMembers(parts: Parts, on: On, owed: Owed): Promise<readonly string[]> {
  const { subject } = on.alarm;
  const { body, unheard } = await namesFor(parts, subject, on, owed);
  if (body !== undefined) await comment(parts, on.repo, on.number, subject, `step:${namesStep(owed)}`, body);
  await paid(parts, subject, owed);
  return unheard;
}

async function carryOther(
  parts: Parts,
  repo: RepoRef,
  number: number,
  subject: string,
  effect: Exclude<Effect, { kind: 'page' }>,
  readAt: Instant,
): Promise<void> {
  const { github, store } = parts;
  switch (effect.kind) {
    case 'reply':
      await comment(parts, repo, number, subject, `reply:${effect.to}`, effect.body, readAt);
      return;
    case 'createStatus':
      await comment(parts, repo, number, subject, 'status', effect.body, readAt);
      return;
    case 'editStatus':
      await github.editComment(effect.unseen ? { ...repo, pace: 'background' } : repo, effect.id, effect.body);
      await store.intend({ subject, key: 'status', at: parts.clock(), id: String(effect.id), body: effect.body });
      return;
    case 'deleteComment':
      return github.deleteComment(repo, effect.id);
    case 'addLabel':
      await github.addLabel(repo, number, effect.label);
      return swapped(parts, subject, '+', effect.label.name);
    case 'removeLabel':
      await github.removeLabel(repo, number, effect.name);
      return swapped(parts, subject, '-', effect.name);
    case 'setTitle':
      await github.setTitle(repo, number, effect.title);
      await store.intend({ subject, key: 'title', at: parts.clock(), id: effect.emoji ?? '-', body: effect.title });
      return;
    case 'assign':
      return github.assign(repo, number, effect.login);
    case 'unassign':
      return github.unassign(repo, number, effect.login);
    case 'editComment':
      return github.editComment(repo, effect.id, effect.body);
    case 'react':
      return reactOnce(parts, repo, subject, effect.comment, effect.content);
    case 'setState':
      await github.setState(repo, number, effect.state, effect.as);
      await store.forget(subject, effect.state === 'open' ? 'state:closed' : 'state:open');
      await store.intend({ subject, key: `state:${effect.state}`, at: parts.clock(), id: '-' });
      return;
  }
}

/** The record says what was answered; as long as it waits for room, the same reaction each time would take that room. */
async function reactOnce({ github, store, clock }: Parts, repo: RepoRef, subject: string, about: number, content: '+1' | 'confused') {
  const key = `react:${about}:${content}`;
  const kept = await store.ownWrites(subject, instant(clock() - OWN_WRITES_DAYS * DAY_SECONDS));
  if (kept.some((write) => write.key === key)) return;
  await github.react(repo, about, content);
  await store.intend({ subject, key, at: clock(), id: '-' });
}

async function swapped(parts: Parts, subject: string, sign: '+' | '-', name: string): Promise<void> {
  await parts.store.forget(subject, `label${sign === '+' ? '-' : '+'}:${name}`);
  await parts.store.intend({ subject, key: `label${sign}:${name}`, at: parts.clock(), id: '-' });
}

/**
 * The intent is committed before the POST, the id after; an answer that was lost leaves the intent for later looks to settle. Answers the teams
 * that GitHub did not turn into mentions.
 */
export async function comment(
  parts: Parts,
  repo: RepoRef,
  number: number,
  subject: string,
  key: string,
  body: string,
  /** When the look read what was intended before; absent: whatever was intended is replaced. */
  readAt?: Instant,
): Promise<readonly string[]> {
  try {
    if (!(await parts.store.intend({ subject, key, at: parts.clock(), body }, readAt))) throw new Overtaken();
  } catch (error) {
    // Too long for the store is too long for GitHub: a no for good, which must not stop the rest.
    if (error instanceof RangeError) throw new Fault('refused', error.message);
    throw error;
  }
  try {
    const { id, silentTeams } = await parts.github.createComment(repo, number, body);
    await parts.store.answered(subject, key, String(id));
    return silentTeams;
  } catch (error) {
    if (error instanceof Fault && !error.unsure) await parts.store.forget(subject, key);
    throw error;
  }
}

/** Another look has come to the same comment meanwhile: this one stood still for longer than its lease. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}
