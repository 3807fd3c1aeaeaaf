import { describe, expect, test } from 'vitest';
import { outlines } from '../../src/desk/explain.ts';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, told, Watch } from '../support/told.ts';

const BASE = OFFICE.split('products:')[0]!;
const policies = policiesFrom(OFFICE);
const { markers, flags } = policies.now.policy;
const p2 = (): Story => opens('mon 10:00', 'P2');
const ticketOf = (story: Story, readAt = 'fri 12:00', using = policies) => told(story, readAt, using).ticket;

describe('a label by hand', () => {
  const closed = () => p2().closed('mon 11:00', 'mark');
  for (const flag of [flags.waiting, flags.hold])
    test(`"${flag}" on 🟢 means nothing, also once it is reopened`, () => {
      const { waits, holds } = ticketOf(closed().labelled('mon 12:00', 'mark', flag).reopened('mon 13:00', 'mark'));
      expect([waits, holds]).toEqual([[], []]);
    });
  test('sorted is sorted, on 🟢 too', () => {
    expect(ticketOf(closed().labelled('mon 12:00', 'mark', flags.triaged)).triaged).toBe(true);
    expect(ticketOf(closed().labelled('mon 12:00', 'mark', flags.triaged).unlabelled('mon 13:00', 'mark', flags.triaged)).triaged).toBe(
      false,
    );
  });
  for (const [to, want] of [
    ['received', { is: 'received' }],
    ['progress', { is: 'progress', by: { login: 'mark' } }],
    ['confirming', { is: 'confirming', closed: false, stopped: false }],
    ['resolved', { is: 'resolved', how: 'closed' }],
  ] as const)
    test(`of ${to} moves it there, from wherever it is; but what is resolved is not fixed again`, () => {
      for (const from of ['received', 'progress', 'confirming', 'resolved'] as const) {
        const story = p2().labelled('mon 11:00', 'sara', markers[from].label).labelled('mon 12:00', 'mark', markers[to].label);
        const { marker } = ticketOf(story, 'mon 13:00');
        if (from === 'resolved' && to === 'confirming') expect(marker.is).toBe('resolved');
        else if (from !== to) expect(marker).toMatchObject({ ...want, since: local('mon 12:00') });
        else expect(marker.is).toBe(to);
      }
    });
});

describe('whoever works on it', () => {
  const works = (story: Story, readAt = 'fri 12:00') => {
    const { marker } = ticketOf(story, readAt);
    return marker.is === 'progress' ? (marker.by?.login ?? 'nobody') : marker.is;
  };
  for (const [claim, story, want] of [
    ['stays when another one leaves', p2().says('mon 11:00', 'mark', '/take').unassigned('mon 12:00', 'mark', 'sara'), 'mark'],
    ['is nobody once he has left', p2().says('mon 11:00', 'mark', '/take').unassigned('mon 12:00', 'mark', 'mark'), 'nobody'],
    [
      'goes on when the fix did not work',
      p2().says('mon 11:00', 'mark', '/take').says('mon 12:00', 'sara', '/fixed').says('mon 13:00', 'rita', '/still-broken'),
      'mark',
    ],
    [
      'not when he has left since',
      p2().says('mon 11:00', 'mark', '/take\n/fixed').unassigned('mon 12:00', 'mark', 'mark').says('mon 13:00', 'rita', '/still-broken'),
      'nobody',
    ],
    [
      'another one may leave',
      p2().says('mon 11:00', 'mark', '/take\n/fixed').unassigned('mon 12:00', 'mark', 'sara').says('mon 13:00', 'rita', '/still-broken'),
      'mark',
    ],
    ['somebody leaves whom nobody needed', p2().unassigned('mon 11:00', 'mark', 'sara'), 'received'],
    ['a bystander who is assigned works on nothing', p2().assigned('mon 11:00', 'mark', 'olga'), 'received'],
  ] as const)
    test(claim, () => expect(works(story)).toBe(want));

  test('reopened it is in progress if somebody is assigned, and else received', () => {
    const again = (story: Story) => works(story.closed('mon 12:00', 'mark').reopened('mon 13:00', 'mark'));
    expect(again(p2().assigned('mon 11:00', 'mark', 'olga'))).toBe('nobody');
    expect(again(p2().assigned('mon 11:00', 'mark', 'sara').unassigned('mon 11:30', 'mark', 'sara'))).toBe('received');
    expect(again(p2())).toBe('received');
    expect(again(p2().says('mon 11:00', 'mark', '/take'))).toBe('nobody');
  });
  test('what the App reopens is not reopened by people', () => {
    expect(works(p2().closed('mon 12:00', 'mark').reopened('mon 13:00', 'app'))).toBe('resolved');
  });
  test('what the App closes is not ended by people', () => {
    expect(works(p2().says('mon 11:00', 'mark', '/take').closed('mon 12:00', 'app'))).toBe('mark');
  });
});

