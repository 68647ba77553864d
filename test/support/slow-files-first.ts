import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take long for their size, because they start processes or wait. */
const SLOW_FILES = new RegExp(
  `/(${[
    'samples',
    'documents',
    'publish-channel',
    'generated-code',
    'page-(live|stream|clients)',
    'large-bodies',
    'tracing',
    'script',
    'processes',
    'fedora-bus',
    'hostile-input',
    'broken-broker',
    'loaded-twice',
    'health',
    'monitoring[-\\w]*',
    'event-loop',
    'read-source',
    'cli-\\w[-\\w]*',
    'asyncapi[-\\w]*',
  ].join('|')})\\.spec\\.ts$`,
);

/**
 * Starts slow files first: at the end no worker is left alone with one. vitest itself knows the times of an earlier run
 * only; in a fresh clone it goes by the size of the files.
 */
export class SlowFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW_FILES.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
