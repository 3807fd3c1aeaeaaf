import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

const T0 = instant(1_800_000_000);
const OPERATIONS = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
let folder: string;
let file: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchkeeper-backup-'));
  [file, copy] = [join(folder, 'desk.sqlite'), join(folder, 'copy.sqlite')];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The program of the docs, with the files of this test. */
function documented(): string {
  const [, program] = /^docker exec watchkeeper node -e '(.*backup\(.*)'$/m.exec(OPERATIONS) ?? [];
  return program!.replace('/data/desk.sqlite', file).replace('/data/copy.sqlite', copy);
}

const vacuum = () => `new (require("node:sqlite").DatabaseSync)("${file}").exec("vacuum into '${copy}'")`;

for (const [how, program] of [
  ['as the docs say', documented],
  ['by VACUUM INTO', vacuum],
] as const)
  test(`a copy that is made ${how}, while the desk is at work, opens and is whole`, async () => {
    const store = openSqlite(file);
    const wake = (n: number) => ({
      subject: `issue:1:${n}`,
      installation: 1,
      dueAt: instant(T0 + n),
      urgency: 3,
      expect: [`comment:${n}`],
    });
    await store.wake(Array.from({ length: 2_000 }, (_, n) => wake(n)));
    const child = spawn(process.execPath, ['-e', program()], { stdio: 'inherit' });
    const ended = once(child, 'close');
    let isOver = false;
    ended.then(() => {
      isOver = true;
    });
    let n = 2_000;
    for (; !isOver; n++) {
      await store.receive(`guid-${n}`, T0, [wake(n)]);
      const [alarm] = await store.claim(instant(T0 + n), instant(T0 + n + 60), 1, 1);
      await store.settle(alarm!, { dueAt: instant(T0 + 90_000), urgency: 9, attempts: 0 });
    }
    expect(await ended).toEqual([0, null]);
    // Work went on meanwhile, and goes on.
    expect(n).toBeGreaterThan(2_000);
    expect((await store.alarms()).length).toBe(n);
    await store.close();
    const raw = new DatabaseSync(copy);
    expect(raw.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    raw.close();
    const copied = openSqlite(copy);
    const alarms = await copied.alarms();
    // Everything from before, and of what came meanwhile all up to some commit.
    expect(alarms.map((one) => Number(one.subject.slice('issue:1:'.length))).sort((a, b) => a - b)).toEqual(alarms.map((_, i) => i));
    expect(alarms.length).toBeGreaterThanOrEqual(2_000);
    for (let k = 2_000; k < alarms.length; k++) expect(await copied.receive(`guid-${k}`, T0, [])).toBe(false);
    expect(await copied.receive(`guid-${alarms.length}`, T0, [])).toBe(true);
    await copied.close();
  });
