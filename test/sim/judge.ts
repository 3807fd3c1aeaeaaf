import { readKey } from '../../src/desk/record.ts';
import type { TicketRow } from '../../src/store/port.ts';
import { REPO, type TestDesk } from '../support/desk.ts';
import { IN_FORCE } from './draw-policy.ts';
import type { Played } from './play.ts';
import type { PredictedStep, PredictedTicket } from './script.ts';
import { Timing, type Window } from './timing.ts';

export type Judged = {
  /** One line each: which ticket, what differs. */
  readonly problems: readonly string[];
  readonly predicted: number;
  readonly posted: number;
  readonly breaches: number;
  /** Seconds from a step's instant to its comment, of those that nothing had stopped. */
  readonly late: readonly number[];
};

type Posted = { readonly clock: string; readonly cycle: string; readonly step: string; readonly repeat: number; readonly at: number };

export const stamp = (at: number | undefined): string => (at === undefined ? '–' : new Date(at * 1000).toISOString().slice(0, 19));
const nameOf = (one: { clock: string; startedAt: number; step?: string; repeat?: number }): string =>
  `${one.clock} since ${stamp(one.startedAt)}${one.step === undefined ? '' : ` step ${one.step}${one.repeat ? ` repeat ${one.repeat}` : ''}`}`;

/** Compares what GitHub shows with what the second model predicts, and the desk with itself. */
class Judge {
  readonly problems: string[] = [];
  readonly late: number[] = [];
  posted = 0;
  breaches = 0;
  readonly #played: Played;
  readonly #desk: TestDesk;
  readonly #timing: Timing;

  constructor(played: Played) {
    this.#played = played;
    this.#desk = played.desk;
    this.#timing = new Timing(played);
  }

