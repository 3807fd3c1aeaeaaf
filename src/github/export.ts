import type { Instant } from '../calendar/time.ts';
import { BODY_UNITS_MAX } from '../desk/comment.ts';
import type { Actor, Fact, FixRef, Ledger, Named, Standing } from '../desk/ledger.ts';
import { readKey } from '../desk/record.ts';
import type { FormSpec } from '../policy/forms.ts';
import type { Policy } from '../policy/types.ts';
import { byLastEdit } from './edits.ts';
import { actorOf, type Me, type Parser, type Thread, threadOf } from './facts.ts';
import { openingOf, type Shown } from './past.ts';
import { byMerge, type PullShown, pullsIn } from './pulls-shown.ts';
import { HEAD_PAGES, TAIL_PAGES, withFixes } from './read.ts';
import { CommentStateJson, type EntryJson, IssueJson, TimelineJson, z } from './schemas.ts';

/** Pages as they come, or all entries in one array. */
const Listing = z.array(z.unknown()).transform((list) => list.flat(1));

/** An issue as two calls of the API give it: `GET …/issues/N`, and all of `GET …/issues/N/timeline`. */
export const ExportJson = z.strictObject({
  issue: IssueJson.extend({ author_association: z.string().nullish(), repository_url: z.string().nullish() }),
  timeline: Listing,
  responders: z.array(z.string()).optional(),
  bots: z.array(z.string()).optional(),
  /** `GET …/issues/N/comments`: says which are hidden, where the timeline does not. */
  comments: Listing.optional(),
});
export type ExportJson = z.infer<typeof ExportJson>;

export type Assumed = {
  /** Logins in lower case; undefined: who is associated with the repository stands in. */
  readonly responders: ReadonlySet<string> | undefined;
  readonly policy: Policy;
  readonly forms: readonly FormSpec[];
  readonly parser: Parser;
};

/** What was taken for granted or left out. */
export type ExportNotes = {
  /** Logins that count as responders here. */
  readonly responders: readonly string[];
  /** Entries of the timeline. */
  readonly unreadable: number;
  readonly omitted: number;
  /** Comments with commands that may be younger than the comment. */
  readonly edited: number;
  /** Closed, and no entry says when. */
  readonly closedUndated: boolean;
};

export type Exported = {
  /** As it stands today, without what a desk did; `readAt` is the instant of the last fact. */
  readonly ledger: Ledger;
  readonly opening: Shown;
  /** The account that the desk writes with. */
  readonly app: Actor;
  readonly notes: ExportNotes;
};

const PER_PAGE = 100;
const HEAD = HEAD_PAGES * PER_PAGE;
const TAIL = TAIL_PAGES * PER_PAGE;
/** Nobody's: account ids are positive, 0 stands for deleted ones. */
const NOBODY: Me = { id: -1, slug: 'watchkeeper', bot: -1 };
/** 1970 to 2100: GitHub dates nothing outside, and calendars end somewhere. */
export const FROM = 0 as Instant;
export const TO = 4_102_444_800 as Instant;

const STAFF = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** The ledger of an exported issue, read by the code that reads GitHub. Asks nobody: `notes` says what that leaves open. */
export function ledgerFrom(json: ExportJson, assumed: Assumed): Exported {
  const { issue, timeline } = json;
  const raw = timeline.length > HEAD + TAIL ? [...timeline.slice(0, HEAD), ...timeline.slice(-TAIL)] : timeline;
  const read = TimelineJson.parse(raw);
  const entries = read.filter((entry) => entry.created_at === undefined || (entry.created_at >= FROM && entry.created_at < TO));
  const me = meIn(entries);
  const thread = threadOf(issue, entries, me, assumed.parser);
  const [owner = '', name = ''] = (issue.repository_url ?? '').split('/').slice(-2);
  const ours = new Set([`${owner}/${name}`, ...assumed.policy.fixesFrom].map((one) => one.toLowerCase()));
  const pulls = pullsIn(raw, { ours, owner, name, number: issue.number }, thread.closings);
  const merges = byMerge(thread, pulls);
  const hidden = hiddenIn(json.comments);
  const told = byLastEdit(thread.facts, thread.edited).map((fact) => seenAs(fact, merges, hidden));
  const all = withFixes(told, pulls.flatMap(factsOf));
  // What a desk did there is for the replay to do.
  const facts = all.filter((fact) => fact.by.id !== me.bot);
  const labels = issue.labels.filter((label) => label !== '');
  const assignees = (issue.assignees ?? []).map(actorOf);
  const standings = standingsOf(json, pulls, all, thread, me, assumed);
  const ledger: Ledger = {
    repo: { id: 0, owner, name },
    number: issue.number,
    title: issue.title,
    body: (issue.body ?? '').slice(0, BODY_UNITS_MAX),
    createdAt: issue.created_at,
    state: issue.state,
    isPull: issue.pull_request,
    reporter: actorOf(issue.user),
    labels,
    assignees,
    facts,
    fixes: pulls.map(fixOf),
    own: [],
    standings,
    forms: assumed.forms,
    named: namedIn(all, standings, assumed.responders),
    plansOf: plansOf(issue, assumed.policy),
    readAt: Math.max(...facts.map((fact) => fact.at)) as Instant,
  };
  const people = [ledger.reporter, ...facts.flatMap(peopleOf)];
  return {
    ledger,
    opening: openingOf({ labels, assignees, state: issue.state }, all),
    app: { id: me.bot, login: `${me.slug}[bot]` },
    notes: {
      responders: [...new Set(people.filter((one) => standings.get(one.id) === 'responder').map((one) => one.login))].sort(),
      unreadable: read.filter((entry) => entry.event === 'unknown').length + (read.length - entries.length),
      omitted: timeline.length - raw.length,
      edited: thread.edited.filter((one) => one.commands.length > 0).length,
      closedUndated: issue.state === 'closed' && !all.some((fact) => fact.kind === 'closed'),
    },
  };
}

