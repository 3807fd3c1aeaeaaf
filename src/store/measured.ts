import type { Store } from './port.ts';

/** Every method that answers with a promise; a new one of the port does not compile until it is named. */
const TIMED: Readonly<Record<Exclude<keyof Store, 'listen'>, true>> = {
  wake: true,
  receive: true,
  claim: true,
  holds: true,
  settle: true,
  nextDue: true,
  hasDue: true,
  alarms: true,
  tell: true,
  intend: true,
  answered: true,
  forget: true,
  ownWrites: true,
  everyOwnWrite: true,
  putTicket: true,
  ticket: true,
  dropTicket: true,
  tickets: true,
  editRepo: true,
  repo: true,
  repos: true,
  dropRepo: true,
  dropInstallation: true,
  getMeta: true,
  metas: true,
  putMeta: true,
  editMeta: true,
  prune: true,
  close: true,
};

export type StoreMethod = keyof typeof TIMED;
export const STORE_METHODS = Object.keys(TIMED) as StoreMethod[];

/** Told after each call, however it ends; `ok` is false when the store failed, not when it refused what it was given (`RangeError`). */
export type Observe = (method: StoreMethod, seconds: number, ok: boolean) => void;

type Call = (...args: unknown[]) => Promise<unknown>;

/** The same store, which tells how long each call took. */
export function measured(store: Store, observe: Observe): Store {
  const calls = store as unknown as Readonly<Record<StoreMethod, Call>>;
  const timed = (name: StoreMethod): Call => {
    return async (...args) => {
      const begun = performance.now();
      let ok = true;
      try {
        return await calls[name](...args);
      } catch (error) {
        ok = error instanceof RangeError;
        throw error;
      } finally {
        observe(name, (performance.now() - begun) / 1000, ok);
      }
    };
  };
  const all = Object.fromEntries(STORE_METHODS.map((name) => [name, timed(name)]));
  return { ...all, listen: (hear) => store.listen(hear) } as Store;
}
