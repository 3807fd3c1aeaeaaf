import MarkdownIt, { type RendererRule, type Token } from 'markdown-it';

/** What a reader may follow or see lit up in a text. */
export type Known = {
  /** `@rita`, `@acme/support`, in lower case: those whom the text really calls. */
  readonly mentions: ReadonlySet<string>;
  /** Which `#N` exist, and whether each is an issue or a pull request. */
  readonly numbers: (number: number) => boolean;
};

/** HTML that may stand in a comment, each tag without attributes; the rest is shown as it was typed. */
const TAGS = new Set(
  'b blockquote br code dd del details dl dt em i ins kbd li mark ol p pre q s samp strong sub summary sup table tbody td th thead tr ul'.split(
    ' ',
  ),
);
const PIECE = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-zA-Z][a-zA-Z0-9]*)\s*\/?>|<details\s+open\s*>/g;
const WORD = /@[a-z0-9][a-z0-9-]*(?:\/[a-z0-9_.-]*[a-z0-9_-])?|#\d{1,9}\b/gi;
const LINK = /^(?:https?:\/\/|mailto:|#)/i;
const BOX = /^\[([ xX])\][ \u00a0]/;

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const markdown = MarkdownIt({ html: true, linkify: true, breaks: true });
markdown.validateLink = (url) => LINK.test(url.trim());

/** Hidden comments disappear, tags of the list stay bare, everything else becomes text. */
function tame(html: string, known: Known): string {
  let out = '';
  let last = 0;
  // Entities stay what they are; a lone `<` can no longer begin anything.
  const text = (from: number, to?: number): string => lit(html.slice(from, to).replace(/</g, '&lt;').replace(/>/g, '&gt;'), known);
  for (const match of html.matchAll(PIECE)) {
    out += text(last, match.index);
    last = match.index + match[0].length;
    const name = match[2]?.toLowerCase();
    if (match[0].startsWith('<!--')) continue;
    if (name === undefined) out += '<details open>';
    else out += TAGS.has(name) ? `<${match[1]}${name}>` : match[0].replace(/</g, '&lt;').replace(/>/g, '&gt;');
  }
  return out + text(last);
}

/** Mentions and numbers inside text that is escaped already. */
function lit(html: string, known: Known): string {
  return html.replace(WORD, (word, at: number) => {
    if (/[\w`@/.&#-]/.test(html.charAt(at - 1))) return word;
    if (word.startsWith('@')) return known.mentions.has(word.toLowerCase()) ? `<span class="mention">${word}</span>` : word;
    const number = Number(word.slice(1));
    return known.numbers(number) ? `<a href="#/issues/${number}">${word}</a>` : word;
  });
}

/** `links` counts how deep in links the renderer stands. */
type Place = { readonly known: Known; links: number };
const place = (env: unknown): Place => env as Place;
const knownIn = (env: unknown): Known => place(env).known;

const { rules } = markdown.renderer;
rules.html_block = (tokens, index, _options, env) => tame(tokens[index]!.content, knownIn(env));
rules.html_inline = rules.html_block;
rules.text = (tokens, index, _options, env) => {
  const { content } = tokens[index]!;
  const inLink = tokens
    .slice(0, index)
    .reduce((depth, { type }) => depth + Number(type === 'link_open') - Number(type === 'link_close'), 0);
  return inLink > 0 ? escaped(content) : lit(escaped(content), knownIn(env));
};
rules.link_open = (tokens, index) => {
  const href = String(tokens[index]!.attrGet('href') ?? '');
  // `[a]()` is never asked about.
  if (!LINK.test(href)) return '<a>';
  return `<a href="${escaped(href)}" rel="nofollow noopener noreferrer"${href.startsWith('#') ? '' : ' target="_blank"'}>`;
};
rules.link_close = (_tokens, _index, _options, env) => {
  place(env).links -= 1;
  return '</a>';
};
// Nothing is fetched from outside: a picture is the link to it.
rules.image = (tokens, index) => {
  const token = tokens[index]!;
  const href = escaped(String(token.attrGet('src') ?? ''));
  if (!LINK.test(href)) return escaped(token.content);
  return `<a class="picture" href="${href}" rel="nofollow noopener noreferrer" target="_blank">picture: ${escaped(token.content) || 'untitled'}</a>`;
};
rules.fence = (tokens, index) => `<pre><code>${escaped(tokens[index]!.content)}</code></pre>\n`;

/** Which side a column leans to is said by a class: styles inside the page's HTML are not allowed. */
const cell: RendererRule = (tokens, index) => {
  const token = tokens[index]!;
  const side = /text-align:\s*(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  return side ? `<${token.tag} class="to-${side}">` : `<${token.tag}>`;
};
rules.th_open = cell;
rules.td_open = cell;

/** `- [ ] …` becomes a box that shows whether it is ticked. */
markdown.core.ruler.push('boxes', ({ tokens }) => {
  for (const [index, token] of tokens.entries()) {
    const item = tokens[index - 2];
    const first = token.children?.[0];
    if (token.type !== 'inline' || item?.type !== 'list_item_open' || first?.type !== 'text') continue;
    const box = BOX.exec(first.content);
    if (!box) continue;
    first.content = first.content.slice(box[0].length);
    item.attrJoin('class', 'task');
    token.children!.unshift(tick(first, box[1] !== ' '));
  }
});
rules.box = (tokens, index) => `<input type="checkbox" disabled${tokens[index]!.meta ? ' checked' : ''} aria-label="done"> `;

function tick(like: Token, ticked: boolean): Token {
  const token = Object.assign(Object.create(Object.getPrototypeOf(like) as object) as Token, like);
  return Object.assign(token, { type: 'box', content: '', meta: ticked });
}

const NOBODY: Known = { mentions: new Set(), numbers: () => false };

/** A comment as HTML that can be put into a page: nothing in it runs, loads, or leaves its place. */
export const renderMarkdown = (text: string, known: Known = NOBODY): string => markdown.render(text, { known, links: 0 } satisfies Place);
