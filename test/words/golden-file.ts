import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Language } from '../../src/policy/types.ts';

const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** `UPDATE_GOLDEN=1 vitest run test/words/golden.test.ts` writes the files; read them as a reporter would before they are kept. */
export function golden(language: Language, name: string, sections: Readonly<Record<string, string>>): void {
  const file = new URL(`../golden/words/${language}-${name}.md`, import.meta.url);
  const text = `${Object.entries(sections)
    .map(([title, body]) => `<!-- ${title} -->\n\n${body}`)
    .join('\n\n')}\n`;
  if (UPDATE) writeFileSync(file, text);
  expect(existsSync(file), `${file.pathname} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
