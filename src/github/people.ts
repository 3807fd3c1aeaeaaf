import type { Instant } from '../calendar/time.ts';
import type { Actor, Named } from '../desk/ledger.ts';
import { personKey } from '../policy/notation.ts';
import type { AtLeast, Person, Plan, Policy } from '../policy/types.ts';
import { Fault, type RepoRef } from '../watch/github-port.ts';
import { type Api, repoPath } from './api.ts';
import { Lru } from './lru.ts';
import { Account, PermissionJson, RepositoryJson, TeamJson, z } from './schemas.ts';

/** What is known of people is asked again after this long; a webhook makes us forget it at once. */
export const PEOPLE_TTL_S = 600;
const PEOPLE_MAX = 20_000;
const TEAMS_MAX = 2_000;
/** 1,000 members: who is beyond them is asked for by role. */
const TEAM_PAGES_MAX = 10;
/** Whoever names the members of a team one by one names a handful. */
const MEMBERS_MAX = 100;
/** Requests at one time; GitHub allows 100 for everything that we do. */
const AT_ONCE = 6;

const RANKS = { none: 0, read: 1, triage: 2, write: 3, maintain: 4, admin: 5 } as const;
type Rank = (typeof RANKS)[keyof typeof RANKS];

/** `who` is absent where there is no such account, or it is an organization's. */
type Known = { readonly rank: Rank; readonly bot: boolean; readonly who?: Actor; readonly at: Instant };
/** `people`: the logins of the first members who are no bots. */
type Team = { readonly ids: ReadonlySet<number>; readonly people: readonly string[]; readonly at: Instant };
type There = { readonly there: boolean; readonly at: Instant };
type TeamRef = Extract<Person, { kind: 'team' }>;

/** Roles and teams, from GitHub or from the last ten minutes. */
export class People {
  readonly #api: Api;
  readonly #clock: () => Instant;
  readonly #known = new Lru<Known>(PEOPLE_MAX);
  readonly #teams = new Lru<Team>(TEAMS_MAX);
  readonly #reachable = new Lru<There>(TEAMS_MAX);
  readonly #private = new Lru<There>(TEAMS_MAX);
  readonly #assignable = new Lru<There>(PEOPLE_MAX);
  /** Part of every key, by installation: what was known under an older one is never found again. */
  readonly #generations = new Map<number, number>();

  constructor(api: Api, clock: () => Instant) {
    this.#api = api;
    this.#clock = clock;
  }

  /** A change of people may touch any repository of the installation: teams and organizations reach many. */
  forget(installation: number): void {
    this.#generations.set(installation, (this.#generations.get(installation) ?? 0) + 1);
  }

