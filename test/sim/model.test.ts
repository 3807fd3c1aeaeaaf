import { describe, expect, test } from 'vitest';
import { afterOpen, dueAfter, type Hours, openBetween } from './model/hours.ts';
import { clocksOf, on, policyOf, show, stateOf, stepsOf, tell } from './model/story.ts';
import { readComment } from './model/words.ts';

/** The table of policy.md, section Time, row by row; then zones, and how words are read. All else stands in model-*.test.ts. */

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const hoursOf = (windows: Record<string, string[]>, timezone = 'UTC', add: Record<string, string[]> = {}): Hours => ({
  timezone,
  hours: windows,
  add,
});
const OFFICE = hoursOf(Object.fromEntries(WEEK.map((day) => [day, ['09:00-18:00']])));
const with_ = (day: string, windows: string[], monday = ['09:00-18:00']): Hours =>
  hoursOf({ ...Object.fromEntries(WEEK.map((one) => [one, ['09:00-18:00']])), mon: monday, [day]: windows });

describe('due after, by the table of the reference', () => {
  for (const [duration, start, want, hours] of [
    ['4h', 'Mon 14:00', 'Mon 18:00', OFFICE],
    ['1d', 'Fri 17:59:59', 'Mon+1 17:59:59', OFFICE],
    ['1d', 'Fri 18:00', 'Tue+1 09:00', OFFICE],
    ['1d', 'Sat 12:00', 'Tue+1 09:00', OFFICE],
    ['1d', 'Mon 17:00', 'Tue 13:00', with_('tue', ['09:00-13:00'])],
    ['1d', 'Mon 08:30', 'Tue 10:00', with_('tue', ['10:00-18:00'], ['08:00-18:00'])],
    ['1d', 'Mon 13:30', 'Tue 14:00', with_('tue', ['09:00-13:00', '14:00-18:00'])],
    // Not in the table, but said above it.
    ['1d', 'Mon 13:00', 'Tue 13:00', with_('tue', ['09:00-13:00'])],
    ['1w', 'Mon 10:00', 'Mon+1 10:00', OFFICE],
    ['1d 4h', 'Mon 16:00', 'Wed 11:00', OFFICE],
    ['4h 1d', 'Mon 16:00', 'Wed 11:00', OFFICE],
    ['1h 1d', 'Mon 17:00', 'Wed 09:00', OFFICE],
    ['2w', 'Mon 10:00', 'Mon+2 10:00', 'always'],
    ['90m', 'Mon 10:00:07', 'Mon 11:30:07', OFFICE],
    ['30s', 'Mon 17:59:50', 'Tue 09:00:20', OFFICE],
  ] as const)
    test(`${duration} from ${start} is ${want}`, () => expect(show(dueAfter(hours, on(start), duration))).toBe(want));

  // 1d from Sat 12:00: due Tue 09:00, W = Mon 09–18 = 9 h, 75 % = 6:45 h from Mon 09:00.
  test('75 % of 1d from Sat 12:00 is Mon 15:45', () => {
    const policy = policyOf({ P3: { resolution: '1d' } }, { escalation: [{ id: 's', clock: 'resolution', at: '75%', mention: [] }] });
    expect(stepsOf(tell(policy, 'Tue+1 12:00', ['Sat 12:00 rita opens']))).toEqual(['resolution s Mon+1 15:45']);
  });

  // Without pauses Wed 10:00; Tue 17–18 and Wed 09:00–09:30 = 1:30 h later.
  test('2d from Mon 10:00, held Tue 17:00–Wed 09:30, is Wed 11:30', () => {
    const story = ['Mon 10:00 rita opens', 'Tue 17:00 mark says /hold rain', 'Wed 09:30 mark says /resume'];
    expect(clocksOf(tell(policyOf({ P3: { resolution: '2d' } }), 'Wed 11:00', story))).toEqual([
      'resolution Mon 10:00: running, due Wed 11:30',
    ]);
  });
  // Begins before Wed 10:00, 6:30 h.
  test('2d from Mon 10:00, held Wed 09:30–16:00, is Wed 16:30', () => {
    const story = ['Mon 10:00 rita opens', 'Wed 09:30 mark says /hold rain', 'Wed 16:00 mark says /resume'];
    expect(clocksOf(tell(policyOf({ P3: { resolution: '2d' } }), 'Wed 16:10', story))).toEqual([
      'resolution Mon 10:00: running, due Wed 16:30',
    ]);
  });

  for (const [at, want] of [
    ['Mon 14:00:00', 'met Mon 14:00, due Mon 14:00 breached'],
    ['Mon 13:59:59', 'met Mon 13:59:59, due Mon 14:00'],
  ] as const)
    test(`answered at ${at}, due Mon 14:00: ${want}`, () => {
      const told = tell(policyOf({ P3: { first_response: '4h' } }), 'Tue 12:00', ['Mon 10:00 rita opens', `${at} mark says Hello`]);
      expect(clocksOf(told)).toEqual([`first_response Mon 10:00: ${want}`]);
    });

  // 24h on always is past at Tue 10:00; grace 1h, and never later than Thu 10:00.
  for (const [raised, due] of [
    ['Wed 12:00', 'Wed 13:00'],
    ['Thu 09:30', 'Thu 10:00'],
  ] as const)
    test(`3d from Mon 10:00, raised ${raised} to 24h on always: ${due}`, () => {
      const policy = policyOf({ P3: { resolution: '3d' }, P1: { resolution: '24h' } });
      const told = tell(policy, raised, ['Mon 10:00 rita opens', `${raised} mark says /priority P1`]);
      expect(clocksOf(told)).toEqual([`resolution Mon 10:00: running, due ${due}`]);
    });

  // P1: 1h from 09:00 is 10:00. breach + 4h on always is 14:00; P3's 75 % and breach (Tue) page nobody.
  test('P1 breached 10:00, lowered to P3 at 11:00: paged once, breach + 4h from 10:00', () => {
    const escalation = ['75%', 'breach', 'breach + 4h'].map((at) => ({ id: at, clock: 'resolution', at, mention: [] }));
    const policy = policyOf({ P1: { resolution: '1h' }, P3: { resolution: '1d' } }, { escalation });
    const told = tell(policy, 'Wed 12:00', ['Mon 09:00 rita opens P1', 'Mon 11:00 mark says /priority P3']);
    expect(clocksOf(told)).toEqual(['resolution Mon 09:00: running, due Mon 10:00 breached']);
    expect(stepsOf(told)).toEqual(['resolution 75% Mon 09:45', 'resolution breach Mon 10:00', 'resolution breach + 4h Mon 14:00']);
  });

  // Due 10:00: a desk that is down 09:50–10:30 has nothing to post if it is answered at 10:05, and both if it is not.
  test('due 10:00 and answered 10:05: met late, steps have till 10:05', () => {
    const escalation = ['75%', 'breach'].map((at) => ({ id: at, clock: 'first_response', at, mention: [] }));
    const policy = policyOf({ P1: { first_response: '1h' } }, { escalation });
    const told = tell(policy, 'Mon 12:00', ['Mon 09:00 rita opens P1', 'Mon 10:05 mark says Hello']);
    expect(clocksOf(told)).toEqual(['first_response Mon 09:00: met Mon 10:05, due Mon 10:00 breached']);
    expect(stepsOf(told)).toEqual(['first_response 75% Mon 09:45–Mon 10:05', 'first_response breach Mon 10:00–Mon 10:05']);
    expect(stepsOf(tell(policy, 'Mon 12:00', ['Mon 09:00 rita opens P1']))).toEqual([
      'first_response 75% Mon 09:45',
      'first_response breach Mon 10:00',
    ]);
  });

  test('closed as completed on 🔴 without a word', () => {
    const told = tell(policyOf({ P3: { first_response: '1d', resolution: '3d' } }), 'Tue 12:00', [
      'Mon 10:00 rita opens',
      'Mon 12:00 mark closes',
    ]);
    expect(stateOf(told)).toBe('resolved P3');
    expect(clocksOf(told)).toEqual([
      'first_response Mon 10:00: cancelled Mon 12:00, due Tue 10:00',
      'resolution Mon 10:00: met Mon 12:00, due Thu 10:00',
    ]);
  });

  // confirm.after 7d on Mon–Fri: seven open days after Tue 11:00 is Thu+1 11:00.
  for (const [story, until, want] of [
    [[], 'Thu+1 10:59:59', 'confirming P3'],
    [[], 'Thu+1 11:00', 'resolved P3'],
    [['Thu 10:00 rita says no'], 'Fri+3 12:00', 'confirming P3'],
    [['Thu 10:00 rita says no', 'Fri 10:00 mark says Look again'], 'Tue+2 10:00', 'resolved P3'],
  ] as const)
    test(`merged and closed Tue 11:00, ${story.join(', ') || 'silence'}: ${want} at ${until}`, () => {
      const lines = ['Mon 10:00 rita opens', 'Mon 11:00 mark says Hello', 'Tue 11:00 mark merges', ...story];
      expect(stateOf(tell(policyOf({ P3: {} }), until, lines))).toBe(want);
    });
});

