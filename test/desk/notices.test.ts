import { describe, expect, test } from 'vitest';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { clockAt, opens, told, Watch } from '../support/told.ts';

const BASE = OFFICE.split('products:')[0]!;
const FORM = (steps: string, version: string) => `### Priority\n\nP2\n\n### Steps\n\n${steps}\n\n### Version\n\n${version}\n`;
const BLANK = '_No response_';

/** What one look tells whom: `required/opened/asked to rita`. */
const tells = (watch: Watch, readAt: string): string[] =>
  watch
    .look(readAt)
    .want.notices.map(
      (one) => `${one.steps.join(' ')} to ${one.people.map((who) => (who.kind === 'user' ? who.login : who.slug)).join(' ')}`,
    );

describe('required fields', () => {
  const policies = policiesFrom(`${BASE}intake: { required: [steps, version] }\nescalation: []\n`);
  const form = (steps: string, version: string) => Object.assign(opens('mon 10:00', 'P2'), { body: FORM(steps, version) });
  const lacking = () => form(BLANK, '1.2');

  test('what is missing is asked for once, by name, and the ticket waits from its beginning', () => {
    const watch = new Watch(lacking(), policies);
    const { want, ticket } = watch.look('mon 10:01');
    expect(want.notices.map((one) => one.steps)).toEqual([['required/opened/asked']]);
    expect(want.notices[0]!.body).toMatch(/@rita[\s\S]*Steps/);
    expect(want.notices[0]!.body).not.toContain('Version');
    expect(ticket.waits).toMatchObject([{ from: local('mon 10:00'), began: 'opened' }]);
    expect(want.labels.map((one) => one.name)).toContain('waiting for reporter');
    expect(tells(watch, 'mon 10:02')).toEqual([]);
    expect(tells(watch, 'fri 10:02')).toEqual([]);
    // All of 3 d: 8 + 9 + 9 + 1 h. The first response does not wait.
    expect(clockAt(watch.story, 'resolution', 'mon 12:00', policies)).toBe('paused left 27h');
    expect(clockAt(lacking(), 'first_response', 'mon 12:00', policies)).toBe('running due mon 14:00');
  });

  test('an edit that fills it ends that, at the look that saw it', () => {
    const watch = new Watch(lacking(), policies);
    watch.look('mon 10:01');
    watch.story.body = FORM('Press it', '1.2');
    const { want, ticket } = watch.look('mon 13:00');
    expect(ticket.waits).toMatchObject([{ to: local('mon 13:00'), ended: 'filled' }]);
    expect(want.labels.map((one) => one.name)).not.toContain('waiting for reporter');
    // Thu 10:00 and 3 h; it stays so at every later look.
    expect(clockAt(watch.story, 'resolution', 'mon 14:00', policies)).toBe('running due thu 13:00');
    expect(clockAt(watch.story, 'resolution', 'tue 14:00', policies)).toBe('running due thu 13:00');
  });

  test('blanked again later it does not wait again', () => {
    const watch = new Watch(lacking(), policies);
    watch.look('mon 10:01');
    watch.story.body = FORM('Press it', '1.2');
    watch.look('mon 13:00');
    watch.story.body = FORM(BLANK, BLANK);
    expect(tells(watch, 'mon 14:00')).toEqual([]);
    expect(clockAt(watch.story, 'resolution', 'mon 14:00', policies)).toBe('running due thu 13:00');
  });

  test('half of it does not end it', () => {
    const watch = new Watch(form(BLANK, BLANK), policies);
    watch.look('mon 10:01');
    watch.story.body = FORM('Press it', BLANK);
    const { ticket } = watch.look('mon 13:00');
    expect([ticket.lacking, clockAt(watch.story, 'resolution', 'mon 14:00', policies)]).toEqual([['Version'], 'paused left 27h']);
  });

  test('a comment of the reporter ends it', () => {
    const watch = new Watch(lacking().says('mon 12:00', 'rita', 'I press it'), policies);
    watch.look('mon 10:01');
    expect(watch.look('mon 12:00').ticket.lacking).toEqual([]);
    expect(clockAt(watch.story, 'resolution', 'mon 14:00', policies)).toBe('running due thu 12:00');
  });

  test('a comment of anybody else does not', () => {
    const story = lacking().says('mon 12:00', 'olga', 'I press it').says('mon 12:00', 'mark', 'Hello').says('mon 12:00', 'bot', 'Hello');
    expect(clockAt(story, 'resolution', 'mon 14:00', policies)).toBe('paused left 27h');
  });

  test('/resume does', () =>
    expect(clockAt(lacking().says('mon 12:00', 'mark', '/resume'), 'resolution', 'mon 14:00', policies)).toBe('running due thu 12:00'));

  test('a later /wait is another matter: filling in does not end it', () => {
    const watch = new Watch(lacking().says('mon 12:00', 'rita', 'Hm').says('mon 13:00', 'mark', '/wait'), policies);
    watch.look('mon 10:01');
    watch.look('mon 13:00');
    watch.story.body = FORM('Press it', '1.2');
    watch.look('mon 14:00');
    expect(told(watch.story, 'mon 15:00', policies).ticket.waits.at(-1)).toMatchObject({ from: local('mon 13:00') });
    expect(told(watch.story, 'mon 15:00', policies).ticket.waits.at(-1)!.to).toBeUndefined();
  });

  test('the reporter wrote before the first look: nothing is asked', () => {
    expect(tells(new Watch(lacking().says('mon 10:01', 'rita', 'I press it'), policies), 'mon 10:02')).toEqual([]);
  });

  test('nothing is missing: nothing is asked', () => {
    const watch = new Watch(form('Press it', '1.2'), policies);
    expect(tells(watch, 'mon 10:01')).toEqual([]);
    expect(watch.look('mon 10:02').ticket.waits).toEqual([]);
  });

  test('an edit of `required` asks nobody', () => {
    const watch = new Watch(lacking(), policiesFrom(`${BASE}intake: { required: [version] }\nescalation: []\n`));
    watch.look('mon 10:01');
    watch.policies = policies;
    expect(tells(watch, 'mon 12:00')).toEqual([]);
    expect(watch.look('mon 12:01').ticket.waits).toEqual([]);
  });

  test('nor is the backlog asked', () => {
    const watch = new Watch(lacking().says('mon 13:00', 'olga', 'Me too'), { ...policies, arrival: local('mon 12:00') });
    expect(tells(watch, 'mon 12:01')).toEqual([]);
    expect(tells(watch, 'mon 13:01')).toEqual([]);
    expect(watch.look('mon 13:02').ticket.waits).toEqual([]);
  });

  test('nor anybody in shadow mode', () => {
    expect(tells(new Watch(lacking(), policiesFrom(`mode: shadow\n${BASE}intake: { required: [steps] }\n`)), 'mon 10:01')).toEqual([]);
  });
});

