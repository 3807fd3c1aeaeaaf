import type { Instant } from '../calendar/time.ts';
import type { ClosedAs, Ledger, Record } from '../desk/ledger.ts';
import type { FormSpec } from '../policy/forms.ts';
import type { Person, Policy, Problem } from '../policy/types.ts';

/** A repository as this installation reaches it. */
export type RepoRef = {
  readonly installation: number;
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  /** How urgent writes through this reference are; pages are always first. `normal` if absent. */
  readonly pace?: 'normal' | 'background';
  /** Whose ticket writes through this reference are about: one reporter's pages do not take all of the others'. */
  readonly reporter?: number;
};

export type InstallationRead = {
  readonly id: number;
  readonly createdAt: Instant;
  readonly suspended: boolean;
  readonly account: string;
  /** Another one when we may do other things than before: other permissions, suspended, let in again. */
  readonly mark: string;
  readonly updatedAt: Instant;
};

export type RepoRead = RepoRef & {
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly hasIssues: boolean;
  /** The last push; absent where there was none. */
  readonly pushedAt?: Instant;
};

/** A line of a listing: enough to know whom to wake. */
export type IssueLine = { readonly number: number; readonly updatedAt: Instant; readonly open: boolean; readonly isPull: boolean };

export type CheckRunRead = { readonly id: number; readonly good: boolean; readonly completedAt: Instant };

export type CheckRunWrite = {
  readonly commit: string;
  readonly name: string;
  readonly good: boolean;
  readonly title: string;
  readonly summary: string;
  readonly path: string;
  /** Any number: GitHub takes 50 a request. */
  readonly annotations: readonly Problem[];
};

export type ReadOptions = {
  readonly policy: Policy;
  readonly forms: readonly FormSpec[];
  readonly defaultBranch: string;
  readonly now: Instant;
  /** `comment:123`, `closed` …: what a webhook announced and the look should find. */
  readonly expect: readonly string[];
};

export type LedgerRead = {
  readonly ledger: Ledger;
  /** Our status comment and record, step and reply comments, as GitHub shows them; the oldest of each key. */
  readonly status?: { readonly id: number; readonly body: string; readonly record?: Record };
  readonly duplicates: readonly number[];
  /** Announced, and not there yet: look again. */
  readonly missing: readonly string[];
  /** Numbers of pull requests of this repository that may fix the issue. */
  readonly fixNumbers: readonly number[];
  readonly updatedAt: Instant;
};

/** Why a request failed, as far as the desk cares. */
export class Fault extends Error {
  /** `gone`: 404, 410 or 301 of the subject. `refused`: a no to this request; whoever sent it decides when to ask again. `passing`: try again at `retryAt`. */
  readonly kind: 'gone' | 'refused' | 'passing';
  /** Seconds from now at least, where GitHub says so. */
  readonly retryAfterS: number | undefined;
  /** The whole installation is limited, not just this request. */
  readonly limited: boolean;
  /** GitHub does not take who we say we are: neither about this request, nor a limit. `retryAfterS` says when it is asked again. */
  readonly refusedKey: boolean;
  /** A write whose answer was lost: it may have happened. */
  readonly unsure: boolean;
  readonly status: number | undefined;

  constructor(
    kind: Fault['kind'],
    message: string,
    more: { retryAfterS?: number; limited?: boolean; refusedKey?: boolean; unsure?: boolean; status?: number } = {},
  ) {
    super(message);
    this.name = 'Fault';
    this.kind = kind;
    this.retryAfterS = more.retryAfterS;
    this.limited = more.limited ?? false;
    this.refusedKey = more.refusedKey ?? false;
    this.unsure = more.unsure ?? false;
    this.status = more.status;
  }
}

