import type { SimPolicy } from '../script.ts';
import { type Clock, dueOf, isLive, leader, pushed, type Span, shareOf } from './clock.ts';
import { dueAfter, type Hours } from './hours.ts';
import { isOpen, priorityHours, priorityOf, type Ticket } from './ticket.ts';

/** Which steps could be posted from when to when, while nothing happens. */

export type Window = {
  readonly clock: string;
  readonly startedAt: number;
  readonly step: string;
  readonly repeat: number;
  readonly at: number;
  readonly from: number;
  readonly to: number;
};
type Step = SimPolicy['escalation'][number];
export type InForce = { readonly step: Step; readonly from: number };

const terms = new WeakMap<Step, string>();

function termsOf(step: Step): string {
  const known = terms.get(step);
  if (known !== undefined) return known;
  const { mention: _, ...rest } = step;
  const text = JSON.stringify(rest);
  terms.set(step, text);
  return text;
}

/** Each step of the newest of these policies, and since when it has been the same. */
export function inForce(policies: readonly { readonly from: number; readonly policy: SimPolicy }[]): InForce[] {
  return policies.at(-1)!.policy.escalation.map((step) => {
    const wanted = termsOf(step);
    let i = policies.length - 1;
    while (i > 0 && policies[i - 1]!.policy.escalation.some((one) => termsOf(one) === wanted)) i--;
    return { step, from: policies[i]!.from };
  });
}

/** Since when the ticket's priority has been one of the step's; undefined if it is not. */
function concernedSince(k: Ticket, { priorities }: Step): number | undefined {
  if (!priorities) return k.since;
  if (!priorities.includes(priorityOf(k))) return undefined;
  let since = k.since;
  for (const { at, id } of k.priorities)
    if (!priorities.includes(id)) since = Number.POSITIVE_INFINITY;
    else if (since === Number.POSITIVE_INFINITY) since = at;
  return since;
}

/** The instant of the step itself, and the hours that its repeats keep. */
function instantOf(k: Ticket, clock: Clock, step: Step): { at: number; hours: Hours } | undefined {
  if (step.stagnant !== undefined) {
    const hours = priorityHours(k);
    return { at: pushed(dueAfter(hours, clock.startedAt, step.stagnant), clock.pauses, hours), hours };
  }
  const line = leader(clock);
  if (!line || step.at === undefined) return undefined;
  const { hours } = line;
  const percent = /^([\d.]+)\s*%$/.exec(step.at)?.[1];
  if (percent !== undefined) return { at: shareOf(clock, Number(percent))!, hours };
  const later = /^breach\s*\+\s*(.+)$/.exec(step.at)?.[1];
  return { at: later === undefined ? dueOf(clock) : dueAfter(hours, dueOf(clock), later), hours };
}

const within = (spans: readonly Span[], at: number): boolean => spans.some((one) => one.from <= at && at < one.to);

function stoodStill(k: Ticket, clock: Clock, at: number): boolean {
  const gap = clock.name === 'resolution' || clock.name === 'workaround' || clock.name === 'stagnant';
  const shut = k.closedAt !== undefined && at >= k.closedAt;
  return shut || within(k.closed, at) || (gap && within(k.voided, at));
}

function ofStep(k: Ticket, clock: Clock, { step, from }: InForce, span: Span): Window[] {
  const concerned = concernedSince(k, step);
  const first = concerned === undefined ? undefined : instantOf(k, clock, step);
  if (!first) return [];
  const earliest = Math.max(from, concerned!, clock.promisedAt, k.since);
  const windows: Window[] = [];
  let { at } = first;
  for (let repeat = 0; repeat <= (step.repeat?.times ?? 0) && at <= span.to; repeat++) {
    if (repeat > 0) at = dueAfter(first.hours, at, step.repeat!.every);
    if (at < earliest || at > span.to || stoodStill(k, clock, at)) continue;
    windows.push({ clock: clock.name, startedAt: clock.startedAt, step: step.id, repeat, at, from: Math.max(at, span.from), to: span.to });
  }
  return windows;
}

/** All of a ticket in a span in which nothing happens. */
export function windowsIn(k: Ticket, steps: readonly InForce[], span: Span): Window[] {
  const running = k.clocks.filter((one) => isLive(one) && one.pausedAt === undefined);
  const idle = isOpen(k) && !k.waiting && !k.hold;
  return steps.flatMap((one) => {
    if (one.step.stagnant !== undefined) return idle ? ofStep(k, k.idle, one, span) : [];
    return running.filter((clock) => clock.name === one.step.clock).flatMap((clock) => ofStep(k, clock, one, span));
  });
}
