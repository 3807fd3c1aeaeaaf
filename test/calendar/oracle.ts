import type { CalendarSpec, Duration, Interval } from '../../src/calendar/time.ts';

/**
 * A second model of `policy.md` (Time), slow and simple, that shares no code with `src/calendar`: it asks Intl what the clock on the
 * wall shows in every single minute of a span, and then counts minutes. Types only are imported. Instants are numbers here.
 * Calendars have whole minutes; questions may have seconds. An answer beyond the span is undefined.
 */
const MINUTE = 60;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What the wall clock of a zone shows at each minute of a span: `2026-03-29 04:00`. */
export type Minutes = {
  from: number;
  shown: string[];
  /** The first minute that shows it. */
  firstShown: Map<string, number>;
  /** The local dates that occur, in order. */
  dates: string[];
};

export function readMinutes(timeZone: string, fromIso: string, days: number): Minutes {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const from = Date.parse(fromIso) / 1000;
  const shown = Array.from({ length: days * 24 * 60 }, (_, i) => format.format((from + i * MINUTE) * 1000));
  const firstShown = new Map<string, number>();
  for (const [i, text] of shown.entries()) if (!firstShown.has(text)) firstShown.set(text, from + i * MINUTE);
  // The first and the last date are cut off by the span: nothing is said about them.
  const dates = [...new Set(shown.map((text) => text.slice(0, 10)))].slice(1, -1);
  return { from, shown, firstShown, dates };
}

const wallNumber = (text: string) => Date.parse(`${text.replace(' ', 'T')}:00Z`) / 1000;
const wallText = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');

/** When does the wall show that minute? The first time that it does; when it never does, later by the length of the gap. */
function edge(minutes: Minutes, wall: string): number | undefined {
  const first = minutes.firstShown.get(wall);
  if (first !== undefined) return first;
  for (let i = 1; i < minutes.shown.length; i += 1) {
    const [before, after] = [minutes.shown[i - 1]!, minutes.shown[i]!];
    if (before < wall && wall < after) {
      const gap = wallNumber(after) - wallNumber(before) - MINUTE;
      return minutes.firstShown.get(wallText(wallNumber(wall) + gap));
    }
  }
  return undefined;
}

export type Oracle = {
  isOpen(t: number): boolean;
  nextOpen(t: number): number | undefined;
  openBetween(a: number, b: number): number;
  addOpen(start: number, seconds: number): number | undefined;
  dueAfter(start: number, duration: Duration): number | undefined;
  dueWithPauses(start: number, duration: Duration, pauses: readonly Interval[]): { due?: number; left?: number } | undefined;
};

export function createOracle(spec: CalendarSpec, minutes: Minutes, holidays: ReadonlySet<string> = new Set()): Oracle {
  const end = minutes.from + minutes.shown.length * MINUTE;
  const { open, windows } = layOut(spec, minutes, holidays);
  const at = (t: number) => Math.floor((t - minutes.from) / MINUTE);

  const isOpen = (t: number) => open[at(t)] === 1;
  const nextOpen = (t: number) => {
    for (let now = t; now < end; now = minutes.from + (at(now) + 1) * MINUTE) if (isOpen(now)) return now;
    return undefined;
  };
  const openBetween = (a: number, b: number) => {
    let sum = 0;
    for (let now = a; now < b; ) {
      const next = Math.min(b, minutes.from + (at(now) + 1) * MINUTE);
      if (isOpen(now)) sum += next - now;
      now = next;
    }
    return sum;
  };
  const addOpen = (start: number, seconds: number) => {
    let left = seconds;
    for (let now = start; now < end; ) {
      if (left === 0) return now;
      const next = minutes.from + (at(now) + 1) * MINUTE;
      if (isOpen(now)) {
        if (left <= next - now) return now + left;
        left -= next - now;
      }
      now = next;
    }
    return undefined;
  };
  const addDays = (start: number, count: number) => {
    const from = nextOpen(start);
    if (from === undefined) return undefined;
    const [date, clock] = minutes.shown[at(from)]!.split(' ') as [string, string];
    const later = minutes.dates.filter((other) => other > date && windows.has(other))[count - 1];
    const minute = edge(minutes, `${later} ${clock}`);
    if (later === undefined || minute === undefined) return undefined;
    const same = minute + (from % MINUTE);
    const ofDay = windows.get(later)!;
    if (ofDay.some(([o, c]) => o <= same && same < c)) return same;
    const openings = ofDay.map(([o]) => o).filter((o) => o > same);
    return openings.length > 0 ? Math.min(...openings) : Math.max(...ofDay.map(([, c]) => c));
  };
  const dueAfter = (start: number, duration: Duration) => {
    let due: number | undefined = start;
    for (const { n, unit } of duration) {
      if (due === undefined) return undefined;
      const seconds = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 }[unit] * n;
      if (spec.kind === 'always' || unit === 's' || unit === 'm' || unit === 'h') due = addOpen(due, seconds);
      else due = addDays(due, unit === 'w' ? 5 * n : n);
    }
    return due;
  };
  const dueWithPauses = (start: number, duration: Duration, pauses: readonly Interval[]) => {
    const unpaused = dueAfter(start, duration);
    return unpaused === undefined ? undefined : runClock({ isOpen, addOpen, openBetween, end }, start, unpaused, pauses);
  };
  return { isOpen, nextOpen, openBetween, addOpen, dueAfter, dueWithPauses };
}

