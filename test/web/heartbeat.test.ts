import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { instant } from '../../src/calendar/time.ts';
import type { Health } from '../../src/watch/desk.ts';
import { vitalsOf } from '../../src/web/health.ts';
import { BEAT_MS, type Beat, type Heartbeat, QUEUE_AGE_S_MAX, startHeartbeat } from '../../src/web/heartbeat.ts';

const URL_ = 'https://ping.example.org/a-secret-path?and=more';
const READY: Health = { ready: true, storeOpen: true, caughtUp: true, stopping: false, turnedAt: instant(0), queueAgeS: 0 };

let heart: Heartbeat | undefined;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  heart?.stop();
  vi.useRealTimers();
});

type Asked = { readonly url: string; readonly init: RequestInit };
type Answering = (init: RequestInit) => Promise<Response>;

/** A heart whose pings are answered so. */
function hearted(answer: Answering = async () => new Response('ok'), health: () => Promise<Health> = async () => READY) {
  const asked: Asked[] = [];
  const lines: string[] = [];
  const beats: Beat[] = [];
  const send = async (url: unknown, init: RequestInit = {}) => {
    asked.push({ url: String(url), init });
    return answer(init);
  };
  heart = startHeartbeat({
    url: URL_,
    vitals: vitalsOf(health),
    log: { warn: (fields, message) => void lines.push(JSON.stringify({ ...fields, message })) },
    beaten: (beat) => void beats.push(beat),
    fetch: send as typeof fetch,
  });
  return { asked, lines, beats, heart };
}

describe('while the desk is healthy', () => {
  test('the address is asked for once a minute, and nothing else of it', async () => {
    const { asked, beats, lines } = hearted();
    await vi.advanceTimersByTimeAsync(BEAT_MS - 1);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(2 * BEAT_MS + 1);
    expect(asked.map((one) => one.url)).toEqual([URL_, URL_, URL_]);
    expect(asked[0]!.init).toMatchObject({ redirect: 'manual' });
    expect(asked[0]!.init.body).toBeUndefined();
    expect([beats, lines]).toEqual([['sent', 'sent', 'sent'], []]);
  });

  for (const [claim, answer, fields] of [
    ['a redirection, which is not followed', async () => new Response(null, { status: 302, headers: { location: URL_ } }), { status: 302 }],
    ['an error', async () => new Response('no', { status: 500 }), { status: 500 }],
    [
      'no answer',
      () =>
        Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(`connect to ${URL_}`), { code: 'ECONNREFUSED' }) })),
      { code: 'ECONNREFUSED' },
    ],
    ['words that hold the address', () => Promise.reject(new RangeError(`no ${URL_}`)), { code: 'RangeError' }],
  ] as const)
    test(`${claim} is a warning without the address, and the next minute tries again`, async () => {
      const { beats, lines } = hearted(answer);
      await vi.advanceTimersByTimeAsync(2 * BEAT_MS);
      expect(beats).toEqual(['failed', 'failed']);
      expect(JSON.parse(lines[0]!)).toEqual({ ...fields, message: 'the heartbeat was not taken' });
      expect(lines.join('')).not.toMatch(/ping\.example|secret/);
    });

  test('an answer that does not come is broken off by its own limit, ten seconds, and by the end of the program', async () => {
    const limits: number[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      limits.push(ms);
      return new AbortController().signal;
    });
    const hangs: Answering = ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const { beats, lines, heart } = hearted(hangs);
    await vi.advanceTimersByTimeAsync(BEAT_MS);
    expect(limits).toEqual([10_000]);
    heart.stop();
    await vi.advanceTimersByTimeAsync(10 * BEAT_MS);
    timeout.mockRestore();
    expect([beats, lines]).toEqual([['withheld'], []]);
  });
});

describe('a dead man says nothing', () => {
  for (const [claim, health] of [
    ['that catches up', { ready: false, caughtUp: false }],
    ['that stops', { ready: false, stopping: true }],
    ['whose store is closed', { ready: false, storeOpen: false }],
    ['that does not keep up', { queueAgeS: QUEUE_AGE_S_MAX + 1 }],
  ] as const)
    test(`a desk ${claim} pings nobody`, async () => {
      const { asked, beats } = hearted(undefined, async () => ({ ...READY, ...health }));
      await vi.advanceTimersByTimeAsync(BEAT_MS);
      expect([asked, beats]).toEqual([[], ['withheld']]);
    });

  test('a desk that is five minutes behind still pings; one that cannot be asked does not', async () => {
    expect(await hearted(undefined, async () => ({ ...READY, queueAgeS: QUEUE_AGE_S_MAX })).heart.beat()).toBe('sent');
    heart!.stop();
    expect(await hearted(undefined, () => Promise.reject(new Error('no store'))).heart.beat()).toBe('withheld');
  });

  test('nor does one that was stopped', async () => {
    const { asked, heart } = hearted();
    heart.stop();
    await vi.advanceTimersByTimeAsync(5 * BEAT_MS);
    expect(asked).toEqual([]);
  });
});

test('over the wire a redirection is not followed', async () => {
  vi.useRealTimers();
  const paths: string[] = [];
  const server: Server = createServer((req, res) => {
    paths.push(req.url!);
    res.writeHead(307, { location: '/elsewhere' }).end('a body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`;
  heart = startHeartbeat({ url, vitals: vitalsOf(async () => READY), log: { warn() {} } });
  expect([await heart.beat(), paths]).toEqual(['failed', ['/ping']]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
