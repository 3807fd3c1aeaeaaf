import type { Instant } from '../calendar/time.ts';
import type { Desired } from '../desk/desired.ts';
import type { RepoRef } from './github-port.ts';
import { DAILY, type Parts, repositorySubject } from './parts.ts';
import { isCall, type Refusal } from './refusals.ts';
import type { RepoState, States } from './repo-state.ts';

const NOTES_MAX = 50;

type On = { readonly repo: RepoRef; readonly number: number; readonly state: RepoState; readonly now: Instant };

/** What the check run says of the work: steps that reached nobody, issues on which GitHub refuses to call anybody, labels that a bot insists on. */
export async function noteForCheckRun(
  { parts, states }: { readonly parts: Parts; readonly states: States },
  { repo, number, state, now }: On,
  want: Desired,
  silent: readonly string[],
  refusals: readonly Refusal[],
): Promise<void> {
  const unheard = [...want.unheard, ...silent].map((key) => `${key.split('/')[0]} ${key.split('/')[2]}`);
  const yielded = [...want.yielded].filter((label) => want.governed.has(label));
  const muted = refusals.some((one) => one.meant && isCall(one)) ? [number] : [];
  const isFresh = <T>(known: readonly T[], found: readonly T[]) => found.some((one) => !known.includes(one));
  if (!isFresh(state.unheard, unheard) && !isFresh(state.yielded, yielded) && !isFresh(state.muted, muted)) return;
  const joined = <T>(before: readonly T[], more: readonly T[]) => [...new Set([...before, ...more])].slice(0, NOTES_MAX);
  await states.edit(repo, (one) => ({
    ...one,
    unheard: joined(one.unheard, unheard),
    yielded: joined(one.yielded, yielded),
    muted: joined(one.muted, muted),
  }));
  await parts.store.wake([{ subject: repositorySubject(repo.id), installation: repo.installation, dueAt: now, urgency: DAILY }]);
}
