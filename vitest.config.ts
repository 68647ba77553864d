import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SlowFilesFirst } from './test/support/slow-files-first.js';

const source = (path: string): string => fileURLToPath(new URL(`lib/${path}`, import.meta.url));
// The first alias that is the import, or a folder above it, is used.
export const alias = {
  'nestjs-fedora-messaging/asyncapi': source('asyncapi/index.ts'),
  'nestjs-fedora-messaging/python': source('python/index.ts'),
  'nestjs-fedora-messaging/terminus': source('terminus/index.ts'),
  'nestjs-fedora-messaging/testing': source('testing/index.ts'),
  'nestjs-fedora-messaging': source('index.ts'),
};
export const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };
export const setupFiles = ['test/support/setup.ts'];

/** A worker loads Nest once, and not for each test file. `setup.ts` separates the files. */
const isolate = false;

/**
 * These limits end tests that hang. The slowest test takes a few seconds, and fifty times as long on a busy machine.
 */
export const limits = {
  testTimeout: 180_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000 } },
};

export default defineConfig({
  test: {
    // The tests wait for brokers, processes and pauses about a third of their time.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: SlowFilesFirst },
    // `npm run coverage` counts what the unit and integration tests run in their own processes. They run the command in
    // another process.
    coverage: {
      provider: 'v8',
      include: ['lib/**/*.ts'],
      exclude: ['lib/cli/**'],
      // The figures that are there, rounded down. They go up only.
      thresholds: { statements: 95, branches: 90, functions: 96, lines: 96 },
      reporter: ['text-summary', 'json', 'html'],
      reportsDirectory: '.build/coverage',
      reportOnFailure: true,
    },
    projects: [
      {
        resolve: { alias },
        oxc,
        test: {
          name: 'unit',
          include: [
            'test/unit/**/*.spec.ts',
            'test/documents/*.spec.ts',
            'test/vectors/**/*.spec.ts',
            'sample/*/test/*.spec.ts',
          ],
          setupFiles,
          isolate,
          // A worker is kept for files of one project only, because projects run one after another.
          sequence: { groupOrder: 1 },
          ...limits,
        },
      },
      {
        // The live page is a program of its own, for browsers.
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'page',
          include: ['page/test/**/*.spec.{ts,tsx}'],
          environment: 'happy-dom',
          isolate,
          sequence: { groupOrder: 3 },
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
        resolve: { alias },
        oxc,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.spec.ts'],
          setupFiles,
          globalSetup: 'test/browser/support/global-setup.ts',
          isolate,
          sequence: { groupOrder: 4 },
          ...limits,
        },
      },
      {
        // The project installs packages; their time is not tested.
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
