import { describe, expect, test } from 'vitest';
import { check } from './model/rows.ts';
import { clocksOf, on, policyOf, tell } from './model/story.ts';

/** Small stories with promises worked out by hand. P2 and P3 are Mon–Fri 09–18, P1 is round the clock; everything in UTC. */

const RES = policyOf({ P3: { resolution: '2d' }, P2: { resolution: '1d' }, P1: { resolution: '24h' } });
const OPENS = 'Mon 10:00 rita opens';

describe('priorities, plans, files', () => {
  const gold = { id: 'gold', reporters: ['@rita'], calendar: 'always', targets: { resolution: '36h' } };
  check([
    ['the form’s answer', RES, 'Mon 11:00', ['Mon 10:00 rita opens P2'], 'received P2', ['resolution Mon 10:00: running, due Tue 10:00']],
    [
      'a responder’s word wins, a stranger’s is nothing',
      RES,
      'Mon 12:00',
      [
        'Mon 10:00 rita opens P2',
        'Mon 11:00 mark says /priority P3',
        'Mon 11:10 olga says /priority P1',
        'Mon 11:20 rita says /priority P1',
      ],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    [
      'a label by a responder is the word; taken away, the form’s answer again',
      RES,
      'Mon 12:00',
      [
        'Mon 10:00 rita opens P2',
        'Mon 11:00 mark labels P1: critical',
        'Mon 11:30 mark unlabels P1: critical',
        'Mon 11:40 bot labels P1: critical',
      ],
      'received P2',
      ['resolution Mon 10:00: running, due Tue 10:00'],
    ],
    // Raised Wed 09:30: past (Tue 10:00), so min(Wed 10:00, Wed 10:30). Lowered at 09:45: Wed 10:00 again, from the start.
    [
      'two changes: raised with grace, and back',
      RES,
      'Wed 09:50',
      [OPENS, 'Wed 09:30 mark says /priority P1', 'Wed 09:45 mark says /priority P3'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    // Tue 10:00 is P1's due instant itself: past. min(Wed 10:00, Tue 11:00).
    [
      'raised in the very second of the new due instant',
      RES,
      'Tue 10:10',
      [OPENS, 'Tue 10:00 mark says /priority P1'],
      'received P1',
      ['resolution Mon 10:00: running, due Tue 11:00'],
    ],
    // P1 from Fri 10:00 is due Sat 10:00. Lowered Sat 09:30 to P2 (1d): Mon+1 10:00, not past.
    [
      'lowered: later is allowed',
      RES,
      'Sat 11:00',
      ['Fri 10:00 rita opens P1', 'Sat 09:30 mark says /priority P2'],
      'received P2',
      ['resolution Fri 10:00: running, due Mon+1 10:00'],
    ],
    // P1 (36h) from Mon 10:00: Tue 22:00. To P2 (1d, due Tue 10:00) on Tue 20:00: grace 1h on its hours is Wed 10:00; not later than Tue 22:00.
    [
      'grace in the other direction: never later than it was',
      policyOf({ P1: { resolution: '36h' }, P2: { resolution: '1d' } }),
      'Tue 21:00',
      ['Mon 10:00 rita opens P1', 'Tue 20:00 mark says /priority P2'],
      'received P2',
      ['resolution Mon 10:00: running, due Tue 22:00'],
    ],
    // Mon 11:00–Tue 11:00 is 9 h here and 24 h there. P3: Wed 10:00 + 9 h = Thu 10:00. P1: Tue 10:00 + 24 h = Wed 10:00.
    [
      'the same pauses, by the new calendar',
      RES,
      'Tue 15:00',
      [OPENS, 'Mon 11:00 mark says /wait', 'Tue 11:00 mark says /resume', 'Tue 14:00 mark says /priority P1'],
      'received P1',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    // Waiting since Mon 11:00; raised Tue 14:00 while paused: 1 h has passed of 24, so not past. Resumed Wed 10:00: 47 h pause: Thu 09:00.
    [
      'raised while paused',
      RES,
      'Wed 11:00',
      [OPENS, 'Mon 11:00 mark says /wait', 'Tue 14:00 mark says /priority P1', 'Wed 10:00 mark says /resume'],
      'received P1',
      ['resolution Mon 10:00: running, due Thu 09:00'],
    ],
    // Plan: Tue 22:00; priority: Wed 10:00.
    [
      'of plan and priority the earlier',
      { ...RES, plans: [gold] },
      'Tue 09:00',
      [OPENS],
      'received P3',
      ['resolution Mon 10:00: running, due Tue 22:00'],
    ],
    // Paused Mon 18:00–Tue 15:00. Priority: 6 h, Wed 16:00. Plan: 21 h, Wed 19:00.
    [
      'each is followed by itself: a night of waiting makes the other one lead',
      { ...RES, plans: [gold] },
      'Tue 16:00',
      [OPENS, 'Mon 18:00 mark says /wait', 'Tue 15:00 mark says /resume'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 16:00'],
    ],
    // 36h from Mon 10:00 is not past at Tue 12:00.
    [
      '/plan is a re-prioritisation',
      { ...RES, plans: [{ ...gold, reporters: [] }] },
      'Tue 13:00',
      [OPENS, 'Tue 12:00 mark says /plan gold'],
      'received P3',
      ['resolution Mon 10:00: running, due Tue 22:00'],
    ],
    [
      'what leaves no target leaves no clock',
      policyOf({ P3: { resolution: '2d' } }),
      'Tue 13:00',
      [OPENS, 'Tue 12:00 mark says /priority P1'],
      'received P1',
      [],
    ],
  ]);

  // From Tue 12:00 on, P3 is 1d: Tue 10:00 is past, grace 1h: 13:00. New tickets have 1d anyway.
  for (const [effective, opens, want] of [
    ['open', 'Mon 10:00', 'due Tue 13:00'],
    ['new', 'Mon 10:00', 'due Wed 10:00'],
    ['new', 'Tue 12:00', 'due Wed 12:00'],
  ] as const)
    test(`effective: ${effective}, opened ${opens}: ${want}`, () => {
      const edited = policyOf({ P3: { resolution: '1d' } }, { effective });
      const policies = [
        { from: on('Mon 00:00'), policy: RES },
        { from: on('Tue 12:00'), policy: edited },
      ];
      expect(clocksOf(tell({ policies }, 'Tue 12:30', [`${opens} rita opens`]))).toEqual([`resolution ${opens}: running, ${want}`]);
    });
});
