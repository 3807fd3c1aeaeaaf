import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/pg/**'],
    // The host's zone must never matter; test/calendar runs again under other zones on purpose.
    env: { TZ: 'Asia/Kathmandu' },
  },
});
