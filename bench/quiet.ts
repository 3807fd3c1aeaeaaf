/**
 * What the desk asks of GitHub while nothing happens: 10,000 open tickets in 20 repositories, the App and GitHub's twin in this process, by a clock
 * that jumps; tokens change hourly, sweeps every 60 s (`SWEEP_S`), each ticket is looked at once a day. Billed requests (304s are free) and all, by
 * kind, of each hour of a day. `node bench/quiet.ts [hours] [tickets in a repository]`
 */
import { pino } from 'pino';
import { type Instant, instant } from '../src/calendar/time.ts';
import { createTwin, type Twin } from '../src/sandbox/twin.ts';
import { createService, type Service, UNPACED } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/port.ts';
import { SETTINGS } from '../src/watch/parts.ts';
import { APP_ID, busy, newKey, SECRET, SLUG } from './common.ts';

const HOURS = Number(process.argv[2] ?? 24);
const TICKETS = Number(process.argv[3] ?? 500);
const REPOSITORIES = 20;
const HOUR_S = 3_600;
/** Tickets come over this long, so that their daily looks lie as those of a real desk do. */
const OPENED_OVER_S = 6 * HOUR_S;
/** Every repository has seen something within a day, else it would be listed every 15 minutes only. */
const STIRRED_EVERY_S = 20 * HOUR_S;
/** Before it is measured: a day, and an hour with sweeps as often as they are. */
const WARM_S = 24 * HOUR_S;
/** From peers' sources (`measured.md`): requests for 1,000 open issues and one run. Neither asks conditionally. */
const PEERS = [
  { name: 'actions/stale', a1000: 323 },
  { name: 'github/issue-metrics, at least', a1000: 1_010 },
];

/** Targets that lie far ahead: no step falls due in the days that are measured. */
const POLICY = `extends: standard
default_owners: ["@carol"]
priorities:
  - { id: P4, name: Low, label: "P4: low", calendar: always, targets: { first_response: 90d } }
default_priority: P4
incidents: { label: incident, severities: [minor], priority: P4 }
escalation:
  - { clock: first_response, at: breach, mention: [owners] }
`;

type Counted = { all: number; billed: number; writes: number; readonly kinds: Map<string, { all: number; billed: number }> };
const nothing = (): Counted => ({ all: 0, billed: 0, writes: 0, kinds: new Map() });

let now = instant(Math.floor(Date.now() / 1000));
const clock = () => now;
// Tokens are kept by these two: they change with the hours of the clock that jumps.
Date.now = () => now * 1000;
performance.now = () => now * 1000;

let hour = nothing();
const key = newKey();

function requested(installation: number | undefined, method: string, route: string, status: number | undefined): void {
  const billed = installation !== undefined && status !== 304;
  const kind = `${installation === undefined ? 'app ' : ''}${route}`;
  const one = hour.kinds.get(kind) ?? { all: 0, billed: 0 };
  hour.kinds.set(kind, { all: one.all + 1, billed: one.billed + Number(billed) });
  hour.all++;
  if (billed) hour.billed++;
  if (method !== 'GET' && route !== 'graphql') hour.writes++;
}

