import { nodeId } from '../render/account.ts';
import { repoHtml } from '../render/repository.ts';
import type { Account, Comment, Issue, Ref, Repo, Revision, TimelineRow } from '../state.ts';
import type { World } from '../world/world.ts';
import {
  actor,
  type Context,
  closer,
  closers,
  date,
  edits,
  type Field,
  type IssueThing,
  issueBy,
  node,
  PAGING,
  repository,
  thingAt,
  timelineItems,
} from './lookups.ts';

const lastEdit = (revisions: readonly Revision[]): string | null => date(revisions.at(-1)?.at);
const EDITS: Field = { type: 'UserContentEditConnection', args: PAGING, get: edits('userContentEdits') };
const person = (get: (thing: never, context: Context) => number): Field => ({
  type: 'Actor',
  get: (thing, _, context) => actor(context.world.account(get(thing as never, context))),
});

const of = (get: (issue: Issue, repo: Repo, world: World) => unknown): Field => ({
  get: ({ issue, repo }: IssueThing, _, { world }) => get(issue, repo, world),
});

const issueFields: Record<string, Field> = {
  id: of((issue) => nodeId(issue.pull ? 'PR' : 'I', issue.id)),
  databaseId: of((issue) => issue.id),
  number: of((issue) => issue.number),
  title: of((issue) => issue.title),
  body: of((issue) => issue.body ?? ''),
  url: of((issue, repo, world) => `${repoHtml(world, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`),
  createdAt: of((issue) => date(issue.createdAt)),
  updatedAt: of((issue) => date(issue.updatedAt)),
  closedAt: of((issue) => date(issue.closedAt)),
  lastEditedAt: of((issue) => lastEdit(issue.edits)),
  closed: of((issue) => issue.state === 'closed'),
  author: person(({ issue }: IssueThing) => issue.authorId),
  repository: { type: 'Repository', get: ({ repo }: IssueThing) => ({ __typename: 'Repository', repo }) },
  userContentEdits: EDITS,
};

const timelineFields: Record<string, Field> = {
  id: { get: ({ row }: { row: TimelineRow }) => nodeId('EV', row.id) },
  createdAt: { get: ({ row }: { row: TimelineRow }) => date(row.at) },
  actor: person(({ row }: { row: TimelineRow }) => row.actorId),
};

const accountFields: Record<string, Field> = {
  login: { get: ({ account }: { account: Account }) => account.login.replace(/\[bot\]$/, '') },
};
const fullAccount: Record<string, Field> = {
  ...accountFields,
  id: { get: ({ account }) => nodeId('U', account.id) },
  databaseId: { get: ({ account }) => account.id },
};

const connection = (of: string): Record<string, Field> => ({
  nodes: { type: of, get: ({ nodes }) => nodes },
  totalCount: { get: ({ total }) => total },
  pageInfo: { type: 'PageInfo', get: (thing) => ({ ...thing, __typename: 'PageInfo' }) },
});

const upper = (text: string | null | undefined): string | null => text?.toUpperCase() ?? null;

/**
 * What the twin's GraphQL knows, as one table. It serves these queries, with aliases, variables and fragments as one likes:
 *
 *     repository(owner, name) { id databaseId nameWithOwner defaultBranchRef { name }
 *       issue(number) { id databaseId number title body state stateReason createdAt updatedAt closedAt author { login }
 *         closedByPullRequestsReferences(first, includeClosedPrs) { totalCount nodes { number state isDraft merged mergedAt closedAt createdAt
 *           baseRefName author { login … on User { databaseId } } repository { nameWithOwner databaseId defaultBranchRef { name } } } }
 *         timelineItems(itemTypes: [CLOSED_EVENT, REOPENED_EVENT, CROSS_REFERENCED_EVENT], first | last) { nodes {
 *           … on ClosedEvent { createdAt stateReason actor { login } closer { __typename … on PullRequest { … } … on Commit { oid } } }
 *           … on CrossReferencedEvent { createdAt willCloseTarget source { … on PullRequest { … } } } } }
 *         userContentEdits(first) { … } }
 *       pullRequest(number) { … } }
 *     nodes(ids) | node(id) { … on IssueComment { id databaseId body isMinimized minimizedReason lastEditedAt
 *       userContentEdits(first) { totalCount nodes { editedAt editor { login } diff deletedAt } } } … on Issue { … } }
 *
 * `diff` is the whole text of that revision; the newest comes first, the oldest is the original. Anything else is an error, in HTTP 200.
 */
