import { describe, expect, test } from 'vitest';
import { at } from '../../src/calendar/time.ts';
import { faultOf, graphqlFault } from '../../src/github/faults.ts';

const NOW = at('2026-01-12T08:00:00Z');
/** The host's clock is ten minutes ahead of this. */
const DATE = 'Mon, 12 Jan 2026 07:50:00 GMT';
const failed = (status: number, headers: Record<string, string>, message = 'no') => ({ status, message, response: { headers, data: {} } });
const read = (status: number, headers: Record<string, string>, method = 'GET') => faultOf(failed(status, headers), method, NOW);

describe('a limit lasts for as long as `retry-after` says', () => {
  for (const [claim, after, seconds] of [
    ['in seconds', '17', 17],
    ['in parts of a second', '0.2', 1],
    ['at once, which is a second', '0', 1],
    ['as a date, by the clock of the answer', 'Mon, 12 Jan 2026 07:52:00 GMT', 120],
    ['as a date that is over', 'Mon, 12 Jan 2026 07:49:00 GMT', 1],
    ['for longer than the hour', '7200', 7_200],
    ['for longer than the hour, as a date', 'Mon, 12 Jan 2026 12:50:00 GMT', 18_000],
    ['for a week, of which a day is believed', '604800', 86_400],
    ['in a year’s time, of which a day is believed', 'Tue, 12 Jan 2027 07:50:00 GMT', 86_400],
  ] as const)
    for (const status of [403, 429])
      test(`${claim} (${status})`, () => {
        expect(read(status, { date: DATE, 'retry-after': after })).toMatchObject({ kind: 'passing', limited: true, retryAfterS: seconds });
      });

  test('as a date in an answer without one: by our own clock', () =>
    expect(read(429, { 'retry-after': 'Mon, 12 Jan 2026 08:01:00 GMT' })).toMatchObject({ limited: true, retryAfterS: 60 }));

  for (const after of ['soon', '', '5 minutes', 'Mon, 12 Jan 2026'])
    test(`in words that nobody reads (${JSON.stringify(after)}): for as long as one that says nothing`, () =>
      expect(read(403, { 'retry-after': after })).toMatchObject({ kind: 'passing', limited: true, retryAfterS: undefined }));

  test('not at all: a 403 is a no', () => expect(read(403, {})).toMatchObject({ kind: 'refused', limited: false }));

  test('before what the reset of the hour says', () =>
    expect(
      read(403, { 'retry-after': '90', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 1_200), date: DATE }).retryAfterS,
    ).toBe(90));

  test('or until the reset of the hour, which is no further away than that', () =>
    expect(read(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 90_000) }).retryAfterS).toBe(3_600));
});

describe('a fault of GitHub’s passes when `retry-after` says', () => {
  for (const [claim, after, seconds] of [
    ['in seconds', '300', 300],
    ['as a date', 'Mon, 12 Jan 2026 07:52:00 GMT', 120],
    ['for longer than an hour: asking sooner costs nothing', '86400', 3_600],
    ['in words that nobody reads', 'soon', undefined],
  ] as const)
    for (const status of [500, 502, 503])
      test(`${claim} (${status}), and is no limit`, () => {
        const fault = read(status, { date: DATE, 'retry-after': after }, 'POST');
        expect(fault).toMatchObject({ kind: 'passing', limited: false, unsure: true, status, retryAfterS: seconds });
      });
});

describe('GraphQL says 200 and that it limits', () => {
  const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
  for (const [claim, headers, seconds] of [
    ['without a time', {}, undefined],
    ['in seconds', { 'retry-after': '70' }, 70],
    ['as a date', { date: DATE, 'retry-after': 'Mon, 12 Jan 2026 07:52:00 GMT' }, 120],
    ['until the reset', { date: DATE, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW) }, 600],
  ] as const)
    test(claim, () =>
      expect(graphqlFault({ errors, headers }, NOW)).toMatchObject({ kind: 'passing', limited: true, status: 200, retryAfterS: seconds }),
    );
});
