import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Instant, instant } from '../../src/calendar/time.ts';
import { presetForms } from '../../src/presets.ts';
import type { Playground } from '../../src/sandbox/playground.ts';
import { type SandboxOptions, sandboxHandler } from '../../src/sandbox/web.ts';
import { type Scene, scene } from './world.ts';

export const POLICY = 'extends: standard\ntimezone: Europe/Bucharest\nresponders: { at_least: triage, teams: ["@acme/support"] }\n';
const forms = Object.entries(presetForms('standard@1')).map(([name, text]) => [`.github/ISSUE_TEMPLATE/${name}`, text] as const);
export const FILES: Readonly<Record<string, string>> = { '.github/support.yml': POLICY, ...Object.fromEntries(forms) };

/** The real twin with a clock, and nobody at the desk. */
export class QuietPlayground implements Playground {
  world: Scene = scene({ seed: { files: FILES } });
  alarm: Instant | undefined;
  settled = 0;
  resets: string[] = [];
  readonly repository = 'acme/desk';
  readonly presets = [{ id: 'standard@1', title: 'Standard', files: FILES }];
  #speed = 0;
  readonly clock: Playground['clock'];

  constructor() {
    const self = this;
    this.clock = {
      now: () => self.world.clock.now(),
      advance: (s) => self.world.clock.turn(s),
      get speed() {
        return self.#speed;
      },
      run: (speed) => {
        self.#speed = speed;
      },
    };
  }
  get twin() {
    return this.world.twin;
  }
  nextAlarm = async () => this.alarm;
  settle = async () => {
    this.settled += 1;
  };
  turn = async (seconds: number) => this.world.clock.turn(instant(seconds));
  reset = async (preset: string) => {
    this.resets.push(preset);
    this.world = scene({ seed: { files: FILES } });
  };
}

export type Got = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string; readonly json: Json };
// biome-ignore lint/suspicious/noExplicitAny: what the page reads is checked where it is used
type Json = any;
export type Ask = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string };

/** The handler behind a real server, asked byte by byte as a hostile client would. */
export async function servePlayground(playground: Playground, options?: SandboxOptions) {
  const handler = sandboxHandler(playground, options);
  const server = createServer((req, res) => {
    void handler(req, res).then((done) => done || res.writeHead(418).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Got> =>
    new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path, method, headers, setHost: headers.host === undefined }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const json = /json/.test(answer.headers['content-type'] ?? '') ? JSON.parse(text) : undefined;
          resolve({ status: answer.statusCode!, headers: answer.headers, text, json });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  const post = (what: string, value: unknown, headers: Record<string, string> = {}): Promise<Got> =>
    ask(`/sandbox/api/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(value),
    });
  const act = (as: string, what: object): Promise<Got> => post('act', { as, ...what });
  const get = async (what: string): Promise<Json> => (await ask(`/sandbox/api/${what}`)).json;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port, ask, post, act, get, close };
}
export type Served = Awaited<ReturnType<typeof servePlayground>>;
