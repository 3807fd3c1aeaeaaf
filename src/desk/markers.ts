import type { Instant } from '../calendar/time.ts';
import type { MarkerName, Policy } from '../policy/types.ts';
import { anew } from './dialogue.ts';
import type { Docket } from './docket.ts';
import { type Actor, ENDED, type FixRef } from './ledger.ts';
import type { Cycle, Ended, Fixed, Marker, Pause } from './ticket.ts';

/** What the fold hears of a marker that has moved. */
type Moved = (marker: MarkerName, at: Instant, id: string) => void;

/** Where the ticket stands: 🔴 ⭕️ 🟡 🟢, the cycles of its resolution, and the time that none of its promises counts. */
export class Markers {
  marker: Marker;
  readonly history: { at: Instant; id: string; marker: MarkerName }[] = [];
  readonly cycles: Cycle[];
  readonly closures: Pause[] = [];
  readonly gaps: Pause[] = [];
  readonly assigned = new Set<number>();
  readonly #policy: Policy;
  readonly #docket: Docket;
  readonly #fixes: readonly FixRef[];
  readonly #moved: Moved;
  readonly #since: Instant;
  #closed = false;
  /** A fix was merged, and others that were open then were given up at that instant. */
  #awaited: { readonly at: Instant; readonly id: string } | undefined;
  #worker: Actor | undefined;

  constructor(policy: Policy, docket: Docket, fixes: readonly FixRef[], since: Instant, moved: Moved) {
    this.#policy = policy;
    this.#docket = docket;
    this.#fixes = fixes;
    this.#moved = moved;
    this.#since = since;
    this.marker = { is: 'received', since };
    this.history.push({ at: since, id: 'opened', marker: 'received' });
    this.cycles = [{ id: 'opened', from: since, fixed: [] }];
  }

  /** 🔴 or ⭕️: somebody owes work. */
  get isOpen(): boolean {
    return this.marker.is === 'received' || this.marker.is === 'progress';
  }

  set(marker: MarkerName, at: Instant, id: string, by: Actor): void {
    switch (marker) {
      case 'progress':
        return this.#toProgress(at, id, by);
      case 'confirming':
        return this.fixed(at, id);
      case 'resolved':
        return this.end(at, id, 'closed');
      case 'received':
        return this.#toReceived(at, id);
    }
  }

  /** Somebody works on it: 🔴 becomes ⭕️. */
  begun(at: Instant, id: string, by: Actor): void {
    if (this.marker.is === 'received') this.#progress(at, id, by);
  }

  assign(who: Actor): void {
    this.assigned.add(who.id);
  }

