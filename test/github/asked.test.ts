import { afterEach, describe, expect, test } from 'vitest';
import type { Handled, Record } from '../../src/desk/ledger.ts';
import { keyLine } from '../../src/desk/record.ts';
import type { Policy } from '../../src/policy/types.ts';
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
const says = (at: Desk, n: number, body: string, by = 'mark') => at.twin.act.comment(at.repository, n, body, by);
const record = (at: Desk, done: readonly Handled[] = [], more: Partial<Record> = {}) =>
  ({ v: 1, since: 1, pins: [], parts: {}, seen: at.clock.now(), done, claims: [], steps: [], breaches: [], ...more }) as Record;
const remember = (at: Desk, n: number, what: Record) => at.github.createComment(at.ref, n, keyLine({ is: 'status' }, what));
const handled = (comment: number, name: string, text: string): Handled => ({ comment, name, text, at: 1 as never, by: 1, ok: true });
const asks = (at: Desk, path: RegExp) => at.asked().filter((one) => path.test(one));

describe('whom a command names', () => {
  const named = async (at: Desk, n: number, policy?: string) =>
    [...((await at.look(n, policy === undefined ? {} : { policy: policyOf(policy) })).ledger.named ?? [])].map(([login, one]) => [
      login,
      one.actor.login,
      [one.responder ? 'responder' : '', one.assignable ? 'assignable' : ''].join(' ').trim(),
    ]);

  test('is asked for: who it is, whether he answers here, whether GitHub assigns him', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.world.addAccount({ id: 77, login: 'robot', type: 'Bot', name: null, createdAt: at.clock.now() });
    at.twin.act.user('Hana');
    at.twin.act.role(at.repository, 'Hana', 'write', 'carol');
    says(at, n, '/assign @HANA\n/assign carol\n/assign @olga\n/assign @nobody-here\n/assign @robot\n/assign @acme');
    says(at, n, '/handoff @Sara mind @petra, who knows');
    expect(await named(at, n)).toEqual([
      ['hana', 'Hana', 'responder assignable'],
      ['carol', 'carol', 'responder assignable'],
      ['olga', 'olga', ''],
      ['robot', 'robot', ''],
      ['sara', 'sara', 'responder assignable'],
    ]);
  });

  test('a responder by name or by team need not be assignable', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.user('hana');
    at.twin.act.team('acme', 'desk', { members: ['olga'] });
    says(at, n, '/assign @hana\n/assign @olga\n/assign @rita');
    const policy = 'extends: standard\nresponders: { at_least: triage, users: ["@Hana"], teams: ["@acme/desk"] }';
    expect(await named(at, n, policy)).toEqual([
      ['hana', 'hana', 'responder'],
      ['olga', 'olga', 'responder'],
      ['rita', 'rita', ''],
    ]);
  });

  test('nobody is asked for where no command names anybody, or a stranger gives it', async () => {
    const at = desk();
    const n = filed(at);
    says(at, n, '/take\n/assign\n/assign !\n`/assign @petra`');
    says(at, n, '/assign @petra', 'olga');
    const { ledger } = await at.look(n);
    expect(ledger).not.toHaveProperty('named');
    expect(asks(at, /petra|assignees/)).toEqual([]);
  });

  test('nor for a stranger whom the record has as one: he can neither spend requests nor take the places of others', async () => {
    const at = desk();
    const n = filed(at);
    const id = (login: string) => String(at.twin.world.login(login)!.id);
    await remember(at, n, record(at, [], { parts: { [id('olga')]: [[at.clock.now(), 'b']] } }));
    for (let i = 0; i < 12; i++) says(at, n, `/assign @nobody-${i}\n/duplicate #1${i}\n/runbook`, 'olga');
    says(at, n, '/assign @sara');
    expect(await named(at, n)).toEqual([['sara', 'sara', 'responder assignable']]);
    expect(asks(at, /nobody|issues\/1\d$/)).toEqual([]);
  });

  test('nor for what the record knows as handled, or has had to forget', async () => {
    const at = desk();
    const n = filed(at);
    const long = `@petra ${'x'.repeat(60)}`;
    const [one, two] = [says(at, n, '/assign @petra'), says(at, n, `/handoff ${long}`)];
    const done = [handled(one, 'assign', '@petra'), handled(two, 'handoff', long.slice(0, 40))];
    const parts = { [at.twin.world.login('mark')!.id]: [[1, 'r']] } as never;
    const { id } = await remember(at, n, record(at, done, { parts }));
    expect((await at.look(n)).ledger).not.toHaveProperty('named');
    const line = (what: Record) => keyLine({ is: 'status' }, what);
    await at.github.editComment(at.ref, id, line(record(at, done.slice(1), { parts })));
    expect(await named(at, n)).toEqual([['petra', 'petra', 'responder assignable']]);
    await at.github.editComment(at.ref, id, line(record(at, [], { parts, forgot: at.clock.now() })));
    expect((await at.look(n)).ledger).not.toHaveProperty('named');
  });

  test('ten are asked for, and again after ten minutes', async () => {
    const at = desk();
    const n = filed(at);
    for (let i = 0; i < 15; i++) at.twin.act.user(`u${i}`);
    says(at, n, [...Array(15)].map((_, i) => `/assign @u${i}`).join('\n'));
    const count = async () => {
      at.asked();
      const { ledger } = await at.look(n);
      return [ledger.named!.size, asks(at, /u\d+/).length];
    };
    expect([await count(), await count()]).toEqual([
      [10, 20],
      [10, 0],
    ]);
    at.clock.turn(600);
    expect(await count()).toEqual([10, 20]);
    at.github.forget(at.ref, 'people');
    expect(await count()).toEqual([10, 20]);
  });
});

