import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Env, environment, githubAt, readConfig } from '../../src/config.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PKCS1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const PUBLIC = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
const APP: Env = { APP_ID: '4711', PRIVATE_KEY: PEM, WEBHOOK_SECRET: 'long and random' };
const FILES: Readonly<Record<string, string>> = { '/run/key.pem': PEM, '/run/key.b64': Buffer.from(PEM).toString('base64') };

const read = (env: Env) =>
  readConfig(env, (path) => {
    const text = FILES[path];
    if (text === undefined) throw new Error(`ENOENT: ${path}`);
    return text;
  });

describe('without an App', () => {
  test('the sandbox listens to this machine only', () =>
    expect(read({})).toEqual({
      port: 3000,
      host: '127.0.0.1',
      dataDir: './data',
      logLevel: 'info',
      sweepS: 60,
      store: 'data/desk.sqlite',
    }));

  test('what is set to nothing counts as not set', () => {
    const names = [
      'PORT',
      'HOST',
      'DATA_DIR',
      'LOG_LEVEL',
      'SWEEP_S',
      'APP_ID',
      'PRIVATE_KEY',
      'WEBHOOK_SECRET',
      'GHE_HOST',
      'GHE_PROTOCOL',
      'DATABASE_URL',
      'METRICS_PORT',
      'METRICS_HOST',
      'HEARTBEAT_URL',
    ];
    for (const nothing of ['', ' ', '\n']) expect(read(Object.fromEntries(names.map((name) => [name, nothing])))).toEqual(read({}));
  });

  test('people set what they like', () =>
    expect(read({ PORT: '0', HOST: '::', DATA_DIR: '/srv/desk', LOG_LEVEL: 'debug', SWEEP_S: '300' })).toEqual({
      port: 0,
      host: '::',
      dataDir: '/srv/desk',
      logLevel: 'debug',
      sweepS: 300,
      store: '/srv/desk/desk.sqlite',
    }));
});

