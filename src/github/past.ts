import type { Instant } from '../calendar/time.ts';
import type { Actor, Fact, FixRef, Ledger, Record } from '../desk/ledger.ts';
import type { Exported } from './export.ts';

/** What GitHub shows of an issue beside its thread. */
export type Shown = Pick<Ledger, 'labels' | 'assignees' | 'state'>;

/** The ledger as a look at that instant would have read it: what came later is not there yet. `deeds` are what a desk would have done itself. */
export function ledgerAt(exported: Exported, when: Instant, record: Record | undefined, deeds: readonly Fact[] = []): Ledger {
  const { ledger, opening } = exported;
  const facts = ledger.facts.flatMap((fact) => (fact.at <= when ? [spokenBy(fact, when)] : []));
  for (const deed of deeds) {
    const at = facts.findIndex((fact) => fact.at > deed.at);
    facts.splice(at < 0 ? facts.length : at, 0, deed);
  }
  return {
    ...ledger,
    ...shownAfter(opening, facts),
    facts,
    fixes: ledger.fixes.flatMap((fix) => fixAt(fix, when)),
    readAt: when,
    ...(record ? { record } : {}),
  };
}

/** How it was opened, from what it shows today and everything that happened: form labels leave no entry. */
export function openingOf(today: Shown, facts: readonly Fact[]): Shown {
  const labels = new Map(today.labels.map((name) => [name.toLowerCase(), name]));
  const assignees = new Map(today.assignees.map((actor) => [actor.id, actor]));
  for (const fact of facts.toReversed()) {
    if (fact.kind === 'labelled') labels.delete(fact.label.toLowerCase());
    if (fact.kind === 'unlabelled') labels.set(fact.label.toLowerCase(), fact.label);
    if (fact.kind === 'assigned') assignees.delete(fact.who.id);
    if (fact.kind === 'unassigned') assignees.set(fact.who.id, fact.who);
  }
  return { labels: [...labels.values()], assignees: [...assignees.values()], state: 'open' };
}

function shownAfter(opening: Shown, facts: readonly Fact[]): Shown {
  const labels = new Map(opening.labels.map((name) => [name.toLowerCase(), name]));
  const assignees = new Map<number, Actor>(opening.assignees.map((actor) => [actor.id, actor]));
  let { state } = opening;
  for (const fact of facts) {
    if (fact.kind === 'labelled') labels.set(fact.label.toLowerCase(), fact.label);
    if (fact.kind === 'unlabelled') labels.delete(fact.label.toLowerCase());
    if (fact.kind === 'assigned') assignees.set(fact.who.id, fact.who);
    if (fact.kind === 'unassigned') assignees.delete(fact.who.id);
    if (fact.kind === 'closed') state = 'closed';
    if (fact.kind === 'reopened') state = 'open';
  }
  return { labels: [...labels.values()], assignees: [...assignees.values()], state };
}

/** Commands that an edit added later do not stand there yet. */
function spokenBy(fact: Fact, when: Instant): Fact {
  if (fact.kind !== 'said' || fact.commands.every((one) => one.at <= when)) return fact;
  return { ...fact, commands: fact.commands.filter((one) => one.at <= when) };
}

/** Linked by then? Open then? */
function fixAt({ ref, since, until }: FixRef, when: Instant): FixRef[] {
  if (since > when) return [];
  return [{ ref, since, ...(until !== undefined && until <= when ? { until } : {}) }];
}
