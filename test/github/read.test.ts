import { afterEach, describe, expect, test } from 'vitest';
import type { Record } from '../../src/desk/ledger.ts';
import { keyLine } from '../../src/desk/record.ts';
import { expectedName } from '../../src/github/wakes.ts';
import { type Desk, type DeskOptions, lines, desk as makeDesk, policyOf } from './desk.ts';

let open: Desk[] = [];
const desk = (options?: DeskOptions): Desk => {
  const made = makeDesk(options);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const one of open) one.fetch.check();
  open = [];
});

const filed = (at: Desk, by = 'rita') => at.twin.act.openIssue(at.repository, { by, title: 'It breaks', body: 'Words' });

describe('facts', () => {
  test('what people do on an issue comes in GitHub’s order, with who did it', async () => {
    const at = desk();
    const { act } = at.twin;
    const n = filed(at);
    act.createLabel(at.repository, { name: 'bug', color: 'ff0000' }, 'mark');
    for (const deed of [
      () => act.comment(at.repository, n, 'Hello', 'olga'),
      () => act.label(at.repository, n, 'bug', 'mark'),
      () => act.unlabel(at.repository, n, 'bug', 'petra'),
      () => act.assign(at.repository, n, 'sara', 'mark'),
      () => act.comment(at.repository, n, '/fixed in 1.2', 'sara'),
      () => act.unassign(at.repository, n, 'sara', 'mark'),
      () => act.close(at.repository, n, 'mark', 'not_planned'),
      () => act.reopen(at.repository, n, 'mark'),
      () => act.close(at.repository, n, 'rita'),
    ]) {
      at.clock.turn(60);
      deed();
    }
    const read = await at.look(n);
    expect(lines(read)).toEqual([
      'opened rita',
      'said olga words',
      'labelled mark bug',
      'unlabelled petra bug',
      'assigned mark sara',
      'said sara words /fixed in 1.2',
      'unassigned mark sara',
      'closed mark not_planned',
      'reopened mark',
      'closed rita completed',
    ]);
    expect(read.ledger).toMatchObject({ state: 'closed', isPull: false, title: 'It breaks', body: 'Words', reporter: { login: 'rita' } });
    expect(read.ledger.facts[0]).toMatchObject({ id: 'opened', at: read.ledger.createdAt });
    expect(read.ledger.facts[1]!.id).toMatch(/^c\d+$/);
    expect(read.ledger.facts[2]!.id).toMatch(/^e\d+$/);
  });

  test('a pull request is read as one, without its timeline', async () => {
    const at = desk();
    const n = at.twin.act.openPull(at.repository, { by: 'mark', title: 'A change' });
    const read = await at.look(n);
    expect(read.ledger.isPull).toBe(true);
    expect(at.asked().some((one) => one.includes('timeline'))).toBe(false);
  });

  test('a deleted account is nobody’s, with the id 0', async () => {
    const at = desk();
    const n = filed(at);
    const ghost = { id: 10_137, login: 'ghost', type: 'User', name: null, createdAt: at.clock.now() } as const;
    at.twin.world.addAccount({ ...ghost });
    at.twin.act.comment(at.repository, n, '/confirm', 'ghost');
    const read = await at.look(n);
    expect(read.ledger.facts[1]!.by).toEqual({ id: 0, login: 'ghost' });
    expect(read.ledger.standings.has(0)).toBe(false);
  });

  test('a deleted comment leaves no fact', async () => {
    const at = desk();
    const n = filed(at);
    const id = at.twin.act.comment(at.repository, n, 'An answer', 'mark');
    expect(lines(await at.look(n))).toHaveLength(2);
    at.twin.act.deleteComment(at.repository, id, 'mark');
    expect(lines(await at.look(n))).toEqual(['opened rita']);
  });

  test('an issue that is not there, was deleted or went elsewhere is gone', async () => {
    const at = desk();
    const { act } = at.twin;
    act.repository('acme/other', { roles: { mark: 'admin' } });
    const [deleted, moved] = [filed(at), filed(at)];
    act.deleteIssue(at.repository, deleted, 'carol');
    act.transferIssue(at.repository, moved, 'acme/other', 'carol');
    for (const n of [99, deleted, moved]) await expect(at.look(n)).rejects.toMatchObject({ kind: 'gone' });
  });

  test('a renamed repository is followed by its id', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.renameRepository(at.repository, 'helpdesk', 'carol');
    expect(lines(await at.look(n))).toEqual(['opened rita']);
    expect(await at.github.repository(at.ref)).toMatchObject({ name: 'helpdesk', id: at.ref.id });
  });

  test('300 comments are read whole, and again for nothing', async () => {
    const at = desk();
    const n = filed(at);
    for (let i = 0; i < 300; i++) {
      at.clock.turn(30);
      at.twin.act.comment(at.repository, n, `Comment ${i}`, i % 3 === 0 ? 'mark' : 'rita');
    }
    const read = await at.look(n);
    expect(read.ledger.facts).toHaveLength(301);
    at.asked();
    const again = await at.look(n);
    expect(again).toEqual(read);
    expect(at.asked().every((one) => one.endsWith('304'))).toBe(true);
  });

  test('of a timeline longer than 30 pages the beginning and the end are read', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.createLabel(at.repository, { name: 'a', color: 'ff0000' }, 'mark');
    for (let i = 0; i < 1700; i++) {
      at.twin.act.label(at.repository, n, 'a', 'mark');
      at.twin.act.unlabel(at.repository, n, 'a', 'mark');
    }
    at.twin.act.comment(at.repository, n, 'The last word', 'mark');
    const read = await at.look(n);
    expect(at.asked().filter((one) => one.includes('timeline'))).toHaveLength(30);
    expect(lines(read).at(-1)).toBe('said mark words');
    expect(read.ledger.facts.length).toBeLessThan(3_001);
  });
});

