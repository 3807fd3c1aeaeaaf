import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createGitHub } from '../../src/github/client.ts';
import { Pace } from '../../src/github/pace.ts';
import { baseUrlOf, createDeskApp, createProbot } from '../../src/github/probot.ts';
import { APP, KEY, SECRET } from '../sandbox/world.ts';
import { waitsAsked } from '../support/waits.ts';
import { desk, policyOf } from './desk.ts';

for (const [env, want] of [
  [{}, 'https://api.github.com'],
  [{ GHE_HOST: 'ghe.example' }, 'https://ghe.example/api/v3'],
  [{ GHE_HOST: 'localhost:3000', GHE_PROTOCOL: 'http' }, 'http://localhost:3000/api/v3'],
] as const)
  test(`the API of ${JSON.stringify(env)} is at ${want}`, () => expect(baseUrlOf(env)).toBe(want));

test('every request goes to the host that was given, with the version of the API and our name; nothing is throttled', async () => {
  const at = desk();
  const seen: [string, Headers][] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    seen.push([String(input), new Headers(init?.headers)]);
    return at.twin.fetch(input, init);
  };
  const log = pino({ level: 'silent' });
  const probot = createProbot({
    appId: APP.id,
    privateKey: KEY,
    secret: SECRET,
    fetch,
    log,
    baseUrl: 'https://ghe.example/api/v3',
    version: '1.2.3',
  });
  const github = createGitHub({ probot, clock: at.clock.now, pace: new Pace({ gapMs: 0 }) });
  const n = at.twin.act.openIssue(at.repository, { by: 'rita', title: 'It breaks' });
  at.twin.act.openPull(at.repository, { by: 'sara', title: 'A fix', body: `Fixes #${n}` });
  const { waits, restore } = waitsAsked();
  await github.readLedger(at.ref, n, {
    policy: policyOf('extends: standard'),
    forms: [],
    defaultBranch: 'main',
    now: at.clock.now(),
    expect: [],
  });
  for (let i = 0; i < 8; i++) await github.createComment(at.ref, n, `Words ${i}`);
  restore();
  // A throttle would have each write stand a second apart from the last.
  expect(waits.filter((ms) => ms > 100)).toEqual([]);
  expect(seen.length).toBeGreaterThan(12);
  for (const [url, headers] of seen) {
    expect(url).toMatch(/^https:\/\/ghe\.example\/api\/(?:v3\/|graphql$)/);
    expect(headers.get('x-github-api-version')).toBe('2022-11-28');
    expect(headers.get('user-agent')).toContain('watchkeeper/1.2.3');
    expect(headers.get('x-github-delivery')).toBeNull();
  }
  expect(seen.some(([url]) => url.endsWith('/access_tokens'))).toBe(true);
  expect(seen.some(([url]) => url.endsWith('/graphql'))).toBe(true);
});

test('the log holds no words of users, whatever fails', async () => {
  const lines: string[] = [];
  const write = (chunk: unknown, _: unknown, done: () => void): void => {
    lines.push(String(chunk));
    done();
  };
  const log = pino({ level: 'info' }, new Writable({ write }));
  const at = desk();
  const probot = createProbot({ appId: APP.id, privateKey: KEY, secret: SECRET, fetch: at.twin.fetch, log });
  const github = createGitHub({ probot, clock: at.clock.now, pace: new Pace({ gapMs: 0 }), log });
  await probot.ready();
  await probot.load(
    createDeskApp({ receive: () => Promise.reject(new Error('disk full')), forget() {}, clock: at.clock.now, bot: () => undefined }),
    {} as never,
  );
  const n = at.twin.act.openIssue(at.repository, { by: 'rita', title: 'SECRET title', body: 'SECRET body' });
  const payload = JSON.parse(at.twin.deliveries().at(-1)!.body);
  await expect(probot.receive({ id: 'd', name: 'issues', payload })).rejects.toThrow();
  for (const status of [403, 422, 500]) {
    at.twin.faults.push({ method: 'POST', status, message: 'Validation Failed: SECRET words' });
    await expect(github.createComment(at.ref, n, 'SECRET comment')).rejects.toThrow();
  }
  expect(lines.join('')).toContain('disk full');
  expect(lines.join('')).toContain('GitHub request failed');
  expect(lines.join('')).not.toContain('SECRET');
});

test('failed deliveries are found, each once, and sent again', async () => {
  const at = desk({ deliver: async () => ({ status: 500, body: 'no' }) });
  const before = at.clock.now();
  at.twin.act.openIssue(at.repository, { by: 'rita', title: 'One' });
  at.clock.turn(60);
  at.twin.act.openIssue(at.repository, { by: 'rita', title: 'Two' });
  await at.twin.settle();
  const all = at.twin.deliveries().filter((one) => one.event === 'issues');
  const { failed, whole } = await at.github.failedDeliveries(before);
  expect(whole).toBe(true);
  expect(failed.map((one) => one.guid)).toEqual(expect.arrayContaining(all.map((one) => one.guid)));
  expect(new Set(failed.map((one) => one.guid)).size).toBe(failed.length);
  const { failed: late } = await at.github.failedDeliveries(at.clock.now());
  expect(late.length).toBeLessThan(failed.length);
  await at.github.redeliver(failed[0]!.id);
  await at.twin.settle();
  expect(at.twin.deliveries().some((one) => one.redelivery && one.guid === failed[0]!.guid)).toBe(true);
  at.fetch.check();
});
