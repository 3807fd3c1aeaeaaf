import { describe, expect, test } from 'vitest';
import { parseDuration } from '../../src/calendar/duration.ts';
import { at, type Instant, iso } from '../../src/calendar/time.ts';
import { wallToInstant } from '../../src/calendar/zone.ts';
import { HAND_OFF_DAYS_MAX, type HandOff, lastHandOff, nextHandOff, onCallAt, TURNS_MAX, turns } from '../../src/desk/rota.ts';
import { person } from '../../src/policy/notation.ts';
import type { Person, Rota } from '../../src/policy/types.ts';
import { policyOf } from '../policy/marked.ts';

type Said = { [key in 'rotation' | 'handoff' | 'starts' | 'people']?: string } & { overrides?: readonly string[] };

/** `starts` 2026-01-05 (a Monday), ann, bob and cem; overrides as `2026-01-06T10:00 2026-01-07T10:00 dan`. Read as a file is read. */
function rotaOf({ rotation = 'daily', handoff = '10:00', starts = '2026-01-05', people = 'ann bob cem', overrides = [] }: Said): Rota {
  const listed = overrides.map((text) => text.split(' ')).map(([from, to, who]) => `{ from: ${from}, to: ${to}, person: "@${who}" }`);
  const names = people.split(' ').map((who) => `"@${who}"`);
  return policyOf(
    `on_call: [{ id: a, rotation: ${rotation}, handoff: "${handoff}", starts: ${starts}, people: [${names}], overrides: [${listed}] }]`,
  ).onCall[0]!;
}

const loginOf = (who: Person | undefined) => (who?.kind === 'user' ? who.login.toLowerCase() : 'nobody');
/** `2026-01-05 10:00` on the wall of the zone, with `:ss` if need be; `Z` for UTC. */
function when(zone: string, text: string): Instant {
  if (text.endsWith('Z')) return at(text.replace(' ', 'T'));
  const [h, m, s] = text.slice(11).split(':').map(Number);
  return wallToInstant(zone, text.slice(0, 10), h! * 3_600 + m! * 60 + (s ?? 0));
}
const onDuty = (said: Said, zone: string, text: string) => loginOf(onCallAt(rotaOf(said), zone, when(zone, text)));
/** `ann 05T08:00 bob`: from whom, day and time in UTC, to whom. */
const handed = (change: HandOff | undefined) =>
  change ? `${loginOf(change.from)} ${iso(change.at).slice(5, 16)} ${loginOf(change.to)}` : 'never';
const table = (said: Said, zone: string, from: string, to: string) =>
  turns(rotaOf(said), zone, when(zone, from), when(zone, to)).map(
    (turn) => `${loginOf(turn.person)}${turn.override ? '*' : ''} ${iso(turn.from).slice(5, 16)}`,
  );

const BUCHAREST = 'Europe/Bucharest';

