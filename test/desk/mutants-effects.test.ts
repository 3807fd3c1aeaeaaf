import { describe, expect, test } from 'vitest';
import { type Desired, dailyLook, lagging, nextStepAt } from '../../src/desk/desired.ts';
import { type Observed, plan } from '../../src/desk/plan.ts';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, told, Watch } from '../support/told.ts';

const BASE = OFFICE.split('products:')[0]!;

const WANTED: Desired = {
  labels: [],
  governed: new Set(['on hold', 'p1', 'p2']),
  yielded: new Set(),
  assign: [],
  reactions: [],
  replies: [],
  notices: [],
  unheard: [],
};
const THERE: Observed = {
  labels: [],
  assignees: [],
  state: 'open',
  statusIntended: false,
  steps: new Set(),
  replied: new Set(),
  duplicates: [],
};
const label = (name: string) => ({ name, color: 'ffffff', description: '' });
const page = (...steps: string[]) => ({ key: 'k', steps, body: steps.join(), people: [] });
const record = {} as NonNullable<Desired['status']>['record'];
const kinds = (wanted: Partial<Desired>, there: Partial<Observed> = {}) =>
  plan({ ...WANTED, ...wanted }, { ...THERE, ...there }).map((one) =>
    [
      one.kind,
      ...('label' in one ? [one.label.name] : []),
      ...('name' in one ? [one.name] : []),
      ...('login' in one ? [one.login] : []),
      ...('id' in one ? [one.id] : []),
      ...('steps' in one ? one.steps : []),
      ...('to' in one ? [one.to] : []),
      ...('title' in one ? [one.title] : []),
    ].join(' '),
  );

