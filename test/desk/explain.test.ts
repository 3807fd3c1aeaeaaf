import { describe, expect, test } from 'vitest';
import type { Policies, Record } from '../../src/desk/ledger.ts';
import type { ClockName } from '../../src/policy/types.ts';
import type { Leg, Pausing, Reason, Stage } from '../../src/words/reason.ts';
import { local, OFFICE, policiesFrom, type Story, shown } from '../support/ledger.ts';
import { opens, PLANS, reasonsOf, withHolidays } from '../words/why-stories.ts';

const policies = policiesFrom(OFFICE);
const holidays = withHolidays();
const plans = policiesFrom(`${OFFICE}${PLANS}`);

const reasons = (story: Story, readAt: string, using: Policies = policies) => reasonsOf(story, readAt, using);

function stageLine(stage: Stage): string {
  switch (stage.is) {
    case 'counted':
      return `${stage.windows.map((one) => `${shown(one.from)}–${shown(one.to)}`).join(', ')} = ${stage.seconds / 3600} h of ${stage.total / 3600}`;
    case 'closed':
      return `${stage.date.slice(5)} ${stage.why}${stage.holidays.length > 0 ? ` ${stage.holidays}` : ''}`;
    case 'paused':
      return pausingLine(stage.pausing);
    case 'rest':
      return `… ${shown(stage.to)}`;
  }
}

function pausingLine({ from, to, halts, seconds, due }: Pausing): string {
  const causes = halts.map((one) => `${one.cause}${one.reason ? `(${one.reason})` : ''} ${one.began}–${one.ended ?? ''}`).join(' + ');
  const counts = seconds === undefined ? '' : ` = ${seconds / 3600} h, due ${shown(due)}`;
  return `${shown(from)}–${shown(to)} ${causes}${counts}`;
}

function legLine(leg: Leg): string {
  if (leg.is === 'hours') return `${leg.seconds / 3600} h to ${shown(leg.to)}`;
  const skipped = leg.skipped
    .map((one) => `${one.date.slice(5)} ${one.why}${one.holidays.length > 0 ? ` ${one.holidays}` : ''}`)
    .join(', ');
  const opening = leg.opening === leg.from ? '' : `from ${shown(leg.opening)}: `;
  return `${opening}${leg.dates.map((one) => one.slice(5)).join(' ')}${skipped ? ` without ${skipped}` : ''}, ${leg.how} ${shown(leg.to)}`;
}

function told(reason: Reason | undefined): string[] {
  if (!reason) return ['nothing'];
  const { basis, promised, moves, pausings, due, left, counted, rival } = reason;
  const whose = (one: { plan?: string; priority: string }) => one.plan ?? one.priority;
  return [
    `start ${shown(reason.startedAt)} ${reason.cycle} for ${whose(promised)}`,
    ...(rival ? [`rival ${whose(rival)} ${shown(rival.due)}`] : []),
    ...moves.map((one) => {
      const graced = one.graced
        ? `, passed ${shown(one.graced.passed)}, old ${shown(one.graced.old)}, granted ${shown(one.graced.granted)}`
        : '';
      return `${one.cause} ${shown(one.at)} ${one.fact ?? '–'} ${one.before ? whose(one.before) : '–'}>${whose(one.after)} due ${shown(one.due)}${graced}`;
    }),
    ...(basis.is === 'hours' ? basis.stages.map(stageLine) : []),
    ...(basis.is === 'days' ? basis.legs.map(legLine) : []),
    ...(basis.is === 'hours' ? [] : pausings.map(pausingLine)),
    ...(counted === undefined ? [] : [`${counted / 3600} h had counted`]),
    due === undefined ? `left ${left! / 3600} h` : `due ${shown(due)}`,
  ];
}

