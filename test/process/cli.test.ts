import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as cli } from '../../src/cli/cli.ts';
import { presetFolders, presetText } from '../../src/presets.ts';
import { BUSY_MS } from '../support/until.ts';
import { CLI, type Folder, folder, ROOT, run } from './child.ts';

let home: Folder;
beforeAll(() => {
  home = folder();
});
afterAll(() => home.remove());

const file = (name: string, text: string): string => {
  const path = join(home.path, name);
  writeFileSync(path, text);
  return path;
};
async function said(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const lines: Record<'out' | 'err', string[]> = { out: [], err: [] };
  const code = await cli(argv, { out: (text) => void lines.out.push(text), err: (text) => void lines.err.push(text) });
  return { code, out: lines.out.join('\n'), err: lines.err.join('\n') };
}

describe('help', () => {
  for (const argv of [['help'], ['--help'], ['-h'], ['check', '--help'], []])
    test(`watchkeeper ${argv.join(' ')} names every command`, async () => {
      const { code, out, err } = await said(...argv);
      expect([code, err]).toEqual([0, '']);
      for (const name of ['check FILE', 'replay FILE', 'oncall --policy FILE', 'rebuild', 'help']) expect(out).toContain(name);
    });

  for (const [argv, problem] of [
    [['chek'], 'There is no command "chek".'],
    [['constructor'], 'There is no command "constructor".'],
    [['check'], '"check" needs FILE.'],
    [['check', 'a', 'b'], '"check" does not take "b".'],
    [['rebuild', 'all'], '"rebuild" does not take "all".'],
    [['rebuild', '--json'], '"rebuild" does not take --json.'],
    [['help', '--owner', 'x'], '"help" does not take --owner.'],
    [['check', 'a', '--force'], "Unknown option '--force'."],
    [['check', 'a', '--owner'], "Option '--owner <value>' argument missing."],
    [['check', 'a', '--json=yes'], "Option '--json' does not take an argument."],
    [['check', 'a', '--policy', 'b'], '"check" does not take --policy.'],
    [['replay'], '"replay" needs FILE.'],
    [['oncall'], '"oncall" needs --policy FILE.'],
    [['oncall', 'a', '--policy', 'b'], '"oncall" does not take "a".'],
    [['check', 'a', '--weeks', '2'], '"check" does not take --weeks.'],
    [['replay', 'a'], '"replay" needs --policy FILE.'],
    [['replay', 'a', '--policy', 'b', '--since', 'c'], "Unknown option '--since'."],
  ] as const)
    test(`watchkeeper ${argv.join(' ')} says what is not understood`, async () =>
      expect(await said(...argv)).toEqual({ code: 2, out: '', err: `${problem} Try "npx watchkeeper help".` }));
});

