import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Store } from '../store/port.ts';
import type { RepoRef } from './github-port.ts';
import { installationSubject } from './installation.ts';
import { LAG_S, type Next } from './look.ts';
import { issueSubject, NORMAL } from './parts.ts';

/** A pull request changed: the tickets that it may fix are looked at. */
export async function wakeFixed(store: Pick<Store, 'tickets' | 'wake'>, repo: RepoRef, pull: number, now: Instant): Promise<Next> {
  const rows = await store.tickets(repo.id, { fix: pull });
  await store.wake(
    rows.map((row) => ({
      subject: issueSubject(repo.id, row.number),
      installation: repo.installation,
      dueAt: instant(now + 2),
      urgency: NORMAL,
    })),
  );
  return undefined;
}

/** A webhook names a repository that the App's list does not show yet: a replica lags, or the webhook was about a repository that we lost. */
export async function notListedYet(store: Pick<Store, 'wake'>, alarm: Alarm, now: Instant): Promise<Next> {
  const wait = LAG_S[alarm.attempts];
  if (wait === undefined) return undefined;
  const { installation } = alarm;
  await store.wake([{ subject: installationSubject(installation), installation, dueAt: instant(now + wait), urgency: NORMAL }]);
  return { dueAt: instant(now + wait + 1), urgency: alarm.urgency, attempts: alarm.attempts + 1 };
}
