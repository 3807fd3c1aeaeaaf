/**
 * Whether memory stays as it is over 100,000 webhooks: the App in a process of its own, GitHub's twin over HTTP, tickets that are opened, edited,
 * answered and closed, all of which are looked at. `node bench/memory.ts [--webhooks 100000] [--a-second 400] [--snapshots FOLDER]`
 * Prints what is held after a collection every 10,000 webhooks, and how it rises between 20,000 and the end. With `--snapshots`, who holds it.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { instant } from '../src/calendar/time.ts';
import { createTwin, type Twin } from '../src/sandbox/twin.ts';
import { chanceOf } from '../src/sandbox/unkind.ts';
import { APP_ID, busy, ended, forked, heard, newKey, SECRET, SLUG } from './common.ts';

export type Held = {
  readonly rss: number;
  readonly heapUsed: number;
  readonly heapTotal: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly looks: number;
  readonly failed: number;
  readonly queueAgeS: number;
};

const { values } = parseArgs({
  options: {
    webhooks: { type: 'string', default: '100000' },
    'a-second': { type: 'string', default: '400' },
    snapshots: { type: 'string' },
  },
});
const WEBHOOKS = Number(values.webhooks);
const A_SECOND = Number(values['a-second']);
const EVERY = 10_000;
/** By then code is compiled, and what is kept in memory by a limit has reached it. */
const SETTLED = 20_000;
/** Each with an installation and a repository of its own. */
const OWNERS = 20;
/** As many are open at a time; with their reads they fill the cache of answers (8,000) before `SETTLED`. */
const OPEN = 3_000;
const IN_FLIGHT = 20;
const TICK_MS = 25;
const CATCH_UP_MS = 60_000;

const POLICY = 'extends: standard\ndefault_owners: ["@carol"]\nresponders: { at_least: triage }\n';

type Delivery = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** People who keep as many tickets open as there were, whatever happens. */
class Crowd {
  readonly #twin: Twin;
  readonly #chance = chanceOf(1);
  readonly #open: { readonly repo: string; readonly number: number }[] = [];
  #n = 0;

  constructor(twin: Twin) {
    this.#twin = twin;
    const { act } = twin;
    for (const login of ['rita', 'carol']) act.user(login);
    for (let i = 0; i < OWNERS; i++) {
      act.org(`owner-${i}`, { admins: ['carol'], members: [] });
      act.repository(`owner-${i}/desk`, { private: false, roles: {}, files: { '.github/support.yml': POLICY } });
      act.install(`owner-${i}`, { by: 'carol' });
    }
  }

  acts(): void {
    const { act } = this.#twin;
    const n = this.#n++;
    const dice = this.#chance.next();
    const body = `It does not work.\n\n${'Some words about it. '.repeat(10)}${n}`;
    if (this.#open.length < OPEN || dice < 0.06) {
      const repo = `owner-${n % OWNERS}/desk`;
      this.#open.push({ repo, number: act.openIssue(repo, { by: 'rita', title: `Trouble ${n}`, body }) });
    } else if (dice < 0.12) {
      const { repo, number } = this.#open.shift()!;
      act.close(repo, number, 'carol', 'completed');
    } else {
      const { repo, number } = this.#open[this.#chance.upTo(this.#open.length - 1)]!;
      if (dice < 0.2) act.comment(repo, number, `Here is more about it: ${n}`, 'rita');
      else act.editIssue(repo, number, { body }, 'rita');
    }
  }
}

