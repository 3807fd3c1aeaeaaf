import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { z } from 'zod';
import { writeEnv } from './env-file.ts';
import { type Handler, pathOf, WEBHOOK_PATH } from './server.ts';
import { donePage, problemPage, setupPage } from './setup-pages.ts';

export type SetupOptions = {
  /** Where `app.yml` stands. */
  readonly appFolder: string;
  /** Where `.env` is written: the folder that the program is started in. */
  readonly envFolder: string;
  /** Where GitHub's pages and its API are. */
  readonly github: { readonly url: string; readonly api: string };
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly clock: () => number;
  readonly fetch?: typeof fetch;
};

/** `public` must be stated: GitHub would otherwise take what Probot once made of its absence, an App that anybody may install. */
const Manifest = z.looseObject({ name: z.string().max(34), public: z.boolean() });
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
  const { github } = options;
  return async (req, res) => {
    const path = pathOf(req).replace(/(?<=.)\/$/, '');
    if (path !== '/setup' && path !== '/setup/done') return false;
    if (req.method !== 'GET') return page(res, 405, problemPage('This page can only be read.'));
    if (!isLocal(req))
      return page(
        res,
        403,
        problemPage('Registering an App is only possible from the machine that Watchkeeper runs on: open this page as http://localhost.'),
      );
    const query = new URLSearchParams((req.url ?? '').split('?')[1]);
    if (path === '/setup/done') return finish(res, query, states, options);
    const hook = (query.get('url') ?? '').trim();
    const org = (query.get('org') ?? '').trim();
    const problem = (hook === '' ? undefined : urlProblem(hook)) ?? orgProblem(org);
    if (hook === '' || problem)
      return page(res, problem ? 400 : 200, setupPage({ manifest: undefined, action: '', problem, url: hook, org }));
    const manifest = manifestText(options.appFolder, `http://${req.headers.host}`, hook);
    const state = newState(states, options.clock());
    const action = `${github.url}${org === '' ? '' : `/organizations/${org}`}/settings/apps/new?state=${state}`;
    return page(res, 200, setupPage({ manifest, action, problem, url: hook, org }), new URL(github.url).origin);
  };
}

async function finish(res: ServerResponse, query: URLSearchParams, states: Map<string, number>, options: SetupOptions): Promise<true> {
  const code = query.get('code') ?? '';
  if (!isKnown(states, query.get('state') ?? '', options.clock()))
    return page(res, 400, problemPage('This answer belongs to no registration that was begun here within the last hour. Begin again.'));
  if (!/^[\w-]{1,100}$/.test(code)) return page(res, 400, problemPage('GitHub sent no code. Begin again.'));
  const ask = options.fetch ?? fetch;
  const answer = await ask(`${options.github.api}/app-manifests/${code}/conversions`, {
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
  const path = join(options.envFolder, '.env');
  try {
    writeEnv(path, { APP_ID: String(id), PRIVATE_KEY: pem, WEBHOOK_SECRET: webhook_secret });
  } catch (error) {
    options.log.warn({ err: String(error) }, 'the secrets were not written');
    return page(
      res,
      500,
      problemPage(`GitHub made the App, but ${path} cannot be written. Delete the App on GitHub, mend this, and begin again.`),
    );
  }
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
  if (url.username || url.password) return 'This must be an address without a name and a password.';
  if (isThisMachine(url.hostname)) return 'GitHub cannot reach this address: it leads to whatever machine it is opened on.';
  return undefined;
}

const isThisMachine = (host: string): boolean => /^(localhost|.*\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/i.test(host);

const orgProblem = (org: string): string | undefined =>
  org === '' || /^[\w-]{1,39}$/.test(org) ? undefined : 'This is no name of an organization.';

function newState(states: Map<string, number>, now: number): string {
  for (const [state, at] of states) if (at < now - STATE_MS || states.size >= STATES_MAX) states.delete(state);
  const state = randomBytes(16).toString('hex');
  states.set(state, now);
  return state;
}

/** Once: a state is used up by the answer that names it. */
function isKnown(states: Map<string, number>, given: string, now: number): boolean {
  for (const [state, at] of states) {
    const [ours, theirs] = [Buffer.from(state), Buffer.from(given)];
    if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) continue;
    states.delete(state);
    return at >= now - STATE_MS;
  }
  return false;
}

/** By socket and by name: a page elsewhere whose name leads here (DNS rebinding) is refused, and so is whoever comes through a proxy. */
function isLocal(req: IncomingMessage): boolean {
  if (req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined) return false;
  const from = req.socket.remoteAddress ?? '';
  const name = (req.headers.host ?? '').replace(/:\d+$/, '');
  return /^(127\.|::1$|::ffff:127\.)/.test(from) && ['localhost', '127.0.0.1', '[::1]'].includes(name);
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
