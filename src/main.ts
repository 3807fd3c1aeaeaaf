import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { instant } from './calendar/time.ts';
import { type AppConfig, type Config, type Env, environment, githubAt, readConfig } from './config.ts';
import { createLog } from './log.ts';
import { startLoop } from './loop.ts';
import { createService, type Service } from './service.ts';
import { SKEW_S_MAX } from './store/limits.ts';
import { measured } from './store/measured.ts';
import { isPostgres, openStore } from './store/open.ts';
import { type Vitals, vitalsOf } from './web/health.ts';
import { type Heartbeat, startHeartbeat } from './web/heartbeat.ts';
import type { Metrics } from './web/metrics.ts';
import { type Handler, healthHandler, serverOf, webhookPathHandler } from './web/server.ts';
import { setupHandler } from './web/setup.ts';
import { startWatchdog } from './web/watchdog.ts';

/** Drains within this, then goes anyway. */
const DRAIN_MS = 10_000;
/** Requests that are being answered get this long of it; the rest is for the look that is under way. */
const REQUESTS_MS = 4_000;
/** Of the findings, which come every ten seconds. */
const SKEW_SAID_EVERY = 60;
/** GitHub is asked again who we are. */
const WHO_MS = 60_000;

/** The process: read the environment, build the parts, listen, drain on SIGTERM. */
export async function main(): Promise<void> {
  const env = environment(process.env, process.cwd());
  const config = readConfig(env);
  if ('problem' in config) return fail(config.problem);
  const stderr = pino.destination({ dest: 2, sync: false });
  const log = createLog({ level: config.logLevel, write: (line) => void stderr.write(line), secrets: secretsOf(config) });
  process.on('exit', () => stderr.flushSync());
  try {
    if (!config.app || !isPostgres(config.store)) makeFolder(config.dataDir);
    const running = config.app ? await runApp(config, config.app, log) : await runSandbox(config, env, log);
    onSignals(running, log);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

type Running = {
  readonly servers: readonly Server[];
  readonly heartbeat?: Heartbeat | undefined;
  /** Something after which the process must not go on. */
  readonly fatal?: Promise<Error>;
  /** No new work, and what is under way ends before its next write. */
  halt?(): void;
  close(): Promise<void>;
};

async function runApp(config: Config, app: AppConfig, log: Logger): Promise<Running> {
  // Loaded only here: nobody pays for numbers that nobody reads.
  const metrics = config.metrics && (await import('./web/metrics.ts')).createMetrics();
  const store = await openStore(config.store, { onSkew: warnOfSkew(log) });
  if (await store.getMeta('moving'))
    throw new Error('The store is the target of a move that broke off: run "npx watchkeeper move" again first.');
  const service = await createService({
    app,
    store: metrics ? measured(store, metrics.stored) : store,
    clock: () => instant(Date.now() / 1000),
    steady: () => performance.now() / 1000,
    log,
    settings: { sweepS: config.sweepS },
    ...(metrics ? { meter: metrics, requests: metrics, skewed: metrics.skewed } : {}),
  });
  const vitals = vitalsOf(() => service.desk.health(), { clock: service.desk.parts.clock, turnedAt: () => service.desk.turnedAt });
  const handlers = [healthHandler(vitals), webhookPathHandler(() => service.webhook, metrics?.answered)];
  const server = serverOf(handlers, (error) => log.error({ err: String(error) }, 'request failed'));
  const servers = [server, ...(metrics ? [await serveMetrics(config, metrics, vitals, log)] : [])];
  await listen(server, config, PUBLIC);
  print(`Watchkeeper serves GitHub App ${app.appId} at ${addressOf(server, config.host)}`);
  knowMe(service, log);
  const { promise: fatal, resolve: onFatal } = Promise.withResolvers<Error>();
  const loop = startLoop(service.desk, { onFatal });
  const watchdog = startWatchdog({ vitals, onStuck: onFatal });
  const { heartbeatUrl: url } = config;
  return {
    servers,
    heartbeat: url === undefined ? undefined : startHeartbeat({ url, vitals, log, ...(metrics ? { beaten: metrics.beaten } : {}) }),
    fatal,
    halt: () => service.desk.halt(),
    async close() {
      watchdog.stop();
      await loop.stop();
      await service.close();
    },
  };
}

/** The desk keeps GitHub's time, and does nothing before it has heard it: what is wrong of the host's clock are the times in its log. */
function warnOfSkew(log: Logger): (aheadS: number) => void {
  let told = 0;
  return (aheadS) => {
    const differs = Math.abs(aheadS) > SKEW_S_MAX;
    if (differs && told++ % SKEW_SAID_EVERY === 0)
      log.warn({ aheadS: Math.round(aheadS) }, "this host's clock is not the database's: keep both by NTP");
    if (!differs) told = 0;
  };
}

/** A listener of its own: what GitHub reaches must not show them. */
async function serveMetrics({ metrics: where }: Config, metrics: Metrics, vitals: Vitals, log: Logger): Promise<Server> {
  const { metricsHandler } = await import('./web/metrics.ts');
  const server = serverOf([metricsHandler(metrics, vitals)], (error) => log.error({ err: String(error) }, 'scrape failed'));
  await listen(server, where!, { port: 'METRICS_PORT', host: 'METRICS_HOST' });
  log.info({ port: (server.address() as AddressInfo).port }, 'metrics are served');
  return server;
}

/** What no line of the log may hold, whoever wrote it. */
function secretsOf({ app, store, heartbeatUrl }: Config): string[] {
  const database = isPostgres(store) && URL.canParse(store) ? [store, new URL(store).password] : [];
  return [app?.webhookSecret, heartbeatUrl, ...database].filter((one) => one !== undefined);
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
  await listen(server, config, PUBLIC);
  const { port } = server.address() as AddressInfo;
  const sandbox = new Sandbox({ dataDir: config.dataDir, log, webhookUrl: () => `http://127.0.0.1:${port}/api/github/webhooks` });
  await sandbox.open();
  page = sandboxHandler(sandbox, {
    hosts: [config.host],
    onError: (error) => log.error({ err: String(error) }, 'the sandbox page failed'),
  });
  print(`Watchkeeper's sandbox: ${addressOf(server, config.host)}`);
  return { servers: [server], close: () => sandbox.close() };
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`DATA_DIR is ${JSON.stringify(folder)}, which cannot be made: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

type Where = { readonly port: number; readonly host: string };
/** The variables that say where. */
type Named = { readonly port: string; readonly host: string };
const PUBLIC: Named = { port: 'PORT', host: 'HOST' };

function listen(server: Server, { port, host }: Where, named: Named): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(LISTEN_PROBLEMS[error.code ?? '']?.({ port, host }, named) ?? error.message)),
    );
    server.listen(port, host, () => resolve());
  });
}

const noAddress = ({ host }: Where, named: Named): string =>
  `${named.host} is ${JSON.stringify(host)}, which is no address of this machine.`;

const LISTEN_PROBLEMS: Readonly<Record<string, (where: Where, named: Named) => string>> = {
  EADDRINUSE: ({ port }, named) => `Port ${port} is taken. Set ${named.port} to another one.`,
  EACCES: ({ port }, named) => `Port ${port} is not for this user. Set ${named.port} to one above 1023.`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
};

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '127.0.0.1' || host === '::' ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

function onSignals(running: Running, log: Logger): void {
  let stopping = false;
  const stop = (why: object, code: 0 | 1) => {
    if (stopping) return;
    stopping = true;
    log.info(why, 'stopping');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    running.heartbeat?.stop();
    running.halt?.();
    Promise.all(running.servers.map(drained))
      .then(() => running.close())
      .then(
        () => process.exit(code),
        (error: unknown) => {
          log.error({ err: String(error) }, 'stopped badly');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop({ signal }, 0));
  running.fatal?.then((error) => {
    process.stderr.write(oneLine(error.message));
    stop({ fault: error.name }, 1);
  });
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
  process.stderr.write(oneLine(line));
  process.exit(1);
}

const oneLine = (text: string): string => `${text.replace(/\s*\n\s*/g, ' ')}\n`;

if (import.meta.main) await main();
