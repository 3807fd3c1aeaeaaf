import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { type Instant, iso } from '../calendar/time.ts';
import type { Playground } from './playground.ts';
import { Act, perform } from './web-acts.ts';
import { checkHost, checkOrigin, NotServed, readJson, send, sendJson } from './web-guard.ts';
import { callCounts, issueList, issueView, notifications } from './web-issues.ts';
import { checkView, formsView, policyView } from './web-policy.ts';
import { castView, peopleOf, personNamed, type Scene, sceneOf } from './web-scene.ts';

const PAGE = join(import.meta.dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** A week in one turn, with a look at every ticket each hour, takes some seconds. */
const TURN_S_MAX = 7 * 86_400;
/** A day in a second. */
const SPEED_MAX = 86_400;
const REQUESTS_SHOWN = 100;

export type SandboxOptions = {
  /** Names, besides `localhost` and addresses in digits, under which the page is served. */
  readonly hosts?: readonly string[];
  /** Told of what is a bug. */
  readonly onError?: (error: unknown) => void;
};

type Asked = { readonly playground: Playground; readonly url: URL; readonly body: unknown; readonly inTurn: InTurn };
type InTurn = <T>(work: () => Promise<T>) => Promise<T>;
type Answer = (asked: Asked) => Promise<unknown>;

/**
 * Serves the page at `/`, its files below `/sandbox/` and what it asks below `/sandbox/api/`. Answers false for every other path, which
 * is then somebody else's. Whoever reaches it can be anybody in the sandbox: it is for the machine that it runs on.
 */
export function sandboxHandler(
  playground: Playground,
  options: SandboxOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  const files = new Map(readdirSync(PAGE).map((name) => [`/sandbox/${name}`, join(PAGE, name)]));
  const inTurn = oneByOne();
  return async (request, response) => {
    const url = URL.canParse(request.url ?? '', 'http://x') ? new URL(request.url!, 'http://x') : undefined;
    const path = url?.pathname;
    if (!url || (path !== '/' && path !== '/sandbox' && !path?.startsWith('/sandbox/'))) return false;
    try {
      checkHost(request, options.hosts ?? []);
      if (path?.startsWith('/sandbox/api/')) await api(request, response, { playground, url, inTurn });
      else page(request, response, path === '/' ? join(PAGE, 'index.html') : files.get(path!));
    } catch (error) {
      answerError(response, error, options.onError);
    }
    return true;
  };
}

function page(request: IncomingMessage, response: ServerResponse, file: string | undefined): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new NotServed(405, 'Only GET here.');
  const type = TYPES[extname(file ?? '')];
  if (file === undefined || type === undefined) throw new NotServed(404, 'There is no such page.');
  send(response, 200, type, readFileSync(file));
}

async function api(request: IncomingMessage, response: ServerResponse, asked: Omit<Asked, 'body'>): Promise<void> {
  checkOrigin(request);
  const what = asked.url.pathname.slice('/sandbox/api/'.length);
  const table = request.method === 'POST' ? WRITES : READS;
  const answer = Object.hasOwn(table, what) ? table[what] : undefined;
  const other = request.method === 'POST' ? READS : WRITES;
  if (!answer)
    throw Object.hasOwn(other, what) ? new NotServed(405, 'Not with this method.') : new NotServed(404, 'There is no such thing.');
  if (request.method !== 'POST' && request.method !== 'GET') throw new NotServed(405, 'Not with this method.');
  const body = request.method === 'POST' ? await readJson(request) : undefined;
  sendJson(response, 200, await answer({ ...asked, body }));
}

function answerError(response: ServerResponse, error: unknown, onError: SandboxOptions['onError']): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof NotServed) return sendJson(response, error.status, { error: error.message });
  if (error instanceof z.ZodError) return sendJson(response, 400, { error: 'That is not understood.' });
  onError?.(error);
  sendJson(response, 500, { error: 'The sandbox made a mistake; the terminal says more.' });
}

/** People act one after the other, each seeing what the one before left: the desk is quiet in between. */
function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}

