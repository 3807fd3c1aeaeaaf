import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin } from '../../src/sandbox/twin.ts';
import { BUSY_MS, until } from '../support/until.ts';
import { folder, START, start } from './child.ts';

const SECRET = 'this process and its GitHub know it';
/** A host that is ten minutes ahead, which its steady clock does not know. */
const AHEAD = `const now = Date.now; globalThis.Date = class extends Date {
  constructor(...args) { super(...(args.length === 0 ? [now() + 600_000] : args)); }
  static now() { return now() + 600_000; }
};`;

test('the program on a host that is ten minutes ahead says so, and is ready', { timeout: BUSY_MS }, async () => {
  const home = folder();
  const key = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: 4711, slug: 'watchkeeper', key },
    webhookSecret: SECRET,
  });
  const { port } = await twin.listen();
  seedWorld(twin, { repository: 'acme/desk', files: { '.github/support.yml': 'extends: standard\ndefault_owners: ["@petra"]\n' } });
  const env = {
    ...{ APP_ID: '4711', PRIVATE_KEY: key, WEBHOOK_SECRET: SECRET, LOG_LEVEL: 'info', METRICS_PORT: '0' },
    ...{ GHE_HOST: `127.0.0.1:${port}`, GHE_PROTOCOL: 'http', PORT: '0', HOST: '127.0.0.1' },
  };
  const child = start(START, [], { cwd: home.path, env, nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(AHEAD)}`] });
  try {
    const { match } = await child.line(/^Watchkeeper serves GitHub App 4711 at (http:\/\/\S+)\n/);
    twin.deliverTo(`${match[1]}/api/github/webhooks`);
    const at = await until(
      'the port of the metrics',
      () => /"port":(\d+),"msg":"metrics are served"/.exec(child.err())?.[1],
      () => child.err(),
    );
    await until('ready', async () => (await fetch(`${match[1]}/api/support/health/ready`)).ok, child.err);
    const metrics = await (await fetch(`http://127.0.0.1:${at}/metrics`)).text();
    const ahead = Number(/^watchkeeper_clock_ahead_seconds (\S+)$/m.exec(metrics)?.[1]);
    expect(ahead).toBeGreaterThanOrEqual(599);
    expect(ahead).toBeLessThan(630);
    expect(child.err().match(/this host's clock is not GitHub's/g)).toHaveLength(1);
  } finally {
    await child.kill('SIGKILL');
    await twin.close();
    home.remove();
  }
});
