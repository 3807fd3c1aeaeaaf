import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { type Child, type Folder, folder, START, start } from '../process/child.ts';
import { BUSY_MS, until as untilWith } from '../support/until.ts';
import { PATH, posted, signatureOf } from './house.ts';

const NEEDLE = 'needle4711';
const REPO = `acme/desk-${NEEDLE}`;
const POLICY = `extends: standard\ndefault_owners: ["@petra"]\nproducts: [{ id: web, name: "${NEEDLE} web" }]\n`;
const SECRET = 'the process and its GitHub know this secret';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
/** A line of the key's body. */
const OF_KEY = KEY.split('\n')[3]!;

let home: Folder;
let twin: Twin;
let child: Child;
let port: number;

const until = (what: string, holds: () => boolean | Promise<boolean>) => untilWith(what, holds, () => child.err());

/** A private repository whose every name, title and text holds the needle, and the whole program, metrics included. */
beforeAll(async () => {
  home = folder();
  twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: 4711, slug: 'watchkeeper', key: KEY },
    webhookSecret: SECRET,
  });
  const { port: github } = await twin.listen();
  seedWorld(twin, { repository: REPO, private: true, files: { '.github/support.yml': POLICY } });
  twin.act.user(`rita-${NEEDLE}`);
  twin.act.role(REPO, `rita-${NEEDLE}`, 'read', 'carol');
  child = start(START, [], {
    cwd: home.path,
    env: {
      APP_ID: '4711',
      PRIVATE_KEY: KEY,
      WEBHOOK_SECRET: SECRET,
      GHE_HOST: `127.0.0.1:${github}`,
      GHE_PROTOCOL: 'http',
      PORT: '0',
      HOST: '127.0.0.1',
      METRICS_PORT: '0',
      LOG_LEVEL: 'trace',
    },
  });
  const { match } = await child.line(/^Watchkeeper serves GitHub App 4711 at http:\/\/\S+:(\d+)\n/);
  port = Number(match[1]);
  twin.deliverTo(`http://127.0.0.1:${port}${PATH}`);
  const by = `rita-${NEEDLE}`;
  const number = twin.act.openIssue(REPO, { by, title: `title ${NEEDLE}`, body: `### Product\n\n${NEEDLE} web\n\n${NEEDLE}` });
  twin.act.comment(REPO, number, `/sla ${NEEDLE}\n/take ${NEEDLE}`, by);
  const repo = twin.world.theRepo(REPO);
  await until('a ticket', () => twin.world.issue(repo, number).labels.length >= 2);
  // What fails is logged too: a file that is wrong, a repository that goes, a webhook that is signed and strange, one that is not signed.
  twin.act.commitFile(REPO, '.github/support.yml', `${NEEDLE}: [`, 'mark');
  twin.faults.push({ path: /\/issues\//, status: 500, message: `${NEEDLE} again`, times: 3 });
  twin.act.comment(REPO, number, `${NEEDLE} again`, by);
  await until('the file was judged', () => Object.keys(repo.checks).length >= 2);
  const body = JSON.stringify({ installation: { id: 1 }, action: NEEDLE, repository: { name: NEEDLE } });
  await posted(port, body, { 'x-hub-signature-256': signatureOf(body, SECRET) });
  await posted(port, `{"${NEEDLE}`, { 'x-hub-signature-256': signatureOf(`{"${NEEDLE}`, SECRET) });
  await posted(port, body, { 'x-hub-signature-256': signatureOf(body, 'wrong') });
}, BUSY_MS);
afterAll(async () => {
  if (child?.process.exitCode === null) await child.kill('SIGKILL');
  await twin?.close();
  home?.remove();
});

const answersAt = async (origin: string, path: string): Promise<string> => {
  const answer = await fetch(origin + path, { redirect: 'manual' });
  return `${answer.status} ${[...answer.headers].join(' ')}\n${await answer.text()}`;
};
/** What a private repository, its people and our secrets are known by. */
const expectNothingOf = (text: string, claim: string): void => {
  for (const secret of [NEEDLE, 'acme', 'petra', SECRET, OF_KEY, 'BEGIN', 'ghs_', 'Bearer', home.path, '127.0.0.1:9'])
    expect(text.includes(secret), `${claim}: ${secret} in ${text.slice(0, 500)}`).toBe(false);
};

describe('what the program that serves a private repository says to others', () => {
  const HEALTH = ['', '/live', '/ready', '/', '/x'].map((path) => `/api/support/health${path}`);
  const OTHERS = ['/', '/metrics', '/setup', '/setup/done', '/sandbox/api/state', '/api/support', '/api/support/status', '/status', PATH];
  for (const path of [
    ...HEALTH,
    ...OTHERS,
    '/.env',
    '/data/desk.sqlite',
    '/../data/desk.sqlite',
    '/src/main.ts',
    '/package.json',
    '/debug',
  ])
    test(`GET ${path} gives nothing of it away`, async () => {
      const answer = await answersAt(`http://127.0.0.1:${port}`, path);
      expectNothingOf(answer, path);
      // Nothing but the health is for everybody.
      if (!HEALTH.includes(path)) expect(answer).toMatch(/^40[45] /);
    });

  test('the metrics have an address of their own, and hold numbers and no names', async () => {
    const served = child
      .err()
      .split('\n')
      .flatMap((line) => (line.includes('metrics are served') ? [(JSON.parse(line) as { port: number }).port] : []));
    expect(served).toHaveLength(1);
    const answer = await answersAt(`http://127.0.0.1:${served[0]}`, '/metrics');
    expect(answer).toMatch(/^200 /);
    expect(answer).toContain('watchkeeper_');
    expectNothingOf(answer, '/metrics');
  });

  test('no log line holds a title, a text, a key, a token or a signature', () => {
    const log = child.err();
    expect(log.split('\n').length).toBeGreaterThan(3);
    for (const secret of [SECRET, OF_KEY, 'BEGIN', 'ghs_', 'Bearer ', 'sha256=', `title ${NEEDLE}`, `${NEEDLE} again`, `/take ${NEEDLE}`])
      expect(
        log.split('\n').flatMap((line) => (line.includes(secret) ? [line.slice(0, 300)] : [])),
        secret,
      ).toEqual([]);
  });
});
