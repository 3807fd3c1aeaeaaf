import { describe, expect, test } from 'vitest';
import { local, OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { clockAt, cyclesAt, lineOf, opens, stepsAt, told, Watch } from '../support/told.ts';

/** P2 on Mon–Fri 09–18: response 4 h, next response 4 h, update 2 h. */
const POLICY = OFFICE.replace('workaround: 1d, resolution: 3d', 'next_response: 4h, update: 2h, workaround: 1d, resolution: 3d');
const policies = policiesFrom(POLICY);
const staffed = policiesFrom(`${POLICY}intake: { staff: true }\n`);
const labelled = policiesFrom(`${POLICY}intake: { labels: [support] }\n`);
const acking = policiesFrom(`${POLICY}responders: { ack_counts: true }\n`);

type Row = readonly [claim: string, story: Story, readAt: string, want: readonly string[], using?: typeof policies];
const table = (clock: 'next_response' | 'update' | 'first_response' | 'resolution', rows: readonly Row[]) => {
  for (const [claim, story, readAt, want, using] of rows)
    test(claim, () => expect(cyclesAt(story, clock, readAt, using ?? policies)).toEqual(want));
};

const p2 = (reporter: 'rita' | 'mark' = 'rita') => opens('mon 09:00', 'P2', reporter);
/** Answered on Monday at 09:30 (c101). */
const answered = () => p2().says('mon 09:30', 'mark', 'Hello');
/** And asked at 10:00 (c102): due Mon 14:00. */
const asked = () => answered().says('mon 10:00', 'rita', 'When?');
const RUNNING = 'c102 from mon 10:00: running due mon 14:00';

describe('next_response: what begins it', () => {
  table('next_response', [
    ['nothing before the first answer', p2().says('mon 10:00', 'rita', 'Hello?'), 'mon 11:00', []],
    ['a comment of the reporter after an answer', asked(), 'mon 11:00', [RUNNING]],
    ['the oldest since the last answer', asked().says('mon 11:00', 'rita', 'Well?'), 'mon 12:00', [RUNNING]],
    ['not one that says nothing', answered().says('mon 10:00', 'rita', '> Hello\n\n👍'), 'mon 11:00', []],
    ['not a command', answered().says('mon 10:00', 'rita', '/sla'), 'mon 11:00', []],
    ['but the words beside it', answered().says('mon 10:00', 'rita', 'When?\n/sla'), 'mon 11:00', [RUNNING]],
    ['not a minimised one', answered().says('mon 10:00', 'rita', 'When?', { visible: false }), 'mon 11:00', []],
    ['not a deleted one', asked().deleted(), 'mon 11:00', []],
    ['not a bystander', answered().says('mon 10:00', 'olga', 'When?'), 'mon 11:00', []],
    ['not a bot', answered().says('mon 10:00', 'bot', 'When?'), 'mon 11:00', []],
    ['not on 🟡: thanks', answered().says('mon 09:45', 'mark', '/fixed').says('mon 10:00', 'rita', 'Thanks!'), 'mon 11:00', []],
    ['not on 🟢: thanks', answered().closed('mon 09:45', 'mark').says('mon 10:00', 'rita', 'Thanks!'), 'mon 11:00', []],
    [
      'on ⭕️ too',
      answered().assigned('mon 09:45', 'mark', 'mark').says('mon 10:00', 'rita', 'When?'),
      'mon 11:00',
      ['c103 from mon 10:00: running due mon 14:00'],
    ],
    [
      'an /ack that counts was a response',
      p2().says('mon 09:30', 'mark', '/ack').says('mon 10:00', 'rita', 'When?'),
      'mon 11:00',
      [RUNNING],
      acking,
    ],
    ['an /ack that does not was none', p2().says('mon 09:30', 'mark', '/ack').says('mon 10:00', 'rita', 'When?'), 'mon 11:00', []],
    // 4 h from Mon 16:00: 2 h on Monday, 2 h on Tuesday.
    ['in open time', answered().says('mon 16:00', 'rita', 'When?'), 'mon 17:00', ['c102 from mon 16:00: running due tue 11:00']],
    [
      'in closed time it waits for the opening',
      answered().says('mon 20:00', 'rita', 'When?'),
      'mon 21:00',
      ['c102 from mon 20:00: running due tue 13:00'],
    ],
    [
      "the reporter's /still-broken on 🟡, without an answer before",
      p2().says('mon 09:30', 'mark', '/fixed').says('mon 10:00', 'rita', '/still-broken'),
      'mon 11:00',
      [RUNNING],
    ],
    [
      "the reporter's /still-broken on 🟢",
      p2().closed('mon 09:30', 'mark').says('mon 10:00', 'rita', '/still-broken'),
      'mon 11:00',
      [RUNNING],
    ],
    ['not that of a responder', p2().says('mon 09:30', 'mark', '/fixed').says('mon 10:00', 'sara', '/still-broken'), 'mon 11:00', []],
    ['not a /reopen without a word', answered().closed('mon 09:45', 'mark').says('mon 10:00', 'rita', '/reopen'), 'mon 11:00', []],
  ]);
});

test('a question that an edit adds to an old one is another cycle: it does not inherit its breach', () => {
  const watch = new Watch(asked(), policies);
  watch.look('mon 14:00');
  watch.story.says('mon 15:00', 'mark', 'Done\n/fixed').edited('mon 16:00', 'When?\n/still-broken', 1);
  watch.look('mon 16:01');
  const cycles = told(watch.story, 'mon 17:00', policies).clocks.filter((one) => one.name === 'next_response');
  // 4 h from Mon 16:00: two on Monday, two on Tuesday.
  expect(cycles.map(lineOf)).toEqual(['met mon 15:00 breached mon 14:00', 'running due tue 11:00']);
  expect(new Set(cycles.map((one) => one.cycle)).size).toBe(2);
});

test('nor does a second reopening that an edit adds to the comment of the first', () => {
  const watch = new Watch(p2().closed('mon 11:00', 'mark').says('mon 12:00', 'rita', '/reopen').closed('fri 12:00', 'mark'), policies);
  for (const readAt of ['mon 12:00', 'thu 12:00', 'fri 12:00']) watch.look(readAt);
  watch.story.edited('fri 13:00', '/reopen\n/reopen once more');
  watch.look('fri 13:00');
  // 3 d from Mon 12:00 was Thu 12:00, a day before it was met; from Fri 13:00: wed+1 13:00.
  expect(cyclesAt(watch.story, 'resolution', 'fri 14:00', policies)).toEqual([
    'opened from mon 09:00: met mon 11:00',
    'c102 from mon 12:00: met fri 12:00 breached thu 12:00',
    `c102.${local('fri 13:00')} from fri 13:00: running due wed+1 13:00`,
  ]);
});

describe('next_response: what ends it', () => {
  const MET = 'c102 from mon 10:00: met mon 11:00';
  table('next_response', [
    ['the next answer', asked().says('mon 11:00', 'sara', 'Soon'), 'mon 12:00', [MET]],
    [
      'in the due second it is late by 0 s',
      asked().says('mon 14:00', 'sara', 'Soon'),
      'mon 15:00',
      ['c102 from mon 10:00: met mon 14:00 breached mon 14:00'],
    ],
    [
      'a second earlier it is in time',
      asked().says('mon 13:59:59', 'sara', 'Soon'),
      'mon 15:00',
      ['c102 from mon 10:00: met mon 13:59:59'],
    ],
    ['not answered', asked(), 'mon 14:00', ['c102 from mon 10:00: running due mon 14:00 breached mon 14:00']],
    ['not a command', asked().says('mon 11:00', 'mark', '/take'), 'mon 12:00', [RUNNING]],
    ['the text of /wait', asked().says('mon 11:00', 'mark', '/wait for the log'), 'mon 12:00', [MET]],
    ['not a bystander', asked().says('mon 11:00', 'olga', 'Soon'), 'mon 12:00', [RUNNING]],
    ['not a bot', asked().says('mon 11:00', 'bot', 'Soon'), 'mon 12:00', [RUNNING]],
    ['not the reporter', asked().says('mon 11:00', 'rita', 'Found it'), 'mon 12:00', [RUNNING]],
    [
      'a question that is answered in its own second is none',
      answered().says('mon 10:00', 'rita', 'When?').says('mon 10:00', 'mark', 'Now'),
      'mon 11:00',
      [],
    ],
    [
      'the next question is another cycle',
      asked().says('mon 11:00', 'sara', 'Soon').says('mon 12:00', 'rita', 'When is that?'),
      'mon 13:00',
      [MET, 'c104 from mon 12:00: running due mon 16:00'],
    ],
    ['🟡 cancels it', asked().says('mon 11:00', 'mark', '/fixed'), 'mon 12:00', ['c102 from mon 10:00: cancelled over mon 11:00']],
    [
      'for good: /still-broken of a responder does not bring it back',
      asked().says('mon 11:00', 'mark', '/fixed').says('mon 12:00', 'sara', '/still-broken'),
      'mon 13:00',
      ['c102 from mon 10:00: cancelled over mon 11:00'],
    ],
    [
      "the reporter's begins a new one",
      asked().says('mon 11:00', 'mark', '/fixed').says('mon 12:00', 'rita', '/still-broken'),
      'mon 13:00',
      ['c102 from mon 10:00: cancelled over mon 11:00', 'c104 from mon 12:00: running due mon 16:00'],
    ],
    [
      'what 🟡 cancels stays late',
      asked().says('mon 15:00', 'mark', '/fixed'),
      'mon 16:00',
      ['c102 from mon 10:00: cancelled over mon 15:00 breached mon 14:00'],
    ],
    ['text of /fixed: met in that second, before 🟡', asked().says('mon 11:00', 'mark', '/fixed in 1.2'), 'mon 12:00', [MET]],
    ['🟢 cancels it', asked().closed('mon 11:00', 'rita'), 'mon 12:00', ['c102 from mon 10:00: cancelled closed_unanswered mon 11:00']],
    [
      'as does closing without a fix',
      asked().closed('mon 11:00', 'mark', 'not_planned'),
      'mon 12:00',
      ['c102 from mon 10:00: cancelled closed_without_fix mon 11:00'],
    ],
    // 3 h were left at 11:00.
    [
      'after a reopening it goes on',
      asked().closed('mon 11:00', 'rita').reopened('mon 12:00', 'rita'),
      'mon 12:30',
      ['c102 from mon 10:00: running due mon 15:00'],
    ],
    [
      "and the reporter's /still-broken on 🟢 begins no second one",
      asked().closed('mon 11:00', 'mark').says('mon 12:00', 'rita', '/still-broken'),
      'mon 12:30',
      ['c102 from mon 10:00: running due mon 15:00'],
    ],
    [
      'a word to a closed ticket does not make it an answered one',
      asked().closed('mon 11:00', 'mark').says('mon 12:00', 'mark', 'Bye'),
      'mon 13:00',
      ['c102 from mon 10:00: cancelled closed_unanswered mon 11:00'],
    ],
  ]);

  test('a withdrawn intake cancels it, and with the label it goes on', () => {
    const story = opens('mon 09:00', 'P2')
      .labelled('mon 09:00', 'rita', 'support')
      .says('mon 09:30', 'mark', 'Hello')
      .says('mon 10:00', 'rita', 'When?');
    const id = `c${story.last}`;
    story.record = {
      v: 1,
      since: told(story, 'mon 10:00', labelled).ticket.since,
      pins: [],
      parts: {},
      seen: 0,
      done: [],
      claims: [],
      steps: [],
      breaches: [],
    } as never;
    story.unlabelled('mon 11:00', 'mark', 'support');
    expect(cyclesAt(story, 'next_response', 'mon 12:00', labelled)).toEqual([`${id} from mon 10:00: cancelled withdrawn mon 11:00`]);
    story.labelled('mon 13:00', 'mark', 'support');
    // 3 h were left at 11:00.
    expect(cyclesAt(story, 'next_response', 'mon 13:30', labelled)).toEqual([`${id} from mon 10:00: running due mon 16:00`]);
  });
});

describe('workaround', () => {
  const fixed = () => p2().says('mon 11:00', 'mark', '/fixed');
  for (const [claim, story, want] of [
    ['met by 🟡, provisionally', fixed(), 'met mon 11:00 provisionally'],
    ['finally at 🟢', fixed().closed('mon 11:30', 'rita'), 'met mon 11:00'],
    ['and that stays so when it is reopened', fixed().closed('mon 11:30', 'rita').reopened('mon 12:00', 'rita'), 'met mon 11:00'],
    [
      'met by /workaround for good',
      p2()
        .says('mon 10:00', 'mark', '/workaround Turn it off')
        .says('mon 11:00', 'mark', '/fixed')
        .says('mon 12:00', 'rita', '/still-broken'),
      'met mon 10:00',
    ],
    [
      'by the one after a fix that did not hold',
      fixed().says('mon 12:00', 'rita', '/still-broken').says('mon 12:30', 'mark', '/workaround Turn it off'),
      'met mon 12:30',
    ],
    ['not by one without a text', p2().says('mon 10:00', 'mark', '/workaround'), 'running due tue 09:00'],
    ['not by the reporter', p2().says('mon 10:00', 'rita', '/workaround Turn it off'), 'running due tue 09:00'],
  ] as const)
    test(claim, () => expect(clockAt(story, 'workaround', 'mon 13:00', policies)).toBe(want));
});

describe('answers that are taken back', () => {
  table('next_response', [
    ['the deleted answer answers no more', asked().says('mon 11:00', 'mark', 'Soon').deleted(), 'mon 12:00', [RUNNING]],
    ['nor the minimised one', asked().says('mon 11:00', 'mark', 'Soon').minimised(), 'mon 12:00', [RUNNING]],
    ['nor the one that was edited to nothing', asked().says('mon 11:00', 'mark', 'Soon').edited('mon 11:30', '👍'), 'mon 12:00', [RUNNING]],
    ['without the first answer nothing was asked', asked().deleted(1), 'mon 12:00', []],
    [
      'an older answer of somebody else is enough',
      p2().says('mon 09:15', 'sara', 'Hi').says('mon 09:30', 'mark', 'Hello').says('mon 10:00', 'rita', 'When?').deleted(1),
      'mon 12:00',
      ['c103 from mon 10:00: running due mon 14:00'],
    ],
    [
      'two questions become one when the answer between them goes',
      asked().says('mon 11:00', 'mark', 'Soon').says('mon 12:00', 'rita', 'When is that?').deleted(1),
      'mon 13:00',
      [RUNNING],
    ],
  ]);
  table('first_response', [
    ['the first response runs again', answered().deleted(), 'mon 12:00', ['opened from mon 09:00: running due mon 13:00']],
    ['it may be late by then', answered().deleted(), 'mon 15:00', ['opened from mon 09:00: running due mon 13:00 breached mon 13:00']],
    [
      'the next answer is the first',
      answered().says('mon 12:00', 'sara', 'Hi').minimised(1),
      'mon 15:00',
      ['opened from mon 09:00: met mon 12:00'],
    ],
  ]);
  // Mon 10:00 ⭕️ (c101), answered 11:00.
  table('update', [
    [
      'the update goes on as if it had not been',
      p2().says('mon 10:00', 'mark', '/take').says('mon 11:00', 'mark', 'News').deleted(),
      'mon 11:30',
      ['c101 from mon 10:00: running due mon 12:00'],
    ],
  ]);
});

describe('update', () => {
  const taken = () => p2().says('mon 10:00', 'mark', '/take');
  const FIRST = 'c101 from mon 10:00: running due mon 12:00';
  table('update', [
    ['runs not on 🔴', p2().says('mon 10:00', 'mark', 'Hello'), 'mon 11:00', []],
    ['begins with /take, named by the comment', taken(), 'mon 11:00', [FIRST]],
    [
      'begins with an assignment, named by the event',
      p2().assigned('mon 10:00', 'sara', 'mark'),
      'mon 11:00',
      ['e101 from mon 10:00: running due mon 12:00'],
    ],
    ['not with that of a bystander', p2().assigned('mon 10:00', 'sara', 'olga'), 'mon 11:00', []],
    ['begins with a fix that is linked', p2().fixLinked('mon 10:00', 'mark'), 'mon 11:00', ['e101 from mon 10:00: running due mon 12:00']],
    [
      'begins with the label',
      p2().labelled('mon 10:00', 'mark', '⭕️ in progress'),
      'mon 11:00',
      ['e101 from mon 10:00: running due mon 12:00'],
    ],
    ['words, then /take: the words were said on 🔴', p2().says('mon 10:00', 'mark', 'Mine\n/take'), 'mon 11:00', [FIRST]],
    ['a second assignee begins nothing', taken().assigned('mon 11:00', 'sara', 'sara'), 'mon 11:30', [FIRST]],
    ['late', taken(), 'mon 12:00', ['c101 from mon 10:00: running due mon 12:00 breached mon 12:00']],
    [
      'anew with each answer, named by it',
      taken().says('mon 11:00', 'sara', 'News').says('mon 13:00', 'mark', 'More'),
      'mon 14:00',
      [
        'c101 from mon 10:00: met mon 11:00',
        'c102 from mon 11:00: met mon 13:00 breached mon 13:00',
        'c103 from mon 13:00: running due mon 15:00',
      ],
    ],
    ['not with a comment of the reporter', taken().says('mon 11:00', 'rita', 'News?'), 'mon 11:30', [FIRST]],
    ['not with a command', taken().says('mon 11:00', 'mark', '/priority P2'), 'mon 11:30', [FIRST]],
    ['🟡 cancels it', taken().says('mon 11:00', 'mark', '/fixed'), 'mon 11:30', ['c101 from mon 10:00: cancelled over mon 11:00']],
    [
      'an answer that fixes begins none',
      taken().says('mon 11:00', 'mark', '/fixed in 1.2'),
      'mon 11:30',
      ['c101 from mon 10:00: met mon 11:00'],
    ],
    [
      '/still-broken begins another',
      taken().says('mon 11:00', 'mark', '/fixed').says('mon 11:30', 'rita', '/still-broken'),
      'mon 12:00',
      ['c101 from mon 10:00: cancelled over mon 11:00', 'c103 from mon 11:30: running due mon 13:30'],
    ],
    [
      'back to 🔴 cancels it for good',
      taken().labelled('mon 11:00', 'mark', '🔴 received'),
      'mon 11:30',
      ['c101 from mon 10:00: cancelled over mon 11:00'],
    ],
    [
      'and ⭕️ begins another',
      taken().labelled('mon 11:00', 'mark', '🔴 received').labelled('mon 11:30', 'mark', '⭕️ in progress'),
      'mon 12:00',
      ['c101 from mon 10:00: cancelled over mon 11:00', 'e103 from mon 11:30: running due mon 13:30'],
    ],
    [
      'closing cancels it for good',
      taken().closed('mon 11:00', 'rita'),
      'mon 12:00',
      ['c101 from mon 10:00: cancelled closed_unanswered mon 11:00'],
    ],
    [
      'reopened with an assignee: another',
      taken().closed('mon 11:00', 'rita').reopened('mon 11:30', 'rita'),
      'mon 12:00',
      ['c101 from mon 10:00: cancelled closed_unanswered mon 11:00', 'e103 from mon 11:30: running due mon 13:30'],
    ],
    [
      'reopened without: none',
      taken().unassigned('mon 10:30', 'mark', 'mark').closed('mon 11:00', 'rita').reopened('mon 11:30', 'rita'),
      'mon 12:00',
      ['c101 from mon 10:00: cancelled closed_unanswered mon 11:00'],
    ],
    ['⭕️ that ends in its second begins none', p2().says('mon 10:00', 'mark', '/take\n/fixed'), 'mon 11:00', []],
    [
      'the reporter who is a responder waits for one too',
      p2('mark').assigned('mon 10:00', 'sara', 'sara'),
      'mon 11:00',
      ['e101 from mon 10:00: running due mon 12:00'],
    ],
    [
      'and does not give it to himself',
      p2('mark').assigned('mon 10:00', 'sara', 'sara').says('mon 11:00', 'mark', 'I saw it too'),
      'mon 11:30',
      ['e101 from mon 10:00: running due mon 12:00'],
    ],
  ]);

  test('P3 promises none', () =>
    expect(clockAt(opens('mon 09:00', 'P3').says('mon 10:00', 'mark', '/take'), 'update', 'mon 11:00', policies)).toBe('none'));

  test('raised while it runs: the promise is that of now, from the same start', () => {
    const story = opens('mon 09:00', 'P3').says('mon 10:00', 'mark', '/take').says('mon 11:00', 'mark', '/priority P2');
    expect(clockAt(story, 'update', 'mon 11:30', policies)).toBe('running due mon 12:00');
  });
});

describe('a reporter who is a responder', () => {
  const mine = () => p2('mark').says('mon 09:30', 'sara', 'Hello').says('mon 10:00', 'mark', 'When?');
  table('first_response', [
    ['nobody owes him a first response', p2('mark'), 'mon 12:00', []],
    ['unless the policy says so', p2('mark'), 'mon 12:00', ['opened from mon 09:00: running due mon 13:00'], staffed],
    [
      'his own word is no answer',
      p2('mark').says('mon 10:00', 'mark', 'I found it'),
      'mon 12:00',
      ['opened from mon 09:00: running due mon 13:00'],
      staffed,
    ],
    [
      'nor is his own /ack',
      p2('mark').says('mon 10:00', 'mark', '/ack'),
      'mon 12:00',
      ['opened from mon 09:00: running due mon 13:00'],
      policiesFrom(`${POLICY}intake: { staff: true }\nresponders: { ack_counts: true }\n`),
    ],
  ]);
  table('next_response', [
    ['nor a next one', mine(), 'mon 12:00', []],
    ['unless the policy says so', mine(), 'mon 12:00', [RUNNING], staffed],
    ['his own word does not meet it', mine().says('mon 11:00', 'mark', 'Hm.'), 'mon 12:00', [RUNNING], staffed],
  ]);
  table('resolution', [['the resolution runs', p2('mark'), 'mon 12:00', ['opened from mon 09:00: running due thu 09:00']]]);
});

describe('before it became a ticket', () => {
  // Opened on Monday, labelled on Tuesday at 09:00.
  const early = () => opens('mon 09:00', 'P2').says('mon 10:00', 'mark', 'Hello').says('mon 11:00', 'rita', 'When?');
  const label = (story: Story) => story.labelled('tue 09:00', 'mark', 'support');
  table('first_response', [
    ['the first response counts from the label', label(early()), 'tue 10:00', ['opened from tue 09:00: running due tue 13:00'], labelled],
  ]);
  table('next_response', [
    ['a question of before begins nothing', label(early()), 'tue 10:00', [], labelled],
    ['nor does one before the first answer to the ticket', label(early()).says('tue 10:00', 'rita', 'Well?'), 'tue 11:00', [], labelled],
    [
      'one after it does',
      label(early()).says('tue 10:00', 'mark', 'Yes').says('tue 11:00', 'rita', 'Well?'),
      'tue 12:00',
      ['c105 from tue 11:00: running due tue 15:00'],
      labelled,
    ],
  ]);
  table('update', [
    [
      '⭕️ of before counts from the label',
      label(early().assigned('mon 12:00', 'sara', 'mark')),
      'tue 10:00',
      ['e103 from tue 09:00: running due tue 11:00'],
      labelled,
    ],
    [
      'and one that had ended before does not count',
      label(early().assigned('mon 12:00', 'sara', 'mark').labelled('mon 13:00', 'mark', '🔴 received')),
      'tue 11:00',
      [],
      labelled,
    ],
  ]);
  table('resolution', [
    // 3 d from Tue 09:00.
    [
      'reopened before: one cycle, from the label',
      label(early().closed('mon 12:00', 'mark').reopened('mon 14:00', 'rita')),
      'tue 10:00',
      ['e104 from tue 09:00: running due fri 09:00'],
      labelled,
    ],
  ]);

  test('no step is due before', () => {
    const story = label(early().assigned('mon 12:00', 'sara', 'mark'));
    const using = policiesFrom(`${POLICY}  - { clock: update, at: breach, mention: ["@mark"] }\nintake: { labels: [support] }\n`);
    expect(stepsAt(story, 'tue 09:30', using).filter((one) => one.startsWith('update'))).toEqual(['update/e103/breach tue 11:00']);
  });
});
