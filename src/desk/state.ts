import type { Instant, Interval } from '../calendar/time.ts';
import { MARKERS, type MarkerName } from '../policy/types.ts';
import { judge, kept } from './commands.ts';
import { type Happening, handledKey } from './happenings.ts';
import { same } from './intake.ts';
import type { Policies } from './ledger.ts';
import { type Actor, BY_HAND, COMMAND_TEXT_MAX, type CommandFact, ENDED, type Fact, type Handled, type Ledger } from './ledger.ts';
import type { Parts, Played } from './parts.ts';
import { LAG_S } from './parts.ts';
import { calendarOfPriority, type Priorities } from './priorities.ts';
import type { Cycle, Ended, Fixed, Marker, Outcome } from './ticket.ts';

/** The marker machine: one happening after the other moves the ticket. Whoever folds reads its fields at the end. */
export class State {
  marker: Marker;
  history: { at: Instant; id: string; marker: Marker['is'] }[] = [];
  answers: { at: Instant; id: string; by: Actor }[] = [];
  cycles: Cycle[];
  closures: Interval[] = [];
  takers: Actor[] = [];
  outcomes: Outcome[] = [];
  done: Handled[];
  seen: Instant;
  readonly priorities: Priorities;
  #ledger: Ledger;
  #policies: Policies;
  #parts: Parts;
  #handled: Map<string, Handled>;
  #assigned = new Set<number>();
  #closed = false;
  #worker: Actor | undefined;
  #actedAt: Instant[] = [];

  constructor(ledger: Ledger, policies: Policies, parts: Parts, since: Instant, priorities: Priorities) {
    this.#ledger = ledger;
    this.#policies = policies;
    this.#parts = parts;
    this.priorities = priorities;
    this.marker = { is: 'received', since };
    this.history.push({ at: since, id: 'opened', marker: 'received' });
    this.cycles = [{ id: 'opened', from: since, fixed: [] }];
    this.done = [...(ledger.record?.done ?? [])];
    this.#handled = new Map(this.done.map((one) => [handledKey(one), one]));
    this.seen = ledger.record?.seen ?? since;
    priorities.begin(since);
  }

  apply(happening: Happening): void {
    this.passTime(happening.at);
    if (happening.is === 'claim') return this.priorities.claim(happening.at, happening.claim);
    if (happening.is === 'command') return this.#command(happening.fact, happening.command, happening.by, happening.at);
    const { fact } = happening;
    const played = this.#parts.of(fact.by, fact.at);
    if (played.part !== 'app' && played.part !== 'bot') {
      this.#actedAt.push(fact.at);
      if (fact.at > this.seen) this.seen = fact.at;
    }
    this.#fact(fact, played);
  }

  /** Silence confirms: what `confirm.after` decided before `now`. */
  passTime(now: Instant): void {
    const due = this.confirmsAt();
    if (due === undefined || due > now || this.#endIsRecorded()) return;
    this.#decide(due, ENDED, 'silence', due, 0);
    this.#end(due, 'silence', 'silence');
  }

  /** The record says when this 🟡 ended: an edit of `confirm` since then changes nothing about it. */
  #endIsRecorded(): boolean {
    const { since } = this.marker;
    return this.done.some((one) => one.name === ENDED && one.at >= since);
  }

  /** Keeps a decision that came from the policy of its day, so that a later edit of it does not rewrite what happened. */
  #decide(about: number, name: string, text: string, at: Instant, by: number): void {
    const entry: Handled = { comment: about, name, text, at, by, ok: true };
    if (this.#handled.has(handledKey(entry))) return;
    this.done.push(entry);
    this.#handled.set(handledKey(entry), entry);
  }

