import { describe, expect, test } from 'vitest';
import type { ClockName } from '../../src/policy/types.ts';
import { OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { clockAt, opens, stepsAt, told, Watch } from '../support/told.ts';

/** As `OFFICE`, and P2 promises the turns too. Mon–Fri 09–18; the first hours of P2: response 4 h, workaround 1 d, resolution 3 d. */
const POLICY = OFFICE.replace('workaround: 1d, resolution: 3d', 'next_response: 4h, update: 2h, workaround: 1d, resolution: 3d');
const policies = policiesFrom(POLICY);
const holiday = policiesFrom(POLICY.replace('["09:00-18:00"] } }', '["09:00-18:00"] }, holidays: { add: { 2026-01-07: closed } } }'));

const WAITING = 'waiting for reporter';
const HOLD = 'on hold';
/** P2 on Monday at 10:00: response due Mon 14:00, workaround Tue 10:00, resolution Thu 10:00. */
const p2 = () => opens('mon 10:00', 'P2');
const DUE = 'running due thu 10:00';

type Row = readonly [claim: string, story: Story, readAt: string, want: string, using?: typeof policies];
const table = (clock: ClockName, rows: readonly Row[]) => {
  for (const [claim, story, readAt, want, using] of rows)
    test(claim, () => expect(clockAt(story, clock, readAt, using ?? policies)).toBe(want));
};

describe('what begins and ends a pause', () => {
  table('resolution', [
    // Left from Mon 12:00 to Thu 10:00: 6 + 9 + 9 + 1 h.
    ['/wait by a responder', p2().says('mon 12:00', 'mark', '/wait'), 'mon 15:00', 'paused left 25h'],
    ['/hold by a responder', p2().says('mon 12:00', 'mark', '/hold parts'), 'mon 15:00', 'paused left 25h'],
    ['the flag waiting, set by a responder', p2().labelled('mon 12:00', 'mark', WAITING), 'mon 15:00', 'paused left 25h'],
    ['the flag on hold, set by a responder', p2().labelled('mon 12:00', 'mark', HOLD), 'mon 15:00', 'paused left 25h'],
    ['labels are compared without case', p2().labelled('mon 12:00', 'mark', 'On Hold'), 'mon 15:00', 'paused left 25h'],
    ['/hold without a reason is refused', p2().says('mon 12:00', 'mark', '/hold'), 'mon 15:00', DUE],
    ['/wait by the reporter is refused', p2().says('mon 12:00', 'rita', '/wait'), 'mon 15:00', DUE],
    ['/hold by a bystander is refused', p2().says('mon 12:00', 'olga', '/hold me'), 'mon 15:00', DUE],
    ['/hold by a bot is not heard', p2().says('mon 12:00', 'bot', '/hold me'), 'mon 15:00', DUE],
    ['the flag set by a bot', p2().labelled('mon 12:00', 'bot', HOLD), 'mon 15:00', DUE],
    ['the flag set by a bystander', p2().labelled('mon 12:00', 'olga', HOLD), 'mon 15:00', DUE],
    ['the flag set by the desk is an echo', p2().labelled('mon 12:00', 'app', HOLD), 'mon 15:00', DUE],
    ['the flag set by the reporter', p2().labelled('mon 12:00', 'rita', HOLD), 'mon 15:00', DUE],
    // 12:00–15:00 is 3 h.
    [
      '/resume ends waiting',
      p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'sara', '/resume'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    [
      '/resume ends holding',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 15:00', 'sara', '/resume'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    [
      'the flag taken away by a responder',
      p2().says('mon 12:00', 'mark', '/wait').unlabelled('mon 15:00', 'mark', WAITING),
      'mon 16:00',
      'running due thu 13:00',
    ],
    [
      'the flag taken away by a bot',
      p2().says('mon 12:00', 'mark', '/wait').unlabelled('mon 15:00', 'bot', WAITING),
      'mon 16:00',
      'paused left 25h',
    ],
    [
      'the flag taken away by a bystander',
      p2().says('mon 12:00', 'mark', '/hold x').unlabelled('mon 15:00', 'olga', HOLD),
      'mon 16:00',
      'paused left 25h',
    ],
    [
      'the flag taken away by the reporter',
      p2().says('mon 12:00', 'mark', '/hold x').unlabelled('mon 15:00', 'rita', HOLD),
      'mon 16:00',
      'paused left 25h',
    ],
    [
      '/resume by the reporter is refused',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 15:00', 'rita', '/resume'),
      'mon 16:00',
      'paused left 25h',
    ],
    [
      'a comment of the reporter ends waiting',
      p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'rita', 'Here it is'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    ['any comment of his', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'rita', '👍'), 'mon 16:00', 'running due thu 13:00'],
    ['a command of his', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'rita', '/sla'), 'mon 16:00', 'running due thu 13:00'],
    [
      'a comment of his that was minimised',
      p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'rita', 'Here', { visible: false }),
      'mon 16:00',
      'running due thu 13:00',
    ],
    ['but not of a bystander', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'olga', 'Here'), 'mon 16:00', 'paused left 25h'],
    ['nor of a bot', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'bot', 'Here'), 'mon 16:00', 'paused left 25h'],
    ['nor of a responder', p2().says('mon 12:00', 'mark', '/wait').says('mon 15:00', 'sara', 'Here'), 'mon 16:00', 'paused left 25h'],
    ['nor one that came before', p2().says('mon 11:00', 'rita', 'Here').says('mon 12:00', 'mark', '/wait'), 'mon 16:00', 'paused left 25h'],
    [
      'and it does not end holding',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 15:00', 'rita', 'Here'),
      'mon 16:00',
      'paused left 25h',
    ],
    // 12–13 and 15–16 are 2 h.
    [
      'two pauses',
      p2()
        .says('mon 12:00', 'mark', '/wait')
        .says('mon 13:00', 'rita', 'Here')
        .says('mon 15:00', 'mark', '/wait')
        .says('mon 16:00', 'rita', 'There'),
      'mon 17:00',
      'running due thu 12:00',
    ],
    ['begun and ended in one second: none', p2().says('mon 12:00', 'mark', '/wait\n/resume'), 'mon 15:00', DUE],
    [
      'closing ends it',
      p2().says('mon 12:00', 'mark', '/hold x').closed('mon 13:00', 'rita').reopened('mon 14:00', 'rita'),
      'mon 15:00',
      // The next cycle from Mon 14:00: 4 + 9 + 9 + 5 h.
      'running due thu 14:00',
    ],
    [
      'a hold stays over 🟡 and its end',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 13:00', 'mark', '/fixed').says('mon 14:00', 'rita', '/still-broken'),
      'mon 15:00',
      'paused left 25h',
    ],
    [
      'a reporter who is a responder may hold, and his comment counts first as words, then its commands',
      opens('mon 10:00', 'P2', 'mark').says('mon 12:00', 'mark', '/wait').says('mon 13:00', 'mark', 'I asked them\n/wait'),
      'mon 15:00',
      // 12–13 is 1 h, so Thu 11:00; from Mon 13:00 there are 5 + 9 + 9 + 2 h.
      'paused left 25h',
    ],
  ]);

  test('again while it lasts changes only the reason', () => {
    const story = p2().says('mon 12:00', 'mark', '/hold parts').says('mon 13:00', 'sara', '/hold more parts');
    expect(told(story, 'mon 15:00', policies).ticket.holds).toMatchObject([
      { from: told(p2(), 'mon 12:00', policies).ticket.since + 7200, reason: 'more parts' },
    ]);
  });

  test('a pause stays when its comment is deleted', () => {
    const watch = new Watch(p2().says('mon 12:00', 'mark', '/hold x'), policies);
    watch.look('mon 12:01');
    watch.story.deleted();
    expect(clockAt(watch.story, 'resolution', 'mon 15:00', policies)).toBe('paused left 25h');
  });

  test('what an edit adds pauses from the edit', () => {
    const story = p2().says('mon 12:00', 'mark', 'Hm.').edited('mon 13:00', 'Hm.\n/hold x').says('mon 15:00', 'mark', '/resume');
    expect(clockAt(story, 'resolution', 'mon 16:00', policies)).toBe('running due thu 12:00'); // 2 h
  });
});

