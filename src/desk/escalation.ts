import { type Clock, currentClocks } from './clock.ts';
import type { Scheduled } from './steps.ts';
import type { Outcome, Ticket } from './ticket.ts';

/** `/escalate`: whom it calls before their time, and who asked. Without a step nobody is in line: `default_owners` are called. */
export type Escalation = { readonly asked: Outcome; readonly step?: Scheduled };

export const escalationKey = ({ asked }: Escalation): string => `escalate/c${asked.comment}/asked`;

/**
 * What responders asked for and has not been posted: each time the next step of the clock that is due soonest. `open` are the steps that are not
 * posted, earliest first, and `due` those of them that are posted now anyway.
 */
export function escalationsOf(
  ticket: Ticket,
  clocks: readonly Clock[],
  open: readonly Scheduled[],
  due: readonly Scheduled[],
  posted: ReadonlySet<string>,
): Escalation[] {
  const wanted = ticket.outcomes.filter((one) => one.ok && one.name === 'escalate');
  if (wanted.length === 0 || ticket.marker.is === 'resolved' || ticket.withdrawn !== undefined) return [];
  const soonest = currentClocks(clocks)
    .flatMap((clock) => (clock.state.is === 'running' ? [{ chain: `${clock.name}/${clock.cycle}`, at: clock.state.dueAt }] : []))
    .sort((a, b) => a.at - b.at)[0]?.chain;
  const taken = new Set(due.map((one) => one.key));
  return wanted.flatMap((asked) => {
    if (posted.has(escalationKey({ asked }))) return [];
    const step = open.find((one) => one.chain === soonest && !taken.has(one.key) && one.step.mention.length > 0);
    if (step) taken.add(step.key);
    return [{ asked, ...(step ? { step } : {}) }];
  });
}
