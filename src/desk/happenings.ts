import type { Instant } from '../calendar/time.ts';
import type { Docket } from './docket.ts';
import { type Actor, BY_HAND, type CommandFact, type Fact, type Handled, type Ledger, type Record, SPOKE } from './ledger.ts';

export type Happening = { readonly at: Instant } & (
  | { readonly is: 'fact'; readonly fact: Fact }
  | { readonly is: 'command'; readonly fact: number; readonly command: CommandFact; readonly by: Actor }
  | { readonly is: 'claim'; readonly claim: Record['claims'][number] }
  /** An edit of the issue filled in what was required. */
  | { readonly is: 'filled' }
);

/** Stands for the text of a command that was found in code: no text of a real one, which is trimmed. */
export const IN_CODE = '\u0060 ';

/** Two commands are one if they stand in one comment with one name and one text. */
export const handledKey = (one: { readonly comment: number; readonly name: string; readonly text: string }): string =>
  `${one.comment} ${one.name} ${one.text}`;

/**
 * Everything that happened to the ticket, by instant; what GitHub shows in one second keeps GitHub's order. A command counts from its
 * own instant (an edit may have added it later), and one that was handled stays when its comment is edited or deleted. Commands from
 * before `floor` were not spoken to the desk.
 */
export function happenings(
  ledger: Ledger,
  docket: Pick<Docket, 'done' | 'find'>,
  floor: Instant,
  claims: Record['claims'],
  filledAt: Instant | undefined,
): Happening[] {
  const all: Happening[] = [];
  const found = new Set<Handled>();
  const byHand = new Map(docket.done.flatMap((one) => (one.name === BY_HAND ? [[one.comment, one] as const] : [])));
  for (const fact of ledger.facts) {
    all.push({ at: fact.at, is: 'fact', fact });
    // What its label meant stands where the label was set: of one second too.
    const meant = fact.kind === 'labelled' || fact.kind === 'unlabelled' ? byHand.get(Number(fact.id.slice(1))) : undefined;
    if (meant) all.push(remembered(meant, fact.by.login));
    if (meant) found.add(meant);
    if (fact.kind !== 'said') continue;
    for (const command of spokenIn(fact)) {
      const handled = docket.find(fact.comment, command);
      const at = handled && !found.has(handled) ? handled.at : command.at;
      if (handled) found.add(handled);
      // `/go` belongs to the issue that lists a crowd.
      if (at >= floor && command.name !== 'go') all.push({ at, is: 'command', fact: fact.comment, command, by: fact.by });
    }
  }
  if (found.size < docket.done.length) {
    const said = new Set(ledger.facts.map((fact) => (fact.kind === 'said' ? fact.comment : 0)));
    const logins = new Map(ledger.facts.map(({ by }) => [by.id, by.login]));
    for (const one of docket.done) {
      if (found.has(one) || (one.name === SPOKE && said.has(one.comment))) continue;
      const told = remembered(one, logins.get(one.by) ?? '');
      // Silence ends a 🟡 before anything that happens in the same second.
      if (one.text === 'silence') all.unshift(told);
      else all.push(told);
    }
  }
  if (filledAt !== undefined) all.push({ at: filledAt, is: 'filled' });
  for (const claim of claims.slice(1)) all.push({ at: claim[0], is: 'claim', claim });
  return all.sort((a, b) => a.at - b.at);
}

/** What a comment commands; one whose command stands only in code or a quotation is answered once, so that its author knows. */
function spokenIn(fact: Extract<Fact, { kind: 'said' }>): readonly CommandFact[] {
  if (fact.commands.length > 0 || fact.hidden.length === 0) return fact.commands;
  return [{ name: fact.hidden[0]!, text: IN_CODE, at: fact.at }];
}

function remembered(one: Handled, login: string): Happening {
  const command = { name: one.name, text: one.text, at: one.at };
  return { at: one.at, is: 'command', fact: one.comment, command, by: { id: one.by, login } };
}
