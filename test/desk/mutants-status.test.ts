import { describe, expect, test } from 'vitest';
import { statusView } from '../../src/desk/status.ts';
import { local, OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { opens, told, Watch } from '../support/told.ts';

const BASE = OFFICE.split('products:')[0]!;
const MORE = `intake: { required: [steps], security: { categories: [security], reply: "Write to security@example.org" } }
products: [{ id: court, name: Court, owners: ["@sara"] }]
categories: [{ id: login, name: Login }, { id: security, name: Security }]
plans: [{ id: premium, name: Premium, calendar: office, targets: { resolution: 2d } }]
default_owners: ["@dan"]
`;
const CALLS =
  'escalation: [{ clock: first_response, at: breach, mention: ["@mark"] }, { clock: resolution, at: breach, mention: ["@mark"] }]\n';
const policies = policiesFrom(BASE + MORE + CALLS);

const form = (more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ Priority: 'P2', Product: 'Court', Category: 'Login', Steps: 'Press it', ...more })
    .map(([title, answer]) => `### ${title}\n\n${answer}\n`)
    .join('\n');
/** P2 on Monday at 10:00: response due Mon 14:00, resolution Thu 10:00. */
const p2 = (more?: Readonly<Record<string, string>>): Story =>
  Object.assign(opens('mon 10:00', 'P2'), { body: form(more), more: { issues: new Set([3]) } });

const STEP = 'first_response/opened/breach';
const view = (story: Story, readAt = 'mon 13:00', using = policies, posted: readonly string[] = [STEP]) => {
  const { ticket, clocks } = told(story, readAt, using);
  return statusView(ticket, clocks, using, story.ledger(readAt), new Set(posted));
};
const BLANK = '_No response_';

