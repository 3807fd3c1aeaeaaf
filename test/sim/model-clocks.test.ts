import { describe } from 'vitest';
import { check } from './model/rows.ts';
import { policyOf } from './model/story.ts';

/** Small stories with clocks worked out by hand. P2 and P3 are Mon–Fri 09–18, P1 is round the clock; everything in UTC. */

const RES = policyOf({ P3: { resolution: '2d' }, P2: { resolution: '1d' }, P1: { resolution: '24h' } });
const OPENS = 'Mon 10:00 rita opens';

describe('answers', () => {
  const first = policyOf({ P3: { first_response: '4h' } });
  const running = ['first_response Mon 10:00: running, due Mon 14:00'];
  check([
    ['a bystander does not answer', first, 'Mon 12:00', [OPENS, 'Mon 11:00 olga says Same'], 'received P3', running],
    [
      'the reporter does not, with a responder’s part',
      first,
      'Mon 12:00',
      ['Mon 10:00 rita* opens', 'Mon 11:00 rita* says Hm'],
      'received P3',
      [],
    ],
    ['a bot does not', first, 'Mon 12:00', [OPENS, 'Mon 11:00 bot says Hm'], 'received P3', running],
    ['a bare command does not', first, 'Mon 12:00', [OPENS, 'Mon 11:00 mark says /take'], 'progress P3', running],
    ['/ack does not', first, 'Mon 12:00', [OPENS, 'Mon 11:00 mark says /ack'], 'received P3', running],
    ['a quote does not', first, 'Mon 12:00', [OPENS, 'Mon 11:00 mark says > Hello\n'], 'received P3', running],
    [
      'the text of /wait does',
      first,
      'Mon 12:00',
      [OPENS, 'Mon 11:00 mark says /wait for logs'],
      'received P3 waiting',
      ['first_response Mon 10:00: met Mon 11:00, due Mon 14:00'],
    ],
    // Read again without the comment: running, and breached at 14:00.
    [
      'a deleted answer no longer answers',
      first,
      'Mon 15:00',
      [OPENS, 'Mon 11:00 mark says Hello\n/take', 'Mon 14:30 petra deletes 1'],
      'progress P3',
      ['first_response Mon 10:00: running, due Mon 14:00 breached'],
    ],
    [
      'a hidden one gives way to the next',
      first,
      'Mon 15:00',
      [OPENS, 'Mon 11:00 mark says Hello', 'Mon 11:30 petra says Hello', 'Mon 12:30 petra hides 1'],
      'received P3',
      ['first_response Mon 10:00: met Mon 11:30, due Mon 14:00'],
    ],
    // First response never pauses.
    ['a hold does not pause it', first, 'Mon 13:00', [OPENS, 'Mon 11:00 mark says /hold x'], 'received P3 hold', running],
  ]);
});