describe('who is on duty', () => {
  for (const [claim, said, text, want] of [
    ['nobody a second before the first hand-off', {}, '2026-01-05 09:59:59', 'nobody'],
    ['the first from the hand-off on', {}, '2026-01-05 10:00', 'ann'],
    ['to the last second before the next', {}, '2026-01-06 09:59:59', 'ann'],
    ['then the second', {}, '2026-01-06 10:00', 'bob'],
    ['after the last, the first again', {}, '2026-01-08 10:00', 'ann'],
    ['weekly: the first such weekday from `starts` on', { rotation: 'weekly', handoff: 'thu 10:00' }, '2026-01-08 09:59', 'nobody'],
    ['weekly: that day itself counts, as Monday does here', { rotation: 'weekly', handoff: 'mon 00:00' }, '2026-01-05 00:00', 'ann'],
    ['weekly: a Sunday is six days on', { rotation: 'weekly', handoff: 'sun 23:59' }, '2026-01-11 23:59', 'ann'],
    ['weekly: the 53rd week', { rotation: 'weekly', handoff: 'mon 10:00' }, '2027-01-04 10:00', 'bob'],
    ['monthly: the day has passed, so next month', { rotation: 'monthly', handoff: '4 10:00' }, '2026-02-04 09:59', 'nobody'],
    ['monthly: the day of `starts` itself counts', { rotation: 'monthly', handoff: '5 10:00' }, '2026-01-05 10:00', 'ann'],
    ['monthly: 31 days of January', { rotation: 'monthly', handoff: '28 10:00' }, '2026-02-28 09:59', 'ann'],
    ['monthly: the last day of February', { rotation: 'monthly', handoff: '28 10:00' }, '2026-02-28 10:00', 'bob'],
    ['monthly: 28 of 29 days in a leap year', { rotation: 'monthly', handoff: '28 10:00' }, '2028-02-29 12:00', 'bob'],
    ['monthly: over the new year', { rotation: 'monthly', handoff: '1 00:00', starts: '2026-12-01' }, '2027-01-01 00:00', 'bob'],
    ['daily: 29 February is a turn', { starts: '2028-02-28' }, '2028-03-01 10:00', 'cem'],
    ['daily: no 29 February in 2100', { starts: '2100-02-28' }, '2100-03-01 10:00', 'bob'],
    ['every 12 hours', { rotation: '{ every: 12h }', handoff: '08:00' }, '2026-01-05 20:00', 'bob'],
    [
      'every 12 hours, counted from the hand-off of that day, not before it',
      { rotation: '{ every: 12h }', handoff: '20:00' },
      '2026-01-05 08:00',
      'nobody',
    ],
    ['every two weeks', { rotation: '{ every: 2w }' }, '2026-01-19 10:00', 'bob'],
    ['every 36 hours: at 10:00 and 22:00', { rotation: '{ every: 1d 12h }' }, '2026-01-06 22:00', 'bob'],
    ['a rota of one', { people: 'ann' }, '2031-07-01 12:00', 'ann'],
    ['five years on', { rotation: '{ every: 12h }', handoff: '08:00', people: 'ann bob' }, '2031-07-01 19:59', 'ann'],
  ] as const)
    test(claim, () => expect(onDuty(said, BUCHAREST, text)).toBe(want));

  test('nobody in a rota without people', () => {
    const rota: Rota = { ...rotaOf({}), people: [] };
    expect(onCallAt(rota, BUCHAREST, at('2026-02-01T00:00:00Z'))).toBeUndefined();
    expect([nextHandOff, lastHandOff].map((ask) => ask(rota, BUCHAREST, at('2026-02-01T00:00:00Z')))).toEqual([undefined, undefined]);
    expect(turns(rota, BUCHAREST, at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'))).toEqual([]);
  });

  test('one rota in two zones is two rotas', () => {
    const rota = rotaOf({});
    const t = at('2026-01-06T08:00:00Z');
    expect([BUCHAREST, 'UTC', BUCHAREST].map((zone) => loginOf(onCallAt(rota, zone, t)))).toEqual(['bob', 'ann', 'bob']);
  });
});

describe('hand-offs keep the wall clock over DST (the first four, in UTC)', () => {
  for (const [claim, zone, starts, rotation, handoff, want] of [
    ['Bucharest in spring: 10:00 is an hour earlier', BUCHAREST, '2026-03-27', 'daily', '10:00', '27T08:00 28T08:00 29T07:00 30T07:00'],
    ['Bucharest in autumn: 10:00 is an hour later', BUCHAREST, '2026-10-23', 'daily', '10:00', '23T07:00 24T07:00 25T08:00 26T08:00'],
    ['a skipped hour: later by the gap', BUCHAREST, '2026-03-27', 'daily', '03:30', '27T01:30 28T01:30 29T01:30 30T00:30'],
    ['a repeated hour: the first', BUCHAREST, '2026-10-23', 'daily', '03:30', '23T00:30 24T00:30 25T00:30 26T01:30'],
    ['New York skips 02:30', 'America/New_York', '2026-03-06', 'daily', '02:30', '06T07:30 07T07:30 08T07:30 09T06:30'],
    ['New York repeats 01:30', 'America/New_York', '2026-10-30', 'daily', '01:30', '30T05:30 31T05:30 01T05:30 02T06:30'],
    ['Santiago skips midnight', 'America/Santiago', '2026-09-04', 'daily', '00:00', '04T04:00 05T04:00 06T04:00 07T03:00'],
    ['Santiago repeats 23:30', 'America/Santiago', '2026-04-02', 'daily', '23:30', '03T02:30 04T02:30 05T02:30 06T03:30'],
    ['Cairo skips midnight', 'Africa/Cairo', '2026-04-22', 'daily', '00:30', '21T22:30 22T22:30 23T22:30 24T21:30'],
    ['Lord Howe skips 02:15', 'Australia/Lord_Howe', '2026-10-02', 'daily', '02:15', '01T15:45 02T15:45 03T15:45 04T15:15'],
    ['Lord Howe repeats 01:45', 'Australia/Lord_Howe', '2026-04-03', 'daily', '01:45', '02T14:45 03T14:45 04T14:45 05T15:15'],
    [
      'Apia skips a day: its hand-off comes with the next',
      'Pacific/Apia',
      '2011-12-28',
      'daily',
      '10:00',
      '28T20:00 29T20:00 30T20:00 31T20:00',
    ],
    ['weekly over spring', BUCHAREST, '2026-03-16', 'weekly', 'sun 10:00', '22T08:00 29T07:00 05T07:00 12T07:00'],
    ['weekly over autumn', 'America/New_York', '2026-10-20', 'weekly', 'sun 01:30', '25T05:30 01T05:30 08T06:30 15T06:30'],
    ['monthly over spring', BUCHAREST, '2026-02-01', 'monthly', '1 00:00', '31T22:00 28T22:00 31T21:00 30T21:00'],
    [
      '12 hours in spring: a night of 11, and still 08:00',
      BUCHAREST,
      '2026-03-28',
      '{ every: 12h }',
      '08:00',
      '28T06:00 28T18:00 29T05:00 29T17:00',
    ],
    ['12 hours in autumn: a night of 13', BUCHAREST, '2026-10-24', '{ every: 12h }', '08:00', '24T05:00 24T17:00 25T06:00 25T18:00'],
    [
      'hours: the skipped one comes with the next',
      BUCHAREST,
      '2026-03-29',
      '{ every: 1h }',
      '02:00',
      '29T00:00 29T01:00 29T02:00 29T03:00',
    ],
    ['hours: the repeated one lasts two', BUCHAREST, '2026-10-25', '{ every: 1h }', '02:00', '24T23:00 25T00:00 25T02:00 25T03:00'],
  ] as const)
    test(claim, () => {
      const rota = rotaOf({ starts, rotation, handoff });
      const found = [nextHandOff(rota, zone, (when(zone, `${starts} 00:00`) - 86_400) as Instant)!];
      while (found.length < 4) found.push(nextHandOff(rota, zone, found.at(-1)!.at)!);
      expect(found.map((one) => iso(one.at).slice(8, 16)).join(' ')).toBe(want);
    });

  test('the person of the skipped hour is passed over, that of a skipped day too', () => {
    const hourly = { starts: '2026-03-29', rotation: '{ every: 1h }', handoff: '02:00', people: 'ann bob cem dan' };
    expect(table(hourly, BUCHAREST, '2026-03-29 02:00', '2026-03-29 07:00')).toEqual([
      'ann 03-29T00:00',
      'cem 03-29T01:00',
      'dan 03-29T02:00',
      'ann 03-29T03:00',
    ]);
    expect(table({ starts: '2011-12-28' }, 'Pacific/Apia', '2011-12-28 10:00', '2012-01-01 10:00')).toEqual([
      'ann 12-28T20:00',
      'bob 12-29T20:00',
      'ann 12-30T20:00',
    ]);
  });

  test('what the first pass of a repeated hour handed over is not handed back in the second', () => {
    const daily: Said = { starts: '2026-10-23', handoff: '03:30' };
    const login = (text: string) => onDuty(daily, BUCHAREST, `2026-10-25 ${text}:00Z`);
    expect(['00:29', '00:30', '00:59', '01:00', '01:29', '01:30'].map(login)).toEqual(['bob', 'cem', 'cem', 'cem', 'cem', 'cem']);
    expect(handed(lastHandOff(rotaOf(daily), BUCHAREST, at('2026-10-25T01:10:00Z')))).toBe('bob 10-25T00:30 cem');
  });

  test('half hours in a skipped hour: the first hand-off after the gap comes before theirs', () => {
    // The reader wants hours: 02:15 ann, 02:45 ann, (03:15 bob → 04:15), (03:45 cem → 04:45), 04:15 dan, 04:45 eve.
    const half = (handoff: string, people: string): Rota => ({
      ...rotaOf({ starts: '2026-03-29', handoff, people }),
      rotation: { every: parseDuration('30m')! },
    });
    const found = turns(half('02:15', 'ann ann bob cem dan eve'), BUCHAREST, at('2026-03-29T00:15:00Z'), at('2026-03-29T02:00:00Z'));
    expect(found.map((turn) => `${loginOf(turn.person)} ${iso(turn.from).slice(11, 16)}`)).toEqual(['ann 00:15', 'dan 01:15', 'eve 01:45']);
    const next = nextHandOff(half('02:30', 'ann ann bob cem'), BUCHAREST, at('2026-03-29T00:30:00Z'));
    expect(handed(next)).toBe('ann 03-29T01:00 cem');
  });
});

describe('overrides', () => {
  const over = (...overrides: string[]) => table({ overrides }, 'UTC', '2026-01-05 10:00', '2026-01-09 10:00');
  for (const [claim, overrides, want] of [
    ['[from, to)', ['2026-01-06T12:00 2026-01-06T18:00 dan'], 'ann 05T10 bob 06T10 dan* 06T12 bob 06T18 cem 07T10 ann 08T10'],
    ['over a hand-off', ['2026-01-05T12:00 2026-01-06T18:00 dan'], 'ann 05T10 dan* 05T12 bob 06T18 cem 07T10 ann 08T10'],
    ['of a whole turn', ['2026-01-06T10:00 2026-01-07T10:00 dan'], 'ann 05T10 dan* 06T10 cem 07T10 ann 08T10'],
    ['by the person on duty change nobody', ['2026-01-06T12:00 2026-01-06T18:00 bob'], 'ann 05T10 bob* 06T10 cem 07T10 ann 08T10'],
    ['in any case of letters', ['2026-01-06T12:00 2026-01-06T18:00 BOB'], 'ann 05T10 bob* 06T10 cem 07T10 ann 08T10'],
    ['by the next person: an early start', ['2026-01-05T20:00 2026-01-06T10:00 bob'], 'ann 05T10 bob* 05T20 cem 07T10 ann 08T10'],
    [
      'nested, the inner one later in the list',
      ['2026-01-06T10:00 2026-01-07T10:00 dan', '2026-01-06T12:00 2026-01-06T18:00 eve'],
      'ann 05T10 dan* 06T10 eve* 06T12 dan* 06T18 cem 07T10 ann 08T10',
    ],
    [
      'nested, the outer one later in the list: the inner is lost',
      ['2026-01-06T12:00 2026-01-06T18:00 eve', '2026-01-06T10:00 2026-01-07T10:00 dan'],
      'ann 05T10 dan* 06T10 cem 07T10 ann 08T10',
    ],
    [
      'overlapping: the later entry wins what they share, though it begins earlier',
      ['2026-01-06T12:00 2026-01-06T20:00 dan', '2026-01-06T10:00 2026-01-06T16:00 eve'],
      'ann 05T10 eve* 06T10 dan* 06T16 bob 06T20 cem 07T10 ann 08T10',
    ],
    [
      'one after the other, of one person',
      ['2026-01-06T12:00 2026-01-06T20:00 dan', '2026-01-06T20:00 2026-01-07T08:00 dan'],
      'ann 05T10 bob 06T10 dan* 06T12 bob 07T08 cem 07T10 ann 08T10',
    ],
  ] as const)
    test(claim, () =>
      expect(
        over(...overrides)
          .join(' ')
          .replace(/01-(\d\dT\d\d):00/g, '$1'),
      ).toBe(want),
    );

  for (const [claim, text, want] of [
    ['counts before the first hand-off', '2026-01-02 12:00', 'dan'],
    ['ends as it says', '2026-01-03 00:00', 'nobody'],
    ['begins later by the gap in a skipped hour', '2026-03-29 04:29:59', 'bob'],
    ['and then holds', '2026-03-29 04:30', 'eve'],
    ['begins at the first of a repeated hour', '2026-10-25 00:30Z', 'fay'],
    ['and ends at the first of it', '2026-10-25 00:45Z', 'bob'],
    ['never holds when a skipped hour turns it round', '2027-03-28 04:20', 'gil'],
  ] as const)
    test(`one ${claim}`, () => {
      const overrides = [
        '2026-01-02T00:00 2026-01-03T00:00 dan',
        '2026-03-29T03:30 2026-03-29T05:00 eve',
        '2026-10-25T03:30 2026-10-25T03:45 fay',
        '2027-03-28T00:00 2027-03-29T00:00 gil',
        '2027-03-28T03:30 2027-03-28T04:10 hal',
      ];
      expect(onDuty({ people: 'bob', overrides }, BUCHAREST, text.replace('Z', ':00Z'))).toBe(want);
    });
});

describe('hand-offs', () => {
  const said: Said = { overrides: ['2026-01-06T12:00 2026-01-06T18:00 dan', '2026-01-03T00:00 2026-01-04T00:00 eve'] };
  for (const [claim, text, last, next] of [
    ['before everything', '2026-01-01 00:00', 'never', 'nobody 01-03T00:00 eve'],
    ['an override that ends with nobody', '2026-01-04 00:00', 'eve 01-04T00:00 nobody', 'nobody 01-05T10:00 ann'],
    ['the first', '2026-01-05 10:00', 'nobody 01-05T10:00 ann', 'ann 01-06T10:00 bob'],
    ['a second earlier', '2026-01-05 09:59:59', 'eve 01-04T00:00 nobody', 'nobody 01-05T10:00 ann'],
    ['within an override', '2026-01-06 13:00', 'bob 01-06T12:00 dan', 'dan 01-06T18:00 bob'],
    ['after it', '2026-01-06 18:00', 'dan 01-06T18:00 bob', 'bob 01-07T10:00 cem'],
  ] as const)
    test(claim, () => {
      expect(handed(lastHandOff(rotaOf(said), 'UTC', when('UTC', text)))).toBe(last);
      expect(handed(nextHandOff(rotaOf(said), 'UTC', when('UTC', text)))).toBe(next);
    });

  const ask = (said: Said, text: string) => [lastHandOff, nextHandOff].map((ask) => handed(ask(rotaOf(said), 'UTC', when('UTC', text))));

  test('to the same person is none', () => {
    expect(ask({ people: 'ANN ann bob' }, '2026-01-06 12:00')).toEqual(['nobody 01-05T10:00 ann', 'ann 01-07T10:00 bob']);
    expect(ask({ people: 'Ann ann' }, '2026-01-06 12:00')).toEqual(['nobody 01-05T10:00 ann', 'never']);
    expect(ask({ people: 'bob ann bob' }, '2026-01-08 09:00')).toEqual(['ann 01-07T10:00 bob', 'bob 01-09T10:00 ann']);
  });

  test(`is looked for ${HAND_OFF_DAYS_MAX} days away`, () => {
    const yearly: Said = { rotation: `{ every: ${HAND_OFF_DAYS_MAX}d }` };
    expect(ask(yearly, '2026-01-05 10:00')).toEqual(['nobody 01-05T10:00 ann', 'ann 02-09T10:00 bob']);
    const longer: Said = { rotation: `{ every: ${HAND_OFF_DAYS_MAX}d 1s }` };
    expect(ask(longer, '2026-01-05 10:00')).toEqual(['nobody 01-05T10:00 ann', 'never']);
    expect(ask(longer, '2027-02-09 10:00:00')).toEqual(['nobody 01-05T10:00 ann', 'ann 02-09T10:00 bob']);
    expect(ask({ people: 'ann' }, '2027-02-09 10:00:01')).toEqual(['never', 'never']);
  });
});

describe('turns', () => {
  test('are clipped', () => {
    const [turn, ...more] = turns(rotaOf({}), 'UTC', when('UTC', '2026-01-05 12:00'), when('UTC', '2026-01-05 13:00'));
    expect(more).toEqual([]);
    expect(turn).toEqual({ from: at('2026-01-05T12:00:00Z'), to: at('2026-01-05T13:00:00Z'), person: person('@ann'), override: false });
  });

  test('of no time are none', () => {
    for (const to of ['12:00', '11:59']) expect(table({}, 'UTC', '2026-01-06 12:00', `2026-01-06 ${to}`)).toEqual([]);
  });

  test('before the first hand-off are none', () =>
    expect(table({}, 'UTC', '2025-12-01 00:00', '2026-01-07 00:00')).toEqual(['ann 01-05T10:00', 'bob 01-06T10:00']));

  test('of one person are one, for ten years', () =>
    expect(table({ people: 'ann', rotation: '{ every: 1h }' }, 'UTC', '2026-01-01 00:00', '2036-01-01 00:00')).toEqual([
      'ann 01-05T10:00',
    ]));

  test(`are at most ${TURNS_MAX}, the first`, () => {
    const rota = rotaOf({ rotation: '{ every: 1h }' });
    const found = turns(rota, 'UTC', at('2026-01-05T10:00:00Z'), at('2036-01-01T00:00:00Z'));
    expect(found.length).toBe(TURNS_MAX);
    expect(found.at(-1)!.to).toBe(at('2026-01-05T10:00:00Z') + TURNS_MAX * 3_600);
  });
});

test('a hand-off or an override that the reader refuses is a bug here', () => {
  const t = at('2026-02-01T00:00:00Z');
  expect(() => onCallAt({ ...rotaOf({ rotation: 'monthly', handoff: '1 10:00' }), handoff: '31 10:00' }, 'UTC', t)).toThrow(/31 10:00/);
  const overrides = [{ from: 'soon', to: 'later', person: person('@ann') }];
  expect(() => onCallAt({ ...rotaOf({}), overrides }, 'UTC', t)).toThrow(/soon/);
});
