import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Sandbox } from '../../src/sandbox/run.ts';

test('whatever people do with the clock, the sandbox’s GitHub and its desk agree on what time it is', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'clock-'));
  const said: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void said.push(line) });
  const sandbox = new Sandbox({ dataDir, log, webhookUrl: () => 'http://127.0.0.1:9/' });
  await sandbox.open();
  const agree = () => expect(sandbox.service.desk.parts.clock()).toBe(sandbox.clock.now());
  agree();
  await sandbox.turn(7_200);
  agree();
  // Turned while an answer is on its way.
  const asking = sandbox.service.github.installations();
  sandbox.clock.advance(86_400);
  await asking;
  agree();
  for (let i = 0; i < 3; i++) await sandbox.service.github.installations();
  agree();
  const answer = await fetch(`${sandbox.twin.world.urls.api}/app`);
  expect(Date.parse(answer.headers.get('date')!)).toBe(sandbox.clock.now() * 1_000);
  await sandbox.close();
  rmSync(dataDir, { recursive: true, force: true });
  expect(said.filter((line) => line.includes('clock'))).toEqual([]);
});
