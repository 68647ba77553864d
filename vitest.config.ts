import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`lib/${path}`, import.meta.url));
// The first one that is the import, or a folder it is in, is taken.
export const alias = {
  'nestjs-fedora-messaging/asyncapi': source('asyncapi/index.ts'),
  'nestjs-fedora-messaging/terminus': source('terminus/index.ts'),
  'nestjs-fedora-messaging/testing': source('testing/index.ts'),
  'nestjs-fedora-messaging': source('index.ts'),
};
export const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };
export const setupFiles = ['test/support/setup.ts'];

/** A worker loads Nest once, and not for each test file; what separates the files is in `setup.ts`. */
const isolate = false;

/** These end what hangs. The slowest test takes a few seconds, and fifty times as much where the machine is busy. */
export const limits = {
  testTimeout: 180_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    // The tests wait for brokers, for processes, and for what takes its time, about a third of theirs.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.spec.ts', 'test/vectors/**/*.spec.ts', 'sample/*/test/*.spec.ts'],
          setupFiles,
          isolate,
          // A worker is kept for files of one project only: the projects come one after another.
          sequence: { groupOrder: 1 },
          ...limits,
        },
      },
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          setupFiles,
          globalSetup: 'test/support/global-setup.ts',
          isolate,
          sequence: { groupOrder: 2 },
          ...limits,
        },
      },
      {
        // It installs packages: how long that takes is not what is tested.
        test: {
          name: 'package',
          include: ['test/package/**/*.spec.ts', 'test/types/**/*.spec.ts'],
          globalSetup: 'test/package/support/packed-package.ts',
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
