import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isPostgres } from './store/open.ts';

export type AppConfig = {
  readonly appId: number;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** `https://github.example/api/v3`; absent: GitHub itself. */
  readonly baseUrl?: string;
};

export type Config = {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly sweepS: number;
  /** Where the desk is kept: an address of PostgreSQL, which holds a password, or a file. */
  readonly store: string;
  /** Absent: nothing is counted. */
  readonly metrics?: { readonly port: number; readonly host: string };
  /** Whoever knows it can say that all is well: a secret. */
  readonly heartbeatUrl?: string;
  /** Absent: no App is configured, the sandbox is served. */
  readonly app?: AppConfig;
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** Probot's default and others that anybody can sign with. */
const DEFAULT_SECRETS = ['development', 'secret', 'changeme'];
/** Every open ticket is looked at once a day anyway. */
const SWEEP_S_MAX = 86_400;

export type Env = Readonly<Record<string, string | undefined>>;
type Problem = { readonly problem: string };
/** Stands in an environment whose `.env` cannot be read, with the reason. */
const UNREAD = '.env';

/** The environment as a configuration, or the one line that says what is wrong with it. A variable that is empty or blank counts as not set. */
export function readConfig(given: Env, readFile: (path: string) => string = (path) => readFileSync(path, 'utf8')): Config | Problem {
  if (given[UNREAD] !== undefined) return { problem: given[UNREAD] };
  const env = Object.fromEntries(Object.entries(given).filter(([, value]) => value?.trim()));
  const port = wholeNumber(env.PORT ?? '3000');
  if (port === undefined || port > 65_535) return wrong('PORT', env.PORT, 'a number from 0 to 65535');
  const logLevel = env.LOG_LEVEL ?? 'info';
  if (!LEVELS.includes(logLevel)) return wrong('LOG_LEVEL', logLevel, `one of ${LEVELS.join(', ')}`);
  const sweepS = wholeNumber(env.SWEEP_S ?? '60');
  if (sweepS === undefined || sweepS < 10 || sweepS > SWEEP_S_MAX)
    return wrong('SWEEP_S', env.SWEEP_S, `a whole number of seconds from 10 to ${SWEEP_S_MAX}`);
  const github = githubAt(env);
  if ('problem' in github) return github;
  const app = readApp(env, readFile);
  if (app && 'problem' in app) return app;
  const watched = readWatched(env, port);
  if ('problem' in watched) return watched;
  if (env.DATABASE_URL !== undefined && !isPostgres(env.DATABASE_URL.trim()))
    return { problem: 'DATABASE_URL must be an address that begins with postgres:// or postgresql://; its value is not shown here.' };
  const dataDir = env.DATA_DIR ?? './data';
  const store = env.DATABASE_URL?.trim() ?? join(dataDir, 'desk.sqlite');
  // The sandbox lets anybody be anybody: it listens to this machine only, unless told otherwise.
  const host = env.HOST ?? (app ? '0.0.0.0' : '127.0.0.1');
  const withApi = app && { ...app, ...(github.enterprise ? { baseUrl: `${github.url}/api/v3` } : {}) };
  return { port, host, dataDir, logLevel, sweepS, store, ...watched, ...(withApi ? { app: withApi } : {}) };
}

/** How the process is watched. `METRICS_HOST` is this machine alone unless told otherwise: the numbers are for whoever runs it. */
function readWatched(env: Env, port: number): Problem | Pick<Config, 'metrics' | 'heartbeatUrl'> {
  const metricsPort = env.METRICS_PORT === undefined ? undefined : wholeNumber(env.METRICS_PORT);
  if (env.METRICS_PORT !== undefined && (metricsPort === undefined || metricsPort > 65_535))
    return wrong('METRICS_PORT', env.METRICS_PORT, 'a number from 0 to 65535');
  if (metricsPort !== undefined && metricsPort !== 0 && metricsPort === port)
    return wrong('METRICS_PORT', env.METRICS_PORT, 'another one than PORT: what GitHub reaches must not show the metrics');
  const heartbeatUrl = env.HEARTBEAT_URL?.trim();
  if (heartbeatUrl !== undefined && !isPlainUrl(heartbeatUrl))
    return {
      problem: 'HEARTBEAT_URL must be an address that begins with https:// or http://, without a user name; its value is not shown here.',
    };
  const metrics = metricsPort === undefined ? {} : { metrics: { port: metricsPort, host: env.METRICS_HOST?.trim() ?? '127.0.0.1' } };
  return { ...metrics, ...(heartbeatUrl === undefined ? {} : { heartbeatUrl }) };
}

/** One that `fetch` takes: it refuses those with a user name. */
function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:\/\//i.test(text) && url.username === '' && url.password === '';
}

