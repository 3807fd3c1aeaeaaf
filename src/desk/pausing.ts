import type { Instant } from '../calendar/time.ts';
import type { Pause } from './ticket.ts';

type Flag = 'waiting' | 'hold';

/** The ticket waits: for its reporter, or for somebody else. Both may stand together; each keeps what began and ended it. */
export class Pausing {
  readonly waits: Pause[] = [];
  readonly holds: Pause[] = [];

  get waiting(): boolean {
    return lasts(this.waits);
  }

  get held(): boolean {
    return lasts(this.holds);
  }

  wait(at: Instant, id: string, reason?: string): void {
    begin(this.waits, 'waiting', at, id, reason);
  }

  hold(at: Instant, id: string, reason?: string): void {
    begin(this.holds, 'hold', at, id, reason);
  }

  /** `/resume`: both. */
  resume(at: Instant, id: string): void {
    end(this.waits, at, id);
    end(this.holds, at, id);
  }

  /** An edit filled in what was required: it ends the waiting that the ticket began with. */
  filled(at: Instant): void {
    if (this.waits.at(-1)?.began === 'opened') end(this.waits, at, 'filled');
  }

  /** The reporter's next comment, any, ends waiting. */
  reporterSpoke(at: Instant, id: string): void {
    end(this.waits, at, id);
  }
}

/** Of one flag's pauses only the last can still last. */
export const lasts = (pauses: readonly Pause[]): boolean => pauses.length > 0 && pauses.at(-1)!.to === undefined;

/** Again while it lasts: only the reason is new. */
function begin(pauses: Pause[], cause: Flag, from: Instant, began: string, reason: string | undefined): void {
  const why = reason ? { reason } : {};
  if (lasts(pauses)) pauses[pauses.length - 1] = { ...pauses.at(-1)!, ...why };
  else pauses.push({ from, cause, began, ...why });
}

function end(pauses: Pause[], to: Instant, ended: string): void {
  if (lasts(pauses)) pauses[pauses.length - 1] = { ...pauses.at(-1)!, to, ended };
}
