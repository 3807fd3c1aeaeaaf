import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answered, Asked } from './rest/serve.ts';

export type Listening = { readonly url: string; readonly port: number; readonly close: () => Promise<void> };

/** Nothing that the twin takes is larger. */
const BODY_BYTES_MAX = 5_000_000;

/** The handler behind node:http. */
export async function listenOn(handle: (asked: Asked) => Promise<Answered>, port: number, host: string): Promise<Listening> {
  const server = createServer((request, response) => {
    answerOver(handle, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const at = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://${host}:${at.port}`, port: at.port, close };
}

/** One exchange: for a server of one's own that serves other paths too. */
export async function answerOver(
  handle: (asked: Asked) => Promise<Answered>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) {
      response.writeHead(413).end();
      return;
    }
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(request.headers))
    if (value !== undefined) headers[key] = Array.isArray(value) ? value.join(', ') : value;
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const answered = await handle({ method: request.method ?? 'GET', url, headers, body: Buffer.concat(chunks).toString('utf8') });
  if (answered.lost) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answered.status, answered.headers);
  response.end(answered.body ?? undefined);
}
