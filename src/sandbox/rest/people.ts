import { publicUserJson, teamFullJson, userJson } from '../render/account.ts';
import { type Account, ROLES, type Role, type Team } from '../state.ts';
import { isAssignable, permissionOf, roleOf } from '../world/people.ts';
import { type Answer, type Call, notFound, nothing, ok, paged, type Route } from './answer.ts';

function account(call: Call, key: string): Account {
  const found = call.world.login(call.params[key]!);
  if (!found) throw notFound();
  return found;
}

function flags(role: Role): Record<string, boolean> {
  const has = (one: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(one);
  return { pull: has('read'), triage: has('triage'), push: has('write'), maintain: has('maintain'), admin: has('admin') };
}

/** A public repository can be read by everybody: that too is the permission `read`. */
function permission(call: Call): Answer {
  const { world, repo } = call;
  const person = account(call, 'username');
  const role = roleOf(world, repo, person);
  return ok({
    permission: permissionOf(role),
    role_name: role,
    user: { ...userJson(world, person), permissions: flags(role), role_name: role },
  });
}

function teamOf(call: Call): Team {
  const org = account(call, 'org');
  const mine = call.caller.kind === 'installation' && call.caller.installation.accountId === org.id;
  const team = mine ? call.world.team(org.id, call.params.team_slug!) : undefined;
  if (!team) throw notFound();
  return team;
}

function members(call: Call): Answer {
  const { world } = call;
  const team = teamOf(call);
  const role = call.query.get('role') ?? 'all';
  const ids = Object.keys(team.members).map(Number);
  const asked = ids.filter((id) => role === 'all' || team.members[id] === role);
  return paged(call, asked, (id) => userJson(world, world.account(id)));
}

function membership(call: Call): Answer {
  const team = teamOf(call);
  const person = account(call, 'username');
  const role = team.members[person.id];
  if (!role) throw notFound();
  const url = `${call.world.urls.api}/organizations/${team.orgId}/team/${team.id}/memberships/${person.login}`;
  return ok({ url, role, state: 'active' });
}

function teamRepository(call: Call): Answer {
  if ((teamOf(call).repos[call.repo.id] ?? 'none') === 'none') throw notFound();
  return nothing;
}

function assignee(call: Call): Answer {
  if (!isAssignable(call.world, call.repo, account(call, 'assignee'))) throw notFound();
  return nothing;
}

const TEAM = '/orgs/{org}/teams/{team_slug}';
const members_read = { as: 'installation', needs: ['members', 'read'] } as const;

export const PEOPLE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/repos/{owner}/{repo}/assignees/{assignee}', as: 'installation', needs: ['issues', 'read'], run: assignee },
  {
    method: 'GET',
    path: '/repos/{owner}/{repo}/collaborators/{username}/permission',
    as: 'installation',
    needs: ['metadata', 'read'],
    run: permission,
  },
  { method: 'GET', path: TEAM, ...members_read, run: (call) => ok(teamFullJson(call.world, teamOf(call))) },
  { method: 'GET', path: `${TEAM}/members`, ...members_read, run: members },
  { method: 'GET', path: `${TEAM}/repos/{owner}/{repo}`, ...members_read, run: teamRepository },
  { method: 'GET', path: `${TEAM}/memberships/{username}`, ...members_read, run: membership },
  {
    method: 'GET',
    path: '/users/{username}',
    as: 'installation',
    run: (call) => ok(publicUserJson(call.world, account(call, 'username'))),
  },
];
