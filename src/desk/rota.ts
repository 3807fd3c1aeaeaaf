import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import { type Zone, zoneOf } from '../calendar/zone.ts';
import { must, parseDateTime, personKey } from '../policy/notation.ts';
import type { Person, Rota } from '../policy/types.ts';
import { turnsOf } from './handoffs.ts';

/** A stretch with one person on duty: [from, to). `override`: some of it is, or all. */
export type Turn = { readonly from: Instant; readonly to: Instant; readonly person: Person; readonly override: boolean };

/** A change of the person on duty; `from` is absent when nobody was, `to` when nobody is. */
export type HandOff = { readonly at: Instant; readonly from?: Person; readonly to?: Person };

/** One answer of `turns`: a year of `every: 12h` with room for overrides. `/oncall` shows weeks. */
export const TURNS_MAX = 1_000;

/** How far a hand-off is looked for, back and ahead: a turn that is longer than a year has no news for anybody. */
export const HAND_OFF_DAYS_MAX = 400;

/** Of one walk: 500 overrides have 1,000 ends, as many stretches between them and beside them, and `TURNS_MAX` turns. More is a bug. */
const STRETCHES_MAX = 4_000;

/**
 * Who is on duty; undefined before the first hand-off and with nobody in the rota. An override counts wherever it stands, also then: it says
 * who is on duty. One that a skipped hour turns round (its end is not after its beginning) never holds.
 */
export function onCallAt(rota: Rota, timezone: string, at: Instant): Person | undefined {
  return stretchAt(dutyOf(rota, timezone), at).person;
}

/**
 * Who is on duty in [from, to), clipped to it, neighbours of one person merged: two turns meet just where a hand-off is; time with nobody on
 * duty has none. At most `TURNS_MAX`, the first ones: then the last one's `to` is how far they go.
 */
export function turns(rota: Rota, timezone: string, from: Instant, to: Instant): Turn[] {
  const duty = dutyOf(rota, timezone);
  const found: Turn[] = [];
  let t: number = from;
  for (let i = 0; t < to && i < STRETCHES_MAX; i += 1) {
    const stretch = stretchAt(duty, t);
    const [begin, end] = [t as Instant, Math.min(stretch.to, to) as Instant];
    const last = found.at(-1);
    t = end;
    if (!stretch.person) continue;
    if (last?.to === begin && isSame(last.person, stretch.person)) {
      found[found.length - 1] = { ...last, to: end, override: last.override || stretch.override };
      continue;
    }
    if (found.length === TURNS_MAX) break;
    found.push({ from: begin, to: end, person: stretch.person, override: stretch.override });
  }
  return found;
}

/** The latest change of the person on duty at or before `at`; undefined when there was none in the last `HAND_OFF_DAYS_MAX` days. */
export function lastHandOff(rota: Rota, timezone: string, at: Instant): HandOff | undefined {
  const duty = dutyOf(rota, timezone);
  const earliest = at - HAND_OFF_DAYS_MAX * DAY_SECONDS;
  let now = stretchAt(duty, at);
  for (let i = 0; now.from >= earliest && i < STRETCHES_MAX; i += 1) {
    const before = stretchAt(duty, now.from - 1);
    if (!isSame(before.person, now.person)) return handOff(now.from, before.person, now.person);
    now = before;
  }
  return undefined;
}

/** The first change of the person on duty after `at`; undefined when there is none in the next `HAND_OFF_DAYS_MAX` days. */
export function nextHandOff(rota: Rota, timezone: string, at: Instant): HandOff | undefined {
  const duty = dutyOf(rota, timezone);
  const latest = at + HAND_OFF_DAYS_MAX * DAY_SECONDS;
  let now = stretchAt(duty, at);
  for (let i = 0; now.to <= latest && i < STRETCHES_MAX; i += 1) {
    const after = stretchAt(duty, now.to);
    if (!isSame(now.person, after.person)) return handOff(now.to, now.person, after.person);
    now = after;
  }
  return undefined;
}

const handOff = (at: number, from: Person | undefined, to: Person | undefined): HandOff => ({
  at: at as Instant,
  ...(from && { from }),
  ...(to && { to }),
});

/** [from, to) with the same answer; its neighbours may have the same one too. The ends may be infinite. */
type Stretch = { readonly from: number; readonly to: number; readonly person?: Person; readonly override: boolean };

/** `usual`: the turns without overrides. `spells`: the overrides that hold, in order, none of them touching the time of another. */
type Duty = { readonly timezone: string; readonly usual: (t: number) => Stretch; readonly spells: readonly Stretch[] };

/** 500 overrides take some 10 ms to lay out, and then 40 µs for a question; a rota without any, 5 µs. */
const duties = new WeakMap<Rota, Duty>();

function dutyOf(rota: Rota, timezone: string): Duty {
  const known = duties.get(rota);
  if (known?.timezone === timezone) return known;
  const duty = { timezone, usual: usualOf(rota, timezone), spells: spellsOf(rota, zoneOf(timezone)) };
  duties.set(rota, duty);
  return duty;
}

function stretchAt({ usual, spells }: Duty, t: number): Stretch {
  const i = spells.findLastIndex(({ from }) => from <= t);
  const spell = spells[i];
  if (spell && t < spell.to) return spell;
  const turn = usual(t);
  return { ...turn, from: Math.max(turn.from, spell?.to ?? -Infinity), to: Math.min(turn.to, spells[i + 1]?.from ?? Infinity) };
}

/** Turns in a row of one person are one stretch, so that a rota of one person is no walk. */
function usualOf(rota: Rota, timezone: string): Duty['usual'] {
  const { turnAt, beginOf } = turnsOf(rota, timezone);
  const { people } = rota;
  const keys = people.map(personKey);
  const isOnePerson = keys.every((key) => key === keys[0]);
  return (t) => {
    if (people.length === 0) return { from: -Infinity, to: Infinity, override: false };
    const n = turnAt(t);
    if (n < 0) return { from: -Infinity, to: beginOf(0), override: false };
    const person = people[n % keys.length]!;
    if (isOnePerson) return { from: beginOf(0), to: Infinity, person, override: false };
    let [first, last] = [n, n];
    while (first > 0 && keys[(first - 1) % keys.length] === keys[n % keys.length]) first -= 1;
    while (keys[(last + 1) % keys.length] === keys[n % keys.length]) last += 1;
    return { from: beginOf(first), to: beginOf(last + 1), person, override: false };
  };
}

/** Between two neighbouring ends the same overrides stand; the last of the list wins. */
function spellsOf({ overrides }: Rota, zone: Zone): Stretch[] {
  const instantOf = (text: string) => {
    const { day, seconds } = must(parseDateTime(text), text);
    return zone.toInstant(day, seconds);
  };
  const all = overrides.map(({ from, to, person }) => ({ from: instantOf(from), to: instantOf(to), person, override: true }));
  const ends = [...new Set(all.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  return ends.slice(1).flatMap((to, i) => {
    const from = ends[i]!;
    const winner = all.findLast((one) => one.from <= from && to <= one.to);
    return winner ? [{ ...winner, from, to }] : [];
  });
}

const isSame = (a: Person | undefined, b: Person | undefined): boolean => (a && personKey(a)) === (b && personKey(b));
