/** A number of messages a second. */
export interface RateTask {
  readonly rate: number;
}

export interface BusyAppTasks {
  /** Starts the application; the answer is the address of its live page. */
  start: { input: null; output: string };
  /** Publishes and handles messages at this rate until the next rate; 0 stops. */
  setRate: { input: RateTask; output: null };
  /** The messages that were handled since the last call, a second. */
  handledRate: { input: null; output: number };
}
