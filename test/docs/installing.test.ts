import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { WEBHOOK_PATH } from '../../src/web/server.ts';
import { ROOT, tableUnder, textOf } from './pages.ts';

const PAGE = 'docs/installing.md';
const bare = (cell: string) => cell.replaceAll('`', '');
const app = parse(textOf('app.yml')) as { default_permissions: Record<string, string>; default_events: string[] };

test('the table names exactly the variables that src/config.ts reads', () => {
  const source = textOf('src/config.ts');
  const direct = [...source.matchAll(/\benv\.([A-Z][A-Z_]+)/g)].map((match) => match[1]!);
  const unpacked = [...source.matchAll(/\{([^{}]+)\} = env;/g)].flatMap((match) => match[1]!.split(',').map((name) => name.trim()));
  expect([...direct, ...unpacked].length).toBeGreaterThan(8);
  const told = tableUnder(PAGE, 'Environment variables').map(([name]) => bare(name!));
  expect(told.toSorted()).toEqual([...new Set([...direct, ...unpacked])].sort());
});

test('src/config.ts is where the environment is read', () => {
  const readers = globSync('src/**/*.{ts,mjs}', { cwd: ROOT }).filter((path) => /process\.env\.[A-Z]/.test(textOf(path)));
  expect(readers).toEqual([]);
});

test('the defaults in the table are those of src/config.ts', () => {
  const told = Object.fromEntries(tableUnder(PAGE, 'Environment variables').map(([name, value]) => [bare(name!), bare(value!)]));
  const config = readConfig({});
  expect(config).toMatchObject({ port: Number(told.PORT), dataDir: told.DATA_DIR, logLevel: told.LOG_LEVEL, sweepS: Number(told.SWEEP_S) });
  expect(told.HOST).toBe(`0.0.0.0; the sandbox ${'host' in config ? config.host : ''}`);
});

test('the permissions are those of app.yml', () => {
  const told = Object.fromEntries(tableUnder(PAGE, 'By hand').map(([name, access]) => [bare(name!), access]));
  expect(told).toEqual(app.default_permissions);
});

test('the events are those of app.yml', () => {
  const told = tableUnder(PAGE, 'By hand', 1).flatMap(([names]) => names!.split(',').map((name) => bare(name).trim()));
  expect(told.toSorted()).toEqual(app.default_events.toSorted());
});

test('the addresses are those of the code', () => {
  expect(textOf(PAGE)).toContain(`\`${WEBHOOK_PATH}\``);
  expect(textOf('src/web/server.ts')).toContain("'/api/support/health'");
  expect(textOf(PAGE)).toContain('GET /api/support/health');
});
