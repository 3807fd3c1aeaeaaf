import type { z } from 'zod';
import { type Instant, instant } from '../calendar/time.ts';
import { ANY_COMMAND } from '../desk/comment-names.ts';
import { markText } from '../desk/mark.ts';
import type { Wake } from '../store/port.ts';
import { Common, Installed, IssueComment, Issues, PullRequest, Push, type Repo } from './payloads.ts';

/** What is not to be trusted any more: of one repository, or of all that the installation reaches. */
export type Forget = { readonly installation: number; readonly repo?: number; readonly what: 'people' | 'labels' | 'forms' };

export type Woken = { readonly wakes: readonly Wake[]; readonly forget: readonly Forget[] };

/** The first look waits, so that a burst of webhooks costs one and GitHub's replicas have caught up (`design.md`, 1). */
const SETTLE_S = 2;
/** Pull requests that close more issues than this wake the first ones; sweeps and the daily look find the others. */
const CLOSED_MAX = 30;
/** An installation on more repositories wakes `app` and the first ones: the look at the installation lists them all. */
const REPOSITORIES_MAX = 100;
/** Repositories that went in one webhook: an alarm keeps twenty expectations. The others go when two listings do not show them. */
const REMOVED_MAX = 18;
/** GitHub leaves out the commits of a push beyond this many. */
const COMMITS_MAX = 2_048;

const PERSON = 1;
const POLICY = 2;
const NORMAL = 3;
const BOT = 5;

/** What is expected is short (`EXPECT_CHARS_MAX`); 50 characters of a label may be 500 of UTF-16, since emoji take so many. */
const NAME_CHARS_MAX = 80;

/** A label's or a person's name as a wake expects it: the mark of one that is long. */
export function expectedName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length > NAME_CHARS_MAX ? `#${markText(lower)}` : name;
}

const NOTHING: Woken = { wakes: [], forget: [] };

type Event = {
  readonly common: Common;
  readonly repo: Repo;
  readonly installation: number;
  readonly now: Instant;
  readonly payload: unknown;
};

/**
 * Whom a webhook wakes, and what it makes us forget. The payload never decides more than that. Total: payloads that are strange,
 * old or hostile wake nobody. `bot` is the login of our own account (`slug[bot]`): what we did ourselves wakes nobody.
 */
export function wakesFor(name: string, payload: unknown, now: Instant, bot?: string): Woken {
  const common = Common.safeParse(payload);
  if (!common.success) return NOTHING;
  const { sender, installation, repository, action } = common.data;
  if (bot !== undefined && sender?.login.toLowerCase() === bot.toLowerCase()) return NOTHING;
  if (name === 'installation' || name === 'installation_repositories' || name === 'installation_target')
    return installed(name, action, installation.id, payload, now);
  const people: Forget = { installation: installation.id, what: 'people' };
  if (name === 'membership' || name === 'organization' || name === 'team' || name === 'member' || name === 'team_add')
    return { wakes: [], forget: [people] };
  if (!repository) return NOTHING;
  const event: Event = { common: common.data, repo: repository, installation: installation.id, now, payload };
  switch (name) {
    case 'issues':
      return issues(event);
    case 'issue_comment':
      return comments(event);
    case 'pull_request':
      return pulls(event);
    case 'push':
      return push(event);
    case 'repository':
      return { wakes: [repository_(event), ...moved(event)], forget: [people] };
    case 'label':
      return { wakes: [repository_(event)], forget: [{ installation: installation.id, repo: repository.id, what: 'labels' }] };
    case 'check_run':
    case 'check_suite':
      return action === 'rerequested' ? { wakes: [{ ...repository_(event), expect: [RECHECK] }], forget: [] } : NOTHING;
    default:
      return NOTHING;
  }
}

/** Under another name, of another owner, or none any more: the App's list says. */
function moved(event: Event): readonly Wake[] {
  const { action } = event.common;
  if (action === 'deleted') return [app(event, `removed:${event.installation}:${event.repo.id}`)];
  return action === 'renamed' || action === 'transferred' ? [app(event, `list:${event.installation}`)] : [];
}

const wake = (event: Pick<Event, 'installation' | 'now'>, subject: string, urgency: number, expect: readonly string[] = []): Wake => ({
  subject,
  installation: event.installation,
  dueAt: instant(event.now + SETTLE_S),
  urgency,
  ...(expect.length > 0 ? { expect } : {}),
});
const issue = (event: Event, number: number, urgency: number, expect?: readonly string[]) =>
  wake(event, `issue:${event.repo.id}:${number}`, urgency, expect);
/** What a repository's wake expects when somebody asked for the check to run again. */
export const RECHECK = 'recheck';

const repository_ = (event: Event): Wake => wake(event, `repository:${event.repo.id}`, POLICY);
/** `expect` says to the look at the App which installation is meant: see `lookAtApp`. */
const app = (event: Pick<Event, 'installation' | 'now'>, ...expect: readonly string[]): Wake => ({
  ...wake(event, 'app', POLICY, expect),
  installation: 0,
});

const isBot = (event: Event): boolean => event.common.sender?.type === 'Bot';

function issues(event: Event): Woken {
  const read = Issues.safeParse(event.payload);
  if (!read.success || read.data.issue.pull_request) return NOTHING;
  const found = announced(event.common.action, read.data);
  if (!found) return NOTHING;
  const urgency = isBot(event) ? BOT : found.urgency;
  return { wakes: [issue(event, read.data.issue.number, urgency, found.expect)], forget: [] };
}

