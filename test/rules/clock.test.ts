import { describe, expect, test } from 'vitest';
import { impurities } from './clock.ts';
import { PURE } from './imports.ts';
import { filesBelow, sourceOf } from './sources.ts';

const in_ = (text: string) => impurities(sourceOf('src/desk/x.ts', text));

describe('time is an argument (style.md, 1)', () => {
  for (const room of PURE)
    test(`${room}/ asks neither the clock nor chance nor the host`, () =>
      expect(filesBelow(`src/${room}`, /\.ts$/).flatMap((path) => impurities(sourceOf(path)))).toEqual([]));

  for (const [text, words] of [
    ['const now = Date.now();', /Date\.now.*as an argument/],
    ['const now = new Date();', /Date without an argument/],
    ['const now = (at: Date = new Date()) => at;', /Date without an argument/],
    ['const now = Date();', /Date without an argument/],
    ['const day = new Date(2026, 0, 1);', /Date\.UTC/],
    ['const t = performance.now();', /performance\.now/],
    ['const { now } = performance;', /performance/],
    ['const r = Math.random();', /Math\.random/],
    ["const r = Math['random']();", /Math\.random/],
    ['const n = Temporal.Now.instant();', /Temporal\.Now/],
    ['setTimeout(() => {}, 1);', /setTimeout/],
    ['const tz = process.env.TZ;', /process\.env/],
    ['const id = crypto.randomUUID();', /crypto\.randomUUID/],
    ["const f = new Intl.DateTimeFormat('en');", /without a timeZone/],
    ["const f = new Intl.DateTimeFormat('en', { hour: 'numeric' });", /without a timeZone/],
    ["const f = new Intl.DateTimeFormat(undefined, { timeZone: 'UTC' });", /without a locale/],
    ['const f = new Intl.PluralRules();', /without a locale/],
    ['const s = date.toLocaleString();', /toLocaleString without a locale/],
    ['names.sort((a, b) => a.localeCompare(b));', /localeCompare without a locale/],
    ["await fetch('https://x');", /fetch/],
  ] as const)
    test(`can fail: ${text}`, () => expect(in_(text).join('\n')).toMatch(words));

  for (const text of [
    'const at = new Date(ms);',
    'const at = Date.UTC(2026, 0, 1);',
    "const f = new Intl.DateTimeFormat('en', { timeZone: zone });",
    "const f = new Intl.PluralRules('pl');",
    'const s = parts.process;',
    'const o = { fetch: 1 };',
  ])
    test(`lets through: ${text}`, () => expect(in_(text)).toEqual([]));
});
