/** What is called when a signal is sent; a promise it returns is awaited. @publicApi */
export type SignalHandler<Args extends unknown[]> = (...args: Args) => void | Promise<void>;

/**
 * A list of handlers that are called in the order they were connected in, each awaited before the next.
 *
 * @publicApi
 */
export class Signal<Args extends unknown[]> {
  private handlers: readonly SignalHandler<Args>[] = [];

  /**
   * Connects a handler.
   *
   * @returns a function that disconnects it
   */
  connect(handler: SignalHandler<Args>): () => void {
    this.handlers = [...this.handlers, handler];
    return () => this.disconnect(handler);
  }

  /** Disconnects a handler; one that is not connected is ignored. */
  disconnect(handler: SignalHandler<Args>): void {
    this.handlers = this.handlers.filter((connected) => connected !== handler);
  }

  /** The handlers, in order. */
  get receivers(): readonly SignalHandler<Args>[] {
    return this.handlers;
  }
}
