import { describe, expect, test } from 'vitest';
import { BY_HAND, ENDED, type Handled, type Part, type Record, type Standing } from '../../src/desk/ledger.ts';
import { partsOf } from '../../src/desk/parts.ts';
import { keyLine, RECORD_CHARS_MAX, readKey, recordOf, statusLine } from '../../src/desk/record.ts';
import { actor, local, OFFICE, policiesFrom, Story } from '../support/ledger.ts';
import { opens, told } from '../support/told.ts';

const since = local('mon 10:00');
const EMPTY: Record = { v: 1, since, pins: [[since, 'now']], parts: {}, seen: since, done: [], claims: [], steps: [], breaches: [] };
const done = (n: number, name = 'take', text = 'x'.repeat(100)): Handled => ({
  comment: n,
  name,
  text,
  at: local('mon 10:00'),
  by: 2,
  ok: true,
});
const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

describe('what a look writes down', () => {
  const policies = policiesFrom(OFFICE);
  const story = () => opens('mon 10:00', 'P2');
  const recorded = (readAt: string, before?: Record, steps: readonly string[] = []) => {
    const { ticket, clocks } = told(story(), readAt, policies);
    return recordOf(ticket, clocks, before, steps);
  };
  test('a breach once, and a clock that is in time never', () => {
    const late: Record['breaches'] = [['first_response', 'opened', local('mon 14:00')]];
    expect(recorded('mon 13:59:59').breaches).toEqual([]);
    expect(recorded('mon 15:00').breaches).toEqual(late);
    const known: Record['breaches'] = [['first_response', 'opened', local('mon 13:00')]];
    expect(recorded('mon 15:00', { ...EMPTY, breaches: known }).breaches).toEqual(known);
  });
  test('each step once, the oldest first', () => {
    expect(recorded('mon 11:00', { ...EMPTY, steps: ['a', 'b'] }, ['b', 'c']).steps).toEqual(['a', 'b', 'c']);
    const all = recorded('mon 11:00', { ...EMPTY, steps: many(199, (n) => `old${n}`) }, ['x', 'y']).steps;
    expect([all.length, all[0], all.at(-1)]).toEqual([200, 'old1', 'y']);
  });
  test('what was forgotten stays forgotten', () => {
    expect(recorded('mon 11:00', { ...EMPTY, forgot: since }).forgot).toBe(since);
    expect(recorded('mon 11:00')).not.toHaveProperty('forgot');
    for (const key of ['plan', 'lacks']) expect(recorded('mon 11:00')).not.toHaveProperty(key);
  });
});

describe('a record that grows too long loses what stands elsewhere', () => {
  test('a short one loses nothing', () => {
    const { line, record } = statusLine({ ...EMPTY, done: many(10, (n) => done(n)) });
    expect(record.done).toHaveLength(10);
    expect(line.length).toBeLessThanOrEqual(RECORD_CHARS_MAX);
  });
  test('commands first, the oldest of them, and it says until when', () => {
    const list = many(80, (n) => ({ ...done(n), at: (since + n) as typeof since }));
    const { line, record } = statusLine({ ...EMPTY, done: list, steps: ['a'] });
    expect(line.length).toBeLessThanOrEqual(RECORD_CHARS_MAX);
    expect(record.done.length).toBeGreaterThan(20);
    expect(record.done).toEqual(list.slice(-record.done.length));
    expect(record.forgot).toBe(list[list.length - record.done.length - 1]!.at);
    expect(record.steps).toEqual(['a']);
  });
  test('what a label meant and what silence ended are kept: they stand nowhere else', () => {
    const kept = [done(1, BY_HAND, 'hold'), done(2, ENDED, 'silence')];
    const { record } = statusLine({ ...EMPTY, done: [...kept, ...many(80, (n) => done(n + 10))] });
    expect(record.done.slice(0, 2)).toEqual(kept);
  });
  test('then claims but the last, then steps; breaches go last', () => {
    const claim = (n: number) => [since, 'P2', 'p', 'c', `${n}`.padStart(200, 'x')] as unknown as Record['claims'][number];
    const claims = statusLine({ ...EMPTY, claims: many(60, claim), steps: ['a'], breaches: [['update', 'x', since]] }).record;
    expect(claims.claims).toEqual(many(60, claim).slice(-claims.claims.length));
    expect([claims.claims.length > 10, claims.steps, claims.breaches.length]).toEqual([true, ['a'], 1]);

    const step = (n: number) => `${n}`.padStart(100, 's');
    const steps = statusLine({ ...EMPTY, claims: [claim(1)], steps: many(200, step), breaches: [['update', 'x', since]] }).record;
    expect([steps.claims.length, steps.breaches.length]).toEqual([1, 1]);
    expect(steps.steps.length).toBeGreaterThan(30);
    expect(steps.steps).toEqual(many(200, step).slice(-steps.steps.length));

    const breach = (n: number) => ['update', `${n}`.padStart(300, 'b'), since] as unknown as Record['breaches'][number];
    const breaches = statusLine({ ...EMPTY, parts: { 2: [[since, 'r']] }, breaches: many(60, breach) }).record;
    expect(breaches.parts).toEqual({});
    expect(breaches.breaches.length).toBeGreaterThan(5);
    expect(breaches.breaches).toEqual(many(60, breach).slice(-breaches.breaches.length));
  });
  test('before them the parts, and all pins but the newest', () => {
    const parts = Object.fromEntries(many(900, (n) => [String(n), [[since, 'r']] as [[typeof since, 'r']]]));
    const { record } = statusLine({
      ...EMPTY,
      parts,
      breaches: [['update', 'x', since]],
      pins: [
        [since, 'old'],
        [since, 'now'],
      ],
    });
    expect([record.parts, record.pins, record.breaches.length]).toEqual([{}, [[since, 'now']], 1]);
  });
});