describe('the plans of a reporter', () => {
  const SELLS = `extends: standard
plans:
  - { id: free, name: Free }
  - { id: gold, name: Gold, reporters: ["@acme/rnd", "@RITA"] }
  - { id: premium, name: Premium, reporters: ["@petra", "@acme/support", "@acme/none"] }
`;
  const plansOf = async (at: Desk, by: string, policy = SELLS) =>
    (await at.look(filed(at, by), { policy: policyOf(policy) })).ledger.plansOf;

  test('are those that name him, or a team that he is in, in the policy’s order', async () => {
    const at = desk();
    expect(await plansOf(at, 'rita')).toEqual(['gold']);
    expect(await plansOf(at, 'sara')).toEqual(['gold', 'premium']);
    expect(await plansOf(at, 'petra')).toEqual(['gold', 'premium']);
    expect(await plansOf(at, 'mark')).toEqual(['premium']);
    at.twin.requests.splice(0);
    expect(await plansOf(at, 'olga')).toEqual([]);
    expect(at.twin.requests.filter((one) => one.path.includes('/teams/'))).toEqual([]);
  });

  test('are not asked for where no plan names anybody, and not once there is a record', async () => {
    const at = desk();
    expect(await plansOf(at, 'rita', 'extends: standard\nplans: [{ id: free, name: Free }]')).toBeUndefined();
    const n = filed(at);
    await remember(at, n, record(at));
    at.asked();
    expect((await at.look(n, { policy: policyOf(SELLS) })).ledger).not.toHaveProperty('plansOf');
    expect(at.twin.requests.filter((one) => one.path.includes('/teams/'))).toEqual([]);
  });

  test('a team that we may not read sells nothing', async () => {
    const at = desk({ seed: { install: false } });
    const permissions = { issues: 'write', metadata: 'read', pull_requests: 'read' } as const;
    const installation = at.twin.act.install('acme', { by: 'carol', permissions });
    const ref: RepoRef = { ...at.ref, installation };
    const n = filed(at, 'mark');
    const options = { policy: policyOf(SELLS), forms: [], defaultBranch: 'main', now: at.clock.now(), expect: [] };
    expect((await at.github.readLedger(ref, n, options)).ledger.plansOf).toEqual([]);
  });
});

describe('the runbooks', () => {
  const files = {
    'docs/login.md': '# Login\n',
    'docs/big.md': 'x'.repeat(70_000),
    'docs/empty.md': '\n',
    'docs/huge.md': 'x'.repeat(1_100_000),
  };
  const category = (id: string, runbook = `docs/${id}.md`) => `  - { id: ${id}, name: ${id}, runbook: ${runbook} }\n`;
  const policy = (...categories: string[]): Policy => policyOf(`extends: standard\ncategories:\n${categories.join('')}`);
  const RUNBOOKS = policy(...['login', 'big', 'empty', 'huge', 'missing'].map((id) => category(id)), category('again', 'docs/login.md'));

  test('are read for a new /runbook: each once, cut to 64 kB, those that are not there left out', async () => {
    const at = desk({ seed: { files } });
    const n = filed(at);
    says(at, n, '/runbook login');
    const { ledger } = await at.look(n, { policy: RUNBOOKS });
    expect([...ledger.runbooks!].map(([path, text]) => [path, text.length])).toEqual([
      ['docs/login.md', 8],
      ['docs/big.md', 65_536],
    ]);
    expect(asks(at, /contents/)).toHaveLength(5);
    await at.look(n, { policy: RUNBOOKS });
    expect(asks(at, /contents.* 304/)).toHaveLength(4);
  });

  test('are not read without one that is new, nor for a stranger', async () => {
    const at = desk({ seed: { files } });
    const n = filed(at);
    says(at, n, '/runbook', 'olga');
    const comment = says(at, n, '/runbook login');
    const parts = { [at.twin.world.login('mark')!.id]: [[1, 'r']] } as never;
    await remember(at, n, record(at, [handled(comment, 'runbook', 'login')], { parts }));
    expect((await at.look(n, { policy: RUNBOOKS })).ledger).not.toHaveProperty('runbooks');
    expect(asks(at, /contents/)).toEqual([]);
  });

  test('of twenty files at most', async () => {
    const at = desk({ seed: { files } });
    const n = filed(at);
    says(at, n, '/runbook');
    const many = policy(...[...Array(30)].map((_, i) => category(`c${i}`)));
    expect((await at.look(n, { policy: many })).ledger.runbooks).toEqual(new Map());
    expect(asks(at, /contents/)).toHaveLength(20);
  });

  test('one that GitHub does not hand out is left out; a fault that passes decides nothing', async () => {
    const at = desk({ seed: { files } });
    const n = filed(at);
    says(at, n, '/runbook');
    at.twin.faults.push({ method: 'GET', path: /contents\/docs\/login/, status: 403, message: 'No' });
    expect([...(await at.look(n, { policy: RUNBOOKS })).ledger.runbooks!.keys()]).toEqual(['docs/big.md']);
    at.twin.faults.push({ method: 'GET', path: /contents\/docs\/login/, status: 502 });
    await expect(at.look(n, { policy: RUNBOOKS })).rejects.toMatchObject({ kind: 'passing' });
  });
});
