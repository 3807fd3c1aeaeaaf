/**
 * Three processes on one PostgreSQL against the GitHub twin: processes are killed with -9, PostgreSQL is crashed and restarted, its connections are
 * cut, three in ten webhooks are lost, others doubled and reordered, GitHub fails and breaks off. At the end every step whose clock still ran stands
 * on its ticket once. `npm run chaos [-- --minutes 2 --seed 1 --processes 3]`. Exit code 1 when a promise was broken.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { type Chance, chanceOf } from '../../src/sandbox/unkind.ts';
import { openStore } from '../../src/store/open.ts';
import { asAdmin, type Cluster, crashServer, endCluster, PASSWORD, startCluster } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { judge, type Verdict } from './judge.ts';
import { type Counts, mostWithin, overPace, tooCalm, WEBHOOKS, type Write } from './limits.ts';
import { Process } from './processes.ts';
import { happen, inForce, peopled, RESOLUTION_S, type Story } from './world.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: '3' },
  },
});
/** Seconds of the desk's clock in one real second: gaps, leases and targets shrink alike. */
const SPEED = 20;
const OWNERS = 20;
const SECRET = 'a secret that only this run and its twin know';
/** Between two acts of people, real milliseconds at most. */
const ACT_MS = 450;
/** From the last misfortune to the judgement: the last promise falls due, failed webhooks are asked for again, a lease of a dead process ends. */
const CALM_S = RESOLUTION_S + 420;
/** Real time that a busy machine is given beyond that, if something is still missing. */
const LATE_MS = 180_000;
/** On a quiet machine no process takes longer to start, not even beside two others: how much longer it takes says how slow this machine is. */
const START_MS = 3_000;
const POSTGRES_EVERY_MS = 20_000;
const CUT_EVERY_MS = 5_000;

// The twin lives in this process and at the pace of the desk's processes.
process.env.FAST_CLOCK = String(SPEED);
process.env.FAST_CLOCK_FROM = String(Date.now());
const real = Date.now.bind(Date);
const clock = (await import('../support/fast-clock.mjs' as string)) as { install(): void };
clock.install();
const now = (): Instant => instant(Math.floor(Date.now() / 1000));

const counts: Counts = { kills: 0, restarts: 0, cuts: 0, lost: 0, failed: 0 };
const writes: Write[] = [];
let webhooks = 0;

