import { ROUTES } from '../../src/sandbox/rest/routes.ts';

/** The operations of GitHub's that are in use: what the twin serves. `scripts/reduce-openapi.ts` keeps these. */
export const OPERATIONS: readonly string[] = ROUTES.map((route) => `${route.method} ${route.path}`);

/** The webhooks that the twin sends, as OpenAPI's `x-webhooks` names them. */
export const WEBHOOKS: readonly string[] = [
  ...['created', 'completed', 'rerequested'].map((action) => `check-run-${action}`),
  ...['created', 'deleted', 'new-permissions-accepted', 'suspend', 'unsuspend', 'repositories-added', 'repositories-removed'].map(
    (action) => `installation-${action}`,
  ),
  ...['created', 'deleted', 'edited'].map((action) => `issue-comment-${action}`),
  ...[
    ...['assigned', 'closed', 'deleted', 'edited', 'labeled', 'locked', 'milestoned', 'opened'],
    ...['pinned', 'reopened', 'transferred', 'unassigned', 'unlabeled', 'unlocked', 'unpinned'],
  ].map((action) => `issues-${action}`),
  ...['created', 'deleted', 'edited'].map((action) => `label-${action}`),
  ...['added', 'edited', 'removed'].map((action) => `member-${action}`),
  ...['added', 'removed'].map((action) => `membership-${action}`),
  ...['member-added', 'member-removed'].map((action) => `organization-${action}`),
  ...['assigned', 'closed', 'edited', 'labeled', 'opened', 'reopened', 'unassigned', 'unlabeled'].map((action) => `pull-request-${action}`),
  'push',
  ...['archived', 'deleted', 'edited', 'privatized', 'publicized', 'renamed', 'transferred', 'unarchived'].map(
    (action) => `repository-${action}`,
  ),
];
