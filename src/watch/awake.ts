import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import type { Store } from '../store/port.ts';

/** Each process says so often that the desk is alive. A desk of which nobody said so for longer was down. */
export const ALIVE_S = 10;
const DOWN_S = 6 * ALIVE_S;
/** Of a downtime longer ago everything has been made up for. */
const REMEMBERED_S = 30 * DAY_SECONDS;
const DOWNS_MAX = 50;
/** Under which the store keeps it, for all processes. */
const KEY = 'awake';

/** When the desk was there to see what happened: since `opened`, but for the times in `downs`. */
export type Awake = { readonly opened: Instant; readonly downs: readonly (readonly [from: Instant, to: Instant])[] };
type Kept = Awake & { readonly aliveAt: Instant };

export const NEVER: Awake = { opened: instant(0), downs: [] };

/**
 * Notes that the desk is there again. Whichever process starts first after a downtime notes that as well: those that follow it must not take for
 * unexpected what fell due meanwhile. `fresh`: another process was there a moment ago.
 */
export async function wakeUp(store: Pick<Store, 'editMeta'>, now: Instant): Promise<Awake & { readonly fresh: boolean }> {
  let fresh = false;
  const text = await store.editMeta(KEY, (found) => {
    const kept = found === undefined ? undefined : (JSON.parse(found) as Kept);
    fresh = kept !== undefined && Math.abs(now - kept.aliveAt) < DOWN_S;
    const down: Awake['downs'] = kept !== undefined && now - kept.aliveAt >= DOWN_S ? [[kept.aliveAt, now]] : [];
    // What lies ahead a clock noted that was set wrong: nothing that falls due by then may count as slept through.
    const before = (kept?.downs ?? []).map(([from, to]) => [earlier(from, now), earlier(to, now)] as const);
    const downs = [...before, ...down].filter(([, to]) => to > now - REMEMBERED_S).slice(-DOWNS_MAX);
    return JSON.stringify({ opened: earlier(kept?.opened ?? now, now), downs, aliveAt: now } satisfies Kept);
  });
  const { opened, downs } = JSON.parse(text!) as Kept;
  return { opened, downs, fresh };
}

const earlier = (one: Instant, other: Instant): Instant => (one < other ? one : other);

/** Comes every ALIVE_S. */
export async function stayAwake(store: Pick<Store, 'editMeta'>, now: Instant): Promise<void> {
  await store.editMeta(KEY, (before) =>
    before === undefined ? undefined : JSON.stringify({ ...(JSON.parse(before) as Kept), aliveAt: now }),
  );
}
