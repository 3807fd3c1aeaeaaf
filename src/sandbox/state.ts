import type { Instant } from '../calendar/time.ts';

/**
 * Everything the twin knows, as plain JSON: `JSON.stringify(state)` is a saved world. Rows are changed in place after `World.touch`,
 * and lists inside a row are replaced, never pushed to (a reading that lags keeps the old row by a shallow copy).
 */
export type State = {
  readonly version: 1;
  nextId: number;
  app: AppRow;
  /** Since the manifest flow: what the App signs with, instead of what the twin was made with. */
  registered?: { readonly publicKeyPem: string; readonly webhookSecret: string };
  readonly accounts: Record<number, Account>;
  readonly teams: Record<number, Team>;
  readonly repos: Record<number, Repo>;
  readonly installations: Record<number, Installation>;
  readonly tokens: Record<string, Token>;
  /** Newest last. */
  deliveries: DeliveryRow[];
  /** Codes of the manifest flow that were not used yet. */
  readonly manifests: Record<string, { readonly manifest: Record<string, unknown>; readonly ownerId: number }>;
};

export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export type AppRow = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly botId: number;
  readonly ownerId: number;
  permissions: Permissions;
  events: readonly string[];
  readonly createdAt: Instant;
};

export type Account = {
  readonly id: number;
  login: string;
  readonly type: 'User' | 'Bot' | 'Organization';
  name: string | null;
  readonly createdAt: Instant;
  /** Of an organization: who belongs to it. */
  members?: Readonly<Record<number, 'admin' | 'member'>>;
  /** Of an organization: what every member may do on every repository of it. */
  base?: Role;
};

export type Team = {
  readonly id: number;
  readonly orgId: number;
  readonly slug: string;
  name: string;
  description: string | null;
  members: Readonly<Record<number, 'member' | 'maintainer'>>;
  repos: Readonly<Record<number, Role>>;
  /** Its name is plain text wherever it stands. */
  muted?: boolean;
  readonly createdAt: Instant;
};

export type Repo = {
  readonly id: number;
  name: string;
  ownerId: number;
  private: boolean;
  archived: boolean;
  description: string | null;
  defaultBranch: string;
  readonly createdAt: Instant;
  updatedAt: Instant;
  pushedAt: Instant;
  roles: Readonly<Record<number, Role>>;
  nextNumber: number;
  /** How many issues and pull requests are open. */
  openIssues: number;
  readonly labels: Record<number, Label>;
  readonly milestones: Record<number, Milestone>;
  /** Issues and pull requests by number. */
  readonly issues: Record<number, Issue>;
  readonly comments: Record<number, Comment>;
  readonly commits: Record<string, Commit>;
  readonly branches: Record<string, Branch>;
  /** Content by Git's blob SHA-1. */
  readonly blobs: Record<string, string>;
  /** Who wrote a commit here. */
  readonly committers: Record<number, true>;
  readonly checks: Record<number, CheckRun>;
  /** Former `owner/name`s, which still lead here. */
  formerly: readonly string[];
  /** Numbers of issues that went away: where to, or deleted. */
  readonly gone: Record<number, { readonly repo: number; readonly number: number } | 'deleted'>;
};

export type Branch = { sha: string };
export type Label = { readonly id: number; name: string; color: string; description: string | null; readonly isDefault: boolean };
export type Milestone = {
  readonly id: number;
  readonly number: number;
  readonly title: string;
  readonly creatorId: number;
  readonly createdAt: Instant;
};
/** The whole text from `at` on; the oldest revision is the original. */
export type Revision = { readonly at: Instant; readonly editorId: number; readonly text: string };
export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';
export type Reaction = { readonly id: number; readonly userId: number; readonly content: ReactionContent; readonly at: Instant };

export type Comment = {
  readonly id: number;
  issue: number;
  readonly authorId: number;
  readonly byApp: boolean;
  body: string;
  readonly createdAt: Instant;
  updatedAt: Instant;
  minimized: string | null;
  reactions: readonly Reaction[];
  edits: readonly Revision[];
};

export type StateReason = 'completed' | 'not_planned' | 'duplicate' | 'reopened';

/** One entry of the timeline, in GitHub's order. Which of the optional fields stand depends on `event`. */
export type TimelineRow = {
  readonly id: number;
  readonly event: string;
  readonly actorId: number;
  readonly at: Instant;
  readonly byApp: boolean;
  readonly comment?: number;
  readonly label?: { readonly name: string; readonly color: string };
  readonly assigneeId?: number;
  readonly commitId?: string;
  readonly stateReason?: string | null;
  readonly rename?: { readonly from: string; readonly to: string };
  readonly source?: Ref;
  readonly lockReason?: string | null;
  readonly milestone?: string;
  /** Of `closed`: the pull request that did it. Only GraphQL tells. */
  readonly closer?: Ref;
};

export type Ref = { readonly repo: number; readonly number: number };

export type Issue = {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  readonly authorId: number;
  readonly byApp: boolean;
  state: 'open' | 'closed';
  stateReason: StateReason | null;
  labels: readonly number[];
  assignees: readonly number[];
  milestone: number | null;
  locked: boolean;
  lockReason: string | null;
  pinned: boolean;
  readonly createdAt: Instant;
  updatedAt: Instant;
  closedAt: Instant | null;
  closedById: number | null;
  comments: number;
  reactions: readonly Reaction[];
  edits: readonly Revision[];
  readonly timeline: TimelineRow[];
  /** The pull requests that are set to close this issue. */
  closers: readonly (Ref & { readonly how: 'keyword' | 'hand' })[];
  pull?: Pull;
};

export type Pull = {
  draft: boolean;
  mergedAt: Instant | null;
  mergedById: number | null;
  mergeSha: string | null;
  readonly head: { readonly ref: string; readonly sha: string; readonly repo: number };
  readonly base: { readonly ref: string; readonly sha: string };
};

export type Commit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly authorId: number;
  readonly message: string;
  readonly at: Instant;
  /** The whole tree: path to blob SHA. */
  readonly files: Readonly<Record<string, string>>;
  readonly changed: { readonly added: readonly string[]; readonly modified: readonly string[]; readonly removed: readonly string[] };
};

export type CheckRun = {
  readonly id: number;
  readonly suiteId: number;
  readonly headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: string;
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: readonly Record<string, unknown>[];
};

export type Installation = {
  readonly id: number;
  readonly accountId: number;
  selection: 'all' | 'selected';
  repoIds: readonly number[];
  permissions: Permissions;
  events: readonly string[];
  readonly createdAt: Instant;
  updatedAt: Instant;
  suspendedAt: Instant | null;
  suspendedById: number | null;
};

/** An installation token; its end is real time, as its holder's clock is. */
export type Token = {
  readonly token: string;
  readonly installation: number;
  readonly permissions: Permissions;
  readonly repoIds: readonly number[] | null;
  readonly expiresAtMs: number;
};

export type DeliveryRow = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number | null;
  readonly repo: number | null;
  readonly redelivery: boolean;
  readonly body: string;
  /** When it is (or was) to be sent, by the twin's clock. */
  dueAt: Instant;
  /** 0 while it waits. */
  statusCode: number;
  status: string;
  durationS: number;
  response: string;
};

export function emptyState(app: AppRow): State {
  return {
    version: 1,
    nextId: 1_000_001,
    app,
    accounts: {},
    teams: {},
    repos: {},
    installations: {},
    tokens: {},
    deliveries: [],
    manifests: {},
  };
}
