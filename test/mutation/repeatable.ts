import { createVitest, type Reporter } from 'vitest/node';

const SILENT: Reporter = {};

/**
 * Runs the tests of a subject twice in one thread, as Stryker does from mutant to mutant. A test that passes
 * only the first time would count as the death of every mutant that it runs.
 *
 * @returns the tests that failed, each with its file and the first line of its error
 */
export async function failuresInTwoRuns(): Promise<string[]> {
  const vitest = await createVitest('test', {
    config: 'vitest.mutation.config.ts',
    watch: false,
    reporters: [SILENT],
  });
  try {
    const failures: string[] = [];
    for (const run of ['first', 'second']) {
      await vitest.runTestSpecifications(await vitest.globTestSpecifications());
      for (const module of vitest.state.getTestModules()) {
        for (const test of module.children.allTests('failed')) {
          const [error] = test.result().errors ?? [];
          failures.push(
            `${run} run: ${module.moduleId} › ${test.fullName}: ${error?.message.split('\n')[0]}`,
          );
        }
      }
    }
    return failures;
  } finally {
    await vitest.close();
  }
}
