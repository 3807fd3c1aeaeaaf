import { at, instant, iso } from '../../src/calendar/time.ts';
import { chanceOf, type Unkind } from '../../src/sandbox/unkind.ts';
import { REPO, TestDesk } from '../support/desk.ts';
import { BOT, DAY, type Kill, MINUTE, type Plan, REPORTERS } from './plan.ts';
import { formOf, renderPolicy } from './render.ts';
import type { SimPolicy, SimScript } from './script.ts';
import { OTHER_REPO, type SaidThere, Stage } from './stage.ts';

/** From when until when the desk could not be expected to be on time. */
export type Trouble = { readonly from: number; readonly to: number };

export type Played = {
  readonly plan: Plan;
  readonly script: SimScript;
  readonly desk: TestDesk;
  readonly comments: readonly SaidThere[];
  /** Issues that were deleted or moved away. */
  readonly gone: ReadonlySet<number>;
  readonly troubles: readonly Trouble[];
  readonly kills: number;
};

const FILE = '.github/support.yml';
/** A look that failed comes back after at most so long. */
const BACKOFF_S = 20 * MINUTE;
const QUIET_S = 2 * DAY + 5 * 3_600;

class Crash extends Error {}

/** One alarm after the other: which of two that run side by side is first would be another in each run, and a seed that failed must fail again. */
function inSingleFile(desk: TestDesk): void {
  const { store } = desk.service.desk;
  const claim = store.claim.bind(store);
  Object.assign(store, { claim: (...[now, lease]: Parameters<typeof claim>) => claim(now, lease, 1, 1) });
}

/** One desk through one month. */
class Player {
  readonly #plan: Plan;
  readonly #desk: TestDesk;
  readonly #stage: Stage;
  readonly #start: number;
  readonly #policies: { from: number; policy: SimPolicy }[] = [];
  readonly #troubles: Trouble[] = [];
  #kills = 0;
  #down: number | undefined;
  #dying: Kill | undefined;
  #calls = 0;
  #answers: Unkind['answers'];

  constructor(plan: Plan, desk: TestDesk, stage: Stage) {
    this.#plan = plan;
    this.#desk = desk;
    this.#stage = stage;
    this.#start = desk.now;
    inSingleFile(desk);
  }

