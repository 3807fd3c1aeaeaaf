/** A process of its own on a store, for tests that need several, or one to kill: says what it did, a line each, once it is done. */
import { writeSync } from 'node:fs';
import { instant } from '../../src/calendar/time.ts';
import type { RepoRow, Store } from '../../src/store/port.ts';
import { openPostgres } from '../../src/store/postgres.ts';

const [, , url = '', what = '', tag = ''] = process.argv;
const T0 = instant(1_800_000_000);
/** More than a test waits for: leases do not end by their time. */
const LEASE_S = 3_600;
/** As well: whoever holds or hears is killed. */
const FOR_EVER_MS = 600_000;
const say = (line: string) => writeSync(1, `${line}\n`);

const DEEDS: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  async open() {
    say('open');
  },
  /** Claims and settles until nothing is due. */
  async claim(store) {
    for (;;) {
      const alarms = await store.claim(T0, instant(T0 + LEASE_S), 10, 10);
      if (alarms.length === 0 && (await store.nextDue())! > T0) return;
      for (const { subject } of alarms) say(subject);
      await Promise.all(alarms.map((alarm) => store.settle(alarm, { dueAt: instant(T0 + 9_999), urgency: 1, attempts: 0 })));
    }
  },
  /** Claims everything and holds it. */
  async hold(store) {
    for (const { subject } of await store.claim(T0, instant(T0 + LEASE_S), 100, 100)) say(subject);
    await new Promise((resolve) => setTimeout(resolve, FOR_EVER_MS));
  },
  async edit(store) {
    const add = (row: RepoRow | undefined): RepoRow => ({ repo: 1, installation: 1, owner: 'o', name: 'n', data: `${row?.data ?? ''}x` });
    for (let n = 0; n < 50; n++) {
      await store.editRepo(1, add);
      await store.editMeta('count', (value) => String(Number(value ?? 0) + 1));
    }
  },
  async hear(store) {
    store.listen((heard) => say(`${performance.timeOrigin + performance.now()} ${JSON.stringify(heard)}`));
    say('listening');
    await new Promise((resolve) => setTimeout(resolve, FOR_EVER_MS));
  },
  /** Receives for ever, five at a time. */
  async receive(store) {
    const write = async (worker: number) => {
      for (let n = 0; ; n++) {
        const subject = `issue:${tag}-${worker}:${n}`;
        await store.receive(subject, T0, [{ subject, installation: 1, dueAt: T0, urgency: 1, expect: [`seen:${subject}`] }]);
        say(subject);
      }
    };
    await Promise.all(Array.from({ length: 5 }, (_, worker) => write(worker)));
  },
};

const store = await openPostgres(url);
await DEEDS[what]?.(store);
await store.close();