/** GitHub, as the desk needs it. Every method throws `Fault` and nothing else for what goes wrong on the way. */
export type GitHub = {
  /** Id and slug of this App, and the id of its bot account. */
  me(): Promise<{ readonly id: number; readonly slug: string; readonly bot: number }>;
  installations(): Promise<InstallationRead[]>;
  /** 100 a page. */
  repositories(installation: number, page: number): Promise<{ readonly repos: RepoRead[]; readonly more: boolean }>;
  repository(repo: RepoRef): Promise<RepoRead>;
  /** On the default branch, or as it stood at `commit`. At most 1 MB; undefined when there is none. */
  file(
    repo: Pick<RepoRef, 'installation' | 'owner' | 'name'>,
    path: string,
    commit?: string,
  ): Promise<{ readonly sha: string; readonly text: string } | undefined>;
  blob(repo: RepoRef, sha: string): Promise<string | undefined>;
  directory(repo: RepoRef, path: string): Promise<{ readonly name: string; readonly sha: string; readonly path: string }[]>;
  /** Newest first, on the default branch. */
  commitsTouching(repo: RepoRef, path: string, limit: number): Promise<{ readonly sha: string; readonly at: Instant }[]>;
  /** Our newest completed check run of that name on a commit. */
  checkRun(repo: RepoRef, commit: string, name: string): Promise<CheckRunRead | undefined>;
  createCheckRun(repo: RepoRef, run: CheckRunWrite): Promise<CheckRunRead>;
  /** Issues by `updated_at`, newest first, pull requests among them; `undefined` when nothing changed since the last call (304, unbilled). */
  issuesUpdated(
    repo: RepoRef,
    since: Instant | undefined,
    page: number,
  ): Promise<{ readonly lines: IssueLine[]; readonly more: boolean } | undefined>;
  /** Open issues, oldest first, 100 a page. */
  openIssues(repo: RepoRef, page: number): Promise<{ readonly lines: IssueLine[]; readonly more: boolean }>;
  readLedger(repo: RepoRef, number: number, options: ReadOptions): Promise<LedgerRead>;
  /** Whether each would be notified: a user who is no bot and a team with somebody in it, if they can read the repository. */
  reach(repo: RepoRef, people: readonly Person[], now: Instant): Promise<ReadonlySet<string>>;
  /** Logins of people in a team, at most 100, no bots; nobody, where it is not there or we may not read it. */
  members(repo: RepoRef, team: Person): Promise<readonly string[]>;
  /** Teams that a comment of ours mentions, `org/slug` as it writes them, and that GitHub shows as plain text: none of them was notified. */
  silentTeams(repo: RepoRef, comment: number): Promise<readonly string[]>;

  /** `silentTeams`: as that method says, of this comment. */
  createComment(repo: RepoRef, number: number, body: string): Promise<{ readonly id: number; readonly silentTeams: readonly string[] }>;
  editComment(repo: RepoRef, id: number, body: string): Promise<void>;
  deleteComment(repo: RepoRef, id: number): Promise<void>;
  /** Creates the label in the repository first if it is missing there. */
  addLabel(
    repo: RepoRef,
    number: number,
    label: { readonly name: string; readonly color: string; readonly description: string },
  ): Promise<void>;
  removeLabel(repo: RepoRef, number: number, name: string): Promise<void>;
  setTitle(repo: RepoRef, number: number, title: string): Promise<void>;
  assign(repo: RepoRef, number: number, login: string): Promise<void>;
  /** Who is not assigned stays so. */
  unassign(repo: RepoRef, number: number, login: string): Promise<void>;
  react(repo: RepoRef, comment: number, content: '+1' | 'confused'): Promise<void>;
  /** `as`: how it is closed; `completed` if absent. */
  setState(repo: RepoRef, number: number, state: 'open' | 'closed', as?: ClosedAs): Promise<void>;
  createIssue(repo: RepoRef, title: string, body: string): Promise<{ readonly number: number }>;
  /** Webhooks that we did not take since then; `whole`: all of them. */
  failedDeliveries(
    since: Instant,
  ): Promise<{ readonly failed: readonly { readonly id: number; readonly guid: string }[]; readonly whole: boolean }>;
  redeliver(id: number): Promise<void>;
  /** Whether GitHub did not take the App's key when it was last shown, by the App itself or for a token; false before the first time. */
  keyRefused(): boolean;
  /** GitHub limits this installation (0: the App itself) until then, as another process was told: what is asked for it fails, unsent. */
  limit(installation: number, until: Instant): void;
  /** Forgets what is cached of people or labels there: a webhook said that it changed. */
  forget(repo: RepoRef, what: 'people' | 'labels' | 'forms'): void;
};
