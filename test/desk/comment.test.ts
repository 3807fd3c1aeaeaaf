import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMMAND_NAMES, COMMAND_TEXT_UNITS_MAX, COMMANDS_MAX, type CommandRow, readComment, usage } from '../../src/desk/comment.ts';
import { effortMs } from '../support/effort.ts';
import '../support/seed.ts';

const F = '```';
const names = (body: string): string[] => readComment(body).commands.map((command) => command.name);

describe('the command table', () => {
  test('is the one of policy.md, and /go for a crowd (design.md, invariant 9)', () => {
    const shown: Record<string, string> = {};
    for (const row of COMMAND_NAMES as readonly CommandRow[]) shown[row.who] = [shown[row.who], usage(row)].filter(Boolean).join(' · ');
    expect(shown).toEqual({
      reporter: '/confirm · /still-broken [what] · /reopen · /rate 1–5 [words] · /sla · /help',
      responder:
        '/sla [why] · /help · /still-broken · /reopen · /ack · /take · /assign @who · /handoff @who notes · /stay [until] · /priority ID · /product ID · /category ID · /plan ID · /wait [for what] · /hold reason · /resume · /workaround text · /fixed [text] · /close [reason] · /duplicate #N · /escalate [reason] · /runbook [id] · /done N',
      'responder anywhere': '/incident title · /severity S · /update text · /affected #N · /resolve text · /go',
      console: '/tickets · /my · /view N · /reply N text · /stats · /sla · /status · /oncall [weeks] · /maintenance […]',
    });
  });

  test('every name is read from a line of its own', () => {
    for (const { name } of COMMAND_NAMES) expect(readComment(`/${name} x`).commands).toEqual([{ name, text: 'x', line: 1 }]);
  });
});

describe('a command counts', () => {
  for (const [claim, body, want] of [
    ['alone', '/fixed', ['fixed']],
    ['whatever its case', '/Still-BROKEN', ['still-broken']],
    ['inside a paragraph, on its own line', 'thanks\n/fixed\nbye', ['fixed']],
    ['with Windows line ends', 'thanks\r\n/fixed\r\n/take\r\n', ['fixed', 'take']],
    ['with old Mac line ends', 'thanks\r/fixed', ['fixed']],
    ['behind up to three spaces', '   /fixed', ['fixed']],
    ['behind a list, as its lazy last line', '- a\n- b\n/fixed', ['fixed']],
    ['in a list, as a line of an item', '- a\n  /fixed', ['fixed']],
    ['as a line that a rule below makes a heading', '/fixed\n---\nAnn', ['fixed']],
    ['after a backslash at the end of a line', 'a\\\n/fixed', ['fixed']],
    ['between bold lines', '**a\n/fixed\nb**', ['fixed']],
    ['after a fence that is closed', `${F}\nx\n${F}\n/fixed`, ['fixed']],
    ['after a quote and an empty line', '> said\n\n/fixed', ['fixed']],
    ['after closed details', '<details>\n\nlog\n\n</details>\n\n/fixed', ['fixed']],
    ['after an HTML comment', '<!-- key -->\n\n/fixed', ['fixed']],
    ['after a line break tag', 'a<br>\n/fixed', ['fixed']],
    ['beside an unclosed backtick', 'it`s\n/fixed', ['fixed']],
    ['beside an unclosed bracket', '[a\n/fixed', ['fixed']],
    ['with a forgiven stop', '/fixed.', ['fixed']],
    ['with a forgiven colon', '/fixed: rebooted', ['fixed']],
    ['after details that a quote left open', '> <details>\n\n/fixed', ['fixed']],
    ['in order, several times', '/wait a\n/wait b\n/take', ['wait', 'wait', 'take']],
  ] as const) {
    test(claim, () => {
      expect(names(body)).toEqual(want);
      expect(readComment(body).hidden).toEqual([]);
    });
  }
});

describe('a command does not count, and the App can say so,', () => {
  for (const [claim, body] of [
    ['in a fence', `${F}\n/fixed\n${F}`],
    ['in a fence that is never closed', `${F}\n/fixed`],
    ['in a fence of tildes in a list', '- a\n  ~~~\n  /fixed\n  ~~~'],
    ['in indented code', 'a\n\n    /fixed'],
    ['in indented code behind a tab', '\t/fixed'],
    ['in a code span that fills its line', 'try\n`/fixed`'],
    ['in a code span over lines', '`a\n/fixed\nb`'],
    ['in a quote', '> /fixed'],
    ['in a quote in a quote', '> > /fixed it'],
    ['in the lazy last line of a quote, which GitHub shows in the quote', '> said\n/fixed'],
    ['in code in a quote', `> ${F}\n> /fixed\n> ${F}`],
    ['in an HTML block', '<div>\n/fixed\n</div>'],
    ['in details', '<details><summary>log</summary>\n\n/fixed\n\n</details>'],
    ['in details that are never closed', '<details>\n\n/fixed'],
    ['in pre', '<pre>\n\n/fixed\n\n</pre>'],
    ['in an HTML quote', '<blockquote>\n\n/fixed\n\n</blockquote>'],
    ['in an inline code tag', 'a <code>\n/fixed\n</code>'],
  ] as const) {
    test(claim, () => {
      expect(readComment(body)).toMatchObject({ commands: [], hidden: ['fixed'] });
    });
  }

  test('unless the same command stands outside too', () => {
    expect(readComment('> /fixed\n\n/fixed')).toMatchObject({ commands: [{ name: 'fixed', line: 3 }], hidden: [] });
  });

  test('each once, in order', () => {
    expect(readComment(`> /take\n> /fixed\n> /take\n\n${F}\n/ack\n${F}`).hidden).toEqual(['take', 'fixed', 'ack']);
  });
});

