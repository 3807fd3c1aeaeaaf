import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');
export const START = join(ROOT, 'src', 'start.mjs');
export const CLI = join(ROOT, 'src', 'cli', 'watchkeeper.mjs');

export type Env = Readonly<Record<string, string>>;
export type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
};
export type Options = { readonly env?: Env; readonly cwd: string; readonly node?: string; readonly nodeArgs?: readonly string[] };

/** A process of ours, with everything that it says. */
export type Child = {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly spawnedAt: number;
  readonly ended: Promise<Ended>;
  /** The first line on stdout that fits, and when it came (ms after the spawn). Fails when the process ends before. */
  line(pattern: RegExp): Promise<{ readonly match: RegExpExecArray; readonly ms: number }>;
  kill(signal?: NodeJS.Signals): Promise<Ended>;
};

/** Ten seconds after it was told to end a process is gone, by its own clock; until we hear of it a busy machine may take a little longer. */
export const GONE_MS = 14_000;

/** Nothing of the tests' own environment but what a process needs. */
const BARE: Env = { PATH: process.env.PATH ?? '', HOME: tmpdir(), TZ: 'Asia/Kathmandu' };

export function start(file: string, args: readonly string[], { env = {}, cwd, node = process.execPath, nodeArgs = [] }: Options): Child {
  const spawnedAt = performance.now();
  const child = spawn(node, [...nodeArgs, file, ...args], { cwd, env: { ...BARE, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  let over: Ended | undefined;
  const ended = once(child, 'close').then(([code, signal]) => {
    over = { code, signal, out, err, ms: performance.now() - spawnedAt } as Ended;
    return over;
  });
  return {
    process: child,
    out: () => out,
    err: () => err,
    spawnedAt,
    ended,
    async line(pattern) {
      for (;;) {
        const match = pattern.exec(out);
        if (match) return { match, ms: performance.now() - spawnedAt };
        // Only when all that it said has been read, which comes after its exit.
        if (over) throw new Error(`it ended with ${over.code ?? over.signal} before saying ${pattern}: ${out}${err}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async kill(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs it to its end. */
export const run = (file: string, args: readonly string[], options: Options): Promise<Ended> => start(file, args, options).ended;

export type Folder = { readonly path: string; remove(): void };
export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'process-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A Node of this machine that is too old for us, if there is one. */
export function oldNode(): string | undefined {
  const places = ['/usr/bin/node', '/usr/local/bin/node', ...(process.env.PATH ?? '').split(':').map((part) => join(part, 'node'))];
  return places.find((path) => {
    if (!existsSync(path)) return false;
    const version = /^v(\d+)\./.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1];
    return version !== undefined && Number(version) >= 14 && Number(version) < 24;
  });
}
