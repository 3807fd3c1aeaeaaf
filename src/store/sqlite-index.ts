import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../calendar/time.ts';
import type { Commits } from './commit.ts';
import {
  checkBytes,
  checkInteger,
  checkOwnWrite,
  checkRepo,
  checkText,
  checkTicket,
  KEY_CHARS_MAX,
  META_BYTES_MAX,
  NAME_CHARS_MAX,
  StoreLimit,
} from './limits.ts';
import type { OwnWrite, RepoRow, Store, TicketRow } from './port.ts';

type TicketStore = Pick<Store, 'putTicket' | 'ticket' | 'dropTicket' | 'tickets'>;
type OwnWriteStore = Pick<Store, 'intend' | 'answered' | 'forget' | 'ownWrites'>;
type RepoStore = Pick<Store, 'putRepo' | 'repo' | 'repos' | 'dropRepo'>;
type MetaStore = Pick<Store, 'getMeta' | 'putMeta'>;

type TicketRecord = Omit<TicketRow, 'open' | 'nextStepAt' | 'crowd' | 'fixes'> & {
  readonly open: number;
  readonly next_step_at: Instant | null;
  readonly crowd: string | null;
  readonly fixes: string;
};
type OwnWriteRecord = Pick<OwnWrite, 'subject' | 'key' | 'at'> & { readonly id: string | null; readonly body: string | null };

