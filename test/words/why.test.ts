import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { clocks } from '../../src/desk/clock.ts';
import { outlines } from '../../src/desk/explain.ts';
import { fold } from '../../src/desk/fold.ts';
import type { Policies } from '../../src/desk/ledger.ts';
import { LANGUAGES } from '../../src/policy/types.ts';
import { wordsOf } from '../../src/words/index.ts';
import { OUTLINE_CHARS_MAX, outlineText, WHY_CHARS_MAX, whyText } from '../../src/words/why.ts';
import { local, OFFICE, policiesFrom, type Story } from '../support/ledger.ts';
import { golden } from './golden-file.ts';
import { opens, reasonsOf, whyIn, withHolidays } from './why-stories.ts';

const ZONE = 'Europe/Bucharest';
const english = wordsOf('en');
const policies = policiesFrom(OFFICE);
const holidays = withHolidays();
const reasons = (story: Story, readAt: string, using: Policies = policies) => reasonsOf(story, readAt, using);

test.each(LANGUAGES)('in %s, how each date came about can be read', (language) => {
  const words = wordsOf(language);
  const sections = Object.entries(whyIn(language)).flatMap(([name, all]) => [
    [name, whyText(all, words, ZONE)],
    ...(all.length > 0 ? [[`${name}, folded`, outlineText(all, words, ZONE)]] : []),
  ]);
  golden(language, 'why', Object.fromEntries([...sections, ['left out', words.why.leftOut]]));
});

describe('the folded part', () => {
  const folded = (story: Story, readAt: string, using = policies): string => {
    const ticket = fold(story.ledger(readAt), using)!;
    return outlineText(outlines(ticket, clocks(ticket, using, local(readAt)), using), english, 'Europe/Bucharest');
  };

  test('does not change as time passes', () => {
    const story = opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/hold vendor').says('mon 12:00', 'mark', '/resume');
    expect(folded(story, 'mon 13:59')).toBe(folded(story, 'mon 12:01'));
    const held = opens('mon 10:00', 'P2').says('mon 11:00', 'mark', 'Looking\n\n/hold vendor');
    expect(folded(held, 'wed 12:00')).toBe(folded(held, 'mon 11:01'));
  });

  test('names the holidays on the way, in a pause, too', () => {
    expect(folded(opens('tue 10:00', 'P3'), 'tue 10:00', holidays)).toContain(
      'Closed: Wed 7 Jan (Sfântul Ion); Thu 8 Jan (closed by the calendar)',
    );
    const paused = opens('tue 10:00', 'P3').says('tue 11:00', 'mark', '/wait').says('fri 11:00', 'rita', 'Here');
    expect(folded(paused, 'fri 11:01', holidays).split('**Resolution**')[1]).toContain('Sfântul Ion');
  });

  test('is empty where nothing is promised', () => expect(outlineText([], english, 'UTC')).toBe(''));
});

