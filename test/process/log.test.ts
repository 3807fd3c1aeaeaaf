import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';

const lines: string[] = [];
const log = createLog({
  level: 'info',
  write: (line) => void lines.push(line),
  secrets: ['the "webhook" secret', 'short', 'https://ping.test/uuid'],
});
const said = (say: () => void): string => {
  lines.length = 0;
  say();
  expect(lines).toHaveLength(1);
  expect(lines[0]!.endsWith('\n')).toBe(true);
  return JSON.stringify(JSON.parse(lines[0]!));
};
const KEY = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('no line of the log holds', () => {
  for (const [claim, secret, instead] of [
    ['a private key', KEY, '[key]'],
    ['half a private key', KEY.slice(0, 300), '[key]'],
    ['a token of an installation', `ghs_${'a1B2'.repeat(9)}`, '[token]'],
    ['a token of a person', `github_pat_${'a1B2'.repeat(9)}`, '[token]'],
    ['an old token', `v1.${'1f'.repeat(20)}`, '[token]'],
    ['a JSON web token', 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjQ3MTF9.c2lnbmF0dXJl', '[token]'],
    ['a signature', `sha256=${'0a'.repeat(32)}`, '[signature]'],
    ['a password in an address', 'postgres://desk:hunter22@db:5432/desk', 'postgres://[…]@db:5432/desk'],
    ['what the configuration keeps secret', 'the "webhook" secret', '[secret]'],
    ['the address of the heartbeat', 'https://ping.test/uuid', '[secret]'],
  ] as const)
    for (const [where, say] of [
      ['in a field', () => log.warn({ why: `it was ${secret}` }, 'failed')],
      ['deep in a field', () => log.warn({ a: { b: [secret] } }, 'failed')],
      ['in a message', () => log.warn(`it was ${secret}`)],
      ['in an error', () => log.error({ err: new Error(`it was ${secret}`) }, 'failed')],
      ['in the cause of an error', () => log.error({ err: new Error('failed', { cause: new Error(secret) }) }, 'failed')],
    ] as const)
      test(`${claim} ${where}`, () => {
        const line = said(say);
        expect(line).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(line).not.toMatch(/hunter22|MII[A-Za-z0-9+/]{20}/);
        expect(line).toContain(instead);
      });
});

describe('of an error', () => {
  const carrying = Object.assign(new Error('no'), {
    request: { body: 'SECRET comment', headers: { authorization: 'token SECRET' } },
    response: { data: 'SECRET words' },
    event: { payload: { issue: { title: 'SECRET title' } } },
  });

  test('name, words and stack are logged, and nothing that it carries', () => {
    const line = said(() => log.error({ err: carrying }, 'failed'));
    expect(line).not.toContain('SECRET');
    expect(Object.keys(JSON.parse(line).err)).toEqual(['type', 'message', 'stack']);
  });

  test('which comes alone the words are not the message', () => {
    const line = said(() => log.error(carrying as never));
    expect(JSON.parse(line)).toMatchObject({ level: 50, msg: 'an error was reported', err: { type: 'Error', message: 'no' } });
    expect(line).not.toContain('SECRET');
  });

  test('that is words only, they stay', () => {
    expect(JSON.parse(said(() => log.error({ err: 'Error: no' }, 'failed')))).toMatchObject({ err: 'Error: no', msg: 'failed' });
  });
});

test('what is no secret stays as it is', () => {
  const line = said(() => log.info({ repo: 4711, route: 'issue', err: 'connect ECONNREFUSED https://api.github.com/x' }, 'short words'));
  expect(JSON.parse(line)).toMatchObject({ repo: 4711, err: 'connect ECONNREFUSED https://api.github.com/x', msg: 'short words' });
});
