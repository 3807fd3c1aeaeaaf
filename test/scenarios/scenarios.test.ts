import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStories, tell } from './story.ts';

/** Every `*.yml` here is a file of stories: README.md says how they are written. */
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.yml'))) {
  const { title, stories } = readStories(file, readFileSync(join(import.meta.dirname, file), 'utf8'));
  describe(title, () => {
    for (const story of stories) test(story.title, { timeout: 180_000 }, () => tell(story));
  });
}

describe('a story that is written wrong fails', () => {
  const write = (lines: string, more = '') => `title: t\npolicy: "{}"\n${more}stories:\n  one:\n${lines}`;
  const START = '    - Mon 2026-01-12 09:00\n';
  const LOOK = '    - no page\n';
  for (const [claim, source, message] of [
    ['an unknown key of the file', write(START + LOOK, 'polices: x\n'), 'unknown key "polices"'],
    ['an unknown sentence', write(`${START}    - rita sings\n${LOOK}`), 'f.yml:6: no sentence of the stories: "rita sings"'],
    ['an unknown thing to look at', write(`${START}    - GitHub shows: { labls: [a] }\n`), 'unknown key "labls"'],
    ['an unknown field of a page', write(`${START}    - one page: { to: a, about: b, form: c }\n`), 'unknown key "form"'],
    ['a look at nothing', write(`${START}    - GitHub shows: {}\n`), 'fields must follow'],
    ['an expectation without a verb', write(`${START}    - GitHub shows\n`), 'fields must follow'],
    ['an action after the last look', write(`${START}${LOOK}    - rita says: hello\n`), 'nobody looks'],
    ['a day of the week that is not that date', write(`    - Tue 2026-01-12 09:00\n${LOOK}`), 'is a Mon, not a Tue'],
    ['a story that begins with a deed', write(`    - rita says: hello\n${LOOK}`), 'begins with an instant'],
    ['the same key twice', write(START + LOOK, 'title: u\n'), 'unique'],
    ['two sentences in a line', write(`${START}    - { no page: , nothing happened: }\n`), 'one sentence a line'],
  ] as const) {
    test(claim, () => expect(() => readStories('f.yml', source)).toThrow(message));
  }

  for (const [claim, lines, message] of [
    ['a time that is over', `${START}    - 08:59\n${LOOK}`, 'is over'],
    ['an issue that is not there', `${START}    - mark says: hello\n${LOOK}`, 'no issue'],
    [
      'a page that nobody tells of',
      `${START}    - rita files bug.yml: { priority: P1 – Critical }\n    - 11:00\n    - GitHub shows: { marker: 🔴 }\n`,
      'does not tell of',
    ],
    ['something that happened', `${START}    - rita opens an issue: hello\n    - nothing happened\n`, 'what the App did'],
  ] as const) {
    test(claim, async () => {
      const [story] = readStories('f.yml', write(lines).replace('"{}"', '"{ default_owners: [\\"@petra\\"] }"')).stories;
      await expect(tell(story!)).rejects.toThrow(message);
    });
  }
});
