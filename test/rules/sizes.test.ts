import { describe, expect, test } from 'vitest';
import { all, filesBelow, lineAt, type Node, type Source, sourceOf } from './sources.ts';

/** style.md, 12: a function fits a screen, a file a sitting. */
const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 70;

/** What is longer and stays so, each with its reason; what is no longer too long fails. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const LONG_FUNCTIONS: Readonly<Record<string, string>> = {};

const SOURCES = filesBelow('src', /\.(ts|mjs|js)$/).map((path) => sourceOf(path));
const FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

/** Functions of a file by name, with their lines. */
function functionsOf({ path, text, ast }: Source): { name: string; lines: number }[] {
  const names = new Map<Node, string>();
  const found: { name: string; lines: number }[] = [];
  for (const node of all(ast)) {
    const value = (node.init ?? node.value) as Node | undefined;
    const key = (node.key ?? node.id) as { name?: string } | undefined;
    if (value && typeof value === 'object' && key?.name) names.set(value, key.name);
    if (!FUNCTION.test(node.type)) continue;
    const name = (node.id as { name?: string } | null | undefined)?.name ?? names.get(node) ?? 'a function';
    found.push({ name: `${path}:${lineAt(text, node.start)} ${name}`, lines: lineAt(text, node.end) - lineAt(text, node.start) + 1 });
  }
  return found;
}

describe('sizes (style.md, 12)', () => {
  test(`no file of src/ is longer than ${FILE_LINES_MAX} lines`, () => {
    const long = SOURCES.filter(({ lines }) => lines > FILE_LINES_MAX).map(
      ({ path, lines }) => `${path} has ${lines} lines: split it by what changes together`,
    );
    expect(long.filter((one) => !LONG_FILES[one.split(' ')[0]!])).toEqual([]);
    expect(Object.keys(LONG_FILES).filter((path) => !long.some((one) => one.startsWith(`${path} `)))).toEqual([]);
  });

  test(`no function of src/ is longer than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = SOURCES.flatMap(functionsOf).filter(({ lines }) => lines > FUNCTION_LINES_MAX);
    const named = long.map(({ name, lines }) => `${name} has ${lines} lines: ifs up, loops down, leaves out`);
    expect(named.filter((one) => !LONG_FUNCTIONS[one.replace(/:\d+ (\S+).*/, ' $1')])).toEqual([]);
    const keys = named.map((one) => one.replace(/:\d+ (\S+).*/, ' $1'));
    expect(Object.keys(LONG_FUNCTIONS).filter((key) => !keys.includes(key))).toEqual([]);
  });

  test('can fail: every way to write a function is measured', () => {
    const body = 'x();\n'.repeat(71);
    for (const text of [
      `function f() {\n${body}}`,
      `const f = () => {\n${body}};`,
      `class A { f() {\n${body}} }`,
      `export const o = { async f() {\n${body}} };`,
    ])
      expect(
        functionsOf(sourceOf('src/x.ts', text)).map(({ name, lines }) => `${name.split(' ')[1]} ${lines > FUNCTION_LINES_MAX}`),
      ).toEqual(['f true']);
  });
});
