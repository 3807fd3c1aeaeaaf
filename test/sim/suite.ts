import { afterAll, expect, test } from 'vitest';
import { FEATURES } from './features.ts';
import { failureOf, simulate } from './run.ts';

const SEEDS = 200;
const SHARDS = 4;
const DAYS = 14;
/** Of the seeds, have everything that is hard. */
const HARD_SHARE = 0.3;

/** Every fourth seed, in a file of its own: workers share files, not tests. */
export function shard(first: number): void {
  const all: boolean[] = [];
  for (let seed = first; seed <= SEEDS; seed += SHARDS) {
    test(`seed ${seed}`, async () => {
      const outcome = await simulate(seed, DAYS);
      all.push(outcome.features.length === FEATURES.length);
      if (outcome.judged.problems.length > 0) expect.fail(failureOf(outcome, DAYS));
    });
  }
  test(`at least ${HARD_SHARE * 100} % of them have ${FEATURES.join(', ')}`, () => {
    expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(HARD_SHARE);
  });
  afterAll(() => {
    console.log(`simulation, shard ${first}: ${all.filter(Boolean).length} of ${all.length} seeds have ${FEATURES.join(', ')}`);
  });
}
