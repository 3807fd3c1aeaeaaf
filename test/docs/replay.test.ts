import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run as cli } from '../../src/cli/cli.ts';
import { pageOf, ROOT, tableUnder, textOf } from './pages.ts';

const PAGE = 'docs/replay.md';

async function said(...argv: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const code = await cli(argv, { out: (text) => void lines.push(text), err: (text) => void lines.push(text) });
  return { code, out: lines.join('\n') };
}

test('the table names the options that the command takes', async () => {
  const told = tableUnder(PAGE, 'Export an issue', 1).map(([option]) => /--\w+/.exec(option!)![0]);
  const { out } = await said('help');
  const usage = /replay FILE .*/.exec(out)![0];
  expect(told.toSorted()).toEqual([...usage.matchAll(/--\w+/g)].map(([option]) => option).toSorted());
});

test('what the page exports, with a gh that answers as GitHub does, the command reads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  const fixture = JSON.parse(textOf('test/cli/fixtures/issue-7.json'));
  writeFileSync(join(folder, 'issue.json'), JSON.stringify(fixture.issue));
  writeFileSync(join(folder, 'timeline.json'), JSON.stringify(fixture.timeline));
  const gh = `#!/bin/sh
case "$*" in
  "api repos/acme/desk/issues/7") cat issue.json ;;
  "api --paginate --slurp repos/acme/desk/issues/7/timeline?per_page=100") cat timeline.json ;;
  *) exit 1 ;;
esac
`;
  writeFileSync(join(folder, 'gh'), gh, { mode: 0o755 });
  const [script, replay] = pageOf(PAGE).fences.map((fence) => fence.text);
  execFileSync('sh', ['-ec', script!], { cwd: folder, env: { PATH: `${folder}:${process.env.PATH}` } });
  const argv = replay!.trim().replace('npx watchkeeper ', '').split(' ');
  const paths: Record<string, string> = {
    'issue-7.json': join(folder, 'issue-7.json'),
    '.github/support.yml': join(ROOT, 'config/presets/standard@1/support.yml'),
  };
  const { code, out } = await said(...argv.map((one) => paths[one] ?? one));
  rmSync(folder, { recursive: true });
  expect(code, out).toBe(0);
  expect(out).toContain('acme/desk#7  The export of invoices stops at page 3\n  Responders: mark, sara.\n');
});
