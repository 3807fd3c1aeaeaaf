import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Policy } from '../../src/policy/types.ts';
import { checkRunOf } from '../../src/words/check.ts';
import { type NextStep, pageText, type StatusView, statusText } from '../../src/words/comments.ts';
import { inline } from '../../src/words/escape.ts';
import { wordsOf } from '../../src/words/index.ts';
import { noticeText } from '../../src/words/notices.ts';
import { type ReplyLine, replyText } from '../../src/words/replies.ts';
import '../support/seed.ts';
import { BAD_CHECKS, contextIn, extrasIn, goodCheck, pagesIn, statusIn } from './views.ts';

const markdown = new MarkdownIt({ html: true, linkify: true });
// GitHub links no bare domain, and no e-mail with a gap after its @ (cmark-gfm wants a letter there): `LIVE` looks for those.
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const NASTY = [
  '@alice',
  '@org/team',
  'a | b | c',
  '**bold** _it_ ~~no~~ `code`',
  '[link](https://evil.example)',
  '![image](https://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '</sub><script>alert(1)</script>',
  '<!-- watchkeeper {} -->',
  '--> <!--',
  'https://evil.example www.evil.example mail@evil.example',
  '#1 o/r#2 GH-3 a5c3785ed8d6a35868bc169f07e40e889087fd2e',
  ':tada: $x$ &#64;bob &commat;bob',
  'one\ntwo\n\n# three\n\n/fixed\n\n| a | b |\n| - | - |',
  '# heading',
  '> quote',
  '- list',
  '\\',
  '*',
  '_',
  '\u202eevil\u200b@\u200dali',
];
/** Names that show: one of nothing but invisible characters leaves a `****` behind. */
const names = fc
  .oneof(
    fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  )
  .filter((name) => inline(name, 100) !== '');

/** A status in which every name that people choose is `name`. */
function named(name: string, language: (typeof LANGUAGES)[number]): StatusView {
  const view = statusIn(language);
  return {
    ...view,
    emoji: name,
    priority: { id: name, name: `${name}!` },
    product: name,
    category: name,
    plan: name,
    handedOver: { ...extrasIn(language).handedOver, from: name, to: name },
    owners: [
      { kind: 'user', login: name },
      { kind: 'team', org: name, slug: name },
    ],
    clocks: view.clocks.map((clock) => ({ ...clock, ...(clock.calendar === undefined ? {} : { calendar: name }) })),
    next: { is: 'work', who: name, due: extrasIn(language).handedOver.at },
    instead: { priority: name, product: name, category: name, plan: name },
  };
}

/** What people write into the sentence about what happens next. */
const nextsNamed = (name: string): readonly NextStep[] => [
  { is: 'waiting', reason: name },
  { is: 'hold', reason: name },
  { is: 'lacking', fields: [name, name] },
];

