/** The server side of `bench/ingest.ts`, in a process of its own: a bare Probot app that does nothing, or ours with its store in a file or on PostgreSQL. */

import { createServer } from 'node:http';
import { pino } from 'pino';
import { createNodeMiddleware, Probot } from 'probot';
import { instant } from '../src/calendar/time.ts';
import { createService } from '../src/service.ts';
import { openStore } from '../src/store/open.ts';
import { serverOf, webhookPathHandler } from '../src/web/server.ts';

process.once('disconnect', () => process.exit(1));
const [secret, privateKey, where] = process.argv.slice(2) as [string, string, string | undefined];

async function listener() {
  if (where === undefined) {
    const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'warn' } as never);
    return createServer((await createNodeMiddleware(() => {}, { probot, webhooksPath: '/api/github/webhooks' } as never)) as never);
  }
  const service = await createService({
    app: { appId: 1, privateKey, webhookSecret: secret },
    store: await openStore(where),
    clock: () => instant(Date.now() / 1000),
    log: pino({ level: 'warn' }),
  });
  return serverOf([webhookPathHandler(() => service.webhook)], (error) => console.error(error));
}

const server = await listener();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send!(typeof address === 'object' ? address?.port : 0);
});
