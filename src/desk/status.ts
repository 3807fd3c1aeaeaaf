import type { Instant } from '../calendar/time.ts';
import type { Policy } from '../policy/types.ts';
import type { NextStep, PageLine, PageView, StatusView } from '../words/comments.ts';
import { type Clock, currentClocks } from './clock.ts';
import type { Escalation } from './escalation.ts';
import { outlines } from './explain.ts';
import { isSecurity } from './intake.ts';
import type { Ledger, Policies } from './ledger.ts';
import { lasts } from './pausing.ts';
import { assigneesOf, ownersOf, type Page } from './people.ts';
import { LATE_S, type Scheduled, schedule, unheardStep } from './steps.ts';
import type { Claim, Ticket } from './ticket.ts';

/** What the status comment says of a ticket, as data. `posted`: the steps that are there, or are sent before it. */
export function statusView(
  ticket: Ticket,
  all: readonly Clock[],
  policies: Policies,
  ledger: Ledger,
  posted: ReadonlySet<string>,
): StatusView {
  const { policy } = policies.now;
  const clocks = currentClocks(all);
  const why = outlines(ticket, all, policies);
  const id = ticket.priorities.at(-1)!.id;
  const priority = policy.priorities.find((one) => one.id === id);
  const product = policy.products.find((one) => one.id === ticket.product)?.name;
  const category = policy.categories.find((one) => one.id === ticket.category)?.name;
  const plan = policy.plans.find((one) => one.id === ticket.plans.at(-1)!.id)?.name;
  const { handedOver, rating } = ticket;
  const name = priority ? (priority.name === id ? id : `${id} – ${priority.name}`) : id;
  return {
    marker: ticket.marker.is,
    emoji: policy.markers[ticket.marker.is].emoji,
    priority: { id, name: priority?.name ?? id },
    ...(product ? { product } : {}),
    ...(category ? { category } : {}),
    ...(plan ? { plan } : {}),
    ...securityOf(ticket, policy),
    ...(rating === undefined ? {} : { rating }),
    ...(handedOver ? { handedOver: { ...handedOver, from: handedOver.from.login } } : {}),
    owners: ownersOf(ticket, policy),
    clocks: why.flatMap((one) => (one.current ? [one.view] : [])),
    next: nextStep(ticket, clocks, ledger, policies, posted),
    notes: notes(ticket, policy),
    instead: { priority: name, product: product ?? '–', category: category ?? '–', plan: plan ?? '–' },
    zone: policy.timezone,
    reconstructed: ticket.reconstructed,
    why,
  };
}

/** A report that ought not to be public: its author is told where to write instead. */
function securityOf(ticket: Ticket, policy: Policy): Pick<StatusView, 'security'> {
  const { security } = policy.intake;
  return security && isSecurity(ticket, policy) ? { security: security.reply } : {};
}

function nextStep(ticket: Ticket, clocks: readonly Clock[], ledger: Ledger, policies: Policies, posted: ReadonlySet<string>): NextStep {
  if (ticket.withdrawn !== undefined) return { is: 'withdrawn' };
  const { marker } = ticket;
  const dueOf = (name: Clock['name']): { due?: Instant } => {
    const clock = clocks.find((one) => one.name === name);
    return clock?.state.is === 'running' && clock.breachedAt === undefined ? { due: clock.state.dueAt } : {};
  };
  const waits = marker.is === 'received' || marker.is === 'progress' ? waitingFor(ticket, policies.now.policy) : undefined;
  if (waits) return waits;
  switch (marker.is) {
    case 'received':
      return ticket.answers.length > 0
        ? { is: 'pick_up' }
        : { is: 'answer', ...dueOf('first_response'), ...promised(ticket, clocks, policies, posted) };
    case 'progress': {
      const who = assigneesOf(ticket, ledger)[0] ?? marker.by?.login;
      return { is: 'work', ...(who ? { who } : {}), ...dueOf('resolution') };
    }
    case 'confirming':
      if (marker.stopped) return { is: 'confirm_stopped' };
      return { is: 'confirm', ...(ticket.confirmsAt === undefined ? {} : { until: ticket.confirmsAt }) };
    case 'resolved':
      if (marker.how === 'without_fix') return { is: 'done_without_fix' };
      if (marker.how === 'duplicate')
        return { is: 'done_duplicate', ...(ticket.duplicateOf === undefined ? {} : { of: ticket.duplicateOf }) };
      return { is: marker.how === 'silence' ? 'done_silence' : 'done' };
  }
}

