import type { Instant } from '../calendar/time.ts';
import type { Actor, Fact, FixRef } from '../desk/ledger.ts';
import type { Policy } from '../policy/types.ts';
import type { RepoRef } from '../watch/github-port.ts';
import type { Api } from './api.ts';
import type { Hint, Thread } from './facts.ts';
import { When, z } from './schemas.ts';

/** Pull requests that close one issue; GitHub's page. */
const FIXES_MAX = 50;
const CLOSINGS_MAX = 50;

const PULL = `__typename number state merged mergedAt closedAt createdAt baseRefName
  author { __typename login ... on User { databaseId } ... on Bot { databaseId } }
  repository { databaseId nameWithOwner defaultBranchRef { name } }`;

const QUERY = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $number) {
      closedByPullRequestsReferences(first: ${FIXES_MAX}, includeClosedPrs: true) { nodes { ${PULL} } }
      timelineItems(itemTypes: [CLOSED_EVENT], last: ${CLOSINGS_MAX}) {
        nodes { ... on ClosedEvent { id createdAt closer { __typename ... on PullRequest { ${PULL} } } } }
      }
    }
  }
}`;

const PullJson = z.object({
  number: z.number(),
  state: z.string(),
  merged: z.boolean(),
  mergedAt: When.nullish(),
  closedAt: When.nullish(),
  createdAt: When,
  baseRefName: z.string(),
  author: z.object({ __typename: z.string(), login: z.string(), databaseId: z.number().nullish() }).nullish(),
  repository: z.object({
    databaseId: z.number().nullish(),
    nameWithOwner: z.string(),
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
  }),
});
type PullJson = z.infer<typeof PullJson>;

/** A closer that is no pull request is of no interest: null. */
const Closer = PullJson.nullable().catch(null).optional();
const FixesJson = z.object({
  repository: z
    .object({
      issue: z
        .object({
          closedByPullRequestsReferences: z.object({ nodes: z.array(PullJson.nullable()).nullish() }).nullish(),
          timelineItems: z
            .object({
              nodes: z.array(z.object({ id: z.string().optional(), createdAt: When.optional(), closer: Closer }).nullable()).nullish(),
            })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

export type Fixes = {
  readonly facts: readonly Fact[];
  readonly fixes: readonly FixRef[];
  /** Of this repository: those set to close the issue, and those that only speak of it yet. */
  readonly numbers: readonly number[];
  /** Ids of the closing facts that a merge caused. */
  readonly closings: ReadonlySet<string>;
  readonly bots: ReadonlySet<number>;
};

/** Asked only when the timeline hints at a fix: most tickets never have one. */
export async function readFixes(api: Api, repo: RepoRef, number: number, thread: Thread, policy: Policy): Promise<Fixes> {
  const ours = trusted(repo, policy);
  const hints = thread.hints.filter((hint) => ours.has(hint.repo));
  const here = `${repo.owner}/${repo.name}`.toLowerCase();
  const spoken = hints.filter((hint) => hint.repo === here).map((hint) => hint.number);
  const none: Fixes = { facts: [], fixes: [], numbers: [], closings: new Set(), bots: new Set() };
  if (hints.length === 0 && thread.connectedAt.length === 0 && !thread.closings.some((one) => one.byCommit)) return none;
  const { repository } = await api.graphql(repo, QUERY, { owner: repo.owner, name: repo.name, number }, FixesJson);
  const { issue } = repository ?? {};
  const pulls = (issue?.closedByPullRequestsReferences?.nodes ?? []).filter(
    (pull) => pull !== null && isOurs(pull, repo, ours),
  ) as PullJson[];
  const closers = (issue?.timelineItems?.nodes ?? []).filter(
    (node) => node?.closer && isOurs(node.closer, repo, ours) && isMerged(node.closer),
  );
  const closings = thread.closings.filter((one) =>
    closers.some((node) => (node!.id ? node!.id === one.node : false) || node!.createdAt === one.at),
  );
  const bots = pulls.flatMap((pull) => (pull.author?.__typename === 'Bot' && pull.author.databaseId ? [pull.author.databaseId] : []));
  return {
    facts: pulls.flatMap((pull) => factsOf(pull, hints, thread.connectedAt)),
    fixes: pulls.map((pull) => fixOf(pull, hints, thread.connectedAt)),
    numbers: [...new Set([...pulls.filter((pull) => isHere(pull, repo)).map((pull) => pull.number), ...spoken])].slice(-FIXES_MAX),
    closings: new Set(closings.map((one) => one.fact)),
    bots: new Set(bots),
  };
}

/** Repositories whose pull requests count: this one and those of `fixes_from`. A stranger's "Fixes you/repo#1" does nothing. */
const trusted = (repo: RepoRef, policy: Policy): ReadonlySet<string> =>
  new Set([`${repo.owner}/${repo.name}`, ...policy.fixesFrom].map((name) => name.toLowerCase()));

const isHere = (pull: PullJson, repo: RepoRef): boolean => pull.repository.databaseId === repo.id;
const isOurs = (pull: PullJson, repo: RepoRef, ours: ReadonlySet<string>): boolean =>
  isHere(pull, repo) || ours.has(pull.repository.nameWithOwner.toLowerCase());
const isMerged = (pull: PullJson): boolean => pull.merged && pull.baseRefName === pull.repository.defaultBranchRef?.name;
const refOf = (pull: PullJson): string => `${pull.repository.nameWithOwner}#${pull.number}`;

function authorOf(pull: PullJson): Actor {
  const { author } = pull;
  return author?.databaseId
    ? { id: author.databaseId, login: author.__typename === 'Bot' ? `${author.login}[bot]` : author.login }
    : { id: 0, login: 'ghost' };
}

/** When the pull request first spoke of the issue, or, by hand, when that was done. */
function linkedAt(pull: PullJson, hints: readonly Hint[], connectedAt: readonly Instant[]): Instant {
  const name = pull.repository.nameWithOwner.toLowerCase();
  const spoke = hints.find((hint) => hint.repo === name && hint.number === pull.number)?.at;
  return spoke ?? connectedAt.find((when) => when >= pull.createdAt) ?? pull.createdAt;
}

/** One that is not open and bears no date was never open: nobody waits for it. */
function fixOf(pull: PullJson, hints: readonly Hint[], connectedAt: readonly Instant[]): FixRef {
  const since = linkedAt(pull, hints, connectedAt);
  const until = pull.state === 'OPEN' ? undefined : (pull.mergedAt ?? pull.closedAt ?? since);
  return { ref: refOf(pull), since, ...(until === undefined ? {} : { until }) };
}

/** Linked, and merged when it came into the default branch. */
function factsOf(pull: PullJson, hints: readonly Hint[], connectedAt: readonly Instant[]): Fact[] {
  const by = authorOf(pull);
  const ref = refOf(pull);
  const at = linkedAt(pull, hints, connectedAt);
  const facts: Fact[] = [{ id: `f${ref}:linked`, at, by, kind: 'fixLinked', fix: ref }];
  if (isMerged(pull) && pull.mergedAt != null) facts.push({ id: `f${ref}:merged`, at: pull.mergedAt, by, kind: 'fixMerged', fix: ref });
  return facts;
}
