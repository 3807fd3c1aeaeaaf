import { afterOpen, dueAfter, type Hours, openBetween, sameHours } from './hours.ts';

/** One clock in one cycle, told in order what happens to it. */

export type Promised = { readonly target: string; readonly hours: Hours };
export type Reason = 'waiting' | 'hold' | 'closed' | 'stopped';
export type Span = { readonly from: number; readonly to: number };
/** A promise that is followed by itself: without pauses, and as they have pushed it so far. */
type Line = Promised & { readonly base: number; readonly due: number };
/** With the due instant as it was then. */
type End = { readonly state: 'met' | 'cancelled'; readonly at: number; readonly due: number };

export type Clock = {
  readonly name: string;
  readonly startedAt: number;
  /** From when its lines count: the start, or the change that came with grace. */
  from: number;
  lines: Line[];
  /** What the lines were made of; grace leaves one of them. */
  promised: readonly Promised[];
  /** Since when its promise is what it is. */
  promisedAt: number;
  readonly pauses: Span[];
  readonly reasons: Set<Reason>;
  pausedAt?: number;
  breachedAt?: number;
  /** What may be taken back: met by 🟡, or cancelled by 🟢. */
  stop?: End;
  /** What would have met it meanwhile. */
  later?: number;
  end?: End;
};

const lineOf = ({ target, hours }: Promised, start: number, pauses: readonly Span[]): Line => {
  const base = dueAfter(hours, start, target);
  return { target, hours, base, due: pushed(base, pauses, hours) };
};

/** Every pause that begins before the instant pushes it on by its own open time. */
export function pushed(base: number, pauses: readonly Span[], hours: Hours): number {
  let due = base;
  for (const { from, to } of pauses) if (from < due) due = afterOpen(hours, due, openBetween(hours, from, to));
  return due;
}

export function begin(name: string, at: number, promised: readonly Promised[], reasons: Iterable<Reason>): Clock {
  const lines = promised.map((one) => lineOf(one, at, []));
  const clock: Clock = { name, startedAt: at, from: at, lines, promised, promisedAt: at, pauses: [], reasons: new Set(reasons) };
  if (clock.reasons.size > 0) clock.pausedAt = at;
  return clock;
}

/** The line whose due instant is the clock's. */
export const leader = (clock: Clock): Line | undefined =>
  clock.lines.reduce<Line | undefined>((best, one) => (best && best.due <= one.due ? best : one), undefined);

export const dueOf = (clock: Clock): number => clock.breachedAt ?? leader(clock)?.due ?? Number.POSITIVE_INFINITY;
export const isLive = (clock: Clock): boolean => !clock.end && !clock.stop;

/** A clock that has reached its due instant running is breached, whatever comes. */
export function settle(clock: Clock, at: number): void {
  if (clock.end || clock.pausedAt !== undefined || clock.breachedAt !== undefined) return;
  const due = dueOf(clock);
  if (due <= at) clock.breachedAt = due;
}

function takePause(clock: Clock, to: number): void {
  const from = clock.pausedAt!;
  clock.pauses.push({ from, to });
  clock.lines = clock.lines.map((line) => ({ ...line, due: afterOpen(line.hours, line.due, openBetween(line.hours, from, to)) }));
}

export function pause(clock: Clock, reason: Reason, at: number): void {
  settle(clock, at);
  clock.reasons.add(reason);
  if (!clock.end && clock.breachedAt === undefined) clock.pausedAt ??= at;
}

export function resume(clock: Clock, reason: Reason, at: number): void {
  if (!clock.reasons.delete(reason) || clock.reasons.size > 0 || clock.end || clock.pausedAt === undefined) return;
  takePause(clock, at);
  delete clock.pausedAt;
}

function endOf(clock: Clock, at: number, state: 'met' | 'cancelled'): End {
  const { pausedAt, lines } = clock;
  if (clock.breachedAt !== undefined || pausedAt === undefined) return { state, at, due: dueOf(clock) };
  const dues = lines.map((one) => afterOpen(one.hours, one.due, openBetween(one.hours, pausedAt, at)));
  return { state, at, due: Math.min(...dues) };
}

export function finish(clock: Clock, at: number, state: 'met' | 'cancelled'): void {
  if (clock.end) return;
  settle(clock, at);
  clock.end = endOf(clock, at, state);
}

/** What meets a clock for good; while it stands still it counts when it goes on. */
export function meet(clock: Clock, at: number): void {
  if (clock.stop) clock.later ??= at;
  else finish(clock, at, 'met');
}

export function halt(clock: Clock, at: number, state: 'met' | 'cancelled'): void {
  if (!isLive(clock)) return;
  pause(clock, 'stopped', at);
  clock.stop = endOf(clock, at, state);
}

/** As if it had only been paused. */
export function lift(clock: Clock, at: number): void {
  if (!clock.stop || clock.end) return;
  delete clock.stop;
  if (clock.later !== undefined) finish(clock, clock.later, 'met');
  else resume(clock, 'stopped', at);
}

/** What stopped it is final. */
export function harden(clock: Clock): void {
  if (clock.stop) clock.end ??= clock.stop;
}

const same = (a: readonly Promised[], b: readonly Promised[]): boolean =>
  a.length === b.length && a.every((one, i) => one.target === b[i]!.target && sameHours(one.hours, b[i]!.hours));

/** Re-prioritisation: same start, same pauses; what would be past gets grace, and is never later than it was. */
export function promise(clock: Clock, at: number, promised: readonly Promised[], grace: string): void {
  if (clock.end) return;
  settle(clock, at);
  if (clock.breachedAt !== undefined || same(clock.promised, promised)) return;
  if (clock.pausedAt !== undefined) {
    takePause(clock, at);
    clock.pausedAt = at;
  }
  const old = dueOf(clock);
  clock.promised = promised;
  clock.promisedAt = at;
  clock.from = clock.startedAt;
  clock.lines = promised.map((one) => lineOf(one, clock.startedAt, clock.pauses));
  const best = leader(clock);
  if (!best || best.due > at) return;
  const { target, hours } = best;
  const due = Math.min(old, dueAfter(hours, at, target), dueAfter(hours, at, grace));
  clock.from = at;
  clock.lines = [{ target, hours, base: due, due }];
}

/** So many per cent of the way from `from` to the due instant. */
export function shareOf(clock: Clock, percent: number): number | undefined {
  const line = leader(clock);
  if (!line) return undefined;
  const whole = openBetween(line.hours, clock.from, line.base);
  const share = afterOpen(line.hours, clock.from, Math.floor((whole * percent) / 100));
  return pushed(
    share,
    clock.pauses.filter((one) => one.from >= clock.from),
    line.hours,
  );
}