describe('before silence confirms', () => {
  const policies = policiesFrom(`${BASE}escalation: []\n`);
  /** 🟡 on Monday at 12:00, confirmed by silence on wed+1 12:00; 47 h 15 of 63 h are over on mon+1 14:15. */
  const fixed = () => opens('mon 10:00', 'P2').says('mon 12:00', 'mark', '/fixed in 1.2');
  const confirms = (story: Story, readAt: string, using = policies) => shown(told(story, readAt, using).ticket.confirmsAt);

  test('the reporter is told once, at 75 %', () => {
    const watch = new Watch(fixed(), policies);
    watch.look('mon 12:00');
    expect(tells(watch, 'mon+1 14:14:59')).toEqual([]);
    expect(tells(watch, 'mon+1 14:15')).toEqual(['confirm/c101/75% to rita']);
    expect(tells(watch, 'mon+1 14:15:01')).toEqual([]);
    expect(watch.look('wed+1 11:59:59').ticket.marker.is).toBe('confirming');
    expect(watch.look('wed+1 12:00').ticket.marker).toMatchObject({ is: 'resolved', how: 'silence', since: local('wed+1 12:00') });
  });

  test('the look comes in time', () => {
    const watch = new Watch(fixed(), policies);
    expect(shown(watch.look('mon+1 12:00').next)).toBe('mon+1 14:15');
  });

  test('whoever wrote back is not told, until the next answer starts it anew', () => {
    const watch = new Watch(fixed().says('tue 12:00', 'rita', 'No'), policies);
    watch.look('mon 12:00');
    expect(tells(watch, 'mon+1 14:15')).toEqual([]);
    expect(confirms(watch.story, 'wed 11:00')).toBe('–');
    watch.story.says('mon+1 15:00', 'mark', 'Look again');
    // 7 d from mon+1 15:00; 47 h 15 later is tue+2 17:15: 3 + 4 × 9 + 8:15.
    expect(confirms(watch.story, 'mon+1 16:00')).toBe('wed+2 15:00');
    expect(tells(watch, 'mon+2 17:14:59')).toEqual([]);
    expect(tells(watch, 'mon+2 17:15')).toEqual([`confirm/c101.${local('mon+1 15:00')}/75% to rita`]);
  });

  test('silence that starts anew after the warning is warned of anew', () => {
    const watch = new Watch(fixed(), policies);
    watch.look('mon 12:00');
    expect(tells(watch, 'mon+1 14:15')).toHaveLength(1);
    watch.story.says('mon+1 15:00', 'rita', 'No').says('mon+1 16:00', 'mark', 'Yes');
    expect(tells(watch, 'wed+2 12:00')).toEqual([`confirm/c101.${local('mon+1 16:00')}/75% to rita`]);
    expect(watch.look('wed+2 16:00').ticket.marker.is).toBe('resolved');
  });

  test('a second 🟡 has its own', () => {
    const watch = new Watch(fixed(), policies);
    expect(tells(watch, 'mon+1 14:15')).toHaveLength(1);
    watch.story.says('mon+1 15:00', 'rita', '/still-broken').says('mon+1 16:00', 'mark', '/fixed now');
    watch.look('mon+1 16:00');
    // 2 + 5 × 9 h and a quarter.
    expect(tells(watch, 'tue+2 09:14:59')).toEqual([]);
    expect(tells(watch, 'tue+2 09:15')).toEqual([`confirm/c${watch.story.last}/75% to rita`]);
  });

  test('without an answer nothing ends, and nobody is warned', () => {
    const watch = new Watch(opens('mon 10:00', 'P2').says('mon 12:00', 'mark', '/fixed'), policies);
    watch.look('mon 12:00');
    expect(tells(watch, 'wed+3 12:00')).toEqual([]);
    expect(watch.look('wed+3 12:00').ticket.marker.is).toBe('confirming');
    // The first answer starts it.
    watch.story.says('wed+3 13:00', 'mark', 'Well?');
    const { ticket } = watch.look('wed+3 13:00');
    expect([ticket.marker.is, shown(ticket.confirmsAt)]).toEqual(['confirming', 'fri+4 13:00']);
  });

  test('closed by its merge it is told, and 🟢 comes, without an answer too', () => {
    const story = opens('mon 10:00', 'P2')
      .fixLinked('mon 11:00', 'mark')
      .fixMerged('mon 12:00', 'mark')
      .closed('mon 12:00', 'mark', 'completed', true);
    const watch = new Watch(story, policies);
    watch.look('mon 12:00');
    expect(tells(watch, 'mon+1 14:15')).toHaveLength(1);
    expect(watch.look('wed+1 12:00').ticket.marker).toMatchObject({ is: 'resolved', how: 'silence' });
  });

  test('nobody is told of what was due before the App arrived', () => {
    const late = { ...policies, arrival: local('tue+1 10:00') };
    expect(tells(new Watch(fixed().says('tue+1 11:00', 'olga', 'x'), late), 'tue+1 12:00')).toEqual([]);
  });

  test('without 🟡 nobody is', () => {
    const watch = new Watch(fixed(), policiesFrom(`${BASE}confirm: false\nescalation: []\n`));
    expect([watch.look('mon 12:00').ticket.marker.is, tells(watch, 'mon+1 14:15')]).toEqual(['resolved', []]);
  });
});

