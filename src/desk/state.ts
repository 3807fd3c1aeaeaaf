import type { Instant } from '../calendar/time.ts';
import type { MarkerName, Policy } from '../policy/types.ts';
import { dayOrTime, notesOf, numberOf, personOf, ratingOf } from './arguments.ts';
import { FORGOTTEN, judge, kept, noteOf } from './commands.ts';
import { Dialogue } from './dialogue.ts';
import { Docket } from './docket.ts';
import { type FlagDeed, isMarker, meaningOf } from './hand.ts';
import type { Happening } from './happenings.ts';
import { type Actor, BY_HAND, type CommandFact, ENDED, type Fact, type Ledger, type Policies, type Record, SPOKE } from './ledger.ts';
import { Markers } from './markers.ts';
import { LAG_S, type Parts, type Played } from './parts.ts';
import { Pausing } from './pausing.ts';
import { pinsOf } from './pins.ts';
import { calendarOfPriority, type Priorities } from './priorities.ts';
import { silenceEnds } from './silence.ts';
import type { Assigning, Ended, HandedOver, Outcome, Stay } from './ticket.ts';

/** Commands by which somebody has sorted the ticket. */
const TRIAGES: ReadonlySet<string> = new Set(['priority', 'product', 'category', 'plan']);

/** One happening after the other moves the ticket. Whoever folds reads the parts at the end. */
export class State {
  readonly markers: Markers;
  readonly pausing = new Pausing();
  readonly dialogue: Dialogue;
  readonly docket: Docket;
  readonly priorities: Priorities;
  readonly assigning: Assigning[] = [];
  triaged = false;
  duplicateOf: number | undefined;
  rating: number | undefined;
  handedOver: HandedOver | undefined;
  readonly stays: Stay[] = [];
  seen: Instant;
  readonly #ledger: Ledger;
  readonly #policies: Policies;
  readonly #policy: Policy;
  readonly #parts: Parts;
  readonly #pins: Record['pins'];
  readonly #actedAt: Instant[] = [];
  constructor(ledger: Ledger, policies: Policies, parts: Parts, since: Instant, priorities: Priorities) {
    this.#ledger = ledger;
    this.#policies = policies;
    this.#policy = policies.now.policy;
    this.#parts = parts;
    this.#pins = pinsOf(ledger, policies, since, false);
    this.priorities = priorities;
    this.docket = new Docket(ledger.record);
    this.dialogue = new Dialogue(since);
    this.markers = new Markers(this.#policy, this.docket, ledger.fixes, since, (marker, at, id) => this.#moved(marker, at, id));
    this.seen = ledger.record?.seen ?? since;
    priorities.begin(since);
  }

  #moved(marker: MarkerName, at: Instant, id: string): void {
    this.dialogue.moved(marker, at, id);
    // On 🟢 nobody waits; reopened, it goes on.
    if (marker === 'resolved') this.pausing.resume(at, id);
  }

  apply(happening: Happening): void {
    this.passTime(happening.at);
    if (happening.is === 'claim') return this.priorities.claim(happening.at, happening.claim);
    if (happening.is === 'filled') return this.pausing.filled(happening.at);
    if (happening.is === 'command') return this.#command(happening.fact, happening.command, happening.by, happening.at);
    const { fact } = happening;
    const played = this.#parts.of(fact.by, fact.at);
    if (played.part !== 'app' && played.part !== 'bot') {
      this.#actedAt.push(fact.at);
      if (fact.at > this.seen) this.seen = fact.at;
    }
    if (played.part === 'responder') this.dialogue.did(fact.at, fact.id);
    this.#fact(fact, played);
  }

  /** Silence confirms: what `confirm.after` decided before `now`. */
  passTime(now: Instant): void {
    this.markers.passTime(now);
    const due = this.confirmsAt();
    if (due === undefined || due > now || this.docket.hasEnded(this.markers.marker.since)) return;
    this.docket.decide(due, ENDED, 'silence', due, 0);
    this.markers.end(due, 'silence', 'silence');
  }

