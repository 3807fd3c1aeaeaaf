import type { Issue, Pull, Repo } from '../state.ts';
import { commit, headOf } from './files.ts';
import { bump, close, editIssue, log, newIssue, readText, tell } from './issues.ts';
import { mustBe, roleOf } from './people.ts';
import { closeLinked, readClosingKeywords } from './references.ts';
import { type Actor, Refused, type World } from './world.ts';

export type NewPull = {
  readonly title: string;
  readonly body?: string;
  readonly head?: string;
  /** The default branch, if absent. */
  readonly base?: string;
  readonly draft?: boolean;
  /** The fork that it comes from; the repository itself, if absent. */
  readonly from?: Repo;
};

export function openPull(world: World, repo: Repo, actor: Actor, what: NewPull): Issue {
  if (roleOf(world, repo, actor.account) === 'none') throw new Refused('Not Found', 404);
  const base = what.base ?? repo.defaultBranch;
  const tip = headOf(repo, base) ?? headOf(repo);
  if (!tip) throw new Refused('Validation Failed', 422, [{ resource: 'PullRequest', field: 'base', code: 'invalid' }]);
  const issue = newIssue(world, repo, actor, { title: what.title, body: what.body ?? null });
  const pull: Pull = {
    draft: what.draft ?? false,
    mergedAt: null,
    mergedById: null,
    mergeSha: null,
    head: { ref: what.head ?? `fix-${issue.number}`, sha: tip.sha, repo: (what.from ?? repo).id },
    base: { ref: base, sha: tip.sha },
  };
  issue.pull = pull;
  tell(world, repo, issue, actor, 'opened');
  readText(world, repo, issue, actor, what.body ?? '');
  readClosingKeywords(world, repo, issue);
  return issue;
}

export function editPull(world: World, repo: Repo, issue: Issue, actor: Actor, to: { title?: string; body?: string }): void {
  editIssue(world, repo, issue, actor, to);
  readClosingKeywords(world, repo, issue);
}

/** Merges: a commit on the base branch, the pull request closed, and what it was set to close. */
export function merge(world: World, repo: Repo, issue: Issue, actor: Actor): void {
  mustBe(world, repo, actor, 'write');
  const pull = issue.pull;
  if (!pull || issue.state === 'closed') throw new Refused('Pull Request is not mergeable', 405);
  const merged = commit(
    world,
    repo,
    { files: {}, message: `Merge pull request #${issue.number} from ${pull.head.ref}`, branch: pull.base.ref },
    actor,
  );
  bump(world, issue);
  issue.pull = { ...pull, draft: false, mergedAt: world.now(), mergedById: actor.account.id, mergeSha: merged.sha };
  log(world, issue, actor, 'merged', { commitId: merged.sha });
  close(world, repo, issue, actor);
  if (pull.base.ref === repo.defaultBranch) closeLinked(world, repo, issue, actor, merged.sha);
}

/** "Development" in the sidebar: linked by hand, with a `connected` entry. No webhook. */
export function link(world: World, where: Repo, issue: Issue, repo: Repo, from: Issue, actor: Actor): void {
  mustBe(world, where, actor, 'triage');
  if (!from.pull || issue.closers.some((one) => one.repo === repo.id && one.number === from.number)) return;
  bump(world, issue).closers = [...issue.closers, { repo: repo.id, number: from.number, how: 'hand' }];
  log(world, issue, actor, 'connected');
  log(world, from, actor, 'connected');
}

export function unlink(world: World, where: Repo, issue: Issue, repo: Repo, from: Issue, actor: Actor): void {
  mustBe(world, where, actor, 'triage');
  const left = issue.closers.filter((one) => !(one.repo === repo.id && one.number === from.number && one.how === 'hand'));
  if (left.length === issue.closers.length) return;
  bump(world, issue).closers = left;
  log(world, issue, actor, 'disconnected');
  log(world, from, actor, 'disconnected');
}
