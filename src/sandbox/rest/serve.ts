import { createHash, type KeyObject, randomUUID } from 'node:crypto';
import { runGraphql } from '../graphql/run.ts';
import type { Hooks } from '../hooks/hooks.ts';
import type { Repo } from '../state.ts';
import type { Chance, Fault, Unkind } from '../unkind.ts';
import { Refused, type World } from '../world/world.ts';
import { type Answer, type Body, type Caller, Moved, notFound, type Route } from './answer.ts';
import { allows, callerOf } from './auth.ts';
import { match } from './routes.ts';

export type Asked = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
/** `lost`: carried out, but the answer never arrives. */
export type Answered = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly lost: boolean;
};

export type Served = {
  readonly world: World;
  readonly hooks: Hooks;
  readonly key: () => KeyObject;
  readonly unkind: () => Unkind;
  readonly faults: Fault[];
  readonly chance: Chance;
  /** Per installation: the hour of the twin's clock and what was spent in it. */
  readonly spent: Map<number, { hour: number; used: number }>;
};

const RATE = 5000;

/** One request from the first byte to the last: the misfortune it meets, who asks, what he may, what comes back. */
export async function serve(by: Served, asked: Asked): Promise<Answered> {
  const path = asked.url.pathname.replace(/^\/api\/v3(?=\/|$)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const { slowMs } = by.unkind().answers ?? {};
  if (slowMs) await new Promise((resolve) => setTimeout(resolve, by.chance.upTo(slowMs)));
  const misfortune = misfortuneOf(by, asked.method, path);
  if (misfortune?.status !== undefined) return failed(by, misfortune.status, misfortune.message ?? 'Server Error', misfortune.headers);
  const answered = answer(by, asked, path);
  return misfortune?.loseAnswer ? { ...answered, lost: true } : answered;
}

/** Planned misfortune first, then chance. Asking GitHub for a token is spared by chance: Octokit does not try that again. */
function misfortuneOf(by: Served, method: string, path: string): Fault | undefined {
  const at = by.faults.findIndex((one) => (one.method === undefined || one.method === method) && (one.path?.test(path) ?? true));
  const planned = by.faults[at];
  if (planned) {
    planned.times = (planned.times ?? 1) - 1;
    if (planned.times <= 0) by.faults.splice(at, 1);
    return planned;
  }
  const { chance } = by;
  const { fail, limit, retryAfterS = 60, lose, loseAnswer } = by.unkind().answers ?? {};
  if (path.startsWith('/app')) return undefined;
  if (chance.hits(fail)) return { status: chance.upTo(1) === 0 ? 502 : 503, message: 'Server Error' };
  if (chance.hits(limit))
    return {
      status: chance.upTo(1) === 0 ? 403 : 429,
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      headers: { 'retry-after': String(retryAfterS) },
    };
  if (method === 'GET' && chance.hits(lose)) return { status: 404, message: 'Not Found' };
  if (method !== 'GET' && chance.hits(loseAnswer)) return { loseAnswer: true };
  return undefined;
}

function answer(by: Served, asked: Asked, path: string): Answered {
  const { world } = by;
  let caller: Caller = { kind: 'nobody' };
  try {
    caller = callerOf(world, by.key(), asked.headers.authorization, Date.now());
    spend(by, caller, 1);
    const done = path === '/graphql' ? graphql(by, asked, caller) : rest(by, asked, path, caller);
    return finished(by, asked, caller, done);
  } catch (error) {
    if (error instanceof Moved) return moved(by, asked, error.to);
    if (error instanceof Refused) return failed(by, error.status, error.message, rateHeaders(by, caller), error.errors);
    throw error;
  }
}

function rest(by: Served, asked: Asked, path: string, caller: Caller): Answer {
  const { world } = by;
  const found = match(asked.method, named(world, path));
  if (!found) throw notFound();
  const { route, params } = found;
  admit(route, caller);
  const repo = params.repo === undefined ? undefined : repoFor(by, asked, route, caller, `${params.owner}/${params.repo}`, path);
  if (route.needs && caller.kind === 'installation' && !allows(caller.token.permissions, ...route.needs))
    throw new Refused('Resource not accessible by integration', 403);
  if (repo?.archived && asked.method !== 'GET') throw new Refused('Repository was archived so is read-only.', 403);
  return route.run({
    world,
    hooks: by.hooks,
    params,
    query: asked.url.searchParams,
    body: parsed(asked.body),
    accept: asked.headers.accept ?? '',
    caller,
    url: asked.url,
    repo: repo as Repo,
    actor: { account: world.bot(), app: true },
  });
}

/** `/repositories/{id}/…` is the same as `/repos/{owner}/{repo}/…`. */
function named(world: World, path: string): string {
  return path.replace(/^\/repositories\/(\d+)(?=\/|$)/, (all, id) => {
    const repo = world.state.repos[Number(id)];
    return repo ? `/repos/${world.fullName(repo)}` : all;
  });
}

function admit(route: Route, caller: Caller): void {
  if (route.as === 'nobody') return;
  if (route.as === 'app' && caller.kind !== 'app') throw new Refused('A JSON web token could not be decoded', 401);
  if (route.as === 'installation' && caller.kind === 'nobody') throw new Refused('Requires authentication', 401);
  if (route.as === 'installation' && caller.kind !== 'installation') throw new Refused('Bad credentials', 401);
}

function repoFor(by: Served, asked: Asked, route: Route, caller: Caller, name: string, path: string): Repo {
  const { world } = by;
  const repo = world.repo(name);
  if (!repo) throw notFound();
  if (caller.kind === 'installation') {
    const covers = world.installationOf(repo) === caller.installation;
    const may = covers && (!caller.token.repoIds || caller.token.repoIds.includes(repo.id));
    // What everybody may read, every installation's token may, too.
    if (!may && repo.private) throw notFound();
    if (!may && asked.method !== 'GET') throw new Refused('Resource not accessible by integration', 403);
  }
  if (world.fullName(repo).toLowerCase() !== name.toLowerCase()) {
    const rest = path.replace(/^\/repos\/[^/]+\/[^/]+/, '');
    throw new Moved(`/repositories/${repo.id}${rest}${asked.url.search}`);
  }
  return route.as === 'app' && !repo ? (undefined as never) : repo;
}

function parsed(text: string): Body {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as Body;
  } catch {
    throw new Refused('Problems parsing JSON', 400);
  }
}

