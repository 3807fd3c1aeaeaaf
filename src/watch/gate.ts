import { type Instant, instant } from '../calendar/time.ts';
import { partsOf } from '../desk/parts.ts';
import { keyLine } from '../desk/record.ts';
import type { Alarm } from '../store/port.ts';
import { wordsOf } from '../words/index.ts';
import { decideGate } from './crowd.ts';
import { Fault, type RepoRef } from './github-port.ts';
import type { Next, Shell } from './look.ts';
import type { Gate, RepoState } from './repo-state.ts';

const DAY_S = 86_400;

/** Looks at the issue that lists a crowd: a responder's `/go` lets the calls through, closing the issue without it drops them. */
export async function lookAtGate(shell: Shell, repo: RepoRef, gate: Gate, state: RepoState, alarm: Alarm): Promise<Next> {
  const { parts } = shell;
  const now = parts.clock();
  const today = await shell.contexts.now(state);
  if (!today || gate.decision !== undefined) return undefined;
  const options = { policy: today.policy, forms: [], defaultBranch: state.defaultBranch, now, expect: alarm.expect };
  const read = await parts.github.readLedger(repo, gate.issue, options).catch((error: unknown) => {
    if (error instanceof Fault && error.kind === 'gone') return undefined;
    throw error;
  });
  if (!read) {
    await decideGate(parts, shell.states, repo, gate, 'dropped', now);
    return undefined;
  }
  const played = partsOf(read.ledger);
  const go = read.ledger.facts.find(
    (fact) => fact.kind === 'said' && fact.commands.some((one) => one.name === 'go') && played.of(fact.by, fact.at).part === 'responder',
  );
  if (go?.kind === 'said') {
    await decideGate(parts, shell.states, repo, gate, 'go', now);
    await parts.github.react(repo, go.comment, '+1');
    const words = wordsOf(today.policy.language);
    await parts.github.createComment(repo, gate.issue, `${keyLine({ is: 'reply', to: go.comment })}\n${words.crowdGone}`);
    await parts.github.setState(repo, gate.issue, 'closed');
    return undefined;
  }
  if (read.ledger.state === 'closed') {
    await decideGate(parts, shell.states, repo, gate, 'dropped', now);
    return undefined;
  }
  return { dueAt: later(now), urgency: 6, attempts: 0 };
}

const later = (now: Instant): Instant => instant(now + DAY_S);
