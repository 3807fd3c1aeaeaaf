import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import { type Ask, join, newest, SHARD_READ_MAX, SHARDS } from './alarms.ts';
import {
  CLAIM_MAX,
  checkInteger,
  checkReceived,
  checkSettled,
  checkText,
  checkWakes,
  DELIVERIES_DAYS,
  EXPECT_MAX,
  NAME_CHARS_MAX,
  StoreLimit,
  slicesOf,
  TOLD_CHARS_MAX,
} from './limits.ts';
import type { Alarm, Settled, Store, Wake } from './port.ts';
import { claiming, looseScan } from './postgres-claim.ts';
import { type Ear, toldText, wokenText } from './postgres-ear.ts';
import { type Db, statement, type Value } from './postgres-pool.ts';

type AlarmStore = Pick<Store, 'wake' | 'receive' | 'claim' | 'holds' | 'settle' | 'nextDue' | 'alarms' | 'listen' | 'tell'>;

/** As `join` of alarms.ts joins two expectations. */
const merged = (earlier: string, later: string) => `case
  when cardinality(${later}) = 0 then ${earlier}
  when cardinality(${earlier}) = 0 then ${later}
  else (select array_agg(entry order by at) from (
    select entry, max(at) as at from unnest(${earlier} || ${later}) with ordinality as each (entry, at)
    group by entry order by max(at) desc limit ${EXPECT_MAX}) as kept)
  end`;

/** Lists as parameters, one element for each row. Expectations come as the text of an array: lists of lists must not be of unequal length. */
const lists = (from: number, columns: readonly string[]) => `unnest(${columns.map((type, n) => `$${from + n}::${type}[]`).join(', ')})`;

/** `version` of what is inserted is how many wakes have met in it. A row's lock is taken in the order of subjects, so wakes wait for, and never deadlock, each other. */
const upsert = (from: number, when: string) => `insert into alarm as a (subject, installation, due_at, urgency, expect, version, attempts)
  select subject, installation, due_at, urgency, expect::text[], wakes, 0
  from ${lists(from, ['text', 'bigint', 'bigint', 'integer', 'text', 'bigint'])} as each (subject, installation, due_at, urgency, expect, wakes)
  ${when}
  on conflict (subject) do update set
    installation = excluded.installation,
    version = a.version + excluded.version,
    due_at = case when a.lease is null then least(a.due_at, excluded.due_at) else a.due_at end,
    urgency = case when a.lease is null then least(a.urgency, excluded.urgency) else a.urgency end,
    expect = case when a.lease is null then ${merged('a.expect', 'excluded.expect')} else a.expect end,
    woken_at = case when a.lease is null then null else least(a.woken_at, excluded.due_at) end,
    woken_urgency = case when a.lease is null then null else least(a.woken_urgency, excluded.urgency) end,
    woken_expect = case when a.lease is null then null else ${merged(`coalesce(a.woken_expect, '{}')`, 'excluded.expect')} end
  returning 1`;

const WAKE = statement('wake', `with woken as (${upsert(3, '')}) select count(*) as woken, pg_notify($1, $2)::text as told from woken`);
/** Two of the same delivery wait for each other at its row, and the later one finds it there: both in one commit, whoever comes. */
const RECEIVE = statement(
  'receive',
  `with seen as (
     insert into delivery as d (id, at) values ($1, $2)
     on conflict (id) do update set at = excluded.at where d.at <= excluded.at - ${DELIVERIES_DAYS * DAY_SECONDS}
     returning 1
   ), woken as (${upsert(5, 'where exists (select 1 from seen)')})
   select exists (select 1 from seen) as "isNew",
     case when $4::text is not null and exists (select 1 from seen) then pg_notify($3, $4)::text end as told`,
);
const TELL = statement('tell', 'select pg_notify($1, $2)::text as told');

