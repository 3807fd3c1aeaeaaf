import type { Instant } from '../calendar/time.ts';
import type { Ledger } from './ledger.ts';

/** A bot's change is undone once; made again within an hour it stands. */
export function yieldedLabels(ledger: Ledger): string[] {
  const last = new Map<string, Instant>();
  const yielded = new Set<string>();
  for (const fact of ledger.facts) {
    if (fact.kind !== 'labelled' && fact.kind !== 'unlabelled') continue;
    if (ledger.standings.get(fact.by.id) !== 'bot') continue;
    const key = `${fact.kind} ${fact.label.toLowerCase()}`;
    const before = last.get(key);
    if (before !== undefined && fact.at - before <= 3600) yielded.add(fact.label.toLowerCase());
    last.set(key, fact.at);
  }
  return [...yielded];
}
