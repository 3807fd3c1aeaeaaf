import { describe, expect, test } from 'vitest';
import { begins, claimsOf, isSecurity, lacksOf, readIntake } from '../../src/desk/intake.ts';
import type { Ledger, Record } from '../../src/desk/ledger.ts';
import { assigneesOf, candidates, ownersOf, type PeopleContext, pageFor, peopleOf, reachable, unique } from '../../src/desk/people.ts';
import type { Scheduled } from '../../src/desk/steps.ts';
import type { Mention, Person } from '../../src/policy/types.ts';
import { local, OFFICE, policiesFrom, Story, shown } from '../support/ledger.ts';
import { opens, told } from '../support/told.ts';

const BASE = OFFICE.split('products:')[0]!;
const LISTS = `products: [{ id: court, name: Court, label: court, owners: ["@sara"] }, { id: curate, name: Curate, label: curate }]
categories: [{ id: login, name: Login, priority: P1 }, { id: security, name: Security }]
default_owners: ["@dan"]
roles: { lead: ["@ann"] }
on_call: [{ id: day, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@mark", "@eve"] }, { id: night, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@owl", "@bat"] }]
escalation: []
`;
const policyOf = (more: string) => policiesFrom(BASE + LISTS + more).now.policy;
const since = local('mon 10:00');

describe('when an issue becomes a ticket, and when it stops', () => {
  const labels = policyOf('intake: { labels: [support, help] }\n');
  const open = policyOf('');
  const issue = () => new Story('mon 10:00');
  const known = (story: Story): Story => {
    story.record = { v: 1, since: local('mon 12:00'), pins: [], parts: {}, seen: since, done: [], claims: [], steps: [], breaches: [] };
    return story;
  };
  const said = (story: Story, policy = labels, more: Partial<Ledger> = {}) => {
    const ledger = { ...story.ledger('fri 12:00'), ...more };
    const found = begins(ledger, policy, readIntake(ledger, policy));
    if (!found) return 'none';
    const gaps = found.gaps.map((gap) => `${shown(gap.from)}–${gap.to === undefined ? '' : shown(gap.to)}`);
    return [shown(found.since), ...gaps, ...(found.withdrawn === undefined ? [] : [`withdrawn ${shown(found.withdrawn)}`])].join(', ');
  };
  for (const [claim, story, want] of [
    ['without its label it is none', issue(), 'none'],
    ['with another label it is none', issue().labelled('mon 11:00', 'mark', 'bug'), 'none'],
    ['with the label it is one from then on', issue().labelled('mon 11:00', 'mark', 'support'), 'mon 11:00'],
    ['labels are compared without case', issue().labelled('mon 11:00', 'mark', 'Support'), 'mon 11:00'],
    ['the first of its labels counts', issue().labelled('mon 11:00', 'mark', 'help').labelled('mon 12:00', 'mark', 'support'), 'mon 11:00'],
    ['what was recorded holds', known(issue().labelled('mon 13:00', 'mark', 'support')), 'mon 12:00'],
    [
      'a label that goes withdraws it',
      known(issue().labelled('mon 11:00', 'mark', 'support').unlabelled('tue 11:00', 'mark', 'support')),
      'mon 12:00, withdrawn tue 11:00',
    ],
    [
      'not while another one stays',
      known(
        issue().labelled('mon 11:00', 'mark', 'support').labelled('mon 11:00', 'mark', 'help').unlabelled('tue 11:00', 'mark', 'support'),
      ),
      'mon 12:00',
    ],
    [
      'back again it was gone between',
      known(
        issue()
          .labelled('mon 11:00', 'mark', 'support')
          .unlabelled('tue 11:00', 'mark', 'support')
          .labelled('wed 11:00', 'mark', 'help')
          .unlabelled('thu 11:00', 'mark', 'help')
          .labelled('thu 12:00', 'mark', 'support'),
      ),
      'mon 12:00, tue 11:00–wed 11:00, thu 11:00–thu 12:00',
    ],
    [
      'gone twice it was gone once before',
      known(
        issue()
          .labelled('mon 11:00', 'mark', 'support')
          .unlabelled('tue 11:00', 'mark', 'support')
          .labelled('wed 11:00', 'mark', 'support')
          .unlabelled('thu 11:00', 'mark', 'support'),
      ),
      'mon 12:00, tue 11:00–wed 11:00, withdrawn thu 11:00',
    ],
    [
      'what it was before it became one is no gap',
      known(
        issue()
          .labelled('mon 10:30', 'mark', 'support')
          .unlabelled('mon 11:00', 'mark', 'support')
          .labelled('mon 12:00', 'mark', 'support'),
      ),
      'mon 12:00',
    ],
    [
      'other labels come and go',
      known(issue().labelled('mon 11:00', 'mark', 'support').labelled('tue 11:00', 'mark', 'bug').unlabelled('tue 12:00', 'mark', 'bug')),
      'mon 12:00',
    ],
  ] as const)
    test(claim, () => expect(said(story)).toBe(want));

  test('where no label is asked for every issue is one, from its beginning', () => {
    expect(said(issue(), open)).toBe('mon 10:00');
    expect(said(known(issue()), open)).toBe('mon 12:00');
  });
  test('a pull request is none, nor what a bot or the App writes', () => {
    expect(said(issue(), open, { isPull: true })).toBe('none');
    expect([said(new Story('mon 10:00', 'bot'), open), said(new Story('mon 10:00', 'app'), open)]).toEqual(['none', 'none']);
    expect(said(new Story('mon 10:00', 'mark'), open)).toBe('mon 10:00');
  });
});

