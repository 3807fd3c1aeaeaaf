import type { z } from 'zod';
import type { Instant } from '../calendar/time.ts';
import { Fault } from '../watch/github-port.ts';
import { homeOf, type Pages, pageOf, pagesOf } from './addresses.ts';
import { APP_LIMITED_S_MAX, faultOf, graphqlFault, heed, type Limits, limitedAsTold, limitedBy, statusOf, UNLIMITED } from './faults.ts';
import { type Hook, Key } from './key.ts';
import { Lane } from './lane.ts';
import { Lru } from './lru.ts';
import type { Pace, PaceClass, WriteClass } from './pace.ts';
import { type Requests, routeOf, told } from './requests.ts';

export { filePath, pageOf, repoPath } from './addresses.ts';

/** What this room needs of an Octokit: Probot's and any other fit. */
export type Requester = {
  request(route: string, options: Record<string, unknown>): Promise<{ status: number; headers: Record<string, unknown>; data: unknown }>;
  graphql(query: string, variables: Record<string, unknown>): Promise<unknown>;
  auth(options: Record<string, unknown>): Promise<unknown>;
  readonly hook?: Hook;
};

export type Log = {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

export type ApiOptions = {
  /** An Octokit that speaks for an installation, or for the App itself when there is none. */
  readonly connect: (installation: number | undefined) => Promise<Requester>;
  readonly clock: () => Instant;
  readonly pace: Pace;
  readonly timeoutMs: number;
  readonly log: Log;
  readonly limited: (installation: number, seconds: number) => void;
  readonly requests?: Requests;
  /** Aborted when the process is about to end: writes that wait for their turn do not wait any longer. */
  readonly halt?: AbortSignal;
};

/** Who asks: an installation, or the App where it is absent. `id` is the repository that is asked about, so that its renaming is followed. */
export type Scope = { readonly installation?: number; readonly id?: number; readonly reporter?: number };

export type Got<T> = Pages & {
  readonly data: T;
  /** GitHub said 304: the same as when this was asked last. */
  readonly unchanged: boolean;
};

/** An hour's work on a few thousand tickets; older answers are asked for again. */
const CACHE_ENTRIES_MAX = 8_000;
const CACHE_BYTES_MAX = 32_000_000;
/** Octokits are small; GitHub's largest Apps have more installations, but not at work at one time. */
const SESSIONS_MAX = 2_000;
/** 10,000 rows: nothing that the desk reads whole is longer. */
const PAGES_MAX = 100;
/** GitHub's tokens live for an hour. */
const TOKEN_MS = 3_540_000;

type Session = Limits & {
  readonly octokit: Requester;
  readonly lane: Lane;
  token: string;
  /** When it was had, on a clock that nobody sets. */
  tokenMs: number;
  /** Moves with the token: an ETag belongs to a token. */
  epoch: number;
  /** On its way: whoever needs it meanwhile waits for the same answer. */
  asking?: Promise<string> | undefined;
};

type Write = 'POST' | 'PATCH' | 'PUT' | 'DELETE';
type Cached = { readonly etag: string; readonly epoch: number; readonly text: string };
type Answer = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly data: unknown };

/** Requests to GitHub: conditional reads, paced writes, one kind of error. Knows addresses and schemas from its callers only. */
export class Api {
  readonly #options: ApiOptions;
  readonly #sessions = new Lru<Promise<Session>>(SESSIONS_MAX);
  readonly #cache = new Lru<Cached>(CACHE_ENTRIES_MAX, CACHE_BYTES_MAX);
  readonly #key = new Key();
  readonly #told = new Lru<Limits>(SESSIONS_MAX);
  #epochs = 0;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Whether GitHub did not take the App's key when it was last shown. */
  get keyRefused(): boolean {
    return this.#key.refused;
  }

  /** As another process was told: nothing is sent for this installation (0: the App itself) until then. */
  limit(installation: number, until: Instant): void {
    const now = this.#options.clock();
    const key = keyOf(installation === 0 ? {} : { installation });
    const opening = this.#sessions.get(key);
    if (opening) opening.then((session) => Object.assign(session, limitedAsTold(session, until, now))).catch(() => {});
    // Its session will begin with that.
    else this.#told.set(key, limitedAsTold(UNLIMITED, until, now));
  }

