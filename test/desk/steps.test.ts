import { describe, expect, test } from 'vitest';
import type { Policies } from '../../src/desk/ledger.ts';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, stepsAt, told, Watch } from '../support/told.ts';

/** Mon–Fri 09–18. P2 on Monday at 10:00: response due Mon 14:00, workaround Tue 10:00, resolution Thu 10:00. */
const BASE = `${OFFICE.split('products:')[0]}
products: [{ id: court, owners: ["@sara", "@acme/court"] }, { id: orphan }]
categories: [{ id: login }]
default_owners: ["@dan"]
roles: { lead: ["@ann"], nobody: [], all: ["@ann", "@MARK", "@rita", "@ann"] }
on_call:
  - { id: primary, rotation: weekly, handoff: "mon 10:00", starts: 2026-01-05, people: ["@cem", "@dora"], overrides: [{ from: 2026-01-07T10:00, to: 2026-01-08T10:00, person: "@ann" }] }
  - { id: night, rotation: daily, handoff: "20:00", starts: 2026-01-06, people: ["@nina", "@noel"] }
`;
const steps = (...lines: string[]) => `${BASE}escalation:\n${lines.map((one) => `  - { ${one} }\n`).join('')}`;
const using = (...lines: string[]): Policies => policiesFrom(steps(...lines));
const p2 = () => opens('mon 10:00', 'P2');
/** Answered, so that only the resolution runs. */
const answered = () => p2().says('mon 10:30', 'mark', 'Hello');
const MARK = 'mention: ["@mark"]';

