import { DAY_SECONDS } from '../calendar/dates.ts';
import type { Instant } from '../calendar/time.ts';
import { Fault } from '../watch/github-port.ts';

/** GitHub asks for a minute where it names no time (`platform.md`, 1.7), and for longer and longer when that was too little. */
const LIMITED_S = 60;
const UNTOLD_S_MAX = 960;
/** A limit that comes so soon after another was not waited out. */
const AGAIN_S = 600;
/** A primary limit is over within the hour. A fault that names a longer time is asked about sooner: nobody is sent away for that. */
const HOUR_S = 3_600;
/** Whoever comes back before the time that GitHub names is sent away for longer, so it is heeded, up to a day: somebody's slip must end some time. */
const LIMITED_S_MAX = DAY_SECONDS;
/** The App's own is asked about sooner: its lists, and who we are, concern every installation. */
export const APP_LIMITED_S_MAX = HOUR_S;
/** As HTTP writes a date; `Date.parse` reads many another thing as one. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** A key that GitHub does not take is tried again so often: somebody is about to give us another one, or GitHub's sign-in is about to be mended. */
const KEY_AGAIN_S = 60;

const KEY_WORDS = "GitHub does not take the App's key";
const TOKEN_WORDS = 'GitHub does not take the token that it has just given';
/** Requests that show the App's key, the one for a token among them. */
const AS_APP = /^https?:\/\/[^/]+(?:\/api\/v3)?\/app(?:[/?]|$)/;

type Headers = Readonly<Record<string, unknown>>;
type Failed = {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly headers?: Headers; readonly data?: unknown };
  readonly request?: { readonly url?: unknown };
};

/** Throws while GitHub limits whoever asks, or has just not taken the key: nothing is sent meanwhile. */
export function heed({ limitedAt, limitedUntil, refusedKey }: Limits, now: Instant): void {
  // Before it began: the clock was set back.
  if (now >= limitedUntil || now < limitedAt) return;
  throw refusedKey ? notTaken(refusedKey, limitedUntil - now) : limited(limitedUntil - now);
}

/** When GitHub limited somebody, until when, and how often before in a row. `refusedKey`: in which words it was no limit, but a no to who we are. */
export type Limits = { limitedAt: Instant; limitedUntil: Instant; limits: number; refusedKey: string | false };

export const UNLIMITED: Limits = { limitedAt: 0 as Instant, limitedUntil: 0 as Instant, limits: 0, refusedKey: false };

/**
 * Notes a limit, or a no to the key, and answers it with how long it is heeded, at most `maxS`. Requests that were under way together are limited
 * once.
 */
export function limitedBy(who: Limits, fault: Fault, now: Instant, maxS = LIMITED_S_MAX): Fault {
  if (fault.refusedKey) {
    who.refusedKey = fault.message;
    who.limitedAt = now;
    const waitS = fault.retryAfterS ?? KEY_AGAIN_S;
    who.limitedUntil = (now + waitS) as Instant;
    return notTaken(fault.message, waitS, fault.status);
  }
  who.refusedKey = false;
  if (now >= who.limitedUntil) who.limits = now - who.limitedUntil > AGAIN_S ? 0 : who.limits + 1;
  const waitS = Math.min(maxS, fault.retryAfterS ?? Math.min(UNTOLD_S_MAX, LIMITED_S * 2 ** who.limits));
  who.limitedUntil = Math.max(now < who.limitedAt ? 0 : who.limitedUntil, now + waitS) as Instant;
  who.limitedAt = now;
  return limited(waitS, fault.status);
}

/** As `limitedBy`, as another process was told. */
export const limitedAsTold = (who: Limits, until: Instant, now: Instant): Limits => ({
  limitedAt: now,
  limitedUntil: Math.max(now < who.limitedAt ? 0 : who.limitedUntil, until) as Instant,
  limits: who.limits,
  refusedKey: false,
});

const limited = (retryAfterS?: number, status?: number): Fault =>
  new Fault('passing', 'GitHub limits this installation', {
    limited: true,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
    ...(status === undefined ? {} : { status }),
  });

/** Nobody limits us, and nothing is wrong with the request: whoever waits for it has to know. */
const notTaken = (words: string, retryAfterS: number | undefined, status = 401): Fault =>
  new Fault('passing', words, { refusedKey: true, status, ...(retryAfterS === undefined ? {} : { retryAfterS }) });

/** A no to who we say we are: GitHub says 401, and 403 to whoever has heard that too often in a row. */
export function isNotTaken(error: unknown): boolean {
  const status = statusOf(error);
  return status === 401 || (status === 403 && /\blogin attempts\b/i.test(String((error as Failed).message ?? '')));
}

export const statusOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null ? (error as { status?: unknown }).status : undefined;

