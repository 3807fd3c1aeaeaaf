import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import type { ClockName, MarkerName, Person } from '../policy/types.ts';
import { authored, inline, inlineName, plainName, quoteBlock } from './escape.ts';
import { lasts, when } from './index.ts';
import type { Outline } from './reason.ts';
import type { NextView, NoteView, Sentences } from './sentences.ts';
import { standingOf } from './standing.ts';
import { outlineText } from './why.ts';

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
export type NextStep = Dated<Exclude<NextView, { is: 'lacking' }>> | { readonly is: 'lacking'; readonly fields: readonly string[] };

/** Everything that a reporter is shown; depends on facts and on the state of clocks, never on the instant of the look. */
export type StatusView = {
  readonly marker: MarkerName;
  readonly emoji: string;
  readonly priority: { readonly id: string; readonly name: string };
  readonly product?: string;
  readonly category?: string;
  readonly plan?: string;
  /** What the policy says to who reports a security problem here; then nothing of the report is repeated. */
  readonly security?: string;
  readonly rating?: number;
  readonly handedOver?: { readonly at: Instant; readonly comment: number; readonly from: string; readonly to: string };
  readonly owners: readonly Person[];
  readonly clocks: readonly ClockView[];
  readonly next: NextStep;
  readonly notes: readonly Omit<NoteView, 'instead'>[];
  /** What a blank or unknown answer was taken as, by what it is about. */
  readonly instead: Readonly<Record<NoteView['about'], string>>;
  readonly zone: string;
  readonly reconstructed: boolean;
  /** How each clock came about, in short. */
  readonly why: readonly Outline[];
};

const NAME_MAX = 100;
const REASON_MAX = 200;
const QUOTE_MAX = 500;

/** The visible part of the status comment: GitHub Markdown without a live mention. */
export function statusText(view: StatusView, words: Sentences): string {
  if (view.next.is === 'withdrawn') return `**${words.whatNext}:** ${words.next(view.next)}`;
  const parts = [`### ${inlineName(view.emoji, 20)} ${words.markers[view.marker]}`];
  if (view.security !== undefined) parts.push(`> [!IMPORTANT]\n> ${words.securityPublic}\n>\n${authored(view.security, '> ')}`);
  parts.push(facts(view, words));
  if (view.clocks.length > 0) parts.push(clockTable(view, words));
  parts.push(`**${words.whatNext}:** ${words.next(dated(view.next, view.zone, words))}`);
  if (view.handedOver) parts.push(handOver(view.handedOver, view.zone, words));
  if (view.rating !== undefined) parts.push(words.rated(view.rating));
  for (const note of view.security === undefined ? view.notes : [])
    parts.push(`> ${words.note({ ...note, instead: `**${inlineName(view.instead[note.about], NAME_MAX)}**` })}`);
  const small = [words.timesIn(view.zone), ...(view.reconstructed ? [words.reconstructed] : []), words.reporterCommands];
  parts.push(`<sub>${small.join(' ')}</sub>`);
  if (view.why.length > 0) parts.push(outlineText(view.why, words, view.zone));
  return parts.join('\n\n');
}

function facts(view: StatusView, words: Sentences): string {
  const priority = view.priority.id === view.priority.name ? view.priority.id : `${view.priority.id} – ${view.priority.name}`;
  const rows = [`**${words.priority}:** ${inlineName(priority, NAME_MAX)}`];
  if (view.product) rows.push(`**${words.product}:** ${inlineName(view.product, NAME_MAX)}`);
  if (view.category) rows.push(`**${words.category}:** ${inlineName(view.category, NAME_MAX)}`);
  if (view.plan) rows.push(`**${words.plan}:** ${inlineName(view.plan, NAME_MAX)}`);
  if (view.owners.length > 0) rows.push(`**${words.owner}:** ${view.owners.map(nameOf).join(', ')}`);
  return rows.join(' · ');
}

function handOver({ from, to, at, comment }: NonNullable<StatusView['handedOver']>, zone: string, words: Sentences): string {
  return words.handedOver(plainName(from), plainName(to), when(words, zone, at), `[${words.notes}](#issuecomment-${comment})`);
}

/** The names of fields, as a sentence takes them. */
export const fieldsText = (fields: readonly string[]): string => fields.map((one) => `**${inline(one, NAME_MAX)}**`).join(', ');

/** A person in plain text: notifies nobody. */
export const nameOf = (person: Person): string => plainName(person.kind === 'user' ? person.login : `${person.org}/${person.slug}`);

export function clockTable(view: StatusView, words: Sentences): string {
  const head = `| ${words.promise} | ${words.target} | ${words.due} | ${words.state} |\n| --- | --- | --- | --- |`;
  const rows = view.clocks.map((clock) => {
    const hours = clock.calendar === undefined ? words.aroundTheClock : inlineName(clock.calendar, 120);
    const target = clock.target ? `${lasts(words, clock.target)}, ${hours}` : '–';
    const due = clock.due === undefined ? '–' : when(words, view.zone, clock.due);
    return `| ${words.clocks[clock.name]} | ${target} | ${due} | ${words.standing(standingOf(clock, (at) => when(words, view.zone, at), words))} |`;
  });
  return [head, ...rows].join('\n');
}

