import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Clock, currentClocks } from './clock.ts';
import type { Scheduled } from './steps.ts';
import type { Outcome, Ticket } from './ticket.ts';

/** `/escalate`: whom it calls before their time, and who asked. Without a step nobody is in line: `default_owners` are called. */
export type Escalation = { readonly asked: Outcome; readonly step?: Scheduled };

/** One comment may be edited to ask again. */
export const escalationKey = ({ asked }: Escalation): string => `escalate/c${asked.comment}.${asked.at}/asked`;

/** Of one look; the next takes what is left. Each brings its reason, and a comment has room for so many. */
const AT_ONCE = 5;
/** Of one account within a day: further ones call nobody, so that a script stays alone. */
const A_DAY = 10;

/**
 * What responders asked for and has not been posted: each time the next step of the clock that is due soonest and has one left. `open` are the steps that
 * are not posted, earliest first, and `due` those of them that are posted now anyway.
 */
export function escalationsOf(
  ticket: Ticket,
  clocks: readonly Clock[],
  open: readonly Scheduled[],
  due: readonly Scheduled[],
  posted: ReadonlySet<string>,
): Escalation[] {
  const wanted = wantedIn(ticket)
    .filter((asked) => !posted.has(escalationKey({ asked })))
    .slice(0, AT_ONCE);
  if (wanted.length === 0) return [];
  // A clock whose steps are all posted has nobody left to call.
  const running = currentClocks(clocks)
    .flatMap((clock) => (clock.state.is === 'running' ? [{ chain: `${clock.name}/${clock.cycle}`, at: clock.state.dueAt }] : []))
    .sort((a, b) => a.at - b.at);
  const taken = new Set(due.map((one) => one.key));
  return wanted.map((asked) => {
    const left = open.filter((one) => !taken.has(one.key) && one.step.mention.length > 0);
    const soonest = running.find(({ chain }) => left.some((one) => one.chain === chain))?.chain;
    const step = left.find((one) => one.chain === soonest);
    if (step) taken.add(step.key);
    return { asked, ...(step ? { step } : {}) };
  });
}

/** One a comment and instant; none of before the ticket was closed or went away: nobody waits for that any more. */
function wantedIn({ outcomes, marker, withdrawn, closures }: Ticket): Outcome[] {
  if (marker.is === 'resolved' || withdrawn !== undefined) return [];
  const all = outcomes.filter((one) => one.ok && one.name === 'escalate');
  const keys = new Set<string>();
  return all.filter((asked, i) => {
    const key = escalationKey({ asked });
    const before = all.slice(0, i).filter((one) => one.by.id === asked.by.id && one.at > asked.at - DAY_SECONDS).length;
    const isFirst = !keys.has(key);
    keys.add(key);
    return isFirst && before < A_DAY && !closures.some(({ from }) => from >= asked.at);
  });
}
