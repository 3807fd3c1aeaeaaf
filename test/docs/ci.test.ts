import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { textOf } from './pages.ts';

const script = textOf('.ci/run');
/** What `whole` asks of a report. */
const check = /node -e '\n([\s\S]+?)\n {2}' "\$report" "\$@"/.exec(script)![1]!;
const kinds = [.../^ *whole test:postgres (.+)$/m.exec(script)![1]!.matchAll(/'([^']+)'/g)].map(([, kind]) => kind!);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALL = ['/w/test/store/postgres.test.ts', '/w/test/process/app.postgres.test.ts', '/w/test/store/power-cut.native.test.ts'];

describe('.ci/run', () => {
  for (const [claim, files, status, pending, code] of [
    ['takes a run in which every kind has passed', ALL, 'passed', 0, 0],
    ['refuses one in which a test was left out', ALL, 'passed', 1, 1],
    ['refuses one without the store on PostgreSQL', ALL.slice(1), 'passed', 0, 1],
    ['refuses one without a process on PostgreSQL', [ALL[0]!, ALL[2]!], 'passed', 0, 1],
    ['refuses one without the power cuts', ALL.slice(0, 2), 'passed', 0, 1],
    ['refuses one whose files hold nothing that passed', ALL, 'skipped', 0, 1],
  ] as const)
    test(claim, () => {
      const report = join(folder, 'report.json');
      const testResults = files.map((name) => ({ name, assertionResults: [{ status }] }));
      writeFileSync(report, JSON.stringify({ numPassedTests: 3, numPendingTests: pending, testResults }));
      expect(spawnSync(process.execPath, ['-e', check, report, 'test:postgres', ...kinds]).status).toBe(code);
    });

  test('fails when what runs beside the tests fails, says what that was, and leaves nothing behind', () => {
    const [head, tail] = [/^servers\(\) \{[\s\S]+?^\}$/m, /^said=[\s\S]+?^\[ "\$held" -eq 0 \]$/m].map((part) => part.exec(script)![0]);
    const of = (postgres: string, chaos: string, tests: string) =>
      spawnSync(
        'bash',
        [
          '-c',
          `set -euo pipefail\nstep() { echo "== $1"; }\nwhole() { ${postgres}; }\nnpm() { if [ "$1" = test ]; then ${tests}; else ${chaos}; fi; }\n${head}\n${tail}\necho all`,
        ],
        {
          encoding: 'utf8',
          timeout: 30_000,
        },
      );
    expect(of('echo p', 'echo c', 'echo t')).toMatchObject({ status: 0, stdout: expect.stringMatching(/p\n[\s\S]*c\n[\s\S]*all/) });
    expect(of('echo p; return 3', 'echo c', 'true')).toMatchObject({ status: 1, stdout: expect.not.stringContaining('all') });
    expect(of('echo p', 'echo said; return 4', 'true')).toMatchObject({ status: 1, stdout: expect.stringContaining('said') });
    const begun = performance.now();
    expect(of('sleep 25', 'true', 'return 5').status).toBe(5);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('asks for packages as root or through sudo, and checks the alerts with their cases', () => {
    expect(script.split('\n').filter((line) => /^\s*apt-get (update|install)/.test(line))).toEqual([]);
    const cases = parse(textOf('deploy/alerts.test.yml')) as { rule_files: string[]; tests: unknown[] };
    expect([cases.rule_files, cases.tests.length > 5]).toEqual([['alerts.yml'], true]);
    expect(script).toContain('test rules deploy/alerts.test.yml');
  });
});
