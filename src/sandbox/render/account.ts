import { iso } from '../../calendar/time.ts';
import type { Account, Label, Repo, Team } from '../state.ts';
import type { World } from '../world/world.ts';

/** GitHub's opaque names: what kind, then which. `idOfNode` reads them back. */
export const nodeId = (kind: string, id: number): string => `${kind}_kwDO${id.toString(36)}`;

export function idOfNode(node: string): { kind: string; id: number } | undefined {
  const match = /^([A-Z]+)_kwDO([0-9a-z]+)$/.exec(node);
  return match ? { kind: match[1]!, id: Number.parseInt(match[2]!, 36) } : undefined;
}

export type Json = Record<string, unknown>;

const users = new WeakMap<Account, { key: string; json: Json }>();

/** `simple-user`. The same object again as long as nothing about the account moved: don't change it. */
export function userJson(world: World, account: Account): Json {
  const { api, html } = world.urls;
  const key = `${api} ${account.login}`;
  const known = users.get(account);
  if (known?.key === key) return known.json;
  const { login, id } = account;
  const bot = account.type === 'Bot';
  const url = `${api}/users/${encodeURIComponent(login)}`;
  const json: Json = {
    login,
    id,
    node_id: nodeId(account.type === 'Organization' ? 'O' : bot ? 'BOT' : 'U', id),
    avatar_url: `${html}/avatars/${id}`,
    gravatar_id: '',
    url,
    html_url: bot ? `${html}/apps/${login.replace('[bot]', '')}` : `${html}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
  users.set(account, { key, json });
  return json;
}

/** `public-user`. */
export const publicUserJson = (world: World, account: Account): Json => ({
  ...userJson(world, account),
  name: account.name,
  company: null,
  blog: '',
  location: null,
  email: null,
  hireable: null,
  bio: null,
  twitter_username: null,
  public_repos: 0,
  public_gists: 0,
  followers: 0,
  following: 0,
  created_at: iso(account.createdAt),
  updated_at: iso(account.createdAt),
});

/** `organization-simple`, as payloads carry it. */
export function organizationJson(world: World, org: Account): Json {
  const url = `${world.urls.api}/orgs/${org.login}`;
  return {
    login: org.login,
    id: org.id,
    node_id: nodeId('O', org.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.urls.html}/avatars/${org.id}`,
    description: null,
  };
}

export const labelJson = (world: World, repo: Repo, label: Label): Json => ({
  id: label.id,
  node_id: nodeId('LA', label.id),
  url: `${world.urls.api}/repos/${world.fullName(repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  description: label.description,
  color: label.color,
  default: label.isDefault,
});

/** `team-simple` and what `team` adds. */
export function teamJson(world: World, team: Team): Json {
  const { api, html } = world.urls;
  return {
    id: team.id,
    node_id: nodeId('T', team.id),
    name: team.name,
    slug: team.slug,
    description: team.description,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'pull',
    url: `${api}/organizations/${team.orgId}/team/${team.id}`,
    html_url: `${html}/orgs/${world.account(team.orgId).login}/teams/${team.slug}`,
    members_url: `${api}/organizations/${team.orgId}/team/${team.id}/members{/member}`,
    repositories_url: `${api}/organizations/${team.orgId}/team/${team.id}/repos`,
    parent: null,
  };
}

/** `team-full`. */
export function teamFullJson(world: World, team: Team): Json {
  const org = world.account(team.orgId);
  const url = `${world.urls.api}/orgs/${org.login}`;
  return {
    ...teamJson(world, team),
    type: 'organization',
    organization_id: org.id,
    members_count: Object.keys(team.members).length,
    repos_count: Object.keys(team.repos).length,
    created_at: iso(team.createdAt),
    updated_at: iso(team.createdAt),
    organization: {
      ...organizationJson(world, org),
      url,
      name: org.name ?? org.login,
      html_url: `${world.urls.html}/${org.login}`,
      has_organization_projects: true,
      has_repository_projects: true,
      public_repos: 0,
      public_gists: 0,
      followers: 0,
      following: 0,
      created_at: iso(org.createdAt),
      updated_at: iso(org.createdAt),
      archived_at: null,
      type: 'Organization',
    },
  };
}
