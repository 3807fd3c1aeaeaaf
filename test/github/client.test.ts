import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyLine } from '../../src/desk/record.ts';
import { Pace } from '../../src/github/pace.ts';
import { LIMITS } from '../../src/policy/limits.ts';
import type { Problem } from '../../src/policy/types.ts';
import type { Fault } from '../../src/watch/github-port.ts';
import { type Desk, type DeskOptions, desk as makeDesk } from './desk.ts';

let open: Desk[] = [];
const desk = (options?: DeskOptions): Desk => {
  const made = makeDesk(options);
  open.push(made);
  return made;
};
afterEach(() => {
  vi.useRealTimers();
  for (const one of open) one.fetch.check();
  open = [];
});

const filed = (at: Desk) => at.twin.act.openIssue(at.repository, { by: 'rita', title: 'It breaks' });
const issueOf = (at: Desk, n: number) => at.twin.world.theRepo(at.repository).issues[n]!;
const labelsOf = (at: Desk, n: number) => issueOf(at, n).labels.map((id) => at.twin.world.theRepo(at.repository).labels[id]!.name);
const P1 = { name: 'P1: critical', color: '#b60205', description: 'As urgent as it gets' };
const failure = (promise: Promise<unknown>): Promise<Fault> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as Fault,
  );

describe('who and where', () => {
  test('we know ourselves, our installations and their repositories', async () => {
    const at = desk();
    expect(await at.github.me()).toMatchObject({ id: 4711, slug: 'watchkeeper', bot: 41_898_282 });
    expect(await at.github.installations()).toEqual([
      {
        id: at.installation,
        createdAt: at.clock.now(),
        suspended: false,
        account: 'acme',
        mark: 'checks:write contents:read issues:write members:read metadata:read pull_requests:read',
        updatedAt: at.clock.now(),
      },
    ]);
    const {
      repos: [repo],
    } = await at.github.repositories(at.installation!, 1);
    expect(repo).toEqual({ ...at.ref, defaultBranch: 'main', archived: false, hasIssues: true, pushedAt: at.clock.now() });
    expect(await at.github.repository(at.ref)).toEqual(repo);
  });

  test('without an installation we are there without an account', async () => {
    const at = desk({ seed: { install: false } });
    expect(await at.github.me()).toMatchObject({ id: 4711, bot: 0 });
    expect(await at.github.installations()).toEqual([]);
  });

  test('a name that was given to another repository is gone', async () => {
    const at = desk();
    await expect(at.github.repository({ ...at.ref, id: 5 })).rejects.toMatchObject({ kind: 'gone' });
    await expect(at.github.repository({ ...at.ref, name: 'nowhere' })).rejects.toMatchObject({ kind: 'gone' });
  });
});

describe('files', () => {
  const files = {
    '.github/support.yml': 'extends: standard\n',
    '.github/ISSUE_TEMPLATE/bug report.yml': 'name: Zgłoszenie\n',
    'big.txt': 'x'.repeat(1_048_577),
  };
  test('are read with their blob, at the default branch or a commit; absent ones are undefined', async () => {
    const at = desk({ seed: { files } });
    const own = await at.github.file(at.ref, '.github/support.yml');
    expect(own!.text).toBe('extends: standard\n');
    expect(await at.github.blob(at.ref, own!.sha)).toBe(own!.text);
    expect(await at.github.file(at.ref, '.github/none.yml')).toBeUndefined();
    expect(await at.github.file(at.ref, '.github')).toBeUndefined();
    expect(await at.github.blob(at.ref, 'f'.repeat(40))).toBeUndefined();
    expect(await at.github.blob(at.ref, '../../secrets')).toBeUndefined();
    const [first] = await at.github.commitsTouching(at.ref, '.github/support.yml', 50);
    at.clock.turn(60);
    at.twin.act.commitFile(at.repository, '.github/support.yml', 'extends: kleros\n', 'carol');
    expect((await at.github.file(at.ref, '.github/support.yml'))!.text).toBe('extends: kleros\n');
    expect((await at.github.file(at.ref, '.github/support.yml', first!.sha))!.text).toBe(own!.text);
    expect(await at.github.commitsTouching(at.ref, '.github/support.yml', 50)).toMatchObject([{ at: at.clock.now() }, first]);
    expect(await at.github.commitsTouching(at.ref, '.github/support.yml', 1)).toHaveLength(1);
  });

  test('a folder is listed; one that is not there is empty', async () => {
    const at = desk({ seed: { files } });
    const [form, ...others] = await at.github.directory(at.ref, '.github/ISSUE_TEMPLATE');
    expect(form).toMatchObject({ name: 'bug report.yml', path: '.github/ISSUE_TEMPLATE/bug report.yml' });
    expect(others).toEqual([]);
    expect((await at.github.file(at.ref, form!.path))!.text).toBe('name: Zgłoszenie\n');
    expect(await at.github.directory(at.ref, 'nowhere')).toEqual([]);
    expect(await at.github.directory(at.ref, '.github/support.yml')).toEqual([]);
  });

  test('one of more than 1 MB is too long for every reader, not taken for an empty one', async () => {
    const at = desk({ seed: { files } });
    expect((await at.github.file(at.ref, 'big.txt'))!.text.length).toBeGreaterThan(LIMITS.chars.max);
  });
});