function waitingFor(ticket: Ticket, policy: Policy): NextStep | undefined {
  const { waits, holds, lacking } = ticket;
  if (lacking.length > 0 && !isSecurity(ticket, policy)) return { is: 'lacking', fields: lacking };
  const why = (reason: string | undefined) => (reason && !isSecurity(ticket, policy) ? { reason } : {});
  if (lasts(waits)) return { is: 'waiting', ...why(waits.at(-1)!.reason) };
  if (lasts(holds)) return { is: 'hold', ...why(holds.at(-1)!.reason) };
  return undefined;
}

/** Whether the first response is late, and whether the policy calls anybody about it: once it is late, whether somebody was called. */
function promised(
  ticket: Ticket,
  clocks: readonly Clock[],
  policies: Policies,
  posted: ReadonlySet<string>,
): { late?: boolean; calls?: boolean } {
  const late = clocks.some((one) => one.name === 'first_response' && one.state.is === 'running' && one.breachedAt !== undefined);
  const steps = schedule(ticket, clocks, policies).filter(({ clock, step }) => clock?.name === 'first_response' && step.mention.length > 0);
  const called = ({ key }: Scheduled) => posted.has(key) && !posted.has(unheardStep(key));
  const calls = late ? steps.some(called) : steps.length > 0;
  return { ...(late ? { late } : {}), ...(calls ? { calls } : {}) };
}

/** A form's answer that is blank or not known gets the default and a polite note, while nobody has corrected it. */
function notes(ticket: Ticket, policy: Policy): StatusView['notes'] {
  const worth = (claim: Claim): claim is 'blank' | 'unknown' => claim === 'blank' || claim === 'unknown';
  const all: StatusView['notes'][number][] = [];
  const source = ticket.priorities.at(-1)!.source;
  if (worth(ticket.priorityClaim) && source !== 'responder') all.push({ about: 'priority', is: ticket.priorityClaim });
  if (policy.products.length > 0 && worth(ticket.productClaim) && !ticket.product) all.push({ about: 'product', is: ticket.productClaim });
  if (policy.categories.length > 0 && worth(ticket.categoryClaim) && !ticket.category)
    all.push({ about: 'category', is: ticket.categoryClaim });
  // Most who bought nothing leave it blank.
  if (policy.plans.length > 0 && ticket.planClaim === 'unknown' && ticket.plans.at(-1)!.id === undefined)
    all.push({ about: 'plan', is: 'unknown' });
  return all;
}

/** What a page says, as data. */
export function pageView(page: Page, escalations: readonly Escalation[], ticket: Ticket, policy: Policy, now: Instant): PageView {
  const quotes = !isSecurity(ticket, policy);
  const early = new Set(escalations.flatMap((one) => (one.step ? [one.step.key] : [])));
  return {
    zone: policy.timezone,
    people: page.people,
    asked: escalations.map(({ asked }) => ({ who: asked.by.login, ...(asked.words && quotes ? { reason: asked.words } : {}) })),
    lines: page.steps.map((step) => pageLine(step, early.has(step.key), now)),
    standIn: page.replaced,
  };
}

function pageLine({ clock, step, at, since, repeat }: Scheduled, early: boolean, now: Instant): PageLine {
  const again = repeat > 0 ? { repeat: { n: repeat, of: step.repeat?.times ?? repeat } } : {};
  const late = now - at > LATE_S ? { lateSince: at } : {};
  if (!clock || step.kind !== 'clock') return { since, moment: { kind: 'stagnant' }, ...again, ...late };
  const base = { clock: clock.name, due: (clock.breachedAt ?? clock.dueAt)!, since, ...again, ...late };
  if (early) return { ...base, moment: { kind: clock.breachedAt === undefined ? 'early' : 'breach' } };
  if (step.moment.kind === 'percent') return { ...base, moment: { kind: 'soon', percent: step.moment.percent } };
  if (step.moment.after.length === 0) return { ...base, moment: { kind: 'breach' } };
  return { ...base, moment: { kind: 'after', later: step.moment.after } };
}
