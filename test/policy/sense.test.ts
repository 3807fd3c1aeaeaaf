import { expect, test } from 'vitest';
import { expectProblems, problemsOf, rows } from './marked.ts';

rows('references', [
  [
    'a calendar',
    'priorities: [{ id: A, calendar: «offise» }]\ncalendars: { office: { hours: { mon: ["09:00-10:00"] } } }\n',
    '"calendar" is "offise", but calendars has only always and office; did you mean "office"?',
  ],
  ['default_priority', 'default_priority: «P9»\n', '"default_priority" is "P9", but priorities has only P1 and P2; did you mean "P1"?'],
  ['ids are exact', 'default_priority: «p1»\n', /did you mean "P1"\?$/],
  ["a category's priority", 'categories: [{ id: a, priority: «urgent» }]\n', '"priority" is "urgent", but priorities has only P1 and P2.'],
  ["an incident's priority", 'incidents: { priority: «X» }\n', /priorities has only P1 and P2/],
  ["a plan's calendar", 'plans: [{ id: a, calendar: «x» }]\n', /calendars has only always/],
  [
    'a filter: priority',
    'escalation: [{ clock: resolution, at: breach, priorities: [P1, «P3»], label: x }]\n',
    /^An entry of "priorities" is "P3", but priorities has only P1 and P2/,
  ],
  [
    'a filter: product',
    'escalation: [{ clock: resolution, at: breach, products: [«x»], label: x }]\n',
    'An entry of "products" is "x", but this file has no products.',
  ],
  [
    'a filter: category',
    'escalation: [{ clock: resolution, at: breach, categories: [«x»], label: x }]\n',
    'An entry of "categories" is "x", but this file has no categories.',
  ],
  ['a security category', 'intake: { security: { categories: [«x»], reply: no } }\n', /this file has no categories/],
  [
    'a role',
    'roles: { cto: ["@bob"] }\nescalation: [{ clock: resolution, at: breach, mention: [«ctp»] }]\n',
    'An entry of "mention" is "ctp", but roles has only cto; did you mean "cto"?',
  ],
  [
    'a rota',
    'escalation: [{ clock: resolution, at: breach, mention: [«on_call.night»] }]\n',
    'An entry of "mention" is "night", but this file has no on_call.',
  ],
  [
    'the first rota of none',
    'escalation: [{ clock: resolution, at: breach, mention: [«on_call»] }]\n',
    /this file has no rota under "on_call"/,
  ],
  [
    'a role that has a meaning already',
    'roles: { «owners»: ["@ann"] }\n',
    '"owners" already means something in "mention"; give the role another name.',
  ],
]);

rows('ambiguity', [
  [
    'an id twice',
    'priorities: [{ id: A }, { id: «A» }]\n',
    '"id" is "A", which already means "A" in priorities (case, spaces and dashes do not count).',
  ],
  [
    "an alias that is another's name",
    'priorities: [{ id: A, name: Very High, label: a }, { id: B, aliases: [«very–high»] }]\n',
    /^An entry of "aliases" is "very–high", which already means "A"/,
  ],
  ['ids that differ in case', 'products: [{ id: court }, { id: «Court» }]\n', /already means "court" in products/],
  [
    'the labels of two markers',
    'markers: { received: { label: open }, progress: { label: «Open» } }\n',
    'The label "Open" of the marker "progress" is already that of the marker "received"; each label means one thing.',
  ],
  ['a marker and a default of another', 'markers: { received: { label: «🟢 resolved» } }\n', /is already that of the marker "resolved"/],
  [
    'a priority and a marker',
    'priorities: [{ id: A, label: «🔴 Received» }]\n',
    /of the priority "A" is already that of the marker "received"/,
  ],
  [
    'a product and a category',
    'products: [{ id: a, label: x }]\ncategories: [{ id: b, label: «X» }]\n',
    /of the category "b" is already that of the product "a"/,
  ],
  [
    'a step that sets a marker',
    'escalation: [{ clock: resolution, at: breach, label: «🟢 resolved» }]\n',
    /of an escalation step is already that of the marker "resolved"/,
  ],
  ['two severities', 'incidents: { severities: [big, «BIG»] }\n', /a second time/],
  [
    'two rotas',
    'on_call:\n  - &r { id: a, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@ann"] }\n  - { id: «a», rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@ann"] }\n',
    /"id" is "a" a second time/,
  ],
]);

rows('calendars', [
  ['never open', 'calendars: { «o»: { timezone: UTC } }\n', /^The calendar "o" is never open from some day on/],
  ['closed all week', 'calendars: { «o»: { hours: { mon-sun: closed } } }\n', /never open/],
  [
    'overlapping windows',
    'calendars: { o: { hours: { mon: ["09:00-13:00", «"12:30-14:00"»] } } }\n',
    'The opening hours 09:00-13:00 and 12:30-14:00 overlap; windows of one day must not share time.',
  ],
  [
    'overlapping windows on a date',
    'calendars: { o: { hours: { mon: ["09:00-13:00"] }, holidays: { add: { 2026-12-24: ["09:00-10:00", «"09:30-11:00"»] } } } }\n',
    /overlap/,
  ],
  ['always is built in', 'calendars: { «always»: { hours: { mon: ["09:00-13:00"] } } }\n', /is built in/],
]);

