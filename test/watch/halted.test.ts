import { afterEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { TestDesk } from '../support/desk.ts';
import { opened, writes } from './lifecycle.ts';

let desk: TestDesk;
afterEach(() => desk.close());

const BREACH_S = 8 * 3_600;
/** A write, as GitHub gets it: what a look carries out. */
const isWrite = (what: string): boolean => /^(POST|PATCH|DELETE) \/repos\//.test(what);

/**
 * Files a ticket and lets one turn come at its breach. After the write of the number that is given the process is told to stop, and it is: what
 * follows is another one's. Answers what was written, and what a visitor sees.
 */
async function breached(haltAfter?: number) {
  const { desk: its, n } = await opened({ validate: false });
  desk = its;
  await desk.at(instant(Date.parse(desk.commentsOf(n)[0]!.at) / 1000 + BREACH_S));
  const written = writes(desk);
  let seen = 0;
  desk.tamper = (what, after) => {
    if (after && isWrite(what) && ++seen === haltAfter) desk.service.desk.halt();
  };
  await desk.service.desk.turn();
  const first = written();
  desk.tamper = undefined;
  if (haltAfter !== undefined) {
    await desk.kill();
    await desk.start();
  }
  await desk.forward('10m');
  return {
    first,
    writes: written().toSorted(),
    shown: [desk.labelsOf(n), desk.pagesOf(n).length, desk.ownOf(n, 'status').length],
  };
}

test('a process that is told to stop between two writes of a look sends no further one; the next one sends what was not, and nothing twice', async () => {
  const whole = await breached();
  expect(whole.shown).toEqual([['P1: critical', 'escalated', '🔴 received'], 1, 1]);
  expect(whole.first).toHaveLength(4);
  for (const [nth] of whole.first.slice(0, -1).entries()) {
    await desk.close();
    const cut = await breached(nth + 1);
    expect(cut.first).toEqual(whole.first.slice(0, nth + 1));
    expect([cut.writes, cut.shown], `after write ${nth + 1}`).toEqual([whole.writes, whole.shown]);
  }
});
