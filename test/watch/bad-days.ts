import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { at, type Instant, instant } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Pace } from '../../src/github/pace.ts';
import { CAST, seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { createService, type Service, UNPACED } from '../../src/service.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

const KEY = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const SECRET = 'a secret of bad days';
const ROUNDS_MAX = 20_000;

export const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 1h, resolution: 20d } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

/** Names a team too. */
export const LIFE_POLICY = POLICY.replace('at_least: triage', 'at_least: triage, teams: ["@acme/support"]').replace(
  '[owners]',
  '[owners, "@acme/rnd"]',
);
const HOUR = 3_600;

/** One request as the desk sends it: `METHOD /path`, without host and prefix, with what asking GitHub itself does. */
export type Between = (what: string, ask: () => Promise<Response>, init: RequestInit | undefined, address: string) => Promise<Response>;

export type BadDayOptions = {
  readonly policy?: string;
  /** `acme/desk` if absent; each with the App on its owner. */
  readonly repositories?: readonly string[];
  /** Processes that share one store. */
  readonly processes?: number;
  readonly pace?: (store: Store) => Pace;
  /** How far the hosts' clock is ahead of GitHub's. */
  readonly skewS?: number;
  readonly sweepS?: number;
  readonly lagS?: number;
  readonly between?: Between;
  /** Before the first request. */
  readonly before?: (day: BadDay) => void;
};

/** The whole App, in one process or more, against the twin: GitHub's clock and the hosts' are two. Nothing sleeps. */
export class BadDay {
  readonly twin: Twin;
  readonly store = openSqlite(':memory:');
  readonly services: Service[] = [];
  /** What was sent, whether it reached GitHub or not. */
  readonly sent: { readonly what: string; readonly at: Instant; status?: number }[] = [];
  readonly repositories: readonly string[];
  readonly #options: BadDayOptions;
  /** GitHub's. */
  now: Instant = at('2026-01-12T08:00:00Z');
  skewS: number;
  between: Between = (_, ask) => ask();

  private constructor(options: BadDayOptions) {
    this.#options = options;
    this.skewS = options.skewS ?? 0;
    if (options.between) this.between = options.between;
    this.repositories = options.repositories ?? ['acme/desk'];
    this.twin = createTwin({
      clock: { now: () => this.now },
      app: { id: 4711, slug: 'watchkeeper', key: KEY },
      webhookSecret: SECRET,
      autoDeliver: false,
      unkind: { seed: 11, lagS: options.lagS ?? 0 },
      deliver: async ({ event, guid, body, headers }) => {
        const signature = headers['X-Hub-Signature-256'] ?? headers['x-hub-signature-256'] ?? '';
        await this.services[0]!.probot.webhooks.verifyAndReceive({ id: guid, name: event as never, payload: body, signature });
        return { status: 200 };
      },
    });
  }

  static async open(options: BadDayOptions = {}): Promise<BadDay> {
    const day = new BadDay(options);
    options.before?.(day);
    const files = { '.github/support.yml': options.policy ?? POLICY };
    const [first, ...others] = day.repositories;
    seedWorld(day.twin, { repository: first!, files, install: false });
    for (const name of others) {
      day.act.org(name.split('/')[0]!, { admins: [CAST.coordinator] });
      day.act.repository(name, { files, roles: { [CAST.maintainer]: 'maintain', [CAST.productOwner]: 'triage' } });
    }
    for (let i = 0; i < (options.processes ?? 1); i++) await day.start();
    for (const name of day.repositories) day.act.install(name.split('/')[0]!, { by: CAST.coordinator });
    await day.settle();
    return day;
  }

  get act(): Twin['act'] {
    return this.twin.act;
  }

  hostNow(): Instant {
    return instant(this.now + this.skewS);
  }

  /** One more process on the store. `asks`: it hears from GitHub before it begins to work. */
  async start(asks = true): Promise<void> {
    const { pace, sweepS } = this.#options;
    const service = await createService({
      app: { appId: 4711, privateKey: KEY, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
      store: this.store,
      clock: () => this.hostNow(),
      steady: () => this.now,
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      pace: pace?.(this.store) ?? UNPACED,
      fetch: (input, init) => this.#fetch(input, init),
      settings: { sweepS: sweepS ?? 86_400, listS: 86_400, trickleS: 1 },
    });
    this.services.push(service);
    if (asks) await service.knowMe();
    await service.desk.start();
  }

  async #fetch(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const path = url.pathname.replace('/api/v3', '').replace('/api/graphql', '/graphql');
    const row: BadDay['sent'][number] = { what: `${init?.method ?? 'GET'} ${path}`, at: this.now };
    this.sent.push(row);
    const answer = await this.between(row.what, () => this.twin.fetch(input, init), init, String(url));
    row.status = answer.status;
    return answer;
  }

