import { nodeId, teamJson, userJson } from '../render/account.ts';
import type { Account, Role, Team } from '../state.ts';
import { Refused, type World } from './world.ts';

export function createTeam(
  world: World,
  org: Account,
  slug: string,
  what: { members?: readonly string[]; repositories?: Readonly<Record<string, Role>>; name?: string },
): Team {
  const team: Team = {
    id: world.id(),
    orgId: org.id,
    slug,
    name: what.name ?? slug,
    description: null,
    members: Object.fromEntries((what.members ?? []).map((login) => [world.who(login).id, 'member' as const])),
    repos: Object.fromEntries(Object.entries(what.repositories ?? {}).map(([name, role]) => [world.theRepo(name).id, role])),
    createdAt: world.now(),
  };
  world.state.teams[team.id] = team;
  return team;
}

function theTeam(world: World, org: Account, slug: string): Team {
  const team = world.team(org.id, slug);
  if (!team) throw new Refused(`no team ${org.login}/${slug}`, 404);
  return team;
}

export function muteTeam(world: World, org: Account, slug: string, muted: boolean): void {
  world.touch(theTeam(world, org, slug)).muted = muted;
}

export function setTeamMember(
  world: World,
  org: Account,
  slug: string,
  person: Account,
  role: 'member' | 'maintainer' | undefined,
  by: Account,
): void {
  const team = theTeam(world, org, slug);
  const { [person.id]: before, ...others } = team.members;
  if (before === role) return;
  world.touch(team).members = role ? { ...others, [person.id]: role } : others;
  if (before && role) return;
  world.happened({
    event: 'membership',
    action: role ? 'added' : 'removed',
    org,
    sender: by,
    body: () => ({ scope: 'team', member: userJson(world, person), team: teamJson(world, team) }),
  });
}

export function setMember(world: World, org: Account, person: Account, role: 'member' | 'admin' | undefined, by: Account): void {
  const { [person.id]: before, ...others } = org.members ?? {};
  if (before === role) return;
  org.members = role ? { ...others, [person.id]: role } : others;
  if (!role)
    for (const team of Object.values(world.state.teams))
      if (team.orgId === org.id && team.members[person.id]) setTeamMember(world, org, team.slug, person, undefined, by);
  if (before && role) return;
  const url = `${world.urls.api}/orgs/${org.login}`;
  world.happened({
    event: 'organization',
    action: role ? 'member_added' : 'member_removed',
    org,
    sender: by,
    body: () => ({
      membership: {
        url: `${url}/memberships/${person.login}`,
        state: 'active',
        role: role ?? before ?? 'member',
        organization_url: url,
        user: { ...userJson(world, person), node_id: nodeId('U', person.id) },
        direct_membership: true,
        enterprise_teams_providing_indirect_membership: [],
      },
    }),
  });
}
