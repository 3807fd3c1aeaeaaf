import { existsSync, renameSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { instant } from '../calendar/time.ts';
import { type AppConfig, type Config, environment, readConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { createService, type Service } from '../service.ts';
import { eraseStore, isPostgres, openStore } from '../store/open.ts';
import type { Alarm, RepoKey, Store, TicketRow } from '../store/port.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Settings } from '../watch/parts.ts';
import { retriesOf } from '../watch/retry.ts';
import type { Say } from './cli.ts';

/** Nobody waits for the daily look here: four tickets a second are eight reads, and GitHub allows fifteen. Listings in close order. */
const SETTINGS: Settings = { sweepS: 2, listS: 3_600, trickleS: 0.25 };
/** What falls due within so many seconds still belongs to catching up: a look waits 2 s, a listing comes every 2 s. */
const SOON_S = 4;
/** What failed this often is reported; the desk goes on trying when it is started. */
const ATTEMPTS_MAX = 4;
/** So is what is put off for longer than this: a limit of GitHub, or a refusal. */
const PUT_OFF_S = 120;
const ASK_MS = 200;

/** Puts the database aside and looks at everything once. Answers 0 when all of it was read. */
export async function rebuild(say: Say): Promise<number> {
  const config = readConfig(environment(process.env, process.cwd()));
  const no = (problem: string): number => {
    say.err(problem);
    return 1;
  };
  if ('problem' in config) return no(config.problem);
  if (!config.app) return no('No GitHub App is configured (APP_ID, PRIVATE_KEY, WEBHOOK_SECRET), so there is nothing to rebuild.');
  const held = isPostgres(config.store) ? undefined : await holderOf(config.store);
  if (held !== undefined) return no(held);
  const unknown = await unreachable(config, config.app);
  if (unknown !== undefined) return no(unknown);
  let service: Service;
  try {
    if (isPostgres(config.store)) await eraseStore(config.store);
    else putAside(config.store, say);
    service = await serviceOf(config, config.app, await openStore(config.store));
  } catch (error) {
    return no(`${(error as Error).message}.`);
  }
  try {
    await service.knowMe();
    await service.desk.start();
    const failed = await caughtUp(service);
    await report(service, say);
    for (const one of failed) say.err(`${one.subject} could not be read yet; the desk tries again when it is started.`);
    return failed.length > 0 ? 1 : 0;
  } finally {
    await service.close();
  }
}

const serviceOf = (config: Config, app: AppConfig, store: Store): Promise<Service> =>
  createService({
    app,
    store,
    clock: () => instant(Date.now() / 1000),
    log: createLog({
      level: config.logLevel === 'info' ? 'error' : config.logLevel,
      write: (line) => void process.stderr.write(line),
      secrets: [app.webhookSecret],
    }),
    settings: SETTINGS,
  });

/** Why the store must not be touched; a store that is broken is what a rebuild is for. */
async function holderOf(file: string): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    await openSqlite(file).close();
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    return message.includes('in use by another Watchkeeper') ? `${message}.` : undefined;
  }
}

/** Asked before anything is put aside: a database is better than no answer from GitHub. */
async function unreachable(config: Config, app: AppConfig): Promise<string | undefined> {
  const service = await serviceOf(config, app, openSqlite(':memory:'));
  try {
    await service.github.me();
    return undefined;
  } catch (error) {
    return `GitHub was asked for App ${app.appId} and did not give it (${(error as Error).message}); the database stays as it is.`;
  } finally {
    await service.close();
  }
}

function putAside(file: string, say: Say): void {
  if (!existsSync(file)) return;
  const aside = `${file}.old`;
  for (const end of ['', '-wal', '-shm']) {
    rmSync(aside + end, { force: true });
    if (existsSync(file + end)) renameSync(file + end, aside + end);
  }
  say.out(`The old database is now ${aside}.`);
}

/** Turns the desk until nothing more is due, and nothing was for as long as a listing takes to come round. Answers what could not be read. */
async function caughtUp(service: Service): Promise<Alarm[]> {
  const { desk } = service;
  const { clock } = desk.parts;
  let quietSince = Date.now();
  for (;;) {
    const worked = await desk.turn();
    const waiting = (await desk.store.alarms()).filter((one) => !one.subject.startsWith('sweep:') || triesOf(one) > 0);
    const open = waiting.filter((one) => one.dueAt <= clock() + SOON_S || triesOf(one) > 0);
    const failed = open.filter((one) => triesOf(one) >= ATTEMPTS_MAX || one.dueAt > clock() + PUT_OFF_S);
    if (open.length > failed.length) quietSince = Date.now();
    else if (Date.now() - quietSince > SOON_S * 1000) return failed;
    if (worked === 0) await wait(ASK_MS);
  }
}

/** How often it was tried and has to be tried again. */
const triesOf = (alarm: Alarm): number => alarm.attempts + retriesOf(alarm);

async function report(service: Service, say: Say): Promise<void> {
  const repos = await service.desk.store.repos();
  if (repos.length === 0) say.out('The App is installed on no repository.');
  for (const repo of repos.sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en'))) {
    const { status } = await service.desk.states.read(repo.repo);
    const tickets = await service.desk.store.tickets(repo.repo);
    say.out(`${nameOf(repo)}: ${status === 'on' ? counted(tickets) : 'no support.yml in force'}`);
  }
}

const nameOf = (repo: RepoKey): string => `${repo.owner}/${repo.name}`;

const counted = (tickets: readonly TicketRow[]): string =>
  `${tickets.length} ${tickets.length === 1 ? 'ticket' : 'tickets'} brought back, ${tickets.filter((one) => one.open).length} open`;
