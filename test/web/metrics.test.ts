import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Health } from '../../src/watch/desk.ts';
import { type Vitals, vitalsOf } from '../../src/web/health.ts';
import { createMetrics, type Metrics, metricsHandler } from '../../src/web/metrics.ts';
import { INSTALLATIONS_MAX } from '../../src/web/series.ts';
import { pageOf, tableUnder, textOf } from '../docs/pages.ts';
import { type Served, served } from './serve.ts';

const READY: Health = {
  ready: true,
  storeOpen: true,
  caughtUp: true,
  stopping: false,
  lastSweepAt: instant(1_768_204_800),
  turnedAt: instant(1_768_204_801),
  queueAgeS: 7,
};
const GOOD = vitalsOf(async () => READY);
const DOWN = vitalsOf(() => Promise.reject(new Error('no store')));

let now = 0;
const made = (): Metrics => createMetrics({ process: false, now: () => now });
/** Our lines, by what stands before the value. */
async function scraped(metrics: Metrics, vitals: Vitals = GOOD): Promise<Record<string, number>> {
  const lines = (await metrics.text(vitals)).split('\n').filter((line) => line.startsWith('watchkeeper_'));
  return Object.fromEntries(
    lines.map((line) => [line.slice('watchkeeper_'.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}
/** One of everything. */
function everything(metrics: Metrics): void {
  metrics.looked('issue', 'webhook', 'done', 0.3, 2);
  metrics.drifted(1);
  metrics.stepped(4);
  metrics.failed('addLabel', 'refused');
  metrics.limited(7, 60);
  metrics.requested(7, 'GET', 'issue', 200, 0.2, 4_999);
  metrics.stored('claim', 0.002, true);
  metrics.answered(200);
  metrics.beaten('sent');
  metrics.skewed(600);
}

describe('what is counted', () => {
  test('docs/metrics.md names every metric with its type and labels, and no other', async () => {
    const metrics = made();
    everything(metrics);
    const text = await metrics.text(GOOD);
    const types = Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]));
    const rows = Object.keys(types).map((name) => {
      const lines = text
        .split('\n')
        .filter((line) => line.replace(/[{ ].*/, '').replace(/_(bucket|sum|count)$/, '') === name.replace(/_(bucket|sum|count)$/, ''));
      const labels = lines
        .flatMap((line) => [...line.matchAll(/[{,](\w+)="/g)].map((found) => found[1]!))
        .filter((label) => label !== 'le');
      return [name, types[name], [...new Set(labels)].sort().join(' ')];
    });
    const told = tableUnder('docs/metrics.md', 'Metrics').map(([name, type, labels]) => [
      name!.replaceAll('`', ''),
      type,
      labels!.replace(/[`,]/g, '').split(' ').filter(Boolean).sort().join(' '),
    ]);
    expect(told.toSorted()).toEqual(rows.toSorted());
    expect(rows.length).toBeGreaterThan(20);
  });

  test('the alerts in docs/metrics.md ask for metrics that there are', async () => {
    const metrics = made();
    everything(metrics);
    const names = new Set(Object.keys(await scraped(metrics)).map((key) => `watchkeeper_${key.replace(/\{.*/, '')}`));
    const { fences } = pageOf('docs/metrics.md');
    const asked = fences.flatMap(({ text }) =>
      text.split('\n').flatMap((line) => (line.includes('expr:') ? (line.match(/watchkeeper_\w+/g) ?? []) : [])),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    for (const name of ['METRICS_PORT', 'METRICS_HOST', 'HEARTBEAT_URL']) expect(textOf('docs/metrics.md')).toContain(name);
  });

  test('looks are counted by what they were about, what woke them and how they ended; a bug shows from the first on', async () => {
    const metrics = made();
    metrics.looked('issue', 'step', 'done', 0.02, 0);
    metrics.looked('issue', 'step', 'done', 3, 2);
    metrics.looked('repository', 'daily', 'bug', 40, 100_000);
    metrics.looked('acme/desk', 'webhook', 'passing', 1, 1);
    metrics.looked('installation', 'background', 'refused', 1, 1);
    expect(await scraped(metrics)).toMatchObject({
      'looks_total{kind="issue",by="step",outcome="done"}': 2,
      'looks_total{kind="repository",by="daily",outcome="bug"}': 1,
      'looks_total{kind="issue",by="step",outcome="bug"}': 0,
      'looks_total{kind="other",by="webhook",outcome="passing"}': 1,
      'looks_total{kind="installation",by="background",outcome="refused"}': 1,
      'look_seconds_bucket{kind="issue",le="0.025"}': 1,
      'look_seconds_bucket{kind="issue",le="2.5"}': 1,
      'look_seconds_bucket{kind="issue",le="5"}': 2,
      'look_seconds_bucket{kind="issue",le="+Inf"}': 2,
      'look_seconds_sum{kind="issue"}': 3.02,
      'look_seconds_count{kind="issue"}': 2,
      'look_wait_seconds_bucket{by="step",le="1"}': 1,
      'look_wait_seconds_bucket{by="step",le="2"}': 2,
      'look_wait_seconds_bucket{by="daily",le="86400"}': 0,
      'look_wait_seconds_bucket{by="daily",le="+Inf"}': 1,
    });
  });

  test('a counter goes on from scrape to scrape', async () => {
    const metrics = made();
    expect(await scraped(metrics)).toMatchObject({
      drift_issues_total: 0,
      step_late_seconds_count: 0,
      'heartbeats_total{outcome="sent"}': 0,
    });
    metrics.drifted(2);
    metrics.stepped(-1);
    expect(await scraped(metrics)).toMatchObject({ drift_issues_total: 2, 'step_late_seconds_bucket{le="1"}': 1 });
    metrics.drifted(1);
    expect(await scraped(metrics)).toMatchObject({ drift_issues_total: 3 });
    expect(await scraped(metrics)).toMatchObject({ drift_issues_total: 3 });
  });

  test('what alerts ask for begins at 0: the first burst after a start is an increase', async () => {
    const metrics = made();
    expect(await scraped(metrics)).toMatchObject({
      'webhooks_total{status="200"}': 0,
      'webhooks_total{status="401"}': 0,
      'webhooks_total{status="500"}': 0,
      'webhooks_total{status="503"}': 0,
      'heartbeats_total{outcome="failed"}': 0,
      'effects_failed_total{effect="page",how="refused"}': 0,
      'effects_failed_total{effect="names",how="refused"}': 0,
      'effects_failed_total{effect="page",how="gone"}': 0,
      'effects_failed_total{effect="names",how="passing"}': 0,
      'looks_total{kind="issue",by="step",outcome="refused"}': 0,
    });
    metrics.requested(7, 'GET', 'issue', 200, 0.2, 4_999);
    expect(await scraped(metrics)).toMatchObject({
      'github_limits_total{installation="7"}': 0,
      'github_limited_seconds_total{installation="7"}': 0,
    });
  });

  test('how far the host’s clock is off is as it was told last, and absent before', async () => {
    const metrics = made();
    expect(await scraped(metrics)).not.toHaveProperty('clock_ahead_seconds');
    metrics.skewed(-600);
    expect(await scraped(metrics)).toMatchObject({ clock_ahead_seconds: -600 });
    metrics.skewed(0);
    expect(await scraped(metrics)).toMatchObject({ clock_ahead_seconds: 0 });
  });

  test('calls of the store are timed by method, and those that failed counted', async () => {
    const metrics = made();
    metrics.stored('claim', 0.002, true);
    metrics.stored('claim', 0.2, false);
    expect(await scraped(metrics)).toMatchObject({
      'store_seconds_bucket{method="claim",le="0.0025"}': 1,
      'store_seconds_count{method="claim"}': 2,
      'store_errors_total{method="claim"}': 1,
      'store_errors_total{method="settle"}': 0,
    });
  });

  test('words without end become "other": nothing that people write can fill the memory', async () => {
    const metrics = made();
    for (let i = 0; i < 5_000; i++) metrics.failed(`effect${i}`, 'refused');
    const series = Object.entries(await scraped(metrics)).filter(([key]) => key.startsWith('effects_failed_total'));
    expect(series.length).toBeLessThan(500);
    expect(series.reduce((sum, [, value]) => sum + value, 0)).toBe(5_000);
  });
});

describe('installations', () => {
  const ask = (metrics: Metrics, installation: number | undefined, left?: number) =>
    metrics.requested(installation, 'GET', 'issue', 200, 0.1, left);

  test('each has its own requests, what is left of its budget, and its limits', async () => {
    const metrics = made();
    ask(metrics, 7, 4_000);
    ask(metrics, 7, 3_999);
    ask(metrics, undefined, 4_500);
    ask(metrics, 8);
    metrics.limited(7, 60);
    metrics.limited(0, 5);
    const seen = await scraped(metrics);
    expect(seen).toMatchObject({
      'github_installation_requests_total{installation="7"}': 2,
      'github_installation_requests_total{installation="app"}': 1,
      'github_budget_remaining{installation="7"}': 3_999,
      'github_limits_total{installation="7"}': 1,
      'github_limited_seconds_total{installation="7"}': 60,
      'github_limits_total{installation="app"}': 1,
      'github_requests_total{method="GET",route="issue",status="200"}': 4,
    });
    expect(seen).not.toHaveProperty(['github_budget_remaining{installation="8"}']);
  });

  test('beyond 200 they are counted together, until one has asked nothing for an hour: its series go', async () => {
    now = 0;
    const metrics = made();
    for (let i = 1; i <= INSTALLATIONS_MAX; i++) ask(metrics, i, 100);
    now = 3_599;
    for (let i = 2; i <= INSTALLATIONS_MAX; i++) ask(metrics, i, 99);
    ask(metrics, 1_000, 50);
    expect(await scraped(metrics)).toMatchObject({
      'github_installation_requests_total{installation="other"}': 1,
      'github_budget_remaining{installation="1"}': 100,
    });
    now = 3_600;
    const silent = await scraped(metrics);
    expect(silent).not.toHaveProperty(['github_budget_remaining{installation="1"}']);
    expect(silent).toHaveProperty(['github_installation_requests_total{installation="1"}']);
    ask(metrics, 1_000, 50);
    const seen = await scraped(metrics);
    expect(seen).toMatchObject({ 'github_budget_remaining{installation="1000"}': 50 });
    expect(Object.keys(seen).filter((key) => key.includes('installation="1"'))).toEqual([]);
    const names = Object.keys(seen).filter((key) => key.startsWith('github_installation_requests_total'));
    expect(names).toHaveLength(INSTALLATIONS_MAX + 1);
  });
});

describe('a scrape', () => {
  let server: Served | undefined;
  afterEach(() => server?.close());

  test('says how the desk is, from one question', async () => {
    let asked = 0;
    const vitals = vitalsOf(async () => {
      asked++;
      return { ...READY, ready: false, caughtUp: false };
    });
    expect(await scraped(made(), vitals)).toMatchObject({
      ready: 0,
      store_up: 1,
      alarm_age_seconds: 7,
      last_sweep_timestamp_seconds: 1_768_204_800,
      last_turn_timestamp_seconds: 1_768_204_801,
      'not_ready{reason="catching_up"}': 1,
      'not_ready{reason="stopping"}': 0,
    });
    expect(asked).toBe(1);
  });

  test('is answered while the store is down: what is not known is absent, not 0', async () => {
    const metrics = made();
    expect(await scraped(metrics)).toHaveProperty('alarm_age_seconds', 7);
    const seen = await scraped(metrics, DOWN);
    expect(seen).toMatchObject({ ready: 0, store_up: 0, 'not_ready{reason="store_unreachable"}': 1 });
    expect(seen).not.toHaveProperty('alarm_age_seconds');
    expect(await scraped(metrics)).toMatchObject({ ready: 1, store_up: 1, alarm_age_seconds: 7 });
  });

  test('is GET /metrics in the text format, with what Node says of itself', async () => {
    server = await served([metricsHandler(createMetrics(), GOOD)]);
    const answer = await server.ask('/metrics');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(answer.body).toMatch(/^watchkeeper_ready 1$/m);
    expect(answer.body).toMatch(/^process_cpu_seconds_total \d/m);
    expect(answer.body).toMatch(/^nodejs_eventloop_lag_seconds \d/m);
    expect((await server.ask('/metrics', { method: 'POST' })).status).toBe(405);
    expect((await server.ask('/')).status).toBe(404);
    expect(await server.ask('/metrics', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });
});
