import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { keyLine } from '../desk/record.ts';
import type { Scheduled } from '../desk/steps.ts';
import type { Language } from '../policy/types.ts';
import type { TicketRow } from '../store/port.ts';
import { crowdText } from '../words/crowd.ts';
import type { Awake } from './awake.ts';
import { Fault, type RepoRef } from './github-port.ts';
import { refusedS } from './outcome.ts';
import { issueSubject, NORMAL, type Parts, repositorySubject, sweepSubject } from './parts.ts';
import type { Gate, States } from './repo-state.ts';
import { dataOf } from './row.ts';

/** `design.md`, invariant 9: more tickets than this made due by one cause are listed, and nobody is called. */
export const CROWD_MAX = 10;
/** A step that nobody expected waits so long, until all tickets that the same cause may concern have been looked at. */
export const QUARANTINE_S = 60;
/** A step is on time up to here. */
const ON_TIME_S = 60;
/** Tickets that one cause makes due within this are due at once. */
const AT_ONCE_S = 3_600;
/** An issue whose answer was lost is opened again when sweeps have not found it for so long. */
const LOST_S = 240;
const LISTED_MAX = 100;
/** Crowds of one repository whose decisions are remembered. */
const GATES_MAX = 50;

export type Cause = string;
export const UNEXPECTED: Cause = 'unexpected';

/**
 * Why a step is due, if not because time passed: the policy was edited, or nobody expected it (a lost database, an upgrade, other people).
 * Steps that fell due while the desk was down were expected, or were brought about by what people did then. So were those of issues that no look
 * has seen and that came since there is a desk: webhooks may have waited for a limit to pass.
 */
export function causeOf(
  step: Scheduled,
  row: TicketRow | undefined,
  since: Instant,
  { opened, downs }: Awake,
  now: Instant,
): Cause | undefined {
  if (step.byPolicy !== undefined) return `policy:${step.byPolicy}`;
  if (step.at > now - ON_TIME_S) return undefined;
  if (row?.nextStepAt !== undefined && row.nextStepAt <= step.at) return undefined;
  const isNew = row === undefined || row.marker === '';
  if (isNew && since > opened) return undefined;
  if (downs.some(([from, to]) => step.at > from && step.at <= to)) return undefined;
  return UNEXPECTED;
}

/**
 * The gate that decides about a step of some cause. A go for an edit of the policy is one for all that the edit brings; any other decision
 * reaches what was due by then.
 */
export const gateFor = (gates: readonly Gate[], cause: Cause, at: Instant): Gate | undefined =>
  gates.findLast((one) => {
    if (one.cause !== cause) return false;
    return one.decidedAt === undefined || (one.decision === 'go' && cause !== UNEXPECTED) || at <= one.decidedAt;
  });

/** How the row of a ticket names the gate that holds its steps: it counts for no other crowd. */
export const gatedBy = (gate: Gate): string => `gate:${gate.issue}`;

export type Verdict = { readonly is: 'post' } | { readonly is: 'wait'; readonly until?: Instant };

/** Whether a step of a cause that no gate decides may be posted now: when the tickets that it makes due at once are few. */
export async function judgeCrowd(
  parts: Parts,
  states: States,
  repo: RepoRef,
  cause: Cause,
  language: Language,
  now: Instant,
): Promise<Verdict> {
  const state = await states.read(repo.id);
  if (state.settlesAt !== undefined && state.settlesAt > now) return { is: 'wait', until: state.settlesAt };
  const rows = await parts.store.tickets(repo.id, { open: true, crowd: cause });
  const due = rows.filter((row) => (dataOf(row).causedAt ?? 0) <= now + AT_ONCE_S);
  if (due.length <= CROWD_MAX) return { is: 'post' };
  return openGate(parts, states, repo, cause, due, language, now);
}

/** That GitHub refused the issue which lists a crowd, for all tickets of the crowd: one of them tries it again, not each. */
type No = { readonly tries: number; readonly until: number };
/** A crowd that waits for the same instant does not come back in one second. */
const SPREAD_S = 60;
const spread = (): number => Math.ceil(Math.random() * SPREAD_S);

/** One issue lists the crowd. Its intent is on disk before it is sent: when the answer is lost, a sweep finds the issue. */
async function openGate(
  parts: Parts,
  states: States,
  repo: RepoRef,
  cause: Cause,
  rows: readonly TicketRow[],
  language: Language,
  now: Instant,
): Promise<Verdict> {
  const { github, store, log } = parts;
  const intent = { subject: repositorySubject(repo.id), key: `crowd:${cause}` };
  const no = { subject: intent.subject, key: `refused:${intent.key}` };
  const said = (await store.ownWrites(no.subject, instant(now - DAY_SECONDS))).find((one) => one.key === no.key)?.body;
  const before = said === undefined ? { tries: 0, until: 0 } : (JSON.parse(said) as No);
  if (before.until > now) return { is: 'wait', until: instant(before.until + spread()) };
  // Whoever else counts the same crowd, in this process or another, finds the intent.
  if (!(await store.intend({ ...intent, at: now }, instant(now - LOST_S)))) {
    await store.wake([{ subject: sweepSubject(repo.id), installation: repo.installation, dueAt: instant(now + 5), urgency: NORMAL }]);
    return { is: 'wait', until: instant(now + QUARANTINE_S) };
  }
  try {
    const numbers = rows.map((row) => row.number).sort((a, b) => a - b);
    const { title, body } = crowdText(numbers.slice(0, LISTED_MAX), numbers.length, language);
    const { number } = await github.createIssue(repo, title, `${keyLine({ is: 'crowd', cause })}\n${body}`);
    await states.edit(repo, (state) => ({ ...state, gates: [...state.gates, { cause, issue: number, at: now }].slice(-GATES_MAX) }));
    // It stays for a while: whoever counted before there was a gate finds it.
    await store.answered(intent.subject, intent.key, String(number));
    await store.forget(no.subject, no.key);
    log.warn({ repo: repo.id, tickets: rows.length, cause: cause.split(':')[0] }, 'a crowd of tickets became due at once');
    return { is: 'wait' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (!error.unsure) await store.forget(intent.subject, intent.key);
    log.warn({ repo: repo.id, fault: error.kind, status: error.status }, 'the issue that lists a crowd was not opened');
    if (error.kind === 'passing') return { is: 'wait', until: instant(now + Math.max(QUARANTINE_S, error.retryAfterS ?? 0)) };
    const until = now + refusedS(before.tries);
    await store.intend({ ...no, at: now, body: JSON.stringify({ tries: before.tries + 1, until } satisfies No) });
    return { is: 'wait', until: instant(until + spread()) };
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
  const isThis = (one: Gate) => one.issue === gate.issue || (one.cause === gate.cause && one.decision === undefined);
  await states.edit(repo, (state) => ({
    ...state,
    gates: state.gates.map((one) => (isThis(one) ? { ...one, decision, decidedAt: now } : one)),
  }));
  if (decision === 'dropped') return;
  const held = await Promise.all([gate.cause, gatedBy(gate)].map((crowd) => parts.store.tickets(repo.id, { open: true, crowd })));
  await parts.store.wake(
    held.flat().map((row) => ({
      subject: issueSubject(repo.id, row.number),
      installation: repo.installation,
      dueAt: instant(now + 2),
      urgency: NORMAL,
    })),
  );
}
