import { describe, expect, test } from 'vitest';
import { allSaid, offences } from './said.ts';

const KEY = '<!-- watchkeeper {"watchkeeper":1,"is":"status"} -->';
const PAGE = '<!-- watchkeeper {"watchkeeper":1,"is":"step","steps":[]} -->';
const CROWD = '<!-- watchkeeper {"watchkeeper":1,"is":"crowd","cause":"x"} -->';
const of = (text: string, kind: 'markdown' | 'plain' | 'label' = 'markdown') =>
  offences({ where: '', text, kind }, new Set(['@petra', '@acme/rnd']));

/** The judge of the other tests in this folder is judged first: it must find what they say is not there. */
describe('the judge of what the App says', () => {
  for (const [claim, text, found] of [
    ['a mention', `${KEY}\nhello @everyone`, /mention of @everyone/],
    ['a mention of a team', `${KEY}\nhello @org/team`, /mention of @org\/team/],
    ['a mention in a code span, which a mail quotes as plain text', `${KEY}\n\`@everyone\``, /mention/],
    ['a mention in a table', `${KEY}\n| a | b |\n| - | - |\n| x | @everyone |`, /mention/],
    ['a mention behind a backslash', `${KEY}\n\\@everyone`, /mention/],
    ['a mention as an entity', `${KEY}\n&#64;everyone`, /mention/],
    ['a mention in a page, below its own line', `${PAGE}\n@petra\n\nsay hello to @petra`, /mention of @petra/],
    ['a stranger in the line of a page', `${PAGE}\n@petra @everyone\n\nlate`, /calls "@everyone"/],
    ['an issue', `${KEY}\nsee #1`, /reference to #1/],
    ['HTML', `${KEY}\n<b>x</b>`, /HTML <b>/],
    ['HTML that closes a cell', `${KEY}\nx </td><script>alert(1)</script>`, /HTML <script>/],
    ['a block of HTML', `${KEY}\n<details open>\n<summary>x</summary>`, /HTML <details open>/],
    ['an image', `${KEY}\n![x](https://evil.example/x.png)`, /image/],
    ['a link', `${KEY}\n[x](https://evil.example)`, /link/],
    ['a bare link', `${KEY}\nhttps://evil.example`, /link/],
    ['a second key', `${KEY}\n\n${KEY}`, /hidden part/],
    ['a key that does not hold', '<!-- watchkeeper {"a":"<b>"} -->\nx', /not safe/],
    ['what turns the direction of writing', `${KEY}\nabc\u202egpj.exe`, /invisible/],
    ['a control character', `${KEY}\na\u0007b`, /invisible/],
    ['a comment that is too long', 'x'.repeat(60_001), /60001 characters/],
  ] as const)
    test(`finds ${claim}`, () => expect(of(text).join('\n')).toMatch(found));

  test('finds HTML where plain text stands', () => expect(of('a <script> b', 'plain')).toEqual(['HTML in plain text']));

  for (const [claim, text] of [
    ['the mention line of a page', `${PAGE}\n@petra @acme/rnd\n\nlate`],
    ['small print', `${KEY}\n<sub>Times are in UTC.</sub>`],
    [
      'what is folded away, and a link to a comment',
      `${KEY}\n<details><summary>How</summary>\n\n- [comment](#issuecomment-7)\n\n</details>`,
    ],
    ['the tickets of a crowd', `${CROWD}\n- #1\n- #2`],
    ['an address that is escaped', `${KEY}\na@\u200bb &lt;b>`],
  ] as const)
    test(`lets ${claim} stand`, () => expect(of(text)).toEqual([]));

  test('reads every text of a request, however deep', () => {
    const body = JSON.stringify({
      name: 'n',
      output: { title: 't', summary: 's', annotations: [{ message: 'm', path: 'p' }] },
      labels: ['l'],
    });
    const seen = { method: 'POST', path: '/repos/a/b/check-runs', query: '', body, status: 201, at: 0 as never };
    expect(allSaid([seen, { ...seen, method: 'GET' }]).map(({ text, kind }) => `${kind} ${text}`)).toEqual([
      'plain n',
      'plain t',
      'markdown s',
      'label m',
      'label l',
    ]);
  });
});
