import { describe, expect, test } from 'vitest';
import { on, policyOf, stepsOf, type Told, tell } from './model/story.ts';
import type { SimPolicy } from './script.ts';

/** Which steps are reached, and from when they are not posted any more. Mon–Fri 09–18 for P2 and P3, P1 round the clock; UTC. */

type Step = SimPolicy['escalation'][number];
const step = (clock: string, at: string, more: Partial<Step> = {}): Step => ({ id: at, clock, at, mention: [], ...more });
const OPENS = 'Mon 10:00 rita opens';

type Row = readonly [claim: string, policy: SimPolicy | Told, until: string, story: readonly string[], steps: readonly string[]];
function check(rows: readonly Row[]): void {
  for (const [claim, policy, until, story, steps] of rows) test(claim, () => expect(stepsOf(tell(policy, until, story))).toEqual(steps));
}

describe('moments', () => {
  const res = (...escalation: Step[]): SimPolicy => policyOf({ P3: { resolution: '8h' }, P1: { resolution: '4h' } }, { escalation });
  check([
    // 8 h from 10:00 is 18:00; W = 8 h.
    [
      'per cent are of open time',
      res(step('resolution', '50%'), step('resolution', '99%')),
      'Tue 12:00',
      [OPENS],
      ['resolution 50% Mon 14:00', 'resolution 99% Mon 17:55:12'],
    ],
    // W = 8 h = 28,800 s from 10:00:01; 33.33 % = 9,599.04 s, rounded down.
    [
      'rounded down to the second',
      res(step('resolution', '33.33%')),
      'Tue 12:00',
      ['Mon 10:00:01 rita opens'],
      ['resolution 33.33% Mon 12:40'],
    ],
    // Breach Mon 18:00; 1 h of open time later is Tue 10:00.
    [
      'breach + X is open time',
      res(step('resolution', 'breach'), step('resolution', 'breach + 1h')),
      'Tue 12:00',
      [OPENS],
      ['resolution breach Mon 18:00', 'resolution breach + 1h Tue 10:00'],
    ],
    // Every 4 h: Tue 13:00, 17:00, Wed 12:00 (1 h of Tue, 3 h of Wed).
    [
      'repeats, each after the one before it',
      res(step('resolution', 'breach', { repeat: { every: '4h', times: 3 } })),
      'Wed 11:59:59',
      [OPENS],
      ['resolution breach Mon 18:00', 'resolution breach*1 Tue 13:00', 'resolution breach*2 Tue 17:00'],
    ],
    [
      'reached at the last second',
      res(step('resolution', 'breach', { repeat: { every: '4h', times: 1 } })),
      'Tue 13:00',
      [OPENS],
      ['resolution breach Mon 18:00', 'resolution breach*1 Tue 13:00'],
    ],
    ['met before its instant: none', res(step('resolution', '50%')), 'Tue 12:00', [OPENS, 'Mon 13:59:59 mark closes'], []],
    [
      'met in the very second: no time at all',
      res(step('resolution', '50%')),
      'Tue 12:00',
      [OPENS, 'Mon 14:00 mark closes'],
      ['resolution 50% Mon 14:00–Mon 14:00'],
    ],
    [
      'met later: till then',
      res(step('resolution', '50%')),
      'Tue 12:00',
      [OPENS, 'Mon 15:00 mark closes'],
      ['resolution 50% Mon 14:00–Mon 15:00'],
    ],
  ]);
});

describe('pauses', () => {
  const steps = [step('resolution', '50%'), step('resolution', 'breach'), step('resolution', 'breach + 1h')];
  const res = policyOf({ P3: { resolution: '4h' } }, { escalation: steps });
  check([
    // 50 % is 12:00, breach 14:00; waiting 11–13 pushes both by 2 h.
    [
      'push what is to come',
      res,
      'Mon 17:30',
      [OPENS, 'Mon 11:00 mark says /wait', 'Mon 13:00 mark says /resume'],
      ['resolution 50% Mon 14:00', 'resolution breach Mon 16:00', 'resolution breach + 1h Mon 17:00'],
    ],
    // 50 % is 12:00, the second in which waiting begins: it stays, has no time, and may come at 13:00. Breach 15:00.
    [
      'that begin at the instant are too late',
      res,
      'Mon 15:30',
      [OPENS, 'Mon 12:00 mark says /wait', 'Mon 13:00 mark says /resume'],
      ['resolution 50% Mon 12:00–Mon 12:00 | Mon 12:00 from Mon 13:00', 'resolution breach Mon 15:00'],
    ],
    // Waiting 12:30–13:30: 50 % stays at 12:00, stood still from 12:30, goes on at 13:30; breach 15:00.
    [
      'stop what was not posted yet',
      res,
      'Mon 15:30',
      [OPENS, 'Mon 12:30 mark says /wait', 'Mon 13:30 rita says Done'],
      ['resolution 50% Mon 12:00–Mon 12:30 | Mon 12:00 from Mon 13:30', 'resolution breach Mon 15:00'],
    ],
    [
      'do not stop what follows a breach',
      res,
      'Mon 17:30',
      [OPENS, 'Mon 14:00 mark says /wait'],
      ['resolution 50% Mon 12:00', 'resolution breach Mon 14:00', 'resolution breach + 1h Mon 15:00'],
    ],
    // Breach 14:00, closed 14:30–16:00: breach + 1h at 15:00 is never posted.
    [
      'closed time swallows a step',
      res,
      'Mon 17:30',
      [OPENS, 'Mon 14:30 mark closes not_planned', 'Mon 16:00 mark reopens'],
      ['resolution 50% Mon 12:00–Mon 14:30', 'resolution breach Mon 14:00–Mon 14:30'],
    ],
    // 🟡 14:30–16:00 voided: the same clock goes on, and 15:00 lay in the gap.
    [
      'so does a voided 🟡',
      res,
      'Mon 17:30',
      [OPENS, 'Mon 14:30 mark says /fixed', 'Mon 16:00 rita says /still-broken'],
      ['resolution 50% Mon 12:00–Mon 14:30 | Mon 12:00 from Mon 16:00', 'resolution breach Mon 14:00–Mon 14:30 | Mon 14:00 from Mon 16:00'],
    ],
  ]);
});

