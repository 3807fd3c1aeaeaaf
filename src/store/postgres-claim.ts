import type { Instant } from '../calendar/time.ts';
import { afterCrash, SHARD_READ_MAX, SHARDS } from './alarms.ts';
import type { Alarm, Settled, Store } from './port.ts';
import type { Ear } from './postgres-ear.ts';
import { type Db, statement } from './postgres-pool.ts';

/** Up to this many due rows are read and chosen from; beyond, a crowd is due, and shards are looked at. */
const DUE_READ_MAX = 500;
/** How often a process asks who has died. A killed one's leases are free after this and the turn of the loop. */
const ORPHANS_MS = 1_000;
/** Claims whose leases end at once; what is beyond ends with the next try. */
const ENDED_MAX = 20;
/** Another process may be at the very same rows, or leases may have to end first; whoever finds nothing so often comes again in the next turn. */
const TRIES_MAX = 5;

/** A row whose lease ended. */
type Ended = { readonly subject: string; readonly lease: string; readonly next: Settled };
type EndedRow = Required<Pick<Alarm, 'subject' | 'lease' | 'dueAt' | 'urgency' | 'expect' | 'attempts'>> & {
  readonly lookedAt: Instant | null;
};

/** What a statement of a claim answers, in one row: facts about the choice, and what was leased. */
type Claimed = {
  /** Leases have run out: they end first, since their rows may come before others. */
  readonly hasExpired: boolean;
  /** Whether what was read sufficed to choose from; if not, nothing was leased. */
  readonly decided: boolean;
  readonly chosen: number;
  readonly alarms: readonly Columns[] | null;
};
type Columns = [
  ...[subject: string, installation: number, dueAt: Instant, urgency: number],
  ...[expect: readonly string[], version: number, attempts: number, lookedAt: Instant | null],
];

/**
 * $1 now, $2 lease's end, $3 limit, $4 most of an installation, $5 installations to leave out, $6 lease, $7 holder, in CLAIM $8 how many to
 * read. `candidate` gives rows by where they lie (`tid`): to find a hundred again by their subjects took 0.6 ms. The choice among them is
 * `choose` of alarms.ts. Whoever locks a row first leases it: others skip it, and after its commit see that it is leased; one that moved
 * meanwhile is left to the next turn. `stale`: leases whose time was up with rows still under them end first, since those may come before
 * others; those without are swept. As one value, what was leased is read in half the time that rows of columns take (0.2 ms for a hundred).
 */
const leasing = (candidates: string, isEnough: string) => `with recursive ${candidates},
  ranked as (
    select tid, urgency, due_at, row_number() over (partition by installation order by urgency, due_at) as place
    from candidate where installation <> all ($5::bigint[])),
  chosen as materialized (select tid from ranked where place <= $4 order by urgency, due_at limit $3),
  over as materialized (select lease, subjects from lease where lease_until <= $1 order by lease_until limit ${ENDED_MAX} for update skip locked),
  stale as materialized (
    select 1 from over cross join lateral unnest(subjects) as its (subject) join alarm on alarm.subject = its.subject and alarm.lease = over.lease
    limit 1),
  swept as (delete from lease using over where lease.lease = over.lease and not exists (select 1 from stale)),
  facts as materialized (
    select exists (select 1 from stale) as has_expired, (select count(*) from chosen) as chosen,
      (select count(*) from candidate) as found),
  choice as materialized (select *, not has_expired and (${isEnough} or chosen >= $3) as decided from facts),
  taken as materialized (
    select ctid as tid from alarm
    where ctid = any (array(select tid from chosen where (select decided from choice))) and coalesce(lease, '') = '' and due_at + 0 <= $1
    for update skip locked),
  leased as (
    update alarm as a set lease = $6, lease_until = $2 from taken where a.ctid = taken.tid
    returning a.subject, a.installation, a.due_at, a.urgency, a.expect, a.version, a.attempts, a.looked_at),
  noted as (
    insert into lease (lease, holder, lease_until, subjects) select $6, $7, $2, array_agg(subject) from leased having count(*) > 0)
  select has_expired as "hasExpired", decided, chosen,
    (select json_agg(json_build_array(subject, installation, due_at, urgency, expect, version, attempts, looked_at)) from leased) as alarms
  from choice`;