describe('oncall', () => {
  const ROTAS = `timezone: Europe/Istanbul
default_owners: ["@ann"]
on_call:
  - id: primary
    rotation: weekly
    handoff: "mon 10:00"
    starts: 2026-01-05
    people: ["@cem", "@dora", "@eve"]
    overrides: [{ from: 2026-01-22T10:00, to: 2026-01-23T18:30, person: "@ann" }]
  - { id: alone, rotation: daily, handoff: "09:00", starts: 2024-01-01, people: ["@finn"] }
  - { id: later, rotation: monthly, handoff: "1 10:00", starts: 2026-03-01, people: ["@gul"] }
`;
  const oncall = (...more: string[]) => said('oncall', '--policy', file('rotas.yml', ROTAS), ...more);

  test('says who is on call and whose turns come, overrides among them, in the zone of the policy', async () => {
    // Istanbul is three hours ahead: Wednesday 10:00 there. The 1st of March is seven weeks off.
    expect(await oncall('--at', '2026-01-14T07:00:00Z', '--weeks', '2')).toEqual({
      code: 0,
      err: '',
      out: `As of Wed 2026-01-14 10:00, 2 weeks ahead. Times are in Europe/Istanbul.

primary: @dora is on call.
  Mon 2026-01-12 10:00 – Mon 2026-01-19 10:00  @dora
  Mon 2026-01-19 10:00 – Thu 2026-01-22 10:00  @eve
  Thu 2026-01-22 10:00 – Fri 2026-01-23 18:30  @ann (override)
  Fri 2026-01-23 18:30 – Mon 2026-01-26 10:00  @eve
  Mon 2026-01-26 10:00 – Mon 2026-02-02 10:00  @cem

alone: @finn is on call.
  all the time  @finn

later: nobody is on call.
  Nobody has a turn in this time.`,
    });
  });

  test('looks four weeks ahead from now', async () => {
    const { code, out } = await oncall();
    expect(code).toBe(0);
    expect(out).toMatch(/^As of \w{3} \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?, 4 weeks ahead\./);
    expect(out).toContain('\nalone: @finn is on call.\n  all the time  @finn\n');
  });

  test('a day begins at its midnight there', async () =>
    expect((await oncall('--at', '2026-01-19', '--weeks', '1')).out).toMatch(
      /^As of Mon 2026-01-19 00:00, one week ahead\..*\n\nprimary: @dora is/,
    ));

  test('speaks JSON to programs', async () => {
    const { code, out } = await oncall('--json', '--at', '2026-02-25T07:00:00Z', '--weeks', '1');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      zone: 'Europe/Istanbul',
      at: '2026-02-25T07:00:00Z',
      rotas: [
        {
          id: 'primary',
          now: '@dora',
          turns: [
            { from: '2026-02-23T07:00:00Z', to: '2026-03-02T07:00:00Z', person: '@dora', override: false },
            { from: '2026-03-02T07:00:00Z', to: '2026-03-09T07:00:00Z', person: '@eve', override: false },
          ],
        },
        { id: 'alone', now: '@finn', turns: [{ from: null, to: null, person: '@finn', override: false }] },
        { id: 'later', now: null, turns: [{ from: '2026-03-01T07:00:00Z', to: null, person: '@gul', override: false }] },
      ],
    });
  });

  test('of a policy without rotas it says so', async () => {
    const none = file('rotaless.yml', 'extends: standard\n');
    expect(await said('oncall', '--policy', none)).toEqual({ code: 0, out: 'This policy has no rotas: "on_call" lists none.', err: '' });
    expect(JSON.parse((await said('oncall', '--policy', none, '--json')).out)).toMatchObject({ zone: 'UTC', rotas: [] });
  });

  test("reads the owner's file too, and says what is wrong as check does", async () => {
    const own = file('own.yml', 'language: pl\n');
    expect((await said('oncall', '--policy', own, '--owner', file('owner.yml', ROTAS))).out).toContain('primary: ');
    const bad = file('bad.yml', 'langauge: en\n');
    expect(await said('oncall', '--policy', bad)).toEqual(await said('check', bad));
    expect(await said('oncall', '--policy', join(home.path, 'none.yaml'))).toMatchObject({ code: 1, out: '' });
  });

  for (const [option, value] of [
    ['at', 'tomorrow'],
    ['at', '2026-01-12T08:00:00'],
    ['weeks', '0'],
    ['weeks', '54'],
    ['weeks', '1.5'],
    ['weeks', ''],
  ] as const)
    test(`does not understand --${option} ${JSON.stringify(value)}`, async () => {
      const { code, out, err } = await oncall(`--${option}=${value}`);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(new RegExp(`^--${option}: ".*" is no .* Try "npx watchkeeper help"\\.$`));
    });

  test('a year of hourly turns is cut, and says so', async () => {
    const hourly = ROTAS.replace('rotation: daily, handoff: "09:00"', 'rotation: { every: 1h }, handoff: "09:00"').replace(
      '["@finn"]',
      '["@finn", "@gul"]',
    );
    const { out } = await said('oncall', '--policy', file('hourly.yml', hourly), '--weeks', '53');
    expect(out).toContain('  These are the first 1000 turns.');
  });
});

