import { MARKERS, type Policy } from '../policy/types.ts';
import type { Ledger, Renamed } from './ledger.ts';
import type { Ticket } from './ticket.ts';

/** GitHub's limit. It counts characters; UTF-16 units are never fewer. */
export const TITLE_UNITS_MAX = 256;

export type TitleWanted = {
  /** Today's marker; absent: none of ours stands there. */
  readonly emoji?: string;
  /** Those of all markers while they are kept in titles: in front of one they are the desk's, whoever wrote them. */
  readonly marks: readonly string[];
};

export type TitleSeen = {
  readonly text: string;
  /** What we put in front when we changed the title last; absent: nothing. */
  readonly ours?: string;
};

export function titleFor(ticket: Ticket, { markers }: Policy): TitleWanted {
  if (!markers.title || ticket.withdrawn !== undefined) return { marks: [] };
  return { emoji: markers[ticket.marker.is].emoji.trim(), marks: MARKERS.map((name) => markers[name].emoji.trim()) };
}

/** The title that ought to stand there; undefined when it is right already. Words are never touched: a title without room for the emoji does without. */
export function retitled(seen: TitleSeen, { emoji = '', marks }: TitleWanted): string | undefined {
  const words = emoji === '' ? without(seen.text, seen.ours ?? '') : bare(seen.text, seen.ours ? [...marks, seen.ours] : marks);
  if (words === '') return undefined;
  const full = emoji === '' ? words : `${emoji} ${words}`;
  const title = full.length <= TITLE_UNITS_MAX ? full : words;
  return plain(title) === plain(seen.text) ? undefined : title;
}

function bare(text: string, marks: readonly string[]): string {
  let words = text;
  for (let before = ''; before !== words; ) {
    before = words;
    for (const mark of marks) words = without(words, mark);
  }
  return words;
}

/** Stands alone, or is a picture that the next word was written up to. A mark with letters would be the beginning of a word. */
const WORD = /[\p{L}\p{N}]/u;
const GOES_ON = /^[\p{M}\p{Emoji_Modifier}\u200d]/u;

/** The text without this mark in front of it, with or without its variation selector. */
function without(text: string, mark: string): string {
  const picture = mark.replaceAll('\ufe0f', '');
  const shown = [mark, picture].find((one) => one !== '' && text.startsWith(one));
  if (shown === undefined) return text;
  const rest = text.slice(shown.length).replace(/^\ufe0f/, '');
  if (rest !== '' && !/^\s/.test(rest) && (WORD.test(mark) || GOES_ON.test(rest))) return text;
  return rest.trimStart();
}

/** Two titles that differ in this alone are the same to whoever reads them. */
const plain = (title: string): string => title.replaceAll('\ufe0f', '').replace(/\s+/g, ' ').trim();

/** What we put in front of the title, as our last change of it shows. */
export function oursIn({ renames, standings }: Pick<Ledger, 'renames' | 'standings'>): string | undefined {
  const last = renames?.findLast((one) => standings.get(one.by.id) === 'app');
  return last && addedBy(last);
}

/** What a change put before what both titles end with. */
function addedBy({ from, to }: Renamed): string | undefined {
  const [before, after] = [[...from], [...to]];
  let same = 0;
  while (same < after.length && before.at(-1 - same) === after.at(-1 - same)) same++;
  return (
    after
      .slice(0, after.length - same)
      .join('')
      .trim() || undefined
  );
}

/** The issue and its timeline show different titles: one of the two lags behind. */
export const titleLags = ({ renames, title }: Pick<Ledger, 'renames' | 'title'>): boolean => {
  const last = renames?.at(-1);
  return last !== undefined && last.to !== title;
};
