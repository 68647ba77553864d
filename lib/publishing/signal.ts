import type { Observable } from 'rxjs';
import { GuardedObservable } from '../observables/index.js';

/** A function that is called when a signal is sent; a promise that it returns is awaited. @publicApi */
export type SignalHandler<Args extends unknown[]> = (...args: Args) => void | Promise<void>;

/** A handler that is connected. */
export interface ConnectedHandler<Args extends unknown[]> {
  readonly handler: SignalHandler<Args>;
  /** The name for logs and errors; `''` when it has none. */
  readonly name: string;
}

/**
 * A list of handlers. They are called in the order of their connection, and each is awaited before the next.
 *
 * @publicApi
 */
export class Signal<Args extends unknown[]> {
  private connected: readonly ConnectedHandler<Args>[] = [];

  /**
   * Connects a handler.
   *
   * @param name the name in logs and errors. Default: the function's name.
   * @returns a function that disconnects the handler
   */
  connect(handler: SignalHandler<Args>, name = handler.name): () => void {
    this.connected = [...this.connected, { handler, name }];
    return () => this.disconnect(handler);
  }

  /** Disconnects a handler; a handler that is not connected is ignored. */
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

  /** @internal Emits each signal that is sent after the subscription. */
  observe<T>(toValue: (...args: Args) => T): Observable<T> {
    return new GuardedObservable((subscriber) =>
      this.connect((...args) => subscriber.next(toValue(...args))),
    );
  }
}