describe('what is hidden', () => {
  const strip =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes('/timeline') || response.status !== 200) return response;
      const text = (await response.text()).replaceAll(/"minimized":(?:null|\{[^}]*\}),/g, '');
      return new Response(text, { status: 200, headers: response.headers });
    };
  for (const [claim, between] of [
    ['a minimised comment is not visible', undefined],
    ['also where the timeline does not say so', strip],
  ] as const)
    test(claim, async () => {
      const at = desk(between ? { between } : {});
      const n = filed(at);
      const [, second] = [at.twin.act.comment(at.repository, n, 'One', 'mark'), at.twin.act.comment(at.repository, n, 'Two', 'mark')];
      at.twin.act.minimize(at.repository, second, 'outdated', 'mark');
      expect(lines(await at.look(n))).toEqual(['opened rita', 'said mark words', 'said mark words hidden']);
    });

  test('nobody is asked about comments of the reporter and of bystanders', async () => {
    const at = desk({ between: strip });
    const n = filed(at);
    at.twin.act.comment(at.repository, n, 'One', 'rita');
    at.twin.act.comment(at.repository, n, 'Two', 'olga');
    await at.look(n);
    expect(at.asked().some((one) => one.endsWith('/comments'))).toBe(false);
  });
});

describe('our own comments', () => {
  const record = (at: Desk, seen = at.clock.now()): Record =>
    ({
      v: 1,
      since: at.clock.now(),
      pins: [],
      parts: {},
      seen,
      done: [],
      claims: [],
      steps: [],
      breaches: [],
      ...{},
    }) as unknown as Record;

  test('the status comment is found by its key and brings the record; it is no fact', async () => {
    const at = desk();
    const n = filed(at);
    const body = `${keyLine({ is: 'status' }, record(at))}\nWords`;
    const { id } = await at.github.createComment(at.ref, n, body);
    await at.github.createComment(at.ref, n, 'without a key');
    const read = await at.look(n);
    expect(read.status).toMatchObject({ id, body, record: { v: 1 } });
    expect(read.ledger.record).toEqual(read.status!.record);
    expect(lines(read)).toEqual(['opened rita']);
  });

  test('the oldest comment of each key counts, later ones are duplicates', async () => {
    const at = desk();
    const n = filed(at);
    const ids: number[] = [];
    for (const key of [
      { is: 'status' },
      { is: 'step', steps: ['a', 'b'] },
      { is: 'reply', to: 5 },
      { is: 'status' },
      { is: 'step', steps: ['b', 'a'] },
      { is: 'reply', to: 5 },
      { is: 'step', steps: ['a'] },
      { is: 'reply', to: 6 },
    ] as const)
      ids.push((await at.github.createComment(at.ref, n, `${keyLine(key)}\nWords`)).id);
    const read = await at.look(n);
    expect(read.duplicates).toEqual([ids[3], ids[4], ids[5]]);
    expect(read.ledger.own.map((one) => one.id)).toEqual([ids[0], ids[1], ids[2], ids[6], ids[7]]);
    expect(read.status!.id).toBe(ids[0]);
  });

  for (const who of ['rita', 'mark'])
    test(`a key that ${who} forged is a comment like any other`, async () => {
      const at = desk();
      const n = filed(at);
      at.twin.act.comment(at.repository, n, `${keyLine({ is: 'status' }, record(at))}\nMine`, who);
      at.twin.act.comment(at.repository, n, `${keyLine({ is: 'step', steps: ['x'] })}`, who);
      const read = await at.look(n);
      expect(read.status).toBeUndefined();
      expect(read.ledger.record).toBeUndefined();
      expect(read.ledger.own).toEqual([]);
      expect(lines(read)).toEqual(['opened rita', `said ${who} words`, `said ${who}`]);
    });

  test('our deeds before the last move of the issue are history', async () => {
    const at = desk();
    at.twin.act.repository('acme/other', {});
    const n = at.twin.act.openIssue('acme/other', { by: 'rita', title: 'Here' });
    const other = { ...at.ref, id: at.twin.world.theRepo('acme/other').id, name: 'other' };
    await at.github.createComment(other, n, keyLine({ is: 'status' }, record(at)));
    await at.github.addLabel(other, n, { name: 'P1', color: 'ff0000', description: '' });
    at.twin.act.comment('acme/other', n, 'Words', 'olga');
    const moved = at.twin.act.transferIssue('acme/other', n, at.repository, 'carol');
    const read = await at.look(moved);
    expect(read.status).toBeUndefined();
    expect(read.ledger.own).toEqual([]);
    expect(lines(read)).toEqual(['opened rita', 'said olga words']);
  });
});