/** How urgent the action is and what the look should find; undefined for what changes nothing that the desk reads. */
function announced(action: string | undefined, read: z.infer<typeof Issues>): { urgency: number; expect: readonly string[] } | undefined {
  const one = (kind: string, what: string | undefined) => (what === undefined ? [] : [`${kind}:${expectedName(what)}`]);
  switch (action) {
    case 'opened':
      return { urgency: PERSON, expect: [] };
    case 'closed':
    case 'reopened':
      return { urgency: PERSON, expect: [action] };
    case 'labeled':
      return { urgency: NORMAL, expect: one('label', read.label?.name) };
    case 'unlabeled':
      return { urgency: NORMAL, expect: one('unlabel', read.label?.name) };
    case 'assigned':
      return { urgency: NORMAL, expect: one('assign', read.assignee?.login) };
    case 'edited':
      return { urgency: NORMAL, expect: read.changes?.title ? one('title', read.issue.title && markText(read.issue.title)) : [] };
    case 'unassigned':
    case 'deleted':
    case 'transferred':
    case 'unlocked':
      return { urgency: NORMAL, expect: [] };
    default:
      return undefined;
  }
}

function comments(event: Event): Woken {
  const read = IssueComment.safeParse(event.payload);
  if (!read.success || read.data.issue.pull_request) return NOTHING;
  const { comment } = read.data;
  const asks = !isBot(event) && (comment.body ?? '').search(ANY_COMMAND) >= 0;
  const urgency = isBot(event) ? BOT : asks ? PERSON : NORMAL;
  const expect = event.common.action === 'created' ? [`comment:${comment.id}`] : [];
  return { wakes: [issue(event, read.data.issue.number, urgency, expect)], forget: [] };
}

const PULL_ACTIONS = new Set(['opened', 'edited', 'closed', 'reopened']);

/** Closing keywords as GitHub reads them, of the same repository: `Fixes #1`, `closes you/repo#2`, an issue's address. */
const CLOSING =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:([\w.-]{1,100}\/[\w.-]{1,100})?#(\d{1,9})|https?:\/\/[\w.:-]{1,200}\/([\w.-]{1,100}\/[\w.-]{1,100})\/issues\/(\d{1,9}))\b/gi;

function pulls(event: Event): Woken {
  const read = PullRequest.safeParse(event.payload);
  if (!read.success || !PULL_ACTIONS.has(event.common.action ?? '')) return NOTHING;
  const { pull_request: pull, changes } = read.data;
  const numbers = new Set<number>();
  const here = `${event.repo.owner.login}/${event.repo.name}`.toLowerCase();
  for (const text of [pull.title, pull.body, changes?.title?.from, changes?.body?.from]) {
    for (const match of (text ?? '').matchAll(CLOSING)) {
      const name = match[1] ?? match[3];
      if ((name === undefined || name.toLowerCase() === here) && numbers.size < CLOSED_MAX) numbers.add(Number(match[2] ?? match[4]));
    }
  }
  const wakes = [...numbers].map((number) => issue(event, number, NORMAL));
  return { wakes: [...wakes, wake(event, `pull:${event.repo.id}:${pull.number}`, NORMAL)], forget: [] };
}

const TOUCHES = /^\.github\/(?:support\.yml$|ISSUE_TEMPLATE\/)/;

function push(event: Event): Woken {
  const read = Push.safeParse(event.payload);
  if (!read.success || read.data.ref !== `refs/heads/${event.repo.default_branch}`) return NOTHING;
  const { commits, forced } = read.data;
  // A forced push says what is new, not what is gone; a long or empty one does not say everything.
  const unsure = forced === true || commits.length === 0 || commits.length >= COMMITS_MAX;
  const touched = commits.some((one) => [one.added, one.modified, one.removed].some((paths) => paths?.some((path) => TOUCHES.test(path))));
  if (!unsure && !touched) return NOTHING;
  const forget: Forget = { installation: event.installation, repo: event.repo.id, what: 'forms' };
  // The owner's `.github` repository speaks for all of the owner's.
  return {
    wakes: [repository_(event), ...(event.repo.name === '.github' ? [app(event, `every:${event.installation}`)] : [])],
    forget: [forget],
  };
}

function installed(name: string, action: string | undefined, installation: number, payload: unknown, now: Instant): Woken {
  const read = Installed.safeParse(payload);
  const { repositories, repositories_added: added, repositories_removed: removed } = read.success ? read.data : {};
  const about = { installation, now };
  const forget: Forget[] = [{ installation, what: 'people' }];
  if (name === 'installation' && action === 'deleted') return { wakes: [app(about, `deleted:${installation}`)], forget };
  const went = new Set((removed ?? []).map((one) => one.id));
  const expect = [...went].slice(0, REMOVED_MAX).map((id) => `removed:${installation}:${id}`);
  const came = new Set([...(repositories ?? []), ...(added ?? [])].map((one) => one.id).filter((id) => !went.has(id)));
  const wakes = [...came].slice(0, REPOSITORIES_MAX).map((id) => wake(about, `repository:${id}`, POLICY));
  return { wakes: [app(about, `list:${installation}`, ...expect), ...wakes], forget };
}
