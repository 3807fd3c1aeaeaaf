import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { writeEnv } from '../../src/web/env-file.ts';
import { run, start } from '../process/child.ts';
import { BUSY_MS } from '../support/until.ts';
import { anchorsOf, pageOf, ROOT, tableUnder, textOf } from './pages.ts';

type Service = Readonly<Record<string, unknown>> & {
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly tmpfs: readonly string[];
};
const compose = parse(textOf('compose.yaml'), { merge: true }) as {
  services: Record<'desk-a' | 'desk-b' | 'postgres', Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: object;
};
const { 'desk-a': desk, 'desk-b': other, postgres } = compose.services;
const PAGE = 'docs/operations.md';
const dockerfile = textOf('Dockerfile');
/** Instructions of the last stage, with continued lines joined and comments left out. */
const stages = dockerfile
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .join('\n')
  .split(/^(?=FROM )/m);
const last = stages.at(-1)!.split('\n');
const named = (): string[] => tableUnder('docs/installing.md', 'Environment variables').map(([name]) => name!.replaceAll('`', ''));
type Package = { readonly devDependencies: Readonly<Record<string, string>> };

describe('Dockerfile', () => {
  test('has the Node that the tests run on, by its full version', () => {
    const { devDependencies } = JSON.parse(textOf('package.json')) as Package;
    expect(/^ARG NODE_IMAGE=node:(\d+\.\d+\.\d+)-[a-z]+-slim$/m.exec(dockerfile)?.[1]).toBe(devDependencies.node);
    expect(stages.slice(1).map((stage) => stage.split('\n')[0])).toEqual([`FROM $\{NODE_IMAGE} AS dependencies`, `FROM $\{NODE_IMAGE}`]);
  });

  test('runs as a user without rights, by number, and stops at SIGTERM', () => {
    const user = last.filter((line) => line.startsWith('USER '));
    expect(user).toHaveLength(1);
    expect(Number(/^USER (\d+):\d+$/.exec(user[0]!)?.[1])).toBeGreaterThan(0);
    expect(last.slice(last.indexOf(user[0]!)).filter((line) => /^(RUN|COPY|ADD) /.test(line))).toEqual([]);
    expect(last).toContain('STOPSIGNAL SIGTERM');
    expect(last.at(-1)).toBe('CMD ["node", "src/start.mjs"]');
  });

  test('holds no secret, fetches nothing but packages of the lockfile, and runs no install script', () => {
    for (const name of ['APP_ID', 'PRIVATE_KEY', 'WEBHOOK_SECRET', 'DATABASE_URL', 'HEARTBEAT_URL'])
      expect(stages.join('')).not.toContain(name);
    expect(stages.join('')).not.toMatch(/^ADD |curl|wget|apt-get|npm (install|i) /m);
    expect(stages[1]).toContain('npm ci --omit=dev --ignore-scripts');
    const { packages } = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { dev?: boolean; hasInstallScript?: boolean }>;
    };
    expect(Object.entries(packages).flatMap(([name, one]) => (one.hasInstallScript && !one.dev ? [name] : []))).toEqual([]);
  });

  test('says nothing of HOST: the sandbox must not listen to everybody', () => expect(stages.join('')).not.toMatch(/\bHOST=/));

  test('copies what .dockerignore lets in, and nothing else', () => {
    const let_in = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(let_in[0]).toBe('*');
    const copied = stages
      .join('')
      .match(/^COPY (?!--from).*/gm)!
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect([...new Set(copied.map((path) => path.replace('./', '')))].sort()).toEqual(
      let_in
        .slice(1)
        .map((line) => line.slice(1))
        .sort(),
    );
  });
});

