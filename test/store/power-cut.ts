import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { instant } from '../../src/calendar/time.ts';
import { type Chance, chanceOf } from '../../src/sandbox/unkind.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';

/**
 * Power cuts without a power switch. A child runs under power-cut.c, which records what it asked of the disk and what it said, in order; here
 * that log is played to a disk that forgets, up to any moment, and the store is opened on what is left.
 *
 * What is durable: of a file, what was written before the last fsync of it that came back; of a name, that it is there or gone, after an fsync of
 * its folder; that a new file is there, also after an fsync of the file (as ext4, XFS and btrfs do).
 */
const WRITER = join(import.meta.dirname, 'writer.ts');
const PAGE = 4_096;
/** Of what the writer may do after its last acknowledgement: several transactions, so that its end falls anywhere in one. */
const MORE_MAX = 40;
const T0 = instant(1_800_000_000);

type Op =
  | { readonly is: 'open' | 'sync' | 'unlink'; readonly path: string }
  | { readonly is: 'write'; readonly path: string; readonly at: number; readonly data: Buffer }
  | { readonly is: 'say'; readonly text: string };
type Write = Extract<Op, { is: 'write' }>;

/** The recorder, made with the C compiler of this machine; undefined where there is none, or none that works. */
export function recorderIn(folder: string): string | undefined {
  const library = join(folder, 'power-cut.so');
  try {
    const from = join(import.meta.dirname, 'power-cut.c');
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-w', '-o', library, from, '-ldl', '-lpthread'], { stdio: 'pipe' });
    return library;
  } catch {
    return undefined;
  }
}

type Life = { readonly tag: string; readonly acknowledged: number; readonly more: number; readonly synchronous?: string };

