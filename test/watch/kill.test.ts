import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import { CAST, seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { chanceOf } from '../../src/sandbox/unkind.ts';
import { BUSY_MS, until } from '../support/until.ts';

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

/** The program as people start it, up when it says so. On another port each time: somebody else could have taken the last one meanwhile. */
async function start(api: string, key: string): Promise<void> {
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
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      LOG_LEVEL: (process.env.TEST_LOG ?? 'silent') as 'silent',
      SWEEP_S: '60',
    },
    stdio: ['ignore', 'pipe', process.env.TEST_LOG ? 'inherit' : 'ignore'],
  });
  const [line] = await once(child!.stdout!, 'data');
  twin.deliverTo(`http://127.0.0.1:${/:(\d+)\s*$/.exec(String(line))![1]}/api/github/webhooks`);
}

async function kill(): Promise<void> {
  const dead = once(child!, 'exit');
  child!.kill('SIGKILL');
  await dead;
}

/** What a visitor of the ticket sees of our work. */
function shownOf(number: number): { readonly statuses: number; readonly steps: number; readonly labels: readonly string[] } {
  const repo = twin.world.theRepo(REPO);
  const issue = twin.world.issue(repo, number);
  const keys = issue.timeline.flatMap((row) => (row.byApp && row.comment ? [readKey(repo.comments[row.comment]!.body)?.key.is] : []));
  return {
    statuses: keys.filter((is) => is === 'status').length,
    steps: keys.filter((is) => is === 'step').length,
    labels: issue.labels.map((id) => repo.labels[id]!.name).sort(),
  };
}
const ANSWERED = { statuses: 1, steps: 0, labels: ['P1: critical', '⭕️ in progress'] };
const CALLED = { statuses: 1, steps: 1, labels: ['P1: critical', 'escalated', '🔴 received'] };

test('a process that is killed with -9 again and again loses nothing, and posts once what came due meanwhile', {
  timeout: BUSY_MS,
}, async () => {
  const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  twin = createTwin({ clock: { now }, app: { id: 4711, slug: 'watchkeeper', key }, webhookSecret: SECRET });
  seedWorld(twin, { repository: REPO, files: { '.github/support.yml': POLICY }, install: false });
  const { url } = await twin.listen();
  await start(url, key);
  twin.act.install('acme', { by: CAST.coordinator });
  // What is filed before its policy is in force is a backlog, and promises less.
  await until('the policy is judged', () => Object.values(twin.world.theRepo(REPO).checks).some((run) => run.conclusion === 'success'));

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
    await start(url, key);
  }
  // Three minutes until the last is due, two until a lease that a dead process left behind has ended, five until failed webhooks come again.
  await sleep(((3 + 2 + 5 + 1) * 60_000) / SPEED);
  const wanted = numbers.map((number) => [number, answered.includes(number) ? ANSWERED : CALLED]);
  const shown = () => numbers.map((number) => [number, shownOf(number)]);
  // A busy machine may need longer, at ninety times the pace of the clock.
  await until('all as it should be', () => isDeepStrictEqual(shown(), wanted)).catch(() => undefined);
  await kill();
  expect(shown()).toEqual(wanted);
});