describe('instants and keys', () => {
  for (const [claim, line, story, readAt, want] of [
    ['75 % of four hours', `clock: first_response, at: 75%, ${MARK}`, p2(), 'mon 10:00', ['first_response/opened/75% mon 13:00']],
    // 4,752 s.
    ['33 %', `clock: first_response, at: 33%, ${MARK}`, p2(), 'mon 10:00', ['first_response/opened/33% mon 11:19:12']],
    ['1 %', `clock: first_response, at: 1%, ${MARK}`, p2(), 'mon 10:00', ['first_response/opened/1% mon 10:02:24']],
    ['the breach', `clock: first_response, at: breach, ${MARK}`, p2(), 'mon 10:00', ['first_response/opened/breach mon 14:00']],
    [
      'after it, to the very closing',
      `clock: first_response, at: breach + 4h, ${MARK}`,
      p2(),
      'mon 10:00',
      ['first_response/opened/breach+4h mon 18:00'],
    ],
    [
      'after it, on the next day',
      `clock: first_response, at: breach + 5h, ${MARK}`,
      p2(),
      'mon 10:00',
      ['first_response/opened/breach+5h tue 10:00'],
    ],
    ['a day after it', `clock: resolution, at: breach + 1d, ${MARK}`, answered(), 'mon 11:00', ['resolution/opened/breach+1d fri 10:00']],
    [
      'around the clock, at night',
      `clock: workaround, at: breach + 10h, ${MARK}`,
      opens('mon 20:00', 'P1'),
      'mon 20:00',
      ['workaround/opened/breach+10h tue 10:00'],
    ],
    ['with an id', `id: shout, clock: first_response, at: breach, ${MARK}`, p2(), 'mon 10:00', ['first_response/opened/shout mon 14:00']],
    [
      'repeats, on the clock of the promise: nobody is called at night',
      `clock: first_response, at: breach, ${MARK}, repeat: { every: 2h, times: 3 }`,
      p2(),
      'mon 10:00',
      [
        'first_response/opened/breach mon 14:00',
        'first_response/opened/breach*1 mon 16:00',
        'first_response/opened/breach*2 mon 18:00',
        'first_response/opened/breach*3 tue 11:00',
      ],
    ],
    [
      'repeats by the day, not on a weekend',
      `clock: resolution, at: breach, ${MARK}, repeat: { every: 1d, times: 2 }`,
      answered(),
      'mon 11:00',
      ['resolution/opened/breach thu 10:00', 'resolution/opened/breach*1 fri 10:00', 'resolution/opened/breach*2 mon+1 10:00'],
    ],
    [
      'another cycle has keys of its own',
      `clock: resolution, at: breach, ${MARK}`,
      answered().closed('mon 12:00', 'rita').reopened('mon 13:00', 'rita'),
      'mon 14:00',
      ['resolution/e103/breach thu 13:00'],
    ],
    [
      'a pause pushes percentages',
      `clock: resolution, at: 50%, ${MARK}`,
      answered().says('mon 11:00', 'mark', '/hold x').says('mon 13:00', 'mark', '/resume'),
      'mon 14:00',
      // 13.5 of 27 h from Mon 10:00 is Tue 14:30.
      ['resolution/opened/50% tue 16:30'],
    ],
    [
      'a pause after the step does not push it: what was not posted by then is not posted',
      `clock: resolution, at: 50%, ${MARK}`,
      answered().says('tue 15:00', 'mark', '/hold x').says('tue 16:00', 'mark', '/resume'),
      'tue 17:00',
      [],
    ],
    ['only for its priorities', `clock: first_response, at: breach, priorities: [P1], ${MARK}`, p2(), 'mon 10:00', []],
    ['only for its products', `clock: first_response, at: breach, products: [court], ${MARK}`, p2(), 'mon 10:00', []],
    [
      'of now: the product',
      `clock: first_response, at: breach, products: [court], ${MARK}`,
      p2().says('mon 11:00', 'mark', '/product court'),
      'mon 11:00',
      ['first_response/opened/breach mon 14:00'],
    ],
    [
      'the category',
      `clock: first_response, at: breach, categories: [login], ${MARK}`,
      p2().says('mon 11:00', 'mark', '/category login'),
      'mon 11:00',
      ['first_response/opened/breach mon 14:00'],
    ],
    ['met: none', `clock: first_response, at: breach, ${MARK}`, answered(), 'mon 15:00', []],
    ['met late: none', `clock: first_response, at: breach + 4h, ${MARK}`, p2().says('mon 15:00', 'mark', 'Hello'), 'mon 16:00', []],
    ['cancelled: none', `clock: first_response, at: breach, ${MARK}`, p2().closed('mon 11:00', 'mark'), 'mon 15:00', []],
    ['with its fix: none', `clock: resolution, at: breach, ${MARK}`, answered().says('mon 11:00', 'mark', '/fixed'), 'fri 10:00', []],
    ['nothing promised: none', `clock: workaround, at: breach, ${MARK}`, opens('mon 10:00', 'P3'), 'mon 10:00', []],
  ] as const)
    test(claim, () => expect(stepsAt(story, readAt, using(line))).toEqual(want));
});

