import { afterEach, expect, test } from 'vitest';
import { packed, unpacked } from '../../src/watch/installation.ts';
import { REPO, TestDesk } from '../support/desk.ts';
import { installationOf, POLICY } from './lifecycle.ts';

const MANY = 5_000;
/** Every so many-th has a desk. */
const DESK_EVERY = 500;

let desk: TestDesk;
afterEach(() => desk?.close());

const nameOf = (i: number): string => `acme/repo-${String(i).padStart(4, '0')}`;
const looksAt = () => desk.twin.requests.filter((one) => /\/repos\/acme\/repo-\d+/.test(one.path));
const pages = () => desk.twin.requests.filter((one) => one.path.endsWith('/installation/repositories'));

test('installed on 5,000 repositories: ready at once, one request for each that has no file, and all desks open within ten minutes', async () => {
  desk = await TestDesk.open({
    policy: POLICY,
    validate: false,
    sweepS: 3_600,
    before: ({ act }) => {
      for (let i = 1; i < MANY; i++)
        act.repository(nameOf(i), i % DESK_EVERY === 0 ? { files: { '.github/support.yml': POLICY } } : { files: {} });
    },
  });
  // The webhook names all of them; the desk is asked for at once.
  const n = desk.act.openIssue(REPO, { by: 'rita', title: 'Trouble', body: 'Help' });
  await desk.settle();
  expect(desk.ownOf(n, 'status')).toHaveLength(1);
  expect((await desk.service.desk.health()).ready).toBe(true);
  expect(pages()).toHaveLength(MANY / 100);
  await desk.forward('10m');
  const { store } = desk.service.desk;
  expect(await store.repos()).toHaveLength(MANY);
  const without = looksAt().filter((one) => Number(/repo-(\d+)/.exec(one.path)![1]) % DESK_EVERY !== 0);
  // Some of the first hundred are looked at twice: a file that was just pushed may not show at once.
  expect(without.length).toBeLessThanOrEqual(MANY + 100);
  for (let i = DESK_EVERY; i < MANY; i += DESK_EVERY) {
    expect((await desk.service.desk.states.read(desk.twin.world.theRepo(nameOf(i)).id)).status).toBe('on');
  }
  // Behind everything else: nobody waited for them.
  const perMinute = Map.groupBy(without, (one) => Math.floor(one.at / 60));
  expect(Math.max(...[...perMinute.values()].map((rows) => rows.length))).toBeLessThanOrEqual(900);

  // Started again, it asks for the lists and for the desks, and is ready.
  await desk.kill();
  desk.twin.requests.splice(0);
  desk.act.commitFile(nameOf(7), '.github/support.yml', POLICY, 'carol');
  await desk.start();
  await desk.settle();
  expect((await desk.service.desk.health()).ready).toBe(true);
  expect(pages()).toHaveLength(MANY / 100);
  await desk.forward('2m');
  const again = new Set(looksAt().map((one) => Number(/repo-(\d+)/.exec(one.path)![1])));
  expect([...again].filter((i) => i % DESK_EVERY !== 0)).toEqual([7]);

  // Gone at one webhook, with everything.
  desk.act.uninstall(installationOf(desk), 'carol');
  await desk.settle();
  expect(await desk.service.desk.store.repos()).toEqual([]);
}, 240_000);

test('ids that wait for the other pages of a list are kept in little room', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => 100_000_000 + ((i * 7_919_993) % 1_000_000_007));
  const text = packed(new Set(ids));
  expect(text.length).toBeLessThan(55_000);
  expect(unpacked(text)).toEqual([...new Set(ids)].sort((a, b) => a - b));
  expect(unpacked(packed(new Set()))).toEqual([]);
});
