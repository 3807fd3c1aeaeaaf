import { afterEach, expect, test } from 'vitest';
import type { Record } from '../../src/desk/ledger.ts';
import { keyLine } from '../../src/desk/record.ts';
import type { Person } from '../../src/policy/types.ts';
import type { RepoRef } from '../../src/watch/github-port.ts';
import { type Desk, type DeskOptions, desk as makeDesk, policyOf } from './desk.ts';

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

const filed = (at: Desk, by = 'rita') => at.twin.act.openIssue(at.repository, { by, title: 'It breaks' });
const standing = async (at: Desk, login: string, policy = 'extends: standard') => {
  const n = filed(at);
  at.twin.act.comment(at.repository, n, 'Words', login);
  const { ledger } = await at.look(n, { policy: policyOf(policy) });
  return ledger.standings.get(at.twin.world.login(login)!.id) ?? 'bystander';
};

for (const [role, least, want] of [
  ['read', 'triage', 'bystander'],
  ['triage', 'triage', 'responder'],
  ['triage', 'write', 'bystander'],
  ['write', 'write', 'responder'],
  ['write', 'maintain', 'bystander'],
  ['maintain', 'maintain', 'responder'],
  ['maintain', 'admin', 'bystander'],
  ['admin', 'admin', 'responder'],
  ['none', 'triage', 'bystander'],
] as const)
  test(`the role ${role} makes a ${want} where at least ${least} is asked`, async () => {
    const at = desk();
    at.twin.act.user('hana');
    at.twin.act.role(at.repository, 'hana', role, 'carol');
    expect(await standing(at, 'hana', `extends: standard\nresponders: { at_least: ${least} }`)).toBe(want);
  });

test('people are responders by name or by team, whatever their role, and nobody is asked for it', async () => {
  const at = desk();
  at.twin.act.user('hana');
  at.twin.act.team('acme', 'desk', { members: ['olga'] });
  const policy = 'extends: standard\nresponders: { at_least: admin, users: ["@Hana"], teams: ["@acme/desk"] }';
  expect(await standing(at, 'hana', policy)).toBe('responder');
  expect(await standing(at, 'olga', policy)).toBe('responder');
  expect(at.asked().some((one) => /collaborators\/(hana|olga)/.test(one))).toBe(false);
});

test('a team that is not there has nobody', async () => {
  const at = desk();
  expect(await standing(at, 'olga', 'extends: standard\nresponders: { teams: ["@acme/none", "@other/team"] }')).toBe('bystander');
});

test('bots are bots and we are the App, unasked', async () => {
  const at = desk();
  const n = filed(at);
  at.twin.world.addAccount({ id: 77, login: 'dependabot[bot]', type: 'Bot', name: null, createdAt: at.clock.now() });
  at.twin.act.comment(at.repository, n, 'Bump', 'dependabot[bot]');
  await at.github.addLabel(at.ref, n, { name: 'P1', color: 'ff0000', description: '' });
  at.asked();
  const { ledger } = await at.look(n);
  const { bot } = await at.github.me();
  expect([...ledger.standings]).toEqual(
    expect.arrayContaining([
      [77, 'bot'],
      [bot, 'app'],
    ]),
  );
  expect(ledger.facts.find((fact) => fact.kind === 'labelled')!.by.id).toBe(bot);
  expect(at.asked().filter((one) => one.includes('collaborators'))).toEqual(['GET /collaborators/rita/permission']);
});

test('a role is known for ten minutes, or until people are forgotten', async () => {
  const at = desk();
  const n = filed(at);
  at.twin.act.comment(at.repository, n, 'Words', 'olga');
  const roleAsked = async () => {
    at.asked();
    const { ledger } = await at.look(n);
    return [at.asked().filter((one) => one.includes('olga')).length, ledger.standings.get(at.twin.world.login('olga')!.id)];
  };
  expect(await roleAsked()).toEqual([1, 'bystander']);
  at.twin.act.role(at.repository, 'olga', 'write', 'carol');
  at.clock.turn(599);
  expect(await roleAsked()).toEqual([0, 'bystander']);
  at.clock.turn(1);
  expect(await roleAsked()).toEqual([1, 'responder']);
  at.twin.act.role(at.repository, 'olga', 'read', 'carol');
  at.github.forget(at.ref, 'people');
  expect(await roleAsked()).toEqual([1, 'bystander']);
});

test('nobody is asked about whom the record has fixed; somebody new is', async () => {
  const at = desk();
  const n = filed(at);
  at.twin.act.comment(at.repository, n, 'Words', 'mark');
  at.twin.act.comment(at.repository, n, 'Words', 'olga');
  at.clock.turn(3600);
  const mark = at.twin.world.login('mark')!.id;
  const record = {
    v: 1,
    since: 1,
    pins: [],
    parts: { [mark]: [[1, 'r']] },
    seen: at.clock.now(),
    done: [],
    claims: [],
    steps: [],
    breaches: [],
  };
  await at.github.createComment(at.ref, n, keyLine({ is: 'status' }, record as unknown as Record));
  at.asked();
  await at.look(n);
  expect(at.asked().filter((one) => one.includes('collaborators'))).toEqual([]);
  at.clock.turn(3600);
  at.twin.act.comment(at.repository, n, 'Words', 'petra');
  await at.look(n);
  expect(at.asked().filter((one) => one.includes('collaborators'))).toEqual(['GET /collaborators/petra/permission']);
});

