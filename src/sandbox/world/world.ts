import type { Instant } from '../../calendar/time.ts';
import type { Account, Comment, Installation, Issue, Label, Repo, State, Team } from '../state.ts';

/** Who does something. `app` is true when the App does it through the API: what it writes carries `performed_via_github_app`. */
export type Actor = { readonly account: Account; readonly app: boolean };

/** What a change tells the world; `hooks/` turns it into webhooks for whoever may hear it. */
export type Happening = {
  readonly event: string;
  readonly action: string | null;
  /** Its owner and its installation are the event's. */
  readonly repo?: Repo;
  /** Of an event without a repository: the organization. */
  readonly org?: Account;
  /** Of an event about an installation itself. */
  readonly installation?: Installation;
  readonly sender: Account;
  /** What the payload says besides action, repository, organization, installation and sender. Asked for at once, so that it shows the world of right then. */
  readonly body: () => Record<string, unknown>;
};

/** A change that GitHub refuses; `status` is what the REST API answers. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  constructor(message: string, status = 403, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

type Old = { readonly until: Instant; readonly row: object | undefined };

/** The state with its indices, ids, the clock, and readings that may lag behind the writes. */
export class World {
  readonly state: State;
  readonly clock: { now(): Instant };
  /** Where the API and the pages are, without a slash at the end. */
  urls = { api: 'https://api.github.com', html: 'https://github.com' };
  /** Called for every change that GitHub sends a webhook about. */
  onHappening: (happening: Happening) => void = () => {};
  /** Seconds by which readings trail the write that is being made; 0 when they don't. */
  lagOf: () => number = () => 0;
  readonly #logins = new Map<string, Account>();
  readonly #repos = new Map<string, Repo>();
  readonly #olds = new Map<object, Old[]>();

  constructor(state: State, clock: { now(): Instant }) {
    this.state = state;
    this.clock = clock;
    for (const account of Object.values(state.accounts)) this.#logins.set(account.login.toLowerCase(), account);
    for (const repo of Object.values(state.repos)) this.indexRepo(repo);
  }

  now(): Instant {
    return this.clock.now();
  }

  id(): number {
    return this.state.nextId++;
  }

  addAccount(account: Account): Account {
    this.state.accounts[account.id] = account;
    this.#logins.set(account.login.toLowerCase(), account);
    return account;
  }

  account(id: number): Account {
    const account = this.state.accounts[id];
    if (!account) throw new Error(`no account ${id}`);
    return account;
  }

  rename(account: Account, login: string): void {
    this.#logins.delete(account.login.toLowerCase());
    account.login = login;
    this.#logins.set(login.toLowerCase(), account);
  }

  login(login: string): Account | undefined {
    return this.#logins.get(login.toLowerCase());
  }

  /** For people's actions: a login that does not exist is a bug of the caller. */
  who(login: string): Account {
    const account = this.login(login);
    if (!account) throw new Error(`no such login: ${login}`);
    return account;
  }

  bot(): Account {
    return this.account(this.state.app.botId);
  }

  indexRepo(repo: Repo): void {
    this.#repos.set(this.fullName(repo).toLowerCase(), repo);
    for (const old of repo.formerly) if (!this.#repos.has(old.toLowerCase())) this.#repos.set(old.toLowerCase(), repo);
  }

  /** Gone, with its names. */
  dropRepo(repo: Repo): void {
    for (const [name, one] of this.#repos) if (one === repo) this.#repos.delete(name);
    delete this.state.repos[repo.id];
  }

  fullName(repo: Repo): string {
    return `${this.account(repo.ownerId).login}/${repo.name}`;
  }

  /** By `owner/name`, the former ones included. */
  repo(fullName: string): Repo | undefined {
    return this.#repos.get(fullName.toLowerCase());
  }

  theRepo(fullName: string): Repo {
    const repo = this.repo(fullName);
    if (!repo) throw new Error(`no such repository: ${fullName}`);
    return repo;
  }

  issue(repo: Repo, number: number): Issue {
    const issue = repo.issues[number];
    if (!issue) throw new Refused('Not Found', 404);
    return issue;
  }

  comment(repo: Repo, id: number): Comment {
    const comment = repo.comments[id];
    if (!comment) throw new Refused('Not Found', 404);
    return comment;
  }

  /** Label names are unique without regard to case. */
  label(repo: Repo, name: string): Label | undefined {
    const wanted = name.toLowerCase();
    for (const id in repo.labels) if (repo.labels[id]!.name.toLowerCase() === wanted) return repo.labels[id];
    return undefined;
  }

  team(orgId: number, slug: string): Team | undefined {
    return Object.values(this.state.teams).find((team) => team.orgId === orgId && team.slug === slug.toLowerCase());
  }

  /** The installation that covers this repository, suspended or not. */
  installationOf(repo: Repo): Installation | undefined {
    for (const one of Object.values(this.state.installations))
      if (one.accountId === repo.ownerId && (one.selection === 'all' || one.repoIds.includes(repo.id))) return one;
    return undefined;
  }

  happened(happening: Happening): void {
    this.onHappening(happening);
  }

  /** Say so before a row changes: while readings lag they go on seeing what it was. Answers the row. */
  touch<T extends object>(row: T): T {
    this.#remember(row, { ...row });
    return row;
  }

  /** Say so when a row was made: while readings lag it is not there yet. Answers the row. */
  made<T extends object>(row: T): T {
    this.#remember(row, undefined);
    return row;
  }

  #remember(row: object, was: object | undefined): void {
    const lag = this.lagOf();
    if (lag <= 0) return;
    const now = this.now();
    const olds = (this.#olds.get(row) ?? []).filter((old) => old.until > now);
    // Replicas do not go back: a later write is never seen before an earlier one.
    const until = Math.max(now + lag, olds.at(-1)?.until ?? 0) as Instant;
    this.#olds.set(row, [...olds, { until, row: was }]);
  }

  /** The row as readings see it now; undefined when they don't see it yet. */
  view<T extends object>(row: T): T | undefined {
    if (this.#olds.size === 0) return row;
    const olds = this.#olds.get(row);
    if (!olds) return row;
    const now = this.now();
    const old = olds.find((one) => one.until > now);
    if (old) return old.row as T | undefined;
    this.#olds.delete(row);
    return row;
  }

  /** Of a list: the rows that readings see. */
  seen<T extends object>(rows: Iterable<T>): T[] {
    const seen: T[] = [];
    for (const row of rows) {
      const view = this.view(row);
      if (view) seen.push(view);
    }
    return seen;
  }
}
