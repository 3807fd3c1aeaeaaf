import type { SimPolicy } from '../script.ts';
import {
  begin,
  type Clock,
  finish,
  halt,
  harden,
  lift,
  meet,
  type Promised,
  pause,
  promise,
  type Reason,
  resume,
  type Span,
} from './clock.ts';
import { dueAfter, type Hours } from './hours.ts';

/** One ticket, told in order what happens: its marker, its flags, and what they do to its clocks. */

export type Marker = 'received' | 'progress' | 'confirming' | 'resolved';
export type Name = 'first_response' | 'next_response' | 'update' | 'workaround' | 'resolution' | 'stagnant';

export type Ticket = {
  readonly since: number;
  readonly reporter: string;
  /** Opened by a responder: nobody is waiting for a response. */
  readonly staff: boolean;
  /** Today's file, and the one that the promise was made from. */
  now: SimPolicy;
  pin: SimPolicy;
  marker: Marker;
  closedAt?: number;
  fixedAt?: number;
  /** Since when the silence lasts that `confirm.after` ends. */
  silentAt?: number;
  waiting: boolean;
  hold: boolean;
  answers: number;
  readonly fallback: string;
  readonly form?: string;
  /** A responder's last word. */
  word?: string;
  plan?: string;
  readonly priorities: { readonly at: number; readonly id: string }[];
  readonly assigned: Set<string>;
  clocks: Clock[];
  /** Counts from the last deed of a responder, and promises nothing. */
  idle: Clock;
  readonly closed: Span[];
  readonly voided: Span[];
};

const PAUSES: Readonly<Record<Name, readonly Reason[]>> = {
  first_response: [],
  next_response: ['hold'],
  update: ['waiting', 'hold'],
  workaround: ['waiting', 'hold'],
  resolution: ['waiting', 'hold'],
  stagnant: ['waiting', 'hold'],
};

const all = (k: Ticket): Clock[] => [...k.clocks, k.idle];
const live = (k: Ticket, name: Name): Clock[] => k.clocks.filter((one) => one.name === name && !one.end);

export const isOpen = (k: Ticket): boolean => k.marker === 'received' || k.marker === 'progress';
export const priorityOf = (k: Ticket): string => k.word ?? k.form ?? k.fallback;

type Promiser = { readonly id: string; readonly calendar: string; readonly targets: Readonly<Record<string, string>> };

/** The pinned entry and its calendar; one that only today's file has, from there. */
function entryOf(k: Ticket, kind: 'priorities' | 'plans', id: string | undefined): { entry: Promiser; hours: Hours } | undefined {
  for (const policy of [k.pin, k.now]) {
    const entry = (policy[kind] as readonly Promiser[]).find((one) => one.id === id);
    if (entry) return { entry, hours: entry.calendar === 'always' ? 'always' : policy.calendars[entry.calendar]! };
  }
  return undefined;
}

export const priorityHours = (k: Ticket): Hours => entryOf(k, 'priorities', priorityOf(k))?.hours ?? 'always';

function promisedOf(k: Ticket, name: Name): Promised[] {
  const both = [entryOf(k, 'priorities', priorityOf(k)), entryOf(k, 'plans', k.plan)];
  return both.flatMap((one) => (one?.entry.targets[name] ? [{ target: one.entry.targets[name], hours: one.hours }] : []));
}

function reasonsOf(k: Ticket, name: Name): Reason[] {
  const flags = PAUSES[name].filter((one) => (one === 'waiting' && k.waiting) || (one === 'hold' && k.hold));
  return [...flags, ...(k.closedAt === undefined ? [] : ['closed' as const])];
}

export function start(k: Ticket, name: Name, at: number): void {
  if (k.staff && (name === 'first_response' || name === 'next_response')) return;
  k.clocks.push(begin(name, at, promisedOf(k, name), reasonsOf(k, name)));
}

export function deed(k: Ticket, at: number): void {
  k.idle = begin('stagnant', at, [], [...reasonsOf(k, 'stagnant'), ...(isOpen(k) ? [] : ['stopped' as const])]);
  if (!isOpen(k)) k.idle.stop = { state: 'cancelled', at, due: Number.POSITIVE_INFINITY };
}

/** Priority, plan or file have changed. */
export function promiseAgain(k: Ticket, at: number): void {
  const id = priorityOf(k);
  if (k.priorities.at(-1)?.id !== id) k.priorities.push({ at, id });
  for (const clock of k.clocks) promise(clock, at, promisedOf(k, clock.name as Name), k.pin.grace);
}

export function flag(k: Ticket, name: 'waiting' | 'hold', on: boolean, at: number): void {
  if (k[name] === on) return;
  k[name] = on;
  for (const clock of all(k)) if (PAUSES[clock.name as Name].includes(name)) (on ? pause : resume)(clock, name, at);
}

/** Ended in the second in which it began is none. */
function cancel(k: Ticket, name: Name, at: number): void {
  for (const clock of live(k, name)) finish(clock, at, 'cancelled');
  k.clocks = k.clocks.filter((one) => one.name !== name || one.startedAt !== at || one.end?.at !== at);
}

