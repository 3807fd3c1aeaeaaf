/** The other process of `bench/wake.ts`: a desk whose loop says what it has claimed, and when by a clock that all processes of this machine share. */
import { pino } from 'pino';
import { instant } from '../src/calendar/time.ts';
import { startLoop } from '../src/loop.ts';
import { createTwin } from '../src/sandbox/twin.ts';
import { createService } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import type { Store } from '../src/store/port.ts';
import { APP_ID, newKey, SECRET, SLUG } from './common.ts';

process.once('disconnect', () => process.exit(1));
const url = process.argv[2]!;
const clock = () => instant(Date.now() / 1000);
const key = newKey();
const twin = createTwin({ clock: { now: clock }, app: { id: APP_ID, slug: SLUG, key }, webhookSecret: SECRET, autoDeliver: false });

const opened = await openStore(url);
const store: Store = {
  ...opened,
  async claim(...asked) {
    const alarms = await opened.claim(...asked);
    const at = String(process.hrtime.bigint());
    for (const { subject } of alarms) if (subject.startsWith('pull:')) process.send!({ subject, at });
    return alarms;
  },
};
const service = await createService({
  app: { appId: APP_ID, privateKey: key, webhookSecret: SECRET, baseUrl: 'https://ghe.test/api/v3' },
  store,
  clock,
  log: pino({ level: 'warn' }, pino.destination(2)),
  fetch: twin.fetch,
});
startLoop(service.desk);
while (!(await service.desk.health()).ready) await new Promise((resolve) => setTimeout(resolve, 50));
process.send!({ ready: true });
