/**
 * Webhooks a second: ours, each on disk (`synchronous=FULL`) before the answer, beside a bare Probot app that does nothing. The two run in
 * turn, each in a process of its own. `node bench/ingest.ts`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const SECRET = 'bench secret';
const IN_FLIGHT = 50;
const WEBHOOKS = 6_000;
const WARM_UP = 1_000;
const ROUNDS = 3;

type Rate = { readonly perSecond: number; readonly p50: number; readonly p99: number };

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

async function serve(which: 'bare' | 'ours'): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ingest-server.ts'), which, SECRET, key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return { port: Number(String(line).trim()), child };
}

/** The official example of `issues.opened`, for another issue each time, so that each is a wake of its own. */
function bodies(): (i: number) => string {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: { action?: string }[] }[];
  const example = examples.find((one) => one.name === 'issues')!.examples.find((one) => one.action === 'opened') as {
    issue: { number: number };
    installation?: object;
  };
  return (i) =>
    JSON.stringify({ ...example, issue: { ...example.issue, number: 1 + (i % 2_000) }, installation: { id: 1 + (i % 20), node_id: 'x' } });
}

async function load(port: number, count: number, bodyOf: (i: number) => string): Promise<Rate> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const prepared = Array.from({ length: count }, (_, i) => {
    const body = bodyOf(i);
    return { body, signature: `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`, id: randomUUID() };
  });
  const times: number[] = [];
  let next = 0;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const { body, signature, id } = prepared[next++]!;
      const begun = performance.now();
      const req = request(
        {
          agent,
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: '/api/github/webhooks',
          headers: {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            'x-github-event': 'issues',
            'x-github-delivery': id,
            'x-hub-signature-256': signature,
          },
        },
        (res) => {
          res.resume();
          res.on('end', () => {
            if (res.statusCode !== 200) return reject(new Error(`answered ${res.statusCode}`));
            times.push(performance.now() - begun);
            resolve();
          });
        },
      );
      req.on('error', reject);
      req.end(body);
    });
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < count) await one();
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: count / seconds, p50: times[times.length >> 1]!, p99: times[Math.floor(times.length * 0.99)]! };
}

const median = (all: number[]) => all.sort((a, b) => a - b)[all.length >> 1]!;

export async function benchIngest(): Promise<void> {
  const bodyOf = bodies();
  const servers = { bare: await serve('bare'), ours: await serve('ours') };
  const rates: Record<'bare' | 'ours', Rate[]> = { bare: [], ours: [] };
  try {
    for (const which of ['bare', 'ours'] as const) await load(servers[which].port, WARM_UP, bodyOf);
    for (let round = 0; round < ROUNDS; round++) {
      for (const which of ['bare', 'ours'] as const) rates[which].push(await load(servers[which].port, WEBHOOKS, bodyOf));
    }
  } finally {
    for (const { child } of Object.values(servers)) child.kill();
  }
  const ratio = median(rates.ours.map((rate, i) => rate.perSecond / rates.bare[i]!.perSecond));
  for (const which of ['bare', 'ours'] as const) {
    const of = rates[which];
    console.log(
      `ingest    ${which === 'bare' ? 'bare Probot, does nothing' : 'ours, on disk first (FULL)'}: ${Math.round(median(of.map((one) => one.perSecond)))} webhooks/s, p50 ${median(of.map((one) => one.p50)).toFixed(1)} ms, p99 ${median(of.map((one) => one.p99)).toFixed(1)} ms, ${IN_FLIGHT} in flight`,
    );
  }
  console.log(`ingest    ours / bare: ${ratio.toFixed(2)} (goal: at least 0.5)`);
}

if (import.meta.main) await benchIngest();
