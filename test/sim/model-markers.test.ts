import { describe } from 'vitest';
import { check } from './model/rows.ts';
import { policyOf } from './model/story.ts';

/** Small stories with markers worked out by hand. P2 and P3 are Mon–Fri 09–18, P1 is round the clock; everything in UTC. */

const RES = policyOf({ P3: { resolution: '2d' }, P2: { resolution: '1d' }, P1: { resolution: '24h' } });
const OPENS = 'Mon 10:00 rita opens';

describe('fixes, closing, reopening', () => {
  const both = policyOf({ P3: { workaround: '1d', resolution: '2d' } });
  check([
    [
      '🟡 meets both provisionally',
      both,
      'Thu 10:00',
      [OPENS, 'Tue 09:30 mark says /fixed'],
      'confirming P3',
      ['workaround Mon 10:00: met Tue 09:30, due Tue 10:00', 'resolution Mon 10:00: met Tue 09:30, due Wed 10:00'],
    ],
    // Gap Tue 09:30–11:30: 2 h on both.
    [
      '/still-broken voids it, and the gap pauses',
      both,
      'Tue 11:40',
      [OPENS, 'Tue 09:30 mark says /fixed', 'Tue 11:30 rita says /still-broken'],
      'progress P3',
      ['workaround Mon 10:00: running, due Tue 12:00', 'resolution Mon 10:00: running, due Wed 12:00'],
    ],
    [
      'no /still-broken voids a /workaround',
      both,
      'Tue 11:40',
      [OPENS, 'Mon 12:00 mark says /workaround Turn it off', 'Tue 09:30 mark says /fixed', 'Tue 11:30 rita says /still-broken'],
      'progress P3',
      ['workaround Mon 10:00: met Mon 12:00, due Tue 10:00', 'resolution Mon 10:00: running, due Wed 12:00'],
    ],
    [
      'confirmed: met at the last 🟡 that was not voided',
      RES,
      'Thu 10:00',
      [
        OPENS,
        'Mon 11:00 mark says /fixed',
        'Mon 12:00 rita says /still-broken',
        'Mon 15:00 mark labels 🟡',
        'Tue 12:00 rita says /confirm',
      ],
      'resolved P3',
      ['resolution Mon 10:00: met Mon 15:00, due Wed 11:00'],
    ],
    [
      '/confirm is the reporter’s',
      RES,
      'Thu 09:00',
      [OPENS, 'Mon 11:00 mark says /fixed', 'Mon 12:00 mark says /confirm'],
      'confirming P3',
      ['resolution Mon 10:00: met Mon 11:00, due Wed 10:00'],
    ],
    [
      'not planned: cancelled; reopened: next cycle, with its full target, and the rest goes on',
      both,
      'Tue 13:00',
      [OPENS, 'Mon 12:00 mark closes not_planned', 'Mon 15:00 mark reopens'],
      'received P3',
      [
        'workaround Mon 10:00: running, due Tue 13:00 breached',
        'resolution Mon 10:00: cancelled Mon 12:00, due Wed 10:00',
        'resolution Mon 15:00: running, due Wed 15:00',
      ],
    ],
    [
      'closed by a bot: cancelled',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 bot closes'],
      'resolved P3',
      ['resolution Mon 10:00: cancelled Mon 12:00, due Wed 10:00'],
    ],
    [
      '/duplicate: cancelled',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 mark says /duplicate #7'],
      'resolved P3',
      ['resolution Mon 10:00: cancelled Mon 12:00, due Wed 10:00'],
    ],
    [
      '/close by the reporter is refused',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 rita says /close'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    [
      '🟢 by hand is /close; by a stranger it is nothing',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 11:00 olga labels 🟢', 'Mon 12:00 mark labels 🟢'],
      'resolved P3',
      ['resolution Mon 10:00: met Mon 12:00, due Wed 10:00'],
    ],
    [
      'late: breached while running, met late',
      RES,
      'Fri 12:00',
      [OPENS, 'Thu 10:00 mark closes'],
      'resolved P3',
      ['resolution Mon 10:00: met Thu 10:00, due Wed 10:00 breached'],
    ],
    [
      'confirm: false goes straight to 🟢, and the workaround is met as by a 🟡',
      { ...both, confirm: false },
      'Tue 12:00',
      [OPENS, 'Mon 12:00 mark says /fixed'],
      'resolved P3',
      ['workaround Mon 10:00: met Mon 12:00, due Tue 10:00', 'resolution Mon 10:00: met Mon 12:00, due Wed 10:00'],
    ],
    [
      'reopened after /take: ⭕️',
      policyOf({}),
      'Tue 12:00',
      [OPENS, 'Mon 11:00 mark says /take', 'Mon 12:00 mark closes', 'Mon 13:00 rita says /reopen'],
      'progress P3',
      [],
    ],
    [
      'reopened after the assignee went: 🔴',
      policyOf({}),
      'Tue 12:00',
      [OPENS, 'Mon 11:00 mark says /take', 'Mon 12:00 mark closes', 'Mon 12:30 mark unassigns mark', 'Mon 13:00 rita says /still-broken'],
      'received P3',
      [],
    ],
    [
      '/reopen on an open 🟡 is refused',
      policyOf({}),
      'Tue 12:00',
      [OPENS, 'Mon 12:00 mark says /fixed', 'Mon 13:00 rita says /reopen'],
      'confirming P3',
      [],
    ],
    [
      '/reopen on a closed 🟡: the fix stands, the next cycle begins',
      RES,
      'Tue 12:00',
      [OPENS, 'Mon 12:00 mark merges', 'Mon 13:00 rita says /reopen'],
      'received P3',
      ['resolution Mon 10:00: met Mon 12:00, due Wed 10:00', 'resolution Mon 13:00: running, due Wed 13:00'],
    ],
    // Closed Mon 12:00–16:00; answered at 14:00 meanwhile.
    [
      'an answer in closed time counts when it goes on',
      policyOf({ P3: { first_response: '4h' } }),
      'Tue 12:00',
      [OPENS, 'Mon 12:00 rita closes not_planned', 'Mon 14:00 mark says Why?', 'Mon 16:00 rita reopens'],
      'received P3',
      ['first_response Mon 10:00: met Mon 14:00, due Mon 16:00'],
    ],
    [
      'nobody’s answer: silence ends nothing',
      RES,
      'Fri+3 12:00',
      [OPENS, 'Mon 12:00 mark says /fixed'],
      'confirming P3',
      ['resolution Mon 10:00: met Mon 12:00, due Wed 10:00'],
    ],
  ]);
});