  unassign(who: Actor): void {
    this.assigned.delete(who.id);
    if (this.#worker?.id === who.id) this.#worker = undefined;
    if (this.marker.is === 'progress' && this.marker.by?.id === who.id) this.marker = { is: 'progress', since: this.marker.since };
  }

  /** The reporter wrote on 🟡: silence does not confirm any more. */
  reporterSpoke(): void {
    if (this.marker.is === 'confirming') this.marker = { ...this.marker, stopped: true };
  }

  /** An answer on 🟡: silence counts from here, if it was stopped, or if nobody had answered so that it could not count at all. */
  answered(at: Instant, first: boolean): void {
    if (this.marker.is !== 'confirming') return;
    if (this.marker.stopped || (first && !this.marker.closed)) this.marker = { ...this.marker, stopped: false, confirmsFrom: at };
  }

  /** GitHub shows it closed, or open again. */
  shown(closed: boolean): void {
    this.#closed = closed;
  }

  /** A fix was merged: it is one if none that was linked before is still open then, or else when the last of them is given up. */
  merged(at: Instant, id: string, ref: string): void {
    const open = this.#fixes.filter((fix) => fix.ref !== ref && fix.since < at && (fix.until === undefined || fix.until > at));
    if (open.length === 0) return this.fixed(at, id);
    const last = Math.max(...open.map((fix) => fix.until ?? Number.POSITIVE_INFINITY));
    if (Number.isFinite(last)) this.#awaited = { at: last as Instant, id };
  }

  /** By `now` the fixes that a merge waited for may have been given up. */
  passTime(now: Instant): void {
    const awaited = this.#awaited;
    if (!awaited || awaited.at > now) return;
    this.#awaited = undefined;
    if (this.isOpen) this.fixed(awaited.at, awaited.id);
  }

  closedByFix(at: Instant, id: string): void {
    this.fixed(at, id);
    if (this.marker.is === 'confirming') this.marker = { ...this.marker, closed: true };
    this.freeze(at, id);
  }

  /** A fix exists: 🟡, or 🟢 where the policy has no 🟡. */
  fixed(at: Instant, id: string): void {
    if (this.marker.is === 'resolved') return;
    if (this.marker.is === 'confirming') {
      this.marker = { ...this.marker, stopped: false, confirmsFrom: at };
      return;
    }
    this.#editCycle((cycle) => ({ ...cycle, fixed: [...cycle.fixed, { at, id }] }));
    // A 🟡 that silence ended was one, whatever the policy says today.
    const wasYellow = this.#docket.done.some((one) => one.name === ENDED && one.text === 'silence' && one.at >= at);
    if (this.#policy.confirm === false && !wasYellow) {
      this.#docket.decide(at, ENDED, 'closed', at, 0);
      return this.end(at, id, 'closed');
    }
    this.#mark({ is: 'confirming', since: at, confirmsFrom: at, stopped: false, closed: this.#closed }, id);
  }

  /** `/still-broken`: whoever worked on it goes on; who says so need not. */
  stillBroken(at: Instant, id: string): void {
    if (this.marker.is === 'resolved') return this.reopen(at, id);
    this.#voidFix(at, id);
    this.#closed = false;
    this.#progress(at, id, this.#worker);
  }

  end(at: Instant, id: string, how: Ended): void {
    if (this.marker.is === 'resolved') return;
    this.#editCycle((cycle) => ({ ...cycle, end: { at, how } }));
    this.freeze(at, id);
    this.#mark({ is: 'resolved', since: at, how }, id);
  }

  /** Whether there is something to reopen: 🟢, or a 🟡 that was closed. */
  get reopens(): boolean {
    return this.marker.is === 'resolved' || (this.marker.is === 'confirming' && this.marker.closed);
  }

  reopen(at: Instant, id: string): void {
    if (!this.reopens) return;
    if (this.marker.is === 'confirming') this.#editCycle((cycle) => ({ ...cycle, end: { at, how: 'closed' } }));
    this.#thaw(at, id);
    this.#closed = false;
    // What ended before the ticket began, or in the second in which it began itself, was none of its cycles.
    if (at <= this.#since || this.cycles.at(-1)!.from === at) this.cycles.pop();
    this.cycles.push({ id: anew(this.cycles, id, at), from: Math.max(at, this.#since) as Instant, fixed: [] });
    this.#mark(this.assigned.size > 0 ? { is: 'progress', since: at } : { is: 'received', since: at }, id);
  }

  freeze(from: Instant, began: string): void {
    const last = this.closures.at(-1);
    if (!last || last.to !== undefined) this.closures.push({ from, cause: 'closed', began });
  }

  #toProgress(at: Instant, id: string, by: Actor): void {
    if (this.marker.is === 'confirming') this.#voidFix(at, id);
    if (this.marker.is === 'resolved') this.reopen(at, id);
    if (this.marker.is !== 'progress') this.#progress(at, id, by);
  }

  #toReceived(at: Instant, id: string): void {
    if (this.marker.is === 'confirming') this.#voidFix(at, id);
    if (this.marker.is === 'resolved') this.reopen(at, id);
    if (this.marker.is !== 'received') this.#mark({ is: 'received', since: at }, id);
  }

  #voidFix(at: Instant, id: string): void {
    const standing = this.cycles.at(-1)!.fixed.find((fix) => fix.voidedAt === undefined);
    if (standing) this.gaps.push({ from: standing.at, to: at, cause: 'unfixed', began: standing.id, ended: id });
    const voided = (fix: Fixed): Fixed => (fix.voidedAt === undefined ? { ...fix, voidedAt: at } : fix);
    this.#editCycle((cycle) => ({ ...cycle, fixed: cycle.fixed.map(voided) }));
    this.#thaw(at, id);
  }

  #thaw(to: Instant, ended: string): void {
    const last = this.closures.at(-1);
    if (!last || last.to !== undefined) return;
    if (last.from === to) this.closures.pop();
    else this.closures[this.closures.length - 1] = { ...last, to, ended };
  }

  #progress(at: Instant, id: string, by: Actor | undefined): void {
    this.#mark({ is: 'progress', since: at, ...(by ? { by } : {}) }, id);
    this.#worker = by;
  }

  #mark(marker: Marker, id: string): void {
    this.marker = marker;
    this.history.push({ at: marker.since, id, marker: marker.is });
    this.#moved(marker.is, marker.since, id);
  }

  #editCycle(edit: (cycle: Cycle) => Cycle): void {
    this.cycles[this.cycles.length - 1] = edit(this.cycles[this.cycles.length - 1]!);
  }
}