/** Runs the writer on `file` until it has acknowledged so many wakes and done so much more, and answers all that it did. */
async function recorded(recorder: string, file: string, { tag, acknowledged, more, synchronous = '' }: Life): Promise<Op[]> {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const log = `${folder}.log`;
  const power = { POWER_CUT_FOLDER: folder, POWER_CUT_LOG: log, POWER_CUT_SAID: `${acknowledged}`, POWER_CUT_MORE: `${more}` };
  const env = { ...process.env, LD_PRELOAD: recorder, ...power, WRITER_SYNCHRONOUS: synchronous };
  const child = spawn(process.execPath, [WRITER, file, tag], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the writer ended by itself, with ${code}`);
  const ops = opsIn(readFileSync(log));
  rmSync(log);
  return ops;
}

function opsIn(log: Buffer): Op[] {
  const ops: Op[] = [];
  for (let at = 0; at < log.length; ) {
    const kind = String.fromCharCode(log[at]!);
    const [chars, offset, length] = [log.readUInt16LE(at + 1), Number(log.readBigUInt64LE(at + 3)), log.readUInt32LE(at + 11)];
    const data = log.subarray(at + 15 + chars, at + 15 + chars + length);
    ops.push(opOf(kind, log.toString('utf8', at + 15, at + 15 + chars), offset, data));
    at += 15 + chars + length;
  }
  return ops;
}

function opOf(kind: string, path: string, at: number, data: Buffer): Op {
  if (kind === 'w') return { is: 'write', path, at, data };
  if (kind === 'o') return { is: 'open', path };
  if (kind === 'f') return { is: 'sync', path };
  if (kind === 'u') return { is: 'unlink', path };
  if (kind === 's') return { is: 'say', text: data.toString() };
  throw new Error(`something was done to ${path} that a power cut is not modelled for`);
}

class DiskFile {
  durable: Buffer;
  pending: Write[] = [];

  constructor(durable = Buffer.alloc(0)) {
    this.durable = durable;
  }

  sync(): void {
    this.durable = after(this.durable, this.pending);
    this.pending = [];
  }

  /** The kernel may have written any page back, as it was at any moment since the last fsync; chance says which and as of when. */
  torn(chance: Chance): Buffer {
    const byPage = new Map<number, Write[]>();
    for (const write of this.pending) {
      const end = write.at + write.data.length;
      for (let from = write.at; from < end; from = (Math.floor(from / PAGE) + 1) * PAGE) {
        const page = Math.floor(from / PAGE);
        const data = write.data.subarray(from - write.at, Math.min(end, (page + 1) * PAGE) - write.at);
        if (!byPage.has(page)) byPage.set(page, []);
        byPage.get(page)!.push({ ...write, at: from, data });
      }
    }
    // None and all of a page's writes are as likely as anything between.
    const some = (writes: readonly Write[]) => Math.min(writes.length, Math.max(0, Math.round((chance.next() * 3 - 1) * writes.length)));
    return after(
      this.durable,
      [...byPage.values()].flatMap((writes) => writes.slice(0, some(writes))),
    );
  }
}

function after(content: Buffer, writes: readonly Write[]): Buffer {
  const next = Buffer.alloc(writes.reduce((size, { at, data }) => Math.max(size, at + data.length), content.length));
  content.copy(next);
  for (const { at, data } of writes) data.copy(next, at);
  return next;
}

/** What a folder's files are to the process (`live`), and what of them would be there after a power cut. */
class Disk {
  readonly folder: string;
  readonly live = new Map<string, DiskFile>();
  readonly durable = new Map<string, DiskFile>();
  readonly said = new Set<string>();

  /** All that is in the folder is durable. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const file = new DiskFile(readFileSync(join(folder, name)));
      this.live.set(join(folder, name), file);
      this.durable.set(join(folder, name), file);
    }
  }

  play(op: Op): void {
    if (op.is === 'say') {
      for (const line of op.text.trimEnd().split('\n')) this.said.add(line);
    } else if (op.is === 'unlink') this.live.delete(op.path);
    else if (op.is === 'sync' && op.path === this.folder) {
      this.durable.clear();
      for (const [path, file] of this.live) this.durable.set(path, file);
    } else {
      const file = this.live.get(op.path) ?? new DiskFile();
      if (op.is === 'open') this.live.set(op.path, file);
      else if (op.is === 'write') file.pending.push(op);
      else {
        file.sync();
        this.durable.set(op.path, file);
      }
    }
  }

  /** Writes what a power cut at this moment leaves into an empty folder; with chance, also some of what had not been made durable. */
  cut(folder: string, chance?: Chance): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const names = new Map(this.durable);
    if (chance !== undefined) {
      for (const [path, file] of this.live) if (chance.next() < 0.5) names.set(path, file);
      for (const path of this.durable.keys()) if (!this.live.has(path) && chance.next() < 0.5) names.delete(path);
    }
    for (const [path, file] of names) writeFileSync(join(folder, basename(path)), chance === undefined ? file.durable : file.torn(chance));
  }

  /** Whether what the process should see is what is in its folder: otherwise something was written that the recorder did not see. */
  isAsSeen(): boolean {
    return [...this.live].every(([path, file]) => after(file.durable, file.pending).equals(readFileSync(path)));
  }
}

export type Faults = { readonly lost: number; readonly other: readonly string[] };

/** What is wrong with the store on `file` if all of `acknowledged` must be in it; nothing, if it keeps its promise. One that cannot be read has lost all. */
export async function faultsOf(file: string, acknowledged: ReadonlySet<string>): Promise<Faults> {
  try {
    const store = openSqlite(file);
    const found = await faultsIn(store, acknowledged).finally(() => store.close());
    return { ...found, other: [...found.other, ...brokenIn(file)] };
  } catch (cause) {
    return { lost: acknowledged.size, other: [String(cause)] };
  }
}

async function faultsIn(store: Store, acknowledged: ReadonlySet<string>): Promise<Faults> {
  const kept = new Map((await store.alarms()).map((alarm) => [alarm.subject, alarm]));
  const lost = [...acknowledged].filter((subject) => kept.get(subject)?.expect[0] !== `seen:${subject}`).length;
  // The delivery and its wake are one: an unacknowledged row is there with both or with neither.
  const subjects = [...kept.keys()];
  const isNew = await Promise.all(subjects.map((subject) => store.receive(subject, T0, [])));
  const single = subjects.filter((_, n) => isNew[n]).map((subject) => `${subject} is there without its delivery`);
  const torn = (await store.tickets(1)).filter(({ data, number }) => data !== `"${number}"`);
  return { lost, other: [...single, ...torn.map(({ number }) => `ticket ${number} is torn`)] };
}

function brokenIn(file: string): string[] {
  const db = new DatabaseSync(file);
  try {
    const [check] = db.prepare('pragma integrity_check(1)').all();
    return check?.integrity_check === 'ok' ? [] : [String(check?.integrity_check)];
  } finally {
    db.close();
  }
}

export type Cuts = {
  /** Each goes on from what the last cut of the one before it left. */
  readonly rounds: number;
  /** Wakes that the writer acknowledges in each round. */
  readonly acknowledged: number;
  /** Moments of a round, one of them its end. */
  readonly cuts: number;
  readonly seed: number;
  /** Whether some of what was not made durable is left, page by page, as chance has it. */
  readonly torn?: boolean;
  readonly synchronous?: string;
};

export type Found = { acknowledged: number; cuts: number; losing: number; lost: number; other: string[] };

/** Cuts the power at random moments of a writer's life; `lost` of what it had acknowledged by then, in `losing` of the cuts. */
export async function cutOften(recorder: string, folder: string, how: Cuts): Promise<Found> {
  const chance = chanceOf(how.seed);
  const found: Found = { acknowledged: 0, cuts: 0, losing: 0, lost: 0, other: [] };
  let before = new Set<string>();
  for (let round = 0; round < how.rounds; round++) {
    const here = join(folder, `${round}`);
    const disk = new Disk(here);
    const ops = await recorded(recorder, join(here, 'desk.sqlite'), { ...how, tag: `r${round}`, more: chance.upTo(MORE_MAX) });
    const moments = new Set([ops.length, ...Array.from({ length: how.cuts - 1 }, () => chance.upTo(ops.length - 1))]);
    for (const [index, op] of ops.entries()) {
      disk.play(op);
      if (!moments.has(index + 1)) continue;
      const image = join(folder, 'image');
      disk.cut(image, how.torn ? chance : undefined);
      if (index + 1 === ops.length) cpSync(image, join(folder, `${round + 1}`), { recursive: true });
      const { lost, other } = await faultsOf(join(image, 'desk.sqlite'), before.union(disk.said));
      found.cuts++;
      found.lost += lost;
      found.losing += lost > 0 ? 1 : 0;
      found.other.push(...other);
    }
    if (!disk.isAsSeen()) throw new Error('something was written that was not recorded');
    rmSync(here, { recursive: true });
    before = before.union(disk.said);
  }
  found.acknowledged = before.size;
  return found;
}
