import type { Duration } from '../../src/calendar/time.ts';
import type { Person, Rota } from '../../src/policy/types.ts';
import type { Minutes } from '../calendar/oracle.ts';

/**
 * A second model of the rota, slow and simple, that shares no code with `src/`: it walks the hand-offs one by one from `starts`, looks up
 * in what Intl shows in every minute of a span when each of them is, and writes down who is on duty in every minute. Types only are imported.
 */
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const UNIT_MINUTES = { s: 1 / 60, m: 1, h: 60, d: 1_440, w: 10_080 };

const loginOf = (person: Person): string => (person.kind === 'user' ? person.login : '');
const textOf = (date: Date): string => date.toISOString().slice(0, 16).replace('T', ' ');
const minutesOf = (every: Duration): number => every.reduce((sum, { n, unit }) => sum + n * UNIT_MINUTES[unit], 0);

/** Who is on duty in each minute of the span: a login, or undefined for nobody. */
export function watchMinutes(rota: Rota, minutes: Minutes): (string | undefined)[] {
  const begun = new Int32Array(minutes.shown.length).fill(-1);
  const last = minutes.shown.at(-1)!;
  let n = 0;
  for (const wall of handOffs(rota)) {
    if (wall > last) break;
    const index = wall < minutes.shown[0]! ? 0 : indexOf(minutes, wall);
    if (index !== undefined && index < begun.length) begun[index] = Math.max(begun[index]!, n);
    n += 1;
  }
  let turn = -1;
  const duty = [...begun].map((here) => {
    turn = Math.max(turn, here);
    return turn < 0 ? undefined : loginOf(rota.people[turn % rota.people.length]!);
  });
  for (const { from, to, person } of rota.overrides) {
    const [begin, end] = [from, to].map((text) => indexOf(minutes, text.replace('T', ' '))!);
    for (let i = begin!; i < end!; i += 1) duty[i] = loginOf(person);
  }
  return duty;
}

/** What the wall shows at each hand-off, from the first: `2026-03-29 10:00`. */
function* handOffs({ rotation, handoff, starts }: Rota): Generator<string> {
  const words = handoff.split(' ');
  const date = new Date(`${starts}T${words.at(-1)}:00Z`);
  const next = (days: number) => date.setUTCDate(date.getUTCDate() + days);
  const fits = () => {
    if (rotation === 'weekly') return WEEKDAYS[date.getUTCDay()] === words[0];
    return rotation !== 'monthly' || date.getUTCDate() === Number(words[0]);
  };
  while (!fits()) next(1);
  for (;;) {
    yield textOf(date);
    if (typeof rotation === 'object') date.setUTCMinutes(date.getUTCMinutes() + minutesOf(rotation.every));
    else
      do next(1);
      while (!fits());
  }
}

/** The first minute that shows it; for one that is never shown, later by the length of the gap. */
function indexOf(minutes: Minutes, wall: string): number | undefined {
  const first = minutes.firstShown.get(wall);
  if (first !== undefined) return (first - minutes.from) / 60;
  for (let i = 1; i < minutes.shown.length; i += 1) {
    const [before, after] = [minutes.shown[i - 1]!, minutes.shown[i]!];
    // `before` is the last minute ahead of the gap: as many minutes later as the wall is ahead of it.
    if (before < wall && wall < after) return i - 1 + (Date.parse(`${wall}Z`) - Date.parse(`${before}Z`)) / 60_000;
  }
  return undefined;
}
