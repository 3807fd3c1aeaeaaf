import type { Caller } from '../rest/answer.ts';
import type { World } from '../world/world.ts';
import { type Context, type Field, GraphqlRefused, type Thing } from './lookups.ts';
import { type Document, parseGraphql, type Selection, type Value } from './parse.ts';
import { fieldsOf, possibleTypes } from './schema.ts';

type GraphqlError = { message: string; type?: string; path?: (string | number)[] };
export type GraphqlAnswer = { data?: unknown; errors?: GraphqlError[] };

const FRAGMENT_DEPTH_MAX = 50;

/** Answers as GitHub does: always HTTP 200, problems in `errors`. Fields that the twin does not know are errors before anything is looked up. */
export function runGraphql(
  world: World,
  caller: Caller & { kind: 'installation' },
  body: { query?: unknown; variables?: Record<string, unknown> },
): GraphqlAnswer {
  let document: Document;
  try {
    document = parseGraphql(String(body?.query ?? ''));
  } catch (error) {
    if (error instanceof SyntaxError) return { errors: [{ message: error.message }] };
    throw error;
  }
  const operation = document.operations[0];
  if (!operation) return { errors: [{ message: 'A query attribute must be specified and must be a string.' }] };
  const root = operation.type === 'mutation' ? 'Mutation' : 'Query';
  const unknown: GraphqlError[] = [];
  check(document, operation.selections, root, unknown, [operation.type]);
  if (unknown.length > 0) return { errors: unknown };
  const errors: GraphqlError[] = [];
  const run: Run = { document, errors, variables: body.variables ?? {}, context: { world, caller } };
  const data = select(run, operation.selections, { __typename: root }, []);
  return errors.length > 0 ? { data, errors } : { data };
}

function check(document: Document, selections: readonly Selection[], type: string, errors: GraphqlError[], path: string[]): void {
  if (path.length > FRAGMENT_DEPTH_MAX) return;
  for (const one of selections) {
    if (one.kind === 'inline') check(document, one.selections, one.on ?? type, errors, path);
    else if (one.kind === 'spread') {
      const fragment = document.fragments[one.name];
      if (fragment) check(document, fragment.selections, fragment.on, errors, [...path, `...${one.name}`]);
      else errors.push({ message: `Fragment ${one.name} was used, but not defined` });
    } else if (one.name !== '__typename') {
      const field = fieldsOf(type)?.[one.name];
      const at = [...path, one.key];
      if (!field) errors.push({ message: `Field '${one.name}' doesn't exist on type '${type}'`, path: at });
      else {
        for (const arg of Object.keys(one.args))
          if (!field.args?.includes(arg)) errors.push({ message: `Field '${one.name}' doesn't accept argument '${arg}'`, path: at });
        if (field.type && one.selections.length === 0)
          errors.push({ message: `Field must have selections (field '${one.name}' returns ${field.type})`, path: at });
        if (field.type) check(document, one.selections, field.type, errors, at);
      }
    }
  }
}

type Run = {
  readonly document: Document;
  readonly errors: GraphqlError[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: Context;
};

function select(run: Run, selections: readonly Selection[], thing: Thing, path: (string | number)[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  collect(run, selections, thing, path, out);
  return out;
}

function collect(run: Run, selections: readonly Selection[], thing: Thing, path: (string | number)[], out: Record<string, unknown>): void {
  const is = (type: string | undefined): boolean =>
    type === undefined || type === thing.__typename || possibleTypes(type).includes(thing.__typename);
  for (const one of selections) {
    if (one.kind === 'inline') {
      if (is(one.on)) collect(run, one.selections, thing, path, out);
    } else if (one.kind === 'spread') {
      const fragment = run.document.fragments[one.name]!;
      if (is(fragment.on)) collect(run, fragment.selections, thing, path, out);
    } else if (one.name === '__typename') out[one.key] = thing.__typename;
    else out[one.key] = field(run, one, fieldsOf(thing.__typename)![one.name]!, thing, [...path, one.key]);
  }
}

function field(run: Run, one: Selection & { kind: 'field' }, how: Field, thing: Thing, path: (string | number)[]): unknown {
  const args: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(one.args)) args[key] = resolved(run, value);
  const complete = (value: unknown, at: (string | number)[]): unknown => {
    if (value === null || value === undefined) return null;
    if (value instanceof GraphqlRefused) {
      run.errors.push({ type: value.type, path: at, message: value.message });
      return null;
    }
    if (!how.type) return value;
    const thing = value as Thing;
    return select(run, one.selections, possibleTypes(how.type).length > 0 ? thing : { ...thing, __typename: how.type }, at);
  };
  try {
    const value = how.get(thing, args, run.context);
    return Array.isArray(value) ? value.map((item, i) => complete(item, [...path, i])) : complete(value, path);
  } catch (error) {
    if (!(error instanceof GraphqlRefused)) throw error;
    return complete(error, path);
  }
}

function resolved(run: Run, value: Value): unknown {
  if (value.kind === 'plain') return value.value;
  if (value.kind === 'variable') return run.variables[value.name];
  if (value.kind === 'list') return value.values.map((one) => resolved(run, one));
  return Object.fromEntries(Object.entries(value.fields).map(([key, one]) => [key, resolved(run, one)]));
}
