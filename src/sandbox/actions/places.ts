import type { Account, Permissions, Repo, Role, Team } from '../state.ts';
import { rerequest } from '../world/checks.ts';
import { commit } from '../world/files.ts';
import { changeRepositories, install, setPermissions, suspend, uninstall } from '../world/installations.ts';
import { createLabel, deleteLabel, editLabel, type NewLabel } from '../world/labels.ts';
import { mustBe } from '../world/people.ts';
import { createRepo, deleteRepo, renameRepo, setPrivate, setRole, transferRepo } from '../world/repositories.ts';
import { createTeam, muteTeam, setMember, setTeamMember } from '../world/teams.ts';
import { type Actor, Refused, type World } from '../world/world.ts';

export type OrgOptions = { readonly admins?: readonly string[]; readonly members?: readonly string[]; readonly base?: Role };
export type TeamOptions = {
  readonly members?: readonly string[];
  readonly repositories?: Readonly<Record<string, Role>>;
  readonly name?: string;
};
export type RepositoryOptions = {
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly description?: string;
  /** Path to text: the first commit, by the owner (or an admin of the organization). */
  readonly files?: Readonly<Record<string, string>>;
  readonly roles?: Readonly<Record<string, Role>>;
  readonly labels?: readonly NewLabel[];
};
export type InstallOptions = {
  readonly by: string;
  /** All of the account's, now and later, if absent. */
  readonly repositories?: readonly string[];
  /** What the App asks for, if absent. */
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
};
export type CommitOptions = { readonly message?: string; readonly branch?: string };

export type PlaceActions = {
  /** A person. Again with the same login: the same person. */
  user(login: string, name?: string): Account;
  org(login: string, options?: OrgOptions): Account;
  team(org: string, slug: string, options?: TeamOptions): Team;
  /** `role` undefined takes the person out. Sends `membership` to an App that subscribed. */
  teamMember(org: string, slug: string, login: string, role: 'member' | 'maintainer' | undefined, by: string): void;
  /** Its name is plain text from then on, whoever writes it (what a secret team's is to an App), or a mention again. No webhook. */
  muteTeam(org: string, slug: string, muted: boolean): void;
  /** `role` undefined takes the person out of the organization and its teams. */
  orgMember(org: string, login: string, role: 'member' | 'admin' | undefined, by: string): void;
  repository(fullName: string, options?: RepositoryOptions): Repo;
  /** `none` takes the role away. */
  role(repo: string, login: string, role: Role, by: string): void;
  renameRepository(repo: string, name: string, by: string): void;
  transferRepository(repo: string, owner: string, by: string): void;
  /** Read-only from then on, or not any more. Sends `repository`. */
  archive(repo: string, archived: boolean, by: string): void;
  privatize(repo: string, isPrivate: boolean, by: string): void;
  deleteRepository(repo: string, by: string): void;
  defaultBranch(repo: string, branch: string, by: string): void;
  /** One commit on the default branch (null removes the file); answers its SHA. Pushes, and acts on `Fixes #N` in the message. */
  commitFile(repo: string, path: string, text: string | null, by: string, options?: CommitOptions): string;
  commitFiles(repo: string, files: Readonly<Record<string, string | null>>, by: string, options?: CommitOptions): string;
  createLabel(repo: string, label: NewLabel, by: string): number;
  editLabel(repo: string, name: string, to: Partial<NewLabel>, by: string): void;
  deleteLabel(repo: string, name: string, by: string): void;
  /** "Re-run" on a check run. */
  rerequestCheck(repo: string, checkRun: number, by: string): void;
  /** Answers the installation's id. */
  install(account: string, options: InstallOptions): number;
  uninstall(installation: number, by: string): void;
  suspend(installation: number, by: string): void;
  unsuspend(installation: number, by: string): void;
  addRepositories(installation: number, repositories: readonly string[], by: string): void;
  removeRepositories(installation: number, repositories: readonly string[], by: string): void;
  /** Somebody agreed to what the App asks for by now, which sends a webhook; without `by` its owner asks for less, which does not. */
  acceptPermissions(installation: number, permissions: Permissions, by?: string): void;
  /** Begins the manifest flow: the code that `POST /app-manifests/{code}/conversions` takes. */
  registerManifest(manifest: Readonly<Record<string, unknown>>, by: string): string;
};

export const personOf =
  (world: World) =>
  (login: string): Actor => ({ account: world.who(login), app: false });

export function placeActions(world: World): PlaceActions {
  return { ...accountActions(world), ...repositoryActions(world), ...installationActions(world) };
}

type Accounts = Pick<PlaceActions, 'user' | 'org' | 'team' | 'teamMember' | 'muteTeam' | 'orgMember'>;
type Installations = Pick<
  PlaceActions,
  'install' | 'uninstall' | 'suspend' | 'unsuspend' | 'addRepositories' | 'removeRepositories' | 'acceptPermissions' | 'registerManifest'
>;