describe('listings', () => {
  test('open issues come oldest first, 100 a page, pull requests among them', async () => {
    const at = desk();
    for (let i = 0; i < 101; i++) filed(at);
    at.twin.act.openPull(at.repository, { by: 'mark', title: 'A pull' });
    const first = await at.github.openIssues(at.ref, 1);
    const second = await at.github.openIssues(at.ref, 2);
    expect([first.lines.length, first.more, second.lines.length, second.more]).toEqual([100, true, 2, false]);
    expect(first.lines[0]).toMatchObject({ number: 1, open: true, isPull: false });
    expect(second.lines[1]).toMatchObject({ number: 102, isPull: true });
  });

  test('what changed lately: undefined when nothing did, and then it is not billed', async () => {
    const at = desk();
    const n = filed(at);
    expect(await at.github.issuesUpdated(at.ref, undefined, 1)).toMatchObject({ lines: [{ number: n }], more: false });
    expect(await at.github.issuesUpdated(at.ref, undefined, 1)).toBeUndefined();
    at.clock.turn(5);
    at.twin.act.comment(at.repository, n, 'Words', 'rita');
    expect(await at.github.issuesUpdated(at.ref, undefined, 1)).toMatchObject({ lines: [{ number: n, updatedAt: at.clock.now() }] });
    expect(await at.github.issuesUpdated(at.ref, at.clock.now(), 1)).toMatchObject({ lines: [{ number: n }] });
  });

  test('an ETag is forgotten with the token', async () => {
    const at = desk();
    filed(at);
    await at.github.issuesUpdated(at.ref, undefined, 1);
    // Octokit tries a token of less than five seconds again for a while.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
    for (const token of Object.keys(at.twin.world.state.tokens)) delete at.twin.world.state.tokens[token];
    at.asked();
    // The old token is refused (401), another is had, and its answer is a fresh one.
    expect(await at.github.openIssues(at.ref, 1)).toMatchObject({ lines: [{ number: 1 }] });
    expect(await at.github.issuesUpdated(at.ref, undefined, 1)).toBeDefined();
    expect(at.asked().some((one) => one.endsWith('304'))).toBe(false);
    expect(await at.github.issuesUpdated(at.ref, undefined, 1)).toBeUndefined();
  });
});