describe('not a command, and nothing to say about it:', () => {
  for (const [claim, body] of [
    ['a path', '/usr/bin/env'],
    ['a path that begins like one', '/status/health'],
    ['a file', '/status.json'],
    ['an unknown word', '/please'],
    ['a longer word', '/fixedly'],
    ['a question', '/fixed?'],
    ['in the middle of a line', 'I say /fixed'],
    ['a code span in a sentence', '`/fixed` closes it'],
    ['an item of a list', '- /fixed'],
    ['a heading', '# /fixed'],
    ['a slash alone', '/'],
    ['two slashes', '//fixed'],
    ['an escaped slash', '\\/fixed'],
    ['four spaces inside a paragraph', 'a\n    /fixed'],
    ['a row of a table', '/fixed | a\n--- | ---\n/take | b'],
    ['the text of a link', '[a\n/fixed\n](https://a.b)'],
    ['the text of an image', '![a\n/fixed\n](https://a.b)'],
    ['the title of a link', '[a](https://a.b "\n/fixed\n")'],
    ['an HTML comment', '<!--\n/fixed\n-->'],
    ['an HTML comment that is never closed', '<!--\n\n/fixed'],
    ['an HTML comment inside a paragraph', 'a <!--\n/fixed\n--> b'],
    ['an HTML comment that a block left open', '<div>\n<!--\n\n/fixed\n'],
    ['an attribute', 'a <b title="\n/fixed\n">b</b>'],
    ['a link definition', '[a]:\n/fixed\n'],
    ['nothing', ''],
  ] as const) {
    test(claim, () => {
      expect(readComment(body)).toMatchObject({ commands: [], hidden: [] });
    });
  }
});

describe('the text of a command', () => {
  for (const [claim, body, want] of [
    ['is the rest of its line', '/fixed  in 1.2 \nmore', ['in 1.2']],
    ['is else the lines up to the next command', '/fixed\n\nin 1.2\nreally\n\n/take', ['in 1.2\nreally', '']],
    ['goes on to the end', '/fixed\na\n\nb\n', ['a\n\nb']],
    ['may hold code and quotes', `/workaround\n${F}sh\n/fixed <!-- x -->\n${F}\n> so`, [`${F}sh\n/fixed <!-- x -->\n${F}\n> so`]],
    ['holds no HTML comment of its line', '/fixed <!-- key --> now', ['now']],
    ['holds no line of an HTML comment', '/fixed\nnow\n\n<!-- key\nkey -->', ['now']],
    ['is empty for a command that takes none', '/ack\nThanks, I look at it', ['']],
    ['is only the line for an optional id', '/runbook\nThanks', ['']],
    ['may be below for a needed id', '/priority\nP1', ['P1']],
    ['stays on the line when the line has it', '/hold vendor\nHello', ['vendor']],
    ['drops the forgiven mark', '/fixed: yes', ['yes']],
  ] as const) {
    test(claim, () => expect(readComment(body).commands.map((command) => command.text)).toEqual(want));
  }

  test('is capped', () => {
    expect(readComment(`/fixed\n${'x'.repeat(65_000)}`).commands[0]!.text).toHaveLength(COMMAND_TEXT_UNITS_MAX);
  });

  test('has the line it was said on', () => {
    expect(readComment('a\r\n\r\n/fixed\r\n/take').commands.map((command) => command.line)).toEqual([3, 4]);
  });

  test('a comment has at most twenty commands', () => {
    expect(readComment('/wait x\n'.repeat(50)).commands).toHaveLength(COMMANDS_MAX);
  });
});