describe('what the form says', () => {
  const policy = policyOf('intake: { required: [steps] }\n');
  const read = (body: string) => readIntake({ body, forms: [] }, policy);
  const FORM = '### Priority\n\nP2\n\n### Product\n\nCourt\n\n### Steps\n\nPress it\n';
  test('is known, unknown, blank or not asked', () => {
    const { priority, product, category } = read('### Priority\n\nP9\n\n### Product\n\nCourt\n\n### Category\n\n_No response_\n');
    expect([priority, product, category, read('Hello').priority]).toEqual([
      { claim: 'unknown' },
      { claim: 'known', id: 'court' },
      { claim: 'blank' },
      { claim: 'none' },
    ]);
  });
  test('its mark changes with the issue', () => {
    const mark = (body: string) => read(body).mark;
    expect(mark(FORM)).toBe(mark(FORM));
    for (const other of [FORM.replace('P2', 'P3'), FORM.replace('Court', 'Curate'), FORM.replace('Court', '_No response_'), ''])
      expect(mark(other)).not.toBe(mark(FORM));
  });
  test('what is required and has no answer is lacking', () => {
    expect(read(FORM).lacking).toEqual([]);
    expect(read('### Steps\n\n_No response_\n').lacking).toEqual(['Steps']);
    expect(read('Hello').lacking).toEqual(['steps']);
  });

  test('a claim is kept until the answers change', () => {
    const intake = read(FORM);
    const [first] = claimsOf(undefined, since, local('mon 11:00'), intake);
    expect(first).toEqual([since, 'P2', 'court', '', intake.mark]);
    const past = { claims: [first] } as unknown as Record;
    expect(claimsOf(past, since, local('mon 12:00'), intake)).toEqual([first]);
    const words = read(FORM.replace('Press it', 'Press that'));
    expect(claimsOf(past, since, local('mon 12:00'), words)).toEqual([[since, 'P2', 'court', '', words.mark]]);
    const edited = read(FORM.replace('P2', 'P3'));
    expect(claimsOf(past, since, local('mon 12:00'), edited)).toEqual([first, [local('mon 12:00'), 'P3', 'court', '', edited.mark]]);
  });

  test('it lacked something from the beginning, until a look saw it filled in', () => {
    const now = local('mon 12:00');
    const [lacks, full] = [read('### Steps\n\n_No response_\n'), read(FORM)];
    const record = (value?: Record['lacks']) => ({ lacks: value }) as unknown as Record;
    expect(lacksOf(undefined, since, now, lacks, true)).toEqual([since]);
    expect(lacksOf(undefined, since, now, lacks, false)).toBeUndefined();
    expect(lacksOf(undefined, since, now, full, true)).toBeUndefined();
    expect(lacksOf(record(), since, now, lacks, true)).toBeUndefined();
    expect(lacksOf(record([since]), since, now, lacks, true)).toEqual([since]);
    expect(lacksOf(record([since]), since, now, full, true)).toEqual([since, now]);
    expect(lacksOf(record([since, since]), since, now, full, true)).toEqual([since, since]);
  });

  test('a report ought not to be public only where the policy names its category', () => {
    const secret = policyOf('intake: { security: { categories: [security], reply: "Write to us" } }\n');
    const is = (category: string | undefined, by = secret) => isSecurity({ category }, by);
    expect([is('security'), is('login'), is(undefined), is('security', policy)]).toEqual([true, false, false, false]);
  });
});

