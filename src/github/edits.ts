import type { Instant } from '../calendar/time.ts';
import { handledKey } from '../desk/happenings.ts';
import { COMMAND_TEXT_MAX, type Fact, type Record } from '../desk/ledger.ts';
import { Fault, type RepoRef } from '../watch/github-port.ts';
import type { Api } from './api.ts';
import type { Edited, Parser } from './facts.ts';
import { Lru } from './lru.ts';
import { When, z } from './schemas.ts';

/** Comments asked about at once, newest first; of the others their last edit and what stands now count. GitHub takes 100 nodes. */
const ASKED_MAX = 40;
/** An edit this young may not be in the history that GitHub tells yet. */
const LAG_S = 60;
const REVISIONS_MAX = 100;
const REMEMBERED_MAX = 10_000;

const QUERY = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on IssueComment { databaseId userContentEdits(first: ${REVISIONS_MAX}) { nodes { editedAt deletedAt diff } } }
  }
}`;

const Revision = z.object({ editedAt: When, deletedAt: z.string().nullish(), diff: z.string().nullish() });
type Revision = z.infer<typeof Revision>;
const EditsJson = z.object({
  nodes: z.array(
    z
      .object({
        databaseId: z.number().optional(),
        userContentEdits: z.object({ nodes: z.array(Revision.nullable()).nullish() }).nullish(),
      })
      .nullable(),
  ),
});

type Since = ReadonlyMap<string, Instant>;
/** What the history of a comment tells. */
type History = {
  readonly since: Since;
  /** Its first version said something, or nobody knows it any more. */
  readonly spoke: boolean;
};
const commandKey = (one: { readonly name: string; readonly text: string }): string => `${one.name} ${one.text}`;

/** From when each command stands in its comment, and which words an edit added. */
export class Edits {
  readonly #api: Api;
  readonly #parser: Parser;
  readonly #known = new Lru<History>(REMEMBERED_MAX);

  constructor(api: Api, parser: Parser) {
    this.#api = api;
    this.#parser = parser;
  }

  /** The facts with the instants of their commands set right. What was handled already needs no asking. */
  async date(
    repo: RepoRef,
    facts: readonly Fact[],
    edited: readonly Edited[],
    record: Record | undefined,
    now: Instant,
  ): Promise<readonly Fact[]> {
    const done = new Set(record?.done.map(handledKey));
    const handled = (comment: number, name: string, text: string) =>
      done.has(handledKey({ comment, name, text: text.slice(0, COMMAND_TEXT_MAX) }));
    const open = edited.filter((one) => one.commands.some(({ name, text }) => !handled(one.comment, name, text)));
    if (open.length === 0) return facts;
    const histories = await this.#ask(repo, open, now, false);
    return facts.map((fact) => {
      const since = fact.kind === 'said' ? histories.get(fact.comment)?.since : undefined;
      if (fact.kind !== 'said' || !since) return fact;
      return { ...fact, commands: fact.commands.map((one) => ({ ...one, at: since.get(commandKey(one)) ?? one.at })) };
    });
  }

  /** The facts without the words of comments that said nothing when they were written. Asked only of those whose words would count for something. */
  async unsay(
    repo: RepoRef,
    facts: readonly Fact[],
    edited: readonly Edited[],
    counts: (fact: Fact) => boolean,
    now: Instant,
  ): Promise<readonly Fact[]> {
    const counting = new Set(facts.flatMap((fact) => (fact.kind === 'said' && fact.says && counts(fact) ? [fact.comment] : [])));
    const open = edited.filter((one) => counting.has(one.comment));
    if (open.length === 0) return facts;
    // Whether a promise was kept must not depend on a bad minute: the look is taken again.
    const histories = await this.#ask(repo, open, now, true);
    return facts.map((fact) => (fact.kind === 'said' && histories.get(fact.comment)?.spoke === false ? { ...fact, says: false } : fact));
  }

  async #ask(repo: RepoRef, open: readonly Edited[], now: Instant, sure: boolean): Promise<ReadonlyMap<number, History>> {
    const histories = new Map<number, History>();
    const unknown: Edited[] = [];
    for (const one of open) {
      const known = this.#known.get(memoryKey(one));
      if (known) histories.set(one.comment, known);
      else unknown.push(one);
    }
    const asked = unknown.filter((one) => one.node !== '').slice(-ASKED_MAX);
    const answered = asked.length > 0 ? await this.#revisions(repo, asked, sure) : new Map<number, readonly Revision[]>();
    for (const one of unknown) {
      const revisions = answered.get(one.comment);
      const isTold = revisions !== undefined && revisions.length > 0;
      const history = { since: isTold ? this.#sinceOf(one, revisions) : lastEdit(one), spoke: !isTold || this.#spoke(revisions) };
      histories.set(one.comment, history);
      if (isTold || (revisions && one.updatedAt <= now - LAG_S)) this.#known.set(memoryKey(one), history);
    }
    return histories;
  }

  /** Empty when GraphQL fails: a command that we date too late is better than a ticket that nobody looks at. */
  async #revisions(repo: RepoRef, asked: readonly Edited[], sure: boolean): Promise<Map<number, readonly Revision[]>> {
    const found = new Map<number, readonly Revision[]>();
    try {
      const { nodes } = await this.#api.graphql(repo, QUERY, { ids: asked.map((one) => one.node) }, EditsJson);
      for (const [index, node] of nodes.entries()) {
        const revisions = node?.userContentEdits?.nodes?.filter((one) => one !== null);
        if (revisions) found.set(node?.databaseId ?? asked[index]!.comment, revisions);
      }
    } catch (error) {
      if (!(error instanceof Fault) || error.limited || error.refusedKey || (sure && error.kind === 'passing')) throw error;
    }
    return found;
  }

  /** Whether the first version said something; so it did if it is not told: beyond the last hundred, or deleted from the history. */
  #spoke(revisions: readonly Revision[]): boolean {
    if (revisions.length >= REVISIONS_MAX) return true;
    const first = revisions.reduce((oldest, one) => (one.editedAt <= oldest.editedAt ? one : oldest));
    return first.diff == null || first.deletedAt != null || this.#parser.read(first.diff).says;
  }

  /** A command counts from the edit since which it has been there without a break; one of the oldest revision from the beginning. */
  #sinceOf(one: Edited, revisions: readonly Revision[]): Since {
    const texts = revisions
      .filter((revision) => revision.diff != null && revision.deletedAt == null)
      .sort((a, b) => a.editedAt - b.editedAt);
    const since = new Map<string, Instant>();
    let there = new Map<string, Instant>();
    for (const [index, revision] of texts.entries()) {
      // Revisions beyond the last hundred are not told: what the oldest of those that are has, counts from it.
      const at = index === 0 && revisions.length < REVISIONS_MAX ? one.createdAt : revision.editedAt;
      const now = new Map<string, Instant>();
      for (const command of this.#parser.read(revision.diff!).commands) {
        const key = commandKey(command);
        now.set(key, there.get(key) ?? at);
      }
      there = now;
    }
    for (const command of one.commands) since.set(commandKey(command), there.get(commandKey(command)) ?? one.updatedAt);
    return since;
  }
}

const memoryKey = (one: Edited): string => `${one.comment} ${one.updatedAt}`;
const lastEdit = (one: Edited): Since => new Map(one.commands.map((command) => [commandKey(command), one.updatedAt]));

/** The facts with their commands as of the last edit of each comment: where GitHub cannot be asked since when they stand there. */
export function byLastEdit(facts: readonly Fact[], edited: readonly Edited[]): readonly Fact[] {
  const updated = new Map(edited.map((one) => [one.comment, one.updatedAt]));
  return facts.map((fact) => {
    const at = fact.kind === 'said' ? updated.get(fact.comment) : undefined;
    return fact.kind === 'said' && at !== undefined ? { ...fact, commands: fact.commands.map((one) => ({ ...one, at })) } : fact;
  });
}
