import { expect, test } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { expectProblems, policyOf, problemsOf, rows } from './marked.ts';

const DURATION = 'a duration such as 30m, 4h, 1d or 1d 4h (units s, m, h, d, w; at most ten years)';

rows('syntax', [
  ['an @ without quotes is shown with them', 'default_owners: [«@»ann]\n', 'A value that begins with @ must stand in quotes: "@ann".'],
  ['a tab cannot indent', 'intake:\n«»\tstaff: true\n', /^A tab cannot indent YAML/],
  [
    'a missing bracket',
    'fixes_from: [a/b\n«g»race: 1h\n',
    'A [ or { above is not closed by now, or its lines do not stand to the right of its key.',
  ],
  [
    'a key twice, at the second',
    'grace: 1h\n«grace»: 2h\n',
    'The key "grace" stands twice in the same map, first on line 1; keep one of the two.',
  ],
  ['a key twice in a flow map', 'confirm: { close: true, «close»: false }', /stands twice/],
  ['a tag', 'grace: «!!str» 1h\n', 'The YAML tag "!!str" is not allowed; leave it out, quotes make a text.'],
  ['a directive', '«%YAML 1.1»\n---\ngrace: 1h\n', 'The YAML directive "%YAML 1.1" is not allowed; leave it out.'],
  ['two documents', 'grace: 1h\n«---»\ngrace: 2h\n', 'The file holds several YAML documents; only one is read.'],
  ['a merge key', 'confirm: { «<<»: 1 }\n', 'YAML merge keys (<<) are not allowed; write the keys out, or use "extends".'],
  ['an alias without an anchor', 'grace: «*x»\n', 'The alias "*x" refers to no anchor above it; write the value out.'],
  ['a list as a key', '? «[a]»\n: 1\n', 'A key must be plain text, not a list, a map or an alias.'],
  ['a file that is a list', '«- a\n- b»\n', 'The file is a list, but must be a map of keys such as priorities and calendars.'],
  ['a file that is a word', '«hello»\n', 'The file is "hello", but must be a map of keys such as priorities and calendars.'],
]);

rows('keys', [
  ['unknown, one letter off', '«langage»: en\n', '"langage" is not a known key of this file; did you mean "language"?'],
  [
    'unknown, with a dash',
    '«default-priority»: P1\n',
    '"default-priority" is not a known key of this file; did you mean "default_priority"?',
  ],
  ['unknown, nothing near', '«wheels»: 4\n', '"wheels" is not a known key of this file; the reference lists them.'],
  [
    'unknown inside',
    'priorities: [{ id: A, «colour»: b60205 }]\n',
    '"colour" is not a known key of an entry of "priorities"; did you mean "color"?',
  ],
  ['unknown inside, the known ones named', 'console: { «xyzzy»: 1 }\n', '"xyzzy" is not a known key of "console"; known are label.'],
  ['a clock misspelt', 'priorities:\n  - id: A\n    targets: { «first_respons»: 1h }\n', /did you mean "first_response"\?$/],
  [
    'a required key that is missing, at its map',
    'priorities:\n  - «name: x»\n    color: b60205\n',
    /^The key "id" is missing here; it must be an id of letters/,
  ],
  [
    'a weekday that is none',
    'calendars:\n  o:\n    hours: { mon: ["09:00-10:00"], «xyz»: [] }\n',
    'The key "xyz" must be weekdays such as mon, mon-fri or "mon, wed-fri", each once.',
  ],
  [
    'a weekday twice',
    'calendars:\n  o:\n    hours: { mon-fri: ["09:00-10:00"], «tue»: [] }\n',
    '"tue" gives hours for tue, which "mon-fri" has already done; name each weekday once.',
  ],
  [
    'a date that does not exist',
    'calendars:\n  o:\n    hours: { mon: ["09:00-10:00"] }\n    holidays: { add: { «2026-02-29»: closed } }\n',
    /^The key "2026-02-29" must be a date that exists/,
  ],
  [
    'a reserved word',
    'roles: { «constructor»: [] }\n',
    '"constructor" is a reserved word of the program and cannot be a key; choose another name.',
  ],
]);

