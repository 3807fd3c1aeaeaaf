import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Store } from '../../src/store/port.ts';

/**
 * What a desk of an older version has in its store, with rows in every table, and what the store of today has to make of it. The rows name the
 * columns of version 1; `since` gives those that came later, by the version that brought them. A migration that adds a table adds rows for it.
 */
export type Sample = { readonly rows: string; readonly since?: Readonly<Record<number, string>> };

export const T0 = instant(1_800_000_000);
/** A lease of a process that died: an alarm that was woken meanwhile, and one that was not. */
const LEASED_UNTIL = T0 + 600;

export const sampleAt = ({ rows, since = {} }: Sample, version: number): string =>
  [rows, ...Object.entries(since).flatMap(([from, sql]) => (Number(from) <= version ? [sql] : []))].join('\n');

const TICKETS = (no: string, yes: string, none: string, two: string) => `
  insert into ticket (repo, number, installation, open, marker, priority, next_step_at, crowd, fixes, data) values
    (7, 1, 11, ${yes}, '🔴 received', 'P1', ${T0 + 60}, 'policy:abc', ${two}, '{"title":"Ä “quoted” \\\\ one"}'),
    (7, 2, 11, ${no}, '🟢 resolved', 'P4', null, null, ${none}, '{}'),
    (8, 1, 12, ${yes}, '🟡 confirming', 'P2', null, null, ${none}, '{}');
  insert into ticket_fix (repo, fix, number) values (7, 4, 1), (7, 5, 1);
  insert into repo (repo, installation, owner, name, data) values (7, 11, 'acme', 'desk', '{"arrived":5}'), (8, 12, 'other', 'help', '{}');
  insert into meta (key, value) values ('alive', '${T0}'), ('pace:11', '[]');
  insert into delivery (id, at) values ('a-guid', ${T0}), ('b-guid', ${T0 - 5});`;

export const SQLITE_SAMPLE: Sample = {
  rows: `
  insert into alarm (id, subject, installation, due_at, urgency, expect, version, attempts) values
    (1, 'app', 11, ${T0 + 900}, 9, '[]', 1, 0),
    (2, 'issue:7:1', 11, ${T0}, 3, '["comment:5"]', 4, 0),
    (3, 'issue:8:1', 12, ${T0 - 10}, 5, '[]', 2, 0),
    (5, 'repository:7', 11, ${T0 - 20}, 1, '["a","b"]', 7, 2);
  insert into lease (alarm, lease_until, woken_at, woken_urgency, woken_expect) values
    (2, ${LEASED_UNTIL}, ${T0 - 30}, 0, '["closed"]'), (3, ${LEASED_UNTIL}, null, null, null);
  insert into own_write (subject, key, at, id, body) values
    ('issue:7:1', 'status', ${T0}, '9', 'text 🔴'), ('issue:7:1', 'step:first_response/opened/breach', ${T0 + 1}, null, null);
  ${TICKETS('0', '1', `'[]'`, `'[4,5]'`)}`,
  since: { 2: `update alarm set looked_at = ${T0 - 40} where subject in ('issue:7:1', 'repository:7');` },
};

const hash = (key: string): string => createHash('sha256').update(key).digest('base64url');

export const POSTGRES_SAMPLE: Sample = {
  rows: `
  insert into alarm (subject, installation, due_at, urgency, expect, version, attempts, looked_at, lease, lease_until, woken_at, woken_urgency, woken_expect) values
    ('app', 11, ${T0 + 900}, 9, '{}', 1, 0, null, null, null, null, null, null),
    ('issue:7:1', 11, ${T0}, 3, '{comment:5}', 4, 0, ${T0 - 40}, 'one', ${LEASED_UNTIL}, ${T0 - 30}, 0, '{closed}'),
    ('issue:8:1', 12, ${T0 - 10}, 5, '{}', 2, 0, null, 'one', ${LEASED_UNTIL}, null, null, null),
    ('repository:7', 11, ${T0 - 20}, 1, '{a,b}', 7, 2, ${T0 - 40}, null, null, null, null, null);
  insert into lease (lease, holder, lease_until, subjects) values ('one', 1, ${LEASED_UNTIL}, '{issue:7:1,issue:8:1}');
  insert into own_write (subject, key_hash, key, at, id, body) values
    ('issue:7:1', '${hash('status')}', 'status', ${T0}, '9', 'text 🔴'),
    ('issue:7:1', '${hash('step:first_response/opened/breach')}', 'step:first_response/opened/breach', ${T0 + 1}, null, null);
  ${TICKETS('false', 'true', `'{}'`, `'{4,5}'`)}`,
};

