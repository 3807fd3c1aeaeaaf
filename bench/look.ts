/**
 * One look (fold, clocks, desired, plan) on a timeline of 100 events. `node bench/look.ts`
 */
import { clocksNow, desired } from '../src/desk/desired.ts';
import { fold } from '../src/desk/fold.ts';
import type { Ledger } from '../src/desk/ledger.ts';
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

type Times = { readonly medianMs: number; readonly p99Ms: number; readonly effects: number };

/** `usual`: the record of an earlier look stands on the issue, as at every look but the first, which has all commands to answer. */
export function benchLook(usual: boolean): Times {
  const policies = policiesFrom(OFFICE);
  const now = local('fri 17:00');
  const first = story().ledger('fri 17:00');
  const observed = {
    labels: [],
    assignees: [],
    state: 'open' as const,
    statusIntended: false,
    steps: new Set<string>(),
    replied: new Set<number>(),
    duplicates: [],
  };
  const look = (ledger: Ledger) => {
    const ticket = fold(ledger, policies)!;
    const view = { ledger, policies, now, reach: () => true, posted: new Set(ledger.record?.steps), held: () => false };
    const clocks = clocksNow(ticket, view);
    const want = desired(ticket, clocks, view);
    return { want, effects: plan(want, observed).length };
  };
  const ledger = usual ? { ...first, record: look(first).want.status!.record } : first;
  const times: number[] = [];
  let effects = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    effects = look(ledger).effects;
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return { medianMs: times[times.length >> 1]!, p99Ms: times[Math.floor(times.length * 0.99)]!, effects };
}

if (import.meta.main) {
  for (const usual of [true, false]) {
    const { medianMs, p99Ms, effects } = benchLook(usual);
    const which = usual ? 'a look like most' : 'the first look, 30 commands unanswered';
    const figures = `median ${medianMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms, ${effects} effects`;
    console.log(`look      ${EVENTS} events, ${which}: ${figures} (goal: median under 0.2 ms)`);
  }
}
