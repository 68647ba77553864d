const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The signal that asks the command to end. */
export class StopSignal {
  /** Resolves when the first signal arrives. */
  readonly received: Promise<NodeJS.Signals>;
  private readonly controller = new AbortController();

  /**
   * From now on, the first signal does not end the process by itself. The second signal ends it at once: messages in
   * hand go back into their queues.
   */
  constructor() {
    this.received = new Promise((resolve) => {
      for (const signal of SIGNALS) {
        process.on(signal, () => {
          if (this.controller.signal.aborted) process.exit(exitCodeOfSignal(signal));
          this.controller.abort();
          resolve(signal);
        });
      }
    });
  }

  /** Aborted when the first signal arrives. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }
}

/** The exit code that shells report for a process that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return signal === 'SIGINT' ? 130 : 143;
}
