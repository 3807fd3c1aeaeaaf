import { userJson } from '../render/account.ts';
import { issueJson, pullOrIssue } from '../render/issue.ts';
import type { Account, Issue, Ref, Repo, StateReason, TimelineRow } from '../state.ts';
import { labelIssue } from './labels.ts';
import { atLeast, isAssignable, mentionsIn, mustBe } from './people.ts';
import { readReferences } from './references.ts';
import { type Actor, Refused, type World } from './world.ts';

/** What the API says it allows in a body (`platform.md` 1.7). */
export const BODY_CHARS_MAX = 65_536;
const TITLE_CHARS_MAX = 256;
/** GitHub takes no more in one call, nor on one issue. */
export const ASSIGNEES_MAX = 10;

export const invalid = (resource: string, field: string, message: string, code = 'custom'): Refused =>
  new Refused('Validation Failed', 422, [{ resource, field, code, message }]);

/** Adds an entry to the timeline, in GitHub's order. */
export function log(world: World, issue: Issue, actor: Actor, event: string, more: Partial<TimelineRow> = {}): TimelineRow {
  const row = world.made({ id: world.id(), event, actorId: actor.account.id, at: world.now(), byApp: actor.app, ...more });
  issue.timeline.push(row);
  return row;
}

/** Says that the issue changes now; `updated_at` moves. */
export function bump(world: World, issue: Issue): Issue {
  world.touch(issue).updatedAt = world.now();
  return issue;
}

/** The webhook about an issue or, with the same actions, a pull request. */
export function tell(
  world: World,
  repo: Repo,
  issue: Issue,
  actor: Actor,
  action: string,
  more: () => Record<string, unknown> = () => ({}),
): void {
  world.happened({
    event: issue.pull ? 'pull_request' : 'issues',
    action,
    repo,
    sender: actor.account,
    body: () => ({ ...pullOrIssue(world, repo, issue), ...more() }),
  });
}

export type NewIssue = {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
};

export function checkTexts(title: string | undefined, body: string | null | undefined): void {
  if (title !== undefined && title.trim() === '')
    throw new Refused('Validation Failed', 422, [{ resource: 'Issue', field: 'title', code: 'missing_field' }]);
  if (title !== undefined && title.length > TITLE_CHARS_MAX)
    throw invalid('Issue', 'title', `title is too long (maximum is ${TITLE_CHARS_MAX} characters)`);
  if ((body ?? '').length > BODY_CHARS_MAX) throw invalid('Issue', 'body', `body is too long (maximum is ${BODY_CHARS_MAX} characters)`);
}

/** The bare row with the next number; nothing was told to anybody yet. */
export function newIssue(world: World, repo: Repo, actor: Actor, what: NewIssue): Issue {
  checkTexts(what.title, what.body);
  const now = world.now();
  const issue: Issue = {
    id: world.id(),
    number: repo.nextNumber++,
    title: what.title,
    body: what.body ?? null,
    authorId: actor.account.id,
    byApp: actor.app,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    milestone: null,
    locked: false,
    lockReason: null,
    pinned: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedById: null,
    comments: 0,
    reactions: [],
    edits: [],
    timeline: [],
    closers: [],
  };
  repo.issues[issue.number] = world.made(issue);
  repo.openIssues += 1;
  return issue;
}

/** Labels that do not exist are not created: as with a form. `issues.opened` shows them already, then each is told by itself. */
export function openIssue(world: World, repo: Repo, actor: Actor, what: NewIssue): Issue {
  const issue = newIssue(world, repo, actor, what);
  const labels = (what.labels ?? []).map((name) => world.label(repo, name)).filter((label) => label !== undefined);
  issue.labels = [...new Set(labels.map((label) => label.id))];
  const people = (what.assignees ?? [])
    .map((login) => world.login(login))
    .filter((one) => one && isAssignable(world, repo, one, issue)) as Account[];
  issue.assignees = [...new Set(people.map((one) => one.id))].slice(0, ASSIGNEES_MAX);
  tell(world, repo, issue, actor, 'opened');
  for (const id of issue.labels) labelIssue(world, repo, issue, actor, repo.labels[id]!, true);
  for (const id of issue.assignees) tellAssigned(world, repo, issue, actor, world.account(id), 'assigned');
  readText(world, repo, issue, actor, what.body ?? '');
  return issue;
}

/** What a new text sets off by itself: mentions subscribe, references cross-refer. `before` is the text that it replaces. */
export function readText(world: World, repo: Repo, issue: Issue, actor: Actor, text: string, before = ''): void {
  const known = new Set(mentionsIn(world, repo, before).map((one) => ('account' in one ? one.account.id : 0)));
  for (const mention of mentionsIn(world, repo, text)) {
    if (!('account' in mention) || mention.account.type !== 'User' || known.has(mention.account.id)) continue;
    known.add(mention.account.id);
    const person: Actor = { account: mention.account, app: false };
    const subscribed = issue.timeline.some((row) => row.event === 'subscribed' && row.actorId === mention.account.id);
    log(world, issue, person, 'mentioned');
    if (!subscribed) log(world, issue, person, 'subscribed');
  }
  readReferences(world, repo, issue, actor, text);
}

