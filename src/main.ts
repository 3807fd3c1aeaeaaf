import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { instant } from './calendar/time.ts';
import { type Config, type Env, environment, githubAt, readConfig } from './config.ts';
import { startLoop } from './loop.ts';
import { createService, type Service } from './service.ts';
import { openSqlite } from './store/sqlite.ts';
import { type Handler, healthHandler, serverOf, webhookPathHandler } from './web/server.ts';
import { setupHandler } from './web/setup.ts';

/** Drains within this, then goes anyway. */
const DRAIN_MS = 10_000;
/** Requests that are being answered get this long of it; the rest is for the look that is under way. */
const REQUESTS_MS = 4_000;
/** GitHub is asked again who we are. */
const WHO_MS = 60_000;

/** The process: read the environment, build the parts, listen, drain on SIGTERM. */
export async function main(): Promise<void> {
  const env = environment(process.env, process.cwd());
  const config = readConfig(env);
  if ('problem' in config) return fail(config.problem);
  const stderr = pino.destination({ dest: 2, sync: false });
  const log = pino({ level: config.logLevel, base: null, redact: ['*.headers', '*.token', '*.authorization', 'headers', 'token'] }, stderr);
  process.on('exit', () => stderr.flushSync());
  try {
    makeFolder(config.dataDir);
    const running = config.app ? await runApp(config, config.app, log) : await runSandbox(config, env, log);
    onSignals(running, log);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

type Running = { readonly server: Server; close(): Promise<void> };

async function runApp(config: Config, app: NonNullable<Config['app']>, log: Logger): Promise<Running> {
  const service = await createService({
    app,
    store: openSqlite(join(config.dataDir, 'desk.sqlite')),
    clock: () => instant(Date.now() / 1000),
    log,
    settings: { sweepS: config.sweepS },
  });
  const server = serverOf([healthHandler(() => service.desk.health()), webhookPathHandler(() => service.webhook)], (error) =>
    log.error({ err: String(error) }, 'request failed'),
  );
  await listen(server, config);
  print(`Watchkeeper serves GitHub App ${app.appId} at ${addressOf(server, config.host)}`);
  knowMe(service, log);
  await service.desk.start();
  const loop = startLoop(service.desk);
  return {
    server,
    async close() {
      await loop.stop();
      await service.close();
    },
  };
}

/** Until GitHub says who we are, our own webhooks wake us: a look too many, nothing worse. */
function knowMe(service: Service, log: Logger): void {
  service.knowMe().catch((error: unknown) => {
    log.warn({ err: String(error) }, 'GitHub did not say who we are');
    setTimeout(() => knowMe(service, log), WHO_MS).unref();
  });
}

async function runSandbox(config: Config, env: Env, log: Logger): Promise<Running> {
  // Loaded only here: the App at work on GitHub needs no GitHub of its own.
  const { Sandbox } = await import('./sandbox/run.ts');
  const { sandboxHandler } = await import('./sandbox/web.ts');
  const github = githubAt(env);
  if ('problem' in github) throw new Error(github.problem);
  let page: Handler | undefined;
  const handlers: Handler[] = [
    healthHandler(() => sandbox.service.desk.health()),
    webhookPathHandler(() => sandbox.service.webhook),
    setupHandler({ appFolder: join(import.meta.dirname, '..'), envFolder: process.cwd(), github, log, clock: Date.now }),
    async (req, res) => (page ? page(req, res) : false),
  ];
  const server = serverOf(handlers, (error) => log.error({ err: String(error) }, 'request failed'));
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  const sandbox = new Sandbox({ dataDir: config.dataDir, log, webhookUrl: () => `http://127.0.0.1:${port}/api/github/webhooks` });
  await sandbox.open();
  page = sandboxHandler(sandbox, {
    hosts: [config.host],
    onError: (error) => log.error({ err: String(error) }, 'the sandbox page failed'),
  });
  print(`Watchkeeper's sandbox: ${addressOf(server, config.host)}`);
  return { server, close: () => sandbox.close() };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Error(`DATA_DIR is ${JSON.stringify(folder)}, which cannot be made: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(LISTEN_PROBLEMS[error.code ?? '']?.(port, host) ?? error.message)),
    );
    server.listen(port, host, () => resolve());
  });
}

const LISTEN_PROBLEMS: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port) => `Port ${port} is taken. Set PORT to another one.`,
  EACCES: (port) => `Port ${port} is not for this user. Set PORT to one above 1023.`,
  EADDRNOTAVAIL: (_port, host) => `HOST is ${JSON.stringify(host)}, which is no address of this machine.`,
  ENOTFOUND: (_port, host) => `HOST is ${JSON.stringify(host)}, which is no address of this machine.`,
};

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '127.0.0.1' || host === '::' ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

function onSignals(running: Running, log: Logger): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    drained(running.server)
      .then(() => running.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: String(error) }, 'stopped badly');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
}

/** No new requests; those that are being answered, webhooks above all, may end before the store closes. */
function drained(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), REQUESTS_MS);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line, and out: a server that already listens would keep the process. */
function fail(line: string): void {
  process.stderr.write(`${line.replace(/\s*\n\s*/g, ' ')}\n`);
  process.exit(1);
}

if (import.meta.main) await main();
