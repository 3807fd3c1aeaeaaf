/**
 * 10,000 steps due in the same minute over 200 installations: the App with its real pace on SQLite, GitHub's twin in the same process. How late each
 * page stands on its ticket, beside what a write a second and installation forces; the writes of the busiest installation in a minute and an hour;
 * how long the rest of the work (labels, status comments) takes; what a page costs. `node bench/storm.ts [--speed 1,0.2] [--spread 60] [--whole 1]`
 *
 * `--speed`: one run for each. At 0.2 the desk's and GitHub's clock run at a fifth, so that the desk has five times the processor: shows the
 * algorithm instead of this machine. `--whole`: the speeds at which the rest of the work is waited for too. `--spread`: seconds over which the steps
 * are due; 0: all in the same second, which is the hardest.
 */

import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { type Instant, instant } from '../src/calendar/time.ts';
import { createTwin, type Twin } from '../src/sandbox/twin.ts';
import { createService, UNPACED } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import { APP_ID, busy, ended, forked, newKey, quantile, rising, SECRET, SLUG } from './common.ts';
import { type CpuProfile, costs } from './profile.ts';

export type Prepared = {
  readonly key: string;
  /** Of the first step. */
  readonly due: Instant;
  readonly tickets: number;
  readonly targetS: number;
};
export type Told = { readonly owner: string; readonly at: Instant; readonly page: boolean };
export type Page = { readonly owner: string; readonly number: number; readonly due: Instant; readonly at: Instant };
export type Measured = {
  readonly pages: readonly Page[];
  readonly writes: readonly Told[];
  readonly whilePaging: { readonly realS: number; readonly cpuS: number; readonly requests: number };
  readonly unfinished: number;
  readonly ended: Instant;
};

const { values } = parseArgs({
  options: {
    speed: { type: 'string', default: '1,0.2' },
    spread: { type: 'string', default: '0' },
    installations: { type: 'string', default: '200' },
    tickets: { type: 'string', default: '50' },
    whole: { type: 'string', default: '1' },
  },
});
const listed = (text: string): number[] => text.split(',').filter(Boolean).map(Number);
const SPEEDS = listed(values.speed);
const SPREAD_S = Number(values.spread);
const INSTALLATIONS = Number(values.installations);
const TICKETS = Number(values.tickets);
const TARGET_S = 7_200;
const LEAD_S = 60;
/** `design.md`, 6: GitHub's limits on what creates content, and the second between two writes that it asks for. */
const [PER_MINUTE, PER_HOUR, GAP_S] = [80, 500, 1];

const POLICY = `extends: standard
default_owners: ["@petra"]
responders: { at_least: triage }
priorities:
  - { id: P1, name: Critical, label: "P1: critical", calendar: always, targets: { first_response: 2h } }
default_priority: P1
incidents: { label: incident, severities: [minor], priority: P1 }
escalation:
  - { clock: first_response, at: breach, mention: [owners], label: escalated }
`;

function people(twin: Twin): string[] {
  const { act } = twin;
  for (const login of ['rita', 'petra', 'carol']) act.user(login);
  return Array.from({ length: INSTALLATIONS }, (_, i) => {
    const owner = `owner-${i}`;
    act.org(owner, { admins: ['carol'], members: ['petra'] });
    act.repository(`${owner}/desk`, { private: false, roles: { petra: 'triage' }, files: { '.github/support.yml': POLICY } });
    act.install(owner, { by: 'carol' });
    return `${owner}/desk`;
  });
}

