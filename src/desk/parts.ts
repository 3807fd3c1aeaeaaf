import type { Instant } from '../calendar/time.ts';
import type { Actor, Ledger, Part, Record } from './ledger.ts';

/** GitHub's replicas may show a comment later than a younger one: this near to `seen`, an unknown actor's fact counts as not seen yet. */
export const LAG_S = 120;

export type Played = { readonly part: Part; readonly staff: boolean };

/** Who played which part when. Asking about a fact that no look has seen takes today's answer and keeps it in `entries`. */
export type Parts = {
  /** The part of `actor` at `when`; a reporter who is a responder too has `staff`. */
  readonly of: (actor: Actor, when: Instant) => Played;
  readonly entries: (seen: Instant) => Record['parts'];
};

export function partsOf(ledger: Ledger): Parts {
  const known = new Map<string, (readonly [Instant, 'r' | 'b'])[]>();
  for (const [id, list] of Object.entries(ledger.record?.parts ?? {})) known.set(id, [...list]);
  const seen = ledger.record?.seen;
  /** Bystanders in what looks have seen, by having no entry: one that they get now must not reach back. */
  const passed = new Set<string>();

  const isResponder = (actor: Actor, when: Instant): boolean => {
    const key = String(actor.id);
    const list = known.get(key);
    if (seen !== undefined && when <= seen - (list ? 0 : LAG_S)) {
      if (!list) passed.add(key);
      return entryAt(list, when) === 'r';
    }
    const last = entryAt(list, when);
    const standing = ledger.standings.get(actor.id);
    // Nobody asked what he is today: all that is known decides.
    const today = standing === undefined ? last : standing === 'responder' ? 'r' : 'b';
    if (list && today === last) {
      // A bystander's newest fact says how long he has to be kept.
      if (list.length === 1 && today === 'b' && list[0]![0] < when) known.set(key, [[when, 'b']]);
      return today === 'r';
    }
    const before = list ?? (passed.has(key) && today === 'r' ? [[0 as Instant, 'b'] as const] : []);
    known.set(key, [...before, [when, today]]);
    return today === 'r';
  };

  return {
    of(actor, when) {
      const standing = ledger.standings.get(actor.id);
      if (standing === 'app' || standing === 'bot') return { part: standing, staff: false };
      const staff = isResponder(actor, when);
      if (actor.id === ledger.reporter.id) return { part: 'reporter', staff };
      return { part: staff ? 'responder' : 'bystander', staff };
    },
    // A bystander is kept only as long as a fact of his could pass for one that no look has seen.
    entries: (until) =>
      Object.fromEntries([...known].filter(([, list]) => list.some(([from, part]) => part === 'r' || from > until - LAG_S))),
  };
}

/** What held at `when`: before the first entry the first one does, since facts may come to light out of order. */
function entryAt(list: readonly (readonly [Instant, 'r' | 'b'])[] | undefined, when: Instant): 'r' | 'b' {
  if (!list?.length) return 'b';
  let found = list[0]![1];
  for (const [from, part] of list) if (from <= when) found = part;
  return found;
}
