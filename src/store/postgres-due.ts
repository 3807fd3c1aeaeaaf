import { checkInteger } from './limits.ts';
import type { Store } from './port.ts';
import { type Db, statement } from './postgres-pool.ts';

/** A seek for each urgency; what is left out is walked. */
const HAS_DUE = statement(
  'has_due',
  `select exists (
     select 1 from generate_series(0, $2::int - 1) as u cross join lateral (
       select 1 from alarm where urgency = u and due_at <= $1 and installation <> all ($3::bigint[]) limit 1) as one) as "hasDue"`,
);

export function postgresDue(db: Db): Pick<Store, 'hasDue'> {
  return {
    async hasDue(by, urgency, except = []) {
      checkInteger('by', by);
      const [row] = await db.rows<{ hasDue: boolean }>(HAS_DUE, [by, urgency, except]);
      return row?.hasDue === true;
    },
  };
}
