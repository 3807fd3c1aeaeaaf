import { formatDuration } from '../calendar/duration.ts';
import { type Instant, WEEKDAYS } from '../calendar/time.ts';
import { instantToWall } from '../calendar/zone.ts';
import { type Clock, currentClocks } from '../desk/clock.ts';
import type { Policy } from '../policy/types.ts';
import { span, wordsOf } from '../words/index.ts';
import type { Walk } from './walk.ts';
import { type Row, stepName } from './walk-rows.ts';

/** The command's own words are English, whatever language the desk speaks. */
const words = wordsOf('en');
const WHAT_WIDTH = 17;
/** Steps that are still to come, where the table ends before them. */
const AHEAD_MAX = 20;

/** `Mon 2026-01-05 10:00:00` as the zone's clocks show it. */
export function timeIn(zone: string, at: Instant): string {
  const { date, seconds } = instantToWall(zone, at);
  const day = WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7]!;
  const two = (n: number) => String(Math.floor(n) % 60).padStart(2, '0');
  const hours = String(Math.floor(seconds / 3600)).padStart(2, '0');
  return `${day[0]!.toUpperCase()}${day.slice(1)} ${date} ${hours}:${two(seconds / 60)}:${two(seconds)}`;
}

/** The table of one walk and where its clocks stand at the end, line by line. Not yet stripped of what people wrote into it. */
export function walkLines({ rows, last, until }: Walk, policy: Policy): string[] {
  if (!last) return ['  Not a ticket under this policy: it never meets "intake" (or a bot opened it).'];
  const zone = policy.timezone;
  const time = (at: Instant) => timeIn(zone, at);
  const { ticket, clocks, ledger } = last;
  const priority = policy.priorities.find((one) => one.id === ticket.priorities.at(-1)!.id);
  const name = priority && priority.name !== priority.id ? `${priority.id} – ${priority.name}` : ticket.priorities.at(-1)!.id;
  const { emoji } = policy.markers[ticket.marker.is];
  const table = rows.map((row) => {
    const [what, detail] = rowText(row, time);
    return `  ${time(row.at)}  ${what.padEnd(WHAT_WIDTH)}  ${detail}`;
  });
  const standing = currentClocks(clocks).map((clock) => `  ${clockName(clock.name).padEnd(WHAT_WIDTH)}  ${standingText(clock, time)}`);
  const ahead = last.open.filter((one) => one.at > until).slice(0, AHEAD_MAX);
  return [
    `  ${name}, ${emoji} ${words.markers[ticket.marker.is]}, ticket since ${time(ticket.since)}, opened by ${ledger.reporter.login}`,
    '',
    ...table,
    '',
    `  As of ${time(until)} (${zone}):`,
    ...(standing.length > 0 ? standing : ['  nothing is promised']),
    ...ahead.map((one) => `  ${'ahead'.padEnd(WHAT_WIDTH)}  ${stepName(one)} at ${time(one.at)}`),
  ];
}

type Time = (at: Instant) => string;

const clockName = (name: Clock['name']): string => words.clocks[name];

/** What changed, and how, in two cells. */
function rowText(row: Row, time: Time): [what: string, detail: string] {
  switch (row.is) {
    case 'ticket':
      return ['ticket', `from ${row.by}, ${row.priority} (${sourceText(row.source)})`];
    case 'withdrawn':
      return ['ticket', 'its intake label went away: no longer a ticket'];
    case 'command':
      return [
        'command',
        `/${row.name}${row.text ? ` ${row.text}` : ''} by ${row.by}${row.refused ? `, refused: ${spaced(row.refused)}` : ''}`,
      ];
    case 'answer':
      return ['answer', `by ${row.by}`];
    case 'marker': {
      const how = row.how ? ` (${spaced(row.how)})` : '';
      return ['marker', `${row.emoji} ${words.markers[row.marker as keyof typeof words.markers] ?? row.marker}${how}${byText(row.by)}`];
    }
    case 'priority':
      return ['priority', `${row.from} → ${row.to} (${sourceText(row.source)})`];
    case 'field':
      return [row.field, row.value ?? 'none'];
    case 'clock':
      return [`${clockName(row.clock)}${row.run > 1 ? ` ${row.run}` : ''}`, changeText(row, time)];
    case 'step':
      return ['step', stepText(row, time)];
    case 'dropped':
      return ['not posted', `${row.steps.join(', ')}: ${DROPPED[row.why] ?? spaced(row.why)}`];
    case 'pause':
      return ['pause', `${row.cause} ${row.ends ? 'ends' : 'begins'}${row.reason ? `: ${row.reason}` : ''}`];
    case 'notice':
      return ['notice', `${NOTICES[row.about] ?? spaced(row.about)}: ${row.calls.join(' ')}`];
    case 'escalated':
      return ['step', `by hand, no step is left: ${row.calls.join(' ') || 'names nobody'}`];
    case 'desk':
      return ['desk', `${row.does} the issue`];
    case 'file_ends':
      return ['—', 'the file ends here; what follows comes if nobody does anything'];
  }
}

