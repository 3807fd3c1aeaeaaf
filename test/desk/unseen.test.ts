import { describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Desired } from '../../src/desk/desired.ts';
import type { Record } from '../../src/desk/ledger.ts';
import { type Observed, plan } from '../../src/desk/plan.ts';
import { keyLine } from '../../src/desk/record.ts';
import { OFFICE, policiesFrom } from '../support/ledger.ts';
import { opens, Watch } from '../support/told.ts';

const at = instant;
const RECORD: Record = {
  v: 1,
  since: at(100),
  pins: [[at(100), 'a']],
  parts: { 5: [[at(100), 'b']], 6: [[at(100), 'r']] },
  seen: at(100),
  done: [],
  claims: [],
  steps: [],
  breaches: [],
};
const TAKE = { comment: 1, name: 'take', text: '', at: at(200), by: 6, ok: true };
const body = (record: Record, words = 'Words') => `${keyLine({ is: 'status' }, record)}\n${words}`;

function isUnseen(status: NonNullable<Desired['status']>, there = body(RECORD)): boolean {
  const none = { labels: [], assign: [], reactions: [], replies: [], notices: [], unheard: [] };
  const wanted: Desired = { ...none, governed: new Set(), yielded: new Set(), status };
  const observed: Observed = {
    labels: [],
    assignees: [],
    state: 'open',
    status: { id: 1, body: there },
    statusIntended: false,
    steps: new Set(),
    replied: new Set(),
    duplicates: [],
  };
  const [edit] = plan(wanted, observed);
  if (edit?.kind !== 'editStatus') throw new Error('nothing is edited');
  return edit.unseen === true;
}

describe('an edit of the status comment waits for what anybody sees', () => {
  for (const [claim, more, want] of [
    ['when a look has seen more', { seen: at(200) }, true],
    ['when a stranger spoke for the first time', { seen: at(200), parts: { ...RECORD.parts, 7: [[at(200), 'b']] } }, true],
    ['when a stranger is forgotten', { parts: { 6: [[at(100), 'r']] } }, true],
    ['but not with a new responder', { seen: at(200), parts: { ...RECORD.parts, 7: [[at(200), 'r']] } }, false],
    ['nor with a former one', { parts: { ...RECORD.parts, 6: [[at(100), 'r'] as const, [at(200), 'b'] as const] } }, false],
    ['nor with a command, carried out', { seen: at(200), done: [TAKE] }, false],
    ['nor with a command, refused', { seen: at(200), done: [{ ...TAKE, by: 7, ok: false }] }, false],
    ['nor with another claim', { claims: [[at(200), 'P1', '', '', 'x']] }, false],
    ['nor with a step', { steps: ['first_response/opened/breach'] }, false],
  ] as readonly (readonly [string, Partial<Record>, boolean])[])
    test(claim, () => {
      const record = { ...RECORD, ...more };
      expect(isUnseen({ body: body(record), record })).toBe(want);
    });

  test('but not with other words, after a responder’s deed, or without a record that can be read', () => {
    const record = { ...RECORD, seen: at(200) };
    expect(isUnseen({ body: body(record, 'Others'), record })).toBe(false);
    expect(isUnseen({ body: body(record), record, heard: true })).toBe(false);
    expect(isUnseen({ body: body(record), record }, '<!-- bent -->\nWords')).toBe(false);
  });
});

describe('that a look has seen what somebody did is news', () => {
  for (const [who, want] of [
    ['mark', true],
    ['olga', undefined],
    ['rita', undefined],
  ] as const)
    test(`of ${who}: ${want ?? false}, and once at most`, () => {
      const watch = new Watch(opens('mon 09:00', 'P1'), policiesFrom(OFFICE));
      watch.look('mon 09:01');
      watch.story.says('mon 10:00', who, 'Hm');
      expect(watch.look('mon 10:01').want.status!.heard).toBe(want);
      expect(watch.look('mon 10:02').want.status!.heard).toBeUndefined();
    });
});