export function editIssue(world: World, repo: Repo, issue: Issue, actor: Actor, to: { title?: string; body?: string | null }): void {
  if (issue.authorId !== actor.account.id) mustBe(world, repo, actor, 'write');
  checkTexts(to.title, to.body);
  const changes: Record<string, { from: string }> = {};
  const before = issue.body ?? '';
  if (to.title !== undefined && to.title !== issue.title) {
    changes.title = { from: issue.title };
    log(world, issue, actor, 'renamed', { rename: { from: issue.title, to: to.title } });
    bump(world, issue).title = to.title;
  }
  if (to.body !== undefined && (to.body ?? '') !== before) {
    changes.body = { from: before };
    bump(world, issue);
    if (issue.edits.length === 0) issue.edits = [{ at: issue.createdAt, editorId: issue.authorId, text: before }];
    issue.edits = [...issue.edits, { at: world.now(), editorId: actor.account.id, text: to.body ?? '' }];
    issue.body = to.body;
  }
  if (Object.keys(changes).length === 0) return;
  tell(world, repo, issue, actor, 'edited', () => ({ changes }));
  if (changes.body) readText(world, repo, issue, actor, issue.body ?? '', before);
}

function tellAssigned(world: World, repo: Repo, issue: Issue, actor: Actor, assignee: Account, action: 'assigned' | 'unassigned'): void {
  log(world, issue, actor, action, { assigneeId: assignee.id });
  tell(world, repo, issue, actor, action, () => ({ assignee: userJson(world, assignee) }));
}

/** People who cannot be assigned are passed over without a word, as GitHub does. */
export function assign(world: World, repo: Repo, issue: Issue, actor: Actor, logins: readonly string[]): void {
  mustBe(world, repo, actor, 'triage');
  for (const login of logins) {
    const account = world.login(login);
    if (!account || issue.assignees.includes(account.id) || !isAssignable(world, repo, account, issue)) continue;
    if (issue.assignees.length >= ASSIGNEES_MAX) break;
    bump(world, issue).assignees = [...issue.assignees, account.id];
    tellAssigned(world, repo, issue, actor, account, 'assigned');
  }
}

export function unassign(world: World, repo: Repo, issue: Issue, actor: Actor, logins: readonly string[]): void {
  mustBe(world, repo, actor, 'triage');
  for (const login of logins) {
    const account = world.login(login);
    if (!account || !issue.assignees.includes(account.id)) continue;
    bump(world, issue).assignees = issue.assignees.filter((id) => id !== account.id);
    tellAssigned(world, repo, issue, actor, account, 'unassigned');
  }
}

export type Closing = { readonly reason?: StateReason; readonly closer?: Ref; readonly commitId?: string };

/** The author may close his own issue; everybody else needs triage. Closing what is closed changes the reason only. */
export function close(world: World, repo: Repo, issue: Issue, actor: Actor, how: Closing = {}): void {
  if (issue.authorId !== actor.account.id) mustBe(world, repo, actor, 'triage');
  const reason = issue.pull ? null : (how.reason ?? 'completed');
  if (issue.state === 'closed') {
    if (issue.stateReason !== reason) bump(world, issue).stateReason = reason;
    return;
  }
  bump(world, issue);
  issue.state = 'closed';
  repo.openIssues -= 1;
  issue.stateReason = reason;
  issue.closedAt = world.now();
  issue.closedById = actor.account.id;
  const { closer, commitId } = how;
  log(world, issue, actor, 'closed', { stateReason: reason, ...(closer && { closer }), ...(commitId && { commitId }) });
  tell(world, repo, issue, actor, 'closed');
}

/** GitHub's rule: without a role the author can reopen only what he closed himself. */
export function reopen(world: World, repo: Repo, issue: Issue, actor: Actor): void {
  if (issue.state === 'open') return;
  const own = issue.authorId === actor.account.id && issue.closedById === actor.account.id;
  if (!own && !atLeast(world, repo, actor, 'triage')) throw new Refused(`${actor.account.login} cannot reopen what somebody else closed`);
  if (issue.pull?.mergedAt) throw new Refused('Validation Failed', 422, [{ resource: 'PullRequest', field: 'state', code: 'invalid' }]);
  bump(world, issue);
  issue.state = 'open';
  repo.openIssues += 1;
  issue.stateReason = issue.pull ? null : 'reopened';
  issue.closedAt = null;
  issue.closedById = null;
  log(world, issue, actor, 'reopened', { stateReason: null });
  tell(world, repo, issue, actor, 'reopened');
}

export function setLock(world: World, repo: Repo, issue: Issue, actor: Actor, locked: boolean, reason: string | null = null): void {
  mustBe(world, repo, actor, 'write');
  if (issue.locked === locked) return;
  bump(world, issue).locked = locked;
  issue.lockReason = locked ? reason : null;
  log(world, issue, actor, locked ? 'locked' : 'unlocked', { lockReason: issue.lockReason });
  tell(world, repo, issue, actor, locked ? 'locked' : 'unlocked');
}

export function setPin(world: World, repo: Repo, issue: Issue, actor: Actor, pinned: boolean): void {
  mustBe(world, repo, actor, 'write');
  if (issue.pinned === pinned) return;
  world.touch(issue).pinned = pinned;
  log(world, issue, actor, pinned ? 'pinned' : 'unpinned');
  tell(world, repo, issue, actor, pinned ? 'pinned' : 'unpinned');
}

export function setMilestone(world: World, repo: Repo, issue: Issue, actor: Actor, title: string): void {
  mustBe(world, repo, actor, 'triage');
  let milestone = Object.values(repo.milestones).find((one) => one.title === title);
  if (!milestone) {
    milestone = {
      id: world.id(),
      number: Object.keys(repo.milestones).length + 1,
      title,
      creatorId: actor.account.id,
      createdAt: world.now(),
    };
    repo.milestones[milestone.id] = milestone;
  }
  bump(world, issue).milestone = milestone.id;
  log(world, issue, actor, 'milestoned', { milestone: title });
  tell(world, repo, issue, actor, 'milestoned', () => ({ milestone: issueJson(world, repo, issue).milestone }));
}