describe('both together: their union counts once', () => {
  const both = () => p2().says('mon 12:00', 'mark', '/wait').says('mon 13:00', 'mark', '/hold x');
  table('resolution', [
    ['/resume ends both', both().says('mon 15:00', 'mark', '/resume'), 'mon 16:00', 'running due thu 13:00'],
    ['the one flag taken away ends both', both().unlabelled('mon 15:00', 'mark', HOLD), 'mon 16:00', 'running due thu 13:00'],
    ['the other too', both().unlabelled('mon 15:00', 'mark', WAITING), 'mon 16:00', 'running due thu 13:00'],
    ['the reporter ends only the one', both().says('mon 15:00', 'rita', 'Here'), 'mon 16:00', 'paused left 25h'],
    // 12:00–16:00.
    [
      'and /resume then the other',
      both().says('mon 15:00', 'rita', 'Here').says('mon 16:00', 'mark', '/resume'),
      'mon 17:00',
      'running due thu 14:00',
    ],
    // Touching: 12:00–14:00.
    [
      'one that begins in the second in which the other ends',
      p2()
        .says('mon 12:00', 'mark', '/wait')
        .says('mon 13:00', 'rita', 'Here')
        .says('mon 13:00', 'mark', '/hold x')
        .says('mon 14:00', 'mark', '/resume'),
      'mon 17:00',
      'running due thu 12:00',
    ],
  ]);
});

