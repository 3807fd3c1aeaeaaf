import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../src/cli/cli.ts';
import { pageOf, ROOT, textOf } from './pages.ts';

/** What docs/operations.md and docs/installing.md tell an operator to type. */
const PAGES = ['docs/operations.md', 'docs/installing.md'] as const;
const shell = PAGES.flatMap((page) =>
  pageOf(page)
    .fences.filter(({ info }) => info === 'sh')
    .map(({ text }) => text),
);
const fenceWith = (words: string): string => shell.find((text) => text.includes(words)) ?? '';
type Compose = { readonly name: string; readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
const compose = parse(textOf('compose.yaml'), { merge: true }) as Compose;

/** The text below a heading of docs/operations.md, up to the next one. */
const sections = new Map(
  textOf('docs/operations.md')
    .split(/^(?=#{2,4} )/m)
    .map((part) => [part.split('\n')[0]!.replace(/^#+ /, ''), part]),
);

describe('the row of an alert', () => {
  type Rule = { readonly alert: string; readonly annotations: { readonly do: string } };
  const rules = (parse(textOf('deploy/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
  const night = textOf('docs/operations.md')
    .split(/^(?=## )/m)
    .find((part) => part.startsWith('## At 3 a.m.'))!;
  const rows = new Map(
    night
      .split(/^### /m)
      .slice(1)
      .map((row) => [
        row
          .split('\n')[0]!
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
        row,
      ]),
  );

  test.each(rules)('$alert leads to one for the night, with what to check and what to do', ({ annotations }) => {
    const row = rows.get(annotations.do.split('#')[1]!);
    expect(row).toMatch(/^- \*\*Check:\*\* .+/m);
    expect(row).toMatch(/^- \*\*Do:\*\* .+/m);
  });

  test.each([
    ['WatchkeeperHeartbeat', 'watchkeeper_heartbeats_total'],
    ['WatchkeeperMemory', 'process_resident_memory_bytes'],
    ['WatchkeeperClock', 'watchkeeper_clock_ahead_seconds'],
    ['WatchkeeperLimited', 'watchkeeper_github_limited_seconds_total'],
  ])('of %s is about what it watches', (alert, metric) => {
    const { annotations } = rules.find((rule) => rule.alert === alert)!;
    expect(rows.get(annotations.do.split('#')[1]!)).toContain(metric);
  });
});

describe('what is typed', () => {
  test('names commands that the program has', async () => {
    let help = '';
    await run(['help'], { out: (text) => (help += text), err: () => {} });
    const known = [...help.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name);
    const named = PAGES.flatMap((page) => [...textOf(page).matchAll(/(?:npx watchkeeper|src\/cli\/watchkeeper\.mjs) (\w+)/g)]).map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('is read by a shell', () => {
    for (const input of shell)
      expect(spawnSync('bash', ['-n'], { input, encoding: 'utf8' }), input).toMatchObject({ status: 0, stderr: '' });
  });

  test('leaves no umask behind in the shell, in which a later `git pull` would write files that the program cannot read', () => {
    const lines = shell.flatMap((text) => text.split('\n')).filter((line) => line.includes('umask'));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.filter((line) => !line.startsWith('(umask 077'))).toEqual([]);
  });

  test('names services and containers that there are', () => {
    const services = shell.flatMap((text) => [
      ...text.matchAll(/docker compose (?:stop|start|restart|exec(?: -T)?|logs --tail \d+|build) ((?:[a-z][\w-]* ?)+)/g),
    ]);
    const named = services.flatMap(([line, names]) => (line.includes('exec') ? [names!.split(' ')[0]!] : names!.trim().split(' ')));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !(name in compose.services))).toEqual([]);
  });

  test('asks one container, the service and compose.yaml alike for health, log and disk, and restarts each', () => {
    const night = fenceWith('# as a service');
    for (const words of [
      'localhost:3000',
      'journalctl --unit watchkeeper',
      'systemctl restart',
      'docker logs --tail 2000 watchkeeper 2>&1',
      'docker restart watchkeeper',
      'docker compose restart',
    ])
      expect(night).toContain(words);
    expect(night.match(/\bdf -h\b/g)).toHaveLength(3);
  });
});

test('a new value of a variable reaches a container by a new one, not by a restart', () => {
  const text = fenceWith('--force-recreate');
  expect(text).toContain('docker stop watchkeeper && docker rm watchkeeper');
  expect(text).toContain('docker compose up --detach --force-recreate desk-a desk-b');
  expect(text).not.toContain('restart');
});

describe('an upgrade', () => {
  test('of the service stops it and takes a copy before `npm ci` takes away what it runs on', () => {
    const order = ['systemctl stop', 'cp -a /var/lib/watchkeeper', 'git pull', 'npm ci', 'systemctl start'].map((words) =>
      fenceWith('npm ci\nsudo').indexOf(words),
    );
    expect(order[0]).toBeGreaterThanOrEqual(0);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test('of one container keeps the image of before, under a name that the way back uses', () => {
    const section = sections.get('One container')!;
    const [, before] = /docker tag watchkeeper (\S+)\n/.exec(section)!;
    expect(section.split('docker tag')[1]).toMatch(new RegExp(`\\*\\*Back:\\*\\*[^.]*\`${before}\``));
    expect(section).toContain('](#back-up-and-restore)');
    expect(section.indexOf('docker tag')).toBeLessThan(section.indexOf('docker build'));
  });
});

describe('from one container to compose.yaml', () => {
  const text = fenceWith('watchkeeper.mjs move');
  const desk = compose.services['desk-a']!;

  test('`move` reaches the database of compose.yaml, by its network and address, with its image', () => {
    const { DATABASE_URL } = desk.environment as Record<string, string>;
    const [, address] = /DATABASE_URL="([^"]+)"/.exec(text.replace(/\$\(.*?\)/, 'PASSWORD'))!;
    expect(address).toBe(DATABASE_URL!.replace(/\$\{.*?\}/, 'PASSWORD'));
    expect(compose.services.postgres!.networks).toContain('back');
    expect(text).toContain(`--network ${compose.name}_back `);
    expect(text).toContain(` ${String(desk.image)} node`);
  });

  test('nobody works on either store meanwhile', () => {
    const at = ['docker stop watchkeeper', 'watchkeeper.mjs move', 'docker compose up --detach\n'].map((words) => text.indexOf(words));
    expect(at.every((place) => place >= 0)).toBe(true);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(text.match(/docker compose up .*/g)![0]).toBe('docker compose up --detach --wait postgres');
  });
});

test('an image of a checkout that was made under umask 077 is read by its user all the same', () => {
  const app = mkdtempSync(join(tmpdir(), 'image-modes-'));
  const dockerfile = textOf('Dockerfile')
    .split(/^FROM /m)
    .at(-1)!;
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) => paths!.split(' '));
  expect(copied.length).toBeGreaterThan(4);
  for (const path of copied) cpSync(join(ROOT, path), join(app, path), { recursive: true });
  const all = () => [...copied, ...globSync('**/*', { cwd: app })].map((path) => join(app, path));
  for (const path of all()) chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
  const [, command] = /^RUN (chmod .+)$/m.exec(dockerfile.split('COPY src')[1]!.split('USER ')[0]!) ?? [];
  execFileSync('sh', ['-c', command ?? 'false'], { cwd: app });
  const wanted = (path: string) => (statSync(path).isDirectory() ? 0o755 : 0o644);
  expect(all().filter((path) => (statSync(path).mode & 0o777) !== wanted(path))).toEqual([]);
  rmSync(app, { recursive: true, force: true });
});
