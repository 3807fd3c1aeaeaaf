import { type CalendarSpec, type DayWindow, WEEKDAYS } from '../calendar/time.ts';
import type { Sentences } from './sentences.ts';

/** More stretches than this are no longer read at a glance: the calendar's name stands instead. */
const GROUPS_MAX = 3;
/** A Monday, for the names of the days. */
const MONDAY = Date.UTC(2024, 0, 1);

type Hours = Extract<CalendarSpec, { kind: 'hours' }>;

/** Policies are read once, and their calendars are written at every look. */
const known = new WeakMap<Hours, { readonly zone: string; readonly words: Sentences; readonly text: string }>();

/** `Mon–Fri 09:00–18:00`: when a calendar is open, with its zone where that is not the one that dates are written in. */
export function hoursOf(spec: Hours, zone: string, words: Sentences): string {
  const last = known.get(spec);
  if (last && last.zone === zone && last.words === words) return last.text;
  const text = hoursText(spec, zone, words);
  known.set(spec, { zone, words, text });
  return text;
}

function hoursText(spec: Hours, zone: string, words: Sentences): string {
  const groups: { from: number; to: number; windows: string }[] = [];
  for (const [day, name] of WEEKDAYS.entries()) {
    const windows = (spec.hours[name] ?? []).map(windowText).join(', ');
    const last = groups.at(-1);
    if (windows === '') continue;
    if (last && last.windows === windows && last.to === day - 1) last.to = day;
    else groups.push({ from: day, to: day, windows });
  }
  if (groups.length === 0 || groups.length > GROUPS_MAX) return spec.id;
  const names = new Intl.DateTimeFormat(words.locale, { weekday: 'short', timeZone: 'UTC' });
  const nameOf = (day: number) => names.format(MONDAY + day * 86_400_000);
  const text = groups
    .map(({ from, to, windows }) => `${from === to ? nameOf(from) : `${nameOf(from)}–${nameOf(to)}`} ${windows}`)
    .join('; ');
  return spec.timezone === zone ? text : `${text} ${spec.timezone}`;
}

const windowText = ([open, close]: DayWindow): string => `${timeText(open)}–${timeText(close)}`;

const two = (n: number): string => String(n).padStart(2, '0');
const timeText = (seconds: number): string => `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
