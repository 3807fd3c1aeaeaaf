import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../src/policy/limits.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { effortMs } from '../support/effort.ts';
import '../support/seed.ts';
import { EXAMPLE, presets, problemsOf, SMALL } from './marked.ts';

/** Of the processor, generous: a machine may be ten times slower than another. Every case takes below 300 ms on a quick one. */
const MS_MAX = 3_000;

function quickly(text: string) {
  const start = effortMs();
  const problems = problemsOf(text);
  expect(effortMs() - start).toBeLessThan(MS_MAX);
  return problems;
}

const bomb = (levels: number, width: number) =>
  [
    `a0: &a0 [${Array(width).fill('x').join(', ')}]`,
    ...Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(width).fill(`*a${i}`).join(', ')}]`),
  ].join('\n');

const deep = (levels: number) => `${Array.from({ length: levels }, (_, i) => `${' '.repeat(i)}a:`).join('\n')} x\n`;

describe('a hostile file is refused in time, with a reason', () => {
  const { chars, tokens, depth } = LIMITS;
  for (const [claim, text, message] of [
    ['longer than the limit', `# ${'x'.repeat(chars.max)}`, /^The file has \d+ characters, but at most 262144 are read/],
    ['too many tokens', 'a: 1\n'.repeat(tokens.max), /more than 20000 YAML tokens/],
    ['line breaks only', '\n'.repeat(chars.max), /YAML tokens/],
    ['open brackets', '['.repeat(chars.max), /YAML tokens/],
    ['open brackets below the token limit', '['.repeat(tokens.max - 10), /nested more than 16 levels/],
    ['brackets that close', '['.repeat(5_000) + ']'.repeat(5_000), /nested more than 16 levels/],
    ['closing brackets', ']'.repeat(tokens.max - 10), /^The YAML cannot be read here/],
    ['nested dashes', '- '.repeat(9_000), /nested more than/],
    ['nested question marks', '? '.repeat(9_000), /nested more than/],
    ['deep maps', deep(depth.max + 1), /nested more than/],
    ['anchors in a row', `a: ${'&x '.repeat(5_000)}`, /^The YAML cannot be read here/],
    ['tags in a row', `a: ${'! '.repeat(5_000)}`, /^The YAML tag/],
    ['quotes in a row', '"'.repeat(9_000), /^The YAML cannot be read here/],
    ['documents in a row', '---\n'.repeat(3_000), /several YAML documents/],
    ['an alias bomb of few aliases', bomb(5, 9), /With its aliases followed the file has more than 20000 values/],
    ['an alias bomb of many aliases', bomb(9, 9), /more than 50 YAML aliases/],
    ['an alias bomb that is wide', bomb(4, 12), /With its aliases followed/],
    ['an alias in its own anchor', 'a: &x [*x]', /refers to no anchor above it/],
    ['an alias in its own map', 'a: &x { b: *x }', /refers to no anchor above it/],
    ['an alias before its anchor', 'a: *x\nb: &x 1', /refers to no anchor above it/],
    ['a key of 100,000 letters', `${'b'.repeat(100_000)}: 1`, /1024 chars/],
    ['a value of 200,000 letters', `grace: ${'b'.repeat(200_000)}`, /^"grace" is "b+…"/],
    ['a number of 200,000 digits', `grace: ${'1'.repeat(200_000)}`, /^"grace" is "1+…"/],
    ['spaces of 200,000', `grace: "1h${' '.repeat(200_000)}x"`, /^"grace" is "1h x"/],
    [
      'a rule of 100,000 parts',
      `maintenance: [{ id: a, title: a, at: "02:00", lasts: 1h, rrule: "${';'.repeat(100_000)}" }]`,
      /it is too long/,
    ],
    [
      'a moment of 100,000 spaces',
      `escalation: [{ clock: resolution, label: x, at: "breach${' '.repeat(100_000)}+${' '.repeat(100_000)}" }]`,
      /1% to 99%/,
    ],
    ['days of 100,000 letters', `calendars: { o: { hours: { mon: [], "${'mon-'.repeat(50)}": [] } } }`, /must be weekdays/],
  ] as const)
    test(claim, () => {
      const problems = quickly(text);
      expect(problems[0]?.message).toMatch(message);
      for (const problem of problems) expect(problem.message.length).toBeLessThan(500);
    });

  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    test(`the key ${key} changes nothing and is refused or unknown`, () => {
      expect(quickly(`${key}: { polluted: 1 }\n`)).toHaveLength(1);
      const inRoles = readPolicy(`roles: { ${key}: ["@ann"] }`, presets());
      if (key !== 'prototype') expect(inRoles).toHaveProperty('problems');
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
  }

  for (const [claim, char, written] of [
    ['a bell', '\u0007', '\\u0007'],
    ['a null', '\u0000', '\\u0000'],
    ['a right-to-left override', '\u202e', '\\u202e'],
    ['an isolate', '\u2066', '\\u2066'],
    ['half a character', '\ud800', '\\ud800'],
    ['a byte order mark in the middle', '\ufeff', '\\ufeff'],
    ['a C1 control', '\u0085', '\\u0085'],
  ] as const)
    test(`${claim} is refused, as it is and escaped`, () => {
      expect(quickly(`# x\nconsole: { label: "a${char}b" }`)).toEqual([expect.objectContaining({ line: 2, column: 21, endColumn: 22 })]);
      expect(quickly(`console: { label: "a${written}b" }`)[0]).toMatchObject({
        line: 1,
        column: 19,
        message: expect.stringMatching(/invisible/),
      });
    });
});

