import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type ParsedNode, Parser, type YAMLError } from 'yaml';
import { LIMITS } from './limits.ts';
import { type Problems, quote, type Source, type Spot } from './problems.ts';
import type { Branch, Entry, Tree } from './tree.ts';
import { pathOf } from './tree.ts';
import type { PolicyFile } from './types.ts';

/**
 * A file's YAML as a tree in which every key and value knows its place; undefined after a problem. YAML 1.2 core: no tags, no merge keys,
 * no directives, one document. Bounded: size, tokens and depth before anything is composed, aliases before any is followed (what they
 * refer to is shared, never copied).
 */
export function readTree(text: string, file: PolicyFile, problems: Problems): Tree | undefined {
  const lines = new LineCounter();
  const source: Source = { file, text, lines };
  const before = problems.list().length;
  if (!isSound(source, problems)) return undefined;
  const cst = parse(source, lines, problems);
  if (!cst || !new Survey(source, problems).holds(cst)) return undefined;
  const composer = new Composer({
    schema: 'core',
    version: '1.2',
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const [doc, ...more] = [...composer.compose(cst, true, text.length)];
  for (const error of doc!.errors) {
    if (problems.full(file)) return undefined;
    problems.add({ source, from: error.pos[0], to: error.pos[1] }, '', syntax(error, text));
  }
  if (more.length > 0)
    problems.add(spotOf(source, more[0]!.range[0], more[0]!.range[0] + 3), '', 'The file holds several YAML documents; only one is read.');
  if (problems.list().length > before) return undefined;
  const tree = new Weave(source, problems).tree(doc!.contents as ParsedNode | null);
  return problems.list().length > before ? undefined : tree;
}

const spotOf = (source: Source, from: number, to: number): Spot => ({ source, from, to });

/** Tab, line feed and carriage return are the only control characters that text needs; the others hide what a file says (Trojan Source). */
const UNSOUND = /[[\p{Cc}--[\t\n\r]]\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/v;

function isSound(source: Source, problems: Problems): boolean {
  const { text, lines } = source;
  if (text.length > LIMITS.chars.max) {
    const message = `The file has ${text.length} characters, but at most ${LIMITS.chars.max} are read.`;
    (lines as LineCounter).addNewLine(0);
    problems.add(spotOf(source, 0, 0), '', message);
    return false;
  }
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  const at = body.search(UNSOUND);
  if (at < 0) return true;
  (lines as LineCounter).addNewLine(0);
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) (lines as LineCounter).addNewLine(i + 1);
  const code = text.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0');
  problems.add(
    spotOf(source, at, at + 1),
    '',
    `The file holds the invisible character U+${code}, but only printable text, tabs and line breaks are allowed.`,
  );
  return false;
}

/** The concrete syntax, or undefined when there is too much of it. */
function parse(source: Source, lines: LineCounter, problems: Problems): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const cst: CST.Token[] = [];
  let tokens = 0;
  let errors = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) {
      cst.push(token);
      if (token.type === 'error') errors++;
    }
    if (errors > LIMITS.problems.max) break;
    if (++tokens <= LIMITS.tokens.max) continue;
    problems.add(
      spotOf(source, parser.offset, parser.offset),
      '',
      `The file has more than ${LIMITS.tokens.max} YAML tokens; nothing after this place is read.`,
    );
    return undefined;
  }
  cst.push(...parser.end());
  return cst;
}

type Part = CST.Token | CST.SourceToken;

/** Looks over the concrete syntax for what is not allowed. Walks with its own stack: the depth is not known yet. */
class Survey {
  readonly source: Source;
  readonly problems: Problems;
  #aliases = 0;
  #sound = true;

  constructor(source: Source, problems: Problems) {
    this.source = source;
    this.problems = problems;
  }

  holds(tokens: readonly CST.Token[]): boolean {
    const open: [Part, number][] = tokens.map((token) => [token, 0] as [Part, number]).reverse();
    for (let next = open.pop(); next; next = open.pop()) {
      const [token, depth] = next;
      if (depth > LIMITS.depth.max) {
        this.#refuse(token, `Values are nested more than ${LIMITS.depth.max} levels deep here; the reference needs 6.`);
        return false;
      }
      this.#look(token);
      for (const part of partsOf(token).reverse()) open.push([part, 'items' in token ? depth + 1 : depth]);
    }
    return this.#sound;
  }

  #look(token: Part): void {
    if (token.type === 'directive') this.#refuse(token, `The YAML directive ${quote(token.source)} is not allowed; leave it out.`);
    if (token.type === 'tag') this.#refuse(token, `The YAML tag ${quote(token.source)} is not allowed; leave it out, quotes make a text.`);
    if (token.type !== 'alias' || ++this.#aliases !== LIMITS.aliases.max + 1) return;
    this.#refuse(token, `The file has more than ${LIMITS.aliases.max} YAML aliases (*name); write the values out.`);
  }

  #refuse(token: Part, message: string): void {
    this.#sound = false;
    const length = 'source' in token ? token.source.length : 1;
    this.problems.add(spotOf(this.source, token.offset, token.offset + length), '', message);
  }
}

function partsOf(token: Part): Part[] {
  if (token.type === 'document') return [...token.start, ...(token.value ? [token.value] : [])];
  if (token.type === 'block-scalar') return [...token.props];
  if (token.type !== 'block-map' && token.type !== 'block-seq' && token.type !== 'flow-collection') return [];
  return token.items.flatMap((item) => [
    ...item.start,
    ...(item.key ? [item.key] : []),
    ...(item.sep ?? []),
    ...(item.value ? [item.value] : []),
  ]);
}

