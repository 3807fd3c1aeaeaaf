import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('./digest.ts', import.meta.url));

const HOSTS = { UTC: 0, 'America/New_York': 300, 'Pacific/Apia': -780, 'Australia/Lord_Howe': -660 };

test('the zone of the host does not matter', async () => {
  const runs = Object.keys(HOSTS).map(async (TZ) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, TZ } });
    return stdout.trim().split('\n') as [offset: string, digest: string];
  });
  const results = await Promise.all(runs);
  expect(results.map(([offset]) => Number(offset))).toEqual(Object.values(HOSTS));
  expect(new Set(results.map(([, digest]) => digest)).size).toBe(1);
  expect(results[0]![1]).toMatch(/^\d{4,} [0-9a-f]{64}$/);
}, 180_000);
