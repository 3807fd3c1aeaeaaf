import { parseArgs } from 'node:util';
import { FEATURES } from '../test/sim/features.ts';
import { failureOf, type Outcome, simulate } from '../test/sim/run.ts';

/** Months of a desk that are drawn from a seed and held against a second model: `npm run sim -- --seed 7 --days 30 --seeds 20 --verbose`. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '30' },
    seeds: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});

const count = (name: 'seed' | 'days' | 'seeds'): number => {
  const n = Number(values[name]);
  if (Number.isInteger(n) && n > 0) return n;
  console.error(`--${name} is a whole number above 0`);
  process.exit(2);
};

const [first, days, seeds] = [count('seed'), count('days'), count('seeds')];
const outcomes: Outcome[] = [];
const failed: number[] = [];
const began = performance.now();
for (let seed = first; seed < first + seeds; seed++) {
  const from = performance.now();
  const outcome = await simulate(seed, days);
  outcomes.push(outcome);
  const { script, judged, kills, features } = outcome;
  if (values.verbose) {
    const ms = Math.round(performance.now() - from);
    console.log(
      `seed ${seed}: ${script.acts.length} acts, ${kills} kills, ${judged.predicted} steps predicted, ${judged.posted} posted, ${judged.breaches} breaches, ${ms} ms [${features}]`,
    );
  }
  if (judged.problems.length === 0) continue;
  failed.push(seed);
  console.error(failureOf(outcome, days));
}

const sum = (of: (one: Outcome) => number): number => outcomes.reduce((all, one) => all + of(one), 0);
const late = outcomes.flatMap((one) => one.judged.late).sort((a, b) => a - b);
const rank = (share: number): number => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0;
const having = (of: (one: Outcome) => boolean): number => outcomes.filter(of).length;
const lines = [
  ['seeds', seeds],
  ['tickets', sum((one) => one.predicted.length)],
  ['acts', sum((one) => one.script.acts.length)],
  ['steps predicted', sum((one) => one.judged.predicted)],
  ['steps posted', sum((one) => one.judged.posted)],
  ['breaches', sum((one) => one.judged.breaches)],
  ...FEATURES.map((feature) => [`seeds with a ${feature}`, having((one) => one.features.includes(feature))] as const),
  ['seeds with all four', having((one) => one.features.length === FEATURES.length)],
  ['lateness p50', `${rank(0.5)} s`],
  ['lateness p99', `${rank(0.99)} s`],
  ['wall clock', `${((performance.now() - began) / 1000).toFixed(1)} s`],
] as const;
for (const [name, value] of lines) console.log(`${name.padEnd(40)}${value}`);
if (failed.length > 0) {
  console.error(`failed: ${failed.map((seed) => `--seed ${seed}`).join(', ')}`);
  process.exit(1);
}