describe('writes', () => {
  test('comments are written, edited and deleted; deleting again is fine', async () => {
    const at = desk();
    const n = filed(at);
    const { id } = await at.github.createComment(at.ref, n, 'One');
    await at.github.editComment(at.ref, id, 'Two');
    expect(at.twin.world.theRepo(at.repository).comments[id]).toMatchObject({ body: 'Two', byApp: true });
    await at.github.deleteComment(at.ref, id);
    await at.github.deleteComment(at.ref, id);
    expect(issueOf(at, n).comments).toBe(0);
    await expect(at.github.editComment(at.ref, id, 'Three')).rejects.toMatchObject({ kind: 'gone' });
  });

  test('a label that is missing is made first, with its colour and description, and looked for once', async () => {
    const at = desk();
    const [one, two] = [filed(at), filed(at)];
    await at.github.addLabel(at.ref, one, P1);
    await at.github.addLabel(at.ref, two, P1);
    expect(at.asked()).toEqual([
      'GET /labels/P1%3A%20critical',
      'POST /labels',
      `POST /issues/${one}/labels`,
      `POST /issues/${two}/labels`,
    ]);
    expect(labelsOf(at, two)).toEqual([P1.name]);
    const label = at.twin.world.label(at.twin.world.theRepo(at.repository), P1.name);
    expect(label).toMatchObject({ color: 'b60205', description: P1.description });
  });

  test('an existing label keeps its colour, whatever its case', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.createLabel(at.repository, { name: 'p1: CRITICAL', color: 'ffffff' }, 'mark');
    await at.github.addLabel(at.ref, n, P1);
    expect(labelsOf(at, n)).toEqual(['p1: CRITICAL']);
  });

  test('a label that somebody made in the meantime is fine; one that GitHub does not take is refused', async () => {
    const at = desk();
    const n = filed(at);
    at.twin.act.createLabel(at.repository, { name: P1.name, color: 'ffffff' }, 'mark');
    at.twin.faults.push({ method: 'GET', path: /\/labels\//, status: 404, message: 'Not Found' });
    await at.github.addLabel(at.ref, n, P1);
    expect(labelsOf(at, n)).toEqual([P1.name]);
    await expect(at.github.addLabel(at.ref, n, { ...P1, name: 'x'.repeat(51) })).rejects.toMatchObject({ kind: 'refused' });
  });

  test('one that was created, and that no replica shows yet, is set all the same', async () => {
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : String(input));
        const asked = init?.method ?? (input instanceof Request ? input.method : 'GET');
        if (asked === 'GET' && /\/labels\/P1/.test(decodeURIComponent(pathname)))
          return Response.json({ message: 'Not Found', documentation_url: '', status: '404' }, { status: 404 });
        return fetch(input, init);
      };
    const at = desk({ between });
    const n = filed(at);
    at.twin.act.createLabel(at.repository, { name: P1.name, color: 'b60205' }, 'mark');
    await at.github.addLabel(at.ref, n, P1);
    expect(labelsOf(at, n)).toContain(P1.name);
  });

  test('labels are looked for again once they are forgotten, or after ten minutes', async () => {
    const at = desk();
    const n = filed(at);
    const looked = async () => {
      at.asked();
      await at.github.addLabel(at.ref, n, P1);
      return at.asked().filter((one) => one.startsWith('GET')).length;
    };
    expect([await looked(), await looked()]).toEqual([1, 0]);
    at.github.forgetAll({ installation: at.installation!, repo: at.ref.id, what: 'labels' });
    expect(await looked()).toBe(1);
    at.clock.turn(600);
    expect(await looked()).toBe(1);
  });

  test('removing a label that is not there is fine', async () => {
    const at = desk();
    const n = filed(at);
    await at.github.addLabel(at.ref, n, P1);
    await at.github.removeLabel(at.ref, n, P1.name);
    await at.github.removeLabel(at.ref, n, P1.name);
    expect(labelsOf(at, n)).toEqual([]);
  });

  test('assigning whom GitHub does not assign is refused', async () => {
    const at = desk();
    const n = filed(at);
    await at.github.assign(at.ref, n, 'Sara');
    expect(issueOf(at, n).assignees).toHaveLength(1);
    await expect(at.github.assign(at.ref, n, 'olga')).rejects.toMatchObject({ kind: 'refused' });
  });

  test('taking somebody off an issue; who is not on it stays off', async () => {
    const at = desk();
    const n = filed(at);
    for (const login of ['sara', 'mark']) await at.github.assign(at.ref, n, login);
    await at.github.unassign(at.ref, n, 'SARA');
    await at.github.unassign(at.ref, n, 'sara');
    await at.github.unassign(at.ref, n, 'nobody-here');
    expect(issueOf(at, n).assignees).toEqual([at.twin.world.login('mark')!.id]);
    const { ledger } = await at.look(n);
    expect(ledger.facts.filter((fact) => fact.kind === 'unassigned')).toMatchObject([
      { by: { login: 'watchkeeper[bot]' }, who: { login: 'sara' } },
    ]);
    await expect(at.github.unassign(at.ref, 99, 'sara')).rejects.toMatchObject({ kind: 'gone' });
  });

  for (const as of ['completed', 'not_planned', 'duplicate'] as const)
    test(`an issue is closed as ${as}, and says so; opened again, it says that`, async () => {
      const at = desk();
      const n = filed(at);
      await at.github.setState(at.ref, n, 'closed', as);
      expect(issueOf(at, n)).toMatchObject({ state: 'closed', stateReason: as });
      expect((await at.look(n)).ledger.facts.at(-1)).toMatchObject({ kind: 'closed', as });
      await at.github.setState(at.ref, n, 'open', as);
      expect(issueOf(at, n)).toMatchObject({ state: 'open', stateReason: 'reopened' });
    });

  test('reacting twice is one reaction; closing says why; a title is set; an issue of ours is made', async () => {
    const at = desk();
    const n = filed(at);
    const comment = at.twin.act.comment(at.repository, n, '/take', 'mark');
    await at.github.react(at.ref, comment, '+1');
    await at.github.react(at.ref, comment, '+1');
    expect(at.twin.world.theRepo(at.repository).comments[comment]!.reactions).toHaveLength(1);
    await at.github.setState(at.ref, n, 'closed');
    expect(issueOf(at, n)).toMatchObject({ state: 'closed', stateReason: 'completed' });
    await at.github.setState(at.ref, n, 'open');
    expect(issueOf(at, n)).toMatchObject({ state: 'open', stateReason: 'reopened' });
    await at.github.setTitle(at.ref, n, '🔴 It breaks');
    expect(issueOf(at, n)).toMatchObject({ title: '🔴 It breaks', state: 'open' });
    expect((await at.look(n)).ledger).toMatchObject({ title: '🔴 It breaks', renames: [{ from: 'It breaks', to: '🔴 It breaks' }] });
    const { number } = await at.github.createIssue(at.ref, 'Hello', 'World');
    expect(issueOf(at, number)).toMatchObject({ title: 'Hello', byApp: true });
  });
});

