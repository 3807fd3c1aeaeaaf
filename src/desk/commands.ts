import { matchCategory, matchPlan, matchPriority, matchProduct } from '../policy/match.ts';
import type { Policy } from '../policy/types.ts';
import { dayOrTime, notesOf, numberOf, personOf, ratingOf } from './arguments.ts';
import { COMMAND_NAMES, type CommandRow, type CommandWho } from './comment-names.ts';
import { IN_CODE } from './happenings.ts';
import type { CommandFact, Handled, Ledger } from './ledger.ts';
import type { Played } from './parts.ts';
import { lastRunbook, runbookOf, stepsIn } from './runbook.ts';
import type { Marker, Refusal } from './ticket.ts';

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: Refusal };

/** What stood when a command was spoken. */
export type Scene = {
  readonly played: Played;
  readonly marker: Marker;
  /** 🟢, or a 🟡 that was closed. */
  readonly reopens: boolean;
  readonly paused: boolean;
  readonly policy: Policy;
  readonly category: string | undefined;
  readonly ledger: Pick<Ledger, 'named' | 'runbooks' | 'issues' | 'own'>;
};

type Rule = {
  /** Refused on 🟢. */
  readonly open?: true;
  readonly check?: (text: string, scene: Scene) => Refusal | undefined;
};

const open = true;
const needs = (why: Refusal) => (text: string) => (text.trim() === '' ? why : undefined);
const oneOf = (match: (policy: Policy, text: string) => unknown) => (text: string, scene: Scene) =>
  text.trim() === '' ? 'needs_one' : match(scene.policy, text) ? undefined : 'unknown_one';

/** When each is carried out (`policy.md`, Commands); who may say it stands in `COMMAND_NAMES`. */
const RULES: Readonly<Record<string, Rule>> = {
  sla: {},
  help: {},
  confirm: { open },
  'still-broken': {
    // The reporter's is a question of his whatever the marker is (`next_response`).
    check: (_, { marker, played }) =>
      played.part === 'reporter' || marker.is === 'confirming' || marker.is === 'resolved' ? undefined : 'not_fixed',
  },
  reopen: { check: (_, { reopens }) => (reopens ? undefined : 'not_closed') },
  rate: {
    check: (text, { marker }) => {
      if (marker.is !== 'resolved' && marker.is !== 'confirming') return 'not_fixed_yet';
      return ratingOf(text) === undefined ? 'needs_rating' : undefined;
    },
  },
  ack: { open },
  take: { open },
  assign: { open, check: (text, scene) => unassignable(text, scene) },
  handoff: {
    open,
    check: (text, scene) => unassignable(text, scene) ?? (notesOf(text) === '' ? 'needs_notes' : undefined),
  },
  stay: {
    open,
    check: (text, { policy }) => (text.trim() === '' || dayOrTime(text, policy.timezone) !== undefined ? undefined : 'needs_day'),
  },
  priority: { check: oneOf(matchPriority) },
  product: { check: oneOf(matchProduct) },
  category: { check: oneOf(matchCategory) },
  plan: { check: oneOf(matchPlan) },
  wait: { open },
  hold: { open, check: needs('needs_reason') },
  resume: { check: (_, { paused }) => (paused ? undefined : 'not_paused') },
  workaround: { open, check: needs('needs_text') },
  fixed: { open },
  close: { open },
  duplicate: { open, check: (text, { ledger }) => (ledger.issues?.has(numberOf(text) ?? 0) ? undefined : 'needs_issue') },
  escalate: { open },
  runbook: {
    check: (text, scene) => (runbookOf(text, scene.policy, scene.category, scene.ledger) === undefined ? 'no_runbook' : undefined),
  },
  done: { check: (text, { ledger }) => undone(text, ledger) },
};

/** Who may say a command on a ticket, by its name. */
const SPEAKERS: ReadonlyMap<string, ReadonlySet<CommandWho>> = new Map(
  [...Map.groupBy<string, CommandRow>(COMMAND_NAMES, (row) => row.name)].map(([name, rows]) => [name, new Set(rows.map((row) => row.who))]),
);

/** Whether a command that no look has seen is carried out. Depends on what stood at its instant, never on who asks later. */
export function judge(command: CommandFact, scene: Scene): Verdict {
  const why = refusal(command, scene);
  return why === undefined ? { ok: true } : { ok: false, why };
}

function refusal(command: CommandFact, scene: Scene): Refusal | undefined {
  if (command.text === IN_CODE) return 'in_code';
  const rule = RULES[command.name];
  if (!rule) return 'not_yet';
  const speakers = SPEAKERS.get(command.name);
  const responder = scene.played.part === 'responder' || scene.played.staff;
  const may = (speakers?.has('responder') && responder) || (speakers?.has('reporter') && scene.played.part === 'reporter');
  if (!may) return speakers?.has('responder') ? 'responders_only' : 'reporter_only';
  if (rule.open && scene.marker.is === 'resolved') return 'already_resolved';
  return rule.check?.(command.text, scene);
}

/** Judged once by what is not known any more, and not carried out: those that were are never forgotten first. */
export const FORGOTTEN: Verdict = { ok: false, why: 'already_resolved' };

/** What only the look that sees a command first knows of it. */
export function noteOf(command: CommandFact, policy: Policy, { named }: Pick<Ledger, 'named'>): string | undefined {
  if (command.name === 'ack') return policy.responders.ackCounts ? 'counts' : undefined;
  if (command.name !== 'assign' && command.name !== 'handoff') return undefined;
  const who = named?.get(personOf(command.text) ?? '');
  return who?.responder ? `${who.actor.id} ${who.actor.login}` : undefined;
}

/** What an earlier look decided stands; the reason of a refusal was given then. */
export const kept = (handled: Handled): Verdict => (handled.ok ? { ok: true } : { ok: false, why: 'already_resolved' });

function unassignable(text: string, { ledger }: Scene): Refusal | undefined {
  const who = personOf(text);
  if (who === undefined) return 'needs_person';
  return ledger.named?.get(who)?.assignable ? undefined : 'unknown_person';
}

function undone(text: string, { own }: Pick<Ledger, 'own'>): Refusal | undefined {
  const list = lastRunbook(own);
  if (!list) return 'no_runbook';
  const n = numberOf(text);
  return n === undefined || n > stepsIn(list.body) ? 'needs_number' : undefined;
}
