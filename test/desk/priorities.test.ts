import { describe, expect, test } from 'vitest';
import type { ClockName } from '../../src/policy/types.ts';
import { OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { clockAt, opens, stepsAt, told, Watch } from '../support/told.ts';

/**
 * Mon–Fri 09–18, P1 around the clock. Opened on Monday at 10:00:
 * P1: response Mon 11:00, workaround Mon 14:00, resolution Tue 10:00. P2: Mon 14:00, Tue 10:00, Wed 10:00. P3: Tue 10:00, none, mon+1 10:00.
 */
const POLICY = OFFICE.replace('workaround: 1d, resolution: 3d', 'workaround: 1d, resolution: 2d')
  .replace('{ first_response: 1d, resolution: 3d }', '{ first_response: 1d, resolution: 5d }')
  .replace('resolution, at: breach, ', 'resolution, at: 75%, mention: ["@sara"] }\n  - { clock: resolution, at: breach, ')
  .replace('categories: []', 'categories: [{ id: login, priority: P2 }, { id: billing }]');
const PLANS = `${POLICY}plans:
  - { id: premium, name: Premium, reporters: ["@acme"], calendar: office, targets: { first_response: 2h, resolution: 4d } }
  - { id: gold, name: Gold, claimable: true, calendar: always, targets: { resolution: 6d } }
`;
const policies = policiesFrom(POLICY);
const withPlans = policiesFrom(PLANS);

type Row = readonly [claim: string, story: Story, readAt: string, want: string, using?: typeof policies];
const table = (clock: ClockName, rows: readonly Row[]) => {
  for (const [claim, story, readAt, want, using] of rows)
    test(claim, () => expect(clockAt(story, clock, readAt, using ?? policies)).toBe(want));
};

const p1 = () => opens('mon 10:00', 'P1');
const p2 = () => opens('mon 10:00', 'P2');
const p3 = () => opens('mon 10:00', 'P3');
const to = (story: Story, when: string, id: string) => story.says(when, 'mark', `/priority ${id}`);

describe('raised', () => {
  table('resolution', [
    ['in time: as if it had always been so', to(p3(), 'mon 12:00', 'P2'), 'mon 13:00', 'running due wed 10:00'],
    ['a second before the new due instant', to(p3(), 'wed 09:59:59', 'P2'), 'wed 09:59:59', 'running due wed 10:00'],
    // min(2d, 1h) from Wed 10:00.
    ['at the new due instant: with grace', to(p3(), 'wed 10:00', 'P2'), 'wed 10:00', 'running due wed 11:00'],
    // Half an hour on Thursday, half on Friday.
    ['grace counts on the new calendar', to(p3(), 'thu 17:30', 'P2'), 'thu 18:00', 'running due fri 09:30'],
    ['also around the clock', to(p3(), 'fri 20:00', 'P1'), 'fri 20:30', 'running due fri 21:00'],
    ['never later than it was', to(p3(), 'mon+1 09:30', 'P2'), 'mon+1 09:30', 'running due mon+1 10:00'],
    ['the grace over: late', to(p3(), 'wed 12:00', 'P2'), 'wed 13:00', 'running due wed 13:00 breached wed 13:00'],
    [
      'the grace kept: met',
      to(p3(), 'wed 12:00', 'P2').says('wed 12:59:59', 'mark', '/fixed'),
      'wed 14:00',
      'met wed 12:59:59 provisionally',
    ],
    ['after its own breach nothing moves', to(p3(), 'mon+1 10:00', 'P1'), 'mon+1 11:00', 'running due mon+1 10:00 breached mon+1 10:00'],
    [
      'met already: nothing moves',
      to(p3().says('wed 12:00', 'mark', '/fixed'), 'wed 13:00', 'P2'),
      'wed 14:00',
      'met wed 12:00 provisionally',
    ],
    [
      'in the second of the fix: first the fix',
      to(p3().says('wed 12:00', 'mark', '/fixed'), 'wed 12:00', 'P2'),
      'wed 14:00',
      'met wed 12:00 provisionally',
    ],
  ]);
  table('workaround', [
    ['a clock that was not promised begins at the start', to(p3(), 'mon 12:00', 'P2'), 'mon 13:00', 'running due tue 10:00'],
    ['with grace, if that is past', to(p3(), 'tue 12:00', 'P2'), 'tue 12:30', 'running due tue 13:00'],
  ]);
  table('first_response', [
    // min(1h, 4h) from Mon 15:00.
    [
      'grace is never longer than the target',
      to(p3(), 'mon 15:00', 'P1'),
      'mon 15:30',
      'running due mon 16:00',
      policiesFrom(POLICY.replace('grace: 1h', 'grace: 4h')),
    ],
    [
      'a grace of its own',
      to(p3(), 'mon 15:00', 'P2'),
      'mon 15:10',
      'running due mon 15:15',
      policiesFrom(POLICY.replace('grace: 1h', 'grace: 15m')),
    ],
  ]);
});

describe('lowered', () => {
  table('resolution', [
    ['the new target from the same start', to(p2(), 'mon 12:00', 'P3'), 'mon 13:00', 'running due mon+1 10:00'],
    ['a second before the breach', to(p1(), 'tue 09:59:59', 'P2'), 'tue 11:00', 'running due wed 10:00'],
    ['in the due second it is late already', to(p1(), 'tue 10:00', 'P2'), 'tue 11:00', 'running due tue 10:00 breached tue 10:00'],
    ['after the breach it stays so', to(p1(), 'tue 11:00', 'P3'), 'tue 12:00', 'running due tue 10:00 breached tue 10:00'],
    [
      'lowered and raised again after it: still',
      to(to(p1(), 'tue 11:00', 'P3'), 'tue 12:00', 'P2'),
      'tue 13:00',
      'running due tue 10:00 breached tue 10:00',
    ],
    [
      'the next cycle has the new target',
      to(p1(), 'tue 11:00', 'P2').closed('tue 12:00', 'rita').reopened('tue 12:00', 'rita'),
      'tue 13:00',
      'running due thu 12:00',
    ],
    ['to one that does not promise it: no clock', to(p2(), 'mon 12:00', 'P4'), 'mon 13:00', 'none'],
    ['and back', to(to(p2(), 'mon 12:00', 'P4'), 'mon 13:00', 'P2'), 'mon 14:00', 'running due wed 10:00'],
    [
      'late, and to one that does not promise it: it stays late',
      to(p1(), 'tue 11:00', 'P4'),
      'tue 12:00',
      'running due tue 10:00 breached tue 10:00',
    ],
  ]);

  test('after the breach: breach + X counts from it, and the new percentages page nobody', () => {
    const story = to(p1().says('mon 10:30', 'mark', 'Hello'), 'tue 11:00', 'P3');
    expect(stepsAt(story, 'tue 12:00', policies)).toEqual([
      'resolution/opened/75% tue 04:00', // 18 of 24 h: it was due before
      'resolution/opened/breach tue 10:00',
      'resolution/opened/breach+4h tue 14:00',
    ]);
  });
});

describe('twice', () => {
  table('resolution', [
    ['up and down again', to(to(p3(), 'mon 12:00', 'P2'), 'mon 13:00', 'P3'), 'mon 14:00', 'running due mon+1 10:00'],
    ['the second counts from the start too', to(to(p3(), 'mon 12:00', 'P2'), 'mon 13:00', 'P1'), 'mon 14:00', 'running due tue 10:00'],
    // Thu 11:00 after the first; P1 would have an hour from Thu 10:30.
    ['graced twice: never later than it was', to(to(p3(), 'thu 10:00', 'P2'), 'thu 10:30', 'P1'), 'thu 10:45', 'running due thu 11:00'],
    [
      'graced, then lowered: the target from the start',
      to(to(p3(), 'thu 10:00', 'P2'), 'thu 10:30', 'P3'),
      'thu 10:45',
      'running due mon+1 10:00',
    ],
    [
      'graced, and the same said again: nothing is promised anew',
      to(to(p3(), 'thu 10:00', 'P2'), 'thu 10:30', 'P2'),
      'thu 10:45',
      'running due thu 11:00',
    ],
    ['in one comment: the last word', p3().says('mon 12:00', 'mark', '/priority P1\n/priority P2'), 'mon 13:00', 'running due wed 10:00'],
  ]);
});

describe('with pauses', () => {
  const held = (story: Story, from: string, until?: string) => {
    story.says(from, 'mark', '/hold x');
    return until === undefined ? story : story.says(until, 'mark', '/resume');
  };
  table('resolution', [
    // 11–15 is 4 h.
    [
      'pauses of before count under the new target',
      to(held(p3(), 'mon 11:00', 'mon 15:00'), 'mon 16:00', 'P2'),
      'mon 17:00',
      'running due wed 14:00',
    ],
    // Around the clock it is 22 h from Mon 11:00 to Tue 09:00.
    ['on the new calendar', to(held(p3(), 'mon 11:00', 'tue 09:00'), 'tue 09:00', 'P1'), 'tue 09:30', 'running due wed 08:00'],
    // Held Tue 12:00; of P2's Wed 10:00 there were 6 + 1 h left.
    ['raised while paused', to(held(p3(), 'tue 12:00'), 'wed 12:00', 'P2'), 'wed 13:00', 'paused left 7h'],
    // P2's Wed 10:00 was over before the hold: an hour from Thu 12:00, all of it left.
    ['raised while paused, with grace', to(held(p3(), 'wed 12:00'), 'thu 12:00', 'P2'), 'thu 13:00', 'paused left 1h'],
    [
      'which is left when it goes on',
      to(held(p3(), 'wed 12:00'), 'thu 12:00', 'P2').says('fri 10:00', 'mark', '/resume'),
      'fri 10:00',
      'running due fri 11:00',
    ],
    // P3: 3 + 9 + 9 + 9 + 1 h from Mon 15:00 to mon+1 10:00.
    ['lowered while paused', to(held(p2(), 'mon 15:00'), 'mon 16:00', 'P3'), 'mon 17:00', 'paused left 40h'],
    // Thu 11:00, held 10:30–12:30.
    ['held during the grace', held(to(p3(), 'thu 10:00', 'P2'), 'thu 10:30', 'thu 12:30'), 'thu 12:30', 'running due thu 13:00'],
  ]);
});

describe('steps', () => {
  const resolution = (story: Story, readAt: string) =>
    stepsAt(story.says('mon 10:01', 'mark', 'Hello'), readAt, policies).filter((one) => one.startsWith('resolution'));

  test('percentages are taken from the start, if there is no grace', () => {
    // 13.5 of 18 h.
    expect(resolution(to(p3(), 'mon 12:00', 'P2'), 'mon 13:00')).toEqual([
      'resolution/opened/75% tue 14:30',
      'resolution/opened/breach wed 10:00',
      'resolution/opened/breach+4h wed 14:00',
    ]);
  });

  test('those that would have been before the change are never posted', () => {
    expect(resolution(to(p3(), 'tue 15:00', 'P2'), 'tue 15:00')).toEqual([
      'resolution/opened/breach wed 10:00',
      'resolution/opened/breach+4h wed 14:00',
    ]);
  });

  test('of the grace, if there is one', () => {
    // 45 of 60 minutes.
    expect(resolution(to(p3(), 'thu 10:00', 'P2'), 'thu 10:00')[0]).toBe('resolution/opened/75% thu 10:45');
  });

  test('of what is left, if the old due instant is earlier', () => {
    // 22 min 30 s of 30 min.
    expect(resolution(to(p3(), 'mon+1 09:30', 'P2'), 'mon+1 09:30')[0]).toBe('resolution/opened/75% mon+1 09:52:30');
  });

  test('pauses during the grace push them alike', () => {
    const story = to(p3(), 'thu 10:00', 'P2').says('thu 10:30', 'mark', '/hold x').says('thu 11:00', 'mark', '/resume');
    expect(resolution(story, 'thu 11:00').slice(0, 2)).toEqual(['resolution/opened/75% thu 11:15', 'resolution/opened/breach thu 11:30']);
  });
});

describe('who wins', () => {
  const current = (story: Story, readAt = 'tue 12:00', using = policies) => {
    const { id, source } = told(story, readAt, using).ticket.priorities.at(-1)!;
    return `${id} ${source}`;
  };
  const bare = () => opens('mon 10:00', '_No response_');
  for (const [claim, story, want] of [
    ['nothing is known: the default', bare(), 'P3 default'],
    ['an answer that means nothing: the default', opens('mon 10:00', 'very'), 'P3 default'],
    ['the form', p2(), 'P2 form'],
    ['by name', opens('mon 10:00', 'critical'), 'P1 form'],
    ['by its first word', opens('mon 10:00', 'P2 because it hurts'), 'P2 form'],
    ['a label that the form set', bare().labelled('mon 10:00', 'rita', 'P2: high'), 'P2 label'],
    ['the form over its label', p3().labelled('mon 10:00', 'rita', 'P2: high'), 'P3 form'],
    ['a label that the reporter set later says nothing', bare().labelled('mon 11:00', 'rita', 'P2: high'), 'P3 default'],
    ['a label that a bystander set', bare().labelled('mon 11:00', 'olga', 'P2: high'), 'P3 default'],
    ['a label that a bot set', bare().labelled('mon 11:00', 'bot', 'P2: high'), 'P3 default'],
    ['the category', bare().says('mon 11:00', 'mark', '/category login'), 'P2 category'],
    ['a category without a priority', bare().says('mon 11:00', 'mark', '/category billing'), 'P3 default'],
    ['the form over the category', p3().says('mon 11:00', 'mark', '/category login'), 'P3 form'],
    ["a responder's word over the form", to(p2(), 'mon 11:00', 'P1'), 'P1 responder'],
    ["a responder's label", p2().labelled('mon 11:00', 'mark', 'P1: critical'), 'P1 responder'],
    ['the last one', to(to(p2(), 'mon 11:00', 'P1'), 'mon 12:00', 'P3'), 'P3 responder'],
    [
      'his own label taken away: it falls back',
      p2().labelled('mon 11:00', 'mark', 'P1: critical').unlabelled('mon 12:00', 'sara', 'P1: critical'),
      'P2 form',
    ],
    [
      'taken away by a bot: it stands',
      p2().labelled('mon 11:00', 'mark', 'P1: critical').unlabelled('mon 12:00', 'bot', 'P1: critical'),
      'P1 responder',
    ],
    ["the form's label taken away: the form stands", p2().unlabelled('mon 12:00', 'mark', 'P2: high'), 'P2 form'],
    ['the same again by a responder is his word', to(p2(), 'mon 11:00', 'P2'), 'P2 responder'],
    ['the reporter may not', p2().says('mon 11:00', 'rita', '/priority P1'), 'P2 form'],
  ] as const)
    test(claim, () => expect(current(story)).toBe(want));

  test('an edit of the form counts from the look that saw it, and not against a word', () => {
    const watch = new Watch(p3(), policies);
    watch.look('mon 10:01');
    watch.story.form('P2');
    expect(watch.look('mon 12:00').ticket.priorities.map(({ id, at }) => `${id} ${shown(at)}`)).toEqual(['P3 mon 10:00', 'P2 mon 12:00']);
    watch.story.says('mon 13:00', 'mark', '/priority P1');
    watch.look('mon 13:01');
    watch.story.form('P4');
    expect(watch.look('mon 14:00').ticket.priorities.at(-1)!.id).toBe('P1');
  });
});

describe('plans', () => {
  const premium = (story: Story): Story => Object.assign(story, { more: { plansOf: ['premium'] } });
  const claims = (story: Story, plan: string): Story => Object.assign(story, { body: `${story.body}\n### Plan\n\n${plan}\n` });
  const plan = (story: Story, when: string, id: string) => story.says(when, 'mark', `/plan ${id}`);
  // Premium from Mon 10:00: response Mon 12:00, resolution Fri 10:00. Gold: resolution Sun 10:00.
  const table2 = (clock: ClockName, rows: readonly Row[]) =>
    table(
      clock,
      rows.map(([a, b, c, d, e]) => [a, b, c, d, e ?? withPlans]),
    );
  table2('resolution', [
    ['of a named reporter: the plan is earlier', premium(p3()), 'mon 11:00', 'running due fri 10:00'],
    ['the priority is earlier', premium(p2()), 'mon 11:00', 'running due wed 10:00'],
    ['where the priority promises nothing', premium(opens('mon 10:00', 'P4')), 'mon 11:00', 'running due fri 10:00'],
    ['claimed in the form, where that may be', claims(p3(), 'Gold'), 'mon 11:00', 'running due sun 10:00'],
    ['claimed in the form, where it may not', claims(p3(), 'Premium'), 'mon 11:00', 'running due mon+1 10:00'],
    ['the named reporter over the claim', premium(claims(p3(), 'gold')), 'mon 11:00', 'running due fri 10:00'],
    ["a responder's word over both", plan(premium(p3()), 'mon 11:00', 'gold'), 'mon 12:00', 'running due sun 10:00'],
    ['given in time', plan(p3(), 'mon 12:00', 'premium'), 'mon 13:00', 'running due fri 10:00'],
    // Fri 10:00 is past: an hour from Fri 12:00, before mon+1 10:00.
    ['given late: with grace', plan(p3(), 'fri 12:00', 'Premium'), 'fri 12:30', 'running due fri 13:00'],
    ['given late, never later than it was', plan(p3(), 'mon+1 09:30', 'premium'), 'mon+1 09:45', 'running due mon+1 10:00'],
    [
      'the plan given and the priority raised',
      to(plan(p3(), 'mon 12:00', 'premium'), 'mon 13:00', 'P2'),
      'mon 14:00',
      'running due wed 10:00',
    ],
    ['lowered: the plan stands', to(premium(p2()), 'mon 12:00', 'P3'), 'mon 13:00', 'running due fri 10:00'],
    [
      'lowered after the breach: it stays late',
      to(premium(p1()), 'tue 11:00', 'P3'),
      'tue 12:00',
      'running due tue 10:00 breached tue 10:00',
    ],
    ['not by the reporter', p3().says('mon 11:00', 'rita', '/plan premium'), 'mon 12:00', 'running due mon+1 10:00'],
    ['not one that there is not', plan(p3(), 'mon 11:00', 'platinum'), 'mon 12:00', 'running due mon+1 10:00'],
    // Held Mon 12:00–Tue 12:00: P3 by 9 h to tue+1 10:00, gold by 24 h to mon+1 10:00.
    [
      'each is pushed on its own calendar: the plan stays earlier',
      claims(p3(), 'gold').says('mon 12:00', 'mark', '/hold x').says('tue 12:00', 'mark', '/resume'),
      'tue 13:00',
      'running due mon+1 10:00',
    ],
    // Held Fri 12:00–mon+1 09:00: P3 by 6 h to mon+1 16:00, gold by 69 h to wed+1 07:00.
    [
      'the priority becomes earlier',
      claims(p3(), 'gold').says('fri 12:00', 'mark', '/hold x').says('mon+1 09:00', 'mark', '/resume'),
      'mon+1 09:00',
      'running due mon+1 16:00',
    ],
  ]);
  table2('first_response', [
    ['clock by clock', premium(p2()), 'mon 11:00', 'running due mon 12:00'],
    ['the other way about', premium(p1()), 'mon 10:30', 'running due mon 11:00'],
    ['what the plan does not promise the priority does', claims(p2(), 'gold'), 'mon 11:00', 'running due mon 14:00'],
  ]);

  test('a change of the priority under the plan is none: no step is lost', () => {
    const story = to(premium(p3().says('mon 10:01', 'mark', 'Hello')), 'thu 12:00', 'P4');
    // Fri 10:00: 27 of 36 h are over on Thu 10:00, before the change.
    expect(stepsAt(story, 'thu 12:00', withPlans)[0]).toBe('resolution/opened/75% thu 10:00');
  });

  test('what the first look saw is kept', () => {
    const watch = new Watch(premium(p3()), withPlans);
    watch.look('mon 10:01');
    watch.story.more = {};
    expect(watch.look('mon 11:00').ticket.plans.at(-1)!.id).toBe('premium');
    const other = new Watch(p3(), withPlans);
    other.look('mon 10:01');
    premium(other.story);
    expect(other.look('mon 11:00').ticket.plans.at(-1)!.id).toBeUndefined();
  });

  test("a claim is read again when the form's answers change", () => {
    const watch = new Watch(p3(), withPlans);
    watch.look('mon 10:01');
    claims(watch.story, 'gold');
    const { plans } = watch.look('mon 12:00').ticket;
    expect(plans.map(({ id, at }) => `${id} ${shown(at)}`)).toEqual(['undefined mon 10:00', 'gold mon 12:00']);
  });
});

describe('an edit of the policy', () => {
  /** Mon 15:00 in Bucharest. */
  const SINCE = '2026-01-05T13:00:00Z';
  const edited = (text: string, since = SINCE, older = POLICY) => policiesFrom(text, { ref: 'new', since, older: [['now', older]] });
  /** A ticket that was looked at under the old policy, and what the new one makes of it. */
  const later = (story: Story, using: ReturnType<typeof edited>, readAt: string, older = POLICY, clock: ClockName = 'resolution') => {
    new Watch(story, policiesFrom(older)).look('mon 10:01');
    return clockAt(story, clock, readAt, using);
  };
  const shorter = POLICY.replace('workaround: 1d, resolution: 2d', 'workaround: 1d, resolution: 1d');
  const open = (text: string) => `effective: open\n${text}`;

  test('effective: new leaves open tickets alone', () => expect(later(p2(), edited(shorter), 'mon 16:00')).toBe('running due wed 10:00'));
  test('and gives new ones the new target', () =>
    expect(clockAt(p2(), 'resolution', 'mon 16:00', edited(shorter))).toBe('running due tue 10:00'));
  test('effective: open moves them', () => expect(later(p2(), edited(open(shorter)), 'mon 16:00')).toBe('running due tue 10:00'));
  test('with grace from when the file came into force', () => {
    // In force on Tue 12:00: past by then.
    expect(later(p2(), edited(open(shorter), '2026-01-06T10:00:00Z'), 'tue 12:30')).toBe('running due tue 13:00');
  });
  test('not what is late already', () => {
    expect(later(p2(), edited(open(shorter), '2026-01-07T10:00:00Z'), 'wed 12:30')).toBe('running due wed 10:00 breached wed 10:00');
  });
  test('longer targets too', () => {
    expect(later(p2(), edited(open(POLICY.replace('workaround: 1d, resolution: 2d', 'workaround: 1d, resolution: 4d'))), 'mon 16:00')).toBe(
      'running due fri 10:00',
    );
  });
  test('other hours', () => {
    // Wed 10:00 before the opening at 12:00.
    const hours = POLICY.replace('["09:00-18:00"]', '["12:00-18:00"]');
    expect(later(p2(), edited(open(hours)), 'mon 16:00')).toBe('running due wed 12:00');
    expect(later(p2(), edited(hours), 'mon 16:00')).toBe('running due wed 10:00');
  });
  test("a plan's targets", () => {
    const plans = PLANS.replace('first_response: 2h, resolution: 4d', 'first_response: 2h, resolution: 3d');
    const premium = () => Object.assign(p3(), { more: { plansOf: ['premium'] } });
    expect(later(premium(), edited(plans, SINCE, PLANS), 'mon 16:00', PLANS)).toBe('running due fri 10:00');
    expect(later(premium(), edited(open(plans), SINCE, PLANS), 'mon 16:00', PLANS)).toBe('running due thu 10:00');
  });
  test('a priority that the old file did not have is that of the new one', () => {
    const more = POLICY.replace('default_priority', '  - { id: P5, calendar: office, targets: { resolution: 3d } }\ndefault_priority');
    expect(later(p2(), edited(more), 'mon 16:00')).toBe('running due wed 10:00');
    expect(later(to(p2(), 'mon 15:30', 'P5'), edited(more), 'mon 16:00')).toBe('running due thu 10:00');
  });
  test('so is a plan', () => {
    expect(later(p3().says('mon 15:30', 'mark', '/plan premium'), edited(PLANS), 'mon 16:00')).toBe('running due fri 10:00');
  });
  test('people, words and labels are always those of now', () => {
    const story = p2();
    new Watch(story, policies).look('mon 10:01');
    const using = edited(POLICY.replace('name: High,', 'name: High, label: quick,'));
    expect(new Watch(story, using).look('mon 16:00').want.labels.map((one) => one.name)).toContain('quick');
  });
  test('pins are added only for a new promise, and not to what is resolved', () => {
    const pins = (story: Story, text: string) => {
      new Watch(story, policies).look('mon 10:01');
      return told(story, 'mon 16:00', edited(text)).ticket.pins.map(([at, ref]) => `${ref} ${shown(at)}`);
    };
    expect(pins(p2(), open(shorter))).toEqual(['now mon 10:00', 'new mon 15:00']);
    expect(pins(p2(), open(POLICY.replace('name: High,', 'name: Higher,')))).toEqual(['now mon 10:00']);
    expect(pins(p2().closed('mon 14:00', 'mark'), open(shorter))).toEqual(['now mon 10:00']);
  });
});

test('an edit of which field says what moves no claim: only an edit of the issue does', () => {
  const story = opens('mon 10:00', 'P3');
  story.body += '\n### Severity\n\nP1\n';
  const watch = new Watch(story, policies);
  watch.look('mon 10:01');
  watch.policies = policiesFrom(`${POLICY}intake: { fields: { priority: severity } }\n`);
  expect(watch.look('mon 11:00').ticket.priorities.map((one) => one.id)).toEqual(['P3']);
  story.body += '\nMore words.\n';
  expect(watch.look('mon 12:00').ticket.priorities.map((one) => one.id)).toEqual(['P3', 'P1']);
});