describe('check runs', () => {
  const problem = (more: Partial<Problem> = {}): Problem => ({
    file: 'own',
    line: 3,
    column: 5,
    endLine: 3,
    endColumn: 9,
    path: 'priorities.0',
    message: 'It is wrong.',
    ...more,
  });
  const run = (at: Desk, annotations: Problem[] = []) => {
    const commit = at.twin.act.commitFile(at.repository, '.github/support.yml', 'x: 1', 'carol');
    return {
      commit,
      name: 'Support policy',
      good: annotations.length === 0,
      title: 'T',
      summary: 'S',
      path: '.github/support.yml',
      annotations,
    };
  };

  test('a good one is found again on its commit, by name, if it is ours', async () => {
    const at = desk();
    const write = run(at);
    expect(await at.github.checkRun(at.ref, write.commit, write.name)).toBeUndefined();
    const made = await at.github.createCheckRun(at.ref, write);
    expect(made).toEqual({ id: made.id, good: true, completedAt: at.clock.now() });
    expect(await at.github.checkRun(at.ref, write.commit, write.name)).toEqual(made);
    expect(await at.github.checkRun(at.ref, write.commit, 'Another')).toBeUndefined();
    at.clock.turn(10);
    const newer = await at.github.createCheckRun(at.ref, { ...write, good: false });
    expect(await at.github.checkRun(at.ref, write.commit, write.name)).toEqual(newer);
    expect(newer.good).toBe(false);
  });

  test('120 problems are annotated in three requests, with columns on one line only', async () => {
    const at = desk();
    const problems = [...Array(120)].map((_, i) => problem({ line: i + 1, endLine: i + 1 }));
    problems[1] = problem({ line: 2, endLine: 4, endColumn: 3 });
    problems[2] = problem({ line: 3, endLine: 4, endColumn: 1, message: 'x'.repeat(100_000) });
    problems[3] = problem({ file: 'owner', line: 70, endLine: 70 });
    at.asked();
    const { id } = await at.github.createCheckRun(at.ref, run(at, problems));
    expect(at.asked()).toEqual(['POST /check-runs', `PATCH /check-runs/${id}`, `PATCH /check-runs/${id}`]);
    const { annotations, conclusion } = at.twin.world.theRepo(at.repository).checks[id]!;
    expect(conclusion).toBe('failure');
    expect(annotations).toHaveLength(120);
    expect(annotations[0]).toMatchObject({ start_line: 1, end_line: 1, start_column: 5, end_column: 8 });
    expect(annotations[1]).not.toHaveProperty('start_column');
    expect(annotations[2]).toMatchObject({ start_line: 3, end_line: 3, start_column: 5 });
    expect(annotations[3]).toMatchObject({ start_line: 1, end_line: 1 });
    expect(String(annotations[2]!.message).length).toBeLessThan(65_536);
  });
});