function graphql(by: Served, asked: Asked, caller: Caller): Answer {
  if (caller.kind !== 'installation') throw new Refused('This endpoint requires you to be authenticated.', 401);
  return {
    status: 200,
    body: runGraphql(by.world, caller, parsed(asked.body) as { query?: unknown; variables?: Record<string, unknown> }),
  };
}

function spend(by: Served, caller: Caller, n: number): void {
  if (caller.kind !== 'installation') return;
  const hour = Math.floor(by.world.now() / 3600);
  const row = by.spent.get(caller.installation.id);
  const used = (row?.hour === hour ? row.used : 0) + n;
  by.spent.set(caller.installation.id, { hour, used });
  if (used > RATE && by.unkind().answers?.enforceRate)
    throw new Refused(`API rate limit exceeded for installation ID ${caller.installation.id}.`, 403);
}

function rateHeaders(by: Served, caller: Caller): Record<string, string> {
  const row = caller.kind === 'installation' ? by.spent.get(caller.installation.id) : undefined;
  const used = row?.used ?? 0;
  return {
    'x-ratelimit-limit': String(RATE),
    'x-ratelimit-remaining': String(Math.max(0, RATE - used)),
    'x-ratelimit-used': String(used),
    'x-ratelimit-reset': String(((row?.hour ?? Math.floor(by.world.now() / 3600)) + 1) * 3600),
    'x-ratelimit-resource': 'core',
  };
}

const common = ({ world }: Served): Record<string, string> => ({
  'content-type': 'application/json; charset=utf-8',
  date: new Date(world.now() * 1000).toUTCString(),
  'x-github-media-type': 'github.v3; format=json',
  'x-github-request-id': randomUUID(),
});

/** With an ETag that belongs to the token: the same answer to another token has another. */
function finished(by: Served, asked: Asked, caller: Caller, done: Answer): Answered {
  const plain = typeof done.body === 'string' && done.headers?.['content-type'] !== undefined;
  const body = done.body === undefined ? null : plain ? (done.body as string) : JSON.stringify(done.body);
  const headers: Record<string, string> = { ...common(by), ...done.headers };
  if (body === null) delete headers['content-type'];
  if (asked.method !== 'GET' || done.status !== 200 || body === null)
    return { status: done.status, headers: { ...headers, ...rateHeaders(by, caller) }, body, lost: false };
  const secret = caller.kind === 'installation' ? caller.token.token : caller.kind;
  const etag = `W/"${createHash('sha256')
    .update(`${secret}\0${asked.headers.accept ?? ''}\0${body}`)
    .digest('hex')}"`;
  headers.etag = etag;
  headers['cache-control'] = 'private, max-age=60, s-maxage=60';
  headers.vary = 'Accept, Authorization, Cookie, X-GitHub-OTP';
  if (asked.headers['if-none-match'] !== etag)
    return { status: 200, headers: { ...headers, ...rateHeaders(by, caller) }, body, lost: false };
  // A 304 costs nothing.
  spend(by, caller, -1);
  delete headers['content-type'];
  return { status: 304, headers: { ...headers, ...rateHeaders(by, caller) }, body: null, lost: false };
}

function failed(
  by: Served,
  status: number,
  message: string,
  more: Readonly<Record<string, string>> = {},
  errors?: readonly unknown[],
): Answered {
  const json = { message, ...(errors && { errors }), documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { status, headers: { ...common(by), ...rateHeaders(by, { kind: 'nobody' }), ...more }, body: JSON.stringify(json), lost: false };
}

/** Absolute, below the prefix that the caller used. */
function moved(by: Served, asked: Asked, to: string): Answered {
  const prefix = asked.url.pathname.startsWith('/api/v3/') ? '/api/v3' : '';
  const url = `${asked.url.origin}${prefix}${to}`;
  const answered = failed(by, asked.method === 'GET' ? 301 : 307, 'Moved Permanently', { location: url });
  return { ...answered, body: JSON.stringify({ message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' }) };
}
