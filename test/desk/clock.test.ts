import { describe, expect, test } from 'vitest';
import { type Clock, clocks, currentClocks } from '../../src/desk/clock.ts';
import { fold } from '../../src/desk/fold.ts';
import { schedule } from '../../src/desk/steps.ts';
import type { ClockName } from '../../src/policy/types.ts';
import { local, OFFICE, policiesFrom, Story, shown } from '../support/ledger.ts';

const policies = policiesFrom(OFFICE);

function clockOf(story: Story, name: ClockName, readAt: string, using = policies): Clock | undefined {
  const ticket = fold(story.ledger(readAt), using)!;
  return currentClocks(clocks(ticket, using, local(readAt))).find((one) => one.name === name);
}

const line = (clock: Clock | undefined): string => {
  if (!clock) return 'none';
  const late = clock.breachedAt === undefined ? '' : ` breached ${shown(clock.breachedAt)}`;
  switch (clock.state.is) {
    case 'running':
      return `running due ${shown(clock.state.dueAt)}${late}`;
    case 'paused':
      return `paused${late}`;
    case 'met':
      return `met ${shown(clock.state.at)}${clock.state.provisional ? ' provisionally' : ''}${late}`;
    case 'cancelled':
      return `cancelled ${clock.state.why}${late}`;
  }
};

const p = (story: Story, priority: string) => story.form(priority);
const opens = (when: string, priority: string) => p(new Story(when), priority);

describe('first response', () => {
  for (const [claim, story, readAt, want] of [
    ['4h from Monday 14:00 is Monday 18:00', opens('mon 14:00', 'P2'), 'mon 14:00', 'running due mon 18:00'],
    ['1d from Friday 17:59:59 is Monday 17:59:59', opens('fri 17:59:59', 'P3'), 'fri 18:00', 'running due mon+1 17:59:59'],
    ['1d from Friday 18:00 is Tuesday 09:00', opens('fri 18:00', 'P3'), 'fri 18:00', 'running due tue+1 09:00'],
    [
      'answered in the due second: breached, late by 0 s',
      opens('mon 14:00', 'P2').says('mon 18:00', 'mark', 'Looking'),
      'mon 18:01',
      'met mon 18:00 breached mon 18:00',
    ],
    ['answered a second earlier: met', opens('mon 14:00', 'P2').says('mon 17:59:59', 'mark', 'Looking'), 'mon 18:01', 'met mon 17:59:59'],
    ['a bot does not answer', opens('mon 14:00', 'P2').says('mon 15:00', 'bot', 'Thanks!'), 'mon 16:00', 'running due mon 18:00'],
    ['a bystander does not answer', opens('mon 14:00', 'P2').says('mon 15:00', 'olga', 'Same here'), 'mon 16:00', 'running due mon 18:00'],
    [
      'the reporter does not answer himself',
      opens('mon 14:00', 'P2').says('mon 15:00', 'rita', 'Anybody?'),
      'mon 16:00',
      'running due mon 18:00',
    ],
    ['a command alone does not answer', opens('mon 14:00', 'P2').says('mon 15:00', 'mark', '/take'), 'mon 16:00', 'running due mon 18:00'],
    ['a label does not answer', opens('mon 14:00', 'P2').labelled('mon 15:00', 'mark', 'bug'), 'mon 16:00', 'running due mon 18:00'],
    [
      'a minimised answer does not answer',
      opens('mon 14:00', 'P2').says('mon 15:00', 'mark', 'Looking', { visible: false }),
      'mon 16:00',
      'running due mon 18:00',
    ],
    ['the text of /fixed answers', opens('mon 14:00', 'P2').says('mon 15:00', 'mark', '/fixed in 1.2'), 'mon 16:00', 'met mon 15:00'],
    [
      'closed as completed without a word: closed unanswered',
      opens('mon 14:00', 'P2').closed('mon 15:00', 'mark'),
      'mon 16:00',
      'cancelled closed_unanswered',
    ],
    [
      'reopened: it goes on, the time closed pauses it',
      opens('mon 14:00', 'P2').closed('mon 15:00', 'mark').reopened('mon 16:00', 'rita'),
      'mon 16:30',
      'running due tue 10:00',
    ],
    ['an issue opened by a responder has none', new Story('mon 14:00', 'mark').form('P2'), 'mon 15:00', 'none'],
  ] as const) {
    test(claim, () => expect(line(clockOf(story, 'first_response', readAt))).toBe(want));
  }
});

