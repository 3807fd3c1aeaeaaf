import { describe, expect, test } from 'vitest';
import { all, filesBelow, lineAt, type Node, type Source, sourceOf } from './sources.ts';

/** What is logged at these levels stands in the logs of whoever runs the program. */
const SHOWN = ['info', 'warn', 'error', 'fatal'];
const LEVELS = ['trace', 'debug', ...SHOWN];
/** What people write, and what they are called. Addresses hold both. */
const PRIVATE = [
  'title',
  'body',
  'text',
  'login',
  'name',
  'team',
  'owner',
  'path',
  'url',
  'token',
  'secret',
  'headers',
  'payload',
  'event',
];
/** Programs that speak to whoever runs them, not logs. */
const CONSOLE = /^src\/(cli\/|start\.mjs)/;

const nameOf = (node: Node): string => {
  const inner = node.type === 'MemberExpression' ? (node.property as Node) : node;
  return String(inner.name ?? '').replace(/^#/, '');
};

/** `log.warn(…)`, `this.#options.log.warn(…)`, with its level. */
function logged(node: Node): string | undefined {
  const callee = node.callee as Node | undefined;
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression') return undefined;
  const of = nameOf(callee.object as Node);
  return /^(log|logger)$/.test(of) && LEVELS.includes(nameOf(callee)) ? nameOf(callee) : undefined;
}

/** The fields of an object, those of objects of this file that are spread into it or stand for it too. */
function fieldsOf(node: Node | undefined, ast: Node): string[] {
  if (node?.type === 'Identifier') {
    const made = [...all(ast)].filter((one) => one.type === 'VariableDeclarator' && nameOf(one.id as Node) === node.name);
    return made.flatMap((one) => fieldsOf(one.init as Node, ast));
  }
  const properties = (node?.properties ?? []) as Node[];
  return properties.flatMap((one) => (one.type === 'SpreadElement' ? fieldsOf(one.argument as Node, ast) : [nameOf(one.key as Node)]));
}

function problemsOf({ path, text, ast }: Source): string[] {
  return [...all(ast)].flatMap((node) => {
    const at = `${path}:${lineAt(text, node.start)}`;
    const isConsole =
      node.type === 'MemberExpression' && (node.object as Node).type === 'Identifier' && nameOf(node.object as Node) === 'console';
    if (isConsole && ['log', ...LEVELS].includes(nameOf(node)) && !CONSOLE.test(path)) return [`${at} speaks past the log: use parts.log`];
    const level = logged(node);
    if (level === undefined) return [];
    const [fields, message] = (node.arguments as Node[]) ?? [];
    const found: string[] = [];
    if (message?.type !== 'Literal' || typeof message.value !== 'string')
      found.push(`${at} has no static message: put what changes into fields`);
    if (fields?.type !== 'ObjectExpression' && fields?.type !== 'Identifier') found.push(`${at} has no fields before its message`);
    for (const name of SHOWN.includes(level) ? fieldsOf(fields, ast) : [])
      if (PRIVATE.includes(name)) found.push(`${at} shows ${name} at ${level}: log a number, or at debug`);
    return found;
  });
}

describe('logs', () => {
  const sources = filesBelow('src', /\.(ts|mjs)$/).map((path) => sourceOf(path));

  test('have static messages, and nothing that people wrote above debug', () => expect(sources.flatMap(problemsOf)).toEqual([]));

  test('are found', () => {
    const calls = sources.flatMap(({ ast }) => [...all(ast)].filter((node) => logged(node) !== undefined));
    expect(calls.length).toBeGreaterThan(20);
  });

  for (const [text, words] of [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is judged.
    ['log.info({}, `look at ${number}`);', /no static message/],
    ['log.info({}, "look at " + number);', /no static message/],
    ["log.info('caught up');", /no static message.*no fields/s],
    ['parts.log.warn(fields, message);', /no static message/],
    ["this.#options.log.error({ title: issue.title }, 'x');", /shows title at error/],
    ["const fields = { body }; log.warn(fields, 'x');", /shows body at warn/],
    ["const a = { login: 1 }; const b = { ...a }; log.warn({ ...b }, 'x');", /shows login at warn/],
    ["log.warn({ team: name }, 'x');", /shows team at warn/],
    ["console.log('x');", /past the log/],
  ] as const)
    test(`can fail: ${text}`, () => expect(problemsOf(sourceOf('src/x.ts', text)).join('\n')).toMatch(words));

  for (const text of [
    "log.debug({ title }, 'x');",
    'Math.log(2); catalog.info(x); policy.console.log;',
    "log.warn({ repo: row.id }, 'x');",
  ])
    test(`lets through: ${text}`, () => expect(problemsOf(sourceOf('src/x.ts', text))).toEqual([]));
});
