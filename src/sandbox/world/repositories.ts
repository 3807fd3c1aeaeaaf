import { organizationJson, userJson } from '../render/account.ts';
import { issueJson } from '../render/issue.ts';
import { repositoryJson } from '../render/repository.ts';
import type { Account, Issue, Repo, Role } from '../state.ts';
import { close, log, newIssue, setLock, tell } from './issues.ts';
import { commentsOf, mustBe } from './people.ts';
import { type Actor, Refused, type World } from './world.ts';

export type NewRepo = { readonly name: string; readonly private?: boolean; readonly defaultBranch?: string; readonly description?: string };

export function createRepo(world: World, owner: Account, what: NewRepo): Repo {
  const now = world.now();
  const repo: Repo = {
    id: world.id(),
    name: what.name,
    ownerId: owner.id,
    private: what.private ?? false,
    archived: false,
    description: what.description ?? null,
    defaultBranch: what.defaultBranch ?? 'main',
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    roles: {},
    nextNumber: 1,
    openIssues: 0,
    labels: {},
    milestones: {},
    issues: {},
    comments: {},
    commits: {},
    branches: {},
    blobs: {},
    committers: {},
    checks: {},
    formerly: [],
    gone: {},
  };
  world.state.repos[repo.id] = repo;
  world.indexRepo(repo);
  return repo;
}

export function renameRepo(world: World, repo: Repo, actor: Actor, name: string): void {
  mustBe(world, repo, actor, 'admin');
  const from = repo.name;
  const old = world.fullName(repo);
  world.touch(repo).name = name;
  repo.formerly = [...repo.formerly, old];
  world.indexRepo(repo);
  world.happened({
    event: 'repository',
    action: 'renamed',
    repo,
    sender: actor.account,
    body: () => ({ changes: { repository: { name: { from } } } }),
  });
}

/** Out of sight, or into it. */
export function setPrivate(world: World, repo: Repo, actor: Actor, isPrivate: boolean): void {
  mustBe(world, repo, actor, 'admin');
  if (repo.private === isPrivate) return;
  world.touch(repo).private = isPrivate;
  world.happened({ event: 'repository', action: isPrivate ? 'privatized' : 'publicized', repo, sender: actor.account, body: () => ({}) });
}

export function deleteRepo(world: World, repo: Repo, actor: Actor): void {
  mustBe(world, repo, actor, 'admin');
  world.happened({ event: 'repository', action: 'deleted', repo, sender: actor.account, body: () => ({}) });
  for (const one of Object.values(world.state.installations))
    if (one.repoIds.includes(repo.id)) world.touch(one).repoIds = one.repoIds.filter((id) => id !== repo.id);
  world.dropRepo(repo);
}

/** To another owner. An installation of the old owner does not cover it any more; who had been given a role by hand keeps it. */
export function transferRepo(world: World, repo: Repo, actor: Actor, to: Account): void {
  mustBe(world, repo, actor, 'admin');
  const owner = world.account(repo.ownerId);
  const old = world.fullName(repo);
  for (const one of Object.values(world.state.installations))
    if (one.accountId === owner.id) world.touch(one).repoIds = one.repoIds.filter((id) => id !== repo.id);
  world.touch(repo).ownerId = to.id;
  repo.formerly = [...repo.formerly, old];
  world.indexRepo(repo);
  const from = owner.type === 'Organization' ? { organization: organizationJson(world, owner) } : { user: userJson(world, owner) };
  world.happened({
    event: 'repository',
    action: 'transferred',
    repo,
    sender: actor.account,
    body: () => ({ changes: { owner: { from } } }),
  });
}

/** A role by hand; `none` takes it away. Sends `member`, which an App hears only if it subscribed. */
export function setRole(world: World, repo: Repo, actor: Actor, person: Account, role: Role): void {
  const before = repo.roles[person.id] ?? 'none';
  if (before === role) return;
  const { [person.id]: _, ...others } = repo.roles;
  world.touch(repo).roles = role === 'none' ? others : { ...others, [person.id]: role };
  const action = role === 'none' ? 'removed' : before === 'none' ? 'added' : 'edited';
  const legacy = (one: Role): string => (one === 'admin' ? 'admin' : one === 'read' || one === 'triage' ? 'read' : 'write');
  const changes =
    action === 'added'
      ? { permission: { to: legacy(role) }, role_name: { to: role } }
      : { old_permission: { from: legacy(before) }, permission: { from: legacy(before), to: legacy(role) } };
  world.happened({
    event: 'member',
    action,
    repo,
    sender: actor.account,
    body: () => ({ member: userJson(world, person), ...(action === 'removed' ? {} : { changes }) }),
  });
}

function remove(repo: Repo, issue: Issue): void {
  delete repo.issues[issue.number];
  if (issue.state === 'open') repo.openIssues -= 1;
}

export function deleteIssue(world: World, repo: Repo, issue: Issue, actor: Actor): void {
  mustBe(world, repo, actor, 'admin');
  tell(world, repo, issue, actor, 'deleted');
  remove(repo, issue);
  repo.gone[issue.number] = 'deleted';
}

/** Closed, locked, and nobody comments on it any more; the API says no more of it than its timeline does. */
export function convertToDiscussion(world: World, repo: Repo, issue: Issue, actor: Actor): void {
  mustBe(world, repo, actor, 'write');
  close(world, repo, issue, actor);
  setLock(world, repo, issue, actor, true, 'resolved');
  log(world, issue, actor, 'converted_to_discussion');
}

/** The new issue keeps text, comments, people and dates, and the labels that the other repository has too; the old number leads to it. */
export function transferIssue(world: World, repo: Repo, issue: Issue, actor: Actor, to: Repo): Issue {
  mustBe(world, repo, actor, 'write');
  mustBe(world, to, actor, 'write');
  if (issue.pull || to === repo) throw new Refused('Validation Failed', 422);
  const author: Actor = { account: world.account(issue.authorId), app: issue.byApp };
  const bare = newIssue(world, to, author, { title: issue.title, body: issue.body });
  const labels = issue.labels.map((id) => world.label(to, repo.labels[id]!.name)?.id).filter((id) => id !== undefined);
  const moved: Issue = {
    ...issue,
    id: bare.id,
    number: bare.number,
    labels,
    milestone: null,
    updatedAt: world.now(),
    timeline: [],
    closers: [],
  };
  to.issues[moved.number] = world.made(moved);
  if (moved.state === 'closed') to.openIssues -= 1;
  for (const comment of commentsOf(repo, issue)) {
    world.touch(comment).issue = moved.number;
    to.comments[comment.id] = comment;
    delete repo.comments[comment.id];
  }
  const kept = issue.timeline.filter((row) => row.event !== 'cross-referenced' && row.event !== 'referenced');
  moved.timeline.push(...kept);
  log(world, moved, actor, 'transferred');
  tell(world, repo, issue, actor, 'transferred', () => ({
    changes: { new_issue: issueJson(world, to, moved), new_repository: repositoryJson(world, to) },
  }));
  remove(repo, issue);
  repo.gone[issue.number] = { repo: to.id, number: moved.number };
  tell(world, to, moved, actor, 'opened', () => ({
    changes: { old_issue: issueJson(world, repo, issue), old_repository: repositoryJson(world, repo) },
  }));
  return moved;
}
