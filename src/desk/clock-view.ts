import type { Calendar } from '../calendar/calendar.ts';
import type { Policy } from '../policy/types.ts';
import type { ClockView } from '../words/comments.ts';
import { hoursOf } from '../words/hours.ts';
import { wordsOf } from '../words/index.ts';
import type { Clock } from './clock.ts';

/** When a calendar is open, in words; nothing for one that always is. */
export function hoursIn({ spec }: Calendar, { timezone, language }: Policy): string | undefined {
  return spec.kind === 'hours' ? hoursOf(spec, timezone, wordsOf(language)) : undefined;
}

/** Where a clock stands, as the status comment and replies show it. */
export function clockView(clock: Clock, policy: Policy): ClockView {
  const { state, course } = clock;
  const hours = course && hoursIn(course.calendar, policy);
  const due = clock.dueAt ?? clock.breachedAt;
  const base = {
    name: clock.name,
    ...(course ? { target: course.target } : {}),
    ...(hours === undefined ? {} : { calendar: hours }),
    ...(due === undefined ? {} : { due }),
  };
  switch (state.is) {
    case 'running':
      return { ...base, state: clock.breachedAt === undefined ? 'running' : 'breached' };
    case 'paused':
      return { ...base, state: clock.breachedAt === undefined ? 'paused' : 'breached' };
    case 'met':
      if (clock.breachedAt !== undefined) return { ...base, state: 'met_late', at: state.at, lateBy: state.at - clock.breachedAt };
      return { ...base, state: state.provisional ? 'fixed' : 'met', at: state.at };
    case 'cancelled':
      return { ...base, state: state.why === 'closed_unanswered' ? 'unanswered' : 'dropped' };
  }
}