describe('what one of our own comments is', () => {
  for (const key of [
    { is: 'step', steps: ['a', 'b'] },
    { is: 'step', steps: [] },
    { is: 'reply', to: 5 },
    { is: 'reply', to: 5, runbook: true },
    { is: 'crowd', cause: 'policy' },
    { is: 'status' },
  ] as const)
    test(`reads as it was written: ${JSON.stringify(key)}`, () => expect(readKey(`${keyLine(key)}\nText`)).toEqual({ key }));

  test('with its record', () => expect(readKey(keyLine({ is: 'status' }, EMPTY))).toEqual({ key: { is: 'status' }, record: EMPTY }));

  const bent = (more: object) => readKey(keyLine({ is: 'status' }, { ...EMPTY, ...more } as Record));
  for (const [claim, more] of [
    ['of another version', { v: 2 }],
    ['without a beginning', { since: undefined }],
    ['that begins at a fraction', { since: 1.5 }],
    ['without what was seen', { seen: undefined }],
    ['whose pins are no list', { pins: 'x' }],
    ['whose commands are no list', { done: {} }],
    ['whose claims are no list', { claims: null }],
    ['whose steps are no list', { steps: 1 }],
    ['whose breaches are no list', { breaches: undefined }],
    ['without parts', { parts: null }],
    ['whose parts are a word', { parts: 'x' }],
  ] as const)
    test(`a record ${claim} is none`, () => expect(bent(more)).toEqual({ key: { is: 'status' } }));

  for (const [claim, key] of [
    ['of another program', { watchkeeper: 2 }],
    ['of a kind that is not known', { is: 'other' }],
    ['a step without steps', { is: 'step', steps: 'a' }],
    ['a reply to nobody', { is: 'reply', to: '5' }],
    ['a crowd without a cause', { is: 'crowd', cause: 5 }],
  ] as const)
    test(`a comment is none: ${claim}`, () => expect(readKey(keyLine(key as unknown as Parameters<typeof keyLine>[0]))).toBeUndefined());

  test('words that are none of the steps are left out', () => {
    expect(readKey(keyLine({ is: 'step', steps: ['a', 5, 'b'] as unknown as string[] }))).toEqual({
      key: { is: 'step', steps: ['a', 'b'] },
    });
  });
  test('a text without a key is none', () => expect([readKey('Hello'), readKey('')]).toEqual([undefined, undefined]));
});

