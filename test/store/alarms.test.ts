import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { choose, chooseFromLanes, type Due } from '../../src/store/alarms.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import '../support/seed.ts';
import { modelContract } from './contract-model.ts';

modelContract('SQLite', async () => openSqlite(':memory:'), 300);

test('reading lane by lane, beside what is read row by row, chooses what reading everything would', () => {
  const rows = fc.array(fc.record({ installation: fc.integer({ min: 1, max: 5 }), urgency: fc.nat(3), dueAt: fc.nat(12).map(instant) }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(rows, fc.nat(12), fc.integer({ min: 1, max: 6 }), fc.nat(2), fc.nat(5), (list, limit, each, early, byRow) => {
      const due: Due[] = list.map((row, id) => ({ ...row, id }));
      const few = due.filter((row) => row.installation <= byRow);
      const laned = (urgency: number) => due.filter((row) => row.installation > byRow && row.urgency === urgency);
      // A head may be earlier than the lane's first free row, when that one's predecessor is leased.
      const lanesOf = (urgency: number) =>
        [...Map.groupBy(laned(urgency), (row) => row.installation)].map(([installation, of]) => ({
          installation,
          head: instant(Math.min(...of.map((row) => row.dueAt)) - early),
        }));
      const open = (urgency: number, installation: number, count: number) =>
        laned(urgency)
          .filter((row) => row.installation === installation)
          .toSorted((a, b) => a.dueAt - b.dueAt || a.id - b.id)
          .slice(0, count);
      const told = (chosen: readonly Due[]) => chosen.map((row) => [row.urgency, row.dueAt]);
      expect(told(chooseFromLanes(few, limit, each, lanesOf, open))).toEqual(told(choose(due, limit, each)));
    }),
    { numRuns: 2_000 },
  );
});
