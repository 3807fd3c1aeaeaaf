import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { partsOf } from '../desk/parts.ts';
import { writeKey } from '../desk/plan.ts';
import { keyLine } from '../desk/record.ts';
import type { Alarm } from '../store/port.ts';
import { wordsOf } from '../words/index.ts';
import { decideGate } from './crowd.ts';
import { comment } from './effects.ts';
import type { RepoRef } from './github-port.ts';
import { readOrGone } from './gone.ts';
import type { Next, Shell } from './look.ts';
import { OWN_WRITES_S } from './observe.ts';
import type { Gate, RepoState } from './repo-state.ts';

/**
 * Looks at the issue that lists a crowd: a responder's `/go` lets the calls through, closing the issue without it drops them. What a crash
 * left undone after a go is done by the next look.
 */
export async function lookAtGate(shell: Shell, repo: RepoRef, gate: Gate, state: RepoState, alarm: Alarm): Promise<Next> {
  const { parts } = shell;
  const now = parts.clock();
  const today = await shell.contexts.now(state);
  if (!today) return undefined;
  const options = { policy: today.policy, forms: [], defaultBranch: state.defaultBranch, now, expect: alarm.expect };
  const read = await readOrGone(() => parts.github.readLedger(repo, gate.issue, options), alarm, now);
  if ('next' in read) {
    if (read.next === undefined && gate.decision === undefined) await decideGate(parts, shell.states, repo, gate, 'dropped', now);
    return read.next;
  }
  const { ledger } = read.found;
  const played = partsOf(ledger);
  const go = ledger.facts.find(
    (fact) => fact.kind === 'said' && fact.commands.some((one) => one.name === 'go') && played.of(fact.by, fact.at).part === 'responder',
  );
  if (ledger.state === 'closed') {
    if (gate.decision === undefined) await decideGate(parts, shell.states, repo, gate, go ? 'go' : 'dropped', now);
    return undefined;
  }
  if (go?.kind !== 'said' && gate.decision === undefined) return { dueAt: later(now), urgency: 6, attempts: 0 };
  if (gate.decision === undefined) await decideGate(parts, shell.states, repo, gate, 'go', now);
  if (go?.kind === 'said') {
    await parts.github.react(repo, go.comment, '+1');
    const key = `reply:${go.comment}`;
    const replied = ledger.own.some((one) => writeKey(one.key) === key);
    const sent = (await parts.store.ownWrites(alarm.subject, instant(now - OWN_WRITES_S))).some((one) => one.key === key);
    const text = `${keyLine({ is: 'reply', to: go.comment })}\n${wordsOf(today.policy.language).crowdGone}`;
    if (!replied && !sent) await comment(parts, repo, gate.issue, alarm.subject, key, text);
  }
  await parts.github.setState(repo, gate.issue, 'closed');
  return undefined;
}

const later = (now: Instant): Instant => instant(now + DAY_SECONDS);
