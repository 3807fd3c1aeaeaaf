import { createHmac, randomUUID } from 'node:crypto';
import { type Instant, instant } from '../../calendar/time.ts';
import { nodeId, organizationJson, userJson } from '../render/account.ts';
import { repositoryJson } from '../render/repository.ts';
import type { DeliveryRow, Installation } from '../state.ts';
import type { Chance, Unkind } from '../unkind.ts';
import { type Happening, Refused, type World } from '../world/world.ts';

/** What is posted, with its headers; the body is signed as it stands. */
export type Delivery = {
  readonly id: number;
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Deliver = (delivery: Delivery) => Promise<{ readonly status: number; readonly body?: string } | undefined>;

/** GitHub lists and redelivers this long. */
const KEPT_S = 3 * 86_400;
/** How many are kept at most: each holds its body, some 12 kB. */
const KEPT_MAX = 2000;
const TIMEOUT_MS = 10_000;

/** Turns what happens into signed deliveries, sends them, keeps how that went. Nothing is ever sent again by itself. */
export class Hooks {
  readonly #world: World;
  readonly #secret: () => string;
  readonly #unkind: () => Unkind;
  readonly #chance: Chance;
  deliver: Deliver | undefined;
  /** False: nothing is sent until `settle`. */
  auto = true;
  /** How many are on their way at once. */
  lanes = 1;
  #waiting: DeliveryRow[] = [];
  #running: Promise<void> | undefined;

  constructor(world: World, secret: () => string, unkind: () => Unkind, chance: Chance) {
    this.#world = world;
    this.#secret = secret;
    this.#unkind = unkind;
    this.#chance = chance;
    this.#waiting = world.state.deliveries.filter((row) => row.statusCode === 0 && row.status === '');
    world.onHappening = (happening) => this.#hear(happening);
  }

  #hear(happening: Happening): void {
    const world = this.#world;
    const { repo, org, sender, event } = happening;
    const about = happening.installation;
    const installation = about ?? (repo ? world.installationOf(repo) : this.#ofAccount(org?.id));
    if (!installation || (!about && !hears(installation, event))) return;
    const owner = repo ? world.account(repo.ownerId) : about ? world.account(about.accountId) : org;
    const payload: Record<string, unknown> = {
      ...(happening.action !== null && { action: happening.action }),
      ...(repo && { repository: repositoryJson(world, repo) }),
      ...(owner?.type === 'Organization' && !about && { organization: organizationJson(world, owner) }),
      sender: userJson(world, sender),
      installation: { id: installation.id, node_id: nodeId('INS', installation.id) },
      ...happening.body(),
    };
    if (this.#unkind().webhooks?.blurMembers) blur(payload);
    this.#queue({
      id: world.id(),
      guid: randomUUID(),
      event,
      action: happening.action,
      installation: installation.id,
      repo: repo?.id ?? null,
      redelivery: false,
      body: JSON.stringify(payload),
      dueAt: world.now(),
      statusCode: 0,
      status: '',
      durationS: 0,
      response: '',
    });
  }

  #ofAccount(id: number | undefined): Installation | undefined {
    return Object.values(this.#world.state.installations).find((one) => one.accountId === id);
  }

  #queue(row: DeliveryRow): void {
    const chance = this.#chance;
    const { drop, vanish, double, delay, delayS = 60, reorder } = this.#unkind().webhooks ?? {};
    if (chance.hits(vanish)) return;
    this.#keep(row);
    if (chance.hits(drop)) {
      row.status = 'failed to connect to host';
      row.statusCode = 502;
      return;
    }
    if (chance.hits(delay)) row.dueAt = instant(row.dueAt + chance.upTo(delayS));
    const back = chance.hits(reorder) ? chance.upTo(Math.min(3, this.#waiting.length)) : 0;
    this.#waiting.splice(this.#waiting.length - back, 0, row);
    // GitHub's doubles carry the same GUID.
    if (chance.hits(double)) {
      const twin = { ...row, id: this.#world.id(), redelivery: true };
      this.#keep(twin);
      this.#waiting.push(twin);
    }
    // Nobody listens: what waits for somebody is kept, but not for ever.
    if (!this.deliver && this.#waiting.length > KEPT_MAX) this.#waiting.shift();
    if (this.auto && this.deliver) setImmediate(() => void this.settle());
  }

  #keep(row: DeliveryRow): void {
    const { state } = this.#world;
    state.deliveries.push(row);
    if (state.deliveries.length > 2 * KEPT_MAX) state.deliveries = state.deliveries.slice(-KEPT_MAX);
  }

  /** Sends what is due by the clock, and what that sets off, until nothing is left. */
  async settle(): Promise<void> {
    do {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    } while (this.deliver && this.#next() >= 0);
  }

  async #run(): Promise<void> {
    const lane = async (): Promise<void> => {
      for (let row = this.#take(); row; row = this.#take()) await this.#send(row);
    };
    while (this.deliver && this.#next() >= 0) await Promise.all(Array.from({ length: this.lanes }, lane));
  }

  #next(): number {
    const now = this.#world.now();
    return this.#waiting.findIndex((row) => row.dueAt <= now);
  }

  #take(): DeliveryRow | undefined {
    const at = this.deliver ? this.#next() : -1;
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  /** When the next delayed one is due; undefined when none waits. */
  nextDueAt(): Instant | undefined {
    return this.#waiting.reduce<Instant | undefined>((min, row) => (min === undefined || row.dueAt < min ? row.dueAt : min), undefined);
  }

  async #send(row: DeliveryRow): Promise<void> {
    const started = performance.now();
    try {
      const answer = await this.deliver!({ ...row, headers: this.headersOf(row) });
      row.statusCode = answer?.status ?? 200;
      row.response = answer?.body ?? '';
      row.status = row.statusCode >= 200 && row.statusCode < 300 ? 'OK' : `Invalid HTTP Response: ${row.statusCode}`;
    } catch (error) {
      row.statusCode = 502;
      row.status = (error as Error).name === 'TimeoutError' ? 'timed out' : 'failed to connect to host';
    }
    row.durationS = Math.round(performance.now() - started) / 1000;
  }

  headersOf(row: DeliveryRow): Record<string, string> {
    return {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/twin',
      'x-github-delivery': row.guid,
      'x-github-event': row.event,
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': String(this.#world.state.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${createHmac('sha256', this.#secret()).update(row.body).digest('hex')}`,
    };
  }

  /** Newest first, of the last three days. */
  list(): DeliveryRow[] {
    const since = this.#world.now() - KEPT_S;
    return this.#world.state.deliveries.filter((row) => row.dueAt >= since && row.status !== '').reverse();
  }

  /** The same GUID and body under a new id. */
  redeliver(id: number): void {
    const row = this.list().find((one) => one.id === id);
    if (!row) throw new Refused('Not Found', 404);
    const again = { ...row, id: this.#world.id(), redelivery: true, dueAt: this.#world.now(), statusCode: 0, status: '', response: '' };
    this.#keep(again);
    this.#waiting.push(again);
    if (this.auto && this.deliver) setImmediate(() => void this.settle());
  }
}

function hears(installation: Installation, event: string): boolean {
  if (installation.suspendedAt !== null) return false;
  if (event === 'check_run') return installation.permissions.checks !== undefined;
  return installation.events.includes(event);
}

/** How GitHub shows members who keep their membership private. */
function blur(payload: Record<string, unknown>): void {
  for (const key of ['issue', 'comment', 'pull_request']) {
    const part = payload[key] as { author_association?: string } | undefined;
    if (part?.author_association === 'MEMBER') part.author_association = 'CONTRIBUTOR';
  }
}

/** Posts to an address, as GitHub does: 10 s for an answer. */
export function postTo(url: string): Deliver {
  return async (delivery) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: delivery.headers,
      body: delivery.body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, body: await answer.text() };
  };
}
