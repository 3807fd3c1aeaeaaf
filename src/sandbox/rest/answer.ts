import type { Hooks } from '../hooks/hooks.ts';
import type { Installation, Repo, Token } from '../state.ts';
import { type Actor, Refused, type World } from '../world/world.ts';

export type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly token: Token; readonly installation: Installation };

export type Body = Record<string, unknown> | readonly unknown[] | undefined;

/** A request that was let in, with what its route needs. */
export type Call = {
  readonly world: World;
  readonly hooks: Hooks;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
  readonly accept: string;
  readonly caller: Caller;
  /** The address that was asked, as the caller wrote it. */
  readonly url: URL;
  /** Of routes below a repository. */
  readonly repo: Repo;
  /** Who writes: the App's bot. */
  readonly actor: Actor;
};

export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** As the OpenAPI description writes it. */
  readonly path: string;
  /** Who may ask. */
  readonly as: Caller['kind'];
  /** Which permission of the installation it takes. */
  readonly needs?: readonly [permission: string, level: 'read' | 'write'];
  readonly run: (call: Call) => Answer;
};

/** What was asked is elsewhere now: 301 to a reader, 307 to a writer. */
export class Moved extends Error {
  /** The path there. */
  readonly to: string;
  constructor(to: string) {
    super('Moved Permanently');
    this.to = to;
  }
}

export const ok = (body: unknown, status = 200): Answer => ({ status, body });
export const nothing: Answer = { status: 204 };
export const notFound = (): Refused => new Refused('Not Found', 404);

/** The body of a request as a JSON object. */
export function objectOf(body: Body): Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
}

export function textOf(body: Body, key: string, resource: string): string {
  const value = objectOf(body)[key];
  if (typeof value === 'string') return value;
  throw new Refused('Validation Failed', 422, [{ resource, field: key, code: value === undefined ? 'missing_field' : 'invalid' }]);
}

/** A list of names: strings, or objects that carry the name under `key`. */
export function namesOf(value: unknown, key: string): string[] {
  if (!Array.isArray(value)) throw new Refused('Invalid request.\n\nAn array was expected.', 422);
  return value.map((one) => (typeof one === 'object' && one !== null ? String((one as Record<string, unknown>)[key]) : String(one)));
}

const PER_PAGE = 30;
const PER_PAGE_MAX = 100;

/** One page of the rows, rendered, with GitHub's `Link`: absolute addresses by the repository's id. */
export function paged<T>(
  call: Call,
  rows: readonly T[],
  render: (row: T) => unknown,
  wrap: (page: unknown[]) => unknown = (page) => page,
): Answer {
  const size = Math.min(PER_PAGE_MAX, Math.max(1, Number(call.query.get('per_page') ?? PER_PAGE) || PER_PAGE));
  const page = Math.max(1, Number(call.query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(rows.length / size));
  const body = wrap(rows.slice((page - 1) * size, page * size).map(render));
  const to = (n: number, rel: string): string => {
    const url = new URL(call.url);
    url.pathname = canonical(call, url.pathname);
    url.searchParams.set('page', String(n));
    return `<${url}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(to(Math.min(page - 1, last), 'prev'));
  if (page < last) links.push(to(page + 1, 'next'), to(last, 'last'));
  if (page > 1) links.push(to(1, 'first'));
  return { status: 200, body, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

function canonical(call: Call, path: string): string {
  return call.repo ? path.replace(/\/repos\/[^/]+\/[^/]+/, `/repositories/${call.repo.id}`) : path;
}
