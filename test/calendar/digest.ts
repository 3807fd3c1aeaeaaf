import { createHash } from 'node:crypto';
import { compileCalendar } from '../../src/calendar/calendar.ts';
import { publicHolidays } from '../../src/calendar/holidays.ts';
import { percentOf, pushByPauses } from '../../src/calendar/pauses.ts';
import { problemsOf } from '../../src/calendar/problems.ts';
import { type Instant, iso } from '../../src/calendar/time.ts';
import { instantToWall, wallToInstant } from '../../src/calendar/zone.ts';
import { daily, duration, office, windows } from './specs.ts';

/**
 * Asks the calendar some ten thousand questions and prints one digest of the answers: `node test/calendar/digest.ts`, under any `TZ`.
 * The first line says which zone this process really had, by the offset of one instant.
 */
const ZONES = [
  ...['Europe/Bucharest', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'Asia/Beirut', 'America/Asuncion'],
  ...['Pacific/Apia', 'America/New_York', 'Europe/London', 'UTC'],
];
const COUNTRIES = ['RO', 'PL', 'US', 'TR', 'IL', 'SZ', 'IS', 'JP'];
const TEXTS = ['30m', '4h', '1d', '3d', '1w', '1d 4h', '4h 1d'];

const answers: string[] = [];
for (const [n, timezone] of ZONES.entries()) {
  const country = COUNTRIES[n % COUNTRIES.length]!;
  const add = { '2026-03-08': windows('00:00-06:00'), '2026-10-04': windows('01:30-02:30'), '2026-12-24': windows('09:00-13:00') };
  for (const hours of [daily('09:00-13:00 14:00-18:00', ['mon', 'tue', 'wed', 'thu', 'fri']), daily('00:00-06:00 22:30-24:00')]) {
    const spec = office({ timezone, hours, country, add });
    const calendar = compileCalendar(spec, publicHolidays);
    answers.push(JSON.stringify(problemsOf(spec, publicHolidays)));
    for (let i = 0; i < 90; i += 1) {
      const start = (Date.UTC(i % 5 === 0 ? 2011 : 2026, 0, 1) / 1000 + i * 350_003) as Instant;
      for (const text of TEXTS) {
        const due = calendar.dueAfter(start, duration(text));
        const pause = { from: (start + 3_000) as Instant, to: (start + 90_000) as Instant };
        const pushed = pushByPauses(calendar, start, due, [pause]).due!;
        answers.push([due, pushed, percentOf(calendar, start, due, 75)].map(iso).join(' '), String(calendar.openBetween(start, pushed)));
      }
      const { date, seconds } = instantToWall(timezone, start);
      answers.push(
        date,
        String(seconds),
        iso(wallToInstant(timezone, date, seconds)),
        JSON.stringify(calendar.closedBecause(date) ?? 'open'),
      );
    }
  }
}
for (const country of COUNTRIES) answers.push(JSON.stringify([2025, 2026, 2027].map((year) => publicHolidays(country, undefined, year))));

console.log(new Date(Date.UTC(2026, 0, 1)).getTimezoneOffset());
console.log(answers.length, createHash('sha256').update(answers.join('\n')).digest('hex'));
