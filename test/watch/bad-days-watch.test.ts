import { afterEach, expect, test } from 'vitest';
import { Pace } from '../../src/github/pace.ts';
import { answers, BadDay } from './bad-days.ts';

const HOUR = 3_600;
let day!: BadDay;
afterEach(() => day?.close());
test('back by half an hour while an installation rests: it rests no longer', async () => {
  day = await BadDay.open();
  let left = 1;
  day.between = async (what, ask) => (what.includes('/issues/') && left-- > 0 ? answers.secondary() : ask());
  const n = day.opens();
  await day.settle();
  day.skewS = -1_800;
  day.act.comment('acme/desk', n, 'Hello?', 'rita');
  await day.forward(300);
  expect(day.labelsOf(n)).toContain('P1: critical');
});
test('one 403 without a reason costs a page minutes, not a day', async () => {
  day = await BadDay.open();
  const n = day.opens();
  await day.settle();
  await day.forward(HOUR - 30);
  let left = 1;
  day.between = async (what, ask) =>
    /^GET .*\/issues\/1$/.test(what) && left-- > 0 ? answers.refused(403, 'Resource not accessible by integration') : ask();
  await day.forward(HOUR);
  expect(day.pages(n)).toHaveLength(1);
});
test('a ticket whose labels wait for the budget of an hour is paged on time', async () => {
  day = await BadDay.open({ pace: (store) => new Pace({ gapMs: 0, perHour: 50 }, store) });
  const numbers = Array.from({ length: 12 }, () => day.opens());
  await day.forward(2 * HOUR);
  for (const n of numbers) expect(day.pages(n)[0]!.at - day.issue(n).createdAt - HOUR).toBeLessThanOrEqual(5);
});