describe('what changes on the way', () => {
  const steps = [step('resolution', '75%'), step('resolution', 'breach')];
  const both = policyOf({ P3: { resolution: '8h' }, P2: { resolution: '4h' }, P1: { resolution: '2h' } }, { escalation: steps });
  const only = (priorities: string[], at = 'breach'): SimPolicy =>
    policyOf({ P3: { resolution: '4h' }, P2: { resolution: '4h' } }, { escalation: [step('resolution', at, { priorities })] });
  check([
    // P2's 75 % is 13:00, before the change at 13:30: never. Breach at 14:00.
    ['no step of before its target', both, 'Mon 14:30', [OPENS, 'Mon 13:30 mark says /priority P2'], ['resolution breach Mon 14:00']],
    // P1 from 10:00 is past at 13:00: grace 1h, due 14:00; 75 % of 13:00–14:00 is 13:45.
    [
      'grace: per cent of what is left',
      both,
      'Mon 14:30',
      [OPENS, 'Mon 13:00 mark says /priority P1'],
      ['resolution 75% Mon 13:45', 'resolution breach Mon 14:00'],
    ],
    // The same after waiting 10:30–11:30, raised at 14:00 (P1: 13:00): due 15:00, 75 % is 14:45.
    [
      'grace: pauses of before push nothing',
      both,
      'Mon 15:30',
      [OPENS, 'Mon 10:30 mark says /wait', 'Mon 11:30 mark says /resume', 'Mon 14:00 mark says /priority P1'],
      ['resolution 75% Mon 14:45', 'resolution breach Mon 15:00'],
    ],
    // P2: 13:00, till it becomes P3 at 13:30, whose 75 % is 16:00.
    [
      'lowered: the instant moves, and is owed if it was not posted',
      both,
      'Mon 17:00',
      ['Mon 10:00 rita opens P2', 'Mon 13:30 mark says /priority P3'],
      ['resolution 75% Mon 13:00–Mon 13:30 | Mon 16:00'],
    ],
    ['a step of other priorities', only(['P2']), 'Mon 17:00', [OPENS], []],
    ['it comes to concern the ticket after its instant: never', only(['P2']), 'Mon 17:00', [OPENS, 'Mon 14:30 mark says /priority P2'], []],
    ['before its instant', only(['P2']), 'Mon 17:00', [OPENS, 'Mon 13:30 mark says /priority P2'], ['resolution breach Mon 14:00']],
    [
      'it does not any more',
      only(['P3']),
      'Mon 17:00',
      [OPENS, 'Mon 15:00 mark says /priority P2'],
      ['resolution breach Mon 14:00–Mon 15:00'],
    ],
    // Due 14:00, answered 11:00; deleted at 15:00.
    [
      'a deleted answer lets them come, late',
      policyOf({ P3: { first_response: '4h' } }, { escalation: [step('first_response', '50%'), step('first_response', 'breach')] }),
      'Mon 16:00',
      [OPENS, 'Mon 11:00 mark says Hello', 'Mon 15:00 petra deletes 1'],
      ['first_response 50% Mon 12:00 from Mon 15:00', 'first_response breach Mon 14:00 from Mon 15:00'],
    ],
    // The update of 11:00 is met at 12:00; the answer of 12:00 is hidden at 13:30: 11:00 is due 13:00 again, that of 12:00 (14:00) is gone.
    [
      'a cycle that is taken back',
      policyOf({ P3: { update: '2h' } }, { escalation: [step('update', '25%'), step('update', 'breach')] }),
      'Mon 14:30',
      [OPENS, 'Mon 11:00 mark says /take', 'Mon 12:00 mark says Still at it', 'Mon 13:30 petra hides 2'],
      [
        'update 25% Mon 11:30–Mon 12:00 | Mon 11:30 from Mon 13:30',
        'update 25% Mon 12:30–Mon 13:30',
        'update breach Mon 13:00 from Mon 13:30',
      ],
    ],
    // Plan: 30h from Mon 10:00 on always, Tue 16:00, 50 % Tue 01:00. Priority: 1d, Tue 10:00.
    [
      'of plan and priority the leader’s',
      policyOf(
        { P3: { resolution: '30h' } },
        {
          escalation: [step('resolution', '50%')],
          plans: [{ id: 'gold', reporters: ['@rita'], calendar: 'always', targets: { resolution: '30h' } }],
        },
      ),
      'Tue 17:00',
      [OPENS],
      ['resolution 50% Tue 01:00'],
    ],
  ]);

  const told = (edited: SimPolicy): Told => ({
    policies: [
      { from: on('Mon 00:00'), policy: both },
      { from: on('Mon 15:00'), policy: edited },
    ],
  });
  check([
    // P3 becomes 6 h at 15:00: due 16:00; its 75 % (14:30) lies before.
    [
      'a file that changes targets of open tickets',
      told({ ...both, effective: 'open', priorities: both.priorities.map((one) => ({ ...one, targets: { resolution: '6h' } })) }),
      'Mon 19:00',
      [OPENS],
      ['resolution breach Mon 16:00'],
    ],
    // 50 % is 14:00: before the step was in force. 75 % is the same step, of 16:00.
    [
      'a step of a new file',
      told({ ...both, escalation: [...steps, step('resolution', '50%')] }),
      'Mon 19:00',
      [OPENS],
      ['resolution 75% Mon 16:00', 'resolution breach Mon 18:00'],
    ],
    [
      'a step that a new file leaves out',
      told({ ...both, escalation: [] }),
      'Mon 19:00',
      ['Mon 10:00 rita opens P2'],
      ['resolution 75% Mon 13:00–Mon 15:00', 'resolution breach Mon 14:00–Mon 15:00'],
    ],
    // Opened Mon 10:00, arrived 17:00: 75 % (16:00) is past.
    [
      'nothing of before the arrival',
      { policies: [{ from: on('Mon 00:00'), policy: both }], arrival: 'Mon 17:00' },
      'Mon 19:00',
      [OPENS],
      ['resolution breach Mon 18:00'],
    ],
  ]);
});

