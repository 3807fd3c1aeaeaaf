import type { Instant } from '../calendar/time.ts';
import type { Fact, Ledger, Record } from '../desk/ledger.ts';
import { markText } from '../desk/mark.ts';
import { titleLags } from '../desk/title.ts';
import type { GitHub, LedgerRead, ReadOptions, RepoRef } from '../watch/github-port.ts';
import { type Api, pageOf, repoPath } from './api.ts';
import { askedFor } from './asked.ts';
import type { Edits } from './edits.ts';
import { actorOf, type Me, type Parser, type Thread, threadOf } from './facts.ts';
import { readFixes } from './fixes.ts';
import type { People } from './people.ts';
import { CommentStateJson, type EntryJson, IssueJson, TimelineJson, z } from './schemas.ts';
import { standingsOf } from './standings.ts';
import { expectedName } from './wakes.ts';

/**
 * Pages of 100 entries. Of a longer timeline the first 5 pages (how it began, our status comment) and the last 25 are read:
 * what lies between is as if it had not happened.
 */
export const HEAD_PAGES = 5;
export const TAIL_PAGES = 25;
/** An expectation counts as met by what was undone again this lately. */
const UNDONE_S = 600;

export type Reader = {
  readonly api: Api;
  readonly people: People;
  readonly edits: Edits;
  readonly parser: Parser;
  readonly file: GitHub['file'];
};

/** The issue, its timeline and what the timeline leaves open, in the desk's words. */
export async function readLedger(by: Reader, me: Me, repo: RepoRef, number: number, options: ReadOptions): Promise<LedgerRead> {
  const { data: issue } = await by.api.get(repo, repoPath(repo, 'issues', number), IssueJson);
  const entries = issue.pull_request ? [] : await timeline(by.api, repo, number);
  const thread = threadOf(issue, entries, me, by.parser);
  const record = thread.status?.record;
  const fixes = await readFixes(by.api, repo, number, thread, options.policy);
  const dated = await by.edits.date(repo, thread.facts, thread.edited, record, options.now);
  const written = withFixes(
    dated.map((fact) => (fact.kind === 'closed' && fixes.closings.has(fact.id) ? { ...fact, byFix: true } : fact)),
    fixes.facts,
  );
  const reporter = actorOf(issue.user);
  const asWritten = { facts: written, reporter, createdAt: issue.created_at, ...(record ? { record } : {}) };
  const bots = new Set([...thread.bots, ...fixes.bots]);
  const standings = await standingsOf(by.people, repo, options.policy, asWritten, thread, bots, me.bot);
  // The reporter's words count where they ask for an answer.
  const asks = [...options.policy.priorities, ...options.policy.plans].some((one) => one.targets.next_response);
  const counts = (fact: Fact) => (fact.by.id === reporter.id ? asks : mayAnswer(fact, standings, record));
  const facts = await by.edits.unsay(repo, written, thread.edited, counts, options.now);
  const common = { ...asWritten, facts };
  const hidden = await minimised(by.api, repo, number, facts, thread, standings, record);
  const asked = issue.pull_request ? {} : await askedFor(by, repo, options.policy, number, { ...common, standings });
  const ledger: Ledger = {
    ...common,
    ...asked,
    repo: { id: repo.id, owner: repo.owner, name: repo.name },
    number,
    title: issue.title,
    renames: thread.renames,
    body: issue.body ?? '',
    state: issue.state,
    isPull: issue.pull_request,
    labels: issue.labels.filter((label) => label !== ''),
    assignees: (issue.assignees ?? []).map(actorOf),
    facts:
      hidden.size === 0
        ? facts
        : facts.map((fact) => (fact.kind === 'said' && hidden.has(fact.comment) ? { ...fact, visible: false } : fact)),
    fixes: fixes.fixes,
    own: thread.own,
    standings,
    forms: options.forms,
    readAt: options.now,
  };
  return {
    ledger,
    ...(thread.status ? { status: thread.status } : {}),
    duplicates: thread.duplicates,
    missing: ledger.isPull ? [] : options.expect.filter((one) => !isMet(one, ledger, thread, options.now)),
    fixNumbers: fixes.numbers,
    updatedAt: issue.updated_at,
  };
}

