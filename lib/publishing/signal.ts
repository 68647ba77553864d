import type { Observable } from 'rxjs';
import { GuardedObservable } from '../observables/index.js';

/** What is called when a signal is sent; a promise it returns is awaited. @publicApi */
export type SignalHandler<Args extends unknown[]> = (...args: Args) => void | Promise<void>;

/** A handler that is connected. */
export interface ConnectedHandler<Args extends unknown[]> {
  readonly handler: SignalHandler<Args>;
  /** For logs and errors; `''` when it has none. */
  readonly name: string;
}

/**
 * A list of handlers that are called in the order they were connected in, each awaited before the next.
 *
 * @publicApi
 */
export class Signal<Args extends unknown[]> {
  private connected: readonly ConnectedHandler<Args>[] = [];

  /**
   * Connects a handler.
   *
   * @param name what logs and errors call it. Default: the function's name.
   * @returns a function that disconnects it
   */
  connect(handler: SignalHandler<Args>, name = handler.name): () => void {
    this.connected = [...this.connected, { handler, name }];
    return () => this.disconnect(handler);
  }

  /** Disconnects a handler; one that is not connected is ignored. */
  disconnect(handler: SignalHandler<Args>): void {
    this.connected = this.connected.filter((connected) => connected.handler !== handler);
  }

  /** The handlers, in order. */
  get receivers(): readonly SignalHandler<Args>[] {
    return this.connected.map(({ handler }) => handler);
  }

  /** @internal The handlers by name, in order. */
  get handlers(): readonly ConnectedHandler<Args>[] {
    return this.connected;
  }

  /** @internal What is sent, from the time of the subscription on. */
  observe<T>(toValue: (...args: Args) => T): Observable<T> {
    return new GuardedObservable((subscriber) =>
      this.connect((...args) => subscriber.next(toValue(...args))),
    );
  }
}
