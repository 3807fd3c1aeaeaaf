import { describe, expect, test } from 'vitest';
import { dayOrTime, notesOf, numberOf, personOf, ratingOf } from '../../src/desk/arguments.ts';
import type { Ledger, Named, OwnComment } from '../../src/desk/ledger.ts';
import type { Outcome } from '../../src/desk/ticket.ts';
import { MARKERS, type MarkerName } from '../../src/policy/types.ts';
import { actor, local, type Name, OFFICE, PEOPLE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, told, Watch } from '../support/told.ts';

const POLICY = `${OFFICE.split('products:')[0]}
products: [{ id: court, name: Court }]
categories: [{ id: login, name: Login, runbook: docs/login.md }, { id: billing, name: Billing }]
plans: [{ id: premium, name: Premium, calendar: office, targets: { resolution: 2d } }]
responders: { ack_counts: true }
escalation: []
`;
const policies = policiesFrom(POLICY);

const named = (name: Name, responder: boolean, assignable: boolean): [string, Named] => [
  name,
  { actor: actor(name), responder, assignable },
];
const LIST = '<!-- x -->\n- [ ] Look\n- [ ] Think\n- [x] Act';
const runbook: OwnComment = { id: 55, at: local('mon 09:00'), key: { is: 'reply', to: 54, runbook: true }, body: LIST };
const MORE: Partial<Ledger> = {
  named: new Map([named('sara', true, true), named('mark', true, true), named('olga', false, true), named('rita', false, false)]),
  runbooks: new Map([['docs/login.md', '# Login\n\n1. Look\n2. Think\n   deeply\n- [ ] Act\n']]),
  own: [runbook],
  issues: new Set([3]),
};

/** On Monday at 10:00, and at that marker by noon. */
function at(marker: MarkerName, reporter: Name = 'rita'): Story {
  const story = opens('mon 10:00', 'P2', reporter);
  story.more = MORE;
  if (marker === 'progress') return story.assigned('mon 11:00', 'sara', 'sara');
  if (marker === 'confirming') return story.says('mon 11:00', 'sara', '/fixed');
  return marker === 'resolved' ? story.closed('mon 11:00', 'sara') : story;
}

const said = (outcome: Outcome | undefined): string => (outcome === undefined ? 'not heard' : outcome.ok ? 'done' : outcome.why);
const lastOf = (story: Story, readAt = 'mon 15:00'): Outcome | undefined => {
  const { outcomes } = told(story, readAt, policies).ticket;
  return outcomes.findLast((one) => one.comment === story.last);
};
/** What becomes of a command that somebody says at noon. */
const says = (story: Story, by: Name, body: string): string => said(lastOf(story.says('mon 12:00', by, body)));

type Who = 'reporter' | 'responder' | 'both';
/** Every command of the reference with arguments that fit: who may say it, and at which markers it is refused, and why. */
const TABLE: readonly (readonly [body: string, who: Who, refused: Partial<Record<MarkerName, string>>])[] = [
  ['/sla', 'both', {}],
  ['/sla why', 'both', {}],
  ['/help', 'both', {}],
  ['/confirm', 'reporter', { resolved: 'already_resolved' }],
  ['/reopen', 'both', { received: 'not_closed', progress: 'not_closed', confirming: 'not_closed' }],
  ['/rate 4 good', 'reporter', { received: 'not_fixed_yet', progress: 'not_fixed_yet' }],
  ['/ack', 'responder', { resolved: 'already_resolved' }],
  ['/take', 'responder', { resolved: 'already_resolved' }],
  ['/assign @sara', 'responder', { resolved: 'already_resolved' }],
  ['/handoff @sara see above', 'responder', { resolved: 'already_resolved' }],
  ['/stay', 'responder', { resolved: 'already_resolved' }],
  ['/priority P1', 'responder', {}],
  ['/product court', 'responder', {}],
  ['/category billing', 'responder', {}],
  ['/plan premium', 'responder', {}],
  ['/wait for the log', 'responder', { resolved: 'already_resolved' }],
  ['/hold parts', 'responder', { resolved: 'already_resolved' }],
  ['/resume', 'responder', { received: 'not_paused', progress: 'not_paused', confirming: 'not_paused', resolved: 'not_paused' }],
  ['/workaround Turn it off', 'responder', { resolved: 'already_resolved' }],
  ['/fixed in 1.2', 'responder', { resolved: 'already_resolved' }],
  ['/close enough', 'responder', { resolved: 'already_resolved' }],
  ['/duplicate #3', 'responder', { resolved: 'already_resolved' }],
  ['/escalate it burns', 'responder', { resolved: 'already_resolved' }],
  ['/runbook login', 'responder', {}],
  ['/done 2', 'responder', {}],
];

