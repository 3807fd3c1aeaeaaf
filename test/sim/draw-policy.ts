import type { Chance } from '../../src/sandbox/unkind.ts';
import { pickOf, REPORTERS, some } from './plan.ts';
import type { SimPolicy } from './script.ts';

/** What the desk does not keep yet is left out of what is drawn. */
export const IN_FORCE = {
  pauses: true,
  next_response: true,
  update: true,
  plans: true,
  stagnant: true,
  repeats: true,
  words: true,
};

const ZONES = [
  'UTC',
  'Europe/Bucharest',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Africa/Cairo',
];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const WINDOWS = [
  ['09:00-18:00'],
  ['09:00-13:00', '14:00-18:00'],
  ['08:30-12:15', '12:45-17:10'],
  ['10:00-16:00'],
  ['00:00-06:00', '22:00-24:00'],
  ['09:00-18:00'],
];
const SHORT = [[], [], ['09:00-12:00'], ['20:00-24:00']];
const TARGETS = {
  first_response: [
    ['15m', '30m', '1h', '2h'],
    ['1h', '4h', '1d'],
    ['4h', '1d', '2d'],
    ['1d', '3d'],
  ],
  next_response: [['30m', '1h'], ['2h', '4h'], ['1d'], ['2d']],
  update: [['1h', '4h'], ['4h', '1d'], ['1d', '2d'], ['1w']],
  workaround: [['2h', '4h', '90m'], ['8h', '1d'], ['3d'], ['1w']],
  resolution: [
    ['6h', '1d', '30h'],
    ['2d', '3d'],
    ['5d 4h', '1w'],
    ['10d', '2w'],
  ],
} as const;
const MARKERS = {
  received: '🔴 received',
  progress: '⭕️ in progress',
  confirming: '🟡 awaiting confirmation',
  resolved: '🟢 resolved',
};
const FLAGS = { triaged: 'triaged', waiting: 'waiting for reporter', hold: 'on hold', escalated: 'escalated' };
const GRACES = ['30m', '1h', '4h'];
const PEOPLE = [['@petra'], ['owners'], ['@mark', 'owners'], ['assignees', '@petra'], ['@acme/support'], ['assignees']];

type Clock = keyof typeof TARGETS;
type Targets = Record<string, string>;
type Step = SimPolicy['escalation'][number];

export const clocksInForce = (): Clock[] =>
  (Object.keys(TARGETS) as Clock[]).filter((clock) => (clock !== 'next_response' && clock !== 'update') || IN_FORCE[clock]);

const dateOf = (start: string, day: number): string => new Date(Date.parse(start) + day * 86_400_000).toISOString().slice(0, 10);

function drawCalendar(chance: Chance, start: string, days: number): SimPolicy['calendars'][string] {
  const windows = pickOf(chance, WINDOWS);
  const open = pickOf(chance, [DAYS.slice(0, 5), DAYS.slice(0, 5), DAYS.slice(0, 6), DAYS.slice(5), ['mon', 'wed', 'thu']]);
  const hours = Object.fromEntries(open.map((day, i) => [day, i === 2 && chance.hits(0.3) ? ['09:00-13:00'] : windows]));
  const dates = Array.from({ length: chance.upTo(3) }, () => dateOf(start, chance.upTo(days)));
  const add = Object.fromEntries([...new Set(dates)].map((date) => [date, pickOf(chance, SHORT)]));
  return { timezone: pickOf(chance, ZONES), hours, add };
}

/** `rank` 0 is the most urgent. */
function drawTargets(chance: Chance, rank: number, share: number): Targets {
  const drawn = clocksInForce().map((clock) => [clock, pickOf(chance, TARGETS[clock][rank]!)] as const);
  const kept = drawn.filter(([clock]) => clock === 'first_response' || chance.hits(share));
  return Object.fromEntries(kept);
}