  /** When silence confirms; undefined when it never does as things stand. */
  confirmsAt(): Instant | undefined {
    const { confirm } = this.#policies.now.policy;
    if (this.marker.is !== 'confirming' || confirm === false || this.marker.stopped) return undefined;
    if (!this.marker.closed && this.answers.length === 0) return undefined;
    return calendarOfPriority(this.#policies.now, this.priorities.current).dueAfter(this.marker.confirmsFrom, confirm.after);
  }

  freeze(when: Instant): void {
    if (!this.closures.at(-1) || this.closures.at(-1)?.to !== undefined) this.closures.push({ from: when });
  }

  firstActSince(when: Instant): Instant | undefined {
    return this.#actedAt.find((at) => at >= when);
  }

  #fact(fact: Fact, played: Played): void {
    switch (fact.kind) {
      case 'said':
        return this.#said(fact.at, fact.id, fact.by, played, fact.says && fact.visible);
      case 'labelled':
      case 'unlabelled':
        return this.#label(fact, played);
      case 'assigned': {
        const who = this.#parts.of(fact.who, fact.at);
        this.#assigned.add(fact.who.id);
        if ((who.part === 'responder' || who.staff) && this.marker.is === 'received') this.#progress(fact.at, fact.id, fact.who);
        return;
      }
      case 'unassigned':
        this.#assigned.delete(fact.who.id);
        if (this.#worker?.id === fact.who.id) this.#worker = undefined;
        if (this.marker.is === 'progress' && this.marker.by?.id === fact.who.id) this.marker = { is: 'progress', since: this.marker.since };
        return;
      case 'closed':
        return this.#closedBy(fact, played);
      case 'reopened':
        this.#closed = false;
        if (played.part !== 'app') this.#reopen(fact.at, fact.id);
        return;
      case 'fixLinked':
        if ((played.part === 'responder' || played.staff) && this.marker.is === 'received') this.#progress(fact.at, fact.id, fact.by);
        return;
      case 'fixMerged':
        if (!this.#ledger.fixes.some((fix) => fix.open)) this.#fixedAt(fact.at, fact.id);
        return;
      case 'opened':
        return;
    }
  }

  #said(at: Instant, id: string, by: Actor, played: Played, says: boolean): void {
    if (played.part === 'responder' && says) {
      this.answers.push({ at, id, by });
      if (this.marker.is === 'confirming' && this.marker.stopped) this.marker = { ...this.marker, stopped: false, confirmsFrom: at };
    }
    if (played.part === 'reporter' && this.marker.is === 'confirming') this.marker = { ...this.marker, stopped: true };
  }

  #label(fact: Extract<Fact, { kind: 'labelled' | 'unlabelled' }>, played: Played): void {
    const byForm = fact.kind === 'labelled' && played.part === 'reporter' && fact.at <= this.#ledger.createdAt + 5;
    if (byForm) return this.priorities.formLabel(fact.at, fact.label);
    if (played.part !== 'responder' && !played.staff) return;
    if (fact.kind === 'unlabelled') return this.priorities.unlabelled(fact.at, fact.label);
    if (this.priorities.labelled(fact.at, fact.label)) return;
    this.#markerByHand(fact);
  }

  /** What a marker's label meant is kept from the first look that saw it: labels may be renamed. */
  #markerByHand(fact: Extract<Fact, { kind: 'labelled' | 'unlabelled' }>): void {
    const event = Number(fact.id.slice(1));
    const { record } = this.#ledger;
    if (this.done.some((one) => one.name === BY_HAND && one.comment === event)) return;
    if (record && fact.at <= record.seen - LAG_S) return;
    const marker = MARKERS.find((one) => same(fact.label, this.#policies.now.policy.markers[one].label));
    if (!marker) return;
    this.#decide(event, BY_HAND, marker, fact.at, fact.by.id);
    this.#setMarker(marker, fact.at, fact.id, fact.by);
  }

  #setMarker(marker: MarkerName, at: Instant, id: string, by: Actor): void {
    switch (marker) {
      case 'progress':
        return this.#toProgress(at, id, by);
      case 'confirming':
        return this.#fixedAt(at, id);
      case 'resolved':
        return this.#end(at, id, 'closed');
      case 'received':
        return this.#toReceived(at, id);
    }
  }

