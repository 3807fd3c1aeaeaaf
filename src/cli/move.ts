import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Instant, instant } from '../calendar/time.ts';
import { environment, readConfig } from '../config.ts';
import { openStore } from '../store/open.ts';
import type { Alarm, RepoKey, Store, Wake } from '../store/port.ts';
import type { Say } from './cli.ts';

export type MoveOptions = { readonly from?: string; readonly to?: string };

/** What GitHub may not show yet (`design.md`, invariant 2), and as long again for whoever does this with care. */
const OWN_WRITES_S = 1_800;
const WAKES_AT_ONCE = 5_000;

/** What was carried over. */
export type Moved = { readonly repositories: number; readonly tickets: number; readonly alarms: number };

/**
 * Takes a desk from one store to another, which must be empty: `--from` the file in DATA_DIR and `--to` DATABASE_URL if absent. The old one stays as it is.
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

const isFile = (where: string): boolean => !/^postgres(ql)?:\/\//.test(where);

function problemOf(from: string, to: string): string | undefined {
  if (from === to) return 'Both are the same store.';
  if (isFile(from) && !existsSync(from)) return `There is no store at ${from}.`;
  return undefined;
}

async function between(from: string, to: string, now: Instant): Promise<Moved> {
  const old = await openStore(from);
  try {
    const fresh = await openStore(to);
    try {
      return await carryOver(old, fresh, now);
    } finally {
      await fresh.close();
    }
  } finally {
    await old.close();
  }
}

/** Everything that another store needs to go on from here; deliveries that were seen are not, as one more look does no harm. Throws when `to` is not empty. */
export async function carryOver(from: Store, to: Store, now: Instant): Promise<Moved> {
  if ((await to.repos()).length > 0 || (await to.nextDue()) !== undefined)
    throw new Error('The store to move to is not empty: it belongs to a desk already.');
  const repos = await from.repos();
  let tickets = 0;
  for (const repo of repos) tickets += await carryRepository(from, to, repo);
  for (const write of await from.everyOwnWrite(instant(now - OWN_WRITES_S))) await to.intend(write);
  for (const [key, value] of await from.metas()) await to.putMeta(key, value);
  // Last: before that, a move that broke off has woken nobody.
  const alarms = await from.alarms();
  for (let at = 0; at < alarms.length; at += WAKES_AT_ONCE) await to.wake(alarms.slice(at, at + WAKES_AT_ONCE).map(wakeOf));
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