/** Where GitHub's pages are: `GHE_HOST` and `GHE_PROTOCOL`, as Probot reads them. */
export function githubAt(env: Env): Problem | { readonly url: string; readonly api: string; readonly enterprise: boolean } {
  const protocol = env.GHE_PROTOCOL?.trim() || 'https';
  const host = env.GHE_HOST?.trim();
  if (protocol !== 'https' && protocol !== 'http') return wrong('GHE_PROTOCOL', protocol, 'https or http');
  if (!host) return { url: 'https://github.com', api: 'https://api.github.com', enterprise: false };
  const url = `${protocol}://${host}`;
  const isHost = URL.canParse(url) && /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host);
  return isHost
    ? { url, api: `${url}/api/v3`, enterprise: true }
    : wrong('GHE_HOST', host, 'a host name such as github.example.org, without https:// and without a path');
}

function readApp(env: Env, readFile: (path: string) => string): AppConfig | undefined | Problem {
  const { APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET } = env;
  if (!APP_ID && !PRIVATE_KEY && !PRIVATE_KEY_PATH && !WEBHOOK_SECRET) return undefined;
  if (!APP_ID) return { problem: 'APP_ID is missing: it is on the settings page of the GitHub App.' };
  if (!/^[1-9][0-9]{0,14}$/.test(APP_ID)) return wrong('APP_ID', APP_ID, 'the number of the GitHub App');
  if (!PRIVATE_KEY && !PRIVATE_KEY_PATH)
    return { problem: 'PRIVATE_KEY (or PRIVATE_KEY_PATH) is missing: make a key on the settings page of the GitHub App.' };
  if (!WEBHOOK_SECRET)
    return {
      problem: 'WEBHOOK_SECRET is missing: without one anybody could send webhooks. Set the same secret here and in the GitHub App.',
    };
  if (DEFAULT_SECRETS.includes(WEBHOOK_SECRET.trim().toLowerCase()))
    return { problem: 'WEBHOOK_SECRET is a well-known default, so anybody could sign webhooks. Choose a long random one.' };
  const privateKey = keyText(PRIVATE_KEY, PRIVATE_KEY_PATH, readFile);
  if (privateKey === undefined) return { problem: `PRIVATE_KEY_PATH names ${quoted(PRIVATE_KEY_PATH)}, which cannot be read.` };
  const source = PRIVATE_KEY ? 'PRIVATE_KEY' : 'The file of PRIVATE_KEY_PATH';
  if (!isRsaKey(privateKey))
    return { problem: `${source} does not hold an RSA private key in PEM ("-----BEGIN … PRIVATE KEY-----"), plain or in base64.` };
  return { appId: Number(APP_ID), privateKey, webhookSecret: WEBHOOK_SECRET };
}

/** As Probot takes it: PEM with real or written line breaks, or PEM in base64, or a file. */
function keyText(key: string | undefined, path: string | undefined, readFile: (path: string) => string): string | undefined {
  try {
    const text = (key ?? readFile(path!)).replaceAll('\\n', '\n');
    return text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  } catch {
    return undefined;
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** Digits only: `Number` would read `1e3`, `0x10` and nothing at all as numbers too. */
const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined);

const quoted = (text: string | undefined): string => JSON.stringify((text ?? '').slice(0, 200));
const wrong = (name: string, found: string | undefined, wanted: string): Problem => ({
  problem: `${name} is ${quoted(found)}, but must be ${wanted}.`,
});

/** What a registration by manifest wrote to `.env`, below what the environment says itself. `readConfig` refuses it when the file cannot be read. */
export function environment(env: Env, folder: string): Env {
  const path = join(folder, '.env');
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...env };
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? env : { ...env, [UNREAD]: `${path} cannot be read: ${code}.` };
  }
}
