import type { Instant } from '../calendar/time.ts';
import { fieldAnswer, readAnswers } from '../policy/forms.ts';
import { matchCategory, matchPlan, matchPriority, matchProduct } from '../policy/match.ts';
import type { Policy } from '../policy/types.ts';
import type { Ledger, Record } from './ledger.ts';
import { markText } from './mark.ts';
import type { Claim, Pause } from './ticket.ts';

/** What the form says of itself, matched to the policy. */
export type Intake = {
  readonly form?: string;
  readonly priority: { readonly claim: Claim; readonly id?: string };
  readonly product: { readonly claim: Claim; readonly id?: string };
  readonly category: { readonly claim: Claim; readonly id?: string };
  /** `id` only where the policy lets a form claim that plan. */
  readonly plan: { readonly claim: Claim; readonly id?: string };
  /** Required fields without an answer, as the form calls them. */
  readonly lacking: readonly string[];
  /** Changes when the issue does, and not when only the policy or a form does: a claim is read anew only then. */
  readonly mark: string;
};

type Matcher = (policy: Policy, answer: string) => { readonly id: string } | undefined;

export function readIntake(ledger: Pick<Ledger, 'body' | 'forms'>, policy: Policy): Intake {
  const { form, answers } = readAnswers(ledger.body, ledger.forms);
  const read = (role: 'priority' | 'product' | 'category' | 'plan', match: Matcher): { claim: Claim; id?: string } => {
    const name = policy.intake.fields[role] ?? role;
    const answer = fieldAnswer(answers, name);
    if (!answer) return { claim: 'none' };
    if (answer.blank) return { claim: 'blank' };
    const found = match(policy, answer.text);
    return found ? { claim: 'known', id: found.id } : { claim: 'unknown' };
  };
  const priority = read('priority', matchPriority);
  const product = read('product', matchProduct);
  const category = read('category', matchCategory);
  const plan = read('plan', (_, answer) => {
    const found = matchPlan(policy, answer);
    return found?.claimable ? found : undefined;
  });
  const lacking = policy.intake.required.flatMap((name) => {
    const answer = fieldAnswer(answers, name);
    // A form that does not have the field cannot be asked for it.
    const field = form?.fields.find((one) => one.id === name || same(one.label, name));
    if ((answer && !answer.blank) || (form && !answer && !field)) return [];
    return [field?.label ?? answer?.label ?? name];
  });
  return { ...(form ? { form: form.file } : {}), priority, product, category, plan, lacking, mark: markText(ledger.body) };
}

/** Since when the issue is a ticket, or that an intake label was taken away; undefined when it never met `intake`. */
export function begins(
  ledger: Ledger,
  policy: Policy,
  intake: Intake,
): { readonly since: Instant; readonly withdrawn?: Instant; readonly gaps: readonly Pause[] } | undefined {
  if (ledger.isPull) return undefined;
  const standing = ledger.standings.get(ledger.reporter.id);
  if (standing === 'bot' || standing === 'app') return undefined;
  const known = ledger.record?.since;
  const { labels, forms } = policy.intake;
  if (!labels && !forms) return { since: known ?? ledger.createdAt, gaps: [] };
  if (forms && intake.form && forms.includes(intake.form)) return { since: known ?? ledger.createdAt, gaps: [] };
  const gaps = known === undefined ? [] : gapsOf(ledger, labels ?? [], known);
  const has = labels?.some((label) => ledger.labels.some((one) => same(one, label)));
  if (has) return { since: known ?? labelledAt(ledger, labels ?? []), gaps: gaps.filter((gap) => gap.to !== undefined) };
  if (known === undefined) return undefined;
  const last = gaps.at(-1);
  return last && last.to === undefined ? { since: known, withdrawn: last.from, gaps: gaps.slice(0, -1) } : { since: known, gaps };
}

/** When it had none of the intake's labels since it became a ticket: time that no promise counts. */
function gapsOf(ledger: Ledger, labels: readonly string[], since: Instant): Pause[] {
  const there = new Set<string>();
  const gaps: Pause[] = [];
  for (const fact of ledger.facts) {
    if ((fact.kind !== 'labelled' && fact.kind !== 'unlabelled') || !labels.some((label) => same(label, fact.label))) continue;
    const last = gaps.at(-1);
    if (fact.kind === 'labelled') there.add(fact.label.toLowerCase());
    else there.delete(fact.label.toLowerCase());
    if (there.size > 0 && last && last.to === undefined) gaps[gaps.length - 1] = { ...last, to: fact.at, ended: fact.id };
    else if (there.size === 0 && fact.at >= since && (!last || last.to !== undefined))
      gaps.push({ from: fact.at, cause: 'outside', began: fact.id });
  }
  return gaps;
}

function labelledAt(ledger: Ledger, labels: readonly string[]): Instant {
  const first = ledger.facts.find((fact) => fact.kind === 'labelled' && labels.some((label) => same(fact.label, label)));
  return first ? first.at : ledger.createdAt;
}

/** A report of a category that ought not to be public. */
export const isSecurity = (ticket: { readonly category?: string | undefined }, { intake: { security } }: Policy): boolean =>
  security !== undefined && ticket.category !== undefined && security.categories.includes(ticket.category);

/** GitHub compares label names without case. */
export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** The claims so far, with today's if the form's answers changed. */
export function claimsOf(record: Record | undefined, since: Instant, now: Instant, intake: Intake): Record['claims'] {
  const plan = intake.plan.id === undefined ? ([] as const) : ([intake.plan.id] as const);
  const today = [intake.priority.id ?? '', intake.product.id ?? '', intake.category.id ?? '', intake.mark, ...plan] as const;
  const past = record?.claims ?? [];
  const last = past.at(-1);
  if (!last) return [[since, ...today]];
  if (last[4] === intake.mark) return past;
  // Other words, the same claims: nothing is claimed anew.
  const isSame = [1, 2, 3, 5].every((i) => (last[i] ?? '') === ([now, ...today][i] ?? ''));
  return isSame ? [...past.slice(0, -1), [last[0], ...today]] : [...past, [now, ...today]];
}

/** Whether required fields were blank at the first look, and which look saw an edit fill them in. A ticket of the backlog is asked for nothing. */
export function lacksOf(record: Record | undefined, since: Instant, now: Instant, intake: Intake, asks: boolean): Record['lacks'] {
  if (!record) return asks && intake.lacking.length > 0 ? [since] : undefined;
  const { lacks } = record;
  return lacks && lacks[1] === undefined && intake.lacking.length === 0 ? [lacks[0], now] : lacks;
}
