import { defineConfig } from 'vitest/config';
import { alias, oxc, setupFiles } from './vitest.config.js';

/** The tests that mutants are tried on: those without a broker, and the quick ones on RabbitMQ. */
export default defineConfig({
  resolve: { alias },
  oxc,
  test: {
    name: 'mutation',
    include: [
      'test/unit/{broker,consuming,handling,message,module,publishing,testing}/**/*.spec.ts',
      'test/integration/{bad-input,both-brokers,concurrency,consuming,control,dispatch,embedded-broker,failure-policy,publishing}.spec.ts',
      'test/vectors/**/*.spec.ts',
    ],
    setupFiles,
    globalSetup: 'test/support/shared-broker.ts',
    testTimeout: 30_000,
    hookTimeout: 90_000,
  },
});
