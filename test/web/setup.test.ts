import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { instant } from '../../src/calendar/time.ts';
import { environment, githubAt, readConfig } from '../../src/config.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { writeEnv } from '../../src/web/env-file.ts';
import { setupHandler } from '../../src/web/setup.ts';
import { type Served, served } from './serve.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const HOUR_MS = 3_600_000;
const PUBLIC = encodeURIComponent('https://desk.example.org');

let folder: string;
let twin: Twin;
let server: Served;
let nowMs: number;
const warned: object[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'));
  nowMs = Date.parse('2026-01-12T08:00:00Z');
  const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const clock = { now: () => instant(nowMs / 1000) };
  twin = createTwin({ clock, app: { id: 4711, slug: 'watchkeeper', key }, webhookSecret: 'x', autoDeliver: false });
  twin.act.user('carol');
  await open();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Readonly<Record<string, string>> = {}, fetching: typeof fetch = twin.fetch): Promise<void> {
  await server?.close();
  const github = githubAt(env);
  if ('problem' in github) throw new Error(github.problem);
  const log = { info() {}, warn: (fields: object) => void warned.push(fields) };
  server = await served([
    setupHandler({ appFolder: ROOT, envFolder: folder, github, log: log as never, clock: () => nowMs, fetch: fetching }),
  ]);
}

const env = () => join(folder, '.env');
const unescaped = (html: string): string => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
/** What GitHub is sent: the form's address and the manifest in it. */
async function begun(query = `url=${PUBLIC}`): Promise<{ action: URL; state: string; manifest: Record<string, unknown>; html: string }> {
  const { status, body } = await server.ask(`/setup?${query}`);
  expect(status).toBe(200);
  const action = new URL(unescaped(/action="([^"]*)"/.exec(body)![1]!));
  const manifest = JSON.parse(unescaped(/name="manifest" value="([^"]*)"/.exec(body)![1]!)) as Record<string, unknown>;
  return { action, state: action.searchParams.get('state')!, manifest, html: body };
}

describe('registering the App', () => {
  test('from the first page to a .env that the program starts with', async () => {
    const first = await server.ask('/setup');
    expect(first.status).toBe(200);
    expect(first.body).toContain('Public address');
    const { action, state, manifest } = await begun();
    expect(action.origin + action.pathname).toBe('https://github.com/settings/apps/new');
    expect(manifest).toMatchObject({
      hook_attributes: { url: 'https://desk.example.org/api/github/webhooks', active: true },
      redirect_url: `http://localhost:${server.port}/setup/done`,
      public: false,
    });
    const code = twin.act.registerManifest(manifest, 'carol');
    const done = await server.ask(`/setup/done?code=${code}&state=${state}`);
    expect(done.status).toBe(200);
    expect(done.body).toContain('/installations/new');
    expect(done.body).not.toContain('PRIVATE KEY');
    expect(statSync(env()).mode & 0o777).toBe(0o600);
    const config = readConfig(environment({}, folder));
    expect(config).toMatchObject({ app: { appId: 4711, privateKey: expect.stringContaining('PRIVATE KEY-----\n') } });
    expect(twin.world.state.app.permissions).toMatchObject({ issues: 'write', checks: 'write' });
    expect('app' in config && config.app?.webhookSecret).toBe(twin.world.state.registered?.webhookSecret);
  });

  test('for an organization, and on an enterprise server', async () => {
    await open({ GHE_HOST: 'ghe.example.org' });
    const { action } = await begun(`url=${PUBLIC}&org=acme`);
    expect(action.origin + action.pathname).toBe('https://ghe.example.org/organizations/acme/settings/apps/new');
    const { headers } = await server.ask(`/setup?url=${PUBLIC}`);
    expect(headers['content-security-policy']).toContain("form-action 'self' https://ghe.example.org;");
  });

  for (const [claim, text] of [
    ['is no address', 'desk'],
    ['is of another kind', 'ftp://desk.example.org'],
    ['is a script', 'javascript:alert(1)'],
    ['has a query', 'https://desk.example.org/?a=1'],
    ['holds a password', 'https://me:secret@desk.example.org'],
    ['leads to this machine', 'http://localhost:3000'],
    ['leads to this machine by number', 'http://127.0.0.1'],
    ['leads to this machine in the new numbers', 'http://[::1]:3000'],
    ['is markup', '"><script>alert(1)</script>'],
  ] as const)
    test(`a public address that ${claim} is answered with what is wrong, and not sent on`, async () => {
      const { status, body } = await server.ask(`/setup?url=${encodeURIComponent(text)}`);
      expect(status).toBe(400);
      expect(body).toContain('role="alert"');
      expect(body).not.toContain('name="manifest"');
      expect(body).not.toContain('<script');
    });

  test('an organization that is no name is not sent on', async () => {
    const { status, body } = await server.ask(`/setup?url=${PUBLIC}&org=${encodeURIComponent('../x"><b>')}`);
    expect([status, body.includes('name="manifest"'), body.includes('<b>')]).toEqual([400, false, false]);
  });
});

