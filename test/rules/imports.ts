import { type Source, targetOf } from './sources.ts';

/**
 * `design.md`, 3: imports point one way, `main → watch/web/cli/sandbox → github/store → desk → calendar/policy`. What each room may import of the
 * others; files right below `src/` put the parts together and may import anything.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  calendar: [],
  policy: ['calendar'],
  words: ['calendar', 'policy'],
  desk: ['words', 'policy', 'calendar'],
  store: ['desk', 'policy', 'calendar'],
  github: ['store', 'desk', 'words', 'policy', 'calendar'],
  watch: ['github', 'store', 'desk', 'words', 'policy', 'calendar'],
  web: ['watch', 'store', 'words', 'policy', 'calendar'],
  sandbox: ['watch', 'github', 'store', 'desk', 'words', 'policy', 'calendar'],
  cli: ['watch', 'github', 'store', 'desk', 'words', 'policy', 'calendar'],
};

/** Rooms that compute and nothing else. */
export const PURE: readonly string[] = ['calendar', 'policy', 'words', 'desk'];
/** Of packages, what each pure room may use. Everything else is IO or belongs to the edges. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  calendar: ['date-holidays'],
  policy: ['yaml', 'zod'],
  words: [],
  desk: ['markdown-it'],
};
/** Only these rooms know that GitHub is spoken to by Octokit and Probot. */
const KNOWS_GITHUB = /^(probot|@probot\/|@octokit\/|octokit)/;
const OCTOKIT_ROOMS: readonly string[] = ['github'];

export type Exception = { readonly file: RegExp; readonly to: RegExp; readonly why: string };

/** Every exception with its reason; one that nothing needs any more fails the test. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    file: /^src\/github\//,
    to: /^src\/watch\/github-port\.ts$/,
    why: 'a port belongs to its caller (style.md, 16); github/ is its other side',
  },
  { file: /^src\/sandbox\/run\.ts$/, to: /^src\/(presets|service)\.ts$/, why: 'the sandbox is a whole desk of its own beside its twin' },
  {
    file: /^src\/sandbox\/web-(policy|scene)\.ts$/,
    to: /^src\/presets\.ts$/,
    why: 'the page shows and judges policies, which extend presets',
  },
  { file: /^src\/cli\//, to: /^src\/(presets|service|config|log)\.ts$/, why: 'a command puts the parts together, as main.ts does' },
  {
    file: /^src\/words\/check\.ts$/,
    to: /^src\/policy\/summary\.ts$/,
    why: 'counts what a policy promises for the sentence that says it; the caller should pass it in',
  },
];

const roomOf = (path: string): string | undefined => /^src\/([a-z]+)\//.exec(path)?.[1];

export type Found = { readonly said: string; readonly exception?: Exception };

/** What of a file's imports goes the wrong way; each sentence names what to do instead. */
export function wrongImports({ path, imports }: Source): Found[] {
  const room = roomOf(path);
  if (room === undefined) return [];
  return imports.flatMap(({ from, line, typeOnly }): Found[] => {
    const at = `${path}:${line}`;
    if (!from.startsWith('.')) {
      const said = wrongPackage(room, from);
      return said ? [{ said: `${at} ${said}` }] : [];
    }
    const to = targetOf(path, from);
    const other = roomOf(to);
    const may = ROOMS[room];
    if (!may)
      return [{ said: `${at} is in a room that design.md, 3 does not have: add it to test/rules/imports.ts with its place in the order` }];
    const said = wrongRoom({ room, other, to, typeOnly, may });
    if (!said) return [];
    const exception = EXCEPTIONS.find((one) => one.file.test(path) && one.to.test(to));
    return [exception ? { said: `${at} ${said}`, exception } : { said: `${at} ${said}` }];
  });
}

type Way = {
  readonly room: string;
  readonly other: string | undefined;
  readonly to: string;
  readonly typeOnly: boolean;
  readonly may: readonly string[];
};

function wrongRoom({ room, other, to, typeOnly, may }: Way): string | undefined {
  if (other === room) return undefined;
  if (other === undefined) return `imports ${to}, which is above it: take what you need as an argument, main.ts hands it down`;
  if (!may.includes(other))
    return `imports ${to}: ${room}/ stands below ${other}/ or beside it; take a narrow port or data as an argument, or move the code`;
  if (room === 'words' && !typeOnly && other !== 'calendar')
    return `imports values of ${to}: words/ takes types of policy/ and speaks; pass the data in`;
  return undefined;
}

function wrongPackage(room: string, from: string): string | undefined {
  if (KNOWS_GITHUB.test(from) && !OCTOKIT_ROOMS.includes(room))
    return `imports ${from}: only github/ knows Octokit and Probot; ask the port of watch/github-port.ts`;
  if (!PURE.includes(room) || PURE_PACKAGES[room]!.includes(from)) return undefined;
  return from.startsWith('node:')
    ? `imports ${from}: ${room}/ is pure; read the file or the clock in watch/, cli/ or main.ts and pass the result in`
    : `imports ${from}: ${room}/ is pure and uses ${PURE_PACKAGES[room]!.join(', ') || 'no package'}; name a new one in test/rules/imports.ts`;
}