describe('the status comment says who is to do what, until when', () => {
  const due = (when: string) => ({ due: local(when) });
  for (const [claim, story, readAt, want] of [
    ['an answer is owed', p2(), 'mon 13:00', { is: 'answer', ...due('mon 14:00'), calls: true }],
    ['a late one has no due instant any more', p2(), 'mon 14:00', { is: 'answer', late: true, calls: true }],
    ['answered, nobody has taken it', p2().says('mon 11:00', 'mark', 'I look'), 'mon 13:00', { is: 'pick_up' }],
    ['whoever took it works on it', p2().says('mon 11:00', 'mark', '/take'), 'mon 13:00', { is: 'work', who: 'mark', ...due('thu 10:00') }],
    [
      'of two the one whom GitHub shows',
      p2().says('mon 11:00', 'mark', 'Hm').assigned('mon 12:00', 'mark', 'sara'),
      'mon 13:00',
      { is: 'work', who: 'sara', ...due('thu 10:00') },
    ],
    [
      'nobody, when who was assigned has left',
      p2().assigned('mon 11:00', 'mark', 'sara').unassigned('mon 12:00', 'mark', 'sara'),
      'mon 13:00',
      { is: 'work', ...due('thu 10:00') },
    ],
    ['a late resolution has no due instant any more', p2().says('mon 11:00', 'mark', '/take'), 'thu 10:00', { is: 'work', who: 'mark' }],
    ['the form lacks something', p2({ Steps: BLANK }), 'mon 13:00', { is: 'lacking', fields: ['Steps'] }],
    ['the reporter is waited for', p2().says('mon 11:00', 'mark', '/wait'), 'mon 13:00', { is: 'waiting' }],
    ['for what', p2().says('mon 11:00', 'mark', '/wait for the log'), 'mon 13:00', { is: 'waiting', reason: 'for the log' }],
    ['it is on hold', p2().labelled('mon 11:00', 'mark', 'on hold'), 'mon 13:00', { is: 'hold' }],
    ['why', p2().says('mon 11:00', 'mark', '/hold parts'), 'mon 13:00', { is: 'hold', reason: 'parts' }],
    [
      'neither once it goes on',
      p2().says('mon 11:00', 'mark', '/wait\n/hold parts').says('mon 12:00', 'mark', '/resume\n/take'),
      'mon 12:30',
      { is: 'work', who: 'mark', due: local('thu 11:00') },
    ],
    [
      'the reporter is asked whether the fix works',
      p2().says('mon 11:00', 'mark', '/fixed in 1.2'),
      'mon 13:00',
      { is: 'confirm', until: local('wed+1 11:00') },
    ],
    ['also when the ticket was waiting', p2().says('mon 11:00', 'mark', '/wait\n/fixed in 1.2'), 'mon 13:00', { is: 'confirm' }],
    ['without an answer silence confirms nothing', p2().says('mon 11:00', 'mark', '/fixed'), 'mon 13:00', { is: 'confirm' }],
    [
      'nor after the reporter wrote',
      p2().says('mon 11:00', 'mark', '/fixed in 1.2').says('mon 12:00', 'rita', 'Hm'),
      'mon 13:00',
      { is: 'confirm_stopped' },
    ],
    ['it worked', p2().says('mon 11:00', 'mark', '/fixed').says('mon 12:00', 'rita', '/confirm'), 'mon 13:00', { is: 'done' }],
    ['nobody objected', p2().says('mon 11:00', 'mark', '/fixed in 1.2'), 'wed+1 12:00', { is: 'done_silence' }],
    ['there is no fix', p2().closed('mon 11:00', 'mark', 'not_planned'), 'mon 13:00', { is: 'done_without_fix' }],
    ['it is another one', p2().says('mon 11:00', 'mark', '/duplicate #3'), 'mon 13:00', { is: 'done_duplicate', of: 3 }],
  ] as const)
    test(claim, () => expect(view(story, readAt).next).toMatchObject(want));

  test('says no more than that', () => {
    expect(view(p2().says('mon 11:00', 'mark', '/fixed')).next).toEqual({ is: 'confirm' });
    expect(view(p2(), 'mon 14:00').next).toEqual({ is: 'answer', late: true, calls: true });
    expect(view(p2().labelled('mon 11:00', 'mark', 'on hold')).next).toEqual({ is: 'hold' });
    expect(view(p2().assigned('mon 11:00', 'mark', 'sara').unassigned('mon 12:00', 'mark', 'sara')).next).not.toHaveProperty('who');
    expect(view(p2().closed('mon 11:00', 'mark', 'duplicate')).next).toEqual({ is: 'done_duplicate' });
  });

  test('late is the answer, not another promise', () => {
    const hasty = policiesFrom(
      BASE.replace('first_response: 4h, workaround: 1d, resolution: 3d', 'first_response: 4h, resolution: 1h') + MORE + CALLS,
    );
    expect(view(p2(), 'mon 12:00', hasty).next).toEqual({ is: 'answer', due: local('mon 14:00'), calls: true });
  });

  test('that somebody was called about a late answer only once a page about it is there', () => {
    const late = { is: 'answer', late: true };
    expect(view(p2(), 'mon 14:00', policies, []).next).toEqual(late);
    expect(view(p2(), 'mon 14:00', policies, ['resolution/opened/breach', 'required/opened/asked']).next).toEqual(late);
    const labels = policiesFrom(`${BASE}${MORE}escalation: [{ clock: first_response, at: breach, label: escalated }]\n`);
    expect(view(p2(), 'mon 14:00', labels, [STEP]).next).toEqual(late);
  });

  test('whether anybody is called about a late answer: by a step of that clock which mentions somebody', () => {
    const calls = (escalation: string) =>
      'calls' in view(p2(), 'mon 13:00', policiesFrom(`${BASE}${MORE}escalation: ${escalation}\n`)).next;
    expect(calls('[{ clock: first_response, at: 75%, mention: ["@mark"] }]')).toBe(true);
    expect(calls('[]')).toBe(false);
    expect(calls('[{ clock: first_response, at: breach, label: escalated }]')).toBe(false);
    expect(calls('[{ clock: resolution, at: breach, mention: ["@mark"] }]')).toBe(false);
  });
});

describe('a report that ought not to be public', () => {
  const secret = () => p2({ Category: 'Security', Steps: BLANK });
  test('is told where to write instead, and asked for nothing more', () => {
    const { security, next } = view(secret());
    expect([security, next.is]).toEqual(['Write to security@example.org', 'answer']);
  });
  test('others are not', () => expect(view(p2())).not.toHaveProperty('security'));
});