describe('what is written is the difference', () => {
  for (const [claim, wanted, there, want] of [
    ['nothing is wanted', {}, {}, []],
    ['a page', { page: page('a', 'b') }, {}, ['page a b']],
    ['a page of which a part stands there', { page: page('a', 'b') }, { steps: new Set(['a']) }, ['page a b']],
    ['a page that stands there', { page: page('a', 'b') }, { steps: new Set(['b', 'a', 'c']) }, []],
    ['notices, each by itself', { notices: [page('a'), page('b')] }, { steps: new Set(['a']) }, ['page b']],
    ['a comment that came twice', {}, { duplicates: [7, 9] }, ['deleteComment 7', 'deleteComment 9']],
    ['a label', { labels: [label('P1')] }, {}, ['addLabel P1']],
    ['a label that is there in other letters', { labels: [label('P1')] }, { labels: ['p1'] }, []],
    ['a label of ours that is not wanted', {}, { labels: ['P2', 'On Hold'] }, ['removeLabel On Hold', 'removeLabel P2']],
    ['a label that is not ours', {}, { labels: ['bug'] }, []],
    ['a label left to the bot that puts it back', { yielded: new Set(['p2']) }, { labels: ['P2'] }, []],
    ['and to the one that takes it off', { yielded: new Set(['p1']), labels: [label('P1')] }, {}, []],
    ['an assignee', { assign: [{ login: 'Mark', is: 'on' }] }, {}, ['assign Mark']],
    ['one who is there', { assign: [{ login: 'Mark', is: 'on' }] }, { assignees: ['mark'] }, []],
    ['one who is to go', { assign: [{ login: 'mark', is: 'off' }] }, { assignees: ['sara', 'Mark'] }, ['unassign mark']],
    ['one who has gone', { assign: [{ login: 'mark', is: 'off' }] }, { assignees: ['sara'] }, []],
    ['a reply', { replies: [{ to: 5, body: 'x' }] }, { replied: new Set([4]) }, ['reply 5']],
    ['a reply that stands there', { replies: [{ to: 5, body: 'x' }] }, { replied: new Set([5]) }, []],
    ['a reaction', { reactions: [{ comment: 5, content: '+1' }] }, {}, ['react']],
    ['an edit', { edit: { id: 3, body: 'x' } }, {}, ['editComment 3']],
    ['it is to be closed', { state: { is: 'closed', as: 'completed' } }, {}, ['setState']],
    ['it is closed', { state: { is: 'closed', as: 'completed' } }, { state: 'closed' }, []],
    ['it is to be open', { state: { is: 'open' } }, { state: 'closed' }, ['setState']],
    ['a status comment', { status: { body: 'x', record } }, {}, ['createStatus']],
    ['one that was sent and not seen yet', { status: { body: 'x', record } }, { statusIntended: true }, []],
    ['one that says the same', { status: { body: 'x', record } }, { status: { id: 2, body: 'x' } }, []],
    ['one that says something else', { status: { body: 'x', record } }, { status: { id: 2, body: 'y' } }, ['editStatus 2']],
    ['one that nobody wants', {}, { status: { id: 2, body: 'y' } }, []],
  ] as readonly (readonly [string, Partial<Desired>, Partial<Observed>, string[]])[])
    test(claim, () => expect(kinds(wanted, there)).toEqual(want));

  const titled = (wanted: Desired['title'], seen?: Observed['title']) =>
    plan({ ...WANTED, ...(wanted ? { title: wanted } : {}) }, { ...THERE, ...(seen ? { title: seen } : {}) });
  const MARKS = ['🔴', '🟢'];
  for (const [claim, wanted, seen, want] of [
    ['an emoji in front of the title', { emoji: '🔴', marks: MARKS }, { text: 'Hm' }, [{ kind: 'setTitle', title: '🔴 Hm', emoji: '🔴' }]],
    ['one in place of another', { emoji: '🟢', marks: MARKS }, { text: '🔴 Hm' }, [{ kind: 'setTitle', title: '🟢 Hm', emoji: '🟢' }]],
    ['one that stands there', { emoji: '🔴', marks: MARKS }, { text: '🔴 Hm' }, []],
    ['ours goes when none is wanted', { marks: [] }, { text: '🔴 Hm', ours: '🔴' }, [{ kind: 'setTitle', title: 'Hm' }]],
    ['that of the author stays', { marks: [] }, { text: '🔴 Hm' }, []],
    ['a title that nobody can tell is left alone', { emoji: '🔴', marks: MARKS }, undefined, []],
    ['and where none is spoken of', undefined, { text: 'Hm' }, []],
  ] as const)
    test(`the title: ${claim}`, () => expect(titled(wanted, seen)).toEqual(want));

  test('closed as what, and open as nothing', () => {
    const only = (wanted: Partial<Desired>, there: Partial<Observed>) => plan({ ...WANTED, ...wanted }, { ...THERE, ...there });
    expect(only({ state: { is: 'closed', as: 'duplicate' } }, {})).toEqual([{ kind: 'setState', state: 'closed', as: 'duplicate' }]);
    expect(only({ state: { is: 'open' } }, { state: 'closed' })).toEqual([{ kind: 'setState', state: 'open' }]);
  });

  test('in a fixed order: whom it calls first, what it says of itself last', () => {
    const all: Partial<Desired> = {
      page: page('a'),
      notices: [page('n')],
      labels: [label('P1')],
      assign: [{ login: 'mark', is: 'on' }],
      replies: [{ to: 5, body: 'x' }],
      reactions: [{ comment: 5, content: '+1' }],
      edit: { id: 3, body: 'x' },
      state: { is: 'closed' },
      status: { body: 'x', record },
    };
    expect(kinds(all, { labels: ['on hold'], duplicates: [7] })).toEqual([
      'page a',
      'page n',
      'deleteComment 7',
      'addLabel P1',
      'removeLabel on hold',
      'assign mark',
      'reply 5',
      'react',
      'editComment 3',
      'setState',
      'createStatus',
    ]);
  });
});

