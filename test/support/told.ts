import type { Instant } from '../../src/calendar/time.ts';
import { type Clock, clocks, currentClocks } from '../../src/desk/clock.ts';
import { clocksNow, type Desired, desired, type Look, nextLook } from '../../src/desk/desired.ts';
import { fold } from '../../src/desk/fold.ts';
import type { Ledger, Policies } from '../../src/desk/ledger.ts';
import type { Reach } from '../../src/desk/people.ts';
import { schedule } from '../../src/desk/steps.ts';
import type { Ticket } from '../../src/desk/ticket.ts';
import type { ClockName } from '../../src/policy/types.ts';
import { type Name, Story, shown } from './ledger.ts';

/** `25h`, `1h30m`, `1s`. */
function span(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const text = parts.map((n, i) => (n > 0 ? `${n}${'hms'[i]}` : '')).join('');
  return text === '' ? '0s' : text;
}

/** `running due mon 18:00`, `paused left 2h`, `met mon 11:00 provisionally breached mon 10:00`. */
export function lineOf(clock: Clock | undefined): string {
  if (!clock) return 'none';
  const late = clock.breachedAt === undefined ? '' : ` breached ${shown(clock.breachedAt)}`;
  switch (clock.state.is) {
    case 'running':
      return `running due ${shown(clock.state.dueAt)}${late}`;
    case 'paused':
      return `paused left ${span(clock.state.left)}${late}`;
    case 'met':
      return `met ${shown(clock.state.at)}${clock.state.provisional ? ' provisionally' : ''}${late}`;
    case 'cancelled':
      return `cancelled ${clock.state.why} ${shown(clock.state.at)}${late}`;
  }
}

export type Told = { readonly ticket: Ticket; readonly clocks: readonly Clock[] };

/** The ticket as a first look at that instant understands it. */
export function told(story: Story, readAt: string, policies: Policies): Told {
  const ledger = story.ledger(readAt);
  const ticket = fold(ledger, policies)!;
  return { ticket, clocks: clocks(ticket, policies, ledger.readAt, ledger.record?.breaches) };
}

/** The current cycle of a clock, in words. */
export const clockAt = (story: Story, name: ClockName, readAt: string, policies: Policies): string =>
  lineOf(currentClocks(told(story, readAt, policies).clocks).find((one) => one.name === name));

/** All cycles of a clock: `c101 from mon 10:00: met mon 11:00`. */
export const cyclesAt = (story: Story, name: ClockName, readAt: string, policies: Policies): string[] =>
  told(story, readAt, policies)
    .clocks.filter((one) => one.name === name)
    .map((one) => `${one.cycle} from ${shown(one.startedAt)}: ${lineOf(one)}`);

/** `first_response/opened/75% mon 13:00`, earliest first. */
export function stepsAt(story: Story, readAt: string, policies: Policies): string[] {
  const { ticket, clocks: all } = told(story, readAt, policies);
  return schedule(ticket, all, policies).map((one) => `${one.key} ${shown(one.at)}`);
}

export const opens = (when: string, priority: string, reporter: Name = 'rita'): Story => new Story(when, reporter).form(priority);

/** What a look found and wants. */
export type Seen = Told & { readonly want: Desired; readonly next: Instant | undefined };

/** Without what happened later. */
function asOf(ledger: Ledger): Ledger {
  const { readAt } = ledger;
  const facts = ledger.facts
    .filter((one) => one.at <= readAt)
    .map((one) => (one.kind === 'said' ? { ...one, commands: one.commands.filter((command) => command.at <= readAt) } : one));
  const last = facts.findLast((one) => one.kind === 'closed' || one.kind === 'reopened');
  return { ...ledger, facts, state: last?.kind === 'closed' ? 'closed' : 'open' };
}

/** One look after the other at one story, as the desk takes them: what a look writes down the next one knows. */
export class Watch {
  readonly story: Story;
  readonly posted = new Set<string>();
  policies: Policies;
  reach: Reach = () => true;

  constructor(story: Story, policies: Policies) {
    this.story = story;
    this.policies = policies;
  }

  look(readAt: string): Seen {
    const ledger = asOf(this.story.ledger(readAt));
    const ticket = fold(ledger, this.policies)!;
    const look: Look = {
      ledger,
      policies: this.policies,
      now: ledger.readAt,
      reach: this.reach,
      posted: new Set(this.posted),
      held: () => false,
    };
    const all = clocksNow(ticket, look);
    const want = desired(ticket, all, look);
    for (const one of [...(want.page ? [want.page] : []), ...want.notices]) for (const key of one.steps) this.posted.add(key);
    if (want.status) {
      this.story.record = want.status.record;
      for (const key of want.status.record.steps) this.posted.add(key);
    }
    const next = nextLook(ticket, all, this.policies, ledger.readAt, this.posted, ledger);
    return { ticket, clocks: all, want, next };
  }

  /** Whom the page of this look calls, and for which steps; undefined without a page. */
  page(readAt: string): { readonly steps: readonly string[]; readonly people: readonly string[] } | undefined {
    const { page } = this.look(readAt).want;
    return page && { steps: page.steps, people: page.people.map((one) => (one.kind === 'user' ? one.login : `${one.org}/${one.slug}`)) };
  }
}
