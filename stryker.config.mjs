/**
 * Mutation testing of the pure middle, on demand: `npm run mutate`, or a part of it: `npm run mutate -- --mutate 'src/calendar/**'`.
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: ['src/calendar/**/*.ts', 'src/desk/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutate.config.ts' },
  coverageAnalysis: 'perTest',
  // A mutant of a table that is built on import would run every test.
  ignoreStatic: true,
  // TypeScript 7 has no API for the step that rewrites tsconfig.json; Vitest erases types without that file, and without a look at them.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  concurrency: 2,
  // On a busy machine the default of 5 s takes survivors, which run all of their tests, for endless loops, which count as killed.
  timeoutMS: 15_000,
  // What has changed neither in code nor in tests keeps its result; `--force` asks anew.
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: '.stryker/sandbox',
  ignorePatterns: ['.stryker', 'coverage', 'data', 'docs', '*.log'],
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { reportTests: false, allowEmojis: false },
  htmlReporter: { fileName: '.stryker/report.html' },
  jsonReporter: { fileName: '.stryker/report.json' },
  thresholds: { high: 90, low: 80, break: 80 },
};
