import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { SKEW_S_MAX } from '../store/limits.ts';
import type { Store } from '../store/port.ts';
import type { Lanes } from './lanes.ts';
import type { Parts } from './parts.ts';

/** Under which the store keeps whom GitHub limits, for all processes and across restarts. */
const KEY = 'limited';
/** The longest that is believed (`github/faults.ts`); what says it lasts longer is not ours. */
const LIMIT_S_MAX = DAY_SECONDS;
/** Of the App's own (`github/faults.ts`): what its lists tell concerns every installation. */
const APP_LIMIT_S_MAX = 3_600;
/** Of 40 characters: within what the store keeps under one key. Of more that are limited at once each process learns by itself. */
const LIMITS_MAX = 1_000;

/** GitHub limits this installation (0: the App itself), for as long as it said: what each process adds to that is its own affair. */
export type Limit = { readonly installation: number; readonly since: Instant; readonly until: Instant };

/** What processes tell each other when the store knows of a limit more. */
export const NEW_LIMIT = JSON.stringify({ limits: 'more' });

/** Whom GitHub limits: what one process is told, all that share the store heed, and so does one that starts meanwhile. */
export class Limits {
  readonly #parts: Parts;
  readonly #lanes: Pick<Lanes, 'rest'>;

  constructor(parts: Parts, lanes: Pick<Lanes, 'rest'>) {
    this.#parts = parts;
    this.#lanes = lanes;
  }

  /** GitHub limits this installation: nothing of it is worked on for so long, here at once and everywhere soon. */
  async rest(installation: number, seconds: number): Promise<void> {
    const { store, clock, meter } = this.#parts;
    const since = clock();
    this.#lanes.rest(installation, seconds);
    meter.limited(installation, seconds);
    const isNews = await noteLimit(store, { installation, since, until: instant(since + Math.ceil(seconds)) });
    if (isNews) await store.tell(NEW_LIMIT);
  }

  /** What the store knows: no look is begun there, and one that is under way sends nothing more. */
  async heed(): Promise<void> {
    const { store, clock, github, time } = this.#parts;
    const now = clock();
    for (const { installation, until } of await limitsAt(store, now, time?.isKnown())) {
      this.#lanes.rest(installation, until - now);
      github.limit(installation, until);
    }
  }
}

/** Keeps it, unless one is kept that lasts as long. Answers whether that is news to the others. */
export async function noteLimit(store: Pick<Store, 'editMeta'>, limit: Limit): Promise<boolean> {
  let isNews = false;
  await store.editMeta(KEY, (text) => {
    const before = limitsIn(text, limit.since);
    isNews = !before.some((one) => one.installation === limit.installation && one.until >= limit.until);
    if (!isNews) return undefined;
    const others = before.filter((one) => one.installation !== limit.installation);
    return textOf([limit, ...others.toSorted((a, b) => b.until - a.until)].slice(0, LIMITS_MAX));
  });
  return isNews;
}

/** Those that last at `now`, whichever process was told. What is over is forgotten, if that is `sure`: everybody heeds what is kept. */
export async function limitsAt(store: Pick<Store, 'getMeta' | 'editMeta'>, now: Instant, sure = true): Promise<readonly Limit[]> {
  const text = await store.getMeta(KEY);
  if (text === undefined || text === '{}') return [];
  const limits = limitsIn(text, now);
  if (sure && textOf(limits) !== text)
    await store.editMeta(KEY, (newer) => (newer === undefined ? undefined : textOf(limitsIn(newer, now))));
  return limits;
}

const textOf = (limits: readonly Limit[]): string =>
  JSON.stringify(Object.fromEntries(limits.map(({ installation, since, until }) => [installation, [since, until]])));

/**
 * What cannot be read is nobody's limit: at worst a request is sent too many. Neither is what begins later than clocks differ, since the clock was
 * set back: a minute's limit must not become an hour's.
 */
function limitsIn(text: string | undefined, now: Instant): Limit[] {
  return Object.entries(readObject(text)).flatMap(([key, value]) => {
    const installation = Number(key);
    const [since, until] = Array.isArray(value) ? (value as unknown[]) : [];
    if (![installation, since, until].every((one) => Number.isSafeInteger(one) && (one as number) >= 0)) return [];
    const [from, told] = [instant(since as number), instant(until as number)];
    const to = installation === 0 ? instant(Math.min(told, from + APP_LIMIT_S_MAX)) : told;
    const lasts = from <= now + SKEW_S_MAX && now < to && told - from <= LIMIT_S_MAX;
    return lasts ? [{ installation, since: from, until: to }] : [];
  });
}

function readObject(text: string | undefined): object {
  try {
    const read: unknown = JSON.parse(text ?? '{}');
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    return {};
  }
}
