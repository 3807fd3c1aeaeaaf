import { createHmac } from 'node:crypto';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { createDeskApp, createProbot } from '../../src/github/probot.ts';
import type { Forget } from '../../src/github/wakes.ts';
import { webhookHandler } from '../../src/github/webhook.ts';
import type { Wake } from '../../src/store/port.ts';
import { KEY } from '../sandbox/world.ts';

const SECRET = 'a secret of some length';
const PATH = '/api/github/webhooks';
const MB = 1024 * 1024;
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: unknown[] }[];

let server: Server;
let port = 0;
let received: { delivery: string; wakes: readonly Wake[] }[] = [];
let forgotten: Forget[] = [];
let store: () => Promise<void> = async () => {};
/** Of a body. Long, but for the test of a short one: a busy machine stands still for a while. */
let readTimeoutMs = 60_000;

beforeEach(async () => {
  [received, forgotten, store, readTimeoutMs] = [[], [], async () => {}, 60_000];
  const probot = createProbot({ appId: 1, privateKey: KEY, secret: SECRET, log: pino({ level: 'silent' }) });
  await probot.ready();
  await probot.load(
    createDeskApp({
      receive: async (delivery, wakes) => {
        await store();
        received.push({ delivery, wakes });
      },
      forget: (what) => forgotten.push(what),
      clock: () => instant(1_800_000_000),
      bot: () => 'watchkeeper[bot]',
    }),
  );
  let handle: ReturnType<typeof webhookHandler> | undefined;
  server = createServer(async (request, response) => {
    handle ??= webhookHandler(probot, { secret: SECRET, maxBytes: 2 * MB, maxBytesInFlight: 3 * MB, readTimeoutMs });
    if (!(await handle(request, response))) response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise((closed) => server.close(closed).closeAllConnections()));

const payload = {
  action: 'opened',
  installation: { id: 7 },
  repository: { id: 5, name: 'desk', owner: { login: 'acme' }, default_branch: 'main' },
  issue: { number: 3 },
  sender: { login: 'rita', type: 'User' },
};
const sign = (body: string, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const post = (body: string, headers: Record<string, string> = {}, more: RequestInit = {}, path = PATH) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': 'd-1',
      'x-hub-signature-256': sign(body),
      ...headers,
    },
    ...more,
  }).then((response) => response.status);

test('a genuine delivery is answered 200 once its wakes are stored', async () => {
  let stored = false;
  store = async () => {
    await new Promise((done) => setTimeout(done, 20));
    stored = true;
  };
  expect(await post(JSON.stringify(payload))).toBe(200);
  expect(stored).toBe(true);
  expect(received).toEqual([{ delivery: 'd-1', wakes: [expect.objectContaining({ subject: 'issue:5:3' })] }]);
});

test('a trailing slash and a query are the same address', async () => {
  expect(await post(JSON.stringify(payload), {}, {}, `${PATH}/?x=1`)).toBe(200);
});

test('what cannot be stored is answered 500, so that GitHub lists it as failed', async () => {
  store = () => Promise.reject(new Error('disk full'));
  expect(await post(JSON.stringify(payload))).toBe(500);
});

test('an event that wakes nobody stores nothing; one about people makes us forget them', async () => {
  expect(await post(JSON.stringify(payload), { 'x-github-event': 'ping' })).toBe(200);
  expect(await post(JSON.stringify(payload), { 'x-github-event': 'something_new' })).toBe(200);
  expect(await post(JSON.stringify(payload), { 'x-github-event': 'membership' })).toBe(200);
  expect(received).toEqual([]);
  expect(forgotten).toEqual([{ installation: 7, what: 'people' }]);
});

const body = JSON.stringify(payload);
for (const [claim, headers, method, want] of [
  ['a wrong signature', { 'x-hub-signature-256': sign(body, 'guess') }, 'POST', 401],
  ['a signature of another kind', { 'x-hub-signature-256': 'sha1=abc' }, 'POST', 401],
  ['an empty signature', { 'x-hub-signature-256': '' }, 'POST', 401],
  ['another content type', { 'content-type': 'application/x-www-form-urlencoded' }, 'POST', 415],
  ['no event', { 'x-github-event': '' }, 'POST', 400],
  ['a strange delivery id', { 'x-github-delivery': 'a b' }, 'POST', 400],
  ['another method', {}, 'PUT', 405],
] as const)
  test(`${claim} is refused with ${want} and wakes nobody`, async () => {
    expect(await post(body, headers, { method })).toBe(want);
    expect(received).toEqual([]);
  });

test('signed bodies that are no JSON object are refused', async () => {
  for (const odd of ['{', '[]', '5', 'null', '']) expect(await post(odd)).toBe(400);
});

test('another address is somebody else’s', async () => {
  expect(await post(body, {}, {}, '/somewhere')).toBe(404);
});

test('25 MB of an honest push is read; the cap is a setting', async () => {
  const large = JSON.stringify({ ...payload, filler: 'x'.repeat(2 * MB - 1000) });
  expect(await post(large)).toBe(200);
});

test('text of any script keeps its signature', async () => {
  expect(await post(JSON.stringify({ ...payload, title: 'Zażółć 🟡 \u2028 не работает' }))).toBe(200);
});

/** Writes chunks until the server answers or hangs up; tells how much it took. */
function flood(headers: Record<string, string>, total: number): Promise<{ status: number | undefined; sent: number }> {
  return new Promise((resolve) => {
    let sent = 0;
    let status: number | undefined;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const sending = httpRequest({
      port,
      path: PATH,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': 'd', ...headers },
    });
    const end = () => resolve({ status, sent });
    sending.on('response', (response) => {
      status = response.statusCode;
      response.resume();
    });
    sending.on('error', end).on('close', end);
    const more = () => {
      while (sent < total && !sending.destroyed && status === undefined) {
        sent += chunk.length;
        if (!sending.write(chunk)) return void sending.once('drain', more);
      }
      if (sent >= total) sending.end();
    };
    more();
  });
}

test('200 MB without a signature are refused before they are sent', async () => {
  const { status, sent } = await flood({}, 200 * MB);
  expect(status ?? 401).toBe(401);
  expect(sent).toBeLessThan(20 * MB);
});

test('200 MB with a signature are refused by their length, or after the cap', async () => {
  const signature = { 'x-hub-signature-256': sign('guess') };
  expect((await flood({ ...signature, 'content-length': String(200 * MB) }, 200 * MB)).sent).toBeLessThan(20 * MB);
  const before = process.memoryUsage().arrayBuffers;
  expect((await flood(signature, 200 * MB)).sent).toBeLessThan(30 * MB);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30 * MB);
});

