import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '../calendar/time.ts';
import { SHARDS } from './alarms.ts';
import type { Commits } from './commit.ts';
import { checkInteger, checkMeta, checkOwnWrite, checkRepo, checkText, checkTicket, NAME_CHARS_MAX } from './limits.ts';
import type { OwnWrite, RepoKey, RepoRow, Store, TicketRow } from './port.ts';

type TicketStore = Pick<Store, 'putTicket' | 'ticket' | 'dropTicket' | 'tickets'>;
type OwnWriteStore = Pick<Store, 'intend' | 'answered' | 'forget' | 'ownWrites' | 'everyOwnWrite'>;
type RepoStore = Pick<Store, 'editRepo' | 'repo' | 'repos' | 'dropRepo' | 'dropInstallation'>;
type MetaStore = Pick<Store, 'getMeta' | 'putMeta' | 'editMeta' | 'metas'>;

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
  const known = db.prepare('select 1 from repo where repo = ?');
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
        if (known.get(repo) === undefined) return;
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
  const intend = db.prepare(
    `insert into own_write (subject, key, at, id, body) values (?, ?, ?, ?, ?)
     on conflict do update set at = excluded.at, id = excluded.id, body = excluded.body where own_write.at < ?`,
  );
  const answered = db.prepare('update own_write set id = ? where subject = ? and key = ?');
  const forget = db.prepare('delete from own_write where subject = ? and key = ?');
  const since = db.prepare('select * from own_write where subject = ? and at >= ? order by at, key');
  const every = db.prepare('select * from own_write where at >= ? order by subject, at, key');
  return {
    async intend(write, unlessSince) {
      checkOwnWrite(write);
      const { subject, key, at, id, body } = write;
      const stays = unlessSince ?? Number.MAX_SAFE_INTEGER;
      return commits.write(() => intend.run(subject, key, at, id ?? null, body ?? null, stays).changes > 0);
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

    async everyOwnWrite(from) {
      return commits.read(() => (every.all(from) as OwnWriteRecord[]).map(ownWriteOf));
    },
  };
}

function ownWriteOf({ subject, key, at, id, body }: OwnWriteRecord): OwnWrite {
  return { subject, key, at, ...(id !== null && { id }), ...(body !== null && { body }) };
}

/** Repositories, and with each the end of everything that is its own. */
export function sqliteRepos(db: DatabaseSync, commits: Commits): RepoStore {
  const put = db.prepare('insert or replace into repo (repo, installation, owner, name, data) values (?, ?, ?, ?, ?)');
  const one = db.prepare('select * from repo where repo = ?');
  const all = db.prepare('select repo, installation, owner, name from repo order by repo');
  const allOf = db.prepare('select repo, installation, owner, name from repo where installation = ? order by repo');
  const dropRows = ['repo', 'ticket', 'ticket_fix'].map((table) => db.prepare(`delete from ${table} where repo = ?`));
  // `;` follows `:` in the order of bytes: all subjects of issues and of pull requests.
  const its = `subject in ('repository:' || ?1, 'sweep:' || ?1) or (subject > 'issue:' || ?1 || ':' and subject < 'issue:' || ?1 || ';')
    or (subject > 'pull:' || ?1 || ':' and subject < 'pull:' || ?1 || ';')`;
  const dropIts = [
    `delete from lease where alarm in (select id from alarm where ${its})`,
    `delete from alarm where ${its}`,
    `delete from own_write where ${its}`,
  ].map((sql) => db.prepare(sql));
  const dropMetas = db.prepare(`delete from meta where key in ('pace:' || ?1, 'installation:' || ?1)`);
  const dropAlarms = [
    `delete from lease where alarm in (select id from alarm where installation % ${SHARDS} = ?1 % ${SHARDS} and lane between ?1 * 10 and ?1 * 10 + 9)`,
    `delete from alarm where installation % ${SHARDS} = ?1 % ${SHARDS} and lane between ?1 * 10 and ?1 * 10 + 9`,
  ].map((sql) => db.prepare(sql));

  function drop(repo: number): void {
    for (const sql of dropRows) sql.run(repo);
    for (const sql of dropIts) sql.run(String(repo));
  }

  return {
    async editRepo(repo, edit) {
      checkInteger('repo', repo);
      return commits.write(() => {
        const before = one.get(repo) as RepoRow | undefined;
        const after = edit(before && { ...before });
        if (after === undefined || sameRow(after, before)) return before && { ...before };
        checkRepo(after);
        put.run(repo, after.installation, after.owner, after.name, after.data);
        return { ...after, repo };
      });
    },

    async repo(repo) {
      return commits.read(() => {
        const row = one.get(repo) as RepoRow | undefined;
        return row && { ...row };
      });
    },

    async repos(installation) {
      const read = () => (installation === undefined ? all.all() : allOf.all(installation)) as RepoKey[];
      return commits.read(() => read().map((row) => ({ ...row })));
    },

    async dropRepo(repo) {
      checkInteger('repo', repo);
      await commits.write(() => drop(repo));
    },

    async dropInstallation(installation) {
      checkInteger('installation', installation);
      await commits.write(() => {
        for (const row of allOf.all(installation) as RepoKey[]) drop(row.repo);
        for (const sql of dropAlarms) sql.run(installation);
        dropMetas.run(String(installation));
      });
    },
  };
}

const sameRow = (a: RepoRow, b: RepoRow | undefined): boolean =>
  b !== undefined && a.data === b.data && a.installation === b.installation && a.owner === b.owner && a.name === b.name;

export function sqliteMeta(db: DatabaseSync, commits: Commits): MetaStore {
  const get = db.prepare('select value from meta where key = ?');
  const put = db.prepare('insert or replace into meta (key, value) values (?, ?)');
  const all = db.prepare(`select key, value from meta where key not like 'schema%'`);
  const found = (key: string) => get.get(key)?.value as string | undefined;
  return {
    async getMeta(key) {
      return commits.read(() => found(key));
    },

    async metas() {
      return commits.read(() => new Map((all.all() as { key: string; value: string }[]).map(({ key, value }) => [key, value])));
    },

    async putMeta(key, value) {
      checkMeta(key, value);
      await commits.write(() => put.run(key, value));
    },

    async editMeta(key, edit) {
      return commits.write(() => {
        const before = found(key);
        const after = edit(before);
        if (after === undefined || after === before) return before;
        checkMeta(key, after);
        put.run(key, after);
        return after;
      });
    },
  };
}