  /** GET; an answer that did not change costs nothing and comes from memory. `accept`: in another media type than JSON alone. */
  async get<T>(scope: Scope, path: string, schema: z.ZodType<T>, accept?: string): Promise<Got<T>> {
    const key = `${keyOf(scope)} ${path}${accept === undefined ? '' : ` ${accept}`}`;
    const session = await this.#session(scope);
    const known = this.#cache.get(key);
    const etag = known?.epoch === session.epoch ? known.etag : undefined;
    const headers = { ...acceptOf(accept), ...(etag === undefined ? {} : { 'if-none-match': etag }) };
    const answer = await this.#send(scope, 'GET', path, undefined, headers);
    if (answer.status === 304 && known) return { ...(JSON.parse(known.text) as Omit<Got<T>, 'unchanged'>), unchanged: true };
    const got = { data: this.#parse(schema, answer, 'GET', path), ...pagesOf(answer.headers.link) };
    if (typeof answer.headers.etag === 'string') {
      const text = JSON.stringify(got);
      this.#cache.set(key, { etag: answer.headers.etag, epoch: session.epoch, text }, text.length + key.length);
    }
    return { ...got, unchanged: false };
  }

  /** As `get`; undefined for what is not there. */
  async find<T>(scope: Scope, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      return (await this.get(scope, path, schema)).data;
    } catch (error) {
      if (error instanceof Fault && error.kind === 'gone') return undefined;
      throw error;
    }
  }

  /** All pages of a listing, 100 rows each, up to `max`. */
  async pages<T>(scope: Scope, path: string, schema: z.ZodType<readonly T[]>, max = PAGES_MAX): Promise<T[]> {
    const rows: T[] = [];
    for (let page = 1; page <= max; page++) {
      const got = await this.get(scope, pageOf(path, page), schema);
      rows.push(...got.data);
      if (!got.more) break;
    }
    return rows;
  }

