import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Wake } from '../store/port.ts';
import type { InstallationRead } from './github-port.ts';
import { EVERY, installationSubject, noteInstallation, SURE_S, stateOfInstallation } from './installation.ts';
import { LAG_S, type Next } from './look.ts';
import { DAILY, NORMAL, type Parts, URGENT } from './parts.ts';
import { refOfRow, type States } from './repo-state.ts';

/** As far as such a listing is read: where it is longer, what it does not show is not known to be gone. */
const LISTED_MAX = 10_000;

/**
 * Where the App is installed: whom it came to, came back to, or was given other permissions by has its repositories listed, and what the App
 * lost is forgotten once that is sure. `alarm` says what is asked for: `EVERY:ID` (look at each desk of it), `list:ID`, `removed:ID:REPOSITORY`,
 * `deleted:ID`, `missing:ID`; the urgency of a start asks for every desk, no request at all for all listings.
 */
export async function lookAtApp(parts: Parts, states: States, now: Instant, alarm: Alarm): Promise<Next> {
  const listed = await parts.github.installations();
  const asked = askedOf(alarm);
  const wakes: Wake[] = [];
  for (const one of listed) {
    const known = await stateOfInstallation(parts.store, one.id);
    const changed = known !== undefined && known.mark !== undefined && known.mark !== one.mark;
    const news = known?.mark === undefined || changed || known.updatedAt !== one.updatedAt;
    if (news || known?.missedAt !== undefined) await noteInstallation(parts.store, one);
    if (one.suspended) continue;
    if (changed) await readmit(parts, states, one.id);
    const wants = [...(asked.of.get(one.id) ?? []), ...(changed || asked.every ? [EVERY] : [])];
    const soon = news || asked.all || wants.length > 0;
    wakes.push({
      subject: installationSubject(one.id),
      installation: one.id,
      dueAt: soon ? now : instant(now + DAY_SECONDS),
      urgency: soon ? NORMAL : DAILY,
      expect: wants.filter((want) => want !== 'list'),
    });
  }
  await parts.store.wake(wakes);
  const missing = listed.length < LISTED_MAX ? await forgetMissing(parts, listed, asked.of, now) : [];
  const again = { urgency: DAILY, expect: missing.map((id) => `missing:${id}`) };
  // A list that still shows what a webhook said is gone is a replica's.
  const lag = listed.some((one) => asked.of.get(one.id)?.includes('deleted')) ? LAG_S[alarm.attempts] : undefined;
  if (lag !== undefined) return { ...again, dueAt: instant(now + lag), attempts: alarm.attempts + 1, expect: alarm.expect };
  return { ...again, dueAt: instant(now + (missing.length > 0 ? SURE_S : parts.settings.listS)), attempts: 0 };
}

type Asked = { readonly of: ReadonlyMap<number, readonly string[]>; readonly all: boolean; readonly every: boolean };

function askedOf(alarm: Alarm): Asked {
  const of = new Map<number, string[]>();
  for (const one of alarm.expect) {
    const [what, id, repo] = one.split(':');
    of.set(Number(id), [...(of.get(Number(id)) ?? []), repo === undefined ? what! : `${what}:${repo}`]);
  }
  const every = alarm.urgency === URGENT;
  return { of, every, all: every || (of.size === 0 && alarm.urgency < DAILY) };
}

/** What GitHub refused under other permissions, or while we were suspended, is tried again by the next look at each repository. */
async function readmit(parts: Parts, states: States, installation: number): Promise<void> {
  for (const row of await parts.store.repos(installation))
    await states.edit(refOfRow({ ...row, data: '' }), (state) => (state.status === 'on' ? { ...state, refused: true } : state));
}

/**
 * An installation that the list does not show is gone when a webhook said so, or when a second list, minutes later, does not show it either:
 * then nothing of it is kept. Answers those of which it is not sure yet.
 */
async function forgetMissing(
  parts: Parts,
  listed: readonly InstallationRead[],
  asked: ReadonlyMap<number, readonly string[]>,
  now: Instant,
): Promise<number[]> {
  const there = new Set(listed.map((one) => one.id));
  const known = new Set([...asked.keys(), ...(await parts.store.repos()).map((row) => row.installation)]);
  const unsure: number[] = [];
  for (const id of known) {
    if (there.has(id)) continue;
    const missedAt = (await stateOfInstallation(parts.store, id))?.missedAt;
    if (asked.get(id)?.includes('deleted') || (missedAt !== undefined && missedAt <= now - SURE_S)) {
      await parts.store.dropInstallation(id);
      parts.log.info({ installation: id }, 'installation forgotten');
      continue;
    }
    if (missedAt === undefined) await noteInstallation(parts.store, { id, missedAt: now });
    unsure.push(id);
  }
  return unsure;
}
