/** The process of `bench/memory.ts`: the App as `src/main.ts` puts it together, unpaced; answers what it holds after a collection. `--expose-gc` */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { pino } from 'pino';
import { instant } from '../src/calendar/time.ts';
import { startLoop } from '../src/loop.ts';
import { createService, UNPACED } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import { NO_METER } from '../src/watch/parts.ts';
import { serverOf, webhookPathHandler } from '../src/web/server.ts';
import { APP_ID, SECRET } from './common.ts';
import type { Held } from './memory.ts';

process.once('disconnect', () => process.exit(1));
const [folder, privateKey, baseUrl] = process.argv.slice(2) as [string, string, string];
let looks = 0;
let failed = 0;
const service = await createService({
  app: { appId: APP_ID, privateKey, webhookSecret: SECRET, baseUrl },
  store: await openStore(join(folder, 'desk.sqlite')),
  clock: () => instant(Date.now() / 1000),
  log: pino({ level: 'error' }, pino.destination(2)),
  pace: UNPACED,
  meter: {
    ...NO_METER,
    looked(kind, _by, outcome) {
      if (kind === 'issue') looks++;
      if (outcome !== 'done') failed++;
    },
  },
});
await service.knowMe();
const server = serverOf([webhookPathHandler(() => service.webhook)], (error) => console.error(error));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
startLoop(service.desk);
while (!(await service.desk.health()).ready) await new Promise((resolve) => setTimeout(resolve, 50));

process.on('message', async (asked: 'held' | { readonly snapshot: string }) => {
  if (asked !== 'held') {
    writeHeapSnapshot(asked.snapshot);
    return process.send!('written');
  }
  const { queueAgeS } = await service.desk.health();
  // The second takes what the first has only let go.
  globalThis.gc!();
  await new Promise((resolve) => setTimeout(resolve, 100));
  globalThis.gc!();
  const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
  const held: Held = { rss, heapUsed, heapTotal, external, arrayBuffers, looks, failed, queueAgeS };
  process.send!(held);
});
process.send!((server.address() as AddressInfo).port);
