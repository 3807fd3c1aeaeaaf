import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { webhookHandler } from '../../src/github/webhook.ts';
import { until } from '../support/until.ts';
import { type House, headersFor, openHouse, posted, pour, SECRET } from './house.ts';

const MB = 1024 * 1024;

describe('bodies', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  });
  afterAll(() => house.close());

  test('10 MB of a genuine webhook are taken', async () => {
    const body = JSON.stringify({ installation: { id: 77 }, action: 'opened', filler: 'x'.repeat(10 * MB) });
    expect(await posted(house.port, body)).toBe(200);
  });

  test('10 MB that are signed and no JSON are answered 400', async () => {
    expect(await posted(house.port, 'x'.repeat(10 * MB))).toBe(400);
  });

  test('10 MB with a wrong signature are answered 401', async () => {
    expect(await posted(house.port, 'x'.repeat(10 * MB), { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).toBe(401);
  });

  test('more than 25 MB are refused by what the head says, before they are sent', async () => {
    const { status, sent } = await pour(house.port, 40 * MB, {}, true);
    expect(status).toBe(413);
    expect(sent).toBeLessThan(10 * MB);
  });

  test('more than 25 MB in chunks are refused when the 25 are over', async () => {
    // The connection goes with the refusal: whether its words still arrive is a matter of luck.
    const { status, sent } = await pour(house.port, 40 * MB, {}, false);
    expect([413, undefined]).toContain(status);
    expect(sent).toBeGreaterThan(24 * MB);
    expect(sent).toBeLessThan(40 * MB);
  });

  test('a body that ends too early, and a client that goes away, leave nothing behind', async () => {
    const socket = connect(house.port, '127.0.0.1');
    const head = Object.entries({ ...headersFor('{}'), host: 'x', 'content-length': '1000' }).map(([key, value]) => `${key}: ${value}`);
    socket.write(`POST /api/github/webhooks HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(await posted(house.port, '{}')).toBe(200);
  });

  test('lengths that contradict each other and broken chunks are not taken for a request', async () => {
    for (const head of [
      'content-length: 2\r\ntransfer-encoding: chunked',
      'content-length: 2\r\ncontent-length: 3',
      'content-length: -1',
    ]) {
      const socket = connect(house.port, '127.0.0.1');
      socket.write(`POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n{}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 400/);
      socket.destroy();
    }
  });
});

test('a body that trickles is given up with 408, and others are served meanwhile', async () => {
  const webhook = webhookHandler({ receive: async () => {} } as never, { secret: SECRET, readTimeoutMs: 200 });
  // As the server sees it: what is still written to a connection that goes may cost the words that were on their way back.
  const answers: number[] = [];
  const server = createServer((req, res) => void webhook(req, res).then(() => answers.push(res.statusCode)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const slow = connect(port, '127.0.0.1').on('error', () => {});
  const head = Object.entries({ ...headersFor('{}'), host: 'x', 'content-length': '100000' }).map(([key, value]) => `${key}: ${value}`);
  slow.write(`POST /api/github/webhooks HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`);
  const drip = setInterval(() => slow.write('{'), 20);
  expect(await posted(port, '{}')).toBe(200);
  await until('it is given up', () => answers.length === 2);
  expect(answers.toSorted()).toEqual([200, 408]);
  clearInterval(drip);
  slow.destroy();
  server.closeAllConnections();
  server.close();
});

describe('memory', () => {
  let child: ChildProcess;
  let port: number;
  const peakMb = async (): Promise<number> => {
    const answer = once(child, 'message') as Promise<[{ maxRssKb: number }]>;
    child.send('?');
    return (await answer)[0].maxRssKb / 1024;
  };
  beforeAll(async () => {
    child = fork(join(import.meta.dirname, 'victim.ts'), { stdio: 'inherit' });
    [{ port }] = (await once(child, 'message')) as [{ port: number }];
    await posted(port, JSON.stringify({ installation: { id: 77 } }));
  });
  afterAll(() => void child.disconnect());

  test('200 MB that nobody signed cost none, with a length or without', async () => {
    const before = await peakMb();
    const unsigned = { 'x-hub-signature-256': undefined };
    const poured = await Promise.all([true, false, true, false].map((withLength) => pour(port, 200 * MB, unsigned, withLength)));
    for (const { status } of poured) expect([401, undefined]).toContain(status);
    const grown = (await peakMb()) - before;
    console.log(`4 × 200 MB unsigned: memory ${before.toFixed(0)} MB, +${grown.toFixed(1)} MB`);
    expect(grown).toBeLessThan(25);
  });

  test('200 MB with a wrong signature cost the 25 MB that GitHub may send, and twelve at once what is set aside for bodies', async () => {
    const before = await peakMb();
    const wrong = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    const poured = await Promise.all(Array.from({ length: 12 }, () => pour(port, 200 * MB, wrong, false)));
    for (const { status } of poured) expect([413, 503, undefined]).toContain(status);
    const grown = (await peakMb()) - before;
    console.log(`12 × 200 MB with a wrong signature: memory ${before.toFixed(0)} MB, +${grown.toFixed(1)} MB`);
    expect(grown).toBeLessThan(250);
    expect(await posted(port, JSON.stringify({ installation: { id: 77 } }))).toBe(200);
  });
});
