import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { filesBelow, textOf } from './sources.ts';

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> };
type Job = {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: unknown;
  readonly container?: unknown;
  readonly services?: unknown;
  readonly steps?: readonly Step[];
};
type Workflow = { readonly on: unknown; readonly permissions?: unknown; readonly jobs: Readonly<Record<string, Job>> };

const FILES = filesBelow('.github/workflows', /\.ya?ml$/);
/** A whole commit: a tag or a branch can be moved to other code (tj-actions/changed-files, March 2025). */
const PINNED = /^\s*(?:- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** What is wrong with a workflow, one line each. */
function problemsOf(text: string): string[] {
  const flow = parse(text) as Workflow;
  const found: string[] = [];
  const uses = text.split('\n').filter((line) => /^\s*(?:- )?['"]?uses\b/.test(line));
  const steps = Object.values(flow.jobs).flatMap((job) => job.steps ?? []);
  for (const line of uses) if (!PINNED.test(line)) found.push(`not pinned by a commit with its version behind it: ${line.trim()}`);
  if (steps.filter((step) => step.uses).length !== uses.length) found.push('a `uses` that the lines do not show');
  if (JSON.stringify(flow.permissions) !== '{"contents":"read"}') found.push('permissions at the top must be `contents: read` alone');
  if (/pull_request_target|workflow_run/.test(JSON.stringify(flow.on))) found.push('runs with our rights on code of strangers');
  if (/\bsecrets\b/.test(text)) found.push('uses a secret');
  for (const [name, job] of Object.entries(flow.jobs)) {
    if (job.container !== undefined || job.services !== undefined) found.push(`${name} has an image that nothing pins`);
    if (job.permissions !== undefined) found.push(`${name} has permissions of its own`);
    if (!((job['timeout-minutes'] ?? 360) <= 60)) found.push(`${name} may run for hours`);
  }
  for (const { uses: action = '', run = '', with: options } of steps) {
    if (action.startsWith('actions/checkout@') && options?.['persist-credentials'] !== false)
      found.push('a checkout that leaves its token behind');
    if (action.startsWith('actions/setup-node@') && options?.['package-manager-cache'] !== false)
      found.push('a cache that pull requests share with what comes after them');
    if (run.includes('${{')) found.push(`a script with words of others in it: ${run.slice(0, 60)}`);
  }
  return found;
}

describe('workflows', () => {
  test('are there: one runs .ci/run at pushes and pull requests, one audits weekly', () => {
    const flows = FILES.map((path) => ({ text: textOf(path), flow: parse(textOf(path)) as Workflow }));
    const checks = flows.find(({ text }) => text.includes('bash .ci/run'))!;
    expect(Object.keys(checks.flow.on as object)).toEqual(['push', 'pull_request']);
    const audits = flows.find(({ text }) => text.includes('npm audit --audit-level=high --omit=dev'))!;
    expect(Object.keys(audits.flow.on as object)).toEqual(expect.arrayContaining(['pull_request', 'schedule']));
    const { push } = audits.flow.on as { push: { paths: string[] } };
    expect(push.paths).toEqual(expect.arrayContaining(['package.json', 'package-lock.json']));
    // A step that may fail says nothing.
    expect(audits.text).not.toMatch(/continue-on-error|\|\| true/);
  });

  // What was good yesterday is good today: advisories come by the day, and have a run of their own.
  test('.ci/run, and whatever it runs, asks nobody for advisories', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    for (const text of [textOf('.ci/run'), textOf('Dockerfile'), ...Object.values(scripts)]) {
      expect(text).not.toMatch(/npm audit|audit-level/);
      for (const line of text.split('\n').filter((one) => /^[^#]*npm (ci|install)\b/.test(one))) expect(line).toContain('--no-audit');
    }
  });

  for (const path of FILES)
    test(`${path}: actions pinned, nothing may write, no secrets`, () => expect(problemsOf(textOf(path))).toEqual([]));

  test('name one version of an action by one commit', () => {
    const named = FILES.flatMap((path) =>
      [...textOf(path).matchAll(/uses: (\S+)@(\w+) # (\S+)/g)].map(([, action, sha, version]) => [`${action} ${version}`, sha!] as const),
    );
    for (const shas of Object.values(Object.groupBy(named, ([action]) => action)))
      expect(new Set(shas!.map(([, sha]) => sha)).size).toBe(1);
  });

  const SHA = 'a'.repeat(40);
  const flow = (steps: string, top = 'permissions: { contents: read }', job = 'timeout-minutes: 5') =>
    `on: push\n${top}\njobs:\n  a:\n    ${job}\n    steps:\n${steps}`;
  for (const [claim, text] of [
    ['a tag', flow('      - uses: actions/cache@v4\n')],
    ['a commit without its version', flow(`      - uses: actions/cache@${SHA}\n`)],
    ['half a commit', flow('      - uses: actions/cache@aaaaaaa # v4.0.0\n')],
    ['a branch in another way of writing', flow('      - { uses: actions/cache@main }\n')],
    ['an action of a container', flow('      - uses: docker://alpine:3 # v3.0.0\n')],
    ['rights to write', flow('      - run: x\n', 'permissions: { contents: write }')],
    ['no permissions, which are all of them', flow('      - run: x\n', '')],
    ['rights of one job', flow('      - run: x\n', undefined, 'timeout-minutes: 5\n    permissions: { packages: write }')],
    ['a container without a digest', flow('      - run: x\n', undefined, 'timeout-minutes: 5\n    container: node:24')],
    ['no timeout', flow('      - run: x\n', undefined, 'name: a')],
    ['a checkout that keeps its token', flow(`      - uses: actions/checkout@${SHA} # v7.0.1\n`)],
    ['the title of a pull request in a script', flow(`      - run: echo $\{{ github.event.pull_request.title }}\n`)],
    ['a secret', flow(`      - run: x\n        env:\n          A: $\{{ secrets.A }}\n`)],
    ['code of strangers with our rights', flow('      - run: x\n').replace('on: push', 'on: [pull_request_target]')],
  ] as const)
    test(`can fail: ${claim} is found`, () => expect(problemsOf(text)).toHaveLength(1));
});

test('Dependabot watches packages, actions and the image', () => {
  const { updates } = parse(textOf('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; schedule: { interval: string } }[];
  };
  expect(updates.map((one) => one['package-ecosystem']).sort()).toEqual(['docker', 'github-actions', 'npm']);
  for (const { schedule } of updates) expect(schedule.interval).toBe('weekly');
});
