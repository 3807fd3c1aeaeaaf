import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, pageOf, pagesIn, present, ROOT } from './pages.ts';

const pages = [...pagesIn('docs'), ...present('README.md', 'CONTRIBUTING.md')];

/** Targets of links and images outside code, with their lines. */
function linksOf(page: string): { target: string; line: number }[] {
  return pageOf(page).lines.flatMap((line, index) =>
    [...line.replace(/(`+)[^`]*\1(?!\])/g, '').matchAll(/\]\(\s*<?([^)\s>]+)/g), ...line.matchAll(/^\[[^\]]+\]:\s*(\S+)/g)].map(
      (match) => ({
        target: match[1]!,
        line: index + 1,
      }),
    ),
  );
}

function problemOf(page: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
  if (file.startsWith('..')) return 'leads out of the repository';
  if (!existsSync(join(ROOT, file))) return `${file} does not exist`;
  if (anchor === undefined) return undefined;
  if (!file.endsWith('.md')) return 'a heading of what is no page';
  return anchorsOf(file).has(decodeURIComponent(anchor)) ? undefined : `${file} has no heading #${anchor}`;
}

test.each(pages)('every internal link of %s leads to a file or heading that exists', (page) => {
  const broken = linksOf(page).flatMap(({ target, line }) => {
    const problem = problemOf(page, target);
    return problem === undefined ? [] : [`${page}:${line} ${target}: ${problem}`];
  });
  expect(broken).toEqual([]);
});

test('links are found at all, and a wrong one is noticed', () => {
  expect(linksOf('docs/policy.md').length).toBeGreaterThan(20);
  expect(problemOf('docs/policy.md', 'no-such-page.md')).toContain('does not exist');
  expect(problemOf('docs/policy.md', '#no-such-heading')).toContain('no heading');
});

test('the architecture stays a short read', () => {
  expect(pageOf('docs/architecture.md').lines.length).toBeLessThanOrEqual(150);
});