describe('who sorts it', () => {
  const policies = policiesFrom(BASE + LISTS);
  const body = '### Priority\n\nP2\n\n### Product\n\nCourt\n\n### Category\n\nLogin\n';
  const p2 = () => Object.assign(opens('mon 10:00', 'P2'), { body });
  const sorted = (story: Story) => {
    const { priorities, product, category, triaged } = told(story, 'mon 15:00', policies).ticket;
    return [priorities.at(-1)!.id, priorities.at(-1)!.source, product, category, triaged];
  };
  for (const [claim, story, want] of [
    ['the form', p2(), ['P2', 'form', 'court', 'login', false]],
    ['a word about one thing changes that one', p2().says('mon 11:00', 'mark', '/product curate'), ['P2', 'form', 'curate', 'login', true]],
    ['a word about the priority', p2().says('mon 11:00', 'mark', '/priority P3'), ['P3', 'responder', 'court', 'login', true]],
    ['a word about the category', p2().says('mon 11:00', 'mark', '/category security'), ['P2', 'form', 'court', 'security', true]],
    ['a label by hand', p2().labelled('mon 11:00', 'mark', 'curate'), ['P2', 'form', 'curate', 'login', true]],
    [
      'taken off again the form counts',
      p2().says('mon 11:00', 'mark', '/product curate').unlabelled('mon 12:00', 'mark', 'curate'),
      ['P2', 'form', 'court', 'login', true],
    ],
    [
      'another label that goes changes nothing',
      p2().says('mon 11:00', 'mark', '/product curate').unlabelled('mon 12:00', 'mark', 'court'),
      ['P2', 'form', 'curate', 'login', true],
    ],
    ['/take sorts nothing', p2().says('mon 11:00', 'mark', '/take'), ['P2', 'form', 'court', 'login', false]],
  ] as const)
    test(claim, () => expect(sorted(story)).toEqual(want));
  test('a category that has a priority gives it where nobody says another', () => {
    expect(sorted(Object.assign(p2(), { body: '### Category\n\nLogin\n' })).slice(0, 2)).toEqual(['P1', 'category']);
    expect(sorted(Object.assign(p2(), { body: '### Category\n\nSecurity\n' })).slice(0, 2)).toEqual(['P3', 'default']);
  });
});