const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;
const NIGHT = { sun: ['00:00-06:00'], sat: ['00:00-06:00'] };

describe('zones', () => {
  // Bucharest: 29 March 2026, 03:00 → 04:00; 25 October 2026, 04:00 → 03:00.
  for (const [claim, from, to, hours, want] of [
    ['00–06 is five hours in spring', '2026-03-28T12:00', '2026-03-29T12:00', hoursOf(NIGHT, 'Europe/Bucharest'), 5 * 3_600],
    ['00–06 is seven hours in autumn', '2026-10-24T12:00', '2026-10-25T12:00', hoursOf(NIGHT, 'Europe/Bucharest'), 7 * 3_600],
    // 03:30 does not exist and is 04:30; 05:00 is 05:00.
    ['an edge in the gap', '2026-03-29T00:00', '2026-03-29T12:00', hoursOf({ sun: ['03:30-05:00'] }, 'Europe/Bucharest'), 1_800],
    // The first 03:30; the second 04:00: 30 min + 60 min.
    ['an edge in the fold', '2026-10-25T00:00', '2026-10-25T12:00', hoursOf({ sun: ['03:30-04:00'] }, 'Europe/Bucharest'), 5_400],
    // Lord Howe goes back half an hour on 5 April 2026, 02:00 → 01:30.
    ['half an hour', '2026-04-04T00:00', '2026-04-05T00:00', hoursOf({ sun: ['00:00-06:00'] }, 'Australia/Lord_Howe'), 23_400],
  ] as const)
    test(claim, () => expect(openBetween(hours, utc(from), utc(to))).toBe(want));

  test('the midnight that Cairo skips on 24 April 2026 is one o’clock', () => {
    const hours = hoursOf({ fri: ['00:00-02:00'] }, 'Africa/Cairo');
    expect(openBetween(hours, utc('2026-04-23T12:00'), utc('2026-04-24T12:00'))).toBe(3_600);
    expect(afterOpen(hours, utc('2026-04-23T12:00'), 60)).toBe(utc('2026-04-23T22:01'));
  });

  test('a day is the same wall clock over the turn of the clocks', () => {
    const hours = hoursOf(Object.fromEntries([...WEEK, 'sat', 'sun'].map((day) => [day, ['09:00-18:00']])), 'Europe/Bucharest');
    expect(dueAfter(hours, utc('2026-03-28T08:30:05'), '1d')).toBe(utc('2026-03-29T07:30:05'));
  });

  test('a date of its own is closed, or open for half a day', () => {
    const hours = hoursOf({ mon: ['09:00-18:00'], tue: ['09:00-18:00'], wed: ['09:00-18:00'] }, 'UTC', {
      '2026-01-06': [],
      '2026-01-07': ['20:00-24:00'],
    });
    expect(show(dueAfter(hours, on('Mon 10:00'), '1d'))).toBe('Wed 20:00');
    expect(show(dueAfter(hours, on('Mon 14:00'), '8h'))).toBe('Wed 24:00'.replace('Wed 24', 'Thu 00'));
  });

  test('what is never open is given up', () => expect(() => dueAfter(hoursOf({}), on('Mon 10:00'), '1h')).toThrow('two years'));
});

describe('how a comment is read', () => {
  for (const [body, says, commands] of [
    ['Hello', true, ''],
    ['/take', false, 'take:'],
    ['/take\nI am on it', true, 'take:'],
    ['/fixed', false, 'fixed:'],
    ['/fixed in 1.2', true, 'fixed:in 1.2'],
    ['/hold it rains', false, 'hold:it rains'],
    ['/hold\nit rains\n/take', false, 'hold:it rains take:'],
    ['/fixed\n1.2', true, 'fixed:1.2'],
    ['> We know\n', false, ''],
    ['> /fixed\nreally', false, ''],
    ['> /fixed\n\nreally', true, ''],
    ['```\n/fixed\n```', true, ''],
    ['`/fixed`', true, ''],
    ['<!-- later\n/fixed -->', false, ''],
    ['Text /fixed', true, ''],
    ['/nonsense', true, ''],
    ['👍', false, ''],
    ['Two\n/priority P1\n/take', true, 'priority:P1 take:'],
  ] as const)
    test(JSON.stringify(body), () => {
      const read = readComment(body);
      expect([read.says, read.commands.map((one) => `${one.name}:${one.text}`).join(' ')]).toEqual([says, commands]);
    });
});
