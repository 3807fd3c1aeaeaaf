import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../src/calendar/time.ts';
import type { Clock } from '../../src/desk/clock.ts';
import { clocksNow, type Desired, desired, type Look, nextLook } from '../../src/desk/desired.ts';
import { fold } from '../../src/desk/fold.ts';
import { BY_HAND, ENDED, type Ledger, type Named, type Record } from '../../src/desk/ledger.ts';
import { type Effect, type Observed, plan } from '../../src/desk/plan.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Ticket } from '../../src/desk/ticket.ts';
import '../support/seed.ts';
import { actor, local, type Name, OFFICE, policiesFrom, Story } from '../support/ledger.ts';

/** Everything switched on. */
const POLICY = `${OFFICE.split('priorities:')[0]}priorities:
  - { id: P1, name: Critical, calendar: always, targets: { first_response: 1h, next_response: 2h, update: 1h, workaround: 4h, resolution: 24h } }
  - { id: P2, name: High, calendar: office, targets: { first_response: 4h, next_response: 4h, update: 2h, workaround: 1d, resolution: 3d } }
  - { id: P3, name: Medium, calendar: office, targets: { first_response: 1d, resolution: 3d } }
  - { id: P4, name: Low, calendar: office, targets: { first_response: 3d } }
default_priority: P3
intake: { required: [steps], staff: true }
products: [{ id: court, owners: ["@sara"] }, { id: curate }]
categories: [{ id: login, priority: P2, runbook: docs/login.md }, { id: billing }]
plans: [{ id: premium, reporters: ["@acme"], calendar: always, targets: { first_response: 3h, resolution: 4d } }, { id: gold, claimable: true, calendar: office, targets: { update: 1h, resolution: 2d } }]
default_owners: ["@dan"]
responders: { ack_counts: true }
roles: { lead: ["@ann"], nobody: [] }
on_call: [{ id: primary, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@mark", "@sara", "@dan"] }]
confirm: { after: 2d }
escalation:
  - { clock: first_response, at: 75%, mention: [assignees, on_call] }
  - { clock: first_response, at: breach, mention: [lead], label: escalated, repeat: { every: 2h, times: 3 } }
  - { clock: next_response, at: breach, mention: [nobody], label: escalated }
  - { clock: update, at: breach, mention: [assignees] }
  - { clock: update, at: breach + 1h, label: quiet }
  - { clock: workaround, at: 50%, priorities: [P1], mention: [owners] }
  - { clock: resolution, at: breach, mention: [owners, "@mark"], label: escalated }
  - { clock: resolution, at: breach + 4h, products: [court], mention: [lead], repeat: { every: 1d, times: 2 } }
  - { stagnant: 1d, mention: [owners], label: asleep, repeat: { every: 1d, times: 1 } }
`;
const policies = policiesFrom(POLICY);
const { policy } = policies.now;
const MARKERS = new Set(Object.values(policy.markers).flatMap((one) => (typeof one === 'object' ? [one.label.toLowerCase()] : [])));
const PRIORITIES = new Set(policy.priorities.map((one) => one.label.toLowerCase()));

const person = (name: Name, responder: boolean): [string, Named] => [name, { actor: actor(name), responder, assignable: true }];
const MORE: Partial<Ledger> = {
  named: new Map([person('sara', true), person('mark', true), person('olga', false)]),
  issues: new Set([3]),
  runbooks: new Map([['docs/login.md', '1. Look\n2. Think']]),
};

/** An issue on GitHub, and the desk that looks at it: what it writes stands there, and is read again. */
class World {
  readonly story: Story;
  status: { id: number; body: string } | undefined;
  #id = 9_000;

  constructor(story: Story) {
    this.story = story;
    story.more = MORE;
  }

  get steps(): Set<string> {
    const said = this.story.own.flatMap(({ key }) => (key.is === 'step' ? key.steps : []));
    return new Set([...said, ...(this.story.record?.steps ?? [])]);
  }

  observed(): Observed {
    const { story } = this;
    return {
      labels: story.labels,
      assignees: story.assignees.map((one) => one.login),
      state: story.state,
      ...(this.status ? { status: this.status } : {}),
      statusIntended: false,
      steps: this.steps,
      replied: new Set(story.own.flatMap(({ key }) => (key.is === 'reply' ? [key.to] : []))),
      duplicates: [],
    };
  }

