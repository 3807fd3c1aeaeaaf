import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Instant } from '../calendar/time.ts';
import { type Actions, actionsOn } from './actions.ts';
import { type Deliver, Hooks, postTo } from './hooks/hooks.ts';
import { type Answered, type Asked, type Served, serve } from './rest/serve.ts';
import { type Listening, listenOn } from './server.ts';
import { type DeliveryRow, emptyState, type Permissions, type State } from './state.ts';
import { chanceOf, type Fault, type Unkind } from './unkind.ts';
import { World } from './world/world.ts';

export type TwinApp = {
  readonly id: number;
  readonly slug: string;
  /** The private or the public key, PEM: the twin only verifies with it. */
  readonly key: string;
  readonly name?: string;
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
};

export type TwinOptions = {
  readonly clock: { now(): Instant };
  readonly app: TwinApp;
  readonly webhookSecret: string;
  readonly unkind?: Unkind;
  /** What `save` gave. Its App counts; `app` then only brings the key. */
  readonly state?: State | string;
  /** Takes the webhooks in-process; `webhookUrl` has them posted. Neither: they are kept and never sent. */
  readonly deliver?: Deliver;
  readonly webhookUrl?: string;
  /** Sees every exchange, over HTTP too: `observer()` of `test/openapi/validate.ts` holds it to GitHub's description. */
  readonly observe?: (asked: Asked, answered: Answered) => void;
  /** False: webhooks wait for `settle`. True if absent: they go out by themselves, right after the change. */
  readonly autoDeliver?: boolean;
};

/** One request that the twin answered, for tests to count and look at. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly status: number;
  readonly at: Instant;
};

export type Twin = {
  readonly world: World;
  readonly act: Actions;
  /** `fetch` without sockets: give it to Octokit as `request: { fetch }`. Any host; with or without `/api/v3`. Redirects are followed. */
  readonly fetch: typeof fetch;
  /** One exchange: for a server that serves other paths too (see `answerOver`). Set `world.urls` to where that is. */
  readonly handle: (asked: Asked) => Promise<Answered>;
  /** The same behind node:http; addresses in answers then lead there. */
  readonly listen: (port?: number, host?: string) => Promise<Listening>;
  readonly close: () => Promise<void>;
  /** Sends the webhooks that are due by the clock, and what they set off, until none is left. */
  readonly settle: () => Promise<void>;
  readonly deliveries: () => readonly DeliveryRow[];
  /** When the next delayed webhook is due. */
  readonly nextDeliveryAt: () => Instant | undefined;
  readonly deliverTo: (target: Deliver | string | undefined) => void;
  /** The last requests, newest last; `splice` it as you like. */
  readonly requests: Seen[];
  /** Planned misfortunes: push one, and the next request that fits meets it. */
  readonly faults: Fault[];
  unkind: Unkind;
  /** The whole world as JSON text, with the last webhooks. */
  readonly save: () => string;
};

/** What Watchkeeper asks for (`app.yml`). */
const PERMISSIONS: Permissions = {
  issues: 'write',
  metadata: 'read',
  contents: 'read',
  checks: 'write',
  pull_requests: 'read',
  members: 'read',
};
const EVENTS = ['issues', 'issue_comment', 'pull_request', 'label', 'push', 'check_run', 'repository', 'team', 'membership', 'member'];
const REQUESTS_KEPT = 20_000;
const DELIVERIES_SAVED = 200;
const REDIRECTS_MAX = 5;
/** How many webhooks are on their way at once over HTTP. */
const LANES = 4;

function firstState(options: TwinOptions): State {
  const { id, slug, name, permissions, events } = options.app;
  const now = options.clock.now();
  const state = emptyState({
    id,
    slug,
    name: name ?? slug,
    clientId: `Iv1.${slug}${id}`,
    botId: 41_898_282,
    ownerId: 9919,
    permissions: permissions ?? PERMISSIONS,
    events: events ?? EVENTS,
    createdAt: now,
  });
  state.accounts[9919] = { id: 9919, login: 'app-maker', type: 'User', name: null, createdAt: now };
  state.accounts[41_898_282] = { id: 41_898_282, login: `${slug}[bot]`, type: 'Bot', name: null, createdAt: now };
  return state;
}

