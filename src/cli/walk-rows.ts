import type { Duration, Instant, Seconds } from '../calendar/time.ts';
import type { Clock } from '../desk/clock.ts';
import { IN_CODE } from '../desk/happenings.ts';
import type { Policies } from '../desk/ledger.ts';
import type { Scheduled } from '../desk/steps.ts';
import type { ClockName, Mention, Person } from '../policy/types.ts';
import type { Look } from './walk.ts';

/** One thing that changed, when. Data only: `replay-text.ts` says it. Texts of people come as they are. */
export type Row = { readonly at: Instant } & (
  | { readonly is: 'ticket'; readonly by: string; readonly priority: string; readonly source: string }
  | { readonly is: 'withdrawn' }
  | { readonly is: 'command'; readonly name: string; readonly text: string; readonly by: string; readonly refused?: string }
  | { readonly is: 'answer'; readonly by: string }
  | { readonly is: 'marker'; readonly marker: string; readonly emoji: string; readonly by?: string; readonly how?: string }
  | { readonly is: 'priority'; readonly from: string; readonly to: string; readonly source: string }
  | { readonly is: 'field'; readonly field: string; readonly value?: string }
  | ({ readonly is: 'clock'; readonly clock: ClockName; readonly run: number } & ClockChange)
  | StepRow
  | { readonly is: 'dropped'; readonly steps: readonly string[]; readonly why: string }
  | { readonly is: 'pause'; readonly cause: string; readonly ends: boolean; readonly reason?: string }
  /** Told to one person, once: that silence will confirm, what a form lacks, that his turn is over. */
  | { readonly is: 'notice'; readonly about: string; readonly calls: readonly string[] }
  /** Called for by hand, where no step was left to call. */
  | { readonly is: 'escalated'; readonly calls: readonly string[] }
  | { readonly is: 'desk'; readonly does: 'closes' | 'reopens' }
  /** What follows comes if nobody does anything more. */
  | { readonly is: 'file_ends' }
);

type StepRow = {
  readonly is: 'step';
  readonly step: string;
  /** As the policy names them. */
  readonly mentions: readonly string[];
  /** Whom the comment calls, all its steps together. */
  readonly calls: readonly string[];
  readonly label?: string;
  /** When it was due, if it was not posted then. */
  readonly dueAt?: Instant;
};

export type ClockChange =
  | { readonly change: 'starts'; readonly from: Instant; readonly dueAt?: Instant; readonly target?: Duration; readonly calendar?: string }
  | { readonly change: 'moves'; readonly from?: Instant; readonly dueAt: Instant }
  | { readonly change: 'pauses'; readonly left: Seconds }
  | { readonly change: 'breached' }
  | { readonly change: 'met'; readonly provisional: boolean; readonly lateBy?: Seconds }
  | { readonly change: 'confirmed' }
  | { readonly change: 'cancelled'; readonly why: string }
  | { readonly change: 'gone' };

/** What this look saw that the one before had not, in the order: people, marker, clocks, steps, the desk. */
export function rowsOf(before: Look | undefined, look: Look, policies: Policies): Row[] {
  const rows = [
    ...saidRows(look),
    ...ticketRows(before, look, policies),
    ...pauseRows(before, look),
    ...clockRows(before, look),
    ...droppedRows(before, look),
    ...stepRows(look),
  ];
  const { now, want } = look;
  for (const { steps, people } of want.notices)
    rows.push({ at: now, is: 'notice', about: steps[0]!.split('/')[0]!, calls: people.map(nameOf) });
  if (want.state) rows.push({ at: now, is: 'desk', does: want.state.is === 'closed' ? 'closes' : 'reopens' });
  return rows;
}

function saidRows({ ticket, now }: Look): Row[] {
  return ticket.outcomes
    .filter((one) => one.fresh)
    .map(({ name, text, by, ...one }) => {
      const refused = one.ok ? {} : { refused: one.why };
      return { at: now, is: 'command', name, text: text === IN_CODE ? '' : text, by: by.login, ...refused };
    });
}