describe('whom a step calls', () => {
  const policy = policyOf('');
  const { ticket } = told(
    Object.assign(opens('mon 10:00', 'P2'), { body: '### Product\n\nCourt\n' }),
    'mon 11:00',
    policiesFrom(BASE + LISTS),
  );
  const context = (more: Partial<PeopleContext> = {}): PeopleContext => ({
    policy,
    now: local('mon 12:00'),
    reporter: 'rita',
    assignees: ['zoe'],
    reach: () => true,
    ...more,
  });
  const user = (login: string): Person & Mention => ({ kind: 'user', login });
  const logins = (people: readonly Person[]) => people.map((one) => (one.kind === 'user' ? one.login : one.slug)).join(' ');
  for (const [mention, want] of [
    [user('mark'), 'mark'],
    [{ kind: 'team', org: 'acme', slug: 'core' }, 'core'],
    [{ kind: 'assignees' }, 'zoe'],
    [{ kind: 'owners' }, 'sara'],
    [{ kind: 'role', role: 'lead' }, 'ann'],
    [{ kind: 'role', role: 'none' }, ''],
    [{ kind: 'on_call' }, 'mark'],
    [{ kind: 'on_call', rota: 'night' }, 'owl'],
    [{ kind: 'on_call', rota: 'none' }, ''],
  ] as readonly (readonly [Mention, string])[])
    test(JSON.stringify(mention), () => expect(logins(peopleOf([mention], ticket, context()))).toBe(want));

  test('who is on call is asked for the instant of the page', () => {
    expect(logins(peopleOf([{ kind: 'on_call' }], ticket, context({ now: local('tue 12:00') })))).toBe('eve');
  });
  test('a product without owners has the default ones', () => {
    expect([ownersOf({ product: 'court' }, policy), ownersOf({ product: 'curate' }, policy), ownersOf({}, policy)].map(logins)).toEqual([
      'sara',
      'dan',
      'dan',
    ]);
  });
  test('never the reporter, nobody twice, nobody who cannot be reached', () => {
    expect(
      logins(
        reachable(
          [user('Rita'), user('mark'), user('Mark'), user('ann')],
          context({ reach: (one) => one !== undefined && logins([one]) !== 'ann' }),
        ),
      ),
    ).toBe('mark');
    expect(logins(unique([user('a'), user('b'), user('A')]))).toBe('a b');
  });

  const step = (key: string, chain: string, when: string, ...mention: Mention[]): Scheduled =>
    ({ key, chain, at: local(when), step: { mention } }) as unknown as Scheduled;
  const paged = (due: readonly Scheduled[], all: readonly Scheduled[], more?: Partial<PeopleContext>) => {
    const { people, unheard, replaced } = pageFor(due, all, ticket, context(more));
    return [logins(people), unheard.join(' '), replaced];
  };
  const [one, two, three] = [
    step('a', 'x', 'mon 11:00', user('ann')),
    step('b', 'x', 'mon 12:00', user('bob')),
    step('c', 'x', 'mon 13:00', user('cem')),
  ];
  test('who can be reached, once each', () => expect(paged([one, two, one], [one, two, three])).toEqual(['ann bob', '', false]));
  test('whose people cannot be reached has its place taken by the next step of its chain', () => {
    const none = step('b', 'x', 'mon 12:00', { kind: 'role', role: 'none' });
    expect(paged([none], [one, none, three])).toEqual(['cem', '', true]);
    expect(paged([none], [one, none, step('c', 'y', 'mon 13:00', user('cem'))])).toEqual(['dan', '', true]);
    expect(paged([none], [one, none])).toEqual(['dan', '', true]);
    expect(paged([none], [none, step('c', 'x', 'mon 12:00', user('cem'))])).toEqual(['cem', '', true]);
    expect(paged([none], [none], { reach: () => false })).toEqual(['', 'b', false]);
  });
  test('all whom it could call are asked about before', () => {
    expect(logins(candidates([one, two, one], ticket, context()))).toBe('ann bob sara dan');
  });
  test('who is assigned once the desk has done what it was told', () => {
    const assigned = (...assigning: { login: string; is: 'on' | 'off' }[]) =>
      assigneesOf({ assigning }, { assignees: [{ id: 1, login: 'Zoe' }] });
    expect(assigned()).toEqual(['Zoe']);
    expect(assigned({ login: 'mark', is: 'on' })).toEqual(['Zoe', 'mark']);
    expect(assigned({ login: 'zoe', is: 'on' })).toEqual(['Zoe']);
    expect(assigned({ login: 'zoe', is: 'off' }, { login: 'mark', is: 'on' })).toEqual(['mark']);
    expect(assigned({ login: 'mark', is: 'on' }, { login: 'Mark', is: 'off' })).toEqual(['Zoe']);
  });
});