describe('faults', () => {
  const read = (at: Desk) => at.github.openIssues(at.ref, 1);
  const write = (at: Desk) => at.github.createComment(at.ref, 1, 'Words');
  for (const [claim, fault, call, want] of [
    ['404 is gone', { status: 404 }, read, { kind: 'gone' }],
    ['410 is gone', { status: 410 }, read, { kind: 'gone' }],
    [
      'a redirect to somewhere else is gone',
      { status: 301, headers: { location: 'https://api.github.com/repositories/1/issues' } },
      read,
      { kind: 'gone' },
    ],
    [
      '403 without a limit is refused',
      { status: 403, message: 'Resource not accessible by integration' },
      read,
      { kind: 'refused', limited: false },
    ],
    ['422 is refused', { status: 422 }, write, { kind: 'refused', unsure: false }],
    ['502 passes', { status: 502 }, read, { kind: 'passing', unsure: false, limited: false }],
    ['502 to a write passes, and it may have happened', { status: 502 }, write, { kind: 'passing', unsure: true }],
    ['a lost answer to a write may have happened', { loseAnswer: true }, write, { kind: 'passing', unsure: true, status: undefined }],
    [
      '429 with retry-after limits the installation',
      { status: 429, headers: { 'retry-after': '17' } },
      write,
      { kind: 'passing', limited: true, retryAfterS: 17, unsure: false },
    ],
    [
      '403 with the quota spent limits it until the reset',
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'NOW+90' } },
      read,
      { kind: 'passing', limited: true, retryAfterS: 90 },
    ],
    [
      'a secondary limit without a time is a minute',
      { status: 403, message: 'You have exceeded a secondary rate limit.' },
      read,
      { kind: 'passing', limited: true, retryAfterS: 60 },
    ],
  ] as const)
    test(claim, async () => {
      const at = desk();
      filed(at);
      await read(at);
      const given = 'headers' in fault ? (fault.headers as Record<string, string>) : {};
      const headers = Object.fromEntries(
        Object.entries(given).map(([key, value]) => [key, value === 'NOW+90' ? String(at.clock.now() + 90) : value]),
      );
      at.twin.faults.push({ path: /\/issues/, ...fault, ...('headers' in fault ? { headers } : {}) });
      expect(await failure(call(at))).toMatchObject(want);
      at.fetch.mismatches.splice(0);
    });

  test('while GitHub limits the installation nothing is asked of it; afterwards all is well', async () => {
    const at = desk();
    filed(at);
    at.twin.faults.push({ path: /\/issues/, status: 429, headers: { 'retry-after': '30' } });
    await failure(read(at));
    at.asked();
    expect(await failure(write(at))).toMatchObject({ limited: true, retryAfterS: 30 });
    expect(at.asked()).toEqual([]);
    at.clock.turn(30);
    expect((await read(at)).lines).toHaveLength(1);
  });

  test('a limit of GraphQL comes with 200 and is one all the same', async () => {
    const errors = JSON.stringify({ errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] });
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) =>
        String(input).endsWith('/graphql')
          ? new Response(errors, {
              status: 200,
              headers: { 'content-type': 'application/json', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
            })
          : fetch(input, init);
    const at = desk({ between });
    const n = filed(at);
    at.twin.act.openPull(at.repository, { by: 'sara', title: 'A fix', body: `Fixes #${n}` });
    expect(await failure(at.look(n))).toMatchObject({ kind: 'passing', limited: true, status: 200 });
  });

  test('a request that takes too long passes', async () => {
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      (input, init) =>
        String(input).includes('/issues')
          ? new Promise((_, reject) => init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason)))
          : fetch(input, init);
    const at = desk({ between, timeoutMs: 20 });
    expect(await failure(read(at))).toMatchObject({ kind: 'passing', unsure: false });
    expect(await failure(write(at))).toMatchObject({ kind: 'passing', unsure: true });
  });

  test('without a token nothing was written: suspended is refused, uninstalled is gone', async () => {
    const at = desk();
    filed(at);
    at.twin.act.suspend(at.installation!, 'carol');
    expect(await failure(write(at))).toMatchObject({ kind: 'refused', unsure: false });
    const other = desk();
    other.twin.act.uninstall(other.installation!, 'carol');
    expect(await failure(write(other))).toMatchObject({ kind: 'gone', unsure: false });
  });

  test('an answer that is no JSON of GitHub’s passes', async () => {
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) =>
        String(input).includes('/issues')
          ? new Response('<html>proxy</html>', { status: 200, headers: { 'content-type': 'text/html' } })
          : fetch(input, init);
    const at = desk({ between });
    expect(await failure(read(at))).toMatchObject({ kind: 'passing' });
    expect(await failure(write(at))).toMatchObject({ kind: 'passing', unsure: true });
  });
});