async function main(): Promise<void> {
  const chance = chanceOf(Number(values.seed));
  const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
  const cluster = await startCluster();
  const processes: Process[] = [];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const twin = createTwin({
    clock: { now },
    app: { id: 4711, slug: 'watchkeeper', key },
    webhookSecret: SECRET,
    deliver: (delivery) => deliver(delivery, processes, chance),
    observe: ({ method, url }) => {
      const [, owner] = /^(?:\/api\/v3)?\/repos\/([^/]+)\//.exec(url.pathname) ?? [];
      if (owner !== undefined && method !== 'GET') writes.push({ installation: owner, at: now() });
    },
    unkind: {
      seed: Number(values.seed),
      lagS: 2,
      webhooks: WEBHOOKS,
      answers: { fail: 0.01, loseAnswer: 0.01 },
    },
  });
  try {
    const databaseUrl = `postgres://admin:${encodeURIComponent(PASSWORD)}@127.0.0.1:${cluster.port}/postgres`;
    const { url } = await twin.listen();
    const env = {
      FAST_CLOCK: String(SPEED),
      FAST_CLOCK_FROM: process.env.FAST_CLOCK_FROM!,
      FAST_CLOCK_AT_ONCE: '1',
      APP_ID: '4711',
      PRIVATE_KEY: key,
      WEBHOOK_SECRET: SECRET,
      GHE_HOST: url.replace('http://', ''),
      GHE_PROTOCOL: 'http',
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      SWEEP_S: '60',
    };
    for (let n = 0; n < Number(values.processes); n++) processes.push(new Process({ env, folder }, `process-${n}`));
    const repos = peopled(twin, OWNERS);
    await Promise.all(processes.map((one) => one.start()));
    await Promise.all(processes.map((one) => one.ready()));
    // One may be ready while another is still at work.
    await until('the policy is in force everywhere', () => inForce(twin, repos));
    const stories = await misfortunes(twin, processes, cluster, databaseUrl, repos, chance);
    const { verdict, stuck } = await calm(twin, processes, databaseUrl, stories);
    counts.failed = twin.deliveries().filter((row) => row.statusCode === 502).length;
    report(stories, verdict, stuck, processes);
  } finally {
    await Promise.all(processes.map((one) => one.kill()));
    await twin.close();
    endCluster(cluster);
    if (process.exitCode) console.error(`what the processes said is in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

type Delivery = Parameters<NonNullable<Parameters<typeof createTwin>[0]['deliver']>>[0];

/** As a balancer does: to one process at random, dead or alive. */
async function deliver({ headers, body }: Delivery, processes: readonly Process[], chance: Chance) {
  const one = processes[chance.upTo(processes.length - 1)];
  if (!one?.url) return undefined;
  webhooks++;
  try {
    const answer = await fetch(`${one.url}/api/github/webhooks`, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    // The twin lists it as failed, as GitHub does.
    counts.lost++;
    throw error;
  }
}

/** People act while everything breaks, until the time is up. */
async function misfortunes(
  twin: Twin,
  processes: readonly Process[],
  cluster: Cluster,
  url: string,
  repos: readonly string[],
  chance: Chance,
): Promise<Story[]> {
  const stories: Story[] = [];
  const endsAt = real() + Number(values.minutes) * 60_000 - (CALM_S * 1000) / SPEED;
  const every = (ms: number, act: () => Promise<void>) => repeatedly(ms, endsAt, act);
  await Promise.all([
    every(ACT_MS, async () => happen(twin, stories, repos, chance)),
    every(2_500, () => killOne(processes, chance)),
    every(CUT_EVERY_MS, () => cutOne(url)),
    every(POSTGRES_EVERY_MS, async () => {
      counts.restarts++;
      // GitHub answers meanwhile, and people go on.
      await crashServer(cluster, chance.upTo(1_000));
    }),
  ]);
  return stories;

  async function repeatedly(ms: number, until: number, act: () => Promise<void>): Promise<void> {
    for (;;) {
      const waitMs = ms / 2 + chance.upTo(ms);
      if (real() + waitMs > until) return;
      await sleep(waitMs);
      await act();
    }
  }
}

async function killOne(processes: readonly Process[], chance: Chance): Promise<void> {
  const one = processes[chance.upTo(processes.length - 1)]!;
  if (!one.alive) return;
  counts.kills++;
  await one.kill();
  await sleep(chance.upTo(1_500));
  await one.start();
}

/** The connection of one of our processes breaks, as when a network does. */
async function cutOne(url: string): Promise<void> {
  try {
    const cut = await asAdmin<object>(
      url,
      `select pg_terminate_backend(pid) from (select pid from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() order by random() limit 3) as few`,
    );
    counts.cuts += cut.length;
  } catch (error) {
    // Only what a restart brings.
    if (!/ECONN|EPIPE|starting up|shutting down|terminat|recovery|not yet accepting/i.test(String(error))) throw error;
  }
}

type Calm = { readonly verdict: Verdict; readonly stuck: readonly string[] };

/** Nothing breaks any more: what was promised is kept by now, or shortly after where the machine is slow, or it was broken. */
async function calm(twin: Twin, processes: readonly Process[], url: string, stories: readonly Story[]): Promise<Calm> {
  twin.unkind = {};
  for (const one of processes) if (!one.alive) await one.start();
  await sleep((CALM_S * 1_000) / SPEED);
  const giveUpAt = real() + LATE_MS;
  for (;;) {
    const slowest = Math.max(...processes.map((one) => one.slowestMs));
    const [verdict, stuck] = [judge(twin, stories, now(), Math.max(1, slowest / START_MS)), await stuckOf(url)];
    if (verdict.problems.length + stuck.length === 0 || real() >= giveUpAt) return { verdict, stuck };
    await sleep(1_000);
  }
}

/** Rows that are due, or leased, for longer than any work takes. */
async function stuckOf(url: string): Promise<string[]> {
  const store = await openStore(url);
  try {
    const late = now() - 300;
    return (await store.alarms())
      .filter((one) => one.dueAt < late)
      .map((one) => `${one.subject} is due since ${now() - one.dueAt} s, leased until ${one.leaseUntil}`);
  } finally {
    await store.close();
  }
}

function report(stories: readonly Story[], verdict: Verdict, stuck: readonly string[], processes: readonly Process[]): void {
  const at = (q: number) => verdict.lateness[Math.min(verdict.lateness.length - 1, Math.floor(verdict.lateness.length * q))] ?? 0;
  const shown = (s: number) => `${s} s of the desk's clock (${(s / SPEED).toFixed(1)} s real)`;
  console.log(
    `${counts.kills} kills, ${counts.restarts} crashes of PostgreSQL, ${counts.cuts} connections cut; ${webhooks} webhooks sent, ${counts.lost} to a dead process; ${counts.failed} failed`,
  );
  console.log(`most writes of an installation: ${mostWithin(writes, 60).count} in a minute, ${mostWithin(writes, 3_600).count} in an hour`);
  console.log(
    `${stories.length} tickets, ${verdict.steps} steps, ${verdict.missed} that were not needed any more when somebody looked; lateness p50 ${shown(at(0.5))}, p99 ${shown(at(0.99))}, most ${shown(at(1))}`,
  );
  const crashes = processes.flatMap((one) => one.crashes);
  const problems = [
    ...verdict.problems,
    ...tooCalm(counts),
    ...overPace(writes),
    ...stuck,
    ...crashes.map((one) => `a process ended by itself: ${one}`),
  ];
  if (verdict.steps < stories.length / 2) problems.push(`only ${verdict.steps} steps were posted: this run shows nothing`);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'every promise was kept' : `${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

await main();
