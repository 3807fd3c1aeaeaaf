import { describe, expect, test } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { judge, type Scene } from '../../src/desk/commands.ts';
import { COMMAND_NAMES, type CommandRow, usage } from '../../src/desk/comment-names.ts';
import { NOT_IN_FORCE, nameOf } from '../../src/policy/in-force.ts';
import { supportSchema } from '../../src/policy/json-schema.ts';
import { LIMITS, type LimitName } from '../../src/policy/limits.ts';
import { PRESET_NAMES, readPolicy } from '../../src/policy/read.ts';
import { CLOCKS, type Policy } from '../../src/policy/types.ts';
import { presetText } from '../../src/presets.ts';
import { pageOf, tableUnder, textOf } from './pages.ts';

const PAGE = 'docs/policy.md';
const text = textOf(PAGE);
const code = new Set([...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!));
const standard = (readPolicy('{}', presetText) as { policy: Policy }).policy;

describe('commands', () => {
  const AT = at('2026-01-05T09:00:00Z');
  const rows: readonly CommandRow[] = COMMAND_NAMES;
  /** What the row's own speaker is told. */
  const told = (row: CommandRow, more: Partial<Scene> = {}) => {
    const scene: Scene = {
      played: { part: row.who === 'reporter' ? 'reporter' : 'responder', staff: false },
      marker: { is: 'received', since: AT },
      reopens: false,
      paused: false,
      policy: standard,
      category: undefined,
      ledger: { named: new Map(), runbooks: new Map(), own: [] },
      ...more,
    };
    return judge({ name: row.name, text: 'P1', at: AT }, scene);
  };
  const isRefused = (row: CommandRow, why: string, more: Partial<Scene> = {}): boolean => {
    const verdict = told(row, more);
    return !verdict.ok && verdict.why === why;
  };
  /** Whether the row's own speaker is ever told anything but "not yet". */
  const isInForce = (row: CommandRow): boolean => {
    if (row.on === 'crowd') return true;
    return row.who !== 'console' && !row.on && !isRefused(row, 'not_yet');
  };
  const who = (row: CommandRow) => (row.on === 'crowd' ? 'responder, in the issue that lists a crowd' : row.who);

  test('the table is the table of the code, as far as it is in force', () => {
    const want = rows.filter(isInForce).map((row) => `${who(row)}: ${usage(row)}`);
    const there = tableUnder(PAGE, 'Commands').map(([by, command]) => `${by}: ${command!.replaceAll('`', '')}`);
    expect(there.toSorted()).toEqual(want.toSorted());
  });

  test('what is carried out on 🟢 is what the code carries out there', () => {
    const resolved = { marker: { is: 'resolved', since: AT, how: 'confirmed' }, reopens: true } as const;
    const want = rows.filter((row) => isInForce(row) && !row.on && !isRefused(row, 'already_resolved', resolved));
    const sentence = /On 🟢 these are carried out: ([^;]*);/.exec(text)?.[1] ?? '';
    const there = [...sentence.matchAll(/`\/([a-z-]+)`/g)].map((match) => match[1]!);
    expect(there.toSorted()).toEqual([...new Set(want.map((row) => row.name))].sort());
  });
});

describe('keys', () => {
  const keysOf = (schema: unknown): string[] => {
    if (typeof schema !== 'object' || schema === null) return [];
    if (Array.isArray(schema)) return schema.flatMap(keysOf);
    const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> };
    return [...Object.keys(properties), ...Object.values(properties).flatMap(keysOf), ...Object.values(rest).flatMap(keysOf)];
  };

  test('every key of the schema stands in the reference', () => {
    const words = new Set([...code].flatMap((one) => one.split(/[^\w]+/)));
    const missing = [...new Set(keysOf(supportSchema()))].filter((key) => !words.has(key));
    expect(missing).toEqual([]);
  });

  test('the list of what is not in force is that of the code', () => {
    const { lines } = pageOf(PAGE);
    const from = lines.indexOf('### Not in force in this version');
    const section = lines
      .slice(
        from + 1,
        lines.findIndex((line, i) => i > from && line.startsWith('## ')),
      )
      .join('\n');
    const told = [...section.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    expect(told).toEqual([...new Set(NOT_IN_FORCE.map(nameOf))].sort());
  });

  test('the clocks are those of the code, and all of them are kept', () => {
    const clocks = tableUnder(PAGE, 'Clocks');
    expect(clocks.map(([name]) => name!.replaceAll('`', ''))).toEqual([...CLOCKS]);
    expect(clocks.flat().join(' ')).not.toContain('Not in force');
    for (const [, ...cells] of clocks) for (const cell of cells) expect(cell).toMatch(/\w/);
  });

  test('what a table says is not in force is what the code says is not', () => {
    const { lines } = pageOf(PAGE);
    const keys = lines.flatMap((line) => (line.includes('**Not in force.**') ? [/^\| `([^`]+)`/.exec(line)![1]!] : []));
    expect(keys.toSorted()).toEqual([...new Set(NOT_IN_FORCE.map(nameOf))].sort());
  });

  test('every preset is named, and its page is linked', () => {
    for (const name of PRESET_NAMES) expect(text).toContain(`[${name}](../config/presets/${name}@1/README.md)`);
  });
});

test('the limits are those of the code', () => {
  const names: Readonly<Record<string, LimitName>> = {
    'characters of the file': 'chars',
    'levels of nesting': 'depth',
    'YAML aliases': 'aliases',
    'problems reported': 'problems',
    'characters of a name or title': 'textChars',
    'characters of an id': 'idChars',
    'characters of a label': 'labelChars',
    calendars: 'calendars',
    'windows of one day': 'windowsPerDay',
    'dates added or removed, of one calendar': 'dates',
    priorities: 'priorities',
    products: 'products',
    categories: 'categories',
    plans: 'plans',
    'aliases of one item': 'aliasesPerItem',
    'people in one list': 'people',
    roles: 'roles',
    rotas: 'rotas',
    'overrides of one rota': 'overrides',
    'escalation steps': 'steps',
    'mentions of one step': 'targetsPerStep',
    'posts of one repeated step': 'repeats',
    'intake labels': 'intakeLabels',
    'forms named in the file': 'forms',
    'required fields': 'fields',
    'repositories in `fixes_from`': 'repositories',
    severities: 'severities',
    'maintenance windows': 'maintenance',
  };
  const told = Object.fromEntries(tableUnder(PAGE, 'Limits').map(([what, max]) => [what, Number(max!.replaceAll(',', ''))]));
  expect(told).toEqual(Object.fromEntries(Object.entries(names).map(([what, name]) => [what, LIMITS[name].max])));
});