/** A desk that was there already: an App's account, in comments that only the desk writes. What it did is history here. */
function meIn(entries: readonly EntryJson[]): Me {
  for (const { event, user, actor, body, performed_via_github_app: via } of entries) {
    const by = user ?? actor;
    if (event !== 'commented' || by?.type !== 'Bot' || !body || !readKey(body)) continue;
    return { id: via?.id ?? NOBODY.id, slug: by.login.replace(/\[bot\]$/, ''), bot: by.id };
  }
  return NOBODY;
}

function hiddenIn(comments: readonly unknown[] | undefined): ReadonlySet<number> {
  const read = z.array(CommentStateJson.catch({ id: 0 })).parse(comments ?? []);
  return new Set(read.flatMap((one) => (one.minimized === undefined || one.minimized === null ? [] : [one.id])));
}

function seenAs(fact: Fact, merges: ReadonlySet<string>, hidden: ReadonlySet<number>): Fact {
  if (fact.kind === 'closed' && merges.has(fact.id)) return { ...fact, byFix: true };
  if (fact.kind === 'said' && hidden.has(fact.comment)) return { ...fact, visible: false };
  return fact;
}

function fixOf({ ref, linkedAt: since, mergedAt, closedAt }: PullShown): FixRef {
  const until = mergedAt ?? closedAt;
  return { ref, since, ...(until === undefined ? {} : { until }) };
}

function factsOf({ ref, by, linkedAt, mergedAt }: PullShown): Fact[] {
  const linked: Fact = { id: `f${ref}:linked`, at: linkedAt, by, kind: 'fixLinked', fix: ref };
  return mergedAt === undefined ? [linked] : [linked, { id: `f${ref}:merged`, at: mergedAt, by, kind: 'fixMerged', fix: ref }];
}

/** Whom a command may name: everybody of the thread, and responders who are not in it. That they can be assigned is taken for granted. */
function namedIn(facts: readonly Fact[], standings: Ledger['standings'], responders: Assumed['responders']): ReadonlyMap<string, Named> {
  const named = new Map<string, Named>();
  for (const [index, login] of [...(responders ?? [])].entries())
    named.set(login, { actor: { id: NOBODY.id - 1 - index, login }, responder: true, assignable: true });
  for (const actor of facts.flatMap(peopleOf)) {
    const standing = standings.get(actor.id);
    const responder = standing === 'responder';
    if (standing !== 'bot' && standing !== 'app') named.set(low(actor.login), { actor, responder, assignable: responder });
  }
  return named;
}

/** Teams cannot be asked for. */
const plansOf = ({ user }: ExportJson['issue'], { plans }: Policy): string[] =>
  plans
    .filter(({ reporters }) => user && reporters.some((one) => one.kind === 'user' && low(one.login) === low(user.login)))
    .map((one) => one.id);

const peopleOf = (fact: Fact): Actor[] => ('who' in fact ? [fact.by, fact.who] : [fact.by]);
const low = (login: string): string => login.replace(/^@/, '').toLowerCase();

/** What each actor is taken for: as the file and the policy name them, else by what GitHub says beside their comments. */
function standingsOf(
  { issue, bots = [] }: ExportJson,
  pulls: readonly PullShown[],
  facts: readonly Fact[],
  thread: Thread,
  me: Me,
  { responders, policy }: Assumed,
): ReadonlyMap<number, Standing> {
  const named = new Set(policy.responders.users.flatMap((one) => (one.kind === 'user' ? [low(one.login)] : [])));
  for (const login of responders ?? []) named.add(login);
  const staff = new Set<number>();
  if (!responders) {
    // Labels, assignments and closings of others' issues take a role as well: the thread has counted both.
    for (const [id, weight] of thread.likely) if (weight >= 2 && id !== issue.user?.id) staff.add(id);
    for (const { by, associated } of pulls) if (STAFF.has(associated)) staff.add(by.id);
    if (STAFF.has(issue.author_association ?? '')) staff.add(actorOf(issue.user).id);
  }
  const machines = new Set(bots.map(low));
  const standings = new Map<number, Standing>();
  for (const actor of [actorOf(issue.user), ...facts.flatMap(peopleOf)]) {
    if (actor.id === 0) continue;
    const isBot = thread.bots.has(actor.id) || machines.has(low(actor.login));
    const isStaff = named.has(low(actor.login)) || staff.has(actor.id);
    standings.set(actor.id, isBot ? 'bot' : isStaff ? 'responder' : 'bystander');
  }
  return standings.set(me.bot, 'app');
}
