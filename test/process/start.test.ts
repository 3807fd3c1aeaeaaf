import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAst } from 'vitest/node';
import { BUSY_MS } from '../support/until.ts';
import { type Child, CLI, type Env, type Folder, folder, GONE_MS, oldNode, run, START, start } from './child.ts';

const ADDRESS = /^Watchkeeper's sandbox: (http:\/\/localhost:\d+)\n/;

let home: Folder;
let children: Child[] = [];
beforeEach(() => {
  home = folder();
});
afterEach(async () => {
  for (const child of children) if (child.process.exitCode === null) await child.kill('SIGKILL');
  children = [];
  home.remove();
});

const begin = (env: Env = {}): Child => {
  const child = start(START, [], { cwd: home.path, env: { PORT: '0', LOG_LEVEL: 'error', ...env } });
  children.push(child);
  return child;
};

/** One clear line on stderr, nothing on stdout, and out. */
async function refuses(env: Env, line: RegExp): Promise<void> {
  const child = begin(env);
  const ended = await child.ended;
  expect(ended.err).toMatch(line);
  expect(ended.err.split('\n')).toHaveLength(2);
  expect([ended.code, ended.out]).toEqual([1, '']);
}

describe('npm start without an App', { timeout: BUSY_MS }, () => {
  test('prints exactly one line with the address, serves the sandbox there, and ends when told to', async () => {
    const child = begin();
    const { match, ms } = await child.line(ADDRESS);
    console.log(`sandbox: ${ms.toFixed(0)} ms from spawn to ready`);
    const address = match[1]!;
    for (const [path, status] of [
      ['/', 200],
      ['/setup', 200],
      ['/nothing', 404],
      ['/api/support/health', 200],
      ['/api/github/webhooks', 405],
    ] as const)
      expect((await fetch(address + path)).status, path).toBe(status);
    const started = performance.now();
    const ended = await child.kill('SIGTERM');
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(performance.now() - started).toBeLessThan(GONE_MS);
    expect(ended.out).toBe(match[0]);
    expect(ended.err).toBe('');
  });

  test('is one for a folder: a second one says so and goes', async () => {
    const first = begin();
    await first.line(ADDRESS);
    await refuses({}, /^\S+desk\.sqlite is in use by another Watchkeeper: stop it first/);
    expect((await first.kill('SIGINT')).code).toBe(0);
  });

  test('comes back with what was there', async () => {
    const first = begin();
    await first.line(ADDRESS);
    await first.kill();
    const before = readFileSync(join(home.path, 'data/sandbox/world.json'), 'utf8');
    const second = begin();
    await second.line(ADDRESS);
    await second.kill();
    const key = (text: string) => (JSON.parse(text) as { key: string }).key;
    expect(key(readFileSync(join(home.path, 'data/sandbox/world.json'), 'utf8'))).toBe(key(before));
  });
});

describe('what is wrong is said in one line', { timeout: BUSY_MS }, () => {
  const app = { APP_ID: '1', PRIVATE_KEY: 'x', WEBHOOK_SECRET: 'development' };
  test('the default secret', () => refuses(app, /^WEBHOOK_SECRET is a well-known default/));
  test('a secret that is missing', () => refuses({ ...app, WEBHOOK_SECRET: '' }, /^WEBHOOK_SECRET is missing/));
  test('an address that is not of this machine', () => refuses({ HOST: '203.0.113.7' }, /^HOST is "203\.0\.113\.7"/));
  test('a name that is none', () => refuses({ HOST: 'nowhere.invalid' }, /^HOST is "nowhere\.invalid"|^getaddrinfo/));

  test('a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    await refuses({ PORT: String(port) }, new RegExp(`^Port ${port} is taken\\. Set PORT to another one\\.`));
    taken.close();
  });

  test('a folder that is a file', async () => {
    writeFileSync(join(home.path, 'data'), '');
    await refuses({}, /^DATA_DIR is ".\/data", which cannot be made/);
  });

  test('a .env that cannot be read', async () => {
    mkdirSync(join(home.path, '.env'));
    await refuses({}, /^\S+\/\.env cannot be read: EISDIR\.$/m);
  });

  test('a database whose place cannot be written', async () => {
    mkdirSync(join(home.path, 'data/sandbox/desk.sqlite.lock'), { recursive: true });
    await refuses({}, /^\S+desk\.sqlite\.lock cannot be opened: unable to open database file$/m);
  });

  test('what stands in .env counts, and the environment counts more', async () => {
    writeFileSync(join(home.path, '.env'), 'PORT="nonsense"\nSWEEP_S=1\n');
    await refuses({ PORT: '0' }, /^SWEEP_S is "1"/);
  });
});

describe('a Node that is too old', { timeout: BUSY_MS }, () => {
  const LINE = /^Watchkeeper needs Node 24 or newer and this is v(\d+)\.[^\n]*npm ci[^\n]*\n$/;
  const FAKE =
    'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.11.1"}});Object.defineProperty(process,"version",{value:"v20.11.1"})';
  for (const file of [START, CLI]) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    test(`gets one line from ${name}, which says what to do`, async () => {
      const old = oldNode();
      const fake = ['--import', `data:text/javascript,${encodeURIComponent(FAKE)}`];
      const runs = [{ nodeArgs: fake }, ...(old === undefined ? [] : [{ node: old }])];
      for (const options of runs) {
        const ended = await run(file, [], { cwd: home.path, ...options });
        expect([ended.code, ended.out]).toEqual([1, '']);
        expect(ended.err).toMatch(LINE);
        expect(Number(LINE.exec(ended.err)![1])).toBeLessThan(24);
      }
    });

    test(`can read ${name}: plain JavaScript that loads nothing before it has looked`, () => {
      const { body } = parseAst(readFileSync(file, 'utf8'), { lang: 'js' }) as { body: { type: string }[] };
      expect(body.filter(({ type }) => /Import|Export/.test(type))).toEqual([]);
    });
  }
});
