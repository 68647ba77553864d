/** The settings of a queue to declare. @publicApi */
export interface QueueOptions {
  /** The queue survives a restart of the broker. */
  durable: boolean;
  /** The broker deletes the queue when its last consumer is gone. */
  autoDelete: boolean;
  /** Only this connection may use the queue, and it is deleted with the connection. */
  exclusive: boolean;
  /** Queue arguments, such as `{ 'x-queue-type': 'quorum' }`. */
  arguments: Record<string, unknown>;
}

/** Which messages of an exchange a queue gets. @publicApi */
export interface BindingOptions {
  /**
   * The queue. Default: the server-named one (`''`), or else the only one of the consumer.
   */
  queue?: string;
  /** The exchange. */
  exchange: string;
  /** Routing keys; for a topic exchange `*` stands for one word, `#` for any number of words. */
  routingKeys: string[];
  /** Binding arguments, for a headers exchange. Default: none. */
  arguments?: Record<string, unknown>;
}

/**
 * Queues and their bindings, and how they are consumed. In the settings, `topologies` gives each a name, by which
 * consumers use it.
 *
 * @publicApi
 */
export interface ConsumerTopology {
  /**
   * The queues to declare and consume, by name; `''` is a queue that the broker names. Default: the
   * setting `queues`.
   */
  queues?: Record<string, QueueOptions>;
  /** The bindings to declare before consuming. Default: the setting `bindings`. */
  bindings?: BindingOptions | BindingOptions[];
  /**
   * How many unacknowledged messages the broker sends ahead; 0 is no limit. At least `concurrency`.
   * Default: the setting `qos.prefetchCount`, or `concurrency` where that is more.
   */
  prefetch?: number;
  /**
   * How many messages of a queue are handled at the same time. At 1 they are handled in order; above,
   * those that are slow are overtaken, and each is acknowledged when it is done. Default: 1.
   */
  concurrency?: number;
  /**
   * What happens when the handler fails with an error that is not an outcome (Nack, Drop, HaltConsumer):
   *
   * - `stop`, as the Python library: the consumer stops, and everything unacknowledged goes back;
   * - `requeue`: the message goes back, at once; on a quorum queue with `x-delivery-limit` so many times;
   * - `drop`: the message is discarded, or dead-lettered;
   * - `retry`: the message comes again after a delay, see {@link RetryOptions};
   * - a function: what it answers for this error.
   *
   * Default: `stop`.
   */
  onError?: 'stop' | 'requeue' | 'drop' | 'retry' | ErrorHandling;
  /** How `retry` tries again, of `onError` or of its function. Default: its defaults. */
  retry?: RetryOptions;
}

/**
 * What happens with a message whose handler failed: `stop`, `requeue`, `drop` or `retry`, as for
 * {@link ConsumerTopology.onError}; `delay` is `retry` after so many milliseconds. With `in: 'broker'`, the message waits for
 * the configured delay that is nearest. @publicApi
 */
export type ErrorAction = 'stop' | 'requeue' | 'drop' | 'retry' | { delay: number };

/**
 * Chooses what happens with a message whose handler failed. If the function fails itself, the consumer stops.
 *
 * @param error what the handler failed with
 * @param attempt how often the handler has been called for the message, at least 1
 * @publicApi
 */
export type ErrorHandling = (error: Error, attempt: number) => ErrorAction;

/** How failed messages are tried again. @publicApi */
export interface RetryOptions {
  /**
   * Where a failed message waits:
   *
   * - `broker`: in queues of the broker, named after the one that is consumed (`QUEUE.retry.MILLISECONDS`). Nothing is lost
   *   if the process dies, and the count goes on. Needs the permissions to declare them and to write to the default
   *   exchange. Not for queues that the broker names.
   * - `process`: in this process, unacknowledged, where it counts for the prefetch; the other messages go on. Needs no
   *   permission. If the process dies, or the channel is lost, the broker delivers it again, and the count starts anew. The
   *   broker's acknowledgement timeout, 30 minutes unless configured otherwise, must be longer than all delays together.
   *
   * Default: `process` where `passiveDeclares` is set, `broker` otherwise.
   */
  in?: 'broker' | 'process';
  /**
   * How often the handler is called for a message at most, the first time included, as `attempts` of BullMQ counts: when
   * the last attempt fails, too, the message is parked. Default: 5.
   */
  attempts?: number;
  /**
   * How long it waits before each next attempt, in milliseconds; the last one counts for all that follow. Instead of `delay`
   * and `maxDelay`. Default: what these say.
   */
  delays?: readonly number[];
  /** How long it waits before it is tried again the first time, in milliseconds; each time twice as long. Default: 1,000. */
  delay?: number;
  /** It never waits longer than this, in milliseconds. Default: 60,000. */
  maxDelay?: number;
  /**
   * What happens when no attempt helped:
   *
   * - `park`: it is put into the `parkingQueue`;
   * - `drop`: it is rejected, and goes to the dead-letter exchange of its queue, if it has one;
   * - `stop`: the consumer stops, and the message goes back into its queue.
   *
   * Default: `park` in the broker, and where a `parkingQueue` is given; `drop` otherwise.
   */
  exhausted?: 'park' | 'drop' | 'stop';
  /**
   * The queue where it is parked. Needs the permission to write to the default exchange, and to declare the queue, unless
   * `passiveDeclares` is set. Default: `QUEUE.parked`.
   */
  parkingQueue?: string;
}
