import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as cli } from '../../src/cli/cli.ts';
import { presetFolders, presetText } from '../../src/presets.ts';
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
      for (const name of ['check FILE', 'rebuild', 'help']) expect(out).toContain(name);
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
  ] as const)
    test(`watchkeeper ${argv.join(' ')} says what is not understood`, async () =>
      expect(await said(...argv)).toEqual({ code: 2, out: '', err: `${problem} Try "npx watchkeeper help".` }));
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

test('the command is there as a process, with its exit code and its two streams', async () => {
  const ended = await run(CLI, ['check', join(ROOT, 'config/presets/standard@1/support.yml')], { cwd: home.path });
  expect([ended.code, ended.err]).toEqual([0, '']);
  expect(ended.out).toContain('standard@1');
  const bad = await run(CLI, ['nonsense'], { cwd: home.path });
  expect([bad.code, bad.out]).toEqual([2, '']);
}, 20_000);
