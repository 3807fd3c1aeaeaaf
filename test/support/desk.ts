import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect } from 'vitest';
import { parseDuration } from '../../src/calendar/duration.ts';
import { at, type Instant, instant, iso } from '../../src/calendar/time.ts';
import { readKey } from '../../src/desk/record.ts';
import type { Pace } from '../../src/github/pace.ts';
import { readForm, renderAnswers } from '../../src/policy/forms.ts';
import { presetForms } from '../../src/presets.ts';
import { CAST, seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import type { Unkind } from '../../src/sandbox/unkind.ts';
import { createService, type Service, UNPACED } from '../../src/service.ts';
import type { Store } from '../../src/store/port.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { type ValidatedFetch, validated } from '../openapi/validate.ts';

// A short one: each token of each desk is signed for with it.
const KEYS = generateKeyPairSync('rsa', { modulusLength: 1024 });
const KEY = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const SECRET = 'a secret that only this test and its twin know';
export const REPO = 'acme/desk';
export { CAST };

export type DeskOptions = {
  readonly policy: string;
  /** `standard@1`'s forms if absent. */
  readonly forms?: Readonly<Record<string, string>>;
  readonly start?: string;
  readonly unkind?: Unkind;
  readonly pace?: Pace;
  /** Before the App is installed. */
  readonly before?: (twin: Twin) => void;
  /** Seconds from `before` to the installation; 0 if absent. */
  readonly installedAfterS?: number;
  readonly sweepS?: number;
  /** A day if absent: in months that are played, an hour's listings would be most of the work. */
  readonly listS?: number;
  readonly trickleS?: number;
  readonly files?: Readonly<Record<string, string>>;
  /** False: exchanges are not held to GitHub's description, where there are tens of thousands of them. */
  readonly validate?: boolean;
  /** Opens the store at each start; a SQLite file of this desk's own if absent. */
  readonly store?: (file: string) => Store | Promise<Store>;
  /** How far `settle` goes along with alarms that follow each other closely; 5 s if absent. 0 where they never end. */
  readonly presentS?: number;
};

/** A request (`GET /repos/…`) or a call of the store (`store intend`), before or after it; what it throws is what the desk meets. */
export type Tamper = (what: string, after: boolean, args: readonly unknown[]) => void;

const silent = () => pino({ level: process.env.TEST_LOG ?? 'silent' });
const ROUNDS_MAX = 20_000;
/** In memory where there is such a place: every commit of the store waits for its disk. */
const TMP = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const unvalidated = (inner: typeof fetch): ValidatedFetch => Object.assign(inner, { mismatches: [], used: new Map(), check() {} });

/** The whole App against the GitHub twin, with a clock that only tests turn. Every exchange is held to GitHub's description. */
export class TestDesk {
  readonly twin: Twin;
  readonly fetch: ValidatedFetch;
  service!: Service;
  readonly #folder = mkdtempSync(join(TMP, 'desk-'));
  readonly #options: DeskOptions;
  #now: Instant;
  #down = true;
  /** Looks in on everything that the desk does outside of itself. */
  tamper: Tamper | undefined;

  private constructor(options: DeskOptions) {
    this.#options = options;
    this.#now = at(options.start ?? '2026-01-12T08:00:00Z');
    this.twin = createTwin({
      clock: { now: () => this.#now },
      app: { id: 4711, slug: 'watchkeeper', key: KEY },
      webhookSecret: SECRET,
      autoDeliver: false,
      deliver: async (delivery) => {
        if (this.#down) return undefined;
        try {
          const { event, guid, body, headers } = delivery;
          await this.service.probot.webhooks.verifyAndReceive({
            id: guid,
            name: event as never,
            payload: body,
            signature: headers['X-Hub-Signature-256'] ?? headers['x-hub-signature-256'] ?? '',
          });
          return { status: 200 };
        } catch (error) {
          return { status: 500, body: String(error) };
        }
      },
      ...(options.unkind ? { unkind: options.unkind } : {}),
    });
    this.fetch = options.validate === false ? unvalidated(this.twin.fetch) : validated(this.twin.fetch);
  }

  static async open(options: DeskOptions): Promise<TestDesk> {
    const desk = new TestDesk(options);
    const forms = options.forms ?? presetForms('standard@1');
    const files: Record<string, string> = { '.github/support.yml': options.policy, ...options.files };
    for (const [name, text] of Object.entries(forms)) files[`.github/ISSUE_TEMPLATE/${name}`] = text;
    seedWorld(desk.twin, { repository: REPO, files, install: false });
    options.before?.(desk.twin);
    desk.#now = instant(desk.#now + (options.installedAfterS ?? 0));
    await desk.start();
    desk.twin.act.install('acme', { by: CAST.coordinator });
    await desk.settle();
    return desk;
  }

  get now(): Instant {
    return this.#now;
  }

  get clock(): string {
    return iso(this.#now);
  }

  get act(): Twin['act'] {
    return this.twin.act;
  }

  async start(): Promise<void> {
    this.service = await createService({
      app: { appId: 4711, privateKey: KEY, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
      store: await (this.#options.store ?? openSqlite)(join(this.#folder, 'desk.sqlite')),
      clock: () => this.#now,
      log: silent(),
      pace: this.#options.pace ?? UNPACED,
      fetch: this.#tampered(this.fetch),
      settings: {
        sweepS: this.#options.sweepS ?? 3600,
        listS: this.#options.listS ?? 86_400,
        trickleS: this.#options.trickleS ?? 1,
      },
    });
    this.#tamperWithStore();
    await this.service.knowMe();
    await this.service.desk.start();
    this.#down = false;
  }

  #tampered(inner: typeof fetch): typeof fetch {
    return async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      const what = `${init?.method ?? (input instanceof Request ? input.method : 'GET')} ${url.pathname.replace('/api/v3', '')}`;
      this.tamper?.(what, false, [init?.body]);
      const answer = await inner(input, init);
      this.tamper?.(what, true, [init?.body]);
      return answer;
    };
  }

  #tamperWithStore(): void {
    const store = this.service.desk.store as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    for (const [name, inner] of Object.entries(store)) {
      if (name === 'close') continue;
      store[name] = async (...args) => {
        this.tamper?.(`store ${name}`, false, args);
        const answer = await inner(...args);
        this.tamper?.(`store ${name}`, true, args);
        return answer;
      };
    }
  }

  /** Stops without a word, as `kill -9` does, as far as one process can. */
  async kill(): Promise<void> {
    this.#down = true;
    await this.service.close();
  }

  /** Stopped, and the database deleted. */
  async forget(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
    const { mkdirSync } = await import('node:fs');
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Webhooks and due alarms, at the present instant and the seconds in which the desk waits for replicas. */
  async settle(presentS = this.#options.presentS ?? 5): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await this.twin.settle();
      let worked = 0;
      while (!this.#down && (await this.service.desk.turn()) > 0) worked++;
      const next = await this.#next();
      if (next !== undefined && next <= this.#now + presentS) this.#now = instant(Math.max(this.#now, next));
      else if (worked === 0) return this.check();
    }
    throw new Error('the desk does not come to rest');
  }

  /** Lets time pass, stopping wherever something is due. */
  async forward(duration: string): Promise<void> {
    const seconds = (parseDuration(duration) ?? []).reduce(
      (sum, part) => sum + part.n * { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[part.unit],
      0,
    );
    await this.until(iso(instant(this.#now + seconds)));
  }

  async until(when: string): Promise<void> {
    const target = at(when);
    for (let round = 0; round < ROUNDS_MAX; round++) {
      if (!this.#down) await this.settle();
      const next = this.#down ? undefined : await this.#next();
      if (next === undefined || next > target) break;
      this.#now = instant(Math.max(this.#now, next));
    }
    this.#now = instant(Math.max(this.#now, target));
    if (!this.#down) await this.settle();
  }

  /** To exactly then, without a look at what is due in the last seconds: what people do at an instant, they do at that one. */
  async at(when: Instant): Promise<void> {
    await this.until(iso(instant(when - 10)));
    this.#now = instant(Math.max(this.#now, when));
  }

  async #next(): Promise<Instant | undefined> {
    const times = [this.#down ? undefined : await this.service.desk.nextDue(), this.twin.nextDeliveryAt()].filter(
      (one) => one !== undefined,
    );
    return times.length > 0 ? instant(Math.min(...times)) : undefined;
  }

  /** Files a form as GitHub does. `form` is a file name of `.github/ISSUE_TEMPLATE`. */
  async files(by: string, form: string, answers: Readonly<Record<string, string>>, title = 'It is broken'): Promise<number> {
    const text = this.#options.forms?.[form] ?? presetForms('standard@1')[form] ?? '';
    const spec = readForm(form, text);
    if ('problem' in spec) throw new Error(spec.problem);
    const number = this.act.openIssue(REPO, { by, title, body: renderAnswers(spec, answers), labels: spec.labels });
    await this.settle();
    return number;
  }

  async says(number: number, by: string, body: string): Promise<number> {
    const id = this.act.comment(REPO, number, body, by);
    await this.settle();
    return id;
  }

  issue(number: number) {
    return this.twin.world.issue(this.twin.world.theRepo(REPO), number);
  }

  /** Of all issues, the App's own apart. */
  numbers(): number[] {
    const all = Object.values(this.twin.world.theRepo(REPO).issues);
    return all.filter((one) => !one.pull && !one.byApp).map((one) => one.number);
  }

  labelsOf(number: number): string[] {
    return this.#json(number)
      .labels.map((one) => one.name)
      .sort();
  }

  stateOf(number: number): string {
    return this.#json(number).state;
  }

  /** Comments of the App, by what they are. */
  ownOf(number: number, is: 'status' | 'step' | 'reply' | 'crowd'): { id: number; body: string; at: string }[] {
    return this.commentsOf(number).filter((one) => one.by === 'watchkeeper[bot]' && readKey(one.body)?.key.is === is);
  }

  statusOf(number: number): string {
    const all = this.ownOf(number, 'status');
    expect(all.length).toBeLessThanOrEqual(1);
    return all[0]?.body ?? '';
  }

  /** The visible words of the pages, oldest first. */
  pagesOf(number: number): string[] {
    return this.ownOf(number, 'step').map((one) => one.body.replace(/<!--.*?-->\n?/s, ''));
  }

  repliesOf(number: number): string[] {
    return this.ownOf(number, 'reply').map((one) => one.body.replace(/<!--.*?-->\n?/s, ''));
  }

  commentsOf(number: number): { id: number; body: string; by: string; at: string }[] {
    const { world } = this.twin;
    const repo = world.theRepo(REPO);
    return this.issue(number).timeline.flatMap((row) => {
      const one = row.comment === undefined ? undefined : repo.comments[row.comment];
      return one ? [{ id: one.id, body: one.body, by: world.account(one.authorId).login, at: iso(one.createdAt) }] : [];
    });
  }

  #json(number: number): { labels: { name: string }[]; state: string } {
    const repo = this.twin.world.theRepo(REPO);
    const issue = this.issue(number);
    return { labels: issue.labels.map((id) => ({ name: repo.labels[id]!.name })), state: issue.state };
  }

  /** Whatever the App asked and the twin answered fits GitHub's description. */
  check(): void {
    expect(this.fetch.mismatches).toEqual([]);
  }

  async close(): Promise<void> {
    if (!this.#down) await this.service.close();
    this.#down = true;
    rmSync(this.#folder, { recursive: true, force: true });
    this.check();
  }
}
