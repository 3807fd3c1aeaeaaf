import { describe, expect, test } from 'vitest';
import type { Ledger, Renamed } from '../../src/desk/ledger.ts';
import { oursIn, retitled, TITLE_UNITS_MAX, titleLags } from '../../src/desk/title.ts';

const MARKS = ['🔴', '⭕️', '🟡', '🟢'];
const long = (n: number) => 'x'.repeat(n);
/** What a title becomes while the emoji are kept: what stands there after the desk was done. */
const kept = (text: string, emoji: string, marks: readonly string[] = MARKS) => retitled({ text }, { emoji, marks }) ?? text;

describe('while the emoji are kept', () => {
  for (const [claim, text, emoji, want] of [
    ['the emoji comes in front', 'It breaks', '🔴', '🔴 It breaks'],
    ['yesterday’s goes', '🔴 It breaks', '⭕️', '⭕️ It breaks'],
    ['it stands there once', '🔴 🔴 It breaks', '🔴', '🔴 It breaks'],
    ['whoever wrote the others', '🟢 🟡 It breaks', '🔴', '🔴 It breaks'],
    ['also without a space', '🔴It breaks', '⭕️', '⭕️ It breaks'],
    ['only in front', 'It breaks 🔴 and 🟢', '🟡', '🟡 It breaks 🔴 and 🟢'],
    ['other emoji are words', '🚀 Launch', '🔴', '🔴 🚀 Launch'],
    ['other emoji between ours are words', '🔴 🚀 🟢 Launch', '⭕️', '⭕️ 🚀 🟢 Launch'],
    ['a variation selector makes no other emoji', '⭕ It breaks', '🔴', '🔴 It breaks'],
    ['and is no reason to write', '⭕ It breaks', '⭕️', '⭕ It breaks'],
    ['nor is white space', '🔴  It   breaks', '🔴', '🔴  It   breaks'],
    ['nothing but an emoji stays', '🟢', '🔴', '🟢'],
    ['right already', '🔴 It breaks', '🔴', '🔴 It breaks'],
    ['up to the limit', long(TITLE_UNITS_MAX - 3), '🔴', `🔴 ${long(TITLE_UNITS_MAX - 3)}`],
    ['a title without room does without', long(TITLE_UNITS_MAX - 2), '🔴', long(TITLE_UNITS_MAX - 2)],
    ['and loses the one that had room', `! ${long(TITLE_UNITS_MAX - 2)}`, '🔴', long(TITLE_UNITS_MAX - 2)],
  ] as const)
    test(claim, () => expect(kept(text, emoji, [...MARKS, '!'])).toBe(want));

  test('a mark of letters is one only as a word', () => {
    expect(kept('NEWS from the north', 'DONE', ['NEW', 'DONE'])).toBe('DONE NEWS from the north');
    expect(kept('NEW phone', 'DONE', ['NEW', 'DONE'])).toBe('DONE phone');
  });

  test('an emoji that is the beginning of another stays with it', () => {
    expect(kept('👩‍💻 works', '🔴', ['👩', '🔴'])).toBe('🔴 👩‍💻 works');
    expect(kept('👍🏽 works', '🔴', ['👍', '🔴'])).toBe('🔴 👍🏽 works');
  });

  test('what we put there under another policy goes too', () =>
    expect(retitled({ text: '🚨 It breaks', ours: '🚨' }, { emoji: '🔴', marks: MARKS })).toBe('🔴 It breaks'));
});

describe('when they are not', () => {
  for (const [claim, text, ours, want] of [
    ['ours goes', '🔴 It breaks', '🔴', 'It breaks'],
    ['others stay', '🟢 It breaks', '🔴', undefined],
    ['what nobody of us put there stays', '🔴 It breaks', undefined, undefined],
    ['only the first goes', '🔴 🔴 It breaks', '🔴', '🔴 It breaks'],
    ['an empty title is none', '🔴', '🔴', undefined],
  ] as const)
    test(claim, () => expect(retitled({ text, ...(ours ? { ours } : {}) }, { marks: [] })).toBe(want));
});

describe('what we put there', () => {
  const standings = new Map([[9, 'app']]) as Ledger['standings'];
  const renamed = (from: string, to: string, id = 9): Renamed => ({ at: 0 as Renamed['at'], by: { id, login: 'x' }, from, to });
  for (const [claim, renames, want] of [
    ['nothing', [], undefined],
    ['an emoji', [renamed('It breaks', '🔴 It breaks')], '🔴'],
    ['another one', [renamed('🔴 It breaks', '🟢 It breaks')], '🟢'],
    ['the last', [renamed('It', '🔴 It'), renamed('🔴 It', '⭕️ It')], '⭕️'],
    ['nothing, once taken away', [renamed('It', '🔴 It'), renamed('🔴 It', 'It')], undefined],
    ['also after people changed the words', [renamed('It', '🔴 It'), renamed('🔴 It', '🔴 That', 1)], '🔴'],
    ['nothing, if people did', [renamed('It', '🔴 It', 1)], undefined],
    ['one whose halves are those of another', [renamed('🔴 It', '🤴 It')], '🤴'],
  ] as const)
    test(claim, () => expect(oursIn({ renames, standings })).toBe(want));

  test('an issue and a timeline that differ lag', () => {
    expect(titleLags({ renames: [renamed('It', '🔴 It')], title: 'It' })).toBe(true);
    expect(titleLags({ renames: [renamed('It', '🔴 It')], title: '🔴 It' })).toBe(false);
    expect(titleLags({ title: 'It' })).toBe(false);
  });
});