describe('check', () => {
  test('says of a good file what its green check run says', async () => {
    const { code, out, err } = await said('check', file('good.yml', 'extends: standard\n'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('standard@1');
    expect(out).toContain('4 priorities');
    expect(out).toContain('First response (P1)');
  });

  for (const name of presetFolders())
    test(`finds nothing wrong with the preset ${name}`, async () => {
      const { code, out } = await said('check', file(`${name}.yml`, presetText(name)!));
      expect(code, out).toBe(0);
    });

  test('says of a bad one where each problem stands', async () => {
    const path = file('bad.yml', 'langauge: en\n\npriorities:\n  - id: P1\n    targets: { first_response: soon }\ndefault_priority: P1\n');
    const { code, out, err } = await said('check', path);
    expect([code, err]).toEqual([1, '']);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${path}:1:1 .*did you mean "language"`));
    expect(lines[1]).toMatch(new RegExp(`^${path}:5:32 .*"soon"`));
    expect(lines).toHaveLength(2);
  });

  test("reads it together with the owner's file, whose problems stand there", async () => {
    const own = file('own.yml', 'default_owners: ["@ann"]\n');
    const owner = file('owner.yml', '\nlanguage: klingon\n');
    const { code, out } = await said('check', own, '--owner', owner);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${owner}:2:11 [^\n]*"klingon"[^\n]*$`));
    expect((await said('check', own, '--owner', file('owner-good.yml', 'language: pl\n'))).out).toContain('godzina');
  });

  test('looks countries up, as the desk does', async () => {
    const of = (country: string) =>
      `calendars: { office: { timezone: Europe/Bucharest, hours: { mon-fri: ["09:00-18:00"] }, holidays: { country: ${country} } } }\n`;
    expect((await said('check', file('ro.yml', of('RO')))).code).toBe(0);
    expect(await said('check', file('xx.yml', of('XX')))).toMatchObject({ code: 1, out: expect.stringContaining('"XX"') });
  });

  test('speaks JSON to programs', async () => {
    const good = await said('check', '--json', file('good.yml', 'extends: trkv\n'));
    expect([good.code, JSON.parse(good.out)]).toEqual([0, { good: true, promise: expect.stringContaining('trkv@1'), problems: [] }]);
    const path = file('bad.yml', 'a: 1\n');
    const bad = await said('check', '--json', path);
    expect([bad.code, JSON.parse(bad.out)]).toEqual([
      1,
      { good: false, problems: [expect.objectContaining({ file: path, line: 1, column: 1, path: 'a' })] },
    ]);
  });

  test('says of a file that cannot be read why', async () => {
    mkdirSync(join(home.path, 'folder'), { recursive: true });
    expect(await said('check', join(home.path, 'nothing.yml'))).toEqual({
      code: 1,
      out: '',
      err: `There is no file ${home.path}/nothing.yml.`,
    });
    expect((await said('check', join(home.path, 'folder'))).err).toMatch(/folder is no file\.$/);
    expect((await said('check', file('huge.yml', 'x'.repeat(4_000_001)))).err).toMatch(/has 4000001 bytes/);
    expect(await said('check', file('long.yml', 'x'.repeat(400_000)))).toMatchObject({
      code: 1,
      out: expect.stringContaining('characters'),
    });
  });
});

