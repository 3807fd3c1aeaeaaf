import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { Fault } from './github-port.ts';
import type { Next } from './look.ts';
import { DAILY, NORMAL, type Parts, repositorySubject } from './parts.ts';
import type { States } from './repo-state.ts';
import { forgetRepository } from './repository.ts';

/** Where the App is installed: new repositories get their row and a look, those that it lost are forgotten. */
export async function lookAtApp(parts: Parts, states: States, now: Instant): Promise<Next> {
  const installations = await parts.github.installations();
  const kept = new Set<number>();
  let complete = true;
  let n = 0;
  for (const installation of installations) {
    if (installation.suspended) {
      for (const row of await parts.store.repos(installation.id)) kept.add(row.repo);
      continue;
    }
    try {
      for (const repo of await parts.github.repositories(installation.id)) {
        kept.add(repo.id);
        const here = { ...repo, installation: installation.id };
        await states.edit(here, (state) => ({ ...state, defaultBranch: state.defaultBranch || repo.defaultBranch }));
        await parts.store.wake([
          {
            subject: repositorySubject(repo.id),
            installation: installation.id,
            // An App on 5,000 repositories does not ask for all of them in one second.
            dueAt: instant(now + Math.floor(n++ / 50)),
            urgency: NORMAL,
          },
        ]);
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      complete = false;
      parts.log.warn({ installation: installation.id, fault: error.kind, status: error.status }, 'installation not listed');
    }
  }
  if (complete) for (const row of await parts.store.repos()) if (!kept.has(row.repo)) await forgetRepository(parts, row.repo);
  return { dueAt: instant(now + (complete ? DAY_SECONDS : 300)), urgency: DAILY, attempts: 0 };
}
