import { Stryker } from '@stryker-mutator/core';
import { failuresInTwoRuns } from './repeatable.js';
import { subjects } from './subjects.js';

/** `run.ts SUBJECT [FILE]...` mutates a subject, or some of its files, and prints the score and the survivors. */
const [subject = '', ...files] = process.argv.slice(2);
const chosen = subjects[subject];
if (!chosen) {
  console.error(`Name one of ${Object.keys(subjects).join(', ')}, but not '${subject}'`);
  process.exit(1);
}
// The workers that run the tests read it in vitest.mutation.config.ts.
process.env['MUTATION_SUBJECT'] = subject;
const failures = await failuresInTwoRuns();
if (failures.length > 0) {
  console.error(`These tests cannot judge mutants, because they fail without any:\n${failures.join('\n')}`);
  process.exit(1);
}
await new Stryker({
  mutate: [...(files.length > 0 ? files : chosen.mutate), '!lib/**/index.ts'],
  jsonReporter: { fileName: `.build/mutation-${subject}.json` },
  tempDirName: `.build/mutation-${subject}`,
}).runMutationTest();
// The thread of the two runs is kept, and would keep this process.
process.exit();
