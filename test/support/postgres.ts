/** A throw-away PostgreSQL server for a run of tests, on a free port of this machine, with its disk writes as in earnest. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
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

function run({ bin, folder, uid }: Omit<Cluster, 'port'>, program: string, ...args: readonly string[]): void {
  // Output goes to files: the server would keep a pipe open.
  const as = uid === undefined ? {} : { uid };
  execFileSync(join(bin, program), args, { cwd: folder, stdio: 'ignore', env: { ...process.env, LC_ALL: 'C' }, ...as });
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
  const cluster = { ...known, port: await freePort() };
  startServer(cluster);
  return cluster;
}

/** A busy machine's disk may keep a server in recovery for long. */
const START_S = 150;

export function startServer(cluster: Cluster): void {
  // By default recovery syncs file by file: 300 for each database of a test. Only Linux can do all at once.
  const sync = process.platform === 'linux' ? ' -c recovery_init_sync_method=syncfs' : '';
  const settings = `-c listen_addresses=127.0.0.1 -c port=${cluster.port} -c unix_socket_directories=${sync}`;
  const [data, log] = [join(cluster.folder, 'data'), join(cluster.folder, 'log')];
  run(cluster, 'pg_ctl', '-D', data, '-l', log, '-w', '-t', String(START_S), '-o', settings, 'start');
}

/** `immediate`: as a power cut would, but for the machine's own memory. */
export function stopServer(cluster: Cluster, how: 'fast' | 'immediate'): void {
  run(cluster, 'pg_ctl', '-D', join(cluster.folder, 'data'), '-m', how, '-w', 'stop');
}

export function endCluster(cluster: Cluster): void {
  stopServer(cluster, 'immediate');
  rmSync(cluster.folder, { recursive: true });
}

/** Runs one statement as the administrator. */
export async function asAdmin<T>(url: string, sql: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new Client(url);
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

async function freePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
