import { type Instant, instant } from '../calendar/time.ts';
import { type Clock, clocks as clocksOf } from '../desk/clock.ts';
import { clocksNow, type Desired, desired, nextLook } from '../desk/desired.ts';
import { fold } from '../desk/fold.ts';
import type { Actor, Fact, Ledger, Policies, Record } from '../desk/ledger.ts';
import { type Scheduled, schedule } from '../desk/steps.ts';
import type { Ticket } from '../desk/ticket.ts';
import type { Exported } from '../github/export.ts';
import { ledgerAt } from '../github/past.ts';
import { type Row, rowsOf } from './walk-rows.ts';

/** Looks at one issue: twenty-seven years of daily ones, or three for each fact that a look reads at most. Beyond, something turns in a circle. */
export const LOOKS_MAX = 10_000;
/** What nobody ever touches again is followed for so long after its last fact, if no step, due instant or confirmation lies further ahead. */
const AFTER_S = 30 * 86_400;

/** What one look saw and what the desk would have done. */
export type Look = {
  readonly now: Instant;
  readonly ledger: Ledger;
  readonly ticket: Ticket;
  readonly clocks: readonly Clock[];
  /** A second later: what began now has begun (a pause, say, of which no look at its own instant knows). */
  readonly after: readonly Clock[];
  /** Steps that are scheduled, due or ahead, and not posted before this look. */
  readonly open: readonly Scheduled[];
  readonly want: Desired;
  /** Keys of what this look would have posted: steps, notices, escalations by hand. */
  readonly posts: ReadonlySet<string>;
};

export type Walk = {
  /** The last look; absent: never a ticket. */
  readonly last?: Look;
  readonly rows: readonly Row[];
  /** Keys of everything that would have been posted. */
  readonly posts: readonly { readonly key: string; readonly at: Instant }[];
  /** The clocks stand as they do then. */
  readonly until: Instant;
  readonly looks: number;
};

/** A walk that does not end. */
export class EndlessWalk extends Error {}

/**
 * The desk's looks at one issue, one after the other, at the instants at which something happened and at which the desk itself would have
 * looked, each with the record and the deeds of those before it. Pure: time is what the ledger and `until` say.
 */
export function walk(exported: Exported, policies: Policies, until?: Instant, looksMax: number = LOOKS_MAX): Walk {
  const facts = instantsOf(exported.ledger);
  const endsAt = facts.at(-1)!;
  const posted = new Set<string>();
  const deeds: Fact[] = [];
  const rows: Row[] = [];
  const posts: Walk['posts'][number][] = [];
  let record: Record | undefined;
  let last: Look | undefined;
  let end = until ?? instant(endsAt + AFTER_S);
  let looks = 0;
  for (let now: Instant | undefined = facts[0]; now !== undefined && now <= end; ) {
    if (++looks > looksMax) throw new EndlessWalk(`more than ${looksMax} looks by ${new Date(now * 1000).toISOString()}`);
    const look = lookAt(ledgerAt(exported, now, record, deeds), policies, posted);
    if (look) {
      rows.push(...rowsOf(last, look, policies));
      last = look;
      record = look.want.status?.record ?? record;
      for (const key of look.posts) {
        posted.add(key);
        posts.push({ key, at: now });
      }
      deeds.push(...deedsOf(look, exported.app));
      if (until === undefined) end = instant(Math.max(end, furthest(look)));
    }
    const own = look && nextLook(look.ticket, look.clocks, policies, now, posted, look.ledger);
    const fact = facts.find((at) => at > now!);
    const times = [own, fact].filter((at) => at !== undefined && at > now!) as Instant[];
    now = times.length > 0 ? instant(Math.min(...times)) : undefined;
    if (last && fact === undefined && look?.now === endsAt && now !== undefined && now <= end) rows.push({ at: endsAt, is: 'file_ends' });
  }
  const before =
    last && until !== undefined && last.now < until ? lookAt(ledgerAt(exported, until, record, deeds), policies, posted) : last;
  // What time alone would still bring is of interest only where there is some of it.
  if (rows.at(-1)?.is === 'file_ends') rows.pop();
  rows.sort((a, b) => a.at - b.at);
  return { ...(before ? { last: before } : {}), rows, posts, until: until ?? last?.now ?? endsAt, looks };
}

/** Everything that the file dates, sorted, each once. */
function instantsOf({ facts, createdAt }: Ledger): Instant[] {
  const all = new Set<Instant>([createdAt]);
  for (const fact of facts) {
    all.add(fact.at);
    if (fact.kind === 'said') for (const command of fact.commands) all.add(command.at);
  }
  return [...all].filter((at) => at >= createdAt).sort((a, b) => a - b);
}

function lookAt(ledger: Ledger, policies: Policies, posted: ReadonlySet<string>): Look | undefined {
  const now = ledger.readAt;
  const ticket = fold(ledger, policies);
  if (!ticket) return undefined;
  const clocks = clocksNow(ticket, { ledger, policies, now });
  const open = schedule(ticket, clocks, policies).filter((one) => !posted.has(one.key));
  const want = desired(ticket, clocks, { ledger, policies, now, posted, reach: () => true, held: () => false });
  const posts = new Set((want.status?.record.steps ?? []).filter((key) => !posted.has(key)));
  const after = clocksOf(ticket, policies, instant(now + 1), ledger.record?.breaches);
  return { now, ledger, ticket, clocks, after, open, want, posts };
}

/** The latest instant at which, as things stand, time alone changes something. */
function furthest({ now, ticket, clocks, open }: Look): number {
  const dues = clocks.flatMap(({ state }) => (state.is === 'running' ? [state.dueAt] : []));
  return Math.max(now, ...dues, ...open.map((one) => one.at), ticket.confirmsAt ?? 0);
}

/** What the desk would have done to the issue that a later look reads as a fact: whom it assigned or not, and that it closed or reopened it. */
function deedsOf({ now, ledger, want }: Look, by: Actor): Fact[] {
  const people = new Map([...ledger.assignees, ...ledger.facts.map((fact) => fact.by)].map((one) => [one.login.toLowerCase(), one]));
  const assigned = new Set(ledger.assignees.map((one) => one.id));
  const deeds = want.assign.flatMap(({ login, is }): Fact[] => {
    const who = people.get(login.toLowerCase()) ?? ledger.named?.get(login.toLowerCase())?.actor;
    if (!who || assigned.has(who.id) === (is === 'on')) return [];
    return [{ id: `w${now}:${who.id}`, at: now, by, kind: is === 'on' ? 'assigned' : 'unassigned', who }];
  });
  const did = { id: `w${now}:state`, at: now, by } as const;
  if (want.state?.is === 'closed') deeds.push({ ...did, kind: 'closed', as: want.state.as ?? 'completed', byFix: false });
  if (want.state?.is === 'open') deeds.push({ ...did, kind: 'reopened' });
  return deeds;
}
