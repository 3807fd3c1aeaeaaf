import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { presetForms } from '../../src/presets.ts';
import { seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { headersFor } from '../hostile/house.ts';
import { BUSY_MS, until as untilWith } from '../support/until.ts';
import { type Child, CLI, type Env, type Folder, folder, GONE_MS, run, START, start } from './child.ts';

const REPO = 'acme/desk';
const POLICY = 'extends: standard\ndefault_owners: ["@petra"]\n';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const SECRET = 'this process and its GitHub know it';

let home: Folder;
let twin: Twin;
let env: Env;
let child: Child;
let address: string;

/** GitHub over HTTP, on the wall clock. */
beforeAll(async () => {
  home = folder();
  twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: 4711, slug: 'watchkeeper', key: KEY },
    webhookSecret: SECRET,
  });
  const { port } = await twin.listen();
  const forms = Object.fromEntries(
    Object.entries(presetForms('standard@1')).map(([name, text]) => [`.github/ISSUE_TEMPLATE/${name}`, text]),
  );
  seedWorld(twin, { repository: REPO, files: { '.github/support.yml': POLICY, ...forms } });
  twin.act.openIssue(REPO, { by: 'rita', title: 'from before', body: 'x' });
  writeFileSync(join(home.path, 'key.pem'), KEY);
  env = {
    APP_ID: '4711',
    PRIVATE_KEY_PATH: 'key.pem',
    WEBHOOK_SECRET: SECRET,
    GHE_HOST: `127.0.0.1:${port}`,
    GHE_PROTOCOL: 'http',
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
  };
});
afterAll(async () => {
  if (child?.process.exitCode === null) await child.kill('SIGKILL');
  await twin.close();
  home.remove();
});

const cli = (...args: string[]) => run(CLI, args, { cwd: home.path, env });
const labelsOf = (number: number): string[] => {
  const repo = twin.world.theRepo(REPO);
  return twin.world
    .issue(repo, number)
    .labels.map((id) => repo.labels[id]!.name)
    .sort();
};
const until = (what: string, holds: () => boolean | Promise<boolean>) => untilWith(what, holds, () => child.err());
const health = async () => fetch(`${address}/api/support/health`);
async function serve(): Promise<void> {
  child = start(START, [], { cwd: home.path, env });
  const { match, ms } = await child.line(/^Watchkeeper serves GitHub App 4711 at (http:\/\/\S+)\n/);
  address = match[1]!;
  twin.deliverTo(`${address}/api/github/webhooks`);
  await until('ready', async () => (await health()).status === 200);
  console.log(`App: ${ms.toFixed(0)} ms from spawn to listening, ${(performance.now() - child.spawnedAt).toFixed(0)} ms to caught up`);
}

/** One story: the tests go on from each other, since each start costs a second. */
describe('the program that serves GitHub', { timeout: BUSY_MS }, () => {
  test('catches up, and turns a webhook into a ticket', async () => {
    await serve();
    const number = twin.act.openIssue(REPO, { by: 'rita', title: 'x', body: '### Priority\n\nP1 – Critical\n' });
    await until('labels', () => labelsOf(number).includes('P1: critical') && labelsOf(number).includes('🔴 received'));
    expect(twin.deliveries().filter(({ statusCode }) => statusCode !== 200 && statusCode !== 0)).toEqual([]);
    expect(await (await health()).json()).toMatchObject({ status: 'ready', store: 'open', caught_up: true });
  });

  test('has no setup page and no sandbox', async () => {
    for (const path of ['/', '/setup', '/setup/done', '/sandbox/api/state']) expect((await fetch(address + path)).status, path).toBe(404);
  });

  test('holds its database alone: neither a second one nor a rebuild gets it', async () => {
    const second = await run(START, [], { cwd: home.path, env });
    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.err).toMatch(/^\S+desk\.sqlite is in use by another Watchkeeper: [^\n]+\n$/);
    const rebuild = await cli('rebuild');
    expect([rebuild.code, rebuild.out]).toEqual([1, '']);
    expect(rebuild.err).toMatch(/^\S+desk\.sqlite is in use by another Watchkeeper: [^\n]+\n$/);
    expect((await health()).status).toBe(200);
  });

  test('ends within 10 s, even while somebody trickles a body, and loses no webhook that it took', async () => {
    const slow = connect(Number(new URL(address).port), '127.0.0.1').on('error', () => {});
    const head = Object.entries({ ...headersFor('{}'), host: 'x', 'content-length': '1000' }).map(([key, value]) => `${key}: ${value}`);
    slow.write(`POST /api/github/webhooks HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{`);
    const number = twin.act.openIssue(REPO, { by: 'rita', title: 'at the last moment', body: '### Priority\n\nP2 – High\n' });
    await until('delivered', () => twin.deliveries().at(-1)?.statusCode === 200);
    const started = performance.now();
    const ended = await child.kill('SIGTERM');
    slow.destroy();
    console.log(`App: ${(performance.now() - started).toFixed(0)} ms to end with a request that hangs`);
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(performance.now() - started).toBeLessThan(GONE_MS);
    expect(ended.out.split('\n')).toHaveLength(2);
    await serve();
    await until('labels', () => labelsOf(number).includes('P2: high'));
    expect((await child.kill()).code).toBe(0);
  });

  test('is rebuilt from GitHub: the same tickets come back, and nothing is said twice', async () => {
    const file = join(home.path, 'data', 'desk.sqlite');
    const before = JSON.stringify(twin.world.theRepo(REPO).issues);
    // What nobody took while it was down may be asked for again; that says nothing.
    const says = () =>
      twin.requests.filter(({ method, path }) => method !== 'GET' && !/access_tokens$|\/app\/hook\/deliveries\//.test(path));
    const writes = says().length;
    const ended = await cli('rebuild');
    expect(ended.err).toBe('');
    expect(ended.out).toBe(`The old database is now data/desk.sqlite.old.\n${REPO}: 3 tickets brought back, 3 open\n`);
    expect([ended.code, existsSync(file), existsSync(`${file}.old`)]).toEqual([0, true, true]);
    console.log(`rebuild: ${ended.ms.toFixed(0)} ms`);
    expect(JSON.stringify(twin.world.theRepo(REPO).issues)).toBe(before);
    expect(says()).toHaveLength(writes);
  });

  test('is rebuilt when the database is broken, and kept when GitHub does not answer', async () => {
    const file = join(home.path, 'data', 'desk.sqlite');
    const gone = await run(CLI, ['rebuild'], { cwd: home.path, env: { ...env, GHE_HOST: '127.0.0.1:9' } });
    expect([gone.code, gone.out]).toEqual([1, '']);
    expect(gone.err).toMatch(/GitHub was asked for App 4711 and did not give it \(.+\); the database stays as it is\./);
    expect(existsSync(file)).toBe(true);
    writeFileSync(file, 'this is no database, and has not been one for a long while');
    const ended = await cli('rebuild');
    expect([ended.code, ended.err]).toEqual([0, '']);
    expect(ended.out).toContain(`${REPO}: 3 tickets brought back`);
  });
});
