/** A child that writes for ever, many at a time, and says each subject on stdout once its promise has resolved. */
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { instant } from '../../src/calendar/time.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

const [, , file = '', tag = 'w'] = process.argv;
const { WRITER_SYNCHRONOUS: synchronous } = process.env;
if (synchronous) {
  // So that power cuts are seen to lose something where the store is not as careful as it is.
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    return exec.call(this, sql.replace(/synchronous = (full|normal)/, `synchronous = ${synchronous}`));
  };
}
const store = openSqlite(file);
const now = instant(1_800_000_000);
await store.editRepo(1, () => ({ repo: 1, installation: 1, owner: 'o', name: 'n', data: '{}' }));

async function write(worker: number): Promise<never> {
  for (let n = 0; ; n++) {
    const subject = `issue:${tag}-${worker}:${n}`;
    await store.receive(subject, now, [{ subject, installation: 1, dueAt: now, urgency: 1, expect: [`seen:${subject}`] }]);
    writeSync(1, `${subject}\n`);
    await store.putTicket({
      repo: 1,
      number: n,
      installation: 1,
      open: true,
      marker: '',
      priority: '',
      fixes: [worker],
      data: `"${n}"`,
    });
  }
}

/** Claims are not made durable: whatever follows one must be, all the same. */
async function work(): Promise<never> {
  for (;;) {
    const alarms = await store.claim(now, instant(now + 60), 3, 3);
    await Promise.all(alarms.map((alarm) => store.settle(alarm, { ...alarm, dueAt: instant(now + 1) })));
  }
}

await Promise.all([work(), ...Array.from({ length: 5 }, (_, worker) => write(worker))]);
