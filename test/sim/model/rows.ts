import { expect, test } from 'vitest';
import type { SimPolicy } from '../script.ts';
import { clocksOf, stateOf, tell } from './story.ts';

/** A story, and how its ticket stands at the end. */
export type Row = readonly [
  claim: string,
  policy: SimPolicy,
  until: string,
  story: readonly string[],
  state: string,
  clocks: readonly string[],
];

export function check(rows: readonly Row[]): void {
  for (const [claim, policy, until, story, state, clocks] of rows)
    test(claim, () => {
      const told = tell(policy, until, story);
      expect(stateOf(told)).toBe(state);
      expect(clocksOf(told)).toEqual(clocks);
    });
}
