/** What several benchmarks share. */
import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { asAdmin, endCluster, PASSWORD, startCluster } from '../test/support/postgres.ts';

export const SECRET = 'bench secret';
export const APP_ID = 4711;
export const SLUG = 'watchkeeper';

export const newKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Of numbers in rising order. */
export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;

export const rising = (all: readonly number[]): number[] => [...all].sort((a, b) => a - b);
export const median = (all: readonly number[]): number => quantile(rising(all), 0.5);

/** Who else is at work on this machine: a figure without it says little. */
export const busy = (): string => `load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores`;

/** Runs with a PostgreSQL server of its own that goes afterwards; says so and goes on without when none is installed. */
export async function withPostgres(name: string, run: (freshDatabase: () => Promise<string>) => Promise<void>): Promise<void> {
  const cluster = await startCluster().catch((error: unknown) => {
    console.log(`${name.padEnd(9)} left out on PostgreSQL: ${error instanceof Error ? error.message : error}`);
    return undefined;
  });
  if (!cluster) return;
  const at = (database: string) => `postgres://admin:${encodeURIComponent(PASSWORD)}@127.0.0.1:${cluster.port}/${database}`;
  let n = 0;
  try {
    await run(async () => {
      const database = `bench_${n++}`;
      await asAdmin(at('postgres'), `create database ${database}`);
      return at(database);
    });
  } finally {
    endCluster(cluster);
  }
}

/** A program of this folder in a process of its own that can be talked to. */
export function forked(
  program: string,
  args: readonly string[],
  execArgv: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): ChildProcess {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
  return fork(join(import.meta.dirname, program), args, { execArgv: [...execArgv], stdio: [...stdio], env: { ...process.env, ...env } });
}

/** The next thing that it says; rejects when it ends instead. */
export async function heard<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const [said] = (await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(([code]) =>
      Promise.reject(new Error(`a process of the benchmark ended with ${code}`)),
    ),
  ]).finally(() => ended.abort())) as [T];
  return said;
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
