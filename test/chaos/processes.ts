import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const STARTED_MS = 60_000;
/** PostgreSQL is away for a few seconds. */
const TRIES_MAX = 100;
const AGAIN_MS = 300;

export type Settings = {
  readonly env: Readonly<Record<string, string>>;
  /** What the processes say goes here, each to its own file. */
  readonly folder: string;
};

/** One of several identical processes, the program as people start it. Killed without warning and started again on the same port. */
export class Process {
  readonly #settings: Settings;
  readonly #log: string;
  readonly port: number;
  #child: ChildProcess | undefined;
  /** Ends that nobody asked for, with what was said last. */
  readonly crashes: string[] = [];

  private constructor(settings: Settings, port: number, name: string) {
    this.#settings = settings;
    this.port = port;
    this.#log = join(settings.folder, `${name}.log`);
  }

  static async create(settings: Settings, name: string): Promise<Process> {
    return new Process(settings, await freePort(), name);
  }

  get alive(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when it listens; the desk catches up after that. A database that is not there ends a process, and whoever runs it starts it again. */
  async start(): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX && !(await this.#listens()); tries++) await sleep(AGAIN_MS);
  }

  async #listens(): Promise<boolean> {
    const log = openSync(this.#log, 'a');
    const child = spawn(process.execPath, ['--import', join(ROOT, 'test/support/fast-clock.mjs'), 'src/start.mjs'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', ...this.#settings.env, PORT: String(this.port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    this.#child = child;
    let listens = false;
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      const said = this.said().slice(-1_500);
      if (listens || !/does not answer/.test(said)) this.crashes.push(`${code ?? signal}: ${said}`);
    });
    const late = setTimeout(() => child.kill('SIGKILL'), STARTED_MS);
    await Promise.race([once(child.stdout!, 'data').then(() => (listens = true)), once(child, 'exit')]);
    clearTimeout(late);
    return listens;
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const dead = once(child, 'exit');
    child.kill(signal);
    await dead;
  }

  /** The desk has caught up. */
  async ready(): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const answer = await fetch(`http://127.0.0.1:${this.port}/api/support/health`).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(AGAIN_MS);
    }
    throw new Error('a process does not become ready');
  }

  said(): string {
    return readFileSync(this.#log, 'utf8');
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
