import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Handler, serverOf } from '../../src/web/server.ts';

export type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string };
export type Served = {
  readonly port: number;
  readonly errors: unknown[];
  ask(path: string, options?: Ask): Promise<Answer>;
  close(): Promise<void>;
};
export type Ask = { readonly method?: string; readonly host?: string; readonly headers?: Readonly<Record<string, string>> };

/** These handlers behind the process's HTTP server. */
export async function served(handlers: readonly Handler[]): Promise<Served> {
  const errors: unknown[] = [];
  const server: Server = handlers.length > 0 ? serverOf(handlers, (error) => errors.push(error)) : createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    errors,
    ask: (path, options) => ask(port, path, options),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `fetch` sends no Host header but its own. */
const ask = (port: number, path: string, { method = 'GET', host, headers = {} }: Ask = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const to = { port, host: '127.0.0.1', path, method, headers: { ...headers, host: host ?? `localhost:${port}` } };
    const asking = request(to, (res) => {
      let body = '';
      res.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
    });
    asking.on('error', reject).end();
  });
