import { createHash } from 'node:crypto';
import type { Instant } from '../calendar/time.ts';
import { SHARDS } from './alarms.ts';
import { checkInteger, checkMeta, checkOwnWrite, checkRepo, checkText, checkTicket, NAME_CHARS_MAX } from './limits.ts';
import type { OwnWrite, RepoKey, RepoRow, Store, TicketRow } from './port.ts';
import { type Db, type Runs, type Statement, statement } from './postgres-pool.ts';

type TicketStore = Pick<Store, 'putTicket' | 'ticket' | 'dropTicket' | 'tickets'>;
type OwnWriteStore = Pick<Store, 'intend' | 'answered' | 'forget' | 'ownWrites' | 'everyOwnWrite'>;
type RepoStore = Pick<Store, 'editRepo' | 'repo' | 'repos' | 'dropRepo' | 'dropInstallation'>;
type MetaStore = Pick<Store, 'getMeta' | 'putMeta' | 'editMeta' | 'metas'>;

type TicketRecord = Omit<TicketRow, 'nextStepAt' | 'crowd'> & { readonly nextStepAt: Instant | null; readonly crowd: string | null };
type OwnWriteRecord = Pick<OwnWrite, 'subject' | 'key' | 'at'> & { readonly id: string | null; readonly body: string | null };

// Columns by name, everywhere: a newer Watchkeeper may have added one.
const TICKET = `ticket.repo, ticket.number, ticket.installation, open, marker, priority, next_step_at as "nextStepAt", crowd,
  array_to_json(fixes) as fixes, data`;
/** The repository's row is locked against going meanwhile; when it is gone, nothing is put. */
const PUT_TICKET = statement(
  'put_ticket',
  `with known as (select repo from repo where repo = $1 for key share),
   put as (
     insert into ticket (repo, number, installation, open, marker, priority, next_step_at, crowd, fixes, data)
     select repo, $2, $3, $4, $5, $6, $7, $8, $9::bigint[], $10 from known
     on conflict (repo, number) do update set installation = excluded.installation, open = excluded.open, marker = excluded.marker,
       priority = excluded.priority, next_step_at = excluded.next_step_at, crowd = excluded.crowd, fixes = excluded.fixes, data = excluded.data
     returning repo, number
   ),
   unlinked as (delete from ticket_fix as f using put where f.repo = put.repo and f.number = put.number and f.fix <> all ($9::bigint[]))
   insert into ticket_fix (repo, fix, number) select repo, fix, number from put cross join unnest($9::bigint[]) as fix on conflict do nothing`,
);
const TICKET_ONE = statement('ticket', `select ${TICKET} from ticket where repo = $1 and number = $2`);
const DROP_TICKET = statement(
  'drop_ticket',
  `with unlinked as (delete from ticket_fix where repo = $1 and number = $2) delete from ticket where repo = $1 and number = $2`,
);
const TICKETS = statement('tickets', `select ${TICKET} from ticket where repo = $1 order by number`);
const TICKETS_OPEN = statement('tickets_open', `select ${TICKET} from ticket where repo = $1 and open order by number`);
const TICKETS_CROWD = statement('tickets_crowd', `select ${TICKET} from ticket where repo = $1 and crowd = $2 order by number`);
const TICKETS_FIX = statement(
  'tickets_fix',
  `select ${TICKET} from ticket_fix join ticket using (repo, number) where ticket_fix.repo = $1 and fix = $2 order by number`,
);

/** The index of tickets, and beside it which fix would close which of them. */
export function postgresTickets(db: Db): TicketStore {
  return {
    async putTicket(row) {
      checkTicket(row);
      const { repo, number, installation, open, marker, priority, nextStepAt, crowd, fixes, data } = row;
      await db.count(PUT_TICKET, [repo, number, installation, open, marker, priority, nextStepAt ?? null, crowd ?? null, fixes, data]);
    },

    async ticket(repo, number) {
      const [record] = await db.rows<TicketRecord>(TICKET_ONE, [repo, number]);
      return record && ticketOf(record);
    },

    async dropTicket(repo, number) {
      await db.count(DROP_TICKET, [repo, number]);
    },

    async tickets(repo, { open, crowd, fix } = {}) {
      const records = await (fix !== undefined
        ? db.rows<TicketRecord>(TICKETS_FIX, [repo, fix])
        : crowd !== undefined
          ? db.rows<TicketRecord>(TICKETS_CROWD, [repo, crowd])
          : db.rows<TicketRecord>(open === true ? TICKETS_OPEN : TICKETS, [repo]));
      // The narrowest index has answered; the rest of the filter is applied here.
      return records
        .filter((record) => (open === undefined || record.open === open) && (crowd === undefined || record.crowd === crowd))
        .map(ticketOf);
    },
  };
}

