import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadHolidays } from '../../src/calendar/load-holidays.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { presetFolders, presetText } from '../../src/presets.ts';
import { judgePolicy } from '../../src/watch/policies.ts';
import { all, filesBelow, lineAt, ROOT, sourceOf, targetOf, textOf } from './sources.ts';

const FOLDERS = ['src', 'test', 'scripts', 'bench', 'docs', 'config', '.github', '.ci'].filter((one) => existsSync(join(ROOT, one)));
const TOP = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'app.yml',
  'package.json',
  'package-lock.json',
  'biome.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const TEXTS = [...FOLDERS.flatMap((folder) => filesBelow(folder, /./)), ...TOP.filter((one) => existsSync(join(ROOT, one)))].filter(
  (path) => !/\.(png|jpg|gif|ico|woff2?)$/.test(path) && !path.startsWith('test/openapi/') && !path.startsWith('test/rules/'),
);
const CODE = FOLDERS.flatMap((folder) => filesBelow(folder, /\.(ts|mjs)$/));

/** Lines of all texts that fit, without those that `allowed` names. */
const linesWith = (pattern: RegExp, paths: readonly string[] = TEXTS): string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1} ${line.trim().slice(0, 120)}`] : [])),
  );

describe('nothing of the place where it was written', () => {
  test('no host of a registry, but the one that everybody has', () => {
    const hosts = linesWith(/https?:\/\/[\w.-]*(registry|artifact|nexus|verdaccio|mirror|pypi|jfrog)[\w.-]*/i);
    expect(hosts.filter((line) => !/https:\/\/registry\.npmjs\.org\//.test(line))).toEqual([]);
    expect(linesWith(/"resolved": "(?!https:\/\/registry\.npmjs\.org\/)/, ['package-lock.json'])).toEqual([]);
  });

  test('no path of a machine', () =>
    expect(linesWith(/(?<![\w.@/-])\/(work|home\/(?!node\b)\w+|Users\/\w+|root)\/\w|[A-Z]:\\\\Users\\\\/)).toEqual([]));
});

describe('nothing left over', () => {
  test('no note to self: what is to be done is an issue', () =>
    expect(
      linesWith(
        /\b(TODO|FIXME|XXX|HACK)\b(?!\})/,
        CODE.filter((path) => !path.startsWith('test/rules/')),
      ),
    ).toEqual([]));

  test('no test that runs alone or not at all: mend it or delete it', () => {
    const tests = CODE.filter((path) => path.endsWith('.test.ts'));
    expect(tests.length).toBeGreaterThan(40);
    expect(
      linesWith(
        /\b(test|it|describe|bench)(\.concurrent)?\.(only|skip|todo|fails|skipIf|runIf)\b|\b(xit|xdescribe|fit|fdescribe)\(/,
        tests,
      ),
    ).toEqual([]);
  });

  test('no debugger', () => expect(linesWith(/^\s*debugger;/, CODE)).toEqual([]));
});

describe('imports', () => {
  const imports = CODE.flatMap((path) => sourceOf(path).imports.map((one) => ({ ...one, path })));

  test('relative ones end as the file does (Node runs it as it is), and lead to a file', () => {
    const relative = imports.filter(({ from }) => from.startsWith('.'));
    expect(relative.length).toBeGreaterThan(300);
    expect(
      relative
        .filter(({ from }) => !/\.(ts|mjs|js|json)$/.test(from))
        .map(({ path, line, from }) => `${path}:${line} ${from}: end it in .ts`),
    ).toEqual([]);
    expect(
      relative.filter(({ path, from }) => !existsSync(join(ROOT, targetOf(path, from)))).map(({ path, from }) => `${path} ${from}`),
    ).toEqual([]);
  });

  test('packages are in package.json, and those of src/ are no devDependencies', () => {
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>;
    const named = ({ from }: { from: string }) => (from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]!);
    const packages = imports.filter(({ from }) => !/^(\.|node:)/.test(from));
    const missing = packages.filter((one) => !{ ...dependencies, ...devDependencies }[named(one)]);
    expect(missing.map(({ path, from }) => `${path} ${from}`)).toEqual([]);
    expect(
      packages.filter((one) => one.path.startsWith('src/') && !dependencies![named(one)]).map(({ path, from }) => `${path} ${from}`),
    ).toEqual([]);
    const used = new Set(packages.filter(({ path }) => path.startsWith('src/')).map(named));
    expect(Object.keys(dependencies!).filter((name) => !used.has(name))).toEqual([]);
  });

  test('syntax that Node can erase: no enum, no namespace, no parameter property', () => {
    const found = CODE.flatMap((path) => {
      const { ast, text } = sourceOf(path);
      return [...all(ast)]
        .filter(({ type }) => /^TS(Enum|Module)Declaration$|^TSParameterProperty$/.test(type))
        .map(({ type, start }) => `${path}:${lineAt(text, start)} ${type}`);
    });
    expect(found).toEqual([]);
  });
});

describe('dependencies', () => {
  const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<string, Record<string, string>>;
  const every = Object.entries({ ...dependencies, ...devDependencies });

  test('have exact versions, and those of the lockfile', () => {
    expect(every.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)).map((one) => one.join(' '))).toEqual([]);
    const { packages } = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, { version?: string }> };
    expect(every.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version).map(([name]) => name)).toEqual([]);
  });

  test('are each named in docs/dependencies.md', () => {
    const text = textOf('docs/dependencies.md');
    expect(every.filter(([name]) => !text.includes(`\`${name}\``)).map(([name]) => name)).toEqual([]);
  });
});

