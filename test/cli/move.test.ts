import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { carryOver } from '../../src/cli/move.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { TestDesk } from '../support/desk.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
`;
let desk: TestDesk | undefined;
afterEach(() => desk?.close());

test('a desk that moves to another store in the middle of a promise goes on as if nothing had happened', async () => {
  const fresh = openSqlite(':memory:');
  let next: Store | undefined;
  let file = '';
  desk = await TestDesk.open({
    policy: POLICY,
    store: (own) => {
      file = own;
      return next ?? openSqlite(own);
    },
  });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('105m');
  expect(desk.pagesOf(n)).toHaveLength(1);
  const comments = desk.commentsOf(n).length;
  await desk.kill();
  const old = openSqlite(file);
  const moved = await carryOver(old, fresh, desk.now);
  expect(moved).toMatchObject({ repositories: 1, tickets: 1 });
  expect(await fresh.tickets(desk.twin.world.theRepo('acme/desk').id)).toEqual(await old.tickets(desk.twin.world.theRepo('acme/desk').id));
  expect((await fresh.alarms()).map((one) => [one.subject, one.dueAt])).toEqual(
    (await old.alarms()).map((one) => [one.subject, one.dueAt]),
  );
  await old.close();
  next = fresh;
  await desk.start();
  await desk.settle();
  expect(desk.commentsOf(n)).toHaveLength(comments);
  await desk.forward('20m');
  expect(desk.pagesOf(n)).toHaveLength(2);
});

test('what was written in the last minutes goes along, and so does the count of writes', async () => {
  const [old, fresh] = [openSqlite(':memory:'), openSqlite(':memory:')];
  const now = instant(1_800_000_000);
  await old.intend({ subject: 'issue:1:1', key: 'step:a', at: instant(now - 60), body: 'x' });
  await old.intend({ subject: 'issue:1:1', key: 'step:old', at: instant(now - 7_200) });
  await old.putMeta('pace:4', '[1]');
  await carryOver(old, fresh, now);
  expect((await fresh.ownWrites('issue:1:1', instant(0))).map((one) => one.key)).toEqual(['step:a']);
  expect(await fresh.getMeta('pace:4')).toBe('[1]');
  await Promise.all([old.close(), fresh.close()]);
});

test('a store in which a desk lives already is not moved into', async () => {
  const [old, fresh] = [openSqlite(':memory:'), openSqlite(':memory:')];
  await fresh.editRepo(7, () => ({ repo: 7, installation: 1, owner: 'o', name: 'n', data: '{}' }));
  await expect(carryOver(old, fresh, instant(1))).rejects.toThrow('is not empty');
  await Promise.all([old.close(), fresh.close()]);
});
