import { at } from '../../calendar/time.ts';
import { commentJson } from '../render/issue.ts';
import type { Comment } from '../state.ts';
import { addComment, deleteComment, editComment } from '../world/comments.ts';
import { commentsOf } from '../world/people.ts';
import { type Answer, type Call, notFound, nothing, ok, paged, type Route, textOf } from './answer.ts';
import { issueOf, reactTo, seenIssue } from './issues.ts';
import { bodies } from './markup.ts';

const json = (call: Call, comment: Comment): Record<string, unknown> => ({
  ...commentJson(call.world, call.repo, comment),
  ...bodies(call.world, call.repo, comment, call.caller, call.accept),
});

function commentOf(call: Call): Comment {
  return call.world.comment(call.repo, Number(call.params.comment_id));
}

function listComments(call: Call): Answer {
  const since = call.query.get('since');
  const comments = call.world.seen(commentsOf(call.repo, seenIssue(call))).filter((one) => !since || one.updatedAt >= at(since));
  return paged(call, comments, (comment) => json(call, comment));
}

function getComment(call: Call): Answer {
  const comment = call.world.view(commentOf(call));
  if (!comment) throw notFound();
  return ok(json(call, comment));
}

const COMMENT = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
const read = { as: 'installation', needs: ['issues', 'read'] } as const;
const write = { as: 'installation', needs: ['issues', 'write'] } as const;

export const COMMENT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/issues/{issue_number}/comments', ...read, run: listComments },
  {
    method: 'POST',
    path: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    ...write,
    run: (call) =>
      ok(json(call, addComment(call.world, call.repo, issueOf(call), call.actor, textOf(call.body, 'body', 'IssueComment'))), 201),
  },
  { method: 'GET', path: COMMENT, ...read, run: getComment },
  {
    method: 'PATCH',
    path: COMMENT,
    ...write,
    run: (call) => {
      const comment = commentOf(call);
      editComment(call.world, call.repo, comment, call.actor, textOf(call.body, 'body', 'IssueComment'));
      return ok(json(call, comment));
    },
  },
  {
    method: 'DELETE',
    path: COMMENT,
    ...write,
    run: (call) => {
      deleteComment(call.world, call.repo, commentOf(call), call.actor);
      return nothing;
    },
  },
  { method: 'POST', path: `${COMMENT}/reactions`, ...write, run: (call) => reactTo(call, commentOf(call)) },
];
