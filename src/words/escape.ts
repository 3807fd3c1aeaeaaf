/**
 * How words of others may stand in comments of ours: GitHub shows them as plain text, links nothing and notifies nobody.
 *
 * Mentions, issue references, commit ids and shortcodes are found by GitHub *after* Markdown, in the rendered text. So neither
 * `\@` nor `&#64;` nor `&commat;` helps (github/cmark-gfm#181 and #389, github/markup#1168); a zero-width space does
 * (dependabot-core#3157 and #12685, renovate#602, #1083 and #30842, gjtorikian/html-pipeline#232). A code span is enough on the page but
 * not in an answer by e-mail, which quotes our comment as plain text (dependabot-core#3157): inside code we break mentions as well.
 *
 * These are for Markdown. Inside raw HTML (`<summary>`) they are harmless, but backslashes show.
 */

/** U+200B: what dependabot and renovate use for the same purpose. */
const GAP = '\u200b';

/** Words of a person repeated in a comment of ours, of which 60,000 characters fit. */
export const ESCAPE_MAX = 20_000;
/** A quote is a reminder, not a copy. */
export const QUOTE_LINES_MAX = 60;
/** The record has 8 kB (design.md, 1). The text is ASCII, so units are bytes. */
export const HIDDEN_BYTES_MAX = 8_192;

/** No emoji is longer than this many UTF-16 units; what is longer is a pile of combining marks. */
const GRAPHEME_UNITS_MAX = 32;
let graphemes: Intl.Segmenter | undefined;
/** Made when first needed: its tables cost a start 50 ms. */
const segmenter = (): Intl.Segmenter => {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return graphemes;
};

/** At most `max` graphemes, the last of them `…` if something was left out. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  if (max <= 0) return '';
  const unitsMax = max * GRAPHEME_UNITS_MAX;
  const head = text.slice(0, unitsMax);
  const starts: number[] = [];
  for (const { index } of segmenter().segment(head)) {
    starts.push(index);
    if (starts.length > max) break;
  }
  if (starts.length <= max && head.length === text.length) return text;
  // Without the last grapheme: it makes room for `…`, and in a head that was cut it may be half of one.
  return `${head.slice(0, starts[Math.min(starts.length, max) - 1]).trimEnd()}…`;
}

/** Kept: whole emoji with their joiners, and joiners between letters that need them (Persian, Malayalam). All else that is invisible goes. */
const UNSEEN =
  /(?<keep>\p{RGI_Emoji}|(?<=[[\p{L}\p{M}]--\p{ASCII}])[\u200c\u200d](?=[[\p{L}\p{M}]--\p{ASCII}]))|[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gv;
/** Real writing stacks at most a handful of marks on one letter. */
const MARKS = /(\p{M}{6})\p{M}+/gu;

/** No control, bidi or invisible characters, no lone surrogates, no towers of marks; white space becomes one space. */
function clean(text: string): string {
  return text.toWellFormed().replace(/\s+/g, ' ').replace(UNSEEN, '$<keep>').replace(MARKS, '$1').replace(/ {2,}/g, ' ').trim();
}

/** One line of plain text: Markdown, HTML, mentions, references, links and shortcodes show as they were typed. `max` counts what a reader sees. */
export function inline(text: string, max: number): string {
  if (text.length > SHORT) return escapeLine(cut(clean(bounded(text)), max));
  const key = `${max} ${text}`;
  let line = known.get(key);
  if (line === undefined) {
    line = escapeLine(cut(clean(text), max));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, line);
  }
  return line;
}

/** Names and labels: the same few stand in every comment of a desk. */
const known = new Map<string, string>();
const KNOWN_MAX = 5_000;
const SHORT = 100;

const names = new Map<string, string>();
/** Names kept over all desks; some 200 bytes each. */
const NAMES_MAX = 2_000;

/** `inline` for what a policy calls its things: the same few names at every look, and each costs 4 µs to escape. */
export function inlineName(name: string, max: number): string {
  if (name.length > max) return inline(name, max);
  let text = names.get(name);
  if (text === undefined) {
    text = inline(name, max);
    if (names.size >= NAMES_MAX) names.clear();
    names.set(name, text);
  }
  return text;
}

