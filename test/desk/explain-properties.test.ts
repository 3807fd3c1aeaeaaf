import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Calendar, Stretch } from '../../src/calendar/calendar.ts';
import { dateOf, mustDayOf } from '../../src/calendar/dates.ts';
import { type Instant, instant, iso } from '../../src/calendar/time.ts';
import { instantToWall, wallToInstant } from '../../src/calendar/zone.ts';
import { type Clock, clocks } from '../../src/desk/clock.ts';
import { explain } from '../../src/desk/explain.ts';
import { fold } from '../../src/desk/fold.ts';
import { LANGUAGES } from '../../src/policy/types.ts';
import { wordsOf } from '../../src/words/index.ts';
import type { Leg, Pausing, Reason, Stage } from '../../src/words/reason.ts';
import { OUTLINE_CHARS_MAX, outlineText, WHY_CHARS_MAX, whyText } from '../../src/words/why.ts';
import { type Name, policiesFrom, Story } from '../support/ledger.ts';

/** Lunch breaks, a Saturday, closed dates, another zone; sums of hours, days, and both in either order. */
const POLICY = `
extends: standard
timezone: Europe/Bucharest
calendars:
  office: { timezone: Europe/Bucharest, hours: { mon-thu: ["09:00-13:00", "14:00-18:00"], fri: ["08:00-12:00"] }, holidays: { add: { 2026-03-30: closed, 2026-04-02: ["10:00-11:00"], 2026-10-26: closed } } }
  york: { timezone: America/New_York, hours: { mon-fri: ["09:00-24:00"], sat: ["00:00-06:00"] } }
priorities:
  - { id: P1, calendar: always, targets: { first_response: 1h, next_response: 2h, update: 90m, workaround: 4h, resolution: 2d } }
  - { id: P2, calendar: office, targets: { first_response: 4h, next_response: 1d, update: 3h, workaround: 1d 4h, resolution: 1w } }
  - { id: P3, calendar: york, targets: { first_response: 4h 1d, next_response: 1d, workaround: 2d, resolution: 40h } }
  - { id: P4, calendar: office, targets: { first_response: 3d, resolution: 2w } }
default_priority: P3
grace: 2h
products: []
categories: []
plans:
  - { id: gold, claimable: true, calendar: york, targets: { first_response: 2h, workaround: 6h, resolution: 3d } }
escalation:
  - { clock: first_response, at: 75%, mention: ["@sara"] }
  - { clock: resolution, at: breach, mention: ["@mark"] }
`;
const policies = policiesFrom(POLICY);

const DEEDS: readonly (readonly [Name, string])[] = [
  ['mark', '/wait the log'],
  ['mark', '/hold vendor'],
  ['mark', '/resume'],
  ['mark', '/priority P1'],
  ['mark', '/priority P2'],
  ['mark', '/priority P3'],
  ['mark', '/priority P4'],
  ['mark', '/plan gold'],
  ['mark', 'Looking into it.\n\n/take'],
  ['mark', 'Any news?'],
  ['mark', '/fixed'],
  ['mark', '/workaround restart it'],
  ['mark', '/close'],
  ['rita', 'Here it is.'],
  ['rita', '/still-broken'],
  ['rita', '/confirm'],
];
const deed = fc.record({
  after: fc.oneof(fc.integer({ min: 0, max: 7_200 }), fc.integer({ min: 0, max: 300_000 })),
  does: fc.constantFrom(...DEEDS),
});
/** Around both changes of the clock in Europe, which New York makes on other days. */
const start = fc.oneof(fc.integer({ min: 1_774_500_000, max: 1_775_000_000 }), fc.integer({ min: 1_792_600_000, max: 1_793_600_000 }));
const tale = fc.record({
  start,
  priority: fc.constantFrom('P1', 'P2', 'P3', 'P4'),
  deeds: fc.array(deed, { maxLength: 14 }),
  later: fc.integer({ min: 0, max: 2_000_000 }),
});

/** The open time that stages list: inside windows of the calendar, in order, with totals that add up. */
function counted(stages: readonly Stage[], calendar: Calendar): { readonly total: number; readonly end: Instant | undefined } {
  let total = 0;
  let end: Instant | undefined;
  const add = (windows: readonly Stretch[], seconds: number, said: number) => {
    for (const { from, to } of windows) {
      expect(from).toBeGreaterThanOrEqual(end ?? from);
      expect(calendar.openBetween(from, to)).toBe(to - from);
      end = to;
    }
    total += seconds;
    expect(said).toBe(total);
  };
  for (const stage of stages) {
    if (stage.is === 'paused') {
      if (end !== undefined) expect(stage.pausing.from).toBeGreaterThanOrEqual(end);
      end = stage.pausing.to ?? end;
    }
    if (stage.is === 'closed') expect(calendar.windowsOn(stage.date)).toEqual([]);
    if (stage.is !== 'counted') continue;
    expect(stage.seconds).toBe(stage.windows.reduce((sum, one) => sum + one.to - one.from, 0));
    add(stage.windows, stage.seconds, stage.total);
  }
  return { total, end };
}

