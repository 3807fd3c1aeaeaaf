import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import { judge } from './judge.ts';
import { FIRST_S, type Posted, RESOLUTION_S, type Shown, type Story } from './world.ts';

const T0 = instant(1_800_000_000);
const LATER = instant(T0 + 10_000);
let shown: Shown;
/** Of tickets that are not like the others. */
const apart = new Map<number, Shown>();
vi.mock('./world.ts', async (original) => ({
  ...(await original<object>()),
  shownOf: (_: Twin, { number }: Story) => apart.get(number) ?? shown,
}));

const after = (seconds: number): Instant => instant(T0 + seconds);
const step = (clock: string, moment: string, seconds: number): Posted => ({ clock, moment, at: after(seconds) });
const ALL = [
  step('first_response', '50%', FIRST_S / 2 + 3),
  step('first_response', 'breach', FIRST_S + 5),
  step('resolution', 'breach', RESOLUTION_S + 9),
];
const told = (story: Partial<Story> = {}) => judge({} as Twin, [{ repo: 'o/r', number: 1, openedAt: T0, ...story }], LATER);
beforeEach(() => {
  shown = { steps: ALL, statuses: 1, markers: 1 };
  apart.clear();
});

test('a ticket that nobody answered and whose steps all stand there once is as it should be', () => {
  expect(told()).toEqual({ problems: [], steps: 3, lateness: [3, 5, 9], missed: 0 });
});

for (const [claim, change, story, problem] of [
  ['a step that stands there twice', { steps: [...ALL, ALL[1]!] }, {}, 'first_response breach 2 times'],
  ['a step that is missing', { steps: ALL.slice(0, 2) }, {}, 'lacks resolution breach'],
  ['a step that came too early', { steps: [step('first_response', '50%', 10), ...ALL.slice(1)] }, {}, 'too early'],
  ['a step of a promise that was kept', {}, { answeredAt: after(5) }, 'met before it was due'],
  ['a step that nobody asked for', { steps: [...ALL, step('update', 'breach', 9)] }, {}, 'update breach, which nobody asked for'],
  ['a second status comment', { statuses: 2 }, {}, '2 status comments'],
  ['a ticket without a marker', { markers: 0 }, {}, '0 markers'],
] as const)
  test(`${claim} is seen`, () => {
    shown = { ...shown, ...change };
    expect(told(story).problems.join('\n')).toContain(problem);
  });

for (const [claim, shortlyS, problems] of [
  ['as long as readings trail', 2, 0],
  ['longer than readings trail', 3, 1],
] as const)
  test(`what was answered ${claim} before a step fell due ${problems ? 'was' : 'may have been'} called for ${problems ? 'wrongly' : 'rightly'}`, () => {
    shown = { ...shown, steps: ALL.slice(0, 2) };
    expect(told({ answeredAt: after(FIRST_S - shortlyS), closedAt: after(FIRST_S + 60) }).problems).toHaveLength(problems);
  });

test('on a machine that is slow, what was answered long after a step fell due may be missing; what nobody answered may not', () => {
  shown = { ...shown, steps: [step('first_response', '50%', FIRST_S / 2 + 3), step('resolution', 'breach', RESOLUTION_S + 200)] };
  const answeredAt = after(FIRST_S + 390);
  expect(told({ answeredAt }).problems).toEqual([]);
  expect(told().problems.join('\n')).toContain('lacks first_response breach');
  shown = { ...shown, steps: ALL.slice(0, 1) };
  expect(told({ answeredAt }).problems.join('\n')).toContain('lacks first_response breach');
});

test('what was answered shortly after a step fell due may or may not have been called for', () => {
  shown = { ...shown, steps: ALL.slice(0, 1) };
  expect(told({ answeredAt: after(FIRST_S + 60), closedAt: after(FIRST_S + 60) }).problems).toEqual([]);
});

test('what was called for long after it was answered is seen: a look ends with its lease', () => {
  const answeredAt = after(FIRST_S + 20);
  for (const [lateS, problems] of [
    [140, 0],
    [141, 1],
  ] as const) {
    shown = { ...shown, steps: [ALL[0]!, step('first_response', 'breach', FIRST_S + lateS), ALL[2]!] };
    expect(told({ answeredAt }).problems).toHaveLength(problems);
  }
  expect(told({ answeredAt }).problems[0]).toContain('first_response breach long after it was met');
});

describe('of many tickets', () => {
  const tickets = 40;
  const all = (story: Partial<Story>, of: number) =>
    Array.from({ length: tickets }, (_, n) => ({ repo: 'o/r', number: n, openedAt: T0, ...(n < of ? story : {}) }));
  const answeredAt = after(FIRST_S + 60);

  for (const [claim, missing, problem] of [
    ['a few may lack a step that was not needed any more', 4, undefined],
    ['too many that lack one are seen, since the others came sooner', 5, /^5 steps are missing .*, of 0\.0 that were likely/],
  ] as const)
    test(claim, () => {
      for (let n = 0; n < missing; n++) apart.set(n, { ...shown, steps: [ALL[0]!, ALL[2]!] });
      const { problems, missed } = judge({} as Twin, all({ answeredAt }, missing), LATER);
      expect(missed).toBe(missing);
      expect(problems).toEqual(problem ? [expect.stringMatching(problem)] : []);
    });

  test('where others came as late, more may lack one', () => {
    for (let n = 0; n < tickets; n++) {
      const breach = n < 5 ? [] : [step('first_response', 'breach', FIRST_S + 100)];
      apart.set(n, { ...shown, steps: [ALL[0]!, ...breach, ALL[2]!] });
    }
    expect(judge({} as Twin, all({ answeredAt }, 5), LATER).problems).toEqual([]);
  });

  for (const [claim, lateS, of, problem] of [
    ['one that came a quarter of an hour late is seen', 901, 1, 'a step came 901 s late'],
    ['one that came a little earlier may have had bad luck', 900, 1, undefined],
    ['all that came two minutes late are seen', 121, tickets, 'half of the steps came 121 s late or more'],
  ] as const)
    test(claim, () => {
      const late = {
        ...shown,
        steps: ['50%', 'breach'].map((moment, i) => step('first_response', moment, (FIRST_S / 2) * (i + 1) + lateS)),
      };
      for (let n = 0; n < of; n++) apart.set(n, { ...late, steps: [...late.steps, step('resolution', 'breach', RESOLUTION_S + lateS)] });
      expect(judge({} as Twin, all({}, 0), LATER, 2).problems).toEqual([]);
      const { problems } = judge({} as Twin, all({}, 0), LATER);
      expect(problems).toEqual(problem ? [expect.stringContaining(problem)] : []);
    });
});