describe('never retroactive', () => {
  const LINES = [`clock: first_response, at: 75%, ${MARK}`, `clock: first_response, at: breach, ${MARK}`];
  const keys = (policies: Policies, story = p2()) => stepsAt(story, 'mon 16:00', policies).map((one) => one.split(' ')[0]!.split('/')[2]);
  const plain = using(...LINES);
  test('nothing is in the way', () => expect(keys(plain)).toEqual(['75%', 'breach']));
  for (const [claim, policies, want] of [
    ['the second of the App’s arrival counts', { ...plain, arrival: local('mon 13:00') }, []],
    ['live since the very step', { ...plain, liveSince: local('mon 13:00') }, ['75%', 'breach']],
    ['live since a second after it', { ...plain, liveSince: local('mon 13:00:01') }, ['breach']],
    ['live only later', { ...plain, liveSince: local('mon 15:00') }, []],
    ['the one step is newer', { ...plain, stepSince: (step) => local(step.key === '75%' ? 'mon 13:30' : 'mon 10:00') }, ['breach']],
    ['enforced from tomorrow', policiesFrom(`${steps(...LINES)}enforce_from: 2026-01-06\n`), []],
    ['enforced from today', policiesFrom(`${steps(...LINES)}enforce_from: 2026-01-05\n`), ['75%', 'breach']],
  ] as readonly (readonly [string, Policies, string[]])[])
    test(claim, () => expect(keys(policies)).toEqual(want));

  test('before the App arrived: what a person woke calls from then on', () => {
    const late = { ...plain, arrival: local('mon 12:00') };
    expect(keys(late, p2().says('mon 13:30', 'rita', 'Hello?'))).toEqual(['breach']);
    expect(keys(late, p2().says('mon 14:30', 'rita', 'Hello?'))).toEqual([]);
  });

  test('before it was a ticket', () => {
    const labelled = policiesFrom(`${steps(`clock: resolution, at: 1%, ${MARK}`)}intake: { labels: [support] }\n`);
    // 972 s of 27 h.
    expect(stepsAt(answered().labelled('mon 16:00', 'mark', 'support'), 'mon 16:00', labelled)).toEqual([
      'resolution/opened/1% mon 16:16:12',
    ]);
  });

  test('a step for a priority that the ticket got later', () => {
    const policies = using(`clock: first_response, at: breach + 1h, priorities: [P3], ${MARK}`);
    // P2 was late at 14:00; 15:00 was before the change.
    expect(stepsAt(p2().says('mon 15:30', 'mark', '/priority P3'), 'mon 16:00', policies)).toEqual([]);
    expect(stepsAt(p2().says('mon 14:30', 'mark', '/priority P3'), 'mon 16:00', policies)).toEqual([
      'first_response/opened/breach+1h mon 15:00',
    ]);
  });

  test('a category that the ticket got later', () => {
    const policies = using(`clock: first_response, at: breach + 1h, categories: [login], ${MARK}`);
    expect(stepsAt(p2().says('mon 15:30', 'mark', '/category login'), 'mon 16:00', policies)).toEqual([]);
  });

  test('shadow mode posts nothing at all', () => {
    const shadow = policiesFrom(`mode: shadow\n${steps(...LINES)}`);
    expect(keys(shadow)).toEqual([]);
    const { want } = new Watch(p2().says('mon 11:00', 'mark', '/help'), shadow).look('mon 15:00');
    expect(want).toMatchObject({ labels: [], assign: [], reactions: [], replies: [], notices: [] });
    expect([want.status, want.page, want.state, want.governed.size]).toEqual([undefined, undefined, undefined, 0]);
  });
});

describe('what lies in time that did not count', () => {
  const LINES = ['2h', '3h', '4h'].map((one) => `clock: first_response, at: breach + ${one}, ${MARK}`);
  const late = (story: Story) => stepsAt(story, 'tue 12:00', using(...LINES)).map((one) => one.split(' ').slice(1).join(' '));
  test('closed from before to the second: the step at the reopening is posted', () => {
    // Due Mon 14:00; closed 15:00–17:00.
    expect(late(p2().closed('mon 15:00', 'rita').reopened('mon 17:00', 'rita'))).toEqual(['mon 17:00', 'mon 18:00']);
  });
  test('closed in the second of the step', () => {
    expect(late(p2().closed('mon 16:00', 'rita').reopened('mon 16:30', 'rita'))).toEqual(['mon 17:00', 'mon 18:00']);
  });
  test('a 🟡 that is voided is no matter of the first response', () => {
    expect(late(p2().says('mon 15:00', 'mark', '/fixed').says('mon 17:00', 'rita', '/still-broken'))).toEqual([
      'mon 16:00',
      'mon 17:00',
      'mon 18:00',
    ]);
  });
  test('but of the workaround', () => {
    // Due Tue 10:00; 🟡 11:00–13:00.
    const lines = ['2h', '3h'].map((one) => `clock: workaround, at: breach + ${one}, ${MARK}`);
    const story = p2().says('tue 11:00', 'mark', '/fixed').says('tue 13:00', 'rita', '/still-broken');
    expect(stepsAt(story, 'tue 14:00', using(...lines))).toEqual(['workaround/opened/breach+3h tue 13:00']);
  });
  test('a repeat of that time is left out, the next one stands', () => {
    const policies = using(`clock: first_response, at: breach, ${MARK}, repeat: { every: 1h, times: 3 }`);
    expect(stepsAt(p2().closed('mon 14:30', 'rita').reopened('mon 15:30', 'rita'), 'mon 16:00', policies)).toEqual([
      'first_response/opened/breach mon 14:00',
      'first_response/opened/breach*2 mon 16:00',
      'first_response/opened/breach*3 mon 17:00',
    ]);
  });
});

