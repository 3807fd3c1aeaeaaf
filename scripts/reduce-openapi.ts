/**
 * Makes `test/openapi/github.json` and `test/openapi/webhooks.json` from GitHub's published description:
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/package.json package/generated/api.github.com.json
 *     node scripts/reduce-openapi.ts package/generated/api.github.com.json
 *
 * It keeps the operations and webhooks of `test/openapi/operations.ts` with the schemas that they reach, says them in plain JSON Schema
 * (`nullable` becomes a type `null`), and drops examples and descriptions.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OPERATIONS, WEBHOOKS } from '../test/openapi/operations.ts';

type Json = { [key: string]: unknown };

/** What of a schema says something about values. */
const KEPT = [
  ...['type', 'enum', 'format', 'required', 'minItems', 'maxItems', 'minLength', 'maxLength', 'pattern', 'minimum', 'maximum'],
  ...['minProperties', 'maxProperties', 'uniqueItems', 'const'],
];
const LISTS = ['oneOf', 'anyOf', 'allOf'];
/** What ajv-formats checks; GitHub's other formats are words. */
const FORMATS = ['uri', 'date-time', 'date', 'email', 'uuid', 'int64', 'int32'];
/**
 * Where the description contradicts itself. The list of installations says that an account is a user *and* an enterprise at once; the single
 * installation says "or", which is what GitHub sends.
 */
const CORRECTIONS: Readonly<Record<string, Json>> = {
  'GET /app/installations 200': { type: 'array', items: { $ref: '#/components/schemas/installation' } },
};
/** A part at least this long that stands in several places is written once. */
const SHARED_CHARS_MIN = 400;

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node scripts/reduce-openapi.ts <path to api.github.com.json>');
const description = JSON.parse(readFileSync(source, 'utf8')) as { paths: Json; components: Json; 'x-webhooks': Json };

/** The version of the package that the file lies in: `package/generated/…` beside `package/package.json`. */
function versionOf(path: string): string {
  const manifest = join(dirname(path), '..', 'package.json');
  if (!existsSync(manifest)) throw new Error(`no package.json at ${manifest}: extract it too, it says the version`);
  return String((JSON.parse(readFileSync(manifest, 'utf8')) as Json).version);
}

function resolve(value: unknown): Json {
  const ref = (value as { $ref?: string }).$ref;
  if (ref === undefined) return value as Json;
  return resolve(
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Json)[key], description),
  );
}

class Reducer {
  readonly schemas: Json = {};

  schema(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const from = value as Json & { $ref?: string; nullable?: boolean };
    if (from.$ref !== undefined) {
      const name = from.$ref.split('/').at(-1)!;
      if (!(name in this.schemas)) {
        this.schemas[name] = {};
        this.schemas[name] = this.schema(resolve(from));
      }
      return { $ref: `#/schemas/${name}` };
    }
    const to: Json = {};
    for (const key of KEPT) if (from[key] !== undefined) to[key] = from[key];
    if (typeof to.format === 'string' && !FORMATS.includes(to.format)) delete to.format;
    for (const key of LISTS) if (from[key] !== undefined) to[key] = (from[key] as unknown[]).map((one) => this.schema(one));
    for (const key of ['items', 'additionalProperties', 'not']) if (from[key] !== undefined) to[key] = this.schema(from[key]);
    if (from.properties)
      to.properties = Object.fromEntries(Object.entries(from.properties as Json).map(([key, one]) => [key, this.schema(one)]));
    return from.nullable === true ? nullable(to) : to;
  }
}

function nullable(schema: Json): Json {
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return schema.enum ? schema : { anyOf: [schema, { type: 'null' }] };
}

function operation(reducer: Reducer, name: string): Json {
  const [method, path] = name.split(' ') as [string, string];
  const item = description.paths[path] as Json | undefined;
  const found = item?.[method.toLowerCase()] as Json | undefined;
  if (!item || !found) throw new Error(`GitHub does not describe ${name}`);
  const parameters = [...((item.parameters as unknown[]) ?? []), ...((found.parameters as unknown[]) ?? [])].map(resolve);
  const query = parameters.filter((one) => one.in === 'query').map((one) => [one.name, reducer.schema(one.schema)]);
  const responses = Object.entries(found.responses as Json).map(([status, one]) => {
    const correction = CORRECTIONS[`${name} ${status}`];
    return [status, correction ? reducer.schema(correction) : contentOf(reducer, resolve(one))];
  });
  const body = found.requestBody === undefined ? undefined : resolve(found.requestBody);
  return {
    query: Object.fromEntries(query),
    ...(body && { body: contentOf(reducer, body), bodyRequired: body.required === true }),
    responses: Object.fromEntries(responses),
  };
}

function contentOf(reducer: Reducer, from: Json): unknown {
  const json = (from.content as Json | undefined)?.['application/json'] as Json | undefined;
  return json?.schema === undefined ? null : reducer.schema(json.schema);
}

/** Writes long parts that stand in several places once (payloads repeat the same user a dozen times). */
function share(root: Json, schemas: Json): void {
  const seen = new Map<string, number>();
  const visit = (value: unknown, change: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => visit(one, change));
    if (typeof value !== 'object' || value === null) return value;
    const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, visit(one, change)]));
    const text = JSON.stringify(value);
    const isSchema = 'properties' in value || 'anyOf' in value || 'allOf' in value;
    if (!isSchema || text.length < SHARED_CHARS_MIN) return inner;
    const hash = createHash('sha1').update(text).digest('hex').slice(0, 10);
    seen.set(hash, (seen.get(hash) ?? 0) + (change ? 0 : 1));
    if (!change || seen.get(hash)! < 2) return inner;
    schemas[`shared-${hash}`] = inner;
    return { $ref: `#/schemas/shared-${hash}` };
  };
  visit(root, false);
  Object.assign(root, visit(root, true));
}

function write(file: string, content: Json): void {
  const path = join(import.meta.dirname, '..', 'test', 'openapi', file);
  writeFileSync(path, `${JSON.stringify(content)}\n`);
  console.log(`${file}: ${Math.round(JSON.stringify(content).length / 1000)} kB`);
}

const from = `@octokit/openapi@${versionOf(source)}`;
const rest = new Reducer();
const operations = Object.fromEntries(OPERATIONS.map((name) => [name, operation(rest, name)]));
write('github.json', { from, operations, schemas: rest.schemas });

const hooks = new Reducer();
const webhooks: Json = {};
for (const name of WEBHOOKS) {
  const hook = description['x-webhooks'][name] as { post: { requestBody: unknown } } | undefined;
  if (!hook) throw new Error(`GitHub does not describe the webhook ${name}`);
  webhooks[name] = contentOf(hooks, resolve(hook.post.requestBody));
}
const described = { webhooks, schemas: hooks.schemas };
const shared: Json = {};
share(described, shared);
write('webhooks.json', { from, webhooks: described.webhooks, schemas: { ...described.schemas, ...shared } });
