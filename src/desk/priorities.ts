import type { Calendar } from '../calendar/calendar.ts';
import type { Instant } from '../calendar/time.ts';
import { matchCategory, matchPlan, matchPriority, matchProduct } from '../policy/match.ts';
import type { Policy, Priority } from '../policy/types.ts';
import { same } from './intake.ts';
import type { Ledger, Policies, Record } from './ledger.ts';
import type { PlanChange, PriorityChange, PrioritySource, Sorted } from './ticket.ts';

/**
 * What was promised to whom: priority, product, category and plan. Who wins: a responder's last word > the form's answer > a label that the form set >
 * the category's priority > the default. For a plan: the word > the plan that names the reporter > the form's answer.
 */
export class Priorities {
  readonly changes: PriorityChange[] = [];
  readonly plans: PlanChange[] = [];
  readonly products: Sorted[] = [];
  readonly categories: Sorted[] = [];
  product: string | undefined;
  category: string | undefined;
  #policy: Policy;
  #word: string | undefined;
  /** The label that said so: taken away, it is unsaid. An alias that was there before says nothing. */
  #wordLabel: string | undefined;
  #claim: Record['claims'][number];
  #formLabel: string | undefined;
  #productWord: string | undefined;
  #categoryWord: string | undefined;
  #planWord: string | undefined;
  readonly #planOfReporter: string | undefined;

  constructor(policy: Policy, ledger: Ledger, claims: Record['claims'], planOfReporter: string | undefined) {
    this.#policy = policy;
    this.#planOfReporter = planOfReporter;
    this.#claim = claims[0]!;
    const dated = new Set(ledger.facts.flatMap((fact) => (fact.kind === 'labelled' ? [fact.label.toLowerCase()] : [])));
    // A form's labels may come with the issue and leave no event.
    const undated = ledger.labels.find((label) => !dated.has(label.toLowerCase()) && this.#byLabel(label));
    if (undated) this.#formLabel = this.#byLabel(undated)?.id;
  }

  get current(): string {
    return this.changes.at(-1)!.id;
  }

  begin(at: Instant): void {
    this.#settle(at);
  }

  claim(at: Instant, claim: Record['claims'][number]): void {
    this.#claim = claim;
    this.#settle(at);
  }

  formLabel(at: Instant, label: string): void {
    const found = this.#byLabel(label);
    if (found) this.#formLabel = found.id;
    this.#settle(at);
  }

  /** A responder's word: `/priority`, `/product` … The text was judged to match. */
  say(at: Instant, what: 'priority' | 'product' | 'category' | 'plan', text: string): void {
    const policy = this.#policy;
    if (what === 'priority') [this.#word, this.#wordLabel] = [matchPriority(policy, text)?.id ?? this.#word, undefined];
    if (what === 'product') this.#productWord = matchProduct(policy, text)?.id ?? this.#productWord;
    if (what === 'category') this.#categoryWord = matchCategory(policy, text)?.id ?? this.#categoryWord;
    if (what === 'plan') this.#planWord = matchPlan(policy, text)?.id ?? this.#planWord;
    this.#settle(at);
  }

  /** A label that a responder set by hand; whether it is one of ours here. */
  labelled(at: Instant, label: string): boolean {
    const priority = this.#byLabel(label);
    const product = this.#policy.products.find((one) => same(one.label, label));
    const category = this.#policy.categories.find((one) => same(one.label, label));
    if (priority) [this.#word, this.#wordLabel] = [priority.id, label];
    if (product) this.#productWord = product.id;
    if (category) this.#categoryWord = category.id;
    this.#settle(at);
    return Boolean(priority ?? product ?? category);
  }

  /** A responder took a label away: what it stood for falls back. */
  unlabelled(at: Instant, label: string): void {
    const canonical = this.#policy.priorities.find((one) => same(one.label, label))?.id;
    if (this.#word && (canonical === this.#word || (this.#wordLabel && same(label, this.#wordLabel)))) this.#word = undefined;
    const product = this.#policy.products.find((one) => same(one.label, label));
    const category = this.#policy.categories.find((one) => same(one.label, label));
    if (product && product.id === this.#productWord) this.#productWord = undefined;
    if (category && category.id === this.#categoryWord) this.#categoryWord = undefined;
    this.#settle(at);
  }

  #settle(at: Instant): void {
    this.product = this.#productWord ?? this.#known(this.#policy.products, this.#claim[2]);
    this.category = this.#categoryWord ?? this.#known(this.#policy.categories, this.#claim[3]);
    const plan = this.#planWord ?? this.#planOfReporter ?? (this.#claim[5] || undefined);
    note(this.plans, at, plan);
    note(this.products, at, this.product);
    note(this.categories, at, this.category);
    const [id, source] = this.#winner();
    const last = this.changes.at(-1);
    if (last?.id !== id) this.changes.push({ at, id, source });
    // The same again, by somebody whose word is stronger: nothing is promised anew.
    else this.changes[this.changes.length - 1] = { ...last, source };
  }

  #winner(): [string, PrioritySource] {
    if (this.#word) return [this.#word, 'responder'];
    const claimed = this.#known(this.#policy.priorities, this.#claim[1]);
    if (claimed) return [claimed, 'form'];
    if (this.#formLabel) return [this.#formLabel, 'label'];
    const category = this.#policy.categories.find((one) => one.id === this.category)?.priority;
    return category ? [category, 'category'] : [this.#policy.defaultPriority, 'default'];
  }

  #known(list: readonly { readonly id: string }[], id: string): string | undefined {
    return list.some((one) => one.id === id) ? id : undefined;
  }

  #byLabel(label: string): Priority | undefined {
    return this.#policy.priorities.find((one) => same(one.label, label) || one.aliases.some((alias) => same(alias, label)));
  }
}

function note(changes: { at: Instant; id: string | undefined }[], at: Instant, id: string | undefined): void {
  if (changes.length === 0 || changes.at(-1)!.id !== id) changes.push({ at, id });
}

/** What a ticket of this priority is reckoned on: the calendar of the policy that its promise was made from; of today's, if that did not know the priority. */
export function calendarOfPriority(policies: Policies, pins: Record['pins'], priority: string): Calendar {
  const pinned = policies.at(pins.at(-1)![1]) ?? policies.now;
  for (const inForce of [pinned, policies.now]) {
    const found = inForce.policy.priorities.find((one) => one.id === priority);
    if (found) return inForce.calendar(found.calendar);
  }
  return policies.now.calendar(policies.now.policy.priorities.find((one) => one.id === policies.now.policy.defaultPriority)!.calendar);
}