  #differs(ticket: number, what: string): void {
    this.problems.push(`#${ticket} ${what}`);
  }

  ticket(want: PredictedTicket): void {
    this.#labels(want);
    const posted = this.#postedOf(want.ticket);
    this.posted += posted.length;
    this.#steps(want, posted);
    this.#breaches(want);
  }

  #labels({ ticket, marker, priority, waiting, hold }: PredictedTicket): void {
    const { markers, flags, priorities } = this.#played.script.policies.at(-1)!.policy;
    const label = priorities.find((one) => one.id === priority)?.label ?? `no such priority: ${priority}`;
    const known = [
      ...Object.values(markers),
      ...priorities.map((one) => one.label),
      ...(IN_FORCE.pauses ? [flags.waiting, flags.hold] : []),
    ];
    const flagged = IN_FORCE.pauses && marker !== 'resolved';
    const wanted = [
      markers[marker],
      label,
      ...(flagged && waiting ? [flags.waiting] : []),
      ...(flagged && hold ? [flags.hold] : []),
    ].sort();
    const there = this.#desk.labelsOf(ticket).filter((name) => known.includes(name));
    if (there.join() !== wanted.join()) this.#differs(ticket, `has the labels [${there}], predicted [${wanted}]`);
  }

  /** Where a cycle began: its fact is a comment or an entry of the timeline. */
  #startOf(ticket: number, cycle: string): number | undefined {
    // Stagnation is named by the instant itself.
    if (/^\d+$/.test(cycle)) return Number(cycle);
    const issue = this.#desk.issue(ticket);
    if (cycle === 'opened') return issue.createdAt;
    const id = Number(cycle.slice(1));
    return this.#played.comments.find((one) => one.id === id)?.at ?? issue.timeline.find((row) => row.id === id)?.at;
  }

  /** A clock of which nothing is left since a comment was deleted or hidden: what had come of it by then is not taken back. */
  #isTakenBack({ ticket, clocks }: Pick<PredictedTicket, 'ticket' | 'clocks'>, clock: string, startedAt: number, at: number): boolean {
    if (clocks.some((one) => one.clock === clock && one.startedAt === startedAt)) return false;
    return this.#played.script.acts.some((act) => act.ticket === ticket && (act.kind === 'delete' || act.kind === 'hide') && act.at >= at);
  }

  #postedOf(ticket: number): Posted[] {
    const all: Posted[] = [];
    for (const comment of this.#desk.ownOf(ticket, 'step')) {
      const key = readKey(comment.body)!.key;
      const at = Date.parse(comment.at) / 1000;
      const steps = key.is === 'step' ? key.steps.map((one) => one.split('/') as [string, string, string]) : [];
      const called = steps.filter(([clock]) => CLOCKS.includes(clock));
      if (called.length > 0 && !/@\w/.test(comment.body.replace(/<!--.*?-->/s, '')))
        this.#differs(ticket, `a step calls nobody: ${comment.body}`);
      for (const [clock, cycle, text] of called) {
        const [step, repeat] = text.split('*');
        all.push({ clock, cycle, step: step!, repeat: Number(repeat ?? 0), at });
      }
    }
    return all;
  }

  #steps({ ticket, steps, clocks }: PredictedTicket, posted: readonly Posted[]): void {
    const left = [...posted];
    for (const want of steps) {
      const is = (one: Posted) =>
        one.clock === want.clock &&
        one.step === want.step &&
        one.repeat === want.repeat &&
        this.#startOf(ticket, one.cycle) === want.startedAt;
      const mine = left.filter(is);
      for (const one of mine) left.splice(left.indexOf(one), 1);
      if (mine.length > 1) this.#differs(ticket, `${nameOf(want)} was posted ${mine.length} times: ${mine.map((one) => stamp(one.at))}`);
      this.#step(ticket, want, mine[0], this.#windowsOf(want, steps));
    }
    for (const one of left) {
      const startedAt = this.#startOf(ticket, one.cycle) ?? 0;
      if (this.#isTakenBack({ ticket, clocks }, one.clock, startedAt, one.at)) continue;
      this.#differs(ticket, `${nameOf({ ...one, startedAt })} was posted at ${stamp(one.at)}, and not predicted`);
    }
  }

  /** When it was owed: until it was stopped, until its next repeat (missed ones collapse into one), till the end. */
  #windowsOf(want: PredictedStep, steps: readonly PredictedStep[]): Window[] {
    const next = steps.find(
      (one) => one.repeat === want.repeat + 1 && one.step === want.step && one.clock === want.clock && one.startedAt === want.startedAt,
    );
    const last = Math.min(next?.at ?? Number.POSITIVE_INFINITY, this.#played.script.until);
    // With the same instant the reference neither asks for the step nor forbids it.
    const owed = [want, ...(want.again ?? []).filter((one) => one.at !== want.at)];
    return owed.map(({ at, from, stoppedAt }) => ({ from: Math.max(at, from ?? at), to: Math.min(stoppedAt ?? last, last) }));
  }

  #step(ticket: number, want: PredictedStep, got: Posted | undefined, windows: readonly Window[]): void {
    if (!got) {
      if (windows.some((window) => this.#timing.owed(ticket, window)))
        this.#differs(ticket, `${nameOf(want)} was not posted, predicted at ${stamp(want.at)} (stopped ${stamp(want.stoppedAt)})`);
      return;
    }
    const starts = [want, ...(want.again ?? [])].map(({ at, from }) => Math.max(at, from ?? at));
    const [first] = [...starts].sort((a, b) => a - b);
    if (got.at < first!) this.#differs(ticket, `${nameOf(want)} was posted at ${stamp(got.at)}, predicted not before ${stamp(first)}`);
    else if (want.stoppedAt === undefined) this.late.push(got.at - starts[0]!);
  }

  #breaches({ ticket, clocks }: PredictedTicket): void {
    const status = this.#desk.ownOf(ticket, 'status')[0];
    const record = status && readKey(status.body)?.record;
    if (!record) return this.#differs(ticket, 'has no record');
    const there = new Map<string, number>();
    for (const [clock, cycle, at] of record.breaches) {
      const startedAt = this.#startOf(ticket, cycle) ?? 0;
      if (!this.#isTakenBack({ ticket, clocks }, clock, startedAt, at)) there.set(nameOf({ clock, startedAt }), at);
    }
    for (const clock of clocks) {
      const name = nameOf(clock);
      const got = there.get(name);
      there.delete(name);
      if (clock.breachedAt !== undefined) this.breaches += 1;
      if (got !== clock.breachedAt) this.#differs(ticket, `${name} is breached at ${stamp(got)}, predicted ${stamp(clock.breachedAt)}`);
    }
    for (const [name, at] of there) this.#differs(ticket, `${name} is breached at ${stamp(at)}, and no such clock is predicted`);
  }
}