/**
 * The first due rows, most urgent first: urgencies are looked at one after the other, until $8 rows are read. Nested loops give rows in that
 * order, and no join of another kind is possible here; if the order were another, the choice would still be of due rows.
 */
const CLAIM = statement(
  'claim',
  leasing(
    `candidate as materialized (
      select d.* from generate_series(0, 9) as u cross join lateral (
        select ctid as tid, installation, urgency, due_at from alarm where lease is null and urgency = u and due_at <= $1 order by due_at limit $8) as d
      limit $8)`,
    'found < $8',
  ),
);

/** The lanes of the shards in `which`, with their heads: a loose scan, one seek for each lane, however many rows those have. */
export const looseScan = (which: string, all: string, further: string) => `
      (select first.* from ${which} as its cross join lateral (
         select its.shard, urgency, installation, due_at from alarm
         where installation % ${SHARDS} = its.shard and ${all} and lease is null
         order by urgency, installation, due_at limit 1) as first)
      union all
      select next.* from lane cross join lateral (
        select lane.shard, urgency, installation, due_at from alarm
        where installation % ${SHARDS} = lane.shard and ${further} and lease is null
        order by urgency, installation, due_at limit 1) as next`;

/**
 * When a few installations' crowds fill what CLAIM reads. What is due in a shard is read as it comes, if it is little. In the others each lane
 * gives as many as one installation may have; urgency by urgency, until they would do: an installation has ten lanes at most, so ten times the
 * limit hold a choice. In one urgency no more lanes than 2 × limit can have a row that is chosen: each gives at least its head, but for those of
 * installations whose share is used up by more urgent rows, at most limit.
 */
const CLAIM_CROWD = statement(
  'claim_crowd',
  leasing(
    `early as materialized (
      select d.* from generate_series(0, ${SHARDS - 1}) as s cross join lateral (
        select s as shard, ctid as tid, installation, urgency, due_at from alarm
        where installation % ${SHARDS} = s and lease is null and due_at <= $1 order by due_at limit ${SHARD_READ_MAX}) as d),
    crowded as materialized (select shard from early group by shard having count(*) = ${SHARD_READ_MAX}),
    laned as materialized (
      select d.* from generate_series(0, 9) as u cross join lateral (
        with recursive lane as (${looseScan('crowded', 'urgency = u', 'urgency = u and installation > lane.installation')}),
        head as (
          select shard, installation, row_number() over (order by due_at) as place
          from lane where due_at <= $1 and installation <> all ($5::bigint[]))
        select its.* from head cross join lateral (
          select ctid as tid, installation, urgency, due_at from alarm
          where installation % ${SHARDS} = head.shard and urgency = u and installation = head.installation and lease is null and due_at <= $1
          order by due_at limit least($3::bigint, $4::bigint)) as its
        where head.place <= 2 * $3::bigint
        order by its.due_at) as d
      limit 10 * $3::bigint),
    candidate as materialized (
      select tid, installation, urgency, due_at from laned
      union all
      select tid, installation, urgency, due_at from early where shard not in (select shard from crowded))`,
    'true',
  ),
);

const ended = (which: string) =>
  `select alarm.subject, alarm.lease, due_at as "dueAt", urgency, expect, attempts, looked_at as "lookedAt"
   from (select lease, subjects from lease where ${which} order by lease_until limit ${ENDED_MAX}) as over
     cross join lateral unnest(subjects) as its (subject)
     join alarm on alarm.subject = its.subject and alarm.lease = over.lease
   order by alarm.subject`;
