import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

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
  /** Absent: no App is configured, the sandbox is served. */
  readonly app?: AppConfig;
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** Probot's default, which anybody can sign with. */
const DEFAULT_SECRETS = ['development', 'secret', 'changeme'];

type Env = Readonly<Record<string, string | undefined>>;

/** The environment as a configuration, or the one line that says what is wrong with it. */
export function readConfig(
  env: Env,
  readFile: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): Config | { readonly problem: string } {
  const port = Number(env.PORT ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return { problem: `PORT is ${JSON.stringify(env.PORT)}, but must be a number from 0 to 65535.` };
  const logLevel = env.LOG_LEVEL ?? 'info';
  if (!LEVELS.includes(logLevel)) return { problem: `LOG_LEVEL is ${JSON.stringify(logLevel)}, but must be one of ${LEVELS.join(', ')}.` };
  const sweepS = Number(env.SWEEP_S ?? '60');
  if (!Number.isInteger(sweepS) || sweepS < 10)
    return { problem: `SWEEP_S is ${JSON.stringify(env.SWEEP_S)}, but must be a whole number of seconds, at least 10.` };
  const app = readApp(env, readFile);
  if (app && 'problem' in app) return app;
  // The sandbox lets anybody be anybody: it listens to this machine only, unless told otherwise.
  const host = env.HOST ?? (app ? '0.0.0.0' : '127.0.0.1');
  return { port, host, dataDir: env.DATA_DIR ?? './data', logLevel, sweepS, ...(app ? { app } : {}) };
}

function readApp(env: Env, readFile: (path: string) => string): AppConfig | undefined | { readonly problem: string } {
  const { APP_ID, PRIVATE_KEY, PRIVATE_KEY_PATH, WEBHOOK_SECRET } = env;
  if (!APP_ID && !PRIVATE_KEY && !PRIVATE_KEY_PATH && !WEBHOOK_SECRET) return undefined;
  if (!APP_ID) return { problem: 'APP_ID is missing: it is on the settings page of the GitHub App.' };
  if (!/^[1-9][0-9]*$/.test(APP_ID)) return { problem: `APP_ID is ${JSON.stringify(APP_ID)}, but must be the number of the GitHub App.` };
  if (!PRIVATE_KEY && !PRIVATE_KEY_PATH)
    return { problem: 'PRIVATE_KEY (or PRIVATE_KEY_PATH) is missing: make a key on the settings page of the GitHub App.' };
  if (!WEBHOOK_SECRET)
    return {
      problem: 'WEBHOOK_SECRET is missing: without one anybody could send webhooks. Set the same secret here and in the GitHub App.',
    };
  if (DEFAULT_SECRETS.includes(WEBHOOK_SECRET))
    return { problem: 'WEBHOOK_SECRET is a well-known default, so anybody could sign webhooks. Choose a long random one.' };
  const privateKey = keyText(PRIVATE_KEY, PRIVATE_KEY_PATH, readFile);
  if (privateKey === undefined) return { problem: `PRIVATE_KEY_PATH names ${JSON.stringify(PRIVATE_KEY_PATH)}, which cannot be read.` };
  if (!privateKey.includes('PRIVATE KEY-----'))
    return { problem: 'PRIVATE_KEY does not hold a PEM private key ("-----BEGIN … PRIVATE KEY-----"), plain or in base64.' };
  const baseUrl = env.GHE_HOST ? { baseUrl: `${env.GHE_PROTOCOL ?? 'https'}://${env.GHE_HOST}/api/v3` } : {};
  return { appId: Number(APP_ID), privateKey, webhookSecret: WEBHOOK_SECRET, ...baseUrl };
}

/** As Probot takes it: PEM with real or written line breaks, or PEM in base64, or a file. */
function keyText(key: string | undefined, path: string | undefined, readFile: (path: string) => string): string | undefined {
  if (key) {
    const text = key.replaceAll('\\n', '\n');
    return text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  }
  try {
    return readFile(path!);
  } catch {
    return undefined;
  }
}

/** What a registration by manifest wrote to `.env`, below what the environment says itself. */
export function environment(env: Env, folder: string): Env {
  const path = join(folder, '.env');
  return existsSync(path) ? { ...parseEnv(readFileSync(path, 'utf8')), ...env } : env;
}