function accountActions(world: World): Accounts {
  const account = (login: string, type: Account['type'], name: string | null): Account =>
    world.login(login) ?? world.addAccount({ id: world.id(), login, type, name, createdAt: world.now() });
  const user = (login: string, name?: string): Account => account(login, 'User', name ?? null);
  return {
    user,
    org: (login, { admins = [], members = [], base = 'read' } = {}) => {
      const org = account(login, 'Organization', login);
      const all: [number, 'admin' | 'member'][] = [
        ...members.map((one) => [user(one).id, 'member'] as [number, 'member']),
        ...admins.map((one) => [user(one).id, 'admin'] as [number, 'admin']),
      ];
      org.members = { ...org.members, ...Object.fromEntries(all) };
      org.base = base;
      return org;
    },
    team: (org, slug, options = {}) => createTeam(world, world.who(org), slug, options),
    teamMember: (org, slug, login, role, by) => setTeamMember(world, world.who(org), slug, world.who(login), role, world.who(by)),
    muteTeam: (org, slug, muted) => muteTeam(world, world.who(org), slug, muted),
    orgMember: (org, login, role, by) => setMember(world, world.who(org), user(login), role, world.who(by)),
  };
}

function repositoryActions(world: World): Omit<PlaceActions, keyof Accounts | keyof Installations> {
  const by = personOf(world);
  const at = (name: string): Repo => world.theRepo(name);
  const commitFiles: PlaceActions['commitFiles'] = (repo, files, login, options = {}) =>
    commit(world, at(repo), { message: `Update ${Object.keys(files).join(', ')}`, ...options, files }, by(login)).sha;
  const theLabel = (repo: string, name: string) => {
    const label = world.label(at(repo), name);
    if (!label) throw new Refused(`no label ${name}`, 404);
    return label;
  };
  const touched = (repo: Repo, actor: Actor, action: string, changes?: Record<string, unknown>): void =>
    world.happened({ event: 'repository', action, repo, sender: actor.account, body: () => (changes ? { changes } : {}) });
  return {
    repository: (fullName, options = {}) => {
      const [owner, name] = fullName.split('/') as [string, string];
      const account = world.who(owner);
      const repo = createRepo(world, account, { name, ...options });
      repo.roles = Object.fromEntries(Object.entries(options.roles ?? {}).map(([login, role]) => [world.who(login).id, role]));
      const admin = Object.entries(account.members ?? {}).find(([, role]) => role === 'admin');
      const actor: Actor = { account: admin ? world.account(Number(admin[0])) : account, app: account.type === 'Organization' && !admin };
      if (options.files) commit(world, repo, { files: options.files, message: 'First commit' }, actor);
      for (const label of options.labels ?? []) createLabel(world, repo, actor, label);
      return repo;
    },
    role: (repo, login, role, who) => setRole(world, at(repo), by(who), world.who(login), role),
    renameRepository: (repo, name, who) => renameRepo(world, at(repo), by(who), name),
    transferRepository: (repo, owner, who) => transferRepo(world, at(repo), by(who), world.who(owner)),
    archive: (repo, archived, who) => {
      mustBe(world, at(repo), by(who), 'admin');
      at(repo).archived = archived;
      touched(at(repo), by(who), archived ? 'archived' : 'unarchived');
    },
    privatize: (repo, isPrivate, who) => setPrivate(world, at(repo), by(who), isPrivate),
    deleteRepository: (repo, who) => deleteRepo(world, at(repo), by(who)),
    defaultBranch: (repo, branch, who) => {
      mustBe(world, at(repo), by(who), 'admin');
      const from = at(repo).defaultBranch;
      at(repo).defaultBranch = branch;
      touched(at(repo), by(who), 'edited', { default_branch: { from } });
    },
    commitFile: (repo, path, text, login, options) => commitFiles(repo, { [path]: text }, login, options),
    commitFiles,
    createLabel: (repo, label, who) => createLabel(world, at(repo), by(who), label).id,
    editLabel: (repo, name, to, who) => editLabel(world, at(repo), by(who), theLabel(repo, name), to),
    deleteLabel: (repo, name, who) => deleteLabel(world, at(repo), by(who), theLabel(repo, name)),
    rerequestCheck: (repo, id, who) => {
      const run = at(repo).checks[id];
      if (!run) throw new Refused(`no check run ${id}`, 404);
      rerequest(world, at(repo), run, by(who));
    },
  };
}

function installationActions(world: World): Installations {
  const repos = (names: readonly string[]): Repo[] => names.map((name) => world.theRepo(name));
  const the = (id: number) => {
    const one = world.state.installations[id];
    if (!one) throw new Refused(`no installation ${id}`, 404);
    return one;
  };
  return {
    install: (account, { by, repositories, ...more }) =>
      install(world, world.who(by), { account: world.who(account), ...(repositories && { repos: repos(repositories) }), ...more }).id,
    uninstall: (id, by) => uninstall(world, world.who(by), the(id)),
    suspend: (id, by) => suspend(world, world.who(by), the(id), true),
    unsuspend: (id, by) => suspend(world, world.who(by), the(id), false),
    addRepositories: (id, names, by) => changeRepositories(world, world.who(by), the(id), repos(names), 'added'),
    removeRepositories: (id, names, by) => changeRepositories(world, world.who(by), the(id), repos(names), 'removed'),
    acceptPermissions: (id, permissions, by) => setPermissions(world, the(id), permissions, by === undefined ? undefined : world.who(by)),
    registerManifest: (manifest, by) => {
      const code = `code${world.id()}`;
      world.state.manifests[code] = { manifest: { ...manifest }, ownerId: world.who(by).id };
      return code;
    },
  };
}
