import { type Calendar, compileCalendar } from '../calendar/calendar.ts';
import { loadHolidays } from '../calendar/load-holidays.ts';
import type { HolidaySource, Instant } from '../calendar/time.ts';
import type { InForce } from '../desk/ledger.ts';
import { readPolicy } from '../policy/read.ts';
import type { Policy, PolicyRead, Presets, Problem } from '../policy/types.ts';

export type Judged =
  | { readonly good: true; readonly read: PolicyRead; readonly holidays?: HolidaySource }
  | { readonly good: false; readonly problems: readonly Problem[] };

/** Reads a file with the holidays that it needs; the table of holidays is loaded only for a policy that names a country. */
export async function judgePolicy(text: string, ownerText: string | undefined, presets: Presets): Promise<Judged> {
  const first = readPolicy(text, presets, { ownerText });
  const specs = 'policy' in first ? Object.values(first.policy.calendars) : [];
  const holidays = /country/.test(text + (ownerText ?? '')) ? await loadHolidays([COUNTRY_SPEC]) : await loadHolidays(specs);
  if (!holidays) return 'policy' in first ? { good: true, read: first } : { good: false, problems: first.problems };
  const second = readPolicy(text, presets, { ownerText, holidays });
  return 'policy' in second ? { good: true, read: second, holidays } : { good: false, problems: second.problems };
}

const COUNTRY_SPEC = { kind: 'hours', id: '', timezone: 'UTC', hours: {}, country: 'RO', add: {}, remove: [] } as const;

/** A policy with its calendars, each compiled when first asked for. */
export function inForce(policy: Policy, ref: string, since: Instant, holidays: HolidaySource | undefined): InForce {
  const compiled = new Map<string, Calendar>();
  return {
    policy,
    ref,
    since,
    calendar(id) {
      let calendar = compiled.get(id);
      if (!calendar) {
        const spec =
          policy.calendars[id] ?? policy.calendars.always ?? ({ kind: 'always', id: 'always', timezone: policy.timezone } as const);
        calendar = compileCalendar(spec, holidays);
        compiled.set(id, calendar);
      }
      return calendar;
    },
  };
}

/** How a ticket's record names a policy: the blob of the file, `+` that of the owner's file. */
export const refOf = (own: string, owner: string | undefined): string => (owner ? `${own}+${owner}` : own);

/** Compiled policies by reference, over all repositories: two repositories with one file share it. */
const COMPILED_MAX = 500;

/** A small least-recently-used map. */
export class Recent<K, V> {
  #map = new Map<K, V>();
  #max: number;

  constructor(max: number = COMPILED_MAX) {
    this.#max = max;
  }

  get(key: K): V | undefined {
    const found = this.#map.get(key);
    if (found !== undefined) {
      this.#map.delete(key);
      this.#map.set(key, found);
    }
    return found;
  }

  set(key: K, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > this.#max) this.#map.delete(this.#map.keys().next().value as K);
  }

  delete(key: K): void {
    this.#map.delete(key);
  }
}