const FIRST = {
  ...{ repo: 7, number: 1, installation: 11, open: true, marker: '🔴 received', priority: 'P1' },
  ...{ nextStepAt: T0 + 60, crowd: 'policy:abc', fixes: [4, 5], data: '{"title":"Ä “quoted” \\\\ one"}' },
};
const SECOND = { repo: 7, number: 2, installation: 11, open: false, marker: '🟢 resolved', priority: 'P4', fixes: [], data: '{}' };
const THIRD = { repo: 8, number: 1, installation: 12, open: true, marker: '🟡 confirming', priority: 'P2', fixes: [], data: '{}' };
const REPO = { repo: 7, installation: 11, owner: 'acme', name: 'desk', data: '{"arrived":5}' };

/** All of it is there and can be worked on. `looked`: the version that it comes from knew when subjects were looked at. */
export async function holdsTheSample(store: Store, looked: boolean): Promise<void> {
  const lookedAt = looked ? T0 - 40 : undefined;
  expect((await store.alarms()).map(({ lease: _, leaseUntil: __, attempts: ___, version: ____, ...alarm }) => alarm)).toEqual([
    { subject: 'app', installation: 11, dueAt: T0 + 900, urgency: 9, expect: [] },
    { subject: 'issue:7:1', installation: 11, dueAt: T0 - 30, urgency: 0, expect: ['comment:5', 'closed'], lookedAt },
    { subject: 'issue:8:1', installation: 12, dueAt: T0 - 10, urgency: 5, expect: [] },
    { subject: 'repository:7', installation: 11, dueAt: T0 - 20, urgency: 1, expect: ['a', 'b'], lookedAt },
  ]);
  expect([await store.tickets(7), await store.ticket(8, 1)]).toEqual([[FIRST, SECOND], THIRD]);
  for (const filter of [{ open: true }, { crowd: 'policy:abc' }, { fix: 5 }]) expect(await store.tickets(7, filter)).toEqual([FIRST]);
  expect([await store.repo(7), (await store.repos()).map(({ repo }) => repo), (await store.repos(12)).length]).toEqual([REPO, [7, 8], 1]);
  expect(await store.everyOwnWrite(instant(0))).toEqual([
    { subject: 'issue:7:1', key: 'status', at: T0, id: '9', body: 'text 🔴' },
    { subject: 'issue:7:1', key: 'step:first_response/opened/breach', at: T0 + 1 },
  ]);
  expect([...(await store.metas())].sort()).toEqual([
    ['alive', String(T0)],
    ['pace:11', '[]'],
  ]);
  expect([await store.receive('a-guid', T0, []), await store.receive('b-guid', T0, []), await store.receive('c-guid', T0, [])]).toEqual([
    ...[false, false, true],
  ]);
  // The process that had the two is dead: each is there again, and that was an attempt.
  const claimed = await store.claim(T0, instant(T0 + 60), 10, 10);
  expect(claimed.map(({ subject, attempts, version }) => [subject, attempts, version])).toEqual(
    expect.arrayContaining([
      ['issue:7:1', 1, 4],
      ['repository:7', 2, 7],
      ['issue:8:1', 1, 2],
    ]),
  );
  expect(claimed).toHaveLength(3);
  for (const one of claimed) await store.settle(one, undefined);
  await store.dropInstallation(11);
  expect([await store.repos(), await store.tickets(7), await store.alarms()]).toEqual([[{ ...THIRD_REPO }], [], []]);
}
const THIRD_REPO = { repo: 8, installation: 12, owner: 'other', name: 'help' };
