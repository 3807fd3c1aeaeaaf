import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { DELIVERIES_DAYS, EXPECT_MAX, WAKES_MAX } from '../../src/store/limits.ts';
import type { Alarm, Store, Wake } from '../../src/store/port.ts';

const T0 = instant(1_800_000_000);
const DAY_S = 86_400;
const LEASE_S = 60;
const after = (seconds: number): Instant => instant(T0 + seconds);

const wake = (subject: string, dueIn = 0, more: Partial<Wake> = {}): Wake => ({
  subject,
  installation: 1,
  dueAt: after(dueIn),
  urgency: 5,
  ...more,
});

/** What every store promises about alarms. */
export function alarmContract(get: () => Store): void {
  wakes(get);
  claims(get);
  crowds(get);
  leases(get);
}

const claimAll = (store: Store, now = T0, lease = LEASE_S) => store.claim(now, instant(now + lease), 1_000, 1_000);

async function claimOne(store: Store, now = T0): Promise<Alarm> {
  const [alarm, ...others] = await claimAll(store, now);
  expect(others).toEqual([]);
  if (alarm === undefined) throw new Error('nothing was due');
  return alarm;
}

function wakes(get: () => Store): void {
  test('a wake is a row with the values that it asked for', async () => {
    await get().wake([wake('issue:1:1', 9, { installation: 4, urgency: 2, expect: ['comment:1'] })]);
    expect(await get().alarms()).toEqual([
      {
        subject: 'issue:1:1',
        installation: 4,
        dueAt: after(9),
        leaseUntil: 0,
        version: 1,
        attempts: 0,
        urgency: 2,
        expect: ['comment:1'],
      },
    ]);
  });

  test('wakes that meet keep the earlier instant, the more urgent urgency and both expectations, and raise the version', async () => {
    await get().wake([wake('app', 9, { urgency: 2, expect: ['comment:1'] }), wake('app', 5, { urgency: 4, expect: ['comment:2'] })]);
    await get().wake([wake('app', 30, { urgency: 9, installation: 2 })]);
    expect(await get().alarms()).toMatchObject([
      { dueAt: after(5), urgency: 2, expect: ['comment:1', 'comment:2'], version: 3, installation: 2 },
    ]);
  });

  test('of too many expectations the oldest are dropped, and one that is repeated counts once, as new', async () => {
    const many = Array.from({ length: EXPECT_MAX }, (_, n) => `comment:${n}`);
    await get().wake([wake('app', 0, { expect: many }), wake('app', 0, { expect: ['comment:0', 'closed'] })]);
    const [alarm] = await get().alarms();
    expect(alarm?.expect).toEqual([...many.slice(2), 'comment:0', 'closed']);
  });

  test('a delivery wakes once, however often and however concurrently it comes', async () => {
    const answers = await Promise.all([1, 2, 3].map((n) => get().receive('guid', T0, [wake(`issue:1:${n}`)])));
    expect(answers.toSorted()).toEqual([false, false, true]);
    expect((await get().alarms()).map((alarm) => alarm.subject)).toEqual([`issue:1:${1 + answers.indexOf(true)}`]);
    expect(await get().receive('guid', T0, [wake('issue:1:4')])).toBe(false);
    expect(await get().alarms()).toHaveLength(1);
  });

  for (const [claim, seconds, isNew] of [
    ['one second before three days have passed it is a repeat', DELIVERIES_DAYS * DAY_S - 1, false],
    ['after three days it is a new one', DELIVERIES_DAYS * DAY_S, true],
  ] as const) {
    test(`a delivery id: ${claim}, pruned or not`, async () => {
      await get().receive('a', T0, []);
      expect(await get().receive('a', after(seconds), [])).toBe(isNew);
      await get().receive('b', T0, []);
      await get().prune(after(seconds));
      expect(await get().receive('b', after(seconds), [])).toBe(isNew);
    });
  }

  test('a wake that the store cannot take is refused whole and disturbs no other', async () => {
    const good = get().wake([wake('app')]);
    const bad = get().wake([wake('issue:1:1'), wake('issue:1:2', 0, { urgency: 10 })]);
    const alsoGood = get().wake([wake('repository:1')]);
    await expect(bad).rejects.toThrow('urgency is 10');
    await Promise.all([good, alsoGood]);
    expect((await get().alarms()).map((alarm) => alarm.subject)).toEqual(['app', 'repository:1']);
    await expect(get().wake([wake('app', Number.NaN)])).rejects.toThrow('dueAt');
    await expect(get().wake([wake('app', Number.POSITIVE_INFINITY)])).rejects.toThrow('dueAt');
    await expect(get().wake([wake('')])).rejects.toThrow('subject is empty');
    await expect(get().receive('', T0, [])).rejects.toThrow('delivery is empty');
  });
}

