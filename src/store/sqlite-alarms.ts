import type { DatabaseSync } from 'node:sqlite';
import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import { type Ask, afterCrash, join, newest } from './alarms.ts';
import type { Commits } from './commit.ts';
import { ears } from './ears.ts';
import {
  CLAIM_MAX,
  checkInteger,
  checkReceived,
  checkSettled,
  checkText,
  checkWakes,
  DELIVERIES_DAYS,
  NAME_CHARS_MAX,
  StoreLimit,
  slicesOf,
  TOLD_CHARS_MAX,
} from './limits.ts';
import type { Alarm, Settled, Store, Wake } from './port.ts';
import { choosing } from './sqlite-claim.ts';

type AlarmStore = Pick<Store, 'wake' | 'receive' | 'claim' | 'holds' | 'settle' | 'nextDue' | 'alarms' | 'listen' | 'tell'>;

type Row = {
  readonly id: number;
  readonly subject: string;
  readonly installation: number;
  readonly due_at: Instant;
  readonly urgency: number;
  readonly expect: string;
  readonly version: number;
  readonly attempts: number;
  readonly looked_at: Instant | null;
  /** Null in a row that nobody holds; then the three after it are null too. */
  readonly lease_until: Instant | null;
  readonly woken_at: Instant | null;
  readonly woken_urgency: number | null;
  readonly woken_expect: string | null;
};

type Statements = ReturnType<typeof prepare>;

function prepare(db: DatabaseSync) {
  const row = `select alarm.*, lease_until, woken_at, woken_urgency, woken_expect from alarm left join lease on alarm = id`;
  const leased = `select alarm.*, lease_until, woken_at, woken_urgency, woken_expect from lease cross join alarm on id = alarm`;
  return {
    bySubject: db.prepare(`${row} where subject = ?`),
    all: db.prepare(`${row} order by subject`),
    insert: db.prepare(
      'insert into alarm (installation, due_at, urgency, expect, version, attempts, subject) values (?, ?, ?, ?, 1, 0, ?)',
    ),
    wakeFree: db.prepare('update alarm set installation = ?, due_at = ?, urgency = ?, expect = ?, version = version + 1 where id = ?'),
    wakeLeased: db.prepare('update lease set woken_at = ?, woken_urgency = ?, woken_expect = ? where alarm = ?'),
    touch: db.prepare('update alarm set installation = ?, version = version + 1 where id = ?'),
    put: db.prepare('update alarm set due_at = ?, urgency = ?, expect = ?, attempts = ?, looked_at = ? where id = ?'),
    remove: db.prepare('delete from alarm where id = ?'),

    // A list of ids in one statement: a hundred leases in 0.05 ms, one by one 0.09.
    lease: db.prepare('insert into lease (alarm, lease_until) select value, ?2 from json_each(?1)'),
    release: db.prepare('delete from lease where alarm = ?'),
    expired: db.prepare(`${leased} where lease_until <= ?`),
    allLeased: db.prepare(leased),

    nextExpiry: db.prepare('select min(lease_until) as due from lease'),

    choosing: choosing(db),
    seen: db.prepare('insert into delivery values (?, ?) on conflict do update set at = excluded.at where delivery.at <= excluded.at - ?'),
  };
}

/** The alarm half of the store. Leases that are found were held by a process that is dead, since the file is ours: they end at once. */
export function sqliteAlarms(db: DatabaseSync, commits: Commits): AlarmStore {
  const sql = prepare(db);
  const orphans = sql.allLeased.all() as Row[];
  if (orphans.length > 0) {
    db.exec('begin immediate');
    for (const row of orphans) endLease(sql, row, 0 as Instant);
    db.exec('commit');
  }
  // One process has the file: it hears itself.
  const { say, listen } = ears();
  return {
    listen,

    async wake(wakes) {
      checkWakes(wakes);
      for (const some of slicesOf(wakes)) {
        await commits.write(() => wakeAll(sql, some));
        say({ is: 'woken', dueAt: Math.min(...some.map((one) => one.dueAt)) as Instant });
      }
    },

    async tell(text) {
      checkText('what is told', text, TOLD_CHARS_MAX);
      say({ is: 'told', text });
    },

    async receive(delivery, now, wakes) {
      checkText('delivery', delivery, NAME_CHARS_MAX);
      checkInteger('now', now);
      checkReceived(wakes);
      return commits.write(() => {
        if (sql.seen.run(delivery, now, DELIVERIES_DAYS * DAY_SECONDS).changes === 0) return false;
        wakeAll(sql, wakes);
        return true;
      });
    },

    async claim(now, leaseUntil, limit, perInstallation, except = []) {
      checkInteger('limit', limit, 0, CLAIM_MAX);
      checkInteger('perInstallation', perInstallation, 1);
      checkInteger('leaseUntil', leaseUntil);
      if (!(leaseUntil > now)) throw new StoreLimit(`a lease until ${leaseUntil} has ended at ${now}: its row would be claimed for ever`);
      // A lease that a power cut undoes is one that ended: a start ends them all.
      return commits.writeLax(() => claim(sql, now, leaseUntil, limit, perInstallation, new Set(except)));
    },

    async holds(alarm, now) {
      return commits.read(() => held(sql, alarm) !== undefined && now < alarm.leaseUntil);
    },

    async settle(alarm, next) {
      checkSettled(next);
      await commits.write(() => {
        const row = held(sql, alarm);
        if (row !== undefined) settle(sql, row, next);
      });
    },

    async nextDue(except = []) {
      return commits.read(() => {
        const instants = [sql.choosing.nextFree(new Set(except)), sql.nextExpiry.get()?.due].filter((due) => typeof due === 'number');
        return instants.length === 0 ? undefined : (Math.min(...instants) as Instant);
      });
    },

    async alarms() {
      return commits.read(() => (sql.all.all() as Row[]).map((row) => alarmOf(row, join(askOf(row), wokenOf(row) ?? askOf(row)))));
    },
  };
}