function ledBy(leg: Leg, calendar: Calendar): Instant {
  if (leg.is === 'hours') {
    const { total, end } = counted(leg.stages, calendar);
    expect(total).toBe(leg.seconds);
    return end!;
  }
  const opening = calendar.nextOpen(leg.from);
  const first = mustDayOf(calendar.localDate(opening));
  const all = [...leg.dates, ...leg.skipped.map((one) => one.date)].sort();
  expect(all).toEqual(all.map((_, i) => dateOf(first + 1 + i)));
  for (const date of leg.dates) expect(calendar.windowsOn(date).length).toBeGreaterThan(0);
  expect(leg.dates.length).toBe(leg.count);
  const { timezone } = calendar.spec;
  const date = leg.dates.at(-1)!;
  const same = wallToInstant(timezone, date, instantToWall(timezone, opening).seconds);
  const windows = calendar.windowsOn(date);
  if (leg.how === 'same') return same;
  if (leg.how === 'opening') return windows.find((one) => one.from >= same)!.from;
  return windows.at(-1)!.to;
}

const pushed = (due: Instant, pausings: readonly Pausing[], calendar: Calendar): Instant =>
  pausings.reduce((at, { from, to, seconds }) => {
    if (to === undefined) return at;
    expect(seconds).toBe(calendar.openBetween(from, to));
    return calendar.addOpen(at, seconds!);
  }, due);

/** The due instant, worked out from nothing but what the explanation says; for a clock in pause where it stood. */
function workedOut(reason: Reason, { course }: Clock): Instant | number {
  const calendar = course!.calendar;
  const { basis, pausings, left, moves } = reason;
  switch (basis.is) {
    case 'hours': {
      const { total, end } = counted(basis.stages, calendar);
      expect(total + (left ?? 0)).toBe(basis.seconds);
      expect(basis.stages.flatMap((one) => (one.is === 'paused' ? [one.pausing] : []))).toEqual(pausings);
      return end!;
    }
    case 'days': {
      const led = basis.legs.map((leg) => ledBy(leg, calendar)).at(-1)!;
      expect(led).toBe(basis.unpaused);
      return pushed(led, pausings, calendar);
    }
    case 'grace': {
      const { old, granted } = moves.at(-1)!.graced!;
      expect(Math.min(old ?? Number.POSITIVE_INFINITY, granted)).toBe(basis.unpaused);
      return pushed(basis.unpaused, pausings, calendar);
    }
  }
}

test('whoever does the sum comes to the due instant of the clock, and every text fits', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(tale, fc.constantFrom(...LANGUAGES), ({ start, priority, deeds, later }, language) => {
      const told = new Story(iso(instant(start))).form(priority);
      let now = start;
      for (const { after, does } of deeds) {
        now += after;
        told.says(iso(instant(now)), ...does);
      }
      const readAt = instant(now + later);
      const ticket = fold(told.ledger(iso(readAt)), policies)!;
      const all = clocks(ticket, policies, readAt);
      const reasons = explain(ticket, all, policies, new Set());
      for (const reason of reasons) {
        const clock = all.find((one) => one.name === reason.view.name && one.cycle === reason.cycle)!;
        expect(reason.due).toBe(clock.dueAt);
        seen.add(`${reason.basis.is} ${reason.left === undefined ? 'due' : 'paused'}${reason.pausings.length > 0 ? ' after pauses' : ''}`);
        if (reason.left === undefined) expect(workedOut(reason, clock)).toBe(clock.dueAt);
        else {
          const last = reason.pausings.at(-1)!;
          if (clock.state.is === 'paused') expect(reason.left).toBe(clock.state.left);
          const stood = workedOut(reason, clock);
          if (reason.basis.is !== 'hours') expect(clock.course!.calendar.openBetween(last.from, stood as Instant)).toBe(reason.left);
        }
      }
      expect(whyText(reasons, wordsOf(language), 'Europe/Bucharest').length).toBeLessThanOrEqual(WHY_CHARS_MAX);
      expect(outlineText(reasons, wordsOf(language), 'Europe/Bucharest').length).toBeLessThanOrEqual(OUTLINE_CHARS_MAX + 200);
    }),
    { numRuns: 400, seed: 20_260_105 },
  );
  expect([...seen].sort()).toEqual([
    'days due',
    'days due after pauses',
    'days paused after pauses',
    'grace due',
    'grace due after pauses',
    'grace paused after pauses',
    'hours due',
    'hours due after pauses',
    'hours paused after pauses',
  ]);
});
