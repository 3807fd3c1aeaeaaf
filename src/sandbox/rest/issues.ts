import { at } from '../../calendar/time.ts';
import { issueJson, pullJson, reactionJson } from '../render/issue.ts';
import { timelineJson } from '../render/timeline.ts';
import type { Issue, ReactionContent, Repo, StateReason } from '../state.ts';
import { react } from '../world/comments.ts';
import { ASSIGNEES_MAX, assign, close, editIssue, openIssue, reopen, setLock, unassign } from '../world/issues.ts';
import { addLabels, setLabels } from '../world/labels.ts';
import { Refused } from '../world/world.ts';
import { type Answer, type Call, Moved, namesOf, notFound, nothing, objectOf, ok, paged, type Route, textOf } from './answer.ts';

/** The issue itself, for writing. */
export function issueOf(call: Call, key = 'issue_number'): Issue {
  const number = Number(call.params[key]);
  const issue = call.repo.issues[number];
  if (issue) return issue;
  const gone = call.repo.gone[number];
  if (gone === 'deleted') throw new Refused('This issue was deleted', 410);
  if (gone) throw new Moved(`/repositories/${gone.repo}/issues/${gone.number}`);
  throw notFound();
}

/** The issue as readings see it. */
export function seenIssue(call: Call, key = 'issue_number'): Issue {
  const issue = call.world.view(issueOf(call, key));
  if (!issue) throw notFound();
  return issue;
}

function since(call: Call): number {
  const text = call.query.get('since');
  if (text === null) return 0;
  if (Number.isNaN(Date.parse(text))) throw new Refused('Validation Failed', 422, [{ resource: 'Issue', field: 'since', code: 'invalid' }]);
  return at(text);
}

function listIssues(call: Call): Answer {
  const { world, repo, query } = call;
  const state = query.get('state') ?? 'open';
  const from = since(call);
  const names = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const labels = names.map((name) => world.label(repo, name)?.id);
  const assignee = query.get('assignee');
  const person = (login: string | null): number | undefined => (login === null ? undefined : world.login(login)?.id);
  const creator = query.get('creator');
  const fits = (issue: Issue): boolean =>
    (state === 'all' || issue.state === state) &&
    issue.updatedAt >= from &&
    labels.every((id) => id !== undefined && issue.labels.includes(id)) &&
    (creator === null || issue.authorId === person(creator)) &&
    (assignee === null ||
      (assignee === 'none'
        ? issue.assignees.length === 0
        : assignee === '*'
          ? issue.assignees.length > 0
          : issue.assignees.includes(person(assignee) ?? 0)));
  const rows = world.seen(Object.values(repo.issues)).filter(fits);
  const by = { created: (one: Issue) => one.createdAt, updated: (one: Issue) => one.updatedAt, comments: (one: Issue) => one.comments };
  const key = by[(query.get('sort') ?? 'created') as keyof typeof by] ?? by.created;
  const sign = query.get('direction') === 'asc' ? 1 : -1;
  rows.sort((a, b) => sign * (key(a) - key(b) || a.number - b.number));
  return paged(call, rows, (issue) => issueJson(world, repo, issue));
}

function createIssue(call: Call): Answer {
  const { world, repo, actor } = call;
  const { body, labels, assignees } = objectOf(call.body);
  const issue = openIssue(world, repo, actor, {
    title: textOf(call.body, 'title', 'Issue'),
    body: typeof body === 'string' ? body : null,
    assignees: assignees === undefined ? [] : namesOf(assignees, 'login'),
  });
  if (labels !== undefined) addLabels(world, repo, issue, actor, namesOf(labels, 'name'));
  return ok(issueJson(world, repo, issue), 201);
}

const REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'];