test('a country without known holidays is a problem only where holidays are known', () => {
  const text = 'calendars: { o: { hours: { mon: ["09:00-10:00"] }, holidays: { country: «XX» } } }\n';
  const holidays = (country: string) => (country === 'RO' ? [] : undefined);
  expectProblems(text, [/^"XX" is no country whose public holidays are known/], undefined, { holidays });
  expect(problemsOf(text.replace(/[«»]/g, ''))).toEqual([]);
});

rows('steps', [
  [
    '100 % is the breach',
    'escalation: [{ clock: resolution, at: «100%», label: x }]\n',
    '"at" is "100%", but must be a percentage from 1% to 99%, "breach", or "breach + 4h".',
  ],
  ['0 %', 'escalation: [{ clock: resolution, at: «0%», label: x }]\n', /1% to 99%/],
  ['breach minus', 'escalation: [{ clock: resolution, at: «breach - 1h», label: x }]\n', /1% to 99%/],
  [
    'a clock',
    'escalation: [{ clock: «respons», at: breach, label: x }]\n',
    /^"clock" is "respons", but must be first_response, next_response/,
  ],
  ['no clock', 'escalation: [{ «at»: breach, label: x }]\n', /"at" but no "clock"/],
  ['no moment', 'escalation: [{ «clock»: resolution, label: x }]\n', /"clock" but no "at"/],
  ['neither', 'escalation:\n  - «label: x»\n', 'A step needs "clock" and "at", or "stagnant".'],
  ['both', 'escalation: [{ stagnant: 5d, «clock»: resolution, label: x }]\n', /keep one of the two/],
  ['nothing to do', 'escalation: [«{ clock: resolution, at: breach }»]\n', /^A step does nothing/],
  [
    'the same moment twice',
    'escalation:\n  - { clock: resolution, at: breach + 1d, label: x }\n  - «{ clock: resolution, at: breach +  1d, label: y }»\n',
    /^Another step \(line 2\) has the same clock and moment/,
  ],
  [
    'the same id twice',
    'escalation:\n  - { id: a, clock: resolution, at: 50%, label: x }\n  - { id: «a», clock: resolution, at: 75%, label: y }\n',
    /\(line 2\) has the id "a"/,
  ],
  [
    'filters that share a ticket',
    'escalation:\n  - { clock: resolution, at: 75%, priorities: [P1, P2], label: x }\n  - «{ clock: resolution, at: 75%, priorities: [P2], label: y }»\n',
    /both can meet one ticket/,
  ],
  [
    'filters on different things',
    'products: [{ id: c }]\nescalation:\n  - { clock: resolution, at: 75%, priorities: [P1], label: x }\n  - «{ clock: resolution, at: 75%, products: [c], label: y }»\n',
    /both can meet one ticket/,
  ],
  ['two stagnations', 'escalation:\n  - { stagnant: 5d, label: x }\n  - «{ stagnant: 10d, label: y }»\n', /give each an "id"/],
  [
    'too many repeats',
    'escalation: [{ clock: resolution, at: 75%, label: x, repeat: { every: 1d, times: «101» } }]\n',
    /a whole number from 1 to 100/,
  ],
]);

for (const [claim, steps] of [
  [
    'filters that exclude each other',
    '[{ clock: resolution, at: 75%, priorities: [P1], label: x }, { clock: resolution, at: 75%, priorities: [P2], label: y }]',
  ],
  ['another clock', '[{ clock: resolution, at: 75%, label: x }, { clock: workaround, at: 75%, label: y }]'],
  ['an id each', '[{ id: a, clock: resolution, at: 75%, label: x }, { id: b, clock: resolution, at: 75%, label: y }]'],
  ['an id for one', '[{ clock: resolution, at: 75%, label: x }, { id: b, clock: resolution, at: 75%, label: y }]'],
] as const)
  test(`two steps may share a moment with ${claim}`, () => expect(problemsOf(`escalation: ${steps}`)).toEqual([]));

