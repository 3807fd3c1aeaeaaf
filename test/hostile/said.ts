import MarkdownIt, { type Token } from 'markdown-it';
import type { Seen } from '../../src/sandbox/twin.ts';

/** One text that the App sent to GitHub, where it stands on a page that people read. */
export type Said = { readonly where: string; readonly text: string; readonly kind: 'markdown' | 'plain' | 'label' };

const TOKENS = /\/access_tokens$|\/graphql$|\/app-manifests\//;

/** Every text in every request that the App sent: comments, labels, check runs with their annotations, issues. */
export function allSaid(requests: readonly Seen[]): Said[] {
  return requests
    .filter(({ method, path, body }) => method !== 'GET' && body !== '' && !TOKENS.test(path))
    .flatMap(({ method, path, body }) => textsOf(JSON.parse(body), `${method} ${path}`));
}

/** Not words of ours: names of accounts and of labels that are there, and what GitHub's own vocabulary is. */
const NO_TEXT = new Set([
  'assignees',
  'content',
  'state',
  'state_reason',
  'head_sha',
  'status',
  'conclusion',
  'completed_at',
  'color',
  'path',
  'annotation_level',
]);

function textsOf(value: unknown, where: string): Said[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]): Said[] => {
    if (NO_TEXT.has(key)) return [];
    const at = `${where} ${key}`;
    if (key === 'labels' && Array.isArray(one)) return one.map((label) => ({ where: at, text: String(label), kind: 'label' as const }));
    // GitHub shows annotations as they are, like the names of labels.
    if (typeof one === 'string' && where.includes(' annotations')) return [{ where: at, text: one, kind: 'label' }];
    if (typeof one === 'string') return [{ where: at, text: one, kind: key === 'body' || key === 'summary' ? 'markdown' : 'plain' }];
    return textsOf(one, at);
  });
}

const github = new MarkdownIt({ html: true, linkify: true });
const MENTION = /(?<![\w`])@[a-z0-9](?:[\w-]*[a-z0-9])?(?:\/[\w.-]+)?/giu;
const REFERENCE = /(?<![\w&])#\d+|\bgh-\d+/giu;
/** Controls but the line break, what turns the direction of writing, and what nobody sees except the gap that breaks mentions. */
const UNSEEN = /[\p{Cc}--\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u2060]|[\ud800-\udfff]/v;
const HIDDEN = /^<!-- watchkeeper (\{.*\}) -->$/;
/** Small print, and the part that is folded away; without any attribute. */
const ALLOWED_HTML = new Set(['sub', 'details', 'summary'].flatMap((tag) => [`<${tag}>`, `</${tag}>`]));
/** A comment of the same page. */
const OWN_LINK = /^#issuecomment-\d+$/;
const CHARS_MAX = 60_000;

/** What in a text of ours could notify, link, inject or mislead; empty when it is harmless. `mayCall` are the names of a page's mention line. */
export function offences(said: Said, mayCall: ReadonlySet<string> = new Set()): string[] {
  const { text, kind } = said;
  const found: string[] = [];
  if (UNSEEN.test(text)) found.push('invisible characters');
  if (text.length > CHARS_MAX) found.push(`${text.length} characters`);
  if (kind !== 'markdown') return kind === 'label' || !text.match(/<[a-z!/]/i) ? found : [...found, 'HTML in plain text'];
  const [first = '', ...rest] = text.split('\n');
  const key = HIDDEN.exec(first)?.[1];
  const visible = key === undefined ? text : rest.join('\n');
  if (key !== undefined) found.push(...keyOffences(key));
  if (visible.includes('<!--')) found.push('a hidden part that is not the first line');
  const is = key === undefined ? undefined : (JSON.parse(key) as { is?: string }).is;
  const [line = '', ...below] = visible.split('\n');
  const isPage = is === 'step';
  if (isPage) found.push(...callOffences(line, mayCall));
  return [...found, ...markdownOffences(isPage ? below.join('\n') : visible, is === 'crowd')];
}

function keyOffences(key: string): string[] {
  const found = /[<>@#`]|--/.test(key) ? ['a hidden line that is not safe'] : [];
  try {
    JSON.parse(key);
  } catch {
    found.push('a hidden line that is no JSON');
  }
  return found;
}

const callOffences = (line: string, mayCall: ReadonlySet<string>): string[] =>
  line.split(' ').flatMap((name) => (mayCall.has(name) ? [] : [`a page calls ${JSON.stringify(name)}`]));

function markdownOffences(text: string, isCrowd: boolean): string[] {
  const found: string[] = [];
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.children) visit(token.children);
      if (token.type === 'html_block')
        for (const tag of token.content.match(/<[^>]*>?/g) ?? []) if (!ALLOWED_HTML.has(tag)) found.push(`HTML ${tag}`);
      if (token.type === 'html_inline' && !ALLOWED_HTML.has(token.content)) found.push(`HTML ${token.content}`);
      const link = token.type === 'link_open' ? String(token.attrGet('href')) : undefined;
      if (link !== undefined && !OWN_LINK.test(link)) found.push(`a link to ${link}`);
      if (token.type === 'image') found.push(`an image of ${token.attrGet('src')}`);
      if (!['text', 'code_inline', 'code_block', 'fence', 'html_block'].includes(token.type)) continue;
      for (const [name] of token.content.matchAll(MENTION)) found.push(`a mention of ${name}`);
      if (!isCrowd) for (const [name] of token.content.matchAll(REFERENCE)) found.push(`a reference to ${name}`);
    }
  };
  visit(github.parse(text, {}));
  return found;
}

/** All offences of all requests, each with the place where it stands. */
export const allOffences = (requests: readonly Seen[], mayCall: readonly string[] = []): string[] =>
  allSaid(requests).flatMap((said) =>
    offences(said, new Set(mayCall)).map((one) => `${said.where}: ${one} in ${JSON.stringify(said.text.slice(0, 300))}`),
  );