function updateIssue(call: Call): Answer {
  const { world, repo, actor } = call;
  const issue = issueOf(call);
  const input = objectOf(call.body) as {
    title?: string;
    body?: string | null;
    state?: string;
    state_reason?: StateReason | null;
    labels?: unknown;
    assignees?: unknown;
  };
  const { state, state_reason: reason } = input;
  if (state !== undefined && state !== 'open' && state !== 'closed')
    throw new Refused('Validation Failed', 422, [{ resource: 'Issue', field: 'state', code: 'invalid' }]);
  if (reason != null && !REASONS.includes(reason))
    throw new Refused('Validation Failed', 422, [{ resource: 'Issue', field: 'state_reason', code: 'invalid' }]);
  editIssue(world, repo, issue, actor, {
    ...(input.title !== undefined && { title: String(input.title) }),
    ...(input.body !== undefined && { body: input.body }),
  });
  if (input.labels !== undefined) setLabels(world, repo, issue, actor, namesOf(input.labels, 'name'));
  if (input.assignees !== undefined) {
    const wanted = namesOf(input.assignees, 'login');
    const gone = issue.assignees.map((id) => world.account(id).login).filter((login) => !wanted.includes(login));
    unassign(world, repo, issue, actor, gone);
    assign(world, repo, issue, actor, wanted);
  }
  if (state === 'closed') close(world, repo, issue, actor, reason && reason !== 'reopened' ? { reason } : {});
  if (state === 'open') reopen(world, repo, issue, actor);
  return ok(issueJson(world, repo, issue));
}

function listTimeline(call: Call): Answer {
  const { world, repo, caller } = call;
  const mayRead = (source: Repo): boolean =>
    source === repo || !source.private || (caller.kind === 'installation' && world.installationOf(source) === caller.installation);
  const issue = seenIssue(call);
  // Rendered before paging: what this reader does not see takes no place on a page.
  const rows = world.seen(issue.timeline).filter((row) => row.source === undefined || mayRead(world.state.repos[row.source.repo] ?? repo));
  const there = rows.filter((row) => row.comment === undefined || world.view(repo.comments[row.comment] ?? {}) !== undefined);
  const shown = there.filter((row) => !row.source || world.state.repos[row.source.repo]?.issues[row.source.number]);
  return paged(call, shown, (row) => timelineJson(world, repo, row, mayRead));
}

function assignees(call: Call, change: typeof assign, status: number): Answer {
  const { world, repo, actor } = call;
  const issue = issueOf(call);
  const given = objectOf(call.body).assignees;
  const logins = given === undefined ? [] : namesOf(given, 'login');
  change(world, repo, issue, actor, logins.slice(0, ASSIGNEES_MAX));
  return ok(issueJson(world, repo, issue), status);
}

const REACTIONS: readonly string[] = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'];

/** Answers 200 when this reaction of the App's stands there already. */
export function reactTo(call: Call, on: Parameters<typeof react>[1]): Answer {
  const content = textOf(call.body, 'content', 'Reaction');
  if (!REACTIONS.includes(content))
    throw new Refused('Validation Failed', 422, [{ resource: 'Reaction', field: 'content', code: 'invalid' }]);
  const { reaction, isNew } = react(call.world, on, call.actor, content as ReactionContent);
  return ok(reactionJson(call.world, reaction), isNew ? 201 : 200);
}

function lock(call: Call, locked: boolean): Answer {
  const reason = objectOf(call.body).lock_reason;
  setLock(call.world, call.repo, issueOf(call), call.actor, locked, typeof reason === 'string' ? reason : null);
  return nothing;
}

function getPull(call: Call): Answer {
  const issue = seenIssue(call, 'pull_number');
  if (!issue.pull) throw notFound();
  return ok(pullJson(call.world, call.repo, issue, issue.pull));
}

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}';
const read = { as: 'installation', needs: ['issues', 'read'] } as const;
const write = { as: 'installation', needs: ['issues', 'write'] } as const;

export const ISSUE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/issues', ...read, run: listIssues },
  { method: 'POST', path: '/repos/{owner}/{repo}/issues', ...write, run: createIssue },
  { method: 'GET', path: ISSUE, ...read, run: (call) => ok(issueJson(call.world, call.repo, seenIssue(call))) },
  { method: 'PATCH', path: ISSUE, ...write, run: updateIssue },
  { method: 'GET', path: `${ISSUE}/timeline`, ...read, run: listTimeline },
  { method: 'POST', path: `${ISSUE}/assignees`, ...write, run: (call) => assignees(call, assign, 201) },
  { method: 'DELETE', path: `${ISSUE}/assignees`, ...write, run: (call) => assignees(call, unassign, 200) },
  { method: 'POST', path: `${ISSUE}/reactions`, ...write, run: (call) => reactTo(call, issueOf(call)) },
  { method: 'PUT', path: `${ISSUE}/lock`, ...write, run: (call) => lock(call, true) },
  { method: 'DELETE', path: `${ISSUE}/lock`, ...write, run: (call) => lock(call, false) },
  { method: 'GET', path: '/repos/{owner}/{repo}/pulls/{pull_number}', as: 'installation', needs: ['pull_requests', 'read'], run: getPull },
];
