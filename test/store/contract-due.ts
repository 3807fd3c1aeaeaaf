import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Store, Wake } from '../../src/store/port.ts';

const T0 = instant(1_800_000_000);
const after = (seconds: number): Instant => instant(T0 + seconds);
const row = (number: number, installation: number, urgency: number, dueIn: number): Wake => ({
  subject: `issue:${installation}:${number}`,
  installation,
  urgency,
  dueAt: after(dueIn),
});

/** What every store promises about what is left undone. */
export function dueContract(get: () => Store): void {
  test('what is left undone is asked for by urgency, by instant, and but for some installations', async () => {
    expect(await get().hasDue(T0, 9)).toBe(false);
    await get().wake([row(1, 1, 3, 0), row(2, 2, 9, -500), row(3, 2, 5, -100), row(4, 3, 0, 50)]);
    for (const [by, urgency, except, left] of [
      [T0, 5, [], true],
      [after(-1), 5, [], false],
      [after(-100), 6, [], true],
      [after(-101), 6, [], false],
      [T0, 3, [], false],
      [T0, 4, [], true],
      [T0, 4, [1], false],
      [T0, 6, [1], true],
      [T0, 6, [1, 2], false],
      [after(49), 1, [], false],
      [after(50), 1, [], true],
      [after(50), 1, [1, 2, 3], false],
      [after(50), 0, [], false],
    ] as const)
      expect([by, urgency, except, await get().hasDue(by, urgency, except)]).toEqual([by, urgency, except, left]);
  });

  test('what is being worked on is left undone until it is settled, whatever is asked of it meanwhile', async () => {
    await get().wake([row(1, 1, 3, 0)]);
    const [alarm] = await get().claim(T0, after(60), 1, 1);
    expect(await get().hasDue(T0, 5)).toBe(true);
    await get().wake([row(1, 1, 3, 10)]);
    await get().settle(alarm!, { dueAt: after(900), urgency: 3, attempts: 0 });
    expect([await get().hasDue(T0, 5), await get().hasDue(after(9), 5), await get().hasDue(after(10), 5)]).toEqual([false, false, true]);
  });

  test('a lease that ended leaves its work undone', async () => {
    await get().wake([row(1, 1, 3, 0)]);
    await get().claim(T0, after(60), 1, 1);
    const [again] = await get().claim(after(60), after(120), 1, 1);
    expect(await get().hasDue(T0, 5)).toBe(true);
    await get().settle(again!, undefined);
    expect(await get().hasDue(after(1_000), 9)).toBe(false);
  });
}
