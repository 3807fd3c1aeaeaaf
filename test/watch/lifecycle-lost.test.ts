import { afterEach, describe, expect, test } from 'vitest';
import { REPO, type TestDesk } from '../support/desk.ts';
import { opened } from './lifecycle.ts';

let desk: TestDesk;
let n: number;
afterEach(() => desk?.close());

const redelivered = (): string[] => {
  const attempts = desk.twin.requests.filter((one) => one.method === 'POST' && one.path.endsWith('/attempts'));
  return attempts.map((one) => /deliveries\/(\d+)/.exec(one.path)![1]!);
};
const wakeDeliveries = () => desk.service.desk.store.wake([{ subject: 'deliveries', installation: 0, dueAt: desk.now, urgency: 3 }]);

/** So many webhooks that never arrive; the last is an edit that no listing shows. */
async function fails(count: number): Promise<void> {
  const comment = await desk.says(n, 'mark', 'A note for myself');
  await desk.forward('1m');
  await desk.kill();
  desk.twin.unkind = { webhooks: { drop: 1 } };
  desk.act.editComment(REPO, comment, 'A note for myself\n/take', 'mark');
  for (let i = 1; i < count; i++) desk.act.editIssue(REPO, n, { title: `Trouble ${i}` }, 'rita');
  desk.twin.unkind = {};
}

describe('webhooks that were not taken', () => {
  test('are asked for once, whichever process looks', async () => {
    ({ desk, n } = await opened({ sweepS: 86_400, validate: false }));
    await fails(5);
    await desk.start();
    await desk.settle();
    expect(redelivered()).toHaveLength(5);
    // Another process, which knows what the store knows.
    await desk.kill();
    await desk.start();
    await desk.settle();
    await desk.forward('1h');
    expect(redelivered()).toHaveLength(5);
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });

  test('and that GitHub fails to send again now are asked for later', async () => {
    ({ desk, n } = await opened({ sweepS: 86_400, validate: false }));
    await fails(5);
    desk.twin.faults.push({ method: 'POST', path: /\/attempts$/, status: 502, times: 2 });
    await desk.start();
    await desk.forward('10m');
    expect(desk.twin.requests.filter((one) => one.path.endsWith('/attempts') && one.status === 202)).toHaveLength(5);
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });

  test('more of them than GitHub lists: every open ticket is looked at', async () => {
    ({ desk, n } = await opened({ sweepS: 86_400, validate: false }));
    await fails(700);
    await desk.start();
    await desk.settle();
    // The newest five hundred; the edit is older.
    expect(redelivered()).toHaveLength(500);
    await desk.forward('2m');
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
    await wakeDeliveries();
    await desk.settle();
    expect(redelivered()).toHaveLength(500);
  });

  test('longer ago than GitHub lists: every open ticket is looked at', async () => {
    ({ desk, n } = await opened({ sweepS: 86_400, validate: false }));
    await fails(1);
    await desk.forward('4d');
    await desk.start();
    await desk.forward('2m');
    expect(redelivered()).toEqual([]);
    expect(desk.labelsOf(n)).toContain('⭕️ in progress');
  });
});
