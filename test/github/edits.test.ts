import { expect, test } from 'vitest';
import type { Record } from '../../src/desk/ledger.ts';
import { keyLine } from '../../src/desk/record.ts';
import { type Desk, lines, desk as makeDesk } from './desk.ts';

const COMMENT_QUERY = 'POST /graphql';

/** An issue with a comment that was written and then edited, an hour between the versions. */
function edited(versions: readonly string[], by = 'mark', at = makeDesk()): { at: Desk; n: number; id: number } {
  const n = at.twin.act.openIssue(at.repository, { by: 'rita', title: 'It breaks', body: 'Words' });
  at.clock.turn(60);
  const id = at.twin.act.comment(at.repository, n, versions[0]!, by);
  for (const body of versions.slice(1)) {
    at.clock.turn(3600);
    at.twin.act.editComment(at.repository, id, body, by);
  }
  at.asked();
  return { at, n, id };
}

for (const [claim, versions, said] of [
  ['words that an edit adds to a command answer nothing', ['/take', '/take\nWe look at it.'], 'said mark /take'],
  ['nor do those of the second edit', ['/take', '/take\n/hold', 'We look at it.'], 'said mark'],
  ['nor those that replace a quote', ['> It breaks', '> It breaks\n\nDoes it?'], 'said mark'],
  ['nor what is taken back and written again', ['/take', 'We look at it.', '/take', 'Done.'], 'said mark'],
  ['words that stood there from the beginning do', ['Hello', 'Hello, and more.'], 'said mark words'],
  ['also if they were gone between two edits', ['Hello', '/take', 'Hello again'], 'said mark words'],
  ['words that an edit takes away are gone', ['Hello', '/take'], 'said mark /take'],
  ['the text of a command that an edit adds says nothing', ['/take', '/take\n/fixed in 1.2'], 'said mark /take /fixed in 1.2'],
] as const)
  test(claim, async () => {
    const { at, n } = edited(versions);
    expect(lines(await at.look(n))[1]).toBe(said);
    at.fetch.check();
  });

test('the reporter, bystanders and hidden comments are not asked about', async () => {
  const at = makeDesk();
  for (const by of ['rita', 'olga']) {
    const { n } = edited(['/sla', 'Words'], by, at);
    expect(lines(await at.look(n))[1]).toBe(`said ${by} words`);
  }
  const { n, id } = edited(['/take', 'Words'], 'mark', at);
  at.twin.act.minimize(at.repository, id, 'outdated', 'mark');
  expect(lines(await at.look(n))[1]).toBe('said mark words hidden');
  expect(at.asked()).not.toContain(COMMENT_QUERY);
});

test('a history is asked for once, and again when the comment is edited again', async () => {
  const { at, n, id } = edited(['/take', '/take\nWords']);
  const questions = async () => {
    await at.look(n);
    return at.asked().filter((one) => one === COMMENT_QUERY).length;
  };
  expect([await questions(), await questions()]).toEqual([1, 0]);
  at.clock.turn(60);
  at.twin.act.editComment(at.repository, id, 'Other words', 'mark');
  expect([await questions(), await questions()]).toEqual([1, 0]);
});

test('while the history cannot be read nobody knows whether that answers: the look is taken again', async () => {
  const { at, n } = edited(['> It breaks', 'Words']);
  at.twin.faults.push({ path: /graphql/, status: 502 });
  await expect(at.look(n)).rejects.toMatchObject({ kind: 'passing' });
  expect(lines(await at.look(n))[1]).toBe('said mark');
});

for (const [claim, change] of [
  ['a first version that was deleted from the history', { deletedAt: '2026-01-07T09:00:00Z', diff: null }],
  ['a first version without its text', { diff: null }],
] as const)
  test(`${claim} counts as one that said something`, async () => {
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) => {
        const response = await fetch(input, init);
        if (!String(input).includes('graphql')) return response;
        const json = (await response.json()) as { data: { nodes: { userContentEdits: { nodes: object[] } }[] } };
        Object.assign(json.data.nodes[0]!.userContentEdits.nodes.at(-1)!, change);
        return Response.json(json, { headers: response.headers });
      };
    const { at, n } = edited(['> It breaks', 'Words'], 'mark', makeDesk({ between }));
    expect(lines(await at.look(n))[1]).toBe('said mark words');
  });

test('a young edit whose history GitHub does not tell yet is asked about again, an old one is not', async () => {
  const between =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes('graphql')) return response;
      return Response.json({ data: { nodes: [{ userContentEdits: { nodes: [] } }] } }, { headers: response.headers });
    };
  const { at, n } = edited(['> It breaks', 'Words'], 'mark', makeDesk({ between }));
  const asked: number[] = [];
  for (const turn of [0, 30, 40, 60]) {
    at.clock.turn(turn);
    await at.look(n);
    asked.push(at.asked().filter((one) => one === COMMENT_QUERY).length);
  }
  expect(asked).toEqual([1, 1, 1, 0]);
});

test('one who was a responder when he wrote is asked about, whatever he is today', async () => {
  const { at, n } = edited(['> It breaks', 'Words'], 'olga');
  const by = at.twin.world.login('olga')!.id;
  const now = at.clock.now();
  const record = {
    v: 1,
    since: now,
    pins: [],
    parts: { [by]: [[now - 9e6, 'r']] },
    seen: now,
    done: [],
    claims: [],
    steps: [],
    breaches: [],
  };
  await at.github.createComment(at.ref, n, keyLine({ is: 'status' }, record as unknown as Record));
  expect(lines(await at.look(n))[1]).toBe('said olga');
});
