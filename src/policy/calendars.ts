import { type CalendarProblem, problemsOf } from '../calendar/problems.ts';
import type { CalendarSpec, DayWindow, HolidaySource, Weekday } from '../calendar/time.ts';
import { isZone } from '../calendar/zone.ts';
import { LIMITS } from './limits.ts';
import { must, parseDays, parseWindow } from './notation.ts';
import { type Problems, quote, type Spot } from './problems.ts';
import { CalendarRead } from './schema.ts';
import { plainOf } from './shape.ts';
import { type Entry, entriesOf, itemsOf, type Path, pathOf, type Tree, textOf, valueAt } from './tree.ts';

/** Always there, 24 hours a day. */
export const ALWAYS = 'always';

/**
 * The hours of every calendar by single day, so that files merge day by day (`mon` over a preset's `mon-fri`). A weekday that one file
 * names twice is a problem; keys that are no days stay for the schema to refuse.
 */
export function spreadHours(tree: Tree, problems: Problems): Tree {
  return within(tree, 'calendars', (calendars) => {
    if (calendars.kind !== 'map') return calendars;
    const entries = [...calendars.entries].map(([id, entry]): [string, Entry] => {
      const spread = (hours: Tree) => spreadDays(hours, ['calendars', id, 'hours'], problems);
      return [id, { ...entry, value: within(entry.value, 'hours', spread) }];
    });
    return { ...calendars, entries: new Map(entries) };
  });
}

function within(tree: Tree, key: string, change: (value: Tree) => Tree): Tree {
  const entry = entriesOf(tree).get(key);
  if (tree.kind !== 'map' || !entry) return tree;
  return { ...tree, entries: new Map(tree.entries).set(key, { ...entry, value: change(entry.value) }) };
}

function spreadDays(hours: Tree, path: Path, problems: Problems): Tree {
  if (hours.kind !== 'map') return hours;
  const entries = new Map<string, Entry>();
  for (const [key, entry] of hours.entries) {
    for (const day of parseDays(key.trim()) ?? [key]) {
      const first = entries.get(day);
      if (first) {
        const message = `${quote(key)} gives hours for ${day}, which ${quote(first.written)} has already done; name each weekday once.`;
        problems.add(entry.keySpot, pathOf([...path, key]), message);
      } else entries.set(day, entry);
    }
  }
  return { ...hours, entries };
}

/** A calendar that the schema has accepted, as data for `calendar/`. */
export function specOf(id: string, read: CalendarRead, timezone: string): CalendarSpec {
  const hours: Partial<Record<Weekday, readonly DayWindow[]>> = {};
  for (const [key, windows] of Object.entries(read.hours ?? {}))
    for (const day of must(parseDays(key), key)) hours[day] = windowsOf(windows);
  const { country, region, add, remove } = read.holidays ?? {};
  return {
    kind: 'hours',
    id,
    timezone: read.timezone ?? timezone,
    hours,
    ...(country !== undefined && { country: country.toUpperCase() }),
    ...(region !== undefined && { region }),
    add: Object.fromEntries(Object.entries(add ?? {}).map(([date, windows]) => [date, windowsOf(windows)])),
    remove: remove ?? [],
  };
}

const windowsOf = (windows: readonly string[] | 'closed'): DayWindow[] =>
  windows === 'closed' ? [] : windows.map((window) => must(parseWindow(window), window)).sort((a, b) => a[0] - b[0]);

/** Problems of sense: a calendar that is never open, overlapping windows, a country without holidays (if `holidays` is given). */
export function checkCalendars(root: Tree, problems: Problems, holidays: HolidaySource | undefined): void {
  const zone = textOf(valueAt(root, ['timezone']));
  const calendars = [...entriesOf(valueAt(root, ['calendars']))];
  for (const [id, entry] of calendars.slice(0, LIMITS.calendars.max)) {
    const path = ['calendars', id];
    if (id === ALWAYS)
      problems.add(entry.keySpot, pathOf(path), 'The calendar "always" (24 hours, every day) is built in; give this one another name.');
    const read = CalendarRead.safeParse(plainOf(entry.value, CalendarRead));
    if (!read.success) continue;
    const spec = specOf(id, read.data, zone !== undefined && isZone(zone) ? zone : 'UTC');
    for (const problem of problemsOf(spec, holidays)) {
      const [spot, where, message] = sentence(problem, entry, path);
      problems.add(spot, pathOf(where), message);
    }
  }
}

function sentence(problem: CalendarProblem, entry: Entry, path: Path): [Spot, Path, string] {
  const at = (...steps: string[]): [Spot, Path] => [valueAt(entry.value, steps)?.spot ?? entry.keySpot, [...path, ...steps]];
  const name = quote(entry.written);
  switch (problem.code) {
    case 'never_open':
      return [
        entry.keySpot,
        path,
        `The calendar ${name} is never open from some day on; give it "hours" on at least one weekday, such as mon-fri: ["09:00-17:00"].`,
      ];
    case 'overlapping_windows': {
      const steps = 'weekday' in problem.of ? ['hours', problem.of.weekday] : ['holidays', 'add', problem.of.date];
      const [, where] = at(...steps);
      const windows = itemsOf(valueAt(entry.value, steps));
      const later = windows.findLast((item) => String(parseWindow(textOf(item) ?? '')) === String(problem.windows[1]));
      const [first, second] = problem.windows.map(clock);
      return [
        later?.spot ?? at(...steps)[0],
        where,
        `The opening hours ${first} and ${second} overlap; windows of one day must not share time.`,
      ];
    }
    case 'unknown_country':
      return [
        ...at('holidays', 'country'),
        `${quote(problem.country)} is no country whose public holidays are known; use a code of two letters such as RO, or list dates under "add".`,
      ];
    case 'unknown_region':
      return [
        ...at('holidays', 'region'),
        `${quote(problem.region)} is no known region of ${problem.country}; leave it out, or list dates under "add".`,
      ];
    case 'unknown_zone':
      return [...at('timezone'), `${quote(problem.timezone)} is no time zone; use a name such as Europe/Bucharest or UTC.`];
    case 'no_such_date':
      return [...at('holidays', problem.under), `${quote(problem.date)} is no date that exists; write dates as 2026-12-31.`];
    case 'bad_window':
      return [...at('hours'), 'Opening hours must end after they begin, at 24:00 at the latest; across midnight write two.'];
  }
}

function clock([open, close]: DayWindow): string {
  const text = (seconds: number) =>
    `${String(Math.floor(seconds / 3_600)).padStart(2, '0')}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}`;
  return `${text(open)}-${text(close)}`;
}