  /** What the ledger of now comes to at that instant, if nothing more happens. */
  at(now: Instant, record = this.story.record): { ticket: Ticket; clocks: Clock[]; want: Desired; look: Look } {
    const { record: _, ...bare } = this.story.ledger(iso(now));
    const ledger: Ledger = record ? { ...bare, record } : bare;
    const ticket = fold(ledger, policies)!;
    const look: Look = {
      ledger,
      policies,
      now,
      reach: (one) => one.kind === 'user' && one.login !== 'ann',
      posted: this.steps,
      held: () => false,
    };
    const clocks = clocksNow(ticket, look);
    return { ticket, clocks, want: desired(ticket, clocks, look), look };
  }

  apply(effect: Effect, now: Instant): void {
    const { story } = this;
    const when = iso(now);
    switch (effect.kind) {
      case 'page':
      case 'reply':
        story.own.push({ id: ++this.#id, at: now, key: readKey(effect.body)!.key, body: effect.body });
        return;
      case 'editComment':
        story.own = story.own.map((one) => (one.id === effect.id ? { ...one, body: effect.body } : one));
        return;
      case 'createStatus':
      case 'editStatus':
        this.status = { id: this.status?.id ?? ++this.#id, body: effect.body };
        story.record = readKey(effect.body)!.record;
        return;
      case 'addLabel':
        story.labelled(when, 'app', effect.label.name);
        return;
      case 'removeLabel':
        story.unlabelled(when, 'app', effect.name);
        return;
      case 'assign':
        if (Object.hasOwn(NAMES, effect.login.toLowerCase())) story.assigned(when, 'app', effect.login.toLowerCase() as Name);
        return;
      case 'unassign':
        story.unassigned(when, 'app', effect.login.toLowerCase() as Name);
        return;
      case 'setState':
        if (effect.state === 'open') story.reopened(when, 'app');
        else story.closed(when, 'app', effect.as);
        return;
      default:
        return;
    }
  }

  /** One look, with all that it writes. */
  look(now: Instant): ReturnType<World['at']> & { effects: Effect[]; next: Instant | undefined } {
    const seen = this.at(now);
    const effects = plan(seen.want, this.observed());
    for (const one of effects) this.apply(one, now);
    const { ticket, clocks, look } = seen;
    return { ...seen, effects, next: nextLook(ticket, clocks, policies, now, this.steps, look.ledger) };
  }
}

const NAMES = { rita: 1, mark: 1, sara: 1, olga: 1, bot: 1 } as const;
const iso = (when: number): string => new Date(when * 1000).toISOString().replace('.000', '');

const BODIES = [
  'Hello',
  '👍',
  '> quoted',
  '/take',
  'Mine\n/take',
  '/ack',
  '/fixed',
  '/fixed in 1.2',
  '/still-broken',
  'No!\n/still-broken',
  '/reopen',
  '/confirm',
  '/close',
  '/close as we said',
  '/wait',
  '/wait for the log',
  '/hold parts',
  '/resume',
  '/workaround Turn it off',
  '/priority P1',
  '/priority P2',
  '/priority P4',
  '/priority nope',
  '/product court',
  '/category login',
  '/plan premium',
  '/plan gold',
  '/escalate',
  '/escalate now',
  '/assign @sara',
  '/handoff @sara see above',
  '/stay',
  '/stay 2026-01-09',
  '/duplicate #3',
  '/rate 4',
  '/sla',
  '/help\n/sla why',
  '/runbook login',
  '/done 1',
  '`/close`',
  '/fixed\n/still-broken',
  '/priority P1\n/priority P2',
  '/hold x\n/wait\n/resume',
  '/incident down',
  '/take\n/fixed\n/confirm',
];
const LABELS = [
  ...Object.values(policy.markers).flatMap((one) => (typeof one === 'object' ? [one.label] : [])),
  'P1: critical',
  'P3: medium',
  'product: court',
  'category: login',
  'waiting for reporter',
  'on hold',
  'triaged',
  'escalated',
  'bug',
];
const FORMS = [
  '### Priority\n\nP1\n\n### Steps\n\nPress it',
  '### Priority\n\nP2\n\n### Steps\n\n_No response_',
  '### Plan\n\ngold\n\n### Steps\n\nx',
  'It is broken',
];

type Act = { readonly gap: number; readonly who: Name; readonly what: string; readonly n: number };
const PEOPLE = ['rita', 'mark', 'sara', 'olga', 'bot'] as const;
const WHATS = [
  'says',
  'says',
  'says',
  'says',
  'label',
  'label',
  'unlabel',
  'assign',
  'unassign',
  'close',
  'close',
  'reopen',
  'link',
  'merge',
  'drop',
] as const;
/** What GitHub does not date: an edit, a deletion, a minimised comment, an edit of the form. */
const UNDATED = ['edit', 'edit', 'delete', 'hide', 'body'] as const;

const act = (whats: readonly string[]): fc.Arbitrary<Act> =>
  fc.record({
    gap: fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 8 }).map((n) => n * 900),
      fc.integer({ min: 1, max: 40 }).map((n) => n * 3600),
      fc.integer({ min: 1, max: 9_000 }),
    ),
    who: fc.constantFrom(...PEOPLE),
    what: fc.constantFrom(...whats),
    n: fc.nat(10_000),
  });