describe('each clock is a sum that can be done again', () => {
  const weekend = opens('fri 14:00', 'P2').says('fri 15:00', 'mark', '/wait the log').says('mon+1 10:00', 'rita', 'Here it is');
  for (const [claim, clock, story, readAt, want, using] of [
    [
      '4h from Friday 16:00: two hours then, none at the weekend, two on Monday',
      'first_response',
      opens('fri 16:00', 'P2'),
      'fri 16:00',
      [
        'start fri 16:00 opened for P2',
        'fri 16:00–fri 18:00 = 2 h of 2',
        '01-10 weekday',
        '01-11 weekday',
        'mon+1 09:00–mon+1 11:00 = 2 h of 4',
        'due mon+1 11:00',
      ],
    ],
    [
      '1d from Saturday 12:00 counts from Monday 09:00: the next day is Tuesday, at the same time',
      'first_response',
      opens('sat 12:00', 'P3'),
      'sat 12:00',
      ['start sat 12:00 opened for P3', 'from mon+1 09:00: 01-13, same tue+1 09:00', 'due tue+1 09:00'],
    ],
    [
      '3d from Tuesday skip a holiday by its name, a day that the policy closes, and the weekend',
      'resolution',
      opens('tue 10:00', 'P3'),
      'tue 10:00',
      [
        'start tue 10:00 opened for P3',
        '01-09 01-12 01-13 without 01-07 holiday Sfântul Ion, 01-08 listed, 01-10 weekday, 01-11 weekday, same tue+1 10:00',
        'due tue+1 10:00',
      ],
      holidays,
    ],
    [
      'hours skip a holiday, too',
      'first_response',
      opens('tue 16:00', 'P2'),
      'tue 16:00',
      [
        'start tue 16:00 opened for P2',
        'tue 16:00–tue 18:00 = 2 h of 2',
        '01-07 holiday Sfântul Ion',
        '01-08 listed',
        'fri 09:00–fri 11:00 = 2 h of 4',
        'due fri 11:00',
      ],
      holidays,
    ],
    [
      'a pause over the weekend pushes a day by its open time: three hours on Friday and one on Monday',
      'workaround',
      weekend,
      'mon+1 11:00',
      [
        'start fri 14:00 opened for P2',
        '01-12 without 01-10 weekday, 01-11 weekday, same mon+1 14:00',
        'fri 15:00–mon+1 10:00 waiting(the log) c101–c102 = 4 h, due mon+1 18:00',
        'due mon+1 18:00',
      ],
    ],
    [
      'waiting and on hold at once count once',
      'workaround',
      opens('mon 10:00', 'P1')
        .says('mon 11:00', 'mark', '/wait')
        .says('mon 12:00', 'mark', '/hold vendor')
        .says('mon 13:00', 'rita', 'Here')
        .says('mon 15:00', 'mark', '/resume'),
      'mon 16:00',
      [
        'start mon 10:00 opened for P1',
        'mon 10:00–mon 11:00 = 1 h of 1',
        'mon 11:00–mon 15:00 waiting c101–c103 + hold(vendor) c102–c104 = 4 h, due mon 18:00',
        'mon 15:00–mon 18:00 = 3 h of 4',
        'due mon 18:00',
      ],
    ],
    [
      'while it is paused there is time left and no due instant',
      'workaround',
      opens('mon 10:00', 'P1').says('mon 11:30', 'mark', '/hold vendor'),
      'mon 16:00',
      ['start mon 10:00 opened for P1', 'mon 10:00–mon 11:30 = 1.5 h of 1.5', 'mon 11:30–– hold(vendor) c101–', 'left 2.5 h'],
    ],
    [
      'raised Wednesday 12:00 to 24h: they have passed, so an hour is granted, and the old due instant is later',
      'resolution',
      opens('mon 10:00', 'P3').says('wed 12:00', 'mark', '/priority P1'),
      'wed 12:00',
      [
        'start mon 10:00 opened for P1',
        'priority wed 12:00 c101 P3>P1 due wed 13:00, passed tue 10:00, old thu 10:00, granted wed 13:00',
        'due wed 13:00',
      ],
    ],
    [
      'raised Thursday 09:30: never later than it was',
      'resolution',
      opens('mon 10:00', 'P3').says('thu 09:30', 'mark', '/priority P1'),
      'thu 09:30',
      [
        'start mon 10:00 opened for P1',
        'priority thu 09:30 c101 P3>P1 due thu 10:00, passed tue 10:00, old thu 10:00, granted thu 10:30',
        'due thu 10:00',
      ],
    ],
    [
      'raised by a label and again by a word: both are told, and the start stays',
      'resolution',
      opens('mon 10:00', 'P4').labelled('mon 11:00', 'mark', 'P3: Medium').says('mon 12:00', 'mark', '/priority P1'),
      'mon 12:00',
      [
        'start mon 10:00 opened for P1',
        'priority mon 11:00 e –>P3 due thu 10:00',
        'priority mon 12:00 c102 P3>P1 due tue 10:00',
        'mon 10:00–tue 00:00 = 14 h of 14',
        'tue 00:00–tue 10:00 = 10 h of 24',
        'due tue 10:00',
      ],
    ],
    [
      "of plan and priority the earlier: here the plan's",
      'first_response',
      opens('mon 10:00', 'P3').says('mon 10:30', 'mark', '/plan gold'),
      'mon 10:40',
      [
        'start mon 10:00 opened for gold',
        'rival P3 tue 10:00',
        'priority mon 10:30 c101 P3>gold due mon 12:00',
        'mon 10:00–mon 12:00 = 2 h of 2',
        'due mon 12:00',
      ],
      plans,
    ],
    [
      "and here the priority's, which nothing moved",
      'resolution',
      opens('mon 10:00', 'P3').says('mon 10:30', 'mark', '/plan gold'),
      'mon 10:40',
      ['start mon 10:00 opened for P3', 'rival gold mon+1 10:00', '01-06 01-07 01-08, same thu 10:00', 'due thu 10:00'],
      plans,
    ],
    [
      'reopened: the next cycle starts with the comment that said so',
      'resolution',
      opens('mon 10:00', 'P2').closed('mon 12:00', 'mark').says('tue 10:00', 'rita', '/still-broken'),
      'tue 13:00',
      ['start tue 10:00 c102 for P2', '01-07 01-08 01-09, same fri 10:00', 'due fri 10:00'],
    ],
    [
      'time closed and a fix that did not work are pauses',
      'workaround',
      opens('mon 10:00', 'P1')
        .says('mon 11:00', 'mark', '/fixed')
        .says('mon 12:00', 'rita', '/still-broken')
        .closed('mon 13:00', 'mark')
        .reopened('mon 14:00', 'rita'),
      'mon 15:00',
      [
        'start mon 10:00 opened for P1',
        'mon 10:00–mon 11:00 = 1 h of 1',
        'mon 11:00–mon 12:00 unfixed c101–c102 = 1 h, due mon 15:00',
        'mon 12:00–mon 13:00 = 1 h of 2',
        'mon 13:00–mon 14:00 closed e103–e104 = 1 h, due mon 16:00',
        'mon 14:00–mon 16:00 = 2 h of 4',
        'due mon 16:00',
      ],
    ],
    [
      'met early: where it would have been due, and how much had counted',
      'first_response',
      opens('fri 16:00', 'P2').says('fri 16:30', 'mark', 'Looking'),
      'fri 17:00',
      [
        'start fri 16:00 opened for P2',
        'fri 16:00–fri 18:00 = 2 h of 2',
        '01-10 weekday',
        '01-11 weekday',
        'mon+1 09:00–mon+1 11:00 = 2 h of 4',
        '0.5 h had counted',
        'due mon+1 11:00',
      ],
    ],
  ] as const satisfies readonly (readonly [string, ClockName, Story, string, readonly string[], Policies?])[]) {
    test(claim, () => expect(told(reasons(story, readAt, using).find((one) => one.view.name === clock))).toEqual(want));
  }
});