describe('commands that came by an edit', () => {
  test('count from the edit; those that stood there before it from then', async () => {
    const at = desk();
    const n = filed(at);
    const start = at.clock.now();
    const id = at.twin.act.comment(at.repository, n, '/take', 'mark');
    at.clock.turn(600);
    at.twin.act.editComment(at.repository, id, '/take\n/priority P1', 'mark');
    at.clock.turn(600);
    at.twin.act.editComment(at.repository, id, '/take\n/priority P1\nand words', 'mark');
    const read = await at.look(n);
    expect(read.ledger.facts[1]).toMatchObject({
      at: start,
      commands: [
        { name: 'take', at: start },
        { name: 'priority', text: 'P1', at: start + 600 },
      ],
    });
    at.asked();
    await at.look(n);
    expect(at.asked().some((one) => one.includes('graphql'))).toBe(false);
  });

  test('one that was taken away and came back counts from the return', async () => {
    const at = desk();
    const n = filed(at);
    const start = at.clock.now();
    const id = at.twin.act.comment(at.repository, n, '/take', 'mark');
    for (const body of ['nothing', '/take']) {
      at.clock.turn(60);
      at.twin.act.editComment(at.repository, id, body, 'mark');
    }
    expect((await at.look(n)).ledger.facts[1]).toMatchObject({ commands: [{ at: start + 120 }] });
  });

  test('the last edit stands in when GraphQL fails', async () => {
    const at = desk();
    const n = filed(at);
    const id = at.twin.act.comment(at.repository, n, '/take', 'mark');
    at.clock.turn(60);
    at.twin.act.editComment(at.repository, id, '/take now', 'mark');
    at.twin.faults.push({ path: /graphql/, status: 502 });
    expect((await at.look(n)).ledger.facts[1]).toMatchObject({ commands: [{ at: at.clock.now() }] });
  });

  test('edits without commands of those who cannot answer, and commands that were handled, ask nothing', async () => {
    const at = desk();
    const n = filed(at);
    const id = at.twin.act.comment(at.repository, n, '/take', 'mark');
    const words = ['rita', 'olga'].map((by) => [at.twin.act.comment(at.repository, n, 'words', by), by] as const);
    at.clock.turn(60);
    at.twin.act.editComment(at.repository, id, '/take\n>it', 'mark');
    for (const [comment, by] of words) at.twin.act.editComment(at.repository, comment, 'more words', by);
    const by = at.twin.world.login('mark')!.id;
    const done = [{ comment: id, name: 'take', text: '', at: at.clock.now(), by, ok: true }];
    const record = { v: 1, since: at.clock.now(), pins: [], parts: {}, seen: at.clock.now(), done, claims: [], steps: [], breaches: [] };
    await at.github.createComment(at.ref, n, keyLine({ is: 'status' }, record as unknown as Record));
    at.asked();
    await at.look(n);
    expect(at.asked().some((one) => one.includes('graphql'))).toBe(false);
  });
});