function crowds(get: () => Store): void {
  test('any number of wakes is taken, in order; a delivery of so many is refused', async () => {
    const many = Array.from({ length: WAKES_MAX + 1 }, (_, n) => wake(`issue:1:${n % WAKES_MAX}`, n === WAKES_MAX ? -9 : n));
    const bad = { ...wake('issue:1:x'), urgency: 10 };
    await expect(get().wake([...many, bad])).rejects.toThrow('urgency is 10');
    expect(await get().nextDue()).toBeUndefined();
    await expect(get().receive('guid', T0, many)).rejects.toThrow(`${WAKES_MAX + 1} wakes in one delivery`);
    await get().wake(many);
    const alarms = await get().alarms();
    expect(alarms).toHaveLength(WAKES_MAX);
    expect(alarms[0]).toMatchObject({ subject: 'issue:1:0', dueAt: after(-9), version: 2 });
  });

  test('behind crowds that are left out, what is due and what comes next is found, in the crowds’ shards too', async () => {
    const crowd = (installation: number, dueIn: number, urgency: number) =>
      Array.from({ length: 600 }, (_, n) => wake(`issue:${installation}:${n}`, dueIn - n, { installation, urgency }));
    // Both 257 and 513 share the first crowd's shard.
    await get().wake([
      ...crowd(1, -10, 0),
      ...crowd(2, -10, 4),
      wake('same', 50, { installation: 257, urgency: 7 }),
      wake('due', -5, { installation: 513, urgency: 9 }),
      wake('page', -1, { installation: 513, urgency: 2 }),
      wake('other', 60, { installation: 77 }),
    ]);
    expect(await get().nextDue([1, 2])).toBe(after(-5));
    expect(await get().nextDue([2])).toBe(after(-609));
    const got = await get().claim(T0, after(LEASE_S), 10, 4, [1, 2]);
    expect(got.map(({ subject }) => subject)).toEqual(['page', 'due']);
    expect(await get().nextDue([1, 2])).toBe(after(50));
    expect(await get().claim(T0, after(LEASE_S), 10, 4, [1, 2])).toEqual([]);
    expect(await get().nextDue([1, 2, 257])).toBe(after(60));
    expect((await get().claim(T0, after(LEASE_S), 10, 3, [2])).map((one) => one.dueAt)).toEqual([after(-609), after(-608), after(-607)]);
    expect(await get().nextDue([1, 2, 257, 77])).toBe(after(LEASE_S));
  });

  test('a listener that throws harms neither who speaks nor who else listens', async () => {
    const heard: string[] = [];
    const stops = [
      get().listen(() => {
        throw new Error('a listener’s own trouble');
      }),
      get().listen((word) => word.is === 'told' && heard.push(word.text)),
    ];
    await get().tell('hello');
    for (let n = 0; n < 3_000 && heard.length === 0; n++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toEqual(['hello']);
    for (const stop of stops) stop();
  });
}

function claims(get: () => Store): void {
  test('the due instant itself is due, a second before is not', async () => {
    await get().wake([wake('app', 10)]);
    expect(await claimAll(get(), after(9))).toEqual([]);
    expect(await get().nextDue()).toBe(after(10));
    expect(await claimAll(get(), after(10))).toMatchObject([{ subject: 'app', dueAt: after(10), leaseUntil: after(70) }]);
  });

  test('most urgent first, then earliest, at most so many of an installation and so many in all', async () => {
    await get().wake([
      wake('a1', -9, { urgency: 5 }),
      wake('a2', -1, { urgency: 0 }),
      wake('a3', -8, { urgency: 5 }),
      wake('b1', -2, { urgency: 5, installation: 2 }),
      wake('b2', -3, { urgency: 9, installation: 2 }),
      wake('c1', 1, { urgency: 0, installation: 3 }),
    ]);
    const claim = async (limit: number, each: number) => (await get().claim(T0, after(LEASE_S), limit, each)).map((alarm) => alarm.subject);
    expect(await claim(0, 1)).toEqual([]);
    expect(await claim(10, 2)).toEqual(['a2', 'a1', 'b1', 'b2']);
    expect(await claim(10, 2)).toEqual(['a3']);
    expect(await claim(10, 2)).toEqual([]);
  });

  test('a crowd of one installation delays no other, and the order holds when very many are due', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) =>
      wake(`issue:1:${n}`, -((n * 7_919) % 5_000) - 2, { urgency: 1 + ((n * 31) % 9), installation: n % 20 === 0 ? 2 + (n % 7) : 1 }),
    );
    await get().wake([...rows, wake('late', -1, { urgency: 9, installation: 100 }), wake('page', -1, { urgency: 0, installation: 101 })]);
    const left = new Map((await get().alarms()).map((alarm) => [alarm.subject, alarm]));
    for (const [limit, each] of [
      [20, 3],
      [100, 5],
      [7, 100],
    ] as const) {
      const got = await get().claim(T0, after(LEASE_S), limit, each);
      expect(got.map(({ urgency, dueAt }) => [urgency, dueAt])).toEqual(expected([...left.values()], limit, each));
      for (const { subject } of got) left.delete(subject);
    }
    expect(left.has('page')).toBe(false);
    expect(left.has('late')).toBe(false);
  });

  test('installations that are left out are left out, whether few rows are due or very many', async () => {
    await get().wake([wake('a'), wake('b', 0, { installation: 2 }), wake('c', 0, { installation: 3 })]);
    const claim = async (except: readonly number[]) =>
      (await get().claim(T0, after(LEASE_S), 10, 10, except)).map((alarm) => alarm.subject);
    expect(await claim([1, 3, 99])).toEqual(['b']);
    await get().wake(Array.from({ length: 2_000 }, (_, n) => wake(`issue:1:${n}`, -1)));
    expect(await claim([1])).toEqual(['c']);
    expect(await claim([2])).toHaveLength(10);
  });

  test('a claim refuses a lease that has already ended', async () => {
    await expect(get().claim(T0, T0, 1, 1)).rejects.toThrow('a lease until');
  });

  test('there is no next instant in an empty store', async () => {
    expect(await get().nextDue()).toBeUndefined();
  });
}