function perform(story: Story, { who, what, n }: Act, now: Instant): void {
  const when = iso(now);
  const said = story.facts.filter((one) => one.kind === 'said').length;
  const other = PEOPLE[n % 4]!;
  switch (what) {
    case 'says':
      story.says(when, who, BODIES[n % BODIES.length]!);
      return;
    case 'label': {
      const label = LABELS[n % LABELS.length]!;
      if (!story.labels.includes(label)) story.labelled(when, who, label);
      return;
    }
    case 'unlabel': {
      const label = story.labels[n % Math.max(1, story.labels.length)];
      if (label !== undefined) story.unlabelled(when, who, label);
      return;
    }
    case 'assign':
      if (!story.assignees.some((one) => one.login === other)) story.assigned(when, who, other);
      return;
    case 'unassign':
      if (story.assignees.some((one) => one.login === other)) story.unassigned(when, who, other);
      return;
    case 'close':
      if (story.state === 'open')
        story.closed(when, who, (['completed', 'completed', 'not_planned', 'duplicate'] as const)[n % 4]!, n % 7 === 0);
      return;
    case 'reopen':
      if (story.state === 'closed') story.reopened(when, who);
      return;
    case 'link':
      story.fixLinked(when, who, `acme/desk#${n % 3}`);
      return;
    case 'merge':
      if (story.fixes.some((one) => one.ref === `acme/desk#${n % 3}` && one.until === undefined))
        story.fixMerged(when, who, `acme/desk#${n % 3}`);
      return;
    case 'drop':
      story.fixClosed(when, `acme/desk#${n % 3}`);
      return;
    case 'edit':
      if (said > 0) story.edited(when, BODIES[n % BODIES.length]!, n % said);
      return;
    case 'delete':
      if (said > 0) story.deleted(n % said);
      return;
    case 'hide':
      if (said > 0) story.minimised(n % said);
      return;
    case 'body':
      story.body = FORMS[n % FORMS.length]!;
  }
}

const START = local('mon 10:00');
const script = (whats: readonly string[]) =>
  fc.record({
    form: fc.nat(FORMS.length - 1),
    reporter: fc.constantFrom<Name>('rita', 'rita', 'rita', 'mark'),
    plans: fc.boolean(),
    acts: fc.array(act(whats), { maxLength: 14 }),
    /** After which acts the desk looks, and how many seconds later. */
    looks: fc.array(fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90_000 }))), { minLength: 14, maxLength: 14 }),
  });

function begin({ form, reporter, plans }: { form: number; reporter: Name; plans: boolean }): World {
  const story = new Story(iso(START), reporter);
  story.body = FORMS[form]!;
  const world = new World(story);
  if (plans) story.more = { ...MORE, plansOf: ['premium'] };
  return world;
}