describe('who may say what, and when', () => {
  for (const [body, who, refused] of TABLE) {
    test(body, () => {
      for (const marker of MARKERS) {
        const here = refused[marker] ?? 'done';
        const context = `${body} on ${marker}`;
        expect(told(at(marker), 'mon 12:00', policies).ticket.marker.is, context).toBe(marker);
        expect(says(at(marker), 'rita', body), `${context} by the reporter`).toBe(who === 'responder' ? 'responders_only' : here);
        expect(says(at(marker), 'mark', body), `${context} by a responder`).toBe(who === 'reporter' ? 'reporter_only' : here);
        const stranger = who === 'reporter' ? 'reporter_only' : 'responders_only';
        expect(says(at(marker), 'olga', body), `${context} by a bystander`).toBe(stranger);
        expect(says(at(marker), 'bot', body), `${context} by a bot`).toBe('not heard');
        expect(says(at(marker), 'app', body), `${context} by the desk`).toBe('not heard');
        // Both sets of commands.
        expect(says(at(marker, 'mark'), 'mark', body), `${context} by a reporter who is a responder`).toBe(here);
        expect(says(at(marker, 'mark'), 'sara', body), `${context} on a responder's ticket`).toBe(
          who === 'reporter' ? 'reporter_only' : here,
        );
      }
    });
  }

  test('/still-broken: by the reporter whatever the marker is, by a responder once there is a fix', () => {
    for (const marker of MARKERS) {
      const broken = marker === 'confirming' || marker === 'resolved';
      const outcomes = (['rita', 'mark', 'olga', 'bot'] as const).map((by) => says(at(marker), by, '/still-broken'));
      expect(outcomes, marker).toEqual(['done', broken ? 'done' : 'not_fixed', 'responders_only', 'not heard']);
      expect(says(at(marker, 'mark'), 'mark', '/still-broken'), marker).toBe('done');
      const after = told(at(marker).says('mon 12:00', 'rita', '/still-broken'), 'mon 12:00', policies).ticket;
      expect(after.marker.is, marker).toBe(marker === 'received' || marker === 'resolved' ? 'received' : 'progress');
      expect(after.asks, marker).toMatchObject([{ from: local('mon 12:00') }]);
    }
  });

  test('what is resumed was paused', () => {
    const held = (marker: MarkerName) => {
      const story = opens('mon 10:00', 'P2').says('mon 10:30', 'mark', '/hold x');
      if (marker === 'confirming') story.says('mon 11:00', 'mark', '/fixed');
      return marker === 'resolved' ? story.closed('mon 11:00', 'mark') : story;
    };
    for (const marker of ['received', 'confirming'] as const) expect(says(held(marker), 'sara', '/resume'), marker).toBe('done');
    // On 🟢 nobody waits.
    expect(says(held('resolved'), 'sara', '/resume')).toBe('not_paused');
  });

  test('a 🟡 that its merge had closed is reopened', () => {
    const story = opens('mon 10:00', 'P2').fixMerged('mon 11:00', 'mark').closed('mon 11:00', 'mark', 'completed', true);
    expect(told(story, 'mon 12:00', policies).ticket.marker.is).toBe('confirming');
    expect(says(story, 'rita', '/reopen')).toBe('done');
    expect(told(story, 'mon 13:00', policies).ticket.marker.is).toBe('received');
  });

  test.each(['/shrug', '/usr/bin', '/Confirmed', 'Please /close', '/go'])('%s is no command here', (body) =>
    expect(says(at('received'), 'mark', body)).toBe('not heard'),
  );

  test.each(['`/close`', '> /close', '```\n/close\n```', '<b>\n/close\n</b>'])(
    'in code, quotes and HTML it is said once that it does not count: %j',
    (body) => expect(says(at('received'), 'mark', body)).toBe('in_code'),
  );

  test('not if another one stands in the open', () => {
    const story = at('received').says('mon 12:00', 'mark', '> /close\n\n/take');
    expect(told(story, 'mon 12:00', policies).ticket.outcomes.map((one) => `${one.name} ${said(one)}`)).toEqual(['take done']);
  });
});

