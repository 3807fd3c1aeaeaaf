import type { HolidaySource } from '../../src/calendar/time.ts';
import { clocks } from '../../src/desk/clock.ts';
import { explain } from '../../src/desk/explain.ts';
import { fold } from '../../src/desk/fold.ts';
import type { Policies } from '../../src/desk/ledger.ts';
import { readPolicy } from '../../src/policy/read.ts';
import type { Language, Policy } from '../../src/policy/types.ts';
import { presetText } from '../../src/presets.ts';
import { inForce } from '../../src/watch/policies.ts';
import type { Reason } from '../../src/words/reason.ts';
import { local, OFFICE, policiesFrom, Story } from '../support/ledger.ts';
import { WRITTEN } from './views.ts';

export const opens = (when: string, priority: string) => new Story(when).form(priority);

/** `posted`: the keys of the steps that the desk has posted by then. */
export function reasonsOf(story: Story, readAt: string, using: Policies, posted: readonly string[] = []): Reason[] {
  const ticket = fold(story.ledger(readAt), using)!;
  return explain(ticket, clocks(ticket, using, local(readAt)), using, new Set(posted));
}

export const PLANS = `
plans:
  - { id: gold, name: Gold, claimable: true, calendar: office, targets: { first_response: 2h, resolution: 5d } }
`;

/** The office with a plan; Wednesday 7 January is a holiday by law, Thursday the 8th closed by the policy. */
export function withHolidays(more = ''): Policies {
  const text = OFFICE.replace('"] } }', '"] }, holidays: { country: RO, add: { 2026-01-08: closed } } }');
  const law: HolidaySource = (_country, _region, year) => (year === 2026 ? [{ date: '2026-01-07', name: 'Sfântul Ion' }] : []);
  const read = readPolicy(`${text}${PLANS}${more}`, presetText, { holidays: law }) as { policy: Policy };
  const plain = policiesFrom(OFFICE);
  const now = inForce(read.policy, 'now', plain.now.since, law);
  return { ...plain, now, at: () => now };
}

/** What there is to explain, by what it is about. */
export function whyIn(language: Language): Readonly<Record<string, readonly Reason[]>> {
  const using = withHolidays(`language: ${language}\n`);
  const { reason } = WRITTEN[language];
  const told = (story: Story, readAt: string, ...posted: string[]) => reasonsOf(story, readAt, using, posted);
  const paused = opens('mon 14:00:37', 'P2').says('mon 15:00', 'mark', `/wait ${reason}`).says('fri 10:00', 'rita', 'Here it is.');
  return {
    'a weekend, holidays and a pause': told(paused, 'fri 11:00'),
    'in pause, twice at once': told(
      opens('fri 16:00', 'P1').says('fri 17:00', 'mark', '/wait').says('fri 18:00', 'mark', `/hold ${reason}`),
      'fri 19:00',
    ),
    'grace and the old date': told(opens('mon+1 10:00', 'P3').says('wed+1 12:00', 'mark', '/priority P1'), 'wed+1 12:01'),
    'a plan, and a promise that does not count': told(opens('sat 12:00', 'P3').says('sat 12:30', 'mark', '/plan gold'), 'sat 13:00'),
    'late, a fix that did not help, closed and reopened': told(
      opens('mon 10:00', 'P1')
        .says('mon 12:00', 'mark', '/fixed')
        .says('mon 13:00', 'rita', '/still-broken')
        .closed('tue 14:00', 'mark')
        .labelled('tue 15:00', 'mark', 'bug')
        .reopened('tue 16:00', 'rita'),
      'tue 17:00',
      ...['first_response/opened/75%', 'first_response/opened/breach', 'resolution/opened/breach'],
    ),
    nothing: [],
  };
}
