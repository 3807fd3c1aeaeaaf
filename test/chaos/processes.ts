import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
/** Of a busy machine. */
const STARTED_MS = 180_000;
/** PostgreSQL is away for a few seconds. */
const TRIES_MAX = 600;
const AGAIN_MS = 300;
/**
 * What a process says that ends before it listens, because its database is away or its connection was cut: in words of its own, or in those of
 * the driver and the server when it was further than asking whether the database will do.
 */
const AWAY =
  /does not answer|took no connection|ECONNREFUSED|ECONNRESET|EPIPE|Connection terminated|terminating connection|(starting up|shutting down|in recovery mode|not yet accepting connections)\b/;

export type Settings = {
  readonly env: Readonly<Record<string, string>>;
  /** What the processes say goes here, each to its own file. */
  readonly folder: string;
};

/** One of several identical processes, the program as people start it. Killed without warning and started again. */
export class Process {
  readonly #settings: Settings;
  readonly #log: string;
  /** Another one at each start: somebody else could have taken the last one meanwhile. Of none before the first. */
  #port: number | undefined;
  #child: ChildProcess | undefined;
  /** Ends that nobody asked for, with what was said last. */
  readonly crashes: string[] = [];
  /** The longest time from its spawn until it listened. */
  slowestMs = 0;

  constructor(settings: Settings, name: string) {
    this.#settings = settings;
    this.#log = join(settings.folder, `${name}.log`);
  }

  /** Where it listens, or did until it died. */
  get url(): string | undefined {
    return this.#port === undefined ? undefined : `http://127.0.0.1:${this.#port}`;
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
      env: { PATH: process.env.PATH ?? '', ...this.#settings.env, PORT: '0', HOST: '127.0.0.1' },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    this.#child = child;
    const spawnedAt = performance.now();
    const said = this.said().length;
    let listens = false;
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      const last = this.said().slice(said).slice(-1_500);
      if (listens || !AWAY.test(last)) this.crashes.push(`${code ?? signal}: ${last}`);
    });
    const late = setTimeout(() => child.kill('SIGKILL'), STARTED_MS);
    // One line, in one piece: it says where.
    const listening = once(child.stdout!, 'data').then(([line]) => {
      this.#port = Number(/:(\d+)\s*$/.exec(String(line))?.[1]);
      this.slowestMs = Math.max(this.slowestMs, performance.now() - spawnedAt);
      listens = true;
    });
    await Promise.race([listening, once(child, 'exit')]);
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
      const answer = await fetch(`${this.url}/api/support/health`).catch(() => undefined);
      if (answer?.status === 200) return;
      await sleep(AGAIN_MS);
    }
    throw new Error('a process does not become ready');
  }

  said(): string {
    return readFileSync(this.#log, 'utf8');
  }
}