test('a body that trickles is given up, and so is one that breaks off', async () => {
  readTimeoutMs = 300;
  const start = performance.now();
  const slow = new Promise<number | undefined>((resolve) => {
    const sending = httpRequest({
      port,
      path: PATH,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': 'd', 'x-hub-signature-256': sign('') },
    });
    sending.on('response', (response) => resolve(response.resume().statusCode)).on('error', () => resolve(undefined));
    sending.write('{');
  });
  expect(await slow).toBe(408);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(await post(body)).toBe(200);
});

test('bodies of all requests together are bounded, and the room is given back', async () => {
  const filler = JSON.stringify({ ...payload, filler: 'x'.repeat(1.9 * MB) });
  // The one that is being stored holds its room until another one was refused.
  const { promise: full, resolve: refused } = Promise.withResolvers<void>();
  store = () => full;
  const posted = async (): Promise<number> => {
    const status = await post(filler).catch(() => 503);
    if (status === 503) refused();
    return status;
  };
  const statuses = await Promise.all([1, 2, 3, 4].map(posted));
  expect(statuses).toContain(200);
  expect(statuses).toContain(503);
  expect(await post(filler)).toBe(200);
});

test('whoever holds the room with bodies that never end gives way to those that are small', async () => {
  const head = {
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': 'd',
    'x-hub-signature-256': sign('guess'),
  };
  const held: (number | undefined)[] = [];
  const holders = [1.9, 0.6, 0.5].map((mb) => {
    const sending = httpRequest({ port, path: PATH, method: 'POST', headers: head });
    sending.on('response', (response) => held.push(response.resume().statusCode)).on('error', () => held.push(undefined));
    return new Promise<void>((sent) => sending.write(Buffer.alloc(mb * MB, 'x'), () => sent()));
  });
  await Promise.all(holders);
  const genuine = JSON.stringify({ ...payload, filler: 'x'.repeat(20_000) });
  const statuses: number[] = [];
  for (let i = 0; i < 60; i++) statuses.push(await post(genuine));
  expect(statuses).toEqual(Array(60).fill(200));
  // They came while somebody kept them from being forgotten: all are there at once.
  store = () => new Promise((done) => setTimeout(done, 200));
  const filled = JSON.stringify({ ...payload, filler: 'x'.repeat(100_000) });
  expect(await Promise.all(Array.from({ length: 10 }, () => post(filled)))).toEqual(Array(10).fill(200));
  expect(held.length).toBeLessThanOrEqual(1);
});

test('every official example with a good signature is answered 2xx', async () => {
  for (const { name, examples: payloads } of examples)
    for (const one of payloads) expect(await post(JSON.stringify(one), { 'x-github-event': name }), name).toBe(200);
});
