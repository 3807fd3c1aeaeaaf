import type { Logger } from 'pino';
import { type ApplicationFunction, Probot, ProbotOctokit } from 'probot';
import type { Instant } from '../calendar/time.ts';
import type { Wake } from '../store/port.ts';
import { type Forget, wakesFor } from './wakes.ts';

export type ProbotSettings = {
  readonly appId: number | string;
  readonly privateKey: string;
  readonly secret: string;
  /** Absent: api.github.com. */
  readonly baseUrl?: string;
  /** In place of Node's, for tests and the sandbox. */
  readonly fetch?: typeof fetch;
  readonly log: Logger;
  readonly version?: string;
};

/** GitHub's newer versions may change what we read; this one stays until we say so. */
const API_VERSION = '2022-11-28';
/** Of requests that bring no timeout of their own: those for a token. */
const TOKEN_TIMEOUT_MS = 15_000;

/** Where the API is: `GHE_HOST` and `GHE_PROTOCOL`, as Probot reads them. */
export const baseUrlOf = (env: { readonly GHE_HOST?: string; readonly GHE_PROTOCOL?: string }): string =>
  env.GHE_HOST ? `${env.GHE_PROTOCOL || 'https'}://${env.GHE_HOST}/api/v3` : 'https://api.github.com';

type Authenticate = (asked: Record<string, unknown>) => Promise<unknown>;

/** Probot makes an Octokit for each event that it hands over; nobody here asks it anything: writes go through `GitHub`, at its pace. */
const UNUSED = { hook: { before() {} } };

/**
 * Probot's Octokit for this desk. Throttling and retries are off: the watch paces and repeats by itself, and Probot's throttle lets one
 * installation wait for another. Options are a function: as an object they would be overridden without a word (`platform.md`, Toolchain).
 */
function deskOctokit(version: string): typeof ProbotOctokit {
  const userAgent = `watchkeeper/${version}`;
  const headers = { 'x-github-api-version': API_VERSION };
  const Lean = ProbotOctokit.plugin((octokit) => {
    octokit.hook.before('request', (options) => {
      Object.assign(options.headers, headers);
    });
    const authenticate = octokit.auth as Authenticate;
    return { auth: (asked: Record<string, unknown>) => (asked?.type === 'event-octokit' ? Promise.resolve(UNUSED) : authenticate(asked)) };
  });
  return Lean.defaults((given: unknown) => {
    const { throttle, auth, ...options } = given as { throttle?: object; auth?: { request?: unknown } };
    // Probot's own request for tokens would go to api.github.com, and GitHub's no to the JWT of a host whose clock is off would stand: without it
    // Octokit asks as for everything else, and once more with the difference that GitHub's `Date` shows.
    const { request: _probots, ...own } = auth ?? {};
    return {
      ...options,
      userAgent,
      throttle: { ...throttle, enabled: false },
      retry: { enabled: false },
      ...(auth ? { auth: own } : {}),
    };
  }) as unknown as typeof ProbotOctokit;
}

export function createProbot(settings: ProbotSettings): Probot {
  const { appId, privateKey, secret, baseUrl, log, version = '0' } = settings;
  const raw = settings.fetch ?? fetch;
  const timed = ((url: string, init?: RequestInit) =>
    raw(url, { ...init, signal: init?.signal ?? AbortSignal.timeout(TOKEN_TIMEOUT_MS) })) as typeof fetch;
  return new Probot({
    appId,
    privateKey,
    secret,
    log: log as never,
    Octokit: deskOctokit(version),
    baseUrl: baseUrl ?? baseUrlOf({}),
    request: { fetch: timed },
  });
}

export type DeskAppOptions = {
  /** Durable when it resolves: only then is GitHub told that the delivery arrived. */
  readonly receive: (delivery: string, wakes: readonly Wake[]) => Promise<unknown>;
  readonly forget: (what: Forget) => void;
  readonly clock: () => Instant;
  /** Login of our own account, `slug[bot]`, once it is known. */
  readonly bot: () => string | undefined;
};

/** Probot writes the whole event onto an error before it logs it: titles and texts of users would stand in the log. */
class NotStored extends Error {
  override readonly name = 'NotStored';
  get event(): undefined {
    return undefined;
  }
  set event(_: unknown) {}
}

/** The Probot app: one handler for whatever comes, events that Probot does not know by name among them. */
export function createDeskApp({ receive, forget, clock, bot }: DeskAppOptions): ApplicationFunction {
  return (app) => {
    app.onAny(async (event) => {
      const woken = wakesFor(event.name, event.payload, clock(), bot());
      for (const what of woken.forget) forget(what);
      if (woken.wakes.length === 0) return;
      await receive(event.id, woken.wakes).catch((error: unknown) => {
        throw new NotStored('the wakes of a delivery were not stored', { cause: error });
      });
    });
  };
}
