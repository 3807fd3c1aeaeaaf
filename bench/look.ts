/**
 * One look (fold, clocks, desired, plan) on a timeline of 100 events. `node bench/look.ts`
 */
import { clocksNow, desired } from '../src/desk/desired.ts';
import { fold } from '../src/desk/fold.ts';
import { plan } from '../src/desk/plan.ts';
import { local, OFFICE, policiesFrom, Story } from '../test/support/ledger.ts';

const EVENTS = 100;
const ROUNDS = 5_000;

function story(): Story {
  const told = new Story('mon 09:00').form('P3');
  const two = (n: number) => String(n).padStart(2, '0');
  for (let i = 0; told.facts.length < EVENTS; i++) {
    const when = `${['mon', 'tue', 'wed', 'thu', 'fri'][Math.floor(i / 24) % 5]} ${two(10 + (Math.floor(i / 3) % 8))}:${two((i * 7) % 60)}`;
    if (i % 10 === 3) told.says(when, 'mark', '/priority P2');
    else if (i % 10 === 6) told.labelled(when, 'mark', i % 20 === 6 ? 'P3: Medium' : 'bug');
    else if (i % 10 === 9) told.says(when, 'mark', 'Looking into it.\n\n/take');
    else told.says(when, (['rita', 'mark', 'olga'] as const)[i % 3]!, 'Some words about the problem, and a few more.');
  }
  return told;
}

export function benchLook(): { medianMs: number; p99Ms: number } {
  const policies = policiesFrom(OFFICE);
  const now = local('fri 17:00');
  const ledger = story().ledger('fri 17:00');
  const observed = {
    labels: [],
    assignees: [],
    state: 'open' as const,
    statusIntended: false,
    steps: new Set<string>(),
    replied: new Set<number>(),
    duplicates: [],
  };
  const times: number[] = [];
  let effects = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    const ticket = fold(ledger, policies)!;
    const look = { ledger, policies, now, reach: () => true, posted: new Set<string>(), held: () => false };
    const clocks = clocksNow(ticket, look);
    effects = plan(desired(ticket, clocks, look), observed).length;
    times.push(performance.now() - before);
  }
  if (effects === 0) throw new Error('the look did nothing');
  times.sort((a, b) => a - b);
  return { medianMs: times[times.length >> 1]!, p99Ms: times[Math.floor(times.length * 0.99)]! };
}

if (import.meta.main) {
  const { medianMs, p99Ms } = benchLook();
  console.log(`look      ${EVENTS} events: median ${medianMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms (goal: median under 0.2 ms)`);
}
