import type { Store } from './port.ts';
import { openSqlite } from './sqlite.ts';

const IS_POSTGRES = /^postgres(ql)?:\/\//;

/** The store at an address `postgres://…` or `postgresql://…`, or in a SQLite file. Rejects with one clear line when it cannot be had. */
export async function openStore(where: string): Promise<Store> {
  if (!IS_POSTGRES.test(where)) return openSqlite(where);
  // Late: whoever keeps a file need not load the driver (12 ms).
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(where);
}

/** Forgets all that a store on PostgreSQL holds: GitHub knows it. Rejects with one line while a process is at work on it. */
export async function eraseStore(url: string): Promise<void> {
  const { erasePostgres } = await import('./postgres.ts');
  return erasePostgres(url);
}
