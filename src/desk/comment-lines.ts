import MarkdownIt, { type StateInline, type Token } from 'markdown-it';
import { type Html, insideHtml, insideHtmlQuote, newHtml, scanHtml } from './comment-html.ts';
import { ANY_COMMAND } from './comment-names.ts';

/** What a Markdown reader sees of a comment; lines count from 0. */
export type Survey = {
  /** Of the lines asked about: those that stand as plain text at the beginning of a line of their own. */
  readonly live: ReadonlySet<number>;
  /** Of the lines asked about: those in code, a quote or HTML. What stands in an HTML comment is in neither. */
  readonly hidden: ReadonlySet<number>;
  /** Lines of HTML comments, of which a reader sees nothing. */
  readonly comments: ReadonlySet<number>;
  /** There is a letter, a digit or an attachment outside quotes and HTML comments. */
  readonly says: boolean;
};

type Walk = {
  readonly asked: ReadonlySet<number>;
  readonly live: Set<number>;
  readonly hidden: Set<number>;
  readonly comments: Set<number>;
  readonly html: Html;
  /** What was open in HTML when each Markdown container began: its end closes the rest, as in a browser. */
  readonly outer: Html['open'][];
  quotes: number;
  says: boolean;
};

/** Where the inline parser met `/` at the beginning of a line outside code, tags and links, and after how many tags. */
type Found = { readonly lineOffset: number; readonly tagsBefore: number };
type InlineEnv = { readonly out: Token[]; readonly found: Found[]; tokens: number; tags: number; at: number; line: number };

const markdown = new MarkdownIt({ html: true });

markdown.inline.ruler.before('text', 'line_slash', (state: StateInline, silent: boolean) => {
  const env = state.env as Partial<InlineEnv>;
  // The text of an image is parsed with the same env but another list.
  if (silent || state.linkLevel > 0 || env.out !== state.tokens || state.src[state.pos] !== '/') return false;
  noteSlash(state, env as InlineEnv);
  return false; // It only looks: the text rule takes the characters.
});

function noteSlash(state: StateInline, env: InlineEnv): void {
  let before = state.pos - 1;
  while (before >= 0 && state.pos - before <= 4 && state.src[before] === ' ') before -= 1;
  if (before >= 0 && state.src[before] !== '\n') return;
  for (; env.tokens < env.out.length; env.tokens += 1) if (env.out[env.tokens]!.type === 'html_inline') env.tags += 1;
  for (; env.at < state.pos; env.at += 1) if (state.src[env.at] === '\n') env.line += 1;
  env.found.push({ lineOffset: env.line, tagsBefore: env.tags });
}

/** Linear in the length of the body: markdown-it is, stops at 100 levels of nesting, and every leaf is visited once. */
export function survey(body: string, asked: ReadonlySet<number>): Survey {
  const env = {};
  const blocks: Token[] = [];
  markdown.block.parse(body, markdown, env, blocks);
  const walk: Walk = {
    asked,
    live: new Set(),
    hidden: new Set(),
    comments: new Set(),
    html: newHtml(),
    outer: [],
    quotes: 0,
    says: false,
  };
  for (const [index, token] of blocks.entries()) {
    if (asked.size === 0 && walk.says) break;
    visit(walk, token, blocks[index - 1], env);
  }
  return walk;
}

function visit(walk: Walk, token: Token, opener: Token | undefined, env: object): void {
  switch (token.type) {
    case 'blockquote_open':
    case 'list_item_open':
      walk.outer.push(walk.html.open);
      if (token.type === 'blockquote_open') walk.quotes += 1;
      return;
    case 'blockquote_close':
    case 'list_item_close':
      walk.html.open = walk.outer.pop() ?? {};
      if (token.type === 'blockquote_close') walk.quotes -= 1;
      return;
    case 'fence':
    case 'code_block':
      if (walk.html.comment) return;
      hideLines(walk, token.map);
      hear(walk, token.content);
      return;
    case 'html_block':
      visitHtml(walk, token);
      return;
    case 'inline':
      visitInline(walk, token, opener?.type === 'paragraph_open' || opener?.type === 'heading_open', env);
      return;
    default:
  }
}

function hideLines(walk: Walk, map: readonly [number, number] | null): void {
  if (!map || walk.asked.size === 0) return;
  for (let line = map[0]; line < map[1]; line += 1) if (walk.asked.has(line)) walk.hidden.add(line);
}

