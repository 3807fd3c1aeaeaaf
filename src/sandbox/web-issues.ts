import type { Account, Comment, Issue, Reaction, TimelineRow } from './state.ts';
import { renderMarkdown } from './web-markdown.ts';
import { answers, hasRole, knownIn, type PersonView, peopleOf, personView, type Scene } from './web-scene.ts';
import { isAssignable, mentionsIn } from './world/people.ts';

/** How many issues the list shows; a sandbox has a handful. */
const ISSUES_MAX = 200;
/** Changes of labels by one hand within this time are told in one sentence, as on GitHub. */
const TOGETHER_S = 60;
const NOTIFICATIONS_MAX = 100;
const UNTOLD = new Set(['mentioned', 'subscribed', 'merged']);

const who = ({ world }: Scene, id: number): PersonView => personView(world.account(id));

function labelsOf({ repo }: Scene, issue: Issue): object[] {
  const labels = issue.labels.map((id) => repo.labels[id]).filter((label) => label !== undefined);
  return labels.map(({ name, color, description }) => ({ name, color, description }));
}

/** Newest first. */
export function issueList(scene: Scene): object[] {
  const issues = Object.values(scene.repo.issues).filter((issue) => !issue.pull);
  return issues
    .sort((a, b) => b.number - a.number)
    .slice(0, ISSUES_MAX)
    .map((issue) => ({
      number: issue.number,
      title: issue.title,
      state: issue.state,
      reason: issue.stateReason,
      labels: labelsOf(scene, issue),
      author: who(scene, issue.authorId),
      assignees: issue.assignees.map((id) => who(scene, id)),
      comments: issue.comments,
      when: scene.when(issue.createdAt),
    }));
}

/** One issue or pull request as `viewer` sees it: what was said and done in order, and what he may do. */
export function issueView(scene: Scene, issue: Issue, viewer: Account): object {
  const { world, repo } = scene;
  const triages = hasRole(scene, viewer, 'triage');
  const owns = issue.authorId === viewer.id;
  return {
    number: issue.number,
    title: issue.title,
    state: issue.state,
    reason: issue.stateReason,
    merged: issue.pull?.mergedAt != null,
    isPull: issue.pull !== undefined,
    author: who(scene, issue.authorId),
    when: scene.when(issue.createdAt),
    labels: labelsOf(scene, issue),
    assignees: issue.assignees.map((id) => who(scene, id)),
    items: [opening(scene, issue, viewer), ...timeline(scene, issue, viewer)],
    fixes: issue.closers.flatMap((ref) => {
      const pull = world.state.repos[ref.repo]?.issues[ref.number];
      return pull?.pull ? [{ number: pull.number, title: pull.title, state: pull.pull.mergedAt === null ? pull.state : 'merged' }] : [];
    }),
    may: {
      triage: triages,
      close: triages || owns,
      reopen: !issue.pull?.mergedAt && (triages || (owns && issue.closedById === viewer.id)),
      rename: owns || hasRole(scene, viewer, 'write'),
      comment: !issue.locked || hasRole(scene, viewer, 'write'),
      merge: hasRole(scene, viewer, 'write'),
    },
    repoLabels: Object.values(repo.labels)
      .map(({ name }) => name)
      .sort(),
    assignable: peopleOf(scene)
      .filter((one) => isAssignable(world, repo, one, issue))
      .map(personView),
    commands: issue.pull ? [] : commandsFor(scene, issue, viewer),
  };
}

/** What this person can tell the desk here, in the words of its `/help`. */
function commandsFor(scene: Scene, issue: Issue, viewer: Account): object[] {
  const { help } = scene.words;
  const ids = scene.policy?.priorities.map(({ id }) => id) ?? [];
  const all = { ...help };
  const reporter = issue.authorId === viewer.id;
  const responder = answers(scene, viewer);
  const names: (keyof typeof help)[] = [];
  if (responder) names.push('take', 'fixed', 'priority');
  if (reporter) names.push('confirm');
  if (responder || reporter) names.push('still-broken', 'sla', 'help');
  return names.map((name) => ({
    text: name === 'priority' ? `/priority ${ids[0] ?? 'ID'}` : `/${name}`,
    help: name === 'priority' && ids.length > 0 ? `${all[name]}: ${ids.join(', ')}` : all[name],
  }));
}

const REACTIONS: Readonly<Record<Reaction['content'], string>> = {
  '+1': '👍',
  '-1': '👎',
  laugh: '😄',
  confused: '😕',
  heart: '❤️',
  hooray: '🎉',
  rocket: '🚀',
  eyes: '👀',
};

function said(scene: Scene, issue: Issue, what: Comment | Issue, viewer: Account): object {
  const author = scene.world.account(what.authorId);
  const body = what.body ?? '';
  const own = author.id === viewer.id;
  const part = author.type === 'Bot' ? 'desk' : author.id === issue.authorId ? 'reporter' : answers(scene, author) ? 'team' : '';
  return {
    kind: 'comment',
    author: personView(author),
    part,
    when: scene.when(what.createdAt),
    edited: what.edits.length > 1 ? scene.when(what.edits.at(-1)!.at) : undefined,
    html: body.trim() === '' ? '' : renderMarkdown(body, knownIn(scene, body)),
    body,
    reactions: what.reactions.map((one) => ({
      emoji: REACTIONS[one.content],
      name: one.content,
      by: who(scene, one.userId).name,
    })),
    mayEdit: own || hasRole(scene, viewer, 'write'),
  };
}

