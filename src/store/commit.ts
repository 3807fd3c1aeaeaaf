import type { DatabaseSync } from 'node:sqlite';

/** One commit holds at most this much work, so that the event loop is not away for long (1,000 webhooks: 22 ms). */
const BATCH_MAX = 1_000;
/** Beyond this the disk has stopped keeping up; a refusal that the caller can answer beats memory that grows without end. */
const QUEUE_MAX = 50_000;

/** What a commit has to be: nothing was written; what was written may be lost with the machine's power; it may not. */
type Need = 'read' | 'lax' | 'full';
type Job = {
  readonly work: () => unknown;
  readonly need: Need;
  readonly resolve: (value: never) => void;
  readonly reject: (cause: unknown) => void;
};
type Outcome = { readonly job: Job; readonly value: unknown } | { readonly job: Job; readonly cause: unknown };

/** Work on one database in the order in which it was asked for. What is asked for within one turn of the event loop shares a commit. */
export type Commits = {
  /** Resolves after the commit that holds this work. If `work` throws, what it did is undone and only its own promise rejects. */
  write<T>(work: () => T): Promise<T>;
  /**
   * As `write`, but that a power cut may undo it until a later `write` has resolved; the end of this process does not. For what nobody was told
   * and a start begins without: it need not wait for the disk.
   */
  writeLax<T>(work: () => T): Promise<T>;
  /** As `write` for work that only reads: it sees every write that was asked for before it, and a batch of reads costs no disk. */
  read<T>(work: () => T): Promise<T>;
  /** Does what is queued, then refuses everything. */
  close(): void;
};

/**
 * Group commit. With `synchronous=FULL` a commit costs one fsync whatever it holds, so fifty webhooks of one turn share it.
 * `setImmediate` runs after the poll phase, when every socket that was readable in this turn has had its say.
 */
export function groupCommit(db: DatabaseSync): Commits {
  const begin = { read: db.prepare('begin'), write: db.prepare('begin immediate') };
  const commit = db.prepare('commit');
  const savepoint = { set: db.prepare('savepoint job'), release: db.prepare('release job'), undo: db.prepare('rollback to job') };
  const synchronous = { lax: 'pragma synchronous = normal', full: 'pragma synchronous = full' };
  let queue: Job[] = [];
  let level: Need | undefined;
  let closed = false;

  function attempt(job: Job): Outcome {
    if (job.need === 'read') return tried(job);
    savepoint.set.run();
    const outcome = tried(job);
    // A full disk rolls the whole transaction back on its own: then this throws, and the batch fails as one.
    if ('cause' in outcome) savepoint.undo.run();
    savepoint.release.run();
    return outcome;
  }

  /** A connection that cannot even roll back fails every later `begin`, each with its own rejection: there is nothing to add to that here. */
  function rollback(): void {
    try {
      db.exec('rollback');
    } catch {}
  }

  function transact(batch: readonly Job[]): Outcome[] {
    try {
      const need = needOf(batch);
      if (need !== 'read' && need !== level) {
        db.exec(synchronous[need]);
        level = need;
      }
      (need === 'read' ? begin.read : begin.write).run();
      const outcomes = batch.map(attempt);
      commit.run();
      return outcomes;
    } catch (cause) {
      if (db.isTransaction) rollback();
      return batch.map((job) => ({ job, cause }));
    }
  }

  function flush(): void {
    const batch = queue.slice(0, BATCH_MAX);
    queue = queue.slice(BATCH_MAX);
    if (queue.length > 0) setImmediate(flush);
    if (batch.length > 0) for (const outcome of transact(batch)) settle(outcome);
  }

  function ask<T>(work: () => T, need: Need): Promise<T> {
    if (closed) return Promise.reject(new Error('the store is closed'));
    if (queue.length >= QUEUE_MAX) return Promise.reject(new Error(`the store is behind: ${QUEUE_MAX} pieces of work wait for the disk`));
    return new Promise((resolve, reject) => {
      if (queue.length === 0) setImmediate(flush);
      queue.push({ work, need, resolve, reject });
    });
  }

  return {
    write: (work) => ask(work, 'full'),
    writeLax: (work) => ask(work, 'lax'),
    read: (work) => ask(work, 'read'),
    close() {
      closed = true;
      while (queue.length > 0) flush();
    },
  };
}

function needOf(batch: readonly Job[]): Need {
  let most: Need = 'read';
  for (const { need } of batch) {
    if (need === 'full') return 'full';
    if (need === 'lax') most = 'lax';
  }
  return most;
}

function tried(job: Job): Outcome {
  try {
    return { job, value: job.work() };
  } catch (cause) {
    return { job, cause };
  }
}

function settle(outcome: Outcome): void {
  if ('cause' in outcome) outcome.job.reject(outcome.cause);
  else outcome.job.resolve(outcome.value as never);
}