/** Urgency and instant of each row that a claim should take, found the slow way. */
function expected(rows: readonly Alarm[], limit: number, each: number): [number, Instant][] {
  const counts = new Map<number, number>();
  return rows
    .toSorted((a, b) => a.urgency - b.urgency || a.dueAt - b.dueAt)
    .filter(({ installation }) => {
      counts.set(installation, (counts.get(installation) ?? 0) + 1);
      return (counts.get(installation) ?? 0) <= each;
    })
    .slice(0, limit)
    .map(({ urgency, dueAt }) => [urgency, dueAt]);
}

function leases(get: () => Store): void {
  const next = (dueIn: number, more: Partial<{ urgency: number; attempts: number; expect: readonly string[] }> = {}) => ({
    dueAt: after(dueIn),
    urgency: 7,
    attempts: 0,
    ...more,
  });

  test('what is leased is not claimed again until the lease ends, which counts as an attempt', async () => {
    await get().wake([wake('app', 0, { expect: ['closed'] })]);
    const first = await claimOne(get());
    expect(await get().nextDue()).toBe(after(LEASE_S));
    expect(await claimAll(get(), after(LEASE_S - 1))).toEqual([]);
    expect(await get().holds(first, after(LEASE_S - 1))).toBe(true);
    expect(await get().holds(first, after(LEASE_S))).toBe(false);
    const second = await claimOne(get(), after(LEASE_S));
    expect(second).toMatchObject({ attempts: 1, expect: ['closed'], version: first.version });
    expect(await get().holds(first, after(LEASE_S))).toBe(false);
    expect(await get().holds(second, after(LEASE_S))).toBe(true);
  });

  test('settling sets the next instant, urgency, attempts and expectations, and frees the row', async () => {
    await get().wake([wake('app', 0, { urgency: 0, expect: ['closed'] })]);
    const alarm = await claimOne(get());
    await get().settle(alarm, next(300, { attempts: 2, expect: ['comment:4'] }));
    expect(await get().holds(alarm, T0)).toBe(false);
    expect(await get().alarms()).toMatchObject([
      { dueAt: after(300), urgency: 7, attempts: 2, expect: ['comment:4'], leaseUntil: 0, version: alarm.version },
    ]);
    expect(await get().nextDue()).toBe(after(300));
  });

  test('when a subject was last looked at stays with its row, through wakes and through a look that dies', async () => {
    await get().wake([wake('app')]);
    const first = await claimOne(get());
    expect(first).not.toHaveProperty('lookedAt');
    await get().settle(first, { ...next(5), lookedAt: T0 });
    await get().wake([wake('app', 4)]);
    expect(await claimOne(get(), after(4))).toMatchObject({ lookedAt: T0 });
    const again = await claimOne(get(), after(4 + LEASE_S));
    expect(again).toMatchObject({ lookedAt: T0, attempts: 1 });
    await get().settle(again, next(100));
    expect(await claimOne(get(), after(100))).not.toHaveProperty('lookedAt');
  });

  test('a look that dies again and again comes later and later', async () => {
    await get().wake([wake('app')]);
    await claimOne(get());
    const instants: number[] = [];
    let now = T0;
    for (let n = 1; n < 14; n++) {
      // The lease is over: the row is free, due as it was the first time, later from then on.
      now = instant(now + LEASE_S);
      const [early] = await claimAll(get(), now);
      const due = early ? now : (await get().nextDue())!;
      instants.push(due - now);
      now = due;
      if (!early) await claimOne(get(), now);
    }
    expect(instants).toEqual([0, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900, 900]);
  });

  test('settling without a next instant deletes the row', async () => {
    await get().wake([wake('app')]);
    await get().settle(await claimOne(get()), undefined);
    expect(await get().alarms()).toEqual([]);
  });

  for (const [claim, wokenIn, plannedIn, want] of [
    ['earlier than the plan comes at its own instant, not at once', 5, 300, 5],
    ['later than the plan leaves the plan', 500, 300, 300],
    ['later than the lease comes at its own instant', LEASE_S + 40, 300, LEASE_S + 40],
    ['of the past comes at once', -20, 300, -20],
    ['of a row that would go keeps the row', 5, undefined, 5],
  ] as const) {
    test(`a wake that arrives while the issue is being worked on is not lost: one ${claim}`, async () => {
      await get().wake([wake('app', -100, { urgency: 0, expect: ['comment:1'] })]);
      const alarm = await claimOne(get());
      await get().wake([wake('app', wokenIn, { urgency: 4, expect: ['comment:2'] })]);
      expect(await get().nextDue()).toBe(after(LEASE_S));
      expect(await get().holds(alarm, T0)).toBe(true);
      expect(await claimAll(get(), after(LEASE_S - 1))).toEqual([]);
      await get().settle(alarm, plannedIn === undefined ? undefined : next(plannedIn));
      expect(await get().alarms()).toMatchObject([
        { dueAt: after(want), urgency: 4, expect: ['comment:2'], attempts: 0, leaseUntil: 0, version: alarm.version + 1 },
      ]);
    });
  }

  test('what the look still misses stays beside what a wake of meanwhile expects', async () => {
    await get().wake([wake('app', 0, { expect: ['comment:1', 'comment:2'] })]);
    const alarm = await claimOne(get());
    await get().wake([wake('app', 2, { expect: ['comment:3'] }), wake('app', 4, { expect: ['comment:4'], urgency: 1 })]);
    await get().settle(alarm, next(5, { expect: ['comment:2'] }));
    expect(await get().alarms()).toMatchObject([{ dueAt: after(2), urgency: 1, expect: ['comment:2', 'comment:3', 'comment:4'] }]);
  });

  test('a look that dies leaves everything that was asked before and during it', async () => {
    await get().wake([wake('app', -5, { urgency: 6, expect: ['comment:1'] })]);
    await claimOne(get());
    await get().wake([wake('app', 3, { urgency: 3, expect: ['comment:2'] })]);
    expect(await get().alarms()).toMatchObject([
      { dueAt: after(-5), urgency: 3, expect: ['comment:1', 'comment:2'], leaseUntil: after(60) },
    ]);
    expect(await claimOne(get(), after(LEASE_S))).toMatchObject({ dueAt: after(-5), urgency: 3, expect: ['comment:1', 'comment:2'] });
  });

  test('who has lost the lease settles nothing, whether the row was taken over, settled or made anew', async () => {
    await get().wake([wake('app')]);
    const lost = await claimOne(get());
    const taken = await claimOne(get(), after(LEASE_S));
    await get().settle(lost, undefined);
    expect(await get().holds(taken, after(LEASE_S))).toBe(true);
    await get().settle(taken, next(300));
    await get().settle(lost, undefined);
    await get().settle(taken, undefined);
    expect(await get().alarms()).toMatchObject([{ dueAt: after(300) }]);
    await get().settle(await claimOne(get(), after(300)), undefined);
    await get().wake([wake('app')]);
    await get().settle(lost, undefined);
    expect(await get().alarms()).toMatchObject([{ subject: 'app', version: 1 }]);
  });
}
