import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { wakesFor } from '../../src/github/wakes.ts';
import { checkReceived } from '../../src/store/limits.ts';
import { type House, openHouse, posted, signatureOf } from './house.ts';

type Example = Readonly<Record<string, unknown>>;

const FOLDER = dirname(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples/package.json')));
const EXAMPLES: readonly (readonly [event: string, payload: Example])[] = readdirSync(FOLDER, { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .flatMap(({ name }) => JSON.parse(readFileSync(join(FOLDER, name, 'index.json'), 'utf8')) as { name: string; examples: Example[] }[])
  .flatMap(({ name, examples }) => examples.map((payload) => [name, payload] as const));

const INSTALLED = { installation: { id: 77 } };
const SUBJECT = /^(app|(installation|repository|sweep):[1-9]\d*|(issue|pull):[1-9]\d*:[1-9]\d*)$/;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function aliveAndSane(): Promise<void> {
  const alarms = await house.service.desk.store.alarms();
  for (const alarm of alarms) expect(alarm.subject).toMatch(SUBJECT);
  expect(new Set(alarms.map((one) => one.subject)).size).toBe(alarms.length);
  const health = await fetch(`http://127.0.0.1:${house.port}/api/support/health`);
  expect(await health.json()).toMatchObject({ store: 'open' });
}

describe('official examples', () => {
  test(`all ${EXAMPLES.length} are taken, as they are and from an installation, and leave a sane store`, async () => {
    expect(EXAMPLES.length).toBeGreaterThan(400);
    const lanes = Array.from({ length: 8 }, (_, lane) => EXAMPLES.filter((_one, i) => i % 8 === lane));
    const refused: string[] = [];
    await Promise.all(
      lanes.map(async (lane) => {
        for (const [event, example] of lane) {
          for (const payload of [example, { ...INSTALLED, ...example }]) {
            const status = await posted(house.port, JSON.stringify(payload), { 'x-github-event': event });
            if (status !== 200) refused.push(`${event} ${String(payload.action)}: ${status}`);
          }
        }
      }),
    );
    expect(refused).toEqual([]);
    const subjects = (await house.service.desk.store.alarms()).map((one) => one.subject.split(':')[0]);
    expect(new Set(subjects)).toEqual(new Set(['app', 'issue', 'pull', 'repository']));
    await aliveAndSane();
    // Nobody knows these repositories: the rows go, nothing fails.
    for (let i = 0; i < 50 && (await house.service.desk.turn()) > 0; i++);
    await aliveAndSane();
  });

  test('a delivery that comes twice counts once', async () => {
    const payload = { ...INSTALLED, ...EXAMPLES.find(([event, one]) => event === 'issues' && one.action === 'opened')![1] };
    const ask = () => posted(house.port, JSON.stringify(payload), { 'x-github-delivery': 'twice', 'x-github-event': 'issues' });
    expect(await ask()).toBe(200);
    const before = await house.service.desk.store.alarms();
    expect(await ask()).toBe(200);
    expect(await house.service.desk.store.alarms()).toEqual(before);
  });

  test('with any part of them torn out, or something else in its place, they wake nobody wrong and throw nothing', () => {
    const read = new Set([
      'issues',
      'issue_comment',
      'pull_request',
      'push',
      'installation',
      'installation_repositories',
      'repository',
      'label',
      'check_run',
    ]);
    const some = EXAMPLES.filter(([event]) => read.has(event));
    const odd = fc.oneof(
      fc.constantFrom<unknown>(null, undefined, [], {}, '', 'x', true, -1, 0, 1.5, 2 ** 53, 1e308, Number.NaN, { __proto__: null }, [[[]]]),
      fc.string(),
      fc.string({ unit: 'grapheme', minLength: 40, maxLength: 300 }),
    );
    const property = fc.property(
      fc.nat(some.length - 1),
      fc.array(fc.nat(400), { minLength: 1, maxLength: 6 }),
      odd,
      (index, path, value) => {
        const [event, example] = some[index]!;
        const payload = structuredClone({ ...INSTALLED, ...example }) as Record<string, unknown>;
        tear(payload, path, value);
        const { wakes, forget } = wakesFor(event, payload, instant(1_800_000_000), 'watchkeeper[bot]');
        expect(() => checkReceived(wakes)).not.toThrow();
        for (const wake of wakes) {
          expect(wake.subject).toMatch(SUBJECT);
          // The look at the App is no installation's: it must not go with one.
          expect(Number.isSafeInteger(wake.installation) && wake.installation > 0).toBe(wake.subject !== 'app');
        }
        for (const one of forget) expect(Number.isSafeInteger(one.installation)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 4_000, seed: 7 });
  });
});

/** Follows the path down, as far as it goes, towards what the desk reads; the last thing on it becomes the value. */
function tear(payload: Record<string, unknown>, path: readonly number[], value: unknown): void {
  const keys = [
    'installation',
    'repository',
    'issue',
    'comment',
    'pull_request',
    'repositories',
    'id',
    'number',
    'owner',
    'login',
    'sender',
    'label',
    'assignee',
    'name',
    'action',
    'ref',
    'commits',
  ];
  let at: Record<string, unknown> = payload;
  for (const [depth, n] of path.entries()) {
    const mine = Object.keys(at);
    if (mine.length === 0) return;
    const known = keys.filter((key) => mine.includes(key));
    const key = known.length > 0 && n % 4 > 0 ? known[n % known.length]! : mine[n % mine.length]!;
    const next = at[key];
    if (depth < path.length - 1 && typeof next === 'object' && next !== null) at = next as Record<string, unknown>;
    else {
      at[key] = value;
      return;
    }
  }
}

for (const [claim, more] of [
  ['a label of 50 emoji', { action: 'labeled', label: { name: '🟡'.repeat(50) } }],
  ['a label of 50 families', { action: 'unlabeled', label: { name: '👨‍👩‍👧‍👦'.repeat(50) } }],
  ['a login of 200 characters', { action: 'assigned', assignee: { login: 'x'.repeat(200) } }],
] as const)
  test(`${claim} is kept like any other`, async () => {
    const repository = { id: 99, name: 'desk', owner: { login: 'acme' }, default_branch: 'main' };
    const body = JSON.stringify({ ...INSTALLED, repository, issue: { number: 1 }, ...more });
    expect(await posted(house.port, body, { 'x-github-event': 'issues' })).toBe(200);
    const rows = await house.service.desk.store.alarms();
    expect(rows.find((one) => one.subject === 'issue:99:1')?.expect).toContainEqual(expect.stringMatching(/^(un)?(label|assign):#\w+$/));
  });

describe('what is not from GitHub', () => {
  const body = JSON.stringify({ ...INSTALLED, action: 'opened' });
  const good = signatureOf(body);
  for (const [claim, headers, status] of [
    ['without a signature', { 'x-hub-signature-256': undefined }, 401],
    ['with an empty signature', { 'x-hub-signature-256': '' }, 401],
    ['with garbage for a signature', { 'x-hub-signature-256': 'garbage' }, 401],
    ['with the signature of another secret', { 'x-hub-signature-256': signatureOf(body, 'another') }, 401],
    ['with the signature of another body', { 'x-hub-signature-256': signatureOf(`${body} `) }, 401],
    ['signed with an empty secret', { 'x-hub-signature-256': signatureOf(body, '\0') }, 401],
    ['with a signature of one digit too few', { 'x-hub-signature-256': good.slice(0, -1) }, 401],
    ['with a signature of one digit too many', { 'x-hub-signature-256': `${good}0` }, 401],
    ['with a signature of 10,000 digits', { 'x-hub-signature-256': `sha256=${'0'.repeat(10_000)}` }, 401],
    ['with two signatures, one of them good', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}, ${good}` }, 401],
    [
      'with the old SHA-1 alone',
      { 'x-hub-signature-256': undefined, 'x-hub-signature': 'sha1=0000000000000000000000000000000000000000' },
      401,
    ],
    ['without an event', { 'x-github-event': undefined }, 400],
    ['without a delivery id', { 'x-github-delivery': undefined }, 400],
    ['with an event that is a path', { 'x-github-event': '../../etc' }, 400],
    ['with a delivery id that is no id', { 'x-github-delivery': "'; drop table alarm; --" }, 400],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ] as const)
    test(`${claim} is answered ${status} and wakes nobody`, async () => {
      const before = await house.service.desk.store.alarms();
      expect(await posted(house.port, body, headers)).toBe(status);
      expect(await house.service.desk.store.alarms()).toEqual(before);
    });

  test('other methods are answered 405, unless it is not our address', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await fetch(`http://127.0.0.1:${house.port}/api/github/webhooks`, { method })).status).toBe(405);
      expect((await fetch(`http://127.0.0.1:${house.port}/api/github/webhook`, { method })).status).toBe(404);
    }
  });
});

describe('what is signed and strange', () => {
  const nested = (n: number) => `{"installation":{"id":77},"issue":${'['.repeat(n)}${']'.repeat(n)}}`;
  for (const [claim, body, event, status] of [
    ['no JSON', 'not JSON at all', 'issues', 400],
    ['half a JSON', '{"action":"opened"', 'issues', 400],
    ['an empty body', '', 'issues', 400],
    ['a list', '[]', 'issues', 400],
    ['null', 'null', 'issues', 400],
    ['a text', '"x"', 'issues', 400],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'issues', 400],
    ['an empty object', '{}', 'issues', 200],
    ['JSON 200,000 levels deep', nested(200_000), 'issues', 200],
    [
      'keys of the prototype',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"installation":{"id":77}}',
      'issues',
      200,
    ],
    ['an issue without a repository', '{"action":"opened","installation":{"id":77},"issue":{"number":1}}', 'issues', 200],
    [
      'ids that are no integers',
      '{"action":"opened","installation":{"id":7.5},"repository":{"id":-1,"name":"a","owner":{"login":"b"}},"issue":{"number":1e300}}',
      'issues',
      200,
    ],
    ['an event that nobody knows', '{"installation":{"id":77}}', 'quantum_entangled', 200],
    ['an event called constructor', '{"installation":{"id":77}}', 'constructor', 200],
    ['an event called __proto__', '{"installation":{"id":77}}', '__proto__', 400],
    ['an event called error', '{"installation":{"id":77}}', 'error', 200],
  ] as const)
    test(`${claim} is answered ${status}`, async () => {
      expect(await posted(house.port, body as string, { 'x-github-event': event })).toBe(status);
      expect(({} as { polluted?: number }).polluted).toBeUndefined();
      await aliveAndSane();
    });
});
