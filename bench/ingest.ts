/**
 * Webhooks a second until each is durably acknowledged: ours in a file (SQLite, `synchronous=FULL`) beside a bare Probot app that does nothing,
 * in turn, and ours on PostgreSQL with 1, 2 and 4 processes on one database. Servers, database and sender share this machine.
 * `node bench/ingest.ts`
 */
import type { ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busy, ended, forked, heard, median, newKey, quantile, rising, SECRET, withPostgres } from './common.ts';

const IN_FLIGHT = 50;
const WEBHOOKS = 6_000;
const WARM_UP = 1_000;
const ROUNDS = 3;
const PROCESSES = [1, 2, 4];
const ISSUES = 2_000;
const INSTALLATIONS = 20;

type Rate = { readonly perSecond: number; readonly p50: number; readonly p99: number };
type Serving = { readonly port: number; readonly child: ChildProcess };

const key = newKey();

/** `where`: a file or an address of PostgreSQL; absent: the bare Probot app. */
async function serve(where?: string): Promise<Serving> {
  const child = forked('ingest-server.ts', [SECRET, key, ...(where === undefined ? [] : [where])]);
  return { port: await heard<number>(child), child };
}

/** The official example of `issues.opened`, for another issue each time, so that each is a wake of its own. */
function bodies(): (i: number) => string {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: { action?: string }[] }[];
  const example = examples.find((one) => one.name === 'issues')!.examples.find((one) => one.action === 'opened') as {
    issue: { number: number };
    installation?: object;
  };
  return (i) => {
    const installation = { id: 1 + (i % INSTALLATIONS), node_id: 'x' };
    return JSON.stringify({ ...example, issue: { ...example.issue, number: 1 + (i % ISSUES) }, installation });
  };
}

type Prepared = { readonly body: string; readonly signature: string; readonly id: string };

function post(agent: Agent, port: number, prepared: Prepared): Promise<void> {
  const { body, signature, id } = prepared;
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-github-event': 'issues',
      'x-github-delivery': id,
      'x-hub-signature-256': signature,
    };
    const req = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/api/github/webhooks', headers }, (res) => {
      res.resume();
      res.on('end', () => {
        if (res.statusCode === 200) resolve();
        else reject(new Error(`answered ${res.statusCode}`));
      });
    });
    req.on('error', (error: NodeJS.ErrnoException) => {
      // A server may close a connection that was idle in the very moment in which it is used again: not an answer, and sent again.
      if (req.reusedSocket && error.code === 'ECONNRESET') post(agent, port, prepared).then(resolve, reject);
      else reject(error);
    });
    req.end(body);
  });
}

/** Sends to the servers in turn, as a balancer does. */
async function load(servers: readonly Serving[], count: number, bodyOf: (i: number) => string): Promise<Rate> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const prepared = Array.from({ length: count }, (_, i) => {
    const body = bodyOf(i);
    return { body, signature: `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`, id: randomUUID() };
  });
  const times: number[] = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < count) {
        const n = next++;
        const sentAt = performance.now();
        await post(agent, servers[n % servers.length]!.port, prepared[n]!);
        times.push(performance.now() - sentAt);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  const sorted = rising(times);
  return { perSecond: count / seconds, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function report(what: string, of: readonly Rate[], goal = ''): void {
  const of3 = (pick: (rate: Rate) => number) => median(of.map(pick));
  const figures = `${Math.round(of3((one) => one.perSecond))} webhooks/s, p50 ${of3((one) => one.p50).toFixed(1)} ms, p99 ${of3((one) => one.p99).toFixed(1)} ms`;
  console.log(`ingest    ${what}: ${figures}, ${IN_FLIGHT} in flight${goal} [${busy()}]`);
}

async function embedded(bodyOf: (i: number) => string, folder: string): Promise<void> {
  const servers = { bare: await serve(), ours: await serve(join(folder, 'desk.sqlite')) };
  const rates: Record<'bare' | 'ours', Rate[]> = { bare: [], ours: [] };
  try {
    for (const which of ['bare', 'ours'] as const) await load([servers[which]], WARM_UP, bodyOf);
    for (let round = 0; round < ROUNDS; round++) {
      for (const which of ['bare', 'ours'] as const) rates[which].push(await load([servers[which]], WEBHOOKS, bodyOf));
    }
  } finally {
    for (const { child } of Object.values(servers)) await ended(child);
  }
  report('bare Probot, does nothing', rates.bare);
  report('ours, SQLite, on disk first (FULL)', rates.ours, ' (goal: at least 1800/s, p99 under 30 ms)');
  const ratio = median(rates.ours.map((rate, i) => rate.perSecond / rates.bare[i]!.perSecond));
  console.log(`ingest    ours / bare: ${ratio.toFixed(2)} (goal: at least 0.5)`);
}

async function onPostgres(bodyOf: (i: number) => string, url: string, processes: number): Promise<void> {
  const servers = await Promise.all(Array.from({ length: processes }, () => serve(url)));
  const rates: Rate[] = [];
  try {
    await load(servers, WARM_UP, bodyOf);
    for (let round = 0; round < ROUNDS; round++) rates.push(await load(servers, WEBHOOKS, bodyOf));
  } finally {
    for (const { child } of servers) await ended(child);
  }
  report(`ours, PostgreSQL, ${processes} ${processes === 1 ? 'process' : 'processes'}`, rates);
}

export async function benchIngest(): Promise<void> {
  const bodyOf = bodies();
  const folder = mkdtempSync(join(tmpdir(), 'ingest-'));
  try {
    await embedded(bodyOf, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await withPostgres('ingest', async (freshDatabase) => {
    for (const processes of PROCESSES) await onPostgres(bodyOf, await freshDatabase(), processes);
  });
}

if (import.meta.main) await benchIngest();
