import type { Logger } from 'pino';
import type { Probot } from 'probot';
import type { Instant } from './calendar/time.ts';
import type { AppConfig } from './config.ts';
import { createGitHub, type GitHubClient } from './github/client.ts';
import { knownTime } from './github/known-time.ts';
import { Pace } from './github/pace.ts';
import { createDeskApp, createProbot } from './github/probot.ts';
import type { Requests } from './github/requests.ts';
import { GitHubTime } from './github/time.ts';
import type { Forget } from './github/wakes.ts';
import { webhookHandler } from './github/webhook.ts';
import { presetText } from './presets.ts';
import type { Store } from './store/port.ts';
import { toldOf } from './told.ts';
import { Desk } from './watch/desk.ts';
import { type Meter, NO_METER, SETTINGS, type Settings } from './watch/parts.ts';
import { type Handler, WEBHOOK_PATH } from './web/server.ts';

export type ServiceOptions = {
  readonly app: AppConfig;
  /** Closed with the service. */
  readonly store: Store;
  /** The host's. The desk keeps GitHub's time, as far as that is known. */
  readonly clock: () => Instant;
  /** Seconds of a clock that nobody sets, by which it is seen that somebody set the host's. Absent: nobody does. */
  readonly steady?: () => number;
  /** Told by how many seconds the host's clock is ahead of GitHub's, as `GitHubTime` says. */
  readonly skewed?: (aheadS: number) => void;
  readonly log: Logger;
  readonly settings?: Partial<Settings>;
  readonly meter?: Meter;
  /** Told of every request to GitHub. */
  readonly requests?: Requests;
  /** Absent: GitHub's own limits. */
  readonly pace?: Pace;
  readonly fetch?: typeof fetch;
};

/** No pacing: the sandbox and the tests ask a GitHub of their own. */
export const UNPACED = new Pace({ perMinute: Number.POSITIVE_INFINITY, perHour: Number.POSITIVE_INFINITY, gapMs: 0, bareGapMs: 0 });

export type Service = {
  readonly desk: Desk;
  readonly github: GitHubClient;
  readonly probot: Probot;
  readonly webhook: Handler;
  /** Asks GitHub who we are: what our own writes send back then wakes nobody. */
  knowMe(): Promise<void>;
  close(): Promise<void>;
};

/** The App's parts put together: the same for GitHub, the sandbox and the tests. */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { app, log, store, meter = NO_METER } = options;
  const time = timeOf(options);
  const clock = time.now;
  const heard = time.heard(options.fetch ?? fetch);
  const probot = createProbot({
    appId: app.appId,
    privateKey: app.privateKey,
    secret: app.webhookSecret,
    log,
    ...(app.baseUrl ? { baseUrl: app.baseUrl } : {}),
    fetch: heard,
  });
  const halt = new AbortController();
  const github = createGitHub({
    probot,
    clock,
    log,
    pace: options.pace ?? new Pace({}, store),
    kept: { store, appId: app.appId },
    limited: (installation, seconds) => {
      desk.limits.rest(installation, seconds).catch((error: unknown) => notTold(log, error));
    },
    halt: halt.signal,
    ...(options.requests ? { requests: options.requests } : {}),
  });
  const desk = new Desk(
    {
      ...{ github, store, presets: presetText, clock, log, meter, settings: { ...SETTINGS, ...options.settings } },
      time: knownTime(time, {
        ...{ fetch: heard, steady: options.steady ?? options.clock, log, halt: halt.signal, requests: options.requests },
        baseUrl: app.baseUrl,
      }),
    },
    halt,
  );
  let bot: string | undefined;
  await probot.load(
    createDeskApp({
      clock,
      bot: () => bot,
      forget: (what) => forget(github, store, what, log),
      receive: (delivery, wakes) => desk.receive(delivery, wakes),
    }),
    {} as never,
  );
  const deaf = store.listen((heard) => {
    const what = heard.is === 'told' ? toldOf(heard.text) : undefined;
    if (what === 'limits') desk.limits.heed().catch((error: unknown) => log.warn({ err: String(error) }, 'limits were not read'));
    else if (what) github.forgetAll(what);
  });
  const webhook = webhookHandler(probot, { secret: app.webhookSecret, path: WEBHOOK_PATH });
  return {
    desk,
    github,
    probot,
    webhook,
    knowMe: async () => {
      await desk.limits.heed();
      bot = `${(await github.me()).slug}[bot]`;
    },
    close: () => {
      deaf();
      return store.close();
    },
  };
}

/** Clocks that differ are said once, and once more when they do not any longer. */
function timeOf({ clock: host, steady, skewed, log }: ServiceOptions): GitHubTime {
  let differs = false;
  const told = (aheadS: number): void => {
    if (aheadS !== 0) log.warn({ aheadS }, "this host's clock is not GitHub's, whose time the desk keeps: set it by NTP");
    else if (differs) log.info({}, "this host's clock is GitHub's again");
    differs = aheadS !== 0;
    skewed?.(aheadS);
  };
  return new GitHubTime({ host, steady, told });
}

/** Here at once, and in all processes that share the store: what they know of people would serve until it is old. */
function forget(github: GitHubClient, store: Store, what: Forget, log: Logger): void {
  github.forgetAll(what);
  store.tell(JSON.stringify(what)).catch((error: unknown) => notTold(log, error));
}

const notTold = (log: Logger, error: unknown): void => log.warn({ err: String(error) }, 'other processes were not told');
