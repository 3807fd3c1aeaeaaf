import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Health } from '../../src/watch/desk.ts';
import { healthHandler, serverOf } from '../../src/web/server.ts';
import { openHouse } from '../hostile/house.ts';
import { TestDesk } from '../support/desk.ts';
import { type Served, served } from './serve.ts';

const READY: Health = { ready: true, storeOpen: true, caughtUp: true, lastSweepAt: instant(1_768_204_800), queueAgeS: 3 };
const PATH = '/api/support/health';

let server: Served;
afterEach(() => server?.close());

const serve = async (health: () => Promise<Health>): Promise<Served> => {
  server = await served([healthHandler(health)]);
  return server;
};

describe('health', () => {
  for (const path of [PATH, `${PATH}/`, `${PATH}?verbose=1`])
    test(`${path} says ready, and nothing but what was asked for`, async () => {
      const { ask } = await serve(async () => ({ ...READY, secret: 'acme/desk' }) as Health);
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toEqual({
        status: 'ready',
        store: 'open',
        caught_up: true,
        last_sweep: '2026-01-12T08:00:00.000Z',
        queue_age_s: 3,
      });
      expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    });

  test('HEAD has the status and no body', async () => {
    const { ask } = await serve(async () => READY);
    expect(await ask(PATH, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
    test(`${method} is answered 405 with what is allowed`, async () => {
      const { ask } = await serve(async () => READY);
      expect(await ask(PATH, { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    });

  for (const [claim, health] of [
    ['that has not caught up', async () => ({ ...READY, ready: false, caughtUp: false })],
    ['whose store fails', () => Promise.reject(new Error('database is locked: /srv/secret/desk.sqlite'))],
    [
      'that is not built yet',
      () => {
        throw new ReferenceError('desk');
      },
    ],
  ] as const)
    test(`a desk ${claim} is answered 503, without its reasons`, async () => {
      const { ask } = await serve(health);
      const answer = await ask(PATH);
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body)).toMatchObject({ status: 'not ready' });
      expect(answer.body).not.toMatch(/secret|locked|desk/);
    });

  for (const path of [
    '/',
    '/api',
    '/api/support',
    '/api/support/health/x',
    '/api//support/health',
    '/API/SUPPORT/HEALTH',
    '/%2e%2e/etc/passwd',
  ])
    test(`${path} is not found`, async () => {
      const { ask } = await serve(async () => READY);
      expect(await ask(path)).toMatchObject({ status: 404, body: '{"error":"not found"}' });
    });

  test('a handler that throws is answered 500 without its words, and told to the log', async () => {
    server = await served([
      async () => {
        throw new Error('private words');
      },
    ]);
    expect(await server.ask('/')).toMatchObject({ status: 500, body: '{"error":"internal error"}' });
    expect(server.errors.map(String)).toEqual(['Error: private words']);
  });

  test('headers beyond 16 kB are not read, and clients that send none are looked for every few seconds', async () => {
    const { ask } = await serve(async () => READY);
    expect((await ask(PATH, { headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431);
    const plain = serverOf([], () => {});
    expect([plain.headersTimeout, plain.requestTimeout, plain.timeout]).toEqual([10_000, 30_000, 0]);
  });
});

describe('health of the whole App', () => {
  test('is 503 until it has caught up, 200 from then on, and names no repository', async () => {
    const desk = await TestDesk.open({ policy: 'extends: standard\n' });
    const { ask } = await serve(() => desk.service.desk.health());
    expect((await ask(PATH)).status).toBe(200);
    await desk.files('rita', 'bug.yml', { priority: 'P1 – Critical' });
    await desk.kill();
    expect((await ask(PATH)).status).toBe(503);
    await desk.start();
    expect((await ask(PATH)).status).toBe(503);
    await desk.settle();
    const answer = await ask(PATH);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ store: 'open', caught_up: true, last_sweep: expect.stringMatching(/^2026-01-12T/) });
    expect(answer.body).not.toMatch(/acme|desk|rita|P1/);
    await desk.close();
  });

  test('stays 503 while GitHub does not say where the App is installed', async () => {
    const house = await openHouse();
    await house.service.desk.start();
    for (let i = 0; i < 5; i++) await house.service.desk.turn();
    const answer = await fetch(`http://127.0.0.1:${house.port}${PATH}`);
    expect(answer.status).toBe(503);
    await house.close();
  });
});
