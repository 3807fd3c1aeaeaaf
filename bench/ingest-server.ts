/** The server side of `bench/ingest.ts`, in a process of its own: a bare Probot app that does nothing, or ours with its store on disk. */

import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createNodeMiddleware, Probot } from 'probot';
import { instant } from '../src/calendar/time.ts';
import { createService } from '../src/service.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { serverOf, webhookPathHandler } from '../src/web/server.ts';

const [which, secret, privateKey] = process.argv.slice(2) as [string, string, string];

async function listener() {
  if (which === 'bare') {
    const probot = new Probot({ appId: 1, privateKey, secret, logLevel: 'warn' } as never);
    return createServer((await createNodeMiddleware(() => {}, { probot, webhooksPath: '/api/github/webhooks' } as never)) as never);
  }
  const service = await createService({
    app: { appId: 1, privateKey, webhookSecret: secret },
    store: openSqlite(join(mkdtempSync(join(tmpdir(), 'ingest-')), 'desk.sqlite')),
    clock: () => instant(Date.now() / 1000),
    log: pino({ level: 'warn' }),
  });
  return serverOf([webhookPathHandler(() => service.webhook)], (error) => console.error(error));
}

const server = await listener();
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