  async play(): Promise<Played> {
    const { policies, acts, kills, bad } = this.#plan;
    this.#policies.push({ from: this.#inForceSince(), policy: policies[0]!.policy });
    this.#mood();
    const events = [
      ...acts.map((act) => ({ at: act.at, run: async () => this.#stage.perform(act) })),
      ...kills.map((kill) => ({ at: kill.at, run: () => this.#aim(kill) })),
      ...policies.slice(1).map((edit) => ({ at: edit.at, run: () => this.#edit(edit.policy) })),
      ...bad.flatMap((one) => [
        { at: one.from, run: async () => this.#worsen(one.answers, one.to - one.from) },
        { at: one.to, run: async () => this.#worsen(undefined, 0) },
      ]),
    ].sort((a, b) => a.at - b.at);
    for (const event of events) {
      await this.#to(this.#start + event.at);
      await event.run();
    }
    await this.#heal();
    const { gone } = this.#stage;
    const script: SimScript = {
      seed: this.#plan.seed,
      arrival: this.#policies[0]!.from,
      until: this.#desk.now,
      policies: this.#policies,
      acts: this.#stage.acts.filter((act) => !gone.has(act.ticket)),
    };
    const { comments } = this.#stage;
    return { plan: this.#plan, script, desk: this.#desk, comments, gone, troubles: this.#troubles, kills: this.#kills };
  }

  /** To exactly then, dying and rising on the way. */
  async #to(when: number): Promise<void> {
    for (;;) {
      const target = this.#down === undefined ? when : Math.min(when, this.#down);
      await this.#alive(() => this.#desk.at(instant(Math.max(target, this.#desk.now))));
      if (this.#down !== undefined && this.#desk.now >= this.#down) await this.#rise();
      if (this.#desk.now >= when) return;
    }
  }

  async #alive(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#isDead()) throw error;
    }
    if (this.#isDead()) await this.#die();
  }

  #isDead(): boolean {
    return this.#dying?.calls !== undefined && this.#calls >= this.#dying.calls;
  }

  async #aim(kill: Kill): Promise<void> {
    if (this.#down !== undefined || this.#dying) return;
    this.#dying = kill;
    this.#calls = 0;
    if (kill.calls === undefined) return this.#die();
    const { calls } = kill;
    this.#desk.tamper = () => {
      this.#calls += 1;
      if (this.#calls >= calls) throw new Crash('the process is dead');
    };
  }

  async #die(): Promise<void> {
    const { downS } = this.#dying!;
    // What was under way meets a dead process too.
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    this.#kills += 1;
    this.#dying = undefined;
    this.#desk.tamper = undefined;
    this.#down = this.#desk.now + downS;
    this.#troubles.push({ from: this.#desk.now, to: this.#down + 3 * MINUTE });
    await this.#desk.kill();
    this.#mood();
  }

  async #rise(): Promise<void> {
    try {
      await this.#desk.start();
    } catch (error) {
      if (!this.#answers) throw error;
      // GitHub answers nothing that helps: whoever started the process starts it again.
      await this.#desk.kill();
      this.#down = this.#desk.now + MINUTE;
      this.#troubles.push({ from: this.#desk.now, to: this.#down + 3 * MINUTE });
      return;
    }
    this.#down = undefined;
    this.#mood();
    inSingleFile(this.#desk);
  }

  #worsen(answers: Unkind['answers'], seconds: number): void {
    this.#answers = answers;
    if (answers) this.#troubles.push({ from: this.#desk.now, to: this.#desk.now + seconds + BACKOFF_S });
    this.#mood();
  }

  /** Nobody takes a webhook while the process is down: GitHub lists them as failed. */
  #mood(): void {
    const { webhooks, ...unkind } = this.#plan.unkind;
    const hooks = this.#down === undefined ? webhooks : { ...webhooks, vanish: 0, drop: 1 };
    this.#desk.twin.unkind = { ...unkind, ...(hooks ? { webhooks: hooks } : {}), ...(this.#answers ? { answers: this.#answers } : {}) };
  }

  /** Since when the newest file is in force, by its check run. */
  #inForceSince(): number {
    const repo = this.#desk.twin.world.theRepo(REPO);
    const runs = Object.values(repo.checks).sort((a, b) => a.id - b.id);
    const head = runs.at(-1)?.headSha;
    const run = runs.find((one) => one.headSha === head);
    if (run?.conclusion !== 'success') throw new Error(`the policy is refused: ${run?.output.summary}`);
    return at(run.completedAt!);
  }

  /** Not before every ticket was seen under the old file, and nothing happens until the new one is in force. */
  async #edit(policy: SimPolicy): Promise<void> {
    const there = (number: number) => this.#stage.gone.has(number) || this.#desk.ownOf(number, 'status').length > 0;
    while (![...this.#stage.numbers.values()].every(there)) await this.#to(this.#desk.now + 3_600);
    this.#desk.twin.unkind = {};
    const sha = this.#desk.act.commitFile(REPO, FILE, renderPolicy(policy), 'mark');
    this.#mood();
    const judged = () => Object.values(this.#desk.twin.world.theRepo(REPO).checks).some((one) => one.headSha === sha);
    while (!judged()) await this.#to(this.#desk.now + 600);
    this.#policies.push({ from: this.#inForceSince(), policy });
  }

  /** GitHub is kind again, and nobody does anything for two days. */
  async #heal(): Promise<void> {
    this.#worsen(undefined, 0);
    if (this.#down !== undefined) await this.#to(this.#down);
    this.#dying = undefined;
    this.#desk.tamper = undefined;
    this.#desk.twin.unkind = {};
    await this.#desk.until(iso(instant(this.#desk.now + QUIET_S)));
    // Nothing is about to fall due while somebody looks.
    for (let i = 0; i < 200; i++) {
      const due = (await this.#desk.service.desk.store.alarms()).filter((one) => one.subject.startsWith('issue:'));
      if (due.every((one) => one.dueAt > this.#desk.now + 10 * MINUTE)) return;
      await this.#desk.forward('5m');
    }
  }
}

export async function play(plan: Plan): Promise<Played> {
  const form = formOf(plan.policies[0]!.policy);
  const random = Math.random;
  // The desk spreads what it tries again: a seed that failed must fail again.
  Math.random = chanceOf(plan.seed).next;
  try {
    const desk = await TestDesk.open({
      policy: renderPolicy(plan.policies[0]!.policy),
      forms: { 'bug.yml': form },
      start: plan.start,
      unkind: { seed: plan.seed },
      sweepS: plan.sweepS,
      validate: false,
      before: (twin) => {
        for (const login of REPORTERS) twin.act.user(login);
        const { world } = twin;
        world.addAccount({ id: world.id(), login: BOT, type: 'Bot', name: null, createdAt: world.now() });
        twin.act.role(REPO, BOT, 'write', 'carol');
        if (plan.acts.some((act) => act.kind === 'gone')) twin.act.repository(OTHER_REPO, { files: { 'README.md': 'Other' } });
      },
    });
    return await new Player(plan, desk, new Stage(desk, form)).play();
  } finally {
    Math.random = random;
  }
}