  /** When silence confirms; undefined when it never does as things stand. */
  confirmsAt(): Instant | undefined {
    const calendar = () => calendarOfPriority(this.#policies, this.#pins, this.priorities.current);
    return silenceEnds(this.markers.marker, this.dialogue.answers.length > 0, this.#policy, calendar);
  }

  firstActSince(when: Instant): Instant | undefined {
    return this.#actedAt.find((at) => at >= when);
  }

  #fact(fact: Fact, played: Played): void {
    const staff = played.part === 'responder' || played.staff;
    const { markers } = this;
    switch (fact.kind) {
      case 'said':
        return this.#said(fact, played);
      case 'labelled':
      case 'unlabelled':
        return this.#label(fact, played);
      case 'assigned': {
        const who = this.#parts.of(fact.who, fact.at);
        markers.assign(fact.who);
        if (who.part === 'responder' || who.staff) markers.begun(fact.at, fact.id, fact.who);
        return;
      }
      case 'unassigned':
        return markers.unassign(fact.who);
      case 'closed':
        return this.#closedBy(fact, played);
      case 'reopened':
        markers.shown(false);
        if (played.part !== 'app') markers.reopen(fact.at, fact.id);
        return;
      case 'fixLinked':
        if (staff) markers.begun(fact.at, fact.id, fact.by);
        return;
      case 'fixMerged':
        return markers.merged(fact.at, fact.id, fact.fix);
      case 'opened':
        return;
    }
  }

  #said(fact: Extract<Fact, { kind: 'said' }>, played: Played): void {
    const { at, id } = fact;
    const says = fact.says && fact.visible;
    if (played.part === 'responder' && says) {
      this.markers.answered(at, this.dialogue.answers.length === 0);
      this.dialogue.answered(at, id, fact.by, this.markers.marker.is);
    }
    if (played.part !== 'reporter') return;
    // What his comment ended stays so when it is deleted.
    if (this.#spoke(at, id)) this.docket.decide(fact.comment, SPOKE, '', at, fact.by.id);
    if (says) this.dialogue.asked(at, id, this.markers.isOpen);
  }

  /** The reporter wrote, whatever it was. Answers whether anything ended by that. */
  #spoke(at: Instant, id: string): boolean {
    const { marker } = this.markers;
    const ends = this.pausing.waiting || (marker.is === 'confirming' && !marker.stopped);
    this.pausing.reporterSpoke(at, id);
    this.markers.reporterSpoke();
    return ends;
  }

