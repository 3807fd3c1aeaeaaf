import { iso } from '../../calendar/time.ts';
import type { Comment, Issue, Pull, Reaction, Repo } from '../state.ts';
import { associationOf } from '../world/people.ts';
import type { World } from '../world/world.ts';
import { type Json, labelJson, nodeId, userJson } from './account.ts';
import { integrationJson } from './app.ts';
import { repoHtml, repositoryJson, repoUrl } from './repository.ts';

const CONTENTS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;

function reactionsJson(url: string, reactions: readonly Reaction[]): Json {
  const json: Json = { url: `${url}/reactions`, total_count: reactions.length };
  for (const content of CONTENTS) json[content] = reactions.filter((one) => one.content === content).length;
  return json;
}

export const reactionJson = (world: World, reaction: Reaction): Json => ({
  id: reaction.id,
  node_id: nodeId('REA', reaction.id),
  user: userJson(world, world.account(reaction.userId)),
  content: reaction.content,
  created_at: iso(reaction.at),
});

const byApp = (world: World, flag: boolean): Json | null => (flag ? integrationJson(world) : null);

function milestoneJson(world: World, repo: Repo, id: number): Json | null {
  const one = repo.milestones[id];
  if (!one) return null;
  const url = `${repoUrl(world, repo)}/milestones/${one.number}`;
  return {
    url,
    html_url: `${repoHtml(world, repo)}/milestone/${one.number}`,
    labels_url: `${url}/labels`,
    id: one.id,
    node_id: nodeId('MI', one.id),
    number: one.number,
    title: one.title,
    description: null,
    creator: userJson(world, world.account(one.creatorId)),
    open_issues: 0,
    closed_issues: 0,
    state: 'open',
    created_at: iso(one.createdAt),
    updated_at: iso(one.createdAt),
    due_on: null,
    closed_at: null,
  };
}

const peopleOf = (world: World, issue: Issue): Json[] => issue.assignees.map((id) => userJson(world, world.account(id)));

function labelsOf(world: World, repo: Repo, issue: Issue): Json[] {
  return world
    .seen(issue.labels.map((id) => repo.labels[id]).filter((label) => label !== undefined))
    .map((label) => labelJson(world, repo, label));
}

/** `issue`; a pull request is one too. */
export function issueJson(world: World, repo: Repo, issue: Issue): Json {
  const base = repoUrl(world, repo);
  const url = `${base}/issues/${issue.number}`;
  const html = `${repoHtml(world, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
  const assignees = peopleOf(world, issue);
  return {
    url,
    repository_url: base,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId(issue.pull ? 'PR' : 'I', issue.id),
    number: issue.number,
    title: issue.title,
    user: userJson(world, world.account(issue.authorId)),
    labels: labelsOf(world, repo, issue),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: issue.milestone === null ? null : milestoneJson(world, repo, issue.milestone),
    comments: issue.comments,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : iso(issue.closedAt),
    author_association: associationOf(world, repo, issue.authorId),
    active_lock_reason: issue.lockReason,
    ...(issue.pull ? { draft: issue.pull.draft, pull_request: pullLinks(world, repo, issue, issue.pull) } : {}),
    body: issue.body,
    closed_by: issue.closedById === null ? null : userJson(world, world.account(issue.closedById)),
    reactions: reactionsJson(url, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: byApp(world, issue.byApp),
    state_reason: issue.stateReason,
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
    issue_dependencies_summary: { blocked_by: 0, total_blocked_by: 0, blocking: 0, total_blocking: 0 },
  };
}

function pullLinks(world: World, repo: Repo, issue: Issue, pull: Pull): Json {
  const html = `${repoHtml(world, repo)}/pull/${issue.number}`;
  return {
    url: `${repoUrl(world, repo)}/pulls/${issue.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: pull.mergedAt === null ? null : iso(pull.mergedAt),
  };
}

/** `issue-comment`. */
export function commentJson(world: World, repo: Repo, comment: Comment): Json {
  const url = `${repoUrl(world, repo)}/issues/comments/${comment.id}`;
  const kind = repo.issues[comment.issue]?.pull ? 'pull' : 'issues';
  return {
    url,
    html_url: `${repoHtml(world, repo)}/${kind}/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(world, repo)}/issues/${comment.issue}`,
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    user: userJson(world, world.account(comment.authorId)),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    body: comment.body,
    author_association: associationOf(world, repo, comment.authorId),
    pin: null,
    minimized: comment.minimized === null ? null : { reason: comment.minimized },
    reactions: reactionsJson(url, comment.reactions),
    performed_via_github_app: byApp(world, comment.byApp),
  };
}

function sideJson(world: World, repo: Repo, ref: string, sha: string): Json {
  const owner = world.account(repo.ownerId);
  return { label: `${owner.login}:${ref}`, ref, sha, user: userJson(world, owner), repo: repositoryJson(world, repo) };
}

/** `pull-request`. */
export function pullJson(world: World, repo: Repo, issue: Issue, pull: Pull): Json {
  const base = repoUrl(world, repo);
  const url = `${base}/pulls/${issue.number}`;
  const issueUrl = `${base}/issues/${issue.number}`;
  const { html_url, diff_url, patch_url, merged_at } = pullLinks(world, repo, issue, pull);
  const assignees = peopleOf(world, issue);
  const merger = pull.mergedById === null ? null : userJson(world, world.account(pull.mergedById));
  const links: Record<string, string> = {
    self: url,
    html: String(html_url),
    issue: issueUrl,
    comments: `${issueUrl}/comments`,
    review_comments: `${url}/comments`,
    review_comment: `${base}/pulls/comments{/number}`,
    commits: `${url}/commits`,
    statuses: `${base}/statuses/${pull.head.sha}`,
  };
  return {
    url,
    id: issue.id,
    node_id: nodeId('PR', issue.id),
    html_url,
    diff_url,
    patch_url,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userJson(world, world.account(issue.authorId)),
    body: issue.body,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : iso(issue.closedAt),
    merged_at,
    merge_commit_sha: pull.mergeSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: labelsOf(world, repo, issue),
    milestone: issue.milestone === null ? null : milestoneJson(world, repo, issue.milestone),
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: sideJson(world, world.state.repos[pull.head.repo] ?? repo, pull.head.ref, pull.head.sha),
    base: sideJson(world, repo, pull.base.ref, pull.base.sha),
    _links: Object.fromEntries(Object.entries(links).map(([key, href]) => [key, { href }])),
    author_association: associationOf(world, repo, issue.authorId),
    auto_merge: null,
    active_lock_reason: issue.lockReason,
    merged: pull.mergedAt !== null,
    mergeable: pull.mergedAt === null ? true : null,
    rebaseable: null,
    mergeable_state: pull.mergedAt === null ? 'clean' : 'unknown',
    merged_by: merger,
    comments: issue.comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
}

/** What `issues` and `pull_request` payloads are about. */
export const pullOrIssue = (world: World, repo: Repo, issue: Issue): Json =>
  issue.pull ? { number: issue.number, pull_request: pullJson(world, repo, issue, issue.pull) } : { issue: issueJson(world, repo, issue) };
