import type { Vitals } from './health.ts';

/** A dead man's switch is told every minute: whoever keeps it waits two or three of them before it calls somebody. */
export const BEAT_MS = 60_000;
/** Of one ping; well below the time between two, so that they never overlap. */
const BEAT_TIMEOUT_MS = 10_000;
/** Work that has been due for longer than this is late: a desk that lives but does not keep up is not healthy. */
export const QUEUE_AGE_S_MAX = 300;

/** `withheld`: the desk is not healthy, which is said by saying nothing. */
export type Beat = 'sent' | 'failed' | 'withheld';

export type HeartbeatOptions = {
  /** A secret: whoever knows it can say that all is well. Never logged. */
  readonly url: string;
  readonly vitals: Vitals;
  readonly log: { warn(fields: object, message: string): void };
  readonly beaten?: (beat: Beat) => void;
  readonly fetch?: typeof fetch;
};

export type Heartbeat = {
  /** One ping, if the desk is healthy. Never throws. */
  beat(): Promise<Beat>;
  /** No more pings; one that is under way is broken off. */
  stop(): void;
};

/** Pings the address every minute while the desk is ready and keeps up. Each process pings for itself. */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { log, beaten = () => {} } = options;
  const stopping = new AbortController();
  const beat = async (): Promise<Beat> => {
    const problem = (await isHealthy(options.vitals)) ? await ping(options, stopping.signal) : undefined;
    if (stopping.signal.aborted || problem === undefined) return 'withheld';
    if (problem === 'none') return 'sent';
    log.warn(problem, 'the heartbeat was not taken');
    return 'failed';
  };
  const tell = async (): Promise<Beat> => {
    const done = await beat();
    beaten(done);
    return done;
  };
  const timer = setInterval(() => void tell(), BEAT_MS).unref();
  return {
    beat: tell,
    stop() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

async function isHealthy(vitals: Vitals): Promise<boolean> {
  const { health, reasons } = await vitals.check();
  return health !== undefined && reasons.length === 0 && health.queueAgeS <= QUEUE_AGE_S_MAX;
}

/** What went wrong, as far as it may be told: an error's words hold the address. A redirection is not followed: it could lead anywhere. */
async function ping(
  { url, fetch: send = fetch }: HeartbeatOptions,
  stopping: AbortSignal,
): Promise<'none' | { status?: number; code?: string }> {
  try {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(BEAT_TIMEOUT_MS)]);
    const answer = await send(url, { redirect: 'manual', signal, headers: { 'user-agent': 'watchkeeper' } });
    await answer.body?.cancel();
    return answer.ok ? 'none' : { status: answer.status };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** `ECONNREFUSED`, `ENOTFOUND`, … as Node has it, or the name of what was thrown: no words. */
function codeOf(error: unknown): string {
  let found = 'Error';
  for (let one = error, depth = 0; depth < 4 && typeof one === 'object' && one !== null; depth++) {
    const { code, name, cause } = one as { code?: unknown; name?: unknown; cause?: unknown };
    if (typeof code === 'string') return code.slice(0, 40);
    if (typeof name === 'string') found = name.slice(0, 40);
    one = cause;
  }
  return found;
}
