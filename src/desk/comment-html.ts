/**
 * Raw HTML across the blocks of a comment. Markdown ends an HTML block at a blank line, but `<details>` or `<!--` stay open
 * for a browser until they are closed; so does this reader.
 */
export type Html = {
  /** How many of each holder are open; empty means that we stand outside HTML. */
  open: Readonly<Record<string, number>>;
  comment: boolean;
  tag: boolean;
};

export type HtmlSeen = { readonly text: string; readonly media: boolean };

/** Elements of GitHub's allow-list that hold other lines; what stands in them stands in HTML. */
const HOLDERS = new Set(['details', 'blockquote', 'pre', 'code', 'samp', 'kbd', 'table', 'div', 'ul', 'ol', 'dl']);
const MEDIA = new Set(['img', 'video', 'audio', 'picture']);
const TAG_NAME = /(\/?)([a-z][a-z0-9-]*)/iy;

export const newHtml = (): Html => ({ open: {}, comment: false, tag: false });

export const insideHtml = (html: Html): boolean => Object.values(html.open).some((count) => count > 0);

export const insideHtmlQuote = (html: Html): boolean => (html.open.blockquote ?? 0) > 0;

/** Reads on; answers the text that a reader sees outside comments and quotes, and whether there is an attachment. Linear: never looks twice. */
export function scanHtml(html: Html, chunk: string): HtmlSeen {
  let text = '';
  let media = false;
  let at = 0;
  while (at < chunk.length) {
    if (html.comment || html.tag) {
      const close = html.comment ? '-->' : '>';
      const end = chunk.indexOf(close, at);
      if (end < 0) break;
      html.comment = html.tag = false;
      at = end + close.length;
      continue;
    }
    const next = chunk.indexOf('<', at);
    const end = next < 0 ? chunk.length : next;
    if (!insideHtmlQuote(html)) text += chunk.slice(at, end);
    if (next < 0) break;
    const name = openAt(html, chunk, next);
    if (name && MEDIA.has(name) && !insideHtmlQuote(html)) media = true;
    // `<!-->` is a whole comment: look for its end from the dashes on.
    at = html.comment ? next + 2 : next + 1;
  }
  return { text, media };
}

/** Notes what begins at this `<`; answers the name of an opening tag. */
function openAt(html: Html, chunk: string, at: number): string | undefined {
  if (chunk.startsWith('<!--', at)) {
    html.comment = true;
    return;
  }
  if (chunk[at + 1] === '!' || chunk[at + 1] === '?') {
    html.tag = true;
    return;
  }
  TAG_NAME.lastIndex = at + 1;
  const match = TAG_NAME.exec(chunk);
  if (!match) return;
  html.tag = true;
  const name = match[2]!.toLowerCase();
  if (HOLDERS.has(name)) {
    const count = (html.open[name] ?? 0) + (match[1] ? -1 : 1);
    html.open = { ...html.open, [name]: Math.max(0, count) };
  }
  return match[1] ? undefined : name;
}

/** The line without `<!-- … -->`; an unclosed one takes the rest. */
export function withoutHtmlComments(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    if (start < 0) return out + text.slice(at);
    out += text.slice(at, start);
    const end = text.indexOf('-->', start + 2);
    if (end < 0) return out;
    at = end + 3;
  }
}
