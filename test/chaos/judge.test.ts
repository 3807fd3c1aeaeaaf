import { beforeEach, expect, test, vi } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Twin } from '../../src/sandbox/twin.ts';
import { judge } from './judge.ts';
import { FIRST_S, type Posted, RESOLUTION_S, type Shown, type Story } from './world.ts';

const T0 = instant(1_800_000_000);
const LATER = instant(T0 + 10_000);
let shown: Shown;
vi.mock('./world.ts', async (original) => ({ ...(await original<object>()), shownOf: () => shown }));

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
});

test('a ticket that nobody answered and whose steps all stand there once is as it should be', () => {
  expect(told()).toEqual({ problems: [], steps: 3, lateness: [3, 5, 9] });
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

test('what was answered shortly after a step fell due may or may not have been called for', () => {
  shown = { ...shown, steps: ALL.slice(0, 1) };
  expect(told({ answeredAt: after(FIRST_S + 60), closedAt: after(FIRST_S + 60) }).problems).toEqual([]);
});
