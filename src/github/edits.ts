import type { Instant } from '../calendar/time.ts';
import { handledKey } from '../desk/happenings.ts';
import { COMMAND_TEXT_MAX, type Fact, type Record } from '../desk/ledger.ts';
import { Fault, type RepoRef } from '../watch/github-port.ts';
import type { Api } from './api.ts';
import type { Edited, Parser } from './facts.ts';
import { Lru } from './lru.ts';
import { When, z } from './schemas.ts';

/** Comments asked about in one look, newest first; the others' commands count from their last edit. GitHub takes 100 nodes. */
const ASKED_MAX = 40;
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
const commandKey = (one: { readonly name: string; readonly text: string }): string => `${one.name} ${one.text}`;

/** From when each command stands in its comment, where an edit may have added it. */
export class Edits {
  readonly #api: Api;
  readonly #parser: Parser;
  readonly #known = new Lru<Since>(REMEMBERED_MAX);

  constructor(api: Api, parser: Parser) {
    this.#api = api;
    this.#parser = parser;
  }

  /** The facts with the instants of their commands set right. What was handled already needs no asking. */
  async date(repo: RepoRef, facts: readonly Fact[], edited: readonly Edited[], record: Record | undefined): Promise<readonly Fact[]> {
    const done = new Set(record?.done.map(handledKey));
    const handled = (comment: number, name: string, text: string) =>
      done.has(handledKey({ comment, name, text: text.slice(0, COMMAND_TEXT_MAX) }));
    const open = edited.filter((one) => one.commands.some(({ name, text }) => !handled(one.comment, name, text)));
    if (open.length === 0) return facts;
    const since = await this.#ask(repo, open);
    return facts.map((fact) => {
      const found = fact.kind === 'said' ? since.get(fact.comment) : undefined;
      if (fact.kind !== 'said' || !found) return fact;
      return { ...fact, commands: fact.commands.map((one) => ({ ...one, at: found.get(commandKey(one)) ?? one.at })) };
    });
  }

  async #ask(repo: RepoRef, open: readonly Edited[]): Promise<ReadonlyMap<number, Since>> {
    const since = new Map<number, Since>();
    const unknown: Edited[] = [];
    for (const one of open) {
      const known = this.#known.get(memoryKey(one));
      if (known) since.set(one.comment, known);
      else unknown.push(one);
    }
    const asked = unknown.filter((one) => one.node !== '').slice(-ASKED_MAX);
    const answered = asked.length > 0 ? await this.#revisions(repo, asked) : new Map<number, readonly Revision[]>();
    for (const one of unknown) {
      const revisions = answered.get(one.comment);
      since.set(one.comment, revisions ? this.#sinceOf(one, revisions) : lastEdit(one));
      if (revisions) this.#known.set(memoryKey(one), since.get(one.comment)!);
    }
    return since;
  }

  /** Empty when GraphQL fails: a command that we date too late is better than a ticket that nobody looks at. */
  async #revisions(repo: RepoRef, asked: readonly Edited[]): Promise<Map<number, readonly Revision[]>> {
    const found = new Map<number, readonly Revision[]>();
    try {
      const { nodes } = await this.#api.graphql(repo, QUERY, { ids: asked.map((one) => one.node) }, EditsJson);
      for (const [index, node] of nodes.entries()) {
        const revisions = node?.userContentEdits?.nodes?.filter((one) => one !== null) ?? [];
        if (revisions.length > 0) found.set(node?.databaseId ?? asked[index]!.comment, revisions);
      }
    } catch (error) {
      if (!(error instanceof Fault) || error.limited) throw error;
    }
    return found;
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
