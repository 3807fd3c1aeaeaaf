import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ReadOptions, readPolicy } from '../../src/policy/read.ts';
import type { Policy, PolicyRead, Presets, Problem } from '../../src/policy/types.ts';

/** The smallest preset: a policy needs priorities, everything else has a default. */
export const SMALL = 'priorities:\n  - { id: P1, targets: { resolution: 4h } }\n  - { id: P2 }\n';

export const presets =
  (text = SMALL): Presets =>
  (name) =>
    name === 'standard@1' ? text : undefined;

/** The example of the reference, as it stands there. */
export const EXAMPLE = readFileSync(new URL('./fixtures/reference.yml', import.meta.url), 'utf8');

/** The example with what it leaves out: P2, which two keys name, and the category that the security reply is for. */
export const WHOLE_EXAMPLE = EXAMPLE.replace('  - id: P3\n', '  - { id: P2, name: High, calendar: office }\n  - id: P3\n').replace(
  'categories:\n',
  'categories:\n  - { id: security, name: Security }\n',
);

export function readOk(text: string, preset = SMALL, options: ReadOptions = {}): PolicyRead {
  const read = readPolicy(text, presets(preset), options);
  if ('problems' in read)
    throw new Error(read.problems.map(({ file, line, column, message }) => `${file} ${line}:${column} ${message}`).join('\n'));
  return read;
}

export const policyOf = (text: string, preset = SMALL, options: ReadOptions = {}): Policy => readOk(text, preset, options).policy;

export function problemsOf(text: string, preset = SMALL, options: ReadOptions = {}): readonly Problem[] {
  const read = readPolicy(text, presets(preset), options);
  return 'problems' in read ? read.problems : [];
}

type Place = { line: number; column: number; endLine: number; endColumn: number };

/** `grace: «soon»` → the text without marks, and the place of each mark. */
export function unmark(marked: string): { text: string; places: Place[] } {
  let text = '';
  const places: Place[] = [];
  for (const char of marked) {
    const lines = text.split('\n');
    const [line, column] = [lines.length, lines.at(-1)!.length + 1];
    if (char === '«') places.push({ line, column, endLine: line, endColumn: column });
    else if (char === '»') Object.assign(places.at(-1)!, { endLine: line, endColumn: column });
    else text += char;
  }
  return { text, places };
}

/** Expects one problem for each mark, in order, there, and saying this (whole sentences, or parts of them as a pattern). */
export function expectProblems(
  marked: string,
  messages: readonly (string | RegExp)[],
  preset = SMALL,
  options: ReadOptions = {},
): readonly Problem[] {
  const { text, places } = unmark(marked);
  const problems = problemsOf(text, preset, options);
  expect(problems.map(({ message }) => message)).toEqual(
    messages.map((message) => (typeof message === 'string' ? message : expect.stringMatching(message))),
  );
  expect(problems.map(({ line, column, endLine, endColumn }) => ({ line, column, endLine, endColumn }))).toEqual(places);
  for (const { message } of problems) expect(message).toMatch(/^["A-Z].*[.?]$/u);
  return problems;
}

type Rows = readonly (readonly [claim: string, marked: string, ...messages: (string | RegExp)[]])[];

/** A test for each row: a claim, a marked text, the messages. */
export const rows = (name: string, all: Rows) =>
  describe(name, () => {
    for (const [claim, marked, ...messages] of all) test(claim, () => void expectProblems(marked, messages));
  });
