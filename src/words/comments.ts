import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import type { ClockName, MarkerName, Person } from '../policy/types.ts';
import { inline, plainName } from './escape.ts';
import { lasts, span, when } from './index.ts';
import type { ClockStanding, NextView, NoteView, RefusalName, Sentences } from './sentences.ts';

export type ClockView = {
  readonly name: ClockName;
  readonly target?: Duration;
  /** When its calendar is open, in words. Undefined: around the clock. */
  readonly calendar?: string;
  readonly due?: Instant;
  readonly state: 'running' | 'breached' | 'paused' | 'met' | 'fixed' | 'met_late' | 'unanswered' | 'dropped';
  readonly at?: Instant;
  readonly lateBy?: Seconds;
};

type Dated<T> = T extends { readonly due?: string }
  ? Omit<T, 'due'> & { readonly due?: Instant }
  : T extends { readonly until?: string }
    ? Omit<T, 'until'> & { readonly until?: Instant }
    : T;
/** What happens next, with instants where the sentence has dates. */
export type NextStep = Dated<NextView>;

/** Everything that a reporter is shown; depends on facts and on the state of clocks, never on the instant of the look. */
export type StatusView = {
  readonly marker: MarkerName;
  readonly emoji: string;
  readonly priority: { readonly id: string; readonly name: string };
  readonly product?: string;
  readonly category?: string;
  readonly owners: readonly Person[];
  readonly clocks: readonly ClockView[];
  readonly next: NextStep;
  readonly notes: readonly Omit<NoteView, 'instead'>[];
  /** What a blank or unknown answer was taken as, by what it is about. */
  readonly instead: Readonly<Record<NoteView['about'], string>>;
  readonly zone: string;
  readonly reconstructed: boolean;
};

const NAME_MAX = 100;

/** The visible part of the status comment: GitHub Markdown without a live mention. */
export function statusText(view: StatusView, words: Sentences): string {
  if (view.next.is === 'withdrawn') return `**${words.whatNext}:** ${words.next(view.next)}`;
  const parts = [`### ${inline(view.emoji, 20)} ${words.markers[view.marker]}`, facts(view, words)];
  if (view.clocks.length > 0) parts.push(clockTable(view, words));
  parts.push(`**${words.whatNext}:** ${words.next(dated(view.next, view.zone, words))}`);
  for (const note of view.notes) parts.push(`> ${words.note({ ...note, instead: `**${inline(view.instead[note.about], NAME_MAX)}**` })}`);
  const small = [words.timesIn(view.zone), ...(view.reconstructed ? [words.reconstructed] : []), words.reporterCommands];
  parts.push(`<sub>${small.join(' ')}</sub>`);
  return parts.join('\n\n');
}

function facts(view: StatusView, words: Sentences): string {
  const priority = view.priority.id === view.priority.name ? view.priority.id : `${view.priority.id} – ${view.priority.name}`;
  const rows = [`**${words.priority}:** ${inline(priority, NAME_MAX)}`];
  if (view.product) rows.push(`**${words.product}:** ${inline(view.product, NAME_MAX)}`);
  if (view.category) rows.push(`**${words.category}:** ${inline(view.category, NAME_MAX)}`);
  if (view.owners.length > 0) rows.push(`**${words.owner}:** ${view.owners.map(nameOf).join(', ')}`);
  return rows.join(' · ');
}

/** A person in plain text: notifies nobody. */
export const nameOf = (person: Person): string => plainName(person.kind === 'user' ? person.login : `${person.org}/${person.slug}`);

function clockTable(view: StatusView, words: Sentences): string {
  const head = `| ${words.promise} | ${words.target} | ${words.due} | ${words.state} |\n| --- | --- | --- | --- |`;
  const rows = view.clocks.map((clock) => {
    const hours = clock.calendar === undefined ? words.aroundTheClock : inline(clock.calendar, 120);
    const target = clock.target ? `${lasts(words, clock.target)}, ${hours}` : '–';
    const due = clock.due === undefined ? '–' : when(words, view.zone, clock.due);
    return `| ${words.clocks[clock.name]} | ${target} | ${due} | ${words.standing(standingOf(clock, view.zone, words))} |`;
  });
  return [head, ...rows].join('\n');
}

function standingOf(clock: ClockView, zone: string, words: Sentences): ClockStanding {
  const at = clock.at === undefined ? '' : when(words, zone, clock.at);
  const due = clock.due === undefined ? '' : when(words, zone, clock.due);
  switch (clock.state) {
    case 'running':
    case 'breached':
      return { is: clock.state, due };
    case 'met':
    case 'fixed':
      return { is: clock.state, at };
    case 'met_late':
      return { is: 'met_late', at, by: span(words, clock.lateBy ?? 0) };
    default:
      return { is: clock.state };
  }
}

