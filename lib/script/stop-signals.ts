const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Waits for the first signal that asks the process to end. Later signals end the process at once, as by default. */
export class StopSignals {
  private readonly onSignal: () => void;

  constructor(onFirst: () => void) {
    this.onSignal = () => {
      this.end();
      onFirst();
    };
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  /** Listens no longer. */
  end(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}
