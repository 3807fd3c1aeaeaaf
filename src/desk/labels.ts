import type { FlagName, Policy } from '../policy/types.ts';
import { wordsOf } from '../words/index.ts';
import { type Clock, currentClocks } from './clock.ts';
import { lasts } from './pausing.ts';
import { stagnationOf } from './steps.ts';
import type { Ticket } from './ticket.ts';

export type LabelWanted = { readonly name: string; readonly color: string; readonly description: string };

const MARKER_COLORS = { received: 'd73a4a', progress: 'e99695', confirming: 'fbca04', resolved: '0e8a16' } as const;
const NEUTRAL = 'c5def5';

/** The labels that the ticket ought to have; those of the policy that are not among them are taken off. */
export function labelsFor(ticket: Ticket, clocks: readonly Clock[], policy: Policy, steps: readonly string[]): LabelWanted[] {
  const words = wordsOf(policy.language);
  const describe = (what: Parameters<typeof words.labelOf>[0], name: string) => words.labelOf(what, name).slice(0, 100);
  const flag = (name: FlagName) => ({ name: policy.flags[name], color: NEUTRAL, description: describe('flag', policy.flags[name]) });
  const marker = policy.markers[ticket.marker.is];
  const labels: LabelWanted[] = [
    { name: marker.label, color: MARKER_COLORS[ticket.marker.is], description: describe('marker', words.markers[ticket.marker.is]) },
  ];
  const priority = policy.priorities.find((one) => one.id === ticket.priorities.at(-1)!.id);
  if (priority) labels.push({ name: priority.label, color: priority.color, description: describe('priority', priority.name) });
  const product = policy.products.find((one) => one.id === ticket.product);
  if (product) labels.push({ name: product.label, color: NEUTRAL, description: describe('product', product.name) });
  const category = policy.categories.find((one) => one.id === ticket.category);
  if (category) labels.push({ name: category.label, color: NEUTRAL, description: describe('category', category.name) });
  if (ticket.triaged) labels.push(flag('triaged'));
  if (ticket.marker.is === 'resolved') return labels;
  if (lasts(ticket.waits)) labels.push(flag('waiting'));
  if (lasts(ticket.holds)) labels.push(flag('hold'));
  for (const name of escalatedBy(ticket, clocks, policy, steps))
    if (!labels.some((one) => one.name === name)) labels.push({ name, color: 'b60205', description: describe('flag', name) });
  return labels;
}

/** Labels of steps that were posted for what is not settled yet. */
function escalatedBy(ticket: Ticket, clocks: readonly Clock[], policy: Policy, steps: readonly string[]): string[] {
  const chains = countingNow(ticket, clocks).map((one) => `${one.name}/${one.cycle}`);
  const counting = new Set([...chains, stagnationOf(ticket)]);
  // A step counts with its repeats: `clock/cycle/step*2`.
  const posted = new Set(steps.map((key) => key.split('*')[0]!));
  return policy.escalation.flatMap((step) => {
    if (!step.label) return [];
    const clock = step.kind === 'clock' ? step.clock : 'stagnant';
    const is = [...counting].some((chain) => chain.startsWith(`${clock}/`) && posted.has(`${chain}/${step.key}`));
    return is ? [policy.flags[step.label as FlagName] ?? step.label] : [];
  });
}

/** The clocks whose steps count now: a ticket that was reopened is not escalated for what was late before. */
function countingNow(ticket: Ticket, clocks: readonly Clock[]): Clock[] {
  const { id, from } = ticket.cycles.at(-1)!;
  return currentClocks(clocks).filter((one) => one.cycle === id || (one.breachedAt ?? one.dueAt ?? from) >= from);
}

/** Labels that the policy names, in lower case. */
export function governed(policy: Policy): Set<string> {
  const { received, progress, confirming, resolved } = policy.markers;
  const names = [received, progress, confirming, resolved, ...policy.priorities, ...policy.products, ...policy.categories].map(
    (one) => one.label,
  );
  const steps = policy.escalation.flatMap((step) => (step.label ? [policy.flags[step.label as FlagName] ?? step.label] : []));
  const { triaged, waiting, hold } = policy.flags;
  return new Set([...names, ...steps, triaged, waiting, hold].map((name) => name.toLowerCase()));
}