describe('what the image holds', { timeout: BUSY_MS }, () => {
  let app: string;
  beforeAll(() => {
    app = mkdtempSync(join(tmpdir(), 'image-'));
    for (const line of last.filter((one) => one.startsWith('COPY ') && !one.includes('--from'))) {
      const [to, ...from] = line.split(' ').slice(1).reverse();
      for (const path of from) {
        mkdirSync(join(app, to!), { recursive: true });
        cpSync(join(ROOT, path), path === to!.slice(2) ? join(app, path) : join(app, to!, path), { recursive: true });
      }
    }
    symlinkSync(join(ROOT, 'node_modules'), join(app, 'node_modules'));
  });
  afterAll(() => rmSync(app, { recursive: true, force: true }));

  test('is enough to start, and for the command of HEALTHCHECK to find it well', async () => {
    const child = start(join(app, 'src/start.mjs'), [], {
      cwd: app,
      env: { PORT: '0', DATA_DIR: join(app, 'data'), NODE_ENV: 'production', LOG_LEVEL: 'error' },
    });
    const { match } = await child.line(/:(\d+)\n/);
    const check = JSON.parse(/HEALTHCHECK .*?CMD (\[.*\])$/m.exec(last.join('\n'))![1]!) as string[];
    expect(check.slice(0, 2)).toEqual(['node', '-e']);
    const probe = async (port: string) => (await run('-e', check.slice(2), { cwd: app, env: { PORT: port } })).code;
    expect(await probe(match[1]!)).toBe(0);
    await child.kill();
    expect(await probe(match[1]!)).toBe(1);
    expect(child.err()).toBe('');
  });

  test('is enough for the commands beside the server', async () => {
    const ended = await run(join(app, 'src/cli/watchkeeper.mjs'), ['check', 'config/presets/standard@1/support.yml'], { cwd: app });
    expect([ended.code, ended.err]).toEqual([0, '']);
  });
});

describe('compose.yaml', () => {
  test('sets variables that there are, and asks the operator for those that docs/operations.md names', () => {
    expect(Object.keys(desk.environment).filter((name) => !named().includes(name))).toEqual([]);
    const asked = [...textOf('compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name!);
    expect([...new Set(asked)].sort()).toEqual(['APP_ID', 'POSTGRES_PASSWORD', 'WEBHOOK_SECRET']);
    for (const name of asked) expect(textOf(PAGE)).toContain(name);
  });

  test('gives the program a configuration that it takes, with PostgreSQL for a store', () => {
    const filled = Object.fromEntries(
      Object.entries(desk.environment).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+):\?[^}]*\}/g, '4711').replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
      ]),
    );
    const config = readConfig(filled, () => 'no key');
    expect(config).toEqual({ problem: expect.stringContaining('PRIVATE_KEY_PATH') });
    const { PRIVATE_KEY_PATH: _, APP_ID: __, WEBHOOK_SECRET: ___, ...rest } = filled;
    expect(readConfig(rest)).toMatchObject({
      store: 'postgres://watchkeeper:4711@postgres:5432/watchkeeper',
      metrics: { port: 9464, host: '0.0.0.0' },
    });
  });

  test('keeps everything that can be taken from both: root, capabilities, new rights, a disk to write on', () => {
    for (const one of [desk, postgres])
      expect(one).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        restart: 'unless-stopped',
      });
    for (const one of [desk, postgres])
      for (const key of ['privileged', 'cap_add', 'network_mode', 'pid', 'devices']) expect(one).not.toHaveProperty(key);
    expect([desk.mem_limit, postgres.mem_limit, desk.pids_limit, postgres.pids_limit].every(Boolean)).toBe(true);
    expect(postgres.user).toBe('postgres');
  });

  test('publishes the desk to this machine only, one port for each process, and PostgreSQL and the metrics to nobody', () => {
    expect([desk.ports, other.ports]).toEqual([['127.0.0.1:3001:3000'], ['127.0.0.1:3002:3000']]);
    expect({ ...other, ports: desk.ports }).toEqual(desk);
    expect([postgres.ports, postgres.networks, compose.networks.back]).toEqual([undefined, ['back'], { internal: true }]);
  });
});

