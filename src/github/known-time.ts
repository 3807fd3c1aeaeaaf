import type { Log } from './api.ts';
import { type Requests, told } from './requests.ts';
import type { GitHubTime } from './time.ts';

const GITHUB = 'https://api.github.com';
/** What GitHub does not count, whoever asks (`GET /rate_limit`). */
const PATH = '/rate_limit';
/** A server that does not answer is asked again so soon. */
const AGAIN_S = 5;
/** The loop turns meanwhile, and must not be taken for stuck. */
const TIMEOUT_MS = 20_000;

export type KnownTimeOptions = {
  /** To whose answers `time` listens. */
  readonly fetch: typeof fetch;
  /** Seconds. */
  readonly steady: () => number;
  readonly log: Log;
  readonly halt: AbortSignal;
  readonly requests?: Requests | undefined;
  readonly baseUrl?: string | undefined;
};

/** What time it is, asked for by itself: nothing that GitHub limits, neither the App nor its key, has to do with it. The watch has it as `KnownTime`. */
export function knownTime(time: GitHubTime, { fetch, steady, log, halt, requests, baseUrl = GITHUB }: KnownTimeOptions) {
  let askedAt: number | undefined;
  let undated = false;
  const send = () => {
    const signal = AbortSignal.any([halt, AbortSignal.timeout(TIMEOUT_MS)]);
    return fetch(`${baseUrl}${PATH}`, { headers: { 'user-agent': 'watchkeeper' }, signal });
  };
  return {
    isKnown: (): boolean => undated || time.isHeard,
    async ask(): Promise<void> {
      if (askedAt !== undefined && Math.abs(steady() - askedAt) < AGAIN_S) return;
      askedAt = steady();
      try {
        const { status, body } = await told(requests, undefined, 'GET', PATH, send);
        await body?.cancel();
        if (time.isHeard) return;
        // Where a proxy leaves out what makes an answer GitHub's word, the host's clock is all there is.
        undated = status < 500;
        if (undated) log.warn({ status }, 'GitHub does not say what time it is: the clock of this host is believed');
        else log.warn({ status }, 'GitHub does not answer: the desk waits until it says what time it is');
      } catch (error) {
        log.warn({ err: String(error) }, 'GitHub does not answer: the desk waits until it says what time it is');
      }
    },
  };
}
