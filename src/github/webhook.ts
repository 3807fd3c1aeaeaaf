import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Probot } from 'probot';

export type WebhookOptions = {
  readonly secret: string;
  readonly path?: string;
  readonly maxBytes?: number;
  /** Bodies of all requests together that may be in memory. */
  readonly maxBytesInFlight?: number;
  /** GitHub gives up after 10 s (`platform.md`, 1.3). */
  readonly readTimeoutMs?: number;
};

/** GitHub sends no payload above 25 MB. */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
const READ_TIMEOUT_MS = 10_000;
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const DELIVERY = /^[\w-]{1,64}$/;

type Refusal = { readonly status: number; readonly message: string };
const no = (status: number, message: string): Refusal => ({ status, message });

/**
 * Answers POSTs to the webhook address; false for any other address. Stands in for the middleware of `@octokit/webhooks`, which buffers
 * whatever it is sent: here what cannot come from GitHub is refused before its body is read, bytes are counted, and the signature is
 * checked on the raw bytes before anything is parsed. What is genuine goes through `probot.receive`; 2xx says that it is on disk.
 */
export function webhookHandler(probot: Pick<Probot, 'receive'>, options: WebhookOptions) {
  const { secret, path = '/api/github/webhooks', maxBytes = BODY_BYTES_MAX, readTimeoutMs = READ_TIMEOUT_MS } = options;
  const room = new Room(options.maxBytesInFlight ?? maxBytes * 4);

  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    if ((request.url ?? '').split('?')[0]?.replace(/\/+$/, '') !== path) return false;
    const refused = refuse(request, maxBytes);
    if (refused) return answer(request, response, refused.status, refused.message);
    const seat: Seat = { held: 0, giveWay: undefined };
    const read = await readBody(request, maxBytes, readTimeoutMs, room, seat);
    try {
      if (!('body' in read)) return answer(request, response, read.status, read.message);
      const signature = String(request.headers['x-hub-signature-256']);
      if (!isGenuine(read.body, signature, secret)) return answer(request, response, 401, 'the signature does not match');
      const payload = payloadOf(read.body);
      if (!payload) return answer(request, response, 400, 'the body is no JSON object');
      const event = { id: String(request.headers['x-github-delivery']), name: String(request.headers['x-github-event']), payload };
      await probot.receive(event as never);
      return answer(request, response, 200, 'ok');
    } catch {
      // Probot has logged it. GitHub lists the delivery as failed, and the sweep finds what it was about.
      return answer(request, response, 500, 'not taken');
    } finally {
      room.leave(seat);
    }
  };
}

/** What the head alone gives away. */
function refuse(request: IncomingMessage, maxBytes: number): Refusal | undefined {
  const { headers } = request;
  if (request.method !== 'POST') return no(405, 'only POST');
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return no(415, 'only application/json');
  const { 'x-github-event': event, 'x-github-delivery': delivery, 'x-hub-signature-256': signature } = headers;
  if (typeof event !== 'string' || typeof delivery !== 'string') return no(400, 'X-GitHub-Event and X-GitHub-Delivery are required');
  if (!NAME.test(event) || !DELIVERY.test(delivery)) return no(400, 'no such event');
  if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return no(401, 'X-Hub-Signature-256 is required');
  if (Number(headers['content-length'] ?? 0) > maxBytes) return no(413, 'too large');
  return undefined;
}

/** What one body holds of the room, and how it is told to give way, as long as it is still arriving. */
type Seat = { held: number; giveWay: (() => void) | undefined };

/**
 * Memory for the bodies of all requests together. Whoever connects gets some, since nothing proves who he is before his body is whole: when there
 * is none left for one that is small, the largest of those that are still arriving gives way. Webhooks are some 20 kB, at once.
 */
class Room {
  readonly #bytesMax: number;
  readonly #seats = new Set<Seat>();
  #held = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  hold(seat: Seat, bytes: number): boolean {
    while (this.#held + bytes > this.#bytesMax) {
      let largest: Seat | undefined;
      for (const one of this.#seats) if (one.giveWay && one.held > (largest?.held ?? seat.held + bytes)) largest = one;
      if (!largest) return false;
      largest.giveWay!();
      this.leave(largest);
    }
    this.#seats.add(seat);
    seat.held += bytes;
    this.#held += bytes;
    return true;
  }

  leave(seat: Seat): void {
    this.#held -= seat.held;
    seat.held = 0;
    this.#seats.delete(seat);
  }
}

type Read = { readonly body: Buffer } | Refusal;

/** The whole body, or why not. It keeps its seat in the room until whoever asked leaves it. */
function readBody(request: IncomingMessage, maxBytes: number, timeoutMs: number, room: Room, seat: Seat): Promise<Read> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    const end = (read: Read): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('aborted', onLost).off('error', onLost);
      request.on('error', () => {});
      seat.giveWay = undefined;
      chunks = [];
      resolve(read);
    };
    const onData = (chunk: Buffer): void => {
      if (seat.held + chunk.length > maxBytes) return end(no(413, 'too large'));
      if (!room.hold(seat, chunk.length)) return end(no(503, 'busy'));
      chunks.push(chunk);
    };
    const onEnd = (): void => end({ body: Buffer.concat(chunks) });
    const onLost = (): void => end(no(400, 'the body ended too early'));
    const timer = setTimeout(() => end(no(408, 'too slow')), timeoutMs);
    seat.giveWay = () => end(no(503, 'busy'));
    request.on('data', onData).on('end', onEnd).on('aborted', onLost).on('error', onLost);
  });
}

function isGenuine(body: Buffer, signature: string, secret: string): boolean {
  const ours = createHmac('sha256', secret).update(body).digest();
  return timingSafeEqual(ours, Buffer.from(signature.slice('sha256='.length), 'hex'));
}

function payloadOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'));
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? (payload as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A refused body is not read to its end: the connection goes with it. */
function answer(request: IncomingMessage, response: ServerResponse, status: number, message: string): true {
  const left = !request.complete;
  if (!response.headersSent && !response.destroyed) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...(left ? { connection: 'close' } : {}) });
    response.end(`${message}\n`, () => {
      if (left) request.destroy();
    });
  }
  return true;
}
