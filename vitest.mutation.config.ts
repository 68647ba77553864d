import { defineConfig } from 'vitest/config';
import { keptThreads } from './test/mutation/kept-thread.js';
import { subjects } from './test/mutation/subjects.js';
import { alias, oxc } from './vitest.config.js';

const subject = subjects[process.env['MUTATION_SUBJECT'] ?? ''];

/** The tests for the mutants of a subject. None of them needs a broker. */
export default defineConfig({
  resolve: { alias },
  oxc,
  plugins: [keptThreads],
  test: {
    name: 'mutation',
    include: [...(subject?.specs ?? [])],
    exclude: [...(subject?.without ?? [])],
    setupFiles: ['test/mutation/setup.ts'],
    // Mutants change nothing while a module is loaded, so it is enough to load it once for all files.
    isolate: false,
    // This limit kills a mutant that makes a test wait in vain.
    testTimeout: subject?.testTimeout ?? 10_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