describe('arguments', () => {
  for (const [body, want] of [
    ['/priority', 'needs_one'],
    ['/priority very', 'unknown_one'],
    ['/priority p1', 'done'],
    ['/priority High', 'done'],
    ['/priority P2: high', 'done'],
    ['/product', 'needs_one'],
    ['/product Tennis', 'unknown_one'],
    ['/category', 'needs_one'],
    ['/category nope', 'unknown_one'],
    ['/plan', 'needs_one'],
    ['/plan nope', 'unknown_one'],
    ['/hold', 'needs_reason'],
    ['/hold\nthe parts', 'done'],
    ['/hold <!-- parts -->', 'needs_reason'],
    ['/workaround', 'needs_text'],
    ['/wait', 'done'],
    ['/fixed', 'done'],
    ['/close', 'done'],
    ['/escalate', 'done'],
    ['/assign', 'needs_person'],
    ['/assign @acme/support', 'needs_person'],
    ['/assign sara', 'done'],
    ['/assign @SARA', 'done'],
    ['/assign @olga', 'done'],
    ['/assign @rita', 'unknown_person'],
    ['/assign @ghost', 'unknown_person'],
    ['/handoff', 'needs_person'],
    ['/handoff @ghost notes', 'unknown_person'],
    ['/handoff @sara', 'needs_notes'],
    ['/duplicate', 'needs_issue'],
    ['/duplicate that one', 'needs_issue'],
    ['/duplicate #0', 'needs_issue'],
    ['/duplicate #7', 'needs_issue'], // itself
    ['/duplicate #4', 'needs_issue'], // it is not there
    ['/duplicate 3', 'done'],
    ['/stay 2026-01-12', 'done'],
    ['/stay until 2026-01-12 10:00', 'done'],
    ['/stay tomorrow', 'needs_day'],
    ['/stay 2026-02-30', 'needs_day'],
    ['/runbook', 'no_runbook'], // the ticket has no category
    ['/runbook billing', 'no_runbook'],
    ['/runbook nope', 'no_runbook'],
    ['/done', 'needs_number'],
    ['/done all', 'needs_number'],
    ['/done 4', 'needs_number'], // of three
    ['/done 3', 'done'],
  ] as const)
    test(JSON.stringify(body), () => expect(says(at('received'), 'mark', body)).toBe(want));

  for (const [body, want] of [
    ['/rate', 'needs_rating'],
    ['/rate 0', 'needs_rating'],
    ['/rate 6', 'needs_rating'],
    ['/rate 10', 'needs_rating'],
    ['/rate 4.5', 'needs_rating'],
    ['/rate good', 'needs_rating'],
    ['/rate 5', 'done'],
    ['/rate 5/5', 'done'],
    ['/rate 3 so so', 'done'],
  ] as const)
    test(body, () => expect(says(at('resolved'), 'rita', body)).toBe(want));

  test('no list was posted', () => {
    const story = at('received');
    story.more = { ...MORE, own: [] };
    expect(says(story, 'mark', '/done 1')).toBe('no_runbook');
  });

  test("the runbook of the ticket's category, if none is named", () => {
    expect(says(at('received').says('mon 11:00', 'mark', '/category login'), 'mark', '/runbook')).toBe('done');
  });

  test.each([
    ['@sara notes', 'sara', 'notes'],
    ['Sara', 'sara', ''],
    ['@sara-b: hello', 'sara-b', 'hello'],
    ['@acme/support x', undefined, 'x'],
    ['@-x', undefined, ''],
    ['', undefined, ''],
  ])('whom and what: %j', (text, who, notes) => expect([personOf(text), notesOf(text)]).toEqual([who, notes]));

  test.each([
    ['#12', 12],
    ['12', 12],
    ['#12, please', 12],
    ['#12a', undefined],
    ['#0', undefined],
    ['#', undefined],
    ['9999999999', undefined],
  ])('number: %j', (text, want) => expect(numberOf(text)).toBe(want));

  test.each([
    ['1', 1],
    ['5 stars', 5],
    ['5.', 5],
    ['3,5', undefined],
    ['45', undefined],
    ['-1', undefined],
  ])('rating: %j', (text, want) => expect(ratingOf(text)).toBe(want));

  test.each([
    // To the end of the day: 24:00 in Bucharest.
    ['2026-01-09', 'sat 00:00'],
    ['until 2026-01-09', 'sat 00:00'],
    ['2026-01-09 10:00', 'fri 10:00'],
    ['2026-01-09T10:00', 'fri 10:00'],
    ['Until 2026-01-09  10:00 ', 'fri 10:00'],
    ['2026-13-01', '–'],
    ['2026-01-09 25:00', '–'],
    ['friday', '–'],
    ['2026-01-09 or so', '–'],
  ])('day: %j', (text, want) => expect(shown(dayOrTime(text, 'Europe/Bucharest'))).toBe(want));
});