function ticketRows(before: Look | undefined, { ticket, ledger, now }: Look, policies: Policies): Row[] {
  const rows: Row[] = [];
  const was = before?.ticket;
  const first = ticket.priorities[0]!;
  if (!was) rows.push({ at: ticket.since, is: 'ticket', by: ledger.reporter.login, priority: first.id, source: first.source });
  const answers = new Set(was?.answers.map((one) => one.id));
  for (const { id, by, at } of ticket.answers) if (!answers.has(id)) rows.push({ at, is: 'answer', by: by.login });
  const keyOf = (one: { at: Instant; id: string }) => `${one.at} ${one.id}`;
  const changes = new Set((was?.priorities ?? [first]).map(keyOf));
  for (const [i, { at, id, source }] of ticket.priorities.entries())
    if (!changes.has(keyOf(ticket.priorities[i]!)))
      rows.push({ at, is: 'priority', from: ticket.priorities[i - 1]?.id ?? id, to: id, source });
  const fieldsOf = (of: Look['ticket'] | undefined) => ({ product: of?.product, category: of?.category, plan: of?.plans.at(-1)?.id });
  const had = fieldsOf(was);
  for (const [field, value] of Object.entries(fieldsOf(ticket))) {
    if (value !== had[field as keyof typeof had]) rows.push({ at: now, is: 'field', field, ...(value === undefined ? {} : { value }) });
  }
  const marks = new Set(was?.history.map(keyOf));
  for (const one of ticket.history) {
    if (marks.has(keyOf(one))) continue;
    const by = ledger.facts.find((fact) => fact.id === one.id)?.by.login;
    const how = ticket.marker.is === 'resolved' && one === ticket.history.at(-1) ? ticket.marker.how : undefined;
    const { emoji } = policies.now.policy.markers[one.marker];
    rows.push({ at: one.at, is: 'marker', marker: one.marker, emoji, ...(by ? { by } : {}), ...(how ? { how } : {}) });
  }
  if (ticket.withdrawn !== undefined && was?.withdrawn === undefined) rows.push({ at: ticket.withdrawn, is: 'withdrawn' });
  return rows;
}

/** What a person let the ticket wait for. Pauses that a marker brings are seen at the marker. */
function pauseRows(before: Look | undefined, { ticket }: Look): Row[] {
  const all = [...ticket.waits, ...ticket.holds];
  const known = new Map(
    [...(before?.ticket.waits ?? []), ...(before?.ticket.holds ?? [])].map((one) => [`${one.cause} ${one.began}`, one]),
  );
  return all.flatMap(({ cause, began, from, to, reason }) => {
    const was = known.get(`${cause} ${began}`);
    const rows: Row[] = was ? [] : [{ at: from, is: 'pause', cause, ends: false, ...(reason ? { reason } : {}) }];
    if (to !== undefined && was?.to === undefined) rows.push({ at: to, is: 'pause', cause, ends: true });
    return rows;
  });
}

const runKey = (clock: Clock): string => `${clock.name} ${clock.cycle}`;

function clockRows(before: Look | undefined, { after: clocks, now }: Look): Row[] {
  const known = new Map(before?.after.map((clock) => [runKey(clock), clock]));
  const rows: Row[] = [];
  for (const clock of clocks) {
    const run = clocks.filter((one) => one.name === clock.name).indexOf(clock) + 1;
    const add = (at: Instant, change: ClockChange) => void rows.push({ at, is: 'clock', clock: clock.name, run, ...change });
    changesOf(known.get(runKey(clock)), clock, now, add);
    known.delete(runKey(clock));
  }
  // A turn of a second was none.
  for (const { name } of known.values()) rows.push({ at: now, is: 'clock', clock: name, run: 1, change: 'gone' });
  return rows;
}

