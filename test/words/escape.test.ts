import fc from 'fast-check';
import MarkdownIt, { type Token } from 'markdown-it';
import { describe, expect, test } from 'vitest';
import {
  code,
  cut,
  HIDDEN_BYTES_MAX,
  hiddenJson,
  inline,
  plainName,
  QUOTE_LINES_MAX,
  quoteBlock,
  readHiddenJson,
} from '../../src/words/escape.ts';
import { effortMs } from '../support/effort.ts';
import '../support/seed.ts';

const markdown = new MarkdownIt({ html: true });

/** Pieces that GitHub gives a meaning to, mixed with any Unicode. */
const PIECES = [
  ...'@#:<>&|`*_~[]()!\\$-+=/.\n\r\t "\'',
  ...['@alice', '@org/team', '@everyone', '#1', 'o/r#1', 'GH-1', 'gh-', ':tada:', ':+1:', ':100:', 'https://a.b/c', 'www.a.b'],
  ...['a@b.co', 'mailto:a@b.co'],
  ...['<!--', '-->', '<img src=x onerror=y>', '</details>', '&#64;', '&commat;', '&#35;1', '[a](b)', '![a](b)', '[^1]', '```', '~~~'],
  ...['---', '===', '| a | b |', '|-|-|'],
  ...['a5c3785ed8d6a35868bc169f07e40e889087fd2e', 'a5c3785', '1. ', '- [x] ', '> ', '# ', '    ', '$x$', '$$', '/fixed'],
  ...['\u200b', '\u200d', '\u200e', '\u202e', '\u2066', '\u2060', '\ufeff', '\u00ad', '\u0000', '\u001b', '\u0301', '\ud83d'],
  ...['\u{e0041}', '👩‍👩‍👧', '🇷🇴', 'می‌خواهم'],
];
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 6 })), { maxLength: 24 })
  .map((parts) => parts.join(''));
const anyText = fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

/** What GitHub's filters look for in the rendered text. Wider than theirs. */
const LIVE: readonly (readonly [string, RegExp])[] = [
  ['a mention', /@[\p{L}\p{N}_/-]/u],
  ['an issue reference', /#\d|gh-\d/i],
  ['a commit', /(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/i],
  ['a link', /(?:https?|ftp):\/\/|www\.|(?:mailto|xmpp):[^\s\u200b]/i],
  ['a shortcode', /:(?:[+-]1|100|1234|[a-z0-9_+-]*[a-z_][a-z0-9_+-]*):/i],
  ['a formula', /(?<!\u200b)\$/],
  ['a control character', /\p{Cc}/u],
  ['a bidi control', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
  ['a lone surrogate', /\p{Cs}/u],
];

function textOf(tokens: readonly Token[]): string {
  for (const token of tokens) expect(['text', 'text_special']).toContain(token.type);
  return tokens.map((token) => token.content).join('');
}

function expectDead(text: string): void {
  for (const [what, pattern] of LIVE) expect(pattern.test(text), `${what} in ${JSON.stringify(text)}`).toBe(false);
}

function expectPlain(source: string): string {
  if (source === '') return '';
  const tokens = markdown.parse(source, {});
  expect(tokens.map((token) => token.type)).toEqual(['paragraph_open', 'inline', 'paragraph_close']);
  const text = textOf(tokens[1]!.children!);
  expectDead(text);
  return text;
}

/** Without the invisible gaps: what a reader sees. */
const seen = (text: string): string => text.replaceAll('\u200b', '');

describe('inline', () => {
  for (const [typed, shown] of [
    ['thanks @alice and @org/team, @everyone', 'thanks @alice and @org/team, @everyone'],
    ['see #1, owner/repo#1 and GH-1', 'see #1, owner/repo#1 and GH-1'],
    ['&#64;alice &commat;alice \\@alice', '&#64;alice &commat;alice \\@alice'],
    ['https://evil.example www.evil.example <https://a.b>', 'https://evil.example www.evil.example <https://a.b>'],
    ['<img src=x> <!-- x --> </details>', '<img src=x> <!-- x --> </details>'],
    ['**b** _i_ ~~s~~ `c` [l](u) ![i](u) [^1]', '**b** _i_ ~~s~~ `c` [l](u) ![i](u) [^1]'],
    ['a | b', 'a | b'],
    ['# not a heading', '# not a heading'],
    ['- not a list', '- not a list'],
    ['+ not a list', '+ not a list'],
    ['12. not a list', '12. not a list'],
    ['---', '---'],
    ['===', '==='],
    ['> not a quote', '> not a quote'],
    ['    not code', 'not code'],
    ['```js', '```js'],
    ['/fixed', '/fixed'],
    [':tada: :+1: 10:30', ':tada: :+1: 10:30'],
    ['$x$ costs $5', '$x$ costs $5'],
    ['in a5c3785ed8d6a35868bc169f07e40e889087fd2e', 'in a5c3785ed8d6a35868bc169f07e40e889087fd2e'],
    ['one\r\ntwo\u2028three\tfour', 'one two three four'],
    ['txt.\u202eexe\u202c @\u200dali\u200bce', 'txt.exe @alice'],
    ['@\u0000alice', '@alice'],
    ['a\u{e0041}b\u3164c', 'abc'],
    ['می‌خواهم 👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم 👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['trailing \\', 'trailing \\'],
    ['\ud83d alone', '\ufffd alone'],
    [`Z${'\u0301'.repeat(50)}`, `Z${'\u0301'.repeat(6)}`.normalize('NFD')],
  ] as const) {
    test(`${JSON.stringify(typed)} shows as typed and does nothing`, () => expect(seen(expectPlain(inline(typed, 200)))).toBe(shown));
  }

  test('whatever is typed becomes one paragraph of plain text', () => {
    fc.assert(
      fc.property(anyText, (text) => void expectPlain(inline(text, 100))),
      { numRuns: 2_000 },
    );
  });

  test('what stands around it in our sentence cannot wake it up', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const source = `Owner: ${inline(a, 50)} – asked by ${inline(b, 50)}1`;
        expectPlain(source);
      }),
      { numRuns: 1_000 },
    );
  });

  test('in a table it stays in its cell', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const tokens = markdown.parse(`| a | b |\n|---|---|\n| ${inline(text, 50)} | z |\n`, {});
        const cells = tokens.filter((token) => token.type === 'inline');
        expect(cells).toHaveLength(4);
        expect(cells[3]!.content).toBe('z');
        expectDead(textOf(cells[2]!.children!));
      }),
      { numRuns: 1_000 },
    );
  });

  test('a reader sees at most max graphemes', () => {
    expect(seen(expectPlain(inline('@@@@@@', 3)))).toBe('@@…');
    expect(inline('x'.repeat(1_000_000), 10)).toBe('xxxxxxxxx…');
  });
});