describe('when the rota moves on', () => {
  /** mark from Mon 5 January, 10:00; sara from the 12th; mark again from the 19th; sara from the 26th. */
  const ROTA = `on_call: [{ id: primary, rotation: weekly, handoff: "mon 10:00", starts: 2026-01-05, people: ["@mark", "@sara"] }]\nescalation: []\n`;
  const policies = policiesFrom(BASE + ROTA);
  const mine = () => opens('mon 12:00', 'P2').assigned('mon 13:00', 'sara', 'mark');
  const ASKED = (when: string) => [`handoff/primary.${local(when)}/asked to mark`];
  const asks = (story: Story, readAt = 'mon+1 10:00', using = policies) => {
    const watch = new Watch(story, using);
    watch.look('mon 13:00');
    return tells(watch, readAt);
  };

  test('whoever was on call is asked once to hand over what is his, or to keep it', () => {
    const watch = new Watch(mine(), policies);
    watch.look('mon 13:00');
    expect(tells(watch, 'mon+1 09:59:59')).toEqual([]);
    const { notices } = watch.look('mon+1 10:00').want;
    expect(notices.map((one) => one.steps)).toEqual([[`handoff/primary.${local('mon+1 10:00')}/asked`]]);
    expect(notices[0]!.body).toMatch(/@mark/);
    expect(notices[0]!.body).toContain('sara');
    expect(notices[0]!.body.replace(/`[^`]*`/g, '')).not.toContain('@sara');
    expect(tells(watch, 'mon+1 10:01')).toEqual([]);
    expect(tells(watch, 'fri+1 10:00')).toEqual([]);
  });

  test('the look comes in time, if a look a day before does', () => {
    const watch = new Watch(mine(), policies);
    watch.look('mon 13:00');
    expect(shown(watch.look('sun 12:00').next)).toBe('mon+1 10:00');
  });

  for (const [claim, story, want] of [
    ['not whose it is not', opens('mon 12:00', 'P2').assigned('mon 13:00', 'sara', 'sara'), []],
    ['not who was taken off', mine().unassigned('fri 12:00', 'mark', 'mark'), []],
    ['not on 🟡', mine().says('fri 12:00', 'mark', '/fixed'), []],
    ['not on 🟢', mine().closed('fri 12:00', 'mark'), []],
    ['on hold too', mine().says('fri 12:00', 'mark', '/hold x'), ASKED('mon+1 10:00')],
    ['not the reporter', opens('mon 12:00', 'P2', 'mark').assigned('mon 13:00', 'sara', 'mark'), []],
    ['not a ticket that is younger', opens('mon+1 10:00:01', 'P2').assigned('mon+1 10:00:01', 'sara', 'mark'), []],
    ['assigned in the very second: it is meant', opens('mon 12:00', 'P2').assigned('mon+1 10:00', 'sara', 'mark'), []],
    ['not who said /stay in his turn', mine().says('fri 12:00', 'mark', '/stay'), []],
    ['/stay by somebody else keeps nothing', mine().says('fri 12:00', 'sara', '/stay'), ASKED('mon+1 10:00')],
    ['nor does it take his away', mine().says('fri 12:00', 'mark', '/stay').says('fri 13:00', 'sara', '/stay'), []],
    ['a day before the hand-off', mine().says('fri 12:00', 'mark', '/stay 2026-01-10'), ASKED('mon+1 10:00')],
    ['the day of the hand-off, to its end', mine().says('fri 12:00', 'mark', '/stay 2026-01-12'), []],
    ['an hour before it', mine().says('fri 12:00', 'mark', '/stay 2026-01-12 09:00'), ASKED('mon+1 10:00')],
    ['its very second', mine().says('fri 12:00', 'mark', '/stay 2026-01-12 10:00'), ASKED('mon+1 10:00')],
    ['an hour after it', mine().says('fri 12:00', 'mark', '/stay 2026-01-12 11:00'), []],
  ] as readonly (readonly [string, Story, string[]])[])
    test(claim, () => expect(asks(story, 'mon+1 10:00:01')).toEqual(want));

  test('/stay without a day is for one hand-off', () => {
    const story = mine().says('fri 12:00', 'mark', '/stay');
    expect(asks(story, 'mon+3 10:00')).toEqual(ASKED('mon+3 10:00'));
  });

  test('with a day, for all until then', () => {
    const story = mine().says('fri 12:00', 'mark', '/stay 2026-02-01');
    expect(asks(story, 'mon+3 10:00')).toEqual([]);
    expect(asks(story, 'mon+5 10:00')).toEqual(ASKED('mon+5 10:00'));
  });

  test('the owners are told who stays', () => {
    const owned = policiesFrom(`${BASE}default_owners: ["@dan", "@mark"]\n${ROTA}`);
    const { replies } = new Watch(mine().says('fri 12:00', 'mark', '/stay 2026-01-20'), owned).look('fri 12:00').want;
    expect(replies[0]!.body).toContain('@dan');
    expect(replies[0]!.body).not.toContain('@mark');
  });

  test('not where the policy leaves it alone', () => {
    expect(asks(mine(), 'mon+1 10:00', policiesFrom(`${BASE}hand_off: { on_rotation: false }\n${ROTA}`))).toEqual([]);
  });

  test('not by a rota that came into force after it', () => {
    expect(asks(mine(), 'mon+1 12:00', policiesFrom(BASE + ROTA, { since: '2026-01-12T08:00:01Z' }))).toEqual([]);
  });

  test('an override is a hand-off too', () => {
    const over = ROTA.replace('"@sara"]', '"@sara"], overrides: [{ from: 2026-01-07T10:00, to: 2026-01-08T10:00, person: "@ann" }]');
    expect(asks(mine(), 'wed 10:00', policiesFrom(BASE + over))).toEqual(ASKED('wed 10:00'));
  });

  test('two rotas, each its own', () => {
    const two = ROTA.replace(
      '] }]',
      '] }, { id: night, rotation: weekly, handoff: "mon 10:00", starts: 2026-01-05, people: ["@sara", "@mark"] }]',
    );
    const both = mine().assigned('mon 13:00', 'mark', 'sara').says('fri 12:00', 'mark', '/stay').says('fri 13:00', 'sara', '/stay');
    expect(asks(both, 'mon+1 10:00', policiesFrom(BASE + two))).toEqual([]);
    const one = mine().assigned('mon 13:00', 'mark', 'sara').says('fri 13:00', 'sara', '/stay');
    expect(asks(one, 'mon+1 10:00', policiesFrom(BASE + two))).toEqual(ASKED('mon+1 10:00'));
  });
});