function wakeAll(sql: Statements, wakes: readonly Wake[]): void {
  for (const { subject, installation, dueAt, urgency, expect = [] } of wakes) {
    const row = sql.bySubject.get(subject) as Row | undefined;
    const isLeased = row !== undefined && row.lease_until !== null;
    const before = row === undefined ? undefined : isLeased ? wokenOf(row) : askOf(row);
    const ask = join(before, { dueAt, urgency, expect });
    const values = [ask.dueAt, ask.urgency, JSON.stringify(ask.expect)] as const;
    if (row === undefined) sql.insert.run(installation, ...values, subject);
    else if (!isLeased) sql.wakeFree.run(installation, ...values, row.id);
    else {
      sql.wakeLeased.run(...values, row.id);
      sql.touch.run(installation, row.id);
    }
  }
}

function claim(
  sql: Statements,
  now: Instant,
  leaseUntil: Instant,
  limit: number,
  perInstallation: number,
  except: ReadonlySet<number>,
): Alarm[] {
  for (const row of sql.expired.all(now) as Row[]) endLease(sql, row, now);
  const chosen = sql.choosing.choose(now, limit, perInstallation, except);
  if (chosen.length > 0) sql.lease.run(JSON.stringify(chosen.map(({ id }) => id)), leaseUntil);
  return chosen.map(({ id: _, ...alarm }) => ({ ...alarm, leaseUntil }));
}

/** A lease ended without `settle`: the look died. What had been asked, before and during it, is still to be done, and that was an attempt. */
function endLease(sql: Statements, row: Row, now: Instant): void {
  const asked = askOf(row);
  const lookedAt = row.looked_at ?? undefined;
  settle(sql, row, {
    ...asked,
    dueAt: afterCrash(asked.dueAt, row.attempts, now),
    attempts: row.attempts + 1,
    ...(lookedAt === undefined ? {} : { lookedAt }),
  });
}

function settle(sql: Statements, row: Row, next: Settled | undefined): void {
  const woken = wokenOf(row);
  const planned = next && { dueAt: next.dueAt, urgency: next.urgency, expect: newest(next.expect ?? []) };
  const ask = woken === undefined ? planned : join(planned, woken);
  sql.release.run(row.id);
  if (ask === undefined) sql.remove.run(row.id);
  else sql.put.run(ask.dueAt, ask.urgency, JSON.stringify(ask.expect), next?.attempts ?? 0, next?.lookedAt ?? null, row.id);
}

/** A lease is known by its end: the next one on the same row ends later, because it is taken after this one ended. */
function held(sql: Statements, alarm: Alarm): Row | undefined {
  const row = sql.bySubject.get(alarm.subject) as Row | undefined;
  return row?.lease_until === alarm.leaseUntil ? row : undefined;
}

function askOf(row: Row): Ask {
  return { dueAt: row.due_at, urgency: row.urgency, expect: JSON.parse(row.expect) };
}

/** What wakes have asked for since the row was leased. */
function wokenOf(row: Row): Ask | undefined {
  if (row.woken_at === null || row.woken_urgency === null || row.woken_expect === null) return undefined;
  return { dueAt: row.woken_at, urgency: row.woken_urgency, expect: JSON.parse(row.woken_expect) };
}

function alarmOf(row: Row, ask: Ask): Alarm {
  const leaseUntil = row.lease_until ?? (0 as Instant);
  const { subject, installation, version, attempts, looked_at: lookedAt } = row;
  return { subject, installation, ...ask, leaseUntil, version, attempts, ...(lookedAt === null ? {} : { lookedAt }) };
}
