import type { Instant } from '../calendar/time.ts';
import { handledKey } from './happenings.ts';
import { type Actor, COMMAND_TEXT_MAX, type CommandFact, ENDED, type Handled, KEPT_COMMANDS, type Part, type Record } from './ledger.ts';
import type { Outcome, Refusal } from './ticket.ts';

type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: Refusal };

/** What was decided once and stays so: commands with their outcome, and what labels meant and silence ended. */
export class Docket {
  readonly done: Handled[];
  readonly outcomes: Outcome[] = [];
  readonly #known: Map<string, Handled>;
  readonly #forgot: number;

  constructor(record: Record | undefined) {
    this.done = [...(record?.done ?? [])];
    this.#known = new Map(this.done.map((one) => [handledKey(one), one]));
    this.#forgot = record?.forgot ?? Number.NEGATIVE_INFINITY;
  }

  /** The record says when a 🟡 of `since` ended: an edit of `confirm` since then changes nothing about it. */
  hasEnded(since: Instant): boolean {
    return this.done.some((one) => one.name === ENDED && one.at >= since);
  }

  /** Whether an earlier look judged it, which the record has had to forget. */
  forgot(command: CommandFact, at: Instant): boolean {
    return at <= this.#forgot && KEPT_COMMANDS.has(command.name);
  }

  find(comment: number, command: CommandFact): Handled | undefined {
    return this.#known.get(handledKey({ comment, name: command.name, text: command.text.slice(0, COMMAND_TEXT_MAX) }));
  }

  /** Keeps a decision that came from the policy of its day, so that a later edit of it does not rewrite what happened. */
  decide(about: number, name: string, text: string, at: Instant, by: number): void {
    this.#keep({ comment: about, name, text, at, by, ok: true });
  }

  /** What became of a command; one that no look has seen is kept. */
  note(
    comment: number,
    command: CommandFact,
    who: { readonly by: Actor; readonly part: Part; readonly at: Instant },
    verdict: Verdict,
    handled: Handled | undefined,
    note: string | undefined,
  ): Outcome {
    const text = command.text.slice(0, COMMAND_TEXT_MAX);
    const fresh = !handled && who.at > this.#forgot;
    const noted = handled ? handled.note : note;
    const more = noted === undefined ? {} : { note: noted };
    const outcome: Outcome = { comment, name: command.name, text, words: command.text, ...who, fresh, ...more, ...verdict };
    this.outcomes.push(outcome);
    if (fresh) this.#keep({ comment, name: command.name, text, at: who.at, by: who.by.id, ok: verdict.ok, ...more });
    return outcome;
  }

  #keep(entry: Handled): void {
    const key = handledKey(entry);
    if (this.#known.has(key)) return;
    this.done.push(entry);
    this.#known.set(key, entry);
  }
}
