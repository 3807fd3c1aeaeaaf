import { lineAt, type Node, type Source } from './sources.ts';

const INSTEAD = 'the pure rooms take `now` (and chance, and what the process knows) as an argument';

/** Members that ask the host something. */
const ASKS: Readonly<Record<string, RegExp>> = {
  Date: /^now$/,
  performance: /^/,
  Math: /^random$/,
  process: /^/,
  crypto: /^/,
  Temporal: /^Now$/,
  console: /^/,
};
const GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'performance',
  'process',
  'crypto',
  'navigator',
  'globalThis',
]);
/** Of Intl, what takes a zone; the others want a locale only. */
const ZONED = new Set(['DateTimeFormat']);
const LOCALIZING = /^(toLocale\w+|localeCompare)$/;

/** Everything in a pure file that reads a clock, chance, the host's zone or the host's language; each sentence names what to do instead. */
export function impurities({ path, text, ast }: Source): string[] {
  const found: string[] = [];
  const note = (node: Node, what: string, instead = INSTEAD): void =>
    void found.push(`${path}:${lineAt(text, node.start)} ${what}: ${instead}`);
  const named = new Set<Node>();
  for (const node of values(ast)) {
    if (node.type === 'MemberExpression') {
      const name = nameOf(node.object as Node);
      const member = memberOf(node);
      if (name !== undefined && ASKS[name]?.test(member)) note(node, `${name}.${member}`);
      if (LOCALIZING.test(member)) named.add(node);
    }
    if (node.type === 'NewExpression' || node.type === 'CallExpression') checkCall(node, note);
    if (node.type === 'Identifier' && GLOBALS.has(String(node.name)) && !isOwnName(node, text)) note(node, String(node.name));
  }
  return [...new Set(found)];
}

/** Every node that is there when the program runs, parents first: types are not. */
function* values(node: Node): Generator<Node> {
  if (/^TS(TypeAnnotation|TypeAliasDeclaration|InterfaceDeclaration|TypeParameterInstantiation)$/.test(node.type)) return;
  yield node;
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (typeof one === 'object' && one !== null && typeof (one as Node).type === 'string') yield* values(one as Node);
    }
  }
}

function checkCall(node: Node, note: (node: Node, what: string, instead?: string) => void): void {
  const callee = node.callee as Node;
  const args = node.arguments as readonly Node[];
  const name = nameOf(callee);
  if (name === 'Date' && args.length === 0) note(node, 'Date without an argument');
  if (name === 'Date' && args.length > 1) note(node, "a Date of parts, which are in the host's zone", 'use Date.UTC');
  if (callee.type !== 'MemberExpression') return;
  const member = memberOf(callee);
  if (nameOf(callee.object as Node) === 'Intl') {
    const [locale, options] = args;
    if (!locale || nameOf(locale) === 'undefined') note(node, `Intl.${member} without a locale`, "name one: the host's is not ours");
    if (ZONED.has(member) && !saysZone(options)) note(node, `Intl.${member} without a timeZone`, "name one: the host's is not ours");
  }
  if (LOCALIZING.test(member) && args.length < (member === 'localeCompare' ? 2 : 1))
    note(node, `${member} without a locale`, "name one, or compare with < and >: the host's is not ours");
}

/** In an object that is written there, or in one that is spread or handed in, of which nothing can be seen. */
function saysZone(options: Node | undefined): boolean {
  if (!options) return false;
  if (options.type !== 'ObjectExpression') return true;
  return (options.properties as readonly Node[]).some(
    (one) => one.type === 'SpreadElement' || (one.key as Node | undefined)?.name === 'timeZone',
  );
}

const nameOf = (node: Node): string | undefined => (node.type === 'Identifier' ? String(node.name) : undefined);
const memberOf = (node: Node): string => {
  const property = node.property as Node;
  return String(property.type === 'Identifier' ? property.name : (property.value ?? ''));
};

/** The name of a property, not of the global: `parts.process`, `{ process: … }`. */
const isOwnName = (node: Node, text: string): boolean =>
  /[.?]\s*$/.test(text.slice(0, node.start)) || /^\s*\??:/.test(text.slice(node.end));
