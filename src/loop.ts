import type { Desk } from './watch/desk.ts';

/** The worker asks the store at least once a second on the wall clock (`design.md`, 5): twice, so that a look is not late for want of asking. */
const ASK_MS = 500;
/** After a turn that failed as a whole (the store, not a look), so that the log does not fill the disk. */
const FAILED_MS = 2_000;

export type Loop = { stop(): Promise<void> };

/** Turns the desk for ever. No timer is ever set to a due instant: laptops sleep and timers overflow. */
export function startLoop(desk: Desk): Loop {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let wakeUp: (() => void) | undefined;
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
  const run = async () => {
    while (!stopped) {
      try {
        if ((await desk.turn()) === 0 && !stopped) await sleep(ASK_MS);
      } catch (error) {
        desk.parts.log.error({ err: error instanceof Error ? error.stack : String(error) }, 'turn failed');
        if (!stopped) await sleep(FAILED_MS);
      }
    }
  };
  const running = run();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      wakeUp?.();
      await desk.stop();
      await running;
    },
  };
}
