import { afterEach, describe, expect, test, vi } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { CLOCKS, LANGUAGES } from '../../src/policy/types.ts';
import { checkRunOf } from '../../src/words/check.ts';
import { namesText, pageText, statusText } from '../../src/words/comments.ts';
import { crowdText } from '../../src/words/crowd.ts';
import { lasts, when, wordsOf } from '../../src/words/index.ts';
import { noticeText } from '../../src/words/notices.ts';
import { type ReplyLine, replyText } from '../../src/words/replies.ts';
import { HELP_NAMES } from '../../src/words/sentences.ts';
import { ARG, everySentence } from './every.ts';
import { BAD_CHECKS, contextIn, extrasIn, goodCheck, nextsIn, noticesIn, pagesIn, REFUSALS, repliesIn, statusIn } from './views.ts';

/** What GitHub takes for a mention: an @ that no letter, digit or underscore stands before. `standard@1` is none. */
const MENTION = /(?<!\w)@[\p{L}\p{N}_/-]/gu;
const mentionsIn = (text: string) => text.match(/(?<!\w)@[\w/-]+/g) ?? [];
const commandsIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span!).sort();
const numbersIn = (text: string) => text.match(/\d+/g)?.sort() ?? [];
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
    for (const [name, text] of sentences) {
      expect(argumentsIn(text), name).toEqual(argumentsIn(english.get(name)!));
      expect(numbersIn(text), name).toEqual(numbersIn(english.get(name)!));
    }
    for (const name of ['next {"is":"work","who":"⟨who⟩","due":"⟨at⟩"}', 'standing met_late', 'pageAfter', 'note priority blank'])
      expect(argumentsIn(sentences.get(name)!), name).not.toEqual([]);
    for (const name of ['handedOver', 'stays until then']) expect(argumentsIn(sentences.get(name)!).length, name).toBeGreaterThan(1);
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

  const replyTo = (line: ReplyLine) => replyText([line], () => statusIn(language), contextIn(language));

  test('pages, notices and hand-overs are the only texts that mention: those whom they are for, once each', () => {
    const status = nextsIn(language).map((next) =>
      statusText(statusIn(language, { ...extrasIn(language), next, security: 'Ask @sec.' }), words),
    );
    const replies = REFUSALS.map(([why, name]) => replyTo({ is: 'refused', name, why, hint: 'P1' }));
    const asked = (['sla', 'why', 'help'] as const).map((is) => replyTo({ is }));
    const checks = [goodCheck(language), ...BAD_CHECKS].flatMap((view) => Object.values(checkRunOf(view)));
    const crowd = Object.values(crowdText([1, 2], 12, language));
    for (const text of [...status, ...replies, ...asked, ...checks, ...crowd]) expect(text).not.toMatch(MENTION);
    for (const page of Object.values(pagesIn(language))) {
      const people = page.people.map((one) => (one.kind === 'user' ? `@${one.login}` : `@${one.org}/${one.slug}`));
      expect(mentionsIn(pageText(page, words))).toEqual(people);
    }
    for (const notice of Object.values(noticesIn(language)))
      expect(mentionsIn(noticeText({ kind: 'user', login: 'cem' }, notice, 'UTC', words))).toEqual(['@cem']);
    for (const line of Object.values(repliesIn(language)))
      expect(mentionsIn(replyTo(line))).toEqual(line.is === 'handoff' || line.is === 'stay' ? ['@cem'] : []);
    const teams = ['support', 'rnd'].map((slug) => ({ team: { kind: 'team', org: 'acme', slug }, members: [`${slug}-1`, 'bob'] }) as const);
    expect(mentionsIn(namesText(teams, words))).toEqual(['@support-1', '@bob', '@rnd-1', '@bob']);
  });

  test('help has every command that the sentences ask for, each with words of its own', () => {
    const help = replyTo({ is: 'help' });
    for (const name of HELP_NAMES) expect(help).toMatch(new RegExp(`^\\| \`/${name}(?: [^\`]+)?\` \\| `, 'm'));
    for (const line of help.split('\n').filter((one) => one.includes('`/'))) expect(line).toMatch(/^\| `\/[^`]+` \| [^|]{3,} \|$/);
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
