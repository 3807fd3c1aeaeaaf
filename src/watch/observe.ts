import type { Instant } from '../calendar/time.ts';
import type { Fact, Ledger, Record } from '../desk/ledger.ts';
import { type Observed, writeKey } from '../desk/plan.ts';
import { readKey } from '../desk/record.ts';
import { oursIn, type TitleSeen, titleLags } from '../desk/title.ts';
import type { OwnWrite } from '../store/port.ts';
import type { LedgerRead } from './github-port.ts';

/** Our own writes count as seen for so long, whatever a replica shows (`design.md`, invariant 2). */
export const OWN_WRITES_S = 900;
/** A label, a title or a state that we wrote is believed for so long before the read is. */
const OVERLAY_S = 30;
/** Between two reads that do not show a write whose answer was lost. */
export const MISSED_S = 60;

export type Seen = {
  readonly ledger: Ledger;
  readonly observed: Observed;
  /** Steps posted, intended, or known to the record. */
  readonly posted: ReadonlySet<string>;
  /** Intents without an answer: when to look again, and those that two reads have not shown. */
  readonly unsure: readonly OwnWrite[];
};

/** What GitHub shows together with our own writes of the last minutes, which its replicas may not show yet. */
export function observe(read: LedgerRead, writes: readonly OwnWrite[], now: Instant): Seen {
  const own = ownStatus(read, writes);
  const record = own?.record;
  const shown = new Set(read.ledger.own.map((one) => writeKey(one.key)));
  const recent = writes.filter((write) => write.at > now - OWN_WRITES_S);
  const unsure = recent.filter((write) => isComment(write.key) && write.id === undefined && !shown.has(write.key));
  const comments = [...shown, ...recent.map((write) => write.key)];
  const steps = new Set([...comments.flatMap(stepsOf), ...(record?.steps ?? [])]);
  const title = overlaidTitle(read.ledger, recent, now);
  const { record: _shownRecord, ...bare } = read.ledger;
  return {
    ledger: record ? { ...bare, record } : bare,
    posted: steps,
    unsure,
    observed: {
      labels: overlaidLabels(read.ledger, recent, now),
      ...(title ? { title } : {}),
      assignees: read.ledger.assignees.map((one) => one.login),
      state: overlaidState(read.ledger, recent, now),
      ...(own ? { status: { id: own.id, body: own.body } } : {}),
      statusIntended: recent.some((write) => write.key === 'status'),
      steps,
      replied: new Set(comments.flatMap((key) => (key.startsWith('reply:') ? [Number(key.slice('reply:'.length))] : []))),
      duplicates: read.duplicates,
    },
  };
}

const isComment = (key: string): boolean => /^(status|step:|reply:)/.test(key);

const stepsOf = (key: string): string[] => (key.startsWith('step:') ? key.slice('step:'.length).split(' ') : []);

/** Our status comment: as we last wrote it, if that is only minutes ago, else as GitHub shows it. */
function ownStatus(read: LedgerRead, writes: readonly OwnWrite[]): { id: number; body: string; record?: Record } | undefined {
  const ours = writes.findLast((write) => write.key === 'status' && write.id !== undefined && write.body !== undefined);
  if (!ours?.body) return read.status;
  if (read.status && read.status.id !== Number(ours.id)) return read.status;
  const record = readKey(ours.body)?.record;
  return { id: Number(ours.id), body: ours.body, ...(record ? { record } : {}) };
}

/** Whether somebody came after our write: in its very second too, which is when a bot answers. */
const answers = (ledger: Ledger, fact: Pick<Fact, 'at' | 'by'>, write: OwnWrite): boolean =>
  fact.at > write.at || (fact.at === write.at && ledger.standings.get(fact.by.id) !== 'app');

function overlaidLabels(ledger: Ledger, writes: readonly OwnWrite[], now: Instant): string[] {
  const labels = new Map(ledger.labels.map((name) => [name.toLowerCase(), name]));
  for (const write of writes) {
    const match = /^label([+-]):(.*)$/s.exec(write.key);
    if (!match || write.at <= now - OVERLAY_S) continue;
    const name = match[2]!;
    const low = name.toLowerCase();
    const later = ledger.facts.some(
      (fact) =>
        (fact.kind === 'labelled' || fact.kind === 'unlabelled') && fact.label.toLowerCase() === low && answers(ledger, fact, write),
    );
    if (later) continue;
    if (match[1] === '+') labels.set(low, labels.get(low) ?? name);
    else labels.delete(low);
  }
  return [...labels.values()];
}

/** Where the issue and its timeline do not agree, words that somebody has just changed could be taken back. */
function overlaidTitle(ledger: Ledger, writes: readonly OwnWrite[], now: Instant): TitleSeen | undefined {
  const last = writes.findLast((write) => write.key === 'title' && write.at > now - OVERLAY_S);
  const later = last && ledger.renames?.some((one) => answers(ledger, one, last));
  if (last?.body !== undefined && !later) return { text: last.body, ...(last.id === '-' || !last.id ? {} : { ours: last.id }) };
  if (titleLags(ledger)) return undefined;
  const ours = oursIn(ledger);
  return { text: ledger.title, ...(ours === undefined ? {} : { ours }) };
}

function overlaidState(ledger: Ledger, writes: readonly OwnWrite[], now: Instant): 'open' | 'closed' {
  const last = writes.findLast((write) => write.key.startsWith('state:') && write.at > now - OVERLAY_S);
  if (!last) return ledger.state;
  const later = ledger.facts.some((fact) => (fact.kind === 'closed' || fact.kind === 'reopened') && answers(ledger, fact, last));
  return later ? ledger.state : last.key === 'state:closed' ? 'closed' : 'open';
}