rows('values', [
  ['a word of a few', 'mode: «on»\n', '"mode" is "on", but must be live or shadow.'],
  ['a language', 'language: «de»\n', '"language" is "de", but must be en, pl, ro or ru.'],
  ['a list where a word belongs', 'mode: «[live]»\n', '"mode" is a list of one entry, but must be live or shadow.'],
  ['a word where a list belongs', 'intake: { labels: «support» }\n', '"labels" is "support", but must be a list of 1 to 50 entries.'],
  ['a word where a map belongs', 'responders: «me»\n', '"responders" is "me", but must be a map of keys and values.'],
  ['an empty entry', 'intake:\n  labels:\n    - support\n    - «»\n', /^An entry of "labels" is empty, but must be a label name/],
  ['a duration', 'grace: «soon»\n', `"grace" is "soon", but must be ${DURATION}.`],
  ['a number as duration', 'grace: «3600»\n', `"grace" is 3600, but must be ${DURATION}.`],
  ['zero', 'grace: «0h»\n', `"grace" is "0h", but must be ${DURATION}.`],
  ['yes is a word in YAML 1.2', 'intake: { staff: «yes» }\n', '"staff" is "yes", but must be true or false.'],
  ['a zone', 'timezone: «Europe/Bukarest»\n', '"timezone" is "Europe/Bukarest", but must be a time zone such as Europe/Bucharest or UTC.'],
  ['a bare offset is no zone', 'timezone: «"+02:00"»\n', /must be a time zone/],
  [
    'a day that does not exist',
    'enforce_from: «2026-02-30»\n',
    '"enforce_from" is "2026-02-30", but must be a date that exists, written as 2026-12-31.',
  ],
  ['a colour', 'priorities: [{ id: A, color: «"#b60205"» }]\n', /^"color" is "#b60205", but must be a colour of six hexadecimal digits/],
  ['a colour of five', 'priorities: [{ id: A, color: «b6020» }]\n', /six hexadecimal digits/],
  ['confirm', 'confirm: «yes»\n', '"confirm" is "yes", but must be false, or a map such as { after: 7d, close: true }.'],
  ['inside confirm', 'confirm: { after: «x», close: true }\n', `"after" is "x", but must be ${DURATION}.`],
  [
    'hours that end before they begin',
    'calendars: { o: { hours: { mon: [«"18:00-09:00"»] } } }\n',
    /^An entry of "mon" is "18:00-09:00", but must be opening hours/,
  ],
  ['hours that begin at 24:00', 'calendars: { o: { hours: { mon: [«"24:00-24:00"»] } } }\n', /opening hours/],
  [
    'hours without quotes of a range of days, once',
    'calendars: { o: { hours: { mon-fri: [«9-17»] } } }\n',
    /^An entry of "mon-fri" is "9-17"/,
  ],
  [
    'a person without @',
    'default_owners: [«ann»]\n',
    'An entry of "default_owners" is "ann", but must be "@user" or "@org/team" in quotes.',
  ],
  ['a team where users belong', 'responders: { users: [«"@org/team"»] }\n', /"@user" in quotes \(one person, no team\)/],
  ['a user where teams belong', 'responders: { teams: [«"@ann"»] }\n', /must be "@org\/team" in quotes/],
  ['a repository', 'fixes_from: [«website»]\n', /must be a repository such as owner\/name/],
  ['a form in a folder', 'intake: { forms: [«forms/bug.yml»] }\n', /file name of an issue form/],
  ['a runbook outside', 'categories: [{ id: a, runbook: «../../etc/passwd» }]\n', /a path inside the repository/],
  [
    'a label with a comma',
    'console: { label: «"a, b"» }\n',
    /^"label" is "a, b", but must be a label name of 1 to 50 characters on one line, without a comma\.$/,
  ],
  ['a label of 51 letters', `console: { label: «${'x'.repeat(51)}» }\n`, /label name of 1 to 50/],
  ['a name whose label would be too long', `priorities: [{ id: A, name: «${'x'.repeat(49)}» }]\n`, /so set "label" too\.$/],
  ['an empty text', 'priorities: [{ id: A, name: «" "» }]\n', /one line of 1 to 200 characters/],
  ['an id with a space', 'priorities: [{ id: «P 1» }]\n', /^"id" is "P 1", but must be an id of letters/],
  ['satisfaction', 'reports: { targets: { satisfaction: «6» } }\n', '"satisfaction" is 6, but must be a number from 1 to 5.'],
  ['a rate without its sign', 'reports: { targets: { resolution_rate: «95» } }\n', /a percentage from 0% to 100%/],
  [
    'a day of the month that some months lack',
    'reports: { monthly: { on: «31», at: "09:00" } }\n',
    '"on" is 31, but must be a whole number from 1 to 28.',
  ],
  ['a time of day', 'reports: { digest: { at: «"24:00"» } }\n', '"at" is "24:00", but must be a time of day such as 09:00.'],
  ['no priorities at all', '«»priorities:\n', 'There are no priorities; "priorities" needs at least one.'],
  ['an empty list of priorities', 'priorities: «[]»\n', '"priorities" is a list of 0 entries, but must be a list of 1 to 20 entries.'],
  ['a preset', 'extends: «standart»\n', /^"extends" is "standart", but must be one of the presets .*; did you mean "standard"\?$/],
  ['a version of a preset that is not there', 'extends: «standard@2»\n', /^"extends" is "standard@2", but must be one of the presets/],
  ['a preset by path', 'extends: «../secret»\n', /must be one of the presets/],
]);

test('several problems come at once, of shape and of sense, in the order of their lines', () => {
  const problems = expectProblems(
    [
      '«langage»: en',
      'grace: «soon»',
      'default_priority: «P7»',
      'priorities:',
      '  - { id: P1, targets: { resolution: «1x» } }',
      '  - { id: P2, calendar: «night» }',
      '',
    ].join('\n'),
    [/language/, /duration/, /priorities has only P1 and P2/, /duration/, /calendars has only always/],
  );
  expect(problems.map(({ path }) => path)).toEqual([
    'langage',
    'grace',
    'default_priority',
    'priorities.0.targets.resolution',
    'priorities.1.calendar',
  ]);
});

test('lines and columns count from 1, in CRLF files and after wide characters too', () => {
  const [problem] = problemsOf('# 🔴 żółć\r\nmode: live\r\nconsole: { label: "🔴", x: 1 }\r\n');
  expect(problem).toMatchObject({ file: 'own', line: 3, column: 25, endLine: 3, endColumn: 26, path: 'console.x' });
});

test('what was found is cut to 80 characters and one line', () => {
  const [problem] = problemsOf(`grace: "${'x\\n'.repeat(500)}"`);
  expect(/"grace" is "([^"]*)"/.exec(problem!.message)![1]!.length).toBe(80);
});

test('numbers and truth values are texts where a text is expected', () => {
  expect(problemsOf('priorities: [{ id: 1, name: 2026, color: 5319e7, label: true, aliases: [0x1F, 1.0, null-value] }]')).toEqual([]);
});

test('enforce_from is midnight in the zone of the file', () => {
  expect(policyOf('timezone: Europe/Bucharest\nenforce_from: 2026-07-01').enforceFrom).toBe(at('2026-06-30T21:00:00Z'));
});
