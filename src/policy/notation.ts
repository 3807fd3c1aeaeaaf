import { DAY_SECONDS, type DayNumber, dayOf } from '../calendar/dates.ts';
import { parseDuration } from '../calendar/duration.ts';
import { type DayWindow, type Duration, WEEKDAYS, type Weekday } from '../calendar/time.ts';
import { CLOCKS, type ClockName, type Mention, type Person, type StepMoment } from './types.ts';

/** `@ann` → user, `@org/team` → team; undefined for anything else. */
export function parsePerson(text: string): Person | undefined {
  const match = /^@([A-Za-z0-9][A-Za-z0-9_-]{0,38})(?:\/([A-Za-z0-9][A-Za-z0-9_.-]{0,99}))?$/.exec(text);
  if (!match) return undefined;
  const [, owner, slug] = match;
  return slug === undefined ? { kind: 'user', login: owner! } : { kind: 'team', org: owner!, slug };
}

/** Logins and slugs are compared without case. */
export const personKey = (person: Person): string => (person.kind === 'user' ? person.login : `${person.org}/${person.slug}`).toLowerCase();

/** Words of `mention` that are not roles: no role may be called so. */
export const MENTION_WORDS = ['assignees', 'owners', 'on_call'] as const;

/** An entry of `mention`; a role or rota need not exist yet. Undefined for what can be none of the kinds. */
export function parseMention(text: string): Mention | undefined {
  if (text.startsWith('@')) return parsePerson(text);
  if (text === 'assignees' || text === 'owners' || text === 'on_call') return { kind: text };
  const rota = /^on_call\.(.+)$/.exec(text)?.[1];
  if (rota !== undefined) return isId(rota) ? { kind: 'on_call', rota } : undefined;
  return isId(text) ? { kind: 'role', role: text } : undefined;
}

/** Letters, digits, `-` and `_`, at most 40: ids stand in commands and hidden keys. The same as `ID_PATTERN`. */
export const isId = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(text);
export const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$';

/** `75%`, `breach`, `breach + 4h`; percentages are whole, from 1 to 99. */
export function parseMoment(text: string): StepMoment | undefined {
  const percent = /^([1-9]\d?)\s?%$/.exec(text)?.[1];
  if (percent) return { kind: 'percent', percent: Number(percent) };
  if (text === 'breach') return { kind: 'breach', after: [] };
  const later = /^breach\s*\+\s*(\S.*)$/.exec(text)?.[1];
  const after = later === undefined ? undefined : parseDuration(later);
  return after && { kind: 'breach', after };
}

/** `09:00` → seconds after midnight; `24:00` only where the end of a window may stand. */
export function parseTime(text: string, midnight = false): number | undefined {
  const match = /^(\d\d):(\d\d)$/.exec(text);
  if (!match) return undefined;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  if (minutes > 59 || hours > 24 || (hours === 24 && (minutes > 0 || !midnight))) return undefined;
  return hours * 3_600 + minutes * 60;
}

/** `2026-12-24T10:00` → its day and the seconds after midnight. */
export function parseDateTime(text: string): { day: DayNumber; seconds: number } | undefined {
  const [day, seconds] = [dayOf(text.slice(0, 10)), parseTime(text.slice(11))];
  return day === undefined || seconds === undefined || text[10] !== 'T' ? undefined : { day, seconds };
}

/** When a rota hands over: `day` is 0 (Monday) to 6 for weekly, the day of the month (1 to 28: every month has them) for monthly, else 0. */
export function parseHandoff(text: string, kind: 'daily' | 'weekly' | 'monthly' | 'every'): { day: number; seconds: number } | undefined {
  const words = text.split(/\s+/);
  const seconds = parseTime(words.pop() ?? '');
  const [word, ...more] = words;
  if (seconds === undefined || more.length > 0) return undefined;
  if (kind === 'weekly') {
    const days = parseDays(word ?? '');
    return days?.length === 1 ? { day: WEEKDAYS.indexOf(days[0]!), seconds } : undefined;
  }
  if (kind === 'monthly') return /^([1-9]|1\d|2[0-8])$/.test(word ?? '') ? { day: Number(word), seconds } : undefined;
  return word === undefined ? { day: 0, seconds } : undefined;
}

/** `09:00-17:30` → [open, close); undefined also when it does not close after it opens. */
export function parseWindow(text: string): DayWindow | undefined {
  const match = /^(\d\d:\d\d)\s?[-–]\s?(\d\d:\d\d)$/.exec(text);
  const open = match && parseTime(match[1]!);
  const close = match && parseTime(match[2]!, true);
  if (open === null || open === undefined || close === null || close === undefined) return undefined;
  return open < close && close <= DAY_SECONDS ? [open, close] : undefined;
}

/** `mon`, `mon-fri`, `sat-mon`, `mon, wed-fri` → days in the order written; undefined for anything else, a day twice included. */
export function parseDays(text: string): Weekday[] | undefined {
  const days: Weekday[] = [];
  if (text.length > 60) return undefined;
  for (const part of text.toLowerCase().split(',')) {
    const [from, to, ...more] = part.split('-').map((word) => WEEKDAYS.indexOf(word.trim() as Weekday));
    if (from === undefined || from < 0 || more.length > 0 || (to !== undefined && to < 0)) return undefined;
    const length = to === undefined ? 1 : ((to - from + 7) % 7) + 1;
    for (let i = 0; i < length; i++) days.push(WEEKDAYS[(from + i) % 7]!);
  }
  return new Set(days).size === days.length ? days : undefined;
}

/** `99.5%` → 99.5, from 0 to 100. */
export function parsePercent(text: string): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s?%$/.exec(text)?.[1];
  return match !== undefined && Number(match) <= 100 ? Number(match) : undefined;
}

/** The name of an earlier preset reference as it is asked for: `standard` is `standard@1`. Undefined for what cannot be one. */
export function parsePreset(text: string): string | undefined {
  const match = /^([a-z][a-z0-9-]{0,39})(?:@([1-9]\d{0,3}))?$/.exec(text);
  return match ? `${match[1]}@${match[2] ?? '1'}` : undefined;
}

export const isClock = (word: string): word is ClockName => (CLOCKS as readonly string[]).includes(word);

/** A text that the schema has already accepted. Throws on any other: a bug, not input. */
export function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the schema let this through: ${what}`);
  return value;
}

export const duration = (text: string): Duration => must(parseDuration(text), text);
export const person = (text: string): Person => must(parsePerson(text), text);