describe('only open time of a pause counts', () => {
  const held = (from: string, to: string, open = 'mon 10:00') =>
    opens(open, 'P2').says(from, 'mark', '/hold x').says(to, 'mark', '/resume');
  table('resolution', [
    // 17–18 and 09–10.
    ['over night', held('mon 17:00', 'tue 10:00'), 'tue 11:00', 'running due thu 12:00'],
    ['in the night alone: nothing', held('mon 18:00', 'tue 09:00'), 'tue 11:00', DUE],
    // 3 d from Thu 10:00 is Tue 10:00; Fri 17–18 and Mon 09–10 push it by 2 h.
    ['over a weekend', held('fri 17:00', 'mon+1 10:00', 'thu 10:00'), 'mon+1 11:00', 'running due tue+1 12:00'],
    ['on a weekend alone: nothing', held('fri 18:00', 'mon+1 09:00', 'thu 10:00'), 'mon+1 11:00', 'running due tue+1 10:00'],
    // Wed is closed: 3 d from Mon 10:00 is Fri 10:00; Tue 17–18 and Thu 09–10 push it by 2 h.
    ['over a holiday', held('tue 17:00', 'thu 10:00'), 'thu 11:00', 'running due fri 12:00', holiday],
    // Thu 10:00 and 7 h 30.
    ['pushed to the evening', held('mon 10:30', 'mon 18:00'), 'tue 11:00', 'running due thu 17:30'],
    ['pushed to the very closing', held('mon 10:00', 'mon 18:00'), 'tue 11:00', 'running due thu 18:00'],
    ['pushed into the next day', held('mon 10:00', 'tue 10:00'), 'tue 11:00', 'running due fri 10:00'],
    // `policy.md`: 2d from Mon 10:00, held Tue 17:00–Wed 09:30 and Wed 09:30–16:00; here 3 d.
    ['held Tue 17:00–Wed 09:30', held('tue 17:00', 'wed 09:30'), 'wed 11:00', 'running due thu 11:30'],
    ['held Wed 09:30–16:00', held('wed 09:30', 'wed 16:00'), 'wed 17:00', 'running due thu 16:30'],
    // Around the clock every second counts: 24 h from Mon 10:00 and 17 h.
    [
      'on `always` the night counts',
      opens('mon 10:00', 'P1').says('mon 17:00', 'mark', '/hold x').says('tue 09:00', 'mark', '/resume'),
      'tue 09:30',
      'running due wed 02:00',
    ],
  ]);
});

