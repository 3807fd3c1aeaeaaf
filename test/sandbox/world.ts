import { generateKeyPairSync } from 'node:crypto';
import { ProbotOctokit } from 'probot';
import { at, type Instant, instant, type Seconds } from '../../src/calendar/time.ts';
import { CAST, type SeededWorld, type SeedOptions, seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin, type TwinOptions } from '../../src/sandbox/twin.ts';
import { type ValidatedFetch, validated } from '../openapi/validate.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
export const KEY = String(privateKey.export({ type: 'pkcs1', format: 'pem' }));
export const APP = { id: 4711, slug: 'watchkeeper', key: KEY };
export const SECRET = 'shhh';

/** A clock that stands until it is turned. */
export type TestClock = { now: () => Instant; turn: (s: Seconds) => void };
export function clockAt(iso: string): TestClock {
  let now = at(iso);
  return {
    now: () => now,
    turn: (s) => {
      now = instant(now + s);
    },
  };
}

/** Without Octokit's waiting and repeating. */
export const QuickOctokit = ProbotOctokit.defaults((options: object) => ({
  ...options,
  throttle: { enabled: false },
  retry: { enabled: false },
  log: quiet,
}));
const nothing = (): void => {};
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export const octokitOf = (fetch: typeof globalThis.fetch, installationId?: number, baseUrl?: string) =>
  new QuickOctokit({
    auth: { appId: APP.id, privateKey: KEY, ...(installationId !== undefined && { installationId }) },
    request: { fetch },
    ...(baseUrl !== undefined && { baseUrl }),
  });
export type Octokit = ReturnType<typeof octokitOf>;

export type Scene = SeededWorld & {
  twin: Twin;
  clock: TestClock;
  fetch: ValidatedFetch;
  /** As the App. */
  app: Octokit;
  /** As its installation. */
  octokit: Octokit;
  owner: string;
  repo: string;
  at: { owner: string; repo: string };
};

/** The default world with the App installed, and Octokits whose every exchange is held to GitHub's description. */
export function scene(options: Partial<TwinOptions> & { seed?: SeedOptions } = {}): Scene {
  const clock = clockAt('2026-01-05T09:00:00Z');
  const twin = createTwin({ clock, app: APP, webhookSecret: SECRET, ...options });
  const seeded = seedWorld(twin, options.seed);
  const fetch = validated(twin.fetch);
  const [owner, repo] = seeded.repository.split('/') as [string, string];
  return {
    ...seeded,
    twin,
    clock,
    fetch,
    app: octokitOf(fetch),
    octokit: octokitOf(fetch, seeded.installation),
    owner,
    repo,
    at: { owner, repo },
  };
}

export { CAST };