/** The index of tickets, and beside it which fix would close which of them. */
export function sqliteTickets(db: DatabaseSync, commits: Commits): TicketStore {
  const put = db.prepare('insert or replace into ticket values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const one = db.prepare('select * from ticket where repo = ? and number = ?');
  const drop = db.prepare('delete from ticket where repo = ? and number = ?');
  const fixesOf = db.prepare('select fixes from ticket where repo = ? and number = ?');
  const addFix = db.prepare('insert or ignore into ticket_fix (repo, fix, number) values (?, ?, ?)');
  const dropFix = db.prepare('delete from ticket_fix where repo = ? and fix = ? and number = ?');
  const byNumber = db.prepare('select * from ticket where repo = ? order by number');
  const byOpen = db.prepare('select * from ticket where repo = ? and open = 1 order by number');
  const byCrowd = db.prepare('select * from ticket where repo = ? and crowd = ? order by number');
  // `cross join` holds SQLite to this order: from the fix to its tickets, not from every ticket to its fixes.
  const byFix = db.prepare(
    'select ticket.* from ticket_fix cross join ticket using (repo, number) where ticket_fix.repo = ? and fix = ? order by number',
  );

  function linkFixes(repo: number, number: number, fixes: readonly number[]): void {
    const before = JSON.parse(String(fixesOf.get(repo, number)?.fixes ?? '[]')) as number[];
    if (before.length === fixes.length && before.every((fix, index) => fix === fixes[index])) return;
    for (const fix of before) dropFix.run(repo, fix, number);
    for (const fix of fixes) addFix.run(repo, fix, number);
  }

  return {
    async putTicket(row) {
      checkTicket(row);
      const { repo, number, installation, open, marker, priority, nextStepAt, crowd, fixes, data } = row;
      const rest = [open ? 1 : 0, marker, priority, nextStepAt ?? null, crowd ?? null, JSON.stringify(fixes), data] as const;
      await commits.write(() => {
        linkFixes(repo, number, fixes);
        put.run(repo, number, installation, ...rest);
      });
    },

    async ticket(repo, number) {
      return commits.read(() => {
        const record = one.get(repo, number) as TicketRecord | undefined;
        return record && ticketOf(record);
      });
    },

    async dropTicket(repo, number) {
      await commits.write(() => {
        linkFixes(repo, number, []);
        drop.run(repo, number);
      });
    },

    async tickets(repo, { open, crowd, fix } = {}) {
      return commits.read(() => {
        const records =
          fix !== undefined
            ? byFix.all(repo, fix)
            : crowd !== undefined
              ? byCrowd.all(repo, crowd)
              : open === true
                ? byOpen.all(repo)
                : byNumber.all(repo);
        // The narrowest index has answered; the rest of the filter is applied here.
        return (records as TicketRecord[])
          .filter((record) => (open === undefined || record.open === Number(open)) && (crowd === undefined || record.crowd === crowd))
          .map(ticketOf);
      });
    },
  };
}

function ticketOf({ next_step_at: nextStepAt, crowd, open, fixes, ...rest }: TicketRecord): TicketRow {
  return {
    ...rest,
    open: open === 1,
    fixes: JSON.parse(fixes),
    ...(nextStepAt !== null && { nextStepAt }),
    ...(crowd !== null && { crowd }),
  };
}

/** What we wrote, or were about to, while GitHub may not show it yet. */
export function sqliteOwnWrites(db: DatabaseSync, commits: Commits): OwnWriteStore {
  const intend = db.prepare('insert or replace into own_write (subject, key, at, id, body) values (?, ?, ?, ?, ?)');
  const answered = db.prepare('update own_write set id = ? where subject = ? and key = ?');
  const forget = db.prepare('delete from own_write where subject = ? and key = ?');
  const since = db.prepare('select * from own_write where subject = ? and at >= ? order by at, key');
  return {
    async intend(write) {
      checkOwnWrite(write);
      const { subject, key, at, id, body } = write;
      await commits.write(() => intend.run(subject, key, at, id ?? null, body ?? null));
    },

    async answered(subject, key, id) {
      checkText('id', id, NAME_CHARS_MAX);
      await commits.write(() => answered.run(id, subject, key));
    },

    async forget(subject, key) {
      await commits.write(() => forget.run(subject, key));
    },

    async ownWrites(subject, from) {
      return commits.read(() => (since.all(subject, from) as OwnWriteRecord[]).map(ownWriteOf));
    },
  };
}

function ownWriteOf({ subject, key, at, id, body }: OwnWriteRecord): OwnWrite {
  return { subject, key, at, ...(id !== null && { id }), ...(body !== null && { body }) };
}

/** Repositories, and with each the end of its index: `dropRepo` takes its tickets along. */
export function sqliteRepos(db: DatabaseSync, commits: Commits): RepoStore {
  const put = db.prepare('insert or replace into repo (repo, installation, owner, name, data) values (?, ?, ?, ?, ?)');
  const one = db.prepare('select * from repo where repo = ?');
  const all = db.prepare('select * from repo order by repo');
  const drops = ['repo', 'ticket', 'ticket_fix'].map((table) => db.prepare(`delete from ${table} where repo = ?`));
  return {
    async putRepo(row) {
      checkRepo(row);
      const { repo, installation, owner, name, data } = row;
      await commits.write(() => put.run(repo, installation, owner, name, data));
    },

    async repo(repo) {
      return commits.read(() => {
        const row = one.get(repo) as RepoRow | undefined;
        return row && { ...row };
      });
    },

    async repos() {
      return commits.read(() => (all.all() as RepoRow[]).map((row) => ({ ...row })));
    },

    async dropRepo(repo) {
      checkInteger('repo', repo);
      await commits.write(() => {
        for (const drop of drops) drop.run(repo);
      });
    },
  };
}

export function sqliteMeta(db: DatabaseSync, commits: Commits): MetaStore {
  const get = db.prepare('select value from meta where key = ?');
  const put = db.prepare('insert or replace into meta (key, value) values (?, ?)');
  return {
    async getMeta(key) {
      return commits.read(() => get.get(key)?.value as string | undefined);
    },

    async putMeta(key, value) {
      checkText('meta key', key, KEY_CHARS_MAX);
      if (key === 'schema') throw new StoreLimit('the schema version is written by migrations only');
      checkBytes('meta value', value, META_BYTES_MAX);
      await commits.write(() => put.run(key, value));
    },
  };
}