describe('the next look', () => {
  const policies = policiesFrom(`${BASE}escalation: []\n`);
  const next = (story: Story, readAt: string, using = policies) => shown(new Watch(story, using).look(readAt).next);
  const p2 = () => opens('mon 10:00', 'P2');
  for (const [claim, story, readAt, want] of [
    ['comes when a clock falls due', p2(), 'mon 12:00', 'mon 14:00'],
    ['of several the first', p2().says('mon 11:00', 'mark', 'Hm'), 'mon 15:00', 'tue 10:00'],
    ['comes when silence confirms', p2().says('mon 12:00', 'mark', '/fixed in 1.2'), 'wed+1 11:00', 'wed+1 12:00'],
    ['and before that when the reporter is to be told', p2().says('mon 12:00', 'mark', '/fixed in 1.2'), 'mon+1 14:00', 'mon+1 14:15'],
    ['never comes once it is resolved', p2().closed('mon 11:00', 'mark'), 'mon 12:00', '–'],
  ] as const)
    test(claim, () => expect(next(story, readAt)).toBe(want));

  test('is within a day where nothing falls due, and not for all tickets in the same second', () => {
    const looks = ['mon 10:00', 'mon 10:00:01', 'mon 10:00:02'].map((opened) => {
      const { ticket } = told(opens(opened, 'P4').says('mon 11:00', 'mark', '/take'), 'tue 12:00', policies);
      return dailyLook(ticket, local('tue 12:00')) - local('tue 12:00');
    });
    for (const seconds of looks) {
      expect(seconds).toBeLessThanOrEqual(86_400);
      expect(seconds).toBeGreaterThan(86_400 - 21_600);
    }
    expect(new Set(looks).size).toBe(3);
  });

  test('the index keeps the first step that is not posted', () => {
    const steps = policiesFrom(
      `${BASE}escalation: [{ clock: first_response, at: 75%, mention: ["@sara"] }, { clock: first_response, at: breach, mention: ["@mark"] }]\n`,
    );
    const { ticket, clocks } = told(p2(), 'mon 11:00', steps);
    const at = (...posted: string[]) => shown(nextStepAt(ticket, clocks, steps, new Set(posted)));
    expect(at()).toBe('mon 13:00');
    expect(at('first_response/opened/75%')).toBe('mon 14:00');
    expect(at('first_response/opened/75%', 'first_response/opened/breach')).toBe('–');
  });
});

describe('an issue whose state and timeline differ is left alone', () => {
  const p2 = () => opens('mon 10:00', 'P2');
  for (const [claim, story, state, want] of [
    ['open, and never closed', p2(), 'open', false],
    ['closed, and the timeline does not know', p2(), 'closed', true],
    ['closed', p2().closed('mon 11:00', 'mark'), 'closed', false],
    ['open, and the timeline says closed', p2().closed('mon 11:00', 'mark'), 'open', true],
    ['reopened', p2().closed('mon 11:00', 'mark').reopened('mon 12:00', 'mark'), 'open', false],
    ['closed, and the timeline says reopened', p2().closed('mon 11:00', 'mark').reopened('mon 12:00', 'mark'), 'closed', true],
  ] as const)
    test(claim, () => expect(lagging({ ...story.ledger('mon 13:00'), state })).toBe(want));
});

describe('who closes the issue', () => {
  const state = (story: Story, readAt: string, more = '') =>
    new Watch(story, policiesFrom(`${BASE}${more}escalation: []\n`)).look(readAt).want.state;
  const fixed = () => opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/fixed in 1.2');
  const confirmed = () => fixed().says('mon 12:00', 'rita', '/confirm');
  for (const [claim, story, readAt, more, want] of [
    ['not while the fix is to be confirmed', fixed(), 'mon 12:00', '', undefined],
    ['the desk, once it is confirmed', confirmed(), 'mon 12:00', '', { is: 'closed', as: 'completed' }],
    ['the desk, once nobody objected', fixed(), 'wed+1 12:00', '', { is: 'closed', as: 'completed' }],
    ['people, where the policy says so', confirmed(), 'mon 12:00', 'confirm: { close: false }\n', undefined],
    ['also when nobody objected', fixed(), 'wed+1 12:00', 'confirm: { close: false }\n', undefined],
    [
      'what people end is closed all the same',
      opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/close'),
      'mon 12:00',
      'confirm: { close: false }\n',
      { is: 'closed', as: 'completed' },
    ],
    ['nobody twice', confirmed().closed('mon 13:00', 'mark'), 'mon 14:00', '', undefined],
  ] as const)
    test(claim, () => expect(state(story, readAt, more)).toEqual(want));
});