describe('says something:', () => {
  for (const body of [
    ...['Thanks', '5', 'да', '好', 'a 🎉', `${F}\nerror\n${F}`, '`x`', '    code', '![](https://github.com/user-attachments/assets/1)'],
    ...['![log](https://a.b/c.png)', '<img src="https://a.b/c.png">', 'https://github.com/user-attachments/assets/1'],
    ...['<details><summary>log</summary>\n\nx\n\n</details>', '<!-- key -->\nhello', 'hello <!-- key -->', '> quoted\n\nanswer'],
    ...['/take\nHi, I look at it', '/priority P1\nHi, I look at it', '/fixed in 1.2', '/fixed\nin 1.2', '/workaround restart'],
    ...['/wait for your log', '/close as agreed', '/fixed > 1.2', `/workaround\n${F}\nrestart\n${F}`, '/unknown', '/fixed?', '# a'],
    ...['| a | b |\n|---|---|', '&amp;lt x', '@ann', '10:30:45', '**b**'],
  ]) {
    test(JSON.stringify(body), () => expect(readComment(body).says).toBe(true));
  }
});

describe('says nothing:', () => {
  for (const body of [
    ...['', '  \n\n', '👍', '🎉🎉 ❤️ 1️⃣ ℹ️ 🇷🇴', ':+1: :white_check_mark: :100:', '!?… —', '<!-- key -->'],
    ...['<!-- watchkeeper {"a":1} -->\n', '<!-- never closed\nhello', '<!-- a --><!-- b -->👍', '<div>\n<!--\n\nhello\n', '> quoted'],
    ...['> quoted\nlazily', '> ![](https://a.b/c.png)', '<blockquote>\n\nquoted\n\n</blockquote>', '<br>', '<details></details>'],
    ...['[a]: https://a.b', '&nbsp;&#8203;', '\u3164\u200b', '---', '/ack', '/take\n/priority P1', '/ack thanks'],
    ...['/hold vendor is slow', '/hold\nvendor is slow', '/escalate please', '/fixed', '/fixed 🎉', '/fixed <!-- key -->'],
    ...['/fixed\n> quoted', '/fixed.', `${F}js\n${F}`],
  ]) {
    test(JSON.stringify(body), () => expect(readComment(body).says).toBe(false));
  }
});

describe('hostile bodies', () => {
  const whole = (piece: string): string => piece.repeat(Math.ceil(65_536 / piece.length)).slice(0, 65_536);
  for (const [claim, body] of [
    ...[
      ...['>', '> ', '[', '![[', '](', '`', '<!-- ', '<!--\n', '<![CDATA[', '*a_ ', '- ', '> - 1. ', '[a](', '<a ', '<div '],
      ...['<details>\n', '~~', '&#', ':a', '$'],
    ].map((piece) => [JSON.stringify(piece), `${whole(piece)}\n\n/fixed`] as const),
    ...[
      ...['/fixed\n', '> /fixed\n', '`/fixed`\n', '`\n/fixed\n', '<div>\n/fixed\n\n', ' /a', 'a\n/fixed\n\n', '|a|b|\n|-|-|\n'],
      ...['- /fixed\n', '/fixed <!--\n'],
    ].map((piece) => [JSON.stringify(piece), whole(piece)] as const),
    ['white space', `/fixed${' '.repeat(65_000)}x`],
    ['white space before', `${' '.repeat(65_000)}/fixed`],
    ['runs of backticks', `${Array.from({ length: 360 }, (_, n) => '`'.repeat(n + 1)).join(' ')}\n/fixed`],
    ['deeper and deeper lists', Array.from({ length: 400 }, (_, n) => `${' '.repeat(n % 200)}- /fixed`).join('\n')],
  ] as const) {
    test(`${claim} is read in linear time`, () => {
      const started = effortMs();
      readComment(body);
      expect(effortMs() - started).toBeLessThan(5_000);
    });
  }

  test('any text is read, and what is read is well formed', () => {
    const piece = fc.constantFrom(
      ...['/fixed', '/take x', '/no', '\n', '\r\n', '\n\n', ' ', '    ', '\t', '> ', '- ', '1. ', '`', '``'],
      ...[F, '~~~', '<!--', '-->', '<div>', '</div>'],
      ...['<details>', '</details>', '<b>', '[', ']', '(', ')', '![', '|', '|-|', '---', '#', '*', '_', '\\', '&', '@a', 'word'],
      ...['👍', '\u0000', '<code>', '</code>'],
    );
    const text = fc.array(
      fc.oneof({ weight: 9, arbitrary: piece }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const body = parts.join('');
        const said = readComment(body);
        const own = body.split(/\r\n?|\n/);
        let last = 0;
        for (const command of said.commands) {
          expect(own[command.line - 1]!.toLowerCase().trimStart().startsWith(`/${command.name}`)).toBe(true);
          expect(command.line).toBeGreaterThan(last);
          expect(said.hidden).not.toContain(command.name);
          last = command.line;
        }
        // In a fence longer than any in it, everything is code and nothing counts.
        const fenced = readComment(`${'`'.repeat(60)}\n${body}\n${'`'.repeat(60)}`);
        expect(fenced.commands).toEqual([]);
        expect(readComment(own.map((line) => `> ${line}`).join('\n'))).toMatchObject({ says: false, commands: [] });
      }),
      { numRuns: 2_000 },
    );
  });
});