describe('markers by hand', () => {
  const update = policyOf({ P3: { update: '4h' } });
  check([
    [
      '⭕️ by a responder is work, 🔴 is back',
      update,
      'Mon 13:00',
      [OPENS, 'Mon 11:00 mark labels ⭕️', 'Mon 12:00 mark labels 🔴'],
      'received P3',
      ['update Mon 11:00: cancelled Mon 12:00, due Mon 15:00'],
    ],
    [
      '⭕️ on 🟡 voids it',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 mark says /fixed', 'Mon 14:00 mark labels ⭕️'],
      'progress P3',
      ['resolution Mon 10:00: running, due Wed 12:00'],
    ],
    [
      '⭕️ on 🟢 reopens',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 mark closes', 'Mon 14:00 mark labels ⭕️'],
      'progress P3',
      ['resolution Mon 10:00: met Mon 12:00, due Wed 10:00', 'resolution Mon 14:00: running, due Wed 14:00'],
    ],
    [
      'a marker that is taken away comes back',
      RES,
      'Tue 09:00',
      [OPENS, 'Mon 12:00 mark unlabels 🔴'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
  ]);
});

describe('silence', () => {
  const policy = policyOf({}, { confirm: { after: '1d' } });
  const fixed = [OPENS, 'Mon 11:00 mark says Hello', 'Mon 12:00 mark says /fixed'];
  check([
    ['ends after its open time', policy, 'Tue 12:00', fixed, 'resolved P3', []],
    [
      'stopped by any comment, begun anew by /fixed',
      policy,
      'Wed 10:00',
      [...fixed, 'Mon 13:00 rita says /sla', 'Tue 11:00 mark says /fixed'],
      'confirming P3',
      [],
    ],
    ['and so till then', policy, 'Wed 11:00', [...fixed, 'Mon 13:00 rita says /sla', 'Tue 11:00 mark says /fixed'], 'resolved P3', []],
    [
      'an answer that nobody stopped it for changes nothing',
      policy,
      'Tue 12:00',
      [...fixed, 'Tue 11:00 mark says And?'],
      'resolved P3',
      [],
    ],
    ['the reporter in its last second', policy, 'Wed 12:00', [...fixed, 'Tue 11:59:59 rita says No'], 'confirming P3', []],
    ['a bystander stops nothing', policy, 'Tue 12:00', [...fixed, 'Mon 13:00 olga says Hm'], 'resolved P3', []],
    // What stopped it is deleted on Wed 10:00: it has been over since Tue 12:00.
    [
      'a deleted comment stopped nothing',
      policy,
      'Wed 10:00',
      [...fixed, 'Mon 13:00 rita says Hm', 'Wed 10:00 mark deletes 3'],
      'resolved P3',
      [],
    ],
    // Fixed without a word, so nothing runs till the answer of Wed 10:00.
    [
      'begins with the first answer, if that comes after all',
      policy,
      'Thu 09:59:59',
      [OPENS, 'Mon 12:00 mark says /fixed', 'Wed 10:00 mark says Hello'],
      'confirming P3',
      [],
    ],
    ['and then ends', policy, 'Thu 10:00', [OPENS, 'Mon 12:00 mark says /fixed', 'Wed 10:00 mark says Hello'], 'resolved P3', []],
    ['a command stays done when its comment is deleted', policy, 'Tue 09:00', [...fixed, 'Mon 13:00 mark deletes 2'], 'confirming P3', []],
  ]);
});
