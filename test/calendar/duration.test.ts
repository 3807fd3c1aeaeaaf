import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/calendar/duration.ts';
import { duration, SEED } from './specs.ts';

test.each(['30s', '15m', '4h', '1d', '2w', '1d 4h', '4h 1d', '1w 2d 3h 4m', '3660d', '4h 4h'])(
  '%s is a duration, and written back as it was',
  (text) => {
    expect(parseDuration(text)).toEqual(duration(text));
    expect(formatDuration(parseDuration(text)!)).toBe(text);
  },
);

test('spaces do not matter, nor do leading zeros', () => {
  expect(formatDuration(parseDuration('  1d \t 04h ')!)).toBe('1d 4h');
});

test.each([
  ['nothing', ''],
  ['spaces', '  '],
  ['no unit', '4'],
  ['no number', 'h'],
  ['zero', '0h'],
  ['zero in a sum', '1d 0h'],
  ['less than nothing', '-1h'],
  ['a fraction', '1.5h'],
  ['an unknown unit', '1y'],
  ['upper case', '4H'],
  ['a month of upper case', '1M'],
  ['no space between', '1d4h'],
  ['a space inside', '4 h'],
  ['a comma', '1d, 4h'],
  ['a percentage', '75%'],
  ['ISO 8601', 'PT4H'],
  ['five parts', '1w 1d 1h 1m 1s'],
  ['more than ten years', '3661d'],
  ['more than ten years in all', '522w 7d'],
  ['a number beyond all bounds', `${'9'.repeat(400)}h`],
  ['other digits', '٤h'],
])('%s is not a duration: %s', (_claim, text) => expect(parseDuration(text)).toBeUndefined());

test('no text breaks it, however long', () => {
  expect(parseDuration('1h '.repeat(1_000_000))).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('1', '0', 'h', 'd', ' ', '-', 'é') }), (text) => {
      const parsed = parseDuration(text);
      if (parsed) expect(parseDuration(formatDuration(parsed))).toEqual(parsed);
    }),
    { seed: SEED },
  );
});

test('no time at all is written, though it cannot be read', () => expect(formatDuration([])).toBe('0s'));
