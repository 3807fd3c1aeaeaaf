import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import type { Language } from '../policy/types.ts';
import { en } from './en.ts';
import { pl } from './pl.ts';
import { ro } from './ro.ts';
import { ru } from './ru.ts';
import type { Sentences } from './sentences.ts';

const LANGUAGES: Readonly<Record<Language, Sentences>> = { en, pl, ro, ru };

export const wordsOf = (language: Language): Sentences => LANGUAGES[language];

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Mon, 5 Jan 2026, 10:00`: an instant in a zone, as the language writes it. The zone is named once nearby. */
export function when(words: Sentences, zone: string, at: Instant): string {
  const key = `${words.locale} ${zone}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(words.locale, {
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
    formats.set(key, format);
  }
  return format.format(at * 1000);
}

export const lasts = (words: Sentences, duration: Duration): string =>
  duration.map((part) => words.unit(part.n, part.unit)).join(' ') || words.unit(0, 'm');

/** A length of wall-clock time in its two largest units: `1 day 4 hours`. */
export function span(words: Sentences, seconds: Seconds): string {
  const parts: string[] = [];
  let left = Math.max(0, Math.round(seconds));
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const n = Math.floor(left / size);
    if (n > 0 && parts.length < 2) parts.push(words.unit(n, unit));
    left -= n * size;
  }
  return parts.join(' ') || words.unit(0, 's');
}