  /** Which of these are responders today, by id. Asks for the role of at most `max` people whom nothing else decides; the rest are not. */
  async responders(repo: RepoRef, actors: readonly Actor[], policy: Policy, max: number): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    if (actors.length === 0) return found;
    const named = new Set(policy.responders.users.flatMap((one) => (one.kind === 'user' ? [one.login.toLowerCase()] : [])));
    const teams: Team[] = [];
    for (const team of policy.responders.teams) if (team.kind === 'team') teams.push(await this.#members(repo, team));
    const unknown: Actor[] = [];
    for (const actor of actors) {
      if (named.has(actor.login.toLowerCase()) || teams.some((team) => team.ids.has(actor.id))) found.add(actor.id);
      else unknown.push(actor);
    }
    const fresh = unknown.filter((actor) => !this.#cached(repo, actor.login));
    const skipped = new Set(fresh.slice(max));
    const asked = unknown.filter((actor) => !skipped.has(actor));
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const some = asked.slice(from, from + AT_ONCE);
      const known = await Promise.all(some.map((actor) => this.#person(repo, actor.login)));
      for (const [index, one] of known.entries()) if (one.rank >= RANKS[policy.responders.atLeast]) found.add(some[index]!.id);
    }
    return found;
  }

  /** Those of these logins that are somebody's, by login in lower case, with what commands may do with them. Two requests for each. */
  async named(repo: RepoRef, logins: readonly string[], policy: Policy): Promise<ReadonlyMap<string, Named>> {
    const actors = new Map<string, Actor>();
    const bots = new Set<string>();
    for (const login of logins) {
      const { who, bot } = await this.#person(repo, login);
      if (who) actors.set(login.toLowerCase(), who);
      if (bot) bots.add(login.toLowerCase());
    }
    const people = [...actors].flatMap(([login, actor]) => (bots.has(login) ? [] : [actor]));
    const responders = await this.responders(repo, people, policy, people.length);
    const found = new Map<string, Named>();
    for (const [login, actor] of actors) {
      const assignable = !bots.has(login) && (await this.#isAssignable(repo, login));
      found.set(login, { actor, responder: responders.has(actor.id), assignable });
    }
    return found;
  }

  /** Which plans this account has by name or by team, in the policy's order. */
  async plansOf(repo: RepoRef, who: Actor, plans: readonly Plan[]): Promise<string[]> {
    const found: string[] = [];
    for (const plan of plans) if (await this.#isOneOf(repo, who, plan.reporters)) found.push(plan.id);
    return found;
  }

  /** Logins of people in a team; nobody, where it is not there or we may not read it. */
  async members(repo: RepoRef, team: Person): Promise<readonly string[]> {
    return team.kind === 'team' ? (await this.#members(repo, team)).people : [team.login];
  }

  /** Whom a mention would notify, by `personKey`. */
  async reach(repo: RepoRef, people: readonly Person[]): Promise<ReadonlySet<string>> {
    const reached = new Set<string>();
    for (const person of people) {
      const there = person.kind === 'team' ? await this.#teamCanRead(repo, person) : await this.#canRead(repo, person.login);
      if (there) reached.add(personKey(person));
    }
    return reached;
  }

  #key(repo: RepoRef, what: string): string {
    return `${repo.installation} ${this.#generations.get(repo.installation) ?? 0} ${what}`;
  }

  async #canRead(repo: RepoRef, login: string): Promise<boolean> {
    const one = await this.#person(repo, login);
    return one.rank >= RANKS.read && !one.bot;
  }

  async #isOneOf(repo: RepoRef, who: Actor, people: readonly Person[]): Promise<boolean> {
    if (who.id === 0) return false;
    if (people.some((one) => one.kind === 'user' && one.login.toLowerCase() === who.login.toLowerCase())) return true;
    for (const one of people) if (one.kind === 'team' && (await this.#members(repo, one)).ids.has(who.id)) return true;
    return false;
  }

  async #isAssignable(repo: RepoRef, login: string): Promise<boolean> {
    const ask = () => this.#api.find(repo, repoPath(repo, 'assignees', login), THERE);
    return this.#remembered(this.#assignable, this.#key(repo, `${repo.id} ${login}`), async () => (await ask()) !== undefined);
  }

  async #remembered(all: Lru<There>, key: string, ask: () => Promise<boolean>): Promise<boolean> {
    const cached = all.get(key);
    if (cached && cached.at > this.#clock() - PEOPLE_TTL_S) return cached.there;
    const there = await ask();
    all.set(key, { there, at: this.#clock() });
    return there;
  }

  #cached(repo: RepoRef, login: string): Known | undefined {
    const known = this.#known.get(this.#key(repo, `${repo.id} ${login.toLowerCase()}`));
    return known && known.at > this.#clock() - PEOPLE_TTL_S ? known : undefined;
  }

  async #person(repo: RepoRef, login: string): Promise<Known> {
    const cached = this.#cached(repo, login);
    if (cached) return cached;
    const ask = () => this.#api.find(repo, repoPath(repo, 'collaborators', login, 'permission'), PermissionJson);
    // One wrong 404 must not make a stranger of somebody for good: what he did would be decided upon it.
    const read = (await ask()) ?? (await ask());
    const who = read?.user && read.user.type !== 'Organization' ? { who: { id: read.user.id, login: read.user.login } } : {};
    const known: Known = { rank: read ? rankOf(read) : RANKS.none, bot: read?.user?.type === 'Bot', ...who, at: this.#clock() };
    this.#known.set(this.#key(repo, `${repo.id} ${login.toLowerCase()}`), known);
    return known;
  }

  /** Nobody, where the team is not there or we may not read it. */
  async #members(repo: RepoRef, team: TeamRef): Promise<Team> {
    const key = this.#key(repo, personKey(team));
    const cached = this.#teams.get(key);
    if (cached && cached.at > this.#clock() - PEOPLE_TTL_S) return cached;
    const members = await orNothing(() => this.#api.pages(repo, `${teamPath(team)}/members`, z.array(Account), TEAM_PAGES_MAX));
    const people = (members ?? []).filter((one) => one.type !== 'Bot').map((one) => one.login);
    const ids = new Set((members ?? []).map((one) => one.id));
    const known: Team = { ids, people: people.slice(0, MEMBERS_MAX), at: this.#clock() };
    this.#teams.set(key, known);
    return known;
  }

  /** A team that we may not read is not notified by us either (`platform.md`, 1.6); an empty one notifies nobody. */
  async #teamIsThere(repo: RepoRef, team: TeamRef): Promise<boolean> {
    return this.#remembered(this.#reachable, this.#key(repo, personKey(team)), async () => {
      const read = await orNothing(() => this.#api.get(repo, teamPath(team), TeamJson));
      return read !== undefined && read.data.members_count !== 0;
    });
  }

  /** A public repository everybody can read; a private one only a team that was let in. */
  async #teamCanRead(repo: RepoRef, team: TeamRef): Promise<boolean> {
    if (!(await this.#teamIsThere(repo, team))) return false;
    if (!(await this.#isPrivate(repo))) return true;
    const path = `${teamPath(team)}${repoPath(repo)}`;
    const ask = () => orNothing(() => this.#api.find(repo, path, THERE));
    return this.#remembered(this.#reachable, this.#key(repo, `${repo.id} ${personKey(team)}`), async () => (await ask()) !== undefined);
  }

  #isPrivate(repo: RepoRef): Promise<boolean> {
    return this.#remembered(this.#private, this.#key(repo, String(repo.id)), async () => {
      const read = await orNothing(() => this.#api.get(repo, repoPath(repo), RepositoryJson));
      // What is internal to an enterprise is private, too, and every member can read it.
      return read?.data.private === true && read.data.visibility !== 'internal';
    });
  }
}

const teamPath = ({ org, slug }: TeamRef): string => `/orgs/${encodeURIComponent(org)}/teams/${encodeURIComponent(slug)}`;

/** 204 says it without a word. */
const THERE = z.unknown().transform(() => true);

async function orNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Fault && error.kind !== 'passing') return undefined;
    throw error;
  }
}

/** `permission` says triage as read and maintain as write; `role_name` may be an organization's own; the flags know. */
function rankOf(read: z.infer<typeof PermissionJson>): Rank {
  const names: readonly (string | undefined)[] = [read.permission, read.role_name];
  const ranks: Rank[] = names.map((name) => RANKS[name as AtLeast] ?? RANKS.none);
  const { pull, triage, push, maintain, admin } = read.user?.permissions ?? {};
  ranks.push(admin ? RANKS.admin : maintain ? RANKS.maintain : push ? RANKS.write : triage ? RANKS.triage : pull ? RANKS.read : RANKS.none);
  return Math.max(...ranks) as Rank;
}
