const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The wish of the operating system or the user that the command end. */
export class StopSignal {
  /** Resolves when it comes. */
  readonly received: Promise<NodeJS.Signals>;
  private readonly controller = new AbortController();

  /**
   * From now on, the first signal no longer ends the process by itself. The second one does, at once: what is
   * in hand goes back into its queue.
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

  /** Aborted when it comes. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }
}

/** As shells have it for a process that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return signal === 'SIGINT' ? 130 : 143;
}
