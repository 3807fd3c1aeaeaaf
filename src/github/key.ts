import { isNotTaken, statusOf } from './faults.ts';
import { type Requests, told } from './requests.ts';

type Ask = (options: { readonly url: string }) => Promise<unknown>;
/** Octokit's own, where a requester has it. */
export type Hook = { wrap(name: 'request', around: (ask: Ask, options: { readonly url: string }) => Promise<unknown>): void };

/** Whether GitHub took the App's key when it was last shown: in a request of the App itself, or in one for a token. */
export class Key {
  #refused = false;

  get refused(): boolean {
    return this.#refused;
  }

  /** Sends what shows the key. A no to it is a 401; that an installation is suspended, or gone, is another answer and says nothing of it. */
  async shown<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask();
      this.#refused = false;
      return answer;
    } catch (error) {
      if (isNotTaken(error)) this.#refused = true;
      else if (statusOf(error) === 304) this.#refused = false;
      throw error;
    }
  }

  /** Octokit asks for tokens by itself, when it has none that serves: here they are seen. They are asked for, and paid for, by the App. */
  watch(hook: Hook | undefined, requests: Requests | undefined): void {
    hook?.wrap('request', (ask, options) => {
      if (!/\/access_tokens$/.test(options.url)) return ask(options);
      return this.shown(() => told(requests, undefined, 'POST', '/app/installations/access_tokens', () => ask(options)));
    });
  }
}
