/** As much of GraphQL's language as queries need: operations, fragments, aliases, arguments, variables. */
export type Value =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'list'; readonly values: readonly Value[] }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Value>> }
  | { readonly kind: 'plain'; readonly value: string | number | boolean | null };

export type Selection =
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly key: string;
      readonly args: Readonly<Record<string, Value>>;
      readonly selections: readonly Selection[];
    }
  | { readonly kind: 'inline'; readonly on: string | undefined; readonly selections: readonly Selection[] }
  | { readonly kind: 'spread'; readonly name: string };

export type Operation = { readonly type: string; readonly name: string | undefined; readonly selections: readonly Selection[] };
export type Document = {
  readonly operations: readonly Operation[];
  readonly fragments: Readonly<Record<string, { readonly on: string; readonly selections: readonly Selection[] }>>;
};

const TOKEN =
  /"""([\s\S]*?)"""|("(?:[^"\\\n]|\\.)*")|(\.\.\.|[{}()[\]:!$=@|&])|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|[\s,]+|#[^\n]*/y;

type Token = { readonly kind: 'string' | 'mark' | 'number' | 'name' | 'end'; readonly text: string };

/** Throws a SyntaxError with GitHub's sort of message. */
export function parseGraphql(text: string): Document {
  return new Parser(tokens(text)).document();
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError(`Parse error on "${text[at]}" at ${at}`);
    const [, block, string, mark, number, name] = match;
    if (block !== undefined) found.push({ kind: 'string', text: block });
    else if (string !== undefined) found.push({ kind: 'string', text: JSON.parse(string) as string });
    else if (mark !== undefined) found.push({ kind: 'mark', text: mark });
    else if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name });
  }
  return found;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  document(): Document {
    const operations: Operation[] = [];
    const fragments: Record<string, { on: string; selections: readonly Selection[] }> = {};
    while (this.#peek().kind !== 'end') {
      if (this.#is('{')) operations.push({ type: 'query', name: undefined, selections: this.#selections() });
      else if (this.#is('fragment')) {
        this.#next();
        const name = this.#name();
        this.#eat('on');
        fragments[name] = { on: this.#name(), selections: this.#selections() };
      } else operations.push(this.#operation());
    }
    return { operations, fragments };
  }

  #operation(): Operation {
    const type = this.#name();
    const name = this.#peek().kind === 'name' ? this.#name() : undefined;
    if (this.#is('(')) this.#skipDefinitions();
    return { type, name, selections: this.#selections() };
  }

  /** The types of variables are not checked. */
  #skipDefinitions(): void {
    let depth = 0;
    do {
      const { text, kind } = this.#next();
      if (kind === 'end') throw new SyntaxError('Parse error: unexpected end');
      if (kind === 'mark' && text === '(') depth += 1;
      if (kind === 'mark' && text === ')') depth -= 1;
    } while (depth > 0);
  }

  #selections(): Selection[] {
    const list: Selection[] = [];
    this.#eat('{');
    while (!this.#is('}')) list.push(this.#selection());
    this.#next();
    return list;
  }

  #selection(): Selection {
    if (!this.#is('...')) return this.#field();
    this.#next();
    if (this.#is('on')) {
      this.#next();
      return { kind: 'inline', on: this.#name(), selections: this.#selections() };
    }
    if (this.#is('{')) return { kind: 'inline', on: undefined, selections: this.#selections() };
    return { kind: 'spread', name: this.#name() };
  }

  #field(): Selection {
    const first = this.#name();
    let name = first;
    if (this.#is(':')) {
      this.#next();
      name = this.#name();
    }
    const args: Record<string, Value> = {};
    if (this.#is('(')) {
      this.#next();
      while (!this.#is(')')) {
        const key = this.#name();
        this.#eat(':');
        args[key] = this.#value();
      }
      this.#next();
    }
    return { kind: 'field', name, key: first, args, selections: this.#is('{') ? this.#selections() : [] };
  }

  #value(): Value {
    const token = this.#next();
    if (token.kind === 'string') return { kind: 'plain', value: token.text };
    if (token.kind === 'number') return { kind: 'plain', value: Number(token.text) };
    if (token.text === '$') return { kind: 'variable', name: this.#name() };
    if (token.text === '[') {
      const values: Value[] = [];
      while (!this.#is(']')) values.push(this.#value());
      this.#next();
      return { kind: 'list', values };
    }
    if (token.text === '{') {
      const fields: Record<string, Value> = {};
      while (!this.#is('}')) {
        const key = this.#name();
        this.#eat(':');
        fields[key] = this.#value();
      }
      this.#next();
      return { kind: 'object', fields };
    }
    if (token.kind !== 'name') throw new SyntaxError(`Parse error on "${token.text}"`);
    const words: Record<string, boolean | null> = { true: true, false: false, null: null };
    return { kind: 'plain', value: token.text in words ? words[token.text]! : token.text };
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.text === text && token.kind !== 'string' && token.kind !== 'end';
  }

  #eat(text: string): void {
    const token = this.#next();
    if (token.text !== text) throw new SyntaxError(`Parse error on "${token.text}", expected "${text}"`);
  }

  #name(): string {
    const token = this.#next();
    if (token.kind !== 'name') throw new SyntaxError(`Parse error on "${token.text}", expected a name`);
    return token.text;
  }
}