describe('what /setup wrote to .env', () => {
  const home = mkdtempSync(join(tmpdir(), 'env-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nowIB==\n-----END RSA PRIVATE KEY-----\n';
  const given = { APP_ID: '4711', WEBHOOK_SECRET: 'long and "random" $HOME', PRIVATE_KEY: key };
  /** What the command of the page that begins so prints in a folder with that `.env`. */
  const said = (begin: string): string => {
    writeEnv(join(home, '.env'), given);
    const { text } = pageOf(PAGE).fences.find((fence) => fence.text.includes(begin))!;
    const [, option, code] = /npx node (-[ep]) '([^']+)'/.exec(text)!;
    return execFileSync(process.execPath, [option!, code!], { cwd: home, encoding: 'utf8' });
  };

  test('becomes lines without quotes for docker run --env-file, which the program takes', () => {
    const lines = said('> watchkeeper.env').trimEnd().split('\n');
    const values = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    expect({ ...values, PRIVATE_KEY: Buffer.from(values.PRIVATE_KEY!, 'base64').toString() }).toEqual(given);
  });

  test('gives the key to a file of its own for compose.yaml', () => expect(said('> key.pem').trimEnd()).toBe(key.trimEnd()));
});

describe('deploy/alerts.yml', () => {
  type Rule = {
    readonly alert: string;
    readonly expr: string;
    readonly labels: { severity: string };
    readonly annotations: { summary: string; do: string };
  };
  const rulesOf = (text: string): Rule[] => (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
  const rules = rulesOf(textOf('deploy/alerts.yml'));

  test('names metrics that docs/metrics.md describes, with labels that they have', () => {
    const table = new Map(tableUnder('docs/metrics.md', 'Metrics').map(([name, , labels]) => [name!.replaceAll('`', ''), labels!]));
    expect(table.size).toBeGreaterThan(10);
    for (const { alert, expr } of rules) {
      const names = [...expr.matchAll(/\b(watchkeeper_\w+|process_\w+)(\{[^}]*\})?/g)];
      expect(names.length, alert).toBeGreaterThan(0);
      for (const [, name, labels = ''] of names) {
        if (name!.startsWith('process_')) continue;
        const row = table.get(name!) ?? table.get(name!.replace(/_(bucket|count|sum)$/, ''));
        expect(row, `${alert}: ${name}`).toBeDefined();
        for (const [, label] of labels.matchAll(/(\w+)(?==~?")/g))
          if (label !== 'le') expect(row, `${alert}: ${label}`).toContain(`\`${label}\``);
      }
    }
  });

  test('holds every rule that docs/metrics.md shows, as it is there', () => {
    const shown = pageOf('docs/metrics.md')
      .fences.filter(({ text }) => text.startsWith('# alerts.yml'))
      .flatMap(({ text }) => rulesOf(text));
    expect(shown.length).toBeGreaterThan(5);
    for (const { alert, expr } of shown) expect(rules.find((rule) => rule.alert === alert)?.expr, alert).toBe(expr);
  });

  test('says of each how bad it is, and where it stands what to do', () => {
    const anchors = anchorsOf(PAGE);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, labels, annotations } of rules) {
      expect(['page', 'ticket'], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/^[A-Z].+\.$/);
      const [page, anchor] = annotations.do.split('#');
      expect([page, anchors.has(anchor!)], alert).toEqual([PAGE, true]);
    }
  });

  test('misses a process that is gone by a job of the name that docs/metrics.md gives it', () => {
    const job = /up\{job="([^"]+)"\}/.exec(rules.find(({ alert }) => alert === 'WatchkeeperProcessDown')!.expr)![1];
    const named = pageOf('docs/metrics.md').fences.flatMap(({ text }) => [...text.matchAll(/job_name: (\S+)/g)].map(([, name]) => name));
    expect([named.length > 1, ...new Set(named)]).toEqual([true, job]);
    expect(textOf('docs/metrics.md')).toContain(`${Object.keys(compose.services)[0]}:${desk.environment.METRICS_PORT}`);
  });

  test('has one for each failure that docs/operations.md says is watched', () => {
    const told = tableUnder(PAGE, 'Watch').flatMap(([, alerts]) => [...alerts!.matchAll(/`(Watchkeeper\w+)`/g)].map(([, name]) => name!));
    expect(told.toSorted()).toEqual(rules.map(({ alert }) => alert).toSorted());
  });
});
