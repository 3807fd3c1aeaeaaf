import type { Played } from './play.ts';
import type { PredictedTicket, SimPolicy } from './script.ts';

export const FEATURES = ['re-prioritisation', 'pause over closed hours', 'reopening', 'kill'] as const;
export type Feature = (typeof FEATURES)[number];

/** What a seed really brought about, by what stands on GitHub and what the model makes of it. */
export function featuresOf(played: Played, predicted: readonly PredictedTicket[]): Feature[] {
  const has = {
    're-prioritisation': predicted.some(({ ticket }) => changesOf(played, ticket) > 1),
    'pause over closed hours': predicted.some(({ ticket }) => pausedClosed(played, ticket)),
    reopening: predicted.some(({ clocks }) => clocks.filter((one) => one.clock === 'resolution').length > 1),
    kill: played.kills > 0,
  };
  return FEATURES.filter((feature) => has[feature]);
}

type Labelled = { readonly at: number; readonly on: boolean; readonly name: string };

function labelling({ desk }: Played, ticket: number): Labelled[] {
  return desk
    .issue(ticket)
    .timeline.flatMap((row) =>
      row.label && (row.event === 'labeled' || row.event === 'unlabeled')
        ? [{ at: row.at, on: row.event === 'labeled', name: row.label.name }]
        : [],
    );
}

/** How often a label of a priority came on that was not on before. */
function changesOf(played: Played, ticket: number): number {
  const names = new Set(policyOf(played).priorities.map((one) => one.label));
  let last = '';
  let changes = 0;
  for (const one of labelling(played, ticket)) {
    if (!one.on || !names.has(one.name) || one.name === last) continue;
    last = one.name;
    changes += 1;
  }
  return changes;
}

const policyOf = (played: Played): SimPolicy => played.script.policies[0]!.policy;

/** A flag that stood over a local midnight at which the ticket's calendar is closed. */
function pausedClosed(played: Played, ticket: number): boolean {
  const { flags, priorities, calendars } = policyOf(played);
  const rows = labelling(played, ticket);
  const on = new Map<string, number>();
  for (const one of rows) {
    if (one.name !== flags.waiting && one.name !== flags.hold) continue;
    const from = on.get(one.name);
    if (one.on) on.set(one.name, one.at);
    else on.delete(one.name);
    if (one.on || from === undefined) continue;
    const label = rows.findLast((row) => row.on && row.at <= from && priorities.some((p) => p.label === row.name))?.name;
    const calendar = calendars[priorities.find((p) => p.label === label)?.calendar ?? ''];
    if (calendar && closedWithin(calendar, from, one.at)) return true;
  }
  return false;
}

const NAMES = { Mon: 'mon', Tue: 'tue', Wed: 'wed', Thu: 'thu', Fri: 'fri', Sat: 'sat', Sun: 'sun' } as const;

/** Asked every half hour on the wall: this only counts. */
function closedWithin(calendar: SimPolicy['calendars'][string], from: number, to: number): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: calendar.timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  for (let at = from; at < to; at += 1800) {
    const [day, clock] = format.format(at * 1000).split(/,? /) as [keyof typeof NAMES, string];
    const windows = calendar.hours[NAMES[day]] ?? [];
    if (!windows.some((window) => window.slice(0, 5) <= clock && clock < window.slice(6))) return true;
  }
  return false;
}
