import { type Instant, instant } from '../calendar/time.ts';
import type { OwnWrite } from '../store/port.ts';
import { MISSED_S, type Seen } from './observe.ts';
import type { Parts } from './parts.ts';

/** A write whose answer was lost is sent again only when two reads, MISSED_S apart, do not show it. */
export async function settleLost(
  parts: Parts,
  seen: Seen,
  writes: readonly OwnWrite[],
  now: Instant,
): Promise<{ seen: Seen; again: Instant | undefined; unsure: readonly string[] }> {
  let again: Instant | undefined;
  const posted = new Set(seen.posted);
  const unsure: string[] = [];
  let { observed } = seen;
  for (const lost of seen.unsure) {
    const missed = writes.find((write) => write.key === `missed:${lost.key}`);
    if (!missed) await parts.store.intend({ subject: lost.subject, key: `missed:${lost.key}`, at: now, id: '-' });
    const steps = lost.key.startsWith('step:') ? lost.key.slice('step:'.length).split(' ') : [];
    if (!missed || now - missed.at < MISSED_S) {
      unsure.push(...steps);
      again = instant(Math.min(again ?? Number.POSITIVE_INFINITY, (missed?.at ?? now) + MISSED_S));
      continue;
    }
    await parts.store.forget(lost.subject, lost.key);
    await parts.store.forget(lost.subject, missed.key);
    for (const step of steps) if (!seen.ledger.record?.steps.includes(step)) posted.delete(step);
    const replied = new Set([...observed.replied].filter((to) => `reply:${to}` !== lost.key));
    observed = { ...observed, steps: posted, replied, statusIntended: observed.statusIntended && lost.key !== 'status' };
  }
  return { seen: { ...seen, observed: { ...observed, steps: posted }, posted }, again, unsure };
}
