import type { Act, Part, PredictedTicket, SimPolicy, SimScript, Who } from '../script.ts';
import { predict } from './index.ts';

/**
 * Small scripts as text: `Mon 10:00 rita opens P3`, `Tue+1 09:00:01 mark says /fixed in 1.2`. Weeks count from Monday, 5 January 2026, in UTC.
 * Comments count from 1 in the order in which they are written.
 */

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONDAY = Date.UTC(2026, 0, 5) / 1000;
const DAY_S = 86_400;

export function on(text: string): number {
  const [, day, week, hour, minute, second] = /^(\w{3})(?:\+(\d+))? (\d\d):(\d\d)(?::(\d\d))?$/.exec(text)!;
  const date = DAYS.indexOf(day!) + 7 * Number(week ?? 0);
  return MONDAY + date * DAY_S + Number(hour) * 3_600 + Number(minute) * 60 + Number(second ?? 0);
}

export function show(at: number): string {
  const days = Math.floor((at - MONDAY) / DAY_S);
  const week = Math.floor(days / 7);
  const clock = new Date(at * 1000).toISOString().slice(11, 19).replace(/:00$/, '');
  return `${DAYS[days - 7 * week]}${week === 0 ? '' : `+${week}`} ${clock}`;
}

const PARTS: Readonly<Record<string, Part>> = { rita: 'reporter', mark: 'responder', petra: 'responder', olga: 'bystander', bot: 'bot' };
const OFFICE = {
  timezone: 'UTC',
  hours: Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, ['09:00-18:00']])),
  add: {},
};

export const MARKERS = { received: '🔴', progress: '⭕️', confirming: '🟡', resolved: '🟢' };

/** P3 on Mon–Fri 09–18 is the default, P2 the same hours, P1 round the clock. */
export function policyOf(targets: Partial<Record<'P1' | 'P2' | 'P3', Record<string, string>>>, more: Partial<SimPolicy> = {}): SimPolicy {
  return {
    timezone: 'UTC',
    effective: 'new',
    grace: '1h',
    calendars: { office: OFFICE },
    priorities: [
      { id: 'P1', label: 'P1: critical', calendar: 'always', targets: targets.P1 ?? {} },
      { id: 'P2', label: 'P2: high', calendar: 'office', targets: targets.P2 ?? {} },
      { id: 'P3', label: 'P3: medium', calendar: 'office', targets: targets.P3 ?? {} },
    ],
    default_priority: 'P3',
    plans: [],
    escalation: [],
    markers: MARKERS,
    flags: { triaged: 'triaged', waiting: 'waiting', hold: 'hold', escalated: 'escalated' },
    confirm: { after: '7d' },
    ...more,
  };
}

const whoOf = (name: string): Who => ({
  login: name.replace('*', ''),
  part: name.endsWith('*') ? 'responder' : (PARTS[name] ?? 'bystander'),
});

/** `rita*` is a reporter who is a responder too. */
function actOf(line: string, comment: number): Act {
  const [, when, name, verb, rest] = /^(\S+ \S+) (\S+) (\w+) ?([\s\S]*)$/.exec(line)!;
  const common = { at: on(when!), ticket: 1, by: whoOf(name!) };
  switch (verb) {
    case 'opens':
      return { ...common, kind: 'open', ...(rest ? { priority: rest } : {}) };
    case 'says':
      return { ...common, kind: 'say', comment, body: rest! };
    case 'deletes':
    case 'hides':
      return { ...common, kind: verb === 'deletes' ? 'delete' : 'hide', comment: Number(rest) };
    case 'labels':
    case 'unlabels':
      return { ...common, kind: verb === 'labels' ? 'label' : 'unlabel', label: rest! };
    case 'assigns':
    case 'unassigns':
      return { ...common, kind: verb === 'assigns' ? 'assign' : 'unassign', who: whoOf(rest!) };
    case 'closes':
      return { ...common, kind: 'close', as: (rest || 'completed') as 'completed' };
    case 'reopens':
      return { ...common, kind: 'reopen' };
    case 'merges':
      return { ...common, kind: 'merge' };
    default:
      throw new Error(`nobody can do this: ${line}`);
  }
}

export type Told = { readonly policies: SimScript['policies']; readonly arrival?: string };

export function tell(policy: SimPolicy | Told, until: string, lines: readonly string[]): PredictedTicket {
  const told: Told = 'policies' in policy ? policy : { policies: [{ from: on('Mon 00:00'), policy }] };
  let said = 0;
  const acts = lines.map((line) => actOf(line, / says /.test(line) ? ++said : 0));
  return predict({ seed: 0, arrival: on(told.arrival ?? 'Mon 00:00'), until: on(until), policies: told.policies, acts })[0]!;
}

/** `resolution Mon 10:00: running, due Wed 10:00`. */
export const clocksOf = ({ clocks }: PredictedTicket): string[] =>
  clocks.map(({ clock, startedAt, state, at, dueAt, breachedAt }) => {
    const due = dueAt === undefined ? '' : `, due ${show(dueAt)}`;
    return `${clock} ${show(startedAt)}: ${state}${at === undefined ? '' : ` ${show(at)}`}${due}${breachedAt === undefined ? '' : ' breached'}`;
  });

/** `resolution s1 Mon 10:00–Tue 09:00`; `*1` is the first repeat, `| …` what may come again. */
export const stepsOf = ({ steps }: PredictedTicket): string[] =>
  steps.map(({ clock, step, repeat, at, from, stoppedAt, again }) => {
    const span = (one: { at: number; from?: number; stoppedAt?: number }): string =>
      `${show(one.at)}${(one.from ?? one.at) > one.at ? ` from ${show(one.from!)}` : ''}${one.stoppedAt === undefined ? '' : `–${show(one.stoppedAt)}`}`;
    const first = { at, ...(from === undefined ? {} : { from }), ...(stoppedAt === undefined ? {} : { stoppedAt }) };
    return `${clock} ${step}${repeat ? `*${repeat}` : ''} ${[first, ...(again ?? [])].map(span).join(' | ')}`;
  });

export const stateOf = ({ marker, priority, waiting, hold }: PredictedTicket): string =>
  [marker, priority, ...(waiting ? ['waiting'] : []), ...(hold ? ['hold'] : [])].join(' ');
