import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Health } from '../watch/desk.ts';

/** Answers true when it has taken the request. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

export const WEBHOOK_PATH = '/api/github/webhooks';
const HEALTH_PATHS = ['/api/support/health', '/api/support/health/'];

/** Slow or silent clients do not hold a socket longer than this. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** GitHub's headers are some 1 kB. */
const HEADER_BYTES_MAX = 16_384;
/** Node looks for such clients only every 30 s by itself. */
const CHECKING_MS = 5_000;

/** The process's HTTP server: asks each handler in turn. */
export function serverOf(handlers: readonly Handler[], failed: (error: unknown) => void): Server {
  const limits = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECKING_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
  };
  const server = createServer(limits, (req, res) => {
    answer(handlers, req, res).catch((error: unknown) => {
      failed(error);
      if (!res.headersSent) json(res, 500, { error: 'internal error' });
      else res.destroy();
    });
  });
  return server;
}

async function answer(handlers: readonly Handler[], req: IncomingMessage, res: ServerResponse): Promise<void> {
  for (const handler of handlers) if (await handler(req, res)) return;
  json(res, 404, { error: 'not found' });
}

export const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?')[0]!;

export function json(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

/** `GET /api/support/health`: 200 when the desk is fit to work, 503 with the reason when not. Says nothing about any repository. */
export const healthHandler =
  (health: () => Promise<Health>): Handler =>
  async (req, res) => {
    if (!HEALTH_PATHS.includes(pathOf(req))) return false;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('allow', 'GET, HEAD');
      json(res, 405, { error: 'method not allowed' });
      return true;
    }
    const now = await healthOr(health);
    json(res, now.ready ? 200 : 503, {
      status: now.ready ? 'ready' : 'not ready',
      store: now.storeOpen ? 'open' : 'closed',
      caught_up: now.caughtUp,
      last_sweep: now.lastSweepAt === undefined ? null : new Date(now.lastSweepAt * 1000).toISOString(),
      queue_age_s: now.queueAgeS,
    });
    return true;
  };

/** Whatever goes wrong while asking means that the desk is not ready. */
async function healthOr(health: () => Promise<Health>): Promise<Health> {
  try {
    return await health();
  } catch {
    return { ready: false, storeOpen: false, caughtUp: false, queueAgeS: 0 };
  }
}

export const webhookPathHandler =
  (webhook: () => (req: IncomingMessage, res: ServerResponse) => Promise<unknown>): Handler =>
  async (req, res) => {
    if (pathOf(req) !== WEBHOOK_PATH) return false;
    await webhook()(req, res);
    return true;
  };