describe('what they do', () => {
  const done = (marker: MarkerName, by: Name, body: string) => told(at(marker).says('mon 12:00', by, body), 'mon 12:00', policies).ticket;
  test('/take: ⭕️ and assigned', () => {
    expect(done('received', 'mark', '/take')).toMatchObject({
      marker: { is: 'progress', by: { login: 'mark' } },
      assigning: [{ login: 'mark', is: 'on' }],
      triaged: false,
    });
  });
  test('/assign a responder: ⭕️', () => {
    expect(done('received', 'mark', '/assign @sara')).toMatchObject({
      marker: { is: 'progress', by: { login: 'sara' } },
      assigning: [{ login: 'sara', is: 'on' }],
      triaged: false,
    });
  });
  test('/assign somebody else: assigned, and still 🔴', () => {
    expect(done('received', 'mark', '/assign @olga')).toMatchObject({
      marker: { is: 'received' },
      assigning: [{ login: 'olga', is: 'on' }],
    });
  });
  test('/handoff: the one on, the other off', () => {
    expect(done('progress', 'mark', '/handoff @sara the rest')).toMatchObject({
      assigning: [
        { login: 'sara', is: 'on' },
        { login: 'mark', is: 'off' },
      ],
      handedOver: { from: { login: 'mark' }, to: 'sara' },
    });
  });
  test('/handoff to oneself takes nobody off', () =>
    expect(done('progress', 'mark', '/handoff @MARK mine')).toMatchObject({ assigning: [{ login: 'mark', is: 'on' }] }));
  test('/product, /category', () =>
    expect(done('received', 'mark', '/product Court\n/category Login')).toMatchObject({
      product: 'court',
      category: 'login',
      triaged: true,
    }));
  test('/close and /duplicate end it', () => {
    expect(done('received', 'mark', '/close')).toMatchObject({ marker: { is: 'resolved', how: 'closed' } });
    expect(done('received', 'mark', '/duplicate #3')).toMatchObject({ marker: { is: 'resolved', how: 'duplicate' }, duplicateOf: 3 });
    expect(done('received', 'rita', '/confirm')).toMatchObject({ marker: { is: 'resolved', how: 'confirmed' } });
  });
  test('and the desk closes the issue, as what it is', () => {
    const state = (body: string, by: Name = 'mark') =>
      new Watch(at('received').says('mon 12:00', by, body), policies).look('mon 12:00').want.state;
    expect([state('/close'), state('/duplicate #3'), state('/confirm', 'rita'), state('/fixed')]).toEqual([
      { is: 'closed', as: 'completed' },
      { is: 'closed', as: 'duplicate' },
      { is: 'closed', as: 'completed' },
      undefined,
    ]);
  });
  test('/rate: the last one', () =>
    expect(
      told(at('resolved').says('mon 12:00', 'rita', '/rate 2').says('mon 13:00', 'rita', '/rate 5'), 'mon 14:00', policies).ticket.rating,
    ).toBe(5));
  test('/done ticks a box of the last list', () => {
    const watch = new Watch(at('received').says('mon 12:00', 'mark', '/done 2\n/done 1'), policies);
    expect(watch.look('mon 12:00').want.edit).toEqual({
      id: 55,
      body: LIST.replace('[ ] Think', '[x] Think').replace('[ ] Look', '[x] Look'),
    });
    // A replica may not show it yet: so it is for two minutes.
    expect(watch.look('mon 12:01').want.edit).toBeDefined();
    expect(watch.look('mon 12:03').want.edit).toBeUndefined();
  });
  test('/runbook posts its steps', () => {
    const { replies } = new Watch(at('received').says('mon 12:00', 'mark', '/runbook login'), policies).look('mon 12:00').want;
    expect(replies[0]!.body.match(/^- \[ \] .*$/gm)).toEqual(['- [ ] Look', '- [ ] Think', '- [ ] Act']);
  });
  test('from top to bottom', () => {
    expect(done('received', 'mark', '/priority P1\n/take\n/fixed\n/still-broken').history.map((one) => one.marker)).toEqual([
      'received',
      'progress',
      'confirming',
      'progress',
    ]);
  });
});

