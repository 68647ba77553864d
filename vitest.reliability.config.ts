import { defineConfig } from 'vitest/config';
import { alias, limits, oxc, setupFiles } from './vitest.config.js';

/** The tests of faults: they take minutes, and end with a table. */
export default defineConfig({
  resolve: { alias },
  oxc,
  test: {
    name: 'reliability',
    include: ['test/reliability/**/*.spec.ts'],
    setupFiles,
    globalSetup: 'test/support/built-package.ts',
    testTimeout: 240_000,
    hookTimeout: 180_000,
    expect: limits.expect,
    // Faults of different brokers run at the same time; more would only slow each other down.
    maxWorkers: 2,
    execArgv: ['--expose-gc'],
    reporters: ['default', 'test/reliability/support/fault-table.reporter.ts'],
  },
});
