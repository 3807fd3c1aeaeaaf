import type { DatabaseSync } from 'node:sqlite';
import type { Commits } from './commit.ts';
import { checkInteger } from './limits.ts';
import type { Store } from './port.ts';

/** Walks the index of due instants up to there: 50,000 rows that are not urgent, the most that a crowd leaves behind, take 5 ms. */
export function sqliteDue(db: DatabaseSync, commits: Commits): Pick<Store, 'hasDue'> {
  const found = db.prepare(
    'select 1 from alarm where due_at <= ? and urgency < ? and installation not in (select value from json_each(?)) limit 1',
  );
  return {
    async hasDue(by, urgency, except = []) {
      checkInteger('by', by);
      return commits.read(() => found.get(by, urgency, JSON.stringify(except)) !== undefined);
    },
  };
}