describe('answers', () => {
  const want = (story: Story, readAt = 'mon 15:00') => new Watch(story, policies).look(readAt).want;
  const n = (story: Story) => story.last;
  test('done: 👍 and no word', () => {
    const story = at('received').says('mon 12:00', 'mark', '/take');
    expect(want(story)).toMatchObject({ reactions: [{ comment: n(story), content: '+1' }], replies: [] });
  });
  test('refused: 😕 and one reply with the reasons', () => {
    const story = at('received').says('mon 12:00', 'mark', '/take\n/priority very\n/hold');
    const { reactions, replies } = want(story);
    expect(reactions).toEqual([{ comment: n(story), content: 'confused' }]);
    expect(replies).toHaveLength(1);
    expect(replies[0]!.body).toContain('P1, P2, P3, P4');
    expect(replies[0]!.body).toContain('`/hold`');
  });
  test('asked: a reply', () => {
    const story = at('received').says('mon 12:00', 'rita', '/sla\n/help');
    expect(want(story).replies).toHaveLength(1);
  });
  test('once', () => {
    const watch = new Watch(at('received').says('mon 12:00', 'mark', '/take\n/priority very'), policies);
    watch.look('mon 12:00');
    expect(watch.look('mon 12:01').want).toMatchObject({ reactions: [], replies: [], assign: [] });
  });
  test('a flood of refusals gets five replies, and a reaction each', () => {
    const story = at('received');
    for (let i = 0; i < 8; i++) story.says('mon 12:00', 'olga', `/take ${i}`);
    const { reactions, replies } = want(story);
    expect([reactions.length, replies.length]).toEqual([8, 5]);
  });
  test('what was said before the App arrived was not said to it', () => {
    const later = { ...policies, arrival: local('mon 13:00') };
    const story = at('received').says('mon 12:00', 'mark', '/priority P1').says('mon 13:00', 'mark', '/take');
    expect(told(story, 'mon 14:00', later).ticket.outcomes.map((one) => one.name)).toEqual(['take']);
  });
});

