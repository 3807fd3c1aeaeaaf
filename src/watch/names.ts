import { DAY_SECONDS } from '../calendar/dates.ts';
import { instant } from '../calendar/time.ts';
import type { PageWanted } from '../desk/desired.ts';
import type { Ledger } from '../desk/ledger.ts';
import { keyLine } from '../desk/record.ts';
import { personKey } from '../policy/notation.ts';
import type { Person, Policy } from '../policy/types.ts';
import { OWN_WRITES_DAYS } from '../store/limits.ts';
import { type NamesView, namesText } from '../words/comments.ts';
import { wordsOf } from '../words/index.ts';
import { Fault, type RepoRef } from './github-port.ts';
import type { Parts } from './parts.ts';

/**
 * A page that mentions a team calls somebody only if GitHub turns the team's name into a mention. Whether it did stands in the answer to the
 * write. Where it did not, the team's members are named in one more comment. What a page may owe is on disk before the page is sent, and what it
 * does owe before its answer counts as read, so that no crash and no lost answer costs the second comment; its key on GitHub keeps it from being
 * posted twice.
 */
export type Owed = {
  /** Of the page among own writes. */
  readonly key: string;
  readonly steps: readonly string[];
  /** Everybody whom the page mentions, by `personKey`. */
  readonly people: readonly string[];
  /** `org/slug` of those that GitHub shows as plain text. Absent as long as nobody has seen the answer. */
  readonly teams?: readonly string[];
};

/** The issue that effects are carried out on, as the look sees it. */
export type Scene = {
  readonly repo: RepoRef;
  readonly ledger: Ledger;
  readonly policy: Policy;
  /** Steps in comments that are there, ours of a moment ago too. */
  readonly posted: ReadonlySet<string>;
  /** Steps in comments of which nobody knows whether they are there. */
  readonly unsure: readonly string[];
  /** Whether anybody still has to hear of this step. */
  readonly calls: (step: string) => boolean;
};

/** Members named one by one: as many as a crowd is allowed to be. */
const MEMBERS_MAX = 10;

/** Of what a page owes, among own writes. */
export const OWED = 'owed:';
const owedKey = (page: Pick<Owed, 'key'>): string => `${OWED}${page.key}`;
/** Stands among the steps in the hidden line of the second comment, and so in the record. */
export const namesStep = (owed: Pick<Owed, 'steps'>): string => `names/${owed.steps[0]}`;

/** Before a page is sent: what it may owe. Undefined for one that mentions no team. */
export async function mayOwe({ store, clock }: Parts, subject: string, page: PageWanted): Promise<Owed | undefined> {
  if (!page.people.some((one) => one.kind === 'team')) return undefined;
  const owed: Owed = { key: page.key, steps: page.steps, people: page.people.map(personKey) };
  await store.intend({ subject, key: owedKey(owed), at: clock(), body: JSON.stringify(owed) });
  return owed;
}

/** After its answer: what it owes, if anything. */
export async function owes({ store, clock }: Parts, subject: string, may: Owed, teams: readonly string[]): Promise<Owed | undefined> {
  if (teams.length === 0) {
    await store.forget(subject, owedKey(may));
    return undefined;
  }
  const owed: Owed = { ...may, teams };
  await store.intend({ subject, key: owedKey(owed), at: clock(), body: JSON.stringify(owed) });
  return owed;
}

export const paid = ({ store }: Parts, subject: string, owed: Owed): Promise<void> => store.forget(subject, owedKey(owed));

/**
 * What pages of earlier looks still owe, as long as anybody has to hear of it. Those of which nobody knows whether they are there, or were made up for,
 * wait for another look.
 */
export async function stillOwed(parts: Parts, subject: string, { policy, posted, unsure, calls }: Scene): Promise<Owed[]> {
  if (policy.mode === 'shadow') return [];
  const now = parts.clock();
  const writes = await parts.store.ownWrites(subject, instant(now - OWN_WRITES_DAYS * DAY_SECONDS));
  const open: Owed[] = [];
  for (const { key, body } of writes) {
    if (!key.startsWith(OWED) || body === undefined) continue;
    const owed = JSON.parse(body) as Owed;
    if (unsure.includes(owed.steps[0]!) || unsure.includes(namesStep(owed))) continue;
    if (!posted.has(owed.steps[0]!) || posted.has(namesStep(owed)) || !owed.steps.some(calls)) {
      await paid(parts, subject, owed);
      continue;
    }
    // Own writes are kept for a day, and a debt for as long as GitHub refuses it.
    await parts.store.intend({ subject, key, at: now, body });
    open.push(owed);
  }
  return open;
}

/**
 * The comment that a page owes, absent when it owes none after all, or when nobody can be named. `unheard`: the steps of a page that called
 * nobody else either.
 */
export async function namesFor(
  parts: Parts,
  subject: string,
  { repo, ledger, policy }: Scene,
  owed: Owed,
): Promise<{ readonly body?: string; readonly unheard: readonly string[] }> {
  const teams = owed.teams ?? (await seenLater(parts, subject, repo, ledger, owed));
  const known = new Set([ledger.reporter.login.toLowerCase(), ...owed.people]);
  const named: NamesView[number][] = [];
  for (const name of teams) {
    const team = teamOf(name);
    const others = (await parts.github.members(repo, team)).filter((login) => !known.has(login.toLowerCase()));
    const found = await readers(parts, repo, others);
    if (found.members.length > 0) named.push({ team, ...found });
    else {
      parts.log.warn({ subject }, 'a team was not notified, and nobody in it can be named');
      parts.log.debug({ subject, team: name }, 'the team that was not notified');
    }
  }
  if (named.length > 0) {
    const line = keyLine({ is: 'step', steps: [namesStep(owed)] });
    return { body: `${line}\n${namesText(named, wordsOf(policy.language))}`, unheard: [] };
  }
  const silent = new Set(teams.map((name) => name.toLowerCase()));
  return { unheard: owed.people.every((key) => silent.has(key)) ? owed.steps : [] };
}

/** The first of them whom a mention reaches, and how many more there may be. */
async function readers({ github, clock }: Parts, repo: RepoRef, logins: readonly string[]) {
  const members: string[] = [];
  let asked = 0;
  while (members.length < MEMBERS_MAX && asked < logins.length) {
    const some = logins.slice(asked, asked + MEMBERS_MAX - members.length);
    const people = some.map((login): Person => ({ kind: 'user', login }));
    const reached = await github.reach(repo, people, clock());
    members.push(...some.filter((_, i) => reached.has(personKey(people[i]!))));
    asked += some.length;
  }
  return { members, more: logins.length - asked };
}

/** How GitHub shows a page whose answer was lost. One that was deleted since owes nothing. */
async function seenLater({ github, store, clock }: Parts, subject: string, repo: RepoRef, { own }: Ledger, owed: Owed) {
  const shown = own.find(({ key }) => key.is === 'step' && key.steps.includes(owed.steps[0]!))?.id;
  const writes = shown === undefined ? await store.ownWrites(subject, instant(clock() - OWN_WRITES_DAYS * DAY_SECONDS)) : [];
  const id = shown ?? writes.find((write) => write.key === owed.key)?.id;
  if (id === undefined) return [];
  try {
    return await github.silentTeams(repo, Number(id));
  } catch (error) {
    if (error instanceof Fault && error.kind === 'gone') return [];
    throw error;
  }
}

function teamOf(name: string): Person {
  const [org, slug] = name.split('/') as [string, string];
  return { kind: 'team', org, slug };
}
