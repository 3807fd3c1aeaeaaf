import { type Instant, instant } from '../calendar/time.ts';
import { keyLine } from '../desk/record.ts';
import type { Scheduled } from '../desk/steps.ts';
import type { Language } from '../policy/types.ts';
import type { TicketRow } from '../store/port.ts';
import { crowdText } from '../words/crowd.ts';
import type { RepoRef } from './github-port.ts';
import { issueSubject, NORMAL, type Parts } from './parts.ts';
import type { Gate, RepoState, States } from './repo-state.ts';

/** `design.md`, invariant 9: more tickets than this made due by one cause are listed, and nobody is called. */
export const CROWD_MAX = 10;
/** A step that nobody expected waits so long, until all tickets that the same cause may concern have been looked at. */
export const QUARANTINE_S = 60;
/** A step is on time up to here. */
const ON_TIME_S = 60;
const LISTED_MAX = 100;
/** Crowds of one repository whose decisions are remembered. */
const GATES_MAX = 50;

export type Cause = string;

/**
 * Why a step is due, if not because time passed: the policy was edited, or nobody expected it (a lost database, an upgrade, other people).
 * Steps that fell due while the desk was down were expected, or are of issues that are younger than its last sign of life.
 */
export function causeOf(
  step: Scheduled,
  row: TicketRow | undefined,
  state: RepoState,
  since: Instant,
  aliveAt: Instant | undefined,
  now: Instant,
): Cause | undefined {
  if (step.byPolicy) return `policy:${state.good?.ref ?? ''}@${state.good?.since ?? 0}`;
  if (step.at > now - ON_TIME_S) return undefined;
  if (row?.nextStepAt !== undefined && row.nextStepAt <= step.at) return undefined;
  if (aliveAt !== undefined && since > aliveAt) return undefined;
  return 'unexpected';
}

export type Verdict = { readonly is: 'post' } | { readonly is: 'wait'; readonly until?: Instant };

/** The gate that decides about a step: an edit of the policy is decided once, what nobody expected as far as the decision reaches. */
const gateFor = (gates: readonly Gate[], cause: Cause, at: Instant): Gate | undefined =>
  gates.findLast((one) => one.cause === cause && (one.decidedAt === undefined || cause !== 'unexpected' || at <= one.decidedAt));

/** Whether a step of some cause may be posted now: at once when such tickets are few, after a responder's go when they are a crowd. */
export async function judgeCrowd(
  parts: Parts,
  states: States,
  repo: RepoRef,
  { cause, at }: { readonly cause: Cause; readonly at: Instant },
  language: Language,
  now: Instant,
): Promise<Verdict> {
  const state = await states.read(repo.id);
  const gate = gateFor(state.gates, cause, at);
  if (gate) return gate.decision === 'go' ? { is: 'post' } : { is: 'wait' };
  if (state.settlesAt !== undefined && state.settlesAt > now) return { is: 'wait', until: state.settlesAt };
  const rows = await parts.store.tickets(repo.id, { open: true, crowd: cause });
  if (rows.length <= CROWD_MAX) return { is: 'post' };
  await openGate(parts, states, repo, cause, rows, language, now);
  return { is: 'wait' };
}

const opening = new WeakMap<States, Set<string>>();

async function openGate(
  parts: Parts,
  states: States,
  repo: RepoRef,
  cause: Cause,
  rows: readonly TicketRow[],
  language: Language,
  now: Instant,
): Promise<void> {
  const busy = opening.get(states) ?? new Set<string>();
  opening.set(states, busy);
  const key = `${repo.id} ${cause}`;
  if (busy.has(key)) return;
  busy.add(key);
  try {
    const numbers = rows.map((row) => row.number).sort((a, b) => a - b);
    const { title, body } = crowdText(numbers.slice(0, LISTED_MAX), numbers.length, language);
    const { number } = await parts.github.createIssue(repo, title, `${keyLine({ is: 'crowd', cause })}\n${body}`);
    await states.edit(repo, (state) => ({ ...state, gates: [...state.gates, { cause, issue: number, at: now }] }));
    parts.log.warn({ repo: repo.id, tickets: rows.length, cause: cause.split(':')[0] }, 'a crowd of tickets became due at once');
  } finally {
    busy.delete(key);
  }
}

/** A responder said go in the issue that lists a crowd, or closed it without: the tickets are looked at again. */
export async function decideGate(
  parts: Parts,
  states: States,
  repo: RepoRef,
  gate: Gate,
  decision: 'go' | 'dropped',
  now: Instant,
): Promise<void> {
  await states.edit(repo, (state) => ({
    ...state,
    gates: state.gates.map((one) => (one.issue === gate.issue ? { ...one, decision, decidedAt: now } : one)).slice(-GATES_MAX),
  }));
  if (decision === 'dropped') return;
  const rows = await parts.store.tickets(repo.id, { open: true, crowd: gate.cause });
  await parts.store.wake(
    rows.map((row) => ({
      subject: issueSubject(repo.id, row.number),
      installation: repo.installation,
      dueAt: instant(now + 2),
      urgency: NORMAL,
    })),
  );
}