function changesOf(was: Clock | undefined, clock: Clock, now: Instant, add: (at: Instant, change: ClockChange) => void): void {
  const { state, course, breachedAt } = clock;
  const due = clock.dueAt === undefined ? {} : { dueAt: clock.dueAt };
  if (!was) {
    const more = course ? { target: course.target, calendar: course.calendarId } : {};
    add(now, { change: 'starts', from: clock.startedAt, ...due, ...more });
  }
  const ran = was?.state.is === 'running';
  if (was && state.is === 'running' && (!ran || was.dueAt !== clock.dueAt)) {
    add(now, { change: 'moves', dueAt: state.dueAt, ...(ran && was.dueAt !== undefined ? { from: was.dueAt } : {}) });
  }
  if (breachedAt !== undefined && was?.breachedAt === undefined) add(breachedAt, { change: 'breached' });
  if (state.is === 'paused' && was?.state.is !== 'paused') add(now, { change: 'pauses', left: state.left });
  if (state.is === 'met') {
    const late = breachedAt === undefined ? {} : { lateBy: state.at - breachedAt };
    if (was?.state.is !== 'met' || was.state.at !== state.at) add(state.at, { change: 'met', provisional: state.provisional, ...late });
    else if (was.state.provisional && !state.provisional) add(now, { change: 'confirmed' });
  }
  if (state.is === 'cancelled' && was?.state.is !== 'cancelled') add(state.at, { change: 'cancelled', why: state.why });
}

/** Steps that were ahead and are so no more, though nobody posted them. A pause only puts them off. */
function droppedRows(before: Look | undefined, { open, clocks, now }: Look): Row[] {
  const still = new Set(open.map((one) => one.key));
  // Where nothing happened for long, whatever happens begins the wait anew: nobody was promised anything.
  const gone = (before?.open ?? []).filter((one) => one.clock && !still.has(one.key) && !before?.posts.has(one.key));
  const rows = new Map<string, { at: Instant; is: 'dropped'; steps: string[]; why: string }>();
  for (const one of gone) {
    const state = clocks.find((clock) => `${clock.name}/${clock.cycle}` === one.chain)?.state.is ?? 'gone';
    if (state === 'paused') continue;
    const row = rows.get(state) ?? { at: now, is: 'dropped' as const, steps: [], why: state === 'running' ? 'moved' : state };
    row.steps.push(stepName(one));
    rows.set(state, row);
  }
  return [...rows.values()];
}

function stepRows({ open, posts, want, now }: Look): Row[] {
  const calls = want.page?.people.map(nameOf) ?? [];
  const steps = open.filter((one) => posts.has(one.key));
  if (steps.length === 0 && want.page) return [{ at: now, is: 'escalated', calls }];
  return steps.map((one) => ({
    at: now,
    is: 'step',
    step: stepName(one),
    mentions: one.step.mention.map(mentionOf),
    calls: one.step.mention.length > 0 ? calls : [],
    ...(one.step.label ? { label: one.step.label } : {}),
    ...(one.at === now ? {} : { dueAt: one.at }),
  }));
}

/** `first_response/75%`, `stagnant*2`: the key without the id of the fact that began it. */
export function stepName({ key, chain }: Scheduled): string {
  const [clock, step] = [chain.split('/')[0]!, key.slice(chain.length + 1)];
  return step.split('*')[0] === clock ? step : `${clock}/${step}`;
}

export const nameOf = (person: Person): string => (person.kind === 'user' ? `@${person.login}` : `@${person.org}/${person.slug}`);

/** As `support.yml` writes it. */
function mentionOf(mention: Mention): string {
  switch (mention.kind) {
    case 'user':
    case 'team':
      return nameOf(mention);
    case 'role':
      return mention.role;
    case 'on_call':
      return mention.rota === undefined ? 'on_call' : `on_call.${mention.rota}`;
    default:
      return mention.kind;
  }
}
