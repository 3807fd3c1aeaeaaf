/** All figures of one run: `npm run bench`. Nothing here is a gate; a quiet machine says more. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const PARTS = ['calendar.ts', 'look.ts', 'month.ts', 'store.ts', 'durability.ts', 'ingest.ts', 'idle.ts'];

for (const part of PARTS) {
  console.log(`\n# ${part}`);
  // A process of its own, so that none runs in another's heap.
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, part)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
