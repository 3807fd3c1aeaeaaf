import { afterEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Health } from '../../src/watch/desk.ts';
import { LOOP_STUCK_S, vitalsOf } from '../../src/web/health.ts';
import { healthHandler, serverOf } from '../../src/web/server.ts';
import { openHouse } from '../hostile/house.ts';
import { TestDesk } from '../support/desk.ts';
import { type Served, served } from './serve.ts';

const AT = instant(1_768_204_800);
const READY: Health = { ready: true, storeOpen: true, caughtUp: true, stopping: false, lastSweepAt: AT, turnedAt: AT, queueAgeS: 3 };
const PATH = '/api/support/health';

let server: Served;
afterEach(() => server?.close());

const serve = async (health: () => Promise<Health>): Promise<Served> => {
  server = await served([healthHandler(health)]);
  return server;
};

describe('health', () => {
  for (const path of [PATH, `${PATH}/`, `${PATH}/ready`, `${PATH}?verbose=1`])
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
        reasons: [],
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

  test('an idle connection is kept for longer than a balancer keeps it: it is never closed under a request', () => {
    const { keepAliveTimeout } = serverOf([], () => {});
    expect(keepAliveTimeout).toBeGreaterThan(60_000);
  });

  test('headers beyond 16 kB are not read, and clients that send none are looked for every few seconds', async () => {
    const { ask } = await serve(async () => READY);
    expect((await ask(PATH, { headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431);
    const plain = serverOf([], () => {});
    expect([plain.headersTimeout, plain.requestTimeout, plain.timeout]).toEqual([10_000, 30_000, 0]);
  });
});

describe('why a desk is not ready', () => {
  const check = (health: Partial<Health>, options = {}) => vitalsOf(async () => ({ ...READY, ...health }), options).check();
  const later = (s: number) => ({ clock: () => instant(AT + s) });
  for (const [claim, health, options, reasons] of [
    ['nothing keeps it', {}, {}, []],
    ['it catches up', { ready: false, caughtUp: false }, {}, ['catching_up']],
    ['it stops', { ready: false, stopping: true }, {}, ['stopping']],
    ['its key is not taken', { ready: false, keyRefused: true }, {}, ['key_refused']],
    ['its key is not taken from the start', { ready: false, caughtUp: false, keyRefused: true }, {}, ['key_refused', 'catching_up']],
    ['its store is closed', { ready: false, storeOpen: false }, {}, ['store_unreachable']],
    ['it stops while it catches up', { ready: false, stopping: true, caughtUp: false }, {}, ['stopping', 'catching_up']],
    ['its loop turned a minute ago', {}, later(LOOP_STUCK_S), []],
    ['its loop turned longer ago', {}, later(LOOP_STUCK_S + 1), ['loop_stuck']],
    ['its clock was set back', {}, later(-86_400), []],
    ['nobody but people turns it', { turnedAt: instant(0) }, {}, []],
    ['it is not ready and does not say why', { ready: false }, {}, ['catching_up']],
  ] as const)
    test(claim, async () => expect((await check(health, options)).reasons).toEqual(reasons));

  test('a store that throws, or is silent for two seconds, is not reachable', async () => {
    expect((await vitalsOf(() => Promise.reject(new Error('ECONNREFUSED'))).check()).reasons).toEqual(['store_unreachable']);
    vi.useFakeTimers();
    const silent = vitalsOf(() => new Promise(() => {})).check();
    await vi.advanceTimersByTimeAsync(1_999);
    const early = await Promise.race([silent, Promise.resolve('still waiting')]);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    expect([early, (await silent).reasons]).toEqual(['still waiting', ['store_unreachable']]);
  });

  test('each is told with a code and a sentence', async () => {
    const { ask } = await serve(async () => ({ ...READY, ready: false, caughtUp: false }));
    expect(JSON.parse((await ask(PATH)).body).reasons).toEqual([
      { code: 'catching_up', says: 'It is catching up with what happened while it was down.' },
    ]);
  });
});

describe('whether the process has to be started anew', () => {
  const LIVE = `${PATH}/live`;
  const live = async (health: () => Promise<Health>, turned?: number) => {
    let now = AT;
    const turnedAt = turned === undefined ? {} : { turnedAt: () => (turned < 0 ? undefined : instant(turned)) };
    server = await served([healthHandler(vitalsOf(health, { clock: () => now, ...turnedAt }))]);
    return async (s: number) => {
      now = instant(AT + s);
      return (await server.ask(LIVE)).status;
    };
  };
  const down = () => Promise.reject(new Error('no store'));

  test('not while it catches up, nor while its store is down', async () => {
    expect(await (await live(async () => ({ ...READY, ready: false, caughtUp: false })))(0)).toBe(200);
    await server.close();
    expect(await (await live(down))(3_600)).toBe(200);
  });

  test('once its loop has not turned for longer than a minute, whatever the store says', async () => {
    const at = await live(down, AT);
    expect([await at(0), await at(60), await at(61)]).toEqual([200, 200, 503]);
    expect(JSON.parse((await server.ask(LIVE)).body)).toEqual({
      status: 'stuck',
      reasons: [{ code: 'loop_stuck', says: 'The loop has not turned for 60 seconds.' }],
    });
  });

  test('once its loop has not turned at all for a minute', async () => {
    const at = await live(async () => READY, -1);
    expect([await at(60), await at(61)]).toEqual([200, 503]);
  });

  test('GET and HEAD ask, nothing else', async () => {
    await live(async () => READY);
    expect((await server.ask(LIVE, { method: 'POST' })).status).toBe(405);
    expect(await server.ask(LIVE, { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
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
    await desk.forward('5m');
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
