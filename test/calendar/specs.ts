import fc from 'fast-check';
import type { CalendarSpec, DayWindow, Duration, DurationUnit, Instant, PlainDate } from '../../src/calendar/time.ts';
import { WEEKDAYS } from '../../src/calendar/time.ts';

/** One seed for every run, so that a red test stays red; `SEED=7 npx vitest run test/calendar` looks elsewhere. */
export const SEED = Number(process.env.SEED ?? 2026);

/** The share of the runs of a property to make: less than 1 where the tests run once for every mutant (`vitest.mutate.config.ts`). */
const RUNS_SHARE = Number(process.env.RUNS_SHARE ?? 1);

export const runs = (count: number): number => Math.ceil(count * RUNS_SHARE);

export const hms = (text: string): number => {
  const [h, m, s] = text.split(':').map(Number);
  return h! * 3_600 + m! * 60 + (s ?? 0);
};

/** `09:00-13:00 14:00-18:00` → windows. */
export const windows = (text: string): DayWindow[] => text.split(' ').map((window) => window.split('-').map(hms) as unknown as DayWindow);

type Hours = Extract<CalendarSpec, { kind: 'hours' }>;

/** Monday to Friday 09–18 in Bucharest, with changes. */
export const office = (changes: Partial<Hours> = {}): Hours => ({
  kind: 'hours',
  id: 'office',
  timezone: 'Europe/Bucharest',
  hours: daily('09:00-18:00', ['mon', 'tue', 'wed', 'thu', 'fri']),
  add: {},
  remove: [],
  ...changes,
});

export const daily = (text: string, days: readonly (typeof WEEKDAYS)[number][] = WEEKDAYS): Hours['hours'] =>
  Object.fromEntries(days.map((day) => [day, windows(text)]));

export const duration = (text: string): Duration =>
  text.split(' ').map((part) => ({ n: Number.parseInt(part, 10), unit: part.at(-1) as DurationUnit }));

/** Edges that hit gaps and folds, mixed with any minute of the day. */
const edgeMinute = fc.oneof(
  fc.constantFrom(0, 1, 15, 30, 59, 60, 90, 105, 119, 120, 121, 135, 150, 165, 180, 210, 240, 540, 1_080, 1_380, 1_410, 1_439, 1_440),
  fc.integer({ min: 0, max: 1_440 }),
);

const anyWindows: fc.Arbitrary<DayWindow[]> = fc.uniqueArray(edgeMinute, { minLength: 2, maxLength: 6 }).map((edges) => {
  const sorted = edges.sort((a, b) => a - b);
  const pairs = Array.from({ length: sorted.length >> 1 }, (_, i) => [sorted[2 * i]! * 60, sorted[2 * i + 1]! * 60] as const);
  return pairs;
});

const anyDay = fc.oneof(
  { arbitrary: anyWindows, weight: 5 },
  { arbitrary: fc.constant([[0, 86_400]] as DayWindow[]), weight: 1 },
  { arbitrary: fc.constant(windows('00:00-06:00')), weight: 1 },
);

/** A calendar with hours in that zone; each of the dates is listed as closed, as open or removed. Some are `always`. */
export function anySpec(timezone: string, dates: readonly PlainDate[]): fc.Arbitrary<CalendarSpec> {
  const hours = fc.dictionary(fc.constantFrom(...WEEKDAYS), anyDay, { minKeys: 1, maxKeys: 7 });
  const fates = fc.array(fc.oneof(fc.constant('removed' as const), fc.constant([] as DayWindow[]), anyDay), {
    minLength: dates.length,
    maxLength: dates.length,
  });
  const withHours = fc.tuple(hours, fates, fc.boolean()).map(([hours, fates, holidays]) => {
    const listed = dates.map((date, i) => [date, fates[i]!] as const);
    return office({
      timezone,
      hours,
      ...(holidays ? { country: 'XX' } : {}),
      add: Object.fromEntries(listed.filter(([, fate]) => fate !== 'removed')) as Hours['add'],
      remove: listed.filter(([, fate]) => fate === 'removed').map(([date]) => date),
    });
  });
  const always = fc.constant<CalendarSpec>({ kind: 'always', id: 'always', timezone });
  return fc.oneof({ arbitrary: withHours, weight: 12 }, { arbitrary: always, weight: 1 });
}

const anyPart = fc.oneof(
  fc.record({ n: fc.integer({ min: 1, max: 4_000 }), unit: fc.constant('s' as const) }),
  fc.record({ n: fc.integer({ min: 1, max: 600 }), unit: fc.constant('m' as const) }),
  fc.record({ n: fc.integer({ min: 1, max: 30 }), unit: fc.constant('h' as const) }),
  fc.record({ n: fc.integer({ min: 1, max: 6 }), unit: fc.constant('d' as const) }),
  fc.record({ n: fc.constant(1), unit: fc.constant('w' as const) }),
);

export const anyDuration: fc.Arbitrary<Duration> = fc.array(anyPart, { minLength: 1, maxLength: 3 });

export const anyInstant = (from: string, to: string): fc.Arbitrary<Instant> =>
  fc.integer({ min: Date.parse(from) / 1000, max: Date.parse(to) / 1000 }).map((t) => t as Instant);
