import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import { STORE_METHODS } from '../store/measured.ts';
import type { Meter } from '../watch/parts.ts';
import { REASONS, type Reason, type Vitals } from './health.ts';
import type { Beat } from './heartbeat.ts';
import { Installations, PREFIX, Series } from './series.ts';
import { type Handler, pathOf, reads } from './server.ts';

/** Seconds of what takes milliseconds: a look is 0.3 ms without GitHub, and a second with it. */
const WORK_S = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Of a call of the store: SQLite commits in 1 ms, PostgreSQL in a few. */
const STORE_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10];
/** Of a request to GitHub, which is given up after 20 s. */
const REQUEST_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];
/** How late something is: a second is on time, a day is what a downtime leaves behind. */
const LATE_S = [1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

const KINDS = ['issue', 'repository', 'sweep', 'pull', 'installation', 'app', 'deliveries'];
const WOKEN_BY = ['step', 'webhook', 'sweep', 'daily', 'background'];
const OUTCOMES = ['done', 'passing', 'refused', 'gone', 'bug'];
const BEATS: readonly Beat[] = ['sent', 'failed', 'withheld'];
/** Of a webhook's answer, that alerts ask for. */
const ANSWERS = [200, 401, 500, 503];
const CODES = Object.keys(REASONS) as Reason[];

/** What the process counts, and what it says of it. Each method costs some microseconds at most and never throws. */
export type Metrics = Meter & {
  /** A request to GitHub has ended; as `Requests` of `src/github/requests.ts`. */
  requested(
    installation: number | undefined,
    method: string,
    route: string,
    status: number | undefined,
    seconds: number,
    remaining: number | undefined,
  ): void;
  /** A call of the store has ended; as `Observe` of `src/store/measured.ts`. */
  stored(method: string, seconds: number, ok: boolean): void;
  /** A webhook was answered. */
  answered(status: number): void;
  beaten(beat: Beat): void;
  /** By how many seconds the host's clock is ahead of GitHub's; 0 where that is within what NTP leaves. */
  skewed(aheadS: number): void;
  /** Everything in Prometheus' text format. The desk is asked once; a store that is down fails no scrape. */
  text(vitals: Vitals): Promise<string>;
  readonly contentType: string;
};

export type MetricsOptions = {
  /** Those of Node and the process too. */
  readonly process?: boolean;
  /** Seconds of a clock that does not go back. */
  readonly now?: () => number;
};

/**
 * The metrics of one process, in a registry of their own. `docs/metrics.md` says what each is and when to call somebody; a test holds that page
 * and this file together. Labels hold kinds of things, numbers of installations and nothing that people wrote.
 */
export function createMetrics({ process: ofProcess = true, now = () => performance.now() / 1000 }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const series = new Series(registry);
  const store = storeMetrics(series);
  const scraped = scrapedMetrics(series);
  const requests = requestMetrics(series, registry, now);
  const webhooks = series.counter('webhooks_total', { help: 'Webhooks answered, by HTTP status.', labels: ['status'] });
  const beats = series.counter('heartbeats_total', { help: 'Pings of HEARTBEAT_URL, by outcome.', labels: ['outcome'] });
  // As above: the first burst after a start counts.
  for (const beat of BEATS) beats(beat).inc(0);
  for (const status of ANSWERS) webhooks(String(status)).inc(0);
  return {
    ...workMetrics(series),
    ...requests.told,
    stored: store,
    answered: (status) => webhooks(String(status)).inc(),
    beaten: (beat) => beats(beat).inc(),
    skewed: series.gauge('clock_ahead_seconds', { help: "How far this host's clock is ahead of GitHub's; 0 within five seconds." }),
    async text(vitals) {
      scraped(await vitals.check());
      requests.tidy();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function workMetrics(series: Series): Omit<Meter, 'limited'> {
  const looks = series.counter('looks_total', { help: 'Looks, by subject, cause and outcome.', labels: ['kind', 'by', 'outcome'] });
  const took = series.histogram('look_seconds', { help: 'How long a look took.', labels: ['kind'], buckets: WORK_S });
  const waited = series.histogram('look_wait_seconds', {
    help: 'How long a due look waited until it began.',
    labels: ['by'],
    buckets: LATE_S,
  });
  const drift = series.counter('drift_issues_total', { help: 'Issues that a sweep had to correct, of which no webhook had told.' })();
  const late = series.histogram('step_late_seconds', { help: 'How long after its due instant a step was posted.', buckets: LATE_S })();
  const failed = series.counter('effects_failed_total', { help: 'Writes to GitHub that did not happen.', labels: ['effect', 'how'] });
  const known = (words: readonly string[], word: string): string => (words.includes(word) ? word : 'other');
  // A series that begins at 1 shows no increase: what calls somebody begins at 0.
  for (const kind of KINDS) for (const by of WOKEN_BY) for (const ended of ['bug', 'refused']) looks(kind, by, ended).inc(0);
  for (const call of ['page', 'names']) for (const how of ['refused', 'gone', 'passing']) failed(call, how).inc(0);
  return {
    looked(kind, by, outcome, seconds, wait) {
      const what = known(KINDS, kind);
      looks(what, by, known(OUTCOMES, outcome)).inc();
      took(what).observe(seconds);
      waited(by).observe(wait);
    },
    drifted: (issues) => drift.inc(issues),
    stepped: (seconds) => late.observe(Math.max(0, seconds)),
    failed: (effect, how) => failed(effect, how).inc(),
  };
}

function storeMetrics(series: Series): Metrics['stored'] {
  const took = series.histogram('store_seconds', { help: 'How long a call of the store took.', labels: ['method'], buckets: STORE_S });
  const errors = series.counter('store_errors_total', { help: 'Calls of the store that failed.', labels: ['method'] });
  for (const method of STORE_METHODS) errors(method).inc(0);
  return (method, seconds, ok) => {
    took(method).observe(seconds);
    if (!ok) errors(method).inc();
  };
}

type Told = Pick<Metrics, 'requested' | 'limited'>;

function requestMetrics(series: Series, registry: Registry, now: () => number): { readonly told: Told; tidy(): void } {
  const took = series.histogram('github_request_seconds', {
    help: 'How long a request to GitHub took.',
    labels: ['method', 'route'],
    buckets: REQUEST_S,
  });
  const all = series.counter('github_requests_total', { help: 'Requests to GitHub.', labels: ['method', 'route', 'status'] });
  const budget = series.gauge('github_budget_remaining', {
    help: "What is left of the installation's requests of this hour, as GitHub said last.",
    labels: ['installation'],
  });
  // Not bound once: an installation's series go when another takes its place.
  const of = (name: string, help: string) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames: ['installation'], registers: [registry] });
  const mine = of('github_installation_requests_total', 'Requests to GitHub by installation.');
  const limits = of('github_limits_total', 'How often GitHub said that an installation asked too much.');
  const limitedS = of('github_limited_seconds_total', 'For how long GitHub put an installation off, in sum.');
  const begun = new Set<string>();
  const installations = new Installations((name) => {
    for (const counter of [mine, limits, limitedS]) counter.remove(name);
    begun.delete(name);
    budget(undefined, name);
  });
  return {
    told: {
      requested(installation, method, route, status, seconds, remaining) {
        took(method, route).observe(seconds);
        all(method, route, status === undefined ? 'none' : String(status)).inc();
        const name = installations.label(installation ?? 0, now());
        mine.labels(name).inc();
        // Begun before the first limit, which may be the one that matters.
        if (!begun.has(name)) for (const counter of [limits, limitedS]) counter.inc({ installation: name }, 0);
        begun.add(name);
        if (remaining !== undefined && name !== 'other') budget(remaining, name);
      },
      limited(installation, seconds) {
        const name = installations.label(installation, now());
        limits.labels(name).inc();
        limitedS.labels(name).inc(Math.max(0, seconds));
      },
    },
    tidy() {
      for (const name of installations.silent(now())) budget(undefined, name);
    },
  };
}

/** What is asked at each scrape, from one question to the desk. */
function scrapedMetrics(series: Series): (checked: Awaited<ReturnType<Vitals['check']>>) => void {
  const ready = series.gauge('ready', { help: '1 while the desk is fit to work.' });
  const reasons = series.gauge('not_ready', { help: '1 for each reason why the desk is not ready.', labels: ['reason'] });
  const up = series.gauge('store_up', { help: '1 while the store answers.' });
  const age = series.gauge('alarm_age_seconds', { help: 'How long the earliest due alarm has waited.' });
  const swept = series.gauge('last_sweep_timestamp_seconds', { help: 'When this process last listed a repository.' });
  const turned = series.gauge('last_turn_timestamp_seconds', { help: 'When the loop last asked what is due.' });
  return ({ health, reasons: why }) => {
    ready(why.length === 0 ? 1 : 0);
    for (const code of CODES) reasons(why.includes(code) ? 1 : 0, code);
    up(health?.storeOpen ? 1 : 0);
    age(health?.queueAgeS);
    swept(health?.lastSweepAt);
    turned(health?.turnedAt);
  };
}

/** `GET /metrics`. Has a listener of its own (`METRICS_PORT`): numbers of installations are nobody else's business. */
export const metricsHandler =
  (metrics: Pick<Metrics, 'text' | 'contentType'>, vitals: Vitals): Handler =>
  async (req, res) => {
    if (pathOf(req) !== '/metrics') return false;
    if (!reads(req, res)) return true;
    const text = await metrics.text(vitals);
    res.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(text) });
    res.end(text);
    return true;
  };
