import { defineConfig } from 'vitest/config';

/** Tests that need Chromium: `npm run test:browser`. Never skipped: without a browser they fail. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    passWithNoTests: false,
  },
});