describe('expectations', () => {
  const LONG = `${'🟡'.repeat(49)}É`;
  const longLabel = `label:${expectedName(LONG.toLowerCase())}`;
  for (const [expected, before, deed] of [
    ['comment:', 'comment:1', (at: Desk, n: number) => at.twin.act.comment(at.repository, n, 'x', 'rita')],
    ['closed', 'closed', (at: Desk, n: number) => at.twin.act.close(at.repository, n, 'mark')],
    ['label:Bug', 'label:Bug', (at: Desk, n: number) => at.twin.act.label(at.repository, n, 'bug', 'mark')],
    [longLabel, longLabel, (at: Desk, n: number) => at.twin.act.label(at.repository, n, LONG, 'mark')],
    ['assign:Sara', 'assign:Sara', (at: Desk, n: number) => at.twin.act.assign(at.repository, n, 'sara', 'mark')],
  ] as const)
    test(`${expected} is missing until it is there`, async () => {
      const at = desk();
      const n = filed(at);
      for (const name of ['bug', LONG]) at.twin.act.createLabel(at.repository, { name, color: 'ff0000' }, 'mark');
      expect((await at.look(n, { expect: [before] })).missing).toEqual([before]);
      const id = deed(at, n);
      const now = expected === 'comment:' ? `comment:${id}` : expected;
      expect((await at.look(n, { expect: [now] })).missing).toEqual([]);
    });

  test('a replica that lags is noticed, and catches up', async () => {
    const at = desk();
    const n = filed(at);
    at.clock.turn(10);
    at.twin.world.lagOf = () => 3;
    const id = at.twin.act.comment(at.repository, n, 'Words', 'rita');
    at.twin.act.close(at.repository, n, 'mark');
    const expected = { expect: [`comment:${id}`, 'closed'] };
    expect((await at.look(n, expected)).missing).toEqual(expected.expect);
    at.clock.turn(4);
    expect((await at.look(n, expected)).missing).toEqual([]);
  });

  test('a pull request misses nothing: it is no ticket', async () => {
    const at = desk();
    const n = at.twin.act.openPull(at.repository, { by: 'mark', title: 'A change' });
    expect((await at.look(n, { expect: ['comment:1', 'closed'] })).missing).toEqual([]);
  });

  test('what was undone since is not missed', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.createLabel(at.repository, { name: 'bug', color: 'ff0000' }, 'mark');
    at.twin.act.label(at.repository, n, 'bug', 'mark');
    at.twin.act.unlabel(at.repository, n, 'bug', 'mark');
    at.twin.act.close(at.repository, n, 'mark');
    at.twin.act.reopen(at.repository, n, 'mark');
    expect((await at.look(n, { expect: ['label:bug', 'unlabel:bug', 'closed', 'reopened', 'whatever'] })).missing).toEqual([]);
  });
});

