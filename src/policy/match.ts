import type { Category, Plan, Policy, Priority, Product } from './types.ts';

/** What people type differently and mean alike; Romanian cedillas for commas, Russian е for ё. */
const ALIKE: Readonly<Record<string, string>> = { ş: 'ș', ţ: 'ț', ё: 'е' };

/**
 * A word as it is compared: without case, with runs of spaces, dashes (- – — −) and underscores as one space. Composed and decomposed
 * letters are the same, emoji with and without their variation selector too.
 */
export function fold(text: string): string {
  const lower = text.normalize('NFKC').toLowerCase().normalize('NFC');
  return lower
    .replace(/[şţё]/g, (letter) => ALIKE[letter]!)
    .replace(/[\u200b-\u200d\u2060]|\p{Variation_Selector}/gu, '')
    .replace(/[\s\p{Pd}\u2212_]+/gu, ' ')
    .trim();
}

type Named = { readonly id: string; readonly name: string; readonly label?: string; readonly aliases: readonly string[] };

/** Each list of a policy is folded once; policies do not change. */
const folded = new WeakMap<readonly Named[], ReadonlyMap<string, Named>>();

function spellings(items: readonly Named[]): ReadonlyMap<string, Named> {
  const known = folded.get(items);
  if (known) return known;
  const map = new Map<string, Named>();
  const put = (text: string, item: Named) => {
    if (!map.has(fold(text))) map.set(fold(text), item);
  };
  for (const item of items) put(item.id, item);
  for (const item of items) for (const text of [item.name, item.label ?? item.id, ...item.aliases]) put(text, item);
  folded.set(items, map);
  return map;
}

/** Longer answers name nothing: the longest name, label or alias has 200 characters. */
const ANSWER_CHARS_MAX = 1_000;

/**
 * What an answer of a form (or the text after a command) means: by id, name, label or alias, whole; else by its first word if that is an
 * id (`P1: the shop is down`). Undefined: no match.
 */
function match<T extends Named>(items: readonly T[], answer: string): T | undefined {
  const text = answer.slice(0, ANSWER_CHARS_MAX).trim();
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) return undefined;
  const whole = spellings(items).get(fold(text));
  if (whole) return whole as T;
  const first = /^[^\p{L}\p{N}]*([\p{L}\p{N}][\p{L}\p{N}_-]*)/u.exec(text)?.[1]?.replace(/[-_]+$/, '');
  return first === undefined ? undefined : items.find((item) => fold(item.id) === fold(first));
}

export const matchPriority = (policy: Policy, answer: string): Priority | undefined => match(policy.priorities, answer);
export const matchProduct = (policy: Policy, answer: string): Product | undefined => match(policy.products, answer);
export const matchCategory = (policy: Policy, answer: string): Category | undefined => match(policy.categories, answer);
export const matchPlan = (policy: Policy, answer: string): Plan | undefined => match(policy.plans, answer);