/** The minutes that are open, and the windows of every date that has open time. */
function layOut(spec: CalendarSpec, minutes: Minutes, holidays: ReadonlySet<string>) {
  const open = new Uint8Array(minutes.shown.length);
  const windows = new Map<string, [number, number][]>();
  for (const date of minutes.dates) {
    for (const [from, to] of hoursOf(spec, date, holidays)) {
      const start = edge(minutes, wallText(wallNumber(`${date} 00:00`) + from));
      const stop = edge(minutes, wallText(wallNumber(`${date} 00:00`) + to));
      if (start === undefined || stop === undefined || start >= stop) continue;
      windows.set(date, [...(windows.get(date) ?? []), [start, stop]]);
      open.fill(1, (start - minutes.from) / MINUTE, (stop - minutes.from) / MINUTE);
    }
  }
  if (spec.kind === 'always') open.fill(1);
  return { open, windows };
}

function hoursOf(spec: CalendarSpec, date: string, holidays: ReadonlySet<string>): readonly (readonly [number, number])[] {
  if (spec.kind === 'always') return [[0, 86_400]];
  const listed = spec.add[date];
  if (listed) return listed;
  if (spec.country && holidays.has(date) && !spec.remove.includes(date)) return [];
  return spec.hours[WEEKDAYS[new Date(`${date}T00:00:00Z`).getUTCDay()]!] ?? [];
}

type Walk = Pick<Oracle, 'isOpen' | 'addOpen' | 'openBetween'> & { end: number };

/**
 * A clock that is watched minute by minute (starts, pauses and targets are whole minutes here): each open minute in a pause moves the
 * due instant on by one; the clock is due when it gets there and is not in a pause that began before.
 */
function runClock(walk: Walk, start: number, unpaused: number, pauses: readonly Interval[]): { due?: number; left?: number } | undefined {
  const isPaused = (t: number) => t >= start && pauses.some(({ from, to }) => from <= t && (to === undefined || t < to));
  let due: number | undefined = unpaused;
  let paused = 0;
  let counted = 0;
  for (let now = start; now < walk.end; now += MINUTE) {
    const goesOn = isPaused(now) && isPaused(now - MINUTE);
    if (!goesOn) {
      if (counted !== paused) due = walk.addOpen(unpaused, paused);
      if (due === undefined) return undefined;
      counted = paused;
      if (now >= due) return { due };
      if (isPaused(now) && neverEnds(now, isPaused, pauses)) return { left: walk.openBetween(now, due) };
    }
    if (isPaused(now) && walk.isOpen(now)) paused += MINUTE;
  }
  return undefined;
}

function neverEnds(from: number, isPaused: (t: number) => boolean, pauses: readonly Interval[]): boolean {
  const lasting = pauses.filter(({ to }) => to === undefined).map((pause) => pause.from as number);
  if (lasting.length === 0) return false;
  for (let now = from; now < Math.min(...lasting); now += MINUTE) if (!isPaused(now)) return false;
  return true;
}