describe('fixes', () => {
  test('a pull request that is set to close the issue links it, its merge closes it', async () => {
    const at = desk();
    const n = filed(at);
    at.clock.turn(60);
    const pull = at.twin.act.openPull(at.repository, { by: 'sara', title: 'A fix', body: `Fixes #${n}` });
    const open = await at.look(n);
    expect(lines(open)).toEqual(['opened rita', `fixLinked sara acme/desk#${pull}`]);
    const since = at.clock.now();
    expect(open.ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since }]);
    expect(open.fixNumbers).toEqual([pull]);
    at.clock.turn(60);
    at.twin.act.merge(at.repository, pull, 'mark');
    const merged = await at.look(n);
    expect(lines(merged)).toEqual([
      'opened rita',
      `fixLinked sara acme/desk#${pull}`,
      `fixMerged sara acme/desk#${pull}`,
      'closed mark completed by fix',
    ]);
    expect(merged.ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since, until: since + 60 }]);
  });

  test('one that only speaks of the issue is no fix, but is worth watching', async () => {
    const at = desk();
    const n = filed(at);
    const pull = at.twin.act.openPull(at.repository, { by: 'sara', title: 'A change', body: `See #${n}` });
    const read = await at.look(n);
    expect(lines(read)).toEqual(['opened rita']);
    expect(read.fixNumbers).toEqual([pull]);
  });

  test('linked by hand is linked', async () => {
    const at = desk();
    const pull = at.twin.act.openPull(at.repository, { by: 'sara', title: 'A change' });
    at.clock.turn(60);
    const n = filed(at);
    at.clock.turn(60);
    at.twin.act.link([at.repository, n], [at.repository, pull], 'mark');
    const read = await at.look(n);
    expect(lines(read)).toEqual(['opened rita', `fixLinked sara acme/desk#${pull}`]);
    expect(read.ledger.facts[1]!.at).toBe(at.clock.now());
    expect(read.ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since: at.clock.now() }]);
  });

  test('a merge into another branch fixes nothing', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.commitFile(at.repository, 'x', 'y', 'mark', { branch: 'next' });
    const pull = at.twin.act.openPull(at.repository, { by: 'sara', title: 'A fix', base: 'next' });
    at.twin.act.link([at.repository, n], [at.repository, pull], 'mark');
    const since = at.clock.now();
    at.clock.turn(60);
    at.twin.act.merge(at.repository, pull, 'mark');
    const read = await at.look(n);
    expect(lines(read)).toEqual(['opened rita', `fixLinked sara acme/desk#${pull}`]);
    expect(read.ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since, until: since + 60 }]);
  });

  test('one that was closed without a merge is open till then; reopened, it never was not', async () => {
    const at = desk();
    const n = filed(at);
    const pull = at.twin.act.openPull(at.repository, { by: 'sara', title: 'A fix', body: `Fixes #${n}` });
    const since = at.clock.now();
    at.clock.turn(60);
    at.twin.act.closePull(at.repository, pull, 'mark');
    expect((await at.look(n)).ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since, until: since + 60 }]);
    at.clock.turn(60);
    at.twin.act.reopenPull(at.repository, pull, 'mark');
    expect((await at.look(n)).ledger.fixes).toEqual([{ ref: `acme/desk#${pull}`, since }]);
  });

  test('a stranger’s repository that merges "Fixes you/repo#1" does nothing, and costs nothing', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.user('mallory');
    at.twin.act.repository('mallory/fork', { files: { a: 'b' } });
    const pull = at.twin.act.openPull('mallory/fork', { by: 'mallory', title: 'x', body: `Fixes acme/desk#${n}` });
    at.twin.act.merge('mallory/fork', pull, 'mallory');
    const read = await at.look(n);
    expect(lines(read)).toEqual(['opened rita']);
    expect(read.ledger.fixes).toEqual([]);
    expect(at.asked().some((one) => one.includes('graphql'))).toBe(false);
  });

  test('one of a repository in fixes_from counts', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.repository('acme/engine', { files: { a: 'b' } });
    const pull = at.twin.act.openPull('acme/engine', { by: 'carol', title: 'x', body: `Fixes acme/desk#${n}` });
    at.twin.act.merge('acme/engine', pull, 'carol');
    const read = await at.look(n, { policy: policyOf('extends: standard\nfixes_from: [acme/engine]') });
    expect(lines(read)).toContain(`fixMerged carol acme/engine#${pull}`);
    expect(read.fixNumbers).toEqual([]);
    const without = await at.look(n);
    expect(without.ledger.fixes).toEqual([]);
  });

  test('a commit that closes the issue is no fix: it closes like a person', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.commitFile(at.repository, 'x', 'y', 'mark', { message: `Fixes #${n}` });
    expect(lines(await at.look(n))).toEqual(['opened rita', 'closed mark completed']);
  });
});
