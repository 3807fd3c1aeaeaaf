import { describe, expect, test } from 'vitest';
import { plan } from '../../src/desk/plan.ts';
import { local, type Name, OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { opens, Watch } from '../support/told.ts';

/** P2 on Monday at 10:00: response due Mon 14:00, resolution Thu 10:00. */
const POLICY = `${OFFICE.split('products:')[0]!.replace('workaround: 1d,', 'next_response: 4h,')}
products: [{ id: court, name: Court, label: "product: court" }, { id: curate, name: Curate }]
categories: [{ id: login, name: Login, label: "category: login", priority: P1 }]
plans: [{ id: premium, calendar: office, targets: { resolution: 2d } }]
escalation:
  - { clock: first_response, at: breach, mention: ["@mark"], label: escalated }
  - { clock: next_response, at: breach, mention: ["@mark"], label: "unanswered" }
  - { clock: resolution, at: breach, mention: ["@mark"], label: escalated }
  - { stagnant: 2d, mention: ["@mark"], label: "asleep" }
`;
const policies = policiesFrom(POLICY);
const p2 = () => opens('mon 10:00', 'P2');
const [RED, WORK, YELLOW, GREEN] = ['🔴 received', '⭕️ in progress', '🟡 awaiting confirmation', '🟢 resolved'];
const P2 = 'P2: high';

const wanted = (story: Story, readAt = 'mon 13:00', using = policies) =>
  new Watch(story, using).look(readAt).want.labels.map((one) => one.name);

describe('the labels of a ticket', () => {
  for (const [claim, story, want] of [
    ['🔴', p2(), [RED, P2]],
    ['⭕️', p2().says('mon 11:00', 'mark', '/take'), [WORK, P2]],
    ['🟡', p2().says('mon 11:00', 'mark', '/fixed'), [YELLOW, P2]],
    ['🟢', p2().closed('mon 11:00', 'mark'), [GREEN, P2]],
    ['🟢 without a fix', p2().closed('mon 11:00', 'mark', 'not_planned'), [GREEN, P2]],
    ['raised', p2().says('mon 12:30', 'mark', '/priority P1'), [RED, 'P1: critical', 'triaged']],
    [
      'product and category',
      p2().says('mon 11:00', 'mark', '/product court\n/category login'),
      [RED, P2, 'product: court', 'category: login', 'triaged'],
    ],
    ['a product without a label of its own', p2().says('mon 11:00', 'mark', '/product curate'), [RED, P2, 'product: curate', 'triaged']],
    [
      "the category's priority",
      opens('mon 10:00', '').says('mon 12:30', 'mark', '/category login'),
      [RED, 'P1: critical', 'category: login', 'triaged'],
    ],
    ['a plan has none', p2().says('mon 11:00', 'mark', '/plan premium'), [RED, P2, 'triaged']],
    ['waiting', p2().says('mon 11:00', 'mark', '/wait'), [RED, P2, 'waiting for reporter']],
    ['on hold', p2().says('mon 11:00', 'mark', '/hold x'), [RED, P2, 'on hold']],
    ['both', p2().says('mon 11:00', 'mark', '/hold x\n/wait'), [RED, P2, 'waiting for reporter', 'on hold']],
    ['neither any more', p2().says('mon 11:00', 'mark', '/hold x\n/wait').says('mon 12:00', 'mark', '/resume'), [RED, P2]],
    ['the reporter spoke', p2().says('mon 11:00', 'mark', '/hold x\n/wait').says('mon 12:00', 'rita', 'Here'), [RED, P2, 'on hold']],
    ['on 🟡 they stay', p2().says('mon 11:00', 'mark', '/hold x\n/fixed'), [YELLOW, P2, 'on hold']],
    ['on 🟢 nobody waits', p2().says('mon 11:00', 'mark', '/hold x').closed('mon 12:00', 'mark'), [GREEN, P2]],
    ['reopened it goes on', p2().says('mon 11:00', 'mark', '/hold x').closed('mon 12:00', 'mark').reopened('mon 12:30', 'rita'), [RED, P2]],
  ] as const)
    test(claim, () => expect(wanted(story, 'mon 12:30')).toEqual(want));

  test('descriptions fit into what GitHub takes', () => {
    const { labels } = new Watch(
      p2(),
      policiesFrom(POLICY.replace('name: High', `name: ${'High '.repeat(40)}`).replace('id: P2,', 'id: P2, label: quick,')),
    ).look('mon 13:00').want;
    for (const one of labels) expect(one.description.length).toBeLessThanOrEqual(100);
  });
});

describe('triaged', () => {
  for (const [claim, story, want] of [
    ['by /priority', p2().says('mon 11:00', 'mark', '/priority P2'), true],
    ['by a label that means it', p2().labelled('mon 11:00', 'mark', 'P1: critical'), true],
    ['by a product’s label', p2().labelled('mon 11:00', 'mark', 'product: court'), true],
    ['by its own label', p2().labelled('mon 11:00', 'mark', 'triaged'), true],
    ['not by that of a bot', p2().labelled('mon 11:00', 'bot', 'triaged'), false],
    ['not by that of a bystander', p2().labelled('mon 11:00', 'olga', 'triaged'), false],
    ['not by a marker', p2().labelled('mon 11:00', 'mark', WORK), false],
    ['not by what was refused', p2().says('mon 11:00', 'mark', '/priority very'), false],
    ['not by the reporter', p2().says('mon 11:00', 'rita', '/priority P1'), false],
    ['not by an answer', p2().says('mon 11:00', 'mark', 'Hello'), false],
    ['taken away by a responder', p2().says('mon 11:00', 'mark', '/priority P2').unlabelled('mon 12:00', 'sara', 'triaged'), false],
    ['taken away by a bot it stands', p2().says('mon 11:00', 'mark', '/priority P2').unlabelled('mon 12:00', 'bot', 'triaged'), true],
    ['on 🟢 too', p2().says('mon 11:00', 'mark', '/priority P2\n/close'), true],
  ] as const)
    test(claim, () => expect(wanted(story).includes('triaged')).toBe(want));
});

describe('labels by hand', () => {
  for (const [claim, story, want] of [
    ['⭕️: work begins', p2().labelled('mon 11:00', 'mark', WORK), [WORK, P2]],
    ['🟡: as /fixed', p2().labelled('mon 11:00', 'mark', YELLOW), [YELLOW, P2]],
    ['🟢: as /close', p2().labelled('mon 11:00', 'mark', GREEN), [GREEN, P2]],
    ['🔴: back', p2().says('mon 11:00', 'mark', '/take').labelled('mon 12:00', 'mark', RED), [RED, P2]],
    ['🔴 on 🟢: reopened', p2().closed('mon 11:00', 'mark').labelled('mon 12:00', 'mark', RED), [RED, P2]],
    ['⭕️ on 🟡: the fix is void', p2().says('mon 11:00', 'mark', '/fixed').labelled('mon 12:00', 'mark', WORK), [WORK, P2]],
    ['a marker taken away comes back', p2().unlabelled('mon 11:00', 'mark', RED), [RED, P2]],
    ['by a reporter who is a responder', opens('mon 10:00', 'P2', 'mark').labelled('mon 11:00', 'mark', WORK), [WORK, P2]],
    ['by the reporter: undone', p2().labelled('mon 11:00', 'rita', GREEN), [RED, P2]],
    ['by a bystander: undone', p2().labelled('mon 11:00', 'olga', GREEN), [RED, P2]],
    ['by a bot: undone', p2().labelled('mon 11:00', 'bot', GREEN), [RED, P2]],
    ['by us: an echo', p2().labelled('mon 11:00', 'app', GREEN), [RED, P2]],
    ['without case', p2().labelled('mon 11:00', 'mark', WORK.toUpperCase()), [WORK, P2]],
    [
      'a product taken away',
      p2().says('mon 11:00', 'mark', '/product court').unlabelled('mon 12:00', 'mark', 'product: court'),
      [RED, P2, 'triaged'],
    ],
  ] as const)
    test(claim, () => expect(wanted(story)).toEqual(want));

  test('🟢 and 🔴 close and reopen the issue', () => {
    const green = new Watch(p2().labelled('mon 11:00', 'mark', GREEN), policies).look('mon 11:00').want;
    expect(green.state).toEqual({ is: 'closed', as: 'completed' });
    const red = new Watch(p2().closed('mon 11:00', 'mark').labelled('mon 12:00', 'mark', RED), policies).look('mon 12:00').want;
    expect(red.state).toEqual({ is: 'open' });
  });

  test('what a label meant stays so when the policy renames it', () => {
    const watch = new Watch(p2().labelled('mon 11:00', 'mark', WORK), policies);
    watch.look('mon 11:01');
    watch.policies = policiesFrom(`${POLICY}markers: { progress: { label: "working" } }\n`);
    expect(watch.look('mon 12:00').want.labels[0]!.name).toBe('working');
  });

  describe('no wars with bots', () => {
    const changes = (by: Name, ...times: string[]) => {
      const story = p2();
      for (const one of times) story.unlabelled(one, by, RED).labelled(one, 'app', RED);
      story.facts.pop();
      const { want } = new Watch(story, policies).look('mon 12:30');
      const observed = {
        labels: [P2],
        assignees: [],
        state: 'open',
        statusIntended: true,
        steps: new Set<string>(),
        replied: new Set<number>(),
        duplicates: [],
      } as const;
      return { yielded: [...want.yielded], effects: plan(want, observed).filter((one) => one.kind === 'addLabel').length };
    };
    test('undone once', () => expect(changes('bot', 'mon 11:00')).toEqual({ yielded: [], effects: 1 }));
    test('made again within the hour it stands', () =>
      expect(changes('bot', 'mon 11:00', 'mon 12:00')).toEqual({ yielded: [RED], effects: 0 }));
    test('a second later it does not', () => expect(changes('bot', 'mon 11:00', 'mon 12:00:01')).toEqual({ yielded: [], effects: 1 }));
    test('people are no bots', () => expect(changes('olga', 'mon 11:00', 'mon 11:01', 'mon 11:02')).toEqual({ yielded: [], effects: 1 }));
  });
});

describe('labels of steps', () => {
  const has = (watch: Watch, readAt: string, name = 'escalated') => watch.look(readAt).want.labels.some((one) => one.name === name);

  test('with the step, not before it, and still after a late answer: until 🟢', () => {
    const watch = new Watch(p2(), policies);
    expect([has(watch, 'mon 13:59:59'), has(watch, 'mon 14:00'), has(watch, 'mon 14:01')]).toEqual([false, true, true]);
    watch.story.says('mon 15:00', 'mark', 'Sorry\n/take');
    expect(has(watch, 'mon 15:01')).toBe(true);
    watch.story.says('mon 16:00', 'mark', '/fixed');
    expect(has(watch, 'mon 16:01')).toBe(true);
    watch.story.says('mon 17:00', 'rita', '/confirm');
    expect(has(watch, 'mon 17:01')).toBe(false);
  });

  test('what was late before a reopening is past', () => {
    const watch = new Watch(p2(), policies);
    watch.look('mon 14:00');
    watch.story.says('mon 15:00', 'mark', 'Sorry').closed('mon 16:00', 'mark').reopened('mon 17:00', 'rita');
    expect(has(watch, 'mon 17:01')).toBe(false);
    // The next cycle is due Thu 17:00.
    expect([has(watch, 'thu 16:59:59'), has(watch, 'thu 17:00')]).toEqual([false, true]);
  });

  test('never met, closed and reopened: it still is late', () => {
    const watch = new Watch(p2(), policies);
    watch.look('mon 14:00');
    watch.story.says('mon 16:00', 'mark', '/still-broken');
    expect(has(watch, 'mon 17:00')).toBe(true);
  });

  test('lowered afterwards it stays', () => {
    const watch = new Watch(p2(), policies);
    watch.look('mon 14:00');
    watch.story.says('mon 15:00', 'mark', '/priority P4');
    expect(has(watch, 'mon 15:01')).toBe(true);
  });

  test('that of a question goes when the next one is asked', () => {
    const watch = new Watch(p2().says('mon 10:30', 'mark', 'Hello').says('mon 11:00', 'rita', 'When?'), policies);
    watch.look('mon 11:00');
    expect(has(watch, 'mon 15:00', 'unanswered')).toBe(true);
    watch.story.says('mon 16:00', 'mark', 'Soon').says('mon 17:00', 'rita', 'When is that?');
    expect(has(watch, 'mon 17:01', 'unanswered')).toBe(false);
    // 4 h from Mon 17:00: Tue 12:00.
    expect([has(watch, 'tue 11:59:59', 'unanswered'), has(watch, 'tue 12:00', 'unanswered')]).toEqual([false, true]);
  });

  test('that of stagnation goes with the next deed, not with a word of the reporter', () => {
    const watch = new Watch(p2().says('mon 10:30', 'mark', 'Hello'), policies);
    watch.look('mon 11:00');
    expect(has(watch, 'wed 10:30', 'asleep')).toBe(true);
    watch.story.says('wed 11:00', 'rita', 'Hello?');
    expect(has(watch, 'wed 11:01', 'asleep')).toBe(true);
    watch.story.says('wed 12:00', 'mark', 'Here');
    expect(has(watch, 'wed 12:01', 'asleep')).toBe(false);
  });

  test('what a responder took away by hand comes back: the step was posted', () => {
    const watch = new Watch(p2(), policies);
    watch.look('mon 14:00');
    watch.story.unlabelled('mon 15:00', 'mark', 'escalated');
    expect(has(watch, 'mon 15:01')).toBe(true);
  });

  test('by hand alone it means nothing and goes', () => {
    const { want } = new Watch(p2().labelled('mon 11:00', 'mark', 'escalated'), policies).look('mon 12:00');
    expect([want.labels.some((one) => one.name === 'escalated'), want.governed.has('escalated')]).toEqual([false, true]);
  });
});

describe('which labels are ours', () => {
  test('those that the policy names, and no other', () => {
    const { governed } = new Watch(p2(), policies).look('mon 12:00').want;
    const names = [
      RED,
      WORK,
      YELLOW,
      GREEN,
      'P1: critical',
      P2,
      'P3: medium',
      'P4: low',
      'product: court',
      'product: curate',
      'category: login',
    ];
    expect([...governed].sort()).toEqual(
      [...names, 'triaged', 'waiting for reporter', 'on hold', 'escalated', 'unanswered', 'asleep'].map((one) => one.toLowerCase()).sort(),
    );
  });

  test('a withdrawn ticket wants none of them', () => {
    const labelled = policiesFrom(`${POLICY}intake: { labels: [support] }\n`);
    const watch = new Watch(p2().labelled('mon 10:00', 'rita', 'support'), labelled);
    expect(watch.look('mon 10:01').want.labels).toHaveLength(2);
    watch.story.unlabelled('mon 11:00', 'mark', 'support');
    const { want, next } = watch.look('mon 11:01');
    expect([want.labels, want.governed.has(RED), next]).toEqual([[], true, undefined]);
  });

  test('the backlog is labelled, and nothing else is said', () => {
    const { want } = new Watch(p2(), { ...policies, arrival: local('mon 12:00') }).look('mon 13:00');
    expect([want.labels.map((one) => one.name), want.status, want.page]).toEqual([[RED, P2], undefined, undefined]);
  });
});
