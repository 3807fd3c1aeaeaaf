import { afterEach, expect, test } from 'vitest';
import { carryOver } from '../../src/cli/move.ts';
import { openStore } from '../../src/store/open.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { TestDesk } from '../support/desk.ts';
import { freshDatabase } from '../support/postgres.ts';

const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
let desk: TestDesk | undefined;
afterEach(() => desk?.close());

test('the main story on PostgreSQL, with a crash in the middle of it', async () => {
  const url = await freshDatabase();
  desk = await TestDesk.open({ policy: POLICY, store: () => openStore(url) });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  expect(desk.labelsOf(n)).toEqual(['P1: critical', '🔴 received']);
  await desk.forward('105m');
  expect(desk.pagesOf(n)).toHaveLength(1);
  await desk.kill();
  await desk.forward('3h');
  await desk.start();
  await desk.forward('5m');
  expect(desk.pagesOf(n)).toHaveLength(2);
  expect(desk.labelsOf(n)).toContain('escalated');
  await desk.says(n, 'mark', '/take\nOn it');
  await desk.says(n, 'mark', '/fixed in 1.2');
  await desk.says(n, 'rita', '/confirm');
  expect(desk.labelsOf(n)).toEqual(['P1: critical', 'escalated', '🟢 resolved'].filter((one) => one !== 'escalated'));
  expect(desk.stateOf(n)).toBe('closed');
});

test('a desk on SQLite moves to PostgreSQL in the middle of a promise, and nothing is said twice', async () => {
  const url = await freshDatabase();
  let moved = false;
  let file = '';
  desk = await TestDesk.open({
    policy: POLICY,
    store: (own) => {
      file = own;
      return moved ? openStore(url) : openSqlite(own);
    },
  });
  const n = await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  await desk.forward('105m');
  const comments = desk.commentsOf(n);
  expect(desk.pagesOf(n)).toHaveLength(1);
  await desk.kill();
  const [from, to] = [openSqlite(file), await openStore(url)];
  await carryOver(from, to, desk.now);
  await Promise.all([from.close(), to.close()]);
  moved = true;
  await desk.start();
  await desk.settle();
  expect(desk.commentsOf(n)).toEqual(comments);
  await desk.forward('20m');
  expect(desk.pagesOf(n)).toHaveLength(2);
});

test('an uninstalled installation leaves no row behind', async () => {
  const url = await freshDatabase();
  desk = await TestDesk.open({ policy: POLICY, store: () => openStore(url) });
  await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
  const [one] = await desk.service.desk.store.repos();
  await desk.service.desk.store.dropInstallation(one!.installation);
  expect(await desk.service.desk.store.repos()).toEqual([]);
  expect((await desk.service.desk.store.alarms()).filter((alarm) => alarm.installation === one!.installation)).toEqual([]);
  expect(await desk.service.desk.store.everyOwnWrite(0 as never)).toEqual([]);
});
