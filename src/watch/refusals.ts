import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { markText } from '../desk/mark.ts';
import type { Effect } from '../desk/plan.ts';
import { OWN_WRITES_DAYS } from '../store/limits.ts';
import type { Fault } from './github-port.ts';
import { GONE_S } from './gone.ts';
import type { Owed } from './names.ts';
import { REFUSED_S, refusedS } from './outcome.ts';

/** A write of a look: what the plan asks for, or the names that an earlier page still owes. */
export type Task = Effect | { readonly kind: 'names'; readonly owed: Owed };

/** A write that GitHub said no to, as the ticket's row remembers it. */
export type Refusal = {
  readonly mark: string;
  /** How often in a row. */
  readonly tries: number;
  /** Not tried again before. */
  readonly until: Instant;
  /** It was said often enough that somebody else has to know, or that nobody waits for the write any more. */
  readonly meant?: true;
};

/** What the next look wants again by itself; the rest is wanted once, and the record says that it was done. */
const REPEATED: ReadonlySet<Task['kind']> = new Set([
  'addLabel',
  'removeLabel',
  'setTitle',
  'setState',
  'deleteComment',
  'createStatus',
  'editStatus',
  'names',
]);
/** A second no is believed until the next daily look, which comes after 18 hours at the earliest. */
const BELIEVED_S = DAY_SECONDS - 21_600;
/** A wait longer than this follows a no that is meant: a page's third. */
const MEANT_S = 3_600;
/** What a page owes is kept among own writes, and written there anew with each look: it has to be tried again well before it would be forgotten. */
const OWED_S_MAX = (OWN_WRITES_DAYS * DAY_SECONDS) / 2;
/** A row has room for so many. Pages are the first of a plan. */
const REMEMBERED_MAX = 20;

const callsPeople = ({ kind }: Pick<Task, 'kind'>): boolean => kind === 'page' || kind === 'names';
/** A comment that was written in spite of its 404 may be shown late, and a second one calls people twice: there is no hurry to see it missing. */
const isComment = ({ kind }: Pick<Task, 'kind'>): boolean =>
  kind === 'page' || kind === 'names' || kind === 'reply' || kind === 'createStatus';
export const isCall = ({ mark }: Refusal): boolean => /^(?:page|names):/.test(mark);
const isRepeated = ({ mark }: Refusal): boolean => REPEATED.has(mark.slice(0, mark.indexOf(':')) as Task['kind']);

/**
 * What GitHub refuses on one issue. One no proves nothing: GitHub answers 403 and 404 on bad days too, to what it takes a minute later. So each write is
 * tried again: a call after 5 minutes, 20, 80, …, then daily, as long as it is wanted; anything else after 5 minutes, then once a day. What is wanted
 * only once is given up with the second no. The issue is read before each try, so that what was written all the same is not written twice.
 */
export class Refusals {
  readonly #before: ReadonlyMap<string, Refusal>;
  readonly #wanted = new Set<string>();
  readonly #left = new Map<string, Refusal>();
  readonly #now: Instant;

  constructor(before: readonly Refusal[], now: Instant) {
    this.#before = new Map(before.map((one) => [one.mark, one]));
    this.#now = now;
  }

  /** Whether this write, which is wanted, has to wait for its next try. What nobody asks about is forgotten. */
  putsOff(task: Task): boolean {
    const mark = markOf(task);
    const known = this.#before.get(mark);
    this.#wanted.add(mark);
    if (known) this.#left.set(mark, known);
    return known !== undefined && known.until > this.#now;
  }

  done(task: Task): void {
    this.#left.delete(markOf(task));
  }

  refused(task: Task, fault: Fault): void {
    const mark = markOf(task);
    const tries = 1 + (this.#before.get(mark)?.tries ?? (task.kind === 'page' ? this.#replaced() : 0));
    const waitS = waitOf(task, tries, fault);
    this.#left.set(mark, { mark, tries, until: instant(this.#now + waitS), ...(waitS > MEANT_S ? { meant: true } : {}) });
  }

  /** A page with one more step is another page: it is tried at once, and goes on counting. */
  #replaced(): number {
    const pages = [...this.#before.values()].filter(({ mark }) => mark.startsWith('page:') && !this.#wanted.has(mark));
    return Math.max(0, ...pages.map((one) => one.tries));
  }

  isMeant(task: Task): boolean {
    return this.#left.get(markOf(task))?.meant === true;
  }

  /** Whether the record, which would call this write done, has to wait for it: it failed, and will be tried again. */
  holdsRecord(task: Task): boolean {
    return !REPEATED.has(task.kind) && !this.isMeant(task);
  }

  /** Whether nobody waits for it any more: the record will call it done. */
  givesUp(task: Task): boolean {
    return !REPEATED.has(task.kind) && !callsPeople(task) && this.isMeant(task);
  }

  /** For the row. */
  left(): readonly Refusal[] {
    return [...this.#left.values()].slice(0, REMEMBERED_MAX);
  }
}

/** How long after this no the next try is. */
function waitOf(task: Task, tries: number, { kind }: Fault): number {
  const gone = kind === 'gone' ? GONE_S[tries - 1] : undefined;
  if (gone !== undefined) return isComment(task) ? Math.max(REFUSED_S, gone) : gone;
  if (task.kind === 'names') return Math.min(OWED_S_MAX, refusedS(tries - 1));
  return task.kind === 'page' ? refusedS(tries - 1) : tries === 1 ? REFUSED_S : BELIEVED_S;
}

/**
 * When to look again for what was refused: for calls, and for the rest. What is meant and calls nobody is tried by the daily look, which a ticket that
 * has none of its own needs then (`daily`). What could have been tried at this look and was not waits for something else.
 */
export function triedAgainAt(
  left: readonly Refusal[],
  now: Instant,
): { readonly calls?: Instant; readonly rest?: Instant; readonly daily?: true } {
  const later = left.filter((one) => one.until > now);
  const calls = later.filter(isCall);
  const rest = later.filter((one) => !isCall(one) && !one.meant);
  const first = (all: readonly Refusal[]) => instant(Math.min(...all.map((one) => one.until)));
  const daily = left.some((one) => one.meant && isRepeated(one));
  return {
    ...(calls.length > 0 ? { calls: first(calls) } : {}),
    ...(rest.length > 0 ? { rest: first(rest) } : {}),
    ...(daily ? { daily } : {}),
  };
}

/** What a write is. The words of a page or a reply change with the minute: those are what they say it to. The others are their whole content. */
function markOf(task: Task): string {
  if (task.kind === 'reply') return `reply:${task.to}`;
  const what = task.kind === 'page' ? task.key : task.kind === 'names' ? task.owed.key : JSON.stringify(task);
  return `${task.kind}:${markText(what)}`;
}
