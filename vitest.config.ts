import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Each with a run of its own: they need what a machine with npm alone does not have.
    exclude: ['test/browser/**', 'test/store/postgres*.test.ts', 'test/**/*.postgres.test.ts', 'test/**/*.native.test.ts'],
    // Whole desks against a whole twin: a busy machine may take its time. Nothing in a test waits for the clock on the wall.
    testTimeout: 120_000,
    // By default one core is left idle, which on two is half of them.
    maxWorkers: '100%',
    hookTimeout: 120_000,
    // The host's zone must never matter; test/calendar runs again under other zones on purpose.
    env: { TZ: 'Asia/Kathmandu' },
  },
});
