const AGAIN_MS = 25;
/** A minute and more: what takes a second on a quiet machine may take twenty on one that is busy. Only a failure waits for its end. */
const TRIES_MAX = 2_400;

/** For tests that wait for processes: some such waits, one after the other. */
export const BUSY_MS = 240_000;

/** Asks again and again until there is an answer that is neither false nor undefined. `said` is told when there never is. */
export async function until<T>(
  what: string,
  found: () => T | false | undefined | Promise<T | false | undefined>,
  said: () => string = () => '',
): Promise<T> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const answer = await found();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  throw new Error(`never: ${what}\n${said()}`);
}
