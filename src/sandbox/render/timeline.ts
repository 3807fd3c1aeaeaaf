import { iso } from '../../calendar/time.ts';
import type { Issue, Repo, TimelineRow } from '../state.ts';
import type { World } from '../world/world.ts';
import { type Json, nodeId, userJson } from './account.ts';
import { integrationJson } from './app.ts';
import { commentJson, issueJson } from './issue.ts';
import { repositoryJson, repoUrl } from './repository.ts';

/** One entry as REST shows it; undefined when this reader does not see it (a comment not there yet, a source he may not read). */
export function timelineJson(world: World, repo: Repo, row: TimelineRow, mayRead: (repo: Repo) => boolean): Json | undefined {
  if (row.comment !== undefined) return commented(world, repo, row);
  if (row.source) return crossReferenced(world, row, mayRead);
  const json: Json = {
    id: row.id,
    node_id: nodeId('EV', row.id),
    url: `${repoUrl(world, repo)}/issues/events/${row.id}`,
    actor: userJson(world, world.account(row.actorId)),
    event: row.event,
    commit_id: row.commitId ?? null,
    commit_url: row.commitId === undefined ? null : `${repoUrl(world, repo)}/commits/${row.commitId}`,
    created_at: iso(row.at),
    performed_via_github_app: row.byApp ? integrationJson(world) : null,
  };
  if (row.label) json.label = row.label;
  if (row.rename) json.rename = row.rename;
  if (row.stateReason !== undefined) json.state_reason = row.stateReason;
  if (row.lockReason !== undefined) json.lock_reason = row.lockReason;
  if (row.milestone !== undefined) json.milestone = { title: row.milestone };
  if (row.assigneeId !== undefined) json.assignee = userJson(world, world.account(row.assigneeId));
  return json;
}

function commented(world: World, repo: Repo, row: TimelineRow): Json | undefined {
  const there = repo.comments[row.comment!];
  const comment = there && world.view(there);
  return comment && { ...commentJson(world, repo, comment), event: 'commented', actor: userJson(world, world.account(comment.authorId)) };
}

function crossReferenced(world: World, row: TimelineRow, mayRead: (repo: Repo) => boolean): Json | undefined {
  const repo = world.state.repos[row.source!.repo];
  const issue: Issue | undefined = repo?.issues[row.source!.number];
  if (!repo || !issue || !mayRead(repo)) return undefined;
  return {
    actor: userJson(world, world.account(row.actorId)),
    created_at: iso(row.at),
    updated_at: iso(row.at),
    source: { type: 'issue', issue: { ...issueJson(world, repo, issue), repository: repositoryJson(world, repo) } },
    event: 'cross-referenced',
  };
}
