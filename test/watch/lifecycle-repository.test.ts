import { afterEach, describe, expect, test } from 'vitest';
import { REPO, type TestDesk } from '../support/desk.ts';
import { does, installationOf, kept, labelsIn, opened, POLICY, stepsIn, TOLD, writes } from './lifecycle.ts';

let desk: TestDesk;
let n: number;
afterEach(() => desk?.close());
const open = async (more: Parameters<typeof opened>[0] = {}): Promise<void> => {
  ({ desk, n } = await opened(more));
};
const rows = () => desk.service.desk.store.repos();

for (const [how, told] of TOLD) {
  describe(`a repository, and ${how}:`, () => {
    test('renamed: its clocks go on, under the new name', async () => {
      await open();
      await does(desk, told, ({ act }) => act.renameRepository(REPO, 'helpdesk', 'carol'));
      await desk.forward('9h');
      expect(stepsIn(desk, 'acme/helpdesk', n)).toHaveLength(1);
      await desk.forward('1d');
      expect((await rows()).map((row) => row.name)).toEqual(['helpdesk']);
    });

    test('renamed, and its name given to another: nothing is written there', async () => {
      await open();
      await does(desk, told, ({ act }) => {
        act.renameRepository(REPO, 'helpdesk', 'carol');
        act.repository(REPO, { roles: { mark: 'maintain' } });
        for (let i = 0; i < n; i++) act.openIssue(REPO, { by: 'olga', title: 'Of another', body: 'Nothing to do with it' });
      });
      await desk.forward('12h');
      expect(labelsIn(desk, REPO, n)).toEqual([]);
      expect(desk.commentsOf(n)).toEqual([]);
      expect(stepsIn(desk, 'acme/helpdesk', n)).toHaveLength(1);
    });

    test('transferred to an owner with the App: it goes with all that is its own, and its clocks go on', async () => {
      await open({
        before: ({ act }) => {
          act.org('other', { admins: ['carol', 'petra'] });
          act.install('other', { by: 'carol' });
        },
      });
      const old = installationOf(desk);
      await does(desk, told, ({ act }) => act.transferRepository(REPO, 'other', 'carol'));
      await desk.forward('1d');
      expect((await rows()).map((row) => `${row.owner} ${row.installation === old}`)).toEqual(['other false']);
      // Nothing of it hangs on the old installation.
      await does(desk, true, ({ act }) => act.uninstall(old, 'carol'));
      await desk.forward('1h');
      expect((await kept(desk)).alarms).toContain(`issue:${desk.twin.world.theRepo('other/desk').id}:${n}`);
      await desk.forward('1d');
      expect(stepsIn(desk, 'other/desk', n)).toHaveLength(1);
    });

    test('transferred to an owner without the App: nothing more is written, nothing is kept', async () => {
      await open({ before: ({ act }) => void act.org('other', { admins: ['carol'] }) });
      const written = writes(desk);
      await does(desk, told, ({ act }) => act.transferRepository(REPO, 'other', 'carol'));
      await desk.forward('25h');
      expect(written().filter((one) => !one.endsWith('403'))).toEqual([]);
      expect(await kept(desk)).toMatchObject({ repos: [], tickets: [] });
    });

    test('archived: nothing more is written; unarchived: the desk opens again, and what fell due meanwhile calls nobody', async () => {
      await open();
      const written = writes(desk);
      await does(desk, told, ({ act }) => act.archive(REPO, true, 'carol'));
      await desk.forward('30h');
      expect(written().filter((one) => !one.endsWith('403'))).toEqual([]);
      expect((await kept(desk)).tickets).toEqual([]);
      await does(desk, told, ({ act }) => act.archive(REPO, false, 'carol'));
      await desk.forward('30h');
      expect((await kept(desk)).tickets).toEqual([n]);
      expect(desk.pagesOf(n)).toEqual([]);
      expect(desk.ownOf(n, 'status')).toHaveLength(1);
    });

    test('made private: its clocks go on', async () => {
      await open();
      await does(desk, told, ({ act }) => act.privatize(REPO, true, 'carol'));
      await desk.forward('9h');
      expect(desk.pagesOf(n)).toHaveLength(1);
      expect(desk.pagesOf(n)[0]).toContain('@petra');
    });

    test('deleted: nothing is kept of it', async () => {
      await open();
      await does(desk, told, ({ act }) => act.deleteRepository(REPO, 'carol'));
      await desk.forward(told ? '1m' : '25h');
      expect(await kept(desk)).toEqual({ repos: [], tickets: [], alarms: [expect.stringMatching(/^installation:/)] });
    });

    test('taken from the App: nothing more is written and nothing is kept; given back: its clocks go on', async () => {
      await open({ before: ({ act }) => void act.repository('acme/second') });
      const id = installationOf(desk);
      const written = writes(desk);
      await does(desk, told, ({ act }) => {
        act.addRepositories(id, ['acme/second'], 'carol');
        act.removeRepositories(id, [REPO], 'carol');
      });
      await desk.forward(told ? '1m' : '2h');
      expect((await kept(desk)).repos).toEqual([desk.twin.world.theRepo('acme/second').id]);
      await desk.forward('1h');
      expect(written()).toEqual([]);
      await does(desk, told, ({ act }) => act.addRepositories(id, [REPO], 'carol'));
      await desk.forward(told ? '5m' : '2h');
      expect((await kept(desk)).tickets).toEqual([n]);
      await desk.forward('9h');
      expect(desk.pagesOf(n)).toHaveLength(1);
    });

    test('that gets its file while it has no desk: the desk opens', async () => {
      await open({ before: ({ act }) => void act.repository('acme/second') });
      await does(desk, told, ({ act }) => void act.commitFile('acme/second', '.github/support.yml', POLICY, 'carol'));
      await desk.forward(told ? '1m' : '25h');
      expect((await desk.service.desk.states.read(desk.twin.world.theRepo('acme/second').id)).status).toBe('on');
    });
  });

  describe(`an issue, and ${how}:`, () => {
    const second = (files: Record<string, string>) => ({
      before: ({ act }: TestDesk['twin']) => void act.repository('acme/second', { files, roles: { mark: 'maintain', petra: 'triage' } }),
    });

    test('transferred to a repository with a desk: it is a ticket there, and none here', async () => {
      await open(second({ '.github/support.yml': POLICY }));
      let there = 0;
      await does(desk, told, ({ act }) => {
        there = act.transferIssue(REPO, n, 'acme/second', 'carol');
      });
      await desk.forward('1d');
      const rowsOf = async (repo: string) =>
        (await desk.service.desk.store.tickets(desk.twin.world.theRepo(repo).id)).map((row) => row.number);
      expect(await rowsOf(REPO)).toEqual([]);
      expect(await rowsOf('acme/second')).toEqual([there]);
      expect(stepsIn(desk, 'acme/second', there)).toHaveLength(1);
    });

    test('transferred to a repository without a desk: nothing is written there', async () => {
      await open(second({ 'README.md': 'x' }));
      const written = writes(desk);
      let there = 0;
      await does(desk, told, ({ act }) => {
        there = act.transferIssue(REPO, n, 'acme/second', 'carol');
      });
      await desk.forward('2d');
      expect(written()).toEqual([]);
      expect(stepsIn(desk, 'acme/second', there)).toEqual([]);
      expect((await kept(desk)).tickets).toEqual([]);
    });

    test('transferred to where the App is not: nothing is written there', async () => {
      await open(second({ 'README.md': 'x', '.github/support.yml': POLICY }));
      await does(desk, true, ({ act }) => act.addRepositories(installationOf(desk), [REPO], 'carol'));
      await desk.forward('10m');
      const written = writes(desk);
      await does(desk, told, ({ act }) => void act.transferIssue(REPO, n, 'acme/second', 'carol'));
      await desk.forward('2d');
      expect(written()).toEqual([]);
      expect((await kept(desk)).tickets).toEqual([]);
    });

    test('deleted: nothing is kept of it', async () => {
      await open();
      await does(desk, told, ({ act }) => act.deleteIssue(REPO, n, 'carol'));
      await desk.forward('1d');
      const { tickets, alarms } = await kept(desk);
      expect([tickets, alarms.filter((one) => one.startsWith('issue:'))]).toEqual([[], []]);
    });

    test('converted to a discussion: it is closed, and nobody is called', async () => {
      await open();
      await does(desk, told, ({ act }) => act.convertToDiscussion(REPO, n, 'mark'));
      await desk.forward('1d');
      expect(desk.pagesOf(n)).toEqual([]);
      expect(desk.labelsOf(n)).toContain('🟢 resolved');
      expect(desk.stateOf(n)).toBe('closed');
    });
  });
}