const TYPES: Readonly<Record<string, Record<string, Field>>> = {
  Query: {
    repository: { type: 'Repository', args: ['owner', 'name', 'followRenames'], get: repository },
    nodes: { type: 'Node', args: ['ids'], get: (_, { ids }, context) => (ids as string[]).map((id) => node(id, context)) },
    node: { type: 'Node', args: ['id'], get: (_, { id }, context) => node(id, context) },
  },
  Mutation: {},
  Node: { id: { get: () => null } },
  Actor: accountFields,
  User: fullAccount,
  Bot: fullAccount,
  Organization: fullAccount,
  Repository: {
    id: { get: ({ repo }) => nodeId('R', repo.id) },
    databaseId: { get: ({ repo }) => repo.id },
    name: { get: ({ repo }) => repo.name },
    nameWithOwner: { get: ({ repo }, _, { world }) => world.fullName(repo) },
    isPrivate: { get: ({ repo }) => repo.private },
    defaultBranchRef: { type: 'Ref', get: ({ repo }) => ({ __typename: 'Ref', name: repo.defaultBranch }) },
    issue: { type: 'Issue', args: ['number'], get: issueBy('Issue') },
    pullRequest: { type: 'PullRequest', args: ['number'], get: issueBy('PullRequest') },
  },
  Ref: { name: { get: ({ name }) => name } },
  Issue: {
    ...issueFields,
    state: of((issue) => upper(issue.state)),
    stateReason: of((issue) => upper(issue.stateReason)),
    closedByPullRequestsReferences: {
      type: 'PullRequestConnection',
      args: [...PAGING, 'includeClosedPrs', 'userLinkedOnly', 'orderByState'],
      get: closers,
    },
    timelineItems: { type: 'IssueTimelineItemsConnection', args: [...PAGING, 'itemTypes', 'since', 'skip'], get: timelineItems },
  },
  PullRequest: {
    ...issueFields,
    state: of((issue) => (issue.pull?.mergedAt == null ? upper(issue.state) : 'MERGED')),
    isDraft: of((issue) => issue.pull?.draft ?? false),
    merged: of((issue) => issue.pull?.mergedAt != null),
    mergedAt: of((issue) => date(issue.pull?.mergedAt)),
    baseRefName: of((issue) => issue.pull?.base.ref ?? ''),
    headRefName: of((issue) => issue.pull?.head.ref ?? ''),
  },
  Commit: { oid: { get: ({ oid }) => oid } },
  Closer: {},
  ReferencedSubject: {},
  IssueComment: {
    id: { get: ({ comment }) => nodeId('IC', comment.id) },
    databaseId: { get: ({ comment }) => comment.id },
    body: { get: ({ comment }) => comment.body },
    createdAt: { get: ({ comment }) => date(comment.createdAt) },
    updatedAt: { get: ({ comment }) => date(comment.updatedAt) },
    lastEditedAt: { get: ({ comment }) => lastEdit(comment.edits) },
    isMinimized: { get: ({ comment }) => comment.minimized !== null },
    minimizedReason: { get: ({ comment }) => comment.minimized },
    author: person(({ comment }: { comment: Comment }) => comment.authorId),
    userContentEdits: EDITS,
  },
  UserContentEdit: {
    id: { get: ({ revision }) => nodeId('UCE', revision.at) },
    createdAt: { get: ({ revision }) => date(revision.at) },
    editedAt: { get: ({ revision }) => date(revision.at) },
    updatedAt: { get: ({ revision }) => date(revision.at) },
    deletedAt: { get: () => null },
    diff: { get: ({ revision }) => revision.text },
    editor: person(({ revision }: { revision: Revision }) => revision.editorId),
  },
  ClosedEvent: { ...timelineFields, stateReason: { get: ({ row }) => upper(row.stateReason) }, closer: { type: 'Closer', get: closer } },
  ReopenedEvent: { ...timelineFields, stateReason: { get: () => null } },
  CrossReferencedEvent: {
    ...timelineFields,
    isCrossRepository: { get: ({ repo, row }) => row.source?.repo !== repo.id },
    willCloseTarget: {
      get: ({ issue, row }) => issue.closers.some((one: Ref) => one.repo === row.source?.repo && one.number === row.source?.number),
    },
    source: { type: 'ReferencedSubject', get: ({ row }, _, { world }) => thingAt(world, row.source) ?? null },
  },
  IssueTimelineItems: {},
  PageInfo: {
    hasNextPage: { get: ({ hasNext }) => hasNext },
    hasPreviousPage: { get: ({ hasPrevious }) => hasPrevious },
    startCursor: { get: ({ start }) => String(start) },
    endCursor: { get: ({ end }) => String(end - 1) },
  },
  PullRequestConnection: connection('PullRequest'),
  UserContentEditConnection: connection('UserContentEdit'),
  IssueTimelineItemsConnection: connection('IssueTimelineItems'),
};

const ABSTRACT: Readonly<Record<string, readonly string[]>> = {
  Node: ['Issue', 'PullRequest', 'IssueComment', 'ClosedEvent', 'ReopenedEvent', 'CrossReferencedEvent'],
  Actor: ['User', 'Bot', 'Organization'],
  Closer: ['PullRequest', 'Commit'],
  ReferencedSubject: ['Issue', 'PullRequest'],
  IssueTimelineItems: ['ClosedEvent', 'ReopenedEvent', 'CrossReferencedEvent'],
};

export const fieldsOf = (type: string): Readonly<Record<string, Field>> | undefined => TYPES[type];
export const possibleTypes = (type: string): readonly string[] => ABSTRACT[type] ?? [];
