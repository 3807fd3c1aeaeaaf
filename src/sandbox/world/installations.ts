import { nodeId, userJson } from '../render/account.ts';
import { installationJson } from '../render/app.ts';
import type { Account, Installation, Permissions, Repo } from '../state.ts';
import { Refused, type World } from './world.ts';

export type NewInstallation = {
  readonly account: Account;
  /** All of the account's, if absent. */
  readonly repos?: readonly Repo[];
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
};

export const reposOf = (world: World, installation: Installation): Repo[] =>
  Object.values(world.state.repos).filter(
    (repo) => repo.ownerId === installation.accountId && (installation.selection === 'all' || installation.repoIds.includes(repo.id)),
  );

const brief = (world: World, repos: readonly Repo[]): Record<string, unknown>[] =>
  repos.map((repo) => ({
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: world.fullName(repo),
    private: repo.private,
  }));

function tell(world: World, installation: Installation, sender: Account, action: string, more: Record<string, unknown>): void {
  world.happened({
    event: action === 'added' || action === 'removed' ? 'installation_repositories' : 'installation',
    action,
    installation,
    sender,
    body: () => ({ installation: installationJson(world, installation), ...more }),
  });
}

export function install(world: World, by: Account, what: NewInstallation): Installation {
  const { app } = world.state;
  const there = Object.values(world.state.installations).find((one) => one.accountId === what.account.id);
  if (there) throw new Refused(`the App is installed on ${what.account.login} already`, 422);
  const now = world.now();
  const installation: Installation = {
    id: world.id(),
    accountId: what.account.id,
    selection: what.repos ? 'selected' : 'all',
    repoIds: (what.repos ?? []).map((repo) => repo.id),
    permissions: what.permissions ?? app.permissions,
    events: what.events ?? app.events,
    createdAt: now,
    updatedAt: now,
    suspendedAt: null,
    suspendedById: null,
  };
  world.state.installations[installation.id] = installation;
  tell(world, installation, by, 'created', { repositories: brief(world, reposOf(world, installation)), requester: null });
  return installation;
}

export function uninstall(world: World, by: Account, installation: Installation): void {
  tell(world, installation, by, 'deleted', { repositories: brief(world, reposOf(world, installation)) });
  delete world.state.installations[installation.id];
  for (const [key, token] of Object.entries(world.state.tokens)) if (token.installation === installation.id) delete world.state.tokens[key];
}

export function suspend(world: World, by: Account, installation: Installation, suspended: boolean): void {
  if ((installation.suspendedAt !== null) === suspended) return;
  installation.suspendedAt = suspended ? world.now() : null;
  installation.suspendedById = suspended ? by.id : null;
  installation.updatedAt = world.now();
  tell(world, installation, by, suspended ? 'suspend' : 'unsuspend', { repositories: brief(world, reposOf(world, installation)) });
}

/** Other permissions: with the tokens that are out, and, where somebody agreed to more, a webhook. What the App's owner takes back, nobody is told of. */
export function setPermissions(world: World, installation: Installation, permissions: Permissions, agreed: Account | undefined): void {
  installation.permissions = permissions;
  installation.updatedAt = world.now();
  const { tokens } = world.state;
  for (const [key, token] of Object.entries(tokens)) if (token.installation === installation.id) tokens[key] = { ...token, permissions };
  if (agreed)
    tell(world, installation, agreed, 'new_permissions_accepted', {
      repositories: brief(world, reposOf(world, installation)),
      requester: null,
    });
}

export function changeRepositories(
  world: World,
  by: Account,
  installation: Installation,
  repos: readonly Repo[],
  action: 'added' | 'removed',
): void {
  const ids = repos.map((repo) => repo.id);
  const kept = installation.repoIds.filter((id) => !ids.includes(id));
  installation.selection = 'selected';
  installation.repoIds = action === 'added' ? [...kept, ...ids] : kept;
  installation.updatedAt = world.now();
  tell(world, installation, by, action, {
    repository_selection: installation.selection,
    repositories_added: action === 'added' ? brief(world, repos) : [],
    repositories_removed: action === 'removed' ? brief(world, repos) : [],
    requester: action === 'added' ? userJson(world, by) : null,
  });
}
