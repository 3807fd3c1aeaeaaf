import { type Chance, chanceOf } from '../../src/sandbox/unkind.ts';
import { Story } from './draw-acts.ts';
import { drawPolicy, editPolicy } from './draw-policy.ts';
import { type Bad, DAY, HOUR, type Kill, MINUTE, type Plan, type PlannedAct, pickOf } from './plan.ts';

/** Among them the weeks in which clocks are turned: in Cairo, New York, Bucharest, Lord Howe. */
const STARTS = [
  '2026-01-12T08:00:00Z',
  '2026-03-02T15:30:00Z',
  '2026-03-23T06:00:00Z',
  '2026-06-05T20:00:00Z',
  '2026-10-12T11:00:00Z',
  '2026-12-18T07:45:00Z',
];
/** Nobody opens anything in the second half of the month. */
const OPENS = 0.5;
const TICKETS = { min: 2, max: 3 };

function drawKills(chance: Chance, acts: readonly PlannedAct[]): Kill[] {
  if (!chance.hits(0.85)) return [];
  return Array.from({ length: 1 + chance.upTo(2) }, () => {
    // Right after somebody did something there is the most to lose.
    const at = pickOf(chance, acts).at + (chance.hits(0.7) ? 1 : chance.upTo(2 * DAY));
    const downS = pickOf(chance, [0, 5, 90, 10 * MINUTE, HOUR, 7 * HOUR, DAY + 3 * HOUR]);
    return { at, downS, ...(chance.hits(0.75) ? { calls: 1 + chance.upTo(80) } : {}) };
  }).sort((a, b) => a.at - b.at);
}

function drawBad(chance: Chance, end: number): Bad[] {
  return Array.from({ length: chance.upTo(3) }, () => {
    const from = chance.upTo(end);
    const answers = pickOf(chance, [
      { fail: 0.2, loseAnswer: 0.05 },
      { limit: 0.15, retryAfterS: pickOf(chance, [5, 60, 900]) },
      { loseAnswer: 0.3 },
      { limit: 0.1, fail: 0.1, retryAfterS: 30 },
      { fail: 0.1, limit: 0.1, loseAnswer: 0.1, retryAfterS: 60 },
      { slowMs: 1 },
    ]);
    return { from, to: from + pickOf(chance, [10 * MINUTE, HOUR, 6 * HOUR, DAY]), answers };
  });
}

/** All that a seed decides. */
export function draw(seed: number, days: number): Plan {
  const chance = chanceOf(seed * 2_654_435_761);
  const start = pickOf(chance, STARTS);
  const end = days * DAY;
  const first = drawPolicy(chance, start, days);
  const edit = chance.hits(0.4) ? [{ at: Math.floor((0.2 + 0.4 * chance.next()) * end), policy: editPolicy(chance, first) }] : [];
  const tickets = TICKETS.min + chance.upTo(TICKETS.max - TICKETS.min);
  const acts: PlannedAct[] = [];
  for (let ticket = 0; ticket < tickets; ticket++) {
    const opens = HOUR + chance.upTo(Math.floor(OPENS * end));
    acts.push(...new Story(chance, first, ticket, opens, end).tell(8 + chance.upTo(9)));
  }
  if (chance.hits(0.15)) {
    const opens = chance.upTo(Math.floor(OPENS * end));
    const gone = { kind: 'gone', how: chance.hits(0.5) ? 'deleted' : 'moved' } as const;
    acts.push(...new Story(chance, first, tickets, opens, end).tell(3));
    acts.push({ ...gone, at: opens + chance.upTo(3 * DAY), ticket: tickets, by: 'carol' });
  }
  acts.sort((a, b) => a.at - b.at);
  return {
    seed,
    days,
    start,
    sweepS: pickOf(chance, [6 * HOUR, DAY, DAY]),
    policies: [{ at: 0, policy: first }, ...edit],
    acts,
    kills: drawKills(chance, acts),
    bad: drawBad(chance, end),
    unkind: {
      seed,
      lagS: pickOf(chance, [0, 3, 3]),
      webhooks: { double: 0.15, delay: 0.3, delayS: 300, reorder: 0.3, drop: 0.15, vanish: 0.15, blurMembers: true },
    },
  };
}
