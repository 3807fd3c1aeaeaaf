import { describe, expect, test } from 'vitest';
import { type DurationUnit, instant } from '../../src/calendar/time.ts';
import { LANGUAGES, type Language } from '../../src/policy/types.ts';
import { lasts, span, wordsOf } from '../../src/words/index.ts';

const COUNTS = [0, 1, 2, 3, 4, 5, 11, 12, 14, 19, 20, 21, 22, 25, 101, 112] as const;

/** Which form each of the counts above takes, as an index into the forms below. */
const FORMS: Readonly<Record<Language, readonly number[]>> = {
  //   0  1  2  3  4  5 11 12 14 19 20 21 22 25 101 112
  en: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  pl: [2, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2],
  ro: [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 1, 1],
  ru: [2, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0, 1, 2, 0, 2],
};

const UNITS: Readonly<Record<Language, Readonly<Record<DurationUnit, readonly string[]>>>> = {
  en: {
    s: ['second', 'seconds'],
    m: ['minute', 'minutes'],
    h: ['hour', 'hours'],
    d: ['day', 'days'],
    w: ['week', 'weeks'],
  },
  pl: {
    s: ['sekunda', 'sekundy', 'sekund'],
    m: ['minuta', 'minuty', 'minut'],
    h: ['godzina', 'godziny', 'godzin'],
    d: ['dzień', 'dni', 'dni'],
    w: ['tydzień', 'tygodnie', 'tygodni'],
  },
  ro: {
    s: ['secundă', 'secunde', 'de secunde'],
    m: ['minut', 'minute', 'de minute'],
    h: ['oră', 'ore', 'de ore'],
    d: ['zi', 'zile', 'de zile'],
    w: ['săptămână', 'săptămâni', 'de săptămâni'],
  },
  ru: {
    s: ['секунда', 'секунды', 'секунд'],
    m: ['минута', 'минуты', 'минут'],
    h: ['час', 'часа', 'часов'],
    d: ['день', 'дня', 'дней'],
    w: ['неделя', 'недели', 'недель'],
  },
};

type Count = (language: Language, n: number) => string;
const crowd: Count = (language, n) => wordsOf(language).crowdTitle(n);
const crowdIntro: Count = (language, n) => wordsOf(language).crowdIntro(n);
const bad: Count = (language, n) => wordsOf(language).checkBad(n);
const clocks: Count = (language, n) => wordsOf(language).checkGood({ priorities: 1, clocks: n, preset: 'p', fastest: 'f' });
const priorities: Count = (language, n) => wordsOf(language).checkGood({ priorities: n, clocks: 1, preset: 'p', fastest: 'f' });

const NOUNS: readonly (readonly [string, Count, Readonly<Record<Language, readonly string[]>>])[] = [
  [
    'tickets in the title of a crowd',
    crowd,
    {
      en: ['ticket became', 'tickets became'],
      pl: ['zgłoszeniu:', 'zgłoszeniach:', 'zgłoszeniach:'],
      ro: ['tichet a', 'tichete au', 'de tichete au'],
      ru: ['обращении:', 'обращениях:', 'обращениях:'],
    },
  ],
  [
    'tickets in a crowd',
    crowdIntro,
    {
      en: ['ticket due', 'tickets due'],
      pl: ['zgłoszeniu naraz', 'zgłoszeniach naraz', 'zgłoszeniach naraz'],
      ro: ['tichet a', 'tichete au', 'de tichete au'],
      ru: ['обращении.', 'обращениях.', 'обращениях.'],
    },
  ],
  [
    'problems of a file',
    bad,
    {
      en: ['problem in', 'problems in'],
      pl: ['problem w', 'problemy w', 'problemów w'],
      ro: ['problemă în', 'probleme în', 'de probleme în'],
      ru: ['ошибка в', 'ошибки в', 'ошибок в'],
    },
  ],
  [
    'kinds of promises',
    clocks,
    {
      en: ['kind of', 'kinds of'],
      pl: ['rodzaj zobowiązań', 'rodzaje zobowiązań', 'rodzajów zobowiązań'],
      ro: ['tip de', 'tipuri de', 'de tipuri de'],
      ru: ['вид обещаний', 'вида обещаний', 'видов обещаний'],
    },
  ],
  [
    'priorities that have them',
    priorities,
    {
      en: ['priority,', 'priorities,'],
      pl: ['priorytetu,', 'priorytetów,', 'priorytetów,'],
      ro: ['prioritate,', 'priorități,', 'de priorități,'],
      ru: ['приоритета,', 'приоритетов,', 'приоритетов,'],
    },
  ],
];

describe.each(LANGUAGES)('in %s', (language) => {
  const words = wordsOf(language);

  test.each(['s', 'm', 'h', 'd', 'w'] as const)('every count of %s has its plural', (unit) => {
    const want = COUNTS.map((n, index) => `${n} ${UNITS[language][unit][FORMS[language][index]!]}`);
    expect(COUNTS.map((n) => words.unit(n, unit))).toEqual(want);
  });

  test.each(NOUNS)('every count of %s has its plural', (_what, say, forms) => {
    for (const [index, n] of COUNTS.entries()) {
      // Where the plural forms agree (Polish and Russian oblique cases), the table holds the same word twice.
      expect(say(language, n)).toContain(`${n} ${forms[language][FORMS[language][index]!]}`);
    }
  });

  test('an empty duration and no time at all are said too', () => {
    expect(lasts(words, [])).toBe(words.unit(0, 'm'));
    expect(span(words, 0)).toBe(words.unit(0, 's'));
  });
});

test.each([
  ['en', '1 week 21 minutes'],
  ['pl', '1 tydzień 21 minut'],
  ['ro', '1 săptămână 21 de minute'],
  ['ru', '1 неделя 21 минута'],
] as const)('a sum in %s is said in the order in which it was written', (language, want) => {
  expect(
    lasts(wordsOf(language), [
      { n: 1, unit: 'w' },
      { n: 21, unit: 'm' },
    ]),
  ).toBe(want);
});

test.each([
  [59, '59 seconds'],
  [60, '1 minute'],
  [86_400, '1 day'],
  [90_061, '1 day 1 hour'],
  [86_401, '1 day'],
  [-5, '0 seconds'],
] as const)('a length of %i s is said in its largest unit and the next', (seconds, want) => {
  expect(span(wordsOf('en'), instant(seconds))).toBe(want);
});