/** What an Octokit error means to the desk. `method` is that of the request that we wanted to send. */
export function faultOf(error: unknown, method: string, now: Instant): Fault {
  if (error instanceof Fault) return error;
  const failed = (typeof error === 'object' && error !== null ? error : {}) as Failed;
  const status = typeof failed.status === 'number' ? failed.status : 500;
  const message = String(failed.message ?? '');
  const headers = failed.response?.headers ?? {};
  const url = String(failed.request?.url ?? '');
  // The token could not be had: what we wanted to write was not sent.
  const unsent = /\/access_tokens$/.test(url);
  // A new token was of no use, or not to be had: GitHub's sign-in has a bad day, or the key is not the App's any more.
  if (isNotTaken(error)) return notTaken(url === '' || AS_APP.test(url) ? KEY_WORDS : TOKEN_WORDS, undefined, status);
  if (status === 403 || status === 429) {
    const limit = limitOf(status, message, headers, now);
    if (limit) return limited(limit.seconds, status);
  }
  if (status === 404 || status === 410 || (status >= 301 && status <= 308)) return new Fault('gone', 'it is not there', { status });
  if (status >= 500 || status === 408 || status === 409) {
    const answered = failed.response !== undefined;
    const unsure = method !== 'GET' && !unsent && status !== 408 && status !== 409;
    const after = afterOf(headers, HOUR_S, now);
    return new Fault('passing', answered ? 'GitHub had a fault' : notAnswered(error), {
      unsure,
      ...(answered ? { status } : {}),
      ...(after === undefined ? {} : { retryAfterS: after }),
    });
  }
  if (status === 422 && passes(failed.response?.data))
    return new Fault('passing', 'GitHub finds it invalid for now', { unsure: true, status });
  return new Fault('refused', refusal(status), { status });
}

/**
 * A 422 that is none: GitHub lost sight of the issue itself (seen in 1–2 % of new comments, trstringer/manual-approval#208), or had too many
 * comments too quickly. Whether something was written nobody says.
 */
function passes(data: unknown): boolean {
  const { errors } = Object(data) as { readonly errors?: unknown };
  const says = (one: unknown) => String((Object(one) as { readonly message?: unknown }).message);
  return Array.isArray(errors) && errors.some((one) => /^could not resolve to a node|submitted too quickly/i.test(says(one)));
}

/** With the code of what broke, as Node has it: `ECONNRESET`, `ENOTFOUND`, … or the name of what was thrown. */
function notAnswered(error: unknown): string {
  let code = '';
  for (let one = error, depth = 0; depth < 4 && typeof one === 'object' && one !== null; depth++) {
    const { code: found, name, cause } = one as { code?: unknown; name?: unknown; cause?: unknown };
    code = typeof found === 'string' || typeof name === 'string' ? String(found ?? name) : code;
    one = cause;
  }
  return `GitHub did not answer${code ? ` (${code.slice(0, 40)})` : ''}`;
}

const refusal = (status: number): string =>
  status === 403 ? 'we may not do that' : status === 422 ? 'GitHub finds it invalid' : 'GitHub refuses';

/** When this is a limit, primary or secondary, and for how long, where GitHub says so; undefined when it is a plain no. */
function limitOf(status: number, message: string, headers: Headers, now: Instant): { readonly seconds?: number } | undefined {
  const after = afterOf(headers, LIMITED_S_MAX, now);
  if (after !== undefined) return { seconds: after };
  if (String(headers['x-ratelimit-remaining']) === '0') {
    const leftS = Number(headers['x-ratelimit-reset']) - saidAt(headers, now);
    return leftS > 0 ? { seconds: Math.min(Math.ceil(leftS), HOUR_S) } : {};
  }
  // Whoever names a time, in whatever words, means that we come too often.
  const limits =
    status === 429 || headers['retry-after'] !== undefined || /secondary rate limit|abuse detection|rate limit exceeded/i.test(message);
  return limits ? {} : undefined;
}

/** In how many seconds `retry-after`, in seconds or as a date, lets us come again: at least one. Undefined where it says nothing that we can read. */
function afterOf(headers: Headers, max: number, now: Instant): number | undefined {
  const said = String(headers['retry-after'] ?? '').trim();
  const seconds = HTTP_DATE.test(said) ? Date.parse(said) / 1000 - saidAt(headers, now) : said === '' ? Number.NaN : Number(said);
  return Number.isFinite(seconds) ? Math.min(Math.max(1, Math.ceil(seconds)), max) : undefined;
}

/** By GitHub's own clock: ours may be off, and whoever comes back too early is sent away for longer. */
function saidAt(headers: Headers, now: Instant): number {
  const said = Date.parse(String(headers.date)) / 1000;
  return Number.isNaN(said) ? now : said;
}

type GraphqlFailed = {
  readonly errors?: readonly { readonly type?: unknown; readonly message?: unknown }[];
  readonly data?: unknown;
  readonly headers?: Headers;
};

/**
 * A GraphQL answer of status 200 with errors: the part that was answered, when only some of what was asked for is missing or
 * forbidden; else the fault.
 */
export function graphqlFault(error: unknown, now: Instant): { readonly data: unknown } | Fault {
  const failed = (typeof error === 'object' && error !== null ? error : {}) as GraphqlFailed;
  if (!Array.isArray(failed.errors)) return faultOf(error, 'GET', now);
  // What is not there is named in the message: names are other people's words.
  const isLimit = failed.errors.some(
    (one) => one?.type !== 'NOT_FOUND' && /rate.limit|abuse detection/i.test(`${one?.type} ${one?.message}`),
  );
  if (isLimit) return limited(limitOf(429, '', failed.headers ?? {}, now)?.seconds, 200);
  const partial = failed.errors.every((one) => one?.type === 'NOT_FOUND' || one?.type === 'FORBIDDEN');
  if (partial && failed.data) return { data: failed.data };
  if (partial) return new Fault('gone', 'it is not there', { status: 200 });
  return new Fault('passing', 'GitHub had a fault', { status: 200 });
}