const DROPPED: Readonly<Record<string, string>> = {
  met: 'the promise was kept before',
  cancelled: 'the promise ended before',
  moved: 'no longer ahead, and nothing is called for afterwards',
  gone: 'the promise is no longer made',
};

const NOTICES: Readonly<Record<string, string>> = {
  confirm: 'asks to confirm, before silence does',
  required: 'asks for what the form lacks',
  handoff: 'asks to hand over, the turn on call is over',
};

const cancelledText = (why: string): string => (why === 'over' ? 'no longer owed' : `cancelled: ${spaced(why)}`);
const spaced = (name: string): string => name.replaceAll('_', ' ');
const byText = (by: string | undefined): string => (by === undefined ? '' : `, by ${by}`);
const sourceText = (source: string): string => (source === 'form' || source === 'label' ? `from the ${source}` : `by ${source}`);

function stepText({ step, mentions, calls, label, dueAt }: Extract<Row, { is: 'step' }>, time: Time): string {
  const parts = [step];
  if (dueAt !== undefined) parts.push(`due ${time(dueAt)}`);
  if (mentions.length > 0)
    parts.push(`mentions ${mentions.join(', ')}: ${calls.length > 0 ? calls.join(' ') : 'names nobody, no comment'}`);
  if (label !== undefined) parts.push(`sets the label ${label}`);
  return parts.join('; ');
}

function changeText(row: Extract<Row, { is: 'clock' }>, time: Time): string {
  const due = 'dueAt' in row && row.dueAt !== undefined ? `due ${time(row.dueAt)}` : '';
  switch (row.change) {
    case 'starts': {
      const target = row.target ? `${formatDuration(row.target)} on ${row.calendar}` : 'no target';
      const since = row.from < row.at ? `counts from ${time(row.from)}` : 'starts';
      return [since, target, due].filter((one) => one !== '').join(', ');
    }
    case 'moves':
      return row.from === undefined ? `runs again, ${due}` : `${due}, was ${time(row.from)}`;
    case 'pauses':
      return `pauses with ${span(words, row.left)} of open time left`;
    case 'breached':
      return 'BREACHED';
    case 'met': {
      const kept = row.provisional ? 'kept if confirmed' : 'kept';
      return row.lateBy === undefined ? kept : `${row.provisional ? 'late if confirmed' : 'late'}, by ${span(words, row.lateBy)}`;
    }
    case 'confirmed':
      return 'confirmed';
    case 'cancelled':
      return cancelledText(row.why);
    case 'gone':
      return 'no longer promised';
  }
}

/** As the status comment says it. */
function standingText(clock: Clock, time: Time): string {
  const { state, breachedAt, dueAt, course } = clock;
  const due = dueAt === undefined ? '' : `due ${time(dueAt)}: `;
  const target = course ? `${formatDuration(course.target)} on ${course.calendarId}, ` : '';
  return `${target}${due}${stateText(state, breachedAt, time)}`;
}

function stateText(state: Clock['state'], breachedAt: Instant | undefined, time: Time): string {
  switch (state.is) {
    case 'running':
      return breachedAt === undefined ? 'pending' : 'overdue';
    case 'paused':
      return `paused, ${span(words, state.left)} left${breachedAt === undefined ? '' : ', overdue'}`;
    case 'met': {
      const at = time(state.at);
      if (breachedAt !== undefined) return `late by ${span(words, state.at - breachedAt)} (${at})`;
      return `${state.provisional ? 'kept if confirmed' : 'kept'} (${at})`;
    }
    case 'cancelled':
      return cancelledText(state.why);
  }
}