describe('quoteBlock', () => {
  test('keeps the lines, drops empty ones at the edges, and never runs on', () => {
    expect(quoteBlock('\n\n# a\n\n\n  b\r\n- c\n\n', 100)).toBe('> \\# a\n>\n> b\n> \\- c'.replace('\\#', '\\#\u200b'));
    expect(quoteBlock(' \n\u200b', 100)).toBe('');
  });

  test('whatever is typed becomes one quote of plain paragraphs', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const source = quoteBlock(text, 200);
        if (source === '') return;
        const tokens = markdown.parse(`${source}\n\nafter`, {});
        const types = tokens.map((token) => token.type);
        expect([types[0], types.filter((type) => type === 'blockquote_open').length]).toEqual(['blockquote_open', 1]);
        expect(types.slice(-4)).toEqual(['blockquote_close', 'paragraph_open', 'inline', 'paragraph_close']);
        expect(types.filter((type) => !/^(blockquote|paragraph)_|^inline$/.test(type))).toEqual([]);
        for (const token of tokens) {
          for (const child of token.children ?? []) expect(['text', 'text_special', 'softbreak']).toContain(child.type);
          expectDead((token.children ?? []).map((child) => child.content || ' ').join(''));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('a wall of lines is cut', () => {
    const lines = quoteBlock('x\n'.repeat(10_000), 10_000).split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([QUOTE_LINES_MAX, '> …']);
  });
});

describe('code', () => {
  for (const [typed, shown] of [
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['`` a', '``` `` a ```'],
    ['@alice', '`@\u200balice`'],
    ['<!-- x -->', '`<\u200b!-- x -->`'],
    [' \n ', ''],
    ['a\nb', '`a b`'],
  ] as const) {
    test(`${JSON.stringify(typed)} is written ${shown}`, () => expect(code(typed, 50)).toBe(shown));
  }

  test('whatever is typed becomes one code span, and mentions nobody in an answer by e-mail', () => {
    fc.assert(
      fc.property(anyText, fc.nat(200), (text, backticks) => {
        const source = code(text + '`'.repeat(backticks), 300);
        if (source === '') return;
        const children = markdown.parse(`a ${source} b`, {})[1]!.children!;
        expect(children.map((child) => child.type)).toEqual(['text', 'code_inline', 'text']);
        expect(children[1]!.content).not.toMatch(/@[^\u200b]|<!--/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('plainName', () => {
  for (const [login, shown] of [
    ['@alice', 'alice'],
    ['bob-2', 'bob-2'],
    ['@kleros/court', 'kleros/court'],
    ['emu_corp', 'emu_corp'],
    ['dependabot[bot]', 'dependabot[bot]'],
    ['@@alice', '@alice'],
  ] as const) {
    test(`${login} is shown as ${shown}`, () => expect(seen(expectPlain(plainName(login)))).toBe(shown));
  }
});

describe('cut', () => {
  for (const [text, max, want] of [
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['ab cd', 4, 'ab…'],
    ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2, '👩‍👩‍👧…'],
    ['👩‍👩‍👧👩‍👩‍👧', 2, '👩‍👩‍👧👩‍👩‍👧'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ] as const) {
    test(`${text} to ${max} is ${want}`, () => expect(cut(text, max)).toBe(want));
  }

  test('never longer, never half a character, bounded in units too', () => {
    const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const short = cut(text, max);
        expect([...graphemes.segment(short)].length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(text.isWellFormed());
      }),
    );
    expect(cut(`a${'\u0301'.repeat(100_000)}`, 5).length).toBeLessThan(200);
  });
});

describe('hiddenJson', () => {
  test('what is hidden is read back, wherever the comment goes on', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), nasty, (value, after) => {
        const line = hiddenJson({ value, after });
        expect(line).toMatch(/^<!-- watchkeeper [\x20-\x7e]* -->$/);
        expect(line.slice(4, -3)).not.toMatch(/--|[<>@#`]/);
        const blocks = markdown.parse(`${line}\n\n${inline(after, 50)}`, {});
        expect([blocks[0]!.type, blocks[0]!.content.trim()]).toEqual(['html_block', line]);
        const inlined = markdown.parse(`a ${line} b`, {})[1]!.children!;
        expect(inlined.map((child) => child.type)).toEqual(['text', 'html_inline', 'text']);
        const want = JSON.parse(JSON.stringify({ value, after }));
        expect(readHiddenJson(`${line}\n${after}`)).toEqual(want);
        expect(readHiddenJson(`${line}\r\n${after}`)).toEqual(want);
      }),
      { numRuns: 1_000 },
    );
  });

  for (const value of [
    -5,
    1e-7,
    ...['--', '-->', '--!>', '<!--', '->', '-', '\u2028', '@alice #1 `x`', '\\', '\\u002d'],
    null,
    [[-1]],
    { '--': '>' },
  ]) {
    test(`${JSON.stringify(value)} is read back`, () => expect(readHiddenJson(hiddenJson(value))).toEqual(value));
  }

  test('is refused when it is too long or no JSON', () => {
    expect(() => hiddenJson('x'.repeat(HIDDEN_BYTES_MAX))).toThrow(RangeError);
    expect(() => hiddenJson(undefined)).toThrow(TypeError);
    expect(hiddenJson('x'.repeat(HIDDEN_BYTES_MAX - 2))).toHaveLength(HIDDEN_BYTES_MAX + 21);
  });

  test('a text that we repeat cannot forge one', () => {
    const forged = hiddenJson({ key: 'resolution/1/2' });
    for (const repeated of [inline(forged, 500), `${quoteBlock(`a\n${forged}\n\n${forged}`, 500)}`, code(forged, 500)]) {
      expect(readHiddenJson(`We heard:\n\n${repeated}\n`)).toBeUndefined();
    }
  });

  test('nothing, broken JSON and text in the middle of a line are nothing', () => {
    for (const body of [
      ...['', 'hello', '<!-- watchkeeper {oops} -->', 'x <!-- watchkeeper {} -->', '<!-- watchkeeper {}', '<!-- other {} -->'],
    ]) {
      expect(readHiddenJson(body)).toBeUndefined();
    }
  });
});

test('long hostile texts are escaped in linear time', () => {
  for (const piece of ['@', ':', ':a', 'a5', '`', '\\', '\u0301', '\u200d', 'می‌', '👩‍👩‍👧', '<!--', '\n', ' ', 'gh-', '0', '\ud83d']) {
    const text = piece.repeat(65_536 / piece.length);
    const started = effortMs();
    for (const neutral of [inline, quoteBlock, code]) neutral(text, 20_000);
    expect(effortMs() - started, JSON.stringify(piece)).toBeLessThan(5_000);
  }
});
