import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import { presetForms } from '../../src/presets.ts';
import { seedWorld } from '../../src/sandbox/seed.ts';
import { createTwin, type Twin } from '../../src/sandbox/twin.ts';
import { headersFor, signatureOf } from '../hostile/house.ts';
import { BUSY_MS, until as untilWith } from '../support/until.ts';
import { type Child, type Env, type Folder, folder, GONE_MS, ROOT, START, start } from './child.ts';

const REPO = 'acme/desk';
const TITLE = 'Payroll of Zanzibar leaks';
const BODY = '### Priority\n\nP1 – Critical\n\nthe words of Xanthippe';
const KEY = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const SECRET = 'this process and its GitHub know it';
const PING = '/a-path-that-nobody-may-know';

let home: Folder;
let twin: Twin;
let pings: Server;
let pinged: string[] = [];
let env: Env;
let child: Child;

beforeAll(async () => {
  home = folder();
  twin = createTwin({
    clock: { now: () => instant(Date.now() / 1000) },
    app: { id: 4711, slug: 'watchkeeper', key: KEY },
    webhookSecret: SECRET,
  });
  const { port } = await twin.listen();
  const forms = Object.entries(presetForms('standard@1')).map(([name, text]) => [`.github/ISSUE_TEMPLATE/${name}`, text]);
  const policy = 'extends: standard\ndefault_owners: ["@petra"]\n';
  seedWorld(twin, { repository: REPO, files: { '.github/support.yml': policy, ...Object.fromEntries(forms) } });
  pings = createServer((req, res) => {
    pinged.push(`${req.method} ${req.url}`);
    res.end('ok');
  });
  await new Promise<void>((resolve) => pings.listen(0, '127.0.0.1', resolve));
  env = {
    ...{ APP_ID: '4711', PRIVATE_KEY: KEY, WEBHOOK_SECRET: SECRET },
    ...{ GHE_HOST: `127.0.0.1:${port}`, GHE_PROTOCOL: 'http', PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'info' },
    METRICS_PORT: '0',
    HEARTBEAT_URL: `http://127.0.0.1:${(pings.address() as AddressInfo).port}${PING}`,
  };
});
afterEach(async () => {
  if (child?.process.exitCode === null) await child.kill('SIGKILL');
});
afterAll(async () => {
  pings.closeAllConnections();
  pings.close();
  await twin.close();
  home.remove();
});

/** Code that runs before the program does. */
const preloaded = (code: string): readonly string[] => ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
const src = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, 'src', path)).href);
/** A minute between two pings is 100 ms. */
const HASTY = preloaded(
  'const real = setInterval; globalThis.setInterval = (run, ms, ...rest) => real(run, ms === 60_000 ? 100 : ms, ...rest);',
);