function dated(next: NextStep, zone: string, words: Sentences): NextView {
  const text = (at: Instant | undefined) => (at === undefined ? undefined : when(words, zone, at));
  if (next.is === 'confirm') {
    const until = text(next.until);
    return { is: 'confirm', ...(until ? { until } : {}) };
  }
  if (next.is === 'lacking') return { is: 'lacking', fields: fieldsText(next.fields) };
  if (next.is === 'waiting' || next.is === 'hold')
    return { is: next.is, ...(next.reason ? { reason: inline(next.reason, REASON_MAX) } : {}) };
  if (next.is !== 'answer' && next.is !== 'work') return next;
  const due = text(next.due);
  if (next.is === 'answer') {
    const { late, calls } = next;
    return { is: 'answer', ...(due ? { due } : {}), ...(late ? { late } : {}), ...(calls ? { calls } : {}) };
  }
  return { is: 'work', ...(next.who ? { who: plainName(next.who) } : {}), ...(due ? { due } : {}) };
}

export type PageLine = {
  readonly since: Instant;
  readonly repeat?: { readonly n: number; readonly of: number };
  /** When it should have been posted, if that is more than a minute ago. */
  readonly lateSince?: Instant;
} & (
  | { readonly clock?: undefined; readonly moment: { readonly kind: 'stagnant' } }
  | {
      readonly clock: ClockName;
      readonly due: Instant;
      readonly moment:
        | { readonly kind: 'soon'; readonly percent: number }
        /** Asked for before its time. */
        | { readonly kind: 'early' }
        | { readonly kind: 'breach' }
        | { readonly kind: 'after'; readonly later: Duration };
    }
);

export type PageView = {
  readonly zone: string;
  readonly people: readonly Person[];
  /** Responders who escalated, and why: hostile text. */
  readonly asked: readonly { readonly who: string; readonly reason?: string }[];
  readonly lines: readonly PageLine[];
  readonly standIn: boolean;
};

/** A comment that mentions: whom, which promise is at stake and since when. Live mentions are written here and in the two below, nowhere else. */
export function pageText(view: PageView, words: Sentences): string {
  const mentions = view.people.map(mention).join(' ');
  const asked = view.asked.map(({ who, reason }) => {
    const quoted = reason ? quoteBlock(reason, QUOTE_MAX) : '';
    return [words.pageAsked(plainName(who)), ...(quoted ? [quoted] : [])].join('\n\n');
  });
  const lines = view.lines.map((line) => `- ${lineText(line, view.zone, words)}`);
  const small = [words.pageHow, ...(view.standIn ? [words.pageSkipped] : []), words.timesIn(view.zone)];
  return [mentions, ...asked, ...(lines.length > 0 ? [lines.join('\n')] : []), `<sub>${small.join(' ')}</sub>`].join('\n\n');
}

function lineText(line: PageLine, zone: string, words: Sentences): string {
  const date = (at: Instant) => when(words, zone, at);
  const parts = [saidOf(line, date, words)];
  if (line.repeat) parts.push(words.pageRepeat(line.repeat.n, line.repeat.of));
  if (line.clock !== undefined) parts.push(words.pageSince(date(line.since)));
  if (line.lateSince !== undefined) parts.push(words.pageLate(date(line.lateSince)));
  return parts.join(' ');
}

function saidOf(line: PageLine, date: (at: Instant) => string, words: Sentences): string {
  if (line.clock === undefined) return words.pageStagnant(date(line.since));
  const clock = words.clocks[line.clock];
  const due = date(line.due);
  switch (line.moment.kind) {
    case 'soon':
      return words.pageSoon(clock, due, line.moment.percent);
    case 'early':
      return words.pageDue(clock, due);
    case 'breach':
      return words.pageBreach(clock, due);
    case 'after':
      return words.pageAfter(clock, due, lasts(words, line.moment.later));
  }
}

/** `more`: how many others there are. */
export type NamesView = readonly { readonly team: Person; readonly members: readonly string[]; readonly more?: number }[];

/** After a page whose teams GitHub shows as plain text: their members, by name. */
export function namesText(teams: NamesView, words: Sentences): string {
  const parts = teams.map(({ team, members, more = 0 }) => {
    const people = members.map((login) => mention({ kind: 'user', login }));
    return [words.pageNames(nameOf(team)), ...people, ...(more > 0 ? [words.andMore(more)] : [])].join(' ');
  });
  return parts.join('\n\n');
}

export const mention = (person: Person): string => (person.kind === 'user' ? `@${person.login}` : `@${person.org}/${person.slug}`);
