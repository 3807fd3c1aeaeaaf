import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { instant } from './calendar/time.ts';
import { type Config, environment, readConfig } from './config.ts';
import { startLoop } from './loop.ts';
import { createService } from './service.ts';
import { type Handler, healthHandler, serverOf, webhookPathHandler } from './web/server.ts';
import { setupHandler } from './web/setup.ts';

/** Drains within this, then goes anyway. */
const DRAIN_MS = 10_000;

/** The process: read the environment, build the parts, listen, drain on SIGTERM. */
export async function main(): Promise<void> {
  const config = readConfig(environment(process.env, process.cwd()));
  if ('problem' in config) return fail(config.problem);
  const log = pino(
    { level: config.logLevel, base: null, redact: ['*.headers', '*.token', '*.authorization', 'headers', 'token'] },
    pino.destination({ dest: 2, sync: false }),
  );
  try {
    mkdirSync(config.dataDir, { recursive: true });
    const running = config.app ? await runApp(config, log) : await runSandbox(config, log);
    onSignals(running, log);
  } catch (error) {
    log.flush();
    fail(error instanceof Error ? error.message : String(error));
  }
}

type Running = { readonly server: Server; close(): Promise<void> };

async function runApp(config: Config & { app?: Config['app'] }, log: Logger): Promise<Running> {
  const clock = () => instant(Date.now() / 1000);
  const service = await createService({
    app: config.app!,
    storeFile: join(config.dataDir, 'desk.sqlite'),
    clock,
    log,
    settings: { sweepS: config.sweepS },
  });
  const server = serverOf([healthHandler(() => service.desk.health()), webhookPathHandler(() => service.webhook)], (error) =>
    log.error({ err: String(error) }, 'request failed'),
  );
  await listen(server, config);
  print(`Watchkeeper serves GitHub App ${config.app!.appId} at ${addressOf(server, config.host)}`);
  service
    .knowMe()
    .catch((error: unknown) => log.warn({ err: String(error) }, 'GitHub did not say who we are; our own webhooks wake us until it does'));
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

async function runSandbox(config: Config, log: Logger): Promise<Running> {
  // Loaded only here: the App at work on GitHub needs no GitHub of its own.
  const { Sandbox } = await import('./sandbox/run.ts');
  const { sandboxHandler } = await import('./sandbox/web.ts');
  let page: Handler | undefined;
  const handlers: Handler[] = [
    healthHandler(() => sandbox.service.desk.health()),
    webhookPathHandler(() => sandbox.service.webhook),
    setupHandler({ folder: process.cwd(), log }),
    async (req, res) => (page ? page(req, res) : false),
  ];
  const server = serverOf(handlers, (error) => log.error({ err: String(error) }, 'request failed'));
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  const sandbox = new Sandbox({ dataDir: config.dataDir, log, webhookUrl: () => `http://127.0.0.1:${port}/api/github/webhooks` });
  await sandbox.open();
  page = sandboxHandler(sandbox);
  print(`Watchkeeper's sandbox: ${addressOf(server, config.host)}`);
  return { server, close: () => sandbox.close() };
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken. Set PORT to another one.`) : error);
    });
    server.listen(port, host, () => resolve());
  });
}

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
    running.server.close();
    running.server.closeIdleConnections();
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}

if (import.meta.main) await main();
