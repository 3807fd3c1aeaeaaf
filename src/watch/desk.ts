import { DAY_SECONDS } from '../calendar/dates.ts';
import { type Instant, instant } from '../calendar/time.ts';
import { RECHECK } from '../github/wakes.ts';
import type { Alarm, Store, Wake } from '../store/port.ts';
import { lookAtApp } from './app.ts';
import { ALIVE_S, NEVER, stayAwake, wakeUp } from './awake.ts';
import { Contexts } from './context.ts';
import { Redelivery } from './deliveries.ts';
import { lookAtGate } from './gate.ts';
import { Fault, type RepoRef } from './github-port.ts';
import { isSure, readOrGone } from './gone.ts';
import { INSTALLATION, installationSubject, lookAtInstallation } from './installation.ts';
import { Lanes } from './lanes.ts';
import { Limits } from './limits.ts';
import { LAG_S, lookAtIssue, type Next, type Shell } from './look.ts';
import { notListedYet, wakeFixed } from './onward.ts';
import { afterFailure, type Outcome, outcomeOf, wokenBy } from './outcome.ts';
import { APP_SUBJECT, DAILY, DELIVERIES_SUBJECT, NORMAL, type Parts, SWEEPING, sweepSubject, URGENT } from './parts.ts';
import { noteListed, Ready } from './ready.ts';
import { refOfRow, States, stateOf } from './repo-state.ts';
import { lookAtRepository, readmitted } from './repository.ts';
import { findLost, sweep } from './sweep.ts';

/** Looks on one issue stand at least this far apart. */
const APART_S = 2;
/** The most that a listing is put off for coming late. */
const SWEEP_STRETCH_S = 900;
/** Whose the subjects are that are no installation's. */
const APP = 0;
/** What GitHub asks for where it names no time. */
const LIMITED_S = 60;

const butTheApp = (installations: readonly number[]): number[] => installations.filter((one) => one !== APP);

export type Health = {
  readonly ready: boolean;
  readonly storeOpen: boolean;
  readonly caughtUp: boolean;
  readonly stopping?: boolean;
  /** When the loop last asked the store what is due. */
  readonly turnedAt?: Instant;
  readonly lastSweepAt?: Instant;
  readonly keyRefused?: boolean;
  /** Of the earliest alarm that is due and that no limit of its installation holds back. What the App's own holds back is late: it concerns all. */
  readonly queueAgeS: number;
};

/** The watch: claims due alarms, works on each, sets the next. Driven from outside, by a timer or by a test. */
export class Desk {
  readonly parts: Parts;
  readonly #halt: AbortController;
  readonly states: States;
  readonly contexts: Contexts;
  readonly #redelivery: Redelivery;
  #shell: Shell;
  readonly #lanes: Lanes;
  readonly limits: Limits;
  readonly #ready: Ready;
  #turnedAt: Instant | undefined;
  #lastSweepAt: Instant | undefined;
  #savedAliveAt = 0;
  /** To be started when it is known what time it is. */
  #waits = false;
  #turning: Promise<number> | undefined;

