import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { QuietPlayground, type Served, servePlayground } from './web-world.ts';

const PAGE = join(import.meta.dirname, '../../src/sandbox/page');
let playground: QuietPlayground;
let served: Served;
beforeEach(async () => {
  playground = new QuietPlayground();
  served = await servePlayground(playground);
});
afterEach(() => served.close());

const COMMENT = { do: 'open', as: 'mark', title: 'A', body: 'B' };

describe('the page', () => {
  test('is served at / with a policy under which nothing inline and nothing from outside runs', async () => {
    const { status, headers, text } = await served.ask('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  });

  test('every file of the page is served, and none names an address outside', async () => {
    for (const name of readdirSync(PAGE)) {
      const { status, headers, text } = await served.ask(`/sandbox/${name}`);
      expect(status, name).toBe(200);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(text).toBe(readFileSync(join(PAGE, name), 'utf8'));
      expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/|@import|url\(/);
      for (const [, from] of text.matchAll(/from '\.\/([\w.-]+)'|(?:href|src)="\/sandbox\/([\w.-]+)"/g))
        if (from) expect(readdirSync(PAGE)).toContain(from);
    }
  });

  test.each([
    '/sandbox/../web.ts',
    '/sandbox/%2e%2e/web.ts',
    '/sandbox/..%2fweb.ts',
    '/sandbox/....//web.ts',
    '/sandbox/page/index.html',
    '/sandbox//etc/passwd',
    '/sandbox/app.js%00.html',
    '/sandbox/__proto__',
    '/sandbox/constructor',
    '/sandbox/api/__proto__',
    '/sandbox/api/constructor',
    '/sandbox/api/toString',
    '/sandbox/api/',
    '/sandbox/',
    '/sandbox',
  ])('%s is no page', async (path) => {
    const { status, text } = await served.ask(path);
    // A path that leaves the folder is somebody else's, who has nothing there either.
    expect([404, 418]).toContain(status);
    expect(text).not.toContain('import');
  });

  test('other paths are left to others, and only GET and HEAD read', async () => {
    expect((await served.ask('/api/github/webhooks', { method: 'POST' })).status).toBe(418);
    expect((await served.ask('/sandboxes')).status).toBe(418);
    expect((await served.ask('/', { method: 'DELETE' })).status).toBe(405);
    expect((await served.ask('/', { method: 'HEAD' })).text).toBe('');
    expect((await served.ask('/sandbox/api/state', { method: 'PUT' })).status).toBe(405);
    expect((await served.ask('/sandbox/api/act')).status).toBe(405);
    expect((await served.post('state', {})).status).toBe(405);
  });
});

describe('who may ask', () => {
  const here = () => ({ host: `localhost:${served.port}`, origin: `http://localhost:${served.port}` });

  test('the page itself, and a program without a browser', async () => {
    expect((await served.post('act', COMMENT, { ...here(), 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await served.post('act', COMMENT)).status).toBe(200);
    const v6 = `[::1]:${served.port}`;
    expect((await served.ask('/', { headers: { host: v6 } })).status).toBe(200);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a site that the browser calls foreign', { 'sec-fetch-site': 'cross-site' }],
    ['a site that the browser calls a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['a name that was made to lead here', { host: 'rebound.evil.example', origin: 'http://rebound.evil.example' }],
    ['a name that ends like ours', { host: 'localhost.evil.example' }],
    ['a name that cannot be read', { host: 'a b' }],
  ])('not %s', async (_who, headers) => {
    const { status } = await served.post('act', COMMENT, { ...here(), ...headers } as Record<string, string>);
    expect([400, 403]).toContain(status);
    expect(playground.settled).toBe(0);
    expect((await served.get('state')).issues).toEqual([]);
  });

  test('reading is no different', async () => {
    expect((await served.ask('/sandbox/api/state', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await served.ask('/sandbox/api/state', { headers: { host: 'evil.example' } })).status).toBe(403);
    expect((await served.ask('/', { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  test('a name that the operator gave is served', async () => {
    const named = await servePlayground(playground, { hosts: ['desk.internal'] });
    expect((await named.ask('/', { headers: { host: 'desk.internal:8080' } })).status).toBe(200);
    expect((await named.ask('/', { headers: { host: 'desk.internal.evil.example' } })).status).toBe(403);
    await named.close();
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/json; charset=utf-8', 200],
  ])('a body of %s gets %i', async (type, status) => {
    expect((await served.post('act', COMMENT, { 'content-type': type })).status).toBe(status);
  });

  test('what is too large, broken or unknown changes nothing', async () => {
    const json = { 'content-type': 'application/json' };
    const send = (body: string) => served.ask('/sandbox/api/act', { method: 'POST', headers: json, body });
    expect((await send(JSON.stringify({ ...COMMENT, body: 'x'.repeat(3_000_000) }))).status).toBe(413);
    expect((await send('{')).status).toBe(400);
    expect((await send('null')).status).toBe(400);
    expect((await send(JSON.stringify({ ...COMMENT, do: 'installApp' }))).status).toBe(400);
    expect((await send(JSON.stringify({ ...COMMENT, do: 'label', number: '1', label: 'x' }))).status).toBe(400);
    expect((await served.post('clock', { do: 'turn', seconds: -60 })).status).toBe(400);
    expect((await served.post('clock', { do: 'turn', seconds: 1e12 })).status).toBe(400);
    expect((await served.post('clock', { do: 'run', speed: -1 })).status).toBe(400);
    expect(playground.settled).toBe(0);
  });
});

describe('the clock', () => {
  test('is shown in the zone of the policy and in UTC', async () => {
    const { clock } = await served.get('state');
    expect(clock).toMatchObject({ zone: 'Europe/Bucharest', utc: '2026-01-05 09:00 UTC', speed: 0 });
    expect(clock.local).toMatch(/Mon,? 5 Jan 2026, 11:00/);
    expect(clock.next).toBeUndefined();
  });

  test('is turned by so much, or to the next alarm', async () => {
    const before = playground.clock.now();
    await served.post('clock', { do: 'turn', seconds: 900 });
    expect(playground.clock.now()).toBe(before + 900);
    expect((await served.post('clock', { do: 'next' })).status).toBe(409);
    playground.alarm = instant(before + 3600);
    expect((await served.get('state')).clock.next).toMatch(/12:00$/);
    await served.post('clock', { do: 'next' });
    expect(playground.clock.now()).toBe(before + 3600);
  });

  test('runs by itself, and looking at the page lets the desk catch up', async () => {
    await served.post('clock', { do: 'run', speed: 60 });
    expect(playground.clock.speed).toBe(60);
    const settled = playground.settled;
    expect((await served.get('state')).clock.speed).toBe(60);
    expect(playground.settled).toBe(settled + 1);
  });

  test('starting afresh stops it and takes only presets that there are', async () => {
    await served.act('mark', { do: 'open', title: 'A', body: 'B' });
    await served.post('clock', { do: 'run', speed: 60 });
    expect((await served.post('reset', { preset: 'nonsense' })).status).toBe(404);
    expect((await served.post('reset', { preset: 'standard@1' })).status).toBe(200);
    expect(playground.resets).toEqual(['standard@1']);
    const state = await served.get('state');
    expect(state.issues).toEqual([]);
    expect(state.clock.speed).toBe(0);
  });
});