  /** Webhooks and due alarms, at the present instant and the seconds in which a desk waits for replicas. */
  async settle(presentS = 5): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await this.twin.settle();
      let worked = 0;
      while ((await this.turn()) > 0) worked++;
      const next = await this.#next();
      if (next !== undefined && next <= this.now + presentS) this.now = instant(Math.max(this.now, next));
      else if (worked === 0) return;
    }
    throw new Error('the desk does not come to rest');
  }

  async turn(): Promise<number> {
    const worked = await Promise.all(this.services.map((one) => one.desk.turn()));
    return worked.reduce((sum, one) => sum + one, 0);
  }

  /** Lets seconds pass on GitHub's clock, stopping wherever something is due. */
  async forward(seconds: number): Promise<void> {
    const target = instant(this.now + seconds);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await this.settle();
      const next = await this.#next();
      if (next === undefined || next > target) break;
      this.now = instant(Math.max(this.now, next));
    }
    this.now = instant(Math.max(this.now, target));
    await this.settle();
  }

  async #next(): Promise<Instant | undefined> {
    const dues = this.services.map(async ({ desk }) => {
      const due = await desk.nextDue();
      return due && instant(due - desk.parts.clock() + this.now);
    });
    const times = [...(await Promise.all(dues)), this.twin.nextDeliveryAt()];
    const known = times.filter((one) => one !== undefined);
    return known.length > 0 ? instant(Math.min(...known)) : undefined;
  }

  opens(repository = this.repositories[0]!, title = 'Trouble'): number {
    return this.act.openIssue(repository, { by: 'rita', title, body: 'Help' });
  }

  issue(number: number, repository = this.repositories[0]!) {
    return this.twin.world.issue(this.twin.world.theRepo(repository), number);
  }

  labelsOf(number: number, repository = this.repositories[0]!): string[] {
    const { labels } = this.twin.world.theRepo(repository);
    return this.issue(number, repository)
      .labels.map((id) => labels[id]!.name)
      .sort();
  }

  /** Comments of the App with the keys that they carry. */
  own(number: number, repository = this.repositories[0]!): { is: string; keys: string[]; body: string; at: Instant }[] {
    const { comments } = this.twin.world.theRepo(repository);
    return this.issue(number, repository).timeline.flatMap((row) => {
      const one = row.comment === undefined ? undefined : comments[row.comment];
      const key = one && one.authorId === this.twin.world.bot().id ? readKey(one.body)?.key : undefined;
      if (!one || !key) return [];
      return [{ is: key.is, keys: key.is === 'step' ? [...key.steps] : [JSON.stringify(key)], body: one.body, at: one.createdAt }];
    });
  }

  pages(number: number, repository = this.repositories[0]!) {
    return this.own(number, repository).filter((one) => one.is === 'step');
  }

  installation(repository = this.repositories[0]!): number {
    return this.twin.world.installationOf(this.twin.world.theRepo(repository))!.id;
  }

  /** Requests for a repository, its owner or its installation's token since then, GraphQL aside. */
  sentFor(repository: string, from: Instant, to: Instant): string[] {
    const mine = new RegExp(`/repos/${repository}|/installations/${this.installation(repository)}/|/orgs/${repository.split('/')[0]}/`);
    return this.sent.filter((one) => one.at >= from && one.at < to && mine.test(one.what)).map((one) => one.what);
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((one) => one.desk.stop()));
    await this.store.close();
  }
}

const LIMIT = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });

/** What GitHub says on a bad day. */
export const answers = {
  /** Without a header that says how long. */
  secondary: () => json(403, { message: LIMIT, documentation_url: 'https://docs.github.com' }),
  primary: (now: Instant, seconds: number) =>
    json(
      403,
      { message: 'API rate limit exceeded for installation ID 1.' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + seconds), date: new Date(now * 1000).toUTCString() },
    ),
  refused: (status: number, message: string, errors?: readonly unknown[]) => json(status, { message, ...(errors ? { errors } : {}) }),
  graphql: (errors: readonly unknown[], data?: unknown) => json(200, { errors, ...(data === undefined ? {} : { data }) }),
  broken: (status: number) => json(status, { message: 'Server Error' }),
  html: (status: number) =>
    new Response('<!DOCTYPE html><title>Unicorn! · GitHub</title>', { status, headers: { 'content-type': 'text/html; charset=utf-8' } }),
  empty: (status: number) => new Response(null, { status }),
  truncated: (status: number) =>
    new Response('[{"id": 1, "numb', { status, headers: { 'content-type': 'application/json; charset=utf-8' } }),
};

export const reset = (): never => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) });
};
export const timeout = (name: 'AbortError' | 'TimeoutError'): never => {
  throw new DOMException('This operation was aborted', name);
};

/** A ticket's life: filed, breached, answered, fixed by a merge, confirmed. Answers its number. */
export async function lifeOn(day: BadDay): Promise<number> {
  const n = day.opens();
  await day.forward(5 * HOUR);
  day.act.comment('acme/desk', n, 'On it\n/take', 'mark');
  day.act.comment('acme/desk', n, '/sla', 'rita');
  await day.forward(2 * HOUR);
  const pull = day.act.openPull('acme/desk', { by: 'mark', title: 'A fix', body: `Fixes #${n}` });
  await day.forward(2 * HOUR);
  day.act.merge('acme/desk', pull, 'mark');
  await day.forward(2 * HOUR);
  day.act.comment('acme/desk', n, '/confirm', 'rita');
  await day.forward(2 * HOUR);
  return n;
}

/** What everybody sees in the end; throws when something of ours is there twice. */
export function outcomeOf(day: BadDay, n: number) {
  const own = day.own(n);
  const keys = own.flatMap((one) => one.keys);
  if (new Set(keys).size < keys.length) throw new Error(`something is there twice: ${keys.join(', ')}`);
  const { checks, comments } = day.twin.world.theRepo('acme/desk');
  const { state, assignees, timeline } = day.issue(n);
  return {
    labels: day.labelsOf(n),
    state,
    assignees: assignees.length,
    assigned: timeline.filter((row) => row.event === 'assigned').length,
    thumbs: Object.values(comments).reduce((sum, one) => sum + one.reactions.length, 0),
    kinds: own.map((one) => one.is).toSorted(),
    steps: own.flatMap((one) => (one.is === 'step' ? one.keys : [])).toSorted(),
    checks: Object.values(checks).length,
  };
}