/** Also how a lease ends without `settle`, with what `afterCrash` says: nothing but `woken_*` moves in a row during its lease. */
const SETTLE = statement(
  'settle',
  `update alarm as a set due_at = least(s.due_at, woken_at), urgency = least(s.urgency, woken_urgency),
     expect = ${merged('s.expect::text[]', `coalesce(woken_expect, '{}')`)}, attempts = s.attempts, looked_at = s.looked_at,
     lease = null, lease_until = null, woken_at = null, woken_urgency = null, woken_expect = null
   from ${lists(1, ['text', 'text', 'bigint', 'integer', 'text', 'bigint', 'bigint'])}
     as s (subject, lease, due_at, urgency, expect, attempts, looked_at)
   where a.subject = s.subject and a.lease = s.lease`,
);
const SETTLE_GONE = statement('settle_gone', 'delete from alarm where subject = $1 and lease = $2 and woken_at is null');
/** A row that would have gone, but for wakes of meanwhile. */
const SETTLE_WOKEN = statement(
  'settle_woken',
  `update alarm set due_at = woken_at, urgency = woken_urgency, expect = woken_expect, attempts = 0, looked_at = null,
     lease = null, lease_until = null, woken_at = null, woken_urgency = null, woken_expect = null
   where subject = $1 and lease = $2 and woken_at is not null`,
);
const HOLDS = statement('holds', 'select 1 from alarm where subject = $1 and lease = $2');
const nextDue = (free: string) => `select least(
     (${free}),
     (select lease.lease_until from lease
      where exists (
        select 1 from unnest(subjects) as its (subject) join alarm on alarm.subject = its.subject and alarm.lease = lease.lease)
      order by lease_until limit 1)) as due`;
const NEXT_DUE = statement(
  'next_due',
  nextDue(`select min(head.due_at) from generate_series(0, 9) as u cross join lateral (
     select due_at from alarm where lease is null and urgency = u order by due_at limit 1) as head`),
);
/** A shard whose first rows are all excepted may begin with a crowd: its lanes are looked through. */
const NEXT_DUE_EXCEPT = statement(
  'next_due_except',
  nextDue(`with recursive head as materialized (
     select s as shard, (
       select due_at from (
         select installation, due_at from alarm where installation % ${SHARDS} = s and lease is null order by due_at limit ${SHARD_READ_MAX}) as few
       where installation <> all ($1::bigint[]) limit 1) as due_at
     from generate_series(0, ${SHARDS - 1}) as s),
   hidden as (select shard from head where due_at is null),
   lane as (${looseScan('hidden', 'true', '(urgency, installation) > (lane.urgency, lane.installation)')})
   select min(due_at) from (
     select due_at from head union all select due_at from lane where installation <> all ($1::bigint[])) as each`),
);
const ALL = statement(
  'alarms',
  `select subject, installation, due_at as "dueAt", urgency, expect, version, attempts, looked_at as "lookedAt", lease_until as "leaseUntil",
     woken_at as "wokenAt", woken_urgency as "wokenUrgency", woken_expect as "wokenExpect" from alarm order by subject`,
);

type Row = Omit<Alarm, 'leaseUntil' | 'lookedAt'> & {
  readonly lookedAt: Instant | null;
  readonly leaseUntil: Instant | null;
  readonly wokenAt: Instant | null;
  readonly wokenUrgency: number | null;
  readonly wokenExpect: readonly string[] | null;
};

/**
 * The alarm half of the store. Where a connection breaks before the answer to a commit has come, nobody knows whether it happened: to wake again
 * only raises a version, a claim's leases end by their time, a settled lease is not settled twice, and a delivery that GitHub sends again is
 * known by its id.
 */
