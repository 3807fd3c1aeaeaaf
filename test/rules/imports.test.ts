import { describe, expect, test } from 'vitest';
import { EXCEPTIONS, wrongImports } from './imports.ts';
import { filesBelow, sourceOf } from './sources.ts';

const SOURCES = filesBelow('src', /\.(ts|mjs)$/).map((path) => sourceOf(path));
const found = SOURCES.flatMap(wrongImports);
const said = (path: string, text: string) => wrongImports(sourceOf(path, text)).map((one) => one.said);

describe('imports point one way (design.md, 3)', () => {
  test('in every file', () => expect(found.filter((one) => !one.exception).map((one) => one.said)).toEqual([]));

  test('each exception is still needed', () =>
    expect(EXCEPTIONS.filter((one) => !found.some(({ exception }) => exception === one)).map((one) => String(one.file))).toEqual([]));

  for (const [claim, path, text, words] of [
    ['the core does not read files', 'src/desk/x.ts', "import { readFileSync } from 'node:fs';", /node:fs.*pass the result in/],
    ['nor does it load them late', 'src/policy/x.ts', "const fs = await import('node:fs');", /node:fs/],
    ['nor pass them on', 'src/calendar/x.ts', "export * from 'node:path';", /node:path/],
    ['the core knows no Octokit', 'src/desk/x.ts', "import type { Octokit } from '@octokit/core';", /only github\/ knows Octokit/],
    ['nor does the watch', 'src/watch/x.ts', "import { Probot } from 'probot';", /github-port/],
    ['the core does not know the store', 'src/desk/x.ts', "import type { Store } from '../store/port.ts';", /narrow port/],
    [
      'the calendar does not know the policy',
      'src/calendar/x.ts',
      "import { CLOCKS } from '../policy/types.ts';",
      /calendar\/ stands below policy/,
    ],
    [
      'words take data, not the code of the policy',
      'src/words/x.ts',
      "import { readPolicy } from '../policy/read.ts';",
      /pass the data in/,
    ],
    ['words do not import the desk', 'src/words/x.ts', "import type { Ticket } from '../desk/ticket.ts';", /words\/ stands below desk/],
    ['the store does not import GitHub', 'src/store/x.ts', "import { Api } from '../github/api.ts';", /below github/],
    ['GitHub does not import the loop', 'src/github/x.ts', "import { Desk } from '../watch/desk.ts';", /below watch/],
    ['nobody imports the sandbox', 'src/watch/x.ts', "import { createTwin } from '../sandbox/twin.ts';", /below sandbox/],
    ['nobody imports main.ts', 'src/watch/x.ts', "import { main } from '../main.ts';", /above it/],
    ['a package is named first', 'src/words/x.ts', "import _ from 'lodash';", /name a new one/],
    ['a new room gets its place first', 'src/plugins/x.ts', "import { x } from '../desk/x.ts';", /does not have/],
  ] as const)
    test(`can fail: ${claim}`, () => expect(said(path, text).join('\n')).toMatch(words));

  test('lets through what design.md draws', () => {
    expect(said('src/words/x.ts', "import type { Policy } from '../policy/types.ts';\nimport { iso } from '../calendar/time.ts';")).toEqual(
      [],
    );
    expect(said('src/github/x.ts', "import { Probot } from 'probot';\nimport type { Wake } from '../store/port.ts';")).toEqual([]);
    expect(said('src/main.ts', "import { x } from './sandbox/run.ts';")).toEqual([]);
  });
});
