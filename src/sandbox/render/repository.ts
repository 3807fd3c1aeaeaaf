import { iso } from '../../calendar/time.ts';
import type { Repo } from '../state.ts';
import type { World } from '../world/world.ts';
import { type Json, nodeId, userJson } from './account.ts';

/** Where a repository's resources are. */
export const repoUrl = (world: World, repo: Repo): string => `${world.urls.api}/repos/${world.fullName(repo)}`;
export const repoHtml = (world: World, repo: Repo): string => `${world.urls.html}/${world.fullName(repo)}`;

/** The 38 addresses that GitHub repeats with every repository: what follows `repos/owner/name`, by field. */
const LINKS: Readonly<Record<string, string>> = {
  url: '',
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** `minimal-repository`: what other resources carry. */
export function minimalJson(world: World, repo: Repo): Json {
  const url = repoUrl(world, repo);
  const links: Json = {};
  for (const [field, path] of Object.entries(LINKS)) links[field] = url + path;
  return {
    id: repo.id,
    node_id: nodeId('R', repo.id),
    name: repo.name,
    full_name: world.fullName(repo),
    private: repo.private,
    owner: userJson(world, world.account(repo.ownerId)),
    html_url: repoHtml(world, repo),
    description: repo.description,
    fork: false,
    ...links,
  };
}

/** `repository`: the common shape of answers and payloads. */
export function repositoryJson(world: World, repo: Repo): Json {
  const html = repoHtml(world, repo);
  return {
    ...minimalJson(world, repo),
    git_url: `${html.replace(/^https?:/, 'git:')}.git`,
    ssh_url: `git@${new URL(html).host}:${world.fullName(repo)}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    created_at: iso(repo.createdAt),
    updated_at: iso(repo.updatedAt),
    pushed_at: iso(repo.pushedAt),
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    archived: repo.archived,
    disabled: false,
    open_issues_count: repo.openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repo.private ? 'private' : 'public',
    forks: 0,
    open_issues: repo.openIssues,
    watchers: 0,
    default_branch: repo.defaultBranch,
  };
}

/** `full-repository`: `GET /repos/{owner}/{repo}`. */
export function fullRepositoryJson(world: World, repo: Repo): Json {
  const owner = world.account(repo.ownerId);
  return {
    ...repositoryJson(world, repo),
    permissions: { admin: false, maintain: false, push: false, triage: false, pull: false },
    temp_clone_token: '',
    network_count: 0,
    subscribers_count: 0,
    ...(owner.type === 'Organization' && { organization: userJson(world, owner) }),
  };
}