describe('pauses', () => {
  check([
    [
      'while paused there is no due instant',
      RES,
      'Tue 12:00',
      [OPENS, 'Tue 11:00 mark says /wait'],
      'received P3 waiting',
      ['resolution Mon 10:00: paused'],
    ],
    // Waiting 11–13, hold 12–15: four hours of union. Wed 10:00 + 4 h.
    [
      'waiting and hold count once where they overlap',
      RES,
      'Tue 16:00',
      [OPENS, 'Mon 11:00 mark says /wait', 'Mon 12:00 mark says /hold x', 'Mon 13:00 rita says So', 'Mon 15:00 mark says /resume'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 14:00'],
    ],
    // The comment of a bystander ends nothing; a command of the reporter is a comment. Mon 11:00–Tue 11:00 is 9 h: Thu 10:00.
    [
      'any comment of the reporter ends waiting',
      RES,
      'Tue 16:00',
      [OPENS, 'Mon 11:00 mark says /wait', 'Mon 12:00 olga says /resume', 'Tue 11:00 rita says /sla'],
      'received P3',
      ['resolution Mon 10:00: running, due Thu 10:00'],
    ],
    [
      'closed time pauses nothing',
      RES,
      'Tue 10:00',
      [OPENS, 'Mon 18:00 mark says /wait', 'Tue 09:00 mark says /resume'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    [
      'a pause at the due instant is too late',
      RES,
      'Thu 10:00',
      [OPENS, 'Wed 10:00 mark says /wait'],
      'received P3 waiting',
      ['resolution Mon 10:00: running, due Wed 10:00 breached'],
    ],
    [
      'a second earlier is not',
      RES,
      'Thu 10:00',
      [OPENS, 'Wed 09:59:59 mark says /wait'],
      'received P3 waiting',
      ['resolution Mon 10:00: paused'],
    ],
    // Mon 12–14 by the flag: 2 h.
    [
      'a flag by a responder is the command, taken away too; not by others',
      RES,
      'Tue 10:00',
      [
        OPENS,
        'Mon 11:00 bot labels hold',
        'Mon 12:00 mark labels hold',
        'Mon 13:00 olga unlabels hold',
        'Mon 14:00 petra unlabels waiting',
      ],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 12:00'],
    ],
    [
      '/hold wants a reason',
      RES,
      'Tue 10:00',
      [OPENS, 'Mon 11:00 mark says /hold'],
      'received P3',
      ['resolution Mon 10:00: running, due Wed 10:00'],
    ],
    // Begins Mon 20:00 and ends Tue 08:00: no open time.
    [
      'on always the night counts',
      RES,
      'Tue 10:00',
      ['Mon 10:00 rita opens P1', 'Mon 20:00 mark says /wait', 'Tue 08:00 mark says /resume'],
      'received P1',
      ['resolution Mon 10:00: running, due Tue 22:00'],
    ],
  ]);
});

describe('what stands still', () => {
  const first = policyOf({ P3: { first_response: '4h' }, P2: { resolution: '1d' } });
  check([
    // Closed by the merge Mon 11:00–15:00: time closed pauses every clock. 1 h was gone: 18:00.
    [
      'a closed 🟡 pauses first_response',
      first,
      'Mon 17:00',
      [OPENS, 'Mon 11:00 mark merges', 'Mon 15:00 rita says /still-broken'],
      'progress P3',
      ['first_response Mon 10:00: running, due Mon 18:00'],
    ],
    [
      'an open one does not',
      first,
      'Mon 17:00',
      [OPENS, 'Mon 11:00 mark says /fixed', 'Mon 15:00 rita says /still-broken'],
      'progress P3',
      ['first_response Mon 10:00: running, due Mon 14:00 breached'],
    ],
    // Sat 12:00 + 1d is Tue+1 09:00, an opening. The pause begins the night before and ends the night after: 9 h on, Tue+1 18:00 has passed.
    [
      'a pause over a whole day from before the due opening',
      first,
      'Tue+1 21:00',
      ['Sat 12:00 rita opens P2', 'Mon+1 20:00 mark says /wait', 'Tue+1 20:00 mark says /resume'],
      'received P2',
      ['resolution Sat 12:00: running, due Tue+1 18:00 breached'],
    ],
  ]);
});

describe('next_response and update', () => {
  const next = policyOf({ P3: { next_response: '2h' } });
  const update = policyOf({ P3: { update: '4h' } });
  const answered = [OPENS, 'Mon 10:30 mark says Hello'];
  check([
    ['nothing begins before the first answer', next, 'Mon 12:00', [OPENS, 'Mon 11:00 rita says Well?'], 'received P3', []],
    [
      'the oldest comment since the last answer, met by the next',
      next,
      'Mon 15:00',
      [...answered, 'Mon 11:00 rita says Well?', 'Mon 11:30 rita says Hello?', 'Mon 12:00 mark says Yes', 'Mon 14:00 rita says And?'],
      'received P3',
      ['next_response Mon 11:00: met Mon 12:00, due Mon 13:00', 'next_response Mon 14:00: running, due Mon 16:00'],
    ],
    ['what says nothing begins nothing', next, 'Mon 12:00', [...answered, 'Mon 11:00 rita says /sla'], 'received P3', []],
    // Held 11:30–13:30: 13:00 + 2 h. Waiting pauses nothing.
    [
      'hold pauses it, waiting does not',
      next,
      'Mon 14:00',
      [...answered, 'Mon 11:00 rita says Well?', 'Mon 11:10 mark says /wait', 'Mon 11:30 mark says /hold x', 'Mon 13:30 mark says /resume'],
      'received P3',
      ['next_response Mon 11:00: running, due Mon 15:00'],
    ],
    [
      '🟡 cancels it',
      next,
      'Mon 14:00',
      [...answered, 'Mon 11:00 rita says Well?', 'Mon 12:00 mark says /fixed'],
      'confirming P3',
      ['next_response Mon 11:00: cancelled Mon 12:00, due Mon 13:00'],
    ],
    [
      '🟢 cancels it, and after a reopening it goes on: closed 12–14',
      next,
      'Mon 14:30',
      [...answered, 'Mon 11:00 rita says Well?', 'Mon 12:00 mark closes', 'Mon 14:00 rita reopens'],
      'received P3',
      ['next_response Mon 11:00: running, due Mon 15:00'],
    ],
    [
      '/still-broken of the reporter begins it on 🟡',
      next,
      'Mon 13:00',
      [OPENS, 'Mon 11:00 mark says /fixed', 'Mon 11:30 rita says Thanks', 'Mon 12:00 rita says /still-broken'],
      'progress P3',
      ['next_response Mon 12:00: running, due Mon 14:00'],
    ],
    [
      'that of a responder does not',
      next,
      'Mon 13:00',
      [OPENS, 'Mon 11:00 mark says /fixed', 'Mon 12:00 mark says /still-broken'],
      'progress P3',
      [],
    ],
    [
      'update begins with ⭕️ and with each answer on it, and ends with it',
      update,
      'Mon 17:00',
      [OPENS, 'Mon 11:00 mark says Mine\n/take', 'Mon 12:00 mark says Still here', 'Mon 13:00 mark says /fixed'],
      'confirming P3',
      ['update Mon 11:00: met Mon 12:00, due Mon 15:00', 'update Mon 12:00: cancelled Mon 13:00, due Mon 16:00'],
    ],
    [
      'an answer that fixes begins none',
      update,
      'Mon 17:00',
      [OPENS, 'Mon 11:00 petra assigns mark', 'Mon 13:00 mark says Found it\n/fixed'],
      'confirming P3',
      ['update Mon 11:00: met Mon 13:00, due Mon 15:00'],
    ],
    ['a bystander who is assigned begins nothing', update, 'Mon 17:00', [OPENS, 'Mon 11:00 petra assigns olga'], 'received P3', []],
  ]);
});
