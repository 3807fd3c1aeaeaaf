import { Client } from 'pg';
import { expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { asAdmin, freshDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const T0 = instant(1_800_000_000);
const WAITING = `select pid from pg_stat_activity where datname = current_database() and application_name = 'watchkeeper' and wait_event_type = 'Lock'`;

test('a connection that breaks while a look is settled does not cost its subject the rest of the lease', async () => {
  const url = await freshDatabase();
  const store = await openPostgres(url);
  await store.wake([{ subject: 'issue:1:1', installation: 1, dueAt: T0, urgency: 3 }]);
  const [alarm] = await store.claim(T0, instant(T0 + 120), 1, 1);
  const other = new Client(url);
  await other.connect();
  await other.query('begin; lock table alarm in access exclusive mode');
  const settled = store.settle(alarm!, { dueAt: instant(T0 + 5), urgency: 3, attempts: 0 });
  await until('it waits', async () => (await asAdmin(url, WAITING)).length > 0);
  const cut = await asAdmin(url, `select pg_terminate_backend(pid) from (${WAITING}) as waiting`);
  expect(cut).toHaveLength(1);
  await other.query('commit');
  await other.end();
  await settled;
  expect(await store.alarms()).toMatchObject([{ dueAt: T0 + 5, leaseUntil: 0, attempts: 0 }]);
  await store.close();
});
