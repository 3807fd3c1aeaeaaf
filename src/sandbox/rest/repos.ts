import { at } from '../../calendar/time.ts';
import { blobJson, commitJson, commitWithFilesJson, contentJson } from '../render/git.ts';
import { fullRepositoryJson } from '../render/repository.ts';
import type { Commit } from '../state.ts';
import { commitAt, history, treeSha } from '../world/files.ts';
import { Refused } from '../world/world.ts';
import { type Answer, type Call, notFound, ok, paged, type Route } from './answer.ts';

/** The commit that readings see at this ref (the default branch, if none is named). */
function seenCommit(call: Call, ref: string | null): Commit | undefined {
  const { world, repo } = call;
  if (Object.keys(repo.commits).length === 0) return undefined;
  return commitAt(world, repo, ref ?? repo.defaultBranch);
}

function getContents(call: Call): Answer {
  const { world, repo } = call;
  const ref = call.query.get('ref') ?? repo.defaultBranch;
  const commit = seenCommit(call, ref);
  if (!commit) throw notFound();
  const path = (call.params.path ?? '').replace(/^\/+|\/+$/g, '');
  if (Object.hasOwn(commit.files, path)) {
    const sha = commit.files[path]!;
    const text = repo.blobs[sha]!;
    const json = contentJson(world, repo, { path, sha, ref, type: 'file', size: Buffer.byteLength(text) }, text);
    return /\.raw(\+json)?\b/.test(call.accept)
      ? { status: 200, body: text, headers: { 'content-type': 'text/plain; charset=utf-8' } }
      : ok(json);
  }
  const entries = directory(commit, path);
  if (entries.length === 0) throw notFound();
  return ok(
    entries.map((entry) => {
      const size = entry.type === 'file' ? Buffer.byteLength(repo.blobs[entry.sha]!) : 0;
      return contentJson(world, repo, { ...entry, ref, size });
    }),
  );
}

function directory(commit: Commit, path: string): { path: string; sha: string; type: 'file' | 'dir' }[] {
  const under = path === '' ? '' : `${path}/`;
  const entries = new Map<string, { path: string; sha: string; type: 'file' | 'dir' }>();
  for (const [file, sha] of Object.entries(commit.files)) {
    if (!file.startsWith(under)) continue;
    const [name, ...deeper] = file.slice(under.length).split('/') as [string, ...string[]];
    const full = under + name;
    if (deeper.length === 0) entries.set(full, { path: full, sha, type: 'file' });
    else if (!entries.has(full)) entries.set(full, { path: full, sha: treeSha(commit.files, `${full}/`), type: 'dir' });
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function listCommits(call: Call): Answer {
  const { world, repo, query } = call;
  if (Object.keys(repo.commits).length === 0) throw new Refused('Git Repository is empty.', 409);
  const from = seenCommit(call, query.get('sha'));
  if (!from) throw notFound();
  const path = query.get('path');
  const since = query.get('since');
  const until = query.get('until');
  const touches = ({ changed }: Commit): boolean =>
    !path || [...changed.added, ...changed.modified, ...changed.removed].some((one) => one === path || one.startsWith(`${path}/`));
  const rows = [...history(repo, from)].filter(
    (commit) => touches(commit) && (!since || commit.at >= at(since)) && (!until || commit.at <= at(until)),
  );
  return paged(call, rows, (commit) => commitJson(world, repo, commit));
}

function getCommit(call: Call): Answer {
  const commit = seenCommit(call, call.params.ref!);
  if (!commit) throw new Refused(`No commit found for SHA: ${call.params.ref}`, 422);
  if (/vnd\.github(\.v3)?\.sha/.test(call.accept))
    return { status: 200, body: commit.sha, headers: { 'content-type': 'application/vnd.github.sha; charset=utf-8' } };
  return ok(commitWithFilesJson(call.world, call.repo, commit));
}

export const REPO_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}',
    as: 'installation',
    needs: ['metadata', 'read'],
    run: (call) => ok(fullRepositoryJson(call.world, call.repo)),
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/contents/{path}', as: 'installation', needs: ['contents', 'read'], run: getContents },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/git/blobs/{file_sha}',
    as: 'installation',
    needs: ['contents', 'read'],
    run: (call) => {
      const sha = call.params.file_sha!;
      if (!Object.hasOwn(call.repo.blobs, sha)) throw notFound();
      const text = call.repo.blobs[sha]!;
      return ok(blobJson(call.world, call.repo, sha, text));
    },
  },
  { method: 'GET', path: '/repos/{owner}/{repo}/commits', as: 'installation', needs: ['contents', 'read'], run: listCommits },
  { method: 'GET', path: '/repos/{owner}/{repo}/commits/{ref}', as: 'installation', needs: ['contents', 'read'], run: getCommit },
];
