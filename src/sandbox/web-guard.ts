import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIP } from 'node:net';

/** A comment has at most 65,536 characters, a policy 262,144; either may take several bytes a character, and JSON escapes more. */
const BODY_BYTES_MAX = 2_000_000;

/** Nothing inline, nothing from outside, nothing framed: a comment that got past the renderer could still run nothing. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** What a request is answered when it is not served: the status and a sentence for whoever asked. */
export class NotServed extends Error {
  readonly status: number;
  /** What a form shows beside its fields. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  constructor(status: number, message: string, fields?: Readonly<Record<string, string>>) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

export function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

export const sendJson = (response: ServerResponse, status: number, value: unknown): void =>
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value));

/**
 * A name that somebody else's DNS could lead here is not served: a page of his would be of the same origin as ours (DNS rebinding).
 * An address in digits is nobody's name, and `localhost` never leaves the machine.
 */
export function checkHost(request: IncomingMessage, hosts: readonly string[]): void {
  const host = hostOf(`http://${request.headers.host ?? ''}`)?.hostname.toLowerCase();
  const bare = host?.replace(/^\[|\]$/g, '') ?? '';
  if (isIP(bare) !== 0 || bare === 'localhost' || bare.endsWith('.localhost') || hosts.includes(bare)) return;
  throw new NotServed(403, `The sandbox is not served under the name ${JSON.stringify(host ?? '')}.`);
}

/** Other sites may neither read nor write; browsers say who asks. */
export function checkOrigin(request: IncomingMessage): void {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new NotServed(403, 'The sandbox answers its own page only.');
  const { origin } = request.headers;
  if (origin !== undefined && hostOf(origin)?.host !== request.headers.host)
    throw new NotServed(403, 'The sandbox answers its own page only.');
}

function hostOf(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** The body as JSON. A form of another site can send no `application/json` without asking first. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/json') throw new NotServed(415, 'Send application/json.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and thrown away, so that the answer arrives.
    if (size <= BODY_BYTES_MAX) chunks.push(chunk);
    else if (size > 10 * BODY_BYTES_MAX) request.destroy();
  }
  if (size > BODY_BYTES_MAX) throw new NotServed(413, `That is too large: at most ${BODY_BYTES_MAX} bytes are taken.`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new NotServed(400, 'That is not JSON.');
  }
}
