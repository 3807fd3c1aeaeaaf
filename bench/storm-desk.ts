/**
 * The desk of `bench/storm.ts`, a minute before all is due: started anew on what was prepared, with the real pace and the real loop, GitHub's twin
 * in the same process. Writes what it measured to `measured.json` of its folder.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers';
import { pino } from 'pino';
import { type Instant, instant } from '../src/calendar/time.ts';
import { readKey } from '../src/desk/record.ts';
import { startLoop } from '../src/loop.ts';
import { createTwin, type Twin } from '../src/sandbox/twin.ts';
import { createService } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import { APP_ID, SECRET, SLUG } from './common.ts';
import type { Measured, Prepared, Told } from './storm.ts';

const LEAD_S = 60;
/** Work that is put off comes back within the hour. */
const PUT_OFF_S = 3_600;
const ASK_MS = 1_000;
/** Longer than the work can take at a write a second. */
const GIVE_UP_S = 3_600;
const PROFILE_US = 1_000;

/** `whole`: until all work is done; else until all pages stand. */
const [folder, how] = process.argv.slice(2) as [string, 'whole' | 'pages'];
const { key, due, tickets, targetS } = JSON.parse(readFileSync(join(folder, 'prepared.json'), 'utf8')) as Prepared;

const offset = due - LEAD_S - Date.now() / 1000;
const now = () => instant(Date.now() / 1000 + offset);
const writes: Told[] = [];
let pages = 0;
let requests = 0;

const twin = createTwin({
  clock: { now },
  app: { id: APP_ID, slug: SLUG, key, events: [] },
  webhookSecret: SECRET,
  autoDeliver: false,
  state: readFileSync(join(folder, 'github.json'), 'utf8'),
  observe({ method, url, body }, { status }) {
    requests++;
    if (method === 'GET' || status >= 400 || url.pathname.includes('/app/') || url.pathname.endsWith('/graphql')) return;
    const page = method === 'POST' && url.pathname.endsWith('/comments') && isPage(body);
    if (page) pages++;
    writes.push({ owner: url.pathname.split('/repos/')[1]!.split('/')[0]!, at: now(), page });
  },
});

function isPage(body: string): boolean {
  return readKey(String((JSON.parse(body) as { body?: string }).body))?.key.is === 'step';
}

const service = await createService({
  app: { appId: APP_ID, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
  store: await openStore(join(folder, 'desk.sqlite')),
  clock: now,
  log: pino({ level: 'error' }, pino.destination(2)),
  fetch: twin.fetch,
});
process.once('disconnect', () => process.exit(process.exitCode));
const real = process.hrtime.bigint;
const pause = () => new Promise((resolve) => sleep(resolve, ASK_MS));
const loop = startLoop(service.desk);
await service.knowMe();
while (now() < due - 1) await pause();

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: PROFILE_US });
await session.post('Profiler.start');
const [from, cpu, asked] = [real(), process.cpuUsage(), requests];
while (pages < tickets && now() < due + GIVE_UP_S) await pause();
const used = process.cpuUsage(cpu);
const realS = Number(real() - from) / 1e9;
const { profile } = await session.post('Profiler.stop');
writeFileSync(join(folder, 'pages.cpuprofile'), JSON.stringify(profile));
const whilePaging = { realS, cpuS: (used.user + used.system) / 1e6, requests: requests - asked };

/** Tickets whose work is not done: their next look is not that of another day. */
async function unfinished(): Promise<number> {
  const soon = now() + PUT_OFF_S;
  return (await service.desk.store.alarms()).filter((row) => row.subject.startsWith('issue:') && row.dueAt < soon).length;
}
while (how === 'whole' && (await unfinished()) > 0 && now() < due + GIVE_UP_S) for (let i = 0; i < 5; i++) await pause();
const measured: Measured = { pages: pagesOf(twin), writes, whilePaging, unfinished: await unfinished(), ended: now() };
writeFileSync(join(folder, 'measured.json'), JSON.stringify(measured));
await loop.stop();
await service.close();
// The channel to whoever measures would keep the process.
process.disconnect();

/** From the twin's pages, as a visitor sees them. */
function pagesOf({ world }: Twin): Measured['pages'] {
  return Object.values(world.state.repos).flatMap((repo) =>
    Object.values(repo.issues).flatMap((issue) =>
      issue.timeline.flatMap((row) => {
        const comment = row.byApp && row.comment ? repo.comments[row.comment] : undefined;
        if (!comment || readKey(comment.body)?.key.is !== 'step') return [];
        const owner = world.account(repo.ownerId).login;
        return [{ owner, number: issue.number, due: instant(issue.createdAt + targetS) as Instant, at: comment.createdAt }];
      }),
    ),
  );
}
