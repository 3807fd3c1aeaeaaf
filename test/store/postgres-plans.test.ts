import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Store, Wake } from '../../src/store/port.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { freshDatabase } from '../support/postgres.ts';

const T0 = instant(1_800_000_000);
const later = (seconds: number): Instant => instant(T0 + seconds);
const ALARMS = 20_000;
const INSTALLATIONS = 200;
/** Those of one installation that are due at once. */
const CROWD = 3_000;
/** A claim reads 500 due rows and then chooses; shards and lanes have some hundred heads. */
const ROWS_MAX = 1_500;

type Asked = { readonly name: string; readonly text: string; readonly values: readonly unknown[] };
/** A node of a plan, as `explain (format json)` has it. */
type Node = {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Node[];
};

let url = '';
let store: Store;
let client: Client;
/** What the store asked last under each name, with what a session of its sets up. */
const asked = new Map<string, Asked>();
let session = '';

const wake = (n: number): Wake =>
  n < CROWD
    ? { subject: `issue:1:${n}`, installation: 1, dueAt: later(n % 60), urgency: n % 10 }
    : { subject: `issue:${n}:1`, installation: 2 + (n % INSTALLATIONS), dueAt: later(1_000 + n), urgency: n % 10 };

beforeAll(async () => {
  url = await freshDatabase();
  const query = vi.spyOn(Client.prototype, 'query');
  store = await openPostgres(url);
  await store.wake(Array.from({ length: ALARMS }, (_, n) => wake(n)));
  const claimed = await store.claim(later(60), later(180), 100, 2);
  await store.nextDue();
  await store.nextDue([1]);
  await store.holds(claimed[0]!, T0);
  await store.settle(claimed[0]!, { dueAt: later(90_000), urgency: 9, attempts: 0 });
  await store.settle(claimed[1]!, undefined);
  await store.claim(later(60), later(61), 100, 2);
  // Leases that have run out come first.
  await store.claim(later(61), later(180), 100, 2);
  await store.wake([wake(7)]);
  for (const [one] of query.mock.calls as unknown as [Partial<Asked> | string][]) {
    const text = typeof one === 'string' ? one : (one.text ?? '');
    if (typeof one !== 'string' && one.name) asked.set(one.name, { name: one.name, text, values: one.values ?? [] });
    if (text.includes('plan_cache_mode')) session = text;
  }
  query.mockRestore();
  client = new Client(url);
  await client.connect();
  await client.query(session);
}, 60_000);
afterAll(async () => {
  await client?.end();
  await store?.close();
});

const literal = (value: unknown): string => {
  if (value === null) return 'null';
  const each = (one: unknown) => (one === null ? 'null' : `"${String(one).replaceAll(/[\\"]/g, '\\$&')}"`);
  return client.escapeLiteral(Array.isArray(value) ? `{${value.map(each).join(',')}}` : String(value));
};

/** Rows that a node had in hand. */
const passed = (node: Node): number =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) * node['Actual Loops'];

/** The nodes of the plan that every connection of ours uses, with what they did; what the statement changed is undone. */
async function nodesOf({ name, text, values }: Asked): Promise<Node[]> {
  const prepared = client.escapeIdentifier(name);
  await client.query(`prepare ${prepared} as ${text}`);
  await client.query('begin');
  try {
    // Its name was given to the claim that was really made.
    if (name.includes('claim')) await client.query('delete from lease');
    const args = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
    const { rows } = await client.query(`explain (analyze, timing off, format json) execute ${prepared}${args}`);
    const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];
    return flat(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('rollback');
    await client.query(`deallocate ${prepared}`);
  }
}

/** How a statement may come to rows of `alarm`: by an index, or by where a row lies. */
const FOUND: readonly string[] = ['Index Scan', 'Index Only Scan', 'Tid Scan', 'ModifyTable'];
const READS = ['claim', 'claim_crowd', 'orphaned', 'expired', 'next_due', 'next_due_except', 'holds'];
const WRITES = ['wake', 'settle', 'settle_gone'];

for (const statistics of ['without', 'with'])
  describe(`among ${ALARMS} alarms, ${statistics} statistics,`, () => {
    beforeAll(async () => {
      if (statistics === 'with') await client.query('analyze');
    });

    for (const name of [...READS, ...WRITES])
      test(`${name} reads few of them, by an index, and sorts no more than it has read`, async () => {
        const nodes = await nodesOf(asked.get(`watchkeeper_${name}`)!);
        const alarms = nodes.filter((node) => node['Relation Name'] === 'alarm');
        expect(alarms.filter((node) => !FOUND.includes(node['Node Type']))).toEqual([]);
        expect(alarms.reduce((sum, node) => sum + passed(node), 0)).toBeLessThan(ROWS_MAX);
        const sorts = nodes.filter((node) => /Sort|Aggregate/.test(node['Node Type']));
        for (const sort of sorts) expect((sort.Plans ?? []).reduce((sum, node) => sum + passed(node), 0)).toBeLessThan(ROWS_MAX);
        expect(alarms.length).toBeGreaterThan(0);
      });
  });
