import { LIMITS } from './limits.ts';
import type { PolicyFile, Problem } from './types.ts';

/** Turns an offset into line and column, both from 1. */
export type Lines = { linePos(offset: number): { line: number; col: number } };
export type Source = { readonly file: PolicyFile; readonly text: string; readonly lines: Lines };

/** Characters [from, to) of one of the files. */
export type Spot = { readonly source: Source; readonly from: number; readonly to: number };

const FOUND_CHARS_MAX = 80;
const PATH_CHARS_MAX = 200;

/** What was found, in quotes, on one line, cut to 80 characters. */
export function quote(text: string): string {
  const flat = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  const chars = [...flat.slice(0, 2 * FOUND_CHARS_MAX + 2)];
  return `"${chars.length > FOUND_CHARS_MAX ? `${chars.slice(0, FOUND_CHARS_MAX - 1).join('')}…` : flat}"`;
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(words: readonly string[], joint = 'or'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

/**
 * Collects problems: one for each place and sentence, at most `LIMITS.problems` of each file, in the order of the files (own first) and
 * of their lines.
 */
export class Problems {
  readonly #seen = new Map<string, Problem>();
  readonly #counts: { [file in PolicyFile]: number } = { own: 0, owner: 0, preset: 0 };

  add(spot: Spot, path: string, message: string): void {
    const { file, text, lines } = spot.source;
    const key = `${file} ${spot.from} ${message}`;
    if (this.#counts[file] >= LIMITS.problems.max || this.#seen.has(key)) return;
    this.#counts[file]++;
    let { to } = spot;
    while (to > spot.from && ' \t\r\n'.includes(text[to - 1]!)) to--;
    const start = lines.linePos(spot.from);
    const end = lines.linePos(to);
    this.#seen.set(key, {
      file,
      line: Math.max(1, start.line),
      column: Math.max(1, start.col),
      endLine: Math.max(1, end.line),
      endColumn: Math.max(1, end.col),
      path: path.slice(0, PATH_CHARS_MAX),
      message,
    });
  }

  get none(): boolean {
    return this.#seen.size === 0;
  }

  /** Is there no room for another problem of this file? */
  full(file: PolicyFile): boolean {
    return this.#counts[file] >= LIMITS.problems.max;
  }

  list(): Problem[] {
    const rank = { own: 0, owner: 1, preset: 2 };
    const order = (a: Problem, b: Problem) => rank[a.file] - rank[b.file] || a.line - b.line || a.column - b.column;
    return [...this.#seen.values()].sort(order).slice(0, LIMITS.problems.max);
  }
}

/** More words are not compared: a hint is not worth more than a millisecond or two. */
const KNOWN_MAX = 200;

/** The known word that the unknown one probably means: at most a third of its letters (at least one) are wrong; undefined if none is near. */
export function nearest(unknown: string, known: Iterable<string>): string | undefined {
  const word = plain(unknown.slice(0, LIMITS.idChars.max));
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of Iterator.from(known).take(KNOWN_MAX)) {
    const steps = distance(word, plain(candidate.slice(0, LIMITS.idChars.max)));
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

/** Letters to add, drop, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, before[j - 2]! + 1);
      row.push(steps);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
