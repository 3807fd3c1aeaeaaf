import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';
import { openStore } from '../../src/store/open.ts';
import { Superseded } from '../../src/store/port.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openPool, statement } from '../../src/store/postgres-pool.ts';
import { POSTGRES_MIGRATIONS } from '../../src/store/postgres-schema.ts';
import { asAdmin, differently, freshDatabase, PASSWORD } from '../support/postgres.ts';

const T0 = instant(1_800_000_000);
const KNOWN = POSTGRES_MIGRATIONS.length;

/** What opening says, if it is one line without the password, written as it is or as in an address. */
async function refusal(url: string): Promise<string> {
  const said = await openPostgres(url).then(
    async (store) => `opened: ${await store.close()}`,
    (cause: Error) => `${cause.message}\n${cause.stack}\n${String(cause.cause)}`,
  );
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'wrong%']) expect(said).not.toContain(secret);
  return said.split('\n')[0]!;
}

const schemaOf = async (url: string) =>
  (await asAdmin<{ value: string }>(url, `select value from meta where key in ('schema', 'schema_needs') order by key`)).map(
    (row) => row.value,
  );
const setMeta = (url: string, key: string, value: number) =>
  asAdmin(url, 'insert into meta values ($1, $2) on conflict (key) do update set value = excluded.value', [key, String(value)]);

