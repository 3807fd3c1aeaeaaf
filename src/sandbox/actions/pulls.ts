import type { Issue, Repo } from '../state.ts';
import { close, reopen } from '../world/issues.ts';
import { editPull, link, merge, openPull, unlink } from '../world/pulls.ts';
import type { World } from '../world/world.ts';
import { personOf } from './places.ts';

export type NewPullBy = {
  readonly by: string;
  readonly title: string;
  /** `Fixes #N` sets it to close that issue (when it goes into the default branch); a mere `#N` only refers to it. */
  readonly body?: string;
  readonly head?: string;
  readonly base?: string;
  readonly draft?: boolean;
  /** `owner/name` of the fork that it comes from. */
  readonly from?: string;
};

/** Where an issue or a pull request is. */
export type At = readonly [repo: string, number: number];

export type PullActions = {
  /** Answers the number; issues and pull requests count together. */
  openPull(repo: string, what: NewPullBy): number;
  editPull(repo: string, number: number, to: { title?: string; body?: string }, by: string): void;
  closePull(repo: string, number: number, by: string): void;
  reopenPull(repo: string, number: number, by: string): void;
  /** Into its base; into the default branch it closes what it is set to close, where `by` may. */
  merge(repo: string, number: number, by: string): void;
  /** "Development" in the sidebar. No webhook. */
  link(issue: At, pull: At, by: string): void;
  unlink(issue: At, pull: At, by: string): void;
};

export function pullActions(world: World): PullActions {
  const who = personOf(world);
  const find = ([repo, number]: At): [Repo, Issue] => {
    const where = world.theRepo(repo);
    return [where, world.issue(where, number)];
  };
  return {
    openPull: (repo, { by, from, ...what }) =>
      openPull(world, world.theRepo(repo), who(by), { ...what, ...(from && { from: world.theRepo(from) }) }).number,
    editPull: (repo, number, to, by) => editPull(world, ...find([repo, number]), who(by), to),
    closePull: (repo, number, by) => close(world, ...find([repo, number]), who(by)),
    reopenPull: (repo, number, by) => reopen(world, ...find([repo, number]), who(by)),
    merge: (repo, number, by) => merge(world, ...find([repo, number]), who(by)),
    link: (issue, pull, by) => link(world, ...find(issue), ...find(pull), who(by)),
    unlink: (issue, pull, by) => unlink(world, ...find(issue), ...find(pull), who(by)),
  };
}