const opening = (scene: Scene, issue: Issue, viewer: Account): object => ({ key: 'opening', id: 0, ...said(scene, issue, issue, viewer) });

type LabelChange = { readonly name: string; readonly color: string };
type EventView = {
  readonly kind: 'event';
  readonly key: string;
  readonly event: string;
  readonly actor: PersonView;
  readonly when: string;
  readonly added: LabelChange[];
  readonly removed: LabelChange[];
} & Readonly<Record<string, unknown>>;

function timeline(scene: Scene, issue: Issue, viewer: Account): object[] {
  const items: object[] = [];
  let labels: { readonly view: EventView; readonly row: TimelineRow } | undefined;
  for (const row of issue.timeline) {
    if (UNTOLD.has(row.event)) continue;
    if (row.comment !== undefined) {
      const comment = scene.repo.comments[row.comment];
      if (!comment) continue;
      labels = undefined;
      items.push({ key: `c${comment.id}`, id: comment.id, hidden: comment.minimized, ...said(scene, issue, comment, viewer) });
      continue;
    }
    const isLabel = row.label !== undefined && (row.event === 'labeled' || row.event === 'unlabeled');
    if (isLabel && labels && labels.row.actorId === row.actorId && row.at - labels.row.at <= TOGETHER_S) {
      labels.view[row.event === 'labeled' ? 'added' : 'removed'].push(row.label);
      continue;
    }
    const view = told(scene, row);
    labels = isLabel ? { view, row } : undefined;
    items.push(view);
  }
  return items;
}

function told(scene: Scene, row: TimelineRow): EventView {
  const { world } = scene;
  const source = row.source ?? row.closer;
  const from = source ? world.state.repos[source.repo]?.issues[source.number] : undefined;
  return {
    kind: 'event',
    key: `e${row.id}`,
    event: row.event,
    actor: who(scene, row.actorId),
    when: scene.when(row.at),
    added: row.label && row.event === 'labeled' ? [row.label] : [],
    removed: row.label && row.event === 'unlabeled' ? [row.label] : [],
    ...(row.assigneeId !== undefined && { assignee: who(scene, row.assigneeId) }),
    ...(row.stateReason !== undefined && { reason: row.stateReason }),
    ...(row.rename && { rename: row.rename }),
    ...(row.milestone !== undefined && { milestone: row.milestone }),
    ...(row.commitId !== undefined && { commit: row.commitId.slice(0, 7) }),
    ...(from && { from: { number: from.number, title: from.title, isPull: from.pull !== undefined } }),
  };
}

type Called = { readonly at: number; readonly view: object; readonly to: ReadonlySet<number> };

/** Who was called where, newest first; a team calls its members, nobody calls himself. */
function calls(scene: Scene): Called[] {
  const { world, repo } = scene;
  const found: Called[] = [];
  const read = (issue: Issue, what: Comment | Issue, key: string): void => {
    const mentions = mentionsIn(world, repo, what.body ?? '');
    if (mentions.length === 0) return;
    const to = new Set(mentions.flatMap((one) => ('account' in one ? [one.account.id] : Object.keys(one.team.members).map(Number))));
    to.delete(what.authorId);
    const names = new Set(mentions.map((one) => ('account' in one ? `@${one.account.login}` : `@${one.org.login}/${one.team.slug}`)));
    const people = [...to].map((id) => world.account(id)).filter((one) => one.type === 'User');
    if (people.length === 0) return;
    found.push({
      at: what.createdAt,
      to,
      view: {
        key,
        number: issue.number,
        title: issue.title,
        by: who(scene, what.authorId),
        names: [...names],
        to: people.map(personView),
        when: scene.when(what.createdAt),
        html: renderMarkdown(what.body ?? '', knownIn(scene, what.body ?? '')),
      },
    });
  };
  for (const issue of Object.values(repo.issues)) {
    read(issue, issue, `i${issue.number}`);
    for (const row of issue.timeline) {
      const comment = row.comment === undefined ? undefined : repo.comments[row.comment];
      if (comment) read(issue, comment, `c${comment.id}`);
    }
  }
  return found.sort((a, b) => b.at - a.at);
}

export const notifications = (scene: Scene): object[] =>
  calls(scene)
    .slice(0, NOTIFICATIONS_MAX)
    .map(({ view }) => view);

/** How often each person was called. */
export function callCounts(scene: Scene): Record<string, number> {
  const all = calls(scene).slice(0, NOTIFICATIONS_MAX);
  return Object.fromEntries(peopleOf(scene).map(({ id, login }) => [login, all.filter(({ to }) => to.has(id)).length]));
}
