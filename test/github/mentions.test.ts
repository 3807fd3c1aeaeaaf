import { afterEach, describe, expect, test } from 'vitest';
import { keyLine } from '../../src/desk/record.ts';
import { silentTeams, teamsIn } from '../../src/github/mentions.ts';
import { plainName } from '../../src/words/escape.ts';
import { effortMs } from '../support/effort.ts';
import { type Desk, type DeskOptions, desk as makeDesk } from './desk.ts';

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

const filed = (at: Desk) => at.twin.act.openIssue(at.repository, { by: 'rita', title: 'It breaks' });

describe('a text of ours', () => {
  for (const [claim, body, want] of [
    ['mentions teams, each once, as it writes them', '@acme/support, (@Acme/Support) and @acme/r-n_d.', ['acme/support', 'acme/r-n_d']],
    ['mentions none in its hidden line', '<!-- watchkeeper {"a":"@acme/support"} -->\nHello', []],
    ['mentions none in a hidden line that never ends', 'Hello <!-- @acme/support', []],
    ['mentions none in code', '`@acme/support` and\n```\n@acme/rnd\n```\n@acme/live', ['acme/live']],
    ['mentions none in a word or an address', 'a@acme/support https://x.y/@acme/support @@acme/support', []],
    ['mentions none by a name in plain text', `${plainName('acme/support')} ${plainName('@acme/support')}`, []],
    ['mentions none by a person', '@alice', []],
  ] as const)
    test(claim, () => expect(teamsIn(body)).toEqual(want));
});

describe('what GitHub shows', () => {
  const shown = (name: string, more = '') =>
    `<p dir="auto"><a class="team-mention js-team-mention notranslate" data-error-text="Failed to load team members" ${more}href="https://github.com/orgs/acme/teams/x">@${name}</a></p>`;
  for (const [claim, body, html, want] of [
    ['a team that became a mention was called', '@acme/support', shown('acme/support'), []],
    ['whatever its case', '@Acme/Support', shown('acme/support'), []],
    ['whatever else the link carries', '@acme/support', shown('acme/support', 'data-permission-text="Team members are private" '), []],
    ['plain text called nobody', '@acme/support', '<p dir="auto">@acme/support</p>', ['acme/support']],
    ['each is told by itself', '@acme/support @acme/rnd', `${shown('acme/rnd')}<p>@acme/support</p>`, ['acme/support']],
    ['a person is no team', '@acme/support', '<a class="user-mention notranslate" href="x">@acme</a>/support', ['acme/support']],
    ['an answer that does not say how it is shown tells nothing', '@acme/support', undefined, []],
  ] as const)
    test(claim, () => expect(silentTeams(body, html)).toEqual(want));

  test('long hostile texts are read in linear time', () => {
    const from = effortMs();
    for (const text of ['<!--', '`', '```', '@a/', '<a class="', '@'])
      silentTeams(text.repeat(60_000 / text.length), `<a ${text.repeat(60_000 / text.length)}`);
    expect(effortMs() - from).toBeLessThan(1_000);
  });
});

describe('a comment that mentions teams', () => {
  const BODY = `${keyLine({ is: 'step', steps: ['a'] })}\n@acme/support @acme/rnd @acme/none @sara`;

  test('answers which of them GitHub shows as plain text, then and when it is asked again', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.muteTeam('acme', 'rnd', true);
    const { id, silentTeams: silent } = await at.github.createComment(at.ref, n, BODY);
    expect(silent).toEqual(['acme/rnd', 'acme/none']);
    expect(await at.github.silentTeams(at.ref, id)).toEqual(silent);
    at.twin.act.muteTeam('acme', 'rnd', false);
    expect(await at.github.silentTeams(at.ref, id)).toEqual(['acme/none']);
    await at.github.deleteComment(at.ref, id);
    await expect(at.github.silentTeams(at.ref, id)).rejects.toMatchObject({ kind: 'gone' });
  });

  test('a team without access to a private repository is silent', async () => {
    const at = desk({ seed: { private: true } });
    at.twin.act.team('acme', 'elsewhere', { members: ['sara'] });
    expect((await at.github.createComment(at.ref, filed(at), '@acme/support @acme/elsewhere')).silentTeams).toEqual(['acme/elsewhere']);
  });

  test('GitHub is asked how it shows a comment only where there is a team in it', async () => {
    const seen: (string | null)[] = [];
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      (input, init) => {
        if (init?.method === 'POST' && String(input).endsWith('/comments')) seen.push(new Headers(init.headers).get('accept'));
        return fetch(input, init);
      };
    const at = desk({ between });
    const n = filed(at);
    await at.github.createComment(at.ref, n, BODY);
    expect((await at.github.createComment(at.ref, n, '@sara')).silentTeams).toEqual([]);
    expect(seen[0]).toBe('application/vnd.github.full+json');
    expect(seen[1]).not.toContain('full');
  });

  test('the members of a team are people, at most a hundred; of one that cannot be read, nobody', async () => {
    const at = desk();
    at.twin.world.addAccount({ id: 77, login: 'robot[bot]', type: 'Bot', name: null, createdAt: at.clock.now() });
    at.twin.act.teamMember('acme', 'support', 'robot[bot]', 'member', 'carol');
    const team = (slug: string) => at.github.members(at.ref, { kind: 'team', org: 'acme', slug });
    expect(await team('support')).toEqual(['mark', 'sara']);
    expect(await team('none')).toEqual([]);
    for (let i = 0; i < 120; i++) {
      at.twin.act.user(`u${i}`);
      at.twin.act.teamMember('acme', 'rnd', `u${i}`, 'member', 'carol');
    }
    expect(await team('rnd')).toHaveLength(100);
    at.twin.faults.push({ path: /members/, status: 502 });
    at.github.forget(at.ref, 'people');
    await expect(team('support')).rejects.toMatchObject({ kind: 'passing' });
  });
});
