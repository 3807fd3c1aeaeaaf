import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, tableUnder, textOf } from './pages.ts';

const PAGE = 'docs/lifecycle.md';
const FOLDER = 'test/watch';
const sources = readdirSync(join(ROOT, FOLDER))
  .filter((name) => /^lifecycle-.*\.test\.ts$/.test(name))
  .map((name) => textOf(`${FOLDER}/${name}`))
  .join('\n');

const HEADINGS = ['Repositories', 'Issues', 'The App', 'Webhooks and downtime', 'What is deleted, and when'] as const;
const named = (heading: string): string[] => tableUnder(PAGE, heading).map((row) => row.at(-1)!.replace(/^`|`$/g, ''));

describe('every outcome is a test by the name that the page gives', () => {
  for (const heading of HEADINGS)
    test(heading, () => {
      const names = named(heading);
      expect(names.length).toBeGreaterThan(3);
      expect(names.filter((name) => !sources.includes(name))).toEqual([]);
    });
});

test('every test of an outcome is in the page', () => {
  const page = HEADINGS.flatMap(named);
  const titles = [...sources.matchAll(/\btest\((?:\n\s*)?['`](.*?)['`],/g)].map((match) => match[1]!);
  expect(titles.length).toBeGreaterThan(20);
  const small = ['ids that wait', 'and that GitHub fails to send again now'];
  expect(titles.filter((title) => !small.some((one) => title.startsWith(one)) && !page.some((name) => title.includes(name)))).toEqual([]);
});
