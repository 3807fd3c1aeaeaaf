import type { Issue, Repo, StateReason } from '../state.ts';
import { addComment, deleteComment, editComment, minimize, react } from '../world/comments.ts';
import { assign, close, editIssue, openIssue, reopen, setLock, setMilestone, setPin, unassign } from '../world/issues.ts';
import { addLabels, removeLabel } from '../world/labels.ts';
import { convertToDiscussion, deleteIssue, transferIssue } from '../world/repositories.ts';
import type { World } from '../world/world.ts';
import { personOf } from './places.ts';

export type NewIssueBy = {
  readonly by: string;
  readonly title: string;
  /** What the form (or the person) wrote; absent for a blank one. */
  readonly body?: string;
  /** What the form puts on; labels that don't exist are passed over. */
  readonly labels?: readonly string[];
  readonly assignees?: readonly string[];
};

export type IssueActions = {
  /** Answers the number. */
  openIssue(repo: string, what: NewIssueBy): number;
  editIssue(repo: string, number: number, to: { title?: string; body?: string }, by: string): void;
  /** Answers the comment's id. Nobody without write access comments where it is locked. */
  comment(repo: string, number: number, body: string, by: string): number;
  editComment(repo: string, comment: number, body: string, by: string): void;
  deleteComment(repo: string, comment: number, by: string): void;
  /** Hides a comment; undefined shows it again. No webhook. */
  minimize(
    repo: string,
    comment: number,
    reason: 'abuse' | 'duplicate' | 'off-topic' | 'outdated' | 'resolved' | 'spam' | undefined,
    by: string,
  ): void;
  react(
    repo: string,
    target: { readonly issue: number } | { readonly comment: number },
    content: Parameters<typeof react>[3],
    by: string,
  ): void;
  label(repo: string, number: number, name: string, by: string): void;
  unlabel(repo: string, number: number, name: string, by: string): void;
  assign(repo: string, number: number, login: string, by: string): void;
  unassign(repo: string, number: number, login: string, by: string): void;
  close(repo: string, number: number, by: string, reason?: Exclude<StateReason, 'reopened'>): void;
  /** An author without a role cannot reopen what somebody else closed. */
  reopen(repo: string, number: number, by: string): void;
  lock(repo: string, number: number, by: string, reason?: string): void;
  unlock(repo: string, number: number, by: string): void;
  pin(repo: string, number: number, by: string): void;
  unpin(repo: string, number: number, by: string): void;
  milestone(repo: string, number: number, title: string, by: string): void;
  /** Answers the number over there. */
  transferIssue(repo: string, number: number, to: string, by: string): number;
  deleteIssue(repo: string, number: number, by: string): void;
  convertToDiscussion(repo: string, number: number, by: string): void;
};

export function issueActions(world: World): IssueActions {
  const who = personOf(world);
  const on = <T>(repo: string, number: number, run: (where: Repo, issue: Issue) => T): T => {
    const where = world.theRepo(repo);
    return run(where, world.issue(where, number));
  };
  return {
    openIssue: (repo, { by, ...what }) => openIssue(world, world.theRepo(repo), who(by), what).number,
    editIssue: (repo, number, to, by) => on(repo, number, (where, issue) => editIssue(world, where, issue, who(by), to)),
    ...commentActions(world),
    label: (repo, number, name, by) => on(repo, number, (where, issue) => addLabels(world, where, issue, who(by), [name])),
    unlabel: (repo, number, name, by) => on(repo, number, (where, issue) => removeLabel(world, where, issue, who(by), name)),
    assign: (repo, number, login, by) => on(repo, number, (where, issue) => assign(world, where, issue, who(by), [login])),
    unassign: (repo, number, login, by) => on(repo, number, (where, issue) => unassign(world, where, issue, who(by), [login])),
    close: (repo, number, by, reason) => on(repo, number, (where, issue) => close(world, where, issue, who(by), reason ? { reason } : {})),
    reopen: (repo, number, by) => on(repo, number, (where, issue) => reopen(world, where, issue, who(by))),
    lock: (repo, number, by, reason) => on(repo, number, (where, issue) => setLock(world, where, issue, who(by), true, reason ?? null)),
    unlock: (repo, number, by) => on(repo, number, (where, issue) => setLock(world, where, issue, who(by), false)),
    pin: (repo, number, by) => on(repo, number, (where, issue) => setPin(world, where, issue, who(by), true)),
    unpin: (repo, number, by) => on(repo, number, (where, issue) => setPin(world, where, issue, who(by), false)),
    milestone: (repo, number, title, by) => on(repo, number, (where, issue) => setMilestone(world, where, issue, who(by), title)),
    transferIssue: (repo, number, to, by) =>
      on(repo, number, (where, issue) => transferIssue(world, where, issue, who(by), world.theRepo(to)).number),
    convertToDiscussion: (repo, number, by) => on(repo, number, (where, issue) => convertToDiscussion(world, where, issue, who(by))),
    deleteIssue: (repo, number, by) => on(repo, number, (where, issue) => deleteIssue(world, where, issue, who(by))),
  };
}

function commentActions(world: World): Pick<IssueActions, 'comment' | 'editComment' | 'deleteComment' | 'minimize' | 'react'> {
  const who = personOf(world);
  return {
    comment: (repo, number, body, by) => {
      const where = world.theRepo(repo);
      return addComment(world, where, world.issue(where, number), who(by), body).id;
    },
    editComment: (repo, id, body, by) => {
      const where = world.theRepo(repo);
      editComment(world, where, world.comment(where, id), who(by), body);
    },
    deleteComment: (repo, id, by) => {
      const where = world.theRepo(repo);
      deleteComment(world, where, world.comment(where, id), who(by));
    },
    minimize: (repo, id, reason, by) => {
      const where = world.theRepo(repo);
      minimize(world, where, world.comment(where, id), who(by), reason ?? null);
    },
    react: (repo, target, content, by) => {
      const where = world.theRepo(repo);
      react(world, 'issue' in target ? world.issue(where, target.issue) : world.comment(where, target.comment), who(by), content);
    },
  };
}
