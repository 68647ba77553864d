/** A set of files that are mutated together, and the tests of their mutants. */
export interface MutationSubject {
  /** Files of `lib`, as globs. */
  readonly mutate: readonly string[];
  /**
   * Spec files of the subject, as globs. They need no broker outside the process. A thread loads this package once, and runs
   * them again and again: a test that passes only the first time would kill every mutant that it runs.
   */
  readonly specs: readonly string[];
  /** Spec files that are left out, because they pass only the first time that a thread runs them. */
  readonly without?: readonly string[];
  /** The timeout of a test, in milliseconds; a mutant that exceeds it counts as noticed. Default: 10 s. */
  readonly testTimeout?: number;
}

/** Some files of a folder of `lib`, also in its subfolders. */
function files(folder: string, ...names: string[]): string[] {
  return names.map((name) => `lib/${folder}/**/${name}.ts`);
}

/** Some specs of a folder of `test/unit`. */
function specs(folder: string, ...names: string[]): string[] {
  return names.map((name) => `test/unit/${folder}/**/${name}.spec.ts`);
}

export const subjects: Readonly<Record<string, MutationSubject>> = {
  acknowledgements: {
    mutate: files('consuming', 'acknowledgements', 'pending-delivery'),
    specs: specs('consuming', 'acknowledgements'),
  },
  retry: {
    mutate: files(
      'consuming',
      'retry-*',
      'failed-copy',
      'copy-failure',
      'copy-sender',
      'exhaustion',
      'chosen-policy',
      'kept-queue',
    ),
    specs: specs('consuming', 'retry-policy', 'retry-headers', 'failed-copy'),
  },
  pausing: {
    mutate: files(
      'consuming',
      'queue-consumer',
      'subscriber',
      'subscription',
      'wish',
      'delivery-queue',
      'messages-in-hand',
    ),
    specs: specs('consuming', 'queue-consumer', 'subscription', 'delivery-queue'),
  },
  outcomes: {
    mutate: files(
      'consuming',
      'completion',
      'consumer-callback',
      'delivery-handler',
      'error-policy',
      'error-policy-for',
      'outcome-log',
    ),
    specs: [
      ...specs(
        'consuming',
        'consumer-callback',
        'failure-policies',
        'hostile-handlers',
        'message-class-errors',
        'outcome-log',
        'strange-results',
      ),
      ...specs('testing', 'testing-broker'),
    ],
  },
  consumers: {
    mutate: files('consuming', 'consumers', 'consumer-plan', 'event-loop-watch', 'flow'),
    specs: [
      ...specs(
        'consuming',
        'competing-consumers',
        'event-loop-watch',
        'log-of-life',
        'starting',
        'topologies',
        'unbound-queue',
      ),
      ...specs('testing', 'mock-sends'),
      ...specs('module', 'consumers-off', 'module'),
    ],
  },
  sending: {
    mutate: ['lib/broker/sending/**/*.ts'],
    specs: specs('broker/sending', 'sending', 'small-parts'),
  },
  connection: {
    mutate: [
      ...files('broker', 'reply-code'),
      ...files(
        'broker/connection',
        'back-off',
        'broker-connection',
        'broker-connections',
        'closing',
        'topology',
      ),
    ],
    specs: [...specs('broker/connection', '*'), ...specs('broker', 'reply-code')],
  },
  message: {
    mutate: ['lib/message/**/*.ts'],
    specs: [...specs('message', '*'), ...specs('testing', 'message-class'), 'test/vectors/**/*.spec.ts'],
    // Both need a module, or a schema, that is new.
    without: specs('message', 'evaluated-again', 'schema-per-message'),
    // A property of bodies is tried thousands of times.
    testTimeout: 60_000,
  },
};
