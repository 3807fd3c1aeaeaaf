import type { Forget } from './github/wakes.ts';
import { NEW_LIMIT } from './watch/limits.ts';

const FORGOTTEN: Readonly<Record<Forget['what'], true>> = { people: true, labels: true, forms: true };

/** What another process says, itself among them; undefined: words of another version, or of somebody else in the database. */
export function toldOf(text: string): Forget | 'limits' | undefined {
  if (text === NEW_LIMIT) return 'limits';
  try {
    const { installation, repo, what } = JSON.parse(text) as Forget;
    const isForget =
      Number.isSafeInteger(installation) &&
      (repo === undefined || Number.isSafeInteger(repo)) &&
      typeof what === 'string' &&
      Object.hasOwn(FORGOTTEN, what);
    return isForget ? { installation, ...(repo === undefined ? {} : { repo }), what } : undefined;
  } catch {
    return undefined;
  }
}
