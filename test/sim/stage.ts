import { readKey } from '../../src/desk/record.ts';
import { readForm, renderAnswers } from '../../src/policy/forms.ts';
import { Refused } from '../../src/sandbox/world/world.ts';
import { REPO, type TestDesk } from '../support/desk.ts';
import { BOT, type PlannedAct, RESPONDERS } from './plan.ts';
import type { Act, Part, Who } from './script.ts';

export const OTHER_REPO = 'acme/other';

export type SaidThere = { readonly id: number; readonly ticket: number; readonly at: number; readonly by: string; unsaid: boolean };

/** Does on the twin what a plan wants, and writes down what came of it as GitHub dated it. */
export class Stage {
  /** Planned ticket → issue number. */
  readonly numbers = new Map<number, number>();
  readonly gone = new Set<number>();
  readonly comments: SaidThere[] = [];
  readonly acts: Act[] = [];
  readonly #desk: TestDesk;
  readonly #form: string;
  readonly #reporters = new Map<number, string>();
  readonly #botted = new Map<string, number>();

  constructor(desk: TestDesk, form: string) {
    this.#desk = desk;
    this.#form = form;
  }

  /** What GitHub's pages do not offer, and what changes nothing, did not happen. */
  perform(planned: PlannedAct): void {
    const number = this.numbers.get(planned.ticket);
    if (planned.kind === 'open') return this.#open(planned);
    if (number === undefined || this.gone.has(number)) return;
    const before = this.#desk.issue(number).timeline.length;
    try {
      const act = this.#done(planned, number);
      const moved = planned.kind === 'delete' || planned.kind === 'hide' || this.gone.has(number) || this.#length(number) > before;
      if (act && moved) this.acts.push(act);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  #length(number: number): number {
    return this.#desk.issue(number).timeline.length;
  }

  who(login: string, number: number): Who {
    return { login, part: this.#part(login, number) };
  }

  #part(login: string, number: number): Part {
    if (this.#reporters.get(number) === login) return 'reporter';
    if (login === BOT) return 'bot';
    return (RESPONDERS as readonly string[]).includes(login) ? 'responder' : 'bystander';
  }

  #open(planned: Extract<PlannedAct, { kind: 'open' }>): void {
    const spec = readForm('bug.yml', this.#form);
    if ('problem' in spec) throw new Error(spec.problem);
    const answers = { description: 'It does not work', ...(planned.priority ? { priority: `${planned.priority} – so it is` } : {}) };
    const what = { by: planned.by, title: `Trouble ${planned.ticket}`, body: renderAnswers(spec, answers) };
    const number = this.#desk.act.openIssue(REPO, what);
    this.numbers.set(planned.ticket, number);
    this.#reporters.set(number, planned.by);
    const { at, ticket, by } = this.#common(planned.by, number);
    this.acts.push({ at, ticket, by, kind: 'open', ...(planned.priority ? { priority: planned.priority } : {}) });
  }

  #common(login: string, number: number): { at: number; ticket: number; by: Who } {
    return { at: this.#desk.now, ticket: number, by: this.who(login, number) };
  }

  #done(planned: Exclude<PlannedAct, { kind: 'open' }>, number: number): Act | undefined {
    const { act } = this.#desk;
    const { by } = planned;
    const common = this.#common(by, number);
    switch (planned.kind) {
      case 'say': {
        // Nothing is a duplicate of itself.
        const body = number === 1 ? planned.body.replace('/duplicate #1', '/close') : planned.body;
        const comment = act.comment(REPO, number, body, by);
        this.comments.push({ id: comment, ticket: number, at: common.at, by, unsaid: false });
        return { ...common, kind: 'say', comment, body };
      }
      case 'delete':
      case 'hide':
        return this.#unsay(planned, number);
      case 'label':
      case 'unlabel':
        if (by === BOT && this.#tooSoon(`${planned.kind} ${number} ${planned.label}`)) return undefined;
        act[planned.kind](REPO, number, planned.label, by);
        return { ...common, kind: planned.kind, label: planned.label };
      case 'assign':
      case 'unassign':
        act[planned.kind](REPO, number, planned.who, by);
        return { ...common, kind: planned.kind, who: this.who(planned.who, number) };
      case 'close':
        act.close(REPO, number, by, planned.as);
        return { ...common, kind: 'close', as: planned.as };
      case 'reopen':
        act.reopen(REPO, number, by);
        return { ...common, kind: 'reopen' };
      case 'merge':
        return this.#merge(number, by) ? { ...common, kind: 'merge' } : undefined;
      case 'gone':
        // Others are duplicates of it.
        if (number === 1) return undefined;
        if (planned.how === 'deleted') act.deleteIssue(REPO, number, by);
        else act.transferIssue(REPO, number, OTHER_REPO, by);
        this.gone.add(number);
        return undefined;
    }
  }

  /** A bot that insists within the hour gets its way, as far as labels go: not what is simulated. */
  #tooSoon(what: string): boolean {
    const last = this.#botted.get(what);
    this.#botted.set(what, this.#desk.now);
    return last !== undefined && this.#desk.now - last < 2 * 3_600;
  }

  #merge(number: number, by: string): boolean {
    const { act } = this.#desk;
    if (this.#desk.stateOf(number) === 'closed') return false;
    const pull = act.openPull(REPO, { by, title: `Mend ${number}`, body: `Fixes #${number}` });
    act.merge(REPO, pull, by);
    if (this.#desk.stateOf(number) !== 'closed') throw new Error('the merge did not close the issue');
    return true;
  }

  /**
   * Not of the reporter, whose words end what does not begin again; not what commanded something that no look has seen; and not on 🟢, where no
   * daily look follows what sends no webhook.
   */
  #unsay(planned: Extract<PlannedAct, { kind: 'delete' | 'hide' }>, number: number): Act | undefined {
    const record = this.#desk.ownOf(number, 'status').map((one) => readKey(one.body)?.record)[0];
    if (!record || this.#desk.labelsOf(number).some((label) => label.startsWith('🟢'))) return undefined;
    const known = new Map(this.#desk.commentsOf(number).map((one) => [one.id, one.body]));
    const there = this.comments.filter((one) => {
      if (one.ticket !== number || one.unsaid || one.by === this.#reporters.get(number)) return false;
      return !/^\s*\//m.test(known.get(one.id)!) || record.done.some((done) => done.comment === one.id);
    });
    const found = there[Math.floor(planned.place * there.length)];
    if (!found) return undefined;
    if (planned.kind === 'delete') this.#desk.act.deleteComment(REPO, found.id, planned.by);
    else this.#desk.act.minimize(REPO, found.id, 'outdated', planned.by);
    found.unsaid = true;
    return { ...this.#common(planned.by, number), kind: planned.kind, comment: found.id };
  }
}
