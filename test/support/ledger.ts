import { at, type Instant } from '../../src/calendar/time.ts';
import { readComment } from '../../src/desk/comment.ts';
import type { Actor, Fact, FixRef, Ledger, OwnComment, Policies, Record, Standing } from '../../src/desk/ledger.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { presetText } from '../../src/presets.ts';
import { inForce } from '../../src/watch/policies.ts';

export const PEOPLE = { rita: 1, mark: 2, sara: 3, olga: 4, bot: 5, app: 6 } as const;
export type Name = keyof typeof PEOPLE;
const STANDINGS: readonly [Name, Standing][] = [
  ['mark', 'responder'],
  ['sara', 'responder'],
  ['bot', 'bot'],
  ['app', 'app'],
];

export const actor = (name: Name): Actor => ({ id: PEOPLE[name], login: name });

/** Bucharest office hours Mon–Fri 09–18 and three priorities; without holidays, so that sums are short. */
export const OFFICE = `
extends: standard
timezone: Europe/Bucharest
calendars:
  office: { timezone: Europe/Bucharest, hours: { mon-fri: ["09:00-18:00"] } }
priorities:
  - { id: P1, name: Critical, calendar: always, targets: { first_response: 1h, workaround: 4h, resolution: 24h } }
  - { id: P2, name: High, calendar: office, targets: { first_response: 4h, workaround: 1d, resolution: 3d } }
  - { id: P3, name: Medium, calendar: office, targets: { first_response: 1d, resolution: 3d } }
  - { id: P4, name: Low, calendar: office, targets: { first_response: 3d } }
default_priority: P3
grace: 1h
products: []
categories: []
escalation:
  - { clock: first_response, at: 75%, mention: [assignees, "@sara"] }
  - { clock: first_response, at: breach, mention: ["@mark"], label: escalated }
  - { clock: resolution, at: breach, mention: ["@mark"] }
  - { clock: resolution, at: breach + 4h, mention: ["@sara"] }
`;

export function policiesFrom(
  text: string,
  options: { ref?: string; since?: string; arrival?: string; older?: readonly [string, string][] } = {},
): Policies {
  const since = at(options.since ?? '2026-01-01T00:00:00Z');
  const read = (yaml: string, ref: string) => {
    const result = readPolicy(yaml, presetText);
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    return inForce(result.policy, ref, since, undefined);
  };
  const ref = options.ref ?? 'now';
  const now = read(text, ref);
  const older = new Map((options.older ?? []).map(([ref, yaml]) => [ref, read(yaml, ref)]));
  const arrival = at(options.arrival ?? '2026-01-01T00:00:00Z');
  return { now, at: (pin) => (pin === ref ? now : older.get(pin)), stepSince: () => arrival, arrival, liveSince: arrival };
}

/** A ledger told line by line. Instants are Bucharest winter time: `mon 10:00` is Monday 5 January 2026. */
export class Story {
  facts: Fact[] = [];
  labels: string[] = [];
  fixes: FixRef[] = [];
  /** What else the ledger holds. */
  more: Partial<Ledger> = {};
  own: OwnComment[] = [];
  assignees: Actor[] = [];
  record: Record | undefined;
  state: 'open' | 'closed' = 'open';
  standings = new Map<number, Standing>(STANDINGS.map(([name, standing]) => [PEOPLE[name], standing]));
  body = '';
  readonly opened: Instant;
  #id = 100;

  constructor(opened: string, reporter: Name = 'rita') {
    this.opened = local(opened);
    this.reporter = reporter;
    this.facts.push({ kind: 'opened', id: 'opened', at: this.opened, by: actor(reporter) });
  }

  readonly reporter: Name;

  form(priority: string): this {
    this.body = `### Priority\n\n${priority}\n`;
    return this;
  }

  says(when: string, by: Name, body: string, more: { visible?: boolean } = {}): this {
    const comment = ++this.#id;
    const at = local(when);
    const said = readComment(body);
    this.facts.push({
      kind: 'said',
      id: `c${comment}`,
      at,
      by: actor(by),
      comment,
      says: said.says,
      visible: more.visible ?? true,
      commands: said.commands.map((command) => ({ name: command.name, text: command.text, at })),
      hidden: said.hidden,
    });
    return this;
  }

  /** The comment that was written last, or the n-th from there, says something else: what is new in it counts from now. */
  edited(when: string, body: string, back = 0): this {
    const at = this.#saidBefore(back);
    const fact = this.facts[at] as Extract<Fact, { kind: 'said' }>;
    const said = readComment(body);
    const commands = said.commands.map((command) => {
      const old = fact.commands.find((one) => one.name === command.name && one.text === command.text);
      return { name: command.name, text: command.text, at: old?.at ?? local(when) };
    });
    this.facts[at] = { ...fact, says: said.says, commands, hidden: said.hidden };
    return this;
  }