describe('the status comment names', () => {
  test('what the form chose, as the policy names it', () => {
    const { priority, product, category, plan, instead, owners } = view(p2());
    expect({ priority, product, category, plan, instead, owners }).toEqual({
      priority: { id: 'P2', name: 'High' },
      product: 'Court',
      category: 'Login',
      plan: undefined,
      instead: { priority: 'P2 – High', product: 'Court', category: 'Login', plan: '–' },
      owners: [{ kind: 'user', login: 'sara' }],
    });
  });
  test('nothing where there is nothing', () => {
    const seen = view(p2({ Product: BLANK, Category: BLANK }));
    expect([seen.instead, seen.owners]).toEqual([
      { priority: 'P2 – High', product: '–', category: '–', plan: '–' },
      [{ kind: 'user', login: 'dan' }],
    ]);
    for (const key of ['product', 'category', 'plan', 'security', 'rating', 'handedOver']) expect(seen).not.toHaveProperty(key);
  });
  test('the plan that was sold, and the rating that was given', () => {
    const seen = view(
      p2()
        .says('mon 11:00', 'mark', '/plan premium')
        .says('mon 11:00', 'mark', '/fixed')
        .says('mon 12:00', 'rita', '/confirm')
        .says('mon 12:00', 'rita', '/rate 4'),
    );
    expect([seen.plan, seen.rating]).toEqual(['Premium', 4]);
  });
  test('a priority that is called by its id once only', () => {
    const plain = policiesFrom(BASE.replace('name: High', 'name: P2') + MORE + CALLS);
    expect(view(p2(), 'mon 13:00', plain).instead.priority).toBe('P2');
  });
});

describe('a note says which answer of the form the default stands for', () => {
  const about = (more: Readonly<Record<string, string>>, story = p2(more), using = policies) =>
    view(story, 'mon 13:00', using).notes.map((one) => `${one.about} ${one.is}`);
  for (const [claim, more, want] of [
    ['none when all are known', {}, []],
    ['a blank priority', { Priority: BLANK }, ['priority blank']],
    ['an unknown priority', { Priority: 'Rather high' }, ['priority unknown']],
    ['a blank product and category', { Product: BLANK, Category: BLANK }, ['product blank', 'category blank']],
    ['unknown ones', { Product: 'Cart', Category: 'Log' }, ['product unknown', 'category unknown']],
    ['an unknown plan', { Plan: 'Platinum' }, ['plan unknown']],
    ['a blank plan is what most have', { Plan: BLANK }, []],
  ] as const)
    test(claim, () => expect(about(more)).toEqual(want));

  const wrong = { Priority: 'Rather high', Product: 'Cart', Category: 'Log', Plan: 'Platinum' };
  test('none once a responder has corrected it', () => {
    const story = p2(wrong).says('mon 11:00', 'mark', '/priority P3\n/product court\n/category login\n/plan premium');
    expect(about(wrong, story)).toEqual([]);
  });
  test('none of a list that the policy does not have', () => {
    expect(about(wrong, p2(wrong), policiesFrom(`${BASE}products: []\ncategories: []\n${CALLS}`))).toEqual(['priority unknown']);
  });
});

describe('a page says why it comes', () => {
  const STEPS = `escalation:
  - { clock: first_response, at: 75%, mention: ["@mark"] }
  - { clock: first_response, at: breach, mention: ["@mark"], repeat: { every: 2h, times: 3 } }
  - { clock: first_response, at: breach + 1h, mention: ["@mark"] }
`;
  const body = (readAt: string, before: readonly string[] = []) => {
    const watch = new Watch(p2(), policiesFrom(BASE + MORE + STEPS));
    for (const earlier of before) watch.look(earlier);
    return watch.look(readAt).want.page?.body ?? '';
  };
  test('soon, now, later and again are four sentences', () => {
    const soon = body('mon 13:00');
    const now = body('mon 14:00', ['mon 13:00']);
    const later = body('mon 15:00', ['mon 13:00', 'mon 14:00']);
    const again = body('mon 16:00', ['mon 13:00', 'mon 14:00', 'mon 15:00']);
    const lines = [soon, now, later, again].map((text) => text.split('\n').slice(1).join('\n'));
    expect(lines.every((text) => text.includes('@mark'))).toBe(true);
    expect(new Set(lines).size).toBe(4);
  });
  test('a late page says since when it is late, one in time does not', () => {
    const late = body('mon 15:30', ['mon 13:00', 'mon 14:00', 'mon 14:59']).split('\n').slice(1).join('\n');
    const inTime = body('mon 15:00', ['mon 13:00', 'mon 14:00', 'mon 14:59']).split('\n').slice(1).join('\n');
    expect(late).not.toBe(inTime);
  });
});
