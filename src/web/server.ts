import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Health } from '../watch/desk.ts';
import { REASONS, type Reason, type Vitals, vitalsOf } from './health.ts';

/** Answers true when it has taken the request. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

export const WEBHOOK_PATH = '/api/github/webhooks';
const READY_PATHS = ['/api/support/health', '/api/support/health/', '/api/support/health/ready'];
const LIVE_PATH = '/api/support/health/live';

/** Slow or silent clients do not hold a socket longer than this. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Longer than a balancer keeps an idle connection (nginx and those of the clouds: 60 s): the one that uses it must be the one that closes it. */
const KEEP_ALIVE_MS = 75_000;
/** GitHub's headers are some 1 kB. */
const HEADER_BYTES_MAX = 16_384;
/** Node looks for such clients only every 30 s by itself. */
const CHECKING_MS = 5_000;

/** The process's HTTP server: asks each handler in turn. */
export function serverOf(handlers: readonly Handler[], failed: (error: unknown) => void): Server {
  const limits = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
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

/**
 * `GET /api/support/health`, and `…/ready`: 200 when the desk is fit to work, 503 with the reasons when not. `…/live`: 200 unless only a new
 * process would help. They say nothing about any repository.
 */
export function healthHandler(health: (() => Promise<Health>) | Vitals): Handler {
  const vitals = typeof health === 'function' ? vitalsOf(health) : health;
  return async (req, res) => {
    const path = pathOf(req);
    const live = path === LIVE_PATH;
    if (!live && !READY_PATHS.includes(path)) return false;
    if (!reads(req, res)) return true;
    if (live) {
      const stuck = await vitals.stuck();
      json(res, stuck ? 503 : 200, { status: stuck ? 'stuck' : 'live', reasons: stuck ? [told('loop_stuck')] : [] });
      return true;
    }
    const { health: now, reasons } = await vitals.check();
    json(res, reasons.length === 0 ? 200 : 503, {
      status: reasons.length === 0 ? 'ready' : 'not ready',
      store: now?.storeOpen ? 'open' : 'closed',
      caught_up: now?.caughtUp ?? false,
      last_sweep: now?.lastSweepAt === undefined ? null : new Date(now.lastSweepAt * 1000).toISOString(),
      queue_age_s: now?.queueAgeS ?? 0,
      reasons: reasons.map(told),
    });
    return true;
  };
}

const told = (code: Reason) => ({ code, says: REASONS[code] });

/** Whether somebody only wants to read; others are answered. */
export function reads(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true;
  res.setHeader('allow', 'GET, HEAD');
  json(res, 405, { error: 'method not allowed' });
  return false;
}

/** `answered` is told the status of each webhook's answer. */
export const webhookPathHandler =
  (
    webhook: () => (req: IncomingMessage, res: ServerResponse) => Promise<unknown>,
    answered: (status: number) => void = () => {},
  ): Handler =>
  async (req, res) => {
    if (pathOf(req) !== WEBHOOK_PATH) return false;
    await webhook()(req, res);
    answered(res.statusCode);
    return true;
  };