describe('a pause that comes too late', () => {
  table('workaround', [
    [
      'at the due second it changes nothing',
      p2().says('tue 10:00', 'mark', '/hold x'),
      'tue 11:00',
      'running due tue 10:00 breached tue 10:00',
    ],
    ['a second earlier there is a second left', p2().says('tue 09:59:59', 'mark', '/hold x'), 'tue 11:00', 'paused left 1s'],
    [
      'which it gets',
      p2().says('tue 09:59:59', 'mark', '/hold x').says('tue 12:00', 'mark', '/resume'),
      'tue 12:00',
      'running due tue 12:00:01',
    ],
    [
      'and when that is over, it is late',
      p2().says('tue 09:59:59', 'mark', '/hold x').says('tue 12:00', 'mark', '/resume'),
      'tue 12:00:01',
      'running due tue 12:00:01 breached tue 12:00:01',
    ],
    ['after the breach', p2().says('tue 11:00', 'mark', '/hold x'), 'tue 12:00', 'running due tue 10:00 breached tue 10:00'],
    [
      'before the pushed due instant it is in time',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 14:00', 'mark', '/resume').says('tue 11:00', 'mark', '/hold y'),
      'tue 15:00',
      'paused left 1h',
    ],
    [
      'at the pushed due instant it is not',
      p2().says('mon 12:00', 'mark', '/hold x').says('mon 14:00', 'mark', '/resume').says('tue 12:00', 'mark', '/hold y'),
      'tue 15:00',
      'running due tue 12:00 breached tue 12:00',
    ],
  ]);

  test('the steps after a breach come all the same', () => {
    const story = p2().says('mon 11:00', 'mark', 'Looking').says('thu 10:30', 'mark', '/hold x');
    expect(stepsAt(story, 'thu 11:00', policies)).toEqual(['resolution/opened/breach thu 10:00', 'resolution/opened/breach+4h thu 14:00']);
  });

  test('a paused clock has no steps', () => {
    const story = p2().says('mon 11:00', 'mark', 'Looking').says('mon 12:00', 'mark', '/hold x');
    expect(stepsAt(story, 'fri 11:00', policies)).toEqual([]);
  });
});

