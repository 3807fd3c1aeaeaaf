import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { createGitHub, type GitHubClient, type GitHubOptions } from '../../src/github/client.ts';
import { Pace } from '../../src/github/pace.ts';
import { createProbot } from '../../src/github/probot.ts';
import { APP, KEY, SECRET } from '../sandbox/world.ts';
import { type Desk, desk } from './desk.ts';

type Asked = { of: number | undefined; route: string; status: number | undefined };

let at: Desk;
let asked: Asked[];
let refuses: (path: string) => number | undefined;
let halt: AbortController;
let github: GitHubClient;

beforeEach(() => {
  at = desk();
  asked = [];
  refuses = () => undefined;
  halt = new AbortController();
  github = open();
});

/** The client with GitHub's no in front of the twin. */
function open(more: Partial<GitHubOptions> = {}): GitHubClient {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const status = refuses(new URL(input instanceof Request ? input.url : String(input)).pathname);
    return status === undefined ? at.fetch(input, init) : Response.json({ message: 'no' }, { status });
  };
  const probot = createProbot({ appId: APP.id, privateKey: KEY, secret: SECRET, fetch, log: pino({ level: 'silent' }) });
  return createGitHub({
    probot,
    clock: at.clock.now,
    pace: new Pace({ gapMs: 0 }),
    requests: { requested: (of, _method, route, status) => void asked.push({ of, route, status }) },
    halt: halt.signal,
    ...more,
  });
}

const tokens = () => asked.filter((one) => one.route === 'access_tokens');

test('requests for tokens are told of, as the App’s own, once each', async () => {
  await github.repository(at.ref);
  await github.repository(at.ref);
  expect(tokens()).toEqual([{ of: undefined, route: 'access_tokens', status: 201 }]);
  expect(asked.filter((one) => one.route === 'repository')).toHaveLength(2);
  expect(github.keyRefused()).toBe(false);
});

test('those that are refused too, and what waits together asks once', async () => {
  refuses = () => 401;
  const faults = await Promise.all(Array.from({ length: 5 }, () => github.repository(at.ref).catch((error: unknown) => error)));
  expect(tokens()).toEqual([{ of: undefined, route: 'access_tokens', status: 401 }]);
  for (const fault of faults)
    expect(fault).toMatchObject({ kind: 'passing', refusedKey: true, limited: false, retryAfterS: 60, status: 401, unsure: false });
  expect(github.keyRefused()).toBe(true);
  // Until then nothing is sent, and each says why, not that it is limited.
  at.clock.turn(59);
  refuses = () => undefined;
  await expect(github.repository(at.ref)).rejects.toMatchObject({ refusedKey: true, retryAfterS: 1, status: 401 });
  expect(tokens()).toHaveLength(1);
  at.clock.turn(1);
  await github.repository(at.ref);
  expect([tokens().length, github.keyRefused()]).toEqual([2, false]);
});

test('a request of the App itself shows the key as well', async () => {
  refuses = (path) => (path === '/app' ? 401 : undefined);
  await expect(github.me()).rejects.toMatchObject({ kind: 'passing', refusedKey: true, message: "GitHub does not take the App's key" });
  expect(github.keyRefused()).toBe(true);
  await github.repository(at.ref);
  expect(github.keyRefused()).toBe(false);
});

for (const status of [403, 404, 500, 502])
  test(`a ${status} for a token neither says that the key is taken nor that it is not`, async () => {
    refuses = (path) => (path.endsWith('/access_tokens') ? status : undefined);
    await expect(github.repository(at.ref)).rejects.toMatchObject({ refusedKey: false });
    expect(github.keyRefused()).toBe(false);
  });

test('no write waits for its turn once the process is about to end', async () => {
  github = open({ pace: new Pace({ gapMs: 5_000 }) });
  const n = at.twin.act.openIssue(at.repository, { by: 'rita', title: 'Trouble' });
  await github.setTitle(at.ref, n, 'One');
  const waiting = ['Two', 'Three'].map((title) => github.setTitle(at.ref, n, title).catch((error: unknown) => error));
  await new Promise((go) => setTimeout(go, 50));
  const begun = performance.now();
  halt.abort();
  for (const fault of await Promise.all(waiting)) expect(fault).toMatchObject({ kind: 'passing', unsure: false, limited: false });
  // The first of them would have its turn after five seconds.
  expect(performance.now() - begun).toBeLessThan(4_500);
});
