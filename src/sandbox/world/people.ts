import { type Account, type Comment, type Issue, type Repo, ROLES, type Role, type Team } from '../state.ts';
import { type Actor, Refused, type World } from './world.ts';

const rank = (role: Role): number => ROLES.indexOf(role);
const higher = (a: Role, b: Role): Role => (rank(a) >= rank(b) ? a : b);

/** What this account was given here: by hand, by its teams, by the organization, or as the owner. Being able to read a public repository is no role. */
export function givenRole(world: World, repo: Repo, account: Account): Role {
  if (account.id === repo.ownerId) return 'admin';
  let role = repo.roles[account.id] ?? 'none';
  const owner = world.account(repo.ownerId);
  const membership = owner.members?.[account.id];
  if (membership === 'admin') return 'admin';
  if (membership) role = higher(role, owner.base ?? 'none');
  for (const team of Object.values(world.state.teams)) {
    const given = team.orgId === owner.id && team.members[account.id] ? team.repos[repo.id] : undefined;
    if (given) role = higher(role, given);
  }
  return role;
}

export function roleOf(world: World, repo: Repo, account: Account): Role {
  const given = givenRole(world, repo, account);
  return given === 'none' && !repo.private ? 'read' : given;
}

/** `permission` as the REST API says it: triage is read, maintain is write. */
export function permissionOf(role: Role): 'admin' | 'write' | 'read' | 'none' {
  if (role === 'triage') return 'read';
  return role === 'maintain' ? 'write' : role;
}

export const atLeast = (world: World, repo: Repo, actor: Actor, role: Role): boolean =>
  actor.app || rank(roleOf(world, repo, actor.account)) >= rank(role);

export function mustBe(world: World, repo: Repo, actor: Actor, role: Role): void {
  if (!atLeast(world, repo, actor, role)) throw new Refused(`${actor.account.login} needs the role ${role} on ${world.fullName(repo)}`);
}

export type Association = 'OWNER' | 'MEMBER' | 'COLLABORATOR' | 'CONTRIBUTOR' | 'NONE';

export function associationOf(world: World, repo: Repo, accountId: number): Association {
  if (accountId === repo.ownerId) return 'OWNER';
  if (world.account(repo.ownerId).members?.[accountId]) return 'MEMBER';
  if ((repo.roles[accountId] ?? 'none') !== 'none') return 'COLLABORATOR';
  return repo.committers[accountId] ? 'CONTRIBUTOR' : 'NONE';
}

/** GitHub lets these be assigned: writers, members of the organization who can read, and whoever commented on the issue. Never a bot. */
export function isAssignable(world: World, repo: Repo, account: Account, issue?: Issue): boolean {
  if (account.type !== 'User') return false;
  if (rank(givenRole(world, repo, account)) >= rank('triage')) return true;
  const member = world.account(repo.ownerId).members?.[account.id];
  if (member && rank(roleOf(world, repo, account)) >= rank('read')) return true;
  return issue !== undefined && commentsOf(repo, issue).some((comment) => comment.authorId === account.id);
}

export function commentsOf(repo: Repo, issue: Issue): Comment[] {
  const comments: Comment[] = [];
  for (const row of issue.timeline) {
    const comment = row.comment === undefined ? undefined : repo.comments[row.comment];
    if (comment) comments.push(comment);
  }
  return comments;
}

const MENTION = /(?<![\w`@/.-])@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))(?:\/([A-Za-z0-9_.-]+))?/g;

/** The text without code, quotes of code and HTML comments: nothing in there mentions anybody. */
export function prose(text: string): string {
  return text
    .replace(/<!--[\s\S]*?(?:-->|$)/g, ' ')
    .replace(/^( {0,3})(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\2[`~]*[ \t]*$|$(?![\s\S]))/gm, ' ')
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, ' ');
}

export type Mention = { readonly account: Account } | { readonly team: Team; readonly org: Account };

/** Whether its name becomes a mention here: a team of the owner's that can read, and whose name GitHub does not leave alone for reasons of its own. */
const isMentionable = (repo: Repo, team: Team): boolean =>
  team.orgId === repo.ownerId && !team.muted && (!repo.private || rank(team.repos[repo.id] ?? 'none') >= rank('read'));

/** Who is really mentioned: existing people who can read, existing teams of the owner that can. */
export function mentionsIn(world: World, repo: Repo, text: string): Mention[] {
  const mentions: Mention[] = [];
  for (const match of prose(text).matchAll(MENTION)) {
    const account = world.login(match[1]!);
    if (!account) continue;
    if (match[2] !== undefined) {
      const team = world.team(account.id, match[2].replace(/\.$/, ''));
      if (team && isMentionable(repo, team)) mentions.push({ team, org: account });
    } else if (roleOf(world, repo, account) !== 'none' || account.type === 'Organization') mentions.push({ account });
  }
  return mentions;
}
