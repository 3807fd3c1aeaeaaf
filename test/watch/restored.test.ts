import { copyFileSync, rmSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { readKey } from '../../src/desk/record.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { REPO, TestDesk } from '../support/desk.ts';
import { writes } from './lifecycle.ts';

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h, resolution: 2d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
  - { clock: resolution, at: breach, mention: [owners] }
`;

let desk: TestDesk;
afterEach(() => desk.close());

const opens = async (title: string): Promise<number> => {
  const number = desk.act.openIssue(REPO, { by: 'rita', title, body: 'Help' });
  await desk.settle();
  return number;
};

/** The keys of everything that we wrote in an issue, as a visitor finds them. */
const keysOf = (n: number): string[] =>
  desk
    .commentsOf(n)
    .flatMap((one) => {
      const key = one.by === 'watchkeeper[bot]' ? readKey(one.body)?.key : undefined;
      if (!key) return [];
      return key.is === 'step' ? key.steps : [JSON.stringify(key)];
    })
    .sort();

test('a desk that is started on the copy of yesterday says nothing twice and forgets nothing: what happened since stands on GitHub', async () => {
  let file = '';
  desk = await TestDesk.open({
    policy: POLICY,
    sweepS: 900,
    listS: 3_600,
    validate: false,
    store: (own) => {
      file = own;
      return openSqlite(own);
    },
  });
  const [old, answered, closed] = [await opens('Stays as it is'), await opens('Is answered'), await opens('Is closed')];
  await desk.forward('30m');
  const db = new DatabaseSync(file);
  await backup(db, `${file}.yesterday`);
  db.close();
  // The day that the copy knows nothing of.
  await desk.forward('1h');
  await desk.says(answered, 'mark', 'On it\n/take');
  await desk.says(answered, 'rita', '/sla');
  await desk.says(closed, 'mark', '/close');
  const fresh = await opens('Came since');
  await desk.forward('22h');
  const all = [old, answered, closed, fresh];
  const before = all.map((n) => [keysOf(n), desk.labelsOf(n), desk.stateOf(n)]);
  expect(all.map((n) => desk.pagesOf(n).length)).toEqual([1, 1, 1, 1]);
  await desk.kill();
  // As docs/operations.md has it.
  copyFileSync(`${file}.yesterday`, file);
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  const written = writes(desk);
  await desk.start();
  const rows = await desk.service.desk.store.tickets(desk.twin.world.theRepo(REPO).id);
  expect(rows.map((row) => [row.number, row.open])).toEqual([old, answered, closed].map((n) => [n, true]));
  await desk.forward('2h');
  expect(written()).toEqual([]);
  expect(all.map((n) => [keysOf(n), desk.labelsOf(n), desk.stateOf(n)])).toEqual(before);
  // And it goes on: what is closed is done, the others are due at the end of the second day.
  await desk.forward('26h');
  expect(all.map((n) => keysOf(n).filter((key) => key.startsWith('resolution/')).length)).toEqual([1, 1, 0, 1]);
  for (const n of all) expect(keysOf(n)).toEqual([...new Set(keysOf(n))]);
});