describe('bounds', () => {
  const HOSTILE = `@everyone ${'<!-- & $x$ #1 :+1: '.repeat(20)}`;
  function long(): Story {
    const story = opens('mon 10:00', 'P1');
    for (let i = 0; i < 60; i++) {
      const minute = (second: number) => `mon 10:${String(i).padStart(2, '0')}:${String(second).padStart(2, '0')}`;
      story.says(minute(1), 'mark', `/hold ${HOSTILE}`).says(minute(30), 'mark', '/resume');
    }
    return story;
  }

  test('sixty pauses with long reasons fit, notify nobody, and say that something is left out', () => {
    const all = reasons(long(), 'mon 11:30');
    const texts = [whyText(all, english, 'Europe/Bucharest'), outlineText(all, english, 'Europe/Bucharest')];
    expect(texts[0]!.length).toBeLessThanOrEqual(WHY_CHARS_MAX);
    expect(texts[1]!.length).toBeLessThanOrEqual(OUTLINE_CHARS_MAX + 200);
    for (const text of texts) {
      expect(text).toContain(english.why.leftOut);
      expect(text).not.toMatch(/(?<!\w)@\w|<!--|(?<!\()#\d/);
      expect(text).toContain('**Resolution**');
    }
  });

  test('a hundred late rounds of an update: the current clocks stand, the rest is counted', () => {
    const one = reasons(opens('mon 10:00', 'P1'), 'mon 12:00')[0]!;
    const many = Array.from({ length: 100 }, (_, i) => ({ ...one, current: i < 5 }));
    const text = whyText(many, english, 'Europe/Bucharest');
    expect(text.length).toBeLessThanOrEqual(WHY_CHARS_MAX);
    expect(text).toMatch(/- and \d+ more/);
    expect(text).toContain(english.why.leftOut);
  });

  test('ten years of days are summed up', () => {
    const text = OFFICE.replace('first_response: 3d', 'first_response: 3000d').replace('resolution: 24h', 'resolution: 80000h');
    const using = policiesFrom(text);
    const [first] = reasons(opens('mon 10:00', 'P4'), 'mon 12:00', using);
    expect(whyText([first!], english, 'UTC')).toContain('3000 days with open time after the day of the start: Tue 6 Jan – ');
    const resolution = reasons(opens('mon 10:00', 'P1'), 'mon 12:00', using).at(-1)!;
    expect(resolution.basis.is === 'hours' && resolution.basis.stages.at(-1)).toMatchObject({ is: 'rest', total: 80_000 * 3600 });
    expect(whyText([resolution], english, 'UTC')).toContain('so far 80000 hours');
  });

  test('two weeks of alike days are one line', () => {
    const using = policiesFrom(OFFICE.replace('resolution: 3d } }\n  - { id: P4', 'resolution: 120h } }\n  - { id: P4'));
    const resolution = reasons(opens('mon 10:00', 'P3'), 'mon 12:00', using).at(-1)!;
    const lines = whyText([resolution], english, 'Europe/Bucharest').split('\n');
    expect(lines).toContain('    - Tue 6 Jan – Wed 21 Jan, 09:00–18:00: 12 days × 9 hours, so far 116 hours');
    expect(lines).toContain('    - Thu 22 Jan, 09:00–13:00: 4 hours, so far 120 hours');
  });
});

test('seconds are told where there are any', () => {
  const [first] = reasons(opens('mon 14:00:37', 'P2'), 'mon 15:00');
  expect(first!.due).toBe(at('2026-01-06T07:00:37Z'));
  const text = whyText([first!], wordsOf('en'), 'Europe/Bucharest');
  expect(text).toContain('- Mon 5 Jan, 14:00:37–18:00: 3 hours 59 minutes 23 seconds');
  expect(text).toContain('- Tue 6 Jan, 09:00–09:00:37: 37 seconds, so far 4 hours');
  expect(text).toContain('Due: **Tue, 6 Jan 2026, 09:00:37**');
});

test('words of people and names of a policy stay words', () => {
  const NASTY = [
    '@alice @org/team',
    'a | b',
    '**bold** `code`',
    '[link](https://evil.example)',
    '</details><script>alert(1)</script>',
    '<!-- watchkeeper {} -->',
    'https://evil.example #1 o/r#2 GH-3',
    'one\n\n# two\n\n- three',
  ];
  const markdown = new MarkdownIt({ html: true, linkify: true });
  const story = opens('tue 10:00', 'P3')
    .says('tue 11:00', 'mark', '/priority P2')
    .says('tue 12:00', 'mark', '/hold it')
    .says('fri 11:00', 'mark', '/resume');
  const all = reasons(story, 'fri 12:00', holidays);
  const NAMES = ['reason', 'hours', 'calendar', 'priority', 'plan'];
  const kinds = (text: string) => markdown.parse(text, {}).map((one) => one.type);
  for (const nasty of NASTY) {
    const named = (name: string): typeof all =>
      JSON.parse(JSON.stringify(all, (key, value: unknown) => (NAMES.includes(key) ? name : key === 'holidays' ? [name] : value)));
    for (const write of [whyText, outlineText] as const) {
      const text = write(named(nasty), english, ZONE);
      expect(text).not.toMatch(/(?<!\w)@\w|(?<![(&])#\d|www\.|https?:\/\//);
      expect(kinds(text)).toEqual(kinds(write(named('plain'), english, ZONE)));
      const inner = markdown.parse(text, {}).flatMap((one) => one.children ?? []);
      expect(inner.filter((one) => /html_inline|image/.test(one.type)).map((one) => one.content)).toEqual([]);
      for (const link of inner.filter((one) => one.type === 'link_open')) expect(link.attrGet('href')).toMatch(/^#issuecomment-\d+$/);
    }
  }
});
