import { draw } from './draw.ts';
import { type Feature, featuresOf } from './features.ts';
import { type Judged, judge, stamp } from './judge.ts';
import { predict } from './model/index.ts';
import { play } from './play.ts';
import type { PredictedTicket, SimScript } from './script.ts';

export type Outcome = {
  readonly seed: number;
  readonly script: SimScript;
  readonly predicted: readonly PredictedTicket[];
  readonly judged: Judged;
  readonly features: readonly Feature[];
  readonly kills: number;
};

/** One seed from its drawing to its judgement. */
export async function simulate(seed: number, days: number): Promise<Outcome> {
  const played = await play(draw(seed, days));
  try {
    const predicted = predict(played.script);
    const features = featuresOf(played, predicted);
    const judged = await judge(played, predicted);
    return { seed, script: played.script, predicted, judged, features, kills: played.kills };
  } finally {
    await played.desk.close();
  }
}

/** What went wrong, how to see it again, and what people did on the tickets that it is about. */
export function failureOf({ seed, script, judged }: Outcome, days: number): string {
  const about = new Set(judged.problems.map((one) => Number(/^#(\d+)/.exec(one)?.[1])));
  const acts = script.acts
    .filter((act) => about.has(act.ticket))
    .map(({ at, ticket, by, ...act }) => `  ${stamp(at)} #${ticket} ${by.login} (${by.part}) ${JSON.stringify(act)}`);
  const policies = script.policies.map(({ from, policy }) => `  ${stamp(from)} ${JSON.stringify(policy)}`);
  return [
    `seed ${seed}: the desk and the second model disagree (npm run sim -- --seed ${seed} --days ${days})`,
    ...judged.problems.map((one) => `  ${one}`),
    'policies:',
    ...policies,
    'acts:',
    ...acts,
  ].join('\n');
}
