import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Instant, instant } from '../../src/calendar/time.ts';
import type { Alarm, Store } from '../../src/store/port.ts';
import '../support/seed.ts';
import { BUSY_MS } from '../support/until.ts';

/**
 * The smallest desk that keeps the promises, told as a person would: every wake is a note on a heap. A worker takes all notes of a subject
 * with him; if he comes back they are replaced by his plan, if he does not they go back to the heap.
 */
type Note = { readonly dueAt: number; readonly urgency: number; readonly expect: readonly string[] };
type Heap = { notes: Note[]; taken: Note[]; until: number | undefined; lease: string | undefined; installation: number; attempts: number };

const dueOf = (notes: readonly Note[]) => Math.min(...notes.map((note) => note.dueAt));
const urgencyOf = (notes: readonly Note[]) => Math.min(...notes.map((note) => note.urgency));
const expectOf = (notes: readonly Note[]) => new Set(notes.flatMap((note) => note.expect));

class Model {
  readonly heaps = new Map<string, Heap>();

  wake(subject: string, installation: number, note: Note): void {
    const heap = this.heaps.get(subject) ?? { notes: [], taken: [], until: undefined, lease: undefined, installation, attempts: 0 };
    heap.notes.push(note);
    heap.installation = installation;
    this.heaps.set(subject, heap);
  }

  /** Those whose worker did not come back in time. */
  expire(now: number): void {
    for (const heap of this.heaps.values()) {
      if (heap.until === undefined || heap.until > now) continue;
      heap.notes.unshift(...heap.taken);
      heap.taken = [];
      heap.until = undefined;
      heap.attempts++;
    }
  }

  /** Urgency and instant of each row that a claim takes: which of two equal rows it takes is its own affair. */
  claimable(now: number, limit: number, each: number): [number, number][] {
    const counts = new Map<number, number>();
    return [...this.heaps.values()]
      .filter((heap) => heap.until === undefined && dueOf(heap.notes) <= now)
      .map((heap) => ({ installation: heap.installation, urgency: urgencyOf(heap.notes), dueAt: dueOf(heap.notes) }))
      .sort((a, b) => a.urgency - b.urgency || a.dueAt - b.dueAt)
      .filter(({ installation }) => {
        counts.set(installation, (counts.get(installation) ?? 0) + 1);
        return (counts.get(installation) ?? 0) <= each;
      })
      .slice(0, limit)
      .map(({ urgency, dueAt }) => [urgency, dueAt]);
  }

  take({ subject, leaseUntil, lease }: Alarm): Heap {
    const heap = this.heaps.get(subject)!;
    heap.taken = heap.notes;
    heap.notes = [];
    heap.until = leaseUntil;
    heap.lease = lease;
    return heap;
  }

  /** A store that names its leases tells two of them apart that end at the same instant. */
  isTakenBy({ subject, leaseUntil, lease }: Alarm): boolean {
    const heap = this.heaps.get(subject);
    return heap?.until === leaseUntil && heap.lease === lease;
  }

  settle(alarm: Alarm, plan: (Note & { attempts: number }) | undefined): void {
    const { subject } = alarm;
    const heap = this.heaps.get(subject);
    if (heap === undefined || !this.isTakenBy(alarm)) return;
    heap.taken = [];
    heap.until = undefined;
    heap.attempts = plan?.attempts ?? 0;
    if (plan !== undefined) heap.notes.unshift(plan);
    if (heap.notes.length === 0) this.heaps.delete(subject);
  }

  nextDue(): number | undefined {
    const instants = [...this.heaps.values()].map((heap) => heap.until ?? dueOf(heap.notes));
    return instants.length === 0 ? undefined : Math.min(...instants);
  }
}

const subject = fc.constantFrom('a', 'b', 'c', 'd');
const offset = fc.integer({ min: -5, max: 40 });
const urgency = fc.integer({ min: 0, max: 9 });
const expectation = fc.subarray(['x', 'y', 'z']);
const step = fc.oneof(
  fc.record({ do: fc.constant('wake' as const), subject, offset, urgency, expectation, installation: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant('claim' as const), limit: fc.integer({ min: 0, max: 4 }), each: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('settle' as const), which: fc.nat(), goes: fc.boolean(), offset, urgency, expectation, attempts: fc.nat(3) }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 15 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const LEASE_S = 10;

async function run(store: Store, steps: readonly Step[]): Promise<void> {
  const model = new Model();
  const leases: Alarm[] = [];
  let now = instant(1_000_000);
  for (const one of steps) {
    if (one.do === 'pass') now = instant(now + one.seconds);
    else if (one.do === 'wake') {
      const dueAt = instant(now + one.offset);
      await store.wake([{ subject: one.subject, installation: one.installation, dueAt, urgency: one.urgency, expect: one.expectation }]);
      model.wake(one.subject, one.installation, { dueAt, urgency: one.urgency, expect: one.expectation });
    } else if (one.do === 'claim') leases.push(...(await claim(store, model, now, one.limit, one.each)));
    else {
      const alarm = leases[one.which % leases.length];
      if (alarm === undefined) continue;
      const { urgency, attempts, expectation: expect } = one;
      const plan = one.goes ? undefined : { dueAt: instant(now + one.offset), urgency, attempts, expect };
      await store.settle(alarm, plan);
      model.settle(alarm, plan);
    }
    await compare(store, model, leases, now);
  }
}

async function claim(store: Store, model: Model, now: Instant, limit: number, each: number): Promise<Alarm[]> {
  model.expire(now);
  const want = model.claimable(now, limit, each);
  const got = await store.claim(now, instant(now + LEASE_S), limit, each);
  expect(got.map((alarm) => [alarm.urgency, alarm.dueAt])).toEqual(want);
  for (const alarm of got) {
    const heap = model.take(alarm);
    expect([alarm.attempts, alarm.installation]).toEqual([heap.attempts, heap.installation]);
    expect(new Set(alarm.expect)).toEqual(expectOf(heap.taken));
  }
  return got;
}

async function compare(store: Store, model: Model, leases: readonly Alarm[], now: Instant): Promise<void> {
  expect(await store.nextDue()).toBe(model.nextDue());
  const rows = (await store.alarms()).map((row) => ({ ...row, version: 0, expect: new Set(row.expect) }));
  const heaps = [...model.heaps].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(rows).toEqual(
    heaps.map(([name, { notes, taken, until, installation, attempts }]) => ({
      subject: name,
      installation,
      dueAt: dueOf([...taken, ...notes]),
      leaseUntil: until ?? 0,
      version: 0,
      attempts,
      urgency: urgencyOf([...taken, ...notes]),
      expect: expectOf([...taken, ...notes]),
    })),
  );
  for (const alarm of leases) {
    const isHeld = model.isTakenBy(alarm) && now < alarm.leaseUntil;
    expect(await store.holds(alarm, now)).toBe(isHeld);
  }
}

/** `open` gives an empty store, and how to give it back. */
export function modelContract(name: string, open: () => Promise<Store>, numRuns: number): void {
  test(`${name}: alarms do what a heap of notes would do, in any order of events`, { timeout: BUSY_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = await open();
        await run(store, steps).finally(() => store.close());
      }),
      { numRuns },
    );
  });
}