const CLOCKS = ['first_response', 'next_response', 'update', 'workaround', 'resolution', 'stagnant'];

/** What people see of every ticket, and what the index has. */
async function kept(desk: TestDesk): Promise<{ shown: Map<number, string>; rows: Map<number, string> }> {
  const shown = desk.numbers().map((n) => [n, JSON.stringify([desk.labelsOf(n), desk.stateOf(n), desk.commentsOf(n)])] as const);
  const bare = ({ data, ...row }: TicketRow) => JSON.stringify({ ...row, data: { ...JSON.parse(data), updatedAt: 0 } });
  const rows = await desk.service.desk.store.tickets(desk.twin.world.theRepo(REPO).id);
  return { shown: new Map(shown), rows: new Map(rows.map((row) => [row.number, bare(row)])) };
}

const writesOf = (desk: TestDesk): string[] =>
  desk.twin.requests
    .filter((one) => one.method !== 'GET' && !/access_tokens|graphql|\/attempts$/.test(one.path))
    .map((one) => `${one.method} ${one.path} ${one.body.slice(0, 300)}`);

/** Wakes every ticket: a look that was made is not made better by another. */
async function again(desk: TestDesk): Promise<void> {
  const repo = desk.twin.world.theRepo(REPO);
  const installation = desk.twin.world.installationOf(repo)!.id;
  const dueAt = (desk.now + 2) as typeof desk.now;
  await desk.service.desk.store.wake(desk.numbers().map((n) => ({ subject: `issue:${repo.id}:${n}`, installation, dueAt, urgency: 3 })));
  await desk.settle();
}

/** GitHub shows exactly what is desired, and a lost database changes nothing. */
async function stands(played: Played): Promise<string[]> {
  const { desk, gone } = played;
  const problems: string[] = [];
  const before = await kept(desk);
  const differences = async (after: string): Promise<void> => {
    const now = await kept(desk);
    for (const [n, was] of before.shown)
      if (now.shown.get(n) !== was) problems.push(`#${n} ${after} shows ${now.shown.get(n)}, before ${was}`);
    // The index may keep a row of what was resolved before it was deleted or moved away; a new one does not.
    for (const n of new Set([...before.rows.keys(), ...now.rows.keys()]))
      if (!gone.has(n) && now.rows.get(n) !== before.rows.get(n))
        problems.push(`#${n} ${after} has the row ${now.rows.get(n)}, before ${before.rows.get(n)}`);
  };
  let count = writesOf(desk).length;
  await again(desk);
  for (const write of writesOf(desk).slice(count)) problems.push(`a second look writes: ${write}`);
  await differences('after a second look');
  const alarms = (await desk.service.desk.store.alarms()).filter((one) => one.subject.startsWith('issue:'));
  for (const n of gone) if (alarms.some((one) => one.subject.endsWith(`:${n}`))) problems.push(`#${n} is gone, and still has its alarm`);
  if (problems.length > 0) return problems;
  count = writesOf(desk).length;
  await desk.forget();
  await desk.start();
  await desk.forward('3m');
  for (const write of writesOf(desk).slice(count)) problems.push(`after a rebuild: ${write}`);
  await differences('after a rebuild');
  return problems;
}

export async function judge(played: Played, predicted: readonly PredictedTicket[]): Promise<Judged> {
  const judge = new Judge(played);
  for (const ticket of predicted) judge.ticket(ticket);
  const problems = [...judge.problems, ...(await stands(played))];
  const steps = predicted.reduce((sum, one) => sum + one.steps.length, 0);
  return { problems, predicted: steps, posted: judge.posted, breaches: judge.breaches, late: judge.late };
}