const many = (n: number, one: (i: number) => string) => Array.from({ length: n }, (_, i) => one(i)).join(', ');

describe('each list has its cap', () => {
  for (const [limit, text] of [
    ['priorities', (n: number) => `priorities: [${many(n, (i) => `{ id: P${i} }`)}]`],
    ['products', (n: number) => `products: [${many(n, (i) => `{ id: p${i} }`)}]`],
    ['categories', (n: number) => `categories: [${many(n, (i) => `{ id: c${i} }`)}]`],
    ['plans', (n: number) => `plans: [${many(n, (i) => `{ id: p${i} }`)}]`],
    ['aliasesPerItem', (n: number) => `products: [{ id: a, aliases: [${many(n, (i) => `x${i}`)}] }]`],
    ['people', (n: number) => `default_owners: [${many(n, (i) => `"@p${i}"`)}]`],
    ['roles', (n: number) => `roles: { ${many(n, (i) => `r${i}: []`)} }`],
    ['calendars', (n: number) => `calendars: { ${many(n, (i) => `c${i}: { hours: { mon: ["09:00-10:00"] } }`)} }`],
    [
      'windowsPerDay',
      (n: number) =>
        `calendars: { c: { hours: { mon: [${many(n, (i) => `"${String(i).padStart(2, '0')}:00-${String(i).padStart(2, '0')}:30"`)}] } } }`,
    ],
    [
      'dates',
      (n: number) =>
        `calendars: { c: { hours: { mon: ["09:00-10:00"] }, holidays: { remove: [${many(n, (i) => new Date(i * 86_400_000).toISOString().slice(0, 10))}] } } }`,
    ],
    ['steps', (n: number) => `escalation: [${many(n, (i) => `{ id: s${i}, clock: resolution, at: breach, label: x }`)}]`],
    ['targetsPerStep', (n: number) => `escalation: [{ clock: resolution, at: breach, mention: [${many(n, (i) => `"@p${i}"`)}] }]`],
    ['intakeLabels', (n: number) => `intake: { labels: [${many(n, (i) => `l${i}`)}] }`],
    ['forms', (n: number) => `intake: { forms: [${many(n, (i) => `f${i}.yml`)}] }`],
    ['fields', (n: number) => `intake: { required: [${many(n, (i) => `f${i}`)}] }`],
    ['repositories', (n: number) => `fixes_from: [${many(n, (i) => `o/r${i}`)}]`],
    ['severities', (n: number) => `incidents: { severities: [${many(n, (i) => `s${i}`)}] }`],
    [
      'rotas',
      (n: number) => `on_call: [${many(n, (i) => `{ id: r${i}, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@a"] }`)}]`,
    ],
    [
      'maintenance',
      (n: number) => `maintenance: [${many(n, (i) => `{ id: m${i}, title: M, rrule: FREQ=DAILY, at: "02:00", lasts: 1h }`)}]`,
    ],
    [
      'overrides',
      (n: number) =>
        `on_call: [{ id: r, rotation: daily, handoff: "10:00", starts: 2026-01-05, people: ["@a"], overrides: [${many(n, () => '{ from: 2026-01-05T10:00, to: 2026-01-05T11:00, person: "@b" }')}] }]`,
    ],
  ] as const) {
    const { max } = LIMITS[limit];
    test(`${limit}: ${max} and not one more`, () => {
      expect(problemsOf(text(max))).toEqual([]);
      const problems = quickly(text(max + 1));
      expect(problems[0]?.message).toMatch(new RegExp(` is a (list|map) of ${max + 1} .* ${max} entries\\.$`));
    });
  }

  test('problems: 50, the first ones', () => {
    const problems = quickly(Array.from({ length: 1_000 }, (_, i) => `k${i}: 1`).join('\n'));
    expect(problems).toHaveLength(LIMITS.problems.max);
    expect(problems.at(-1)?.line).toBe(LIMITS.problems.max);
  });

  for (const [claim, text] of [
    ['900 steps of one moment', `escalation: [${many(900, () => '{clock: update, at: breach}')}]`],
    [
      '900 unknown references to 800 ids',
      `products: [${many(800, (i) => `{id: ${'x'.repeat(36)}${i}}`)}]\nescalation: [{products: [${many(900, (i) => `${'y'.repeat(36)}${i}`)}]}]`,
    ],
    [
      '100 calendars with 20 closed days',
      `calendars: {${many(100, (i) => `c${i}: {hours: {mon-sun: ["09:00-10:00"]}, holidays: {add: {${many(20, (d) => `2026-01-${10 + d}: []`)}}}}`)}}`,
    ],
    [
      '30 calendars with 100 dates',
      `calendars: {${many(30, (i) => `c${i}: {hours: {mon-sun: ["09:00-10:00"]}, holidays: {add: {${many(100, (d) => `${2026 + d}-01-10: []`)}}}}`)}}`,
    ],
    ['unknown keys near to known ones', many(4_000, (i) => `default_priorite${i}: 1`).replaceAll(', ', '\n')],
  ] as const)
    test(`${claim} are answered in time`, () => void expect(quickly(text).length).toBeLessThanOrEqual(50));
});

describe('readPolicy never throws and always answers', () => {
  const judged = (text: string, ownerText?: string) => {
    const start = effortMs();
    const read = readPolicy(text, presets(SMALL), { ownerText });
    expect(effortMs() - start).toBeLessThan(MS_MAX);
    for (const problem of 'problems' in read ? read.problems : []) {
      expect(problem.line).toBeGreaterThan(0);
      expect(problem.column).toBeGreaterThan(0);
      expect(problem.endLine * 1e6 + problem.endColumn).toBeGreaterThanOrEqual(problem.line * 1e6 + problem.column);
      expect(problem.message).toMatch(/[.?]$/);
    }
    if ('problems' in read) expect(read.problems.length).toBeGreaterThan(0);
  };

  test('on any text', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => judged(text)),
      { numRuns: 300 },
    ));

  test('on YAML noise', () => {
    const word = fc.constantFrom(
      ...'{}[]:,-?&*!|>%@`#"\' \n\t'.split(''),
      '\n  ',
      ': ',
      '- ',
      '*a',
      '&a ',
      'grace',
      'priorities',
      'id',
      'calendars',
      'hours',
      'mon',
      '1h',
      'null',
      '~',
      '"@a"',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => judged(words.join(''))),
      { numRuns: 500 },
    );
  });

  test('on the example with a line changed', () => {
    const lines = EXAMPLE.replace('transport', 'standard').split('\n');
    const edit = fc.record({ at: fc.nat(lines.length - 1), from: fc.nat(80), cut: fc.nat(6), put: fc.string({ maxLength: 5 }) });
    fc.assert(
      fc.property(edit, fc.boolean(), ({ at, from, cut, put }, isOwner) => {
        const line = lines[at]!;
        const changed = line.slice(0, from) + put + line.slice(from + cut);
        const text = lines.with(at, changed).join('\n');
        if (isOwner) judged('', text);
        else judged(text);
      }),
      { numRuns: 300 },
    );
  });

  test('on any data written as JSON', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        'priorities',
        'calendars',
        'escalation',
        'id',
        'mention',
        'confirm',
        'intake',
        'reports',
        'markers',
        'on_call',
        '__proto__',
      ),
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ maxLength: 8 }),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(key, tie('any'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, any), (data) => judged(JSON.stringify(data))),
      { numRuns: 400 },
    );
  });
});
