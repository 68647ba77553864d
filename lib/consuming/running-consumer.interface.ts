/**
 * A consumer of one queue. It survives lost connections, and ends when it is cancelled, halts or fails.
 *
 * @publicApi
 */
export interface RunningConsumer {
  /** The name for logs: the class and method of a handler. */
  readonly name: string;
  /** The queue. If the broker chose its name, the name may change after a reconnection. */
  readonly queue: string;
  /** Whether the consumer is subscribed to its queue right now. */
  readonly isConsuming: boolean;
  /** Whether it has been paused. */
  readonly isPaused: boolean;
  /** The error that stopped the consumer; undefined while it runs, and after `cancel()`. */
  readonly error: Error | undefined;
  /**
   * Resolves after `cancel()`. Rejects when the consumer stops for any other reason: HaltConsumer, ConsumerCanceled,
   * PermissionException, BadDeclaration, or the handler's own error. You need not handle the rejection: the error is
   * logged, too.
   */
  readonly result: Promise<void>;

  /**
   * Stops consuming. Messages in hand are finished and acknowledged first; messages that the broker sent ahead go
   * back into the queue. A handler must not wait for its own consumer: throw HaltConsumer there.
   *
   * @param limit how long the messages in hand may take, in milliseconds; then they go back, too. Default: no limit.
   */
  cancel(limit?: number): Promise<void>;

  /**
   * Stops receiving messages until `resume()`, also across connections. Resolves when the messages in hand are
   * finished, and the messages that the broker sent ahead are back in the queue. If `resume()` is called before that,
   * `pause()` resolves with it. A handler must not wait for it: it would wait for itself.
   */
  pause(): Promise<void>;

  /**
   * Receives messages again; resolves when subscribed. If `pause()` still waits for messages in hand, the consumer
   * finishes them first, so a handler must not wait for `resume()` either. If `pause()` is called before the consumer is
   * subscribed, `resume()` resolves with it. If the consumer was paused before it was first subscribed, `resume()`
   * subscribes it for the first time.
   *
   * @throws BadDeclaration, PermissionException, ConnectionException when the first subscription fails
   */
  resume(): Promise<void>;
}