export function postgresAlarms(db: Db, claims: Db, ear: Ear, channel: string): AlarmStore {
  const settleAll = async (all: readonly { subject: string; lease: string; next: Settled }[]) => {
    const columns = all.map(({ subject, lease, next }) => {
      const { dueAt, urgency, expect = [], attempts, lookedAt } = next;
      return [subject, lease, dueAt, urgency, arrayText(newest(expect)), attempts, lookedAt ?? null] as const;
    });
    await db.count(SETTLE, transposed(columns));
  };
  const { claim, settled } = claiming(claims, ear, settleAll);
  return {
    listen: ear.listen,

    async tell(text) {
      checkText('what is told', text, TOLD_CHARS_MAX);
      await db.rows(TELL, [channel, toldText(text)]);
    },

    async wake(wakes) {
      checkWakes(wakes);
      for (const some of slicesOf(wakes)) await db.rows(WAKE, [channel, wokenText(earliest(some)), ...wakeColumns(some)]);
    },

    async receive(delivery, now, wakes) {
      checkText('delivery', delivery, NAME_CHARS_MAX);
      checkInteger('now', now);
      checkReceived(wakes);
      // A commit that notifies takes a lock that all such commits share (10 in flight: 1.5 times slower): only for what cannot wait for the next turn.
      const woken = wakes.length > 0 && earliest(wakes) <= now ? wokenText(earliest(wakes)) : null;
      const [row] = await db.rows<{ isNew: boolean }>(RECEIVE, [delivery, now, channel, woken, ...wakeColumns(wakes)]);
      return row?.isNew === true;
    },

    async claim(now, leaseUntil, limit, perInstallation, except = []) {
      checkInteger('limit', limit, 0, CLAIM_MAX);
      checkInteger('perInstallation', perInstallation, 1);
      checkInteger('leaseUntil', leaseUntil);
      if (!(leaseUntil > now)) throw new StoreLimit(`a lease until ${leaseUntil} has ended at ${now}: its row would be claimed for ever`);
      return claim(now, leaseUntil, limit, perInstallation, except);
    },

    async holds({ subject, lease, leaseUntil }, now) {
      const rows = await db.rows(HOLDS, [subject, lease ?? '']);
      return rows.length > 0 && now < leaseUntil;
    },

    async settle({ subject, lease = '' }, next) {
      checkSettled(next);
      if (next !== undefined) await settleAll([{ subject, lease, next }]);
      else if ((await db.count(SETTLE_GONE, [subject, lease])) === 0) await db.count(SETTLE_WOKEN, [subject, lease]);
      await settled(lease, subject);
    },

    async nextDue(except = []) {
      const rows =
        except.length === 0 ? db.rows<{ due: Instant | null }>(NEXT_DUE) : db.rows<{ due: Instant | null }>(NEXT_DUE_EXCEPT, [except]);
      const [row] = await rows;
      return row?.due ?? undefined;
    },

    async alarms() {
      return (await db.rows<Row>(ALL)).map(alarmOf);
    },
  };
}

const earliest = (wakes: readonly Wake[]): Instant => Math.min(...wakes.map((one) => one.dueAt)) as Instant;

/** Joined by subject, since one statement writes a row once; sorted, so that all lock rows in one order. */
function wakeColumns(wakes: readonly Wake[]): Value[] {
  const asks = new Map<string, Ask & { readonly installation: number; readonly wakes: number }>();
  for (const { subject, installation, dueAt, urgency, expect = [] } of wakes) {
    const before = asks.get(subject);
    asks.set(subject, { ...join(before, { dueAt, urgency, expect }), installation, wakes: (before?.wakes ?? 0) + 1 });
  }
  const rows = [...asks].sort(([a], [b]) => (a < b ? -1 : 1));
  const columns = rows.map(
    ([subject, ask]) => [subject, ask.installation, ask.dueAt, ask.urgency, arrayText(ask.expect), ask.wakes] as const,
  );
  return columns.length === 0 ? [[], [], [], [], [], []] : transposed(columns);
}

function transposed(rows: readonly (readonly (string | number | null)[])[]): Value[] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? null));
}

/** As PostgreSQL writes an array of texts. */
const arrayText = (list: readonly string[]): string => `{${list.map((one) => `"${one.replaceAll(/[\\"]/g, '\\$&')}"`).join(',')}}`;

function alarmOf(row: Row): Alarm {
  const { lookedAt, leaseUntil, wokenAt, wokenUrgency, wokenExpect, ...alarm } = row;
  const woken =
    wokenAt === null || wokenUrgency === null || wokenExpect === null
      ? alarm
      : join(alarm, { dueAt: wokenAt, urgency: wokenUrgency, expect: wokenExpect });
  const { dueAt, urgency, expect } = woken;
  const all = { ...alarm, dueAt, urgency, expect, leaseUntil: leaseUntil ?? (0 as Instant) };
  return lookedAt === null ? all : { ...all, lookedAt };
}