const rota = (rest: string) => `on_call:\n  - { id: a, starts: 2026-01-05, people: ["@ann"], ${rest} }\n`;
const job = (rule: string) => `maintenance: [{ id: a, title: A, rrule: «"${rule}"», at: "02:00", lasts: 2h }]\n`;
rows('rotas and rules', [
  [
    'weekly without a day',
    rota('rotation: weekly, handoff: «"10:00"»'),
    '"handoff" is "10:00", but must be a weekday and a time such as "mon 10:00", because the rotation is weekly.',
  ],
  ['monthly on a weekday', rota('rotation: monthly, handoff: «"mon 10:00"»'), /a day from 1 to 28 and a time/],
  ['daily with a day', rota('rotation: daily, handoff: «"mon 10:00"»'), /must be a time such as "10:00"/],
  [
    'a rotation',
    rota('rotation: «hourly», handoff: "10:00"'),
    '"rotation" is "hourly", but must be daily, weekly, monthly or { every: 12h }.',
  ],
  ['a rotation without its length', rota('rotation: «{}», handoff: "10:00"'), /^The key "every" is missing here/],
  [
    'an override that ends before it begins',
    rota('rotation: daily, handoff: "10:00", overrides: [{ from: 2026-12-24T10:00, to: «2026-12-24T09:00», person: "@ann" }]'),
    /must be later than "from"/,
  ],
  [
    'an override without length',
    rota('rotation: daily, handoff: "10:00", overrides: [{ from: 2026-12-24T10:00, to: «2026-12-24T10:00», person: "@ann" }]'),
    '"to" is "2026-12-24T10:00", but must be later than "from", which is "2026-12-24T10:00".',
  ],
  [
    'an override on a day that does not exist, to an hour that does not',
    rota('rotation: daily, handoff: "10:00", overrides: [{ from: «2027-02-29T10:00», to: «2027-03-01T24:00», person: "@ann" }]'),
    /must be a date and time such as 2026-12-24T10:00/,
    /must be a date and time/,
  ],
  [
    'an override to a date alone',
    rota('rotation: daily, handoff: "10:00", overrides: [{ from: 2026-12-24T10:00, to: «2026-12-27», person: "@ann" }]'),
    /must be a date and time/,
  ],
  [
    'a team as an override',
    rota('rotation: daily, handoff: "10:00", overrides: [{ from: 2026-12-24T10:00, to: 2026-12-25T10:00, person: «"@acme/ops"» }]'),
    /one person, no team/,
  ],
  ['a hand-off without its time', rota('rotation: weekly, handoff: «mon»'), /must be a weekday and a time/],
  ['a hand-off at the end of a day', rota('rotation: daily, handoff: «"24:00"»'), /must be a time such as "10:00"/],
  ['a hand-off with a word too many', rota('rotation: weekly, handoff: «"on mon 10:00"»'), /must be a weekday and a time/],
  ['a hand-off on two days', rota('rotation: weekly, handoff: «"mon-tue 10:00"»'), /must be a weekday and a time/],
  ['monthly on a day that not every month has', rota('rotation: monthly, handoff: «"29 10:00"»'), /a day from 1 to 28/],
  ['hours on a day', rota('rotation: { every: 12h }, handoff: «"mon 10:00"»'), /must be a time such as "10:00"/],
  [
    'a wrong rotation is one problem: its hand-off is not judged',
    rota('rotation: «fortnightly», handoff: "mon 10:00"'),
    /^"rotation" is "fortnightly"/,
  ],
  [
    'a month that went wrong',
    rota('rotation: { every: «1m» }, handoff: "10:00"'),
    '"every" is "1m", but must be at least 1h (m is minutes; for months write rotation: monthly).',
  ],
  ['just too short a turn', rota('rotation: { every: «59m 59s» }, handoff: "10:00"'), /at least 1h/],
  ['nobody', 'on_call: [{ id: a, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: «[]» }]\n', /a list of 1 to 100 entries/],
  ['no frequency', job('BYDAY=MO'), /; FREQ is missing\.$/],
  ['every second', job('FREQ=SECONDLY'), /FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY/],
  ['a part twice', job('FREQ=DAILY;FREQ=DAILY'), /FREQ stands twice/],
  ['an unknown part', job('FREQ=DAILY;BYHOUR=3'), /"BYHOUR=3" is no part of it/],
  ['the 31st of April', job('FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31'), /there is no such day/],
  ['numbered weekdays in a week', job('FREQ=WEEKLY;BYDAY=1MO'), /numbered weekdays/],
  ['no interval', job('FREQ=DAILY;INTERVAL=0'), /INTERVAL must be a number from 1 to 999/],
  ['both ends', job('FREQ=DAILY;COUNT=3;UNTIL=20261231'), /COUNT and UNTIL/],
  ['an end that does not exist', job('FREQ=DAILY;UNTIL=20260230'), /UNTIL must be a date/],
]);

for (const [claim, rest] of [
  ['weekly, in any case and with spaces', 'rotation: weekly, handoff: "Mon  10:00"'],
  ['monthly on the last day that every month has', 'rotation: monthly, handoff: "28 23:59"'],
  ['an hour', 'rotation: { every: 1h }, handoff: "00:00"'],
  [
    'an override of a minute',
    'rotation: daily, handoff: "10:00", overrides: [{ from: 2026-12-24T10:00, to: 2026-12-24T10:01, person: "@b" }]',
  ],
] as const)
  test(`a rota may be ${claim}`, () => expect(problemsOf(rota(rest))).toEqual([]));
