import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../src/policy/read.ts';
import { policyOf, problemsOf, SMALL } from './marked.ts';

describe('three files', () => {
  const preset = `
language: ro
calendars: { office: { hours: { mon-fri: ["09:00-17:00"] }, holidays: { country: RO, add: { 2026-12-24: closed } } } }
priorities: [{ id: A, targets: { resolution: 4h } }, { id: B }]
roles: { cto: ["@preset"], lead: ["@lead"] }
confirm: { after: 3d, close: false }
intake: { labels: [support] }
`;
  const policy = (own: string, ownerText?: string) => policyOf(own, preset, { ownerText });

  test('the preset gives what nobody else says', () => expect(policy('').language).toBe('ro'));
  test("the owner's file beats the preset", () => expect(policy('', 'language: pl').language).toBe('pl'));
  test("the own file beats the owner's", () => expect(policy('language: ru', 'language: pl').language).toBe('ru'));
  test('maps merge deeply', () => {
    expect(policy('confirm: { close: true }').confirm).toEqual({ after: [{ n: 3, unit: 'd' }], close: true });
    expect(policy('roles: { cto: ["@own"] }', 'roles: { cfo: ["@owner"] }').roles).toEqual({
      cto: [{ kind: 'user', login: 'own' }],
      lead: [{ kind: 'user', login: 'lead' }],
      cfo: [{ kind: 'user', login: 'owner' }],
    });
  });
  test('lists are replaced', () => {
    expect(policy('intake: { labels: [help] }').intake.labels).toEqual(['help']);
    expect(policy('priorities: [{ id: B }]').priorities).toEqual([expect.objectContaining({ id: 'B', targets: {} })]);
  });
  test('null removes, at any depth', () => {
    expect(policy('intake: { labels: null }').intake).not.toHaveProperty('labels');
    expect(policy('roles: { lead: ~ }').roles).toEqual({ cto: [{ kind: 'user', login: 'preset' }] });
    expect(policy('language:').language).toBe('en');
    expect(policy('calendars: { office: { holidays: { country: null } } }').calendars.office).not.toHaveProperty('country');
  });
  test('a map replaces a scalar and a scalar a map', () => {
    expect(policy('confirm: false').confirm).toBe(false);
    expect(policy('confirm: { close: true }', 'confirm: false').confirm).toEqual({ after: [{ n: 7, unit: 'd' }], close: true });
  });
  test('hours merge day by day, however the days are written', () => {
    const { office } = policy(
      'calendars: { office: { hours: { fri: ["09:00-12:00"], sat-sun: ["10:00-11:00"], mon: closed } } }',
    ).calendars;
    expect(office).toMatchObject({ hours: { mon: [], tue: [[32_400, 61_200]], fri: [[32_400, 43_200]], sun: [[36_000, 39_600]] } });
    expect(policy('calendars: { office: { hours: { mon-thu: null } } }').calendars.office).toHaveProperty('hours', {
      fri: [[32_400, 61_200]],
    });
  });
  test("the own file's extends wins, then the owner's", () => {
    const texts: Record<string, string> = { 'kleros@1': SMALL, 'trkv@2': SMALL };
    const named = (own: string, ownerText?: string) => {
      const read = readPolicy(own, (name) => texts[name], { ownerText });
      return 'policy' in read ? read.policy.extends : read.problems[0]?.message;
    };
    expect(named('extends: kleros', 'extends: trkv@2')).toBe('kleros@1');
    expect(named('', 'extends: trkv@2')).toBe('trkv@2');
    expect(named('extends: null', 'extends: trkv@2')).toMatch(/^"extends" is "standard"/);
  });
  test("problems say which file they stand in, and the own file's come first", () => {
    const problems = problemsOf('mode: on', `${preset}wheels: 4\n`, { ownerText: 'grace: soon' });
    expect(problems.map(({ file, line }) => [file, line])).toEqual([
      ['own', 1],
      ['owner', 1],
      ['preset', 8],
    ]);
  });
  test("a broken owner's file is a problem of that file", () => {
    expect(problemsOf('', preset, { ownerText: 'a: [' })[0]).toMatchObject({ file: 'owner', line: 1 });
  });
  test('what the own file takes away from under the preset stands in the own file', () => {
    const rest = `${preset}default_priority: A\n`;
    expect(problemsOf('language: en\npriorities: [{ id: X }]\n', rest)).toEqual([
      expect.objectContaining({
        file: 'own',
        line: 2,
        column: 1,
        endColumn: 11,
        message:
          '"priorities" has no "A", which "default_priority" of the preset needs (its line 8); set "default_priority" here too, or keep "A".',
      }),
    ]);
  });
  test('a preset cannot extend another', () =>
    expect(problemsOf('', 'extends: kleros\n')[0]).toMatchObject({ file: 'preset', path: 'extends' }));
  test('aliases repeat what an anchor holds', () => {
    const { priorities } = policyOf('priorities:\n  - { id: A, targets: &t { resolution: 4h } }\n  - { id: B, targets: *t }\n');
    expect(priorities[1]?.targets).toEqual({ resolution: [{ n: 4, unit: 'h' }] });
  });
});
