import type { Instant } from '../calendar/time.ts';
import type { Health } from '../watch/desk.ts';

/** A store that answers later than this does not answer. Whoever probes waits a second or two. */
const HEALTH_MS = 2_000;
/** The loop asks the store twice a second, whatever the looks are doing: after so long it is stuck, and only a new process helps. */
export const LOOP_STUCK_S = 60;

/** Why a desk is not ready, in the order in which they are told. */
export const REASONS = {
  stopping: 'It is stopping, and begins nothing more.',
  store_unreachable: 'The store does not answer.',
  loop_stuck: `The loop has not turned for ${LOOP_STUCK_S} seconds.`,
  key_refused: "GitHub does not take the App's key.",
  catching_up: 'It is catching up with what happened while it was down.',
} as const;

export type Reason = keyof typeof REASONS;

export type Checked = {
  /** Absent when it could not be asked. */
  readonly health: Health | undefined;
  /** Empty when the desk is ready. */
  readonly reasons: readonly Reason[];
};

export type Vitals = {
  /** Asks the desk. Never throws, and answers within two seconds. */
  check(): Promise<Checked>;
  /** Whether the loop is known to be stuck; asks as little as it can. */
  stuck(): Promise<boolean>;
};

export type VitalsOptions = {
  /** Of the desk. Absent where no loop turns it: the sandbox's is turned by people. */
  readonly clock?: () => Instant;
  /** When the loop turned last, known without the store. Absent: as `health` says. */
  readonly turnedAt?: () => Instant | undefined;
};

/** Whether a desk is fit to work. `health` may throw, also at once. */
export function vitalsOf(health: () => Promise<Health>, { clock, turnedAt }: VitalsOptions = {}): Vitals {
  const since = clock?.();
  const isStuck = (said: Health | undefined): boolean => {
    if (clock === undefined || since === undefined) return false;
    // Nothing is known of the loop while the store does not answer and nobody else says it.
    const turned = turnedAt ? (turnedAt() ?? since) : said?.turnedAt;
    return turned !== undefined && clock() - turned > LOOP_STUCK_S;
  };
  return {
    async check() {
      const said = await soon(health);
      const reasons: Reason[] = [];
      if (said?.stopping) reasons.push('stopping');
      if (!said?.storeOpen) reasons.push('store_unreachable');
      if (isStuck(said)) reasons.push('loop_stuck');
      if (said?.keyRefused) reasons.push('key_refused');
      if (said && !said.caughtUp) reasons.push('catching_up');
      return { health: said, reasons: said && !said.ready && reasons.length === 0 ? ['catching_up'] : reasons };
    },
    stuck: async () => isStuck(turnedAt ? undefined : await soon(health)),
  };
}

/** Whatever goes wrong while asking, or takes too long, is no answer. */
async function soon(health: () => Promise<Health>): Promise<Health | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, HEALTH_MS, undefined);
  });
  try {
    return await Promise.race([health(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
