import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutate` runs for each mutant: those of the pure middle that take milliseconds. */
export default defineConfig({
  test: {
    include: ['test/desk/**/*.test.ts', 'test/calendar/**/*.test.ts'],
    exclude: [
      // A process of its own for every zone of a host: it would not see the mutant.
      'test/calendar/host-zones.test.ts',
      // 12 and 15 s. A mutant that only a model would notice survives, and shows that a row is missing.
      'test/calendar/oracle.test.ts',
      'test/desk/rota-properties.test.ts',
    ],
    // As in `vitest.config.ts`; and of the runs of a property a tenth, always the same.
    env: { TZ: 'Asia/Kathmandu', RUNS_SHARE: '0.1' },
  },
});