describe('workaround and resolution', () => {
  for (const [claim, clock, story, readAt, want] of [
    [
      '🟡 meets it provisionally',
      'resolution',
      opens('mon 10:00', 'P2').says('tue 10:00', 'mark', '/fixed'),
      'tue 11:00',
      'met tue 10:00 provisionally',
    ],
    [
      '🟡 meets the workaround',
      'workaround',
      opens('mon 10:00', 'P2').says('mon 11:00', 'mark', '/fixed'),
      'mon 12:00',
      'met mon 11:00 provisionally',
    ],
    [
      '/still-broken voids it and the gap is a pause',
      'resolution',
      opens('mon 10:00', 'P2').says('tue 10:00', 'mark', '/fixed').says('tue 12:00', 'rita', '/still-broken'),
      'tue 13:00',
      'running due thu 12:00',
    ],
    [
      '/confirm makes it final',
      'resolution',
      opens('mon 10:00', 'P2').says('tue 10:00', 'mark', '/fixed').says('tue 12:00', 'rita', '/confirm'),
      'tue 13:00',
      'met tue 10:00',
    ],
    [
      'closed as completed on 🔴: met now',
      'resolution',
      opens('mon 10:00', 'P2').closed('mon 12:00', 'mark'),
      'mon 13:00',
      'met mon 12:00',
    ],
    [
      'not planned: cancelled',
      'resolution',
      opens('mon 10:00', 'P2').closed('mon 12:00', 'mark', 'not_planned'),
      'mon 13:00',
      'cancelled closed_without_fix',
    ],
    [
      'closed by a bot: cancelled',
      'resolution',
      opens('mon 10:00', 'P2').closed('mon 12:00', 'bot'),
      'mon 13:00',
      'cancelled closed_without_fix',
    ],
    [
      'reopened: the next cycle has its full target',
      'resolution',
      opens('mon 10:00', 'P2').closed('mon 12:00', 'mark').reopened('tue 10:00', 'rita'),
      'tue 13:00',
      'running due fri 10:00',
    ],
    ['P4 has no resolution', 'resolution', opens('mon 10:00', 'P4'), 'mon 13:00', 'none'],
    [
      'silence confirms after 7d',
      'resolution',
      opens('mon 10:00', 'P2').says('mon 12:00', 'mark', '/fixed in 1.2'),
      'wed+1 12:00',
      'met mon 12:00',
    ],
    [
      'the reporter wrote back: silence no longer confirms',
      'resolution',
      opens('mon 10:00', 'P2').says('mon 12:00', 'mark', '/fixed in 1.2').says('tue 12:00', 'rita', 'no'),
      'wed+2 12:00',
      'met mon 12:00 provisionally',
    ],
  ] as const) {
    test(claim, () => expect(line(clockOf(story, clock, readAt))).toBe(want));
  }
});