describe('stagnation', () => {
  const idle = policyOf({ P3: {} }, { escalation: [{ id: 'idle', stagnant: '1d', mention: [] }], confirm: { after: '30d' } });
  check([
    [
      'from the beginning if nobody did anything; the reporter’s words are no deed',
      idle,
      'Tue 12:00',
      [OPENS, 'Mon 15:00 rita says Well?'],
      ['stagnant idle Tue 10:00'],
    ],
    [
      'once per last deed; any label by a responder is one',
      idle,
      'Wed 17:00',
      [OPENS, 'Tue 11:00 mark labels nice'],
      ['stagnant idle Tue 10:00–Tue 11:00', 'stagnant idle Wed 11:00'],
    ],
    // Waiting Mon 12:00–17:00 (ended by the reporter): 5 h after Tue 12:00.
    ['waiting pauses it', idle, 'Wed 12:00', [OPENS, 'Mon 12:00 mark says /wait', 'Mon 17:00 rita says Here'], ['stagnant idle Tue 17:00']],
    // 🟡 Mon 12:00–Tue 12:00 voided by the reporter: 9 h after Tue 12:00 (the deed was /fixed).
    [
      'a voided 🟡 pauses it',
      idle,
      'Thu 12:00',
      [OPENS, 'Mon 12:00 mark says /fixed', 'Tue 12:00 rita says /still-broken'],
      ['stagnant idle Wed 12:00'],
    ],
    ['not on 🟡', idle, 'Thu 12:00', [OPENS, 'Mon 12:00 mark says /fixed'], []],
    // Closed by the reporter Mon 12:00, reopened Tue 15:00: 12 h of open time after Tue 10:00, Wed 13:00.
    ['closed time pauses it', idle, 'Wed 17:00', [OPENS, 'Mon 12:00 rita closes', 'Tue 15:00 rita reopens'], ['stagnant idle Wed 13:00']],
    // What a deleted comment commanded stays a deed; what it only said does not.
    [
      'deleted words are no deed',
      idle,
      'Wed 09:00',
      [OPENS, 'Mon 15:00 mark says Hello', 'Tue 11:00 olga deletes 1'],
      ['stagnant idle Tue 10:00 from Tue 11:00'],
    ],
    [
      'deleted commands are',
      idle,
      'Wed 09:00',
      [OPENS, 'Mon 15:00 mark says /take', 'Tue 11:00 olga deletes 1'],
      ['stagnant idle Tue 15:00'],
    ],
  ]);
});
