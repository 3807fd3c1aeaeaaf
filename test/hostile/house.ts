import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { instant } from '../../src/calendar/time.ts';
import { createService, type Service, UNPACED } from '../../src/service.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { healthHandler, serverOf, webhookPathHandler } from '../../src/web/server.ts';

export const SECRET = 'only this test and its server know';
export const PATH = '/api/github/webhooks';

/** The App behind the HTTP server of the process, with a GitHub that answers as `fetch` does (nobody is there if absent). */
export type House = { readonly service: Service; readonly server: Server; readonly port: number; close(): Promise<void> };

export async function openHouse(fetching?: typeof fetch): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'house-'));
  const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const service = await createService({
    app: { appId: 4711, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
    store: openSqlite(join(folder, 'desk.sqlite')),
    clock: () => instant(Date.now() / 1000),
    log: pino({ level: 'silent' }),
    pace: UNPACED,
    fetch: fetching ?? (() => Promise.reject(new TypeError('nobody is there'))),
  });
  const failed: unknown[] = [];
  const handlers = [healthHandler(() => service.desk.health()), webhookPathHandler(() => service.webhook)];
  const server = serverOf(handlers, (error) => failed.push(error));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    service,
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      rmSync(folder, { recursive: true, force: true });
      if (failed.length > 0) throw failed[0];
    },
  };
}

export const signatureOf = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

type Headers = Readonly<Record<string, string | undefined>>;

/** The headers of a webhook whose body is this; `undefined` leaves one out. */
export function headersFor(body: string | Buffer, more: Headers = {}): Record<string, string> {
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signatureOf(body),
    ...more,
  };
  return Object.fromEntries(Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined));
}

/** Posts a body, signed unless `more` says otherwise; answers the status. */
export async function posted(port: number, body: string | Buffer, more: Headers = {}): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', headers: headersFor(body, more), body: body as string });
  await answer.arrayBuffer();
  return answer.status;
}

export type Poured = { readonly status: number | undefined; readonly sent: number };

/**
 * Pours bytes at the server, with a length or in chunks, until it answers or all are sent; whatever it answers while we still send counts. `undefined`
 * when it broke the connection without a word.
 */
export function pour(port: number, bytes: number, headers: Headers, withLength: boolean): Promise<Poured> {
  return new Promise((resolve) => {
    let sent = 0;
    let stopped = false;
    const done = (status: number | undefined) => {
      if (stopped) return;
      stopped = true;
      resolve({ status, sent });
      asking.destroy();
    };
    const length = withLength ? { 'content-length': String(bytes) } : {};
    const asking = request({ port, host: '127.0.0.1', method: 'POST', path: PATH, headers: { ...headersFor('', headers), ...length } });
    asking.on('response', (answer) => done(answer.statusCode));
    asking.on('error', () => setImmediate(() => done(undefined)));
    const chunk = Buffer.alloc(65_536, 'x');
    const more = (): void => {
      while (!stopped && sent < bytes) {
        const part = chunk.subarray(0, Math.min(chunk.length, bytes - sent));
        sent += part.length;
        if (!asking.write(part)) return void asking.once('drain', more);
      }
      if (!stopped) asking.end();
    };
    more();
  });
}
