import type { Instant } from '../calendar/time.ts';
import { hiddenJson, readHiddenJson } from '../words/escape.ts';
import type { Clock } from './clock.ts';
import { BY_HAND, type CommentKey, ENDED, type Handled, KEPT_COMMANDS, type Record, SPOKE } from './ledger.ts';
import type { Ticket } from './ticket.ts';

/** `design.md`, 1: a record is at most this long, so that the comment keeps room for words. */
export const RECORD_CHARS_MAX = 8_000;
const STEPS_MAX = 200;
const BREACHES_MAX = 60;
const CLAIMS_MAX = 20;

/** What the status comment shall hold after this look: the old record, what the fold saw, the steps posted and the breaches reached. */
export function recordOf(ticket: Ticket, clocks: readonly Clock[], before: Record | undefined, steps: readonly string[]): Record {
  const breaches = new Map((before?.breaches ?? []).map((one) => [`${one[0]} ${one[1]}`, one]));
  for (const clock of clocks) {
    const key = `${clock.name} ${clock.cycle}`;
    if (clock.breachedAt !== undefined && !breaches.has(key)) breaches.set(key, [clock.name, clock.cycle, clock.breachedAt]);
  }
  return {
    v: 1,
    since: ticket.since,
    pins: ticket.pins,
    parts: ticket.parts,
    seen: ticket.seen,
    done: ticket.done,
    claims: ticket.claims.slice(-CLAIMS_MAX),
    ...(ticket.planOfReporter === undefined ? {} : { plan: ticket.planOfReporter }),
    ...(ticket.lacks ? { lacks: ticket.lacks } : {}),
    // In an order of their own: what was dropped once is dropped again, and the comment stays as it is.
    steps: [...new Set([...(before?.steps ?? []), ...steps])].sort().slice(-STEPS_MAX),
    breaches: [...breaches.values()].slice(-BREACHES_MAX),
    ...(before?.forgot === undefined ? {} : { forgot: before.forgot }),
  };
}

/** Whether all that the newer one has beside the older is how far a look has seen, and strangers: their every comment changes that. */
export function onlySaw(older: Record | undefined, newer: Record): boolean {
  const told = ({ seen: _seen, parts, ...more }: Record) =>
    JSON.stringify([more, Object.entries(parts).filter(([, list]) => list.some(([, part]) => part === 'r'))]);
  return older !== undefined && told(older) === told(newer);
}

/**
 * The record as the first line of the status comment. When it is too long, what is oldest and still stands elsewhere goes first: refusals, commands that
 * nothing hangs on, other commands (all stand in their comments), claims, steps (in our comments); breaches go last.
 */
export function statusLine(record: Record): { readonly line: string; readonly record: Record } {
  let short = record;
  for (;;) {
    const line = lineWithin(short);
    if (line !== undefined) return { line, record: short };
    const shorter = shortened(short);
    if (!shorter) throw new RangeError('a record of one ticket does not fit into its comment');
    short = shorter;
  }
}

/** Without an eighth of what can be done without most easily. */
function shortened(record: Record): Record | undefined {
  const { done, claims, steps, breaches } = record;
  const groups = [
    done.filter((one) => !one.ok),
    done.filter((one) => PASSING.has(one.name)),
    done.filter((one) => !isFact(one) && !KEPT_COMMANDS.has(one.name)),
    done.filter((one) => KEPT_COMMANDS.has(one.name)),
  ];
  const group = groups.find((one) => one.length > 0);
  if (group)
    return { ...withoutOldest(record, group), forgot: Math.max(record.forgot ?? 0, ...oldest(group).map((one) => one.at)) as Instant };
  if (claims.length > 1) return { ...record, claims: claims.slice(1) };
  if (steps.length > 0) return { ...record, steps: steps.slice(Math.ceil(steps.length / 4)) };
  // What a label meant and what silence ended stand nowhere else.
  if (done.length > 0) return withoutOldest(record, done);
  if (Object.keys(record.parts).length > 0 || record.pins.length > 1) return { ...record, parts: {}, pins: record.pins.slice(-1) };
  return breaches.length > 0 ? { ...record, breaches: breaches.slice(Math.ceil(breaches.length / 4)) } : undefined;
}

/** Commands that leave nothing behind. */
const PASSING: ReadonlySet<string> = new Set(['sla', 'help', 'rate', 'runbook', 'done', 'stay', 'escalate']);
const isFact = ({ name }: Handled): boolean => name === BY_HAND || name === ENDED || name === SPOKE;
const oldest = (group: readonly Handled[]): readonly Handled[] => group.slice(0, Math.ceil(group.length / 8));

function withoutOldest(record: Record, group: readonly Handled[]): Record {
  const dropped = new Set(oldest(group));
  return { ...record, done: record.done.filter((one) => !dropped.has(one)) };
}

function lineWithin(record: Record): string | undefined {
  try {
    const line = keyLine({ is: 'status' }, record);
    return line.length <= RECORD_CHARS_MAX ? line : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The first line of every comment of ours: says what it is, and carries the record in the status comment. */
export const keyLine = (key: CommentKey, record?: Record): string => hiddenJson({ watchkeeper: 1, ...key, ...(record ? { record } : {}) });

/** What one of *our own* comments is; undefined for one without a key. Never ask it about somebody else's. */
export function readKey(body: string): { key: CommentKey; record?: Record } | undefined {
  const found = readHiddenJson(body) as
    | { watchkeeper?: number; is?: string; steps?: unknown; to?: unknown; runbook?: unknown; cause?: unknown; record?: unknown }
    | undefined;
  if (!found || typeof found !== 'object' || found.watchkeeper !== 1) return undefined;
  if (found.is === 'status') {
    const record = readRecord(found.record);
    return { key: { is: 'status' }, ...(record ? { record } : {}) };
  }
  if (found.is === 'step' && Array.isArray(found.steps))
    return { key: { is: 'step', steps: found.steps.filter((one) => typeof one === 'string') } };
  if (found.is === 'reply' && typeof found.to === 'number')
    return { key: { is: 'reply', to: found.to, ...(found.runbook === true ? { runbook: true } : {}) } };
  if (found.is === 'crowd' && typeof found.cause === 'string') return { key: { is: 'crowd', cause: found.cause } };
  return undefined;
}

/** A record of another version, or one that somebody bent, is as good as none: today's answers stand in. */
function readRecord(value: unknown): Record | undefined {
  const record = value as Record | undefined;
  if (!record || typeof record !== 'object' || record.v !== 1 || !Number.isInteger(record.since) || !Number.isInteger(record.seen))
    return undefined;
  const lists = [record.pins, record.done, record.claims, record.steps, record.breaches];
  if (!lists.every(Array.isArray) || typeof record.parts !== 'object' || record.parts === null) return undefined;
  return record;
}
