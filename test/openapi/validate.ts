import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/**
 * Holds requests and answers to GitHub's published description (`github.json`), and webhook payloads to its `x-webhooks` (`webhooks.json`).
 * Both files are made by `scripts/reduce-openapi.ts`. Undocumented keys of bodies, undocumented query parameters, undocumented status codes and
 * operations that are not in the list are mismatches.
 */
type Schema = { [key: string]: unknown };
type Operation = { query: Record<string, Schema>; body?: Schema | null; bodyRequired?: boolean; responses: Record<string, Schema | null> };
type Described = { from: string; operations: Record<string, Operation>; schemas: Record<string, Schema> };
type DescribedHooks = { from: string; webhooks: Record<string, Schema>; schemas: Record<string, Schema> };

export type Exchange = {
  readonly method: string;
  readonly url: string;
  readonly body?: string | undefined;
  readonly status: number;
  readonly answer: string;
};

/** What every operation may answer though the description seldom says so: wrong or missing credentials, limits, outages, things that went away. */
const ANYWHERE = [400, 401, 403, 404, 410, 429, 500, 502, 503, 504];
const MOVED = [301, 307];
/** What GitHub answers and its description forgets: refusals of what was sent, and 304 to a conditional request. */
const FORGOTTEN: Readonly<Record<string, readonly number[]>> = {
  'PATCH /repos/{owner}/{repo}/labels/{name}': [422],
  'POST /repos/{owner}/{repo}/check-runs': [422],
  'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}': [422],
  'GET /repos/{owner}/{repo}/commits/{ref}/check-runs': [422],
};

const read = <T>(file: string): T => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as T;
let described: Described | undefined;
let hooks: DescribedHooks | undefined;
const github = (): Described => {
  described ??= read<Described>('github.json');
  return described;
};
const webhooks = (): DescribedHooks => {
  hooks ??= read<DescribedHooks>('webhooks.json');
  return hooks;
};

/** Schemas compile one by one when first needed (5–60 ms each). */
class Compiler {
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  readonly #known = new Map<string, ValidateFunction>();
  readonly #id: string;

  constructor(id: string, schemas: Record<string, Schema>) {
    addFormats.default(this.#ajv);
    this.#id = id;
    this.#ajv.addSchema({ $id: id, schemas });
  }

  problems(key: string, schema: Schema, value: unknown): string[] {
    let validate = this.#known.get(key);
    if (!validate) {
      validate = this.#ajv.compile(rebased(schema, this.#id) as Schema);
      this.#known.set(key, validate);
    }
    if (validate(value)) return [];
    const errors = (validate.errors ?? []).filter((one) => one.keyword !== 'anyOf' && one.keyword !== 'oneOf');
    return (errors.length > 0 ? errors : (validate.errors ?? [])).slice(0, 5).map((one) => `${one.instancePath || '/'} ${one.message}`);
  }
}

/** References from inside an operation lead into the common schemas. */
function rebased(value: unknown, id: string): unknown {
  if (Array.isArray(value)) return value.map((one) => rebased(one, id));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === '$ref' ? `${id}${String(one)}` : rebased(one, id)]));
}

let restCompiler: Compiler | undefined;
let hookCompiler: Compiler | undefined;

/** Keys of objects that the schema does not name, though it does not say that there may be others. */
function undocumented(schemas: Record<string, Schema>, schema: Schema, value: unknown, at = ''): string[] {
  if (typeof schema.$ref === 'string') return undocumented(schemas, schemas[schema.$ref.split('/').at(-1)!]!, value, at);
  if (Array.isArray(value)) {
    const items = schema.items as Schema | undefined;
    if (items) return value.flatMap((one, i) => undocumented(schemas, items, one, `${at}/${i}`));
  }
  const choices = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
  if (choices) {
    const inner = schema.properties ? choices.map((one) => merged(schemas, [schema, one])) : choices;
    const found = inner.map((one) => undocumented(schemas, one, value, at));
    return found.reduce((best, one) => (one.length < best.length ? one : best));
  }
  if (Array.isArray(schema.allOf)) return undocumented(schemas, merged(schemas, schema.allOf as Schema[]), value, at);
  const properties = schema.properties as Record<string, Schema> | undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !properties) return [];
  const open = schema.additionalProperties !== undefined && schema.additionalProperties !== false;
  return Object.entries(value).flatMap(([key, one]) => {
    const inner = properties[key];
    if (inner) return undocumented(schemas, inner, one, `${at}/${key}`);
    return open ? [] : [`${at}/${key} is not documented`];
  });
}

