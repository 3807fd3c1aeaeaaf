import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Store } from '../store/port.ts';
import { URGENT } from './parts.ts';

/** A worker's lease: longer than two POSTs may take (`design.md`, 5: a POST times out in less than half of it). */
export const LEASE_S = 120;
/** Of one installation at a time. Its reads go side by side, its writes one after the other: with more, looks would outlive their leases in line. */
const IN_FLIGHT_MAX = 4;
/** Of one installation in one claim. */
const PER_CLAIM = 2;
/** In one claim: other processes on the store get their part. */
const CLAIM_MAX = 128;
/** Subjects of all installations that one process works on at a time. Most of them wait for GitHub, or for their installation's turn to write. */
const AT_ONCE_MAX = 1_024;
/** Installations that GitHub limits come back one after the other, not all in one second. */
const JITTER = 0.1;
/** A key that GitHub does not take is shown again so soon, when nobody says. */
const KEY_AGAIN_S = 60;

export type LanesOptions = {
  readonly store: Pick<Store, 'claim'>;
  readonly clock: () => Instant;
  /** Works on a claimed alarm to its end. `hurry`: more steps of this installation are due than are being worked on. */
  readonly work: (alarm: Alarm, hurry: boolean) => Promise<void>;
};

/** `late`: what falls due meanwhile is late, since nobody asks us to wait. */
type Rest = { readonly since: Instant; readonly until: Instant; readonly late: boolean };

/**
 * Claims what is due and works on it, each installation for itself: one that is slow, busy or limited by GitHub takes its own few places and
 * delays no other.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #busy = new Map<number, number>();
  readonly #flights = new Set<Promise<void>>();
  readonly #rests = new Map<number, Rest>();
  readonly #working = new Set<Alarm>();
  #failures: unknown[] = [];
  #onFree: () => void = () => {};
  #stopped = false;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /** GitHub limits this installation: nothing of it is claimed for so long. */
  rest(installation: number, seconds: number): void {
    this.#rest(installation, seconds, false);
  }

  /** GitHub does not take our key there: as `rest`, but it does not ask us to wait. */
  refused(installation: number, seconds = KEY_AGAIN_S): void {
    this.#rest(installation, seconds, true);
  }

  #rest(installation: number, seconds: number, late: boolean): void {
    const jitter = 1 + (((installation * 7_919) % 100) / 100) * JITTER;
    const since = this.#options.clock();
    const until = Math.max(since + Math.ceil(seconds * jitter), this.#rests.get(installation)?.until ?? 0);
    this.#rests.set(installation, { since, until: instant(until), late });
  }

  /** Installations that are left alone now. */
  resting(): number[] {
    const now = this.#options.clock();
    // Before it began: the clock was set back, and a minute's rest must not become an hour's.
    for (const [installation, { since, until }] of this.#rests) if (until <= now || now < since) this.#rests.delete(installation);
    return [...this.#rests.keys()];
  }

  /** Of those, whom GitHub limits: what is due there is not late. */
  limited(): number[] {
    return this.resting().filter((one) => !this.#rests.get(one)!.late);
  }

  /** When the first of those that are left alone is not any more. */
  nextRested(): Instant | undefined {
    return this.resting().length === 0 ? undefined : instant(Math.min(...[...this.#rests.values()].map(({ until }) => until)));
  }

  /** Claims what is due and begins to work on it; answers what that is. One call at a time. */
  async begin(): Promise<readonly Alarm[]> {
    const room = Math.min(CLAIM_MAX, AT_ONCE_MAX - this.#flights.size);
    if (room <= 0 || this.#stopped) return [];
    const { store, clock } = this.#options;
    const now = clock();
    const full = [...this.#busy].flatMap(([installation, n]) => (n + PER_CLAIM > IN_FLIGHT_MAX ? [installation] : []));
    const except = [...new Set([...full, ...this.resting()])];
    const alarms = await store.claim(now, instant(now + LEASE_S), room, PER_CLAIM, except);
    for (const mine of Map.groupBy(alarms, (alarm) => alarm.installation).values()) {
      const hurry = mine.length >= PER_CLAIM && mine.every((alarm) => alarm.urgency === URGENT);
      for (const alarm of mine) this.#fly(alarm, hurry);
    }
    return alarms;
  }

  #fly(alarm: Alarm, hurry: boolean): void {
    const { installation } = alarm;
    this.#busy.set(installation, (this.#busy.get(installation) ?? 0) + 1);
    this.#working.add(alarm);
    const flight = this.#options
      .work(alarm, hurry)
      .catch((error: unknown) => {
        this.#failures.push(error);
      })
      .finally(() => {
        const left = (this.#busy.get(installation) ?? 1) - 1;
        if (left > 0) this.#busy.set(installation, left);
        else this.#busy.delete(installation);
        this.#working.delete(alarm);
        this.#flights.delete(flight);
        this.#onFree();
      });
    this.#flights.add(flight);
  }

  /** What is being worked on. */
  working(): Iterable<Alarm> {
    return this.#working;
  }

  /** Called whenever a place is free again. */
  onFree(free: () => void): void {
    this.#onFree = free;
  }

  /** When all that is being worked on has ended. Throws the first failure of the work itself since the last time: the store's, never a look's. */
  async idle(): Promise<void> {
    while (this.#flights.size > 0) await Promise.all(this.#flights);
    this.failed();
  }

  /** Throws as `idle`, without waiting. */
  failed(): void {
    const [first] = this.#failures.splice(0);
    if (first !== undefined) throw first;
  }

  /** Claims nothing more. */
  halt(): void {
    this.#stopped = true;
  }

  /** As `halt`, and ends when what is being worked on has ended. */
  async stop(): Promise<void> {
    this.halt();
    await this.idle();
  }
}
