import { OFF_S_MAX } from './github/time.ts';
import { Superseded } from './store/port.ts';
import type { Desk } from './watch/desk.ts';

/** The worker asks the store at least once a second on the wall clock (`design.md`, 5): twice, so that a look is not late for want of asking. */
const ASK_MS = 500;
/** After a turn that failed as a whole (the store, not a look), so that the log does not fill the disk. */
const FAILED_MS = 2_000;

export type Loop = { stop(): Promise<void> };

export type LoopOptions = {
  /** This process must not go on. */
  readonly onFatal?: (error: Error) => void;
};

/**
 * Starts the desk and turns it for ever, whatever becomes of the store meanwhile: at once when something was woken or a place is free again,
 * and by asking otherwise. No timer is ever set to a due instant: laptops sleep and timers overflow.
 */
export function startLoop(desk: Desk, { onFatal }: LoopOptions = {}): Loop {
  let stopped = false;
  let started = false;
  let timer: NodeJS.Timeout | undefined;
  /** Something came while nobody slept: the next sleep is none. */
  let called = false;
  let wakeUp: (() => void) | undefined;
  const call = () => {
    called = true;
    wakeUp?.();
  };
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, ms);
      if (called || stopped) resolve();
    }).finally(() => clearTimeout(timer));
  const run = async () => {
    while (!stopped) {
      try {
        called = false;
        // The desk's clock was ahead, and what was put off by it would come as much too late: sweeps above all.
        if (desk.parts.clock() < (desk.turnedAt ?? 0) - OFF_S_MAX) started = false;
        if (!started) await desk.start();
        started = true;
        if ((await desk.begin()) === 0) await sleep(ASK_MS);
      } catch (error) {
        if (error instanceof Superseded) {
          onFatal?.(error);
          return;
        }
        desk.parts.log.error({ err: error instanceof Error ? error.stack : String(error) }, 'turn failed');
        // Whatever it was, the desk may have been away for long: it is started anew when the store answers.
        started = false;
        called = false;
        await sleep(FAILED_MS);
      }
    }
  };
  desk.onFree(call);
  const deaf = desk.store.listen((heard) => {
    if (heard.is === 'woken' && heard.dueAt <= desk.parts.clock()) call();
  });
  const running = run();
  return {
    async stop() {
      stopped = true;
      deaf();
      wakeUp?.();
      await running;
      await desk.stop();
    },
  };
}