  #label(fact: Extract<Fact, { kind: 'labelled' | 'unlabelled' }>, played: Played): void {
    const byForm = fact.kind === 'labelled' && played.part === 'reporter' && fact.at <= this.#ledger.createdAt + 5;
    if (byForm) return this.priorities.formLabel(fact.at, fact.label);
    if (played.part !== 'responder' && !played.staff) return;
    if (fact.kind === 'unlabelled') this.priorities.unlabelled(fact.at, fact.label);
    else if (this.priorities.labelled(fact.at, fact.label)) {
      this.triaged = true;
      return;
    }
    this.#byHand(fact);
  }

  /** What a marker's or a flag's label meant is kept from the first look that saw it: labels may be renamed. */
  #byHand(fact: Extract<Fact, { kind: 'labelled' | 'unlabelled' }>): void {
    const event = Number(fact.id.slice(1));
    const { record } = this.#ledger;
    if (this.docket.done.some((one) => one.name === BY_HAND && one.comment === event)) return;
    if (record && fact.at <= record.seen - LAG_S) return;
    const meant = meaningOf(fact, this.#policy);
    if (!meant) return;
    this.docket.decide(event, BY_HAND, meant, fact.at, fact.by.id);
    this.#carryOutLabel(meant, fact.at, fact.id, fact.by);
  }

  #carryOutLabel(meant: string, at: Instant, id: string, by: Actor): void {
    if (isMarker(meant)) return this.markers.set(meant, at, id, by);
    // On 🟢 nobody waits: the label goes again.
    if ((meant === 'wait' || meant === 'hold') && this.markers.marker.is === 'resolved') return;
    switch (meant as FlagDeed) {
      case 'wait':
        return this.pausing.wait(at, id);
      case 'hold':
        return this.pausing.hold(at, id);
      case 'resume':
        return this.pausing.resume(at, id);
      case 'triaged':
      case 'untriaged':
        this.triaged = meant === 'triaged';
    }
  }

  #closedBy(fact: Extract<Fact, { kind: 'closed' }>, played: Played): void {
    const { markers } = this;
    markers.shown(true);
    if (played.part === 'app' || markers.marker.is === 'resolved') return;
    const known = played.part === 'reporter' || played.part === 'responder';
    // A fix is a fix, also when a merge queue's bot merges it and so closes the issue.
    if (fact.byFix) return markers.closedByFix(fact.at, fact.id);
    markers.end(fact.at, fact.id, known && fact.as === 'completed' ? 'closed' : fact.as === 'duplicate' ? 'duplicate' : 'without_fix');
  }

  #command(comment: number, command: CommandFact, by: Actor, at: Instant): void {
    const played = this.#parts.of(by, at);
    if (played.part === 'app' || played.part === 'bot') return;
    // An edit may have added it after all that the timeline dates.
    if (at > this.seen && by.id !== 0) this.seen = at;
    const handled = this.docket.find(comment, command);
    const unheard = () => (this.docket.forgot(command, at) ? FORGOTTEN : judge(command, this.#scene(played)));
    const verdict = handled ? kept(handled) : unheard();
    const outcome = this.docket.note(
      comment,
      command,
      { by, part: played.part, at },
      verdict,
      handled,
      handled ? undefined : noteOf(command, this.#policy, this.#ledger),
    );
    if (!outcome.ok) return;
    if (played.part === 'responder' && ![ENDED, BY_HAND, SPOKE].includes(command.name)) this.dialogue.did(at, `c${comment}`);
    if (TRIAGES.has(command.name)) this.triaged = true;
    this.#carryOut(command, outcome, `c${comment}`);
  }

  #scene(played: Played) {
    const { marker, reopens } = this.markers;
    const paused = this.pausing.waiting || this.pausing.held;
    return { played, marker, reopens, paused, policy: this.#policy, category: this.priorities.category, ledger: this.#ledger };
  }

  #carryOut(command: CommandFact, outcome: Outcome, id: string): void {
    const { at, by } = outcome;
    switch (command.name) {
      case 'take':
        if (outcome.fresh) this.assigning.push({ login: by.login, is: 'on' });
        this.markers.assign(by);
        return this.markers.begun(at, id, by);
      case 'assign':
      case 'handoff':
        return this.#assign(command, outcome, id);
      case 'fixed':
        return this.markers.fixed(at, id);
      case 'confirm':
        return this.markers.end(at, id, 'confirmed');
      case 'close':
        return this.markers.end(at, id, 'closed');
      case 'duplicate':
        this.duplicateOf = numberOf(command.text);
        return this.markers.end(at, id, 'duplicate');
      case 'reopen':
        return this.markers.reopen(at, id);
      case 'still-broken':
        if (!this.markers.isOpen) this.markers.stillBroken(at, id);
        if (outcome.part === 'reporter') this.dialogue.insisted(at, id);
        return;
      case 'wait':
        return this.pausing.wait(at, id, command.text);
      case 'hold':
        return this.pausing.hold(at, id, command.text);
      case 'resume':
        return this.pausing.resume(at, id);
      case 'workaround':
        this.dialogue.workaround ??= { at, id, by };
        return;
      case 'ack':
        if (outcome.note === 'counts' && outcome.part === 'responder') this.dialogue.acked ??= { at, id, by };
        return;
      case 'stay': {
        const until = dayOrTime(command.text, this.#policy.timezone);
        this.stays.push({ at, by, ...(until === undefined ? {} : { until }) });
        return;
      }
      case 'rate':
        this.rating = ratingOf(command.text);
        return;
      case BY_HAND:
        return this.#carryOutLabel(command.text, at, `e${id.slice(1)}`, by);
      case SPOKE:
        return void this.#spoke(at, id);
      case ENDED:
        return this.markers.end(at, command.text, command.text as Ended);
      case 'priority':
      case 'product':
      case 'category':
      case 'plan':
        return this.priorities.say(at, command.name, command.text);
    }
  }

  #assign(command: CommandFact, { at, by, comment, fresh, note }: Outcome, id: string): void {
    const login = personOf(command.text);
    if (login === undefined) return;
    const handsOver = command.name === 'handoff';
    if (fresh) {
      this.assigning.push({ login, is: 'on' });
      if (handsOver && by.login.toLowerCase() !== login) this.assigning.push({ login: by.login, is: 'off' });
    }
    if (handsOver && notesOf(command.text) !== '') this.handedOver = { at, comment, from: by, to: login };
    const [actorId, name] = note?.split(' ') ?? [];
    if (actorId !== undefined && name !== undefined) this.markers.begun(at, id, { id: Number(actorId), login: name });
  }
}