describe('what is missed together', () => {
  test('75 % and the breach share one comment', () => {
    const policies = using(`clock: first_response, at: 75%, ${MARK}`, 'clock: first_response, at: breach, mention: [lead]');
    const { want } = new Watch(p2(), policies).look('mon 15:00');
    expect(want.page?.steps).toEqual(['first_response/opened/75%', 'first_response/opened/breach']);
    expect(want.page?.people).toEqual([
      { kind: 'user', login: 'mark' },
      { kind: 'user', login: 'ann' },
    ]);
    expect(want.page?.body.match(/^- /gm)).toHaveLength(2);
    expect(want.page?.body).toContain('14:00');
  });

  test('missed repeats collapse into the last, and the next one comes in its time', () => {
    const watch = new Watch(answered(), using(`clock: resolution, at: breach, ${MARK}, repeat: { every: 1d, times: 3 }`));
    watch.look('mon 11:00');
    const { want } = watch.look('mon+1 12:00');
    expect(want.page?.steps).toEqual(['resolution/opened/breach', 'resolution/opened/breach*1', 'resolution/opened/breach*2']);
    expect(want.page?.body.match(/^- /gm)).toHaveLength(1);
    expect(watch.page('mon+1 18:00')).toBeUndefined();
    expect(watch.page('tue+1 10:00')?.steps).toEqual(['resolution/opened/breach*3']);
    expect(watch.page('wed+1 10:00')).toBeUndefined();
  });

  test('each step once, whenever one looks', () => {
    const watch = new Watch(p2(), using(`clock: first_response, at: 75%, ${MARK}`, `clock: first_response, at: breach, ${MARK}`));
    const looks = ['mon 12:59:59', 'mon 13:00', 'mon 13:00', 'mon 13:59:59', 'mon 14:00', 'mon 14:00:01', 'tue 10:00'];
    expect(looks.map((one) => watch.page(one)?.steps.length ?? 0)).toEqual([0, 1, 0, 0, 1, 0, 0]);
  });

  test('a step that only sets a label is said nowhere', () => {
    const watch = new Watch(p2(), using('clock: first_response, at: breach, label: escalated'));
    const { want } = watch.look('mon 14:00');
    expect(want.page).toBeUndefined();
    expect(want.labels.map((one) => one.name)).toContain('escalated');
    expect(want.status?.record.steps).toEqual(['first_response/opened/breach']);
  });
});