/** Composed YAML → tree; follows aliases, checks keys. */
class Weave {
  readonly source: Source;
  readonly problems: Problems;
  readonly #anchors = new Map<string, { tree: Tree; nodes: number }>();
  #nodes = 0;

  constructor(source: Source, problems: Problems) {
    this.source = source;
    this.problems = problems;
  }

  tree(node: ParsedNode | null, path: readonly string[] = []): Tree {
    const [from, to] = node?.range ?? [0, 0];
    const spot = spotOf(this.source, from, to);
    const before = this.#nodes;
    this.#count(1, spot, path);
    if (isAlias(node)) return this.#alias(node.source, spot, path);
    const tree = this.#plain(node, spot, path);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor) this.#anchors.set(anchor, { tree, nodes: this.#nodes - before });
    return tree;
  }

  #plain(node: ParsedNode | null, spot: Spot, path: readonly string[]): Tree {
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.tree(item as ParsedNode, [...path, String(index)]));
      return { kind: 'list', items, spot };
    }
    if (isMap(node)) return this.#map(node.items as { key: ParsedNode; value: ParsedNode | null }[], spot, path);
    if (!isScalar(node)) return { kind: 'leaf', value: null, source: '', spot };
    const value = node.value as string | number | boolean | null;
    const source = typeof value === 'string' ? value : (node.source ?? String(value));
    if (UNSOUND.test(source)) {
      this.problems.add(
        spot,
        pathOf(path),
        `${quote(path.at(-1) ?? 'The file')} holds an invisible character, but only printable text, tabs and line breaks are allowed.`,
      );
    }
    return { kind: 'leaf', value, source, spot };
  }

  #map(pairs: readonly { key: ParsedNode; value: ParsedNode | null }[], spot: Spot, path: readonly string[]): Branch {
    const entries = new Map<string, Entry>();
    for (const { key, value } of pairs) {
      const [from, to] = key?.range ?? value?.range ?? [spot.from, spot.from];
      const keySpot = spotOf(this.source, from, to);
      const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : (key.source ?? '')) : undefined;
      const wrong = this.#keyProblem(name, entries);
      if (wrong) this.problems.add(keySpot, pathOf([...path, name ?? '']), wrong);
      else entries.set(name!, { written: name!, keySpot, value: this.tree(value, [...path, name!]) });
    }
    return { kind: 'map', entries, spot };
  }

  #keyProblem(name: string | undefined, entries: ReadonlyMap<string, Entry>): string | undefined {
    if (name === undefined) return 'A key must be plain text, not a list, a map or an alias.';
    if (name === '') return 'A key is missing before the colon.';
    if (name === '<<') return 'YAML merge keys (<<) are not allowed; write the keys out, or use "extends".';
    if (UNSOUND.test(name)) return 'A key holds an invisible character, but only printable text is allowed.';
    if (name in Object.prototype) return `${quote(name)} is a reserved word of the program and cannot be a key; choose another name.`;
    const first = entries.get(name);
    if (!first) return undefined;
    return `The key ${quote(name)} stands twice in the same map, first on line ${this.source.lines.linePos(first.keySpot.from).line}; keep one of the two.`;
  }

  #alias(name: string, spot: Spot, path: readonly string[]): Tree {
    const anchor = this.#anchors.get(name);
    if (!anchor) {
      this.problems.add(spot, pathOf(path), `The alias ${quote(`*${name}`)} refers to no anchor above it; write the value out.`);
      return { kind: 'leaf', value: null, source: '', spot };
    }
    this.#count(anchor.nodes, spot, path);
    return { ...anchor.tree, spot };
  }

  #count(nodes: number, spot: Spot, path: readonly string[]): void {
    const below = this.#nodes <= LIMITS.nodes.max;
    this.#nodes += nodes;
    if (!below || this.#nodes <= LIMITS.nodes.max) return;
    this.problems.add(
      spot,
      pathOf(path),
      `With its aliases followed the file has more than ${LIMITS.nodes.max} values; write less, or write it out.`,
    );
  }
}

/** A parser's error as a sentence of ours; the parser's own words where we have none. */
function syntax(error: YAMLError, text: string): string {
  if (error.code === 'BAD_SCALAR_START') {
    const found = /^.[\w/.-]{0,40}/u.exec(text.slice(error.pos[0], error.pos[0] + 42))?.[0] ?? '';
    return `A value that begins with ${found.slice(0, 1)} must stand in quotes: "${found}".`;
  }
  if (error.code === 'TAB_AS_INDENT') return 'A tab cannot indent YAML; use spaces.';
  if (error.code === 'BAD_INDENT' && error.message.startsWith('Flow'))
    return 'A [ or { above is not closed by now, or its lines do not stand to the right of its key.';
  if (error.code === 'BAD_INDENT')
    return 'This line is indented differently from its neighbours; keys of one map and entries of one list begin in the same column.';
  if (error.code === 'MULTILINE_IMPLICIT_KEY')
    return 'A key must end with a colon on its own line, or a text of several lines lacks its quotes.';
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'A second "key: value" cannot stand inside a value on one line; begin a new line, or quote the text.';
  if (error.code === 'BAD_ALIAS') return 'An alias (*name) or anchor (&name) needs a name; a text that begins so must stand in quotes.';
  if (error.code === 'BAD_DQ_ESCAPE') return 'Unknown escape after \\ in double quotes; use single quotes, or write \\\\.';
  return `The YAML cannot be read here: ${error.message
    .split('\n', 1)[0]!
    .replace(/\s+/g, ' ')
    .slice(0, 160)
    .replace(/[.:]?$/, '.')}`;
}