const until = <T>(what: string, found: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> =>
  untilWith(what, found, () => child.err());

async function begun(nodeArgs: readonly string[] = []): Promise<string> {
  child = start(START, [], { cwd: home.path, env, nodeArgs });
  const { match } = await child.line(/^Watchkeeper serves GitHub App 4711 at (http:\/\/\S+)\n/);
  twin.deliverTo(`${match[1]}/api/github/webhooks`);
  return match[1]!;
}
const statusOf = async (url: string): Promise<number> => (await fetch(url).catch(() => undefined))?.status ?? 0;

describe('the program that is watched', { timeout: BUSY_MS }, () => {
  test('shows its metrics on a port of their own, pings while it is ready, keeps its logs clean, and ends in time', async () => {
    const address = await begun(HASTY);
    const health = `${address}/api/support/health`;
    await until('ready', async () => (await statusOf(health)) === 200);
    expect([await statusOf(`${health}/live`), await statusOf(`${health}/ready`)]).toEqual([200, 200]);

    // A story with what may go wrong in it: a refusal of GitHub's, a webhook with a wrong signature, one that makes no sense.
    twin.faults.push({ method: 'POST', path: /\/issues\/\d+\/labels$/, status: 422, message: `Validation Failed: ${TITLE}` });
    const number = twin.act.openIssue(REPO, { by: 'rita', title: TITLE, body: BODY });
    const issue = () => twin.world.issue(twin.world.theRepo(REPO), number);
    await until('a status comment', () => issue().timeline.some((row) => row.comment !== undefined));
    const strange = JSON.stringify({ action: 'opened', issue: { title: TITLE, number: 'x' }, repository: TITLE, installation: { id: 1 } });
    const signature = signatureOf(strange, SECRET);
    const post = (headers: Record<string, string>) =>
      fetch(`${address}/api/github/webhooks`, { method: 'POST', headers: headersFor(strange, headers), body: strange });
    expect((await post({ 'x-hub-signature-256': signature })).status).toBe(200);
    expect((await post({ 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` })).status).toBe(401);

    const { port } = await until('the port of the metrics', () => {
      const line = child
        .err()
        .split('\n')
        .find((one) => one.includes('metrics are served'));
      return line !== undefined && (JSON.parse(line) as { port: number });
    });
    expect(await statusOf(`${address}/metrics`)).toBe(404);
    const asked = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    // The look that wrote the comment has an end after it, and an answer is counted after it was given.
    const counted = [
      /^watchkeeper_looks_total\{kind="issue",by="\w+",outcome="done"\} [1-9]/m,
      /^watchkeeper_webhooks_total\{status="401"\} 1$/m,
    ];
    const metrics = await until('what was done is counted', async () => {
      const text = await asked();
      return counted.every((one) => one.test(text)) && text;
    });
    expect(metrics).toMatch(/^watchkeeper_ready 1$/m);
    expect(metrics).toMatch(/^watchkeeper_store_seconds_count\{method="claim"\} [1-9]/m);
    expect(metrics).toMatch(/^watchkeeper_github_requests_total\{method="GET",route="timeline",status="200"\} [1-9]/m);
    expect(metrics).toMatch(/^watchkeeper_github_budget_remaining\{installation="\d+"\} \d+$/m);
    expect(metrics).toMatch(/^watchkeeper_effects_failed_total\{effect="addLabel",how="refused"\} 1$/m);
    await until('a ping', () => pinged.length > 0);
    expect(new Set(pinged)).toEqual(new Set([`GET ${PING}`]));

    const started = performance.now();
    const ended = await child.kill('SIGTERM');
    console.log(`watched: ${(performance.now() - started).toFixed(0)} ms to end; ${metrics.length} characters of metrics`);
    expect(ended.code).toBe(0);
    expect(performance.now() - started).toBeLessThan(GONE_MS);
    expect([await statusOf(`http://127.0.0.1:${port}/metrics`), await statusOf(health)]).toEqual([0, 0]);

    const logs = ended.out + ended.err;
    expect(logs).toContain('effect failed');
    expect(logs).toContain('"msg":"stopping"');
    for (const line of ended.err.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
    const keyLines = KEY.split('\n').filter((line) => line.length > 20 && !line.includes('-----'));
    for (const secret of [TITLE, 'Zanzibar', 'Xanthippe', SECRET, signature, signature.slice(7), PING, 'acme', 'rita', ...keyLines]) {
      expect(logs).not.toContain(secret);
      expect(metrics).not.toContain(secret);
    }
  });

  test('pings nobody while GitHub does not say where the App is installed', async () => {
    pinged = [];
    twin.faults.push({ path: /^\/app\/installations/, status: 500, times: 1_000 });
    await begun(HASTY);
    await until('a look that failed', () => child.err().includes('look failed'));
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(pinged).toEqual([]);
    expect((await child.kill()).code).toBe(0);
    twin.faults.length = 0;
  });

  test('ends with 1 and one plain line when its loop is stuck, so that whoever runs it starts it anew', async () => {
    // A minute of the watchdog is 100 ms here. The third turn of the loop does not end until the desk is halted, and the second was two minutes ago.
    const stuck = preloaded(
      `const { Desk } = await import(${src('watch/desk.ts')}); const { begin } = Desk.prototype; const again = setInterval;
       globalThis.setInterval = (run, ms, ...rest) => again(run, ms === 60_000 ? 100 : ms, ...rest);
       let turns = 0;
       Desk.prototype.begin = function () {
         if (++turns < 3) return begin.call(this);
         Object.defineProperty(this, 'turnedAt', { value: this.parts.clock() - 120 });
         const { halt } = this.parts;
         return new Promise((go) => (halt.aborted ? go(0) : halt.addEventListener('abort', () => go(0))));
       };`,
    );
    await begun(stuck);
    const ended = await child.ended;
    expect(ended.code).toBe(1);
    expect(ended.err.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([
      'The loop has not turned for 4 minutes; only a new process helps.',
    ]);
    expect(ended.err).toContain('"fault":"LoopStuck"');
  });

  test('drains and ends with 1 and one plain line when a newer Watchkeeper has changed its store', async () => {
    const superseded = preloaded(
      `const { Desk } = await import(${src('watch/desk.ts')}); const { Superseded } = await import(${src('store/port.ts')});
       Desk.prototype.begin = async () => { throw new Superseded('A newer Watchkeeper changed the store.'); };`,
    );
    await begun(superseded);
    const ended = await child.ended;
    expect(ended.code).toBe(1);
    expect(ended.err.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([
      'A newer Watchkeeper changed the store.',
    ]);
    expect(ended.err).toContain('"msg":"stopping"');
  });

  test('says in one line that the port for metrics is taken', async () => {
    const { port } = pings.address() as AddressInfo;
    child = start(START, [], { cwd: home.path, env: { ...env, METRICS_PORT: String(port) } });
    const ended = await child.ended;
    expect([ended.code, ended.out, ended.err]).toEqual([1, '', `Port ${port} is taken. Set METRICS_PORT to another one.\n`]);
  });
});