  /** A write, when it is its turn. What the answer says is left out without a schema. */
  async write(scope: Scope, pace: WriteClass, method: Write, path: string, data?: object, accept?: string): Promise<unknown> {
    const session = await this.#session(scope);
    const send = async () => (await this.#send(scope, method, path, data, acceptOf(accept))).data;
    return session.lane.run(pace, send, scope.reporter);
  }

  /** As `write`, and reads the answer. A strange answer leaves open whether the write happened. */
  async writeFor<T>(
    scope: Scope,
    pace: PaceClass,
    method: 'POST' | 'PATCH',
    path: string,
    data: object,
    schema: z.ZodType<T>,
    accept?: string,
  ): Promise<T> {
    const answer = { status: 200, headers: {}, data: await this.write(scope, pace, method, path, data, accept) };
    return this.#parse(schema, answer, method, path);
  }

  /** A query. What is missing or forbidden in it is null. */
  async graphql<T>(scope: Scope, query: string, variables: Record<string, unknown>, schema: z.ZodType<T>): Promise<T> {
    const session = await this.#session(scope);
    const signal = () => AbortSignal.timeout(this.#options.timeoutMs);
    const send = () => session.octokit.graphql(query, { ...variables, request: { signal: signal() } });
    const ask = () => told(this.#options.requests, scope.installation, 'POST', '/graphql', send);
    let data: unknown;
    try {
      data = await this.#withToken(scope, session, ask);
    } catch (error) {
      const read = graphqlFault(error, this.#options.clock());
      if (read instanceof Fault) throw this.#failed(session, scope, read, 'POST', '/graphql');
      data = read.data;
    }
    return this.#parse(schema, { status: 200, headers: {}, data }, 'GET', '/graphql');
  }

  async #send(scope: Scope, method: string, path: string, data: object | undefined, headers: Record<string, string>): Promise<Answer> {
    const session = await this.#session(scope);
    const send = (where: string) =>
      session.octokit.request(`${method} ${where}`, {
        headers,
        ...(data === undefined ? {} : { data }),
        request: { signal: AbortSignal.timeout(this.#options.timeoutMs), redirect: 'manual' },
      });
    const asked = (where: string) => told(this.#options.requests, scope.installation, method, where, () => send(where));
    const ask = (where: string) => (scope.installation === undefined ? this.#key.shown(() => asked(where)) : asked(where));
    try {
      let answer = await this.#withToken(scope, session, () => ask(path));
      const moved = answer.status >= 301 && answer.status <= 308 ? homeOf(scope, path, answer.headers.location) : undefined;
      if (moved !== undefined) answer = await this.#withToken(scope, session, () => ask(moved));
      if (answer.status >= 300) throw { status: answer.status };
      return answer;
    } catch (error) {
      if (statusOf(error) === 304) return { status: 304, headers: {}, data: undefined };
      throw this.#failed(session, scope, faultOf(error, method, this.#options.clock()), method, path);
    }
  }

  /** A token that GitHub took back is asked for once more; then it is not about the token. */
  async #withToken<T>(scope: Scope, session: Session, ask: () => Promise<T>): Promise<T> {
    heed(session, this.#options.clock());
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) !== 401 || scope.installation === undefined) throw error;
      await session.octokit.auth({ type: 'installation', refresh: true });
      return ask();
    }
  }

  #failed(session: Session, scope: Scope, read: Fault, method: string, path: string): Fault {
    const maxS = scope.installation === undefined ? APP_LIMITED_S_MAX : undefined;
    const fault = read.limited || read.refusedKey ? limitedBy(session, read, this.#options.clock(), maxS) : read;
    if (fault.limited && fault.retryAfterS !== undefined) this.#options.limited(scope.installation ?? 0, fault.retryAfterS);
    // Addresses hold names of repositories, people, labels and files: only at debug.
    const fields = {
      installation: scope.installation,
      repo: scope.id,
      method,
      route: routeOf(path),
      status: fault.status,
      fault: fault.kind,
      why: fault.message,
    };
    if (fault.kind === 'gone') this.#options.log.debug({ ...fields, path: path.split('?')[0] }, 'GitHub request failed');
    else this.#options.log.warn({ ...fields, limited: fault.limited, retryAfterS: fault.retryAfterS }, 'GitHub request failed');
    return fault;
  }

  #parse<T>(schema: z.ZodType<T>, answer: Answer, method: string, path: string): T {
    const read = schema.safeParse(answer.data);
    if (read.success) return read.data;
    const issues = read.error.issues.slice(0, 3).map((one) => `${one.path.join('.')} ${one.code}`);
    this.#options.log.warn({ method, route: routeOf(path), issues }, 'GitHub answered in a shape that we do not know');
    throw new Fault('passing', 'GitHub answered in a shape that we do not know', { unsure: method !== 'GET', status: answer.status });
  }

  /** The session of whoever asks, with the token that it has now. */
  async #session(scope: Scope): Promise<Session> {
    const key = keyOf(scope);
    let opening = this.#sessions.get(key);
    if (!opening) {
      opening = this.#open(scope);
      this.#sessions.set(key, opening);
      opening.catch(() => this.#sessions.delete(key));
    }
    const session = await opening;
    if (scope.installation === undefined) return session;
    const token = await this.#token(scope, session);
    if (token !== session.token) {
      session.token = token;
      session.tokenMs = performance.now();
      session.epoch = ++this.#epochs;
    }
    return session;
  }

  async #open(scope: Scope): Promise<Session> {
    const { connect, pace, clock, requests, halt } = this.#options;
    try {
      const octokit = await connect(scope.installation);
      if (scope.installation !== undefined) this.#key.watch(octokit.hook, requests);
      const lane = new Lane(scope.installation ?? 0, pace, clock, halt);
      const limits = this.#told.get(keyOf(scope)) ?? UNLIMITED;
      return { octokit, lane, token: '', tokenMs: 0, epoch: ++this.#epochs, ...limits };
    } catch (error) {
      throw faultOf(error, 'GET', clock());
    }
  }

  async #token(scope: Scope, session: Session): Promise<string> {
    heed(session, this.#options.clock());
    session.asking ??= this.#newest(scope, session).finally(() => {
      session.asking = undefined;
    });
    return session.asking;
  }

  async #newest(scope: Scope, session: Session): Promise<string> {
    // Octokit keeps tokens by the host's clock: after that was set back it would wait for one that GitHub has long forgotten.
    const old = session.token !== '' && performance.now() - session.tokenMs > TOKEN_MS;
    // After a no to the key one request says whether it is taken again, where a look would begin with several.
    const refresh = old || session.refusedKey;
    try {
      const auth = (await session.octokit.auth({ type: 'installation', ...(refresh ? { refresh } : {}) })) as { readonly token?: unknown };
      session.refusedKey = false;
      return String(auth.token);
    } catch (error) {
      throw this.#failed(session, scope, faultOf(error, 'GET', this.#options.clock()), 'POST', '/app/installations/access_tokens');
    }
  }
}

const keyOf = ({ installation }: Scope): string => String(installation ?? 'app');
const acceptOf = (accept: string | undefined): Record<string, string> => (accept === undefined ? {} : { accept });
