import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../calendar/time.ts';
import { Fault } from '../watch/github-port.ts';
import { LINE_S_MAX, type Pace, type PaceClass, type WriteClass } from './pace.ts';

/** As long as a write waits for budget inside; beyond that the caller has better things to do. */
const BUDGET_S_MAX = 2;

type Waiting = { readonly pace: WriteClass; readonly go: () => void };

const RANK: Readonly<Record<WriteClass, number>> = { page: 0, normal: 1, bare: 1, background: 2 };

/** The writes of one installation: one at a time, at least a gap apart, pages first. */
export class Lane {
  readonly #installation: number;
  readonly #pace: Pace;
  readonly #clock: () => Instant;
  readonly #halt: AbortSignal | undefined;
  #line: Waiting[] = [];
  #busy = false;
  #nextMs = 0;

  constructor(installation: number, pace: Pace, clock: () => Instant, halt?: AbortSignal) {
    this.#installation = installation;
    this.#pace = pace;
    this.#clock = clock;
    this.#halt = halt;
  }

  /** Runs the write when it is its turn; throws a passing fault when there is no budget, the line is long, or the process is about to end. */
  async run<T>(pace: WriteClass, write: () => Promise<T>, reporter?: number): Promise<T> {
    if (this.#halt?.aborted) throw halted();
    const ahead = this.#line.filter((one) => RANK[one.pace] <= RANK[pace]).length + (this.#busy ? 1 : 0);
    const aheadS = Math.ceil((ahead * this.#pace.limits.gapMs) / 1000);
    if (aheadS > LINE_S_MAX) throw new Fault('passing', 'many writes stand in line', { retryAfterS: aheadS });
    await this.#turn(pace);
    try {
      if (pace !== 'bare') await this.#budget(pace, reporter);
      const waitMs = this.#nextMs - performance.now();
      if (waitMs > 0) await this.#sleep(waitMs);
      if (this.#halt?.aborted) throw halted();
      return await write();
    } finally {
      const { gapMs, bareGapMs } = this.#pace.limits;
      this.#nextMs = performance.now() + (pace === 'bare' ? bareGapMs : gapMs);
      this.#leave();
    }
  }

  async #budget(pace: PaceClass, reporter: number | undefined): Promise<void> {
    let slot = await this.#pace.take(this.#installation, pace, this.#clock(), reporter);
    if ('waitS' in slot && slot.waitS <= BUDGET_S_MAX) {
      await this.#sleep(slot.waitS * 1000);
      slot = await this.#pace.take(this.#installation, pace, this.#clock(), reporter);
    }
    if ('waitS' in slot) throw new Fault('passing', 'the budget of writes is spent', { retryAfterS: slot.waitS });
    const ahead = slot.at - this.#clock();
    if (ahead > 0) await this.#sleep(ahead * 1000);
  }

  #turn(pace: WriteClass): Promise<void> {
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    return new Promise((go, fail) => {
      const leave = () => {
        this.#line = this.#line.filter((one) => one !== mine);
        fail(halted());
      };
      const mine: Waiting = {
        pace,
        go() {
          halt?.removeEventListener('abort', leave);
          go();
        },
      };
      const halt = this.#halt;
      halt?.addEventListener('abort', leave, { once: true });
      const behind = this.#line.findIndex((one) => RANK[one.pace] > RANK[pace]);
      this.#line.splice(behind < 0 ? this.#line.length : behind, 0, mine);
    });
  }

  async #sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, this.#halt ? { signal: this.#halt } : {}).catch(() => {
      throw halted();
    });
  }

  #leave(): void {
    const next = this.#line.shift();
    if (next) next.go();
    else this.#busy = false;
  }
}

/** Nothing was sent, and whoever is there next may send it at once. */
const halted = (): Fault => new Fault('passing', 'the process is about to end');