describe('what goes wrong at the start is said in one line, without the password', () => {
  test('a server that is not there', async () => {
    const url = (await freshDatabase()).replace(/:\d+\//, ':1/');
    expect(await refusal(url)).toMatch(/^postgresql:\/\/127\.0\.0\.1:1\/t_\w+ does not answer: .*ECONNREFUSED/);
  });

  test('a wrong password, or a user who does not exist', async () => {
    const url = await freshDatabase();
    expect(await refusal(differently(url, { password: 'wrong%' }))).toMatch(/refuses the user admin: password authentication failed/);
    expect(await refusal(differently(url, { user: 'nobody' }))).toMatch(/refuses the user nobody/);
  });

  test('a database that does not exist', async () => {
    const url = differently(await freshDatabase(), { database: 'not_there' });
    expect(await refusal(url)).toMatch(/not_there does not exist: create the database not_there first$/);
  });

  for (const [what, taken] of [
    ['the connection that listens', 1],
    ['the first of those that work', 2],
  ] as const)
    test(`a server that goes when ${what} is made`, async () => {
      const url = new URL(await freshDatabase());
      const there = Number(url.port);
      let left: number = taken;
      const proxy = createServer((near) => {
        near.on('error', () => {});
        if (left-- <= 0) return void near.destroy();
        const far = connect(there, url.hostname);
        far.on('error', () => near.destroy());
        far.on('close', () => near.destroy());
        near.on('close', () => far.destroy());
        near.pipe(far).pipe(near);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      url.port = String((proxy.address() as AddressInfo).port);
      expect(await refusal(String(url))).toMatch(/^postgresql:\/\/127\.0\.0\.1:\d+\/t_\w+ does not answer: ./);
      proxy.close();
    });

  test('a user who may not create tables', async () => {
    const url = await freshDatabase();
    const user = `guest_${randomUUID().replaceAll('-', '')}`;
    await asAdmin(url, `create role ${user} login password 'guest'`);
    expect(await refusal(differently(url, { user, password: 'guest' }))).toMatch(
      new RegExp(`does not let the user ${user} create tables: permission denied`),
    );
  });

  test('an address that is none', async () => {
    expect(await refusal(`postgres://admin:${PASSWORD}@127.0.0.1:notaport/x`)).toMatch(/address of the PostgreSQL store cannot be read/);
  });

  test('a database whose tables are somebody else’s', async () => {
    const url = await freshDatabase();
    await asAdmin(url, 'create table meta (id integer)');
    expect(await refusal(url)).toMatch(/holds tables like ours that are not Watchkeeper's/);
  });

  test('a database that cannot hold every text', async () => {
    const url = await freshDatabase();
    const database = `latin_${randomUUID().replaceAll('-', '')}`;
    await asAdmin(url, `create database ${database} encoding 'LATIN1' template template0`);
    expect(await refusal(differently(url, { database }))).toMatch(/keeps its text as LATIN1: create the database with encoding UTF8/);
  });
});

describe('the schema moves forward', () => {
  const grown = (breaking: boolean) => [
    ...POSTGRES_MIGRATIONS,
    { breaking, sql: 'alter table alarm add column more integer; create table runs (n integer); insert into runs values (1)' },
  ];

  test('several that start at once migrate once, and rows stay as they were', async () => {
    const url = await freshDatabase();
    const old = await openPostgres(url);
    await old.receive('guid', T0, [{ subject: 'app', installation: 1, dueAt: T0, urgency: 1, expect: ['closed'] }]);
    await old.intend({ subject: 'app', key: 'status', at: T0, body: 'Ä 🔴' });
    await old.editRepo(7, () => ({ repo: 7, installation: 1, owner: 'o', name: 'n', data: '{}' }));
    const ticket = { repo: 7, number: 1, installation: 1, open: true, marker: 'm', priority: 'P1', fixes: [4, 5], data: '{}' };
    await old.putTicket(ticket);
    const before = [await old.alarms(), await old.ownWrites('app', T0), await old.repo(7), await old.tickets(7, { fix: 5 })];
    const stores = await Promise.all([1, 2, 3].map(() => openPostgres(url, {}, grown(false))));
    expect(await asAdmin(url, 'select n from runs')).toEqual([{ n: 1 }]);
    expect(await schemaOf(url)).toEqual([String(KNOWN + 1), '1']);
    const store = stores[0]!;
    expect([await store.alarms(), await store.ownWrites('app', T0), await store.repo(7), await store.tickets(7, { fix: 5 })]).toEqual(
      before,
    );
    expect(await store.receive('guid', T0, [])).toBe(false);
    for (const one of [...stores, old]) await one.close();
  });

  test('an older program goes on beside a change that it can leave alone, and starts beside it', async () => {
    const url = await freshDatabase();
    const old = await openPostgres(url);
    await old.wake([{ subject: 'app', installation: 1, dueAt: T0, urgency: 1 }]);
    await old.alarms();
    const newer = await openPostgres(url, {}, grown(false));
    await old.prune(T0);
    expect(await old.alarms()).toHaveLength(1);
    expect(await old.claim(T0, instant(T0 + 60), 1, 1)).toHaveLength(1);
    const again = await openPostgres(url);
    for (const store of [old, newer, again]) await store.close();
    expect(await schemaOf(url)).toEqual([String(KNOWN + 1), '1']);
  });

  test('an older program stops at a breaking change, and does not start after it', async () => {
    const url = await freshDatabase();
    const old = await openPostgres(url);
    const newer = await openPostgres(url, {}, grown(true));
    await expect(old.prune(T0)).rejects.toThrow(Superseded);
    await expect(old.prune(T0)).rejects.toThrow(`schema ${KNOWN + 1} by a newer Watchkeeper, this one knows ${KNOWN}`);
    await old.close();
    await newer.prune(T0);
    await newer.close();
    expect(await refusal(url)).toMatch(new RegExp(`newer Watchkeeper \\(schema ${KNOWN + 1}, this one knows ${KNOWN}\\)`));
    expect(await schemaOf(url)).toEqual([String(KNOWN + 1), String(KNOWN + 1)]);
  });

  test('a step that fails leaves the version before it', async () => {
    const url = await freshDatabase();
    await (await openPostgres(url)).close();
    const broken = [...POSTGRES_MIGRATIONS, { breaking: true, sql: 'create table half (n integer); nonsense' }];
    await expect(openPostgres(url, {}, broken)).rejects.toThrow(`could not be brought to schema ${KNOWN + 1}`);
    expect(await schemaOf(url)).toEqual([String(KNOWN), '1']);
    expect(await asAdmin(url, `select to_regclass('half') as half`)).toEqual([{ half: null }]);
    await setMeta(url, 'schema_needs', 1);
    await (await openPostgres(url)).close();
  });
});

describe('a store on PostgreSQL', () => {
  test('hears of a clock that differs from the server’s by more than five seconds, and when it no longer does', async () => {
    const heard: number[] = [];
    let offMs = 0;
    const store = await openStore(await freshDatabase(), {
      onSkew: (s) => heard.push(s),
      hostClock: () => Date.now() + offMs,
    });
    for (const ms of [0, 4_000, 130_000, -60_000, 0, 0]) {
      offMs = ms;
      await store.prune(T0);
    }
    // Less the time that the question was on its way.
    expect(heard.map((s) => Math.round(s / 10) * 10 + 0)).toEqual([130, -60, 0]);
    await store.close();
  });

  test('waits for a server that stalls, and is told the truth about one that never answers', async () => {
    const url = await freshDatabase();
    const store = await openPostgres(url);
    await store.putMeta('a', '1');
    const other = new Client(url);
    await other.connect();
    await other.query('begin; lock table meta in access exclusive mode');
    const writes = Promise.all(Array.from({ length: 30 }, (_, n) => store.putMeta(`k${n}`, '1')));
    // Longer than a connection may take, and well below what a statement may.
    await pause(6_000);
    await other.query('commit');
    expect(await writes).toHaveLength(30);
    await other.end();
    await store.close();

    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const db = openPool(`postgres://u:p@127.0.0.1:${(silent.address() as AddressInfo).port}/x`);
    const begun = performance.now();
    await expect(db.rows(statement('one', 'select 1'))).rejects.toThrow('PostgreSQL took no connection within 5 s');
    // The wait for a place is 20 s.
    expect(performance.now() - begun).toBeLessThan(17_000);
    silent.close();
  });

  test('edits of one fact by several at once are all there, whether it was there before or not', async () => {
    const url = await freshDatabase();
    const stores = await Promise.all([1, 2, 3].map(() => openPostgres(url)));
    const add = (text: string | undefined) => String(Number(text ?? 0) + 1);
    await Promise.all(Array.from({ length: 90 }, (_, n) => stores[n % 3]!.editMeta('n', add)));
    expect(await stores[0]!.getMeta('n')).toBe('90');
    for (const store of stores) await store.close();
  });

  test('is found by its address, and a file by its name', async () => {
    const store = await openStore(await freshDatabase());
    await store.putMeta('a', '1');
    expect(await store.getMeta('a')).toBe('1');
    await store.close();
    const file = await openStore(':memory:');
    expect(await file.getMeta('schema_needs')).toMatch(/^\d+$/);
    await file.close();
  });

  test('makes its commits durable where the server would not', async () => {
    const url = await freshDatabase();
    await asAdmin(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    const [server] = await asAdmin<{ synchronous_commit: string }>(url, 'show synchronous_commit');
    expect(server?.synchronous_commit).toBe('off');
    const store = await openPostgres(url);
    const place = async () => (await asAdmin<{ at: string }>(url, 'select pg_current_wal_flush_lsn() as at'))[0]!.at;
    const before = await place();
    await store.putMeta('a', '1');
    expect(await place()).not.toBe(before);
    await store.close();
  });

  test('keeps any text that GitHub or a policy may hold, and any key however long', async () => {
    const store = await openPostgres(await freshDatabase());
    const expect_ = ['a "quoted" \\ one', '{braces,and commas}', 'NULL', ' Ä 🔴 '];
    await store.wake([{ subject: 'app', installation: 1, dueAt: T0, urgency: 1, expect: expect_ }]);
    await store.wake([{ subject: 'app', installation: 1, dueAt: T0, urgency: 1, expect: ['last'] }]);
    expect((await store.alarms())[0]?.expect).toEqual([...expect_, 'last']);
    const chance = chanceOf(8);
    const key = Array.from({ length: 8_000 }, () => String.fromCodePoint(33 + chance.upTo(89))).join('');
    await store.intend({ subject: 'app', key, at: T0, body: 'nothing\0between' });
    await store.answered('app', key, '5');
    expect(await store.ownWrites('app', T0)).toEqual([{ subject: 'app', key, at: T0, id: '5', body: 'nothing\uFFFDbetween' }]);
    await store.close();
  });

  test('waits for its work when it is closed, and refuses what comes after', async () => {
    const store = await openPostgres(await freshDatabase());
    const work = Array.from({ length: 200 }, (_, n) => store.putMeta(`k${n}`, '1'));
    const closed = store.close();
    await Promise.all(work);
    await closed;
    await expect(store.wake([{ subject: 'app', installation: 1, dueAt: T0, urgency: 1 }])).rejects.toThrow('the store is closed');
    await expect(store.claim(T0, instant(T0 + 1), 1, 1)).rejects.toThrow('the store is closed');
  });
});