describe('who played which part when', () => {
  const seen = local('tue 10:00');
  const at = (record: Partial<Record> | undefined, standing?: Standing, reporter: 'rita' | 'mark' = 'rita') => {
    const story = new Story('mon 10:00', reporter);
    story.standings = new Map(standing ? [[actor('mark').id, standing]] : []);
    if (record) story.record = { ...EMPTY, seen, ...record };
    return partsOf(story.ledger('wed 10:00'));
  };
  const mark = actor('mark');
  const was = (part: 'r' | 'b', when: string): Record['parts'] => ({ [mark.id]: [[local(when), part]] });
  for (const [claim, record, standing, when, want] of [
    ['a responder of today', undefined, 'responder', 'mon 11:00', 'responder'],
    ['a bystander of today', undefined, 'bystander', 'mon 11:00', 'bystander'],
    ['nobody asked, nothing is known', undefined, undefined, 'mon 11:00', 'bystander'],
    ['a bot is one whatever was known', { parts: was('r', 'mon 10:00') }, 'bot', 'mon 11:00', 'bot'],
    ['the App itself', undefined, 'app', 'mon 11:00', 'app'],
    ['a responder then, a bystander today', { parts: was('r', 'mon 10:00') }, 'bystander', 'mon 11:00', 'responder'],
    ['in what no look has seen he is what he is today', { parts: was('r', 'mon 10:00') }, 'bystander', 'tue 10:00:01', 'bystander'],
    ['the last second that was seen', { parts: was('r', 'mon 10:00') }, 'bystander', 'tue 10:00', 'responder'],
    ['nobody asked: what was known holds', { parts: was('r', 'mon 10:00') }, undefined, 'tue 11:00', 'responder'],
    ['a bystander then, a responder today', { parts: was('b', 'mon 10:00') }, 'responder', 'mon 11:00', 'bystander'],
    ['a fact from before the first entry', { parts: was('r', 'mon 12:00') }, 'bystander', 'mon 11:00', 'responder'],
    ['seen without an entry: a bystander', {}, 'responder', 'mon 11:00', 'bystander'],
    ['two minutes before the last look: a bystander', {}, 'responder', 'tue 09:58', 'bystander'],
    ['a replica may have lagged for less', {}, 'responder', 'tue 09:58:01', 'responder'],
  ] as readonly (readonly [string, Partial<Record> | undefined, Standing | undefined, string, Part])[])
    test(claim, () => expect(at(record, standing).of(mark, local(when)).part).toBe(want));

  test('whoever reports is the reporter, and may be staff', () => {
    expect(at(undefined, 'responder', 'mark').of(mark, local('mon 11:00'))).toEqual({ part: 'reporter', staff: true });
    expect(at(undefined, 'bystander', 'mark').of(mark, local('mon 11:00'))).toEqual({ part: 'reporter', staff: false });
    expect(at(undefined, 'responder').of(mark, local('mon 11:00'))).toEqual({ part: 'responder', staff: true });
    expect(at(undefined, 'bot').of(mark, local('mon 11:00'))).toEqual({ part: 'bot', staff: false });
  });

  test('today’s answer is kept from the fact on, and does not reach back', () => {
    const parts = at({}, 'responder');
    expect(parts.of(mark, local('mon 11:00')).part).toBe('bystander');
    expect(parts.of(mark, local('tue 11:00')).part).toBe('responder');
    expect(parts.entries(local('tue 11:00'))).toEqual({
      [mark.id]: [
        [0, 'b'],
        [local('tue 11:00'), 'r'],
      ],
    });
    expect(parts.of(mark, local('mon 12:00')).part).toBe('bystander');
  });

  test('a change is kept beside what was', () => {
    const parts = at({ parts: was('r', 'mon 10:00') }, 'bystander');
    parts.of(mark, local('tue 11:00'));
    parts.of(mark, local('tue 12:00'));
    expect(parts.entries(local('wed 10:00'))).toEqual({
      [mark.id]: [
        [local('mon 10:00'), 'r'],
        [local('tue 11:00'), 'b'],
      ],
    });
  });

  test('a bystander is kept for as long as a replica may lag', () => {
    const parts = at(undefined, 'bystander');
    parts.of(mark, local('mon 11:00'));
    parts.of(mark, local('mon 12:00'));
    expect(parts.entries(local('mon 12:01:59'))).toEqual({ [mark.id]: [[local('mon 12:00'), 'b']] });
    expect(parts.entries(local('mon 12:02'))).toEqual({});
  });
});
