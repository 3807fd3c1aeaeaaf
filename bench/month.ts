/**
 * A desk of 1,000 tickets through 30 days: every look that the desk would take (what people do, steps, due instants, once a day), each with the record
 * of those before it. The core alone: no GitHub, no store. `node bench/month.ts`
 */
import type { Instant } from '../src/calendar/time.ts';
import { walk } from '../src/cli/walk.ts';
import { chanceOf } from '../src/sandbox/unkind.ts';
import { actor, type Name, OFFICE, policiesFrom, Story } from '../test/support/ledger.ts';

const TICKETS = 1_000;
const DAYS = 30;

/** All five clocks, steps before and after a breach, repeats and stagnation. */
const POLICY = OFFICE.replaceAll('targets: {', 'targets: { next_response: 4h, update: 2d,').replace(
  'escalation:',
  `escalation:
  - { clock: next_response, at: breach, mention: ["@mark"] }
  - { clock: update, at: breach, mention: ["@sara"], repeat: { every: 1d, times: 2 } }
  - { stagnant: 5d, mention: ["@mark"] }`,
);

const SAID: readonly (readonly [Name, string])[] = [
  ['mark', 'I will have a look.\n\n/take'],
  ['sara', '/wait for your logs'],
  ['rita', 'Here they are.'],
  ['olga', 'The same here.'],
  ['mark', '/priority P2'],
  ['mark', 'We found it.'],
  ['sara', '/hold for the supplier'],
  ['sara', '/resume'],
  ['rita', 'Any news?'],
  ['mark', 'There is a fix.\n\n/fixed'],
  ['rita', '/still-broken it is not'],
  ['mark', 'Now?\n\n/fixed'],
  ['rita', '/confirm'],
];

/** From filing to confirmation, hours or days apart; some stop half-way. */
function story(seed: number): Story {
  const chance = chanceOf(seed);
  const when = (minutes: number) => {
    const [day, rest] = [Math.floor(minutes / 1_440), minutes % 1_440];
    const two = (n: number) => String(n).padStart(2, '0');
    const week = Math.floor(day / 7);
    return `${['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'][day % 7]}${week > 0 ? `+${week}` : ''} ${two(Math.floor(rest / 60))}:${two(rest % 60)}`;
  };
  let at = chance.upTo(15 * 1_440);
  const told = new Story(when(at)).form(['P1', 'P2', 'P3', 'P4'][chance.upTo(3)]!);
  for (const [by, text] of SAID) {
    at += 5 + chance.upTo(chance.hits(0.3) ? 3 * 1_440 : 240);
    if (at >= DAYS * 1_440 || chance.hits(0.03)) break;
    if (chance.hits(0.85)) told.says(when(at), by, text);
  }
  return told;
}

export function benchMonth(): { readonly seconds: number; readonly looks: number; readonly facts: number; readonly posts: number } {
  const policies = policiesFrom(POLICY);
  const opening = { labels: [], assignees: [], state: 'open' as const };
  const stories = Array.from({ length: TICKETS }, (_, i) => story(i + 1));
  const end = `mon+${Math.ceil(DAYS / 7)} 00:00`;
  let [looks, facts, posts] = [0, 0, 0];
  const before = performance.now();
  for (const one of stories) {
    const ledger = one.ledger(end);
    const done = walk({ ledger, opening, app: actor('app') } as never, policies, ledger.readAt as Instant);
    looks += done.looks;
    facts += ledger.facts.length;
    posts += done.posts.length;
  }
  return { seconds: (performance.now() - before) / 1_000, looks, facts, posts };
}

if (import.meta.main) {
  const { seconds, looks, facts, posts } = benchMonth();
  const each = ((seconds / looks) * 1_000).toFixed(3);
  console.log(
    `month     ${TICKETS} tickets, ${facts} facts, ${DAYS} days: ${looks} looks, ${posts} steps posted in ${seconds.toFixed(1)} s, ${each} ms a look (goal: under 10 s)`,
  );
}
