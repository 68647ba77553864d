import { defineConfig } from 'vitest/config';
import { keptThreads } from './test/mutation/kept-thread.js';
import { subjects } from './test/mutation/subjects.js';
import { alias, oxc } from './vitest.config.js';

const subject = subjects[process.env['MUTATION_SUBJECT'] ?? ''];

/** The tests that the mutants of a subject are tried on: none of them needs a broker. */
export default defineConfig({
  resolve: { alias },
  oxc,
  plugins: [keptThreads],
  test: {
    name: 'mutation',
    include: [...(subject?.specs ?? [])],
    exclude: [...(subject?.without ?? [])],
    setupFiles: ['test/mutation/setup.ts'],
    // Mutants change nothing of a module when it is loaded: loading it once for all files is enough.
    isolate: false,
    // A mutant that has a test wait in vain is killed then.
    testTimeout: subject?.testTimeout ?? 10_000,
    expect: { poll: { timeout: 10_000 } },
  },
});