describe('policies that we hand out', () => {
  for (const name of presetFolders())
    test(`the preset ${name} reads without problems, with the holidays that it names`, async () => {
      expect(readPolicy(presetText(name)!, presetText)).not.toHaveProperty('problems');
      expect(await judgePolicy(presetText(name)!, undefined, presetText)).toMatchObject({ good: true });
      expect(await judgePolicy(`extends: ${name}\n`, undefined, presetText)).toMatchObject({ good: true });
    });

  const pages = ['README.md', ...filesBelow('docs', /\.md$/), ...filesBelow('config', /\.md$/)].filter((path) =>
    existsSync(join(ROOT, path)),
  );
  const examples = pages.flatMap((path) => examplesIn(path, textOf(path)));

  test('there are some in the documents', () => expect(examples.length).toBeGreaterThan(0));

  for (const { at, text } of examples)
    test(`the example at ${at} reads without problems`, async () => {
      const judged = await judgePolicy(text, undefined, presetText);
      expect(judged.good ? [] : judged.problems.map((one) => `line ${one.line}: ${one.message}`)).toEqual([]);
    });

  test('can fail: an example with a mistake is found and read', async () => {
    const [one] = examplesIn('x.md', 'Text\n\n```yaml\n# .github/support.yml\nextends: standrad\n```\n');
    expect(one).toMatchObject({ at: 'x.md:3' });
    expect(await judgePolicy(one!.text, undefined, presetText)).toMatchObject({ good: false });
    expect(examplesIn('x.md', '```yaml\non: push\n```\n')).toEqual([]);
    expect(await loadHolidays([])).toBeUndefined();
  });
});

/** Fenced YAML that is a support.yml: it says so itself, or has a key that only a support.yml has. */
function examplesIn(path: string, text: string): { at: string; text: string }[] {
  const fences = [...text.matchAll(/^```ya?ml[^\n]*\n([\s\S]*?)^```/gm)];
  return fences
    .filter(([, body]) => /support\.yml|^(extends|priorities|default_owners|responders|escalation|calendars|intake):/m.test(body!))
    .map((match) => ({ at: `${path}:${lineAt(text, match.index)}`, text: match[1]! }));
}