test('an edit of the policy moved it: the policy is named and no comment', () => {
  const old = OFFICE.replace(
    'P3, name: Medium, calendar: office, targets: { first_response: 1d',
    'P3, name: Medium, calendar: office, targets: { first_response: 3d',
  );
  const using = policiesFrom(`${OFFICE}\neffective: open\n`, { older: [['old', old]] });
  const story = opens('mon 10:00', 'P3');
  const since = local('mon 10:00');
  const pins = [[since, 'old'] as const, [local('mon 12:00'), 'now'] as const];
  story.record = {
    v: 1,
    since,
    pins,
    parts: {},
    seen: since,
    done: [],
    claims: [[since, 'P3', '', '', 'x']],
    steps: [],
    breaches: [],
  } satisfies Record;
  expect(told(reasons(story, 'mon 13:00', using)[0])).toEqual([
    'start mon 10:00 opened for P3',
    'policy mon 12:00 – P3>P3 due tue 10:00',
    '01-06, same tue 10:00',
    'due tue 10:00',
  ]);
});

test('a clock that ended names the steps that it spared', () => {
  const unposted = (story: Story, readAt: string, posted?: string[]) =>
    reasonsOf(story, readAt, policies, posted).map((one) => `${one.view.name}: ${one.unposted}`);
  expect(unposted(opens('mon 10:00', 'P2').says('mon 11:00', 'mark', 'Looking'), 'mon 12:00')[0]).toBe('first_response: 75%,breach');
  const late = opens('mon 10:00', 'P2').says('mon 13:30', 'mark', 'Looking');
  expect(unposted(late, 'mon 14:30', ['first_response/opened/75%'])[0]).toBe('first_response: breach');
  expect(unposted(opens('mon 10:00', 'P2'), 'mon 12:00')).toEqual(['first_response: ', 'workaround: ', 'resolution: ']);
});