/** Takes all tickets in, unpaced and with a clock that jumps, up to a minute before the first step is due. */
async function prepare(folder: string): Promise<Prepared> {
  let now = instant(Date.now() / 1000);
  const clock = () => now;
  const key = newKey();
  // No webhooks: sweeps find the tickets, and nobody pays for payloads that nobody reads.
  const app = { id: APP_ID, slug: SLUG, key, events: [] };
  const twin = createTwin({ clock: { now: clock }, app, webhookSecret: SECRET, autoDeliver: false });
  const repos = people(twin);
  const service = await createService({
    app: { appId: APP_ID, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
    store: await openStore(join(folder, 'desk.sqlite')),
    clock,
    log: pino({ level: 'error' }, pino.destination(2)),
    pace: UNPACED,
    fetch: twin.fetch,
  });
  const { desk } = service;
  const until = async (end: Instant) => {
    for (;;) {
      if ((await desk.turn()) > 0) continue;
      const next = await desk.store.nextDue();
      if (next === undefined || next > end) break;
      now = instant(Math.max(now, next));
    }
    now = end;
  };
  await service.knowMe();
  await desk.start();
  await until(instant(now + 30));
  const opened = now;
  const count = INSTALLATIONS * TICKETS;
  for (let n = 0; n < count; n++) {
    now = instant(opened + Math.floor((n * SPREAD_S) / count));
    twin.act.openIssue(repos[n % repos.length]!, { by: 'rita', title: `Trouble ${n}`, body: 'It does not work.' });
  }
  const due = instant(opened + TARGET_S);
  await until(instant(opened + 600));
  // What sweeps would do in the two hours to come is nothing: nobody does anything.
  now = instant(due - LEAD_S);
  await until(now);
  const waiting = (await desk.store.alarms()).filter((row) => row.subject.startsWith('issue:') && row.dueAt <= due + SPREAD_S);
  if (waiting.length !== count) throw new Error(`${waiting.length} of ${count} tickets wait for their step`);
  await service.close();
  const prepared: Prepared = { key, due, tickets: count, targetS: TARGET_S };
  writeFileSync(join(folder, 'github.json'), twin.save());
  writeFileSync(join(folder, 'prepared.json'), JSON.stringify(prepared));
  return prepared;
}

/** How late pages must be at a write a second: no page before it is due, and none within a second of the one before. */
function forced(pages: readonly Page[]): number[] {
  let free = 0;
  return [...pages]
    .sort((a, b) => a.due - b.due)
    .map(({ due }) => {
      const at = Math.max(due, free);
      free = at + GAP_S;
      return at - due;
    });
}

/** The most that lie in any such window. */
function mostIn(times: readonly number[], windowS: number): number {
  let [most, first] = [0, 0];
  for (let last = 0; last < times.length; last++) {
    while (times[first]! <= times[last]! - windowS) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const spread = (all: readonly number[]): string => {
  const sorted = rising(all);
  return `p50 ${quantile(sorted, 0.5)} s, p99 ${quantile(sorted, 0.99)} s, max ${sorted.at(-1)} s`;
};

export function report(folder: string, { due, tickets }: Prepared, speed: number): void {
  const {
    pages,
    writes,
    whilePaging,
    unfinished,
    ended: end,
  } = JSON.parse(readFileSync(join(folder, 'measured.json'), 'utf8')) as Measured;
  const say = (text: string) => console.log(`storm     ${text}`);
  const lateOf = (some: readonly Page[]) => some.map((page) => page.at - page.due);
  const byOwner = [...Map.groupBy(pages, (page) => page.owner).values()];
  const worst = byOwner.toSorted((a, b) => Math.max(...lateOf(b)) - Math.max(...lateOf(a)))[0]!;
  const when = SPREAD_S === 0 ? 'in the same second' : `within ${SPREAD_S} s`;
  const clock = speed === 1 ? 'real clock' : `clock at ${speed}`;
  say(`${pages.length} of ${tickets} pages of ${INSTALLATIONS} installations, due ${when}, ${clock} [${busy()}]`);
  say(`late: ${spread(lateOf(pages))}; worst installation: ${spread(lateOf(worst))}`);
  say(`forced by a write a second and installation: ${spread(byOwner.flatMap(forced))}`);
  const beyond = byOwner.flatMap((some) => {
    const floor = forced(some).map((late, i) => some.toSorted((a, b) => a.due - b.due)[i]!.due + late);
    return some
      .map((page) => page.at)
      .sort((a, b) => a - b)
      .map((at, i) => at - floor[i]!);
  });
  say(`beyond that: ${spread(beyond)} (goal: p99 under 5 s)`);
  const sent = [...Map.groupBy(writes, (write) => write.owner).values()].map((all) => all.map(({ at }) => at).sort((a, b) => a - b));
  const most = (windowS: number) => Math.max(...sent.map((times) => mostIn(times, windowS)));
  say(`writes of the busiest installation: ${most(60)} in a minute (limit ${PER_MINUTE}), ${most(3_600)} in an hour (limit ${PER_HOUR})`);
  const { realS, cpuS, requests } = whilePaging;
  say(
    `processor until the last page: ${((100 * cpuS) / realS).toFixed(0)} % of a core over ${realS.toFixed(0)} real s, ${((1000 * cpuS) / pages.length).toFixed(2)} ms and ${(requests / pages.length).toFixed(1)} requests a page, the twin's work and repeated looks among them`,
  );
  const others = writes.filter((write) => !write.page).map((write) => write.at);
  if (others.length > 0)
    say(
      `the rest of the work: ${others.length} writes, the last ${Math.max(...others) - due} s after the steps were due; ${unfinished} tickets unfinished after ${end - due} s`,
    );
  const profile = JSON.parse(readFileSync(join(folder, 'pages.cpuprofile'), 'utf8')) as CpuProfile;
  for (const line of costs(profile, pages.length)) say(line);
}

/** One run on a copy of what was prepared, with a clock of this speed. */
async function runAt(speed: number, from: string, prepared: Prepared): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storm-run-'));
  try {
    cpSync(from, folder, { recursive: true });
    const slow = join(import.meta.dirname, '../test/support/fast-clock.mjs');
    const env = { FAST_CLOCK: String(speed), FAST_CLOCK_FROM: String(Date.now()), FAST_CLOCK_AT_ONCE: '1' };
    const whole = listed(values.whole).includes(speed) ? 'whole' : 'pages';
    const child =
      speed === 1 ? forked('storm-desk.ts', [folder, whole]) : forked('storm-desk.ts', [folder, whole], ['--import', slow], env);
    try {
      const [code] = await once(child, 'exit');
      if (code !== 0) throw new Error(`the desk ended with ${code}`);
    } finally {
      await ended(child);
    }
    report(folder, prepared, speed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchStorm(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'storm-'));
  try {
    const begun = performance.now();
    const prepared = await prepare(folder);
    console.error(`prepared ${prepared.tickets} tickets in ${Math.round((performance.now() - begun) / 1000)} s`);
    for (const speed of SPEEDS) await runAt(speed, folder, prepared);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) await benchStorm();
