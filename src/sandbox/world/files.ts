import { createHash } from 'node:crypto';
import { pushJson } from '../render/git.ts';
import type { Commit, Repo } from '../state.ts';
import { mustBe } from './people.ts';
import { readReferencesOfCommit } from './references.ts';
import { type Actor, Refused, type World } from './world.ts';

/** Git's own name of a blob. */
export function blobSha(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** A name of a tree that moves exactly when its content does; not Git's own. */
export function treeSha(files: Readonly<Record<string, string>>, under = ''): string {
  const hash = createHash('sha1').update('tree\0');
  for (const path of Object.keys(files).sort()) if (path.startsWith(under)) hash.update(`${path}\0${files[path]}\n`);
  return hash.digest('hex');
}

export const headOf = (repo: Repo, branch = repo.defaultBranch): Commit | undefined => {
  const sha = repo.branches[branch]?.sha;
  return sha === undefined ? undefined : repo.commits[sha];
};

/** A branch, `heads/branch`, a full SHA, or the beginning of one (at least 7 digits). */
export function commitAt(world: World, repo: Repo, ref: string): Commit | undefined {
  const branch = repo.branches[ref.replace(/^(refs\/)?heads\//, '')];
  const sha = branch ? world.view(branch)?.sha : ref === 'HEAD' ? repo.branches[repo.defaultBranch]?.sha : ref;
  if (sha === undefined) return undefined;
  if (repo.commits[sha]) return repo.commits[sha];
  if (!/^[0-9a-f]{7,39}$/.test(sha)) return undefined;
  return Object.values(repo.commits).find((commit) => commit.sha.startsWith(sha));
}

/** From the newest to the oldest, along first parents (the twin's histories are straight lines). */
export function* history(repo: Repo, from: Commit): Generator<Commit> {
  let commit: Commit | undefined = from;
  while (commit) {
    yield commit;
    const parent: string | undefined = commit.parents[0];
    commit = parent === undefined ? undefined : repo.commits[parent];
  }
}

export type Change = { readonly files: Readonly<Record<string, string | null>>; readonly message: string; readonly branch?: string };

/** Writes one commit (null removes a file) and pushes it. The references of its message act as on GitHub. */
export function commit(world: World, repo: Repo, change: Change, actor: Actor): Commit {
  mustBe(world, repo, actor, 'write');
  const branch = change.branch ?? repo.defaultBranch;
  const parent = headOf(repo, branch) ?? headOf(repo);
  const made = writeCommit(world, repo, parent, change, actor);
  const before = repo.branches[branch]?.sha ?? '0'.repeat(40);
  const row = repo.branches[branch];
  if (row) world.touch(row).sha = made.sha;
  else repo.branches[branch] = world.made({ sha: made.sha });
  repo.pushedAt = world.now();
  world.happened({
    event: 'push',
    action: null,
    repo,
    sender: actor.account,
    body: () => pushJson(world, repo, branch, before, made, actor.account),
  });
  if (branch === repo.defaultBranch) readReferencesOfCommit(world, repo, made, actor);
  return made;
}

function writeCommit(world: World, repo: Repo, parent: Commit | undefined, change: Change, actor: Actor): Commit {
  const files: Record<string, string> = { ...parent?.files };
  const changed = { added: [] as string[], modified: [] as string[], removed: [] as string[] };
  for (const [path, text] of Object.entries(change.files)) {
    if (text === null) {
      if (files[path] === undefined) throw new Refused(`no file ${path}`, 404);
      delete files[path];
      changed.removed.push(path);
      continue;
    }
    changed[files[path] === undefined ? 'added' : 'modified'].push(path);
    const sha = blobSha(text);
    repo.blobs[sha] = text;
    files[path] = sha;
  }
  const tree = treeSha(files);
  const parents = parent ? [parent.sha] : [];
  const sha = createHash('sha1')
    .update(`commit\0${tree}\n${parents}\n${actor.account.login} ${world.now()} ${world.id()}\n${change.message}`)
    .digest('hex');
  const made: Commit = { sha, tree, parents, authorId: actor.account.id, message: change.message, at: world.now(), files, changed };
  repo.commits[sha] = made;
  repo.committers[actor.account.id] = true;
  return made;
}
