import type { Vitals } from './health.ts';

const ASK_MS = 60_000;
/** Beside the minute after which a loop counts as stuck: a machine that slept, or whose clock jumped, turns again within a second of waking. */
export const STUCK_MAX = 4;

/** The loop does not turn, and nothing in this process will mend that. */
export class LoopStuck extends Error {
  override readonly name = 'LoopStuck';

  constructor() {
    super(`The loop has not turned for ${STUCK_MAX} minutes; only a new process helps.`);
  }
}

export type WatchdogOptions = {
  readonly vitals: Pick<Vitals, 'check'>;
  /** Called once. */
  readonly onStuck: (error: LoopStuck) => void;
};

/**
 * Asks once a minute whether the loop is stuck, and says so when it was four times in a row: Compose restarts only what has ended. Not while
 * the store is away: a new process could not even begin. It keeps no process alive, and sees nothing while JavaScript itself hangs; the probes do.
 */
export function startWatchdog({ vitals, onStuck }: WatchdogOptions): { stop(): void } {
  let found = 0;
  const ask = async (): Promise<void> => {
    const { reasons } = await vitals.check();
    found = reasons.includes('loop_stuck') && !reasons.includes('store_unreachable') ? found + 1 : 0;
    if (found < STUCK_MAX) return;
    clearInterval(timer);
    onStuck(new LoopStuck());
  };
  const timer = setInterval(() => void ask(), ASK_MS).unref();
  return { stop: () => clearInterval(timer) };
}