describe('what was done stays done', () => {
  const priority = (watch: Watch, readAt: string) => watch.look(readAt).ticket.priorities.at(-1)!.id;
  const first = (by: Name, body: string) => {
    const watch = new Watch(at('received').says('mon 12:00', by, body), policies);
    watch.look('mon 12:01');
    return watch;
  };
  test('deleted', () => {
    const watch = first('mark', '/priority P1');
    watch.story.deleted();
    expect(priority(watch, 'mon 13:00')).toBe('P1');
    expect(watch.look('mon 13:01').ticket.outcomes).toMatchObject([{ name: 'priority', ok: true, fresh: false, by: { id: PEOPLE.mark } }]);
  });
  test('edited away', () => {
    const watch = first('mark', '/priority P1');
    watch.story.edited('mon 13:00', 'Never mind');
    expect(priority(watch, 'mon 13:01')).toBe('P1');
  });
  test('edited into another: that counts from the edit', () => {
    const watch = first('mark', '/priority P1');
    watch.story.edited('mon 13:00', '/priority P4');
    const { ticket, want } = watch.look('mon 13:01');
    expect(ticket.priorities.map(({ id, at: when }) => `${id} ${shown(when)}`)).toEqual(['P2 mon 10:00', 'P1 mon 12:00', 'P4 mon 13:00']);
    expect(want.reactions).toEqual([{ comment: watch.story.last, content: '+1' }]);
  });
  test('edited, and the command untouched: nothing happens again', () => {
    const watch = first('mark', '/take');
    watch.story.edited('mon 13:00', 'I do it\n/take');
    expect(watch.look('mon 13:01').want).toMatchObject({ assign: [], reactions: [], replies: [] });
  });
  test('refused, and promoted: it stays refused', () => {
    const watch = first('olga', '/priority P1');
    watch.story.standings.set(PEOPLE.olga, 'responder');
    expect(priority(watch, 'mon 13:00')).toBe('P2');
    watch.story.says('mon 14:00', 'olga', '/priority P1');
    expect(priority(watch, 'mon 14:01')).toBe('P1');
  });
  test('done, and gone: it stays done', () => {
    const watch = first('mark', '/priority P1\nand hello');
    watch.story.standings.set(PEOPLE.mark, 'bystander');
    const { ticket } = watch.look('mon 13:00');
    expect([ticket.priorities.at(-1)!.id, ticket.answers.length]).toEqual(['P1', 1]);
    watch.story.says('mon 14:00', 'mark', '/priority P4');
    expect(priority(watch, 'mon 14:01')).toBe('P1');
  });
  test('the person whom /assign named was a responder then', () => {
    const watch = first('mark', '/assign @sara');
    watch.story.more = {};
    watch.story.deleted();
    expect(watch.look('mon 13:00').ticket.marker).toMatchObject({ is: 'progress', by: { login: 'sara' } });
  });
  test('whether an /ack counted too', () => {
    const watch = first('mark', '/ack');
    watch.policies = policiesFrom(POLICY.replace('ack_counts: true', 'ack_counts: false'));
    expect(watch.look('mon 13:00').ticket.acked).toBeDefined();
    const other = new Watch(at('received').says('mon 12:00', 'mark', '/ack'), watch.policies);
    other.look('mon 12:01');
    other.policies = policies;
    expect(other.look('mon 13:00').ticket.acked).toBeUndefined();
  });
});
