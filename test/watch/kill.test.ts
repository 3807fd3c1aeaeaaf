import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import { CAST, seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';

const SPEED = 90;
const REPO = 'acme/desk';
const ROOT = join(import.meta.dirname, '../..');
const SECRET = 'a secret that only this test and its twin know';
const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 3m } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

const from = Date.now();
let clock: { install(): void; remove(): void };
let twin: Twin;
let child: ChildProcess | undefined;
let folder = '';

beforeEach(async () => {
  process.env.FAST_CLOCK = String(SPEED);
  process.env.FAST_CLOCK_FROM = String(from);
  clock = (await import('../support/fast-clock.mjs' as string)) as typeof clock;
  clock.install();
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await twin?.close();
  clock.remove();
  rmSync(folder, { recursive: true, force: true });
});

const now = (): Instant => instant(Math.floor(Date.now() / 1000));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The program as people start it, and ready when it says so. */
async function start(port: number, api: string, key: string): Promise<void> {
  child = spawn(process.execPath, ['--import', join(ROOT, 'test/support/fast-clock.mjs'), 'src/start.mjs'], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      FAST_CLOCK: String(SPEED),
      FAST_CLOCK_FROM: String(from),
      FAST_CLOCK_AT_ONCE: '1',
      APP_ID: '4711',
      PRIVATE_KEY: key,
      WEBHOOK_SECRET: SECRET,
      GHE_HOST: api.replace('http://', ''),
      GHE_PROTOCOL: 'http',
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      LOG_LEVEL: (process.env.TEST_LOG ?? 'silent') as 'silent',
      SWEEP_S: '60',
    },
    stdio: ['ignore', 'pipe', process.env.TEST_LOG ? 'inherit' : 'ignore'],
  });
  await once(child!.stdout!, 'data');
}

async function kill(): Promise<void> {
  const dead = once(child!, 'exit');
  child!.kill('SIGKILL');
  await dead;
}

test('a process that is killed with -9 again and again loses nothing, and posts once what came due meanwhile', async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const port = await freePort();
  twin = createTwin({
    clock: { now },
    app: { id: 4711, slug: 'watchkeeper', key },
    webhookSecret: SECRET,
    webhookUrl: `http://127.0.0.1:${port}/api/github/webhooks`,
  });
  seedWorld(twin, { repository: REPO, files: { '.github/support.yml': POLICY }, install: false });
  const { url } = await twin.listen();
  await start(port, url, key);
  twin.act.install('acme', { by: CAST.coordinator });
  await sleep(1_000);

  const chance = chanceOf(5);
  const numbers: number[] = [];
  const answered: number[] = [];
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 2; i++) {
      const number = twin.act.openIssue(REPO, { by: 'rita', title: `Trouble ${round}.${i}`, body: 'Help' });
      numbers.push(number);
      if (i === 1 && round % 2 === 1) {
        twin.act.comment(REPO, number, 'On it\n/take', 'mark');
        answered.push(number);
      }
      await sleep(chance.upTo(400));
    }
    await sleep(chance.upTo(700));
    await kill();
    await sleep(chance.upTo(300));
    await start(port, url, key);
  }
  // Three minutes until the last is due, two until a lease that a dead process left behind has ended, five until failed webhooks come again.
  await sleep(((3 + 2 + 5 + 1) * 60_000) / SPEED);
  await kill();

  const repo = twin.world.theRepo(REPO);
  for (const number of numbers) {
    const issue = twin.world.issue(repo, number);
    const ours = issue.timeline.flatMap((row) => (row.byApp && row.comment ? [repo.comments[row.comment]!] : []));
    const of = (is: string) => ours.filter((comment) => readKey(comment.body)?.key.is === is);
    const labels = issue.labels.map((id) => repo.labels[id]!.name).sort();
    const isAnswered = answered.includes(number);
    expect(of('status'), `#${number}`).toHaveLength(1);
    expect(of('step'), `#${number}`).toHaveLength(isAnswered ? 0 : 1);
    expect(labels, `#${number}`).toEqual(isAnswered ? ['P1: critical', '⭕️ in progress'] : ['P1: critical', 'escalated', '🔴 received']);
  }
}, 90_000);