describe('how it ended', () => {
  const how = (story: Story) => {
    const { marker } = ticketOf(story, 'mon 15:00');
    return marker.is === 'resolved' ? marker.how : marker.is;
  };
  for (const [claim, story, want] of [
    ['closed by a responder as done', p2().closed('mon 11:00', 'mark'), 'closed'],
    ['by the reporter', p2().closed('mon 11:00', 'rita'), 'closed'],
    ['by a stranger: nobody says that it works', p2().closed('mon 11:00', 'olga'), 'without_fix'],
    ['by a bot', p2().closed('mon 11:00', 'bot'), 'without_fix'],
    ['as not planned', p2().closed('mon 11:00', 'mark', 'not_planned'), 'without_fix'],
    ['as a duplicate', p2().closed('mon 11:00', 'mark', 'duplicate'), 'duplicate'],
    ['by its fix: to be confirmed', p2().closed('mon 11:00', 'mark', 'completed', true), 'confirming'],
    ['by a fix that a bot merged', p2().closed('mon 11:00', 'bot', 'completed', true), 'confirming'],
    ['the first end counts', p2().closed('mon 11:00', 'mark', 'not_planned').says('mon 12:00', 'mark', '/close'), 'without_fix'],
  ] as const)
    test(claim, () => expect(how(story)).toBe(want));

  test('the time after it counts once, whatever ended it how often', () => {
    const closures = (story: Story) =>
      ticketOf(story).closures.map((one) => `${shown(one.from)}–${one.to === undefined ? '' : shown(one.to)}`);
    const fix = () => p2().closed('mon 11:00', 'mark', 'completed', true);
    expect(closures(fix().says('mon 12:00', 'rita', '/confirm'))).toEqual(['mon 11:00–']);
    expect(closures(fix().says('mon 12:00', 'rita', '/still-broken').closed('mon 13:00', 'mark'))).toEqual([
      'mon 11:00–mon 12:00',
      'mon 13:00–',
    ]);
    expect(closures(p2())).toEqual([]);
  });
});

describe('what the desk has seen', () => {
  const seen = (story: Story, readAt: string, using = policies) => shown(ticketOf(story, readAt, using).seen);
  test('is the last that a person did, not what a bot or the App did', () => {
    expect(seen(p2(), 'mon 12:00')).toBe('mon 10:00');
    expect(
      seen(p2().says('mon 11:00', 'olga', 'Me too').says('mon 12:00', 'bot', 'x').labelled('mon 13:00', 'app', 'x'), 'mon 14:00'),
    ).toBe('mon 11:00');
  });
  test('a command that an edit added is seen when it was added', () => {
    expect(seen(p2().says('mon 11:00', 'mark', 'Hm').edited('mon 13:00', '/take'), 'mon 14:00')).toBe('mon 13:00');
  });
  test('that nobody said anything is nobody seen', () => {
    const story = p2().says('mon 11:00', 'mark', '/fixed in 1.2');
    expect(ticketOf(story, 'fri+1 12:00').marker).toMatchObject({ is: 'resolved', how: 'silence' });
    const watch = new Watch(story, policies);
    watch.look('mon 12:00');
    watch.look('fri+1 12:00');
    expect(shown(watch.look('fri+1 13:00').ticket.seen)).toBe('mon 11:00');
  });
});