function momentOf(chance: Chance): { at: string; repeats: boolean } {
  if (chance.hits(0.4)) return { at: pickOf(chance, ['25%', '50%', '75%', '90%', '99%']), repeats: false };
  if (chance.hits(0.5)) return { at: 'breach', repeats: true };
  return { at: `breach + ${pickOf(chance, ['1m', '15m', '1h', '4h', '1d', '2d'])}`, repeats: true };
}

function drawStep(chance: Chance, id: string, priorities: readonly string[]): Step {
  const mention = pickOf(chance, PEOPLE);
  const only = chance.hits(0.25) ? { priorities: some(chance, 0.6, priorities) } : {};
  const filter = only.priorities && only.priorities.length > 0 ? { priorities: only.priorities } : {};
  if (IN_FORCE.stagnant && chance.hits(0.15)) return { id, stagnant: pickOf(chance, ['8h', '1d', '2d', '5d']), mention, ...filter };
  const { at, repeats } = momentOf(chance);
  const repeat = { every: pickOf(chance, ['30m', '1h', '4h', '1d']), times: 1 + chance.upTo(2) };
  return {
    id,
    clock: pickOf(chance, clocksInForce()),
    at,
    mention,
    ...filter,
    ...(IN_FORCE.repeats && repeats && chance.hits(0.35) ? { repeat } : {}),
  };
}

function drawPlans(chance: Chance, calendars: readonly string[]): SimPolicy['plans'] {
  if (!IN_FORCE.plans || !chance.hits(0.3)) return [];
  const ids = chance.hits(0.5) ? ['gold'] : ['gold', 'iron'];
  return ids.map((id, i) => ({
    id,
    reporters: i === 0 ? [`@${pickOf(chance, REPORTERS)}`] : [],
    calendar: pickOf(chance, calendars),
    targets: drawTargets(chance, 1 + chance.upTo(1), 0.6),
  }));
}

export function drawPolicy(chance: Chance, start: string, days: number): SimPolicy {
  const names = ['day', 'shop', 'odd'].slice(0, 1 + chance.upTo(2));
  const calendars = Object.fromEntries(names.map((name) => [name, drawCalendar(chance, start, days)]));
  const usable = [...names, ...names, 'always'];
  const ids = ['P1', 'P2', 'P3', 'P4'].slice(0, 2 + chance.upTo(2));
  const priorities = ids.map((id, rank) => ({
    id,
    label: `${id}: ${['critical', 'high', 'medium', 'low'][rank]}`,
    calendar: pickOf(chance, usable),
    targets: drawTargets(chance, rank, 0.8),
  }));
  return {
    timezone: pickOf(chance, ZONES),
    effective: 'new',
    grace: pickOf(chance, GRACES),
    calendars,
    priorities,
    default_priority: pickOf(chance, ids),
    plans: drawPlans(chance, usable),
    escalation: Array.from({ length: 4 + chance.upTo(5) }, (_, i) => drawStep(chance, `s${i}`, ids)),
    markers: MARKERS,
    flags: FLAGS,
    confirm: chance.hits(0.15) ? false : { after: pickOf(chance, ['4h', '1d', '3d', '7d']) },
  };
}

/** An edit: other targets, other steps, and whether that reaches the tickets that are open. */
export function editPolicy(chance: Chance, before: SimPolicy): SimPolicy {
  const ids = before.priorities.map((one) => one.id);
  const targets = chance.hits(0.7);
  const kept = before.escalation.filter(() => chance.hits(0.7));
  const fresh = Array.from({ length: 1 + chance.upTo(2) }, (_, i) => drawStep(chance, `t${i}`, ids));
  return {
    ...before,
    effective: chance.hits(0.6) ? 'open' : 'new',
    priorities: targets
      ? before.priorities.map((one, rank) => (chance.hits(0.7) ? { ...one, targets: drawTargets(chance, rank, 0.8) } : one))
      : before.priorities,
    escalation: [...kept, ...fresh],
  };
}
