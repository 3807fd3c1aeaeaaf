import { afterEach, describe, expect, test } from 'vitest';
import type { Permissions } from '../../src/sandbox/state.ts';
import { REPO, type TestDesk } from '../support/desk.ts';
import { does, installationOf, kept, opened, TOLD, writes } from './lifecycle.ts';

const ALL: Permissions = { issues: 'write', metadata: 'read', contents: 'read', checks: 'write', pull_requests: 'read', members: 'read' };
const { issues: _issues, ...NO_ISSUES } = ALL;

let desk: TestDesk;
let n: number;
afterEach(() => desk?.close());
const open = async (more: Parameters<typeof opened>[0] = {}): Promise<void> => {
  ({ desk, n } = await opened(more));
};

for (const [how, told] of TOLD) {
  describe(`an installation, and ${how}:`, () => {
    test('uninstalled: nothing of it is kept; installed again: its tickets are found', async () => {
      await open();
      const id = installationOf(desk);
      const written = writes(desk);
      await does(desk, told, ({ act }) => act.uninstall(id, 'carol'));
      await desk.forward(told ? '1m' : '2h');
      expect(await kept(desk)).toEqual({ repos: [], tickets: [], alarms: [] });
      const { store } = desk.service.desk;
      expect(await store.ownWrites(`issue:${desk.twin.world.theRepo(REPO).id}:${n}`, 0 as never)).toEqual([]);
      await desk.forward('1d');
      expect(written()).toEqual([]);
      await does(desk, told, ({ act }) => void act.install('acme', { by: 'carol' }));
      await desk.forward(told ? '5m' : '2h');
      expect((await kept(desk)).tickets).toEqual([n]);
      expect(desk.ownOf(n, 'status')).toHaveLength(1);
    });

    test('suspended: nothing is written, everything is kept; let in again: what fell due is posted', async () => {
      await open();
      const id = installationOf(desk);
      const written = writes(desk);
      await does(desk, told, ({ act }) => act.suspend(id, 'carol'));
      await desk.forward('10h');
      expect(written()).toEqual([]);
      expect((await kept(desk)).tickets).toEqual([n]);
      expect(desk.twin.requests.filter((one) => one.status === 403).length).toBeLessThan(60);
      await does(desk, told, ({ act }) => act.unsuspend(id, 'carol'));
      await desk.forward(told ? '5m' : '70m');
      expect(desk.pagesOf(n)).toHaveLength(1);
      expect(desk.pagesOf(n)[0]).toContain('comes late');
    });

    test('what was said while it was suspended, of which GitHub tells nobody, is found when it is let in again', async () => {
      await open();
      const id = installationOf(desk);
      const answer = await desk.says(n, 'olga', 'Me too');
      await does(desk, told, ({ act }) => act.suspend(id, 'carol'));
      desk.act.editComment(REPO, answer, 'Me too!', 'olga');
      desk.act.comment(REPO, n, '/take', 'mark');
      await desk.forward('1h');
      await does(desk, told, ({ act }) => act.unsuspend(id, 'carol'));
      await desk.forward(told ? '5m' : '70m');
      expect(desk.labelsOf(n)).toContain('⭕️ in progress');
    });

    for (const [what, less] of [
      ['issues any more, not even to read them', NO_ISSUES],
      ['issues but to read them', { ...ALL, issues: 'read' }],
    ] as const)
      test(`not allowed ${what}: nothing is lost, nothing hammers; allowed again: what fell due is posted`, async () => {
        await open();
        const id = installationOf(desk);
        // The App's owner asks for less: GitHub tells nobody.
        await does(desk, true, ({ act }) => act.acceptPermissions(id, less));
        await desk.forward('1d');
        expect(desk.pagesOf(n)).toEqual([]);
        expect((await kept(desk)).tickets).toEqual([n]);
        expect(desk.twin.requests.filter((one) => one.status === 403).length).toBeLessThan(20);
        await does(desk, told, ({ act }) => act.acceptPermissions(id, ALL, 'carol'));
        await desk.forward(told ? '5m' : '70m');
        expect(desk.pagesOf(n)).toHaveLength(1);
        expect(desk.labelsOf(n)).toContain('escalated');
      });

    test('of an owner that is renamed: its clocks go on', async () => {
      await open();
      await does(desk, told, ({ world }) => world.rename(world.who('acme'), 'acme-inc'));
      const { world } = desk.twin;
      world.theRepo(REPO).formerly = [REPO];
      world.indexRepo(world.theRepo(REPO));
      await desk.forward('9h');
      expect(desk.pagesOf(n)).toHaveLength(1);
      await desk.forward('1d');
      expect((await desk.service.desk.store.repos()).map((row) => row.owner)).toEqual(['acme-inc']);
    });
  });
}

describe('a list that lies', () => {
  const wake = (subject: string) => desk.service.desk.store.wake([{ subject, installation: 0, dueAt: desk.now, urgency: 3 }]);

  test('once, by an installation too few, deletes nothing', async () => {
    await open();
    const before = await kept(desk);
    desk.twin.world.lagOf = () => 0;
    const hidden = desk.twin.world.state.installations[installationOf(desk)]!;
    delete desk.twin.world.state.installations[hidden.id];
    await wake('app');
    await desk.settle();
    desk.twin.world.state.installations[hidden.id] = hidden;
    await desk.forward('1d');
    expect((await kept(desk)).tickets).toEqual(before.tickets);
    expect((await kept(desk)).repos).toEqual(before.repos);
    expect(desk.pagesOf(n)).toHaveLength(1);
  });

  test('once, by a repository too few, deletes nothing', async () => {
    await open();
    const { world } = desk.twin;
    const hidden = world.theRepo(REPO);
    delete world.state.repos[hidden.id];
    await wake('app');
    await desk.settle();
    world.state.repos[hidden.id] = hidden;
    await desk.forward('1d');
    expect((await kept(desk)).tickets).toEqual([n]);
    expect(desk.pagesOf(n)).toHaveLength(1);
    expect((await desk.service.desk.states.read(hidden.id)).missedAt).toBeUndefined();
  });

  test('at the second time too, minutes later, is believed', async () => {
    await open();
    const { world } = desk.twin;
    delete world.state.repos[world.theRepo(REPO).id];
    await wake('app');
    await desk.forward('4m');
    expect((await kept(desk)).repos).toHaveLength(1);
    await desk.forward('2m');
    expect((await kept(desk)).repos).toEqual([]);
  });

  test('because its replica lags behind a webhook, is asked again', async () => {
    await open({ before: ({ act }) => void act.repository('acme/second') });
    const id = installationOf(desk);
    desk.act.addRepositories(id, [REPO, 'acme/second'], 'carol');
    await desk.forward('10m');
    const { world } = desk.twin;
    const row = world.state.installations[id]!;
    desk.act.removeRepositories(id, [REPO], 'carol');
    const now = row.repoIds;
    row.repoIds = [...now, world.theRepo(REPO).id];
    await desk.settle(2);
    expect((await kept(desk)).repos).toHaveLength(2);
    row.repoIds = now;
    await desk.forward('2m');
    expect((await kept(desk)).repos).toEqual([world.theRepo('acme/second').id]);
  });
});
