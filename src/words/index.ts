import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import type { Language } from '../policy/types.ts';
import { en } from './en.ts';
import { pl } from './pl.ts';
import { ro } from './ro.ts';
import { ru } from './ru.ts';
import type { Sentences } from './sentences.ts';

const LANGUAGES: Readonly<Record<Language, Sentences>> = { en, pl, ro, ru };

export const wordsOf = (language: Language): Sentences => LANGUAGES[language];

type Zoned = { readonly format: Intl.DateTimeFormat; readonly known: Map<Instant, string> };
/** By language and zone: a key put together of both would cost more than the rest. */
const zones = new Map<Sentences, Map<string, Zoned>>();
/** Dates kept a language and zone: a desk writes the same ones at every look. */
const KNOWN_MAX = 5_000;

/** `Mon, 5 Jan 2026, 10:00`: an instant in a zone, as the language writes it. The zone is named once nearby. */
export function when(words: Sentences, zone: string, at: Instant): string {
  let mine = zones.get(words);
  if (!mine) {
    mine = new Map();
    zones.set(words, mine);
  }
  let zoned = mine.get(zone);
  if (!zoned) {
    zoned = { format: formatOf(words, zone), known: new Map() };
    mine.set(zone, zoned);
  }
  let text = zoned.known.get(at);
  if (text === undefined) {
    text = zoned.format.format(at * 1000);
    if (zoned.known.size >= KNOWN_MAX) zoned.known.clear();
    zoned.known.set(at, text);
  }
  return text;
}

const formatOf = (words: Sentences, zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(words.locale, {
    weekday: 'short',
    day: 'numeric',
    // Polish shortens May to its nominative, which no date takes (9 maja, not 9 maj).
    month: words.language === 'pl' ? 'long' : 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  });

export const lasts = (words: Sentences, duration: Duration): string =>
  duration.map((part) => words.unit(part.n, part.unit)).join(' ') || words.unit(0, 'm');

const SIZES = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** A length of wall-clock time in its largest unit and the next: `1 day 4 hours`, `1 hour` for an hour and some seconds. */
export function span(words: Sentences, seconds: Seconds): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = SIZES.findIndex(([, size]) => whole >= size);
  if (first < 0) return words.unit(0, 's');
  let left = whole;
  const parts: string[] = [];
  for (const [unit, size] of SIZES.slice(first, first + 2)) {
    const n = Math.floor(left / size);
    if (n > 0) parts.push(words.unit(n, unit));
    left -= n * size;
  }
  return parts.join(' ');
}
