/** All figures of one run: `npm run bench`. Nothing here is a gate; a quiet machine says more. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Cheap before long. `wake.ts` and the second half of `ingest.ts` need a PostgreSQL server: where none is installed they say so and go on. */
const PARTS = [
  'calendar.ts',
  'look.ts',
  'month.ts',
  'store.ts',
  'durability.ts',
  'ingest.ts',
  'wake.ts',
  'idle.ts',
  'quiet.ts',
  'memory.ts',
  'storm.ts',
];

for (const part of PARTS) {
  console.log(`\n# ${part}`);
  // A process of its own, so that none runs in another's heap.
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, part)], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