/** What a look knows and another one does not: that it was the first to see it. */
function settled(ticket: Ticket): unknown {
  // What a label meant and what silence ended are decisions of the look that saw it.
  const said = ticket.outcomes.filter((one) => one.name !== BY_HAND && one.name !== ENDED);
  const outcomes = said.map(({ comment, name, at, by, part, ok, text }) => ({ comment, name, at, by, part, ok, text }));
  const { parts: _, ...rest } = ticket;
  return { ...rest, outcomes, assigning: [] };
}

const shownNow = ({ labels, status, page, notices, state }: Desired) => ({
  labels: labels.map((one) => one.name),
  status: status?.body,
  page,
  notices,
  state,
});

/** More of them find more: `PLAN_RUNS=1500`. */
const RUNS = Number(process.env.PLAN_RUNS ?? 25);
const DAY = 86_400;

/** Plays it; `each` sees every look, before and after its writes. */
function play(
  script: { form: number; reporter: Name; plans: boolean; acts: readonly Act[]; looks: readonly (number | null)[] },
  each: (world: World, now: Instant) => void,
): World {
  const world = begin(script);
  let now: number = START;
  each(world, now as Instant);
  for (const [i, one] of script.acts.entries()) {
    now += one.gap;
    perform(world.story, one, now as Instant);
    const look = script.looks[i];
    if (look === null || look === undefined) continue;
    now += look;
    each(world, now as Instant);
  }
  return world;
}

describe('whatever people do', () => {
  test('a second look at the same instant has nothing to write; one marker and at most one priority stand', () => {
    fc.assert(
      fc.property(script([...WHATS, ...UNDATED]), (one) => {
        play(one, (world, now) => {
          const { want } = world.look(now);
          // Whom our own writes are about is written down once they are read.
          world.look(now);
          expect(plan(world.at(now).want, world.observed())).toEqual([]);
          const labels = world.story.labels.map((label) => label.toLowerCase());
          if (want.yielded.size > 0) return;
          expect(labels.filter((label) => MARKERS.has(label))).toHaveLength(1);
          expect(labels.filter((label) => PRIORITIES.has(label)).length).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('the next look comes before anything is to be seen, and within a day', () => {
    fc.assert(
      fc.property(
        script([...WHATS, ...UNDATED]),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (one, shares) => {
          play(one, (world, now) => {
            world.look(now);
            const { next, want } = world.look(now);
            if (next !== undefined) {
              expect(next).toBeGreaterThan(now);
              expect(next).toBeLessThanOrEqual(now + DAY);
            }
            const end = next ?? now + 3 * DAY;
            for (const then of [...shares.map((share) => now + Math.floor((end - 1 - now) * share)), end - 1]) {
              expect({ when: iso(then), ...shownNow(world.at(then as Instant).want) }).toEqual({ when: iso(then), ...shownNow(want) });
            }
          });
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('folding again with the record that was written gives the same ticket and the same clocks', () => {
    fc.assert(
      fc.property(script([...WHATS, ...UNDATED]), (one) => {
        play(one, (world, now) => {
          const before = world.at(now);
          const record = before.want.status?.record;
          const again = world.at(now, record);
          expect(settled(again.ticket)).toEqual(settled(before.ticket));
          expect(again.clocks).toEqual(before.clocks);
          world.look(now);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test('a desk that looked all along and one that comes at the end see the same, if nothing was taken back', () => {
    fc.assert(
      fc.property(script(WHATS), fc.integer({ min: 0, max: 400_000 }), (one, later) => {
        let last: Instant = START;
        const world = play(one, (here, now) => {
          const { want } = here.at(now);
          // Its record alone: what it writes on the issue would be there for the other one too.
          here.story.record = want.status!.record;
          last = now;
        });
        const end = Math.max(last, ...world.story.facts.map((fact) => fact.at)) + later;
        const live = world.at(end as Instant);
        const fresh = world.at(end as Instant, null as unknown as Record);
        const gist = ({ ticket, clocks }: typeof live) => ({
          ...(settled(ticket) as Ticket),
          done: 0,
          seen: 0,
          clocks: clocks.map(({ course: _, ...clock }) => clock),
        });
        expect(gist(live)).toEqual(gist(fresh));
      }),
      { numRuns: RUNS },
    );
  });
});
