import { stripVTControlCharacters } from 'node:util';

/** A line of a terminal is read, not scrolled through. */
const LINE_MAX = 2_000;

/** One line that cannot steer a terminal: no escape sequences, no control, bidi or invisible characters. */
export function plain(text: string, max: number = LINE_MAX): string {
  const short = text.slice(0, max * 2).toWellFormed();
  const seen = stripVTControlCharacters(short)
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Noncharacter_Code_Point}]/gu, '');
  return seen.length > max ? `${seen.slice(0, max - 1).toWellFormed()}…` : seen;
}
