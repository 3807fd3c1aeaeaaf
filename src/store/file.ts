import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How long somebody's backup or `sqlite3` shell may hold the file before a commit fails; the event loop waits, so not long. */
const BUSY_MS = 2_000;

/** The inner pages of every index of a million alarms, with room. */
const CACHE_KB = 16_384;

/**
 * Up to here the file is read where the kernel keeps it, not copied page by page: a hundred rows that nothing has touched for days come 0.2 ms
 * sooner. A million alarms are 112 MB. Writes go the usual way.
 */
const MAPPED_BYTES = 2 ** 30;

/** Titles of private issues stand in it: nobody else of this machine reads it. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A database that is ours alone, and how to give it back. */
export type Owned = { readonly db: DatabaseSync; readonly close: () => void };

/**
 * Opens the file, made with its folders if it does not exist, as this process's own: a second process gets an error of one line.
 * `:memory:` is nobody else's by nature.
 */
export function openOwned(file: string): Owned {
  if (file === ':memory:') {
    const db = new DatabaseSync(file);
    return { db, close: () => db.close() };
  }
  const path = resolve(file);
  makePrivate(path);
  const lock = lockFor(path);
  try {
    const db = openWal(path);
    return {
      db,
      close() {
        db.close();
        lock.close();
      },
    };
  } catch (cause) {
    lock.close();
    throw cause;
  }
}

/**
 * Makes the files that are not there, before SQLite does with the process's umask; it gives `-wal` and `-shm` the mode of their database. One that
 * is there is never opened: closing it again would take SQLite's locks from whoever holds them in this process.
 */
function makePrivate(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
    for (const file of [path, `${path}.lock`]) makeFile(file);
  } catch (cause) {
    throw new Error(`${path} cannot be made: ${String(reasonOf(cause))}`, { cause });
  }
  for (const suffix of ['', '-wal', '-shm', '.lock']) {
    try {
      chmodSync(path + suffix, FILE_MODE);
    } catch {
      // Not there, another's, or on a file system without modes: what counts is whether it opens.
    }
  }
}

function makeFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (cause) {
    // Two that start at once: the lock says who goes on.
    if (reasonOf(cause) !== 'EEXIST') throw cause;
  }
}

/**
 * The lock is a database beside the store that stays open in an exclusive transaction: the kernel drops it with the process, so `kill -9`
 * leaves nothing to clean up, and the store itself stays readable for backups.
 */
function lockFor(path: string): DatabaseSync {
  const lock = opened(`${path}.lock`, 0);
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
    return lock;
  } catch (cause) {
    lock.close();
    if (codeOf(cause) !== SQLITE_BUSY) throw new Error(`${path}.lock cannot be locked: ${messageOf(cause)}`, { cause });
    throw new Error(`${path} is in use by another Watchkeeper: stop it first (one process to a SQLite store)`, { cause });
  }
}

/** SQLite itself does not say which file it could not open. */
function opened(path: string, timeout: number): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout });
  } catch (cause) {
    throw new Error(`${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

function openWal(path: string): DatabaseSync {
  const db = opened(path, BUSY_MS);
  try {
    const mode = db.prepare('pragma journal_mode = wal').get()?.journal_mode;
    if (mode !== 'wal') throw new Error(`its file system does not carry a write-ahead log (journal mode ${String(mode)})`);
    // FULL: with NORMAL, acknowledged rows were lost in three of five simulated power cuts.
    // What is deleted is to be gone, not only unlisted: texts of a private repository lay readable in pages that were free.
    db.exec(`pragma secure_delete = on; pragma synchronous = full; pragma cache_size = ${-CACHE_KB}; pragma mmap_size = ${MAPPED_BYTES}`);
    return db;
  } catch (cause) {
    db.close();
    throw new Error(`${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

const SQLITE_BUSY = 5;
const codeOf = (cause: unknown): unknown => (cause as { errcode?: unknown }).errcode;
const reasonOf = (cause: unknown): unknown => (cause as { code?: unknown }).code;
const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
