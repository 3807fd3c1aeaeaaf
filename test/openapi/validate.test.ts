import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Exchange, mismatches, payloadMismatches, validated } from './validate.ts';

const url = 'https://api.github.com/repos/acme/desk';
const exchange = (method: string, path: string, body: unknown, status: number, answer: unknown): Exchange => ({
  method,
  url: url + path,
  body: body === undefined ? undefined : JSON.stringify(body),
  status,
  answer: answer === undefined ? '' : JSON.stringify(answer),
});
const label = { id: 1, node_id: 'x', url: 'https://a/b', name: 'n', description: null, color: 'ff0000', default: false };
const create = (body: unknown, status = 201, answer: unknown = label): string[] =>
  mismatches(exchange('POST', '/labels', body, status, answer));

test('a good exchange fits', () => {
  expect(create({ name: 'n', color: 'ff0000' })).toEqual([]);
  expect(mismatches(exchange('GET', '/labels?per_page=100', undefined, 200, [label]))).toEqual([]);
  expect(
    mismatches({ ...exchange('GET', '/issues/1', undefined, 304, undefined), url: `${url}/issues/1`.replace('/repos', '/api/v3/repos') }),
  ).toEqual([]);
});

for (const [claim, found, want] of [
  ['a key of the body that is not documented', create({ name: 'n', colour: 'red' }), '/colour is not documented'],
  ['a body without what it needs', create({ color: 'ff0000' }), "must have required property 'name'"],
  ['a missing body', create(undefined), 'the body is missing'],
  ['a status that is not documented', create({ name: 'n' }, 202), 'status 202 is not documented'],
  ['an answer of the wrong shape', create({ name: 'n' }, 201, { ...label, color: 7 }), '/color must be string'],
  ['a key of the answer that is not documented', create({ name: 'n' }, 201, { ...label, emoji: 'x' }), '/emoji is not documented'],
  [
    'a query parameter that is not documented',
    mismatches(exchange('GET', '/labels?size=3', undefined, 200, [label])),
    'size is not documented',
  ],
  [
    'a value that a query parameter does not take',
    mismatches(exchange('GET', '/issues?state=shut', undefined, 200, [])),
    'query parameter state',
  ],
  ['an operation that is not in the list', mismatches(exchange('GET', '/branches', undefined, 200, [])), 'not an operation'],
  ['an answer where there should be none', mismatches(exchange('DELETE', '/issues/comments/1', undefined, 204, {})), 'should be empty'],
  [
    'a payload of the wrong shape',
    payloadMismatches('label', 'created', { action: 'created', label }),
    "must have required property 'repository'",
  ],
] as const)
  test(`${claim} is a mismatch`, () => expect(found.join('\n')).toContain(want));

test('a fetch that is held to the description collects what disagrees', async () => {
  const answer = async (): Promise<Response> => new Response('{"id":1}', { status: 200, headers: { 'content-type': 'application/json' } });
  const fetch = validated(answer);
  await fetch(`${url}/labels/bug`);
  expect(fetch.mismatches[0]).toContain("must have required property 'node_id'");
  expect(() => fetch.check()).toThrow("GitHub's description disagrees");
  expect([...fetch.used]).toEqual([['GET /repos/{owner}/{repo}/labels/{name}', new Set([200])]]);
});

test('the reduced descriptions say where they come from', () => {
  for (const file of ['github.json', 'webhooks.json'])
    expect(JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')).from).toBe('@octokit/openapi@23.0.2');
});
