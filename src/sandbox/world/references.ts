import type { Commit, Issue, Ref, Repo } from '../state.ts';
import { close, log } from './issues.ts';
import { atLeast, prose } from './people.ts';
import type { Actor, World } from './world.ts';

const REFERENCE =
  /(?:\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+)?(?:(?<![\w/#])(?:([\w-]+\/[\w.-]+))?#(\d+)\b|https?:\/\/[^\s/]+\/([\w-]+\/[\w.-]+)\/(?:issues|pull)\/(\d+)\b)/gi;

export type Reference = { readonly repo: Repo; readonly issue: Issue; readonly closes: boolean };

/** The issues that a text names: `#1`, `owner/repo#1`, or by address; with a closing keyword before it or not. */
export function referencesIn(world: World, repo: Repo, text: string): Reference[] {
  const found: Reference[] = [];
  if (!text.includes('#') && !text.includes('://')) return found;
  for (const match of prose(text).matchAll(REFERENCE)) {
    const name = match[2] ?? match[4];
    const where = name === undefined ? repo : world.repo(name);
    const issue = where?.issues[Number(match[3] ?? match[5])];
    if (where && issue) found.push({ repo: where, issue, closes: match[1] !== undefined });
  }
  return found;
}

const isAt = (ref: Ref, repo: Repo, issue: Issue): boolean => ref.repo === repo.id && ref.number === issue.number;

/** Cross-references what the text names, once per source. That sends no webhook and moves no `updated_at`. */
export function readReferences(world: World, repo: Repo, from: Issue, actor: Actor, text: string): void {
  for (const { issue } of referencesIn(world, repo, text)) {
    if (issue === from) continue;
    if (issue.timeline.some((row) => row.event === 'cross-referenced' && row.source && isAt(row.source, repo, from))) continue;
    log(world, issue, actor, 'cross-referenced', { source: { repo: repo.id, number: from.number } });
  }
}

/** Sets which issues this pull request closes by keyword. Keywords count only when it goes into the default branch. */
export function readClosingKeywords(world: World, repo: Repo, from: Issue): void {
  const counts = from.pull?.base.ref === repo.defaultBranch;
  const wanted = counts ? referencesIn(world, repo, from.body ?? '').filter((one) => one.closes && !one.issue.pull) : [];
  for (const issue of linkedIssues(world, repo, from, 'keyword'))
    if (!wanted.some((one) => one.issue === issue.issue))
      world.touch(issue.issue).closers = issue.issue.closers.filter((one) => !isAt(one, repo, from) || one.how === 'hand');
  for (const { issue } of wanted)
    if (!issue.closers.some((one) => isAt(one, repo, from)))
      world.touch(issue).closers = [...issue.closers, { repo: repo.id, number: from.number, how: 'keyword' }];
}

/** The issues that this pull request is set to close. */
export function linkedIssues(world: World, repo: Repo, from: Issue, how?: 'keyword' | 'hand'): { repo: Repo; issue: Issue }[] {
  const linked: { repo: Repo; issue: Issue }[] = [];
  for (const where of Object.values(world.state.repos))
    for (const number in where.issues) {
      const issue = where.issues[number]!;
      if (issue.closers.some((one) => isAt(one, repo, from) && (how === undefined || one.how === how))) linked.push({ repo: where, issue });
    }
  return linked;
}

/**
 * A merge into the default branch closes what was linked, where the merger may close it. Whether REST's `closed` event names the merge commit
 * then is not verified on the live platform: rely on GraphQL's `closer`.
 */
export function closeLinked(world: World, repo: Repo, from: Issue, actor: Actor, commitId: string): void {
  for (const { repo: where, issue } of linkedIssues(world, repo, from)) {
    if (issue.state === 'closed' || !atLeast(world, where, actor, 'triage')) continue;
    close(world, where, issue, actor, { reason: 'completed', closer: { repo: repo.id, number: from.number }, commitId });
  }
}

/** A commit on the default branch refers to what its message names, and closes it with a keyword. */
export function readReferencesOfCommit(world: World, repo: Repo, commit: Commit, actor: Actor): void {
  for (const { repo: where, issue, closes } of referencesIn(world, repo, commit.message)) {
    if (where === repo) log(world, issue, actor, 'referenced', { commitId: commit.sha });
    if (closes && issue.state === 'open' && !issue.pull && atLeast(world, where, actor, 'triage'))
      close(world, where, issue, actor, { reason: 'completed', commitId: commit.sha });
  }
}