/** Several lines as a `>` quote, without a newline at the end: leave an empty line after it. Empty for an empty text. */
export function quoteBlock(text: string, max: number): string {
  const lines = bounded(text)
    .split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/)
    .map(clean);
  const kept = lines.filter((line, index) => line !== '' || (index > 0 && lines[index - 1] !== ''));
  const short = kept.length > QUOTE_LINES_MAX ? [...kept.slice(0, QUOTE_LINES_MAX - 1), '…'] : kept;
  const whole = cut(short.join('\n').trim(), max);
  if (whole === '') return '';
  return whole
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${escapeLine(line)}`))
    .join('\n');
}

/**
 * Words that the repository's own people wrote into its files: their Markdown and links stand, but they notify nobody, refer to no issue and hold no
 * HTML. Each line begins with `prefix`.
 */
export function authored(text: string, prefix: string): string {
  return bounded(text)
    .split(/\r\n?|[\n\v\f\u0085\u2028\u2029]/)
    .map((line) => {
      const safe = clean(line)
        .replace(/[&<]/g, (mark) => ENTITIES[mark]!)
        // An address (ann@example.org) keeps its sign: it mentions nobody.
        .replace(/(?<![\w.+-])@|@(?![\w-]+\.\w)/g, `@${GAP}`)
        .replace(/#(?=\d)/g, `#${GAP}`)
        .replace(/gh-(?=\d)/gi, `$&${GAP}`);
      return `${prefix}${safe}`.trimEnd();
    })
    .join('\n');
}

/** One line as a code span; empty for an empty text. Not for table cells: there a `|` ends the cell even in code. */
export function code(text: string, max: number): string {
  // cmark gives up on runs of more than 80 backticks; nobody needs more than a few.
  const line = cut(clean(bounded(text)), max).replace(/`{9,}/g, '````````');
  if (line === '') return '';
  const safe = line.replace(/@/g, `@${GAP}`).replace(/<!--/g, `<${GAP}!--`);
  const fence = '`'.repeat(Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** `@alice` and `alice` → `alice`, `@org/team` → `org/team`: a name that calls nobody. */
export const plainName = (login: string): string => inline(login.replace(/^\s*@/, ''), 140);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;', '`': '&#96;' };

/** Expects one clean line; nothing of it can pair with anything that stands around it. */
function escapeLine(line: string): string {
  return (
    line
      // Commit ids: 7 to 40 hex digits with a letter among them (a mere number stays as it can be copied).
      .replace(/(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/gi, (id) => id.replace(/.{6}/g, `$&${GAP}`))
      .replace(/gh-(?=\d|$)/gi, `$&${GAP}`)
      .replace(/www(?=\.)/gi, `$&${GAP}`)
      // Links (`https://`, `mailto:`, `xmpp:`) and shortcodes. A clock (10:30) keeps its colon.
      .replace(/(?<!\d):(?=\S)|:(?!\d\d(?!\w))(?=\S)/g, `:${GAP}`)
      .replace(/[@#]/g, `$&${GAP}`)
      // Not even `\$` stops formulas, a gap before it does (3b/3bmd#69).
      .replace(/\$/g, `${GAP}$&`)
      .replace(/[&<>|`]/g, (mark) => ENTITIES[mark]!)
      .replace(/[\\*_[\]~$]/g, '\\$&')
      // At the beginning of a line: headings, lists, rules, tables, commands.
      .replace(/^(\d{1,9})([.)])/, '$1\\$2')
      .replace(/^[#+\-=:/]/, '\\$&')
  );
}

const HIDDEN_OPEN = '<!-- watchkeeper ';
const HIDDEN_LINE = new RegExp(`^${HIDDEN_OPEN}(.{1,${HIDDEN_BYTES_MAX}}) -->\\r?$`, 'm');

/**
 * A value as one line of hidden JSON. It holds no `--`, `<`, `>`, `@`, `#` or backtick, so nothing in it ends the comment or is found by
 * GitHub. Put it on a line of its own before everything else: the first one counts. Throws when it is too long or no JSON.
 */
export function hiddenJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError('not a JSON value');
  // `-` alone stays: outside strings it is a sign, where an escape would not parse.
  const safe = json.replace(/[^\w .,:"{}[\]\\/+-]|-(?=-)/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (safe.length > HIDDEN_BYTES_MAX) throw new RangeError(`hidden JSON of ${safe.length} bytes, at most ${HIDDEN_BYTES_MAX}`);
  return `${HIDDEN_OPEN}${safe} -->`;
}

/**
 * The value of the first hidden line of a comment, if it is one; trust it only in comments that this App wrote. What `inline`, `quoteBlock` and
 * `code` return never begins such a line.
 */
export function readHiddenJson(comment: string): unknown {
  const found = HIDDEN_LINE.exec(comment);
  if (!found) return undefined;
  try {
    return JSON.parse(found[1]!);
  } catch {
    return undefined;
  }
}

const bounded = (text: string): string => text.slice(0, ESCAPE_MAX * 2);
