import { type Instant, instant } from '../calendar/time.ts';
import type { Alarm, Store } from '../store/port.ts';
import { SWEEPING } from './parts.ts';

/** When GitHub last said, to whichever process, where the App is installed. */
const LISTED = 'listed';
/** What the start itself asks for wakes more: the App's list its installations, those their repositories, those their tickets. */
const FURTHER = 3;

/** Notes that GitHub has said at `now` where the App is installed. */
export const noteListed = (store: Pick<Store, 'putMeta'>, now: Instant): Promise<void> => store.putMeta(LISTED, String(now));

/**
 * Whether the desk has caught up since its start: nothing that was due by then is left undone, by whichever process, nor what came of it. What
 * came since is today's work, and never ends. Sweeps come again and again, and daily looks heal what sends no webhook: nobody waits for them.
 */
export class Ready {
  readonly #store: Pick<Store, 'getMeta' | 'hasDue'>;
  #caughtUp = false;
  #startedAt: Instant | undefined;
  /** All that was due by then has to be done; with the next one it moves on to what that asked for. */
  #by: Instant = instant(0);
  #further = 0;

  constructor(store: Pick<Store, 'getMeta' | 'hasDue'>) {
    this.#store = store;
  }

  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** A desk that is started anew before it caught up begins anew. */
  started(now: Instant): void {
    this.#startedAt = now;
    this.#by = now;
    this.#further = 0;
  }

  /**
   * Asks whether it has caught up by now; true when that is news. `working`: what this process is at work on. `resting`: installations that
   * are left alone, since GitHub limits them: nobody waits for those.
   */
  async look(now: Instant, working: Iterable<Alarm>, resting: readonly number[]): Promise<boolean> {
    const startedAt = this.#startedAt;
    // The store need not be asked while the answer is at hand.
    if (this.#caughtUp || startedAt === undefined || this.#isAtWork(working, resting)) return false;
    // Before GitHub has said where the App is installed, nothing to do means nothing.
    const listed = await this.#store.getMeta(LISTED);
    if (listed === undefined || Number(listed) < startedAt) return false;
    while (!this.#isAtWork(working, resting) && !(await this.#store.hasDue(this.#by, SWEEPING, resting))) {
      this.#caughtUp = this.#further === FURTHER;
      if (this.#caughtUp) return true;
      this.#further++;
      this.#by = now;
    }
    return false;
  }

  #isAtWork(working: Iterable<Alarm>, resting: readonly number[]): boolean {
    for (const { urgency, dueAt, installation } of working)
      if (urgency < SWEEPING && dueAt <= this.#by && !resting.includes(installation)) return true;
    return false;
  }
}