function dated(next: NextStep, zone: string, words: Sentences): NextView {
  const text = (at: Instant | undefined) => (at === undefined ? undefined : when(words, zone, at));
  if (next.is === 'confirm') {
    const until = text(next.until);
    return { is: 'confirm', ...(until ? { until } : {}) };
  }
  if (next.is !== 'answer' && next.is !== 'work') return next;
  const due = text(next.due);
  if (next.is === 'answer') {
    const { late, calls } = next;
    return { is: 'answer', ...(due ? { due } : {}), ...(late ? { late } : {}), ...(calls ? { calls } : {}) };
  }
  return { is: 'work', ...(next.who ? { who: plainName(next.who) } : {}), ...(due ? { due } : {}) };
}

export type PageLine = {
  readonly clock: ClockName;
  readonly due: Instant;
  readonly since: Instant;
  readonly moment:
    | { readonly kind: 'soon'; readonly percent: number }
    | { readonly kind: 'breach' }
    | { readonly kind: 'after'; readonly later: Duration };
  /** When it should have been posted, if that is more than a minute ago. */
  readonly lateSince?: Instant;
};

export type PageView = {
  readonly zone: string;
  readonly people: readonly Person[];
  readonly lines: readonly PageLine[];
  readonly standIn: boolean;
};

/** A comment that mentions: whom, which promise is at stake and since when. Live mentions are written here and in the warning, nowhere else. */
export function pageText(view: PageView, words: Sentences): string {
  const date = (at: Instant) => when(words, view.zone, at);
  const mentions = view.people.map(mention).join(' ');
  const lines = view.lines.map((line) => {
    const clock = words.clocks[line.clock];
    const said =
      line.moment.kind === 'soon'
        ? words.pageSoon(clock, date(line.due), line.moment.percent)
        : line.moment.kind === 'breach'
          ? words.pageBreach(clock, date(line.due))
          : words.pageAfter(clock, date(line.due), lasts(words, line.moment.later));
    return `- ${[said, words.pageSince(date(line.since)), ...(line.lateSince === undefined ? [] : [words.pageLate(date(line.lateSince))])].join(' ')}`;
  });
  const small = [words.pageHow, ...(view.standIn ? [words.pageSkipped] : []), words.timesIn(view.zone)];
  return [mentions, lines.join('\n'), `<sub>${small.join(' ')}</sub>`].join('\n\n');
}

/** The reporter is told before silence confirms. */
export function warningText(view: { readonly zone: string; readonly reporter: Person; readonly until: Instant }, words: Sentences): string {
  const said = words.confirmSoon(when(words, view.zone, view.until));
  return [mention(view.reporter), `- ${said}`, `<sub>${words.timesIn(view.zone)}</sub>`].join('\n\n');
}

const mention = (person: Person): string => (person.kind === 'user' ? `@${person.login}` : `@${person.org}/${person.slug}`);

export type ReplyLine =
  | { readonly is: 'done'; readonly name: string }
  | { readonly is: 'refused'; readonly name: string; readonly why: RefusalName; readonly hint?: string };

/** The one reply to a comment's commands: reasons for refusals, and what was asked for. Empty when a reaction says it all. */
export function replyText(lines: readonly ReplyLine[], view: () => StatusView, words: Sentences): string {
  const parts: string[] = [];
  const asked = (name: string) => lines.some((line) => line.is === 'done' && line.name === name);
  if (asked('sla')) {
    const shown = view();
    parts.push(
      [
        `${inline(shown.emoji, 20)} **${words.markers[shown.marker]}**`,
        clockTable(shown, words),
        `<sub>${words.timesIn(shown.zone)}</sub>`,
      ].join('\n\n'),
    );
  }
  if (asked('help')) parts.push(helpText(words));
  const refused = lines.filter((line) => line.is === 'refused');
  if (refused.length > 0)
    parts.push(refused.map((line) => words.refused(line.name, line.why, line.hint && inline(line.hint, 500))).join('\n\n'));
  return parts.join('\n\n');
}

function helpText(words: Sentences): string {
  const row = (name: keyof Sentences['help'], shape = '') => `| \`/${name}${shape}\` | ${words.help[name]} |`;
  const table = (title: string, rows: string[]) => [`**${title}**`, '', '| | |', '| --- | --- |', ...rows].join('\n');
  return [
    words.helpIntro,
    table(words.helpReporter, [row('confirm'), row('still-broken'), row('sla'), row('help')]),
    table(words.helpResponder, [row('take'), row('priority', ' ID'), row('fixed'), row('still-broken'), row('sla'), row('help')]),
  ].join('\n\n');
}