function ticketOf({ nextStepAt, crowd, ...rest }: TicketRecord): TicketRow {
  return { ...rest, ...(nextStepAt !== null && { nextStepAt }), ...(crowd !== null && { crowd }) };
}

const INTEND = statement(
  'intend',
  `insert into own_write (subject, key_hash, key, at, id, body) values ($1, $2, $3, $4, $5, $6)
   on conflict (subject, key_hash) do update set at = excluded.at, id = excluded.id, body = excluded.body where own_write.at < $7`,
);
const ANSWERED = statement('answered', 'update own_write set id = $3 where subject = $1 and key_hash = $2');
const FORGET = statement('forget', 'delete from own_write where subject = $1 and key_hash = $2');
const OWN_WRITES = statement(
  'own_writes',
  'select subject, key, at, id, body from own_write where subject = $1 and at >= $2 order by at, key',
);
const EVERY_OWN_WRITE = statement(
  'every_own_write',
  'select subject, key, at, id, body from own_write where at >= $1 order by subject, at, key',
);

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** What we wrote, or were about to, while GitHub may not show it yet. */
export function postgresOwnWrites(db: Db): OwnWriteStore {
  return {
    /** If its answer is lost, the intent may stand and the caller not act on it: nobody does until `unlessSince` has passed it by. */
    async intend(write, unlessSince) {
      checkOwnWrite(write);
      const { subject, key, at, id, body } = write;
      const stays = unlessSince ?? Number.MAX_SAFE_INTEGER;
      return (await db.count(INTEND, [subject, hashOf(key), key, at, id ?? null, body ?? null, stays])) > 0;
    },

    async answered(subject, key, id) {
      checkText('id', id, NAME_CHARS_MAX);
      await db.count(ANSWERED, [subject, hashOf(key), id]);
    },

    async forget(subject, key) {
      await db.count(FORGET, [subject, hashOf(key)]);
    },

    async ownWrites(subject, from) {
      return (await db.rows<OwnWriteRecord>(OWN_WRITES, [subject, from])).map(ownWriteOf);
    },

    async everyOwnWrite(from) {
      return (await db.rows<OwnWriteRecord>(EVERY_OWN_WRITE, [from])).map(ownWriteOf);
    },
  };
}

function ownWriteOf({ subject, key, at, id, body }: OwnWriteRecord): OwnWrite {
  return { subject, key, at, ...(id !== null && { id }), ...(body !== null && { body }) };
}

const PUT_REPO = statement(
  'put_repo',
  `insert into repo (repo, installation, owner, name, data) values ($1, $2, $3, $4, $5)
   on conflict (repo) do update set installation = excluded.installation, owner = excluded.owner, name = excluded.name, data = excluded.data`,
);
const REPO = statement('repo', 'select repo, installation, owner, name, data from repo where repo = $1');
const REPO_LOCKED = statement('repo_locked', `${REPO.text} for update`);
const REPOS = statement('repos', 'select repo, installation, owner, name from repo order by repo');
const REPOS_OF = statement('repos_of', 'select repo, installation, owner, name from repo where installation = $1 order by repo');

/** One who edits a key holds it until the end of his transaction, whether its row exists yet or not. */
const LOCK = statement('lock', 'select pg_advisory_xact_lock($1, hashtext($2))::text');
/** The first half of our advisory locks by repository; `MIGRATING` and a holder's number are apart from it. */
const REPO_KEYS = 0x7265706f;

const DROP_REPO_ROWS = ['repo', 'ticket', 'ticket_fix'].map((table) => statement(`drop_${table}s`, `delete from ${table} where repo = $1`));
const DROP_NAMED = ['alarm', 'own_write'].map((table) => statement(`drop_named_${table}`, `delete from ${table} where subject = any ($1)`));
const DROP_RANGE = ['alarm', 'own_write'].map((table) =>
  statement(`drop_range_${table}`, `delete from ${table} where subject > $1 and subject < $2`),
);
const DROP_METAS = statement('drop_metas', 'delete from meta where key = any($1)');
const DROP_ALARMS = statement(
  'drop_alarms',
  `delete from alarm where installation % ${SHARDS} = $1::bigint % ${SHARDS} and urgency = any ('{0,1,2,3,4,5,6,7,8,9}'::integer[]) and installation = $1`,
);

