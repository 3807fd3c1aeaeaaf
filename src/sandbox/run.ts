import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { DAY_SECONDS } from '../calendar/dates.ts';
import { at, type Instant, instant, type Seconds } from '../calendar/time.ts';
import { presetFolders, presetForms } from '../presets.ts';
import { createService, type Service, UNPACED } from '../service.ts';
import { openSqlite } from '../store/sqlite.ts';
import type { Playground, PresetInfo, TurnedClock } from './playground.ts';
import { CAST, seedWorld } from './seed.ts';
import { createTwin, type Twin } from './twin.ts';

const APP = { id: 4711, slug: 'watchkeeper' } as const;
const SECRET = 'the sandbox signs with this, and listens to this machine only';
const REPOSITORY = 'acme/desk';
/** A Monday morning, in office hours of every preset. */
const BEGINNING = at('2026-01-12T09:30:00Z');
/** What the desk wants to do within so many seconds belongs to the present: it waits 2 s before a look. */
const PRESENT_S = 5;
/** Settling stops here, so that nothing can keep it busy for ever. */
const ROUNDS_MAX = 400;
/** Webhooks are not lost here, so listings need not be frequent. */
const SWEEP_S = 3_600;
const SAVE_MS = 400;

export type SandboxOptions = { readonly dataDir: string; readonly log: Logger; readonly webhookUrl: () => string };

type Saved = { readonly now: Instant; readonly preset: string; readonly key: string; readonly twin: string };

