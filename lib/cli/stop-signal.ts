const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The wish of the operating system or the user that the command end. */
export class StopSignal {
  /** Resolves when it comes; a second one changes nothing. */
  readonly received: Promise<NodeJS.Signals>;
  private readonly controller = new AbortController();

  /** From now on, signals no longer end the process by themselves. */
  constructor() {
    this.received = new Promise((resolve) => {
      for (const signal of SIGNALS) {
        process.on(signal, () => {
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
