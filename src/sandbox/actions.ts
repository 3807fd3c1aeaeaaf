import { type IssueActions, issueActions } from './actions/issues.ts';
import { type PlaceActions, placeActions } from './actions/places.ts';
import { type PullActions, pullActions } from './actions/pulls.ts';
import type { World } from './world/world.ts';

/**
 * What people do on GitHub's pages, for tests and for the sandbox page. Everybody is named by login, repositories by `owner/name`, issues and
 * pull requests by repository and number. `by` is who does it; what GitHub does not let him do throws `Refused` and changes nothing.
 * Each action happens at once, at the twin's present instant, and sends the webhooks that GitHub would send.
 *
 * - `PlaceActions` (actions/places.ts): users, organizations, teams, repositories, roles, files, labels, installations.
 * - `IssueActions` (actions/issues.ts): issues, comments, labels on them, assignees, closing, reopening, moving.
 * - `PullActions` (actions/pulls.ts): pull requests, links, merges.
 */
export type Actions = PlaceActions & IssueActions & PullActions;

export function actionsOn(world: World): Actions {
  return { ...placeActions(world), ...issueActions(world), ...pullActions(world) };
}