  /** GitHub shows no trace of it. */
  deleted(back = 0): this {
    this.facts.splice(this.#saidBefore(back), 1);
    return this;
  }

  /** Minimised. */
  minimised(back = 0): this {
    const at = this.#saidBefore(back);
    this.facts[at] = { ...(this.facts[at] as Extract<Fact, { kind: 'said' }>), visible: false };
    return this;
  }

  /** The number of the comment or event that was told last. */
  get last(): number {
    return this.#id;
  }

  labelled(when: string, by: Name, label: string): this {
    this.labels.push(label);
    return this.#add(when, by, { kind: 'labelled', label });
  }

  unlabelled(when: string, by: Name, label: string): this {
    this.labels = this.labels.filter((one) => one !== label);
    return this.#add(when, by, { kind: 'unlabelled', label });
  }

  assigned(when: string, by: Name, who: Name): this {
    this.assignees.push(actor(who));
    return this.#add(when, by, { kind: 'assigned', who: actor(who) });
  }

  unassigned(when: string, by: Name, who: Name): this {
    this.assignees = this.assignees.filter((one) => one.id !== PEOPLE[who]);
    return this.#add(when, by, { kind: 'unassigned', who: actor(who) });
  }

  closed(when: string, by: Name, as: 'completed' | 'not_planned' | 'duplicate' = 'completed', byFix = false): this {
    this.state = 'closed';
    return this.#add(when, by, { kind: 'closed', as, byFix });
  }

  reopened(when: string, by: Name): this {
    this.state = 'open';
    return this.#add(when, by, { kind: 'reopened' });
  }

  fixLinked(when: string, by: Name, fix = 'acme/desk#9'): this {
    this.fixes.push({ ref: fix, since: local(when) });
    return this.#add(when, by, { kind: 'fixLinked', fix });
  }

  fixMerged(when: string, by: Name, fix = 'acme/desk#9'): this {
    return this.fixClosed(when, fix).#add(when, by, { kind: 'fixMerged', fix });
  }

  /** Without a merge into the default branch. */
  fixClosed(when: string, fix = 'acme/desk#9'): this {
    this.fixes = this.fixes.map((one) => (one.ref === fix ? { ...one, until: local(when) } : one));
    return this;
  }

  ledger(readAt: string): Ledger {
    return {
      repo: { id: 1, owner: 'acme', name: 'desk' },
      number: 7,
      title: 'It is broken',
      body: this.body,
      createdAt: this.opened,
      state: this.state,
      isPull: false,
      reporter: actor(this.reporter),
      labels: this.labels,
      assignees: this.assignees,
      facts: this.facts,
      fixes: this.fixes,
      own: this.own,
      ...(this.record ? { record: this.record } : {}),
      standings: this.standings,
      forms: [],
      ...this.more,
      readAt: local(readAt),
    };
  }

  #saidBefore(back: number): number {
    let left = back;
    return this.facts.findLastIndex((one) => one.kind === 'said' && left-- === 0);
  }

  #add(when: string, by: Name, fact: { kind: Fact['kind'] } & globalThis.Record<string, unknown>): this {
    this.facts.push({ id: `e${++this.#id}`, at: local(when), by: actor(by), ...fact } as unknown as Fact);
    return this;
  }
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `mon 10:00` → 5 January 2026 10:00 in Bucharest (UTC+2); `mon+1 …` a week later; an ISO text as it is. */
export function local(text: string): Instant {
  const match = /^(\w{3})(?:\+(\d+))? (\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  if (!match) return at(text);
  const day = 5 + DAYS.indexOf(match[1]!) + 7 * Number(match[2] ?? 0);
  return (Date.UTC(2026, 0, day, Number(match[3]) - 2, Number(match[4]), Number(match[5] ?? 0)) / 1000) as Instant;
}

/** The instant as `local` writes it. */
export function shown(when: Instant | undefined): string {
  if (when === undefined) return '–';
  const date = new Date((when + 7200) * 1000);
  const days = Math.floor((date.getTime() - Date.UTC(2026, 0, 5)) / 86_400_000);
  const week = Math.floor(days / 7);
  const time = date.toISOString().slice(11, 19).replace(/:00$/, '');
  return `${DAYS[((days % 7) + 7) % 7]}${week ? `+${week}` : ''} ${time}`;
}