const LIVE: readonly (readonly [string, RegExp])[] = [
  ['a mention', /@[\p{L}\p{N}_/-]/u],
  ['an issue reference', /#\d|gh-\d/i],
  ['a commit', /(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/i],
  ['a link', /https?:\/\/|www\./i],
  ['a shortcode', /:[a-z0-9_+-]*[a-z_][a-z0-9_+-]*:/i],
  ['a bidi control', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
];

/** The summary without the preset's own name, which holds an @ after a letter: that is no mention. */
const summaryOf = (view: Parameters<typeof checkRunOf>[0]) => checkRunOf(view).summary.replaceAll('standard@1', 'standard');

/** The shape of the rendered text without its words: names may change the words only. */
function shapeOf(text: string): string[] {
  return markdown.parse(text, {}).flatMap((token) => {
    if (token.type !== 'inline') return [token.type];
    const inner = token.children!.filter((one) => !['text', 'text_special'].includes(one.type));
    return inner.map((one) => (one.type === 'html_inline' || one.type === 'code_inline' ? `${one.type} ${one.content}` : one.type));
  });
}

function expectDead(text: string): void {
  const shown = markdown
    .parse(text, {})
    .flatMap((token) => token.children ?? [])
    .map((one) => (one.type.startsWith('html') ? '' : one.content))
    .join('');
  for (const [what, pattern] of LIVE) expect(shown, what).not.toMatch(pattern);
}

describe.each(LANGUAGES)('in %s', (language) => {
  const words = wordsOf(language);
  const plain = statusText(named('plain', language), words);

  test.each(NASTY)('%j as the name of everything leaves the status comment as it is', (name) => {
    const text = statusText(named(name, language), words);
    expect(shapeOf(text)).toEqual(shapeOf(plain));
    expectDead(text);
  });

  test('neither does any other name, in the comment or in the answer to /sla', () => {
    const sla = (name: string) => replyText([{ is: 'sla' }], () => named(name, language), contextIn(language));
    fc.assert(
      fc.property(names, (name) => {
        for (const [said, usual] of [
          [statusText(named(name, language), words), plain],
          [sla(name), sla('plain')],
        ] as const) {
          expect(shapeOf(said)).toEqual(shapeOf(usual));
          expectDead(said);
        }
      }),
      { numRuns: 60 },
    );
  });

  const replyTo = (line: ReplyLine) => replyText([line], () => named('x', language), contextIn(language));

  test.each(['needs_one', 'unknown_one'] as const)('the refusal %s quotes the names that exist as text', (why) => {
    fc.assert(
      fc.property(names, (hint) => {
        const refusal = (shown: string) => replyTo({ is: 'refused', name: 'priority', why, hint: shown });
        expect(shapeOf(refusal(hint))).toEqual(shapeOf(refusal('plain')));
        expectDead(refusal(hint));
      }),
      { numRuns: 60 },
    );
  });

  test('a reason and the names of fields stand in what happens next as text', () => {
    const said = (next: NextStep) => statusText(statusIn(language, { next }), words);
    fc.assert(
      fc.property(names, (name) => {
        for (const [index, next] of nextsNamed(name).entries()) {
          expect(shapeOf(said(next))).toEqual(shapeOf(said(nextsNamed('plain')[index]!)));
          expectDead(said(next));
        }
      }),
      { numRuns: 60 },
    );
  });

  // Whom these texts notify stands before them and is no name that anybody chose here: `sentences.test.ts` counts mentions.
  test('whoever hands over, stays or escalates is named as text, and so are a runbook and the fields of a form', () => {
    const cem = { kind: 'user', login: 'cem' } as const;
    const page = pagesIn(language)['asked for']!;
    const saying = (name: string): readonly string[] => [
      replyTo({ is: 'handoff', from: name, to: 'cem', calls: true, notes: 'plain' }).replace('@cem', 'cem'),
      replyTo({ is: 'stay', who: name, owners: [] }),
      replyTo({ is: 'stay', who: name, owners: [], until: extrasIn(language).handedOver.at }),
      replyTo({ is: 'runbook', name, steps: ['plain'] }),
      pageText({ ...page, people: [], asked: [{ who: name }] }, words),
      noticeText(cem, { is: 'required', fields: [name, name] }, 'UTC', words).replace('@cem', 'cem'),
    ];
    const usual = saying('plain').map(shapeOf);
    fc.assert(
      fc.property(names, (name) => {
        for (const [index, text] of saying(name).entries()) {
          expect(shapeOf(text)).toEqual(usual[index]);
          expectDead(text);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each(NASTY)('%j as notes or a reason is quoted as text', (said) => {
    const page = pagesIn(language)['asked for']!;
    expectDead(replyTo({ is: 'handoff', from: 'mark', to: 'cem', calls: true, notes: said }).replace('@cem', 'cem'));
    expectDead(pageText({ ...page, people: [], asked: [{ who: 'mark', reason: said }] }, words));
  });

  test.each(NASTY)('%j as a priority does nothing in the green check run', (name) => {
    const view = goodCheck(language);
    if (!view.good) throw new Error('not good');
    const policy: Policy = { ...view.policy, priorities: view.policy.priorities.map((one) => ({ ...one, id: name })) };
    expectDead(summaryOf({ ...view, policy }));
  });
});

test.each(NASTY)('%j in the problem of a file does nothing in the red check run', (message) => {
  const [view] = BAD_CHECKS;
  if (!view || view.good) throw new Error('not bad');
  expectDead(summaryOf({ ...view, problems: view.problems.map((one) => ({ ...one, message })) }));
});

test('the words of a name are still shown', () => {
  const text = statusText(named('Tom & Jerry <3', 'en'), wordsOf('en'));
  expect(markdown.render(text)).toContain('Tom &amp; Jerry &lt;3');
});