describe('re-prioritisation', () => {
  for (const [claim, clock, story, readAt, want] of [
    [
      'raised Wed 12:00 to 24h on always, grace 1h: Wed 13:00',
      'resolution',
      opens('mon 10:00', 'P3').says('wed 12:00', 'mark', '/priority P1'),
      'wed 12:00',
      'running due wed 13:00',
    ],
    [
      'raised Thu 09:30: Thu 10:00, never later than it was',
      'resolution',
      opens('mon 10:00', 'P3').says('thu 09:30', 'mark', '/priority P1'),
      'thu 09:30',
      'running due thu 10:00',
    ],
    [
      'P1 breached, lowered: stays breached',
      'resolution',
      opens('mon 10:00', 'P1').says('tue 11:00', 'mark', '/priority P3'),
      'tue 12:00',
      'running due tue 10:00 breached tue 10:00',
    ],
    [
      'lowered before the breach: the new target from the same start',
      'first_response',
      opens('mon 10:00', 'P1').says('mon 10:30', 'mark', '/priority P3'),
      'mon 10:30',
      'running due tue 10:00',
    ],
    [
      'a label set by hand says the same',
      'first_response',
      opens('mon 10:00', 'P3').labelled('mon 10:30', 'mark', 'p1: critical'),
      'mon 10:30',
      'running due mon 11:00',
    ],
    [
      'a label set by a bot says nothing',
      'first_response',
      opens('mon 10:00', 'P3').labelled('mon 10:30', 'bot', 'p1: critical'),
      'mon 10:30',
      'running due tue 10:00',
    ],
    [
      'twice: the second counts from the start too',
      'resolution',
      opens('mon 10:00', 'P3').says('mon 11:00', 'mark', '/priority P2').says('mon 12:00', 'mark', '/priority P1'),
      'mon 12:00',
      'running due tue 10:00',
    ],
    [
      'to a priority without the target: no clock',
      'resolution',
      opens('mon 10:00', 'P3').says('mon 11:00', 'mark', '/priority P4'),
      'mon 12:00',
      'none',
    ],
  ] as const) {
    test(claim, () => expect(line(clockOf(story, clock, readAt))).toBe(want));
  }
});

describe('steps', () => {
  const steps = (story: Story, readAt: string) => {
    const ticket = fold(story.ledger(readAt), policies)!;
    return schedule(ticket, clocks(ticket, policies, local(readAt)), policies).map((one) => `${one.key} ${shown(one.at)}`);
  };

  test('75 % is taken of the open time, breach + X runs on the calendar', () => {
    expect(steps(opens('sat 12:00', 'P3'), 'sat 12:00')).toEqual([
      'first_response/opened/75% mon+1 15:45',
      'first_response/opened/breach tue+1 09:00',
      'resolution/opened/breach thu+1 09:00',
      'resolution/opened/breach+4h thu+1 13:00',
    ]);
  });

  test('after a re-prioritisation with grace, percentages are taken of the grace', () => {
    const story = opens('mon 10:00', 'P3').says('mon 15:00', 'mark', '/priority P1');
    expect(steps(story, 'mon 15:00').filter((one) => one.startsWith('first'))).toEqual([
      'first_response/opened/75% mon 15:45',
      'first_response/opened/breach mon 16:00',
    ]);
  });

  test('a step whose target came into force later than its instant is never posted', () => {
    const story = opens('mon 10:00', 'P3').says('mon 10:50', 'mark', '/priority P1');
    expect(steps(story, 'mon 10:50').filter((one) => one.startsWith('first'))).toEqual(['first_response/opened/breach mon 11:00']);
  });

  const late = policiesFrom(OFFICE, { arrival: '2026-01-06T12:00:00Z' });
  const keys = (story: Story, readAt: string) => {
    const ticket = fold(story.ledger(readAt), late)!;
    return schedule(ticket, clocks(ticket, late, local(readAt)), late).map((one) => one.key);
  };

  test('a ticket of the backlog calls nobody', () => {
    expect(keys(opens('mon 10:00', 'P2'), 'tue 15:00')).toEqual([]);
  });

  test('a backlog ticket that a person woke calls for what falls due from then on', () => {
    expect(keys(opens('mon 10:00', 'P2').says('wed 10:00', 'rita', 'Any news?'), 'wed 15:00')).toEqual([
      'resolution/opened/breach',
      'resolution/opened/breach+4h',
    ]);
    expect(keys(opens('mon 10:00', 'P2').says('thu 11:00', 'rita', 'Any news?'), 'thu 15:00')).toEqual(['resolution/opened/breach+4h']);
  });
});