const served = (twin: Twin, store: Store, sweepS: number): Promise<Service> =>
  createService({
    app: { appId: APP_ID, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
    store,
    clock,
    log: pino({ level: 'error' }, pino.destination(2)),
    pace: UNPACED,
    fetch: twin.fetch,
    settings: { sweepS },
    requests: { requested },
  });

async function until(service: Service, end: Instant): Promise<void> {
  for (;;) {
    if ((await service.desk.turn()) > 0) continue;
    const next = await service.desk.nextDue();
    if (next === undefined || next > end) break;
    now = instant(Math.max(now, next));
  }
  now = end;
}

async function begun(twin: Twin, store: Store, sweepS: number): Promise<Service> {
  const service = await served(twin, store, sweepS);
  await service.knowMe();
  await service.desk.start();
  return service;
}

/** Closed with the last service: before that a store may serve several. */
const shared = (store: Store): Store => ({ ...store, close: async () => {} });

async function prepared(): Promise<{ twin: Twin; store: Store }> {
  const app = { id: APP_ID, slug: SLUG, key, events: [] };
  const twin = createTwin({ clock: { now: clock }, app, webhookSecret: SECRET, autoDeliver: false });
  twin.act.user('rita');
  twin.act.user('carol');
  twin.act.org('acme', { admins: ['carol'], members: [] });
  for (let i = 0; i < REPOSITORIES; i++)
    twin.act.repository(`acme/desk-${i}`, { private: false, roles: {}, files: { '.github/support.yml': POLICY } });
  twin.act.install('acme', { by: 'carol' });
  const store = await openStore(':memory:');
  const service = await begun(twin, shared(store), HOUR_S / 2);
  await until(service, instant(now + 60));
  const [from, count] = [now, REPOSITORIES * TICKETS];
  for (let n = 0; n < count; n++) {
    const at = instant(from + Math.floor((n * OPENED_OVER_S) / count));
    if (Math.floor(at / 600) !== Math.floor(now / 600)) await until(service, at);
    now = instant(Math.max(now, at));
    twin.act.openIssue(`acme/desk-${n % REPOSITORIES}`, { by: 'rita', title: `Ticket ${n}`, body: 'It could be nicer.' });
  }
  await until(service, instant(now + WARM_S));
  await service.close();
  return { twin, store };
}

const stir = (twin: Twin): void => {
  for (let i = 0; i < REPOSITORIES; i++) twin.act.comment(`acme/desk-${i}`, 1, 'Any news?', 'rita');
};

function report(hours: readonly Counted[], tickets: number): void {
  const mean = (of: (one: Counted) => number) => hours.reduce((sum, one) => sum + of(one), 0) / hours.length;
  const most = (of: (one: Counted) => number) => Math.max(...hours.map(of));
  const say = (text: string) => console.log(`quiet     ${text}`);
  say(
    `${tickets} open tickets in ${REPOSITORIES} repositories, ${hours.length} quiet hours: ${mean((one) => one.billed).toFixed(0)} billed requests an hour (worst ${most((one) => one.billed)}; GitHub allows 5,000), ${mean((one) => one.all).toFixed(0)} with those that are free (worst ${most((one) => one.all)}), ${mean((one) => one.writes).toFixed(1)} writes [${busy()}]`,
  );
  const kinds = [...new Set(hours.flatMap((one) => [...one.kinds.keys()]))]
    .map((kind) => {
      const of = (what: 'all' | 'billed') => mean((one) => one.kinds.get(kind)?.[what] ?? 0);
      return { kind, all: of('all'), billed: of('billed') };
    })
    .sort((a, b) => b.billed - a.billed || b.all - a.all);
  const number = (n: number) => (n >= 10 ? n.toFixed(0) : n.toFixed(1));
  say(`an hour, billed of all: ${kinds.map(({ kind, all, billed }) => `${kind} ${number(billed)} of ${number(all)}`).join(', ')}`);
  for (const { name, a1000 } of PEERS)
    say(`${name}: ${(a1000 * tickets) / 1000} for each run (from its source, ${a1000} for 1,000 issues)`);
}

export async function benchQuiet(): Promise<void> {
  const { twin, store } = await prepared();
  const tickets = (await store.alarms()).filter((row) => row.subject.startsWith('issue:')).length;
  console.error(`prepared ${tickets} tickets`);
  stir(twin);
  const service = await begun(twin, store, SETTINGS.sweepS);
  await until(service, instant(now + HOUR_S));
  const hours: Counted[] = [];
  for (let n = 0; n < HOURS; n++) {
    if (n > 0 && (n * HOUR_S) % STIRRED_EVERY_S === 0) stir(twin);
    hour = nothing();
    await until(service, instant(now + HOUR_S));
    hours.push(hour);
  }
  report(hours, tickets);
  await service.close();
}

if (import.meta.main) await benchQuiet();
