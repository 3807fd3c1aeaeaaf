import { randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Handler, pathOf, WEBHOOK_PATH } from './server.ts';
import { donePage, problemPage, setupPage } from './setup-pages.ts';

export type SetupOptions = {
  /** Where `app.yml` stands and `.env` is written. */
  readonly folder: string;
  readonly log: Logger;
  readonly fetch?: typeof fetch;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

const Manifest = z.looseObject({ name: z.string().max(34) });
const Converted = z.object({ id: z.number(), pem: z.string(), webhook_secret: z.string().min(1), html_url: z.url() });

/** GitHub's flow has to end within the hour. */
const STATE_MS = 3_600_000;
const STATES_MAX = 20;

/**
 * Registers a GitHub App from `app.yml` (GitHub's manifest flow): `/setup` shows the form that goes to GitHub, `/setup/done` takes the code that
 * GitHub sends back, asks for the App's secrets and writes them to `.env`. Only served while no App is configured, and only to this machine.
 */
export function setupHandler(options: SetupOptions): Handler {
  const states = new Map<string, number>();
  const env = options.env ?? process.env;
  const host = env.GHE_HOST ?? 'github.com';
  const protocol = env.GHE_PROTOCOL ?? 'https';
  return async (req, res) => {
    const path = pathOf(req);
    if (path !== '/setup' && path !== '/setup/done') return false;
    if (req.method !== 'GET') return page(res, 405, problemPage('This page can only be read.'));
    if (!isLocal(req))
      return page(
        res,
        403,
        problemPage('Registering an App is only possible from the machine that Watchkeeper runs on: open this page as http://localhost.'),
      );
    const query = new URL(req.url ?? '/', 'http://localhost').searchParams;
    if (path === '/setup') {
      const state = newState(states);
      const here = `http://${req.headers.host}`;
      const hook = query.get('url') ?? '';
      const problem = hook === '' ? undefined : urlProblem(hook);
      const manifest = hook !== '' && !problem ? manifestText(options.folder, here, hook) : undefined;
      const action = `${protocol}://${host}${orgPath(query.get('org'))}/settings/apps/new?state=${state}`;
      return page(res, 200, setupPage({ manifest, action, problem, url: hook, org: query.get('org') ?? '' }), `${protocol}://${host}`);
    }
    return finish(res, query, states, `${protocol}://${host === 'github.com' ? 'api.github.com' : `${host}/api/v3`}`, options);
  };
}

async function finish(
  res: ServerResponse,
  query: URLSearchParams,
  states: Map<string, number>,
  api: string,
  options: SetupOptions,
): Promise<true> {
  const code = query.get('code') ?? '';
  if (!isKnown(states, query.get('state') ?? ''))
    return page(res, 400, problemPage('This answer belongs to no registration that was begun here within the last hour. Begin again.'));
  if (!/^[\w-]{1,100}$/.test(code)) return page(res, 400, problemPage('GitHub sent no code. Begin again.'));
  const ask = options.fetch ?? fetch;
  const answer = await ask(`${api}/app-manifests/${code}/conversions`, {
    method: 'POST',
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28', 'user-agent': 'watchkeeper' },
    signal: AbortSignal.timeout(20_000),
  }).catch(() => undefined);
  const read = answer?.ok ? Converted.safeParse(await answer.json().catch(() => undefined)) : undefined;
  if (!read?.success) {
    options.log.warn({ status: answer?.status }, 'the manifest was not converted');
    return page(res, 502, problemPage('GitHub did not give out the App: the code may be older than an hour or used before. Begin again.'));
  }
  const { id, pem, webhook_secret, html_url } = read.data;
  writeEnv(join(options.folder, '.env'), { APP_ID: String(id), PRIVATE_KEY: pem, WEBHOOK_SECRET: webhook_secret });
  options.log.info({ app: id }, 'registered; restart to serve it');
  return page(res, 200, donePage(html_url));
}

function manifestText(folder: string, here: string, hook: string): string {
  const manifest = Manifest.parse(parse(readFileSync(join(folder, 'app.yml'), 'utf8')));
  const url = `${hook.replace(/\/+$/, '')}${WEBHOOK_PATH}`;
  return JSON.stringify({ ...manifest, hook_attributes: { url, active: true }, redirect_url: `${here}/setup/done` });
}

function urlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'This must be an address such as https://desk.example.org.';
  if (url.search || url.hash) return 'This must be an address without ? and #.';
  return undefined;
}

const orgPath = (org: string | null): string => (org && /^[\w-]{1,39}$/.test(org) ? `/organizations/${org}` : '');

function newState(states: Map<string, number>): string {
  for (const [state, at] of states) if (at < Date.now() - STATE_MS || states.size >= STATES_MAX) states.delete(state);
  const state = randomBytes(16).toString('hex');
  states.set(state, Date.now());
  return state;
}

function isKnown(states: Map<string, number>, given: string): boolean {
  for (const [state, at] of states) {
    if (state.length !== given.length || !timingSafeEqual(Buffer.from(state), Buffer.from(given))) continue;
    states.delete(state);
    return at >= Date.now() - STATE_MS;
  }
  return false;
}

/** By socket and by name: a page elsewhere whose name leads here (DNS rebinding) is refused. */
function isLocal(req: IncomingMessage): boolean {
  const from = req.socket.remoteAddress ?? '';
  const name = (req.headers.host ?? '').replace(/:\d+$/, '');
  return /^(127\.|::1$|::ffff:127\.)/.test(from) && ['localhost', '127.0.0.1', '[::1]'].includes(name);
}

/** Readable by the owner only; what stood there otherwise stays. */
function writeEnv(path: string, values: Readonly<Record<string, string>>): void {
  const before = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const lines = Object.entries({ ...before, ...values }).map(([key, value]) => `${key}="${(value ?? '').replaceAll('\n', '\\n')}"`);
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
}

function page(res: ServerResponse, status: number, html: string, formTo = ''): true {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${formTo}; frame-ancestors 'none'; base-uri 'none'`,
  });
  res.end(html);
  return true;
}