function become(k: Ticket, marker: Marker, at: number): void {
  if (k.marker === 'progress') cancel(k, 'update', at);
  k.marker = marker;
  if (isOpen(k)) lift(k.idle, at);
  else halt(k.idle, at, 'cancelled');
  delete k.silentAt;
  if (marker === 'confirming') k.silentAt = at;
  if (marker === 'progress') start(k, 'update', at);
}

function shut(k: Ticket, at: number): void {
  if (k.closedAt !== undefined) return;
  k.closedAt = at;
  for (const clock of all(k)) pause(clock, 'closed', at);
}

function unshut(k: Ticket, at: number): void {
  if (k.closedAt === undefined) return;
  k.closed.push({ from: k.closedAt, to: at });
  delete k.closedAt;
  for (const clock of all(k)) resume(clock, 'closed', at);
}

/** Somebody works on it, or nobody does any more. On 🟡 that voids the fix, on 🟢 it reopens. */
export function work(k: Ticket, marker: 'received' | 'progress', at: number): void {
  if (k.marker === 'resolved') reopen(k, at, marker);
  else if (k.marker === 'confirming') voidFix(k, at, marker);
  else if (k.marker !== marker) become(k, marker, at);
}

/** `/fixed`, or a merge that may have closed the issue. */
export function fix(k: Ticket, at: number, closes: boolean): boolean {
  if (k.marker === 'resolved') return false;
  if (k.now.confirm === false) {
    // As if 🟡 had stood for no time at all.
    for (const clock of live(k, 'workaround')) meet(clock, at);
    resolve(k, at, true);
    return true;
  }
  if (k.marker === 'confirming') {
    k.silentAt = at;
  } else {
    become(k, 'confirming', at);
    k.fixedAt = at;
    cancel(k, 'next_response', at);
    for (const name of ['workaround', 'resolution'] as const) for (const clock of live(k, name)) halt(clock, at, 'met');
  }
  if (closes) shut(k, at);
  return true;
}

export function voidFix(k: Ticket, at: number, marker: 'received' | 'progress'): void {
  k.voided.push({ from: k.fixedAt!, to: at });
  unshut(k, at);
  for (const name of ['workaround', 'resolution'] as const) for (const clock of live(k, name)) lift(clock, at);
  become(k, marker, at);
}

export function resolve(k: Ticket, at: number, completed: boolean): boolean {
  if (k.marker === 'resolved') return false;
  for (const clock of live(k, 'resolution')) {
    if (clock.stop) harden(clock);
    else finish(clock, at, completed ? 'met' : 'cancelled');
  }
  for (const clock of live(k, 'workaround')) harden(clock);
  become(k, 'resolved', at);
  // On 🟢 nobody waits; reopened, it goes on.
  flag(k, 'waiting', false, at);
  flag(k, 'hold', false, at);
  k.clocks = k.clocks.filter((one) => one.name !== 'next_response' || one.startedAt !== at);
  for (const name of ['first_response', 'next_response', 'workaround'] as const)
    for (const clock of live(k, name)) halt(clock, at, 'cancelled');
  shut(k, at);
  return true;
}

export function reopen(k: Ticket, at: number, marker?: 'received' | 'progress'): boolean {
  if (k.closedAt === undefined) return false;
  if (k.marker === 'confirming') for (const name of ['workaround', 'resolution'] as const) live(k, name).forEach(harden);
  unshut(k, at);
  for (const clock of k.clocks) if (!clock.end) lift(clock, at);
  start(k, 'resolution', at);
  become(k, marker ?? (k.assigned.size > 0 ? 'progress' : 'received'), at);
  return true;
}

/** When silence makes it 🟢; an open issue that nobody answered is never closed by time. */
export function silenceEnds(k: Ticket): number | undefined {
  if (k.marker !== 'confirming' || k.silentAt === undefined || (k.answers === 0 && k.closedAt === undefined) || k.now.confirm === false)
    return undefined;
  return dueAfter(priorityHours(k), k.silentAt, k.now.confirm.after);
}

export function answer(k: Ticket, at: number): void {
  for (const name of ['first_response', 'next_response', 'update'] as const) for (const clock of live(k, name)) meet(clock, at);
  k.clocks = k.clocks.filter((one) => one.name === 'first_response' || one.startedAt !== at || one.end?.at !== at);
  if (k.marker === 'progress') start(k, 'update', at);
  k.answers += 1;
  if (k.marker !== 'confirming') return;
  k.silentAt ??= at;
  // Until the first answer nothing could end.
  if (k.answers === 1 && k.closedAt === undefined) k.silentAt = at;
}

/** The reporter waits for an answer. */
export function ask(k: Ticket, at: number): void {
  if (live(k, 'next_response').length === 0) start(k, 'next_response', at);
}

export function workaround(k: Ticket, at: number): void {
  for (const clock of live(k, 'workaround')) meet(clock, at);
}
