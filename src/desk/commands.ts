import { matchCategory, matchPlan, matchPriority, matchProduct } from '../policy/match.ts';
import type { Policy } from '../policy/types.ts';
import { dayOrTime, notesOf, numberOf, personOf, ratingOf } from './arguments.ts';
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
  readonly who: 'reporter' | 'responder' | 'both';
  /** Refused on 🟢. */
  readonly open?: true;
  readonly check?: (text: string, scene: Scene) => Refusal | undefined;
};

const open = true;
const needs = (why: Refusal) => (text: string) => (text.trim() === '' ? why : undefined);
const oneOf = (match: (policy: Policy, text: string) => unknown) => (text: string, scene: Scene) =>
  text.trim() === '' ? 'needs_one' : match(scene.policy, text) ? undefined : 'unknown_one';

/** Who may say what, and when (`policy.md`, Commands). */
const RULES: Readonly<Record<string, Rule>> = {
  sla: { who: 'both' },
  help: { who: 'both' },
  confirm: { who: 'reporter', open },
  'still-broken': {
    who: 'both',
    // The reporter's is a question of his whatever the marker is (`next_response`).
    check: (_, { marker, played }) =>
      played.part === 'reporter' || marker.is === 'confirming' || marker.is === 'resolved' ? undefined : 'not_fixed',
  },
  reopen: { who: 'both', check: (_, { reopens }) => (reopens ? undefined : 'not_closed') },
  rate: {
    who: 'reporter',
    check: (text, { marker }) => {
      if (marker.is !== 'resolved' && marker.is !== 'confirming') return 'not_fixed_yet';
      return ratingOf(text) === undefined ? 'needs_rating' : undefined;
    },
  },
  ack: { who: 'responder', open },
  take: { who: 'responder', open },
  assign: { who: 'responder', open, check: (text, scene) => unassignable(text, scene) },
  handoff: {
    who: 'responder',
    open,
    check: (text, scene) => unassignable(text, scene) ?? (notesOf(text) === '' ? 'needs_notes' : undefined),
  },
  stay: {
    who: 'responder',
    open,
    check: (text, { policy }) => (text.trim() === '' || dayOrTime(text, policy.timezone) !== undefined ? undefined : 'needs_day'),
  },
  priority: { who: 'responder', check: oneOf(matchPriority) },
  product: { who: 'responder', check: oneOf(matchProduct) },
  category: { who: 'responder', check: oneOf(matchCategory) },
  plan: { who: 'responder', check: oneOf(matchPlan) },
  wait: { who: 'responder', open },
  hold: { who: 'responder', open, check: needs('needs_reason') },
  resume: { who: 'responder', check: (_, { paused }) => (paused ? undefined : 'not_paused') },
  workaround: { who: 'responder', open, check: needs('needs_text') },
  fixed: { who: 'responder', open },
  close: { who: 'responder', open },
  duplicate: { who: 'responder', open, check: (text, { ledger }) => (ledger.issues?.has(numberOf(text) ?? 0) ? undefined : 'needs_issue') },
  escalate: { who: 'responder', open },
  runbook: {
    who: 'responder',
    check: (text, scene) => (runbookOf(text, scene.policy, scene.category, scene.ledger) === undefined ? 'no_runbook' : undefined),
  },
  done: { who: 'responder', check: (text, { ledger }) => undone(text, ledger) },
};

/** Whether a command that no look has seen is carried out. Depends on what stood at its instant, never on who asks later. */
export function judge(command: CommandFact, scene: Scene): Verdict {
  const why = refusal(command, scene);
  return why === undefined ? { ok: true } : { ok: false, why };
}

function refusal(command: CommandFact, scene: Scene): Refusal | undefined {
  if (command.text === IN_CODE) return 'in_code';
  const rule = RULES[command.name];
  if (!rule) return 'not_yet';
  const responder = scene.played.part === 'responder' || scene.played.staff;
  const reporter = scene.played.part === 'reporter';
  if (rule.who === 'reporter' && !reporter) return 'reporter_only';
  if (rule.who === 'responder' && !responder) return 'responders_only';
  if (rule.who === 'both' && !responder && !reporter) return 'responders_only';
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
