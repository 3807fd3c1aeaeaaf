import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { openOwned } from '../../src/store/file.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchkeeper-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const modesIn = (path: string): object => Object.fromEntries(readdirSync(path).map((name) => [name, modeOf(join(path, name))]));
const ALL = { 'desk.sqlite': '600', 'desk.sqlite-shm': '600', 'desk.sqlite-wal': '600', 'desk.sqlite.lock': '600' };

describe('the files of a store are their owner’s alone', () => {
  test('when they are made, with the folder', () => {
    const home = join(folder, 'data');
    const umask = process.umask(0o022);
    const { db, close } = openOwned(join(home, 'desk.sqlite'));
    process.umask(umask);
    db.exec('create table t (a)');
    expect([modeOf(home), modesIn(home)]).toEqual(['700', ALL]);
    close();
  });

  test('when an older version left them to everybody; a folder that was there stays as somebody made it', () => {
    const file = join(folder, 'desk.sqlite');
    chmodSync(folder, 0o750);
    const first = openOwned(file);
    first.db.exec('create table t (a)');
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
    // As `kill -9` leaves it: the log is still there.
    expect(() => openOwned(file)).toThrow('is in use by another Watchkeeper');
    expect([modeOf(folder), modesIn(folder)]).toEqual(['750', ALL]);
    first.db.exec('create table u (a)');
    first.close();
  });
});

describe('a store that cannot be had says which file it is', () => {
  test('below a file', () => {
    writeFileSync(join(folder, 'data'), '');
    const file = join(folder, 'data', 'x', 'desk.sqlite');
    expect(() => openOwned(file)).toThrow(`${file} cannot be made: ENOTDIR`);
  });

  for (const name of ['desk.sqlite', 'desk.sqlite.lock'])
    test(`a folder in place of ${name}`, () => {
      mkdirSync(join(folder, name));
      expect(() => openOwned(join(folder, 'desk.sqlite'))).toThrow(`${join(folder, name)} cannot be opened: unable to open database file`);
    });
});

test('what is deleted with an installation is not on disk any more', async () => {
  const file = join(folder, 'desk.sqlite');
  const store = openSqlite(file);
  const at = instant(1_800_000_000);
  await store.editRepo(5, () => ({ repo: 5, installation: 7, owner: 'acme', name: 'desk', data: '{"name":"Kestrel"}' }));
  for (let number = 1; number <= 100; number++) {
    const subject = `issue:5:${number}`;
    await store.wake([{ subject, installation: 7, dueAt: at, urgency: 1, expect: ['label:Kestrel'] }]);
    await store.intend({ subject, key: 'status', at, body: `Kestrel ${'is secret. '.repeat(300)}` });
    await store.putTicket({
      repo: 5,
      number,
      installation: 7,
      open: true,
      marker: '',
      priority: 'P1',
      fixes: [],
      data: '{"title":"Kestrel"}',
    });
  }
  const times = () =>
    readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name), 'latin1').split(/Kestrel|is secret/).length - 1, 0);
  expect(times()).toBeGreaterThan(100);
  await store.dropInstallation(7);
  await store.close();
  expect(times()).toBe(0);
});