const EXPIRED = statement('expired', ended('lease_until <= $1'));
/** The lock of a holder that lives is in `pg_locks` from before its first lease, under the two halves of its number. */
const ORPHANED = statement(
  'orphaned',
  ended(`holder <> all (array(
    select (classid::bigint << 32) | objid::bigint from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted and database = (select oid from pg_database where datname = current_database())))`),
);
const SWEEP = statement('sweep', 'delete from lease where lease = any ($1::text[])');

export type Claiming = {
  readonly claim: Store['claim'];
  /** To be told of each row that was settled: a claim that is settled whole is forgotten, so that others need not look at it when its time is up. */
  readonly settled: (lease: string, subject: string) => Promise<void>;
};

/** `endAll` settles leases that ended by themselves. */
export function claiming(db: Db, ear: Ear, endAll: (ended: readonly Ended[]) => Promise<void>): Claiming {
  const open = new Map<string, { readonly subjects: Set<string>; readonly until: Instant }>();
  let leases = 0;
  let askedAt = Number.NEGATIVE_INFINITY;

  const end = async (rows: readonly EndedRow[], now: Instant): Promise<void> => {
    if (rows.length === 0) return;
    await endAll(rows.map((row) => endedOf(row, now)));
    await db.count(SWEEP, [[...new Set(rows.map((row) => row.lease))]]);
  };

  const endOrphans = async (now: Instant): Promise<void> => {
    if (performance.now() - askedAt < ORPHANS_MS) return;
    askedAt = performance.now();
    for (const [lease, { until }] of open) if (until <= now) open.delete(lease);
    await end(await db.rows<EndedRow>(ORPHANED), now);
  };

  const claim: Store['claim'] = async (now, leaseUntil, limit, perInstallation, except = []) => {
    const holder = await ear.holder();
    await endOrphans(now);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const lease = `${holder}.${++leases}`;
      const asked = [now, leaseUntil, limit, perInstallation, except, lease, holder];
      let [found] = await db.rows<Claimed>(CLAIM, [...asked, Math.max(DUE_READ_MAX, limit) + 1]);
      if (found && !found.hasExpired && !found.decided) [found] = await db.rows<Claimed>(CLAIM_CROWD, asked);
      if (found?.hasExpired) await end(await db.rows<EndedRow>(EXPIRED, [now]), now);
      else if (found?.alarms) {
        const alarms = found.alarms.map((columns) => alarmOf(columns, lease, leaseUntil)).sort(byUrgency);
        open.set(lease, { subjects: new Set(alarms.map((one) => one.subject)), until: leaseUntil });
        return alarms;
      } else if (found?.chosen === 0) return [];
    }
    return [];
  };

  return {
    claim,
    async settled(lease, subject) {
      const its = open.get(lease)?.subjects;
      its?.delete(subject);
      if (its?.size !== 0) return;
      open.delete(lease);
      await db.count(SWEEP, [[lease]]);
    },
  };
}

/** The look died: what had been asked is still to be done, and that was an attempt. */
function endedOf({ subject, lease, dueAt, urgency, expect, attempts, lookedAt }: EndedRow, now: Instant): Ended {
  const next = { dueAt: afterCrash(dueAt, attempts, now), urgency, expect, attempts: attempts + 1 };
  return { subject, lease, next: lookedAt === null ? next : { ...next, lookedAt } };
}

function alarmOf(
  [subject, installation, dueAt, urgency, expect, version, attempts, lookedAt]: Columns,
  lease: string,
  leaseUntil: Instant,
): Alarm {
  const alarm = { subject, installation, dueAt, leaseUntil, lease, version, attempts, urgency, expect };
  return lookedAt === null ? alarm : { ...alarm, lookedAt };
}

const byUrgency = (a: Alarm, b: Alarm): number => a.urgency - b.urgency || a.dueAt - b.dueAt || (a.subject < b.subject ? -1 : 1);