describe('steps that were not posted', () => {
  const first = (story: Story, readAt: string, ...posted: string[]) =>
    reasonsOf(
      story,
      readAt,
      policies,
      posted.map((key) => `first_response/opened/${key}`),
    )[0]!.unposted;
  test('because the answer came before the desk was back, though after they were due', () => {
    const answered = opens('mon 10:00', 'P2').says('mon 14:05', 'mark', 'Looking');
    expect(first(answered, 'mon 14:30', '75%')).toEqual(['breach']);
    expect(first(answered, 'mon 14:30')).toEqual(['75%', 'breach']);
    expect(first(answered, 'mon 14:30', '75%', 'breach')).toEqual([]);
  });

  test('are not those that were posted before their time', () => {
    const asked = opens('mon 10:00', 'P2').says('mon 11:00', 'mark', 'Looking');
    expect(first(asked, 'mon 12:00', '75%')).toEqual(['breach']);
    expect(first(asked, 'mon 12:00', 'breach')).toEqual(['75%']);
  });

  describe('because a pause came first', () => {
    const SOON = 'resolution/opened/75%';
    const using = policiesFrom(`${OFFICE}  - { clock: resolution, at: 75%, mention: ["@mark"] }\n`);
    const resolution = (story: Story, readAt: string, ...posted: string[]) =>
      reasonsOf(story, readAt, using, posted).find((one) => one.view.name === 'resolution')!.unposted;
    // 75 % is on Wednesday at 12:15.
    const held = (when: string) => opens('mon 10:00', 'P2').says(when, 'mark', 'Later\n\n/hold vendor');

    test('while it lasts, when the clock goes on, and when it has ended', () => {
      const waits = held('wed 13:00');
      expect(resolution(waits, 'wed 14:00')).toEqual(['75%']);
      expect(resolution(waits, 'wed 14:00', SOON)).toEqual([]);
      const goesOn = held('wed 13:00').says('wed 15:00', 'mark', '/resume');
      expect(resolution(goesOn, 'wed 15:01')).toEqual(['75%']);
      const fixed = goesOn.says('wed 16:00', 'mark', '/fixed');
      expect(resolution(fixed, 'wed 16:01')).toEqual(['75%', 'breach', 'breach+4h']);
      expect(resolution(fixed, 'wed 16:01', SOON)).toEqual(['breach', 'breach+4h']);
    });

    test('and not one that is still to come', () => {
      expect(resolution(held('wed 12:00'), 'wed 14:00')).toEqual([]);
      expect(resolution(held('wed 12:00').says('wed 13:00', 'mark', '/resume'), 'wed 14:00')).toEqual([]);
      expect(resolution(opens('mon 10:00', 'P2'), 'wed 12:16')).toEqual([]);
    });
  });
});

test('an earlier cycle is told if it was late, and only then', () => {
  const cycles = (story: Story) =>
    reasons(story, 'fri 12:00').map((one) => `${one.view.name} ${one.cycle}${one.current ? '' : ' earlier'}`);
  const again = (story: Story, when: string) => story.closed(when, 'mark').reopened('fri 10:00', 'rita');
  expect(cycles(again(opens('mon 10:00', 'P2'), 'thu 11:00'))).toEqual([
    'first_response opened',
    'workaround opened',
    'resolution e102',
    'resolution opened earlier',
  ]);
  expect(cycles(again(opens('mon 10:00', 'P2'), 'thu 09:00'))).toEqual(['first_response opened', 'workaround opened', 'resolution e102']);
});