describe('which clock is paused by what', () => {
  const asked = () => opens('mon 09:00', 'P2').says('mon 09:30', 'mark', 'Hello').says('mon 10:00', 'rita', 'When?');
  const taken = () => opens('mon 09:00', 'P2').says('mon 10:00', 'mark', '/take');
  table('first_response', [
    ['the first response by none: not by waiting', p2().says('mon 11:00', 'mark', '/wait'), 'mon 13:00', 'running due mon 14:00'],
    ['not by holding', p2().says('mon 11:00', 'mark', '/hold x'), 'mon 13:00', 'running due mon 14:00'],
    ['the text of /wait answers', p2().says('mon 11:00', 'mark', '/wait for the log'), 'mon 13:00', 'met mon 11:00'],
    ['the reason of /hold does not', p2().says('mon 11:00', 'mark', '/hold for the log'), 'mon 13:00', 'running due mon 14:00'],
    [
      'nor by a 🟡 that is voided',
      p2().says('mon 11:00', 'mark', '/fixed').says('mon 12:00', 'rita', '/still-broken'),
      'mon 13:00',
      'running due mon 14:00',
    ],
    // 2 h left at Mon 12:00.
    ['closed time is a pause of it', p2().closed('mon 12:00', 'rita').reopened('tue 10:00', 'rita'), 'tue 11:00', 'running due tue 12:00'],
  ]);
  table('next_response', [
    ['the next response not by waiting', asked().says('mon 11:00', 'mark', '/wait'), 'mon 13:00', 'running due mon 14:00'],
    // 4 h from Mon 10:00; 3 h left at 11:00.
    ['by holding', asked().says('mon 11:00', 'mark', '/hold x'), 'mon 13:00', 'paused left 3h'],
    [
      'and goes on',
      asked().says('mon 11:00', 'mark', '/hold x').says('mon 13:00', 'mark', '/resume'),
      'mon 13:00',
      'running due mon 16:00',
    ],
    [
      'closed time is a pause of it',
      asked().closed('mon 11:00', 'rita').reopened('mon 13:00', 'rita'),
      'mon 13:00',
      'running due mon 16:00',
    ],
  ]);
  table('update', [
    // 2 h from Mon 10:00; 1 h left at 11:00.
    ['the update by waiting', taken().says('mon 11:00', 'mark', '/wait'), 'mon 13:00', 'paused left 1h'],
    ['and goes on', taken().says('mon 11:00', 'mark', '/wait').says('mon 13:00', 'rita', 'Here'), 'mon 13:00', 'running due mon 14:00'],
    ['by holding', taken().says('mon 11:00', 'mark', '/hold x'), 'mon 13:00', 'paused left 1h'],
  ]);
  table('workaround', [
    // 7 h left at Mon 12:00.
    ['the workaround by waiting', p2().says('mon 12:00', 'mark', '/wait'), 'tue 12:00', 'paused left 7h'],
    ['by holding', p2().says('mon 12:00', 'mark', '/hold x'), 'tue 12:00', 'paused left 7h'],
    ['closed time is a pause of it', p2().closed('mon 12:00', 'rita').reopened('tue 10:00', 'rita'), 'tue 11:00', 'running due tue 17:00'],
    [
      'a 🟡 that is voided too',
      p2().says('mon 12:00', 'mark', '/fixed').says('mon 15:00', 'rita', '/still-broken'),
      'mon 16:00',
      'running due tue 13:00',
    ],
  ]);
  table('resolution', [
    [
      'a 🟡 that is voided',
      p2().says('mon 12:00', 'mark', '/fixed').says('mon 15:00', 'rita', '/still-broken'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    [
      'a 🟡 voided by hand',
      p2().says('mon 12:00', 'mark', '/fixed').labelled('mon 15:00', 'mark', '⭕️ in progress'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    // 12:00–16:00.
    [
      'the gap and a hold: their union',
      p2()
        .says('mon 12:00', 'mark', '/fixed')
        .says('mon 14:00', 'mark', '/hold x')
        .says('mon 15:00', 'rita', '/still-broken')
        .says('mon 16:00', 'mark', '/resume'),
      'mon 17:00',
      'running due thu 14:00',
    ],
    // Closed by its fix 12:00, still broken at 15:00: gap and closure are one.
    [
      'a 🟡 that was closed by its merge',
      p2().fixMerged('mon 12:00', 'mark').closed('mon 12:00', 'mark', 'completed', true).says('mon 15:00', 'rita', '/still-broken'),
      'mon 16:00',
      'running due thu 13:00',
    ],
    // 12–13 and 15–17: 3 h.
    [
      'two gaps',
      p2()
        .says('mon 12:00', 'mark', '/fixed')
        .says('mon 13:00', 'rita', '/still-broken')
        .says('mon 15:00', 'mark', '/fixed')
        .says('mon 17:00', 'rita', '/still-broken'),
      'mon 17:30',
      'running due thu 13:00',
    ],
    [
      'late already when the 🟡 came: it stays so',
      p2().says('thu 11:00', 'mark', '/fixed').says('thu 12:00', 'rita', '/still-broken'),
      'thu 13:00',
      'running due thu 10:00 breached thu 10:00',
    ],
  ]);
});
