import { createHash } from 'node:crypto';
import type { Instant } from '../calendar/time.ts';
import { type Command, readComment, type Said } from '../desk/comment.ts';
import type { Actor, ClosedAs, CommentKey, Fact, OwnComment, Record, Renamed } from '../desk/ledger.ts';
import { readKey } from '../desk/record.ts';
import { Lru } from './lru.ts';
import type { Account, EntryJson, IssueJson } from './schemas.ts';

export type Me = { readonly id: number; readonly slug: string; readonly bot: number };

/** Accounts that were deleted: GitHub shows this one in their place. */
const GHOST: Actor = { id: 0, login: 'ghost' };
const GHOST_ID = 10_137;

export const actorOf = (account: Account | null | undefined): Actor =>
  !account || account.id === GHOST_ID ? GHOST : { id: account.id, login: account.login };

/** A pull request that the timeline names, and since when. */
export type Hint = { readonly repo: string; readonly number: number; readonly at: Instant; readonly by: Actor };

/** A comment whose commands or words may be younger than the comment. */
export type Edited = {
  readonly comment: number;
  readonly node: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly commands: readonly Command[];
};

/** What a timeline says by itself, and what it leaves to be asked. */
export type Thread = {
  /** GitHub's order; `opened` first. Commands stand at their comment's creation, `byFix` is false. */
  readonly facts: readonly Fact[];
  readonly own: readonly OwnComment[];
  readonly duplicates: readonly number[];
  readonly renames: readonly Renamed[];
  readonly status?: { readonly id: number; readonly body: string; readonly record?: Record };
  /** Ids of accounts that are bots, ours apart. */
  readonly bots: ReadonlySet<number>;
  /** How much speaks for an account being staff: 2 a role or membership, 1 contributions. A guess: it decides who is asked about first. */
  readonly likely: ReadonlyMap<number, number>;
  readonly edited: readonly Edited[];
  readonly hints: readonly Hint[];
  /** Linked by hand: REST does not say to what. */
  readonly connectedAt: readonly Instant[];
  /** Fact id of each closing, its node id, and whether a commit did it. */
  readonly closings: readonly { readonly fact: string; readonly node: string; readonly at: Instant; readonly byCommit: boolean }[];
  /** Comments of which the timeline does not say whether they are minimised. */
  readonly unsaid: ReadonlySet<number>;
  /** Every comment that is there, ours too. */
  readonly comments: ReadonlySet<number>;
};

/** 20 MB of texts: parsing 300 comments anew at each look would take longer than the look. */
const PARSED_MAX = 20_000;
const PARSED_BYTES_MAX = 20_000_000;

/** `readComment`, remembered by content. */
export class Parser {
  readonly #known = new Lru<Said>(PARSED_MAX, PARSED_BYTES_MAX);

  read(body: string): Said {
    const key = createHash('sha1').update(body).digest('base64');
    const known = this.#known.get(key);
    if (known) return known;
    const said = readComment(body);
    const texts = said.commands.reduce((sum, one) => sum + one.text.length, 0);
    this.#known.set(key, said, 200 + texts * 2);
    return said;
  }
}

/** GitHub's entries as facts. Pure but for the parser's memory. */
export function threadOf(issue: IssueJson, entries: readonly EntryJson[], me: Me, parser: Parser): Thread {
  const state = new Reading(me, parser);
  const moved = entries.findLastIndex((entry) => entry.event === 'transferred');
  state.bot(issue.user);
  for (const [index, entry] of entries.entries()) state.entry(entry, index < moved);
  const opened: Fact = { id: 'opened', at: issue.created_at, by: actorOf(issue.user), kind: 'opened' };
  return { ...state, facts: [opened, ...state.facts], ...ownOf(state.ours) };
}

/** What takes a role on the repository, unless it is the author's own issue. */
const NEEDS_ROLE = new Set(['labeled', 'unlabeled', 'assigned', 'unassigned', 'closed', 'reopened']);
const ASSOCIATED: Readonly<globalThis.Record<string, number>> = { OWNER: 2, MEMBER: 2, COLLABORATOR: 2, CONTRIBUTOR: 1 };

class Reading {
  readonly facts: Fact[] = [];
  readonly ours: { id: number; at: Instant; body: string; key: CommentKey; record?: Record }[] = [];
  readonly renames: Renamed[] = [];
  readonly bots = new Set<number>();
  readonly likely = new Map<number, number>();
  readonly edited: Edited[] = [];
  readonly hints: Hint[] = [];
  readonly connectedAt: Instant[] = [];
  readonly closings: { fact: string; node: string; at: Instant; byCommit: boolean }[] = [];
  readonly unsaid = new Set<number>();
  readonly comments = new Set<number>();
  readonly #me: Me;
  readonly #parser: Parser;
  readonly #seen = new Set<string>();

  constructor(me: Me, parser: Parser) {
    this.#me = me;
    this.#parser = parser;
  }

