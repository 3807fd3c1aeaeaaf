import type { Heard, Store } from './port.ts';

export type Ears = { readonly say: (heard: Heard) => void; readonly listen: Store['listen'] };

/**
 * Who listens, and how to tell all of them. What a listener throws stays with it: it runs where a socket is read, and a word of another process
 * must not end this one. What is told is never relied upon, so nothing is lost that the next turn of the loop does not find.
 */
export function ears(): Ears {
  const hearing = new Set<(heard: Heard) => void>();
  return {
    say(heard) {
      for (const hear of [...hearing]) {
        try {
          hear(heard);
        } catch {}
      }
    },
    listen(hear) {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
  };
}