  #toProgress(at: Instant, id: string, by: Actor): void {
    if (this.marker.is === 'confirming') this.#voidFix(at);
    if (this.marker.is === 'resolved') this.#reopen(at, id);
    if (this.marker.is !== 'progress') this.#progress(at, id, by);
  }

  #toReceived(at: Instant, id: string): void {
    if (this.marker.is === 'confirming') this.#voidFix(at);
    if (this.marker.is === 'resolved') this.#reopen(at, id);
    if (this.marker.is !== 'received') this.#mark({ is: 'received', since: at }, id);
  }

  #closedBy(fact: Extract<Fact, { kind: 'closed' }>, played: Played): void {
    this.#closed = true;
    if (played.part === 'app' || this.marker.is === 'resolved') return;
    const known = played.part === 'reporter' || played.part === 'responder';
    // A fix is a fix, also when a merge queue's bot merges it and so closes the issue.
    if (!fact.byFix) return this.#end(fact.at, fact.id, known && fact.as === 'completed' ? 'closed' : 'without_fix');
    this.#fixedAt(fact.at, fact.id);
    if (this.marker.is === 'confirming') this.marker = { ...this.marker, closed: true };
    this.freeze(fact.at);
  }

  /** A fix exists: 🟡, or 🟢 where the policy has no 🟡. */
  #fixedAt(at: Instant, id: string): void {
    if (this.marker.is === 'resolved') return;
    if (this.marker.is === 'confirming') {
      this.marker = { ...this.marker, stopped: false, confirmsFrom: at };
      return;
    }
    this.#editCycle((cycle) => ({ ...cycle, fixed: [...cycle.fixed, { at, id }] }));
    // A 🟡 that silence ended was one, whatever the policy says today.
    const wasYellow = this.done.some((one) => one.name === ENDED && one.text === 'silence' && one.at >= at);
    if (this.#policies.now.policy.confirm === false && !wasYellow) {
      this.#decide(at, ENDED, 'closed', at, 0);
      return this.#end(at, id, 'closed');
    }
    this.#mark({ is: 'confirming', since: at, confirmsFrom: at, stopped: false, closed: this.#closed }, id);
  }

  #voidFix(at: Instant): void {
    const voided = (fix: Fixed): Fixed => (fix.voidedAt === undefined ? { ...fix, voidedAt: at } : fix);
    this.#editCycle((cycle) => ({ ...cycle, fixed: cycle.fixed.map(voided) }));
    this.#thaw(at);
  }

  #end(at: Instant, id: string, how: Ended): void {
    if (this.marker.is === 'resolved') return;
    this.#editCycle((cycle) => ({ ...cycle, end: { at, how } }));
    this.freeze(at);
    this.#mark({ is: 'resolved', since: at, how }, id);
  }

  #reopen(at: Instant, id: string): void {
    if (this.marker.is !== 'resolved' && !(this.marker.is === 'confirming' && this.marker.closed)) return;
    if (this.marker.is === 'confirming') this.#editCycle((cycle) => ({ ...cycle, end: { at, how: 'closed' } }));
    this.#thaw(at);
    this.cycles.push({ id, from: at, fixed: [] });
    this.#mark(this.#assigned.size > 0 ? { is: 'progress', since: at } : { is: 'received', since: at }, id);
  }

  #thaw(at: Instant): void {
    const last = this.closures.at(-1);
    if (last && last.to === undefined) this.closures[this.closures.length - 1] = { from: last.from, to: at };
  }

  #progress(at: Instant, id: string, by: Actor | undefined): void {
    this.#mark({ is: 'progress', since: at, ...(by ? { by } : {}) }, id);
    this.#worker = by;
  }

  #mark(marker: Marker, id: string): void {
    this.marker = marker;
    this.history.push({ at: marker.since, id, marker: marker.is });
  }

  #editCycle(edit: (cycle: Cycle) => Cycle): void {
    this.cycles[this.cycles.length - 1] = edit(this.cycles[this.cycles.length - 1]!);
  }

  #command(comment: number, command: CommandFact, by: Actor, at: Instant): void {
    const played = this.#parts.of(by, at);
    if (played.part === 'app' || played.part === 'bot') return;
    // An edit may have added it after all that the timeline dates.
    if (at > this.seen && by.id !== 0) this.seen = at;
    const text = command.text.slice(0, COMMAND_TEXT_MAX);
    const handled = this.#handled.get(handledKey({ comment, name: command.name, text }));
    const verdict = handled ? kept(handled) : judge(command, played, this.marker, this.#policies.now.policy);
    const fresh = !handled && at > (this.#ledger.record?.forgot ?? Number.NEGATIVE_INFINITY);
    this.outcomes.push({ comment, name: command.name, text, at, by, part: played.part, fresh, ...verdict });
    if (fresh) {
      const entry: Handled = { comment, name: command.name, text, at, by: by.id, ok: verdict.ok };
      this.done.push(entry);
      this.#handled.set(handledKey(entry), entry);
    }
    if (verdict.ok) this.#carryOut(command, by, at, `c${comment}`, fresh);
  }

  #carryOut(command: CommandFact, by: Actor, at: Instant, id: string, fresh: boolean): void {
    switch (command.name) {
      case 'take':
        if (fresh) this.takers.push(by);
        if (this.marker.is === 'received') this.#progress(at, id, by);
        return;
      case 'fixed':
        return this.#fixedAt(at, id);
      case 'confirm':
        return this.#end(at, id, 'confirmed');
      case 'still-broken':
        if (this.marker.is === 'resolved') return this.#reopen(at, id);
        this.#voidFix(at);
        this.#closed = false;
        // Whoever worked on it goes on; who says that it is broken need not.
        return this.#progress(at, id, this.#worker);
      case BY_HAND:
        return this.#setMarker(command.text as MarkerName, at, `e${id.slice(1)}`, by);
      case ENDED:
        return this.#end(at, command.text, command.text as Ended);
      case 'priority':
        this.priorities.say(at, command.text);
    }
  }
}