describe('replay', () => {
  const POLICY = join(ROOT, 'config/presets/standard@1/support.yml');
  const FIXTURE = join(ROOT, 'test/cli/fixtures/issue-7.json');
  const issue7 = () => JSON.parse(readFileSync(FIXTURE, 'utf8')) as { issue: Record<string, unknown>; timeline: unknown[][] };
  const replay = (path: string, ...more: string[]) => said('replay', path, '--policy', POLICY, ...more);
  const replayOf = (json: unknown, ...more: string[]) => replay(file('export.json', JSON.stringify(json)), ...more);

  test('shows an exported issue: who it is, what was taken for granted, what happened, where the clocks stand', async () => {
    const { code, out, err } = await replay(FIXTURE);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^As if the desk had been there .*\n.*Times are in UTC\.\n\nacme\/desk#7 {2}The export of invoices stops at page 3\n/,
    );
    expect(out).toContain('Responders: mark, sara. Nobody was named');
    expect(out).toMatch(/Fri 2026-01-09 15:30:00 {2}ticket +from rita, P3 \(from the form\)/);
    expect(out).toMatch(/As of \w{3} 2026-01-\d\d \d\d:\d\d:\d\d \(UTC\):\n {2}First response +\w+ on \w+, due /);
  });

  test('takes responders from the command, and several issues of one file', async () => {
    const { out } = await replay(FIXTURE, '--responder', '@Olga', '--responder', 'sara');
    expect(out).toContain('Responders: olga, sara.\n');
    const one = issue7();
    const two = await replayOf([one, { ...one, issue: { ...one.issue, number: 8 }, responders: ['mark'] }]);
    expect(two.out.match(/^acme\/desk#\d/gm)).toEqual(['acme/desk#7', 'acme/desk#8']);
    expect(two.out).toContain('Responders: mark.\n');
  });

  test('speaks JSON to programs', async () => {
    const { code, out } = await replay(FIXTURE, '--json', '--until', '2026-01-12T08:00:00+02:00');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      zone: 'UTC',
      issues: [
        {
          id: 'acme/desk#7',
          notes: { named: false, responders: ['mark', 'sara'] },
          ticket: { since: '2026-01-09T15:30:00Z', priority: 'P3', marker: 'received' },
          rows: expect.arrayContaining([{ at: '2026-01-09T15:30:00Z', is: 'ticket', by: 'rita', priority: 'P3', source: 'form' }]),
          until: '2026-01-12T06:00:00Z',
          clocks: expect.arrayContaining([expect.objectContaining({ name: 'first_response', from: '2026-01-09T15:30:00Z' })]),
        },
      ],
    });
  });

  test('reads the forms of a folder', async () => {
    const forms = join(home.path, 'forms');
    mkdirSync(forms, { recursive: true });
    writeFileSync(
      join(forms, 'bug.yml'),
      'name: Bug\ndescription: x\nbody: [{ type: input, id: priority, attributes: { label: Priority } }]\n',
    );
    expect((await replay(FIXTURE, '--forms', forms)).code).toBe(0);
    writeFileSync(join(forms, 'bad.yml'), 'body: 7\n');
    expect(await replay(FIXTURE, '--forms', forms)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/forms\/bad\.yml: /) });
    expect(await replay(FIXTURE, '--forms', join(home.path, 'none'))).toMatchObject({
      code: 1,
      err: `There is no folder ${home.path}/none.`,
    });
  });

  test('says what is wrong with the policy as check does', async () => {
    const bad = file('bad.yml', 'langauge: en\n');
    const [checked, replayed] = [await said('check', bad), await said('replay', FIXTURE, '--policy', bad)];
    expect(replayed).toEqual(checked);
    expect(replayed.code).toBe(1);
    expect(await said('replay', FIXTURE, '--policy', join(home.path, 'none.yml'))).toMatchObject({ code: 1, out: '' });
  });

  for (const until of ['tomorrow', '2026-13-01', '2026-01-12T08:00:00', '9999-01-01', ''])
    test(`does not understand --until ${JSON.stringify(until)}`, async () => {
      const { code, out, err } = await replay(FIXTURE, `--until=${until}`);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^--until: ".*" is no day and no instant such as .* Try "npx watchkeeper help"\.$/);
    });

  const { issue, timeline } = issue7();
  const deep = '['.repeat(100) + ']'.repeat(100);
  for (const [claim, text, problem] of [
    ['no JSON', 'nothing', /is not JSON \(.*\)$/],
    ['an empty file', '', /is not JSON/],
    ['a list without issues', [], /holds no issue$/],
    ['too many issues', Array(1_001).fill(null), /holds 1001 issues; the limit is 1000$/],
    ['a number', 7, /all of it is not an object$/],
    ['null in a list', [{ issue, timeline }, null], /\[1\] is not an object$/],
    ['an issue alone', issue, /issue is missing$/],
    ['no timeline', { issue }, /timeline is missing$/],
    ['a timeline that is none', { issue, timeline: { message: 'Not Found' } }, /timeline is not an array$/],
    ['an entry that is none', { issue, timeline: [[], ['x']] }, /timeline\[0\] is no entry of a timeline$/],
    ['a date that is none', { issue: { ...issue, created_at: 'yesterday' }, timeline }, /issue\.created_at is not a date$/],
    ['a date that is a number', { issue: { ...issue, created_at: 7 }, timeline }, /issue\.created_at is not a text$/],
    [
      'a date of another age',
      { issue: { ...issue, created_at: '1492-10-12' }, timeline },
      /issue\.created_at is not between 1970 and 2100$/,
    ],
    ['in a list, which one', [{ issue: { ...issue, title: null }, timeline }], /\[0\]\.issue\.title is not a text$/],
    ['a state of its own', { issue: { ...issue, state: 'odd' }, timeline }, /issue\.state is none of open, closed$/],
    ['a number that is none', { issue: { ...issue, number: -1 }, timeline }, /issue\.number is no number of an issue$/],
    ['a pull request', { issue: { ...issue, pull_request: {} }, timeline }, /issue is a pull request$/],
    ['a label that is none', { issue: { ...issue, labels: [7] }, timeline }, /issue\.labels\[0\] cannot be read$/],
    ['responders that are none', { issue, timeline, responders: 'mark' }, /responders is not an array$/],
    ['a key of its own', { issue, timeline, responder: ['mark'] }, /all of it has a key that nothing reads: "responder"$/],
    ['a well', deep, /nested deeper than 64$/],
  ] as const)
    test(`says of ${claim} what is wrong, in one line`, async () => {
      const path = file('hostile.json', typeof text === 'string' ? text : JSON.stringify(text));
      const { code, out, err } = await replay(path);
      expect([code, out]).toEqual([1, '']);
      expect(err.startsWith(`${path}: `)).toBe(true);
      expect(err).toMatch(problem);
      expect(err).not.toContain('\n');
    });

  test('does not read what is too long, and says so', async () => {
    const path = file('long.json', '');
    truncateSync(path, 50_000_001);
    expect(await replay(path)).toEqual({ code: 1, out: '', err: `${path} has 50000001 bytes; the limit is 50000000.` });
  });

  test('nothing of a title, a login or a command steers the terminal', async () => {
    const { issue, timeline } = issue7();
    const steer = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u0000\r\nX';
    const all = timeline.flat() as Record<string, unknown>[];
    const evil = {
      ...all[7],
      id: 1,
      user: { id: 9, login: `eve${steer}` },
      body: `/priority ${steer}`,
      author_association: 'MEMBER',
    };
    const json = { issue: { ...issue, title: `A${steer}${'y'.repeat(100_000)}` }, timeline: [...all, evil] };
    for (const more of [[], ['--json']]) {
      const { code, out } = await replayOf(json, ...more);
      expect(code).toBe(0);
      expect(out).toContain('eve');
      expect(out).toContain('yyy');
      expect(out.length).toBeLessThan(20_000);
      expect(out).not.toMatch(/[^\P{Cc}\n]|[\u202e]|owned/u);
    }
    const named = file(`a${'\u001b'}[31m.json`, '[]');
    expect((await replay(named)).err).not.toContain('\u001b');
  });
});

describe('rebuild', () => {
  test('without an App says so, and leaves everything as it is', async () => {
    const ended = await run(CLI, ['rebuild'], { cwd: home.path });
    expect([ended.code, ended.out]).toEqual([1, '']);
    expect(ended.err).toMatch(/^No GitHub App is configured \(APP_ID[^\n]+\n$/);
  });

  test('with a configuration that is wrong says what', async () => {
    const ended = await run(CLI, ['rebuild'], { cwd: home.path, env: { APP_ID: 'x' } });
    expect([ended.code, ended.err.split('\n')[0]]).toEqual([1, 'APP_ID is "x", but must be the number of the GitHub App.']);
  });
});

test('the command is there as a process, with its exit code and its two streams', { timeout: BUSY_MS }, async () => {
  const ended = await run(CLI, ['check', join(ROOT, 'config/presets/standard@1/support.yml')], { cwd: home.path });
  expect([ended.code, ended.err]).toEqual([0, '']);
  expect(ended.out).toContain('standard@1');
  const bad = await run(CLI, ['nonsense'], { cwd: home.path });
  expect([bad.code, bad.out]).toEqual([2, '']);
});
