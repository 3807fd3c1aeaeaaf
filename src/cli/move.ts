import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { environment, readConfig } from '../config.ts';
import { OWN_WRITES_DAYS } from '../store/limits.ts';
import { addressProblem, isPostgres, openStore } from '../store/open.ts';
import type { Alarm, RepoKey, Store, Wake } from '../store/port.ts';
import { OWED } from '../watch/names.ts';
import { APP_SUBJECT, DELIVERIES_SUBJECT } from '../watch/parts.ts';
import type { Say } from './cli.ts';

export type MoveOptions = { readonly from?: string; readonly to?: string };

/** What GitHub may not show yet (`design.md`, invariant 2), and as long again for whoever does this with care. */
const OWN_WRITES_S = 1_800;

/** What was carried over. */
export type Moved = { readonly repositories: number; readonly tickets: number; readonly alarms: number };

/**
 * Takes a desk from one store to another, which must be empty, or the target of the same move that broke off: `--from` the file in DATA_DIR and
 * `--to` DATABASE_URL if absent. The old one stays as it is. No process may be at work on either: two desks would write as one App.
 * Answers the exit code.
 */
export async function move(options: MoveOptions, say: Say): Promise<number> {
  const env = environment(process.env, process.cwd());
  const config = readConfig(env);
  if ('problem' in config) {
    say.err(config.problem);
    return 1;
  }
  const from = options.from ?? join(config.dataDir, 'desk.sqlite');
  const to = options.to ?? env.DATABASE_URL?.trim();
  const problem = to ? problemOf(from, to) : 'There is nowhere to go: set DATABASE_URL, or say --to.';
  if (problem !== undefined || !to) {
    say.err(problem ?? '');
    return 1;
  }
  try {
    const moved = await between(from, to, instant(Date.now() / 1000));
    say.out(`Moved ${counted(moved)}. Start Watchkeeper with the new store; the old one was not changed.`);
    return 0;
  } catch (error) {
    say.err((error as Error).message);
    return 1;
  }
}

function problemOf(from: string, to: string): string | undefined {
  const problem = addressProblem(from) ?? addressProblem(to);
  if (problem !== undefined) return problem;
  if (from === to) return 'Both are the same store.';
  if (!isPostgres(from) && !existsSync(from)) return `There is no store at ${from}.`;
  return undefined;
}

async function between(from: string, to: string, now: Instant): Promise<Moved> {
  const old = await openStore(from, { idle: true, asItIs: true });
  try {
    const fresh = await openStore(to, { idle: true });
    try {
      return await carryOver(old, fresh, now, nameOf(from));
    } finally {
      await fresh.close();
    }
  } finally {
    await old.close();
  }
}

/** Which store it is, without its password. */
function nameOf(where: string): string {
  const plain = isPostgres(where) ? where.replace(/^\w+:\/\/([^/?#]*@)?/, '').replace(/[?#].*/, '') : resolve(where);
  return createHash('sha256').update(plain).digest('base64url').slice(0, 16);
}

/** A small fact of the target while a move is under way: from where. Empty when it has ended. */
const MOVING = 'moving';

/** A process that was started on it once and found no installation leaves these behind. */
const LONELY: readonly string[] = [APP_SUBJECT, DELIVERIES_SUBJECT];

const isEmpty = async (store: Store): Promise<boolean> =>
  (await store.repos()).length === 0 && (await store.alarms()).every(({ subject }) => LONELY.includes(subject));

/** Throws one line when the target is neither empty nor what a broken move from the same store has left. */
async function checkTarget(to: Store, name: string): Promise<void> {
  const moving = await to.getMeta(MOVING);
  if (moving === name) return;
  if (moving) throw new Error('A move from another store into this one broke off: repeat that move, or make an empty database.');
  if (!(await isEmpty(to)))
    throw new Error(
      'The store to move to is not empty, it belongs to a desk already: make an empty database, or start Watchkeeper with it.',
    );
}

/**
 * Everything that another store needs to go on from here; deliveries that were seen are not, as one more look does no harm. Throws when `to` is not
 * empty, or `from` not whole. A move that broke off is repeated from its beginning: nothing in it is done twice. `name` tells one source from another.
 */
export async function carryOver(from: Store, to: Store, now: Instant, name = 'a store'): Promise<Moved> {
  if (await from.getMeta(MOVING)) throw new Error('The store to move from is the target of a move that broke off: repeat that move first.');
  await checkTarget(to, name);
  await to.putMeta(MOVING, name);
  const repos = await from.repos();
  let tickets = 0;
  for (const repo of repos) tickets += await carryRepository(from, to, repo);
  // Names that a page still owes stand nowhere else, for as long as they are owed.
  for (const write of await from.everyOwnWrite(instant(now - OWN_WRITES_DAYS * DAY_SECONDS)))
    if (write.at >= now - OWN_WRITES_S || write.key.startsWith(OWED)) await to.intend(write);
  for (const [key, value] of await from.metas()) if (key !== MOVING) await to.putMeta(key, value);
  // Last: before that, a move that broke off has woken nobody.
  const alarms = await from.alarms();
  await to.wake(alarms.map(wakeOf));
  await to.putMeta(MOVING, '');
  return { repositories: repos.length, tickets, alarms: alarms.length };
}

async function carryRepository(from: Store, to: Store, { repo }: RepoKey): Promise<number> {
  const row = await from.repo(repo);
  if (!row) return 0;
  await to.editRepo(repo, () => row);
  const rows = await from.tickets(repo);
  for (const ticket of rows) await to.putTicket(ticket);
  return rows.length;
}

const wakeOf = ({ subject, installation, dueAt, urgency, expect }: Alarm): Wake => ({ subject, installation, dueAt, urgency, expect });

const counted = ({ repositories, tickets, alarms }: Moved): string =>
  `${repositories} ${repositories === 1 ? 'repository' : 'repositories'}, ${tickets} ${tickets === 1 ? 'ticket' : 'tickets'} and ${alarms} ${alarms === 1 ? 'alarm' : 'alarms'}`;