async function timeline(api: Api, repo: RepoRef, number: number): Promise<EntryJson[]> {
  const path = repoPath(repo, 'issues', number, 'timeline');
  const entries: EntryJson[] = [];
  for (let page = 1, last = 1; page <= last; page++) {
    const got = await api.get(repo, pageOf(path, page), TimelineJson);
    entries.push(...got.data);
    if (!got.more) break;
    last = Math.max(page + 1, got.last ?? 0);
    if (page === HEAD_PAGES && last > HEAD_PAGES + TAIL_PAGES) page = last - TAIL_PAGES;
  }
  return entries;
}

/** Fixes take their place by instant, before what else happened in that second: a merge closes the issue, not the other way about. */
export function withFixes(facts: readonly Fact[], fixes: readonly Fact[]): Fact[] {
  const all = [...facts];
  const openedAt = facts[0]!.at;
  for (const one of fixes) {
    // A pull request may be older than the issue that it was linked to.
    const fix = one.at < openedAt ? { ...one, at: openedAt } : one;
    const at = all.findIndex((fact) => fact.kind !== 'opened' && fact.at >= fix.at && !fact.id.startsWith('f'));
    all.splice(at < 0 ? all.length : at, 0, fix);
  }
  return all;
}

/**
 * Comments that are hidden, where the timeline does not say so. Only a responder's words count for anything, so that the comments are
 * listed (conditionally, 100 a request) only when there is one of whom it is not known.
 */
async function minimised(
  api: Api,
  repo: RepoRef,
  number: number,
  facts: readonly Fact[],
  thread: Thread,
  standings: Ledger['standings'],
  record: Record | undefined,
): Promise<ReadonlySet<number>> {
  const hidden = new Set<number>();
  const counts = (fact: Fact): boolean => fact.kind === 'said' && thread.unsaid.has(fact.comment) && mayAnswer(fact, standings, record);
  if (!facts.some(counts)) return hidden;
  const path = repoPath(repo, 'issues', number, 'comments');
  const comments = await api.pages(repo, path, z.array(CommentStateJson), HEAD_PAGES + TAIL_PAGES);
  for (const comment of comments) if (comment.minimized !== undefined && comment.minimized !== null) hidden.add(comment.id);
  return hidden;
}

/** Words that somebody can see, of one who is a responder or may have been one. */
const mayAnswer = (fact: Fact, standings: Ledger['standings'], record: Record | undefined): boolean =>
  fact.kind === 'said' &&
  fact.says &&
  fact.visible &&
  (standings.get(fact.by.id) === 'responder' || record?.parts[String(fact.by.id)]?.some(([, part]) => part === 'r') === true);

/** Whether the issue shows what a webhook announced, or shows that it was undone since. Both the issue and its timeline must. */
function isMet(expected: string, ledger: Ledger, thread: Thread, now: Instant): boolean {
  const split = expected.indexOf(':');
  const kind = split < 0 ? expected : expected.slice(0, split);
  const what = split < 0 ? '' : expected.slice(split + 1).toLowerCase();
  const { facts } = ledger;
  const isIt = (name: string) => expectedName(name).toLowerCase() === what;
  const lately = (is: (fact: Fact) => boolean) => facts.some((fact) => is(fact) && fact.at >= now - UNDONE_S);
  const label = (fact: Fact, as: 'labelled' | 'unlabelled') => fact.kind === as && isIt(fact.label);
  const has = ledger.labels.some(isIt);
  switch (kind) {
    case 'comment':
      return thread.comments.has(Number(what));
    case 'closed':
    case 'reopened': {
      const state = kind === 'closed' ? 'closed' : 'open';
      const last = facts.findLast((fact) => fact.kind === 'closed' || fact.kind === 'reopened');
      return last?.kind === kind ? ledger.state === state : lately((fact) => fact.kind === kind);
    }
    case 'label':
      return facts.some((fact) => label(fact, 'labelled')) && (has || lately((fact) => label(fact, 'unlabelled')));
    case 'unlabel':
      return facts.some((fact) => label(fact, 'unlabelled')) && (!has || lately((fact) => label(fact, 'labelled')));
    case 'title': {
      const was = thread.renames.some((one) => one.at >= now - UNDONE_S && markText(one.from) === what);
      return !titleLags(ledger) && (markText(ledger.title) === what || was);
    }
    case 'assign':
      return (
        facts.some((fact) => fact.kind === 'assigned' && isIt(fact.who.login)) &&
        (ledger.assignees.some((one) => isIt(one.login)) || lately((fact) => fact.kind === 'unassigned' && isIt(fact.who.login)))
      );
    default:
      return true;
  }
}
