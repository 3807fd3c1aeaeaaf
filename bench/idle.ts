/**
 * What an idle desk costs: 10,000 open tickets in 20 repositories, the real process beside a twin of GitHub over HTTP. `node bench/idle.ts [seconds]`
 * Prints spawn to ready, memory, processor time, and what was asked of GitHub.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Instant, instant } from '../src/calendar/time.ts';
import { createTwin, type Twin } from '../src/sandbox/twin.ts';
import { createService, UNPACED } from '../src/service.ts';
import { openSqlite } from '../src/store/sqlite.ts';

const REPOSITORIES = 20;
const TICKETS = 500;
const SECRET = 'bench secret';
const TICKS_PER_S = 100;
const STARTS = 5;

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const app = { id: 4711, slug: 'watchkeeper', key };

/** Tickets that were taken in and labelled before: what is measured is the desk that watches them, not the one that takes them in. */
const LABELS = [
  { name: '🔴 received', color: 'd73a4a', description: '' },
  { name: 'P4: low', color: 'c2e0c6', description: '' },
];

function people(twin: Twin): void {
  twin.act.user('rita');
  twin.act.user('carol');
  twin.act.org('acme', { admins: ['carol'], members: [] });
  const files = { '.github/support.yml': 'extends: standard\ndefault_owners: ["@carol"]\n' };
  for (let i = 0; i < REPOSITORIES; i++) {
    const repo = `acme/desk-${i}`;
    twin.act.repository(repo, { private: false, roles: {}, files, labels: LABELS });
    for (let n = 0; n < TICKETS; n++) {
      const labels = LABELS.map((label) => label.name);
      twin.act.openIssue(repo, { by: 'rita', title: `Ticket ${n}`, body: '### Priority\n\nP4\n', labels });
    }
  }
  twin.act.install('acme', { by: 'carol' });
}

/** Takes all tickets in, in-process and at the speed of the processor, with a clock that ends at the present. */
async function prepare(folder: string): Promise<Twin> {
  let now = instant(Date.now() / 1000 - 2 * 3_600);
  const clock = () => now;
  const twin = createTwin({ clock: { now: clock }, app, webhookSecret: SECRET, autoDeliver: false });
  people(twin);
  const service = await createService({
    app: { appId: app.id, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
    store: openSqlite(join(folder, 'desk.sqlite')),
    clock,
    log: pino({ level: 'silent' }),
    pace: UNPACED,
    fetch: twin.fetch,
    settings: { sweepS: 3_600, trickleS: 0.05 },
  });
  await service.knowMe();
  await service.desk.start();
  const end = instant(Date.now() / 1000);
  for (;;) {
    if ((await service.desk.turn()) > 0) continue;
    const next = await service.desk.store.nextDue();
    if (next === undefined || next > end) break;
    now = Math.max(now, next) as Instant;
  }
  const rows = await service.desk.store.alarms();
  console.error(`prepared ${rows.filter((row) => row.subject.startsWith('issue:')).length} tickets`);
  await service.close();
  const kept = twin.save();
  return createTwin({ clock: { now: () => instant(Date.now() / 1000) }, app, webhookSecret: SECRET, state: kept });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function start(folder: string, host: string): Promise<{ child: ChildProcess; readyMs: number }> {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'src', 'start.mjs')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      APP_ID: String(app.id),
      PRIVATE_KEY: key,
      WEBHOOK_SECRET: SECRET,
      GHE_HOST: host,
      GHE_PROTOCOL: 'http',
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
    },
  });
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/support/health`).catch(() => undefined);
    if (answer?.ok) break;
    if (child.exitCode !== null) throw new Error('the desk did not start');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { child, readyMs: performance.now() - begun };
}

const stop = async (child: ChildProcess) => {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
};

/** User and system time of a process so far, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

const memoryMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

export async function benchIdle(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'idle-'));
  try {
    const twin = await prepare(folder);
    const { url } = await twin.listen(0, '127.0.0.1');
    const host = url.replace('http://', '');
    const starts: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      const { child, readyMs } = await start(folder, host);
      starts.push(readyMs);
      await stop(child);
    }
    const { child } = await start(folder, host);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    twin.requests.splice(0);
    const before = cpuSeconds(child.pid!);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const cpu = ((cpuSeconds(child.pid!) - before) / seconds) * 100;
    const memory = memoryMb(child.pid!);
    const sweeps = twin.requests.filter((one) => /\/issues$/.test(one.path));
    const billed = sweeps.filter((one) => one.status !== 304).length;
    const others = twin.requests.length - sweeps.length;
    starts.sort((a, b) => a - b);
    console.log(`idle      spawn to ready: median ${Math.round(starts[STARTS >> 1]!)} ms of ${STARTS} (goal: under 600 ms)`);
    console.log(
      `idle      ${REPOSITORIES * TICKETS} open tickets over ${seconds} s: ${cpu.toFixed(2)} % of a core (goal: under 1), ${Math.round(memory)} MB (goal: under 150)`,
    );
    console.log(
      `idle      sweeps: ${sweeps.length} listings, ${billed} billed (goal: at most 1 a repository and hour); daily looks and the rest: ${others} requests`,
    );
    await stop(child);
    await twin.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await benchIdle(Number(process.argv[2] ?? 120));