const READS: Readonly<Record<string, Answer>> = {
  state: async ({ playground, inTurn }) => {
    if (playground.clock.speed > 0) await inTurn(() => playground.settle());
    return stateView(await sceneOf(playground));
  },
  issue: async ({ playground, url }) => {
    const scene = await sceneOf(playground);
    const issue = scene.repo.issues[Number(url.searchParams.get('number'))];
    if (!issue) throw new NotServed(404, 'There is no issue with this number.');
    return issueView(scene, issue, personNamed(scene, url.searchParams.get('as') ?? ''));
  },
  forms: async ({ playground }) => formsView((await sceneOf(playground)).repo),
  policy: async ({ playground }) => policyView(await sceneOf(playground)),
  notifications: async ({ playground }) => ({ calls: notifications(await sceneOf(playground)) }),
  requests: async ({ playground }) => requestsView(await sceneOf(playground)),
};

const WRITES: Readonly<Record<string, Answer>> = {
  act: ({ playground, body, inTurn }) => {
    const act = Act.parse(body);
    return inTurn(async () => {
      const done = attempt(await sceneOf(playground), act);
      await playground.settle();
      return done;
    });
  },
  clock: ({ playground, body, inTurn }) => {
    const turn = Turn.parse(body);
    return inTurn(async () => {
      await turned(playground, turn);
      return {};
    });
  },
  check: async ({ playground, body }) => checkView(await sceneOf(playground), Check.parse(body).text),
  reset: ({ playground, body, inTurn }) => {
    const { preset } = Reset.parse(body);
    if (!playground.presets.some(({ id }) => id === preset)) throw new NotServed(404, 'There is no such preset.');
    return inTurn(async () => {
      playground.clock.run(0);
      await playground.reset(preset);
      await playground.settle();
      return {};
    });
  },
};

/** What GitHub or a form refuses is an answer to whoever tried, not a failure of the page. */
function attempt(scene: Scene, act: Act): object {
  try {
    return perform(scene, act);
  } catch (error) {
    if (error instanceof NotServed) return { refused: error.message, fields: error.fields };
    throw error;
  }
}

const Turn = z.discriminatedUnion('do', [
  z.object({ do: z.literal('turn'), seconds: z.int().positive().max(TURN_S_MAX) }),
  z.object({ do: z.literal('next') }),
  z.object({ do: z.literal('run'), speed: z.number().min(0).max(SPEED_MAX) }),
]);
const Check = z.object({ text: z.string().max(300_000) });
const Reset = z.object({ preset: z.string() });

async function turned(playground: Playground, turn: z.infer<typeof Turn>): Promise<void> {
  if (turn.do === 'run') return playground.clock.run(turn.speed);
  if (turn.do === 'turn') return playground.turn(turn.seconds);
  const alarm = await playground.nextAlarm();
  if (alarm === undefined) throw new NotServed(409, 'Nothing is waiting: file an issue first.');
  const seconds = Math.min(alarm - playground.clock.now(), TURN_S_MAX);
  return seconds > 0 ? playground.turn(seconds) : playground.settle();
}

async function stateView(scene: Scene): Promise<object> {
  const { playground, world, repo } = scene;
  const { clock } = playground;
  const now = clock.now();
  const alarm = await playground.nextAlarm();
  const issues = Object.values(repo.issues).filter((issue) => !issue.pull);
  return {
    repository: playground.repository,
    description: repo.description,
    clock: {
      now,
      local: scene.when(now),
      zone: scene.zone,
      utc: iso(now)
        .replace('T', ' ')
        .replace(/:\d\dZ$/, ' UTC'),
      speed: clock.speed,
      next: alarm === undefined ? undefined : scene.when(Math.max(alarm, now) as Instant),
    },
    people: peopleOf(scene).map((one) => castView(scene, one)),
    presets: playground.presets.map(({ id, title }) => ({ id, title })),
    preset: scene.policy?.extends,
    issues: issueList(scene),
    open: issues.filter(({ state }) => state === 'open').length,
    calls: callCounts(scene),
    app: world.state.app.name,
  };
}

function requestsView({ playground, when }: Scene): object {
  const { requests } = playground.twin;
  return {
    total: requests.length,
    requests: requests
      .slice(-REQUESTS_SHOWN)
      .reverse()
      .map(({ method, path, query, status, at }) => ({
        method,
        path: path.replace(/^\/api\/v3(?=\/)/, '') + query,
        status,
        when: when(at),
      })),
  };
}