/** A small GitHub in memory. See `Actions` for what people do in it, `Unkind` for how it misbehaves. */
export function createTwin(options: TwinOptions): Twin {
  const given = typeof options.state === 'string' ? (JSON.parse(options.state) as State) : options.state;
  const world = new World(given ?? firstState(options), options.clock);
  const { state } = world;
  const chance = chanceOf(options.unkind?.seed ?? 1);
  const hooks = new Hooks(
    world,
    () => state.registered?.webhookSecret ?? options.webhookSecret,
    () => twin.unkind,
    chance,
  );
  hooks.auto = options.autoDeliver ?? true;
  world.lagOf = () => (twin.unkind.lagS ? chance.upTo(twin.unkind.lagS) : 0);
  const served: Served = { world, hooks, key: keyOf(options, state), unkind: () => twin.unkind, faults: [], chance, spent: new Map() };
  const requests: Seen[] = [];
  const handle = async (asked: Asked): Promise<Answered> => {
    const answered = await serve(served, asked);
    const { method, url, body } = asked;
    options.observe?.(asked, answered);
    requests.push({ method, path: url.pathname, query: url.search, body, status: answered.status, at: world.now() });
    if (requests.length > 2 * REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT);
    return answered;
  };
  let listening: Listening | undefined;
  const deliverTo: Twin['deliverTo'] = (target) => {
    hooks.deliver = typeof target === 'string' ? postTo(target) : target;
    hooks.lanes = typeof target === 'string' ? LANES : 1;
  };
  deliverTo(options.deliver ?? options.webhookUrl);
  const twin: Twin = {
    world,
    act: actionsOn(world),
    fetch: fetchOn(handle),
    handle,
    listen: async (port = 0, host = '127.0.0.1') => {
      listening = await listenOn(handle, port, host);
      world.urls = { api: `${listening.url}/api/v3`, html: listening.url };
      return listening;
    },
    close: async () => {
      await listening?.close();
      listening = undefined;
    },
    settle: () => hooks.settle(),
    deliveries: () => state.deliveries,
    nextDeliveryAt: () => hooks.nextDueAt(),
    deliverTo,
    requests,
    faults: served.faults,
    unkind: options.unkind ?? {},
    save: () => JSON.stringify({ ...state, deliveries: state.deliveries.slice(-DELIVERIES_SAVED) }),
  };
  return twin;
}

function keyOf(options: TwinOptions, state: State): () => KeyObject {
  let pem = '';
  let key: KeyObject | undefined;
  return () => {
    const wanted = state.registered?.publicKeyPem ?? options.app.key;
    if (!key || wanted !== pem) key = createPublicKey(wanted);
    pem = wanted;
    return key;
  };
}

function fetchOn(handle: (asked: Asked) => Promise<Answered>): typeof fetch {
  return async (input, init) => {
    const request = input instanceof Request ? input : undefined;
    let method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
    let url = new URL(request ? request.url : String(input));
    const headers = Object.fromEntries(new Headers(init?.headers ?? request?.headers));
    const body = typeof init?.body === 'string' ? init.body : request ? await request.text() : '';
    for (let i = 0; ; i += 1) {
      init?.signal?.throwIfAborted();
      const answered = await handle({ method, url, headers, body });
      init?.signal?.throwIfAborted();
      if (answered.lost)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
      const location = answered.headers.location;
      if (location === undefined || answered.status < 300 || answered.status > 308 || i >= REDIRECTS_MAX || init?.redirect === 'manual')
        return responseOf(answered, url);
      url = new URL(location, url);
      if (answered.status === 303) method = 'GET';
    }
  };
}

function responseOf(answered: Answered, url: URL): Response {
  const response = new Response(answered.body, { status: answered.status, headers: answered.headers });
  // Octokit reads where an answer came from; a Response that was made by hand says nothing.
  Object.defineProperty(response, 'url', { value: String(url) });
  return response;
}