describe('what comes back from GitHub', () => {
  for (const [claim, of] of [
    ['no state', () => ''],
    ['a state of our own length that nobody was given', () => `&state=${'0'.repeat(32)}`],
    ['a state in other characters', () => `&state=${encodeURIComponent('ü'.repeat(32))}`],
  ] as const)
    test(`with ${claim} is refused, and GitHub is not asked`, async () => {
      const { manifest } = await begun();
      const code = twin.act.registerManifest(manifest, 'carol');
      const answer = await server.ask(`/setup/done?code=${code}${of()}`);
      expect([answer.status, existsSync(env()), twin.requests.length]).toEqual([400, false, 0]);
    });

  test('counts once', async () => {
    const { state, manifest } = await begun();
    const code = () => twin.act.registerManifest(manifest, 'carol');
    expect((await server.ask(`/setup/done?code=${code()}&state=${state}`)).status).toBe(200);
    expect((await server.ask(`/setup/done?code=${code()}&state=${state}`)).status).toBe(400);
  });

  test('counts for an hour', async () => {
    const { state, manifest } = await begun();
    nowMs += HOUR_MS + 1000;
    const answer = await server.ask(`/setup/done?code=${twin.act.registerManifest(manifest, 'carol')}&state=${state}`);
    expect([answer.status, existsSync(env())]).toEqual([400, false]);
  });

  test('a hundred begun registrations take no room, and the last of them still counts', async () => {
    let last = await begun();
    for (let i = 0; i < 100; i++) last = await begun();
    const code = twin.act.registerManifest(last.manifest, 'carol');
    expect((await server.ask(`/setup/done?code=${code}&state=${last.state}`)).status).toBe(200);
  });

  for (const [claim, code] of [
    ['that GitHub does not know', 'nobody'],
    ['that is a path', encodeURIComponent('../../user')],
    ['that is missing', ''],
  ] as const)
    test(`a code ${claim} gets a page that says how to go on`, async () => {
      const { state } = await begun();
      const { status, body } = await server.ask(`/setup/done?code=${code}&state=${state}`);
      expect(status).toBe(code === 'nobody' ? 502 : 400);
      expect(body).toContain('href="/setup"');
      expect(existsSync(env())).toBe(false);
    });

  for (const [claim, fetching] of [
    ['does not answer', async () => Promise.reject(new TypeError('fetch failed'))],
    ['answers with a page', async () => new Response('<html>', { status: 200 })],
    ['leaves the secret out', async () => Response.json({ id: 1, pem: 'x', html_url: 'https://github.com/apps/x', webhook_secret: null })],
  ] as const)
    test(`a GitHub that ${claim} leaves no .env behind`, async () => {
      await open({}, fetching as typeof fetch);
      const { state } = await begun();
      const { status } = await server.ask(`/setup/done?code=abc&state=${state}`);
      expect([status, existsSync(env())]).toEqual([502, false]);
    });
});

