import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/sandbox/web-markdown.ts';
import { effortMs } from '../support/effort.ts';
import '../support/seed.ts';

const known = { mentions: new Set(['@rita', '@acme/support']), numbers: (number: number) => number === 1 };
const render = (text: string) => renderMarkdown(text, known).trim();

/** All that may ever stand between `<` and `>`. */
const PLAIN =
  'b|blockquote|br|code|dd|del|details( open)?|dl|dt|em|h[1-6]|hr|i|ins|kbd|li( class="task")?|mark|ol( start="\\d+")?|p|pre|q|s|samp|strong|sub|summary|sup|table|tbody|t[dh]( class="to-(left|center|right)")?|thead|tr|ul|span class="mention"|input type="checkbox" disabled( checked)? aria-label="done"';
const LINK =
  'a|a (class="picture" )?href="(https?://|mailto:|#)[^"<>]*" rel="nofollow noopener noreferrer"( target="_blank")?|a href="#/issues/\\d+"';
const TAG = new RegExp(`^<(/(span|a|${PLAIN})|${PLAIN}|${LINK})>$`, 'i');
const strange = (html: string) => (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !TAG.test(tag));

describe('what a comment may not do', () => {
  test.each([
    '<script>alert(1)</script>',
    '<ScRiPt src=//evil.example></sCrIpT>',
    '<scr<!-- -->ipt>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<svg/onload=alert(1)>',
    '<svg><script>alert(1)</script></svg>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    '<b onclick="alert(1)">x</b>',
    '<details ontoggle=alert(1) open>x</details>',
    '<details open ontoggle=alert(1)>x</details>',
    '<sub style="position:fixed">x</sub>',
    '<style>*{display:none}</style>',
    '<form action=//evil.example><input name=q><button>x</button></form>',
    '<base href=//evil.example>',
    '<meta http-equiv=refresh content="0;url=//evil.example">',
    '<math><mtext></p><style><img src=x onerror=alert(1)></style></math>',
    '<textarea><script>alert(1)</script>',
    '<!--><script>alert(1)</script>-->',
    '<![CDATA[<script>alert(1)</script>]]>',
    '<?php <script>alert(1)</script> ?>',
    '[x](javascript:alert(1))',
    '[x](JaVa&#115;cript:alert(1))',
    '[x](  javascript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x) <javascript:alert(1)>',
    '[x](https://a.example "\\" onmouseover=alert(1) \\"")',
    '![x" onerror="alert(1)](https://a.example/x.png)',
    '![x](javascript:alert(1))',
    '[r]\n\n[r]: javascript:alert(1)',
    '```"><script>alert(1)</script>\nx\n```',
    '| a | b |\n|:-:|--:|\n| <script>x</script> | <img src=x> |',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '- [x] <script>alert(1)</script>',
    'https://a.example/"><script>alert(1)</script>',
    '# <img src=x onerror=alert(1)>',
  ])('%s', (text) => expect(strange(render(text))).toEqual([]));

  test('any mixture of such pieces comes out as tags of the list and text', () => {
    const pieces = [
      '<',
      '>',
      '"',
      "'",
      '`',
      '```\n',
      '<!--',
      '-->',
      '\n\n',
      '\n',
      '- [x] ',
      '[a](',
      ')',
      '![',
      '](',
      'javascript:',
      'on',
      'load=',
      'alert(1)',
      '<script',
      '</script>',
      '<details',
      ' open',
      '<sub',
      '</sub>',
      '<svg/',
      '<a href=',
      '@rita',
      '#1',
      '&lt;',
      '&#60;',
      '\\',
      '|',
      '|-|-|\n',
      '> ',
      'https://a.example/',
      ' ',
      'x',
      '\u0000',
      '*',
      '_',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 40 }), (some) => strange(render(some.join(''))).length === 0),
      { numRuns: 3000 },
    );
  });

  test('a pile of brackets or quotes is rendered in no time', () => {
    for (const text of [
      '['.repeat(60_000),
      '<'.repeat(60_000),
      '> '.repeat(30_000),
      '<!--'.repeat(15_000),
      '@rita '.repeat(10_000),
      '[a](b '.repeat(10_000),
      '**a '.repeat(15_000),
    ]) {
      const began = effortMs();
      render(text);
      expect(effortMs() - began).toBeLessThan(3_000);
    }
  });
});

describe('what a comment may show', () => {
  test('hidden comments disappear, small print and folded parts stay', () => {
    expect(render('<!-- watchkeeper {"v":1} -->\n\nHello')).toBe('<p>Hello</p>');
    expect(render('a <!-- b --> c')).toBe('<p>a  c</p>');
    expect(render('<sub>small</sub>')).toBe('<p><sub>small</sub></p>');
    expect(render('<details>\n<summary>More</summary>\n\nin **here**\n\n</details>')).toContain('<p>in <strong>here</strong></p>');
  });

  test('those who are called are lit up, outside code and links only', () => {
    const lit = '<span class="mention">@rita</span>';
    expect(render('@rita, @Acme/Support: x@rita @ritas `@rita`')).toBe(
      `<p>${lit}, <span class="mention">@Acme/Support</span>: x@rita @ritas <code>@rita</code></p>`,
    );
    expect(render('<sub>@rita</sub>')).toContain(lit);
    expect(render('[@rita](https://a.example)')).not.toContain('mention');
    expect(render('```\n@rita\n```')).not.toContain('mention');
  });

  test('numbers of issues that exist lead there', () => {
    expect(render('#1 #2 a#1')).toBe('<p><a href="#/issues/1">#1</a> #2 a#1</p>');
  });

  test('tables lean by class, tasks have boxes, pictures are links, lines break', () => {
    expect(render('| a | b |\n|---|:-:|\n| 1 | 2 |')).toContain('<td>1</td>\n<td class="to-center">2</td>');
    const tasks = render('- [ ] one\n- [x] two');
    expect(tasks).toContain('<li class="task"><input type="checkbox" disabled aria-label="done"> one</li>');
    expect(tasks).toContain('<input type="checkbox" disabled checked aria-label="done"> two');
    expect(render('![shot](https://a.example/x.png)')).toContain('>picture: shot</a>');
    expect(render('a\nb')).toMatch(/a<br>\s*b/);
  });
});