  /** `halt` is aborted by this desk; given where others have to know as well. */
  constructor(given: Omit<Parts, 'halt'>, halt = new AbortController()) {
    this.#halt = halt;
    const parts: Parts = { ...given, halt: halt.signal };
    this.parts = parts;
    this.states = new States(parts.store);
    this.contexts = new Contexts(parts);
    this.#redelivery = new Redelivery(parts);
    this.#ready = new Ready(parts.store);
    this.#shell = { parts, states: this.states, contexts: this.contexts, awake: NEVER };
    this.#lanes = new Lanes({ store: parts.store, clock: parts.clock, work: (alarm, hurry) => this.#work(alarm, hurry) });
    this.limits = new Limits(parts, this.#lanes);
  }

  get store(): Store {
    return this.parts.store;
  }

  /** Wakes the app: its first turns catch up with what happened while nobody watched. */
  async start(): Promise<void> {
    // The loop turns, whether or not GitHub and the store answer.
    this.#turnedAt = this.parts.clock();
    this.#waits = !(await this.#knowsTime());
    if (this.#waits) return;
    const now = this.parts.clock();
    this.#turnedAt = now;
    const { fresh, ...awake } = await wakeUp(this.store, now);
    this.#shell = { ...this.#shell, awake };
    this.#ready.started(now);
    await this.limits.heed();
    await this.store.wake([
      // Beside others that have been there all the time, nothing has to be read again; the list says where we are needed.
      { subject: APP_SUBJECT, installation: 0, dueAt: now, urgency: fresh ? NORMAL : URGENT },
      { subject: DELIVERIES_SUBJECT, installation: 0, dueAt: now, urgency: NORMAL },
    ]);
  }

  /**
   * By a host's clock that is ahead, leases of others would end, what we wrote would be forgotten, and a downtime be noted that never was. Whoever
   * cannot reach GitHub has nothing to do but wait, and webhooks are taken meanwhile.
   */
  async #knowsTime(): Promise<boolean> {
    const { time } = this.parts;
    if (!time || time.isKnown()) return true;
    await time.ask();
    return time.isKnown();
  }

  /** Claims nothing more; looks that are under way end before their next write. */
  halt(): void {
    this.#halt.abort();
    this.#lanes.halt();
  }

  /** As `halt`, and ends when the looks that are under way have ended. */
  async stop(): Promise<void> {
    this.halt();
    await this.#turning?.catch(() => undefined);
    await this.#lanes.stop().catch(() => undefined);
  }

  /** When the loop last asked what is due; undefined before the first time. */
  get turnedAt(): Instant | undefined {
    return this.#turnedAt;
  }

  /** Called whenever work has ended and more may be begun. */
  onFree(free: () => void): void {
    this.#lanes.onFree(free);
  }

  /** A webhook's wakes, on disk when this resolves. False for a delivery that was seen before. */
  receive(delivery: string, wakes: readonly Wake[]): Promise<boolean> {
    return this.store.receive(delivery, this.parts.clock(), wakes);
  }

  /** Works on everything that is due now, to the end; answers how many alarms that were. Never overlaps with itself. */
  turn(): Promise<number> {
    this.#turning ??= this.#turn().finally(() => {
      this.#turning = undefined;
    });
    return this.#turning;
  }

  async #turn(): Promise<number> {
    const begun = await this.begin();
    await this.#lanes.idle();
    return begun;
  }

  /** Begins to work on what is due now, as far as there is room; answers how many alarms that are. One call at a time. */
  async begin(): Promise<number> {
    const knows = await this.#knowsTime();
    if (knows && this.#waits) await this.start();
    const now = this.parts.clock();
    this.#turnedAt = now;
    this.#lanes.failed();
    if (!knows) return 0;
    const alarms = await this.#lanes.begin();
    if (now - this.#savedAliveAt >= ALIVE_S || now < this.#savedAliveAt) {
      this.#savedAliveAt = now;
      await stayAwake(this.store, now);
      // Words between processes may be lost.
      await this.limits.heed();
      await this.store.prune(now);
    }
    if (await this.#ready.look(now, this.#lanes.working(), butTheApp(this.#lanes.resting()))) this.parts.log.info({}, 'caught up');
    return alarms.length;
  }

  async #work(alarm: Alarm, hurry: boolean): Promise<void> {
    const now = this.parts.clock();
    const begun = performance.now();
    let next: Next;
    let outcome: Outcome = 'done';
    try {
      next = await this.#look(alarm, hurry, now);
    } catch (error) {
      outcome = outcomeOf(error);
      next = afterFailure(this.parts.log, alarm, error, this.parts.clock());
      if (outcome === 'refused') await this.#noteRefused(alarm);
      const appLimited = error instanceof Fault && error.limited && alarm.installation === APP;
      if (error instanceof Fault && (error.refusedKey || appLimited)) {
        // It stays due, and is seen to be late: nobody but the rest keeps it from being tried at once.
        if (appLimited) this.#lanes.rest(APP, error.retryAfterS ?? LIMITED_S);
        else this.#lanes.refused(alarm.installation, error.retryAfterS);
        next = { ...next!, dueAt: alarm.dueAt, attempts: alarm.attempts };
      }
    }
    const [kind] = alarm.subject.split(':');
    this.parts.meter.looked(kind!, wokenBy(alarm), outcome, (performance.now() - begun) / 1000, Math.max(0, now - alarm.dueAt));
    await this.store.settle(alarm, next);
  }

  /** We may not even read: suspended, or without permission. Once we may again, nothing waits for its daily look. */
  async #noteRefused(alarm: Alarm): Promise<void> {
    const [kind, id] = alarm.subject.split(':');
    const row = kind === INSTALLATION ? undefined : await this.store.repo(Number(id));
    if (row && !stateOf(row).refused) await this.states.edit(refOfRow(row), (state) => ({ ...state, refused: true }));
  }

  async #look(alarm: Alarm, hurry: boolean, now: Instant): Promise<Next> {
    const [kind, repoText, numberText] = alarm.subject.split(':');
    if (kind === APP_SUBJECT) {
      const next = await lookAtApp(this.parts, this.states, now, alarm);
      await noteListed(this.store, now);
      return next;
    }
    if (kind === INSTALLATION) return lookAtInstallation(this.parts, this.states, alarm, now);
    if (kind === DELIVERIES_SUBJECT) return this.#redelivery.look(now, alarm.dueAt);
    const row = await this.store.repo(Number(repoText));
    if (!row) return kind === 'repository' ? notListedYet(this.store, alarm, now) : undefined;
    const repo = refOfRow(row);
    if (kind === 'issue') return this.#lookAtIssue(alarm, hurry, repo, Number(numberText), now);
    if (kind === 'pull') return wakeFixed(this.store, repo, Number(numberText), now);
    if (kind === 'repository') return this.#lookAtRepository(alarm, repo, now);
    if (kind === 'sweep') return this.#sweep(repo, alarm, now);
    return undefined;
  }

  async #lookAtIssue(alarm: Alarm, hurry: boolean, repo: RepoRef, number: number, now: Instant): Promise<Next> {
    const last = alarm.lookedAt;
    if (last !== undefined && now - last < APART_S && now >= last) {
      return { dueAt: instant(last + APART_S), urgency: alarm.urgency, attempts: alarm.attempts, expect: alarm.expect, lookedAt: last };
    }
    const state = await this.states.read(repo.id);
    const gate = state.gates.find((one) => one.issue === number);
    const next = await (gate
      ? lookAtGate(this.#shell, repo, gate, state, alarm)
      : lookAtIssue({ ...this.#shell, hurry }, repo, number, state, alarm));
    return next && { ...next, lookedAt: now };
  }

  async #lookAtRepository(alarm: Alarm, repo: RepoRef, now: Instant): Promise<Next> {
    const before = await this.states.read(repo.id);
    const look = () => lookAtRepository(this.parts, this.states, repo, now, { asked: alarm.expect.includes(RECHECK), sure: isSure(alarm) });
    const asked = await readOrGone(look, alarm, now);
    if ('next' in asked) {
      if (asked.next) return asked.next;
      // Whether it is ours at all says the App's list alone: one answer too few must not cost a repository its tickets.
      const { installation } = repo;
      await this.store.wake([{ subject: installationSubject(installation), installation, dueAt: now, urgency: NORMAL }]);
      return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
    }
    const state = asked.found;
    if (state.refused) await readmitted(this.parts, this.states, repo, now);
    if (state.status === 'on')
      await this.store.wake([{ subject: sweepSubject(repo.id), installation: repo.installation, dueAt: now, urgency: NORMAL }]);
    // A push announced something and there is nothing new: a replica may lag, so look once more.
    const stale = alarm.urgency !== DAILY && alarm.attempts === 0 && before.judged?.ref === state.judged?.ref;
    if (stale) return { dueAt: instant(now + LAG_S.at(-1)!), urgency: NORMAL, attempts: 1 };
    if (alarm.urgency === DAILY && state.status === 'on') await findLost(this.parts, repo, now);
    return { dueAt: instant(now + DAY_SECONDS), urgency: DAILY, attempts: 0 };
  }

  async #sweep(repo: RepoRef, alarm: Alarm, now: Instant): Promise<Next> {
    const state = stateOf(await this.store.repo(repo.id));
    if (state.status !== 'on') return undefined;
    const dueAt = await sweep(this.parts, this.states, repo, state, now);
    this.#lastSweepAt = now;
    // One that came late has too many beside it: with more desks than can be listed in time, each is listed less often.
    const lateS = Math.min(SWEEP_STRETCH_S, 2 * Math.max(0, now - alarm.dueAt));
    return { dueAt: instant(dueAt + lateS), urgency: SWEEPING, attempts: 0 };
  }

  /** When there is something to do next, as far as is known now. */
  async nextDue(): Promise<Instant | undefined> {
    const times = [await this.store.nextDue(this.#lanes.resting()), this.#lanes.nextRested()].filter((at) => at !== undefined);
    return times.length > 0 ? instant(Math.min(...times)) : undefined;
  }

  /** Whether the desk is fit to work, and why not. */
  async health(): Promise<Health> {
    const now = this.parts.clock();
    const next = await this.store.nextDue(butTheApp(this.#lanes.limited()));
    const keyRefused = this.parts.github.keyRefused();
    const stopping = this.#halt.signal.aborted;
    return {
      ready: this.#ready.caughtUp && !stopping && !keyRefused,
      storeOpen: true,
      caughtUp: this.#ready.caughtUp,
      stopping,
      keyRefused,
      queueAgeS: next === undefined ? 0 : Math.max(0, now - next),
      ...(this.#turnedAt === undefined ? {} : { turnedAt: this.#turnedAt }),
      ...(this.#lastSweepAt === undefined ? {} : { lastSweepAt: this.#lastSweepAt }),
    };
  }
}