describe('pace', () => {
  test('a write without budget says when to come again; pages have budget of their own', async () => {
    const at = desk({ pace: new Pace({ gapMs: 0, perMinute: 10 }) });
    const n = filed(at);
    for (let i = 0; i < 4; i++) await at.github.createComment(at.ref, n, `Words ${i}`);
    expect(await failure(at.github.createComment(at.ref, n, 'more'))).toMatchObject({ kind: 'passing', unsure: false, retryAfterS: 60 });
    await at.github.createComment(at.ref, n, `${keyLine({ is: 'step', steps: ['a'] })}\nA page`);
    at.clock.turn(60);
    await at.github.createComment(at.ref, n, 'more');
  });

  test('writes go one at a time, a gap apart, pages first', async () => {
    const started: [string, number][] = [];
    let running = 0;
    const between =
      (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
      async (input, init) => {
        if (init?.method !== 'POST' || !String(input).includes('/comments')) return fetch(input, init);
        expect(++running).toBe(1);
        started.push([JSON.parse(String(init.body)).body.split('\n').at(-1), performance.now()]);
        try {
          return await fetch(input, init);
        } finally {
          running--;
        }
      };
    const at = desk({ between, pace: new Pace({ gapMs: 30 }) });
    const n = filed(at);
    await at.github.openIssues(at.ref, 1);
    const background = { ...at.ref, pace: 'background' } as const;
    await Promise.all([
      at.github.createComment(at.ref, n, 'one'),
      at.github.createComment(background, n, 'slow'),
      at.github.createComment(at.ref, n, 'two'),
      at.github.createComment(at.ref, n, `${keyLine({ is: 'step', steps: ['a'] })}\npage`),
    ]);
    expect(started.map(([name]) => name)).toEqual(['one', 'page', 'two', 'slow']);
    for (const [index, [, when]] of started.entries()) if (index > 0) expect(when - started[index - 1]![1]).toBeGreaterThanOrEqual(28);
  });
});