function merged(schemas: Record<string, Schema>, parts: readonly Schema[]): Schema {
  const properties: Record<string, Schema> = {};
  for (const part of parts) {
    const resolved = typeof part.$ref === 'string' ? schemas[part.$ref.split('/').at(-1)!]! : part;
    const flat = Array.isArray(resolved.allOf) ? merged(schemas, resolved.allOf as Schema[]) : resolved;
    for (const [key, one] of Object.entries((flat.properties ?? {}) as Record<string, Schema>)) {
      const there = properties[key];
      properties[key] =
        there?.properties && one.properties ? merged(schemas, [there, one]) : there?.properties || there?.$ref ? there : one;
    }
  }
  return { properties };
}

const PREFIX = /^\/api\/v3(?=\/|$)/;
let patterns: { name: string; method: string; pattern: RegExp; literals: number }[] | undefined;

/** The operation of a request: `GET /repos/{owner}/{repo}`; undefined when the description (as reduced) has none. */
export function operationOf(method: string, pathname: string): string | undefined {
  patterns ??= Object.keys(github().operations)
    .map((name) => {
      const [verb, path] = name.split(' ') as [string, string];
      const pattern = path.replace(/\{(\w+)\}/g, (_, key) => (key === 'path' || key === 'ref' ? '.*' : '[^/]+'));
      return {
        name,
        method: verb,
        pattern: new RegExp(`^${pattern}$`),
        literals: path.split('/').filter((part) => !part.startsWith('{')).length,
      };
    })
    .sort((a, b) => b.literals - a.literals);
  const path = pathname
    .replace(PREFIX, '')
    .replace(/^\/repositories\/\d+/, '/repos/by/id')
    .replace(/(\/contents)\/?$/, '$1/');
  return patterns.find((one) => one.method === method && one.pattern.test(path))?.name;
}

/** Everything about one request and its answer that GitHub's description does not allow; empty when it fits. */
export function mismatches(exchange: Exchange): string[] {
  const { method, url, body, status, answer } = exchange;
  const { pathname, searchParams } = new URL(url);
  if (/^(\/api)?\/graphql$/.test(pathname)) return status === 200 || ANYWHERE.includes(status) ? [] : [`graphql answered ${status}`];
  const name = operationOf(method, pathname);
  if (name === undefined) return [`${method} ${pathname}: not an operation of test/openapi/operations.ts`];
  const { operations, schemas } = github();
  restCompiler ??= new Compiler('gh', schemas);
  const operation = operations[name]!;
  const found = [
    ...ofQuery(name, operation, searchParams),
    ...(status === 400 ? [] : ofBody(name, operation, schemas, body ?? '', status)),
    ...ofAnswer(name, operation, schemas, status, answer),
  ];
  return found.map((one) => `${name} (${status}): ${one}`);
}

function ofQuery(name: string, operation: Operation, query: URLSearchParams): string[] {
  return [...query].flatMap(([key, text]) => {
    const schema = operation.query[key];
    if (!schema) return [`query parameter ${key} is not documented`];
    const number = schema.type === 'integer' || schema.type === 'number';
    const value = number ? Number(text) : schema.type === 'boolean' ? text === 'true' : text;
    return restCompiler!.problems(`${name} ?${key}`, schema, value).map((one) => `query parameter ${key}: ${one}`);
  });
}

