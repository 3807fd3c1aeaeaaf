import type { Instant, PlainDate, Seconds } from '../calendar/time.ts';
import { instantToWall } from '../calendar/zone.ts';
import { inline, inlineName } from './escape.ts';
import { when } from './index.ts';
import type { ClosedDay, Halt, Pausing } from './reason.ts';
import type { Sentences } from './sentences.ts';

export const ID_MAX = 60;
const HOLIDAY_MAX = 60;
/** Stands for the end of what lasts. */
const LASTS = '…';

/** How much is told. */
export type Detail = {
  /** Every day, days that are alike in one line, or no days at all. */
  readonly days: 'each' | 'alike' | 'none';
  readonly reasonMax: number;
  readonly movesMax: number;
  readonly pausesMax: number;
};
/** Sentences, zone and detail: what every line needs. */
export type Telling = Detail & { readonly words: Sentences; readonly zone: string };

export function pausingText({ halts, seconds, due }: Pausing, pushed: boolean, telling: Telling): string {
  const { words } = telling;
  const shown = halts.slice(0, telling.pausesMax).map((halt) => haltText(halt, telling));
  if (halts.length > shown.length) shown.push(words.andMore(halts.length - shown.length));
  const text = `${words.why.paused}: ${shown.join('; ')}`;
  const parts = [text.endsWith(LASTS) ? text : `${text}.`];
  if (seconds !== undefined) parts.push(words.why.notCounted(worked(words, seconds)));
  if (pushed && due !== undefined && seconds) parts.push(words.why.newDue(exactly(telling, due)));
  return parts.join(' ');
}

function haltText({ cause, reason, from, to, began, ended }: Halt, telling: Telling): string {
  const { words, reasonMax } = telling;
  const said = reason && reasonMax > 0 ? inline(reason, reasonMax) : '';
  const name = said === '' ? words.why.pauses[cause] : `${words.why.pauses[cause]} (${words.why.quoted(said)})`;
  const until = to === undefined ? LASTS : `${exactly(telling, to)}${refOf(ended ?? '', words)}`;
  return `${name}, ${exactly(telling, from)}${refOf(began, words)} – ${until}`;
}

/** A link to the comment, or what else it was; nothing for what has neither. */
export function refOf(fact: string, { why }: Sentences): string {
  const comment = /^c(\d+)$/.exec(fact);
  if (comment) return ` ([${why.comment}](#issuecomment-${comment[1]}))`;
  if (fact === 'opened') return ` (${why.opened})`;
  if (fact === 'filled') return ` (${why.edit})`;
  return /^e\d*$/.test(fact) ? ` (${why.event})` : '';
}

/** As `when`, with the seconds if there are any: whoever adds up needs them. */
export const exactly = ({ words, zone }: Pick<Telling, 'words' | 'zone'>, at: Instant): string =>
  at % 60 === 0 ? when(words, zone, at) : `${when(words, zone, at).replace(/\d\d:\d\d$/, '')}${clockTime(zone, at)}`;

/** Open time in hours, however many: `27 hours 30 minutes`. A day of it would not be a day. */
export function worked(words: Sentences, length: Seconds): string {
  const units = [
    [Math.floor(length / 3600), 'h'],
    [Math.floor(length / 60) % 60, 'm'],
    [length % 60, 's'],
  ] as const;
  const parts = units.flatMap(([n, unit]) => (n > 0 ? [words.unit(n, unit)] : []));
  return parts.join(' ') || words.unit(0, 'm');
}

/** `09:30`, with the seconds if there are any. */
export function clockTime(zone: string, at: Instant): string {
  const { seconds } = instantToWall(zone, at);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, ...(seconds % 60 === 0 ? [] : [seconds % 60])];
  return parts.map((one) => String(one).padStart(2, '0')).join(':');
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Dates kept over all languages: policies of a year name some hundred. */
const KNOWN_MAX = 5_000;
const known = new Map<string, string>();

/** `Mon, 5 Jan`: a local date. The year stands where the clock begins. */
export function dayText(words: Sentences, date: PlainDate): string {
  const key = `${words.language} ${date}`;
  let text = known.get(key);
  if (text === undefined) {
    text = formatOf(words).format(Date.parse(`${date}T12:00:00Z`));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, text);
  }
  return text;
}

function formatOf(words: Sentences): Intl.DateTimeFormat {
  let format = formats.get(words.language);
  if (!format) {
    const month = words.language === 'pl' ? 'long' : 'short';
    format = new Intl.DateTimeFormat(words.locale, { weekday: 'short', day: 'numeric', month, timeZone: 'UTC' });
    formats.set(words.language, format);
  }
  return format;
}

/** `Sat, 10 Jan, Sun, 11 Jan (no hours on this day of the week); Thu, 1 Jan (Anul Nou)`: what is closed for one reason in one go, in order. */
export function closedDays(days: readonly ClosedDay[], { words }: Pick<Telling, 'words'>): string {
  const groups: { why: string; dates: string[] }[] = [];
  for (const day of days) {
    const why = becauseOf(day, words);
    const last = groups.at(-1);
    if (last?.why === why) last.dates.push(dayText(words, day.date));
    else groups.push({ why, dates: [dayText(words, day.date)] });
  }
  return groups.map(({ why, dates }) => `${dates.join(' · ')} (${why})`).join('; ');
}

function becauseOf({ why, holidays }: ClosedDay, { why: words }: Sentences): string {
  const names = holidays.map((one) => inlineName(one, HOLIDAY_MAX)).join(', ');
  switch (why) {
    case 'holiday':
      return names;
    case 'listed':
      return names === '' ? words.listed : `${words.listed}: ${names}`;
    case 'weekday':
      return words.noHours;
    case 'skipped':
      return words.skipped;
  }
}