  bot(account: Account | null | undefined): void {
    if (account?.type === 'Bot' && account.id !== this.#me.bot) this.bots.add(account.id);
  }

  /** `before`: before the issue was transferred. What we did there is history, not state. */
  entry(entry: EntryJson, before: boolean): void {
    const at = entry.created_at;
    if (at === undefined) return;
    for (const account of [entry.actor, entry.user, entry.assignee, entry.assigner, entry.source?.issue?.user]) this.bot(account);
    if (entry.event === 'commented') return this.#comment(entry, at, before);
    if (entry.event === 'cross-referenced') return this.#reference(entry, at);
    const by = actorOf(entry.event === 'assigned' || entry.event === 'unassigned' ? (entry.assigner ?? entry.actor) : entry.actor);
    if (entry.event === 'renamed' && entry.rename) this.renames.push({ at, by, ...entry.rename });
    if (entry.event === 'connected') this.connectedAt.push(at);
    if (entry.id === undefined || (before && by.id === this.#me.bot)) return;
    const id = `e${entry.id}`;
    // A page may be read twice when something was added or deleted between two pages.
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    if (NEEDS_ROLE.has(entry.event)) this.likely.set(by.id, 2);
    this.#event(entry, { id, at, by });
  }

  #event(entry: EntryJson, common: { id: string; at: Instant; by: Actor }): void {
    switch (entry.event) {
      case 'labeled':
      case 'unlabeled':
        if (entry.label)
          this.facts.push({ ...common, kind: entry.event === 'labeled' ? 'labelled' : 'unlabelled', label: entry.label.name });
        return;
      case 'assigned':
      case 'unassigned':
        if (entry.assignee) this.facts.push({ ...common, kind: entry.event, who: actorOf(entry.assignee) });
        return;
      case 'closed':
        this.facts.push({ ...common, kind: 'closed', as: closedAs(entry.state_reason), byFix: false });
        this.closings.push({ fact: common.id, node: entry.node_id ?? '', at: common.at, byCommit: typeof entry.commit_id === 'string' });
        return;
      case 'reopened':
        this.facts.push({ ...common, kind: 'reopened' });
    }
  }

  #comment(entry: EntryJson, at: Instant, before: boolean): void {
    const { id } = entry;
    if (id === undefined || this.comments.has(id)) return;
    this.comments.add(id);
    const by = actorOf(entry.user ?? entry.actor);
    const body = entry.body ?? '';
    // Nobody but this App can speak with this account; older servers leave out through what.
    if (by.id === this.#me.bot && (entry.performed_via_github_app?.id ?? this.#me.id) === this.#me.id) {
      const read = before ? undefined : readKey(body);
      if (read) this.ours.push({ id, at, body, ...read });
      return;
    }
    if (before && by.id === this.#me.bot) return;
    this.likely.set(by.id, Math.max(this.likely.get(by.id) ?? 0, ASSOCIATED[entry.author_association ?? ''] ?? 0));
    const { says, commands, hidden } = this.#parser.read(body);
    const updatedAt = entry.updated_at ?? at;
    if ((commands.length > 0 || says) && updatedAt !== at && !this.bots.has(by.id))
      this.edited.push({ comment: id, node: entry.node_id ?? '', createdAt: at, updatedAt, commands });
    if (entry.minimized === undefined) this.unsaid.add(id);
    this.facts.push({
      kind: 'said',
      id: `c${id}`,
      at,
      by,
      comment: id,
      says,
      visible: entry.minimized === undefined || entry.minimized === null,
      commands: commands.map(({ name, text }) => ({ name, text, at })),
      hidden,
    });
  }

  #reference(entry: EntryJson, at: Instant): void {
    const from = entry.source?.issue;
    if (!from?.pull_request || !from.repository) return;
    this.hints.push({ repo: from.repository.full_name.toLowerCase(), number: from.number, at, by: actorOf(from.user ?? entry.actor) });
  }
}

const closedAs = (reason: string | null | undefined): ClosedAs =>
  reason === 'not_planned' || reason === 'duplicate' ? reason : 'completed';

/** The oldest comment of each key is the one; later ones with the same key are to be deleted. */
function ownOf(ours: Reading['ours']): Pick<Thread, 'own' | 'duplicates' | 'status'> {
  const own = new Map<string, Reading['ours'][number]>();
  const duplicates: number[] = [];
  for (const one of ours.toSorted((a, b) => a.at - b.at || a.id - b.id)) {
    const key = sameKey(one.key);
    if (own.has(key)) duplicates.push(one.id);
    else own.set(key, one);
  }
  const status = own.get('status');
  return {
    own: [...own.values()].map(({ id, at, key, body }) => ({ id, at, key, body })),
    duplicates,
    ...(status ? { status: { id: status.id, body: status.body, ...(status.record ? { record: status.record } : {}) } } : {}),
  };
}

/** Steps in any order are the same comment. */
const sameKey = (key: CommentKey): string =>
  key.is === 'status' ? 'status' : JSON.stringify(key.is === 'step' ? { ...key, steps: key.steps.toSorted() } : key);
