import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cutOften, recorderIn } from './power-cut.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'watchkeeper-power-')));
afterAll(() => rmSync(folder, { recursive: true }));

const recorder = recorderIn(folder);
if (recorder === undefined) throw new Error('there is no C compiler here: install one, e.g. apt-get install gcc libc6-dev');
const CUTS = { rounds: 2, acknowledged: 800, cuts: 8, seed: 1 };

describe('a power cut at any moment', { timeout: 120_000 }, () => {
  for (const [what, torn] of [
    ['nothing that was not made durable is left', false],
    ['any pages that were not made durable are left', true],
  ] as const) {
    test(`loses nothing that was acknowledged when ${what}`, async () => {
      const found = await cutOften(recorder, join(folder, what.slice(0, 3)), { ...CUTS, torn });
      expect(found).toMatchObject({ lost: 0, losing: 0, other: [] });
      expect(found.acknowledged).toBeGreaterThanOrEqual(CUTS.acknowledged);
    });
  }

  test('is seen to lose a great deal where commits are not made durable', async () => {
    const found = await cutOften(recorder, join(folder, 'normal'), { ...CUTS, rounds: 1, synchronous: 'normal' });
    expect(found.losing).toBeGreaterThan(found.cuts / 2);
    expect(found.other).toEqual([]);
  });

  test('is seen to break the store where nothing is ever made durable', async () => {
    const found = await cutOften(recorder, join(folder, 'off'), { ...CUTS, rounds: 1, torn: true, synchronous: 'off' });
    expect(found.losing).toBeGreaterThan(found.cuts / 2);
    expect(found.other.length).toBeGreaterThan(0);
  });
});
