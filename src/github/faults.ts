import type { Instant } from '../calendar/time.ts';
import { Fault } from '../watch/github-port.ts';

/** GitHub asks for a minute where it names no time (`platform.md`, 1.7). */
const LIMITED_S = 60;
/** A primary limit is over within the hour. */
export const LIMITED_S_MAX = 3_600;

type Failed = {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly response?: { readonly headers?: Readonly<Record<string, unknown>>; readonly data?: unknown };
  readonly request?: { readonly url?: unknown };
};

/** What an Octokit error means to the desk. `method` is that of the request that we wanted to send. */
export function faultOf(error: unknown, method: string, now: Instant): Fault {
  if (error instanceof Fault) return error;
  const failed = (typeof error === 'object' && error !== null ? error : {}) as Failed;
  const status = typeof failed.status === 'number' ? failed.status : 500;
  const message = String(failed.message ?? '');
  const headers = failed.response?.headers ?? {};
  // The token could not be had: what we wanted to write was not sent.
  const unsent = /\/access_tokens$/.test(String(failed.request?.url ?? ''));
  if (status === 403 || status === 429) {
    const retryAfterS = limitOf(status, message, headers, now);
    if (retryAfterS !== undefined) return new Fault('passing', 'GitHub limits this installation', { limited: true, retryAfterS, status });
  }
  if (status === 404 || status === 410 || (status >= 301 && status <= 308)) return new Fault('gone', 'it is not there', { status });
  if (status >= 500 || status === 408 || status === 409) {
    const answered = failed.response !== undefined;
    const unsure = method !== 'GET' && !unsent && status !== 408 && status !== 409;
    return new Fault('passing', answered ? 'GitHub had a fault' : notAnswered(error), { unsure, ...(answered ? { status } : {}) });
  }
  return new Fault('refused', refusal(status), { status });
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
  status === 401
    ? 'GitHub does not know us'
    : status === 403
      ? 'we may not do that'
      : status === 422
        ? 'GitHub finds it invalid'
        : 'GitHub refuses';

/** Seconds to wait when this is a limit, primary or secondary; undefined when it is a plain no. */
function limitOf(status: number, message: string, headers: Readonly<Record<string, unknown>>, now: Instant): number | undefined {
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return Math.min(Math.max(1, Math.ceil(after)), LIMITED_S_MAX);
  if (String(headers['x-ratelimit-remaining']) === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    return Number.isFinite(reset) ? Math.min(Math.max(1, reset - now), LIMITED_S_MAX) : LIMITED_S;
  }
  return status === 429 || /secondary rate limit|abuse detection|rate limit exceeded/i.test(message) ? LIMITED_S : undefined;
}

type GraphqlFailed = {
  readonly errors?: readonly { readonly type?: unknown; readonly message?: unknown }[];
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, unknown>>;
};

/**
 * A GraphQL answer of status 200 with errors: the part that was answered, when only some of what was asked for is missing or
 * forbidden; else the fault.
 */
export function graphqlFault(error: unknown, now: Instant): { readonly data: unknown } | Fault {
  const failed = (typeof error === 'object' && error !== null ? error : {}) as GraphqlFailed;
  if (!Array.isArray(failed.errors)) return faultOf(error, 'GET', now);
  const text = failed.errors.map((one) => `${String(one?.type)} ${String(one?.message)}`).join(' ');
  if (/RATE_LIMIT/.test(text)) {
    const retryAfterS = limitOf(429, '', failed.headers ?? {}, now) ?? LIMITED_S;
    return new Fault('passing', 'GitHub limits this installation', { limited: true, retryAfterS, status: 200 });
  }
  const partial = failed.errors.every((one) => one?.type === 'NOT_FOUND' || one?.type === 'FORBIDDEN');
  if (partial && failed.data) return { data: failed.data };
  if (partial) return new Fault('gone', 'it is not there', { status: 200 });
  return new Fault('passing', 'GitHub had a fault', { status: 200 });
}