/** Sends what the twin has to tell at an even pace, and lets people act when there is nothing. */
class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  readonly #port: number;
  readonly #queue: Delivery[];
  readonly #crowd: Crowd;
  sent = 0;
  refused = 0;

  constructor(port: number, queue: Delivery[], crowd: Crowd) {
    this.#port = port;
    this.#queue = queue;
    this.#crowd = crowd;
  }

  /** Until so many have been sent, and answered. */
  async upTo(count: number): Promise<void> {
    const flights = new Set<Promise<void>>();
    const [begun, before] = [performance.now(), this.sent];
    while (this.sent < count) {
      const may = Math.min(count, before + Math.ceil(((performance.now() - begun) / 1000) * A_SECOND));
      while (this.sent < may && flights.size < IN_FLIGHT) {
        if (this.#queue.length === 0) this.#crowd.acts();
        // The twin tells of an act when it has its turn.
        if (this.#queue.length === 0) await new Promise(setImmediate);
        const one = this.#queue.shift();
        if (!one) continue;
        this.sent++;
        const flight = this.#post(one).finally(() => flights.delete(flight));
        flights.add(flight);
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await Promise.all(flights);
  }

  #post({ headers, body }: Delivery): Promise<void> {
    return new Promise((resolve) => {
      const no = () => {
        this.refused++;
        resolve();
      };
      const where = { agent: this.#agent, port: this.#port, host: '127.0.0.1', method: 'POST', path: '/api/github/webhooks' };
      const req = request({ ...where, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) } }, (res) => {
        res.resume();
        res.on('end', () => (res.statusCode === 200 ? resolve() : no()));
      });
      req.on('error', no);
      req.end(body);
    });
  }
}

async function ask<T>(child: ChildProcess, what: unknown): Promise<T> {
  const answer = heard<T>(child);
  child.send(what as never);
  return answer;
}

/** What is held when what was told has been looked at. */
async function heldOf(child: ChildProcess): Promise<Held> {
  const until = performance.now() + CATCH_UP_MS;
  for (;;) {
    const held = await ask<Held>(child, 'held');
    if (held.queueAgeS < 2 || performance.now() > until) return held;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Bytes for each webhook, by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: (point: readonly [number, number]) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

const mb = (bytes: number): string => (bytes / 1_048_576).toFixed(1);

export async function benchMemory(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  const key = newKey();
  const queue: Delivery[] = [];
  const twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: APP_ID, slug: SLUG, key },
    webhookSecret: SECRET,
    deliver: async (delivery) => {
      queue.push(delivery);
      return { status: 200 };
    },
  });
  const crowd = new Crowd(twin);
  const { url } = await twin.listen(0, '127.0.0.1');
  const child = forked('memory-desk.ts', [folder, key, `${url}/api/v3`], ['--expose-gc']);
  const series: (Held & { readonly webhooks: number })[] = [];
  try {
    const sender = new Sender(await heard<number>(child), queue, crowd);
    for (let webhooks = EVERY; webhooks <= WEBHOOKS; webhooks += EVERY) {
      await sender.upTo(webhooks);
      const held = await heldOf(child);
      series.push({ ...held, webhooks });
      const { looks, failed, queueAgeS } = held;
      const rest = `${looks} looks${failed > 0 ? `, ${failed} failed` : ''}${sender.refused > 0 ? `, ${sender.refused} webhooks refused` : ''}${queueAgeS >= 2 ? `, ${queueAgeS} s behind` : ''}`;
      console.log(
        `memory    ${webhooks} webhooks: heap ${mb(held.heapUsed)} of ${mb(held.heapTotal)} MB, outside of it ${mb(held.external)} MB, RSS ${mb(held.rss)} MB, ${rest} [${busy()}]`,
      );
      if (values.snapshots !== undefined && (webhooks === SETTLED || webhooks === WEBHOOKS))
        await ask(child, { snapshot: join(values.snapshots, `${webhooks}.heapsnapshot`) });
    }
  } finally {
    await ended(child);
    await twin.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const settled = series.filter(({ webhooks }) => webhooks >= SETTLED);
  if (settled.length > 1) {
    const of = (what: 'heapUsed' | 'rss') => slope(settled.map((one) => [one.webhooks, one[what]]));
    console.log(
      `memory    from ${SETTLED} on: heap ${of('heapUsed').toFixed(1)} bytes a webhook, RSS ${of('rss').toFixed(1)} (goal: flat, under 20: 2 MB over 100,000)`,
    );
  }
  if (values.snapshots !== undefined) for (const line of grown(values.snapshots)) console.log(`memory    ${line}`);
}

type Snapshot = {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly (readonly string[] | string)[] };
  };
  readonly nodes: readonly number[];
  readonly strings: readonly string[];
};

/** Bytes by kind and name of what holds them itself. Strings by their beginning, so that those of one make meet. */
function sizesOf(file: string): Map<string, readonly [bytes: number, count: number]> {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8')) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const at = (name: string) => fields.indexOf(name);
  const [kindAt, nameAt, sizeAt] = [at('type'), at('name'), at('self_size')];
  const sizes = new Map<string, readonly [number, number]>();
  for (let i = 0; i < nodes.length; i += fields.length) {
    const kind = (types[kindAt] as readonly string[])[nodes[i + kindAt]!]!;
    const name = strings[nodes[i + nameAt]!]!;
    const key = `${kind} ${kind === 'string' ? JSON.stringify(name.slice(0, 24)) : name.slice(0, 60)}`;
    const [bytes, count] = sizes.get(key) ?? [0, 0];
    sizes.set(key, [bytes + nodes[i + sizeAt]!, count + 1]);
  }
  return sizes;
}

/** What grew most between the two snapshots. */
function grown(folder: string): string[] {
  const before = sizesOf(join(folder, `${SETTLED}.heapsnapshot`));
  return [...sizesOf(join(folder, `${WEBHOOKS}.heapsnapshot`))]
    .map(([key, [bytes, count]]) => ({ key, bytes: bytes - (before.get(key)?.[0] ?? 0), count: count - (before.get(key)?.[1] ?? 0) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 15)
    .map(({ key, bytes, count }) => `grown: ${mb(bytes)} MB in ${count} more of ${key}`);
}

if (import.meta.main) await benchMemory();
