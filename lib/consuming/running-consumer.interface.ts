/**
 * A consumer of one queue. It lasts across connections, until it is cancelled, halts, or fails.
 *
 * @publicApi
 */
export interface RunningConsumer {
  /** Who handles the messages, for logs: the class and method of a handler. */
  readonly name: string;
  /** The queue. A name that the broker chose may be another one after a reconnection. */
  readonly queue: string;
  /** Whether it is subscribed to its queue right now. */
  readonly isConsuming: boolean;
  /** Whether it has been paused. */
  readonly isPaused: boolean;
  /** What stopped it; undefined while it runs, and when it was cancelled. */
  readonly error: Error | undefined;
  /**
   * Resolves when the consumer has been cancelled with `cancel()`. Rejects when it stops for any other
   * reason: HaltConsumer, ConsumerCanceled, PermissionException, BadDeclaration, or the handler's own
   * error. It need not be listened to: what stops a consumer is logged, too.
   */
  readonly result: Promise<void>;

  /**
   * Stops consuming. A message in hand is finished and acknowledged first; those the broker sent ahead
   * go back into the queue. The handler itself must not wait for it: throw HaltConsumer there.
   *
   * @param limit how long the message in hand may take, in milliseconds; then it goes back, too.
   *   Default: as long as it takes.
   */
  cancel(limit?: number): Promise<void>;

  /**
   * Stops receiving messages until `resume()`, also across connections. The message in hand is finished;
   * those the broker sent ahead go back into the queue. Resolves when that is so. Where `resume()` is called before, it
   * resolves with that. A handler that waits for it waits for itself.
   */
  pause(): Promise<void>;

  /** Receives messages again; resolves when it is subscribed. Where `pause()` is called before, it resolves with that. */
  resume(): Promise<void>;
}
