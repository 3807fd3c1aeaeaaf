import type { SimPolicy } from '../script.ts';
import { DAY_S, instantOf, wallOf } from './zone.ts';

/** Business time as a table: is this minute open, and how many were open before it. */

type Business = SimPolicy['calendars'][string];
export type Hours = 'always' | Business;
type Range = { readonly opens: number; readonly closes: number };
type Table = { readonly from: number; readonly to: number; readonly sums: Int32Array };

const MINUTE_S = 60;
const BACK_S = 40 * DAY_S;
const AHEAD_S = 80 * DAY_S;
/** Looking for open time gives up after two years. */
const GIVES_UP_S = 731 * DAY_S;
/** A table of four months is some 0.7 MB. */
const TABLES_MAX = 40;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const days = new WeakMap<object, Map<number, readonly Range[]>>();
const names = new WeakMap<object, string>();
const tables = new Map<string, Table>();

function nameOf(hours: Business): string {
  const name = names.get(hours) ?? JSON.stringify(hours);
  names.set(hours, name);
  return name;
}

export const sameHours = (a: Hours, b: Hours): boolean => a === b || (a !== 'always' && b !== 'always' && nameOf(a) === nameOf(b));

function secondOf(text: string): number {
  const [hour, minute] = text.split(':').map(Number);
  return hour! * 3_600 + minute! * 60;
}

/** The windows of one local day as instants, in order; touching ones are one. */
function windowsOf(hours: Business, day: number): readonly Range[] {
  const known = days.get(hours) ?? new Map<number, readonly Range[]>();
  days.set(hours, known);
  const windows = known.get(day) ?? readWindows(hours, day);
  known.set(day, windows);
  return windows;
}

function readWindows(hours: Business, day: number): Range[] {
  const date = new Date(day * DAY_S * 1000);
  const texts = hours.add[date.toISOString().slice(0, 10)] ?? hours.hours[DAYS[date.getUTCDay()]!] ?? [];
  const ranges = texts
    .map((text) => {
      const [opens, closes] = text.split('-').map((edge) => instantOf(hours.timezone, day, secondOf(edge)));
      return { opens: opens!, closes: closes! };
    })
    .filter((one) => one.opens < one.closes)
    .sort((a, b) => a.opens - b.opens);
  const merged: Range[] = [];
  for (const one of ranges) {
    const last = merged.at(-1);
    if (last && one.opens <= last.closes) merged[merged.length - 1] = { opens: last.opens, closes: Math.max(last.closes, one.closes) };
    else merged.push(one);
  }
  return merged;
}

function build(hours: Business, from: number, to: number): Table {
  const minutes = (to - from) / MINUTE_S;
  const open = new Uint8Array(minutes);
  const last = Math.ceil(to / DAY_S) + 1;
  for (let day = Math.floor(from / DAY_S) - 1; day <= last; day++)
    for (const { opens, closes } of windowsOf(hours, day))
      for (let at = Math.max(opens, from); at < Math.min(closes, to); at += MINUTE_S) open[(at - from) / MINUTE_S] = 1;
  const sums = new Int32Array(minutes + 1);
  for (let i = 0; i < minutes; i++) sums[i + 1] = sums[i]! + open[i]!;
  return { from, to, sums };
}

/** A table that has all from `from` to `to`. */
function tableOf(hours: Business, from: number, to: number): Table {
  const name = nameOf(hours);
  const known = tables.get(name);
  if (known && known.from <= from && to < known.to) return known;
  const first = Math.floor(Math.min(from - BACK_S, known?.from ?? from) / DAY_S) * DAY_S;
  const last = Math.ceil(Math.max(to + DAY_S, from + AHEAD_S, known?.to ?? to) / DAY_S) * DAY_S;
  const table = build(hours, first, last);
  tables.delete(name);
  if (tables.size >= TABLES_MAX) tables.delete(tables.keys().next().value!);
  tables.set(name, table);
  return table;
}

/** Open seconds from the beginning of the table. */
function sumAt({ from, sums }: Table, at: number): number {
  const minute = Math.floor((at - from) / MINUTE_S);
  const isOpen = sums[minute + 1]! > sums[minute]!;
  return sums[minute]! * MINUTE_S + (isOpen ? at - from - minute * MINUTE_S : 0);
}

/** Open seconds from `a` to `b`. */
export function openBetween(hours: Hours, a: number, b: number): number {
  if (b <= a) return 0;
  if (hours === 'always') return b - a;
  const table = tableOf(hours, a, b);
  return sumAt(table, b) - sumAt(table, a);
}

/** The earliest instant at which so many open seconds have passed. */
export function afterOpen(hours: Hours, start: number, seconds: number): number {
  if (seconds <= 0) return start;
  if (hours === 'always') return start + seconds;
  for (let to = start + DAY_S; ; to += AHEAD_S) {
    const table = tableOf(hours, start, to);
    const wanted = sumAt(table, start) + seconds;
    if (table.sums.at(-1)! * MINUTE_S >= wanted) return reached(table, wanted);
    if (table.to - start > GIVES_UP_S) throw new Error('no open time within two years');
    to = table.to;
  }
}

function reached({ from, sums }: Table, wanted: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! * MINUTE_S >= wanted) high = middle;
    else low = middle + 1;
  }
  // The minute before `low` is the one in which it was reached.
  return from + (low - 1) * MINUTE_S + (wanted - sums[low - 1]! * MINUTE_S);
}

/** Itself if open, else the next opening. */
function opening(hours: Business, at: number): number {
  return openBetween(hours, at, at + 1) > 0 ? at : afterOpen(hours, at, 1) - 1;
}

/** The Nth later local day that has open time, at the same wall clock as far as that day is open. */
function afterDays(hours: Business, start: number, days: number): number {
  const from = opening(hours, start);
  const { day, second } = wallOf(hours.timezone, from);
  let left = days;
  for (let next = day + 1; next < day + 731; next++) {
    const windows = windowsOf(hours, next);
    if (windows.length === 0 || --left > 0) continue;
    const at = instantOf(hours.timezone, next, second);
    if (at >= windows.at(-1)!.closes) return windows.at(-1)!.closes;
    return Math.max(at, windows.find((one) => at < one.closes)!.opens);
  }
  throw new Error('no open day within two years');
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: DAY_S, w: 7 * DAY_S };

/** Due after a duration as written: its sums one after the other. */
export function dueAfter(hours: Hours, start: number, duration: string): number {
  let at = start;
  for (const [, digits, unit] of duration.matchAll(/(\d+)\s*([smhdw])/g)) {
    const count = Number(digits);
    if (hours === 'always' || !/[dw]/.test(unit!)) at = afterOpen(hours, at, count * UNITS[unit!]!);
    else at = afterDays(hours, at, unit === 'w' ? 5 * count : count);
  }
  return at;
}