test('of a crowd of commenters 30 are asked for, those with commands first', async () => {
  const at = desk();
  const n = filed(at);
  for (let i = 0; i < 60; i++) {
    at.twin.act.user(`u${i}`);
    at.twin.act.comment(at.repository, n, 'Me too', `u${i}`);
  }
  at.twin.act.comment(at.repository, n, '/take', 'petra');
  const { ledger } = await at.look(n);
  const asked = at.asked().filter((one) => one.includes('collaborators'));
  expect(asked).toHaveLength(30);
  expect(asked.slice(0, 2)).toEqual(['GET /collaborators/rita/permission', 'GET /collaborators/petra/permission']);
  expect(ledger.standings.get(at.twin.world.login('petra')!.id)).toBe('responder');
  await at.look(n);
  expect(at.asked().filter((one) => one.includes('collaborators'))).toHaveLength(30);
});

test('strangers cannot crowd out somebody with a role, whatever they shout', async () => {
  const at = desk();
  const n = filed(at);
  at.twin.act.createLabel(at.repository, { name: 'bug', color: 'ff0000' }, 'mark');
  for (let i = 0; i < 40; i++) {
    at.twin.act.user(`u${i}`);
    for (let j = 0; j < 3; j++) at.twin.act.comment(at.repository, n, '/take\n/fixed\n/close\n/help', `u${i}`);
  }
  at.twin.act.comment(at.repository, n, 'An answer', 'petra');
  at.twin.act.label(at.repository, n, 'bug', 'sara');
  const { ledger } = await at.look(n);
  for (const login of ['petra', 'sara']) expect(ledger.standings.get(at.twin.world.login(login)!.id)).toBe('responder');
});

test('GitHub being down decides nothing about anybody', async () => {
  const at = desk();
  const n = filed(at);
  at.twin.faults.push({ path: /collaborators/, status: 502 });
  await expect(at.look(n)).rejects.toMatchObject({ kind: 'passing' });
});

test('a mention reaches people who can read and are no bots, and teams that have somebody', async () => {
  const at = desk({ seed: { private: true } });
  at.twin.world.addAccount({ id: 77, login: 'robot[bot]', type: 'Bot', name: null, createdAt: at.clock.now() });
  at.twin.act.team('acme', 'empty', {});
  const user = (login: string) => ({ kind: 'user', login }) as const;
  const team = (org: string, slug: string) => ({ kind: 'team', org, slug }) as const;
  const people = [
    user('Mark'),
    user('olga'),
    user('nobody'),
    user('robot[bot]'),
    team('Acme', 'Support'),
    team('acme', 'empty'),
    team('acme', 'none'),
    team('else', 'x'),
  ];
  expect([...(await at.github.reach(at.ref, people, at.clock.now()))]).toEqual(['mark', 'acme/support']);
  at.asked();
  await at.github.reach(at.ref, people, at.clock.now());
  expect(at.asked()).toEqual([]);
});

test('without the permission to read members a team reaches nobody', async () => {
  const at = desk({ seed: { install: false } });
  const permissions = { issues: 'write', metadata: 'read' } as const;
  const installation = at.twin.act.install('acme', { by: 'carol', permissions });
  const ref: RepoRef = { ...at.ref, installation };
  const reached = await at.github.reach(ref, [{ kind: 'team', org: 'acme', slug: 'support' }], at.clock.now());
  expect([...reached]).toEqual([]);
});

/** Teams that GitHub was asked about since the last call: whether they can read the repository. */
const readersAsked = (at: Desk): string[] =>
  at.twin.requests.splice(0).flatMap(({ path }) => /\/teams\/([^/]+)\/repos\/acme\//.exec(path)?.[1] ?? []);

test('a team that was not let into a private repository is reached by no mention there, until it is', async () => {
  const at = desk({ seed: { private: true } });
  const outsiders = at.twin.act.team('acme', 'outsiders', { members: ['sara'] });
  const people = ['support', 'outsiders'].map((slug): Person => ({ kind: 'team', org: 'acme', slug }));
  const reached = async () => [...(await at.github.reach(at.ref, people, at.clock.now()))];
  expect(await reached()).toEqual(['acme/support']);
  expect(readersAsked(at)).toEqual(['support', 'outsiders']);
  outsiders.repos = { [at.ref.id]: 'read' };
  at.clock.turn(599);
  expect(await reached()).toEqual(['acme/support']);
  expect(at.asked()).toEqual([]);
  at.clock.turn(1);
  expect(await reached()).toEqual(['acme/support', 'acme/outsiders']);
});

test('in a public repository every team that is there is reached, and nobody asks what it can read', async () => {
  const at = desk();
  at.twin.act.team('acme', 'outsiders', { members: ['sara'] });
  const people: Person[] = [{ kind: 'team', org: 'acme', slug: 'outsiders' }];
  const reached = async () => [...(await at.github.reach(at.ref, people, at.clock.now()))];
  expect(await reached()).toEqual(['acme/outsiders']);
  expect(readersAsked(at)).toEqual([]);
  at.twin.world.theRepo(at.repository).private = true;
  at.github.forget(at.ref, 'people');
  expect(await reached()).toEqual([]);
});
