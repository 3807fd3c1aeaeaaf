import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasTest } from './named.ts';
import { pageOf, ROOT, textOf } from './pages.ts';

const PAGE = 'docs/threat-model.md';
const LINE = /^- \[`(test\/[\w/.-]+\.test\.ts)`\]\(\.\.\/(test\/[\w/.-]+)\): “(.+)”$/;
const { lines } = pageOf(PAGE);
const named = lines.flatMap((line) => {
  const found = LINE.exec(line);
  return found ? [{ file: found[1]!, link: found[2]!, name: found[3]! }] : [];
});

test('names tests enough to be worth holding, each with a link to its file', () => {
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter(({ file, link }) => file !== link)).toEqual([]);
  expect(lines.filter((line) => line.startsWith('- [`') && !LINE.test(line))).toEqual([]);
});

test.each(named)('$file has “$name”', ({ file, name }) => {
  expect(existsSync(join(ROOT, file))).toBe(true);
  expect(hasTest(file, name)).toBe(true);
});

test('a name that no test has is noticed, in a comment or not at all', () => {
  expect(hasTest('test/hostile/flood.test.ts', 'in one comment is answered once')).toBe(true);
  expect(hasTest('test/hostile/flood.test.ts', 'in one comment is answered twice')).toBe(false);
  expect(hasTest('test/hostile/flood.test.ts', ' Nobody else pays for it.')).toBe(false);
});

test('every threat has what stops it and a test', () => {
  const from = lines.indexOf('## Threats');
  const to = lines.findIndex((line, i) => i > from && line.startsWith('## '));
  const threats = lines.slice(from, to).join('\n').split(/^### /m).slice(1);
  expect(threats.length).toBeGreaterThanOrEqual(12);
  for (const threat of threats) {
    const [title, , first] = threat.split('\n');
    expect(first, title).toMatch(/^\S/);
    expect(
      threat.split('\n').some((line) => LINE.test(line)),
      title,
    ).toBe(true);
  }
});

test('every test of test/hostile stands for a threat', () => {
  const files = globSync('test/hostile/*.test.ts', { cwd: ROOT });
  expect(files.filter((file) => !named.some((one) => one.file === file))).toEqual([]);
});

test('what it says of numbers is what the code says', () => {
  const page = textOf(PAGE);
  const source = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  expect(source('src/github/webhook.ts')).toMatch(/BODY_BYTES_MAX = 25 \* 1024 \* 1024[\s\S]*READ_TIMEOUT_MS = 10_000[\s\S]*maxBytes \* 4/);
  expect(page).toContain('25 MB each and 100 MB together; ten seconds');
  expect(source('src/desk/answers.ts')).toMatch(/REFUSALS_MAX = 5;\nconst ANSWERS_MAX = 20;/);
  expect(page).toContain('at most five refusals and twenty answers');
});
