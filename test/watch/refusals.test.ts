import { expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { Fault } from '../../src/watch/github-port.ts';
import { type Refusal, Refusals, type Task, triedAgainAt } from '../../src/watch/refusals.ts';

const page = (...steps: string[]): Task => ({
  kind: 'page',
  key: `step:${steps.join(' ')}`,
  steps,
  body: `at ${Math.random()}`,
  people: [],
});
const label: Task = { kind: 'removeLabel', name: 'on hold' };
const reply = (body: string): Task => ({ kind: 'reply', to: 7, body });
const NO = new Fault('refused', 'no');
const GONE = new Fault('gone', 'not there');

/** One look at which these are wanted and, if it is their time, refused. */
function look(before: readonly Refusal[], now: number, wanted: readonly Task[], fault = NO): readonly Refusal[] {
  const refusals = new Refusals(before, instant(now));
  const ready = wanted.filter((task) => !refusals.putsOff(task));
  for (const task of ready) refusals.refused(task, fault);
  return refusals.left();
}

/** The seconds between tries of what is refused each time, and whether the no was meant. */
function waits(task: () => Task, tries: number, fault = NO): [number, boolean][] {
  let left: readonly Refusal[] = [];
  let now = 0;
  return Array.from({ length: tries }, () => {
    left = look(left, now, [task()], fault);
    const wait = left[0]!.until - now;
    now += wait;
    return [wait, left[0]!.meant === true] as [number, boolean];
  });
}

test('a page waits longer and longer, a day at most, whatever its words; the third no is meant', () => {
  const said = [300, 1_200, 4_800, 19_200, 76_800, 86_400, 86_400].map((wait, i) => [wait, i > 1]);
  expect(waits(() => page('a'), 7)).toEqual(said);
});

test('anything else waits five minutes, then for the daily look; what is not there, and is no comment, is asked for sooner', () => {
  const believed = [64_800, true];
  expect(waits(() => label, 3)).toEqual([[300, false], believed, believed]);
  expect(waits(() => label, 4, GONE)).toEqual([[5, false], [60, false], [900, false], believed]);
});

test('a comment that is not there is not asked for sooner than its replicas may show it', () => {
  expect(waits(() => page('a'), 4, GONE).map(([wait]) => wait)).toEqual([300, 300, 900, 19_200]);
  expect(waits(() => reply('x'), 4, GONE).map(([wait]) => wait)).toEqual([300, 300, 900, 64_800]);
});

test('names that a page owes are tried again before their debt would be forgotten', () => {
  const owed = { key: 'step:a', steps: ['a'], people: [] };
  expect(waits(() => ({ kind: 'names', owed }), 6).map(([wait]) => wait)).toEqual([300, 1_200, 4_800, 19_200, 43_200, 43_200]);
});

test('a page with a step more is tried at once and goes on counting; another notice counts for itself', () => {
  const before = look([], 0, [page('a'), page('notice')]);
  const after = look(before, 10, [page('a', 'b'), page('notice')]);
  expect(after.map(({ tries, until }) => [tries, until]).toSorted()).toEqual([
    [1, 300],
    [2, 1_210],
  ]);
  expect(look(before, 10, [page('a'), page('notice'), page('other')]).map((one) => one.tries)).toEqual([1, 1, 1]);
});

test('what was done, or is not wanted any more, is forgotten', () => {
  const before = look([], 0, [page('a'), label]);
  const refusals = new Refusals(before, instant(400));
  expect(refusals.putsOff(page('a'))).toBe(false);
  expect(refusals.left()).toHaveLength(1);
  refusals.done(page('a'));
  expect(refusals.left()).toEqual([]);
});

test('the record waits for what is wanted once until that is given up', () => {
  const first = look([], 0, [reply('soon'), label]);
  const refusals = new Refusals(first, instant(300));
  expect([refusals.putsOff(reply('later')), refusals.holdsRecord(reply('later')), refusals.givesUp(reply('later'))]).toEqual([
    false,
    true,
    false,
  ]);
  refusals.refused(reply('later'), NO);
  expect([refusals.holdsRecord(reply('later')), refusals.givesUp(reply('later'))]).toEqual([false, true]);
  expect(refusals.holdsRecord(label)).toBe(false);
});

test('a look is set for calls and for what is refused for the first time; the daily one takes the rest', () => {
  const once = look([], 0, [page('a'), label, reply('x')]);
  expect(triedAgainAt(once, instant(0))).toEqual({ calls: 300, rest: 300 });
  const again = look(once, 400, [page('a'), label]);
  expect(triedAgainAt(again, instant(400))).toEqual({ calls: 1_600, daily: true });
  // A ticket that has no other look keeps this one, for as long as the write is wanted; what is wanted once was given up.
  expect(triedAgainAt(look(again, 500, [label]), instant(500))).toEqual({ daily: true });
  expect(triedAgainAt(look(look([], 0, [reply('x')]), 300, [reply('x')]), instant(300))).toEqual({});
  expect(triedAgainAt(once, instant(300))).toEqual({});
});
