import { iso } from '../../calendar/time.ts';
import { idOfNode } from '../render/account.ts';
import type { Caller } from '../rest/answer.ts';
import { allows } from '../rest/auth.ts';
import type { Account, Comment, Issue, Ref, Repo, TimelineRow } from '../state.ts';
import type { World } from '../world/world.ts';

export type Thing = { readonly __typename: string; readonly [key: string]: unknown };
export type Context = { readonly world: World; readonly caller: Caller & { readonly kind: 'installation' } };
export type Field = {
  /** Absent for scalars. */
  readonly type?: string;
  readonly args?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: each resolver knows the thing that it belongs to; the table cannot say so
  readonly get: (thing: any, args: any, context: Context) => unknown;
};

export class GraphqlRefused extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export type IssueThing = { repo: Repo; issue: Issue };

export const actor = (account: Account): Thing => ({ __typename: account.type, account });
const kindOf = (issue: Issue): string => (issue.pull ? 'PullRequest' : 'Issue');
const issueThing = (repo: Repo, issue: Issue): Thing => ({ __typename: kindOf(issue), repo, issue });
export const date = (at: number | null | undefined): string | null => (at == null ? null : iso(at as Parameters<typeof iso>[0]));

function covers(context: Context, repo: Repo): boolean {
  const { token, installation } = context.caller;
  return context.world.installationOf(repo) === installation && (token.repoIds === null || token.repoIds.includes(repo.id));
}

export function repository(_: unknown, args: { owner: string; name: string }, context: Context): unknown {
  const repo = context.world.repo(`${args.owner}/${args.name}`);
  if (!repo || !covers(context, repo))
    throw new GraphqlRefused('NOT_FOUND', `Could not resolve to a Repository with the name '${args.owner}/${args.name}'.`);
  return { __typename: 'Repository', repo };
}

export function issueBy(kind: 'Issue' | 'PullRequest') {
  return ({ repo }: { repo: Repo }, { number }: { number: number }, { world, caller }: Context): unknown => {
    const row = repo.issues[number];
    const issue = row && world.view(row);
    if (!issue || kindOf(issue) !== kind)
      throw new GraphqlRefused(
        'NOT_FOUND',
        `Could not resolve to ${kind === 'Issue' ? 'an Issue' : 'a PullRequest'} with the number of ${number}.`,
      );
    const permission = kind === 'Issue' ? 'issues' : 'pull_requests';
    if (!allows(caller.token.permissions, permission, 'read'))
      throw new GraphqlRefused('FORBIDDEN', 'Resource not accessible by integration');
    return issueThing(repo, issue);
  };
}

export function node(id: string, context: Context): unknown {
  const { world } = context;
  const wanted = idOfNode(String(id));
  const lost = new GraphqlRefused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
  if (!wanted) return lost;
  for (const repo of Object.values(world.state.repos)) {
    if (!covers(context, repo)) continue;
    const comment = wanted.kind === 'IC' ? repo.comments[wanted.id] : undefined;
    const seen = comment && world.view(comment);
    if (seen) return { __typename: 'IssueComment', repo, comment: seen };
    const issue = wanted.kind === 'I' || wanted.kind === 'PR' ? Object.values(repo.issues).find((one) => one.id === wanted.id) : undefined;
    const shown = issue && world.view(issue);
    if (shown) return issueThing(repo, shown);
  }
  return lost;
}

export const PAGING = ['first', 'last', 'after', 'before'];

/** A connection's page; GitHub refuses one without `first` or `last`, or above 100. */
function page(items: readonly Thing[], args: { first?: number; last?: number; after?: string; before?: string }, name: string): Thing {
  const size = args.first ?? args.last;
  if (size == null)
    throw new GraphqlRefused(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  if (size > 100 || size < 0)
    throw new GraphqlRefused(
      'EXCESSIVE_PAGINATION',
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`,
    );
  const from = args.after ? Number(args.after) + 1 : 0;
  const to = args.before ? Number(args.before) : items.length;
  const start = args.first == null ? Math.max(from, to - size) : from;
  const end = Math.min(to, start + size);
  return {
    __typename: 'Connection',
    nodes: items.slice(start, end),
    total: items.length,
    start,
    end,
    hasNext: end < items.length,
    hasPrevious: start > 0,
  };
}

export function closers({ issue }: IssueThing, args: { includeClosedPrs?: boolean; first?: number }, context: Context): unknown {
  const { world, caller } = context;
  if (!allows(caller.token.permissions, 'pull_requests', 'read'))
    throw new GraphqlRefused('FORBIDDEN', 'Resource not accessible by integration');
  const pulls = issue.closers.map((ref) => thingAt(world, ref)).filter((one) => one !== undefined && isReadable(context, one));
  const shown = pulls.filter(
    (one) => args.includeClosedPrs || (one!.issue as Issue).state === 'open' || (one!.issue as Issue).pull?.mergedAt != null,
  );
  return page(shown as Thing[], args, 'closedByPullRequestsReferences');
}

export function thingAt(world: World, ref: Ref): Thing | undefined {
  const repo = world.state.repos[ref.repo];
  const row = repo?.issues[ref.number];
  const issue = row && world.view(row);
  return repo && issue ? issueThing(repo, issue) : undefined;
}

const isReadable = (context: Context, thing: Thing): boolean => !(thing.repo as Repo).private || covers(context, thing.repo as Repo);

const ITEMS: Readonly<Record<string, { type: string; event: string }>> = {
  CLOSED_EVENT: { type: 'ClosedEvent', event: 'closed' },
  REOPENED_EVENT: { type: 'ReopenedEvent', event: 'reopened' },
  CROSS_REFERENCED_EVENT: { type: 'CrossReferencedEvent', event: 'cross-referenced' },
};

export function timelineItems({ repo, issue }: IssueThing, args: { itemTypes?: string[]; first?: number }, context: Context): unknown {
  const types = args.itemTypes ?? Object.keys(ITEMS);
  const wanted = new Map<string, string>();
  for (const type of types) {
    const item = ITEMS[type];
    if (!item) throw new GraphqlRefused('argumentLiteralsIncompatible', `the twin does not know the item type ${type}`);
    wanted.set(item.event, item.type);
  }
  const items = context.world.seen(issue.timeline).filter((row) => wanted.has(row.event));
  return page(
    items.map((row) => ({ __typename: wanted.get(row.event)!, repo, issue, row })),
    args,
    'timelineItems',
  );
}

export function closer({ row }: { row: TimelineRow }, _: unknown, context: Context): unknown {
  if (row.closer) {
    const thing = thingAt(context.world, row.closer);
    return thing && isReadable(context, thing) ? thing : null;
  }
  return row.commitId === undefined ? null : { __typename: 'Commit', oid: row.commitId };
}

export const edits = (name: string) => (thing: { comment?: Comment; issue?: Issue }, args: { first?: number }) =>
  page(
    [...(thing.comment ?? thing.issue!).edits].reverse().map((revision) => ({ __typename: 'UserContentEdit', revision })),
    args,
    name,
  );