describe('who may register', () => {
  for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', 'localhost:80@evil.example'])
    test(`nobody whose browser thinks that we are ${JSON.stringify(host)}`, async () => {
      const answer = await server.ask(`/setup?url=${PUBLIC}`, { host });
      expect([answer.status, answer.body.includes('manifest')]).toEqual([403, false]);
    });

  test('nobody who comes through a proxy on this machine', async () => {
    expect((await server.ask('/setup', { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(403);
  });

  test('nobody who posts', async () => {
    expect((await server.ask('/setup', { method: 'POST' })).status).toBe(405);
  });

  test('nobody in a frame of another page, and no script runs', async () => {
    const { headers } = await server.ask('/setup');
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['cache-control']).toBe('no-store');
  });
});

describe('.env', () => {
  test('keeps what stood there, whatever it was, and becomes private', () => {
    const before = { A: 'x"y', B: "it's", C: 'a\\nb', D: 'two\nlines', E: '', F: '`"\'`'.slice(0, 2), G: '#no comment' };
    writeFileSync(env(), `OLD=1\nAPP_ID=7\n`);
    chmodSync(env(), 0o644);
    writeEnv(env(), before);
    writeEnv(env(), { APP_ID: '42' });
    expect(environment({}, folder)).toEqual({ OLD: '1', ...before, APP_ID: '42' });
    expect(statSync(env()).mode & 0o777).toBe(0o600);
    expect(existsSync(`${env()}.new`)).toBe(false);
  });

  test('that cannot be written is said on the page', async () => {
    const { state, manifest } = await begun();
    rmSync(folder, { recursive: true });
    const { status, body } = await server.ask(`/setup/done?code=${twin.act.registerManifest(manifest, 'carol')}&state=${state}`);
    expect(status).toBe(500);
    expect(body).toContain('cannot be written');
    expect(body).not.toContain('PRIVATE KEY');
  });
});

describe('app.yml', () => {
  const manifest = parse(readFileSync(join(ROOT, 'app.yml'), 'utf8')) as {
    name: string;
    url: string;
    public: unknown;
    default_permissions: Record<string, string>;
    default_events: string[];
  };

  test('states what GitHub would otherwise decide for us', () => {
    expect(manifest.public).toBe(false);
    expect(manifest.name.length).toBeLessThanOrEqual(34);
    expect(URL.canParse(manifest.url)).toBe(true);
  });

  test('a copy that does not state `public` is not sent to GitHub', async () => {
    copyFileSync(join(ROOT, 'app.yml'), join(folder, 'app.yml'));
    writeFileSync(join(folder, 'app.yml'), readFileSync(join(folder, 'app.yml'), 'utf8').replace('public: false\n', ''));
    const github = { url: 'https://github.com', api: 'https://api.github.com' };
    await server.close();
    server = await served([
      setupHandler({ appFolder: folder, envFolder: folder, github, log: { info() {}, warn() {} } as never, clock: () => nowMs }),
    ]);
    expect(await server.ask(`/setup?url=${PUBLIC}`)).toMatchObject({ status: 500 });
    expect(String(server.errors[0])).toContain('public');
  });

  test('subscribes to every event that wakes anybody or makes us forget, and to no other', () => {
    const source = readFileSync(join(ROOT, 'src/github/wakes.ts'), 'utf8');
    const read = new Set([...source.matchAll(/(?:case|name ===) '([a-z_]+)'/g)].map(([, name]) => name!));
    // Sent to every App without asking, or of events that are there for those who subscribed before.
    const unasked = ['installation', 'installation_repositories', 'installation_target', 'team_add', 'organization', 'check_suite'];
    const actions = [
      'closed',
      'reopened',
      'labeled',
      'unlabeled',
      'assigned',
      'unassigned',
      'edited',
      'deleted',
      'transferred',
      'unlocked',
      'opened',
    ];
    const events = [...read].filter((name) => !unasked.includes(name) && !actions.includes(name));
    expect([...manifest.default_events].sort()).toEqual(events.sort());
  });

  test('asks for every permission that the twin wants of the calls we make, and for no other', () => {
    expect(manifest.default_permissions).toEqual({
      issues: 'write',
      metadata: 'read',
      contents: 'read',
      checks: 'write',
      pull_requests: 'read',
      members: 'read',
    });
  });
});