/** A small GitHub and a desk at work on it, with a clock that people turn. Survives a restart in `DATA_DIR/sandbox`. */
export class Sandbox implements Playground {
  readonly repository = REPOSITORY;
  readonly clock: TurnedClock;
  readonly presets: readonly PresetInfo[] = presetFolders().map(presetInfo);
  twin!: Twin;
  service!: Service;
  #options: SandboxOptions;
  #folder: string;
  #now: Instant = BEGINNING;
  #speed = 0;
  #preset = 'standard@1';
  #key = '';
  #ticker: NodeJS.Timeout | undefined;
  #saver: NodeJS.Timeout | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.#folder = join(options.dataDir, 'sandbox');
    const self = this;
    this.clock = {
      now: () => self.#now,
      advance: (seconds) => self.#advance(seconds),
      get speed() {
        return self.#speed;
      },
      run: (speed) => self.#run(speed),
    };
  }

  async open(): Promise<void> {
    mkdirSync(this.#folder, { recursive: true });
    const saved = this.#load();
    if (saved) {
      this.#now = saved.now;
      this.#preset = saved.preset;
      this.#key = saved.key;
    } else {
      this.#key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    }
    await this.#build(saved?.twin);
  }

  async close(): Promise<void> {
    this.#run(0);
    clearTimeout(this.#saver);
    await this.#queue;
    this.#save();
    await this.twin.close();
    await this.service.close();
  }

  async nextAlarm(): Promise<Instant | undefined> {
    const alarms = await this.service.desk.store.alarms();
    const due = alarms.filter((one) => one.subject.startsWith('issue:') && one.dueAt > this.#now).map((one) => one.dueAt);
    return due.length > 0 ? instant(Math.min(...due)) : undefined;
  }

  settle(): Promise<void> {
    return this.#alone(() => this.#settle());
  }

  turn(seconds: Seconds): Promise<void> {
    return this.#alone(async () => {
      const target = instant(this.#now + Math.max(0, seconds));
      for (let round = 0; round < ROUNDS_MAX * 10; round++) {
        await this.#settle();
        const next = await this.#nextEvent();
        if (next === undefined || next > target) break;
        this.#now = instant(Math.max(this.#now, next));
      }
      this.#now = instant(Math.max(this.#now, target));
      await this.#settle();
    });
  }

  reset(preset: string): Promise<void> {
    return this.#alone(async () => {
      const known = this.presets.find((one) => one.id === preset || one.id.startsWith(`${preset}@`));
      if (!known) throw new Error(`there is no preset ${JSON.stringify(preset)}`);
      this.#speed = 0;
      await this.twin.close();
      await this.service.close();
      rmSync(this.#folder, { recursive: true, force: true });
      mkdirSync(this.#folder, { recursive: true });
      this.#preset = known.id;
      this.#now = BEGINNING;
      await this.#build(undefined);
    });
  }

  async #build(state: string | undefined): Promise<void> {
    const clock = { now: () => this.#now };
    this.twin = createTwin({
      clock,
      app: { ...APP, name: 'Watchkeeper', key: this.#key },
      webhookSecret: SECRET,
      autoDeliver: false,
      ...(state ? { state } : {}),
    });
    const { url } = await this.twin.listen(0, '127.0.0.1');
    this.service = await createService({
      app: { appId: APP.id, privateKey: this.#key, webhookSecret: SECRET, baseUrl: `${url}/api/v3` },
      store: openSqlite(join(this.#folder, 'desk.sqlite')),
      clock: () => this.#now,
      log: this.#options.log,
      pace: UNPACED,
      settings: { sweepS: SWEEP_S, listS: DAY_SECONDS, trickleS: 0.1 },
    });
    this.twin.deliverTo(this.#options.webhookUrl());
    if (!state) {
      const files = this.presets.find((one) => one.id === this.#preset)?.files ?? {};
      seedWorld(this.twin, { repository: REPOSITORY, files });
    }
    await this.service.knowMe();
    await this.service.desk.start();
    await this.#settle();
  }

  /** Webhooks out, desk to work, until both have nothing to do at the present instant. Seconds pass as they do for people. */
  async #settle(): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      await this.twin.settle();
      let worked = 0;
      while ((await this.service.desk.turn()) > 0) worked++;
      const next = await this.#nextEvent();
      if (next !== undefined && next <= this.#now + PRESENT_S) this.#now = instant(Math.max(this.#now, next));
      else if (worked === 0) break;
    }
    this.#saveSoon();
  }

  async #nextEvent(): Promise<Instant | undefined> {
    const times = [await this.service.desk.nextDue(), this.twin.nextDeliveryAt()].filter((one) => one !== undefined);
    return times.length > 0 ? instant(Math.min(...times)) : undefined;
  }

  #advance(seconds: Seconds): void {
    this.#now = instant(this.#now + Math.max(0, seconds));
    this.#saveSoon();
  }

  #run(speed: number): void {
    this.#speed = Math.max(0, speed);
    clearInterval(this.#ticker);
    this.#ticker = undefined;
    if (this.#speed === 0) return;
    let last = Date.now();
    let busy = false;
    this.#ticker = setInterval(() => {
      const passed = ((Date.now() - last) / 1000) * this.#speed;
      if (busy || passed < 1) return;
      last = Date.now();
      busy = true;
      this.turn(Math.floor(passed))
        .catch((error: unknown) => this.#options.log.error({ err: String(error) }, 'the sandbox clock stopped'))
        .finally(() => {
          busy = false;
        });
    }, 250);
  }

  /** One at a time: two people at the page must not turn the clock twice. */
  #alone<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(run, run);
    this.#queue = next.catch(() => undefined);
    return next;
  }

  #load(): Saved | undefined {
    const file = join(this.#folder, 'world.json');
    if (!existsSync(file)) return undefined;
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Saved;
    } catch {
      this.#options.log.warn({ file }, 'the sandbox could not be read and starts afresh');
      rmSync(this.#folder, { recursive: true, force: true });
      mkdirSync(this.#folder, { recursive: true });
      return undefined;
    }
  }

  #saveSoon(): void {
    this.#saver ??= setTimeout(() => this.#save(), SAVE_MS);
  }

  #save(): void {
    clearTimeout(this.#saver);
    this.#saver = undefined;
    const saved: Saved = { now: this.#now, preset: this.#preset, key: this.#key, twin: this.twin.save() };
    const file = join(this.#folder, 'world.json');
    writeFileSync(`${file}.new`, JSON.stringify(saved), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** What a preset's customer would write: the roles with people in them, so that escalations reach somebody in the sandbox. */
function presetInfo(folder: string): PresetInfo {
  const id = folder;
  const name = folder.split('@')[0]!;
  const forms = presetForms(folder);
  const files: Record<string, string> = { '.github/support.yml': sandboxPolicy(name) };
  for (const [file, text] of Object.entries(forms)) files[`.github/ISSUE_TEMPLATE/${file}`] = text;
  return { id, title: TITLES[name] ?? name, files };
}

const TITLES: Readonly<Record<string, string>> = {
  standard: 'Standard: four priorities, office hours',
  tradebot: 'Trading bot (Polish)',
  transport: 'Transport SaaS (Romanian)',
  classroom: 'Classroom (Russian)',
  trkv: 'TRKV (English)',
  kleros: 'Kleros (English)',
};

/** Who fills a preset's roles in the sandbox. */
const ROLES: Readonly<Record<string, string>> = {
  tradebot: `{ wsparcie: ["@acme/support"], koordynator: ["@${CAST.coordinator}"], cto: ["@${CAST.productOwner}"], rnd: ["@acme/rnd"] }`,
  transport: `{ suport: ["@acme/support"], tech_lead: ["@${CAST.coordinator}"] }`,
  classroom: `{ support: ["@acme/support"], lead: ["@${CAST.coordinator}"] }`,
  trkv: `{ support_engineers: ["@acme/support"], support_lead: ["@${CAST.coordinator}"] }`,
  kleros: `{ team: ["@${CAST.coordinator}"], engineers: ["@acme/support"] }`,
};

function sandboxPolicy(name: string): string {
  return `# What this desk promises. Change it, save it, and see the check on the commit.\nextends: ${name}\ndefault_owners: ["@${CAST.productOwner}"]\nresponders: { at_least: triage, teams: ["@acme/support"] }\n${ROLES[name] ? `roles: ${ROLES[name]}\n` : ''}`;
}