async function drop(runs: Runs, repo: number): Promise<void> {
  for (const sql of DROP_REPO_ROWS) await runs.count(sql, [repo]);
  for (const sql of DROP_NAMED) await runs.count(sql, [[`repository:${repo}`, `sweep:${repo}`]]);
  // `;` follows `:` in the order of bytes: all subjects of issues and of pull requests.
  for (const kind of ['issue', 'pull']) for (const sql of DROP_RANGE) await runs.count(sql, [`${kind}:${repo}:`, `${kind}:${repo};`]);
}

/** Repositories, and with each the end of everything that is its own. An edit whose commit's answer is lost may have happened: its caller rereads. */
export function postgresRepos(db: Db): RepoStore {
  return {
    async editRepo(repo, edit) {
      checkInteger('repo', repo);
      return db.transaction(async (runs) => {
        await runs.rows(LOCK, [REPO_KEYS, String(repo)]);
        const [before] = await runs.rows<RepoRow>(REPO_LOCKED, [repo]);
        const after = edit(before && { ...before });
        if (after === undefined || sameRow(after, before)) return before;
        checkRepo(after);
        await runs.count(PUT_REPO, [repo, after.installation, after.owner, after.name, after.data]);
        return { ...after, repo };
      });
    },

    async repo(repo) {
      return (await db.rows<RepoRow>(REPO, [repo]))[0];
    },

    async repos(installation) {
      return installation === undefined ? db.rows<RepoKey>(REPOS) : db.rows<RepoKey>(REPOS_OF, [installation]);
    },

    async dropRepo(repo) {
      checkInteger('repo', repo);
      await db.transaction((runs) => drop(runs, repo));
    },

    async dropInstallation(installation) {
      checkInteger('installation', installation);
      await db.transaction(async (runs) => {
        for (const row of await runs.rows<RepoKey>(REPOS_OF, [installation])) await drop(runs, row.repo);
        await runs.count(DROP_ALARMS, [installation]);
        await runs.count(DROP_METAS, [[`pace:${installation}`, `installation:${installation}`]]);
      });
    },
  };
}

const sameRow = (a: RepoRow, b: RepoRow | undefined): boolean =>
  b !== undefined && a.data === b.data && a.installation === b.installation && a.owner === b.owner && a.name === b.name;

const GET_META = statement('get_meta', 'select value from meta where key = $1');
const METAS = statement('metas', `select key, value from meta where key not like 'schema%'`);
const PUT_META = statement(
  'put_meta',
  'insert into meta (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
);

const META_LOCKED = statement('meta_locked', `${GET_META.text} for update`);
const ADD_META = statement('add_meta', 'insert into meta (key, value) values ($1, $2) on conflict (key) do nothing');
const CHANGE_META = statement('change_meta', 'update meta set value = $2 where key = $1 and value = $3');
/** Edits of one key that meet: one of them is done in each round, the others go again; then they stand in line at the row's lock. */
const OPTIMISTIC_MAX = 3;
/** A row that is there cannot be taken away under its lock; one that is not may come and go. */
const LOCKED_MAX = 20;

type EditMeta = MetaStore['editMeta'];

/** One round of two statements: `done` is false when somebody else was faster. */
async function editOnce(
  runs: Runs,
  read: Statement,
  [key, edit]: Parameters<EditMeta>,
): Promise<{ readonly done: boolean; readonly value: string | undefined }> {
  const before = (await runs.rows<{ value: string }>(read, [key]))[0]?.value;
  const after = edit(before);
  if (after === undefined || after === before) return { done: true, value: before };
  checkMeta(key, after);
  const changed = before === undefined ? await runs.count(ADD_META, [key, after]) : await runs.count(CHANGE_META, [key, after, before]);
  return { done: changed > 0, value: after };
}

async function editInTurn(runs: Runs, read: Statement, asked: Parameters<EditMeta>, roundsMax: number) {
  for (let round = 0; round < roundsMax; round++) {
    const edited = await editOnce(runs, read, asked);
    if (edited.done) return edited;
  }
  return undefined;
}

export function postgresMeta(db: Db): MetaStore {
  return {
    async getMeta(key) {
      return (await db.rows<{ value: string }>(GET_META, [key]))[0]?.value;
    },

    async metas() {
      return new Map((await db.rows<{ key: string; value: string }>(METAS)).map(({ key, value }) => [key, value]));
    },

    async putMeta(key, value) {
      checkMeta(key, value);
      await db.count(PUT_META, [key, value]);
    },

    async editMeta(key, edit) {
      const edited =
        (await editInTurn(db, GET_META, [key, edit], OPTIMISTIC_MAX)) ??
        (await db.transaction((runs) => editInTurn(runs, META_LOCKED, [key, edit], LOCKED_MAX)));
      if (edited === undefined) throw new Error(`meta ${key} comes and goes: it could not be edited`);
      return edited.value;
    },
  };
}
