import { LIMITS } from './limits.ts';

const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const WEEKDAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;

const inRange = (low: number, high: number, signed: boolean) => (word: string) => {
  if (!(signed ? /^[+-]?\d{1,3}$/ : /^\d{1,3}$/).test(word)) return false;
  const value = Math.abs(Number(word));
  return value >= low && value <= high;
};

const PARTS: Readonly<Record<string, { readonly allowed: string; readonly fits: (word: string) => boolean; readonly list?: true }>> = {
  FREQ: { allowed: 'DAILY, WEEKLY, MONTHLY or YEARLY', fits: (word) => FREQUENCIES.includes(word) },
  INTERVAL: { allowed: `a number from 1 to ${LIMITS.interval.max}`, fits: inRange(1, LIMITS.interval.max, false) },
  COUNT: { allowed: `a number from 1 to ${LIMITS.interval.max}`, fits: inRange(1, LIMITS.interval.max, false) },
  UNTIL: { allowed: 'a date such as 20261231', fits: (word) => isCompactDate(word) },
  BYDAY: { allowed: 'weekdays such as MO,TH or 1SU', fits: (word) => WEEKDAY.test(word), list: true },
  BYMONTHDAY: { allowed: 'days from 1 to 31 or -1 to -31', fits: inRange(1, 31, true), list: true },
  BYMONTH: { allowed: 'months from 1 to 12', fits: inRange(1, 12, false), list: true },
  BYSETPOS: { allowed: 'positions from 1 to 366 or -1 to -366', fits: inRange(1, 366, true), list: true },
  WKST: { allowed: 'a weekday such as MO', fits: (word) => /^(MO|TU|WE|TH|FR|SA|SU)$/.test(word) },
};

/**
 * What is wrong with a recurrence rule (the calendar part of RFC 5545; the hour stands in `at`), as the end of a sentence about it;
 * undefined for a sane one.
 */
export function rruleProblem(text: string): string | undefined {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const [name, value, ...more] = part.split('=');
    const rule = PARTS[name ?? ''];
    if (!rule || value === undefined || more.length > 0)
      return `"${part}" is no part of it: known are ${Object.keys(PARTS).join(', ')}, each as NAME=VALUE`;
    if (parts.has(name!)) return `${name} stands twice`;
    const words = rule.list ? value.split(',') : [value];
    if (words.length > 366 || !words.every(rule.fits)) return `${name} must be ${rule.allowed}`;
    parts.set(name!, value);
  }
  const freq = parts.get('FREQ');
  if (freq === undefined) return 'FREQ is missing';
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL exclude each other';
  if (/\d/.test(parts.get('BYDAY') ?? '') && freq !== 'MONTHLY' && freq !== 'YEARLY')
    return 'numbered weekdays such as 1SU need FREQ=MONTHLY or YEARLY';
  if (parts.has('BYMONTHDAY') && freq === 'WEEKLY') return 'BYMONTHDAY has no meaning with FREQ=WEEKLY';
  return neverHappens(parts) ? 'there is no such day in those months' : undefined;
}

/** 30 February and 31 April: a rule that would be searched for without end. */
function neverHappens(parts: ReadonlyMap<string, string>): boolean {
  const months = parts.get('BYMONTH')?.split(',').map(Number);
  const days = parts
    .get('BYMONTHDAY')
    ?.split(',')
    .map((day) => Math.abs(Number(day)));
  if (!months || !days) return false;
  const longest = Math.max(...months.map((month) => [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!));
  return Math.min(...days) > longest;
}

function isCompactDate(word: string): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?$/.exec(word);
  if (!match) return false;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
