import { type Instant, instant } from '../calendar/time.ts';

/** A host's clock that is off by more than this is not followed: it would call people early. Below it NTP is at work, and a `Date` has whole seconds only. */
export const OFF_S_MAX = 5;
/** So many answers in a row have to say it: one may come from a machine of GitHub's whose own clock is wrong. */
const ANSWERS = 3;
/** An answer on its way for longer says too little of the time to be believed alone. */
const SLOW_S = 5;

export type GitHubTimeOptions = {
  /** The host's clock. */
  readonly host: () => Instant;
  /** Seconds of a clock that nobody sets; it may stand while the host sleeps. Absent: nobody sets the host's. */
  readonly steady?: (() => number) | undefined;
  /** Told by how many seconds the host's clock is ahead, 0 within OFF_S_MAX: with the first answer, and whenever that changes. */
  readonly told?: ((aheadS: number) => void) | undefined;
};

/**
 * GitHub's time: the host's clock, less what the `Date` of GitHub's answers shows it to be ahead. Whatever we compare it with, GitHub has dated.
 * A correction errs by a second or two, and towards late: nobody is called before his time.
 */
export class GitHubTime {
  readonly #host: () => Instant;
  readonly #steady: () => number;
  readonly #told: (aheadS: number) => void;
  #aheadS = 0;
  /** Whether an answer has confirmed it, since the start and since the host's clock was last set. Until then one answer decides. */
  #sure = false;
  #known = false;
  #heard = false;
  /** How many answers in a row have shown that the host's clock is right, while another is held. */
  #right = 0;
  /** The host's clock less the steady one, when it was last set. */
  #set: number;
  /** By how much each of the last answers says that the host's clock is ahead, while all of them are against what we hold, and on one side. */
  #against: number[] = [];

  constructor({ host, steady = host, told = () => {} }: GitHubTimeOptions) {
    this.#host = host;
    this.#steady = steady;
    this.#told = told;
    this.#set = host() - steady();
  }

  readonly now = (): Instant => instant(this.#hostNow() - this.#aheadS);

  /** Whether an answer of GitHub's has said what time it is, since the start and since the host's clock was last set forward. */
  get isHeard(): boolean {
    this.#hostNow();
    return this.#heard;
  }

  /** The same `fetch`, to whose answers we listen. */
  heard(fetching: typeof fetch): typeof fetch {
    return async (input, init) => {
      this.#hostNow();
      const set = this.#set;
      const begun = this.#steady();
      const answer = await fetching(input, init);
      const host = this.#hostNow();
      // While it was on its way the host slept, or its clock was set: nobody knows when it was dated.
      if (this.#set === set) this.#hear(answer.headers, host, this.#steady() - begun);
      return answer;
    };
  }

  /**
   * The host's clock. Whoever sets it does not change what time it is: neither back, nor forward by what it lacked. Forward by anything else it has
   * probably slept, and the next answer tells.
   */
  #hostNow(): Instant {
    const host = this.#host();
    const jumpedS = host - this.#steady() - this.#set;
    if (Math.abs(jumpedS) <= OFF_S_MAX) return host;
    this.#set += jumpedS;
    this.#sure = false;
    this.#against = [];
    const aheadS = this.#aheadS + jumpedS;
    if (jumpedS < 0 || Math.abs(aheadS) <= OFF_S_MAX) this.#hold(aheadS);
    else this.#heard = false;
    return host;
  }

  /** An answer was dated between request and arrival, in the second that its `Date` names: so far ahead the host's clock is at least, and at most. */
  #hear(headers: Headers, host: Instant, tookS: number): void {
    // What a proxy says for itself, or had kept, is not GitHub's word.
    if (!headers.has('x-github-request-id') || Number(headers.get('age') ?? 0) > 0) return;
    const said = Date.parse(headers.get('date') ?? '') / 1000;
    if (Number.isNaN(said)) return;
    const least = host - tookS - said - 1;
    const most = host + 1 - said;
    this.#heard = true;
    if (least - OFF_S_MAX <= this.#aheadS && this.#aheadS <= most + OFF_S_MAX) {
      this.#against = [];
      if (tookS <= SLOW_S) this.#confirm();
      // What is held was made up of one that was off unseen, and of what NTP took away: nothing is left to be corrected.
      const isRight = this.#aheadS !== 0 && -OFF_S_MAX <= least && most <= OFF_S_MAX;
      this.#right = isRight ? this.#right + 1 : 0;
      if (this.#right === ANSWERS) this.#hold(0);
      return;
    }
    this.#right = 0;
    const others = this.#against.filter((one) => one < this.#aheadS === most < this.#aheadS);
    this.#against = [...others, most];
    if (this.#sure && this.#against.length < ANSWERS) return;
    this.#hold(this.#against.toSorted((a, b) => a - b)[this.#against.length >> 1]!);
    this.#against = [];
    this.#confirm();
  }

  #confirm(): void {
    this.#sure = true;
    if (!this.#known) this.#told(this.#aheadS);
    this.#known = true;
  }

  #hold(aheadS: number): void {
    const before = this.#aheadS;
    this.#aheadS = Math.abs(aheadS) <= OFF_S_MAX ? 0 : Math.ceil(aheadS);
    if (this.#aheadS === before) return;
    this.#right = 0;
    this.#known = true;
    this.#told(this.#aheadS);
  }
}
