import { afterEach, describe, expect, test, vi } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { CLOCKS, LANGUAGES } from '../../src/policy/types.ts';
import { checkRunOf } from '../../src/words/check.ts';
import { pageText, replyText, statusText } from '../../src/words/comments.ts';
import { crowdText } from '../../src/words/crowd.ts';
import { lasts, when, wordsOf } from '../../src/words/index.ts';
import { ARG, everySentence } from './every.ts';
import { BAD_CHECKS, goodCheck, NEXTS, pagesIn, REFUSALS, statusIn } from './views.ts';

/** What GitHub takes for a mention: an @ that no letter, digit or underscore stands before. `standard@1` is none. */
const MENTION = /(?<!\w)@[\p{L}\p{N}_/-]/gu;
const mentionsIn = (text: string) => text.match(/(?<!\w)@[\w/-]+/g) ?? [];
const commandsIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!).sort();
const argumentsIn = (text: string) => [...new Set(text.match(/⟨\w+⟩/g))].sort();

const english = everySentence(wordsOf('en'));

describe.each(LANGUAGES)('in %s', (language) => {
  const words = wordsOf(language);
  const sentences = everySentence(words);

  test('it is that language, not another one', () => {
    expect(words.language).toBe(language);
    expect(words.locale).toMatch(new RegExp(`^${language}-`));
    if (language === 'en') return;
    const same = [...sentences].filter(([name, text]) => text === english.get(name)).map(([name]) => name);
    expect(same).toEqual([]);
  });

  test('no sentence is empty, double-spaced, unfinished or without its plural', () => {
    for (const [name, text] of sentences) {
      expect(text, name).toMatch(/\S/);
      expect(text, name).not.toMatch(/ {2}|\n|^ | $|undefined|NaN|\[object|: ?\.|, ?\.|\(\)/);
    }
  });

  test('the commands stand in every sentence as English has them, verbatim', () => {
    for (const [name, text] of sentences) expect(commandsIn(text), name).toEqual(commandsIn(english.get(name)!));
  });

  test('no sentence drops what it was told', () => {
    for (const [name, text] of sentences) expect(argumentsIn(text), name).toEqual(argumentsIn(english.get(name)!));
    for (const name of ['next {"is":"work","who":"⟨who⟩","due":"⟨at⟩"}', 'standing met_late', 'pageAfter', 'note priority blank'])
      expect(argumentsIn(sentences.get(name)!), name).not.toEqual([]);
    expect(argumentsIn(sentences.get('pageAfter')!)).toEqual([ARG.at, ARG.by, ARG.clock].sort());
  });

  test('no sentence mentions anybody, refers to an issue or links', () => {
    for (const [name, text] of sentences) expect(text, name).not.toMatch(/@|#\d|https?:|www\.|<!--/);
  });

  test('a label description fits into the 100 characters of GitHub with room for a name', () => {
    for (const what of ['priority', 'product', 'category', 'marker', 'flag'] as const)
      expect(words.labelOf(what, '').length).toBeLessThan(30);
    for (const marker of Object.values(words.markers)) expect(words.labelOf('marker', marker).length).toBeLessThanOrEqual(100);
  });

  test('a page is the only text that mentions: those whom it is for, once each', () => {
    const status = NEXTS.map((next) => statusText(statusIn(language, { next }), words));
    const replies = REFUSALS.map(([why, name]) => replyText([{ is: 'refused', name, why, hint: 'P1' }], () => statusIn(language), words));
    const asked = ['sla', 'help'].map((name) => replyText([{ is: 'done', name }], () => statusIn(language), words));
    const checks = [goodCheck(language), ...BAD_CHECKS].flatMap((view) => Object.values(checkRunOf(view)));
    const crowd = Object.values(crowdText([1, 2], 12, language));
    for (const text of [...status, ...replies, ...asked, ...checks, ...crowd]) expect(text).not.toMatch(MENTION);
    for (const page of Object.values(pagesIn(language))) {
      const people = page.people.map((one) => (one.kind === 'user' ? `@${one.login}` : `@${one.org}/${one.slug}`));
      expect(mentionsIn(pageText(page, words))).toEqual(people);
    }
  });

  test('help has every command that the sentences ask for, each with words of its own', () => {
    const help = replyText([{ is: 'done', name: 'help' }], () => statusIn(language), words);
    for (const command of ['/confirm', '/still-broken', '/sla', '/help', '/take', '/priority ID', '/fixed'])
      expect(help).toContain(`| \`${command}\` | `);
    expect(new Set(Object.values(words.help)).size).toBe(Object.keys(words.help).length);
    for (const command of ['/confirm', '/still-broken', '/sla', '/help']) expect(words.reporterCommands).toContain(`\`${command}\``);
  });

  test('each clock and each marker has a name of its own', () => {
    expect(new Set(CLOCKS.map((one) => words.clocks[one])).size).toBe(CLOCKS.length);
    expect(new Set(Object.values(words.markers)).size).toBe(4);
  });

  test('a command that both may give is refused to a stranger in other words', () => {
    expect(words.refused('sla', 'responders_only').replace('sla', 'take')).not.toBe(words.refused('take', 'responders_only'));
  });

  test('a product or category that nothing stands in for is not "taken as –"', () => {
    for (const about of ['product', 'category'] as const)
      for (const is of ['blank', 'unknown'] as const) expect(words.note({ about, is, instead: '**–**' })).not.toContain('–');
  });
});

describe('when()', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  const HOSTS = [
    ['UTC', 0],
    ['Asia/Kathmandu', -345],
    ['America/Los_Angeles', 480],
    ['Pacific/Apia', -780],
  ] as const;

  test.each(HOSTS)('on a host in %s writes the time of the zone that is asked for', async (host, minutes) => {
    vi.stubEnv('TZ', host);
    expect(new Date('2026-01-05T00:00:00Z').getTimezoneOffset()).toBe(minutes);
    vi.resetModules();
    const { when, wordsOf } = await import('../../src/words/index.ts');
    for (const [language, zone, instant, want] of [
      ['en', 'UTC', '2026-01-05T23:30:00Z', 'Mon, 5 Jan 2026, 23:30'],
      ['en', 'Europe/London', '2026-07-05T23:30:00Z', 'Mon, 6 Jul 2026, 00:30'],
      ['en', 'America/New_York', '2026-01-05T03:00:00Z', 'Sun, 4 Jan 2026, 22:00'],
      ['en', 'Asia/Kathmandu', '2026-01-05T03:00:00Z', 'Mon, 5 Jan 2026, 08:45'],
      ['pl', 'Europe/Warsaw', '2026-05-09T09:00:00Z', 'sob., 9 maja 2026 11:00'],
      ['pl', 'Europe/Warsaw', '2026-01-05T23:30:00Z', 'wt., 6 stycznia 2026 00:30'],
      ['ro', 'Europe/Bucharest', '2026-03-29T00:59:59Z', 'dum., 29 mar. 2026, 02:59'],
      ['ro', 'Europe/Bucharest', '2026-03-29T01:00:00Z', 'dum., 29 mar. 2026, 04:00'],
      ['ru', 'Europe/Moscow', '2026-01-05T21:00:00Z', 'вт, 6 янв. 2026 г., 00:00'],
      ['ru', 'Asia/Vladivostok', '2026-09-05T21:00:00Z', 'вс, 6 сент. 2026 г., 07:00'],
    ] as const)
      expect(when(wordsOf(language), zone, at(instant))).toBe(want);
  });

  test.each(LANGUAGES)('in %s midnight is 00:00, never 24:00, and every month is one of twelve', (language) => {
    const months = Array.from({ length: 12 }, (_, month) =>
      when(wordsOf(language), 'UTC', at(`2026-${String(month + 1).padStart(2, '0')}-09T00:00:00Z`)),
    );
    for (const text of months) expect(text).toMatch(/ 9 .*2026.* 00:00$/);
    expect(new Set(months.map((text) => text.replace(/^\S+ /, ''))).size).toBe(12);
    expect(lasts(wordsOf(language), [{ n: 1, unit: 'd' }])).not.toContain('undefined');
  });
});
