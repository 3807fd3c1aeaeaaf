import { commentJson, issueJson } from '../render/issue.ts';
import type { Comment, Issue, Reaction, ReactionContent, Repo } from '../state.ts';
import { BODY_CHARS_MAX, bump, invalid, log, readText } from './issues.ts';
import { atLeast, mustBe } from './people.ts';
import { type Actor, Refused, type World } from './world.ts';

function checkBody(body: string): void {
  if (body.trim() === '') throw new Refused('Validation Failed', 422, [{ resource: 'IssueComment', field: 'body', code: 'missing_field' }]);
  if (body.length > BODY_CHARS_MAX)
    throw invalid('IssueComment', 'body', `Body is too long (maximum is ${BODY_CHARS_MAX} characters)`, 'unprocessable');
}

function tellComment(
  world: World,
  repo: Repo,
  issue: Issue,
  comment: Comment,
  actor: Actor,
  action: string,
  more: Record<string, unknown> = {},
): void {
  world.happened({
    event: 'issue_comment',
    action,
    repo,
    sender: actor.account,
    body: () => ({ issue: issueJson(world, repo, issue), comment: commentJson(world, repo, comment), ...more }),
  });
}

export function addComment(world: World, repo: Repo, issue: Issue, actor: Actor, body: string): Comment {
  checkBody(body);
  if (issue.locked && !atLeast(world, repo, actor, 'write')) throw new Refused('Unable to create comment because issue is locked.');
  const now = world.now();
  const comment: Comment = world.made({
    id: world.id(),
    issue: issue.number,
    authorId: actor.account.id,
    byApp: actor.app,
    body,
    createdAt: now,
    updatedAt: now,
    minimized: null,
    reactions: [],
    edits: [],
  });
  repo.comments[comment.id] = comment;
  bump(world, issue).comments += 1;
  log(world, issue, actor, 'commented', { id: comment.id, comment: comment.id });
  tellComment(world, repo, issue, comment, actor, 'created');
  readText(world, repo, issue, actor, body);
  return comment;
}

/** The author or somebody with write access. The same text again is no edit. */
export function editComment(world: World, repo: Repo, comment: Comment, actor: Actor, body: string): void {
  checkBody(body);
  if (comment.authorId !== actor.account.id) mustBe(world, repo, actor, 'write');
  if (comment.body === body) return;
  const from = comment.body;
  world.touch(comment);
  if (comment.edits.length === 0) comment.edits = [{ at: comment.createdAt, editorId: comment.authorId, text: from }];
  comment.edits = [...comment.edits, { at: world.now(), editorId: actor.account.id, text: body }];
  comment.body = body;
  comment.updatedAt = world.now();
  const issue = bump(world, world.issue(repo, comment.issue));
  tellComment(world, repo, issue, comment, actor, 'edited', { changes: { body: { from } } });
  readText(world, repo, issue, actor, body, from);
}

/** It goes from the timeline too, without a trace. */
export function deleteComment(world: World, repo: Repo, comment: Comment, actor: Actor): void {
  if (comment.authorId !== actor.account.id) mustBe(world, repo, actor, 'write');
  const issue = bump(world, world.issue(repo, comment.issue));
  issue.comments -= 1;
  tellComment(world, repo, issue, comment, actor, 'deleted');
  const at = issue.timeline.findIndex((row) => row.comment === comment.id);
  if (at >= 0) issue.timeline.splice(at, 1);
  delete repo.comments[comment.id];
}

/** Hides a comment (null shows it again): no webhook, and `updated_at` stays. */
export function minimize(world: World, repo: Repo, comment: Comment, actor: Actor, reason: string | null): void {
  if (comment.authorId !== actor.account.id) mustBe(world, repo, actor, 'triage');
  world.touch(comment).minimized = reason;
}

/** Answers the reaction and whether it is new. No webhook, and `updated_at` stays. */
export function react(world: World, on: Issue | Comment, actor: Actor, content: ReactionContent): { reaction: Reaction; isNew: boolean } {
  const there = on.reactions.find((one) => one.userId === actor.account.id && one.content === content);
  if (there) return { reaction: there, isNew: false };
  const reaction: Reaction = { id: world.id(), userId: actor.account.id, content, at: world.now() };
  world.touch(on).reactions = [...on.reactions, reaction];
  return { reaction, isNew: true };
}
