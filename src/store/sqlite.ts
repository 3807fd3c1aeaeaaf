import type { DatabaseSync } from 'node:sqlite';
import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Commits, groupCommit } from './commit.ts';
import { openOwned } from './file.ts';
import { checkInteger, DELIVERIES_DAYS, OWN_WRITES_DAYS } from './limits.ts';
import type { StoreOptions } from './open.ts';
import type { Store } from './port.ts';
import { MIGRATIONS, migrate } from './schema.ts';
import { sqliteAlarms } from './sqlite-alarms.ts';
import { sqliteDue } from './sqlite-due.ts';
import { sqliteMeta, sqliteOwnWrites, sqliteRepos, sqliteTickets } from './sqlite-index.ts';

/** Rows that one piece of work deletes: some 10 ms; whoever waits for a webhook's commit should not wait for a month's cleaning. */
const PRUNE_ROWS_MAX = 5_000;

/**
 * The store on one SQLite file (`:memory:` for one that goes with the process). Makes the file, its folders and its tables when they are
 * missing. Throws one clear line when another process has the file, when a newer Watchkeeper wrote it, or when it is something else.
 */
export function openSqlite(file: string, { asItIs = false }: Pick<StoreOptions, 'asItIs'> = {}): Store {
  const { db, close } = openOwned(file);
  try {
    migrate(db, file, MIGRATIONS, asItIs);
    const commits = groupCommit(db);
    let isOpen = true;
    return {
      ...sqliteAlarms(db, commits),
      ...sqliteDue(db, commits),
      ...sqliteTickets(db, commits),
      ...sqliteOwnWrites(db, commits),
      ...sqliteRepos(db, commits),
      ...sqliteMeta(db, commits),
      prune: pruning(db, commits),
      async close() {
        if (!isOpen) return;
        isOpen = false;
        commits.close();
        close();
      },
    };
  } catch (cause) {
    close();
    throw cause;
  }
}

function pruning(db: DatabaseSync, commits: Commits): Store['prune'] {
  const old = [
    { days: DELIVERIES_DAYS, sql: 'delete from delivery where id in (select id from delivery where at <= ? limit ?)' },
    { days: OWN_WRITES_DAYS, sql: 'delete from own_write where rowid in (select rowid from own_write where at <= ? limit ?)' },
  ].map(({ days, sql }) => ({ days, drop: db.prepare(sql) }));
  return async (now) => {
    checkInteger('now', now);
    for (const { days, drop } of old) {
      let dropped: number;
      do {
        dropped = await commits.write(() => Number(drop.run(now - days * DAY_SECONDS, PRUNE_ROWS_MAX).changes));
      } while (dropped === PRUNE_ROWS_MAX);
    }
  };
}
