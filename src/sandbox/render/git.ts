import { iso } from '../../calendar/time.ts';
import type { Account, CheckRun, Commit, Repo } from '../state.ts';
import type { World } from '../world/world.ts';
import { type Json, nodeId, userJson } from './account.ts';
import { integrationJson } from './app.ts';
import { repoHtml, repositoryJson, repoUrl } from './repository.ts';

const emailOf = (account: Account): string => `${account.id}+${account.login}@users.noreply.github.com`;
const pathUrl = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** `commit`. */
export function commitJson(world: World, repo: Repo, commit: Commit): Json {
  const url = `${repoUrl(world, repo)}/commits/${commit.sha}`;
  const html = `${repoHtml(world, repo)}/commit/${commit.sha}`;
  const author = world.account(commit.authorId);
  const person = { name: author.name ?? author.login, email: emailOf(author), date: iso(commit.at) };
  return {
    sha: commit.sha,
    node_id: nodeId('C', Number.parseInt(commit.sha.slice(0, 12), 16)),
    commit: {
      author: person,
      committer: person,
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(world, repo)}/git/trees/${commit.tree}` },
      url: `${repoUrl(world, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    url,
    html_url: html,
    comments_url: `${url}/comments`,
    author: userJson(world, author),
    committer: userJson(world, author),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(world, repo)}/commits/${sha}`,
      html_url: `${repoHtml(world, repo)}/commit/${sha}`,
    })),
  };
}

/** `commit` with what changed, as the single one is answered. */
export function commitWithFilesJson(world: World, repo: Repo, commit: Commit): Json {
  const { added, modified, removed } = commit.changed;
  const entry = (filename: string, status: string): Json => ({
    sha: commit.files[filename] ?? null,
    filename,
    status,
    additions: 1,
    deletions: 0,
    changes: 1,
    blob_url: `${repoHtml(world, repo)}/blob/${commit.sha}/${pathUrl(filename)}`,
    raw_url: `${repoHtml(world, repo)}/raw/${commit.sha}/${pathUrl(filename)}`,
    contents_url: `${repoUrl(world, repo)}/contents/${pathUrl(filename)}?ref=${commit.sha}`,
  });
  const files = [
    ...added.map((path) => entry(path, 'added')),
    ...modified.map((path) => entry(path, 'modified')),
    ...removed.map((path) => entry(path, 'removed')),
  ];
  return { ...commitJson(world, repo, commit), stats: { total: files.length, additions: files.length, deletions: 0 }, files };
}

/** GitHub leaves out the content of larger files. */
const CONTENT_BYTES_MAX = 1_048_576;

/** `content-file`, or an entry of `content-directory` when `text` is absent. */
export function contentJson(
  world: World,
  repo: Repo,
  at: { path: string; sha: string; ref: string; type: 'file' | 'dir'; size: number },
  text?: string,
): Json {
  const url = `${repoUrl(world, repo)}/contents/${pathUrl(at.path)}?ref=${encodeURIComponent(at.ref)}`;
  const html = `${repoHtml(world, repo)}/${at.type === 'dir' ? 'tree' : 'blob'}/${at.ref}/${pathUrl(at.path)}`;
  const git = `${repoUrl(world, repo)}/git/${at.type === 'dir' ? 'trees' : 'blobs'}/${at.sha}`;
  return {
    name: at.path.split('/').at(-1),
    path: at.path,
    sha: at.sha,
    size: at.size,
    url,
    html_url: html,
    git_url: git,
    download_url: at.type === 'dir' ? null : `${repoHtml(world, repo)}/raw/${at.ref}/${pathUrl(at.path)}`,
    type: at.type,
    ...(text === undefined
      ? {}
      : at.size > CONTENT_BYTES_MAX
        ? { content: '', encoding: 'none' }
        : { content: base64(text), encoding: 'base64' }),
    _links: { self: url, git, html },
  };
}

/** As GitHub writes it: lines of 60 characters. */
const base64 = (text: string): string =>
  Buffer.from(text, 'utf8').toString('base64').replace(/.{60}/g, '$&\n').trimEnd() + (text === '' ? '' : '\n');

/** `blob`. */
export const blobJson = (world: World, repo: Repo, sha: string, text: string): Json => ({
  sha,
  node_id: nodeId('B', Number.parseInt(sha.slice(0, 12), 16)),
  size: Buffer.byteLength(text),
  url: `${repoUrl(world, repo)}/git/blobs/${sha}`,
  content: base64(text),
  encoding: 'base64',
});

/** `check-run`. */
export function checkRunJson(world: World, repo: Repo, run: CheckRun): Json {
  const url = `${repoUrl(world, repo)}/check-runs/${run.id}`;
  const html = `${repoHtml(world, repo)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suiteId },
    app: integrationJson(world),
    pull_requests: [],
  };
}

/** What a `push` payload says besides sender and installation; its repository has Unix times. */
export function pushJson(world: World, repo: Repo, branch: string, before: string, commit: Commit, pusher: Account): Json {
  const owner = world.account(repo.ownerId);
  const author = world.account(commit.authorId);
  const person = { name: author.name ?? author.login, email: emailOf(author), username: author.login };
  const html = repoHtml(world, repo);
  const one = {
    id: commit.sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: iso(commit.at),
    url: `${html}/commit/${commit.sha}`,
    author: person,
    committer: person,
    ...commit.changed,
  };
  return {
    ref: `refs/heads/${branch}`,
    before,
    after: commit.sha,
    repository: {
      ...repositoryJson(world, repo),
      url: html,
      created_at: repo.createdAt,
      pushed_at: repo.pushedAt,
      owner: { ...userJson(world, owner), name: owner.login, email: null },
      stargazers: 0,
      master_branch: repo.defaultBranch,
    },
    pusher: { name: pusher.login, email: emailOf(pusher) },
    created: before === '0'.repeat(40),
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${html}/compare/${before.slice(0, 12)}...${commit.sha.slice(0, 12)}`,
    commits: [one],
    head_commit: one,
  };
}