function visitHtml(walk: Walk, token: Token): void {
  const first = token.map?.[0] ?? 0;
  for (const [offset, content] of token.content.split('\n').entries()) {
    const inComment = walk.html.comment;
    if (!inComment) hideLines(walk, [first + offset, first + offset + 1]);
    const seen = scanHtml(walk.html, `${content}\n`);
    hear(walk, seen.text, seen.media);
    if ((inComment || content.includes('<!--')) && seen.text.trim() === '' && !seen.media) walk.comments.add(first + offset);
  }
  walk.html.tag = false;
}

function visitInline(walk: Walk, token: Token, ownLines: boolean, blockEnv: object): void {
  const map = ownLines ? token.map : null;
  const quoted = walk.quotes > 0;
  const asks = map !== null && walk.asked.size > 0 && hasAsked(walk, map);
  if (asks && quoted && !walk.html.comment) hideLines(walk, map);
  // Without a word in the source there is none to be seen: spares the costly walls of brackets.
  if (!asks && !token.content.includes('<') && (walk.says || quoted || !hasWord(token.content))) return;

  const out: Token[] = [];
  const env: InlineEnv = { ...blockEnv, out, found: [], tokens: 0, tags: 0, at: 0, line: 0 };
  markdown.inline.parse(token.content, markdown, env, out);
  const lines = readInline(walk, out, env.found);
  if (!asks || quoted) return;
  for (const [offset, place] of lines.found) {
    const line = map[0] + offset;
    if (walk.asked.has(line)) (place === 'live' ? walk.live : walk.hidden).add(line);
  }
  hideCode(walk, map, token.content, lines.code);
}

function hasAsked(walk: Walk, map: readonly [number, number]): boolean {
  for (let line = map[0]; line < map[1]; line += 1) if (walk.asked.has(line)) return true;
  return false;
}

type InlineLines = { readonly found: readonly (readonly [number, 'live' | 'hidden'])[]; readonly code: ReadonlySet<string> };

/** Reads the pieces in order, with the tags between them; `code` are the commands that stand in code spans. */
function readInline(walk: Walk, pieces: readonly Token[], found: readonly Found[]): InlineLines {
  const places: [number, 'live' | 'hidden'][] = [];
  const code = new Set<string>();
  let text = '';
  let next = 0;
  let tags = 0;
  const place = () => {
    for (; next < found.length && found[next]!.tagsBefore <= tags; next += 1) {
      if (!walk.html.comment) places.push([found[next]!.lineOffset, insideHtml(walk.html) ? 'hidden' : 'live']);
    }
  };
  for (const piece of pieces) {
    if (piece.type === 'html_inline') {
      place();
      const seen = scanHtml(walk.html, piece.content);
      hear(walk, seen.text, seen.media);
      walk.html.tag = false;
      tags += 1;
      continue;
    }
    if (walk.html.comment) continue;
    if (piece.type === 'image') {
      hear(walk, '', true);
    } else if (piece.type === 'code_inline') {
      hear(walk, piece.content);
      for (const [name] of piece.content.matchAll(ANY_COMMAND)) code.add(name.toLowerCase());
    } else if (!insideHtmlQuote(walk.html)) {
      // A space in place of a break; the pieces of one shortcode stay together.
      text += piece.type === 'softbreak' || piece.type === 'hardbreak' ? ' ' : piece.content;
    }
  }
  place();
  hear(walk, text);
  return { found: places, code };
}

/** Lines that the inline parser did not meet as text: a code span over several lines, or one that fills its line. */
function hideCode(walk: Walk, map: readonly [number, number], content: string, code: ReadonlySet<string>): void {
  if (code.size === 0) return;
  for (const [offset, line] of content.split('\n').entries()) {
    const at = map[0] + offset;
    if (!walk.asked.has(at) || walk.live.has(at)) continue;
    const name = line.match(ANY_COMMAND)?.[0]?.toLowerCase();
    if (name && code.has(name)) walk.hidden.add(at);
  }
}

const SHORTCODE = /:(?:[+-]1|100|1234|[a-z0-9_+-]*[a-z_][a-z0-9_+-]*):/gi;
// Stryker disable next-line Regex: `\P{RGI_Emoji}` is no regular expression, and the file would not load
const EMOJI = /\p{RGI_Emoji}/gv;
/** Default-ignorable letters (Hangul fillers) show nothing. */
const WORD = /[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}]/v;

/** A letter or digit that is not part of an emoji (ℹ️, 1️⃣, `:+1:`). */
export const hasWord = (text: string): boolean => WORD.test(text) && WORD.test(text.replace(SHORTCODE, ' ').replace(EMOJI, ' '));

function hear(walk: Walk, text: string, attachment = false): void {
  if (walk.says || walk.quotes > 0 || insideHtmlQuote(walk.html)) return;
  walk.says = attachment || hasWord(text);
}
