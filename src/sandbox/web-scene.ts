import { loadHolidays } from '../calendar/load-holidays.ts';
import type { Instant } from '../calendar/time.ts';
import { readPolicy } from '../policy/read.ts';
import type { Policy, PolicyRead, Problem } from '../policy/types.ts';
import { presetText } from '../presets.ts';
import { when, wordsOf } from '../words/index.ts';
import type { Sentences } from '../words/sentences.ts';
import type { Playground } from './playground.ts';
import { CAST } from './seed.ts';
import { type Account, type Repo, ROLES } from './state.ts';
import { NotServed } from './web-guard.ts';
import type { Known } from './web-markdown.ts';
import { headOf, history } from './world/files.ts';
import { mentionsIn, roleOf } from './world/people.ts';
import type { World } from './world/world.ts';

export const POLICY_PATH = '.github/support.yml';
/** `policy.md`: after a loss the last good file is the newest valid one of its last 50 commits. */
const COMMITS_MAX = 50;
const JUDGED_MAX = 100;

export type Judged = PolicyRead | { readonly problems: readonly Problem[] };

/** Everything that one answer to the page is made of, as it stands right now. A reset makes another world: never keep it. */
export type Scene = {
  readonly playground: Playground;
  readonly world: World;
  readonly repo: Repo;
  /** The newest valid one; undefined before there was any. */
  readonly policy: Policy | undefined;
  readonly zone: string;
  readonly words: Sentences;
  readonly when: (at: Instant) => string;
};

export async function sceneOf(playground: Playground): Promise<Scene> {
  const { world } = playground.twin;
  const repo = world.theRepo(playground.repository);
  const policy = await policyOf(repo);
  const zone = policy?.timezone ?? 'UTC';
  const words = wordsOf('en');
  return { playground, world, repo, policy, zone, words, when: (at) => when(words, zone, at) };
}

async function policyOf(repo: Repo): Promise<Policy | undefined> {
  const head = headOf(repo);
  let left = COMMITS_MAX;
  let last: string | undefined;
  for (const commit of head ? history(repo, head) : []) {
    const sha = commit.files[POLICY_PATH];
    if (sha === undefined || sha === last) continue;
    if (left-- === 0) break;
    last = sha;
    const judged = await judge(repo.blobs[sha]!);
    if ('policy' in judged) return judged.policy;
  }
  return undefined;
}

const judgements = new Map<string, Judged>();

/** A text as a policy or its problems, with the holidays that it needs. */
export async function judge(text: string): Promise<Judged> {
  let judged = judgements.get(text);
  if (judged) return judged;
  const country = { kind: 'hours', id: '', timezone: 'UTC', hours: {}, country: 'RO', add: {}, remove: [] } as const;
  judged = readPolicy(text, presetText);
  const specs = 'policy' in judged ? Object.values(judged.policy.calendars) : [];
  const holidays = await loadHolidays(/country/.test(text) ? [country] : specs);
  if (holidays) judged = readPolicy(text, presetText, { holidays });
  if (judgements.size >= JUDGED_MAX) judgements.clear();
  judgements.set(text, judged);
  return judged;
}

const PARTS: Readonly<Record<string, string>> = {
  [CAST.reporter]: 'reports problems',
  [CAST.maintainer]: 'maintainer, answers and fixes',
  [CAST.second]: 'second maintainer',
  [CAST.productOwner]: 'product owner, sorts what comes in',
  [CAST.coordinator]: 'coordinator, called when a promise is at risk',
  [CAST.outsider]: 'outsider, only passing by',
};

/** Who can be acted as, the cast first. */
export function peopleOf({ world }: Scene): Account[] {
  const cast = Object.values(CAST).map((login) => world.login(login));
  const app = new Set([world.state.app.ownerId, world.state.app.botId]);
  const others = Object.values(world.state.accounts).filter((one) => one.type === 'User' && !app.has(one.id) && !cast.includes(one));
  return [...cast.filter((one) => one !== undefined), ...others];
}

export function personNamed(scene: Scene, login: string): Account {
  const person = peopleOf(scene).find((one) => one.login === login);
  if (!person) throw new NotServed(404, `Nobody here is called ${JSON.stringify(login)}.`);
  return person;
}

const rank = (role: (typeof ROLES)[number]): number => ROLES.indexOf(role);
export const hasRole = ({ world, repo }: Scene, who: Account, role: (typeof ROLES)[number]): boolean =>
  rank(roleOf(world, repo, who)) >= rank(role);

/** Whether this person's words count as an answer, by the policy in force. */
export function answers(scene: Scene, who: Account): boolean {
  const { policy, world } = scene;
  if (!policy || who.type !== 'User') return false;
  if (hasRole(scene, who, policy.responders.atLeast)) return true;
  return [...policy.responders.users, ...policy.responders.teams].some((one) => {
    if (one.kind === 'user') return one.login.toLowerCase() === who.login.toLowerCase();
    const org = world.login(one.org);
    return org !== undefined && world.team(org.id, one.slug)?.members[who.id] !== undefined;
  });
}

export type PersonView = { readonly login: string; readonly name: string; readonly bot: boolean };

export const personView = ({ login, name, type }: Account): PersonView => ({
  login,
  name: type === 'Bot' ? login.replace(/\[bot\]$/, '') : (name ?? login),
  bot: type === 'Bot',
});

export const castView = (scene: Scene, who: Account): object => ({
  ...personView(who),
  short: (who.name ?? who.login).split(' ')[0],
  what: PARTS[who.login] ?? roleOf(scene.world, scene.repo, who),
  answers: answers(scene, who),
  commits: hasRole(scene, who, 'write'),
});

/** What of a text is lit up: whom it really calls, and which numbers exist. */
export function knownIn({ world, repo }: Scene, text: string): Known {
  const mentions = mentionsIn(world, repo, text).map((one) =>
    'account' in one ? `@${one.account.login}` : `@${one.org.login}/${one.team.slug}`,
  );
  return { mentions: new Set(mentions.map((name) => name.toLowerCase())), numbers: (number) => repo.issues[number] !== undefined };
}
