import type { Instant } from '../calendar/time.ts';
import type { Actor, Fact, Ledger, Record, Standing } from '../desk/ledger.ts';
import { LAG_S } from '../desk/parts.ts';
import type { Policy } from '../policy/types.ts';
import type { RepoRef } from '../watch/github-port.ts';
import type { Thread } from './facts.ts';
import type { People } from './people.ts';

/**
 * Roles asked for in one look. Whoever is beyond counts as a bystander: of a crowd those are asked for first who look like staff, so that
 * strangers cannot crowd out anybody who is. What is known for ten minutes is not asked again, so the looks that follow reach further.
 */
export const LOOKUPS_MAX = 30;

const WEIGHT_MAX = 1_000_000_000;

type Open = { readonly actor: Actor; weight: number };

/** What each actor is today, as far as it still decides something: the record knows the parts of what it has seen. */
export async function standingsOf(
  people: People,
  repo: RepoRef,
  policy: Policy,
  ledger: Pick<Ledger, 'facts' | 'reporter' | 'createdAt' | 'record'>,
  thread: Pick<Thread, 'likely'>,
  bots: ReadonlySet<number>,
  bot: number,
): Promise<ReadonlyMap<number, Standing>> {
  const standings = new Map<number, Standing>([...bots].map((id) => [id, 'bot']));
  if (bot !== 0) standings.set(bot, 'app');
  const open = undecided(ledger, thread.likely).filter((actor) => actor.id !== 0 && !standings.has(actor.id));
  const responders = await people.responders(repo, open, policy, LOOKUPS_MAX);
  for (const actor of open) standings.set(actor.id, responders.has(actor.id) ? 'responder' : 'bystander');
  return standings;
}

/** Those whose part no look has fixed, those first of whom most depends. */
function undecided(ledger: Pick<Ledger, 'facts' | 'reporter' | 'createdAt' | 'record'>, likely: Thread['likely']): Actor[] {
  const { record } = ledger;
  const open = new Map<number, Open>();
  const add = (actor: Actor, at: Instant, weight: number): void => {
    if (isDecided(record, actor, at)) return;
    const known = open.get(actor.id);
    if (known) known.weight += weight;
    else open.set(actor.id, { actor, weight });
  };
  add(ledger.reporter, ledger.createdAt, 0);
  for (const fact of ledger.facts) {
    add(fact.by, fact.at, weightOf(fact));
    if (fact.kind === 'assigned') add(fact.who, fact.at, 100_000);
    if (fact.kind === 'said') for (const command of fact.commands) add(fact.by, command.at, 100_000);
  }
  const rank = ({ actor, weight }: Open): number =>
    actor.id === ledger.reporter.id
      ? Number.POSITIVE_INFINITY
      : (likely.get(actor.id) ?? 0) * WEIGHT_MAX + Math.min(weight, WEIGHT_MAX - 1);
  return [...open.values()].sort((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : 0)).map((one) => one.actor);
}

/** Words count more than gestures, few people's many more than many people's one: that is how staff looks. */
const weightOf = (fact: Fact): number =>
  fact.kind === 'said' ? (fact.says ? 10 : 1) : fact.kind === 'closed' || fact.kind === 'fixLinked' ? 1_000 : 100;

function isDecided(record: Record | undefined, actor: Actor, at: Instant): boolean {
  if (!record) return false;
  return at <= record.seen - (record.parts[String(actor.id)] ? 0 : LAG_S);
}
