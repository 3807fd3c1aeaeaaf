import { describe, test } from 'vitest';
import { LANGUAGES } from '../../src/policy/types.ts';
import { checkRunOf } from '../../src/words/check.ts';
import { namesText, pageText, statusText } from '../../src/words/comments.ts';
import { crowdText } from '../../src/words/crowd.ts';
import { wordsOf } from '../../src/words/index.ts';
import { noticeText } from '../../src/words/notices.ts';
import { replyText } from '../../src/words/replies.ts';
import { golden } from './golden-file.ts';
import {
  BAD_CHECKS,
  contextIn,
  extrasIn,
  goodCheck,
  markedFor,
  nextsIn,
  noticesIn,
  pagesIn,
  REFUSALS,
  repliesIn,
  statusIn,
  WRITTEN,
} from './views.ts';

const checkText = (view: Parameters<typeof checkRunOf>[0]) => {
  const { title, summary } = checkRunOf(view);
  return `# ${title}\n\n${summary}`;
};

describe.each(LANGUAGES)('in %s', (language) => {
  const words = wordsOf(language);
  const status = () => statusIn(language);

  test('the status comment says where a ticket stands', () => {
    const bare = { clocks: [], notes: [], owners: [], reconstructed: false };
    const steps = nextsIn(language).map((next, index) => [
      `next: ${next.is} ${index}`,
      statusText(statusIn(language, { next, ...markedFor(next), ...bare }), words),
    ]);
    golden(language, 'status', {
      'everything at once': statusText(statusIn(language, extrasIn(language)), words),
      security: statusText(statusIn(language, { ...bare, security: WRITTEN[language].security }), words),
      ...Object.fromEntries(steps),
    });
  });

  test('a page says whom, what and since when', () => {
    golden(language, 'page', {
      ...Object.fromEntries(Object.entries(pagesIn(language)).map(([name, page]) => [name, pageText(page, words)])),
      'a team by its members': namesText([{ team: { kind: 'team', org: 'acme', slug: 'support' }, members: ['alice', 'bob'] }], words),
    });
  });

  test('a notice tells one person what is wanted of them', () => {
    const sections = Object.entries(noticesIn(language)).map(([name, says]) => [
      name,
      noticeText({ kind: 'user', login: 'cem' }, says, status().zone, words),
    ]);
    golden(language, 'notice', Object.fromEntries(sections));
  });

  test('a reply gives the reason of every refusal, and what was asked for', () => {
    const refused = REFUSALS.map(([why, name]) => [
      `${why}: ${name}`,
      replyText([{ is: 'refused', name, why, hint: 'P1, P2, P3' }], status, contextIn(language)),
    ]);
    const asked = Object.entries(repliesIn(language)).map(([name, line]) => [name, replyText([line], status, contextIn(language))]);
    golden(language, 'reply', Object.fromEntries([...refused, ...asked]));
  });

  test('the check run, the crowd and the labels', () => {
    const crowd = crowdText([11, 12, 14], 24, language);
    golden(language, 'desk', {
      'check run, green': checkText(goodCheck(language)),
      'check run, nobody heard, bot': `${words.checkUnheard('`first_response/breach`')}\n\n${words.checkYielded('`P1: critical`')}`,
      'check run, calls refused': words.checkMuted('#12, #15'),
      ...Object.fromEntries(BAD_CHECKS.map((view, index) => [`check run, red ${index}`, checkText(view)])),
      'check run, red, in this language': [
        words.checkBad(2),
        words.checkNeverGood,
        words.checkLastGood('2026-01-05'),
        words.checkElsewhere,
      ].join('\n\n'),
      crowd: `# ${crowd.title}\n\n${crowd.body}`,
      'crowd, after /go': words.crowdGone,
      labels: (['priority', 'product', 'category', 'marker', 'flag'] as const).map((what) => `- ${words.labelOf(what, 'X')}`).join('\n'),
    });
  });
});
