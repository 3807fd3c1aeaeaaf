import type { Instant } from '../calendar/time.ts';
import type { ClockView } from './comments.ts';
import { span } from './index.ts';
import type { ClockStanding, Sentences } from './sentences.ts';

/** Where a clock stands, with dates as text. */
export function standingOf(clock: ClockView, date: (at: Instant) => string, words: Sentences): ClockStanding {
  const at = clock.at === undefined ? '' : date(clock.at);
  const due = clock.due === undefined ? '' : date(clock.due);
  switch (clock.state) {
    case 'running':
    case 'breached':
      return { is: clock.state, due };
    case 'met':
    case 'fixed':
      return { is: clock.state, at };
    case 'met_late':
      return { is: 'met_late', at, by: span(words, clock.lateBy ?? 0) };
    default:
      return { is: clock.state };
  }
}
