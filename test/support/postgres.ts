/** A throw-away PostgreSQL server for a run of tests, on a port of its own, with its disk writes as in earnest. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';

/** What a test process needs to know of the server. */
export type Cluster = {
  readonly bin: string;
  readonly folder: string;
  readonly port: number;
  readonly uid?: number;
};

/** Under this name the run's setup hands it to the tests. */
export const CLUSTER = 'postgres' as never;
export const theCluster = (): Cluster => inject(CLUSTER);

export const PASSWORD = 'p%w:secret/word';
const ADMIN = 'admin';

const urlOf = (cluster: Cluster, database: string, user = ADMIN, password = PASSWORD): string =>
  `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${cluster.port}/${database}`;

/** The newest server that is installed. */
function findBin(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const asked = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const found = [...versions.map((version) => join(debian, version, 'bin')), (asked.stdout ?? '').trim()].find(
    (bin) => bin !== '' && existsSync(join(bin, 'initdb')),
  );
  if (found === undefined) throw new Error('no PostgreSQL server here: install one, e.g. apt-get install postgresql');
  return found;
}

/** `initdb` refuses to be root. */
function otherUser(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const asked = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' });
  return asked.status === 0 ? Number(asked.stdout) : 65_534;
}

/** Output goes to files: the server would keep a pipe open. */
const as = ({ folder, uid }: Omit<Cluster, 'port'>) =>
  ({ cwd: folder, stdio: 'ignore', env: { ...process.env, LC_ALL: 'C' }, ...(uid === undefined ? {} : { uid }) }) as const;

function run(cluster: Omit<Cluster, 'port'>, program: string, ...args: readonly string[]): void {
  execFileSync(join(cluster.bin, program), args, as(cluster));
}

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'watchkeeper-postgres-'));
  const uid = otherUser();
  const known = { bin: findBin(), folder, ...(uid === undefined ? {} : { uid }) };
  writeFileSync(join(folder, 'password'), PASSWORD);
  chmodSync(join(folder, 'password'), 0o644);
  if (uid !== undefined) chownSync(folder, uid, -1);
  const auth = ['-A', 'scram-sha-256', `--pwfile=${join(folder, 'password')}`];
  run(known, 'initdb', '-D', join(folder, 'data'), '-U', ADMIN, '-E', 'UTF8', '--locale=C', ...auth);
  for (let nth = 1; ; nth++) {
    const cluster = { ...known, port: await freePort() };
    try {
      startServer(cluster);
      return cluster;
    } catch (cause) {
      // Somebody may have taken the port since it was found free.
      if (nth === STARTS_MAX) throw cause;
    }
  }
}

/** A busy machine's disk may keep a server in recovery, or at its last checkpoint, for long. */
const START_S = 150;
const STARTS_MAX = 4;

function startArgs(cluster: Cluster): string[] {
  // By default recovery syncs file by file: 300 for each database of a test. Only Linux can do all at once.
  const sync = process.platform === 'linux' ? ' -c recovery_init_sync_method=syncfs' : '';
  const settings = `-c listen_addresses=127.0.0.1 -c port=${cluster.port} -c unix_socket_directories=${sync}`;
  const [data, log] = [join(cluster.folder, 'data'), join(cluster.folder, 'log')];
  return ['-D', data, '-l', log, '-w', '-t', String(START_S), '-o', settings, 'start'];
}

const stopArgs = (cluster: Cluster, how: 'fast' | 'immediate'): string[] => [
  ...['-D', join(cluster.folder, 'data'), '-m', how],
  ...['-w', '-t', String(START_S), 'stop'],
];

export function startServer(cluster: Cluster): void {
  run(cluster, 'pg_ctl', ...startArgs(cluster));
}

/** `immediate`: as a power cut would, but for the machine's own memory. */
export function stopServer(cluster: Cluster, how: 'fast' | 'immediate'): void {
  run(cluster, 'pg_ctl', ...stopArgs(cluster, how));
}

/** Crashes it, and brings it back after so long; whoever asks goes on with what he does meanwhile. */
export async function crashServer(cluster: Cluster, awayMs: number): Promise<void> {
  const pgCtl = async (args: readonly string[]): Promise<void> => {
    const [code] = await once(spawn(join(cluster.bin, 'pg_ctl'), args, as(cluster)), 'exit');
    if (code !== 0) throw new Error(`pg_ctl ${args.at(-1)} ended with ${code}`);
  };
  await pgCtl(stopArgs(cluster, 'immediate'));
  await new Promise((go) => setTimeout(go, awayMs));
  await pgCtl(startArgs(cluster));
}

export function endCluster(cluster: Cluster): void {
  stopServer(cluster, 'immediate');
  rmSync(cluster.folder, { recursive: true });
}

/** Runs one statement as the administrator. */
export async function asAdmin<T>(url: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new Client(url);
  // A server that goes in the middle rejects the query; the word that comes beside it would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows as T[];
  } finally {
    await client.end();
  }
}

/** The address of a database of its own. */
export async function freshDatabase(): Promise<string> {
  const cluster = theCluster();
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(urlOf(cluster, 'postgres'), `create database ${name}`);
  return urlOf(cluster, name);
}

/** As `url` says, with another user, password or database. */
export function differently(url: string, to: { user?: string; password?: string; database?: string }): string {
  const database = new URL(url).pathname.slice(1);
  return urlOf(theCluster(), to.database ?? database, to.user ?? ADMIN, to.password ?? PASSWORD);
}

/**
 * Of those that no system gives out by itself (Linux begins at 32768): while the server is away for a restart, nobody who asks for any port must
 * get its own.
 */
const PORTS = { first: 20_000, count: 10_000 };
let asked = 0;

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = PORTS.first + ((process.pid + 37 * asked++) % PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${PORTS.first} on is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