describe('with an App', () => {
  test('it listens to everybody, since GitHub has to reach it', () =>
    expect(read(APP)).toMatchObject({ host: '0.0.0.0', app: { appId: 4711, webhookSecret: 'long and random' } }));

  for (const [claim, env] of [
    ['plain', { PRIVATE_KEY: PEM }],
    ['as GitHub gives it out (PKCS #1)', { PRIVATE_KEY: PKCS1 }],
    ['with written line breaks', { PRIVATE_KEY: PEM.replaceAll('\n', '\\n') }],
    ['in base64', { PRIVATE_KEY: Buffer.from(PEM).toString('base64') }],
    ['in base64 of several lines', { PRIVATE_KEY: Buffer.from(PEM).toString('base64').replace(/.{76}/g, '$&\n') }],
    ['in a file', { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/run/key.pem' }],
    ['in a file, in base64', { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/run/key.b64' }],
    ['both ways, of which the text counts', { PRIVATE_KEY: PEM, PRIVATE_KEY_PATH: '/nowhere' }],
  ] as const)
    test(`the private key is taken ${claim}`, () => {
      const config = read({ ...APP, ...env });
      expect('app' in config && config.app?.privateKey).toMatch(
        /^-----BEGIN (RSA )?PRIVATE KEY-----\n[\s\S]+\n-----END (RSA )?PRIVATE KEY-----\n$/,
      );
    });

  for (const [claim, env, url] of [
    ['a host', { GHE_HOST: 'ghe.example.org' }, 'https://ghe.example.org/api/v3'],
    ['a host with a port, without TLS', { GHE_HOST: 'ghe.local:8080', GHE_PROTOCOL: 'http' }, 'http://ghe.local:8080/api/v3'],
    ['a number', { GHE_HOST: '[::1]:8080', GHE_PROTOCOL: 'http' }, 'http://[::1]:8080/api/v3'],
  ] as const)
    test(`another GitHub is named by ${claim}`, () => expect(read({ ...APP, ...env })).toMatchObject({ app: { baseUrl: url } }));

  test('GitHub itself is nobody else, whatever the protocol', () => {
    expect(read({ ...APP, GHE_PROTOCOL: 'http' })).not.toHaveProperty('app.baseUrl');
    expect(githubAt({})).toEqual({ url: 'https://github.com', api: 'https://api.github.com', enterprise: false });
  });
});

describe('where the desk is kept and how it is watched', () => {
  for (const url of ['postgres://desk:pw@db/desk', 'postgresql:///desk?host=/run/postgresql', ' postgres://db/desk '])
    test(`the database may be ${url}`, () => expect(read({ ...APP, DATABASE_URL: url })).toMatchObject({ store: url.trim() }));

  test('metrics are served where they are asked for, and to this machine only unless told otherwise', () => {
    expect(read(APP)).not.toHaveProperty('metrics');
    expect(read({ ...APP, METRICS_HOST: '0.0.0.0' })).not.toHaveProperty('metrics');
    expect(read({ ...APP, METRICS_PORT: '9464' })).toMatchObject({ metrics: { port: 9464, host: '127.0.0.1' } });
    expect(read({ ...APP, METRICS_PORT: '0', PORT: '0', METRICS_HOST: '::' })).toMatchObject({ metrics: { port: 0, host: '::' } });
  });

  for (const url of ['https://ping.example.org/uuid', 'http://10.0.0.1:8080/x?y=z'])
    test(`the heartbeat may go to ${url}`, () => expect(read({ ...APP, HEARTBEAT_URL: url })).toMatchObject({ heartbeatUrl: url }));
});

describe('what is wrong is said in one line that names the variable', () => {
  for (const [claim, env, said] of [
    ['no secret', { ...APP, WEBHOOK_SECRET: undefined }, /^WEBHOOK_SECRET is missing/],
    ['a blank secret', { ...APP, WEBHOOK_SECRET: '  ' }, /^WEBHOOK_SECRET is missing/],
    ["Probot's default secret", { ...APP, WEBHOOK_SECRET: 'development' }, /^WEBHOOK_SECRET is a well-known default/],
    ['a default secret in capitals', { ...APP, WEBHOOK_SECRET: 'Development' }, /^WEBHOOK_SECRET is a well-known default/],
    ['a secret everybody knows', { ...APP, WEBHOOK_SECRET: 'changeme' }, /^WEBHOOK_SECRET is a well-known default/],
    ['no App id', { ...APP, APP_ID: undefined }, /^APP_ID is missing/],
    ['an App id that is a name', { ...APP, APP_ID: 'watchkeeper' }, /^APP_ID is "watchkeeper"/],
    ['an App id that is a client id', { ...APP, APP_ID: 'Iv1.8a61f9b3a7aba766' }, /^APP_ID is "Iv1/],
    ['an App id of too many digits', { ...APP, APP_ID: '9'.repeat(30) }, /^APP_ID is "999/],
    ['no key', { ...APP, PRIVATE_KEY: undefined }, /^PRIVATE_KEY \(or PRIVATE_KEY_PATH\) is missing/],
    ['only a secret', { WEBHOOK_SECRET: 'x' }, /^APP_ID is missing/],
    ['only a path', { PRIVATE_KEY_PATH: '/run/key.pem' }, /^APP_ID is missing/],
    ['a key that is a path', { ...APP, PRIVATE_KEY: '/run/key.pem' }, /^PRIVATE_KEY does not hold an RSA private key/],
    ['a key that ends too early', { ...APP, PRIVATE_KEY: PEM.slice(0, 200) }, /^PRIVATE_KEY does not hold/],
    ['a key of another kind', { ...APP, PRIVATE_KEY: EC }, /^PRIVATE_KEY does not hold/],
    ['a public key', { ...APP, PRIVATE_KEY: PUBLIC }, /^PRIVATE_KEY does not hold/],
    [
      'a key file that is not there',
      { ...APP, PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: '/nowhere' },
      /^PRIVATE_KEY_PATH names "\/nowhere"/,
    ],
    ['a port that is a word', { PORT: 'http' }, /^PORT is "http"/],
    ['a port below nothing', { PORT: '-1' }, /^PORT is "-1"/],
    ['a port above all', { PORT: '65536' }, /^PORT is "65536"/],
    ['a port and a half', { PORT: '3000.5' }, /^PORT is/],
    ['a port in other digits', { PORT: '0x10' }, /^PORT is/],
    ['a port in the thousands', { PORT: '3e3' }, /^PORT is/],
    ['a level that is none', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud".*trace, debug, info/],
    ['a sweep every second', { SWEEP_S: '1' }, /^SWEEP_S is "1"/],
    ['a sweep once a year', { SWEEP_S: '31536000' }, /^SWEEP_S is/],
    ['a sweep that is a duration', { SWEEP_S: '1m' }, /^SWEEP_S is "1m"/],
    ['a host with its protocol', { ...APP, GHE_HOST: 'https://ghe.example.org' }, /^GHE_HOST is .* without https:\/\//],
    ['a host with a path', { ...APP, GHE_HOST: 'ghe.example.org/api/v3' }, /^GHE_HOST is/],
    ['a host with a password', { ...APP, GHE_HOST: 'me:secret@ghe.example.org' }, /^GHE_HOST is/],
    ['a database of another kind', { ...APP, DATABASE_URL: 'mysql://desk:hunter22@db/desk' }, /^DATABASE_URL must be .* postgres:\/\//],
    ['a database without its protocol', { ...APP, DATABASE_URL: 'desk:hunter22@db/desk' }, /^DATABASE_URL must be/],
    ['a port for metrics that is a word', { METRICS_PORT: 'yes' }, /^METRICS_PORT is "yes"/],
    ['a port for metrics above all', { METRICS_PORT: '70000' }, /^METRICS_PORT is "70000"/],
    ['the port that is public for metrics', { METRICS_PORT: '3000' }, /^METRICS_PORT is "3000", but must be another one than PORT/],
    ['a heartbeat without its protocol', { HEARTBEAT_URL: 'ping.example.org/hunter22' }, /^HEARTBEAT_URL must be/],
    ['a heartbeat by mail', { HEARTBEAT_URL: 'mailto:hunter22@example.org' }, /^HEARTBEAT_URL must be/],
    ['a heartbeat with a password', { HEARTBEAT_URL: 'https://me:hunter22@example.org' }, /^HEARTBEAT_URL must be .* without a user name/],
    ['a protocol of its own', { ...APP, GHE_HOST: 'ghe.example.org', GHE_PROTOCOL: 'gopher' }, /^GHE_PROTOCOL is "gopher"/],
  ] as const)
    test(claim, () => {
      const config = read(env);
      expect(config).toEqual({ problem: expect.stringMatching(said) });
      const { problem } = config as { problem: string };
      expect(problem).toMatch(/^[^\n]{20,300}\.$/);
      expect(problem).not.toMatch(/long and random|hunter22/);
      expect(problem).not.toMatch(/BEGIN (RSA )?PRIVATE KEY-----.{10}/);
    });
});

describe('.env', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'env-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test('stands below the environment, and need not be there', () => {
    expect(environment({ PORT: '1' }, home)).toEqual({ PORT: '1' });
    writeFileSync(join(home, '.env'), 'PORT="2"\nHOST="::1"\n');
    expect(environment({ PORT: '1' }, home)).toEqual({ PORT: '1', HOST: '::1' });
  });

  test('that cannot be read is said in one line, not passed over', () => {
    mkdirSync(join(home, '.env'));
    expect(readConfig(environment(APP, home))).toEqual({ problem: `${home}/.env cannot be read: EISDIR.` });
    writeFileSync(join(home, 'file'), '');
    expect(readConfig(environment({}, join(home, 'file')))).toEqual({ problem: `${home}/file/.env cannot be read: ENOTDIR.` });
  });
});