/** A body that the answer refuses (422) may be wrong: that is what is being tried. */
function ofBody(name: string, operation: Operation, schemas: Record<string, Schema>, text: string, status: number): string[] {
  if (text === '') return operation.bodyRequired && status !== 422 ? ['the body is missing'] : [];
  if (!operation.body) return text === '{}' ? [] : ['a body is not documented'];
  const value: unknown = JSON.parse(text);
  if (status === 422) return [];
  const wrong = restCompiler!.problems(`${name} body`, operation.body, value);
  return [...wrong, ...undocumented(schemas, operation.body, value)].map((one) => `request body: ${one}`);
}

function ofAnswer(name: string, operation: Operation, schemas: Record<string, Schema>, status: number, text: string): string[] {
  if (MOVED.includes(status)) return [];
  if (status === 304) return name.startsWith('GET ') && text === '' ? [] : ['304 with a body or to a write'];
  let schema = operation.responses[String(status)];
  if (schema === undefined) {
    if (FORGOTTEN[name]?.includes(status)) schema = schemas['validation-error'] as Schema;
    else if (ANYWHERE.includes(status)) schema = schemas['basic-error'] as Schema;
    else return [`status ${status} is not documented`];
  }
  if (schema === null) return text === '' || status >= 400 ? [] : ['the answer should be empty'];
  if (text === '') return ['the answer is empty'];
  const value: unknown = JSON.parse(text);
  const wrong = restCompiler!.problems(`${name} ${status}`, schema, value);
  // Errors carry `errors` and `status` where the description is laxer than GitHub.
  const extra = status < 300 ? undocumented(schemas, schema, value) : [];
  return [...wrong, ...extra.slice(0, 5)].map((one) => `answer: ${one}`);
}

/** What GitHub's description of this webhook does not allow in the payload. */
export function payloadMismatches(event: string, action: string | null, payload: unknown): string[] {
  const name = [event, action]
    .filter((part) => part !== null)
    .join('-')
    .replace(/_/g, '-');
  const { webhooks: all, schemas } = webhooks();
  const schema = all[name];
  if (!schema) return [`webhook ${name}: not in test/openapi/operations.ts`];
  hookCompiler ??= new Compiler('hooks', schemas);
  return hookCompiler.problems(name, schema, payload).map((one) => `webhook ${name}: ${one}`);
}

type Seen = { readonly method: string; readonly url: URL; readonly body: string };
type Answered = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string | null };

/** For `createTwin({ observe })`: holds what comes over HTTP to the description too. */
export function observer(): { readonly observe: (asked: Seen, answered: Answered) => void; readonly mismatches: string[] } {
  const found: string[] = [];
  const observe = (asked: Seen, answered: Answered): void => {
    const { method, url, body } = asked;
    if (answered.headers['content-type']?.includes('json') === false) return;
    found.push(...mismatches({ method, url: String(url), body, status: answered.status, answer: answered.body ?? '' }));
  };
  return { observe, mismatches: found };
}

export type ValidatedFetch = typeof fetch & {
  /** All mismatches so far. */
  readonly mismatches: string[];
  /** Which operations were used, with the statuses that came. */
  readonly used: Map<string, Set<number>>;
  /** Throws when there was a mismatch: for `afterEach`. */
  readonly check: () => void;
};

/** The same `fetch`, with every exchange held to GitHub's description. Mismatches are collected: an App would take a throw for a passing fault. */
export function validated(inner: typeof fetch): ValidatedFetch {
  const found: string[] = [];
  const used = new Map<string, Set<number>>();
  const outer: typeof fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
    const body = typeof init?.body === 'string' ? init.body : undefined;
    const response = await inner(input, init);
    const answer = await response.clone().text();
    const name = operationOf(method, new URL(url).pathname) ?? `${method} ${new URL(url).pathname}`;
    used.set(name, (used.get(name) ?? new Set()).add(response.status));
    const plain = response.headers.get('content-type')?.includes('json') === false;
    if (!plain) found.push(...mismatches({ method, url, body, status: response.status, answer }));
    return response;
  };
  const check = (): void => {
    if (found.length > 0) throw new Error(`GitHub's description disagrees:\n${found.slice(0, 20).join('\n')}`);
  };
  return Object.assign(outer, { mismatches: found, used, check });
}