describe('what was promised', () => {
  const promised = (priority: string) => {
    const { ticket, clocks } = told(opens('mon 10:00', priority), 'mon 11:00', policies);
    return outlines(ticket, clocks, policies).find((one) => one.view.name === 'resolution')!.promised;
  };
  test('names the hours that it is reckoned on', () => {
    expect(promised('P2')).toMatchObject({ priority: 'P2', hours: expect.stringContaining('09:00') });
  });
  test('and none where all hours count', () => expect(promised('P1')).not.toHaveProperty('hours'));
});

describe('a label of a step', () => {
  test('is set once, however many steps set it', () => {
    const twice = policiesFrom(
      `${BASE}escalation: [{ clock: first_response, at: breach, label: escalated }, { clock: first_response, at: breach + 1h, label: escalated }]\n`,
    );
    const watch = new Watch(p2(), twice);
    watch.look('mon 14:00');
    const names = watch.look('mon 15:00').want.labels.map((one) => one.name);
    expect(names.filter((name) => name === 'escalated')).toHaveLength(1);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('when the rota moves on', () => {
  /** mark from Mon 5 January, 10:00; sara from the 12th. */
  const rota = policiesFrom(
    `${BASE}on_call: [{ id: primary, rotation: weekly, handoff: "mon 10:00", starts: 2026-01-05, people: ["@mark", "@sara"] }]\nescalation: []\n`,
  );
  const mine = () => opens('mon 12:00', 'P2').assigned('mon 13:00', 'sara', 'mark');
  const asked = (story: Story, readAt: string) => {
    const watch = new Watch(story, rota);
    watch.look('mon 13:00');
    return watch.look(readAt).want.notices;
  };
  test('another one who is assigned after it changes nothing for who was on call', () => {
    expect(asked(mine().assigned('mon+1 10:00', 'sara', 'sara'), 'mon+1 10:01')).toHaveLength(1);
  });
  test('/stay in the very second of the hand-off comes too late', () => {
    expect(asked(mine().says('mon+1 10:00', 'mark', '/stay'), 'mon+1 10:01')).toHaveLength(1);
  });
  test('whoever is asked late is told since when', () => {
    const text = (readAt: string) => asked(mine(), readAt)[0]!.body.split('\n').slice(1).join('\n');
    expect(text('mon+1 10:00')).toBe(text('mon+1 10:01'));
    expect(text('tue+1 10:00')).not.toBe(text('mon+1 10:01'));
    expect(text('tue+1 10:00')).toContain('12 Jan 2026');
  });
  test('a ticket of nobody on call is not looked at for it', () => {
    // At 12:00 the daily look would come in that very second.
    const next = (story: Story) => shown(new Watch(story, rota).look('sun 13:00').next);
    expect(next(mine())).toBe('mon+1 10:00');
    expect(next(opens('mon 12:00', 'P2').assigned('mon 13:00', 'sara', 'sara'))).not.toBe('mon+1 10:00');
    expect(next(mine().says('fri 12:00', 'mark', '/fixed'))).not.toBe('mon+1 10:00');
  });
});

describe('/priority, /product, /category and /plan each change one thing', () => {
  const lists = policiesFrom(`${BASE}products: [{ id: one, name: One }, { id: both, name: Both }]
categories: [{ id: red, name: Red }, { id: blue, name: Blue }]
plans: [{ id: gold, name: Gold, calendar: office, targets: { resolution: 2d } }]
escalation: []
`);
  const said = (body: string) => {
    const { priorities, product, category, plans } = ticketOf(p2().says('mon 11:00', 'mark', body), 'mon 12:00', lists);
    return [priorities.at(-1)!.id, product, category, plans.at(-1)!.id];
  };
  for (const [body, want] of [
    ['/priority P1', ['P1', undefined, undefined, undefined]],
    ['/product one', ['P2', 'one', undefined, undefined]],
    ['/category red', ['P2', undefined, 'red', undefined]],
    ['/plan gold', ['P2', undefined, undefined, 'gold']],
    ['/priority P1\n/product both\n/category blue\n/plan gold', ['P1', 'both', 'blue', 'gold']],
  ] as const)
    test(body, () => expect(said(body)).toEqual(want));
});