describe('stagnation', () => {
  /** Without the instant of the deed, by which its steps are named. */
  const last = (keys: readonly string[] | undefined) => keys?.map((one) => one.replace(/^stagnant\/\d+\//, ''));
  const idle = (...args: Parameters<typeof stepsAt>) => last(stepsAt(...args));
  const policies = using(`stagnant: 1d, ${MARK}`);
  for (const [claim, story, readAt, want] of [
    ['from the beginning', p2(), 'mon 11:00', ['stagnant tue 10:00']],
    ['a comment of a responder resets it', p2().says('mon 12:00', 'mark', 'Hm.'), 'mon 13:00', ['stagnant tue 12:00']],
    ['also a command alone', p2().says('mon 12:00', 'mark', '/sla'), 'mon 13:00', ['stagnant tue 12:00']],
    ['a label', p2().labelled('mon 12:00', 'mark', 'bug'), 'mon 13:00', ['stagnant tue 12:00']],
    [
      'a label taken away',
      p2().labelled('mon 11:00', 'olga', 'bug').unlabelled('mon 12:00', 'mark', 'bug'),
      'mon 13:00',
      ['stagnant tue 12:00'],
    ],
    ['an assignment', p2().assigned('mon 12:00', 'mark', 'sara'), 'mon 13:00', ['stagnant tue 12:00']],
    ['a linked fix', p2().fixLinked('mon 12:00', 'mark'), 'mon 13:00', ['stagnant tue 12:00']],
    ['closing and reopening', p2().closed('mon 11:00', 'mark').reopened('mon 12:00', 'mark'), 'mon 13:00', ['stagnant tue 12:00']],
    ['not the reporter', p2().says('mon 12:00', 'rita', 'Hm.'), 'mon 13:00', ['stagnant tue 10:00']],
    ['not a bystander', p2().says('mon 12:00', 'olga', 'Hm.'), 'mon 13:00', ['stagnant tue 10:00']],
    ['not a bot', p2().says('mon 12:00', 'bot', 'Hm.'), 'mon 13:00', ['stagnant tue 10:00']],
    ['not the desk', p2().labelled('mon 12:00', 'app', 'x'), 'mon 13:00', ['stagnant tue 10:00']],
    ['not the assignment by somebody else', p2().assigned('mon 12:00', 'olga', 'mark'), 'mon 13:00', ['stagnant tue 10:00']],
    [
      'not the reporter who is a responder',
      opens('mon 10:00', 'P2', 'mark').says('mon 12:00', 'mark', 'Hm.\n/priority P2'),
      'mon 13:00',
      ['stagnant tue 10:00'],
    ],
    ['not while waiting', p2().says('mon 12:00', 'mark', '/wait'), 'wed 13:00', []],
    ['not while on hold', p2().says('mon 12:00', 'mark', '/hold x'), 'wed 13:00', []],
    // 12–15 is 3 h.
    ['waiting is a pause', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'rita', 'Here'), 'mon 16:00', ['stagnant tue 15:00']],
    [
      '/resume is a deed',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 15:00', 'mark', '/resume'),
      'mon 16:00',
      ['stagnant tue 15:00'],
    ],
    ['closed time is a pause', p2().closed('mon 12:00', 'rita').reopened('mon 15:00', 'rita'), 'mon 16:00', ['stagnant tue 13:00']],
    [
      'a 🟡 that is voided too',
      p2().says('mon 12:00', 'mark', '/fixed').says('mon 15:00', 'rita', '/still-broken'),
      'mon 16:00',
      ['stagnant tue 15:00'],
    ],
    ['not on 🟡', p2().says('mon 12:00', 'mark', '/fixed'), 'wed 16:00', []],
    ['not on 🟢', p2().closed('mon 12:00', 'mark'), 'wed 16:00', []],
    ['on ⭕️', p2().says('mon 12:00', 'mark', '/take'), 'mon 16:00', ['stagnant tue 12:00']],
    ['on the calendar of the priority of now', p2().says('mon 12:00', 'mark', '/priority P1'), 'mon 16:00', ['stagnant tue 12:00']],
    ['not on a weekend', opens('fri 12:00', 'P2'), 'fri 16:00', ['stagnant mon+1 12:00']],
    ['on a weekend, around the clock', opens('fri 12:00', 'P1'), 'fri 16:00', ['stagnant sat 12:00']],
  ] as const)
    test(claim, () => expect(idle(story, readAt, policies)).toEqual(want));

  test('once for each deed', () => {
    const watch = new Watch(p2(), policies);
    expect(watch.page('tue 09:59:59')).toBeUndefined();
    expect(last(watch.page('tue 10:00')?.steps)).toEqual(['stagnant']);
    expect(watch.page('wed 10:00')).toBeUndefined();
    watch.story.says('wed 11:00', 'rita', 'Hello?');
    expect(watch.page('thu 12:00')).toBeUndefined();
    watch.story.says('thu 13:00', 'mark', 'Sorry');
    expect(watch.page('thu 13:01')).toBeUndefined();
    expect(last(watch.page('fri 13:00')?.steps)).toEqual(['stagnant']);
  });

  test('a command that an edit adds to an old comment is a new deed', () => {
    const watch = new Watch(p2().says('mon 12:00', 'mark', 'Hm.').says('mon 12:00', 'rita', 'Hm?'), policies);
    expect(watch.page('tue 12:00')?.steps).toHaveLength(1);
    watch.story.edited('tue 13:00', 'Hm.\n/priority P2', 1);
    expect(watch.page('tue 13:01')).toBeUndefined();
    expect(watch.page('wed 13:00')?.steps).toHaveLength(1);
    // And its comment deleted it is the same one.
    watch.story.deleted(1);
    expect(watch.page('thu 13:00')).toBeUndefined();
  });

  test('repeats go on until the next deed', () => {
    const watch = new Watch(p2(), using(`stagnant: 1d, ${MARK}, repeat: { every: 1d, times: 2 }`));
    watch.look('mon 11:00');
    const looks = ['tue 10:00', 'wed 10:00', 'thu 10:00', 'fri 10:00'];
    expect(looks.map((one) => last(watch.page(one)?.steps))).toEqual([['stagnant'], ['stagnant*1'], ['stagnant*2'], undefined]);
  });

  test('a repeat of the time that it was closed is never posted', () => {
    const repeated = using(`stagnant: 1d, ${MARK}, repeat: { every: 1d, times: 2 }`);
    const story = p2().closed('tue 12:00', 'rita').reopened('wed 12:00', 'rita');
    expect(idle(story, 'wed 13:00', repeated)).toEqual(['stagnant tue 10:00', 'stagnant*2 thu 10:00']);
  });

  test('for its priorities alone, and from when the ticket has one of them', () => {
    const urgent = using(`stagnant: 1d, priorities: [P1], ${MARK}`);
    expect(idle(p2(), 'mon 11:00', urgent)).toEqual([]);
    expect(idle(opens('mon 10:00', 'P1'), 'mon 11:00', urgent)).toEqual(['stagnant tue 10:00']);
  });
});

describe('/escalate', () => {
  const LINES = [
    `clock: first_response, at: 75%, ${MARK}`,
    'clock: first_response, at: breach, mention: [lead], label: escalated',
    'clock: resolution, at: breach, mention: ["@sara"]',
  ];
  const policies = using(...LINES);
  const watching = (story = p2()) => {
    const watch = new Watch(story, policies);
    watch.look('mon 10:01');
    return watch;
  };

  test('posts the next step of the clock that is due soonest, now', () => {
    const watch = watching(p2().says('mon 11:00', 'sara', '/escalate it burns'));
    const { want } = watch.look('mon 11:00');
    expect(want.page?.steps).toEqual(['first_response/opened/75%', `escalate/c${watch.story.last}.${local('mon 11:00')}/asked`]);
    expect(want.page?.people).toEqual([{ kind: 'user', login: 'mark' }]);
    expect(want.page?.body).toContain('it burns');
    expect(want.reactions).toEqual([{ comment: watch.story.last, content: '+1' }]);
    expect(watch.page('mon 13:00')).toBeUndefined(); // it is never posted again
    expect(watch.page('mon 14:00')?.steps).toEqual(['first_response/opened/breach']);
  });

  test('again: the one after it, with its label; then of the clock that is due next; and with none left, the default owners', () => {
    const watch = watching();
    watch.story.says('mon 11:00', 'sara', '/escalate');
    expect(watch.page('mon 11:00')?.people).toEqual(['mark']);
    watch.story.says('mon 11:10', 'sara', '/escalate');
    const second = watch.look('mon 11:10').want;
    expect(second.page?.steps[0]).toBe('first_response/opened/breach');
    expect(second.labels.map((one) => one.name)).toContain('escalated');
    watch.story.says('mon 11:20', 'sara', '/escalate');
    expect(watch.page('mon 11:20')?.people).toEqual(['sara']);
    watch.story.says('mon 11:30', 'sara', '/escalate');
    const key = `escalate/c${watch.story.last}.${local('mon 11:30')}/asked`;
    expect(watch.page('mon 11:30')).toEqual({ steps: [key], people: ['dan'] });
    expect(watch.page('mon 14:00')).toBeUndefined();
  });

  test('two at once take two steps', () => {
    const watch = watching(p2().says('mon 11:00', 'sara', '/escalate').says('mon 11:00', 'mark', '/escalate'));
    expect(watch.page('mon 11:01')?.people).toEqual(['mark', 'ann']);
    expect(watch.page('mon 11:02')).toBeUndefined();
  });

  test('what is due anyway is not spent on it', () => {
    const watch = watching(p2().says('mon 12:59', 'sara', '/escalate'));
    expect(watch.page('mon 13:00')).toMatchObject({ people: ['mark', 'ann'] });
  });

  test('the first response is met: the clock that is due next', () => {
    const story = answered().says('mon 10:45', 'mark', '/workaround Turn it off');
    expect(watching(story.says('mon 11:00', 'mark', '/escalate')).page('mon 11:00')?.people).toEqual(['sara']);
  });

  test('a clock that has no step left calls nobody: the one that is due next has', () => {
    // The workaround is due Tue 10:00, before the resolution.
    expect(watching(answered().says('mon 11:00', 'mark', '/escalate')).page('mon 11:00')?.people).toEqual(['sara']);
  });

  test('of a clock that is late, the step that is still to come', () => {
    const late = new Watch(
      p2(),
      using(`clock: first_response, at: breach, ${MARK}`, 'clock: first_response, at: breach + 2h, mention: [lead]'),
    );
    late.look('mon 14:00');
    late.story.says('mon 14:30', 'sara', '/escalate');
    expect(late.page('mon 14:30')?.people).toEqual(['ann']);
  });

  test('on hold nothing is due: the default owners', () => {
    const watch = watching(answered().says('mon 11:00', 'mark', '/hold x\n/escalate'));
    expect(watch.page('mon 11:00')?.people).toEqual(['dan']);
  });

  test('not by the reporter, and not when it is resolved', () => {
    const { want } = watching(p2().says('mon 11:00', 'rita', '/escalate')).look('mon 11:00');
    expect([want.page, want.reactions[0]?.content]).toEqual([undefined, 'confused']);
    const done = watching(p2().closed('mon 11:00', 'mark').says('mon 12:00', 'mark', '/escalate')).look('mon 12:00');
    expect([done.want.page, done.want.reactions[0]?.content]).toEqual([undefined, 'confused']);
  });

  test('a deleted one stays said', () => {
    const watch = watching(p2().says('mon 11:00', 'sara', '/escalate'));
    watch.look('mon 11:00');
    watch.story.deleted();
    expect(watch.page('mon 11:30')).toBeUndefined();
    expect(watch.page('mon 13:00')).toBeUndefined();
  });
});

describe('whom a page calls', () => {
  const page = (story: Story, readAt: string, lines: readonly string[], reach?: (name: string) => boolean) => {
    const watch = new Watch(story, using(...lines));
    if (reach) watch.reach = (person) => reach(person.kind === 'user' ? person.login.toLowerCase() : `${person.org}/${person.slug}`);
    return watch.page(readAt)?.people;
  };
  const at = (mention: string, more = '') => [`clock: first_response, at: breach, mention: [${mention}]${more}`];
  const court = () => p2().says('mon 11:00', 'mark', '/product court');

  for (const [claim, story, lines, want] of [
    ['people and teams', p2(), at('"@ann", "@acme/support"'), ['ann', 'acme/support']],
    ['a role', p2(), at('lead'), ['ann']],
    ["the product's owners", court(), at('owners'), ['sara', 'acme/court']],
    ['without owners, the default ones', p2().says('mon 11:00', 'mark', '/product orphan'), at('owners'), ['dan']],
    ['without a product too', p2(), at('owners'), ['dan']],
    ['the assignees', p2().assigned('mon 11:00', 'mark', 'sara').assigned('mon 11:00', 'mark', 'olga'), at('assignees'), ['sara', 'olga']],
    ['nobody twice, however he is spelled', p2().assigned('mon 11:00', 'mark', 'mark'), at('all, "@Ann", assignees'), ['ann', 'MARK']],
    ['not the reporter, in no guise', p2(), at('"@RITA", all'), ['ann', 'MARK']],
    ['the reporter alone: the default owners', p2(), at('"@rita"'), ['dan']],
    ['an empty role: the default owners', p2(), at('nobody'), ['dan']],
    [
      'two steps, their union once each',
      p2(),
      [...at('lead, "@mark"'), 'clock: first_response, at: 75%, mention: ["@mark", "@sara"]'],
      ['mark', 'sara', 'ann'],
    ],
  ] as readonly (readonly [string, Story, string[], string[]])[])
    test(claim, () => expect(page(story, 'mon 14:00', lines)).toEqual(want));

  test("an empty target's place is taken by the next step of the clock that has somebody", () => {
    const lines = [
      'clock: first_response, at: 75%, mention: [nobody]',
      `clock: first_response, at: breach, mention: ["@gone"]`,
      ...at('lead').map((one) => one.replace('breach', 'breach + 1h')),
    ];
    const watch = new Watch(p2(), using(...lines));
    watch.reach = (person) => !(person.kind === 'user' && person.login === 'gone');
    expect(watch.page('mon 13:00')).toEqual({ steps: ['first_response/opened/75%'], people: ['ann'] });
    expect(watch.page('mon 14:00')).toEqual({ steps: ['first_response/opened/breach'], people: ['ann'] });
    expect(watch.page('mon 15:00')).toEqual({ steps: ['first_response/opened/breach+1h'], people: ['ann'] });
  });

  test('not by a step of another clock', () => {
    expect(
      page(p2(), 'mon 14:00', ['clock: first_response, at: breach, mention: [nobody]', 'clock: resolution, at: breach, mention: [lead]']),
    ).toEqual(['dan']);
  });

  test('nobody at all: the check run says so, and it is not said again', () => {
    const watch = new Watch(p2(), using(...at('lead')));
    watch.reach = () => false;
    const { want } = watch.look('mon 14:00');
    expect([want.page, want.unheard]).toEqual([undefined, ['first_response/opened/breach']]);
    expect(watch.look('mon 14:05').want.unheard).toEqual([]);
  });

  describe('on call', () => {
    const late = (mention: string) => [`clock: resolution, at: breach, mention: [${mention}]`];
    // From Mon 5 January, 10:00: cem; from the 12th: dora. From Wed 10:00 to Thu 10:00: ann. At night from Tue 20:00: nina; from Wed 20:00: noel.
    for (const [claim, opened, readAt, mention, want] of [
      ['the first turn', 'mon 10:00', 'mon 14:00', 'on_call', ['cem']],
      ['a second before the hand-off', 'mon 10:00', 'mon+1 09:59:59', 'on_call', ['cem']],
      ['the second of the hand-off', 'mon 10:00', 'mon+1 10:00', 'on_call', ['dora']],
      ['an override', 'mon 10:00', 'wed 10:00', 'on_call', ['ann']],
      ['an override’s end', 'mon 10:00', 'thu 10:00', 'on_call', ['cem']],
      ['another rota', 'mon 10:00', 'wed 12:00', 'on_call.night', ['nina']],
      ['its next turn', 'mon 10:00', 'wed 20:00', 'on_call.night', ['noel']],
      ['before its first turn: nobody, so the default owners', 'mon 10:00', 'tue 12:00', 'on_call.night', ['dan']],
    ] as const)
      test(claim, () => {
        // Whoever is on duty when it is said: a late step calls who can still do something.
        expect(page(opens(opened, 'P2'), readAt, at(mention))).toEqual(want);
      });

    test('when its time comes', () => {
      expect(page(answered(), 'thu 10:00', late('on_call'))).toEqual(['cem']);
      expect(shown(told(answered(), 'thu 10:00', using(...late('on_call'))).clocks.at(-1)!.breachedAt)).toBe('thu 10:00');
    });
  });

  test('whom a command that no look has seen assigns is an assignee', () => {
    const story = p2().says('mon 13:59', 'mark', '/take');
    expect(page(story, 'mon 14:00', at('assignees'))).toEqual(['mark']);
  });
});
