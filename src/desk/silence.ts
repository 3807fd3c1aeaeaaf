import type { Calendar } from '../calendar/calendar.ts';
import type { Instant } from '../calendar/time.ts';
import type { Policy } from '../policy/types.ts';
import type { Marker } from './ticket.ts';

/** When silence confirms a fix; undefined when it never does as things stand. An open issue that nobody answered is never closed by time. */
export function silenceEnds(marker: Marker, answered: boolean, { confirm }: Policy, calendar: () => Calendar): Instant | undefined {
  if (marker.is !== 'confirming' || confirm === false || marker.stopped) return undefined;
  if (!marker.closed && !answered) return undefined;
  return calendar().dueAfter(marker.confirmsFrom, confirm.after);
}
