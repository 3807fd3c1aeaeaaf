import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { openStore } from '../../src/store/open.ts';
import { freshDatabase, PASSWORD } from '../support/postgres.ts';
import { BUSY_MS, until } from '../support/until.ts';
import { type Child, CLI, type Env, type Folder, folder, run, START, start } from './child.ts';

const REPO = 'acme/desk';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

let home: Folder;
let twin: Twin;
let env: Env;
let children: Child[] = [];

beforeAll(async () => {
  home = folder();
  twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: 4711, slug: 'watchkeeper', key: KEY },
    webhookSecret: 'only these processes and their GitHub know it',
  });
  const { port } = await twin.listen();
  seedWorld(twin, { repository: REPO, files: { '.github/support.yml': 'extends: standard\ndefault_owners: ["@petra"]\n' } });
  twin.act.openIssue(REPO, { by: 'rita', title: 'from before', body: 'x' });
  writeFileSync(join(home.path, 'key.pem'), KEY);
  env = {
    APP_ID: '4711',
    PRIVATE_KEY_PATH: 'key.pem',
    WEBHOOK_SECRET: 'only these processes and their GitHub know it',
    GHE_HOST: `127.0.0.1:${port}`,
    GHE_PROTOCOL: 'http',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    DATABASE_URL: await freshDatabase(),
  };
});
afterAll(async () => {
  for (const child of children) if (child.process.exitCode === null) await child.kill('SIGKILL');
  await twin.close();
  home.remove();
});

const cli = (...args: string[]) => run(CLI, args, { cwd: home.path, env });
async function serve(): Promise<string> {
  const child = start(START, [], { cwd: home.path, env });
  children.push(child);
  const { match } = await child.line(/^Watchkeeper serves GitHub App 4711 at (http:\/\/\S+)\n/);
  await until('ready', async () => (await fetch(`${match[1]}/api/support/health`)).status === 200, child.err);
  return match[1]!;
}
const tickets = async (): Promise<number> => {
  const store = await openStore(env.DATABASE_URL!);
  const rows = await store.tickets(twin.world.theRepo(REPO).id);
  await store.close();
  return rows.length;
};

describe('the program with DATABASE_URL', { timeout: BUSY_MS }, () => {
  test('two processes start at once on an empty database, and both become ready', async () => {
    await Promise.all([serve(), serve()]);
    expect(children.map((child) => child.err())).toEqual(['', '']);
    // The one is ready when nothing is left for it to claim: the other may still be at work on what it has.
    await until('a ticket', async () => (await tickets()) > 0);
    expect(await tickets()).toBe(1);
  });

  test('a rebuild is refused while they are at work', async () => {
    const refused = await cli('rebuild');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^postgresql:\/\/[^\s@]+ is in use by another Watchkeeper: stop it first\.\n$/);
    expect(await tickets()).toBe(1);
  });

  test('both end with SIGTERM, at once when idle', async () => {
    const begun = performance.now();
    const ended = await Promise.all(children.map((child) => child.kill('SIGTERM')));
    expect(ended.map(({ code, err }) => [code, err])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    // Ten seconds are what they would get if they were not.
    expect(performance.now() - begun).toBeLessThan(9_000);
    children = [];
  });

  test('a rebuild forgets everything and brings it back from GitHub', async () => {
    const store = await openStore(env.DATABASE_URL!);
    await store.putMeta('left over', 'from before');
    await store.close();
    const ended = await cli('rebuild');
    expect(ended.err).toBe('');
    expect([ended.code, ended.out]).toEqual([0, `${REPO}: 1 ticket brought back, 1 open\n`]);
    const again = await openStore(env.DATABASE_URL!);
    expect(await again.getMeta('left over')).toBeUndefined();
    await again.close();
  });

  test('a move into a database that has a desk is refused, and an address is never shown with its password', async () => {
    const refused = await cli('move', '--from', env.DATABASE_URL!, '--to', env.DATABASE_URL!);
    expect([refused.code, refused.out, refused.err]).toEqual([1, '', 'Both are the same store.\n']);
    const source = await freshDatabase();
    await (await openStore(source)).close();
    const full = await cli('move', '--from', source);
    expect([full.code, full.out]).toEqual([1, '']);
    expect(full.err).toMatch(/^[^\n]*not empty[^\n]*\n$/);
    const wrong = await run(START, [], {
      cwd: home.path,
      env: { ...env, DATABASE_URL: env.DATABASE_URL!.replace(/\/[^/]*$/, '/nowhere') },
    });
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/^postgresql:\/\/[^\s@]+\/nowhere does not exist: create the database nowhere first\n$/);
    expect(wrong.err).not.toContain(encodeURIComponent(PASSWORD));
  });
});
