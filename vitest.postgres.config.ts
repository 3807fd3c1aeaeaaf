import { defineConfig } from 'vitest/config';

/** Tests that need a PostgreSQL server, which the run starts by itself, or a C compiler: `npm run test:postgres`. Never skipped: without them they fail. */
export default defineConfig({
  test: {
    include: ['test/store/postgres*.test.ts', 'test/**/*.postgres.test.ts', 'test/**/*.native.test.ts'],
    globalSetup: ['test/support/postgres-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // One server for all, which some of them restart.
    fileParallelism: false,
    passWithNoTests: false,
    env: { TZ: 'Asia/Kathmandu' },
  },
});
