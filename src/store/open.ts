import type { Store } from './port.ts';
import { openSqlite } from './sqlite.ts';

/** What a process may ask of its store, beside the store itself. */
export type StoreOptions = {
  /**
   * Told by `prune` while this host's clock and the server's differ by more than SKEW_S_MAX, in seconds (positive: this host is ahead), and once
   * more, with what is left, when they no longer do. Never by a file.
   */
  readonly onSkew?: (aheadS: number) => void;
  /** Milliseconds, as `Date.now`, which it is if absent. */
  readonly hostClock?: () => number;
  /** Rejects with one line, and changes nothing, while a process is at work on it. A file is one process's by nature. */
  readonly idle?: boolean;
  /** Rejects with one line, and changes nothing, where it would have to be made or brought to this program's schema first. */
  readonly asItIs?: boolean;
};

export const isPostgres = (where: string): boolean => /^postgres(ql)?:\/\//.test(where);

/** A password with a raw `/`, `?` or `#` ends the host's name: a part of it would be taken for the host, asked for, and shown. */
const AMBIGUOUS = /#|[/?].*@/;

/** Why `where` is neither an address of ours nor a file's name; it is not repeated, since a password may stand in it. */
export function addressProblem(where: string): string | undefined {
  if (isPostgres(where))
    return AMBIGUOUS.test(where.slice(where.indexOf('://') + 3))
      ? 'The address of the store can be read in two ways: in its user name, password and database write / as %2F, ? as %3F, # as %23 and @ as %40.'
      : undefined;
  if (!where.includes('://')) return undefined;
  return 'The address of the store is of no kind that is known: write postgres://user:password@host:port/database, or the path of a file.';
}

/** The store at an address `postgres://…` or `postgresql://…`, or in a SQLite file. Rejects with one clear line when it cannot be had. */
export async function openStore(where: string, options: StoreOptions = {}): Promise<Store> {
  const problem = addressProblem(where);
  if (problem !== undefined) throw new Error(problem);
  if (!isPostgres(where)) return openSqlite(where, options);
  // Late: whoever keeps a file need not load the driver (12 ms).
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(where, options);
}

/** Forgets all that a store on PostgreSQL holds: GitHub knows it. Rejects with one line while a process is at work on it. */
export async function eraseStore(url: string): Promise<void> {
  const problem = addressProblem(url);
  if (problem !== undefined) throw new Error(problem);
  const { erasePostgres } = await import('./postgres.ts');
  return erasePostgres(url);
}
