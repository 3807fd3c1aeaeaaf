import { CLOCKS, type ClockName, type Language, type Policy } from './types.ts';

/** What a valid file promises, as data; `words/` makes the sentence of the green check run. */
export type PolicySummary = {
  /** `standard@1` */
  readonly preset: string;
  readonly language: Language;
  readonly mode: Policy['mode'];
  /** Most urgent first. */
  readonly priorities: readonly { readonly id: string; readonly name: string }[];
  readonly defaultPriority: string;
  /** Of priorities. */
  readonly targets: number;
  /** The clocks that they name, in the order of `CLOCKS`. */
  readonly clocks: readonly ClockName[];
  /** Names of the calendars that priorities run on, in the order of the priorities. */
  readonly calendars: readonly string[];
  readonly steps: number;
  readonly products: number;
  readonly categories: number;
};

/** Counts and facts of a policy. */
export function summaryOf(policy: Policy): PolicySummary {
  const promised = policy.priorities.flatMap(({ targets }) => CLOCKS.filter((clock) => targets[clock]));
  return {
    preset: policy.extends,
    language: policy.language,
    mode: policy.mode,
    priorities: policy.priorities.map(({ id, name }) => ({ id, name })),
    defaultPriority: policy.defaultPriority,
    targets: promised.length,
    clocks: CLOCKS.filter((clock) => promised.includes(clock)),
    calendars: [
      ...new Set(policy.priorities.filter(({ targets }) => CLOCKS.some((clock) => targets[clock])).map(({ calendar }) => calendar)),
    ],
    steps: policy.escalation.length,
    products: policy.products.length,
    categories: policy.categories.length,
  };
}
