/** Told of every request to GitHub, in positions rather than as an object: it happens at each of them. */
export type Requests = {
  /**
   * A request has ended. `route` is one of `ROUTES`; `status` is absent when no answer came; `remaining` is what is left of the installation's
   * hour (`x-ratelimit-remaining` of the core budget), where the answer says it. `installation` is absent for the App itself.
   */
  requested(
    installation: number | undefined,
    method: string,
    route: string,
    status: number | undefined,
    seconds: number,
    remaining: number | undefined,
  ): void;
};

const REPO = '/(?:repos/[^/]+/[^/]+|repositories/\\d+)';
const TEAM = '/orgs/[^/]+/teams/[^/]+';

/** Kinds of addresses. What is not among them is `other`: a label of a metric must not grow with what people call their things. */
const ADDRESSES: Readonly<Record<string, string>> = {
  issue: `${REPO}/issues/\\d+`,
  timeline: `${REPO}/issues/\\d+/timeline`,
  issue_comments: `${REPO}/issues/\\d+/comments`,
  issue_labels: `${REPO}/issues/\\d+/labels(?:/.+)?`,
  issue_assignees: `${REPO}/issues/\\d+/assignees`,
  comment: `${REPO}/issues/comments/\\d+`,
  reactions: `${REPO}/issues/comments/\\d+/reactions`,
  issues: `${REPO}/issues`,
  graphql: '/graphql',
  contents: `${REPO}/contents(?:/.*)?`,
  blob: `${REPO}/git/blobs/[^/]+`,
  permission: `${REPO}/collaborators/[^/]+/permission`,
  assignable: `${REPO}/assignees/[^/]+`,
  team: TEAM,
  team_members: `${TEAM}/members`,
  team_repository: `${TEAM}/repos/[^/]+/[^/]+`,
  user: '/users/[^/]+',
  labels: `${REPO}/labels(?:/.+)?`,
  commits: `${REPO}/commits`,
  check_runs: `${REPO}/(?:commits/.+/)?check-runs(?:/\\d+)?`,
  repository: REPO,
  app: '/app',
  installations: '/app/installations',
  access_tokens: '/app/installations(?:/\\d+)?/access_tokens',
  deliveries: '/app/hook/deliveries(?:/\\d+/attempts)?',
  installation_repositories: '/installation/repositories',
};

const PATTERNS = Object.entries(ADDRESSES).map(([name, text]) => ({ name, pattern: new RegExp(`^${text}$`) }));

export const ROUTES: readonly string[] = [...Object.keys(ADDRESSES), 'other'];

/** Which kind of address this is: no owner, no repository, no person, no file. */
export function routeOf(path: string): string {
  const bare = path.split('?', 1)[0]!;
  return PATTERNS.find(({ pattern }) => pattern.test(bare))?.name ?? 'other';
}

type Ended = {
  readonly status?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly errors?: unknown;
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>> };
};

/** Sends a request and tells of it, however it ends. */
export async function told<T>(
  requests: Requests | undefined,
  installation: number | undefined,
  method: string,
  path: string,
  ask: () => Promise<T>,
): Promise<T> {
  if (!requests) return ask();
  const begun = performance.now();
  const ended = (end: Ended, status: unknown): void =>
    requests.requested(
      installation,
      method,
      routeOf(path),
      typeof status === 'number' ? status : undefined,
      (performance.now() - begun) / 1000,
      remainingOf(end.headers ?? end.response?.headers),
    );
  try {
    const answer = await ask();
    const read = (answer ?? {}) as Ended;
    // GraphQL's answer is the data alone.
    ended(path === '/graphql' ? {} : read, path === '/graphql' ? 200 : read.status);
    return answer;
  } catch (error) {
    const failed = (typeof error === 'object' && error !== null ? error : {}) as Ended;
    // Octokit makes up a 500 for a request that nobody answered.
    const answered = failed.response !== undefined || failed.headers !== undefined || failed.errors !== undefined;
    ended(failed, answered ? (failed.status ?? (failed.errors === undefined ? undefined : 200)) : undefined);
    throw error;
  }
}

/** Of the core budget: searches and GraphQL have budgets of their own. */
function remainingOf(headers: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const resource = headers?.['x-ratelimit-resource'];
  if (headers === undefined || (resource !== undefined && resource !== 'core')) return undefined;
  const left = headers['x-ratelimit-remaining'];
  return left === undefined || !/^\d{1,9}$/.test(String(left)) ? undefined : Number(left);
}
